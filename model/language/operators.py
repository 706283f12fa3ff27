"""Operators of the modelling language: one entry each, with what it means to NumPy and to units.

Arrays are laid out (year, dimensions…, draw); a size of one stands for "the same everywhere". A rule that looks
along the years gets whole arrays; inside a group that looks back at itself it is asked for one year at a time.

To add an operator: write the function users call, and its `Operator` entry in `OPERATORS`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from model.language import units
from model.language.expression import Expression, call, constant

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pint import Unit

    Array = NDArray[Any]
    UnitRule = Callable[[Sequence["Unit | None"]], "Unit | None"]


@dataclass(frozen=True)
class Operator:
    """What one operator means.

    numpy: arrays in, array out. years: how the result relates to time: 'same' (year by year), 'along' (yearly,
    but looks at other years), 'reduce' (one number for the whole life). step: the value of one year inside a group
    that looks back at itself, from whole arrays and the index of the year. unit: units in, unit out; None is a
    literal zero, which fits any unit; it raises ValueError with both units when they do not fit.
    """

    numpy: Callable[..., Any]
    unit: UnitRule
    years: str = "same"
    step: Callable[..., Any] | None = None
    needs_year: bool = False


# What users write -------------------------------------------------------------------------------------------


def maximum(a: Any, b: Any) -> Expression:
    """The larger of two values, year by year."""
    return call("maximum", a, b)


def minimum(a: Any, b: Any) -> Expression:
    """The smaller of two values, year by year."""
    return call("minimum", a, b)


def where(condition: Any, yes: Any, no: Any) -> Expression:
    """`yes` where the condition holds, else `no`."""
    return call("where", condition, yes, no)


def absolute(a: Any) -> Expression:
    """The value without its sign."""
    return call("absolute", a)


def exp(a: Any) -> Expression:
    """e to the power of a plain number."""
    return call("exp", a)


def log(a: Any) -> Expression:
    """Natural logarithm of a plain number above zero."""
    return call("log", a)


def ratio(numerator: Any, denominator: Any) -> Expression:
    """Numerator over denominator; blank (NaN) where the denominator is zero, never infinite."""
    return call("ratio", numerator, denominator)


def share(part: Any, whole: Any) -> Expression:
    """Part over whole; zero where there is no whole, for weights and splits."""
    return call("share", part, whole)


def previous(a: Any, opening: Any) -> Expression:
    """The value of the year before; `opening` in the first year, which has no year before."""
    return call("previous", a, opening)


def cumulative(a: Any) -> Expression:
    """The sum from the first year up to and including this one."""
    return call("cumulative", a)


def window_total(a: Any, years: Any) -> Expression:
    """The sum of the last `years` years, this one included."""
    return call("window_total", a, years)


def renewal(a: Any, years: Any) -> Expression:
    """The echo of a flow: what came `years`, twice `years`, three times `years`… before, summed."""
    return call("renewal", a, years)


def delayed(a: Any, years: Any) -> Expression:
    """The value of `years` years before; zero in the years before there was one."""
    return call("delayed", a, years)


def compound(rate: Any) -> Expression:
    """An index that is 1 in the first year and grows by each later year's rate."""
    return call("compound", rate)


def s_curve(start: Any, ramp: Any) -> Expression:
    """0 before `start`, 1 after `ramp` years, smooth between: 3x^2 - 2x^3 of the share of the ramp that has passed."""
    return call("s_curve", start, ramp)


def path(knots: dict[int, float]) -> Expression:
    """A yearly path of plain numbers through knots: straight between them, flat outside."""
    return Expression("path", (), tuple(sorted((int(year), float(value)) for year, value in knots.items())))


def total(a: Any) -> Expression:
    """The sum over every dimension that the line itself does not have."""
    return call("total", a)


def over_life(a: Any) -> Expression:
    """The sum over all years: one number for the whole life."""
    return call("over_life", a)


def npv(rate: Any, a: Any) -> Expression:
    """Present value of yearly flows at a constant rate; the first year is not discounted."""
    return call("npv", rate, a)


def irr(a: Any) -> Expression:
    """Internal rate of return of yearly flows; blank where there is none."""
    return call("irr", a)


def payback(a: Any) -> Expression:
    """Years until the running sum of yearly flows is back at zero; blank when it never is."""
    return call("payback", a)


def mirr(a: Any, finance_rate: Any, reinvest_rate: Any) -> Expression:
    """Modified internal rate of return; blank where there is none."""
    return call("mirr", a, finance_rate, reinvest_rate)


def at(a: Any, year: Any) -> Expression:
    """The value in one calendar year; blank outside the horizon."""
    return call("at", a, year)


def last(a: Any) -> Expression:
    """The value in the last year of the horizon."""
    return call("last", a)


def first_year(condition: Any) -> Expression:
    """The first calendar year in which the condition holds; blank when there is none."""
    return call("first_year", condition)


