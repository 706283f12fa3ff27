"""Block 0. Time and prices: from constant prices of the price year to the prices of each year, and discounting."""

from model.language import as_unit, compound, line


@line("EUR/EUR real", scope="national")
def price_index(inflation, inflation_before, first_year, price_year):
    """General price level of a year, 1 in the price year."""
    return as_unit(compound(inflation) * (1 + inflation_before) ** (first_year - price_year), "EUR/EUR real")


@line("EUR/EUR real", scope="national")
def wage_index(inflation, wage_drift, inflation_before, first_year, price_year):
    """Cost of staff of a year, 1 in the price year: inflation and, on top, the real rise of wages."""
    opening = ((1 + inflation_before) * (1 + wage_drift)) ** (first_year - price_year)
    return as_unit(compound((1 + inflation) * (1 + wage_drift) - 1) * opening, "EUR/EUR real")


@line("EUR/EUR real", scope="national")
def construction_index(inflation, construction_drift, inflation_before, first_year, price_year):
    """Price of buildings and equipment of a year, 1 in the price year: inflation and, on top, their real drift."""
    opening = ((1 + inflation_before) * (1 + construction_drift)) ** (first_year - price_year)
    return as_unit(compound((1 + inflation) * (1 + construction_drift) - 1) * opening, "EUR/EUR real")


@line("ratio", scope="national")
def discount_factor_social(social_discount_rate, year, first_year, discount_first_year):
    """What a euro of constant prices in a year is worth to society at the start."""
    return (1 + social_discount_rate) ** -(year - first_year + discount_first_year)


@line("ratio", scope="national")
def discount_factor_financial(financial_discount_rate, year, first_year, discount_first_year):
    """What a euro of constant prices in a year is worth to an investor at the start."""
    return (1 + financial_discount_rate) ** -(year - first_year + discount_first_year)


@line("flag")
def started(year, first_year, delay_years):
    """1 from the year in which the cluster begins, the delay included."""
    return year >= first_year + delay_years


@line("ratio")
def size(included, scale):
    """How large the cluster is built: 1 as in its file, 0 when it is left out."""
    return included * scale
