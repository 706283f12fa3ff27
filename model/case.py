"""A case: which clusters, under which assumptions, with which lines; never changed, only copied with changes."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Mapping
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from model.engine.program import CLUSTER, InputSpec, Program, build
from model.inputs.definitions import NATION, Definition, Words, definitions
from model.inputs.layers import Entries, Loaded, Members, load, resolve_key
from model.inputs.profile import Profile
from model.inputs.quantities import Quantity, over_years, plain, read_value
from model.inputs.splits import split_mistakes
from model.language.declaration import BUILT_IN, Line, check_units
from model.language.errors import InputError, ModelError
from model.language.message import Message, placed
from model.version import VERSION

if TYPE_CHECKING:
    from model.result import Result

STRUCTURAL = ("first_year", "horizon", "price_year")


@lru_cache(maxsize=16)
def _program(lines: tuple[Line, ...], members: tuple[tuple[str, tuple[str, ...]], ...]) -> Program:
    inputs = definitions().inputs
    specs = {name: InputSpec(d.over if d.scope == NATION else (CLUSTER, *d.over), d.yearly, d.choices) for name, d in inputs.items()}
    return build({line.name: line for line in lines}, specs, dict(members))


@lru_cache(maxsize=16)
def _formulas(lines: tuple[tuple[str, Line], ...]) -> str:
    """Every line with its formula, as JSON."""
    return json.dumps({name: line.formula() for name, line in lines}, sort_keys=True)


def _json(quantity: Quantity) -> str:
    """The value of a quantity as JSON."""
    value = quantity.value
    return json.dumps({str(year): number for year, number in value.items()} if isinstance(value, dict) else value, sort_keys=True)


class Case:
    """What is projected. Made by `model.load`; `with_values` and `with_lines` give changed copies."""

    def __init__(self, loaded: Loaded, entries: Entries, lines: Mapping[str, Line], changes: Mapping[str, Any]):
        self._loaded = loaded
        self._entries = entries
        self._arrays: dict[str, np.ndarray] = {}
        self._written: dict[tuple[str, str], list[str]] = {}
        self.lines = dict(lines)
        self.changes: dict[str, Any] = dict(changes)

    def __getstate__(self) -> dict[str, Any]:
        """What travels to other processes; the graph is laid out anew there, and the texts of the values are written anew."""
        return {name: value for name, value in self.__dict__.items() if name != "program"} | {"_written": {}}

    @classmethod
    def load(cls, name: str) -> Case:
        """The case a name or a .yaml file describes. Raises InputError with every mistake."""
        from model.lines import LINES

        loaded = load(name)
        return cls(loaded, loaded.entries, LINES, {})

    @property
    def name(self) -> str:
        """Its name: that of its file."""
        return self._loaded.name

    @property
    def title(self) -> Words:
        return self._loaded.title

    @property
    def about(self) -> Words:
        return self._loaded.about

    @property
    def clusters(self) -> dict[str, Words]:
        """Clusters of the case with their titles."""
        return self._loaded.clusters

    @property
    def dimensions(self) -> dict[str, dict[str, Words]]:
        """Members of every dimension with their labels."""
        return self._loaded.dimensions

    @property
    def profiles(self) -> dict[str, Profile]:
        """What each cluster says of itself in words: mission, technology, control points."""
        return self._loaded.profiles

    @property
    def published(self) -> dict[str, Any]:
        """Published figures of a reference cluster, to hold the model against."""
        return self._loaded.published

    @property
    def file_changes(self) -> dict[str, str]:
        """Keys that the case's own file changed, with the file."""
        return dict(self._loaded.changed)

    @property
    def first_year(self) -> int:
        return int(self.quantity(NATION, "first_year").value)  # type: ignore[arg-type]

    @property
    def horizon(self) -> int:
        return int(self.quantity(NATION, "horizon").value)  # type: ignore[arg-type]

    @property
    def years(self) -> list[int]:
        return list(range(self.first_year, self.first_year + self.horizon))

    def definition(self, name: str) -> Definition:
        return definitions().inputs[name]

    def quantity(self, scope: str, name: str, *members: str) -> Quantity:
        """The value given for one input, with its range and source."""
        return self._entries[(scope, name)][tuple(members)]

    def quantities(self) -> dict[str, Quantity]:
        """Every value given, by key, in the order of the definitions."""
        return {".".join((scope, name, *members)): quantity for (scope, name), given in self._entries.items() for members, quantity in given.items()}

    def resolve(self, key: str) -> tuple[str, str, Members]:
        """Scope, input name and members of a key. Raises InputError with the nearest known key."""
        keys, problem = resolve_key(key, self._loaded)
        if problem:
            raise InputError(problem)
        return keys[0]

    def with_values(self, changes: Mapping[str, Any]) -> Case:
        """A copy with other values: {"photonics.membership_fee.core": 2.0, "nation.inflation": {2026: 0.02, 2030: 0.025}}.

        Raises InputError with every mistake at once; the case itself is untouched.
        """
        mistakes: list[str] = []
        entries = dict(self._entries)
        arrays, written = dict(self._arrays), dict(self._texts())
        noted = dict(self.changes)
        rebuild = False
        touched: dict[tuple[str, str], None] = {}
        for key, given in changes.items():
            keys, problem = resolve_key(str(key), self._loaded)
            if problem:
                mistakes.append(problem)
                continue
            definition = definitions().inputs[keys[0][1]]
            value, problem = read_value(given, definition)
            if value is None:
                mistakes.append(placed(str(key), problem))
                continue
            for scope, name, members in keys:
                family = dict(entries[(scope, name)])
                family[members] = family[members].changed_to(value, Message("the user's changes"))
                entries[(scope, name)] = family
                arrays.pop(name, None)
                written.pop((scope, name), None)
                rebuild = rebuild or definition.structural
                noted[".".join((scope, name, *members))] = plain(value, definition)
                touched[(scope, name)] = None
        mistakes += split_mistakes(entries, self.dimensions, touched)
        if mistakes:
            raise InputError(mistakes)
        changed = Case(self._loaded, entries, self.lines, noted)
        if not rebuild:
            changed._arrays = arrays
        changed._written = written
        return changed

    def unchanged(self) -> Case:
        """The same clusters without any change, neither the user's nor those of the case's own file: what changes are held against."""
        return Case(self._loaded, self._loaded.before or self._loaded.entries, self.lines, {})

    def with_lines(self, *lines: Line, replace: bool = False) -> Case:
        """A copy with an analyst's own lines, computed, explained and exported like any other.

        replace: lines may take the place of lines of the same name. Raises ModelError for unknown names, units that do
        not fit, dimensions, loops, or a name that is taken.
        """
        inputs = definitions().inputs
        mistakes = []
        for position, line in enumerate(lines):
            if not isinstance(line, Line):
                mistakes.append(f"{line!r} is not a line: put @line(unit) above the function")
            elif line.name in inputs or line.name in BUILT_IN:
                mistakes.append(f"{line.where}: line {line.name} has the name of an input")
            elif line.name in self.lines and not replace:
                mistakes.append(f"{line.where}: line {line.name} has the name of a line of the model; replace=True puts it in its place")
            elif line.name in [other.name for other in lines[:position] if isinstance(other, Line)]:
                mistakes.append(f"{line.where}: line {line.name} is given twice")
        if mistakes:
            raise ModelError(mistakes)
        known = {**self.lines, **{line.name: line for line in lines}}
        case = Case(self._loaded, self._entries, known, self.changes)
        case._arrays = dict(self._arrays)
        case.program  # noqa: B018  wiring first: an unknown name has no unit
        mistakes = check_units(lines, {name: d.unit for name, d in inputs.items()} | {n: line.unit for n, line in known.items()})
        if mistakes:
            raise ModelError(mistakes)
        return case

    @cached_property
    def program(self) -> Program:
        """The lines laid out as a graph for this case's dimensions."""
        members = ((CLUSTER, tuple(self.clusters)), *((dim, tuple(m)) for dim, m in self.dimensions.items()))
        return _program(tuple(self.lines.values()), members)

    def array(self, name: str) -> np.ndarray:
        """One input as (years or 1, clusters, members…, 1), as the engine reads it."""
        found = self._arrays.get(name)
        if found is None:
            definition = definitions().inputs[name]
            scopes = [NATION] if definition.scope == NATION else list(self.clusters)
            shape = tuple(len(self.dimensions[dim]) for dim in definition.over)
            years = np.arange(self.first_year, self.first_year + self.horizon)
            columns = []
            for scope in scopes:
                given = self._entries[(scope, name)]
                for members in itertools.product(*(self.dimensions[dim] for dim in definition.over)):
                    value = given[members].value
                    columns.append(over_years(value, years) if definition.yearly else [value])
            table = np.asarray(columns, dtype=np.float64).T
            lead = () if definition.scope == NATION else (len(scopes),)
            order = list(self.dimensions)
            axes = sorted(range(len(definition.over)), key=lambda axis: order.index(definition.over[axis]))
            fixed = 1 + len(lead)
            table = table.reshape(len(table), *lead, *shape, 1)
            found = table.transpose(*range(fixed), *(fixed + axis for axis in axes), table.ndim - 1)
            found = self._arrays[name] = np.ascontiguousarray(found)
        return found

    def arrays(self) -> dict[str, np.ndarray]:
        """All inputs that the lines read, as arrays, and the calendar years."""
        years = np.arange(self.first_year, self.first_year + self.horizon, dtype=np.float64).reshape(-1, 1)
        return {name: years if name == "year" else self.array(name) for name in self.program.inputs}

    def _texts(self) -> dict[tuple[str, str], list[str]]:
        """Every value with its key as JSON, by scope and name of the input: a changed copy writes only what differs."""
        for place, given in self._entries.items():
            if place not in self._written:
                self._written[place] = [f"{json.dumps('.'.join((*place, *members)))}: {_json(quantity)}" for members, quantity in given.items()]
        return self._written

    @cached_property
    def hash(self) -> str:
        """Twelve hex digits of all values, lines and the model's version: equal only when the figures must be."""
        values = ", ".join(sorted(itertools.chain.from_iterable(self._texts().values())))
        text = f"[{json.dumps(VERSION)}, {{{values}}}, {_formulas(tuple(self.lines.items()))}]"
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def run(self) -> Result:
        """Project the case: every line, every year. A line is computed when it, or one that reads it, is first asked for."""
        from model.result import Result

        return Result(self, {self.program.inputs[name]: array for name, array in self.arrays().items()})
