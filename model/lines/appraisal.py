"""Block 11. Appraisal from every side: the cluster, the holders of national capital, the exchequer, a member company, society.

All flows are in constant prices. What one side pays another is a transfer: it counts for both and cancels for society.
Only what is additional counts for the exchequer, companies and society: money that would have been spent on R&D anyway,
or that was moved from other programmes, frees resources elsewhere.
"""

from model.language import define, delayed, irr, line, maximum, mirr, over_life, payback, previous, ratio, total, value_of


@line("flag", scope="national")
def final_year(year, first_year, horizon):
    """1 in the last year of the horizon."""
    return year == first_year + horizon - 1


@line("EUR m real")
def residual_value_real(book_value, final_year, price_index):
    """Book value of the assets, counted as received in the last year."""
    return total(book_value) * final_year / price_index


@line("EUR m real")
def spending_real(operating_cost, capital_expenditure, price_index):
    """All that the cluster spends on running and on assets."""
    return (operating_cost + total(capital_expenditure)) / price_index


# The cluster as an investment, without any grant.


@line("EUR m real")
def financial_benefits(own_revenue, price_index, residual_value_real):
    """What the cluster earns itself, and what its assets are still worth at the end."""
    return own_revenue / price_index + residual_value_real


@line("EUR m real")
def financial_costs(spending_real, corporate_tax, price_index):
    """What the cluster spends, tax included."""
    return spending_real + corporate_tax / price_index


# The same for those who put in national capital: what the EU gives and what is borrowed is not theirs to bring.


@line("EUR m")
def eu_grants(capital_grants, programme_grants, base_funding, base_funding_payer_share):
    """Grants of the European Union of all kinds."""
    return capital_grants["eu"] + programme_grants["eu"] + base_funding * base_funding_payer_share["eu"]


@line("EUR m real")
def national_capital_benefits(financial_benefits, eu_grants, loan_drawdown, interest_received, price_index):
    """Earnings, EU grants and loans as they come in."""
    return financial_benefits + (eu_grants + loan_drawdown + interest_received) / price_index


@line("EUR m real")
def national_capital_costs(financial_costs, loan_repayment, interest_paid, price_index):
    """Spending, and loans as they are paid back."""
    return financial_costs + (loan_repayment + interest_paid) / price_index


# The exchequer: additional Dutch public money against taxes that come back.


@line("EUR m", over="public_source")
def additional_public_cash(public_cash_by_source, new_money_share, rd_fresh_share):
    """Public cash that is neither moved from other programmes nor pays for programmes that exist already."""
    return public_cash_by_source * new_money_share * rd_fresh_share


@line("EUR m real")
def exchequer_costs(additional_public_cash, price_index):
    """Additional cash from Dutch public sources: all but that of the European Union."""
    return (total(additional_public_cash) - additional_public_cash["eu"]) / price_index


@line("EUR m real")
def exchequer_benefits(taxes_net, price_index):
    """Taxes and premiums that come back because of the cluster."""
    return taxes_net / price_index


# Companies together: what additional Dutch private money the cluster takes.


@line("EUR m")
def dutch_in_kind(secondment_value, member_foreign_share):
    """Seconded staff of members in the country."""
    return total(secondment_value * (1 - member_foreign_share))


@line("EUR m real")
def companies_flow(dutch_private_cash, dutch_in_kind, rd_fresh_share, deadweight_share, price_index):
    """What Dutch companies pay the cluster in cash and people and would not have spent on R&D anyway; negative."""
    return -(dutch_private_cash * rd_fresh_share + dutch_in_kind) * (1 - deadweight_share) / price_index


# Society: resources used against resources freed, money from abroad and what knowledge and work yield.


@line("EUR m real")
def freed_resources(dutch_private_cash, public_cash, eu_public_cash, exchequer_costs, rd_fresh_share, deadweight_share, price_index):
    """What Dutch payers would have spent anyway on the same kind of work: it is freed when the cluster does it."""
    private = dutch_private_cash * (1 - rd_fresh_share * (1 - deadweight_share))
    return (private + public_cash - eu_public_cash) / price_index - exchequer_costs


@line("EUR m real")
def society_costs(spending_real, vat_cost, dutch_in_kind, deadweight_share, price_index, freed_resources):
    """People and goods that the cluster takes, without tax and without what is freed elsewhere."""
    return spending_real - vat_cost / price_index + dutch_in_kind * (1 - deadweight_share) / price_index - freed_resources


