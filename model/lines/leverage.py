"""Block 10. Leverage, by every definition in use, each with its numerator and denominator.

All ratios are ratios of sums, in constant prices: later years do not weigh more through inflation, and the ratio of
a portfolio is that of its sums. Without money in the denominator a ratio is blank.
"""

from model.language import cumulative, define, first_year, line, over_life, ratio, total, value_of


@line("EUR m real")
def private_cash_real(private_cash, price_index):
    """Private cash in constant prices."""
    return private_cash / price_index


@line("EUR m real")
def public_cash_real(public_cash, price_index):
    """All public cash in constant prices."""
    return public_cash / price_index


@line("EUR m real")
def national_public_cash_real(national_public_cash, price_index):
    """Cash from the national government in constant prices."""
    return national_public_cash / price_index


@line("EUR m real")
def non_national_cash_real(private_cash_real, public_cash_real, national_public_cash_real):
    """All cash that does not come from the national government, in constant prices."""
    return private_cash_real + public_cash_real - national_public_cash_real


@line("EUR m real")
def eu_public_cash_real(eu_public_cash, price_index):
    """Cash from the European Union in constant prices."""
    return eu_public_cash / price_index


@line("EUR m real")
def private_with_in_kind_real(private_cash, private_in_kind, price_index):
    """Private cash and what companies bring in kind, in constant prices."""
    return (private_cash + private_in_kind) / price_index


@line("EUR m real")
def additional_private_cash_real(private_cash_real, deadweight_share):
    """Private cash less what would have been spent on R&D anyway, in constant prices."""
    return private_cash_real * (1 - deadweight_share)


@line("EUR m real")
def foreign_private_cash_real(foreign_private_cash, price_index):
    """Private cash from outside the country, in constant prices."""
    return foreign_private_cash / price_index


@line("EUR m real")
def ecosystem_private_real(private_cash_real, induced_rd, venture_capital, price_index):
    """Private cash, R&D induced outside the cluster and risk capital for its spin-offs, in constant prices."""
    return private_cash_real + (induced_rd + venture_capital) / price_index


@line("EUR m real")
def total_investment_real(private_with_in_kind_real, public_cash_real):
    """All that private and public parties put in, cash and in kind, in constant prices."""
    return private_with_in_kind_real + public_cash_real


@line("EUR m real")
def total_finance_real(private_cash_real, public_cash_real):
    """All cash that reaches the cluster, in constant prices."""
    return private_cash_real + public_cash_real


DEFINITIONS = {
    "leverage": ("private_cash_real", "public_cash_real"),
    "leverage_national": ("private_cash_real", "national_public_cash_real"),
    "leverage_with_in_kind": ("private_with_in_kind_real", "public_cash_real"),
    "leverage_additional": ("additional_private_cash_real", "public_cash_real"),
    "leverage_international": ("foreign_private_cash_real", "public_cash_real"),
    "leverage_ecosystem": ("ecosystem_private_real", "public_cash_real"),
    "multiplier_effect": ("total_investment_real", "public_cash_real"),
    "leverage_effect": ("total_finance_real", "eu_public_cash_real"),
    "national_mobilisation": ("non_national_cash_real", "national_public_cash_real"),
}
"""Every definition: the line in the numerator and the line in the denominator."""

MEANINGS = {
    "leverage": "Private cash per euro of public cash from all sources: the headline",
    "leverage_national": "Private cash per euro of the national government only; leaves out other public money",
    "leverage_with_in_kind": "Private cash and contributions in kind per euro of public cash",
    "leverage_additional": "Private cash that would not have been spent anyway, per euro of public cash",
    "leverage_international": "Private cash from outside the country per euro of public cash",
    "leverage_ecosystem": "Private cash, induced R&D and risk capital per euro of public cash; includes money outside the cluster",
    "multiplier_effect": "All investment, public money included, per euro of public cash (multiplier effect of the EU, on all public money)",
    "leverage_effect": "All cash that reaches the cluster per euro from the European Union (EU Financial Regulation: leverage effect)",
    "national_mobilisation": "All money that is not national, per euro of the national government",
}


def _family():
    made = []
    for name, (numerator, denominator) in DEFINITIONS.items():
        above, below, weight = value_of(numerator), value_of(denominator), value_of("discount_factor_social")
        where = "model/lines/leverage.py"
        versions = {
            "": (ratio(over_life(above), over_life(below)), "over the whole life, in constant prices."),
            "_in_year": (ratio(above, below), "in the year itself."),
            "_to_date": (ratio(cumulative(above), cumulative(below)), "from the start up to the year, in constant prices."),
            "_pv": (ratio(over_life(above * weight), over_life(below * weight)), "in present value at the social discount rate."),
        }
        for suffix, (tree, period) in versions.items():
            made.append(define(name + suffix, "ratio", tree, f"{MEANINGS[name]}, {period}", where, whole="formula"))
    return made


FAMILY = _family()


@line("ratio")
def leverage_if_gap_is_public(private_cash_real, public_cash_real, unfunded_gap, price_index):
    """The headline ratio if public money had to pay what nobody has promised: the ratio to quote for a case that is not financeable."""
    return ratio(over_life(private_cash_real), over_life(public_cash_real + unfunded_gap / price_index))


@line("date")
def first_year_above_target(leverage_in_year, leverage_target):
    """First year in which the year's own leverage reaches the target; blank when it never does."""
    return first_year(leverage_in_year >= leverage_target)


@line("date")
def first_year_private_exceeds_public(private_cash_real, public_cash_real):
    """First year in which private cash exceeds public cash; blank when it never does."""
    return first_year(private_cash_real > public_cash_real)


@line("ratio")
def foreign_share_of_private(foreign_private_cash_real, private_cash_real):
    """Share of private cash that comes from outside the country, over the whole life."""
    return ratio(over_life(foreign_private_cash_real), over_life(private_cash_real))


@line("ratio")
def public_share_of_cost(public_cash_real, operating_cost, capital_expenditure, price_index):
    """Public cash as a share of all spending, over the whole life."""
    return ratio(over_life(public_cash_real), over_life((operating_cost + total(capital_expenditure)) / price_index))
