"""Block 12. State-aid checks against the block exemption (GBER) and the 20 % rule: a help for the ministry, not legal advice.

A verdict is 0 within, 1 above the ceiling (or the years), 2 within the ceiling but to be notified for its amount or its
paid use. Prudent throughout: as if all use of the assets were economic. What is above may still be lawful as research
that is not economic, or after notification.
"""

from model.language import first_year, line, maximum, minimum, over_life, ratio, share, total, where

WITHIN, ABOVE, NOTIFY = 0, 1, 2


# Investment: capital grants by phase and class, and all that base funding pays of it.


@line("EUR m", over=("phase", "asset_class"))
def investment_aid(initial_capex, capital_grant_share, grant_factor, state_aid_share):
    """Capital grants that can be State aid."""
    return total(initial_capex * capital_grant_share * grant_factor * state_aid_share)


@line("ratio", over=("phase", "asset_class"))
def investment_aid_intensity(investment_aid, initial_capex):
    """Capital grants that can be aid, as a share of the investment; blank without investment."""
    return ratio(over_life(investment_aid), over_life(initial_capex))


@line("share", over="asset_class")
def investment_aid_ceiling(aid_regime, aid_ceiling, aid_bonus):
    """Highest aid intensity of the article that the class is held against, with its bonus."""
    return minimum(1, total(aid_regime * aid_ceiling) + aid_bonus)


@line("EUR m", over="aid_article", whole="formula")
def investment_aid_by_article(investment_aid, aid_regime):
    """Capital grants that can be aid over all phases, by the article they are held against: the amount per infrastructure."""
    return over_life(total(investment_aid * aid_regime))


@line("flag", over="aid_article")
def notification_verdict(investment_aid_by_article, aid_threshold, included):
    """Whether the amount of investment aid under an article passes its notification threshold."""
    return where(investment_aid_by_article > aid_threshold, NOTIFY, WITHIN) * included


@line("flag", over="asset_class")
def notification_by_class(notification_verdict, aid_regime):
    """The same for each class of asset, by the article that it is held against."""
    return total(notification_verdict * aid_regime)


@line("flag", over=("phase", "asset_class"))
def investment_aid_verdict(investment_aid, investment_aid_ceiling, initial_capex, notification_by_class, financeable_tolerance, included):
    """Whether capital grants stay within the ceiling, and if so whether they must be notified for their amount."""
    aid = over_life(investment_aid)
    above = aid - investment_aid_ceiling * over_life(initial_capex) > financeable_tolerance
    return where(above, ABOVE, where(aid > financeable_tolerance, notification_by_class, WITHIN)) * included


@line("EUR m")
def base_funding_aid(base_funding, base_funding_payer_share, state_aid_share):
    """Base funding that can be State aid."""
    return base_funding * total(base_funding_payer_share * state_aid_share)


@line("EUR m")
def operating_aid(base_funding_aid, operating_cost, own_revenue, programme_grants):
    """Base funding that covers what running the cluster costs above its revenue and programme grants."""
    return minimum(base_funding_aid, maximum(0, operating_cost - own_revenue - total(programme_grants)))


@line("EUR m")
def total_investment_aid(investment_aid, base_funding_aid, operating_aid):
    """Capital grants that can be aid, and base funding that goes into investment and reserves."""
    return total(investment_aid) + base_funding_aid - operating_aid


@line("EUR m", whole="formula")
def allowed_investment_aid(capital_expenditure, investment_aid_ceiling):
    """Aid that the ceilings allow on all investment, replacement included."""
    return total(capital_expenditure * investment_aid_ceiling)


@line("ratio")
def total_investment_aid_intensity(total_investment_aid, capital_expenditure):
    """All aid for investment, base funding included, as a share of all investment over the whole life."""
    return ratio(over_life(total_investment_aid), over_life(total(capital_expenditure)))


@line("ratio")
def total_investment_aid_ceiling(allowed_investment_aid, capital_expenditure):
    """Mean of the ceilings, weighted by investment."""
    return ratio(over_life(allowed_investment_aid), over_life(total(capital_expenditure)))


@line("flag")
def total_investment_aid_verdict(total_investment_aid, allowed_investment_aid, financeable_tolerance, included):
    """Whether all aid for investment, base funding included, stays within the ceilings."""
    return where(over_life(total_investment_aid) - over_life(allowed_investment_aid) > financeable_tolerance, ABOVE, WITHIN) * included


# Strategic R&D: programme grants as aid for research projects.


@line("EUR m")
def rd_aid(programme_grants, state_aid_share):
    """Programme grants that can be State aid."""
    return total(programme_grants * state_aid_share)


@line("ratio")
def rd_aid_intensity(rd_aid, strategic_rd_cost):
    """Programme grants that can be aid, as a share of the cost of strategic R&D over the whole life; blank without any."""
    return ratio(over_life(rd_aid), over_life(strategic_rd_cost))


@line("share")
def rd_aid_ceiling(rd_aid_regime, aid_ceiling, aid_collaboration_bonus, aid_bonus_cap):
    """Highest aid intensity of R&D projects: that of the article with the bonus for collaboration, up to the cap, or the article's own."""
    own = total(rd_aid_regime * aid_ceiling)
    return maximum(own, minimum(aid_bonus_cap, own + aid_collaboration_bonus))


