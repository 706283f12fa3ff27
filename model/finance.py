"""Measures of investment: present value, rates of return, payback, ratios and the funding gap of state aid.

Every function works along the last axis and on any batch shape: one flow is one row, ``npv(0.04, [[...], [...]])``
gives one number a row. A flow has one amount per period, starting now: the first is not discounted, the second is
one period away. Rates are fractions per period (0.04 is 4 %). Money keeps the unit it came in; in a flow money in is
positive and money out negative. A batch gives an array, a single flow gives a single number, all in float64.

Blanks are errors, not zeros: ``None``, NaN, infinite and empty input raise ``ValueError``. The message lists every
mistake found in the arguments of the call, each with its position. Rates must be above -1 (-100 %).
"""

from __future__ import annotations

from functools import lru_cache
from types import TracebackType

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
Result = np.float64 | Floats

__all__ = ["annuity", "benefit_cost_ratio", "discounted_payback", "funding_gap", "funding_gap_rate", "irr", "irr_all"]
__all__ += ["irr_reason", "mirr", "npv", "payback"]

_LISTED = 20
_ROUNDING = 1e-12
_CHUNK = 4096
_MOST_STEPS = 300
_EDGE = 0.0093
_OVERLAP = 1e-6
_EPS = float(np.finfo(np.float64).eps)
_LOWEST_RATE = float(np.nextafter(-1.0, 0.0))
_HIGHEST_RATE = float(np.finfo(np.float64).max)


def npv(rate: ArrayLike, flows: ArrayLike, first_year_discounted: bool = False) -> Result:
    """Net present value: the sum of ``flow[t] / (1 + rate) ** t``, with t = 0 for the first flow.

    Args:
        rate: discount rate per period; one number, or an array that broadcasts against the batch shape.
        flows: array of shape (..., periods).
        first_year_discounted: count the first flow as one period away, as the NPV function of Excel does.

    Returns: The value now, in the unit of the flows; shape is that of rate and batch broadcast.
    Raises ValueError for blank, infinite, empty or non-numeric input, a rate of -1 or less, shapes that do not match.
    Source: Brealey, Myers and Allen, Principles of Corporate Finance, ch. 2; Excel documentation of NPV.
    """
    with _Arguments() as given:
        rates, values = given.rate("rate", rate), given.flows("flows", flows)
    worth = _present_value(rates, values)
    return _plain(worth / (1.0 + rates) if first_year_discounted else worth)


def irr(flows: ArrayLike, guess: float = 0.1) -> Result:
    """Internal rate of return: the rate per period, above -100 %, at which the net present value is zero.

    Where a flow has several such rates the one that differs least from the guess is given, the higher one on a tie;
    Excel, which walks from the guess, can end at another. ``irr_all`` gives them all. Where it has none, the result is
    NaN and ``irr_reason`` says why: a flow that only costs money has no rate of return, not one of 0 %. Flows that pay
    first and cost later have a rate too: that of a loan.

    The value is taken on a grid of rates from -100 % to infinity; each change of sign is narrowed down by Newton steps
    kept inside the bracket. Where the signs of the flow leave room for more roots than the grid shows (rule of
    Descartes), its extremes between the points are sought as well, so two roots close together, and a value that only
    touches zero, are found. Limits: a value within its own rounding error of zero counts as zero, so roots closer
    than about 1e-7 come out as one; so may three or more within one step (2 % of 1 + rate from -86 % to 600 %). A
    simple root is accurate to rounding, a double one to about 1e-8, a triple one to about 1e-5: float64 flows
    determine no more.

    Args:
        flows: array of shape (..., periods).
        guess: one rate above -1.

    Returns: Rate per period, or NaN, of the batch shape.
    Raises ValueError for blank, infinite, empty or non-numeric flows, a guess that is not one rate above -1.
    Source: Excel documentation of IRR; Hazen, A New Perspective on Multiple Internal Rates of Return, 2003.
    """
    with _Arguments() as given:
        values, start = given.flows("flows", flows), given.rate("guess", guess)
        if start.ndim:
            given.problems.append(f"guess: one rate is needed, not an array of shape {start.shape}")
    rows = values.reshape(-1, values.shape[-1])
    rates = np.full(len(rows), np.nan)
    for begin in range(0, len(rows), _CHUNK):
        rates[begin : begin + _CHUNK] = _irr_of_rows(rows[begin : begin + _CHUNK], float(start))
    return _plain(rates.reshape(values.shape[:-1]))


