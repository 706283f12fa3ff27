"""The case a workbook was written from: the one the program knows by that name, else rebuilt from the workbook itself."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from model.case import Case
from model.inputs.definitions import NATION, OWN, Definition, Words, definitions, sources
from model.inputs.layers import Loaded, available
from model.inputs.profile import Profile
from model.inputs.quantities import Quantity, Value, over_years
from model.language.errors import InputError
from model.language.message import Message
from model.lines import LINES
from model.workbook import layout as at
from model.workbook.cells import Contents
from model.workbook.record import FORMAT
from model.workbook.sheetmap import SheetMap

_LONGEST = 2_000_000
_HELP = Message("write the workbook anew from the program, and type the changes into that")


class Description(BaseModel):
    """What the sheet `Case` says: all of a case that is not a value of an input."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    format: int
    name: str
    inputs_hash: str
    model_version: str
    title: Words
    about: Words
    clusters: dict[str, Words]
    dimensions: dict[str, dict[str, Words]]
    profiles: dict[str, Profile]
    published: dict[str, Any]
    exact: dict[str, dict[str, float | dict[int, float]]] = {}
    file_changes: dict[str, str]
    changes: dict[str, Any]
    first_year: int
    horizon: int
    own_lines: tuple[str, ...] = ()
    language: Literal["en", "nl"] = "en"
    sensitivity_of: str | None = None


def read_description(contents: Contents, name: str) -> Description:
    """The description in a workbook. Raises InputError where it is missing, damaged or of a later program."""
    sheet = contents.sheet(at.DESCRIPTION)
    if sheet is None:
        sentence = "{name}: has no sheet {sheet!r}, so it is not a workbook with formulas that this program wrote; {help}"
        raise InputError(Message(sentence, name=name, sheet=at.DESCRIPTION, help=_HELP))
    place = f"{at.DESCRIPTION}!C{at.BODY_ROW + 1}"
    parts = {sheet.text(row, 1): sheet.value(row, 2) for row, col in sorted(sheet.cells) if col == 1}
    written = "".join(str(parts[f"case.{number}"]) for number in itertools.takewhile(lambda n: f"case.{n}" in parts, itertools.count()))
    if not written or len(written) > _LONGEST:
        raise InputError(Message("{name}: {place}: the description of the case is missing; {help}", name=name, place=place, help=_HELP))
    try:
        found = Description.model_validate(json.loads(written))
    except (ValueError, ValidationError, RecursionError):
        raise InputError(Message("{name}: {place}: the description of the case was changed; {help}", name=name, place=place, help=_HELP)) from None
    wrong = [cluster for cluster in found.clusters if not cluster.isidentifier() or cluster == NATION]
    problems = [Message("{cluster!r} cannot name a cluster", cluster=cluster) for cluster in wrong]
    problems += [Message("dimension {dim!r} is missing", dim=dim) for dim in definitions().dimensions if not found.dimensions.get(dim)]
    if found.format > FORMAT:
        problems = [Message("it is of a later version of the program ({version})", version=found.model_version)]
    if not problems and (not found.clusters or not 1 <= found.horizon <= 100):
        problems = [Message("the description does not fit a case")]
    if problems:
        sentence = "{name}: sheet {sheet}: {problem_found}; {help}"
        raise InputError([Message(sentence, name=name, sheet=at.DESCRIPTION, problem_found=problem, help=_HELP) for problem in problems])
    return found


def original(description: Description, inputs: SheetMap, series: SheetMap) -> tuple[Case, list[str]]:
    """The case before anyone changed the workbook, and notes on how it was found. Raises InputError with every gap."""
    known = _known(description)
    if known is not None and known.hash == description.inputs_hash:
        return known, []
    rebuilt = _rebuilt(description, inputs, series, known)
    if known is None:
        return rebuilt, [Message("the case {name!r} is not one of this program's own; it was rebuilt from the workbook", name=description.name)]
    sentence = "the case {name!r} is not what it was when the workbook was written; the values at export are taken from the workbook"
    return rebuilt, [Message(sentence, name=description.name)]


def _known(description: Description) -> Case | None:
    """The case of that name with the changes that were made before the export, where it still has the same shape."""
    if description.name not in available():
        return None
    try:
        found = Case.load(description.name)
        if description.changes:
            found = found.with_values(description.changes)
    except InputError:
        return None
    same = list(found.clusters) == list(description.clusters)
    same = same and {dim: list(members) for dim, members in found.dimensions.items()} == {d: list(m) for d, m in description.dimensions.items()}
    return found if same else None


