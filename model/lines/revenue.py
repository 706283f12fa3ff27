"""Block 7. Revenue, and for every euro of it whether the payer is private or public, Dutch or foreign."""

from model.language import delayed, line, total


@line("EUR m")
def sponsorship(sponsorship_budget, demand_factor, delay_years, size, price_index):
    """Gifts and sponsoring."""
    return delayed(sponsorship_budget, delay_years) * demand_factor * size * price_index


@line("EUR m")
def licence_income(research_cost, price_index, licence_rate, licence_lag):
    """Income from patents and licences: a share of the research spent some years before."""
    return delayed(research_cost / price_index, licence_lag) * licence_rate * price_index


@line("EUR m")
def own_revenue(membership_fees, service_revenue, sponsorship, licence_income, equity_exit_income):
    """All revenue that the cluster earns, without grants."""
    return total(membership_fees) + total(service_revenue) + sponsorship + licence_income + equity_exit_income


@line("EUR m")
def private_cash(membership_fees, service_revenue, service_private_share, sponsorship, licence_income, equity_exit_income):
    """Cash from companies and other private payers: the numerator of leverage."""
    return total(membership_fees) + total(service_revenue * service_private_share) + sponsorship + licence_income + equity_exit_income


@line("EUR m")
def foreign_private_cash(
    membership_fees,
    member_foreign_share,
    service_revenue,
    service_private_share,
    service_foreign_share,
    sponsorship,
    licence_income,
    equity_exit_income,
    other_income_foreign_share,
):
    """Private cash from payers outside the country."""
    fees = total(membership_fees * member_foreign_share)
    services = total(service_revenue * service_private_share * service_foreign_share)
    return fees + services + (sponsorship + licence_income + equity_exit_income) * other_income_foreign_share


@line("EUR m")
def dutch_private_cash(
    membership_fees,
    member_foreign_share,
    service_revenue,
    service_private_share,
    service_foreign_share,
    sponsorship,
    licence_income,
    equity_exit_income,
    other_income_foreign_share,
):
    """Private cash from payers in the country, counted by itself so that the split can be checked."""
    fees = total(membership_fees * (1 - member_foreign_share))
    services = total(service_revenue * service_private_share * (1 - service_foreign_share))
    return fees + services + (sponsorship + licence_income + equity_exit_income) * (1 - other_income_foreign_share)


@line("EUR m")
def public_purchases(service_revenue, service_private_share):
    """Services that public bodies buy: revenue of the cluster, but public money."""
    return total(service_revenue * (1 - service_private_share))


@line("EUR m")
def private_in_kind(secondment_value, existing_assets_received, existing_assets_private_share):
    """What companies bring in without paying cash: people, and their share of assets brought in."""
    return total(secondment_value) + total(existing_assets_received) * existing_assets_private_share


@line("EUR m")
def check_revenue_split(own_revenue, private_cash, public_purchases):
    """Revenue less what private and public payers pay: nothing may be left."""
    return own_revenue - private_cash - public_purchases


@line("EUR m")
def check_private_split(private_cash, dutch_private_cash, foreign_private_cash):
    """Private cash less its Dutch and foreign parts: nothing may be left."""
    return private_cash - dutch_private_cash - foreign_private_cash