@line("EUR m real")
def society_benefits(foreign_private_cash, eu_public_cash, employment_tax, price_index, social_return, residual_value_real):
    """Money from abroad, returns to knowledge, the tax wedge on additional work, and what the assets are still worth at the end."""
    return (foreign_private_cash + eu_public_cash + employment_tax) / price_index + social_return + residual_value_real


@line("EUR m real")
def cluster_surplus(own_revenue, grants_received, base_funding, corporate_tax, price_index, spending_real, residual_value_real):
    """What the cluster is left with in a year after all support, the last year with its assets."""
    return (own_revenue + grants_received + base_funding - corporate_tax) / price_index - spending_real + residual_value_real


@line("EUR m real")
def others_flow(social_return, social_return_tax, price_index):
    """What other companies and households gain from knowledge after tax."""
    return social_return - social_return_tax / price_index


# A member company, one of each tier: in the cluster, and doing the same alone.


@line("EUR m real")
def shared_programme(strategic_rd_cost, maintenance, energy_consumables, capital_expenditure, price_index):
    """What all members have access to together: joint R&D, and the facilities it needs."""
    return (strategic_rd_cost + total(maintenance) + energy_consumables + total(capital_expenditure)) / price_index


@line("EUR m real/member", over="tier")
def alone_costs(shared_programme, access_share):
    """What one company would pay alone for the same access."""
    return shared_programme * access_share


@line("EUR m real/member", over="tier")
def member_costs(membership_fee, secondees_per_member, secondee_cost, wage_index, price_index, started):
    """What one member pays: its fee, and the people it sends."""
    return (membership_fee + secondees_per_member * secondee_cost * wage_index / price_index) * started


@line("EUR m real/member", over="tier")
def company_knowledge(company_knowledge, company_knowledge_depreciation, alone_costs):
    """Knowledge that the R&D behind one company's access builds up: last year's, aged, and the new."""
    return previous(company_knowledge, 0) * (1 - company_knowledge_depreciation) + alone_costs


@line("EUR m real/member", over="tier")
def alone_benefits(company_knowledge, private_return_lag, private_return_to_rd):
    """What that knowledge earns a company that has it alone; the return is a mean over successes and failures."""
    return delayed(company_knowledge, private_return_lag) * private_return_to_rd


@line("EUR m real/member", over="tier")
def member_benefits(alone_benefits, shared_result_value, success_shared, success_alone):
    """What the same knowledge earns a member: less, since others have it too; more, since success is more likely."""
    return alone_benefits * shared_result_value * success_shared / success_alone


MEMBER = ("tier",)
PERSPECTIVES = {
    "financial": ("the cluster as an investment without grants", "financial", ()),
    "national_capital": ("national capital in the cluster, EU money aside", "financial", ()),
    "exchequer": ("the Dutch exchequer: additional public money against taxes that come back", "social", ()),
    "member": ("one member company: fee and seconded staff against its returns", "financial", MEMBER),
    "alone": ("one company that does the same alone", "financial", MEMBER),
    "society": ("Dutch society; benefits are uncertain down to none, see the caveat", "social", ()),
}
"""Every perspective: what it is, at whose discount rate, over which dimensions. Its lines are NAME_benefits and NAME_costs."""

MEASURES = ("npv", "irr", "mirr", "payback", "discounted_payback", "benefit_cost_ratio", "funding_gap")
"""Every measure, each taken from every perspective: its lines are PERSPECTIVE_measure."""