def _rebuilt(description: Description, inputs: SheetMap, series: SheetMap, known: Case | None) -> Case:
    entries: dict[tuple[str, str], dict[tuple[str, ...], Quantity]] = {}
    gaps = []
    for definition in definitions().inputs.values():
        for scope in [NATION] if definition.scope == NATION else description.clusters:
            given = entries.setdefault((scope, definition.name), {})
            for members in itertools.product(*(description.dimensions[dim] for dim in definition.over)):
                key = ".".join((scope, definition.name, *members))
                found = _exported(key, definition, inputs, series, description)
                if found is None and known is not None:
                    found = known.quantity(scope, definition.name, *members)
                if found is None and definition.absent is not None:
                    found = Quantity(definition.absent, source=OWN, reason=Message("not in the workbook: the neutral value"), layer="the workbook")
                if found is None:
                    sentence = "{sheet}: {key}: the row is missing; {help}"
                    gaps.append(Message(sentence, sheet=definition_sheet(definition), key=key, help=_HELP))
                else:
                    given[members] = found
    if gaps:
        raise InputError(gaps)
    loaded = Loaded(
        name=description.name,
        title=description.title,
        about=description.about,
        clusters=dict(description.clusters),
        profiles={cluster: description.profiles.get(cluster, Profile()) for cluster in description.clusters},
        published=description.published,
        dimensions={dim: dict(members) for dim, members in description.dimensions.items()},
        entries=entries,
        changed=dict(description.file_changes),
    )
    return Case(loaded, entries, LINES, description.changes)


def definition_sheet(definition: Definition) -> str:
    """The sheet on which an input stands."""
    return at.SERIES if definition.yearly else at.INPUTS


def _exported(key: str, definition: Definition, inputs: SheetMap, series: SheetMap, description: Description) -> Quantity | None:
    """An input as it was at export, from the columns or rows that hold that."""
    if definition.yearly:
        years = range(description.first_year, description.first_year + description.horizon)
        rows = {name: _path(series, f"{key}|exported{name}", years) for name in ("", "_low", "_high")}
        texts = {name: series.value(f"{key}|{row}", "note") for name, row in (("source", "number"), ("reason", "minimum"), ("note", "maximum"))}
        ranged = {side: _holds_number(series, f"{key}|{side}", next(iter(series.years.values()), at.YEARS)) for side in ("low", "high")}
    else:
        rows = {name: _number(inputs.value(key, f"exported{name}")) for name in ("", "_low", "_high")}
        texts = {name: inputs.value(key, name) for name in ("source", "reason", "note")}
        ranged = {side: _holds_number(inputs, key, inputs.names.get(side, -1)) for side in ("low", "high")}
    if rows[""] is None:
        return None
    shown = np.array(range(description.first_year, description.first_year + description.horizon))
    for name, kept in (("", "value"), ("_low", "low"), ("_high", "high")):
        exact = description.exact.get(key, {}).get(kept)
        if exact is not None and rows[name] is not None and same(exact, rows[name], shown):  # type: ignore[arg-type]
            rows[name] = exact
    words = {name: text if isinstance(text, str) else "" for name, text in texts.items()}
    source = words["source"] if words["source"] in sources() else OWN
    return Quantity(
        rows[""],
        rows["_low"] if ranged["low"] else None,
        rows["_high"] if ranged["high"] else None,
        source=source,
        reason=words["reason"] if source == OWN else "",
        note=words["note"],
        layer="the workbook",
    )


def _holds_number(sheet: SheetMap, code: str, col: int) -> bool:
    """Whether a bound is given: a number stands there, not a formula that takes the base value."""
    rows = sheet.rows.get(code, [])
    cell = sheet.sheet.cells.get((rows[0], col)) if len(rows) == 1 else None
    return cell is not None and not cell.formula


def _number(found: Any) -> Value | None:
    return float(found) if isinstance(found, float) else None


def _path(series: SheetMap, code: str, years: range) -> Value | None:
    rows = series.rows.get(code, [])
    if len(rows) != 1:
        return None
    found = {year: series.sheet.value(rows[0], series.years[year]) for year in years if year in series.years}
    if len(found) != len(years) or not all(isinstance(number, float) for number in found.values()):
        return None
    return path_of(found)


def same(a: Value, b: Value, years: np.ndarray) -> bool:
    """Whether two values are the same in every year, to the digits that a workbook keeps."""
    left, right = over_years(a, years), over_years(b, years)
    return all(x == y or f"{x:.14g}" == f"{y:.14g}" for x, y in zip(left, right, strict=True))


def path_of(numbers: Mapping[int, float]) -> Value:
    """One number where it is the same in every year, else a path."""
    values = list(numbers.values())
    return values[0] if all(value == values[0] for value in values) else dict(numbers)
