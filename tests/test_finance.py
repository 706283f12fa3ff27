"""Financial measures against published answers, closed forms and the rules of the module.

Each published case names its source and carries the answer as printed there, to the digits printed there.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from published_finance import BMA, BRIGHAM, EXCEL, FORMULAJS, MATHPHP, NOTES, NPF, PYXIRR, ROSS

from model import finance


@pytest.mark.parametrize(
    ("source", "rate", "flows", "from_first_period", "answer", "within"),
    [
        (EXCEL, 0.10, [-10000, 3000, 4200, 6800], True, 1188.44, 5e-3),
        (EXCEL, 0.08, [-40000, 8000, 9200, 10000, 12000, 14500], False, 1922.06, 5e-3),
        (EXCEL, 0.08, [-40000, 8000, 9200, 10000, 12000, 14500, -9000], False, -3749.47, 5e-3),
        ("PhpSpreadsheet, NPV.php", 0.10, [-10000, 3000, 4200, 6800], True, 1188.4434123352, 1e-9),
        ("PhpSpreadsheet, NPV.php", 0.08, [8000, 9200, 10000, 12000, 14500], True, 41922.061554931999, 1e-9),
        ("PhpSpreadsheet, NPV.php", 0.08, [8000, 9200, 10000, 12000, 14500, -9000], True, 36250.534912984003, 1e-9),
        ("PhpSpreadsheet, NPV.php", 0.05, [2000, 2400, 2900, 3500, 4100], True, 12678.677633095, 1e-9),
        (FORMULAJS, 0.1, [-10000, 2000, 4000, 8000], True, 1031.3503176012546, 1e-9),
        (FORMULAJS, 0.1, [-75000], True, -68181.81818181818, 1e-9),
        (FORMULAJS, 0.12, [12000, 15000, 18000, 21000, 24000], True, 62448.362521940246, 1e-9),
        ("Adobe FormCalc reference", 0.065, [5000], True, 4694.83568075117, 1e-10),
        ("Adobe FormCalc reference", 0.10, [500, 1500, 4000, 10000], True, 11529.60863329007, 1e-10),
        ("Adobe FormCalc reference", 0.0275 / 12, [50, 60, 40, 100, 25], True, 273.14193838457, 1e-10),
        ("Spread.NET reference", 0.065, [-10000, 3000, 3400, 7700], True, 2055.38, 5e-3),
        ("FinancialSharp, TestNPV.fs", 0.05, [-15000, 1500, 2500, 3500, 4500, 6000], False, 122.89485495093959, 1e-9),
        (PYXIRR, 0.08, [-40000, 5000, 8000, 12000, 30000], False, 3065.222668179, 1e-9),
        (PYXIRR, 0.08, [-40000, 5000, 8000, 12000, 30000], True, 2838.169137203, 1e-9),
        (PYXIRR, 0.0, [-40000, 5000, 8000, 12000, 30000], True, 15000.0, 1e-9),
        (MATHPHP, 0.01, [-1.0, 1.1], False, 0.089108910891089188, 1e-15),
        (MATHPHP, 0.01, [-1000, 100, 200, 300, 400], False, -29.361706957097013, 1e-11),
        (MATHPHP, 0.12, [-1000, 100, 200, 300, 400], False, -283.53420449812597, 1e-11),
        (MATHPHP, 0.12, [-1000, 100, 200, 300, 400, 500], False, 0.17922336117362647, 1e-11),
        (MATHPHP, 0.03, [-1000, 100, -500, 300, 700, 700], False, 126.09900448974433, 1e-11),
        ("finrb, cashflows_spec.rb", 0.1, [-100, 60, 60, 60], False, 49.211, 5e-4),
        (BRIGHAM, 0.10, [-1000, 500, 400, 300, 100], False, 78.82, 5e-3),
        (BRIGHAM, 0.10, [-1000, 100, 300, 400, 600], False, 49.18, 5e-3),
        (BMA, 0.10, [1000, -3000, 2500], False, 339, 0.5),
        (BMA, 0.10, [1000, -3600, 4320, -1728], False, -0.75, 5e-3),
        (BMA, 0.10, [-30, *[10] * 9, -65], False, 2.53, 5e-3),
        (BMA, 0.10, [-1000, 800, 150, 150, 150, 150, -150], False, 74.9, 5e-2),
        (NOTES, 0.15, [-900, 300, 400, 400, 500, 600], False, 510.52, 1e-2),
    ],
)
def test_npv_as_published(
    source: str,
    rate: float,
    flows: list[float],
    from_first_period: bool,
    answer: float,
    within: float,
) -> None:
    worth = finance.npv(rate, flows, first_year_discounted=from_first_period)
    assert worth == pytest.approx(answer, abs=within), source


def test_npv_does_not_discount_the_first_flow() -> None:
    assert finance.npv(0.25, [80.0]) == 80.0
    assert finance.npv(0.25, [0.0, 80.0]) == 64.0
    assert finance.npv(0.25, [0.0, 80.0], first_year_discounted=True) == pytest.approx(51.2)


def test_npv_broadcasts_rates_against_the_batch() -> None:
    flows = np.array([[-100.0, 110.0], [-50.0, 60.0], [0.0, 1.0]])
    assert finance.npv([0.0, 0.1, 0.2], flows[0]).shape == (3,)
    np.testing.assert_allclose(finance.npv([0.0, 0.1, 0.25], flows), [10.0, 60 / 1.1 - 50, 0.8])
    grid = finance.npv(np.array([[0.0], [0.1]]), flows)
    assert grid.shape == (2, 3)
    np.testing.assert_allclose(grid[1], [0.0, 60 / 1.1 - 50, 1 / 1.1], atol=1e-13)


def test_npv_at_a_rate_near_minus_one_is_not_spoilt_by_zeros() -> None:
    assert finance.npv(-0.9999, [1.0, *[0.0] * 200]) == 1.0


@pytest.mark.parametrize(
    ("source", "flows", "finance_rate", "reinvest_rate", "answer", "within"),
    [
        (EXCEL, [-120000, 39000, 30000, 21000, 37000, 46000], 0.10, 0.12, 0.13, 5e-3),
        (EXCEL, [-120000, 39000, 30000, 21000], 0.10, 0.12, -0.05, 5e-3),
        (EXCEL, [-120000, 39000, 30000, 21000, 37000, 46000], 0.10, 0.14, 0.13, 5e-3),
        ("PhpSpreadsheet, MIRR.php", [-120000, 39000, 30000, 21000, 37000, 46000], 0.1, 0.12, 0.12609413036591, 1e-12),
        ("PhpSpreadsheet, MIRR.php", [-120000, 39000, 30000, 21000], 0.10, 0.12, -0.048044655249981, 1e-12),
        ("PhpSpreadsheet, MIRR.php", [-120000, 39000, 30000, 21000, 37000, 46000], 0.1, 0.14, 0.13475911082831, 1e-12),
        ("PhpSpreadsheet, MIRR.php", [-100, 12, 14, 11], 5.5, 5.0, 0.74021752686287, 1e-12),
        ("PhpSpreadsheet, MIRR.php", [-100, 12, 14, 11, 13, 16], 5.5, 5.0, 1.8579321744785, 1e-12),
        (NPF, [-4500, -800, 800, 800, 600, 600, 800, 800, 700, 3000], 0.08, 0.055, 0.0666, 5e-5),
        (NPF, [-120000, 39000, 30000, 21000, 37000, 46000], 0.10, 0.12, 0.126094, 5e-7),
        (NPF, [100, 200, -50, 300, -200], 0.05, 0.06, 0.3428, 5e-5),
        ("FinancialSharp", [-4500, -800, 800, 800, 600, 600, 800, 800, 700, 3000], 0.08, 0.055, 0.0665971750316, 1e-12),
        ("FinancialSharp", [100, 200, -50, 300, -200], 0.05, 0.06, 0.34282338784217692, 1e-13),
        (PYXIRR, [-1000, 100, 250, 500, 500], 0.1, 0.1, 0.10401626745, 1e-11),
        (FORMULAJS, [-75000, 12000, 15000, 18000, 21000, 24000], 0.1, 0.12, 0.07971710360838036, 1e-12),
        ("RedCrab reference", [123, -143, 222, -192], 0.005, 0.003, 0.0152, 5e-5),
        (MATHPHP, [-1, 1], 0.1, 0.1, 0.0, 1e-12),
        (MATHPHP, [-1, 2], 0.1, 0.1, 1.0, 1e-12),
        (MATHPHP, [1, -1], 0.05, 0.07, 0.1235, 1e-12),
        (MATHPHP, [-1000, -4000, 5000, 2000], 0.10, 0.12, 0.17908568603489283, 1e-12),
        (MATHPHP, [-250000, 50000, 100000, 200000], 0.13, 0.13, 0.14658850347563979, 1e-12),
        (MATHPHP, [-10000, 18000, -50000, 25000, 25000, 225000], 0.05, 0.1, 0.410571259576975271, 1e-12),
        (MATHPHP, [-10000, 18000, -50000, 25000, 25000, 225000], 0.1, 0.05, 0.42417388160672798, 1e-12),
        (BRIGHAM, [-1000, 500, 400, 300, 100], 0.10, 0.10, 0.121, 5e-4),
        (BRIGHAM, [-1000, 100, 300, 400, 600], 0.10, 0.10, 0.113, 5e-4),
    ],
)
def test_mirr_as_published(
    source: str,
    flows: list[float],
    finance_rate: float,
    reinvest_rate: float,
    answer: float,
    within: float,
) -> None:
    assert finance.mirr(flows, finance_rate, reinvest_rate) == pytest.approx(answer, abs=within), source


@pytest.mark.parametrize("flows", [[39000, 30000, 21000], [-39000, -30000], [-1], [1], [0, 0], [0, -3]])
def test_mirr_needs_a_cost_and_a_gain(flows: list[float]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isnan(finance.mirr(flows, 0.1, 0.12))


def test_mirr_of_a_long_flow_at_a_high_rate_does_not_overflow() -> None:
    assert finance.mirr([-1.0, *[0.0] * 250, 1.0], 9.0, 9.0) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize(
    ("source", "rate", "flows", "answer", "within"),
    [
        (MATHPHP, 0.0, [0], 0.0, 0.0),
        (MATHPHP, 0.0, [1, 0], 0.0, 0.0),
        (MATHPHP, 0.0, [0, 1], 0.0, 0.0),
        (MATHPHP, 0.0, [-1, 1], 1.0, 1e-12),
        (MATHPHP, 0.0, [-1, 0, 1], 2.0, 1e-12),
        (MATHPHP, 0.0, [-1, 1, 0], 1.0, 1e-12),
        (MATHPHP, 0.01, [-1, 1, 1], 1.0101, 1e-9),
        (MATHPHP, 0.10, [-1, 1, 1], 1.11, 1e-9),
        (MATHPHP, 0.50, [-1, 1, 1], 1.75, 1e-9),
        (MATHPHP, 0.60, [-1, 1, 1], 1.96, 1e-9),
        (MATHPHP, 0.61803398, [-1, 1, 1], 1.99999998043464, 1e-9),
        (MATHPHP, 0.0, [-2, 0, 2], 2.0, 1e-12),
        (MATHPHP, 0.0, [-2, 1, 2], 1.5, 1e-12),
        (MATHPHP, 0.0, [-10, 7, 7], 1.4285714285714286, 1e-12),
        (MATHPHP, 0.0, [-10, 5, -3, 5, 5], 3.6, 1e-12),
        (MATHPHP, 0.0, [-10, 5, -5, 5, 5], 4.0, 1e-12),
        (MATHPHP, 0.0, [-10, 5, -5, 5, 6, -1], 3.8333333333333335, 1e-12),
        (MATHPHP, 0.0, [-10, 15, -7, 5, 6, -1], 2.4, 1e-12),
        (MATHPHP, 0.0, [-10, 15, -7, 5, 6, -10, 1], 6.0, 1e-12),
        (MATHPHP, 0.0, [-1000, 100, 200, 300, 400, 500], 4.0, 1e-12),
        (MATHPHP, 0.1, [-1000, 100, 200, 300, 400, 500], 4.7898, 1e-9),
        (MATHPHP, 0.11, [-2324000, *[600000] * 6], 5.3318794669369414, 1e-12),
        (BRIGHAM, 0.0, [-1000, 500, 400, 300, 100], 2.33, 5e-3),
        (BRIGHAM, 0.0, [-1000, 100, 300, 400, 600], 3.33, 5e-3),
        (BRIGHAM, 0.1, [-1000, 500, 400, 300, 100], 2.95, 5e-3),
        (BRIGHAM, 0.1, [-1000, 100, 300, 400, 600], 3.88, 5e-3),
        ("Brigham, test bank", 0.0, [-1100, 300, 310, 320, 330, 340], 3.52, 5e-3),
        ("Brigham, test bank", 0.1, [-950, 525, 485, 445, 405], 2.22, 5e-3),
        (ROSS, 0.0, [-3200, *[790] * 8], 4.05, 5e-3),
        (ROSS, 0.0, [-4800, *[790] * 8], 6.08, 5e-3),
        (ROSS, 0.14, [-8000, 6500, 7000, 7500, 8000], 1.43, 5e-3),
        (ROSS, 0.14, [-13000, 6500, 7000, 7500, 8000], 2.38, 5e-3),
        (ROSS, 0.15, [-6000, 3300, 4200, 5400, 4600], 1.986, 5e-4),
        (ROSS, 0.15, [-8100, 3300, 4200, 5400, 4600], 2.579, 5e-4),
        (ROSS, 0.15, [-11100, 3300, 4200, 5400, 4600], 3.572, 5e-4),
        ("paid back exactly, in decimals", 0.0, [-0.5, *[0.1] * 5], 5.0, 1e-12),
        ("paid in after a gain", 0.0, [100, -150, 80], 1.625, 1e-12),
    ],
)
def test_payback_as_published(source: str, rate: float, flows: list[float], answer: float, within: float) -> None:
    assert finance.discounted_payback(rate, flows) == pytest.approx(answer, abs=within), source
    if rate == 0.0:
        assert finance.payback(flows) == pytest.approx(answer, abs=within), source


@pytest.mark.parametrize(
    ("rate", "flows"),
    [
        (0.0, [-1]),
        (0.0, [-1, 0]),
        (0.62, [-1, 1, 1]),
        (1.0, [-1, 1, 1]),
        (0.0, [-2, 1]),
        (0.0, [-10, 5, -6, 5, 5]),
        (0.0, [-10, 5, -5, 5, 5, -1]),
        (0.0, [-10, 15, -7, 5, 6, -10]),
        (0.0, [-7300, *[790] * 8]),
    ],
)
def test_never_paid_back_is_nan(rate: float, flows: list[float]) -> None:
    assert np.isnan(finance.discounted_payback(rate, flows))


@pytest.mark.parametrize(
    ("source", "rate", "flows", "answer"),
    [
        (MATHPHP, 0.0, [-1, 1, 1, -1], 1.0),
        (MATHPHP, 0.10, [-100, 50, 50, 50], 1.2434259954921112),
        (MATHPHP, 0.01, [-50000, 65000], 1.2871287128712872),
        (MATHPHP, 0.10, [-40000, 18000, 12000, 10000, 9000, 6000], 1.0916697195298382),
        (MATHPHP, 0.10, [-40000, 18000, 12000, -10000, 9000, 6000], 0.76091865698558803),
        (MATHPHP, 0.01, [-40000, 18000, 12000, -10000, 9000, 6000], 0.88405904911326394),
    ],
)
def test_profitability_index_as_published(source: str, rate: float, flows: list[float], answer: float) -> None:
    benefits, costs = np.maximum(flows, 0.0), -np.minimum(flows, 0.0)
    assert finance.benefit_cost_ratio(rate, benefits, costs) == pytest.approx(answer, rel=1e-12), source


def test_benefit_cost_ratio() -> None:
    # Friedman and Wyatt, Evaluation Methods in Biomedical Informatics, self-test 11.3: 149,911 over 156,220
    ratio = finance.benefit_cost_ratio(0.05, [0, 30, 40, 50, 60], [100, 40, 10, 10, 10])
    assert ratio == pytest.approx(149911 / 156220, abs=1e-4)
    ratios = finance.benefit_cost_ratio([0.0, 0.1], [[1, 2], [3, 4]], [0.0, 2.0])
    np.testing.assert_allclose(ratios, [1.5, (3 + 4 / 1.1) / (2 / 1.1)])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isnan(finance.benefit_cost_ratio(0.05, [1, 2], [0, 0]))


def test_funding_gap_is_the_shortfall_of_the_present_value() -> None:
    assert finance.funding_gap(0.08, [-100.0, 54.0, 54.0 * 1.08]) == pytest.approx(0.0, abs=1e-12)
    assert finance.funding_gap(0.08, [-100.0, 27.0, 27.0 * 1.08]) == pytest.approx(50.0)
    gaps = finance.funding_gap([0.0, 0.5], [[-10.0, 30.0], [-10.0, 6.0]])
    assert gaps.tolist() == [0.0, 6.0]
    assert not np.signbit(finance.funding_gap(0.0, [-1.0, 1.0]))


def test_funding_gap_rate_follows_the_steps_of_the_commission() -> None:
    # two years of building, eight of operation, assets worth 100 at the end: DIC, DNR and R step by step
    rate, investment, revenue = 0.04, [500.0, 500.0, *[0.0] * 8], [0.0, 0.0, *[60.0] * 8]
    cost = 500.0 + 500.0 / 1.04
    net = 60.0 * (1.0 - 1.04**-8) / 0.04 / 1.04
    assert finance.funding_gap_rate(rate, investment, revenue) == pytest.approx((cost - net) / cost)
    covered = net + 100.0 / 1.04**9
    assert finance.funding_gap_rate(rate, investment, revenue, residual=100.0) == pytest.approx((cost - covered) / cost)


def test_funding_gap_rate_at_its_limits() -> None:
    assert finance.funding_gap_rate(0.04, [100, 0], [0, 200]) == 0.0
    assert finance.funding_gap_rate(0.04, [100, 0], [0, -20]) == 1.0
    # the residual value counts only where revenue outweighs cost
    assert finance.funding_gap_rate(0.04, [100, 0], [0, -20], residual=90) == 1.0
    assert np.isnan(finance.funding_gap_rate(0.04, [0, 0], [0, 5]))
    assert np.isnan(finance.funding_gap_rate(0.04, [-5, 0], [0, 5]))
    shares = finance.funding_gap_rate(0.0, [[100, 0], [100, 0]], [[0, 50], [0, 20]], residual=[10, 30])
    np.testing.assert_allclose(shares, [0.4, 0.5])


@pytest.mark.parametrize(
    ("source", "rate", "periods", "amount", "answer"),
    [
        (NPF, 0.08 / 12, 60, 15000, 304.1459143262052370338701494),
        (NPF, 0.0, 60, 15000, 250.0),
        (NPF, 0.3, 12, 2000, 626.9081401700757748402586600),
        (NPF, 0.8, 3, 20000, 19311.25827814569536423841060),
        (FORMULAJS, 0.1 / 12, 24, 100000, 4614.49263375167),
        (PYXIRR, 0.075 / 12, 180, 200000, 1854.0247200054619),
        (PYXIRR, 0.01 / 12, 180, 200000, 1196.9890290366611),
    ],
)
def test_annuity_as_published(source: str, rate: float, periods: int, amount: float, answer: float) -> None:
    assert finance.annuity(rate, periods, amount) == pytest.approx(answer, rel=1e-12), source


def test_annuity_broadcasts_and_bears_tiny_rates() -> None:
    payments = finance.annuity([[0.0], [0.1]], [1, 2], 110.0)
    np.testing.assert_allclose(payments, [[110.0, 55.0], [121.0, 110.0 * 0.1 / (1 - 1.1**-2)]])
    assert finance.annuity(1e-13, 10, 100.0) == pytest.approx(10.0, rel=1e-11)


Call = Callable[[object], object]
TAKES_FLOWS: dict[str, Call] = {
    "npv": lambda flows: finance.npv(0.04, flows),  # type: ignore[arg-type]
    "irr": lambda flows: finance.irr(flows),  # type: ignore[arg-type]
    "irr_all": lambda flows: finance.irr_all(flows),  # type: ignore[arg-type]
    "irr_reason": lambda flows: finance.irr_reason(flows),  # type: ignore[arg-type]
    "mirr": lambda flows: finance.mirr(flows, 0.1, 0.1),  # type: ignore[arg-type]
    "payback": lambda flows: finance.payback(flows),  # type: ignore[arg-type]
    "discounted_payback": lambda flows: finance.discounted_payback(0.04, flows),  # type: ignore[arg-type]
    "benefit_cost_ratio": lambda flows: finance.benefit_cost_ratio(0.04, flows, [1.0, 2.0, 3.0]),  # type: ignore[arg-type]
    "funding_gap": lambda flows: finance.funding_gap(0.04, flows),  # type: ignore[arg-type]
    "funding_gap_rate": lambda flows: finance.funding_gap_rate(0.04, [1.0, 2.0, 3.0], flows),  # type: ignore[arg-type]
}
WRONG: list[tuple[object, str]] = [
    ([1.0, None, 2.0], r"blank .* at index 1"),
    ([1.0, float("nan"), 2.0], r"blank .* at index 1"),
    ([1.0, "", " "], r"blank .* at index 1, 2"),
    ([1.0, pd.NA, 2.0], r"blank .* at index 1"),
    ([1.0, Decimal("NaN"), 2.0], r"blank .* at index 1"),
    (pd.Series([1.0, None, 2.0]), r"blank .* at index 1"),
    (np.ma.MaskedArray([1, 2, 3], mask=[False, False, True]), r"blank .* at index 2"),
    ([[1.0, 2.0, None], [None, 3.0, 4.0]], r"blank .* at index \(0, 2\), \(1, 0\)"),
    ([1.0, float("inf"), -float("inf")], r"infinite at index 1, 2"),
    ([1.0, "2", 3.0], r"not a number at index 1"),
    ([1.0, "twelve", 3.0], r"not a number at index 1"),
    ([True, False, True], r"not a number at index 0, 1, 2"),
    ([1.0, 2.0j, 3.0], r"not a number at index 1"),
    (np.array(["2026-01-01"] * 3, dtype="datetime64[D]"), r"not a number at index 0, 1, 2"),
    ([[1.0, 2.0, 3.0], [1.0, 2.0]], r"rows differ in length"),
    (5.0, r"one number per period is needed"),
    (None, r"blank"),
]


@pytest.mark.parametrize("name", TAKES_FLOWS)
@pytest.mark.parametrize(("wrong", "message"), WRONG)
def test_wrong_flows_are_errors_that_say_where(name: str, wrong: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        TAKES_FLOWS[name](wrong)


@pytest.mark.parametrize("name", [name for name in TAKES_FLOWS if name != "irr_reason"])
@pytest.mark.parametrize("empty", [[], np.empty((3, 0))])
def test_empty_flows_are_errors(name: str, empty: object) -> None:
    with pytest.raises(ValueError, match="empty; at least one period"):
        TAKES_FLOWS[name](empty)


def test_a_batch_without_rows_gives_no_results() -> None:
    none = np.empty((0, 35))
    assert finance.irr(none).shape == finance.npv(0.04, none).shape == finance.payback(none).shape == (0,)
    assert finance.irr_all(none).shape == (0,)


@pytest.mark.parametrize("rate", [-1.0, -1.5, None, float("nan"), float("inf"), "4 %"])
def test_wrong_rates_are_errors(rate: object) -> None:
    flows = [-100.0, 60.0, 60.0]
    calls: list[Callable[[], object]] = [
        lambda: finance.npv(rate, flows),  # type: ignore[arg-type]
        lambda: finance.irr(flows, rate),  # type: ignore[arg-type]
        lambda: finance.mirr(flows, rate, 0.1),  # type: ignore[arg-type]
        lambda: finance.mirr(flows, 0.1, rate),  # type: ignore[arg-type]
        lambda: finance.discounted_payback(rate, flows),  # type: ignore[arg-type]
        lambda: finance.benefit_cost_ratio(rate, flows, flows),  # type: ignore[arg-type]
        lambda: finance.funding_gap(rate, flows),  # type: ignore[arg-type]
        lambda: finance.funding_gap_rate(rate, flows, flows),  # type: ignore[arg-type]
        lambda: finance.annuity(rate, 10, 100.0),  # type: ignore[arg-type]
    ]
    for call in calls:
        with pytest.raises(ValueError, match=r"rate|guess"):
            call()


def test_every_mistake_is_in_one_message() -> None:
    shapes = "{'flows': (2,), 'finance_rate': (3,), 'reinvest_rate': ()}"
    with pytest.raises(ValueError) as caught:
        finance.mirr([[-1.0, None, np.inf], [1.0, "x", np.nan]], [0.1, -2.0, 0.1], None)  # type: ignore[arg-type]
    assert str(caught.value).splitlines() == [
        "flows: blank (None or NaN; blanks are errors, not zeros) at index (0, 1), (1, 2)",
        "flows: infinite at index (0, 2)",
        "flows: not a number at index (1, 1)",
        "finance_rate: -1 (-100 %) or less at index 1",
        "reinvest_rate: blank (None or NaN; blanks are errors, not zeros)",
        f"shapes do not match: {shapes} (without the periods of flows)",
    ]


def test_a_long_list_of_mistakes_is_cut_and_counted() -> None:
    with pytest.raises(ValueError, match=r"index 0, 1, .*, 19 and 80 more$"):
        finance.payback([None] * 100)  # type: ignore[arg-type]


def test_shapes_that_do_not_match_are_errors() -> None:
    with pytest.raises(ValueError, match="shapes do not match"):
        finance.npv([0.1, 0.2, 0.3], [[1.0, 2.0], [3.0, 4.0]])
    with pytest.raises(ValueError, match=r"number of periods differs: \{'benefits': 3, 'costs': 2\}"):
        finance.benefit_cost_ratio(0.1, [1.0, 2.0, 3.0], [1.0, 2.0])
    with pytest.raises(ValueError, match="number of periods differs"):
        finance.funding_gap_rate(0.1, [1.0, 2.0, 3.0], [1.0, 2.0])
    with pytest.raises(ValueError, match="guess: one rate is needed"):
        finance.irr([-1.0, 2.0], [0.1, 0.2])  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="periods: zero or less at index 1"):
        finance.annuity(0.1, [1, 0], 5.0)


@pytest.mark.parametrize(
    "flows",
    [
        (-100, 60, 60),
        np.array([-100, 60, 60], dtype=np.int32),
        np.array([-100, 60, 60], dtype=np.float32),
        pd.Series([-100.0, 60.0, 60.0], index=[2026, 2027, 2028]),
        pd.Series([-100, 60, 60], dtype="Int64"),
        [Decimal(-100), Decimal(60), Decimal(60)],
        np.ma.MaskedArray([-100, 60, 60]),
    ],
)
def test_any_numbers_are_taken_as_float64(flows: object) -> None:
    expected = finance.irr([-100.0, 60.0, 60.0])
    found = finance.irr(flows)  # type: ignore[arg-type]
    assert isinstance(found, np.float64)
    assert found == expected
    assert finance.npv(0.1, flows).dtype == np.float64  # type: ignore[arg-type]


def test_the_input_is_left_as_it_was() -> None:
    flows = np.array([[-100.0, 60.0, 60.0], [0.0, -5.0, 7.0]])
    before = flows.copy()
    for call in TAKES_FLOWS.values():
        call(flows)
    assert (flows == before).all()


def test_only_numpy_is_imported() -> None:
    tree = ast.parse(Path(finance.__file__).read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in names} == {"__future__", "functools", "types", "numpy"}
