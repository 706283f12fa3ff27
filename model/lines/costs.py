"""Blocks 5 and 6. People and other operating cost."""

from model.language import delayed, line, maximum, s_curve, total


@line("FTE", over="role")
def fte(service_effort, role_share, office_fte_opening, office_fte_mature, office_ramp, first_year, delay_years, size, started):
    """Staff by role: what the services take, plus the office that runs the cluster as a programme."""
    office = office_fte_opening + (office_fte_mature - office_fte_opening) * s_curve(first_year + delay_years, office_ramp)
    return total(service_effort) * role_share + office * size * started


@line("EUR m", over="role")
def personnel_cost(fte, fte_cost, overhead_share, wage_index):
    """Full cost of staff: salary and employer's charges, with overhead on top."""
    return fte * fte_cost * (1 + overhead_share) * wage_index


@line("EUR m/FTE")
def cost_per_effort(role_share, fte_cost, overhead_share, wage_index):
    """Full cost of a year of work on a service, in the mix of roles that services take."""
    return total(role_share * fte_cost) * (1 + overhead_share) * wage_index


@line("EUR m", over="asset_class")
def maintenance(replacement_value, maintenance_share):
    """Upkeep of assets, as a share of what they would cost new."""
    return replacement_value * maintenance_share


@line("EUR m")
def energy_consumables(energy_full, energy_standby_share, energy_growth, capacity, utilisation, size, price_index, year, first_year, delay_years):
    """Energy and consumables: a standing part for what runs, the rest with its use."""
    running = capacity * (energy_standby_share + (1 - energy_standby_share) * utilisation)
    return energy_full * running * (1 + energy_growth) ** maximum(0, year - first_year - delay_years) * size * price_index


@line("EUR m")
def housing_cost(service_volume, housing_cost_per_unit, price_index):
    """Running the premises that tenants rent."""
    return service_volume["housing"] * housing_cost_per_unit * price_index


@line("EUR m")
def marketing(marketing_budget, delay_years, size, price_index):
    """Marketing and business development."""
    return delayed(marketing_budget, delay_years) * size * price_index


@line("EUR m")
def governance(governance_budget, delay_years, size, price_index):
    """Boards, audit, legal advice, reporting to funders."""
    return delayed(governance_budget, delay_years) * size * price_index


@line("EUR m")
def community(community_budget, delay_years, size, price_index):
    """Events, outreach, education and other work for the community."""
    return delayed(community_budget, delay_years) * size * price_index


@line("EUR m")
def insurance(replacement_value, insurance_share):
    """Insurance of assets."""
    return total(replacement_value) * insurance_share


@line("EUR m")
def purchases(maintenance, energy_consumables, housing_cost, marketing, governance, community, service_direct_cost):
    """What is bought from others and carries VAT."""
    return total(maintenance) + energy_consumables + housing_cost + marketing + governance + community + total(service_direct_cost)


@line("EUR m")
def contingency(personnel_cost, purchases, contingency_share):
    """Room for what goes otherwise than planned."""
    return (total(personnel_cost) + purchases) * contingency_share


@line("EUR m")
def vat_cost(purchases, vat_rate, vat_recoverable_share):
    """VAT on purchases that cannot be recovered, since work without a customer is outside VAT."""
    return purchases * vat_rate * (1 - vat_recoverable_share)


@line("EUR m")
def other_operating_cost(purchases, insurance, contingency, vat_cost):
    """Operating cost that is not staff."""
    return purchases + insurance + contingency + vat_cost


@line("EUR m")
def operating_cost(personnel_cost, other_operating_cost):
    """All cost of running the cluster in a year, without investment and depreciation."""
    return total(personnel_cost) + other_operating_cost
