"""Block 4. Services: how much of each is asked for and delivered, what it brings in and what it takes."""

from model.language import line, maximum, minimum, s_curve, total, where


@line("volume", over="service")
def service_demand(
    service_enabled,
    service_opening_volume,
    service_mature_volume,
    service_start,
    service_ramp,
    service_growth,
    service_private_share,
    demand_factor,
    ambition,
    size,
    delay_years,
    year,
    started,
):
    """Units asked for in a year: an S-curve from the opening to the mature volume, then steady growth.

    The demand factor works on the part that private customers pay.
    """
    begins = service_start + delay_years
    ramped = service_opening_volume + (service_mature_volume * ambition - service_opening_volume) * s_curve(begins, service_ramp)
    grown = ramped * (1 + service_growth) ** maximum(0, year - begins - service_ramp)
    private = 1 + (demand_factor - 1) * service_private_share
    return where(year >= begins, grown, 0) * started * service_enabled * private * size


@line("volume", over="service")
def service_volume(service_demand, service_needs_capacity, service_full_volume, capacity, utilisation, size):
    """Units delivered: what is asked for, at most what the running capacity in use allows."""
    limit = service_full_volume * capacity * utilisation * size
    return where(service_needs_capacity == 1, minimum(service_demand, limit), service_demand)


@line("EUR/EUR real", over="service")
def service_price_index(service_wage_linked, wage_index, price_index):
    """Price level of a service: the part that is labour follows wages, the rest general prices."""
    return service_wage_linked * wage_index + (1 - service_wage_linked) * price_index


@line("EUR m", over="service")
def service_revenue(service_volume, service_price, service_price_index):
    """What customers pay for a service in a year."""
    return service_volume * service_price * service_price_index


@line("FTE", over="service")
def service_effort(service_volume, service_effort_per_unit):
    """Staff that a service takes."""
    return service_volume * service_effort_per_unit


@line("EUR m", over="service")
def service_direct_cost(service_volume, service_cost_per_unit, price_index):
    """Other cost that comes with each unit of a service: materials, travel, outside parties."""
    return service_volume * service_cost_per_unit * price_index


@line("EUR m", over="service")
def service_margin(service_revenue, service_effort, service_direct_cost, cost_per_effort):
    """What a service leaves after its own staff and direct cost; negative for what is offered for free."""
    return service_revenue - service_effort * cost_per_effort - service_direct_cost


@line("EUR m")
def housing_rent(service_revenue):
    """Rent of tenants: the revenue of the housing service."""
    return service_revenue["housing"]


@line("EUR m")
def contract_revenue(service_revenue):
    """What customers pay for all services together."""
    return total(service_revenue)