def _family():
    made = []
    for name, (who, rate, over) in PERSPECTIVES.items():
        benefits, costs, flow = value_of(f"{name}_benefits"), value_of(f"{name}_costs"), value_of(f"{name}_flow")
        worth, interest = value_of(f"discount_factor_{rate}"), value_of(f"{rate}_discount_rate")
        discounted, value = value_of(f"{name}_discounted"), value_of(f"{name}_npv")
        cover = ratio(over_life(benefits * worth), over_life(costs * worth))
        money = "EUR m real/member" if over else "EUR m real"
        at_rate = f"at the {rate} discount rate"
        lines = {
            "flow": (money, benefits - costs, "Benefits less costs of a year"),
            "discounted": (money, flow * worth, f"Present value of a year's benefits less costs {at_rate}"),
            "npv": (money, over_life(discounted), f"Net present value {at_rate}"),
            "irr": ("share", irr(flow), "Internal rate of return in constant prices; blank where there is none"),
            "mirr": ("share", mirr(flow, interest, interest), f"Modified internal rate of return, financed and reinvested {at_rate}"),
            "payback": ("years", payback(flow), "Years until costs have come back for good; blank when they never do"),
            "discounted_payback": ("years", payback(discounted), "Years until costs have come back with interest; blank when they never do"),
            "benefit_cost_ratio": ("ratio", cover, f"Present value of benefits over costs {at_rate}"),
            "funding_gap": (money, maximum(0, -value), "Funding gap: what must be added now for this side to break even"),
        }
        for suffix, (unit, tree, meaning) in lines.items():
            made.append(define(f"{name}_{suffix}", unit, tree, f"{meaning}. Side: {who}.", "model/lines/appraisal.py", over=over))
    return made


FAMILY = _family()


@line("EUR m real")
def check_perspectives(society_flow, cluster_surplus, companies_flow, exchequer_flow, others_flow):
    """Society less cluster, companies, exchequer and others: transfers between them cancel, so nothing may be left."""
    return society_flow - cluster_surplus - companies_flow - exchequer_flow - others_flow


@line("EUR m real")
def social_return_pv(social_return, discount_factor_social):
    """Present value of returns to knowledge: all of it uncertain."""
    return over_life(social_return * discount_factor_social)


@line("EUR m real")
def society_npv_without_returns(society_npv, social_return_pv):
    """Net present value for society if R&D yields it nothing: the low end of the literature."""
    return society_npv - social_return_pv


@line("EUR m real")
def exchequer_npv_without_returns(exchequer_npv, social_return_pv, tax_share_of_value_added):
    """Net present value for the exchequer if R&D yields society nothing: the low end of the literature."""
    return exchequer_npv - social_return_pv * tax_share_of_value_added


@line("share")
def social_return_break_even(society_npv_without_returns, knowledge_stock, social_return_lag, discount_factor_social):
    """Yearly social return on R&D at which society breaks even, to hold against estimates of 0, 20 and 40 %; blank without knowledge."""
    worth = over_life(delayed(knowledge_stock, social_return_lag) * discount_factor_social)
    return ratio(maximum(0, -society_npv_without_returns), worth)


@line("ratio")
def taxes_per_public_euro(taxes_net, public_cash, eu_public_cash, price_index, discount_factor_social):
    """Present value of taxes that come back per euro of all Dutch public cash, moved and existing money included."""
    given = over_life((public_cash - eu_public_cash) / price_index * discount_factor_social)
    return ratio(over_life(taxes_net / price_index * discount_factor_social), given)


@line("ratio")
def society_benefit_per_public_euro(social_return_pv, discount_factor_social, public_cash_real):
    """Present value of returns to knowledge per public euro of any kind: to compare with studies, which find 1 to 5 and some none."""
    return ratio(social_return_pv, over_life(public_cash_real * discount_factor_social))


# Derisking: what sharing does to what one company stakes and may lose.


@line("EUR m real/member", over="tier")
def member_stake(member_costs, discount_factor_financial):
    """Present value of what one member pays."""
    return over_life(member_costs * discount_factor_financial)


@line("EUR m real/member", over="tier")
def alone_stake(alone_costs, discount_factor_financial):
    """Present value of what one company would pay alone for the same access."""
    return over_life(alone_costs * discount_factor_financial)


@line("ratio", over="tier")
def sharing_factor(alone_stake, member_stake):
    """How many euros of R&D and facilities a member has access to per euro that it pays; blank for who pays nothing."""
    return ratio(alone_stake, member_stake)


@line("EUR m real/member", over="tier")
def member_expected_loss(member_stake, success_shared):
    """What one member may expect to lose: its stake times the chance that nothing comes of it."""
    return member_stake * (1 - success_shared)


@line("EUR m real/member", over="tier")
def alone_expected_loss(alone_stake, success_alone):
    """What one company may expect to lose alone: its stake times the chance that nothing comes of it."""
    return alone_stake * (1 - success_alone)


@line("ratio", over="tier")
def loss_avoided(member_expected_loss, alone_expected_loss):
    """Share of the expected loss that sharing takes away."""
    return 1 - ratio(member_expected_loss, alone_expected_loss)
