"""Where a number comes from: formula, values, units, sources, what it depends on and feeds."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from model.engine.program import CLUSTER
from model.inputs.definitions import NATION, definitions
from model.inputs.quantities import over_years, shown
from model.language import InputError, units
from model.language.expression import text
from model.language.message import Message
from model.wording import Wording

if TYPE_CHECKING:
    from model.case import Case
    from model.result import Result

LINE, INPUT, CALENDAR = "line", "input", "calendar"


@dataclass(frozen=True)
class Part:
    """One thing a formula reads: a line or an input, with its value (one a member where it has dimensions).

    kind: 'line', 'input' or 'calendar'. labels: members of `values` in words. words: the value in words, where a number
    would not say it. when: which other years the formula looks at.
    """

    name: str
    kind: str
    label: str
    unit: str
    values: dict[str, float]
    labels: dict[str, str]
    doc: str
    sources: list[str]
    words: str = ""
    when: str = ""


@dataclass(frozen=True)
class Explanation:
    """A number with its formula, parts and neighbours, in one language. `str()` reads well; `to_dict()` is for programs."""

    language: str
    line: str
    label: str
    doc: str
    unit: str
    cluster: str | None
    year: int | None
    values: dict[str, float]
    labels: dict[str, str]
    formula: str
    with_values: str
    parts: list[Part]
    feeds: list[str]
    where: str
    additive: bool
    price_year: int

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    def unit_in(self, words: Wording) -> str:
        """The unit in words; money is in the prices of each year, unless the unit says otherwise."""
        unit = words.unit(self.unit, self.price_year)
        return f"{unit}, {words('prices.nominal')}" if units.is_money(self.unit) else unit

    def __str__(self) -> str:
        words = Wording(self.language)
        place = ", ".join(str(part) for part in (self.cluster or "", self.year or "") if part)
        whole = len(self.values) == 1 or self.additive
        unit = self.unit_in(words)
        total = _amount(words, sum(self.values.values()), self.unit, unit) if whole else words("explanation.by_member", unit=unit)
        out = [f"{self.label} ({self.line}){', ' + place if place else ''}: {total}", f"  {self.doc}"]
        if len(self.values) > 1:
            out += _by_member(words, self.values, self.labels, self.unit, "    ")
        out += ["", words("explanation.formula", where=self.where), f"  {self.line} = {self.formula}"]
        if self.with_values:
            out.append(f"  = {self.with_values}")
        out += ["", words("explanation.parts")]
        for part in self.parts:
            out += _told(words, part, self.price_year)
        out += ["", words("explanation.feeds"), f"  {', '.join(self.feeds) or words('explanation.nothing')}"]
        return "\n".join(out)


def _told(words: Wording, part: Part, price_year: int) -> list[str]:
    """A part as lines of text: name, kind and value, then meaning, members and sources."""
    kind = ", ".join(each for each in (words(f"explanation.{part.kind}"), part.when) if each)
    unit = words.unit(part.unit, price_year)
    value = unit if part.values else f"{unit}, {words('explanation.every_year')}"
    if len(part.values) == 1:
        value = _amount(words, next(iter(part.values.values())), part.unit, unit)
    out = [f"  {part.name} [{kind}]: {part.words or value}"]
    if part.doc:
        out.append(f"      {part.doc}")
    if len(part.values) > 1:
        out += _by_member(words, part.values, part.labels, part.unit, "      ")
    return out + [f"      {source}" for source in part.sources]


def _by_member(words: Wording, values: dict[str, float], labels: dict[str, str], unit: str, indent: str) -> list[str]:
    return [f"{indent}{labels[member]:<28} {_number(words, _shown(value, unit)):>14}" for member, value in values.items()]


def _amount(words: Wording, value: float, unit: str, unit_words: str) -> str:
    """A value with its unit, where the number alone would not say enough."""
    number = _number(words, _shown(value, unit))
    return number if unit in ("date", "flag", "ratio") else f"{number} {unit_words}"


def _shown(value: float, unit: str) -> float:
    return value * 100 if unit == "share" else value


def _number(words: Wording, value: float) -> str:
    if math.isnan(value):
        return words("explanation.blank")
    if 1900 <= value <= 2200 and value == int(value):
        return words.year(value)
    return words.number(value, 2) if abs(value) >= 100 else words.exact(float(f"{value:.4g}"), 10)


def explain(result: Result, name: str, cluster: str | None, year: int | None, language: str = "en") -> Explanation:
    """Explain a line of a result, in one cluster and year. A case of one cluster needs no cluster named.

    language: of everything but names and formulas. Raises InputError for unknown names, and when a cluster or year is
    needed and not given.
    """
    words = Wording(language)
    line = result.line(name)
    case = result.case
    if cluster is None and line.scope == CLUSTER and len(case.clusters) == 1:
        cluster = next(iter(case.clusters))
    mistakes: list[str] = []
    if cluster is not None and cluster not in case.clusters:
        result.array(name, cluster)
    if cluster is None and line.scope == CLUSTER and not result.has_whole(name):
        mistakes.append(Message("{name} differs by cluster: give one of {known}", name=name, known=", ".join(case.clusters)))
    first, last = result.years[0], result.years[-1]
    if result.is_yearly(name) and year is None:
        mistakes.append(Message("{name} has a value for every year: give a year from {first} to {last}", name=name, first=first, last=last))
    if year is not None and year not in result.years:
        mistakes.append(Message("{year} is outside the horizon, {first} to {last}", year=year, first=first, last=last))
    if mistakes:
        raise InputError(mistakes)
    looks = _looks(line.tree)
    parts = [_part(words, result, read, cluster, year, looks.get(read, set())) for read in line.reads]
    simple = all(len(part.values) == 1 for part in parts) and not line.over and (year is not None or not result.is_yearly(name))
    put_in = {part.name: _put_in(words, part) for part in parts if part.values}
    whole_sum = cluster is None and line.scope == CLUSTER and line.whole == "sum"
    summed = words("explanation.summed", clusters=", ".join(words.of(label) for label in case.clusters.values()))
    values, labels = _line_values(words, result, name, cluster, year)
    return Explanation(
        language=language,
        line=name,
        label=words.line(name),
        doc=words.note(line),
        unit=line.unit,
        cluster=cluster,
        year=year if result.is_yearly(name) else None,
        values=values,
        labels=labels,
        formula=line.formula() + (f", {summed}" if whole_sum else ""),
        with_values=text(line.tree, lambda n: put_in.get(n, n)) if simple and not whole_sum and _is_arithmetic(line.tree) else "",
        parts=parts,
        feeds=[other.name for other in case.lines.values() if name in other.reads and other.name != name],
        where=line.where,
        additive=line.whole == "sum",
        price_year=_price_year(case),
    )


def _put_in(words: Wording, part: Part) -> str:
    """A value as it stands in a formula: the formula itself compares choices by their code."""
    value = next(iter(part.values.values()))
    return shown(value, definitions().inputs[part.name]) if part.words else _number(words, value)


def _price_year(case: Case) -> int:
    return int(case.quantity(NATION, "price_year").value)  # type: ignore[arg-type]


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


def _line_values(words: Wording, result: Result, name: str, cluster: str | None, year: int | None) -> tuple[dict[str, float], dict[str, str]]:
    """Values of a line by member, and the members in words."""
    array = result.array(name, cluster)
    dims = result.dims(name)
    if year is None and result.is_yearly(name):
        row = array.sum(axis=0)
    else:
        row = array[result.years.index(year) if year is not None and len(array) > 1 else 0]
    members = list(itertools.product(*(result.case.dimensions[dim] for dim in dims)))
    keys = [", ".join(each) for each in members]
    labels = {key: _labelled(words, result.case, dims, each) for key, each in zip(keys, members, strict=True)}
    return dict(zip(keys, (float(value) for value in np.ravel(row)), strict=True)), labels


def _labelled(words: Wording, case: Case, dims: Iterable[str], members: Iterable[str]) -> str:
    return ", ".join(words.of(case.dimensions[dim][member]) for dim, member in zip(dims, members, strict=True))


def _part(words: Wording, result: Result, name: str, cluster: str | None, year: int | None, looks: set[str]) -> Part:
    case = result.case
    if name in case.lines:
        return _read_line(words, result, name, cluster, year, looks)
    if name == "year":
        return Part(name, CALENDAR, words("chart.year"), "date", {"": float(year or case.first_year)}, {"": ""}, "", [])
    definition = definitions().inputs[name]
    scopes = [NATION] if definition.scope == NATION else ([cluster] if cluster else list(case.clusters))
    found: dict[str, float] = {}
    labels: dict[str, str] = {}
    told: dict[str, None] = {}
    for scope in scopes:
        for members in itertools.product(*(case.dimensions[dim] for dim in definition.over)):
            quantity = case.quantity(scope, name, *members)
            key = ", ".join((*([scope] if len(scopes) > 1 else []), *members))
            found[key] = float(over_years(quantity.value, np.array([year or case.first_year]))[0])
            within = _labelled(words, case, definition.over, members)
            labels[key] = ", ".join(part for part in (words.of(case.clusters[scope]) if len(scopes) > 1 else "", within) if part)
            told[words.grounds(quantity)] = None
    said = ""
    if definition.kind in ("choice", "switch") and len(found) == 1:
        said = words.value(next(iter(found.values())), definition)
    meaning = f"{words.of(definition.meaning)}."
    return Part(name, INPUT, words.of(definition.label), definition.unit, found, labels, meaning, list(told), said)


def _read_line(words: Wording, result: Result, name: str, cluster: str | None, year: int | None, looks: set[str]) -> Part:
    """A line that a formula reads, in the year that it looks at."""
    case = result.case
    line = case.lines[name]
    label, note, when = words.line(name), words.note(line), ""
    if year is not None and result.is_yearly(name) and looks == {"previous"}:
        when = words("explanation.year_before")
        if year == result.years[0]:
            return Part(name, LINE, label, line.unit, {}, {}, note, [], words("explanation.first_year"), when)
        year -= 1
    elif year is not None and result.is_yearly(name) and looks - {"", "previous"}:
        when = words("explanation.other_years", ways=", ".join(sorted(looks - {""})))
    if cluster is None and line.scope == CLUSTER and not result.has_whole(name):
        values = {each: sum(_line_values(words, result, name, each, year)[0].values()) for each in case.clusters}
        labels = {each: words.of(label) for each, label in case.clusters.items()}
    else:
        values, labels = _line_values(words, result, name, cluster, year)
    if year is None and result.is_yearly(name):
        if line.whole == "sum" and looks == {"over_life"}:
            when = words("explanation.all_years")
        else:
            values, labels = {}, {}
    return Part(name, LINE, label, line.unit, values, labels, note, [], when=when)
