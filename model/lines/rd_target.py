"""Block 14. R&D that the clusters add, after the Frascati Manual, and how much closer it takes the country to its target."""

from model.language import at, compound, delayed, first_year, in_unit, line, maximum, minimum, ratio, share, total, where


@line("EUR m")
def rd_current_cost(service_effort, cost_per_effort, service_direct_cost, service_rd_share, maintenance, energy_consumables, facility_rd_share):
    """Current spending on R&D: the R&D part of services, and of running the facilities they use."""
    services = total((service_effort * cost_per_effort + service_direct_cost) * service_rd_share)
    return services + (total(maintenance) + energy_consumables) * facility_rd_share


@line("EUR m")
def rd_capital_cost(capital_expenditure, asset_rd_share):
    """Capital spending on R&D when it is made; no depreciation."""
    return total(capital_expenditure * asset_rd_share)


@line("EUR m")
def rd_performed(rd_current_cost, rd_capital_cost):
    """R&D performed in the cluster itself, whoever pays for it."""
    return rd_current_cost + rd_capital_cost


@line("EUR m")
def rd_in_kind(secondment_value):
    """R&D of partners' own staff in the cluster: performed by companies."""
    return total(secondment_value)


@line("EUR m")
def new_public_rd(public_cash_by_source, new_money_share, rd_share_of_spending, rd_fresh_share):
    """Public money for R&D that was not there before: money moved from other programmes drew private R&D there too."""
    return total(public_cash_by_source * new_money_share) * rd_share_of_spending * rd_fresh_share


@line("EUR m")
def induced_rd(
    new_public_rd,
    price_index,
    induced_rd_per_public_euro,
    induced_lag,
    private_cash,
    rd_share_of_spending,
    rd_fresh_share,
    rd_in_kind,
    deadweight_share,
):
    """Extra private R&D outside the cluster that new public money draws with a lag, less what came into the cluster already."""
    drawn = delayed(new_public_rd / price_index, induced_lag) * price_index * induced_rd_per_public_euro
    inside = (private_cash * rd_share_of_spending * rd_fresh_share + rd_in_kind) * (1 - deadweight_share)
    return maximum(0, drawn - inside)


@line("EUR m")
def rd_gross_addition(rd_performed, rd_in_kind, induced_rd, startup_rd):
    """All R&D connected with the cluster, before anything is taken off."""
    return rd_performed + rd_in_kind + induced_rd + startup_rd


@line("EUR m")
def rd_already_counted(existing_rd, rd_performed, delay_years, size, price_index):
    """R&D of programmes that exist today and are in the country's figure already."""
    return minimum(delayed(existing_rd, delay_years) * size * price_index, rd_performed)


@line("ratio")
def rd_fresh_share(rd_already_counted, rd_performed):
    """Share of the cluster's R&D that is not in the country's figure already; only of this part anything more can be taken off."""
    return 1 - share(rd_already_counted, rd_performed)


@line("EUR m")
def rd_shifted(shifted_public_cash, rd_share_of_spending, rd_fresh_share):
    """Public R&D money that comes from other programmes, where as much R&D is lost."""
    return shifted_public_cash * rd_share_of_spending * rd_fresh_share


@line("ratio")
def rd_share_of_spending(rd_performed, operating_cost, capital_expenditure):
    """R&D as a share of all the cluster spends in a year."""
    return share(rd_performed, operating_cost + total(capital_expenditure))


@line("EUR m")
def rd_deadweight(private_cash, rd_share_of_spending, rd_fresh_share, rd_in_kind, startup_rd, deadweight_share):
    """Private R&D money, in the cluster and of its spin-offs, that would have been spent on R&D anyway."""
    return (private_cash * rd_share_of_spending * rd_fresh_share + rd_in_kind + startup_rd) * deadweight_share


@line("EUR m")
def rd_net_addition(rd_gross_addition, rd_already_counted, rd_shifted, rd_deadweight):
    """R&D that would not be there without the cluster."""
    return rd_gross_addition - rd_already_counted - rd_shifted - rd_deadweight


@line("EUR m", over="performer")
def rd_gross_by_performer(rd_performed, performer_share, rd_gross_addition, company_performer_share):
    """R&D connected with the cluster by who performs it, gross: each euro once, whoever pays for it."""
    return rd_performed * performer_share + (rd_gross_addition - rd_performed) * company_performer_share


@line("EUR m")
def check_rd_performers(rd_gross_addition, rd_gross_by_performer):
    """R&D connected with the cluster less its parts by performer: nothing may be left."""
    return rd_gross_addition - total(rd_gross_by_performer)


@line("EUR bn real", scope="national")
def gdp_real(gdp_reference, gdp_growth_before, gdp_growth, first_year, gdp_reference_year):
    """Size of the economy in constant prices."""
    return gdp_reference * (1 + gdp_growth_before) ** (first_year - gdp_reference_year) * compound(gdp_growth)


@line("EUR bn", scope="national")
def gdp(gdp_real, price_index):
    """Size of the economy in each year's own prices."""
    return gdp_real * price_index


@line("share", scope="national")
def rd_intensity_baseline(rd_baseline_mode, rd_intensity_unchanged_policy, rd_intensity_constant, rd_intensity_path):
    """R&D as a share of GDP without the clusters, by the chosen view of the future."""
    constant_or_path = where(rd_baseline_mode == "constant", rd_intensity_constant, rd_intensity_path)
    return where(rd_baseline_mode == "unchanged_policy", rd_intensity_unchanged_policy, constant_or_path)