def irr_reason(flows: ArrayLike) -> str | NDArray[np.str_]:
    """Why a flow has no internal rate of return, in words; an empty text where it has one.

    The reasons: ``no flows``, ``all flows are zero``, ``no sign change: all negative``,
    ``no sign change: all positive`` (zeros aside) and ``no root above -100 %``.

    Takes flows of shape (..., periods); here, and only here, the number of periods may be zero.
    Returns: One text for a single flow, else an array of texts of the batch shape.
    Raises ValueError for blank, infinite or non-numeric flows.
    """
    with _Arguments() as given:
        values = given.flows("flows", flows, allow_empty=True)
    if not values.shape[-1]:
        reasons = np.full(values.shape[:-1], "no flows")
    else:
        gains, costs = (values > 0.0).any(axis=-1), (values < 0.0).any(axis=-1)
        cases = {
            "all flows are zero": ~gains & ~costs,
            "no sign change: all negative": ~gains,
            "no sign change: all positive": ~costs,
            "no root above -100 %": np.isnan(irr(values)),
        }
        reasons = np.select(list(cases.values()), list(cases), default="")
    return str(reasons) if reasons.ndim == 0 else reasons


def irr_all(flows: ArrayLike) -> Floats | NDArray[np.object_]:
    """All rates per period above -100 % at which the net present value is zero, in rising order.

    The extremes of the value, found as the real roots of the derivative (eigenvalues of its companion matrix), part
    the rates into stretches with at most one root each. A double root is given once. Slower than ``irr``.

    Takes flows of shape (..., periods).
    Returns: For a single flow an array of its rates, empty if there are none; for a batch an object array of the batch
    shape that holds such an array for each flow.
    Raises ValueError for blank, infinite, empty or non-numeric flows.
    """
    with _Arguments() as given:
        values = given.flows("flows", flows)
    if values.ndim == 1:
        return _all_roots(values)
    found = np.empty(values.shape[:-1], dtype=object)
    for index in np.ndindex(found.shape):
        found[index] = _all_roots(values[index])
    return found


def mirr(flows: ArrayLike, finance_rate: ArrayLike, reinvest_rate: ArrayLike) -> Result:
    """Modified internal rate of return: costs are financed at one rate, gains are reinvested at another.

    ``(future value of the gains / present value of the costs) ** (1 / (periods - 1)) - 1``: the future value in the
    last period at the reinvestment rate, the present value now at the finance rate.

    Args:
        flows: array of shape (..., periods).
        finance_rate: rate per period paid on negative flows; broadcasts against the batch shape.
        reinvest_rate: rate per period earned on positive flows; broadcasts against the batch shape.

    Returns: Rate per period; NaN where a flow has no positive or no negative amount.
    Raises ValueError as ``npv`` does.
    Source: Excel documentation of MIRR.
    """
    with _Arguments() as given:
        values = given.flows("flows", flows)
        paid, earned = given.rate("finance_rate", finance_rate), given.rate("reinvest_rate", reinvest_rate)
    gains = _present_value(earned, np.maximum(values, 0.0))
    costs = -_present_value(paid, np.minimum(values, 0.0))
    both = (values > 0.0).any(axis=-1) & (values < 0.0).any(axis=-1)
    growth = _ratio(gains, np.where(both, costs, 0.0)) ** (1.0 / max(values.shape[-1] - 1, 1))
    return _plain(growth * (1.0 + earned) - 1.0)


def payback(flows: ArrayLike) -> Result:
    """Periods until the money put in has come back for good.

    That is the moment from which the running total of the flow is never negative again, so a later reinvestment that
    takes the total below zero counts. Within a period the money is taken to come in evenly: 2.4 is four tenths of the
    way from flow 2 to flow 3, the first flow being at 0.

    Takes flows of shape (..., periods).
    Returns: Number of periods; NaN where the total ends below zero, 0 where it never is negative. A total that is zero
    but for rounding counts as zero.
    Raises ValueError for blank, infinite, empty or non-numeric flows.
    Source: Brealey, Myers and Allen, ch. 5, read for flows that change sign more than once.
    """
    with _Arguments() as given:
        values = given.flows("flows", flows)
    return _plain(_recovery(values))


