"""Block 13 on paper: what EUR 640m of spending a year brings forth.

1.0 spin-off per EUR 100m is 6.4 a year; 30 % of them reach EUR 10m of funding: 1.92 scale-ups a year; 1 % a unicorn: 0.064 a year,
one in 15.6 years. The vision paper promises a pipeline from start-up to unicorn; this is its size.
"""

from __future__ import annotations

import pytest

import model


@pytest.fixture(scope="module")
def result() -> model.Result:
    """A tiny cluster whose only cost is EUR 640m a year of governance, without a lag."""
    nothing = {"tiny.community_budget": 0, "tiny.marketing_budget": 0, "tiny.energy_full": 0, "tiny.contingency_share": 0, "tiny.insurance_share": 0}
    nothing |= {f"tiny.office_fte_{time}.programme_office": 0 for time in ("opening", "mature")}
    nothing |= {f"tiny.service_enabled.{name}": "off" for name in ("strategic_rd", "contract_research", "testing_validation", "housing")}
    nothing |= {f"tiny.maintenance_share.{name}": 0 for name in ("building", "cleanroom", "pilot_line", "laboratory", "digital")}
    lags = dict.fromkeys(("tiny.spin_off_lag", "tiny.scale_up_lag", "tiny.unicorn_lag"), 0)
    rates = {"tiny.spin_off_rate": 0.01, "tiny.scale_up_share": 0.3, "tiny.unicorn_share": 0.01}
    spent = {"tiny.governance_budget": 640, "tiny.vat_recoverable_share": 1}
    return model.load("tests/cases/tiny.yaml").with_values({**nothing, **lags, **rates, **spent}).run()


def test_spin_offs_scale_ups_and_unicorns_a_year(result: model.Result) -> None:
    assert result.value("operating_cost", "tiny", 2030) == pytest.approx(640)
    assert result.value("spin_offs", "tiny", 2030) == pytest.approx(6.4)
    assert result.value("scale_ups", "tiny", 2030) == pytest.approx(1.92)
    assert result.value("unicorns", "tiny", 2030) == pytest.approx(0.064)


def test_one_unicorn_takes_fifteen_years_and_more(result: model.Result) -> None:
    assert result.value("years_per_unicorn", "tiny") == pytest.approx(15.625)
    assert result.value("years_per_unicorn_at_end", "tiny") == pytest.approx(15.625)


def test_the_three_clusters_together_are_of_that_size(portfolio_result: model.Result) -> None:
    """FACTS 10: about 6 spin-offs and 1.5 scale-ups a year in 2040 and one unicorn per 15 to 20 years, when mature."""
    assert 4 <= portfolio_result.value("spin_offs", year=2040) <= 7
    assert 0.7 <= portfolio_result.value("scale_ups", year=2040) <= 2
    assert 14 <= portfolio_result.value("years_per_unicorn_at_end") <= 20
    assert portfolio_result.value("years_per_unicorn") > 2 * portfolio_result.value("years_per_unicorn_at_end")


def test_five_years_of_survival_are_the_published_four_of_five(portfolio: model.Case) -> None:
    survival = float(portfolio.quantity("photonics", "startup_survival").value)  # type: ignore[arg-type]
    assert survival**5 == pytest.approx(0.8, abs=0.005)
