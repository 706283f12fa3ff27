"""What operators mean to the compiled kernel, which takes a few draws at once (its lanes) through one year after another.

A rule for an operator that stays within its own year is a function of lanes. Lanes know arithmetic, comparisons (which
yield flags) and the methods `maximum`, `minimum`, `power`, `exp`, `log`, `absolute`, `rounded`, `is_blank`; flags know
`&`, `|`, `~` and `where(yes, no)`. An operator that looks at other years is a `Fold`, a `Window` or a `Delay`. The
rules do the sums of the NumPy rules in the same order, so that both engines agree to the last bits.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

BLANK = math.nan


class Now(NamedTuple):
    """The year a fold is taken to: index as a plain number (0 is the first), and whether it is the first."""

    index: Any
    first: Any


@dataclass(frozen=True)
class Fold:
    """A running value: `start` before the first year; `step(state, now, *operands)` takes it one year further.

    The value of a year, or of the whole life for operators that reduce, is the first part of the state.
    steady: the operand that must be the same in all years for the rule to hold, if any.
    """

    start: tuple[float, ...]
    step: Callable[..., tuple[Any, ...]]
    steady: int | None = None


@dataclass(frozen=True)
class Window:
    """The sum of the first operand over the last years, this one included; the second operand says how many."""


@dataclass(frozen=True)
class Delay:
    """The first operand of some years before, zero in years before there was one; the second operand says how many.

    echoes: whether what the result itself was then is added, so that it comes back again and again.
    """

    echoes: bool = False


def maximum(a: Any, b: Any) -> Any:
    return a.maximum(b)


def minimum(a: Any, b: Any) -> Any:
    return a.minimum(b)


def where(condition: Any, yes: Any, no: Any) -> Any:
    return condition.where(yes, no)


def power(a: Any, b: Any) -> Any:
    return a.power(b)


def absolute(a: Any) -> Any:
    return a.absolute()


def exp(a: Any) -> Any:
    return a.exp()


def log(a: Any) -> Any:
    return a.log()


def ratio(a: Any, b: Any) -> Any:
    return (b == 0.0).where(BLANK, a / b)


def share(a: Any, b: Any) -> Any:
    return (b == 0.0).where(0.0, a / b)


def s_curve(start: Any, ramp: Any, year: Any) -> Any:
    passed = year - start
    x = (ramp > 0.0).where((passed / ramp).maximum(0.0).minimum(1.0), (passed >= 0.0).where(1.0, 0.0))
    return x * x * (3.0 - 2.0 * x)


CUMULATIVE = Fold((0.0,), lambda state, now, a: (state[0] + a,))
COMPOUND = Fold((1.0,), lambda state, now, rate: (now.first.where(1.0, state[0] * (1.0 + rate)),))
HIGHEST = Fold((-math.inf,), lambda state, now, a: (state[0].maximum(a),))
NTH = Fold((BLANK,), lambda state, now, a, number: ((number.rounded() == now.index + 1.0).where(a, state[0]),))
LAST = Fold((BLANK,), lambda state, now, a: (a,))
FIRST_YEAR = Fold((BLANK,), lambda state, now, held, year: ((state[0].is_blank() & held.as_flag()).where(year, state[0]),))
AT = Fold((BLANK,), lambda state, now, a, when, year: (((when - (year - now.index)).rounded() == now.index).where(a, state[0]),))
NPV = Fold((0.0, 1.0), lambda state, now, rate, a: (state[0] + a / state[1], state[1] * (1.0 + rate)), steady=0)

WINDOW_TOTAL = Window()
DELAYED = Delay()
RENEWAL = Delay(echoes=True)