def in_unit(a: Any, have: str, want: str) -> Expression:
    """The same amount in another unit of the same kind: in_unit(x, "EUR m", "EUR bn")."""
    units.scale(have, want)
    return Expression("in_unit", (constant(a),), (have, want))


def as_unit(a: Any, unit: str) -> Expression:
    """A plain number that counts as an amount in a unit, such as a price index in EUR/EUR real."""
    return Expression("as_unit", (constant(a),), unit)


# How each works on arrays -----------------------------------------------------------------------------------


def _whole(years: Array) -> Array:
    return np.rint(years).astype(np.int64)


def _by_years(rule: Callable[[Array, int], Array]) -> Callable[[Array, Array], Array]:
    """Run a rule that needs one whole number of years, for every distinct number that occurs."""

    def run(a: Array, years: Array) -> Array:
        counts = _whole(years)
        distinct = np.unique(counts)
        if len(distinct) == 1:
            return rule(np.array(np.broadcast_to(a, np.broadcast_shapes(a.shape, years.shape))), int(distinct[0]))
        a, counts = np.broadcast_arrays(a, counts)
        result = np.zeros(a.shape)
        for count in distinct:
            chosen = rule(np.where(counts == count, a, 0.0), int(count))
            result += chosen
        return result

    return run


def _window(a: Array, count: int) -> Array:
    if count <= 0:
        return np.zeros(a.shape)
    result = np.array(a)
    for lag in range(1, min(count, len(a))):
        result[lag:] += a[:-lag]
    return result


def _renewal(a: Array, count: int) -> Array:
    result = np.zeros(a.shape)
    if count > 0:
        for lag in range(count, len(a), count):
            result[lag:] += a[:-lag]
    return result


def _delayed(a: Array, count: int) -> Array:
    if count == 0:
        return a
    result = np.zeros(a.shape)
    if 0 < count < len(a):
        result[count:] = a[:-count]
    return result


def _previous(a: Array, opening: Array) -> Array:
    shape = np.broadcast_shapes(a.shape[1:], opening.shape[1:])
    result = np.empty((a.shape[0], *shape))
    result[0] = opening[0]
    result[1:] = a[:-1]
    return result


def _previous_step(t: int, a: Array, opening: Array) -> Array:
    return a[t - 1 : t] if t else opening[0:1]


def _window_step(t: int, a: Array, years: Array) -> Array:
    counts = _whole(years[t : t + 1] if len(years) > 1 else years)
    if counts.size == 1:
        return a[max(0, t - int(counts.flat[0]) + 1) : t + 1].sum(axis=0, keepdims=True)
    longest = int(counts.max())
    result = np.zeros(np.broadcast_shapes(a[0:1].shape, counts.shape))
    for lag in range(min(longest, t + 1)):
        result += np.where(counts > lag, a[t - lag : t - lag + 1], 0.0)
    return result


def _cumulative_step(t: int, a: Array) -> Array:
    return a[: t + 1].sum(axis=0, keepdims=True)


def _delayed_step(t: int, a: Array, years: Array) -> Array:
    counts = _whole(years[t : t + 1] if len(years) > 1 else years)
    result = np.zeros(np.broadcast_shapes(a[0:1].shape, counts.shape))
    for lag in np.unique(counts):
        if 0 <= lag <= t:
            result = np.where(counts == lag, a[t - lag : t - lag + 1], result)
    return result


def _compound(rate: Array) -> Array:
    growth = 1.0 + rate
    growth[0] = 1.0
    return np.cumprod(growth, axis=0)


def _s_curve(start: Array, ramp: Array, year: Array) -> Array:
    passed = year - start
    with np.errstate(divide="ignore", invalid="ignore"):
        x = np.where(ramp > 0, np.clip(passed / np.where(ramp > 0, ramp, 1.0), 0.0, 1.0), passed >= 0)
    return x * x * (3.0 - 2.0 * x)


def _path(knots: tuple[tuple[int, float], ...]) -> Callable[[Array], Array]:
    years, values = zip(*knots, strict=True)
    return lambda year: np.interp(year, years, values)


def _ratio(a: Array, b: Array) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(b == 0, np.nan, a / b)


def _share(a: Array, b: Array) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(b == 0, 0.0, a / b)


def _first_year(condition: Array, year: Array) -> Array:
    held = condition.astype(bool)
    first = held.argmax(axis=0, keepdims=True)
    return np.where(held.any(axis=0, keepdims=True), year.ravel()[first], np.nan)


def _at(a: Array, when: Array, year: Array) -> Array:
    index = np.rint(when - year.flat[0]).astype(np.int64)
    inside = (index >= 0) & (index < len(a))
    a, index = np.broadcast_arrays(a, np.clip(index, 0, len(a) - 1))
    return np.where(inside, np.take_along_axis(a, index[0:1], axis=0), np.nan)


