"""What may vary and how far: the range of every input, from its own low and high or as the analyst gives it.

A yearly input given as a path varies as a whole: its draw is a position, -1 the low path, 0 the value, 1 the high path,
straight in between in every year. All other inputs vary by their number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from model.inputs.definitions import Definition
from model.inputs.quantities import Value, over_years, plain, read_value, shown
from model.language.errors import InputError

if TYPE_CHECKING:
    from model.case import Case

Array = Any


@dataclass(frozen=True)
class Range:
    """One input that varies. low, value and high are numbers, or paths where any of them is one.

    distribution: as named in the assumptions; None leaves the choice to who draws.
    """

    key: str
    definition: Definition
    value: Value
    low: Value
    high: Value
    distribution: str | None = None

    @property
    def is_path(self) -> bool:
        """Whether its draws are positions between paths and not numbers of the input itself."""
        return any(isinstance(each, dict) for each in (self.low, self.value, self.high))

    @property
    def ends(self) -> tuple[float, float, float]:
        """Low, base and high as draws: numbers, or positions for a path."""
        if self.is_path:
            return -1.0, 0.0, 1.0
        return float(self.low), float(self.value), float(self.high)  # type: ignore[arg-type]

    def column(self, draws: Array, years: Sequence[int]) -> Array:
        """Draws as the engine takes them: (draws,), or (years, draws) for a path; within the input's bounds, whole where it is."""
        if self.is_path:
            low, value, high = (over_years(each, np.asarray(years))[:, None] for each in (self.low, self.value, self.high))
            found = value + np.where(draws < 0, value - low, high - value) * draws
        else:
            found = np.rint(draws) if self.definition.kind != "number" else np.asarray(draws, dtype=np.float64)
        return np.clip(found, *bounds(self.definition))

    def shown(self, draw: float) -> str:
        """A draw as a person reads it; a path by its knots at the ends, by its position between them."""
        if not self.is_path:
            return shown(float(draw), self.definition)
        end = {-1.0: self.low, 0.0: self.value, 1.0: self.high}.get(draw)
        return f"position {draw:g}" if end is None else shown(end, self.definition)


def bounds(definition: Definition) -> tuple[float, float]:
    """What an input may be as a number: its minimum and maximum, or the numbers of its choices."""
    if definition.kind == "switch":
        return 0.0, 1.0
    if definition.kind == "choice":
        return 0.0, float(len(definition.choices) - 1)
    return definition.minimum, definition.maximum


def range_of(case: Case, key: str) -> Range | None:
    """The range that the assumptions give for an input; None where low and high are the value itself or missing."""
    scope, name, members = _first(case, key)
    quantity, definition = case.quantity(scope, name, *members), case.definition(name)
    low = quantity.value if quantity.low is None else quantity.low
    high = quantity.value if quantity.high is None else quantity.high
    if definition.structural or _same(low, high, case.years):
        return None
    return Range(key, definition, quantity.value, low, high, quantity.distribution)


def _first(case: Case, key: str) -> tuple[str, str, tuple[str, ...]]:
    """The cell that speaks for a key: with a star, that of the first cluster."""
    scope, dot, rest = key.strip().partition(".")
    return case.resolve(f"{next(iter(case.clusters))}.{rest}" if scope == "*" and dot else key)


def definition_of(case: Case, key: str) -> Definition:
    """The definition of the input that a key names. Raises InputError for an unknown key."""
    return case.definition(_first(case, key)[1])


def value_of(case: Case, key: str) -> Value:
    """The value that a key has in a case; with a star, that of the first cluster. Raises InputError for an unknown key."""
    scope, name, members = _first(case, key)
    return case.quantity(scope, name, *members).value


def _same(low: Value, high: Value, years: Sequence[int]) -> bool:
    if not isinstance(low, dict) and not isinstance(high, dict):
        return low == high
    return bool(np.array_equal(over_years(low, np.asarray(years)), over_years(high, np.asarray(years))))


def given_range(case: Case, key: str, low: Any, high: Any) -> Range:
    """A range that the analyst gives. Raises InputError for ends that the input cannot take."""
    scope, name, members = _first(case, key)
    definition = case.definition(name)
    ends = []
    for field, given in (("low", low), ("high", high)):
        end, problem = read_value(given, definition)
        if end is None:
            raise InputError(f"{key}: {field}: {problem}")
        ends.append(end)
    if _same(ends[0], ends[1], case.years):
        raise InputError(f"{key}: low and high are both {shown(ends[0], definition)}: it cannot vary")
    return Range(key, definition, case.quantity(scope, name, *members).value, ends[0], ends[1])


def spread_range(case: Case, key: str, spread: float) -> Range | None:
    """A range of a share around the value, within the input's bounds; None for what has no size: zero, years, choices."""
    scope, name, members = _first(case, key)
    quantity, definition = case.quantity(scope, name, *members), case.definition(name)
    if definition.kind != "number" or definition.structural or definition.unit == "date":
        return None
    lowest, highest = bounds(definition)

    def scaled(factor: float) -> Value:
        if isinstance(quantity.value, dict):
            return {year: min(max(number * factor, lowest), highest) for year, number in quantity.value.items()}
        return min(max(quantity.value * factor, lowest), highest)

    low, high = scaled(1 - spread), scaled(1 + spread)
    return None if _same(low, high, case.years) else Range(key, definition, quantity.value, low, high)


Given = Mapping[str, tuple[Any, Any] | None]


def ranges(case: Case, keys: Iterable[str] | Given | None = None, spread: float | None = None) -> list[Range]:
    """The ranges of some inputs, or of all that have one.

    keys: keys, or a mapping of keys to (low, high), None standing for the input's own range. spread: the share around
    the value for keys without a range of their own. Raises InputError with every mistake: unknown keys, keys that
    cannot vary.
    """
    if keys is None:
        found = [range_of(case, key) for key in case.quantities()]
        return [each for each in found if each is not None]
    given: Given = keys if isinstance(keys, Mapping) else dict.fromkeys(keys)
    chosen: list[Range] = []
    mistakes: list[str] = []
    for key, ends in given.items():
        try:
            each = _one(case, key, ends, spread)
        except InputError as error:
            mistakes += error.mistakes
            continue
        if each is None:
            mistakes.append(f"{key}: the assumptions give it no range; give its low and high")
        else:
            chosen.append(each)
    if not given:
        mistakes.append("no inputs that may vary are named")
    if mistakes:
        raise InputError(mistakes)
    return chosen


def _one(case: Case, key: str, ends: tuple[Any, Any] | None, spread: float | None) -> Range | None:
    definition = definition_of(case, key)
    if definition.structural:
        raise InputError(f"{key}: shapes the whole projection and has no range; sweep over it instead")
    if ends is not None:
        return given_range(case, key, *ends)
    own = range_of(case, key)
    if own is None and definition.kind == "switch":
        return given_range(case, key, False, True)
    return spread_range(case, key, spread) if own is None and spread is not None else own


def label_of(case: Case, key: str) -> str:
    """What a key means, in English: cluster, input and members."""
    scope, name, members = _first(case, key)
    definition = case.definition(name)
    words = [case.dimensions[dim][member].en for dim, member in zip(definition.over, members, strict=True)]
    where = "all clusters" if key.startswith("*") else case.clusters[scope].en if scope in case.clusters else ""
    text = definition.label.en + (f" ({', '.join(words)})" if words else "")
    return f"{where}: {text}" if where else text


def written(value: Value, definition: Definition) -> Any:
    """A value as it stands in a table: a number, the name of a choice, on or off; a path as text."""
    return shown(value, definition) if isinstance(value, dict) else plain(value, definition)
