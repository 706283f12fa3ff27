"""Where a number comes from: formula, values, units, sources, what it depends on and feeds."""

from __future__ import annotations

import itertools
import math
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from model.engine.program import CLUSTER
from model.inputs.catalogue import status_of
from model.inputs.definitions import NATION, OWN, definitions, sources
from model.inputs.quantities import over_years
from model.inputs.quantities import shown as in_words
from model.language import InputError
from model.language.expression import text

if TYPE_CHECKING:
    from model.result import Result


@dataclass(frozen=True)
class Part:
    """One thing a formula reads: a line or an input, with its value (one a member where it has dimensions)."""

    name: str
    kind: str
    label: str
    unit: str
    values: dict[str, float]
    doc: str
    sources: list[str]
    words: str = ""


@dataclass(frozen=True)
class Explanation:
    """A number with its formula, parts and neighbours. `str()` reads well; `to_dict()` is for programs."""

    line: str
    label: str
    doc: str
    unit: str
    cluster: str | None
    year: int | None
    values: dict[str, float]
    formula: str
    with_values: str
    parts: list[Part]
    feeds: list[str]
    where: str
    additive: bool

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    def __str__(self) -> str:
        place = ", ".join(str(part) for part in (self.cluster or "", self.year or "") if part)
        total = f"{_number(sum(self.values.values()))} {self.unit}" if len(self.values) == 1 or self.additive else f"by member, {self.unit}"
        out = [f"{self.label} ({self.line}){', ' + place if place else ''}: {total}", f"  {self.doc}"]
        if len(self.values) > 1:
            out += [f"    {member:<28} {_number(value):>14}" for member, value in self.values.items()]
        out += ["", f"Formula ({self.where})", f"  {self.line} = {self.formula}"]
        if self.with_values:
            out.append(f"  = {self.with_values}")
        out += ["", "It depends on"]
        for part in self.parts:
            value = f"{_number(next(iter(part.values.values())))} {part.unit}" if len(part.values) == 1 else part.unit
            value = part.words or value + ("" if part.values else ", a value for every year")
            out.append(f"  {part.name} [{part.kind}]: {value}")
            if part.doc:
                out.append(f"      {part.doc}")
            if len(part.values) > 1:
                out += [f"      {member:<28} {_number(number):>14}" for member, number in part.values.items()]
            out += [f"      source: {source}" for source in part.sources]
        out += ["", "It feeds", f"  {', '.join(self.feeds) or 'nothing else'}"]
        return "\n".join(out)


def _number(value: float) -> str:
    if math.isnan(value):
        return "blank"
    if value == 0:
        return "0"
    if 1900 <= value <= 2200 and value == int(value):
        return f"{value:.0f}"
    return f"{value:,.2f}" if abs(value) >= 100 else f"{value:.4g}"


@lru_cache(maxsize=1)
def line_labels() -> dict[str, Any]:
    """Short labels of lines, en and nl (`assumptions/line_labels.yaml`)."""
    from model.inputs.definitions import ASSUMPTIONS
    from model.inputs.reading import read

    data: dict[str, Any] = read(ASSUMPTIONS / "line_labels.yaml", "assumptions/line_labels.yaml").data
    return data


def line_label(name: str, language: str = "en") -> str:
    """The short label of a line; its name in words where nobody gave one, as for an analyst's own line."""
    found = line_labels().get(name, {}).get(language)
    return found or name.replace("_", " ").capitalize()


def explain(result: Result, name: str, cluster: str | None, year: int | None) -> Explanation:
    """Explain a line of a result, in one cluster and year. A case of one cluster needs no cluster named.

    Raises InputError for unknown names, and when a cluster or year is needed and not given.
    """
    line = result.line(name)
    case = result.case
    if cluster is None and line.scope == CLUSTER and len(case.clusters) == 1:
        cluster = next(iter(case.clusters))
    mistakes = []
    if cluster is not None and cluster not in case.clusters:
        result.array(name, cluster)
    if cluster is None and line.scope == CLUSTER and not result.has_whole(name):
        mistakes.append(f"{name} differs by cluster: give one of {', '.join(case.clusters)}")
    if result.is_yearly(name) and year is None:
        mistakes.append(f"{name} has a value for every year: give a year from {result.years[0]} to {result.years[-1]}")
    if year is not None and year not in result.years:
        mistakes.append(f"{year} is outside the horizon, {result.years[0]} to {result.years[-1]}")
    if mistakes:
        raise InputError(mistakes)
    looks = _looks(line.tree)
    parts = [_part(result, read, cluster, year, looks.get(read, set())) for read in line.reads]
    simple = all(len(part.values) == 1 for part in parts) and not line.over and (year is not None or not result.is_yearly(name))
    shown = {part.name: part.words or _number(next(iter(part.values.values()))) for part in parts if part.values}
    whole_sum = cluster is None and line.scope == CLUSTER and line.whole == "sum"
    formula = line.formula() + (f", summed over {', '.join(case.clusters)}" if whole_sum else "")
    return Explanation(
        line=name,
        label=line_label(name),
        doc=line.doc,
        unit=line.unit,
        cluster=cluster,
        year=year if result.is_yearly(name) else None,
        values=_line_values(result, name, cluster, year),
        formula=formula,
        with_values=text(line.tree, lambda n: shown.get(n, n)) if simple and not whole_sum and _is_arithmetic(line.tree) else "",
        parts=parts,
        feeds=[other.name for other in case.lines.values() if name in other.reads and other.name != name],
        where=line.where,
        additive=line.whole == "sum",
    )