def discounted_payback(rate: ArrayLike, flows: ArrayLike) -> Result:
    """Periods until the money put in has come back for good with interest: ``payback`` of the discounted flows.

    Takes a discount rate per period, which broadcasts against the batch shape, and flows of shape (..., periods).
    Returns: Number of periods, NaN or 0 as for ``payback``.
    Raises ValueError as ``npv`` does.
    """
    with _Arguments() as given:
        rates, values = given.rate("rate", rate), given.flows("flows", flows)
    return _plain(_recovery(_discounted(rates, values)))


def benefit_cost_ratio(rate: ArrayLike, benefits: ArrayLike, costs: ArrayLike) -> Result:
    """Present value of the benefits divided by the present value of the costs.

    Args:
        rate: discount rate per period; broadcasts against the batch shape.
        benefits: array of shape (..., periods), benefits positive.
        costs: array of shape (..., periods), costs positive too; as many periods as the benefits.

    Returns: Ratio without unit; NaN where the present value of the costs is zero.
    Raises ValueError as ``npv`` does, and when benefits and costs differ in the number of periods.
    Source: European Commission, Guide to Cost-Benefit Analysis of Investment Projects, 2014, section 2.8.
    """
    with _Arguments() as given:
        rates = given.rate("rate", rate)
        gains, spent = given.flows("benefits", benefits), given.flows("costs", costs)
    return _plain(_ratio(_present_value(rates, gains), _present_value(rates, spent)))


def funding_gap(rate: ArrayLike, flows: ArrayLike) -> Result:
    """Funding gap of state aid: what public money must add for the project to earn its required rate.

    All cash flows of the project over its life, the residual value in the last one, discounted at the cost of capital;
    the gap is the shortfall, zero for a project that pays for itself. Where there is a counterfactual the flows are
    those of the project less those of the counterfactual.

    Takes the cost of capital per period, which broadcasts against the batch shape, and flows before public support of
    shape (..., periods).
    Returns: Amount now, zero or positive, in the unit of the flows.
    Raises ValueError as ``npv`` does.
    Source: Commission communications 2021/C 528/02 (important projects of common European interest) and
    2022/C 80/01 (climate, environmental protection and energy): the difference between the positive and negative
    cash flows over the lifetime of the project, discounted to their current value.
    """
    return _plain(np.maximum(0.0, -np.asarray(npv(rate, flows))) + 0.0)


def funding_gap_rate(
    rate: ArrayLike,
    investment: ArrayLike,
    net_revenue: ArrayLike,
    residual: ArrayLike | None = None,
) -> Result:
    """Funding gap rate of EU cohesion policy: the share of the investment that net revenue does not cover.

    ``(DIC - DNR) / DIC``: DIC is the discounted investment cost, DNR the discounted net revenue (revenue less
    operating cost) plus the discounted residual value. The residual value counts only where revenue outweighs cost,
    that is where the discounted net revenue is positive. The share is kept between 0 and 1.

    Args:
        rate: financial discount rate per period; broadcasts against the batch shape.
        investment: array of shape (..., periods), spending positive.
        net_revenue: array of shape (..., periods), as many periods as the investment.
        residual: value of the assets in the last period, positive; broadcasts against the batch shape.

    Returns: Share without unit, 0 to 1; NaN where the discounted investment is not positive.
    Raises ValueError as ``npv`` does, and when investment and net revenue differ in the number of periods.
    Source: Regulation (EC) 1083/2006 art. 55; Regulation (EU) 1303/2013 art. 61; Delegated Regulation (EU) 480/2014
    art. 15 to 19.
    """
    with _Arguments() as given:
        rates = given.rate("rate", rate)
        spent, earned = given.flows("investment", investment), given.flows("net_revenue", net_revenue)
        rest = given.number("residual", 0.0 if residual is None else residual)
    cost, revenue = _present_value(rates, spent), _present_value(rates, earned)
    rest = rest * (1.0 + rates) ** (1.0 - spent.shape[-1])
    covered = np.where(revenue > 0.0, revenue + rest, revenue)
    return _plain(np.clip(1.0 - _ratio(covered, np.where(cost > 0.0, cost, 0.0)), 0.0, 1.0))


