"""Block 15 on paper: one euro of R&D as society sees it, and one job.

A euro of knowledge that yields 20 % a year after 6 years and ages 10 % a year is worth, at 2.25 % and without end,
    0.2 / 1.0225^6 / (1 - 0.9 / 1.0225) = 0.175 / 0.1198 = 1.4607
Over a horizon of 60 years the tail that is left out is 0.9^54 / 1.0225^54 of it, a thousandth: 1.4592.
100 jobs in the cluster bring 150 elsewhere, gross 250; when 90 % of those people would have worked elsewhere, 25 are new.
"""

from __future__ import annotations

import pytest

import model

LONG = {
    "nation.horizon": 60,
    "nation.social_discount_rate": 0.0225,
    "nation.social_return_to_rd": 0.2,
    "nation.social_return_lag": 6,
    "nation.knowledge_depreciation": 0.1,
    "nation.deadweight_share": 0,
    "shed.new_money_share.national": 1,
    "shed.service_enabled.strategic_rd": "off",
    "shed.secondees_per_member.core": 0,
    "shed.reinvestment_share.building": 0,
}


def test_a_euro_of_research_today() -> None:
    result = model.load("tests/cases/shed.yaml").with_values(LONG).run()
    spent = result.value("rd_performed", "shed", 2026)
    assert spent == pytest.approx(20)
    assert sum(result.values("rd_performed", "shed")) == pytest.approx(spent)
    forever = 0.2 / 1.0225**6 / (1 - 0.9 / 1.0225)
    assert forever == pytest.approx(1.4607, abs=1e-4)
    assert result.value("social_return_pv", "shed") / spent == pytest.approx(forever * (1 - (0.9 / 1.0225) ** 54), rel=1e-9)


def test_a_hundred_jobs() -> None:
    """Ten programmes of ten staff, everything additional."""
    ten = {"shed.service_opening_volume.strategic_rd": 10, "shed.service_mature_volume.strategic_rd": 10}
    changes = {"nation.jobs_per_fte": 1, "nation.indirect_jobs_per_job": 1.5, "nation.labour_displacement": 0.9, "shed.new_money_share.national": 1}
    result = model.load("tests/cases/shed.yaml").with_values({**changes, **ten}).run()
    assert result.value("direct_jobs", "shed", 2026) == pytest.approx(100)
    assert result.value("jobs_gross", "shed", 2026) == pytest.approx(250)
    assert result.value("jobs_net", "shed", 2026) == pytest.approx(25)


def test_a_control_point_stays_out_of_every_perspective(portfolio: model.Case, portfolio_result: model.Result) -> None:
    """Scenario: 4 % instead of 1 % of a market of EUR 35bn, 30 % of it value added: 315m a year; a quarter chance: 79m."""
    assert portfolio_result.value("control_point_income", "photonics", 2060) == pytest.approx(315)
    assert portfolio_result.value("control_point_expected", "photonics", 2060) == pytest.approx(78.75)
    larger = portfolio.with_values({"photonics.control_point_share_with": 0.2}).run()
    assert larger.value("control_point_income", "photonics", 2060) > 1000
    for side in ("financial", "national_capital", "exchequer", "society"):
        assert larger.value(f"{side}_npv") == portfolio_result.value(f"{side}_npv")
