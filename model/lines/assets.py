"""Block 2. Phases, assets and capacity: what is built, what it wears, what it can do."""

from model.language import cumulative, delayed, last, line, minimum, renewal, s_curve, share, total, where, window_total


@line("share", over="phase")
def build_share(phase_start, phase_build_years, phase_gate, delay_years, year, started):
    """Share of a phase's capital that is spent in a year: evenly over its years of construction; what lies before the start is spent already."""
    begins = phase_start + delay_years
    return where((year >= begins) & (year < begins + phase_build_years), phase_gate / phase_build_years, 0) * started


@line("EUR m", over=("phase", "asset_class"))
def initial_capex(capex, build_share, overrun_factor, size, construction_index):
    """First investment of a phase, overrun included."""
    return capex * build_share * overrun_factor * size * construction_index


@line("EUR m real", over="asset_class")
def existing_assets_renewed(existing_assets_received, price_index, existing_asset_life, existing_assets_renewed_share):
    """Assets that partners brought in, as far as the cluster buys them new when they are worn, in constant prices."""
    return delayed(existing_assets_received / price_index, existing_asset_life) * existing_assets_renewed_share


@line("EUR m", over="asset_class")
def replacement_capex(initial_capex, existing_assets_renewed, construction_index, asset_life, reinvestment_share):
    """Investment that comes back every life of the asset, at the share of its price that is spent again."""
    bought = total(initial_capex) / construction_index + existing_assets_renewed
    return (existing_assets_renewed + renewal(bought, asset_life)) * reinvestment_share * construction_index


@line("EUR m", over="asset_class")
def capital_expenditure(initial_capex, replacement_capex):
    """All investment of a year."""
    return total(initial_capex) + replacement_capex


@line("EUR m", over="asset_class")
def existing_assets_received(existing_assets, size, year, first_year, delay_years, price_index):
    """Assets that partners bring in at the start, at book value: in kind, no cash."""
    return where(year == first_year + delay_years, existing_assets, 0) * size * price_index


@line("EUR m", over="asset_class")
def existing_assets_depreciation(existing_assets_received, existing_asset_life):
    """Straight-line depreciation of the assets that partners brought in."""
    return window_total(existing_assets_received, existing_asset_life) / existing_asset_life


@line("EUR m", over="asset_class")
def depreciation(capital_expenditure, asset_life, existing_assets_depreciation):
    """Straight-line depreciation of every vintage over its life, from the year it is paid, at historical cost."""
    return window_total(capital_expenditure, asset_life) / asset_life + existing_assets_depreciation


@line("EUR m", over="asset_class")
def book_value(capital_expenditure, existing_assets_received, depreciation):
    """What the assets still stand for in the books at the end of a year."""
    return cumulative(capital_expenditure + existing_assets_received - depreciation)


@line("EUR m")
def residual_value(book_value):
    """Book value at the end of the horizon."""
    return last(total(book_value))


@line("EUR m", over="asset_class")
def replacement_value(capital_expenditure, construction_index, asset_life, existing_assets_received, existing_asset_life, price_index):
    """What the assets in use would cost in the year's prices: the base of maintenance and insurance."""
    bought = window_total(capital_expenditure / construction_index, asset_life) * construction_index
    brought_in = window_total(existing_assets_received / price_index, existing_asset_life) * price_index
    return bought + brought_in


@line("flag", over="phase")
def phase_running(phase_start, phase_build_years, commissioning_years, phase_gate, delay_years, year, started):
    """1 when a phase is built and commissioned."""
    return where(year >= phase_start + delay_years + phase_build_years + commissioning_years, phase_gate, 0) * started


@line("flag", warning=True)
def phases_before_start(phase_start, phase_gate, first_year):
    """Phases begin before the first year: what was spent on them then is in no figure, though they run. Change phase_start too."""
    return total(where(phase_start < first_year, phase_gate, 0)) > 0


@line("share")
def capacity(phase_running, capacity_share, existing_capacity_share, started):
    """Share of the full cluster that is built and running."""
    return minimum(1, existing_capacity_share * started + total(phase_running * capacity_share))


@line("share")
def ambition(phase_gate, capacity_share, existing_capacity_share):
    """Share of the planned capacity that goes ahead: members and customers come for what will be there."""
    return share(existing_capacity_share + total(phase_gate * capacity_share), existing_capacity_share + total(capacity_share))


@line("share")
def utilisation(utilisation_start, utilisation_ramp, utilisation_opening, utilisation_mature, delay_years):
    """Share of the running capacity that is used: a ramp up to the mature level."""
    return utilisation_opening + (utilisation_mature - utilisation_opening) * s_curve(utilisation_start + delay_years, utilisation_ramp)