def _npv(rate: Array, a: Array) -> Array:
    shape = (len(a),) + (1,) * (a.ndim - 1)
    return (a / (1.0 + rate) ** np.arange(len(a)).reshape(shape)).sum(axis=0, keepdims=True)


def _finance(function: str) -> Callable[..., Array]:
    """A function of `model.finance`, which works along the last axis, applied along the years."""

    def run(a: Array, *rates: Array) -> Array:
        from model import finance

        flows = np.moveaxis(a, 0, -1)
        result = getattr(finance, function)(flows, *(rate[0] for rate in rates))
        return np.asarray(result)[np.newaxis]

    return run


# How each treats units --------------------------------------------------------------------------------------


def _alike(found: Sequence[Unit | None]) -> Unit | None:
    """All operands measure the same thing on the same scale; the result does too."""
    first = next((unit for unit in found if unit is not None), None)
    for unit in found:
        if unit is not None and first is not None and not units.same(unit, first):
            raise ValueError(f"{units.written(first)} does not go with {units.written(unit)}")
    return first


def _first(found: Sequence[Unit | None]) -> Unit | None:
    return found[0]


def _second(found: Sequence[Unit | None]) -> Unit | None:
    return found[1]


def _product(found: Sequence[Unit | None]) -> Unit | None:
    a, b = found
    return None if a is None or b is None else a * b


def _quotient(found: Sequence[Unit | None]) -> Unit | None:
    a, b = found
    return None if a is None else a / (units.dimensionless() if b is None else b)


def _plain(found: Sequence[Unit | None]) -> Unit | None:
    """Only plain numbers may go in; a plain number comes out."""
    for unit in found:
        if unit is not None and not units.same(unit, units.dimensionless()):
            raise ValueError(f"{units.written(unit)} stands where only a plain number can")
    return units.dimensionless()


def _flag(found: Sequence[Unit | None]) -> Unit | None:
    _alike(found)
    return units.dimensionless()


def _chosen(found: Sequence[Unit | None]) -> Unit | None:
    _plain(found[:1])
    return _alike(found[1:])


def _counted(found: Sequence[Unit | None]) -> Unit | None:
    _plain(found[1:])
    return found[0]


def _rate(found: Sequence[Unit | None]) -> Unit | None:
    return units.dimensionless()


OPERATORS: dict[str, Operator] = {
    "add": Operator(np.add, _alike),
    "subtract": Operator(np.subtract, _alike),
    "multiply": Operator(np.multiply, _product),
    "divide": Operator(np.divide, _quotient),
    "power": Operator(np.power, _plain),
    "negative": Operator(np.negative, _first),
    "less": Operator(np.less, _flag),
    "less_equal": Operator(np.less_equal, _flag),
    "greater": Operator(np.greater, _flag),
    "greater_equal": Operator(np.greater_equal, _flag),
    "equal": Operator(np.equal, _flag),
    "not_equal": Operator(np.not_equal, _flag),
    "logical_and": Operator(np.logical_and, _plain),
    "logical_or": Operator(np.logical_or, _plain),
    "logical_not": Operator(np.logical_not, _plain),
    "maximum": Operator(np.maximum, _alike),
    "minimum": Operator(np.minimum, _alike),
    "where": Operator(np.where, _chosen),
    "absolute": Operator(np.abs, _first),
    "exp": Operator(np.exp, _plain),
    "log": Operator(np.log, _plain),
    "ratio": Operator(_ratio, _quotient),
    "share": Operator(_share, _quotient),
    "s_curve": Operator(_s_curve, _plain, needs_year=True),
    "previous": Operator(_previous, _alike, "along", _previous_step),
    "cumulative": Operator(lambda a: np.cumsum(a, axis=0), _first, "along", _cumulative_step),
    "window_total": Operator(_by_years(_window), _counted, "along", _window_step),
    "renewal": Operator(_by_years(_renewal), _counted, "along"),
    "delayed": Operator(_by_years(_delayed), _counted, "along", _delayed_step),
    "compound": Operator(_compound, _plain, "along"),
    "over_life": Operator(lambda a: a.sum(axis=0, keepdims=True), _first, "reduce"),
    "npv": Operator(_npv, _second, "reduce"),
    "irr": Operator(_finance("irr"), _rate, "reduce"),
    "mirr": Operator(_finance("mirr"), _rate, "reduce"),
    "payback": Operator(_finance("payback"), _rate, "reduce"),
    "at": Operator(_at, _counted, "reduce", needs_year=True),
    "last": Operator(lambda a: a[-1:], _first, "reduce"),
    "first_year": Operator(_first_year, _plain, "reduce", needs_year=True),
}
"""Every operator but those that depend on how the model is laid out and are resolved when it is built: `total` and
`pick` (along a dimension), `path` (knots), `in_unit` (a factor) and `as_unit` (a name for a number)."""

LAYOUT_UNITS: dict[str, UnitRule] = {"total": _first, "pick": _first, "path": _rate}
path_rule = _path
