"""The internal rate of return against published answers, closed forms and the rules of the module."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from published_finance import (
    BALLOON,
    BMA,
    BRIGHAM,
    EXCEL,
    EXCEL_START,
    FADING,
    FNS,
    FORMULAJS,
    GOLDEN,
    HYPER,
    ISSUE_15,
    ISSUE_39,
    LEADING_ZERO,
    MATHPHP,
    NOTES,
    NPF,
    PARK,
    PHP,
    PYXIRR,
    ROSS,
    RSXIRR,
    STRIP_MINE,
    TAILED,
)

from model import finance

MONTHS_40_YEARS = 480


PUBLISHED_IRR: list[tuple[str, list[float], float, float]] = [
    (EXCEL, EXCEL_START, 0.087, 5e-4),
    (EXCEL, EXCEL_START[:5], -0.021, 5e-4),
    (EXCEL, EXCEL_START[:3], -0.444, 5e-4),
    (PHP, EXCEL_START, 0.086630948036519995, 1e-10),
    (PHP, EXCEL_START[:5], -0.02124484827341, 1e-10),
    (PHP, EXCEL_START[:4], -0.1821374641455, 1e-10),
    (PHP, [-100, 20, 24, 28.8], -0.13618951095869, 1e-10),
    (PHP, [-100, 20, 24, 28.8, 34.56, 41.47], 0.13057575637152699, 1e-10),
    (NPF, [-150000, 15000, 25000, 35000, 45000, 60000], 0.0524, 5e-5),
    (NPF, [-100, 0, 0, 74], -0.0955, 5e-5),
    (NPF, [-100, 39, 59, 55, 20], 0.28095, 5e-6),
    (NPF, [-100, 100, 0, -7], -0.0833, 5e-5),
    (NPF, [-100, 100, 0, 7], 0.06206, 5e-6),
    (NPF, [-5, 10.5, 1, -8, 1], 0.0886, 5e-5),
    (NPF, [-5, 10.5, 1, -8, 1, 0, 0, 0], 0.0886, 5e-5),
    (NPF + " (issue 39)", ISSUE_39, 0.12, 1e-9),
    (NPF + " (issue 44)", TAILED, 1.00426, 1e-5),
    (NPF + " (issue 15)", ISSUE_15, -0.9999999990596069, 1e-12),
    (PYXIRR, [-100, 39, 59, 55, 20], 0.28094842116, 5e-12),
    (PYXIRR, [-100, 0, 0, 74], -0.09549583034, 1e-11),
    (PYXIRR, [-100, 100, 0, -7], -0.08329966618, 1e-11),
    (PYXIRR, [*[87.17] * 5, -86.43], -0.49367042606, 1e-11),
    (PYXIRR, [*[-87.17] * 180, 5809.3], -0.01352676905, 1e-11),
    (PYXIRR, [-172545.848122807, *[787.735232517999] * MONTHS_40_YEARS], 0.0038401048, 5e-11),
    ("FinancialSharp, TestIRR.fs", [-150000, 15000, 25000, 35000, 45000, 60000], 0.052432888859414113, 1e-13),
    ("FinancialSharp, TestIRR.fs", [-100, 100, 0, -7], -0.083299666184932633, 1e-13),
    ("FinancialSharp, TestIRR.fs", [-100, 100, 0, 7], 0.062058485629929605, 1e-13),
    ("FinancialSharp, TestIRR.fs", [-5, 10.5, 1, -8, 1], 0.088598338527755408, 1e-13),
    (RSXIRR, [-161445.03, 2113.73, 7626.73, 8619.84, 8612.92], -0.43658134635, 1e-11),
    (RSXIRR, [-40000, 5000, 8000, 12000, 30000], 0.10582259840, 1e-11),
    (RSXIRR, [-10, 2, 2, 2, 2], -0.08364541746615073, 1e-12),
    (RSXIRR, BALLOON, 0.038039605693757084, 1e-10),
    (RSXIRR, [-12138.436076306429, *[576.2077573369947] * 19, -528.8894576218179], -0.01562626238348752, 1e-9),
    (RSXIRR, [-10351.121144852736, *[450.71546738230256] * 19, -654.3817475765102], -0.02792064231450042, 1e-9),
    (RSXIRR, [-15634.416942708685, *[800.1218253156637] * 19, -304.9753896431489], -0.004883289820554082, 1e-9),
    (RSXIRR, [-1678.87, 771.96, 1814.05, 3520.30, 3552.95, 3584.99, -1.0], 0.9688775470209261, 1e-11),
    (RSXIRR, TAILED, 1.0042698487205577, 1e-11),
    (RSXIRR + " (pyxirr issue 46)", FADING, -0.138541274008, 1e-11),
    (RSXIRR + " (pyxirr issue 56)", LEADING_ZERO, 0.235461374465902, 1e-12),
    (RSXIRR, [-4002.0, 0.001, -0.001, 1e-6], -0.9995, 1e-10),
    (RSXIRR, [-4002.0, *[0.0] * 18, 1e-60], -0.9995507255384063, 1e-12),
    (GOLDEN, [-1000, 100, 200, 300], -0.192393283997113, 1e-10),
    (GOLDEN, [-100, 50, 50.5], 0.003325958663737, 1e-10),
    (GOLDEN, [-1e9, 3e8, 4e8, 5e8], 0.08896339469335, 1e-10),
    (GOLDEN, [-1e-6, 4e-7, 4e-7, 4e-7], 0.097010257403349, 1e-10),
    (GOLDEN, [-100, 230, -132], 0.1, 1e-10),
    (MATHPHP, [1, -1], 0.0, 1e-12),
    (MATHPHP, [-1, 1], 0.0, 1e-12),
    (MATHPHP, [-1, 2], 1.0, 1e-12),
    (MATHPHP, [-1, 3], 2.0, 1e-12),
    (MATHPHP, [-1, 1, 1], 0.61803398875009197, 1e-11),
    (MATHPHP, [2.4, -2.4, -2.4], 0.61803398875009197, 1e-11),
    (MATHPHP, [100, -100, -100], 0.61803398875009197, 1e-11),
    (MATHPHP, [5, -10.5, -1, 8, -1], 0.088598338527755019, 1e-12),
    (MATHPHP, [-123400, 36200, 54800, 48100], 0.059616378567329452, 1e-12),
    (MATHPHP, [-10, 21, -11], 0.1, 1e-12),
    (MATHPHP, [-1, 1, 2, 0, 1], 1.075483, 5e-7),
    (MATHPHP, [-1, 1, 0, 2, 1], 0.7943097, 5e-8),
    (MATHPHP, [-14574.6, 3015.43], -0.7931037558492171, 1e-12),
    (MATHPHP, [-14574.6, -14574.6, 9737.3], -0.5418243019770277, 1e-11),
    (MATHPHP, [*[-14574.6] * 3, 19316.3], -0.3561376092499646, 1e-12),
    (MATHPHP, [*[-14574.6] * 4, 31192.3], -0.2350375548009601, 1e-12),
    (MATHPHP, [-1e6, *[3e5] * 5], 0.15238237116630671, 1e-12),
    (MATHPHP, [-1e6, *[3e5] * 49], 0.29999921673, 1e-10),
    (MATHPHP, [-1e6, *[3e5] * 100], 0.30, 1e-10),
    (MATHPHP, [-1e6, 1e7, -1e7, 0, 0, 0], 0.12701665379258315, 1e-11),
    (MATHPHP + " (issue 356)", [*[-1607] * 20, *[0] * 30, 250010], 0.05090132749, 1e-10),
    (HYPER, [-1000, 100, 200, 300, 400, 500], 0.120058, 5e-7),
    (HYPER, [-100, 50, 50, 50], 0.233752, 5e-7),
    (HYPER, [-1000, 0, 0, 0, 2000], 0.189207, 5e-7),
    (HYPER, [-100, 110], 0.1, 5e-7),
    (HYPER, [-1000, 200, 200, 200], -0.217627, 5e-7),
    (HYPER, [-1000, 333, 333, 334], 0.0, 5e-5),
    (HYPER, [-1000, 500, 500], 0.0, 5e-7),
    ("HyperFormula issue 1628 (Excel)", [-150000, 12000, 15000, 18000], -0.41, 5e-3),
    (FORMULAJS, [-75000, 12000, 15000, 18000, 21000, 24000], 0.05715142887178467, 1e-9),
    (FORMULAJS, [-4500, 3045, 2371], 0.13918184162670671, 1e-9),
    (FORMULAJS, [-9765000, -24338874, -3354506, 814300, 1595562, 1975118, 1688159, 391944], -0.33923419058193316, 1e-9),
    ("formulajs issue 174", [-15000, 6630], -0.558, 5e-4),
    (FNS, [-112, 44.05, 41.81, 39.57], 0.0599562, 5e-8),
    (FNS, [-1333.11, *[178.46] * 12], 0.0817018, 5e-8),
    (FNS, [-420.94, 164.01, 156.11, 148.21], 0.0562908, 1e-7),
    (FNS, [-375, 200, 0, 160, -37], -0.0854988, 5e-8),
    ("finrb, cashflows_spec.rb", [-4000, 1200, 1410, 1875, 1050], 0.143, 5e-4),
    ("financejs, snapshot test", [-100, 10, 10, 100], 0.0689, 5e-5),
    ("better/irr issue 1", [-13897.515699392789, *[678.69417667002108] * 19, -426.40303828879155], -0.01, 1.5e-3),
    ("Grey Trout spreadsheet guide, IRR", [-700, 750, 900, 600, 850], 1.0462142, 5e-8),
    ("Wikipedia, Internal rate of return", [-123400, 36200, 54800, 48100], 0.0596, 5e-5),
    (BRIGHAM, [-1000, 500, 400, 300, 100], 0.145, 5e-4),
    (BRIGHAM, [-1000, 100, 300, 400, 600], 0.118, 5e-4),
    ("Brigham, test bank", [-9500, 2000, 2025, 2050, 2075, 2100], 0.0257, 5e-5),
    (BMA, [-4000, 2000, 4000], 0.2808, 5e-5),
    (BMA, [-1000, 1500], 0.50, 1e-12),
    (BMA, [1000, -1500], 0.50, 1e-12),
    (BMA, [-30, *[10] * 9, -65], 0.035, 5e-5),
    (BMA, [-1000, 800, 150, 150, 150, 150, -150], 0.152, 5e-4),
    (BMA + " (triple root)", [1000, -3600, 4320, -1728], 0.20, 3e-5),
    ("Brigham, strip mine", STRIP_MINE, 0.25, 1e-12),
    ("Hazen (2003)", [-1, 6, -11, 6], 0.0, 1e-12),
    ("Berk and DeMarzo, ch. 7", [1e6, -5e5, -5e5, -5e5], 0.2338, 5e-5),
    ("Berk and DeMarzo, ch. 7", [5.5e5, -5e5, -5e5, -5e5, 1e6], 0.07164, 5e-6),
    (NOTES, [-900, 300, 400, 400, 500, 600], 0.3437, 5e-5),
    (NOTES, [-250000, *[100000] * 5], 0.2865, 5e-5),
    (PARK + ", 7.1", [-2000, 0, 0, 0, 0, 4000], 0.1487, 1e-4),
    (PARK + ", 7.2", [-450000, 0, 0, 0, 0, 0, 650000], 0.0632, 1e-4),
    (PARK + ", 7.9", [-15000, 0, 8200, 9500], 0.067648, 5e-7),
    (PARK + ", 7.11 A", [-25000, 12000, 23000, 34000], 0.593224, 5e-7),
    (PARK + ", 7.11 C", [43233, -18000, -18000, -18000], 0.12, 5e-5),
]  # fmt: skip


@pytest.mark.parametrize(("source", "flows", "answer", "within"), PUBLISHED_IRR)
def test_irr_as_published(source: str, flows: list[float], answer: float, within: float) -> None:
    assert finance.irr(flows) == pytest.approx(answer, abs=within), source


GUESSED: list[tuple[str, list[float], float, float, float]] = [
    ("numpy-financial issue 28 (Excel)", [-50, -100, 600, 300, -100], 1.0, 1.85, 5e-3),
    ("numpy-financial issue 28", [-50, -100, 600, 300, -100], 0.1, -0.77, 5e-3),
    (RSXIRR, [-50, -100, 600, 300, -100], 1.0, 1.8544178284461061, 1e-10),
    (MATHPHP, [-10, 21, -11], 0.05, 0.1, 1e-12),
    (MATHPHP, [-10, 21, -11], 0.01, 0.0, 1e-12),
    (MATHPHP, [-10, 21, -11], -0.001, 0.0, 1e-12),
    (MATHPHP, [-1e6, 1e7, -1e7, 0, 0, 0], 0.634, 0.12701665379258315, 1e-11),
    (GOLDEN, [-100, 230, -132], 0.05, 0.1, 1e-10),
    (GOLDEN, [-100, 230, -132], 0.5, 0.2, 1e-10),
    ("Grey Trout spreadsheet guide, IRR", [-80, 90, 67, 72, -90], 0.0, -0.32606171, 5e-9),
    (EXCEL, EXCEL_START[:3], -0.1, -0.444, 5e-4),
    ("Brigham, strip mine", STRIP_MINE, 3.0, 4.0, 1e-12),
    ("Berk and DeMarzo, ch. 7", [5.5e5, -5e5, -5e5, -5e5, 1e6], 0.3, 0.33673, 5e-6),
    (BMA, [-30, *[10] * 9, -65], 0.2, 0.1954, 5e-5),
    (BMA, [-1000, 800, 150, 150, 150, 150, -150], -0.4, -0.50, 5e-5),
]


@pytest.mark.parametrize(("source", "flows", "guess", "answer", "within"), GUESSED)
def test_irr_nearest_to_the_guess(source: str, flows: list[float], guess: float, answer: float, within: float) -> None:
    assert finance.irr(flows, guess) == pytest.approx(answer, abs=within), source


@pytest.mark.parametrize(
    ("source", "flows", "answers", "within"),
    [
        ("Brigham, strip mine", STRIP_MINE, [0.25, 4.0], 1e-12),
        ("CFA level I question", [-2000, 10000, -10000], [0.38, 2.6], 2e-2),
        (ROSS, [-252, 1431, -3035, 2850, -1000], [1 / 4, 1 / 3, 3 / 7, 2 / 3], 1e-9),
        (ROSS, [-60, 155, -100], [0.25, 1 / 3], 1e-12),
        ("Hazen (2003)", [-1, 6, -11, 6], [0.0, 1.0, 2.0], 1e-12),
        (BMA, [-30, *[10] * 9, -65], [0.035, 0.1954], 5e-5),
        (BMA, [-1000, 800, 150, 150, 150, 150, -150], [-0.5, 0.152], 5e-4),
        ("Berk and DeMarzo, ch. 7", [5.5e5, -5e5, -5e5, -5e5, 1e6], [0.07164, 0.33673], 5e-6),
        ("numpy-financial issue 28", [-50, -100, 600, 300, -100], [-0.77, 1.85], 5e-3),
        ("numpy-financial issue 39", ISSUE_39, [-0.01809679, 0.12], 5e-9),
        ("one root", EXCEL_START, [0.086630948036519995], 1e-12),
        ("double root at 10 %", [-100, 220, -121], [0.1], 1e-7),
        ("double root at 0 %", [-1, 2, -1], [0.0], 1e-7),
        ("no root", [1000, -3000, 2500], [], 0.0),
        ("no sign change", [-1, -2], [], 0.0),
        ("only zeros", [0, 0], [], 0.0),
    ],
)
def test_all_roots(source: str, flows: list[float], answers: list[float], within: float) -> None:
    roots = finance.irr_all(flows)
    assert roots.dtype == np.float64
    np.testing.assert_allclose(roots, answers, rtol=0, atol=within, err_msg=source)


def test_all_roots_of_a_batch_come_in_its_shape() -> None:
    roots = finance.irr_all(np.array([[STRIP_MINE, [1000, -3000, 2500]], [[-1, 0, 1.21], [0, 0, 0]]]))
    assert roots.shape == (2, 2)
    assert [np.size(found) for found in roots.ravel()] == [2, 0, 1, 0]
    np.testing.assert_allclose(roots[0, 0], [0.25, 4.0])


NO_ROOT: list[tuple[str, list[float], str]] = [
    (BMA, [1000, -3000, 2500], "no root above -100 %"),
    ("Berk and DeMarzo, ch. 7", [7.5e5, -5e5, -5e5, -5e5, 1e6], "no root above -100 %"),
    (NPF, [1, 2, 3], "no sign change: all positive"),
    (NPF, [-1, -2, -3], "no sign change: all negative"),
    (NPF, [40000, 5000, 8000, 12000, 30000], "no sign change: all positive"),
    (HYPER, [100, 100, 100], "no sign change: all positive"),
    (HYPER, [0, 0, 0], "all flows are zero"),
    (HYPER, [-100], "no sign change: all negative"),
    (MATHPHP, [1, 0], "no sign change: all positive"),
    (MATHPHP, [-1, 0], "no sign change: all negative"),
    (FORMULAJS, [12000, 15000, 18000, 21000, 24000], "no sign change: all positive"),
    (RSXIRR + " (pyxirr issue 69)", [-0.0, 0.0, 0.0, 0.0], "all flows are zero"),
    ("single zero", [0], "all flows are zero"),
]


@pytest.mark.parametrize(("source", "flows", "reason"), NO_ROOT)
def test_no_rate_is_nan_with_a_reason_and_without_a_warning(source: str, flows: list[float], reason: str) -> None:
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        assert np.isnan(finance.irr(flows)), source
        assert finance.irr_reason(flows) == reason
        assert len(finance.irr_all(flows)) == 0


def test_reasons_of_a_batch() -> None:
    flows = [[[0, 0, 0], [-1, 0, -2]], [[0, 3, 0], [1000, -3000, 2500]], [[-1, 1, 1], [1, -1, -1]]]
    reasons = finance.irr_reason(flows)
    assert isinstance(reasons, np.ndarray)
    assert reasons.tolist() == [
        ["all flows are zero", "no sign change: all negative"],
        ["no sign change: all positive", "no root above -100 %"],
        ["", ""],
    ]
    assert finance.irr_reason([]) == "no flows"
    assert finance.irr_reason(np.empty((2, 0))).tolist() == ["no flows", "no flows"]  # type: ignore[union-attr]


@pytest.mark.parametrize("periods", [1, 2, 34])
@pytest.mark.parametrize("rate", [-0.9999, -0.99, -0.5, -1e-9, 0.0, 1e-9, 0.0093, 0.04, 0.999, 9.0, 100.0, 1e4, 1e8])
def test_irr_of_one_cost_and_one_gain(rate: float, periods: int) -> None:
    flows = [-1000.0, *[0.0] * (periods - 1), 1000.0 * (1.0 + rate) ** periods]
    assert finance.irr(flows) == pytest.approx(rate, rel=1e-11, abs=1e-14)


@pytest.mark.parametrize("rate", [-0.3, -0.01, 0.0, 0.005, 0.0225, 0.04, 0.3, 4.0])
@pytest.mark.parametrize("periods", [1, 5, 35, 480])
def test_irr_of_an_annuity(rate: float, periods: int) -> None:
    payment = float(finance.annuity(rate, periods, 1e6))
    assert finance.irr([-1e6, *[payment] * periods]) == pytest.approx(rate, rel=1e-10, abs=1e-13)


def test_irr_of_a_near_perpetuity() -> None:
    assert finance.irr([-100.0, *[5.0] * 2000]) == pytest.approx(0.05, abs=1e-12)


@pytest.mark.parametrize("scale", [1e-9, 1e-3, -1.0, 7.0, 1e6, 1e12])
@pytest.mark.parametrize("flows", [EXCEL_START, STRIP_MINE, [-100, 39, 59, 55, 20], TAILED, ISSUE_39])
def test_irr_does_not_depend_on_the_unit_of_money(flows: list[float], scale: float) -> None:
    expected = finance.irr(flows)
    assert finance.irr(np.multiply(flows, scale)) == pytest.approx(float(expected), abs=1e-12)


def test_zeros_before_and_after_do_not_matter() -> None:
    expected = finance.irr(EXCEL_START)
    assert finance.irr([*[0.0] * 40, *EXCEL_START]) == pytest.approx(float(expected), abs=1e-13)
    assert finance.irr([*EXCEL_START, *[0.0] * 400]) == pytest.approx(float(expected), abs=1e-13)


@pytest.mark.parametrize("distance", [1e-2, 1e-3, 1e-4, 1e-5])
@pytest.mark.parametrize("middle", [-0.4, 0.0, 0.07, 0.5])
def test_two_roots_close_together(middle: float, distance: float) -> None:
    low, high = middle - distance, middle + distance
    flows = 1000.0 * np.polynomial.polynomial.polyfromroots([1 / (1 + low), 1 / (1 + high), -3.0])
    within = 1e-14 / distance
    np.testing.assert_allclose(finance.irr_all(flows), [low, high], atol=within)
    assert finance.irr(flows, middle - 3 * distance) == pytest.approx(low, abs=within)
    assert finance.irr(flows, middle + 3 * distance) == pytest.approx(high, abs=within)


@pytest.mark.parametrize("guess", [-0.5, 0.1, 2.0])
@pytest.mark.parametrize("sign", [-1.0, 1.0])
@pytest.mark.parametrize("percent", range(-40, 60, 7))
def test_a_value_that_only_touches_zero_has_one_root(percent: int, sign: float, guess: float) -> None:
    growth = 1.0 + percent / 100.0
    flows = sign * np.array([1.0, -2.0 * growth, growth**2])
    assert finance.irr(flows, guess) == pytest.approx(growth - 1.0, abs=1e-6)
    np.testing.assert_allclose(finance.irr_all(flows), [growth - 1.0], atol=1e-6)


def test_no_root_is_lost_or_doubled_where_the_two_halves_meet() -> None:
    growth = np.exp(0.0093)
    for _ in range(12):
        growth = np.nextafter(growth, 0.0)
    for _ in range(25):
        growth = np.nextafter(growth, 2.0)
        for flows in ([-1.0, growth], [1.0, 0.3 - growth, -0.3 * growth], [0.7, 0.0, 0.0, -0.7 * growth**3]):
            assert finance.irr(flows) == pytest.approx(growth - 1.0, abs=1e-13)
            np.testing.assert_allclose(finance.irr_all(flows), [growth - 1.0], atol=1e-13)

    gains = np.random.default_rng(1).uniform(1.0, 9.0, (500, 34))
    costs = -(gains * np.exp(-0.0093 * np.arange(1, 35))).sum(axis=1)
    for nudge in range(-6, 7):
        many = np.column_stack([costs * (1.0 + nudge * 2.3e-16), gains])
        np.testing.assert_allclose(finance.irr(many), np.expm1(0.0093), atol=1e-13)


@pytest.mark.parametrize("guess", np.linspace(-0.5, 2.0, 61))
def test_the_guess_parts_roots_that_are_close_to_it_on_either_side(guess: float) -> None:
    for below, above in ((0.007, 0.012), (0.012, 0.007)):
        roots = np.array([guess - below * (1.0 + guess), guess + above * (1.0 + guess)])
        flows = np.polynomial.polynomial.polyfromroots([*1.0 / (1.0 + roots), -1.5])
        assert finance.irr(flows, guess) == pytest.approx(roots[np.argmin(np.abs(roots - guess))], abs=1e-9)


def test_a_value_that_just_misses_zero_has_no_root() -> None:
    assert finance.irr([-100, 220, -121]) == pytest.approx(0.1, abs=1e-7)
    assert np.isnan(finance.irr([-100, 220, -121 - 1e-9]))
    assert finance.irr_reason([-100, 220, -121 - 1e-9]) == "no root above -100 %"
    np.testing.assert_allclose(finance.irr_all([-100, 220, -121 + 1e-6]), [0.1 - 1e-4, 0.1 + 1e-4], atol=1e-7)


def test_a_tie_gives_the_higher_rate() -> None:
    assert finance.irr([-10, 21, -11], 0.05) == pytest.approx(0.1)
    assert finance.irr(STRIP_MINE, (0.25 + 4.0) / 2) == pytest.approx(4.0)


def test_a_total_loss_stays_above_minus_one() -> None:
    assert -1.0 < finance.irr([-1e20, 1.0]) < -0.999999
    assert finance.irr([-1.0, 1e20]) == pytest.approx(1e20)
