"""Block 1. The seven traits of a megacluster's DNA (vision paper, figure 1), each an indicator with a threshold: a scorecard, not a verdict."""

from model.language import define, last, line, minimum, over_life, ratio, total, value_of, where


@line("ratio")
def dna_mission_driven(strategic_rd_cost, operating_cost, capital_expenditure, price_index):
    """Mission-driven: share of all spending that goes to the joint roadmap, strategic R&D, over the whole life."""
    return ratio(over_life(strategic_rd_cost / price_index), over_life((operating_cost + total(capital_expenditure)) / price_index))


@line("ratio")
def dna_international(foreign_share_of_private):
    """International: share of private cash that comes from outside the country, over the whole life."""
    return foreign_share_of_private


@line("ratio")
def dna_large(rd_performed, price_index, horizon, peer_rd):
    """Large: mean yearly R&D over that of the global peer that the cluster names; blank without one."""
    return ratio(over_life(rd_performed / price_index) / horizon, peer_rd)


@line("ratio")
def dna_unique_assets(service_volume, service_full_volume, service_needs_capacity, service_price, capacity, size):
    """Unique assets: share of the facilities that run that outside customers use, services weighed by price, over the whole life."""
    used = total(service_volume * service_needs_capacity * service_price)
    return ratio(over_life(used), over_life(total(service_full_volume * service_needs_capacity * service_price) * capacity * size))


@line("EUR m")
def rd_paid_by_customers(membership_fees, service_revenue, service_rd_share, service_private_share):
    """Income for R&D that members and private customers pay."""
    return total(membership_fees) + total(service_revenue * service_rd_share * service_private_share)


@line("ratio")
def dna_demand_led(rd_paid_by_customers, programme_grants, base_funding, price_index):
    """Demand-led: share of income for R&D that customers and members pay, over the whole life; the rest is grants and base funding."""
    paid = over_life(rd_paid_by_customers / price_index)
    return ratio(paid, paid + over_life((total(programme_grants) + base_funding) / price_index))


@line("ratio")
def dna_ecosystem_central(members, dna_members_norm, start_ups, dna_startups_norm):
    """Ecosystem-central: members and active spin-offs in the last year over those of a central ecosystem, whichever is less."""
    return minimum(last(total(members)) / dna_members_norm, last(start_ups) / dna_startups_norm)


@line("years")
def dna_long_term(started, unfunded_gap, financeable_tolerance):
    """Long-term: years that are funded in full."""
    return over_life(where(unfunded_gap <= financeable_tolerance, started, 0))


TRAITS = {
    "dna_mission_driven": "dna_mission_threshold",
    "dna_international": "dna_international_threshold",
    "dna_large": "dna_large_threshold",
    "dna_unique_assets": "dna_unique_assets_threshold",
    "dna_demand_led": "dna_demand_led_threshold",
    "dna_ecosystem_central": "dna_ecosystem_threshold",
    "dna_long_term": "dna_long_term_threshold",
}
"""Every trait: the line of its indicator and the input it is held against."""


def _scores():
    place = "model/lines/dna.py"
    met = [
        define(f"{trait}_met", "flag", where(value_of(trait) >= value_of(threshold), 1, 0), "1 when the indicator reaches its threshold.", place)
        for trait, threshold in TRAITS.items()
    ]
    first, *others = (value_of(each.name) for each in met)
    count = sum(others, start=first)
    return [*met, define("dna_traits_met", "ratio", count, "How many of the seven traits reach their thresholds: a scorecard, not a verdict.", place)]


SCORES = _scores()