def _looks(tree: Any, through: str = "") -> dict[str, set[str]]:
    """How a formula looks at each name it reads: in the year itself (''), or through an operator along the years."""
    from model.language.operators import OPERATORS

    if tree.operator == "name":
        return {tree.option: {through}}
    rule = OPERATORS.get(tree.operator)
    found: dict[str, set[str]] = {}
    for position, operand in enumerate(tree.operands):
        here = tree.operator if rule is not None and rule.years != "same" and position == (1 if tree.operator == "npv" else 0) else through
        for name, ways in _looks(operand, here).items():
            found.setdefault(name, set()).update(ways)
    return found


def _is_arithmetic(tree: Any) -> bool:
    """Whether a formula with numbers put in can be followed by hand: no operator that looks at other years."""
    from model.language.operators import OPERATORS

    rule = OPERATORS.get(tree.operator)
    return (rule is None or (rule.years == "same" and not rule.needs_year)) and all(_is_arithmetic(operand) for operand in tree.operands)


def _line_values(result: Result, name: str, cluster: str | None, year: int | None) -> dict[str, float]:
    array = result.array(name, cluster)
    dims = result.dims(name)
    if year is None and result.is_yearly(name):
        row = array.sum(axis=0)
    else:
        row = array[result.years.index(year) if year is not None and len(array) > 1 else 0]
    labels = [", ".join(members) for members in itertools.product(*(result.case.dimensions[dim] for dim in dims))]
    return dict(zip(labels, (float(value) for value in np.ravel(row)), strict=True))


def _part(result: Result, name: str, cluster: str | None, year: int | None, looks: set[str]) -> Part:
    case = result.case
    if name in case.lines:
        line = case.lines[name]
        kind = "line"
        if year is not None and result.is_yearly(name) and looks == {"previous"}:
            if year == result.years[0]:
                return Part(name, "line, the year before", line_label(name), line.unit, {}, line.doc, [], "none: this is the first year")
            kind, year = "line, the year before", year - 1
        elif year is not None and result.is_yearly(name) and looks - {"", "previous"}:
            kind = f"line, other years too: {', '.join(sorted(looks - {''}))}"
        if cluster is None and line.scope == CLUSTER and not result.has_whole(name):
            values = {each: sum(_line_values(result, name, each, year).values()) for each in case.clusters}
        else:
            values = _line_values(result, name, cluster, year)
        if year is None and result.is_yearly(name):
            summed = line.whole == "sum" and looks == {"over_life"}
            kind, values = ("line, all years together", values) if summed else ("line", {})
        return Part(name, kind, line_label(name), line.unit, values, line.doc, [])
    if name == "year":
        return Part("year", "calendar", "Year", "date", {"": float(year or case.first_year)}, "", [])
    definition = definitions().inputs[name]
    scopes = [NATION] if definition.scope == NATION else ([cluster] if cluster else list(case.clusters))
    found: dict[str, float] = {}
    told: dict[str, None] = {}
    for scope in scopes:
        for members in itertools.product(*(case.dimensions[dim] for dim in definition.over)):
            quantity = case.quantity(scope, name, *members)
            label = ", ".join((*([scope] if len(scopes) > 1 else []), *members))
            found[label] = float(over_years(quantity.value, np.array([year or case.first_year]))[0])
            told[_source_sentence(quantity)] = None
    words = ""
    if definition.kind in ("choice", "switch") and len(found) == 1:
        words = in_words(next(iter(found.values())), definition)
    return Part(name, "input", definition.label.en, definition.unit, found, definition.meaning.en, list(told), words)


def _source_sentence(quantity: Any) -> str:
    if quantity.source == OWN or quantity.source not in sources():
        return f"own assumption: {quantity.reason}"
    source = sources()[quantity.source]
    year = f", {source.year}" if source.year else ""
    note = f"; {quantity.note}" if quantity.note else ""
    return f"{source.publisher}, {source.title}{year} ({status_of(quantity)}){note}"
