"""exp, log and power for a few numbers at once, which mathematical libraries offer for one number at a time.

The algorithms and constants are those of the freely distributable mathematical library (fdlibm: e_exp.c and e_log.c,
Sun Microsystems, 1993), without branches. They hold for numbers well inside the range of float64; groups of lanes with
a number outside it, zero, negative or blank, are left to the library function.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, cast

from model.engine.kernel_code import Code, Lanes

LN2_HIGH, LN2_LOW, PER_LN2 = 6.93147180369123816490e-01, 1.90821492927058770002e-10, 1.44269504088896338700
_LOG: tuple[float, ...] = (6.666666666666735130e-01, 3.999999999940941908e-01, 2.857142874366239149e-01, 2.222219843214978396e-01)
_LOG += (1.818357216161805012e-01, 1.531383769920937332e-01, 1.479819860511658591e-01)
_EXP: tuple[float, ...] = (
    1.66666666666666019037e-01,
    -2.77777777770155933842e-03,
    6.61375632143793436117e-05,
    -1.65339022054652515390e-06,
    4.13813679705723846039e-08,
)
_SMALLEST, _LARGEST, _STEEPEST = 1e-300, 1e300, 700.0


class Bits(Code, Protocol):
    """What a target must know of the bits of a number."""

    def split(self, a: Any) -> tuple[Any, Any]: ...
    def scaled(self, a: Any, exponent: Any) -> Any: ...


def _polynomial(x: Lanes, coefficients: tuple[float, ...]) -> Lanes:
    found = x * coefficients[-1]
    for coefficient in reversed(coefficients[:-1]):
        found = (found + coefficient) * x
    return found


def log(x: Lanes) -> Lanes:
    """Natural logarithm of normal numbers above zero."""
    mantissa, exponent = (Lanes(x.code, part) for part in cast(Bits, x.code).split(x.handle))
    f = mantissa - 1.0
    s = f / (f + 2.0)
    half = f * f * 0.5
    return exponent * LN2_HIGH - ((half - (s * (half + _polynomial(s * s, _LOG)) + exponent * LN2_LOW)) - f)


def exp(x: Lanes) -> Lanes:
    """e to the power of numbers whose result is a normal number."""
    exponent = (x * PER_LN2).rounded()
    high, low = x - exponent * LN2_HIGH, exponent * LN2_LOW
    r = high - low
    c = r - _polynomial(r * r, _EXP)
    y = 1.0 - ((low - (r * c) / (2.0 - c)) - high)
    return Lanes(x.code, cast(Bits, x.code).scaled(y.handle, exponent.handle))


def power(a: Lanes, b: Lanes) -> tuple[Lanes, Lanes]:
    """a to the power of b, and where that holds."""
    steepness = b * log(a)
    holds = fits_log(a) & fits_exp(steepness)
    return exp(steepness), holds


def whole_power(squarings: int) -> Callable[[Lanes, Lanes], tuple[Lanes, Lanes]]:
    """The rule for small whole powers from zero up: repeated squaring."""

    def rule(a: Lanes, b: Lanes) -> tuple[Lanes, Lanes]:
        found, square, left = Lanes(a.code, a.code.number(1.0)), a, b
        for _ in range(squarings):
            half = (left * 0.5).floored()
            found = (half + half == left).where(found, found * square)
            square, left = square * square, half
        return found, (b == b.rounded()) & (b >= 0.0) & (b < float(2**squarings))

    return rule


def fits_log(x: Lanes) -> Lanes:
    return (x >= _SMALLEST) & (x <= _LARGEST)


def fits_exp(x: Lanes) -> Lanes:
    return (x >= -_STEEPEST) & (x <= _STEEPEST)


WAYS: dict[str, tuple[Callable[..., tuple[Lanes, Lanes]], ...]] = {
    "exp": (lambda x: (exp(x), fits_exp(x)),),
    "log": (lambda x: (log(x), fits_log(x)),),
    "power": (whole_power(3), whole_power(6), power),
}
"""Ways to compute each, the quickest first: the result, and where it holds."""
