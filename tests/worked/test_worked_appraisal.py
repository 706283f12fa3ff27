"""Block 11 on paper: a pilot line of EUR 100m that earns EUR 10m a year, and what sharing it does for one company.

100 is paid in the first of ten years; 10 comes in every year; half of the line is left at the end (life 20 years).
    benefits  10, 10, ..., 10 + 50        costs  100, 0, ..., 0        flow  -90, 10 x 8, 60
At 4 %: 10 x (1 - 1.04^-10) / (1 - 1 / 1.04) + 50 / 1.04^9 = 84.3533 + 35.1293 = 119.4826, so the value is 19.4826, benefits over
costs 1.1948, the funding gap 0. The running total is -90 + 8 x 10 = -10 before the last year, whose 60 repays it in a sixth: 8.1667
years. The rate at which -90 + 10 / (1 + r) + ... + 60 / (1 + r)^9 comes to nothing is 7.4729 %.
"""

from __future__ import annotations

import pytest

import model

EMPTY = {
    "nation.horizon": 10,
    "nation.inflation": 0,
    "nation.wage_drift": 0,
    "nation.financial_discount_rate": 0.04,
    "shed.capex.foundation.building": 100,
    "shed.membership_fee.core": 6,
    "shed.capital_grant_share.national.foundation.building": 0,
    "shed.capital_grant_share.eu.foundation.building": 0,
}


@pytest.fixture(scope="module")
def result() -> model.Result:
    """The shed of tests/cases with a line of 100; two members pay 6 each, the programme costs 2."""
    return model.load("tests/cases/shed.yaml").with_values(EMPTY).run()


def test_the_flow_is_the_one_on_paper(result: model.Result) -> None:
    assert result.values("financial_flow", "shed") == pytest.approx([-90.0] + [10.0] * 8 + [60.0])


@pytest.mark.parametrize(
    ("measure", "on_paper"),
    [("npv", 19.4826), ("irr", 0.074729), ("payback", 8.1667), ("funding_gap", 0.0)],
)
def test_the_measures_are_those_on_paper(result: model.Result, measure: str, on_paper: float) -> None:
    assert result.value(f"financial_{measure}", "shed") == pytest.approx(on_paper, abs=1e-4)


def test_a_company_alone_would_pay_for_half_of_it_and_a_member_its_fee(result: model.Result) -> None:
    """Alone 0.5 x (100 + 2) = 51 and then 1 a year; as a member 6 + 5 x 0.2 = 7 a year.

    At 4 %: 51 + (1 - 1.04^-9) / 0.04 = 58.4353 against 7 x (1 + 7.4353) = 59.0473, so a euro buys 0.9896 of access:
    with one core partner for half of the line, sharing does not pay.
    """
    assert result.value("alone_stake", "shed", tier="core") == pytest.approx(58.4353, abs=1e-4)
    assert result.value("member_stake", "shed", tier="core") == pytest.approx(59.0473, abs=1e-4)
    assert result.value("sharing_factor", "shed", tier="core") == pytest.approx(0.9896, abs=1e-4)
