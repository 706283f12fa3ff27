"""One given value: its number or path, range, distribution and source; and the check against its definition."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from model.inputs.definitions import OWN, Definition
from model.language.message import Message, placed

Value = float | dict[int, float]
FIELDS = ("value", "low", "high", "distribution", "source", "reason", "note", "fact")
DISTRIBUTIONS = ("pert", "triangular", "uniform", "normal", "lognormal", "discrete", "bernoulli", "fixed")
_ON = ("on", "true", "yes", "1", "1.0")
_OFF = ("off", "false", "no", "0", "0.0")


@dataclass(frozen=True)
class Quantity:
    """A value with its range and where it comes from. A path is a dict of year to value.

    layer: which layer of files (or the user) set it. place: file and line.
    """

    value: Value
    low: Value | None = None
    high: Value | None = None
    distribution: str | None = None
    source: str = ""
    reason: str = ""
    note: str = ""
    fact: str = ""
    layer: str = ""
    place: str = ""

    @property
    def is_path(self) -> bool:
        return isinstance(self.value, dict)

    def changed_to(self, value: Value, layer: str, reason: str = "") -> Quantity:
        """The same input given another value; the old source no longer speaks for it, nor does a range that it leaves."""
        low, high = (self.low, self.high) if _between(self.low, value, self.high) else (None, None)
        why = reason or Message("changed in {layer}", layer=layer)
        return replace(self, value=value, low=low, high=high, source=OWN, reason=why, note="", fact="", layer=layer, place="")


def _between(low: Value | None, value: Value, high: Value | None) -> bool:
    years = np.array(sorted({year for v in (low, value, high) if isinstance(v, dict) for year in v}) or [0])
    number = over_years(value, years)
    above = low is None or bool((number >= over_years(low, years) - 1e-12).all())
    return above and (high is None or bool((number <= over_years(high, years) + 1e-12).all()))


def over_years(value: Value, years: np.ndarray) -> np.ndarray:
    """A number or path as one value a year: straight between the knots, flat outside."""
    if isinstance(value, dict):
        knots = sorted(value)
        return np.interp(years, knots, [value[knot] for knot in knots])
    return np.full(len(years), float(value))


def read_value(given: Any, definition: Definition) -> tuple[Value | None, str]:
    """Turn what was given (YAML value, text of a flag, number) into a value; a sentence when it is wrong."""
    if isinstance(given, str) and ":" in given and definition.kind in ("number", "whole"):
        parsed: dict[Any, Any] = {}
        for part in given.split(","):
            year, _, number = part.partition(":")
            if year.strip() in parsed:
                return None, Message("year {year} stands in the path twice", year=year.strip())
            parsed[year.strip()] = number.strip()
        given = parsed
    if isinstance(given, Mapping):
        if not definition.yearly:
            return None, Message("a path of years is not possible here; allowed is {allowed}", allowed=definition.allowed())
        if not given:
            return None, Message("an empty path; allowed is {allowed}", allowed=definition.allowed())
        path: dict[int, float] = {}
        for knot, part in given.items():
            if not (str(knot).strip().removesuffix(".0").isdecimal() and 1900 <= float(knot) <= 2200):
                return None, Message("{given!r} is not a year between 1900 and 2200", given=knot)
            at_knot, problem = _read_number(part, definition)
            if at_knot is None:
                return None, Message("year {year}: {problem}", year=knot, problem=problem)
            path[int(float(knot))] = at_knot
        return path, ""
    return _read_number(given, definition)


def _read_number(given: Any, definition: Definition) -> tuple[float | None, str]:
    wrong = Message("{given!r} is not {allowed}", given=given, allowed=definition.allowed())
    if definition.kind == "choice":
        return (float(definition.choices.index(given)), "") if given in definition.choices else (None, wrong)
    if definition.kind == "switch":
        written = str(given).strip().lower()
        if written in _ON or written in _OFF:
            return float(written in _ON), ""
        return None, wrong
    if isinstance(given, bool) or given is None:
        return None, wrong
    try:
        number = float(given)
    except (TypeError, ValueError):
        if "%" in str(given):
            return None, Message("{wrong}; a share is written 0.02, not 2 %", wrong=wrong)
        return None, Message("{wrong}; write a decimal point", wrong=wrong) if "," in str(given) else wrong
    if not math.isfinite(number) or not definition.minimum <= number <= definition.maximum:
        return None, wrong
    if definition.kind == "whole" and number != int(number):
        return None, wrong
    return number, ""


def shown(value: Value | None, definition: Definition) -> str:
    """A value as a person reads it."""
    if value is None:
        return ""
    if isinstance(value, dict):
        return ", ".join(f"{year}: {shown(number, definition)}" for year, number in sorted(value.items()))
    if definition.kind == "choice":
        return definition.choices[int(value)]
    if definition.kind == "switch":
        return "on" if value else "off"
    return f"{value:.10g}"


def plain(value: Value | None, definition: Definition) -> Any:
    """A value as it stands in YAML and JSON."""
    if isinstance(value, dict) or value is None:
        return value
    if definition.kind in ("choice", "switch"):
        written = shown(value, definition)
        return written if definition.kind == "choice" else written == "on"
    return int(value) if value == int(value) and abs(value) < 1e15 else value


def read_quantity(given: Any, definition: Definition, layer: str, place: str, inherited: Mapping[str, Any]) -> tuple[Quantity | None, list[str]]:
    """One entry of a file, checked: the quantity, or every mistake in it (without the place)."""
    entry = dict(given) if isinstance(given, Mapping) and "value" in given else {"value": given}
    if isinstance(given, Mapping) and "value" not in given:
        entry = {"value": given}
    mistakes: list[str] = []
    texts: dict[str, str] = {}
    for field in ("source", "reason", "note", "fact"):
        text = entry.get(field, inherited.get(field, "") if field != "note" or "source" not in entry else "")
        if not isinstance(text, str):
            mistakes.append(Message("{field} {given!r} is not text", field=field, given=text))
            text = ""
        texts[field] = text.strip()
    numbers: dict[str, Value | None] = {}
    for field in ("value", "low", "high"):
        if field == "value" or entry.get(field) is not None:
            numbers[field], problem = read_value(entry.get(field), definition)
            if problem:
                mistakes.append(problem if field == "value" else placed(field, problem))
    if not mistakes:
        mistakes += _range_mistakes(numbers, definition)
    distribution = entry.get("distribution", inherited.get("distribution"))
    if distribution is not None and distribution not in DISTRIBUTIONS:
        mistakes.append(Message("distribution {given!r} is not one of {known}", given=distribution, known=", ".join(DISTRIBUTIONS)))
    if mistakes:
        return None, mistakes
    value = numbers["value"]
    assert value is not None
    return Quantity(value, numbers.get("low"), numbers.get("high"), distribution, **texts, layer=layer, place=place), []


def _range_mistakes(numbers: Mapping[str, Value | None], definition: Definition) -> list[str]:
    """A range must hold its value: low <= value <= high, in every year of the knots."""
    found: list[str] = []
    value = numbers["value"]
    assert value is not None
    years = np.array(sorted({year for v in numbers.values() if isinstance(v, dict) for year in v}) or [0])
    for field, sign in (("low", -1), ("high", 1)):
        bound = numbers.get(field)
        if bound is not None and definition.kind in ("number", "whole"):
            beyond = sign * (over_years(bound, years) - over_years(value, years)) < -1e-12
            if beyond.any():
                where = Message(" in {year}", year=years[beyond][0]) if isinstance(value, dict) or isinstance(bound, dict) else ""
                parts = {"bound": shown(bound, definition), "value": shown(value, definition), "where": where}
                if field == "low":
                    found.append(Message("low ({bound}) is above the value ({value}){where}", **parts))
                else:
                    found.append(Message("high ({bound}) is below the value ({value}){where}", **parts))
    return found
