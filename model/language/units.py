"""Units of lines and inputs, and whether a formula yields the unit it promises.

Euros of a year's own prices (`EUR m`) and euros of the price year (`EUR m real`) are different units: only
`price_index` and its kin turn one into the other, so a forgotten indexation is an error, not a wrong figure.
Years count periods and carry no unit of their own, as in any yearly model.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pint import Unit

HEAD_COUNTS = ("FTE", "member", "company", "job", "volume", "startup", "m2")
_DEFINITIONS = [
    "EUR = [money]",
    "EUR_m = 1e6 * EUR",
    "EUR_bn = 1e9 * EUR",
    "EUR_k = 1e3 * EUR",
    "real_EUR = [constant_price_money]",
    "real_EUR_m = 1e6 * real_EUR",
    "real_EUR_bn = 1e9 * real_EUR",
    "real_EUR_k = 1e3 * real_EUR",
    "percent = 0.01",
    *(f"{count} = [{count}]" for count in HEAD_COUNTS),
]
_WORDS = {"1": "", "share": "", "ratio": "", "index": "", "year": "", "years": "", "months": "", "days": "", "flag": "", "date": "", "%": "percent"}
_MONEY = re.compile(r"EUR(?: (m|bn|k)\b)?( real)?")


_NOMINAL = re.compile(r"EUR( k| m| bn)?(?:/(?!EUR)|$)")
_SCALES = {"": 1.0, " k": 1e3, " m": 1e6, " bn": 1e9}
_AMOUNTS = {f"EUR{size}{real}": (f"EUR{real}", scale) for size, scale in _SCALES.items() for real in ("", " real")}
_AMOUNTS |= {"share": ("", 1.0), "ratio": ("", 1.0), "1": ("", 1.0), "%": ("", 0.01)}


def scale(have: str, want: str) -> float:
    """What one `have` is in `want`. Raises TypeError for units that are not sizes of the same amount."""
    if have not in _AMOUNTS or want not in _AMOUNTS or _AMOUNTS[have][0] != _AMOUNTS[want][0]:
        raise TypeError(f"{have} cannot be expressed in {want}; in_unit knows sizes of euros and percentages")
    return _AMOUNTS[have][1] / _AMOUNTS[want][1]


@lru_cache(maxsize=1)
def _registry() -> Any:
    from pint import UnitRegistry

    registry: Any = UnitRegistry(None, cache_folder=None)
    for definition in _DEFINITIONS:
        registry.define(definition)
    return registry


def dimensionless() -> Unit:
    return _registry().Unit("")


@lru_cache(maxsize=256)
def parse(written: str) -> Unit:
    """The pint unit of a unit as the model writes it: 'EUR m', 'EUR m real/FTE', 'share', 'years'.

    Raises ValueError for a unit the model does not know.
    """

    def money(match: re.Match[str]) -> str:
        scale, real = match.groups()
        return ("real_" if real else "") + "EUR" + (f"_{scale}" if scale else "")

    parts = [_WORDS.get(part.strip(), part.strip()) for part in _MONEY.sub(money, written).split("/")]
    expression = (parts[0] or "1") + "".join(f"/({part})" for part in parts[1:] if part)
    try:
        quantity = _registry().parse_expression(expression)
        return quantity.units if hasattr(quantity, "units") else dimensionless()
    except Exception as error:
        known = "EUR, EUR m, EUR bn (add ' real' for constant prices), share, ratio, years, " + ", ".join(HEAD_COUNTS)
        raise ValueError(f"unknown unit {written!r}: known are {known}, and quotients of them such as EUR m real/FTE") from error


def is_money(written: str) -> bool:
    """Whether a unit is an amount, or an amount for each of something, in prices of its own year.

    Such a figure is divided by the price index when it is shown real.
    """
    return bool(_NOMINAL.match(written))


@lru_cache(maxsize=4096)
def factor(have: Unit, want: Unit) -> float | None:
    """What one `have` is in `want`; None when they measure different things."""
    try:
        return float((1 * have).to(want).magnitude)
    except Exception:
        return None


def same(a: Unit, b: Unit) -> bool:
    found = factor(a, b)
    return found is not None and abs(found - 1) < 1e-12


def written(unit: Unit) -> str:
    """A unit as the model writes it, for messages."""
    shown = str(unit)
    shown = re.sub(r"real_EUR_(m|bn|k)", r"EUR \1 real", shown)
    shown = shown.replace("real_EUR", "EUR real")
    shown = re.sub(r"EUR_(m|bn|k)", r"EUR \1", shown)
    return "a plain number" if shown in ("", "dimensionless") else shown.replace(" / ", "/")
