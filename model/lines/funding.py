"""Block 8. Public money by source: grants for buildings and programmes, and base funding in three modes."""

from model.language import delayed, line, maximum, minimum, total, where


@line("share", over="public_source")
def grant_window(grant_first_year, grant_last_year, grant_taper_years, delay_years, year):
    """1 while a source gives, then down in equal steps over its taper, then 0."""
    fading = (grant_last_year + delay_years + grant_taper_years + 1 - year) / (grant_taper_years + 1)
    return where(year >= grant_first_year + delay_years, maximum(0, minimum(1, fading)), 0)


@line("EUR m", over=("public_source", "asset_class"))
def capital_grants_by_class(initial_capex, capital_grant_share, grant_factor):
    """Grants for buildings and equipment: each source's share of the first investment."""
    return total(initial_capex * capital_grant_share) * grant_factor


@line("EUR m", over="public_source")
def capital_grants(capital_grants_by_class):
    """Grants for buildings and equipment by source."""
    return total(capital_grants_by_class)


@line("EUR m")
def strategic_rd_cost(service_effort, cost_per_effort):
    """Cost of strategic R&D: what programmes co-fund."""
    return service_effort["strategic_rd"] * cost_per_effort


@line("EUR m", over="public_source")
def programme_grants(programme_grant, cofunding_rate, strategic_rd_cost, grant_window, grant_factor, delay_years, size, price_index):
    """Grants for programmes: an amount a year, and a share of the cost of strategic R&D where a source co-funds."""
    amount = delayed(programme_grant, delay_years) * size * price_index
    return (amount + cofunding_rate * strategic_rd_cost) * grant_window * grant_factor


@line("share")
def base_funding_window(base_funding_last_year, base_funding_taper_years, delay_years, year, started):
    """1 while base funding is given, then down over its taper, then 0."""
    fading = (base_funding_last_year + delay_years + base_funding_taper_years + 1 - year) / (base_funding_taper_years + 1)
    return maximum(0, minimum(1, fading)) * started


@line("EUR m")
def base_funding_gap(minimum_cash, cash_before_base_funding, base_funding_ceiling, base_funding_window, delay_years, size, price_index):
    """Base funding that fills what is short of the minimum cash, up to the yearly ceiling."""
    ceiling = delayed(base_funding_ceiling, delay_years) * size * price_index * base_funding_window
    return minimum(ceiling, maximum(0, minimum_cash - cash_before_base_funding))


@line("EUR m")
def base_funding_fixed(base_funding_path, base_funding_window, delay_years, size, price_index):
    """Base funding as an agreed amount a year."""
    return delayed(base_funding_path, delay_years) * base_funding_window * size * price_index


@line("EUR m")
def base_funding_proportional(base_funding_rate, base_funding_window, operating_cost):
    """Base funding as a share of operating cost."""
    return base_funding_rate * base_funding_window * operating_cost


@line("EUR m")
def base_funding(base_funding_mode, base_funding_gap, base_funding_fixed, base_funding_proportional):
    """The yearly contribution that is tied to no project, by the chosen mode."""
    fixed_or_share = where(base_funding_mode == "fixed", base_funding_fixed, base_funding_proportional)
    return where(base_funding_mode == "gap", base_funding_gap, fixed_or_share)


@line("EUR m", over="public_source")
def public_cash_by_source(capital_grants, programme_grants, base_funding, base_funding_payer_share, public_purchases, public_buyer_share):
    """All public cash by who gives it: grants, base funding, and services that public bodies buy."""
    return capital_grants + programme_grants + base_funding * base_funding_payer_share + public_purchases * public_buyer_share


@line("EUR m")
def public_cash(public_cash_by_source):
    """All public cash: the denominator of the headline leverage."""
    return total(public_cash_by_source)


@line("EUR m")
def national_public_cash(public_cash_by_source):
    """Cash from the national government."""
    return public_cash_by_source["national"]


@line("EUR m")
def eu_public_cash(public_cash_by_source):
    """Cash from the European Union."""
    return public_cash_by_source["eu"]


@line("EUR m")
def shifted_public_cash(public_cash_by_source, new_money_share):
    """Public cash that is not new but moved here from other programmes."""
    return total(public_cash_by_source * (1 - new_money_share))


@line("EUR m")
def grants_received(capital_grants, programme_grants):
    """Capital and programme grants of all sources, without base funding."""
    return total(capital_grants) + total(programme_grants)


@line("EUR m")
def check_public_split(public_cash, grants_received, base_funding, public_purchases):
    """Public cash by source less grants, base funding and public purchases: nothing may be left."""
    return public_cash - grants_received - base_funding - public_purchases
