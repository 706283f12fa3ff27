"""Block 15. Earning capacity: jobs, value added, taxes and knowledge, each gross and net; the control point as a scenario."""

from model.language import cumulative, delayed, in_unit, line, previous, s_curve, share, total


@line("job")
def direct_jobs(fte, jobs_per_fte):
    """People at work in the cluster itself."""
    return total(fte) * jobs_per_fte


@line("job")
def indirect_jobs(direct_jobs, indirect_jobs_per_job):
    """Jobs at suppliers and from the spending of wages, gross: no comparison with what these people would have done otherwise."""
    return direct_jobs * indirect_jobs_per_job


@line("job")
def jobs_gross(direct_jobs, indirect_jobs, startup_jobs):
    """All jobs connected with the cluster, gross; read them beside the net jobs."""
    return direct_jobs + indirect_jobs + startup_jobs


@line("EUR m")
def rd_net_in_cluster(rd_net_addition, induced_rd, startup_rd, deadweight_share):
    """R&D in the cluster that would not be done without it: the net addition without induced R&D and that of spin-offs."""
    return rd_net_addition - induced_rd - startup_rd * (1 - deadweight_share)


@line("ratio")
def additional_share(rd_net_in_cluster, rd_performed, rd_in_kind):
    """Share of the R&D in the cluster that would not be done without it."""
    return share(rd_net_in_cluster, rd_performed + rd_in_kind)


@line("job")
def jobs_net(direct_jobs, indirect_jobs, startup_jobs, additional_share, labour_displacement):
    """Jobs that would not be there without the cluster: of work that is additional, what is not missed elsewhere."""
    return ((direct_jobs + indirect_jobs) * additional_share + startup_jobs) * (1 - labour_displacement)


@line("EUR m")
def direct_value_added(personnel_cost, depreciation):
    """Value added of the cluster itself, at cost as the national accounts do for work without a market: staff and depreciation."""
    return total(personnel_cost) + total(depreciation)


@line("EUR m")
def indirect_value_added(indirect_jobs, value_added_per_job, wage_index):
    """Value added of the indirect jobs, gross."""
    return indirect_jobs * value_added_per_job * wage_index


@line("EUR m")
def startup_value_added(startup_jobs, value_added_per_job, wage_index):
    """Value added of spin-offs, gross."""
    return startup_jobs * value_added_per_job * wage_index


@line("EUR m")
def value_added_gross(direct_value_added, indirect_value_added, startup_value_added):
    """All value added connected with the cluster, gross; read it beside the net value added."""
    return direct_value_added + indirect_value_added + startup_value_added


@line("EUR m")
def value_added_net(direct_value_added, indirect_value_added, startup_value_added, additional_share, labour_displacement):
    """Value added that would not be there without the cluster: of work that is additional, what is not missed elsewhere."""
    return ((direct_value_added + indirect_value_added) * additional_share + startup_value_added) * (1 - labour_displacement)


@line("EUR m real")
def knowledge_stock(knowledge_stock, knowledge_depreciation, rd_net_in_cluster, price_index):
    """Knowledge from R&D that would not be done without the cluster: last year's, aged, and the new (perpetual inventory)."""
    return previous(knowledge_stock, 0) * (1 - knowledge_depreciation) + rd_net_in_cluster / price_index


@line("EUR m real")
def social_return(knowledge_stock, social_return_lag, social_return_to_rd):
    """What society gains in a year from knowledge of some years before. The literature ranges down to none: see the caveat."""
    return delayed(knowledge_stock, social_return_lag) * social_return_to_rd


@line("EUR m")
def employment_tax(value_added_net, tax_share_of_value_added):
    """Taxes and premiums on value added that would not be there without the cluster."""
    return value_added_net * tax_share_of_value_added


@line("EUR m")
def social_return_tax(social_return, price_index, tax_share_of_value_added):
    """Taxes and premiums on what society gains from knowledge."""
    return social_return * price_index * tax_share_of_value_added


@line("EUR m")
def taxes_gross(value_added_gross, tax_share_of_value_added, corporate_tax, vat_cost):
    """Taxes and premiums connected with the cluster, gross: mostly paid without it too; read them beside the net taxes."""
    return value_added_gross * tax_share_of_value_added + corporate_tax + vat_cost


@line("EUR m")
def taxes_net(employment_tax, social_return_tax, corporate_tax, vat_cost):
    """Taxes and premiums that come back because of the cluster: on additional work and on returns to knowledge, and its own taxes."""
    return employment_tax + social_return_tax + corporate_tax + vat_cost


@line("EUR m")
def taxes_net_to_date(taxes_net):
    """Taxes that came back so far."""
    return cumulative(taxes_net)


@line("EUR m real")
def control_point_sales(
    control_point_market,
    control_point_share_with,
    control_point_share_without,
    control_point_start,
    control_point_ramp,
    delay_years,
    included,
):
    """Scenario, not a forecast: extra Dutch sales a year in the value chain if the control point is won."""
    gained = (control_point_share_with - control_point_share_without) * s_curve(control_point_start + delay_years, control_point_ramp)
    return in_unit(control_point_market, "EUR bn real", "EUR m real") * gained * included


@line("EUR m real")
def control_point_income(control_point_sales, control_point_value_added):
    """Scenario, not a forecast: value added a year of those sales if the control point is won. No perspective counts it."""
    return control_point_sales * control_point_value_added


@line("EUR m real")
def control_point_expected(control_point_income, control_point_chance):
    """Value added of the control point times the chance that it is won because of the cluster. No perspective counts it."""
    return control_point_income * control_point_chance


@line("flag", scope="national", warning=True)
def caveat_social_return(social_return_to_rd):
    """Society's benefits are uncertain: CPB (2023) holds that they cannot be told reliably; estimates run from none to 40 % a year."""
    return social_return_to_rd > 0


@line("flag", scope="national", warning=True)
def caveat_additionality(induced_rd_per_public_euro, deadweight_share):
    """Additional R&D is uncertain: SEMATECH's members lowered their own, and Marino et al. (2016) find none at medium and high subsidies."""
    return (induced_rd_per_public_euro > 0) | (deadweight_share < 1)


@line("flag", scope="national", warning=True)
def caveat_gross_jobs(indirect_jobs_per_job, gross_jobs_limit):
    """Jobs elsewhere are set above what was measured: claims such as Fraunhofer's EUR 21 per euro or imec's 7 to 8 have no counterfactual."""
    return indirect_jobs_per_job > gross_jobs_limit
