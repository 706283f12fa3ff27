"""The default case lands where the sketch of the facts does: per period within a quarter, over the life within a tenth."""

from __future__ import annotations

import pytest

import model

LEVERAGE = {"photonics": 1.62, "quantum": 0.97, "battery": 1.22, None: 1.26}
PERIODS = [(2026, 2032), (2033, 2040), (2041, 2060)]
# Real 2026 EUR m: private and public cash over the period, national public cash a year.
SKETCH = {
    "photonics": [(287, 834, 79), (1024, 766, 60), (4339, 1891, 56)],
    "quantum": [(152, 760, 69), (570, 964, 77), (3146, 2250, 68)],
    "battery": [(195, 479, 48), (613, 496, 42), (2295, 1559, 57)],
}


@pytest.mark.parametrize("cluster", LEVERAGE)
def test_life_time_leverage_is_within_a_tenth_of_the_sketch(portfolio_result: model.Result, cluster: str | None) -> None:
    assert portfolio_result.value("leverage", cluster) == pytest.approx(LEVERAGE[cluster], rel=0.1)


@pytest.mark.parametrize("cluster", SKETCH)
def test_money_of_each_period_is_within_a_quarter_of_the_sketch(portfolio_result: model.Result, cluster: str) -> None:
    for (first, last), (private, public, national) in zip(PERIODS, SKETCH[cluster], strict=True):
        years = range(first, last + 1)

        def total(line: str, years: range = years) -> float:
            return sum(portfolio_result.value(line, cluster, year, real=True) for year in years)

        assert total("private_cash") == pytest.approx(private, rel=0.25)
        assert total("public_cash") == pytest.approx(public, rel=0.25)
        assert total("national_public_cash") / len(years) == pytest.approx(national, rel=0.25)


@pytest.mark.parametrize(("year", "percent"), [(2030, 0.028), (2035, 0.033), (2040, 0.039), (2050, 0.042)])
def test_direct_contribution_to_the_target_is_near_the_sketch(portfolio_result: model.Result, year: int, percent: float) -> None:
    assert portfolio_result.value("contribution_pct_gdp", year=year) == pytest.approx(percent, rel=0.15)