def annuity(rate: ArrayLike, periods: ArrayLike, present_value: ArrayLike) -> Result:
    """Equal amount at the end of each period that is worth a given amount now.

    ``present_value * rate / (1 - (1 + rate) ** -periods)``; without interest ``present_value / periods``. The sign is
    that of the present value, opposite to the PMT function of Excel.

    Args:
        rate: rate per period, above -1.
        periods: number of payments, above zero.
        present_value: amount now. All three broadcast against each other.

    Returns: Amount per period, in the unit of the present value.
    Raises ValueError as ``npv`` does, and for periods of zero or less.
    """
    with _Arguments() as given:
        rates, amount = given.rate("rate", rate), given.number("present_value", present_value)
        count = given.number("periods", periods)
        given.fault("periods", "zero or less", count <= 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(rates == 0.0, 1.0 / count, rates / -np.expm1(-count * np.log1p(rates)))
    return _plain(amount * share)


def _plain(values: Floats) -> Result:
    """A number for a single flow, an array for a batch."""
    plain: Result = values[()]
    return plain


def _ratio(above: Floats, below: Floats) -> Floats:
    """Quotient, NaN where the divisor is zero."""
    above, below = np.broadcast_arrays(above, below)
    return np.asarray(np.divide(above, below, out=np.full(above.shape, np.nan), where=below != 0.0))


@np.errstate(over="ignore", under="ignore", invalid="ignore")
def _discounted(rates: Floats, flows: Floats) -> Floats:
    """Each amount at its value now, of shape (..., periods)."""
    return np.where(flows == 0.0, 0.0, flows * (1.0 + rates[..., None]) ** -np.arange(float(flows.shape[-1])))


def _present_value(rates: Floats, flows: Floats) -> Floats:
    """Sum of the discounted amounts along the last axis."""
    return np.asarray(_discounted(rates, flows).sum(axis=-1), dtype=np.float64)


def _recovery(flows: Floats) -> Floats:
    """Periods until the running total stays at or above zero."""
    total = np.cumsum(flows, axis=-1)
    total = np.where(np.abs(total) <= _ROUNDING * np.cumsum(np.abs(flows), axis=-1), 0.0, total)
    short = total < 0.0
    last = short.shape[-1] - 1 - np.argmax(short[..., ::-1], axis=-1)
    after = np.minimum(last + 1, short.shape[-1] - 1)
    before, then = (np.take_along_axis(total, at[..., None], axis=-1)[..., 0] for at in (last, after))
    with np.errstate(divide="ignore", invalid="ignore"):
        years = np.where(short[..., -1], np.nan, last + before / (before - then))
    return np.where(short.any(axis=-1), years, 0.0)


@np.errstate(all="ignore")
def _irr_of_rows(rows: Floats, guess: float) -> Floats:
    """Root nearest to the guess of each row, NaN where there is none."""
    changes = _sign_changes(rows)
    kept = np.flatnonzero(changes)
    rates = np.full(len(rows), np.nan)
    if not kept.size:
        return rates
    halves = _Half.both(rows[kept], guess)
    unseen = np.flatnonzero(changes[kept] - halves[0].crossings() - halves[1].crossings() >= 2)
    found = [half.nearest_roots() for half in halves] + [half.hidden_roots(unseen) for half in halves if unseen.size]
    owner, root = (np.concatenate(parts) for parts in zip(*found, strict=True))
    order = np.lexsort((-root, np.round(np.abs(root - guess), 12), owner))
    owners, first = np.unique(owner[order], return_index=True)
    rates[kept[owners]] = root[order][first]
    return rates


@np.errstate(all="ignore")
def _all_roots(flow: Floats) -> Floats:
    """Every root of one flow, in rising order."""
    if not _sign_changes(flow[None, :])[0]:
        return np.empty(0)
    roots = np.sort(np.concatenate([half.every_root() for half in _Half.both(flow[None, :], None)]))
    return np.asarray(roots[np.diff(roots, prepend=-2.0) > _ROUNDING * (1.0 + roots)])


def _sign_changes(rows: Floats) -> Integers:
    """Changes of sign along each row, zeros left out: the most roots above -100 % that a flow can have."""
    last = np.zeros(len(rows))
    count = np.zeros(len(rows), dtype=np.int64)
    for column in np.ascontiguousarray(np.sign(rows).T):
        count += column * last < 0.0
        last = np.where(column == 0.0, last, column)
    return count


class _Half:
    """Net present values as polynomials in x, for the rates above or below a rate near 1 %; the two overlap a little.

    With g = 1 + rate, x is 1 / g above and g below, so x runs from 0 to about 1 and no power overflows. Leading and
    trailing zeros are cut, so the constant is never zero and its sign is that of the value at infinity (above) or
    just over -100 % (below). Arrays run (power or point, flow).
    """

    def __init__(self, coefficients: Floats, above: bool, guess: float | None) -> None:
        self.coefficients = coefficients
        self.above = above
        self.points, self.split, self.powers = _grid(len(coefficients), above, guess)
        self.values = self.powers @ coefficients
        self.positive = self.values > 0.0

    @classmethod
    def both(cls, rows: Floats, guess: float | None) -> tuple[_Half, _Half]:
        """The halves above and below."""
        scaled = np.ldexp(rows, -np.frexp(np.abs(rows).max(axis=1))[1][:, None]).T
        return cls(_trimmed(scaled), True, guess), cls(_trimmed(scaled[::-1]), False, guess)

    def rate(self, x: Floats) -> Floats:
        """The rate that belongs to x."""
        return np.clip((1.0 - x) / x if self.above else x - 1.0, _LOWEST_RATE, _HIGHEST_RATE)

    def crossings(self) -> Integers:
        """Number of steps of the grid in which the value changes sign."""
        return np.asarray(np.count_nonzero(self.positive[1:] != self.positive[:-1], axis=0))

    def nearest_roots(self) -> tuple[Integers, Floats]:
        """Flow and rate of the roots next to the guess on either side, as far as the grid shows them."""
        crossed = self.positive[1:] != self.positive[:-1]
        parts = [(crossed[: self.split][::-1], self.split - 1, -1), (crossed[self.split :], self.split, 1)]
        hits = [(np.flatnonzero(part.any(axis=0)), part, first, way) for part, first, way in parts if len(part)]
        flow = np.concatenate([hit for hit, *_ in hits])
        cell = np.concatenate([first + way * part[:, hit].argmax(axis=0) for hit, part, first, way in hits])
        start, end = self.values[cell, flow], self.values[cell + 1, flow]
        x = self._between(flow, self.points[cell], self.points[cell + 1], self.positive[cell + 1, flow], start, end)
        return flow, self.rate(x)

    def hidden_roots(self, unseen: Integers) -> tuple[Integers, Floats]:
        """Flow and rate of roots inside a step of the grid at whose ends the value has the same sign."""
        slopes = self.powers[:, :-1] @ _derivative(self.coefficients[:, unseen])
        positive = self.positive[:, unseen]
        nearing = (slopes > 0.0) != positive
        cell, at = np.nonzero(nearing[:-1] & ~nearing[1:] & (positive[1:] == positive[:-1]))
        flow, side = unseen[at], positive[cell, at]
        low, high, polynomials = self.points[cell], self.points[cell + 1], self.coefficients[:, flow]
        turn = _refine(_derivative(polynomials), low, high, side, slopes[cell, at], slopes[cell + 1, at])
        value = _evaluate(polynomials, turn)[0]
        touch = np.abs(value) <= _noise(polynomials, turn)
        cross = ~touch & ((value > 0.0) != side)
        cell, crossed, middle, side, value = cell[cross], flow[cross], turn[cross], side[cross], value[cross]
        left = self._between(crossed, low[cross], middle, ~side, self.values[cell, crossed], value)
        right = self._between(crossed, middle, high[cross], side, value, self.values[cell + 1, crossed])
        return np.concatenate([flow[touch], crossed, crossed]), self.rate(np.concatenate([turn[touch], left, right]))

    def every_root(self) -> Floats:
        """All rates of the only flow: parted at the turning points, then refined between."""
        x = np.unique(np.concatenate([self.points, _turning_points(self.coefficients[:, 0], self.points[-1])]))
        polynomials = np.repeat(self.coefficients, len(x), axis=1)
        value = _evaluate(polynomials, x)[0]
        zero, positive = np.abs(value) <= _noise(polynomials, x), value > 0.0
        runs = np.flatnonzero(np.diff(np.concatenate([[False], zero, [False]]).astype(np.int8)))
        touched = [x[a + np.argmin(np.abs(value[a:b]))] for a, b in runs.reshape(-1, 2)]
        cell = np.flatnonzero((positive[1:] != positive[:-1]) & ~zero[1:] & ~zero[:-1])
        roots = self._between(0 * cell, x[cell], x[cell + 1], positive[cell + 1], value[cell], value[cell + 1])
        return self.rate(np.concatenate([roots, np.array(touched, dtype=np.float64)]))

    def _between(self, flow: Integers, low: Floats, high: Floats, rising: Flags, start: Floats, end: Floats) -> Floats:
        return _refine(self.coefficients[:, flow], low, high, rising, start, end)


@lru_cache(maxsize=8)
def _grid(periods: int, above: bool, guess: float | None) -> tuple[Floats, int, Floats]:
    """Points x of a half in rising order, the position of the guess among them, and their powers (point, power).

    The points are even in the logarithm of 1 + rate: close together around 0 %, wide apart far away. The guess is one
    of them, so that no step has roots on both sides of it; where it lies in the other half, the position is the end.
    """
    fine = 0.02 * min(1.0, max(0.2, 40.0 / periods))
    distance = np.concatenate([fine * np.arange(int(2.0 / fine)), 2.0 + 0.25 * np.arange(49)])
    points = np.append(np.exp(-(distance + _EDGE) if above else _EDGE + _OVERLAP - distance), 0.0)
    x = np.inf if guess is None else 1.0 / (1.0 + guess) if above else 1.0 + guess
    points = np.unique(np.append(points, x) if x < points[0] else points)
    split = min(int(np.searchsorted(points, x)), len(points) - 1)
    return points, split, points[:, None] ** np.arange(periods)


def _trimmed(columns: Floats) -> Floats:
    """Columns moved up so that the first amount is not zero."""
    first = np.argmax(columns != 0.0, axis=0)
    if not first.any():
        return np.ascontiguousarray(columns)
    source = np.arange(len(columns))[:, None] + first
    moved = np.take_along_axis(columns, np.minimum(source, len(columns) - 1), axis=0)
    return np.where(source < len(columns), moved, 0.0)


def _derivative(polynomials: Floats) -> Floats:
    """Derivative of each column, constant first."""
    return np.asarray(polynomials[1:] * np.arange(1.0, len(polynomials))[:, None])


def _evaluate(polynomials: Floats, x: Floats) -> tuple[Floats, Floats]:
    """Value and slope of each column at its own x (Horner)."""
    value = polynomials[-1].copy()
    slope = np.zeros_like(value)
    for coefficient in polynomials[-2::-1]:
        slope *= x
        slope += value
        value *= x
        value += coefficient
    return value, slope


def _noise(polynomials: Floats, x: Floats) -> Floats:
    """Bound on the rounding error of a value."""
    return 4.0 * len(polynomials) * _EPS * _evaluate(np.abs(polynomials), x)[0]


def _turning_points(polynomial: Floats, end: float) -> Floats:
    """Places between 0 and end where the polynomial may turn; too many do no harm."""
    weights = _derivative(polynomial[:, None])[:, 0]
    weights = np.where(np.abs(weights) < 1e-30 * np.abs(weights).max(), 0.0, weights)
    roots = np.roots(weights[::-1])
    real = roots.real[np.abs(roots.imag) <= 0.01 * np.abs(roots)]
    return np.asarray(real[(real > 0.0) & (real < end)])


def _refine(polynomials: Floats, low: Floats, high: Floats, rising: Flags, start: Floats, end: Floats) -> Floats:
    """Root of each column between low and high, where the value goes from start to end; rising: the end is positive.

    Newton steps from where the secant is zero; a step that leaves the bracket, or is not half as long as the one
    before, is replaced by halving the bracket (Press et al., Numerical Recipes, rtsafe).
    """
    share = start / (start - end)
    x = low + np.where((share >= 0.0) & (share <= 1.0), share, 0.5) * (high - low)
    root, todo, low, high, length = x.copy(), np.arange(len(x)), low.copy(), high.copy(), high - low
    going = np.ones(len(x), dtype=bool)
    for _ in range(_MOST_STEPS):
        if not todo.size:
            break
        value, slope = _evaluate(polynomials, x)
        beyond = (value > 0.0) == rising
        np.copyto(high, x, where=beyond)
        np.copyto(low, x, where=~beyond)
        target = x - value / slope
        newton = (target >= low) & (target <= high) & (2.0 * np.abs(target - x) <= length)
        target = np.where(going & (value != 0.0), np.where(newton, target, 0.5 * (low + high)), x)
        length, x = np.abs(target - x), target
        root[todo] = x
        going = length > _ROUNDING * np.abs(x)
        if np.count_nonzero(going) < 0.75 * len(going):
            todo, rising, polynomials = todo[going], rising[going], polynomials[:, going]
            x, low, high, length, going = x[going], low[going], high[going], length[going], going[going]
    return root


class _Arguments:
    """Reads the arguments of a call as float64 and, at the end of the block, raises all mistakes in one message."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.shapes: dict[str, tuple[int, ...]] = {}
        self.periods: dict[str, int] = {}

    def __enter__(self) -> _Arguments:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            np.broadcast_shapes(*self.shapes.values())
        except ValueError:
            self.problems.append(f"shapes do not match: {self.shapes} (without the periods of flows)")
        if len(set(self.periods.values())) > 1:
            self.problems.append(f"number of periods differs: {self.periods}")
        if self.problems and kind is None:
            raise ValueError("\n".join(self.problems))

    def flows(self, name: str, values: ArrayLike, allow_empty: bool = False) -> Floats:
        """Flows of shape (..., periods)."""
        array = self.number(name, values)
        shape = self.shapes.pop(name, None)
        if shape == ():
            self.problems.append(f"{name}: one number per period is needed, not a single number")
        elif shape and not shape[-1] and not allow_empty:
            self.problems.append(f"{name}: empty; at least one period is needed")
        elif shape:
            self.shapes[name], self.periods[name] = shape[:-1], shape[-1]
        return array

    def rate(self, name: str, values: ArrayLike) -> Floats:
        """Rates above -1."""
        array = self.number(name, values)
        self.fault(name, "-1 (-100 %) or less", array <= -1.0)
        return array

    def number(self, name: str, values: ArrayLike) -> Floats:
        """Finite numbers of any shape."""
        if isinstance(values, np.ma.MaskedArray):
            values = np.where(np.ma.getmaskarray(values), np.array(None), np.ma.getdata(values))
        try:
            raw = np.asarray(values)
        except ValueError:
            self.problems.append(f"{name}: rows differ in length; every row needs the same number of periods")
            return np.zeros(())
        unknown = np.zeros(raw.shape, dtype=bool)
        if raw.dtype.kind not in "iuf":
            raw, unknown = _from_objects(np.asarray(values, dtype=object))
        array: Floats = raw.astype(np.float64, order="C", copy=False)
        self.shapes[name] = array.shape
        if not np.isfinite(array).all():
            self.fault(name, "blank (None or NaN; blanks are errors, not zeros)", np.isnan(array) & ~unknown)
            self.fault(name, "infinite", np.isinf(array))
            self.fault(name, "not a number", unknown)
        return array

    def fault(self, name: str, what: str, where: Flags) -> None:
        """Adds one line with the positions at which something is wrong."""
        places = [at[0] if len(at) == 1 else tuple(at) for at in np.argwhere(where).tolist()]
        if places:
            more = f" and {len(places) - _LISTED} more" if len(places) > _LISTED else ""
            index = f" at index {', '.join(map(str, places[:_LISTED]))}{more}" if where.ndim else ""
            self.problems.append(f"{name}: {what}{index}")


def _from_objects(raw: NDArray[np.object_]) -> tuple[Floats, Flags]:
    """Numbers among objects, NaN for the rest; and which of the rest are not blanks."""
    array = np.full(raw.shape, np.nan)
    unknown = np.zeros(raw.shape, dtype=bool)
    for index, entry in np.ndenumerate(raw):
        if entry is None or repr(entry) in ("<NA>", "NaT") or (isinstance(entry, str) and not entry.strip()):
            continue
        unknown[index] = isinstance(entry, str | bytes | bool | np.bool_)
        try:
            array[index] = np.nan if unknown[index] else float(entry)
        except (TypeError, ValueError, OverflowError):
            unknown[index] = True
    return array, unknown
