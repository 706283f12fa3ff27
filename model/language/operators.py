"""Operators of the modelling language: one entry each, with what it means to NumPy, to the kernel and to units.

Arrays are laid out (year, dimensions…, draw); a size of one stands for "the same everywhere". A rule that looks
along the years gets whole arrays; inside a group that looks back at itself it is asked for one year at a time.

To add an operator: write the function users call, and its `Operator` entry in `OPERATORS`.

Excel rules are texts with the operands {0}, {1}… of the same year, or a form of them: {0:left} the year before,
{0:row} all years, {0:upto} the first year up to this one, {0:before} the opening column up to the year before,
{0:first} and {0:last} one end of the horizon. {year} and {period} are the headers of the columns, {own} the row itself,
with the same forms; {guess} is the cell where the search for a rate of return starts. What takes more than one
formula is written in other operators instead, by a function of the operands.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from model.language import lags, lanes, units
from model.language.expression import Expression, call, constant, name

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pint import Unit

    Array = NDArray[Any]
    UnitRule = Callable[[Sequence["Unit | None"]], "Unit | None"]


_ROUNDING = 1e-12


@dataclass(frozen=True)
class Operator:
    """What one operator means.

    numpy: arrays in, array out. years: how the result relates to time: 'same' (year by year), 'along' (yearly,
    but looks at other years), 'reduce' (one number for the whole life). step: the value of one year inside a group
    that looks back at itself, from whole arrays and the index of the year. unit: units in, unit out; None is a
    literal zero, which fits any unit; it raises ValueError with both units when they do not fit. excel: the formula of
    a cell, or how the operator is written in others. blank: whether the result can be blank though no operand is.
    kernel: a rule of `model.language.lanes`; an operator without one is left to NumPy.
    """

    numpy: Callable[..., Any]
    unit: UnitRule
    excel: str | Callable[..., Expression]
    years: str = "same"
    step: Callable[..., Any] | None = None
    needs_year: bool = False
    kernel: Any = None
    blank: bool = False


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
    """Present value of yearly flows at a constant rate; the first year is never discounted.

    The model's own lines use `discount_factor_social` and `discount_factor_financial`, which follow `discount_first_year`.
    """
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


def _previous(a: Array, opening: Array) -> Array:
    shape = np.broadcast_shapes(a.shape[1:], opening.shape[1:])
    result = np.empty((a.shape[0], *shape))
    result[0] = opening[0]
    result[1:] = a[:-1]
    return result


def _previous_step(t: int, a: Array, opening: Array) -> Array:
    return a[t - 1 : t] if t else opening[0:1]


def _cumulative_step(t: int, a: Array) -> Array:
    return a[: t + 1].sum(axis=0, keepdims=True)


def _compound(rate: Array) -> Array:
    growth = 1.0 + rate
    growth[0] = 1.0
    return np.cumprod(growth, axis=0)


def _s_curve(start: Array, ramp: Array, year: Array) -> Array:
    at_once = ramp <= 0
    jumps = bool(at_once.any())
    passed = year - start
    with np.errstate(divide="ignore", invalid="ignore"):
        x = passed / ramp
    if jumps:
        x = np.where(at_once, passed >= 0, x)
    np.maximum(x, 0.0, out=x)
    np.minimum(x, 1.0, out=x)
    return x * x * (3.0 - 2.0 * x)


def _path(knots: tuple[tuple[int, float], ...]) -> Callable[[Array], Array]:
    years, values = zip(*knots, strict=True)
    return lambda year: np.interp(year, years, values)


def _ratio(a: Array, b: Array) -> Array:
    return np.divide(a, b, out=np.full(np.broadcast_shapes(a.shape, b.shape), np.nan), where=b != 0)


def _share(a: Array, b: Array) -> Array:
    return np.divide(a, b, out=np.zeros(np.broadcast_shapes(a.shape, b.shape)), where=b != 0)


def _first_year(condition: Array, year: Array) -> Array:
    held = condition.astype(bool)
    first = held.argmax(axis=0, keepdims=True)
    return np.where(held.any(axis=0, keepdims=True), year.ravel()[first], np.nan)


def _at(a: Array, when: Array, year: Array) -> Array:
    index = np.rint(when - year.flat[0]).astype(np.int64)
    inside = (index >= 0) & (index < len(a))
    a, index = np.broadcast_arrays(a, np.clip(index, 0, len(a) - 1))
    return np.where(inside, np.take_along_axis(a, index[0:1], axis=0), np.nan)


def _nth(a: Array, number: Array) -> Array:
    a, index = np.broadcast_arrays(a, lags.whole(number[0:1]) - 1)
    return np.take_along_axis(a, index[0:1], axis=0)


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


# How each that takes more than one formula of a sheet is written in others ----------------------------------


def _s_curve_written(start: Expression, ramp: Expression) -> Expression:
    passed = name("year") - start
    x = maximum(0, minimum(1, where(ramp > 0, passed / ramp, passed >= 0)))
    return x * x * (3 - 2 * x)


def path_written(knots: tuple[tuple[int, float], ...]) -> Expression:
    """A path as the sum of its slopes, each from 0 to the full step between two knots."""
    written = constant(knots[0][1])
    for (start, low), (end, high) in pairwise(knots):
        written = written + (high - low) * maximum(0, minimum(1, (name("year") - start) / (end - start)))
    return written


def _npv_written(rate: Expression, a: Expression) -> Expression:
    return over_life(a / (1 + rate) ** (name("year") - name("first_year")))


def _payback_written(a: Expression) -> Expression:
    """As `model.finance.payback`: the last year whose running total is short, and the part of the next that it takes."""
    running = cumulative(a)
    noise = _ROUNDING * over_life(absolute(a))
    short_years = call("highest", where(running < -noise, name("year") - name("first_year") + 1, 0))
    before = call("nth", running, maximum(1, short_years))
    after = call("nth", running, minimum(short_years + 1, name("horizon")))
    years_left = name("horizon") - short_years
    whole_years = maximum(0, short_years - 1)
    return (whole_years + where(short_years > 0, share(before, before - after), 0)) * ratio(years_left, years_left)


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
    "add": Operator(np.add, _alike, "{0} + {1}", kernel=operator.add),
    "subtract": Operator(np.subtract, _alike, "{0} - {1}", kernel=operator.sub),
    "multiply": Operator(np.multiply, _product, "{0} * {1}", kernel=operator.mul),
    "divide": Operator(np.divide, _quotient, "{0} / {1}", kernel=operator.truediv),
    "power": Operator(np.power, _plain, "{0} ^ {1}", kernel=lanes.power),
    "negative": Operator(np.negative, _first, "-1 * {0}", kernel=operator.neg),
    "less": Operator(np.less, _flag, "{0} < {1}", kernel=operator.lt),
    "less_equal": Operator(np.less_equal, _flag, "{0} <= {1}", kernel=operator.le),
    "greater": Operator(np.greater, _flag, "{0} > {1}", kernel=operator.gt),
    "greater_equal": Operator(np.greater_equal, _flag, "{0} >= {1}", kernel=operator.ge),
    "equal": Operator(np.equal, _flag, "{0} = {1}", kernel=operator.eq),
    "not_equal": Operator(np.not_equal, _flag, "{0} <> {1}", kernel=operator.ne),
    "logical_and": Operator(np.logical_and, _plain, "AND({0}, {1})", kernel=operator.and_),
    "logical_or": Operator(np.logical_or, _plain, "OR({0}, {1})", kernel=operator.or_),
    "logical_not": Operator(np.logical_not, _plain, "NOT({0})", kernel=operator.invert),
    "maximum": Operator(np.maximum, _alike, "MAX({0}, {1})", kernel=lanes.maximum),
    "minimum": Operator(np.minimum, _alike, "MIN({0}, {1})", kernel=lanes.minimum),
    "where": Operator(np.where, _chosen, "IF({0}, {1}, {2})", kernel=lanes.where),
    "absolute": Operator(np.abs, _first, "ABS({0})", kernel=lanes.absolute),
    "exp": Operator(np.exp, _plain, "EXP({0})", kernel=lanes.exp),
    "log": Operator(np.log, _plain, "LN({0})", kernel=lanes.log),
    "ratio": Operator(_ratio, _quotient, 'IF({1} = 0, "", {0} / {1})', blank=True, kernel=lanes.ratio),
    "share": Operator(_share, _quotient, "IF({1} = 0, 0, {0} / {1})", kernel=lanes.share),
    "s_curve": Operator(_s_curve, _plain, _s_curve_written, needs_year=True, kernel=lanes.s_curve),
    "previous": Operator(_previous, _alike, "{0:left}", "along", _previous_step),
    "cumulative": Operator(lambda a: np.cumsum(a, axis=0), _first, "{own:left} + {0}", "along", _cumulative_step, kernel=lanes.CUMULATIVE),
    "window_total": Operator(
        lags.window_total, _counted, 'SUMIFS({0:upto}, {year:upto}, ">" & ({year} - {1}))', "along", lags.window_step, kernel=lanes.WINDOW_TOTAL
    ),
    "renewal": Operator(
        lags.renewal,
        _counted,
        "SUMIFS({0:before}, {year:before}, {year} - {1}) + SUMIFS({own:before}, {year:before}, {year} - {1})",
        "along",
        kernel=lanes.RENEWAL,
    ),
    "delayed": Operator(lags.delayed, _counted, "SUMIFS({0:upto}, {year:upto}, {year} - {1})", "along", lags.delayed_step, kernel=lanes.DELAYED),
    "compound": Operator(_compound, _plain, "IF({period} = 1, 1, {own:left} * (1 + {0}))", "along", kernel=lanes.COMPOUND),
    "over_life": Operator(lambda a: a.sum(axis=0, keepdims=True), _first, "SUM({0:row})", "reduce", kernel=lanes.CUMULATIVE),
    "highest": Operator(lambda a: a.max(axis=0, keepdims=True), _first, "MAX({0:row})", "reduce", kernel=lanes.HIGHEST),
    "nth": Operator(_nth, _counted, "INDEX({0:row}, {1:first})", "reduce", kernel=lanes.NTH),
    "npv": Operator(_npv, _second, _npv_written, "reduce", kernel=lanes.NPV),
    "irr": Operator(_finance("irr"), _rate, 'IF(ISNUMBER({guess}), IRR({0:row}, {guess}), "")', "reduce", blank=True),
    "mirr": Operator(
        _finance("mirr"),
        _rate,
        'IF(AND(MAX({0:row}) > 0, MIN({0:row}) < 0), MIRR({0:row}, {1:first}, {2:first}), "")',
        "reduce",
        blank=True,
    ),
    "payback": Operator(_finance("payback"), _rate, _payback_written, "reduce", blank=True),
    "at": Operator(
        _at,
        _counted,
        'IF(AND({1:first} >= {year:first}, {1:first} <= {year:last}), INDEX({0:row}, 1 + {1:first} - {year:first}), "")',
        "reduce",
        needs_year=True,
        blank=True,
        kernel=lanes.AT,
    ),
    "last": Operator(lambda a: a[-1:], _first, "{0:last}", "reduce", kernel=lanes.LAST),
    "first_year": Operator(
        _first_year, _plain, 'IFERROR(INDEX({year:row}, MATCH(1, {0:row}, 0)), "")', "reduce", needs_year=True, blank=True, kernel=lanes.FIRST_YEAR
    ),
}
"""Every operator but those that depend on how the model is laid out and are resolved when it is built: `total` and
`pick` (along a dimension), `path` (knots), `in_unit` (a factor) and `as_unit` (a name for a number)."""

LAYOUT_UNITS: dict[str, UnitRule] = {"total": _first, "pick": _first, "path": _rate}
path_rule = _path