@line("EUR bn", scope="national")
def anchor_loss(anchor_leaves, anchor_year, anchor_rd_share, rd_intensity_baseline, rd_performer_share, gdp, year):
    """Company R&D that is lost when an anchor company takes its R&D abroad."""
    business = rd_intensity_baseline * rd_performer_share["business"] * gdp
    return where(year >= anchor_year, business * anchor_rd_share, 0) * anchor_leaves


@line("EUR bn", scope="national")
def rd_baseline(rd_intensity_baseline, gdp, anchor_loss):
    """R&D in the country without the clusters."""
    return rd_intensity_baseline * gdp - anchor_loss


@line("EUR bn", over="performer", scope="national")
def rd_baseline_by_performer(rd_intensity_baseline, gdp, rd_performer_share, anchor_loss, anchor_performer_share):
    """R&D without the clusters by who does it."""
    return rd_intensity_baseline * gdp * rd_performer_share - anchor_loss * anchor_performer_share


@line("EUR bn", over="funder", scope="national")
def rd_baseline_by_funder(rd_intensity_baseline, gdp, rd_funder_share, anchor_loss, anchor_funder_share):
    """R&D without the clusters by who pays for it."""
    return rd_intensity_baseline * gdp * rd_funder_share - anchor_loss * anchor_funder_share


@line("EUR bn", scope="national")
def rd_target_amount(rd_target, gdp):
    """R&D that the target asks for."""
    return rd_target * gdp


@line("EUR bn", scope="national")
def rd_target_public(rd_target_amount, rd_target_public_share):
    """The part of the target that public money should pay."""
    return rd_target_amount * rd_target_public_share


@line("EUR bn", scope="national")
def rd_target_private(rd_target_amount, rd_target_public):
    """The part of the target that private money should pay."""
    return rd_target_amount - rd_target_public


@line("EUR bn", scope="national")
def rd_gap(rd_target_amount, rd_baseline):
    """What is missing to the target without the clusters; negative above it."""
    return rd_target_amount - rd_baseline


@line("EUR bn", scope="national")
def rd_added_gross(rd_gross_addition):
    """R&D connected with all clusters, gross."""
    return in_unit(total(rd_gross_addition), "EUR m", "EUR bn")


@line("EUR bn", scope="national")
def rd_added_net(rd_net_addition):
    """R&D that would not be there without the clusters."""
    return in_unit(total(rd_net_addition), "EUR m", "EUR bn")


@line("%", scope="national")
def contribution_pct_gdp(rd_performed, gdp):
    """R&D performed in the clusters, as a percentage of GDP: direct and gross; read it beside the net contribution."""
    return in_unit(in_unit(total(rd_performed), "EUR m", "EUR bn") / gdp, "ratio", "%")


@line("%", scope="national")
def contribution_with_in_kind_pct_gdp(rd_performed, rd_in_kind, gdp):
    """R&D performed in the clusters with partners' own staff there, as a percentage of GDP: direct and gross."""
    return in_unit(in_unit(total(rd_performed) + total(rd_in_kind), "EUR m", "EUR bn") / gdp, "ratio", "%")


@line("%", scope="national")
def contribution_gross_pct_gdp(rd_added_gross, gdp):
    """All R&D connected with the clusters, as a percentage of GDP."""
    return in_unit(rd_added_gross / gdp, "ratio", "%")


@line("%", scope="national")
def contribution_net_pct_gdp(rd_added_net, gdp):
    """R&D that would not be there without the clusters, as a percentage of GDP."""
    return in_unit(rd_added_net / gdp, "ratio", "%")


@line("ratio", scope="national")
def share_of_gap_closed(rd_added_net, rd_gap):
    """Share of the gap to the target that the net addition closes; blank where there is no gap."""
    return ratio(rd_added_net, maximum(0, rd_gap))


@line("share", scope="national")
def rd_intensity(rd_baseline, rd_added_net, gdp):
    """R&D as a share of GDP with the clusters, net."""
    return (rd_baseline + rd_added_net) / gdp


@line("date", scope="national")
def first_year_at_target(rd_intensity, rd_target):
    """First year in which the country reaches its target; blank when it never does."""
    return first_year(rd_intensity >= rd_target)


@line("ratio", scope="national")
def clusters_included(included):
    """How many clusters the case counts."""
    return total(included)


@line("ratio", scope="national")
def clusters_needed(rd_gap, rd_added_net, clusters_included):
    """How many clusters of the average net addition would close the gap of a year; blank when they add nothing."""
    return ratio(maximum(0, rd_gap) * clusters_included, maximum(0, rd_added_net))


@line("EUR bn", scope="national")
def public_money_needed(rd_gap, rd_added_net, public_cash):
    """Public money a year that would close the gap at the clusters' net R&D per public euro; blank when they add nothing."""
    return ratio(maximum(0, rd_gap) * in_unit(total(public_cash), "EUR m", "EUR bn"), maximum(0, rd_added_net))


@line("ratio", scope="national")
def gap_closed_in_target_year(share_of_gap_closed, rd_target_year):
    """Share of the gap that the net addition closes in the year of the target; blank where there is no gap, or no such year."""
    return at(share_of_gap_closed, rd_target_year)


@line("ratio", scope="national")
def clusters_needed_in_target_year(clusters_needed, rd_target_year):
    """How many clusters of the average net addition would close the gap in the year of the target."""
    return at(clusters_needed, rd_target_year)


@line("EUR bn", scope="national")
def public_money_needed_in_target_year(public_money_needed, rd_target_year):
    """Public money that would close the gap in the year of the target, at the clusters' net R&D per public euro of that year."""
    return at(public_money_needed, rd_target_year)
