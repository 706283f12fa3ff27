"""Financial measures against second implementations, and properties that hold for any flow."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from model import finance

npf = importlib.import_module("numpy_financial")
pyxirr = importlib.import_module("pyxirr")

Floats = NDArray[np.float64]

examples = settings(max_examples=60, deadline=None, derandomize=True)

AMOUNTS = st.integers(-1000, 1000).map(float)
FLOWS = st.lists(AMOUNTS, min_size=1, max_size=40)
RATES = st.floats(-0.5, 1.0)
GUESSES = st.floats(-0.9, 5.0)


@st.composite
def investments(draw: st.DrawFn) -> Floats:
    """One to four costs followed by gains: a flow with exactly one rate of return."""
    costs = draw(st.lists(st.floats(1.0, 1000.0), min_size=1, max_size=4))
    gains = draw(st.lists(st.floats(1.0, 1000.0), min_size=1, max_size=35))
    return np.array([-cost for cost in costs] + gains)


def batch_of(shape: tuple[int, ...], seed: int, kind: str = "mixed") -> Floats:
    """Random flows: investments with a closing cost, or signs at random."""
    rng = np.random.default_rng(seed)
    flows = rng.normal(size=shape)
    if kind == "investment":
        flows = np.abs(flows) * 20.0
        flows[..., 0] = -rng.uniform(20.0, 300.0, shape[:-1])
    if kind == "closing cost":
        flows = np.abs(flows) * 20.0
        flows[..., :3] *= -1.0
        flows[..., -1] = -rng.uniform(0.0, 400.0, shape[:-1])
    return flows


def residue(rate: float, flows: Floats) -> float:
    """Net present value as a part of the sum of the discounted amounts without their signs."""
    return abs(float(finance.npv(rate, flows))) / float(finance.npv(rate, np.abs(flows)))


def nearest(roots: Floats, guess: float) -> float:
    """Root nearest to the guess, the higher one on a tie; NaN for none."""
    return float(min(roots, key=lambda root: (round(abs(root - guess), 9), -root), default=np.nan))


@pytest.mark.parametrize("kind", ["investment", "closing cost", "mixed"])
@pytest.mark.parametrize("periods", [2, 3, 8, 35, 60])
def test_irr_picks_the_nearest_of_all_roots(kind: str, periods: int) -> None:
    flows = batch_of((80, periods), periods, kind)
    every = finance.irr_all(flows)
    for guess in (-0.4, 0.1, 0.8):
        expected = [nearest(roots, guess) for roots in every]
        np.testing.assert_allclose(finance.irr(flows, guess), expected, atol=1e-7)


@pytest.mark.parametrize("periods", [2, 3, 8, 20, 35])
def test_all_roots_agree_with_the_eigenvalues(periods: int) -> None:
    for flow in batch_of((80, periods), 7 * periods):
        found = np.roots(flow)
        real = found.real[(np.abs(found.imag) < 1e-9) & (found.real > 1e-6)]
        np.testing.assert_allclose(finance.irr_all(flow), np.sort(real - 1.0), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("periods", [2, 5, 35, 120])
def test_irr_agrees_with_pyxirr(periods: int) -> None:
    flows = batch_of((300, periods), periods, "investment")
    expected = [pyxirr.irr(flow) for flow in flows]
    np.testing.assert_allclose(finance.irr(flows), expected, rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize("periods", [2, 5, 20])
def test_irr_agrees_with_numpy_financial(periods: int) -> None:
    flows = batch_of((100, periods), 3 * periods, "investment")
    expected = [npf.irr(flow) for flow in flows]
    np.testing.assert_allclose(finance.irr(flows), expected, rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize("rate", [-0.2, 0.0, 0.0225, 0.08, 1.5])
def test_npv_agrees_with_others(rate: float) -> None:
    flows = batch_of((50, 35), 5)
    np.testing.assert_allclose(finance.npv(rate, flows), [pyxirr.npv(rate, flow) for flow in flows], rtol=1e-9)
    np.testing.assert_allclose(finance.npv(rate, flows), [npf.npv(rate, flow) for flow in flows], rtol=1e-9)


@pytest.mark.parametrize(("paid", "earned"), [(0.0, 0.0), (0.04, 0.02), (0.1, 0.25)])
def test_mirr_agrees_with_others(paid: float, earned: float) -> None:
    flows = batch_of((50, 12), 11)
    found = finance.mirr(flows, paid, earned)
    np.testing.assert_allclose(found, [npf.mirr(flow, paid, earned) for flow in flows], rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(found, [pyxirr.mirr(flow, paid, earned) for flow in flows], rtol=1e-9, atol=1e-12)


def test_annuity_agrees_with_numpy_financial() -> None:
    rate, periods = np.meshgrid([-0.01, 0.0, 0.02, 0.3], [1.0, 7.0, 40.0])
    np.testing.assert_allclose(finance.annuity(rate, periods, 500.0), -npf.pmt(rate, periods, 500.0), rtol=1e-12)


@examples
@given(FLOWS, GUESSES)
def test_the_value_at_a_rate_of_return_is_zero(amounts: list[float], guess: float) -> None:
    flows = np.array(amounts)
    roots = finance.irr_all(flows)
    for root in roots:
        assert root > -1.0
        if root > -0.99:
            assert residue(float(root), flows) < 1e-11
    rate = float(finance.irr(flows, guess))
    assert np.isnan(rate) == (len(roots) == 0)
    if len(roots):
        assert abs(rate - guess) <= np.abs(roots - guess).min() + 1e-5


@examples
@given(FLOWS)
def test_a_rate_or_a_reason(amounts: list[float]) -> None:
    assert (finance.irr_reason(amounts) == "") == (not np.isnan(finance.irr(amounts)))


@examples
@given(FLOWS)
def test_descartes_bounds_the_number_of_roots(amounts: list[float]) -> None:
    signs = [np.sign(amount) for amount in amounts if amount]
    changes = sum(a != b for a, b in pairwise(signs))
    assert len(finance.irr_all(amounts)) <= changes
    if changes % 2:
        assert not np.isnan(finance.irr(amounts))


@examples
@given(FLOWS, st.integers(-30, 40), st.sampled_from([-1.0, 1.0]))
def test_irr_does_not_depend_on_scale_or_side(amounts: list[float], exponent: int, sign: float) -> None:
    flows = np.array(amounts)
    scaled = flows * sign * 2.0**exponent
    np.testing.assert_array_equal(finance.irr_all(scaled), finance.irr_all(flows))
    np.testing.assert_allclose(finance.irr(scaled), finance.irr(flows), rtol=1e-12, atol=1e-12)


@examples
@given(investments(), st.integers(-9, 12))
def test_irr_does_not_depend_on_decimal_units(flows: Floats, power: int) -> None:
    assert finance.irr(flows * 10.0**power) == pytest.approx(float(finance.irr(flows)), rel=1e-10, abs=1e-10)


@examples
@given(FLOWS, st.integers(0, 20), st.integers(0, 20))
def test_zeros_around_a_flow_do_not_matter(amounts: list[float], before: int, after: int) -> None:
    padded = finance.irr_all([0.0] * before + amounts + [0.0] * after)
    np.testing.assert_allclose(padded, finance.irr_all(amounts), rtol=1e-5, atol=1e-5)


@examples
@given(FLOWS)
def test_a_flow_read_backwards_has_the_reciprocal_growth(amounts: list[float]) -> None:
    roots = finance.irr_all(amounts)
    assume(len(roots) == 0 or np.diff(roots, prepend=-1.0).min() > 1e-3)
    growth = 1.0 + finance.irr_all(amounts[::-1])
    np.testing.assert_allclose(np.sort(1.0 / growth), 1.0 + roots, rtol=1e-5, atol=1e-8)


@examples
@given(st.lists(st.integers(-18, 60), min_size=1, max_size=4, unique=True), st.booleans())
def test_roots_put_in_come_out(steps: list[int], more: bool) -> None:
    rates = np.sort(np.array(steps) / 20.0)
    factors = 1.0 / (1.0 + rates)
    flows = np.polynomial.polynomial.polyfromroots([*factors, -2.5, -0.5] if more else factors)
    np.testing.assert_allclose(finance.irr_all(flows), rates, atol=1e-8)
    for rate in rates:
        assert finance.irr(flows, float(rate) + 0.01) == pytest.approx(rate, abs=1e-8)


@examples
@given(investments(), RATES, RATES)
def test_npv_of_an_investment_falls_as_the_rate_rises_through_its_irr(flows: Floats, one: float, two: float) -> None:
    rate = float(finance.irr(flows))
    below, above = (1.0 + rate) / 1.01 - 1.0, (1.0 + rate) * 1.01 - 1.0
    assert float(finance.npv(above, flows)) < 0.0 < float(finance.npv(below, flows))
    once = np.concatenate([[flows[0] - 1.0], np.abs(flows[1:])])
    low, high = min(one, two), max(one, two)
    assert finance.npv(high, once) <= finance.npv(low, once) + 1e-9 * finance.npv(low, np.abs(once))


@examples
@given(st.lists(st.tuples(AMOUNTS, AMOUNTS), min_size=1, max_size=30), RATES, AMOUNTS)
def test_npv_is_linear(pairs: list[tuple[float, float]], rate: float, factor: float) -> None:
    one, two = np.array(pairs).T
    together = finance.npv(rate, one + factor * two)
    size = 1.0 + float(finance.npv(rate, np.abs(one) + abs(factor) * np.abs(two)))
    assert together == pytest.approx(finance.npv(rate, one) + factor * finance.npv(rate, two), abs=1e-12 * size)


@examples
@given(FLOWS, RATES)
def test_first_year_discounted_shifts_by_one_period(amounts: list[float], rate: float) -> None:
    size = 1.0 + float(finance.npv(rate, np.abs([0.0, *amounts])))
    shifted = pytest.approx(finance.npv(rate, [0.0, *amounts]), abs=1e-12 * size)
    assert finance.npv(rate, amounts, first_year_discounted=True) == shifted


@examples
@given(investments(), st.floats(-0.2, 0.5))
def test_mirr_lies_between_the_reinvestment_rate_and_the_irr(flows: Floats, earned: float) -> None:
    flows = np.concatenate([[-np.abs(flows[flows < 0.0]).sum()], flows[flows > 0.0]])
    rate = float(finance.irr(flows))
    found = float(finance.mirr(flows, 0.05, earned))
    assert min(rate, earned) - 1e-9 <= found <= max(rate, earned) + 1e-9
    assert finance.mirr(flows, rate, rate) == pytest.approx(rate, abs=1e-9)


@examples
@given(FLOWS)
def test_payback_is_where_the_running_total_last_reaches_zero(amounts: list[float]) -> None:
    total = np.cumsum(amounts)
    years = float(finance.payback(amounts))
    if total[-1] < 0.0:
        assert np.isnan(years)
    elif (total >= 0.0).all():
        assert years == 0.0
    else:
        assert 0.0 < years <= len(amounts) - 1
        assert np.interp(years, np.arange(len(total)), total) == pytest.approx(0.0, abs=1e-9)
        assert (total[int(np.ceil(years)) :] >= 0.0).all()


@examples
@given(investments(), st.floats(0.0, 1.0))
def test_discounting_postpones_payback(flows: Floats, rate: float) -> None:
    plain, discounted = float(finance.payback(flows)), float(finance.discounted_payback(rate, flows))
    if np.isnan(plain):
        assert np.isnan(discounted)
    assert np.isnan(discounted) or discounted >= plain - 1e-9
    worth = float(finance.npv(rate, flows))
    if abs(worth) > 1e-6:
        assert np.isnan(discounted) == (worth < 0.0)


@examples
@given(FLOWS, RATES)
def test_the_funding_gap_makes_the_project_whole(amounts: list[float], rate: float) -> None:
    flows = np.array(amounts)
    gap = float(finance.funding_gap(rate, flows))
    assert gap >= 0.0
    flows[0] += gap
    size = 1.0 + float(finance.npv(rate, np.abs(flows)))
    worth = float(finance.npv(rate, flows))
    assert worth >= -1e-12 * size
    assert gap == 0.0 or abs(worth) <= 1e-12 * size


@examples
@given(st.lists(st.floats(1.0, 100.0), min_size=2, max_size=20), st.floats(0.0, 0.2), st.floats(0.0, 50.0))
def test_a_grant_of_the_funding_gap_rate_closes_the_gap(spent: list[float], rate: float, rest: float) -> None:
    investment = np.array(spent)
    revenue = np.linspace(0.1, 30.0, len(spent))
    share = float(finance.funding_gap_rate(rate, investment, revenue, residual=rest))
    assert 0.0 <= share <= 1.0
    flows = revenue - (1.0 - share) * investment
    flows[-1] += rest
    worth = float(finance.npv(rate, flows))
    assert worth >= -1e-9
    assert share == 0.0 or worth == pytest.approx(0.0, abs=1e-9)


@examples
@given(st.lists(st.tuples(st.floats(0.0, 100.0), st.floats(0.5, 100.0)), min_size=1, max_size=20), RATES)
def test_a_ratio_above_one_means_a_positive_value(pairs: list[tuple[float, float]], rate: float) -> None:
    benefits, costs = np.array(pairs).T
    ratio = float(finance.benefit_cost_ratio(rate, benefits, costs))
    worth = float(finance.npv(rate, benefits - costs))
    assume(abs(ratio - 1.0) > 1e-9)
    assert (ratio > 1.0) == (worth > 0.0)


@examples
@given(st.floats(-0.5, 2.0), st.integers(1, 60), st.floats(1.0, 1e6))
def test_an_annuity_is_worth_its_present_value(rate: float, periods: int, amount: float) -> None:
    payments = np.full(periods, float(finance.annuity(rate, periods, amount)))
    assert finance.npv(rate, payments, first_year_discounted=True) == pytest.approx(amount, rel=1e-9)


EACH: dict[str, Callable[[Floats], finance.Result]] = {
    "npv": lambda flows: finance.npv(0.0225, flows),
    "irr": lambda flows: finance.irr(flows),
    "mirr": lambda flows: finance.mirr(flows, 0.04, 0.02),
    "payback": lambda flows: finance.payback(flows),
    "discounted_payback": lambda flows: finance.discounted_payback(0.0225, flows),
    "benefit_cost_ratio": lambda flows: finance.benefit_cost_ratio(0.0225, np.abs(flows), flows**2),
    "funding_gap": lambda flows: finance.funding_gap(0.08, flows),
    "funding_gap_rate": lambda flows: finance.funding_gap_rate(0.04, np.abs(flows), flows, residual=1.0),
}


@pytest.mark.parametrize("name", EACH)
@pytest.mark.parametrize("kind", ["investment", "closing cost", "mixed"])
def test_a_batch_gives_what_a_loop_gives(name: str, kind: str) -> None:
    flows = batch_of((4, 5, 9), 13, kind)
    flows[0, 0] = -1.0
    flows[1, 1] = 0.0
    flows[2, :, :2] = 0.0
    flows[3, :, 7:] = 0.0
    call = EACH[name]
    together = call(flows)
    assert together.shape == (4, 5)
    for index in np.ndindex(4, 5):
        np.testing.assert_allclose(together[index], call(flows[index]), rtol=1e-12, atol=1e-12)
    np.testing.assert_array_equal(call(flows.reshape(20, 9)).reshape(4, 5), together)
    np.testing.assert_array_equal(call(np.asfortranarray(flows)), together)


def test_a_large_batch_is_cut_without_a_seam() -> None:
    flows = batch_of((9001, 6), 17)
    together = np.asarray(finance.irr(flows))
    apart = np.concatenate([np.atleast_1d(finance.irr(part)) for part in np.array_split(flows, 7)])
    np.testing.assert_allclose(together, apart, rtol=1e-12, atol=1e-12)