@line("EUR m", whole="formula")
def rd_aid_per_project(rd_aid, rd_project_years, service_volume, rd_project_volume):
    """Mean aid to a project over its years; blank without projects."""
    return ratio(over_life(rd_aid) * rd_project_years, over_life(service_volume["strategic_rd"] / rd_project_volume))


@line("EUR m", whole="formula")
def rd_aid_threshold(rd_aid_regime, aid_threshold):
    """Aid per project above which it must be notified."""
    return total(rd_aid_regime * aid_threshold)


@line("flag")
def rd_aid_verdict(rd_aid, rd_aid_ceiling, strategic_rd_cost, rd_aid_per_project, rd_aid_threshold, financeable_tolerance, included):
    """Whether grants for strategic R&D stay within the ceiling, and if so whether a project must be notified for its amount."""
    above = over_life(rd_aid) - rd_aid_ceiling * over_life(strategic_rd_cost) > financeable_tolerance
    return where(above, ABOVE, where(rd_aid_per_project > rd_aid_threshold, NOTIFY, WITHIN)) * included


# Operating aid to an innovation cluster.


@line("ratio")
def operating_aid_intensity(operating_aid, operating_cost):
    """Operating aid as a share of operating cost in a year; blank without cost."""
    return ratio(operating_aid, operating_cost)


@line("years")
def operating_aid_duration(operating_aid, financeable_tolerance):
    """Years in which operating aid is given."""
    return over_life(where(operating_aid > financeable_tolerance, 1, 0))


@line("date")
def first_year_operating_aid_above(operating_aid, operating_cost, operating_aid_ceiling, financeable_tolerance):
    """First year in which operating aid passes its ceiling; blank when it never does."""
    return first_year(operating_aid - operating_aid_ceiling * operating_cost > financeable_tolerance)


@line("flag")
def operating_aid_verdict(operating_aid, operating_cost, operating_aid_ceiling, aid_threshold, financeable_tolerance, included):
    """Whether operating aid stays within its ceiling in every year, and if so whether its amount must be notified."""
    above = over_life(where(operating_aid - operating_aid_ceiling * operating_cost > financeable_tolerance, 1, 0)) > 0
    return where(above, ABOVE, where(over_life(operating_aid) > aid_threshold["gber_27"], NOTIFY, WITHIN)) * included


@line("flag")
def operating_aid_duration_verdict(operating_aid_duration, operating_aid_years, included):
    """Whether operating aid ends within the years that are allowed."""
    return where(operating_aid_duration > operating_aid_years, ABOVE, WITHIN) * included


# The 20 % rule: paid use that is only ancillary leaves the whole outside the rules.


@line("ratio")
def paid_staff_share(service_effort, service_economic, fte):
    """Share of the staff that works for paying customers."""
    return share(total(service_effort * service_economic), total(fte))


@line("ratio")
def paid_facility_share(service_volume, service_full_volume, service_economic, service_needs_capacity, service_price, capacity, size):
    """Share of the facilities that run that paying customers use, services weighed by price."""
    used = total(service_volume * service_economic * service_needs_capacity * service_price)
    return share(used, total(service_full_volume * service_needs_capacity * service_price) * capacity * size)


@line("ratio")
def paid_use_share(paid_staff_share, paid_facility_share):
    """Share of the yearly capacity that serves paying customers: of people or of facilities, whichever is more."""
    return maximum(paid_staff_share, paid_facility_share)


@line("ratio")
def paid_revenue_share(service_revenue, service_economic, operating_cost):
    """Revenue from paying customers as a share of operating cost: an easier figure, but not the one that the rule asks for."""
    return share(total(service_revenue * service_economic), operating_cost)


@line("date")
def first_year_paid_use_above(paid_use_share, ancillary_limit):
    """First year in which paid use passes the limit of ancillary use; blank when it never does."""
    return first_year(paid_use_share > ancillary_limit)


@line("date")
def first_year_paid_facilities_above(paid_facility_share, ancillary_limit):
    """First year in which paid use of the facilities alone passes the limit of ancillary use; blank when it never does."""
    return first_year(paid_facility_share > ancillary_limit)


@line("date")
def first_year_paid_revenue_above(paid_revenue_share, ancillary_limit):
    """First year in which revenue from paying customers passes the limit as a share of operating cost; blank when it never does."""
    return first_year(paid_revenue_share > ancillary_limit)


@line("flag")
def ancillary_verdict(paid_use_share, ancillary_limit, included):
    """Whether paid use stays ancillary in every year; if not, the rules on State aid apply to the whole."""
    return where(over_life(where(paid_use_share > ancillary_limit, 1, 0)) > 0, NOTIFY, WITHIN) * included


@line("ratio")
def state_aid_open_checks(
    investment_aid_verdict,
    total_investment_aid_verdict,
    rd_aid_verdict,
    operating_aid_verdict,
    operating_aid_duration_verdict,
    ancillary_verdict,
):
    """How many checks are not within; the table of State aid lists them."""
    others = [total_investment_aid_verdict, rd_aid_verdict, operating_aid_verdict, operating_aid_duration_verdict, ancillary_verdict]
    count = total(where(investment_aid_verdict > WITHIN, 1, 0))
    for verdict in others:
        count = count + where(verdict > WITHIN, 1, 0)
    return count


@line("flag", warning=True)
def state_aid_attention(state_aid_open_checks):
    """State aid: at least one check is above a ceiling or needs notification; see the table of checks. A help, not legal advice."""
    return state_aid_open_checks > 0
