"""A workbook that comes back: its inputs, found by code; what they change; and which formulas were edited."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

import numpy as np

from model.case import Case
from model.inputs.definitions import OWN, Definition
from model.inputs.quantities import Quantity, Value, over_years, plain, shown
from model.language.errors import InputError
from model.language.message import Message, placed
from model.workbook import layout as at
from model.workbook.cells import Contents, read_contents
from model.workbook.compare import Edit, edited_formulas, renamed_sheets
from model.workbook.package import open_package
from model.workbook.pieces import column
from model.workbook.restore import Description, original, path_of, read_description, same
from model.workbook.sheetmap import SheetMap, headings
from model.workbook.typed import typed

_DAMAGE = (ParseError, BadZipFile, zlib.error, EOFError, RecursionError, OverflowError, KeyError, IndexError, TypeError, ValueError)
_COLUMNS = ("low", "base", "high", "user")
_HELP = Message("write the workbook anew from the program, and type the changes into that")
_LAST_VALUE = "{place}: holds a formula; its last value {value:.15g} was read"


@dataclass(frozen=True)
class Change:
    """An input that a person changed. part: 'value', 'low' or 'high'; before and after as in YAML."""

    key: str
    part: str
    before: Any
    after: Any
    sheet: str
    cell: str

    def __str__(self) -> str:
        sentence = "{place}: {before} becomes {after}"
        if self.part != "value":
            sentence = "{place} (low): {before} becomes {after}" if self.part == "low" else "{place} (high): {before} becomes {after}"
        return Message(sentence, place=f"{self.sheet}!{self.cell} {self.key}", before=self.before, after=self.after)


@dataclass(frozen=True)
class ReadBack:
    """What came back: the case with the changed inputs, the case it came from, what changed, and what was noticed."""

    case: Case
    original: Case
    changes: tuple[Change, ...]
    edited_formulas: tuple[Edit, ...]
    notes: tuple[str, ...]


def read(source: str | Path | bytes, *, formulas: bool = True) -> ReadBack:
    """Read a workbook back. formulas: also compare every formula with what the program wrote.

    Raises InputError with every problem: sheet, cell, what is wrong and what helps.
    """
    name, content = (Message("the workbook"), source) if isinstance(source, bytes) else _content(Path(source))
    contents = read_contents(open_package(content, name), name)
    try:
        description = read_description(contents, name)
        maps = {sheet: SheetMap(found) for sheet in contents.paths if (found := contents.sheet(sheet)) is not None} if formulas else {}
        inputs, series = (maps.get(sheet) or _map(contents, sheet, name) for sheet in (at.INPUTS, at.SERIES))
        for each in (*maps.values(), inputs, series):
            each.settle_years(range(description.first_year, description.first_year + description.horizon))
        start, notes = original(description, inputs, series)
        reader = _Reader(start, inputs, series)
        reader.read()
        if reader.problems:
            raise InputError(reader.problems)
        case = reader.changed()
        notes += [*reader.notes, *_notes(contents, inputs, description)]
        edits: list[Edit] = []
        if formulas:
            from model.workbook import words_of
            from model.workbook.export import expected

            layout, pages = expected(start, words_of(description.language), description.sensitivity_of)
            renamed = renamed_sheets(maps, pages)
            edits = edited_formulas({renamed.get(sheet, sheet): map_ for sheet, map_ in maps.items()}, renamed, layout, pages)
            notes += [Message("sheet {sheet!r} is {written!r} under another name", sheet=sheet, written=name) for sheet, name in renamed.items()]
            others = [sheet for sheet in maps if sheet not in pages and sheet not in renamed]
            notes += [Message("sheet {sheet!r} is not one of the workbook's own; it is not read", sheet=sheet) for sheet in others]
    except InputError:
        raise
    except _DAMAGE as error:
        problem = f"{type(error).__name__}: {str(error)[:100]}"
        raise InputError(Message("{name}: is damaged and cannot be read ({problem})", name=name, problem=problem)) from None
    return ReadBack(case, start, tuple(reader.changes), tuple(edits), tuple(notes))


def _content(path: Path) -> tuple[str, bytes]:
    try:
        return path.name, path.read_bytes()
    except OSError as error:
        raise InputError(Message("{name}: cannot be read ({reason})", name=path.name, reason=error.strerror)) from None


def _map(contents: Contents, sheet: str, name: str) -> SheetMap:
    """A sheet of inputs by its name, or by what stands on it where somebody renamed it."""
    for other in (sheet, *(other for other in contents.paths if other != sheet)):
        found = contents.sheet(other)
        if found is not None and (other == sheet or _is_like(SheetMap(found), sheet)):
            return SheetMap(found)
    raise InputError(Message("{name}: the sheet {sheet!r} is missing; {help}", name=name, sheet=sheet, help=_HELP))


def _heading(name: str) -> str:
    """How a heading may read."""
    return " / ".join(repr(text) for text, names in headings().items() if name in names)


def _is_like(map_: SheetMap, sheet: str) -> bool:
    if sheet == at.INPUTS:
        return {"code", "exported_low", *_COLUMNS} <= map_.names.keys()
    return any(code.endswith("|exported_low") for code in map_.rows)


def _notes(contents: Contents, inputs: SheetMap, description: Description) -> Iterator[str]:
    """What a person should know although nothing is wrong."""
    selector = inputs.sheet.value(at.SELECTOR[0], inputs.names.get("live", at.LIVE))
    if isinstance(selector, float) and selector != 4:
        yield Message("the workbook shows another scenario than User; the User column is what was read")
    if description.own_lines:
        sentence = "lines that an analyst added are not in a workbook's inputs and were left out: {lines}"
        yield Message(sentence, lines=", ".join(description.own_lines))
    for sheet, state in contents.states.items():
        if state != "visible":
            yield Message("sheet {sheet!r} is hidden", sheet=sheet)


class _Reader:
    """Compares every input cell with the case at export; keeps changes, notes and problems."""

    def __init__(self, start: Case, inputs: SheetMap, series: SheetMap):
        self._start = start
        self._maps = {at.INPUTS: inputs, at.SERIES: series}
        self._years = start.years
        self.changes: list[Change] = []
        self.notes: list[str] = []
        self.problems: list[str] = []
        self._values: dict[str, Value] = {}
        self._ranges: dict[str, dict[str, Value]] = {}

    def read(self) -> None:
        """Read every input of the case."""
        for sheet in (at.INPUTS, at.SERIES):
            wanted = {"code", *_COLUMNS} if sheet == at.INPUTS else {"code"}
            for name in sorted(wanted - self._maps[sheet].names.keys()):
                sentence = "{sheet}: the heading {heading} is missing from the row of headings; put it back, or {help}"
                self.problems.append(Message(sentence, sheet=sheet, heading=_heading(name), help=_HELP))
            for name in sorted(wanted & self._maps[sheet].doubled):
                sentence = "{sheet}: the heading {heading} stands above more than one column; give the added one another heading"
                self.problems.append(Message(sentence, sheet=sheet, heading=_heading(name)))
        if self.problems:
            return
        for key, quantity in self._start.quantities().items():
            definition = self._start.definition(key.split(".")[1])
            if definition.yearly:
                self._read_series(key, quantity, definition)
            else:
                self._read_number(key, quantity, definition)

    def changed(self) -> Case:
        """The case with what was read. Raises InputError where values do not go together, with the cells."""
        try:
            given = {key: plain(value, self._start.definition(key.split(".")[1])) for key, value in self._values.items()}
            case = self._start.with_values(given) if given else self._start
        except InputError as error:
            raise InputError([self._placed(mistake) for mistake in error.mistakes]) from None
        if not self._ranges:
            return case
        entries = dict(case._entries)
        for key, sides in self._ranges.items():
            scope, name, *members = key.split(".")
            family = dict(entries[(scope, name)])
            old = family[tuple(members)]
            new = replace(old, **sides, source=OWN, reason=Message("range changed in the workbook"), fact="", layer="the workbook")  # type: ignore[arg-type]
            family[tuple(members)] = new
            entries[(scope, name)] = family
        return Case(case._loaded, entries, case.lines, case.changes)

    def _placed(self, mistake: str) -> str:
        places = [f"{c.sheet}!{c.cell}" for c in self.changes if c.part == "value" and c.key in mistake]
        return placed(", ".join(places) or at.INPUTS, mistake)

    # One number -----------------------------------------------------------------------------------------------

    def _read_number(self, key: str, quantity: Quantity, definition: Definition) -> None:
        map_ = self._maps[at.INPUTS]
        row = self._row(map_, key, key)
        if row is None:
            return
        now: dict[str, float] = {}
        for name in _COLUMNS:
            col = map_.names[name]
            cell = map_.sheet.cells.get((row, col))
            place = f"{at.INPUTS}!{column(col)}{row + 1}"
            if cell is not None and cell.formula and getattr(quantity, name, 0.0) is None:
                continue
            number, problem = typed(cell, definition)
            if problem:
                self.problems.append(placed(f"{place} {key}", problem))
                continue
            if cell is not None and cell.formula:
                self.notes.append(Message(_LAST_VALUE, place=f"{place} {key}", value=number))
            now[name] = number  # type: ignore[assignment]
        if len(now) < len(_COLUMNS) and any(name not in now for name in ("base", "user")):
            return
        self._compare(key, definition, quantity, dict(now), lambda name: (at.INPUTS, f"{column(map_.names[name])}{row + 1}"))

    def _row(self, map_: SheetMap, code: str, key: str) -> int | None:
        rows = map_.rows.get(code, [])
        if len(rows) == 1:
            return rows[0]
        sheet = map_.sheet.name
        if not rows:
            place = f"{sheet}!{column(map_.code_column)} {key}"
            self.problems.append(Message("{place}: no row has the code {code!r}; put it back, or {help}", place=place, code=code, help=_HELP))
        else:
            where = ", ".join(f"{column(map_.code_column)}{row + 1}" for row in rows)
            sentence = "{place}: the code {code!r} stands in {count} rows; keep one of them"
            self.problems.append(Message(sentence, place=f"{sheet}!{where} {key}", code=code, count=len(rows)))
        return None

    def _compare(self, key: str, definition: Definition, quantity: Quantity, now: dict[str, Any], place: Any) -> None:
        """Note what differs from the case at export: the User cell, else the Base cell, and the range."""
        before = quantity.value
        if definition.structural:
            if any(not self._same(value, before) for name, value in now.items() if name in ("base", "user")):
                sheet, cell = place("user")
                sentence = (
                    "{place}: cannot be changed in a workbook, it was {before}; change it in the program (--set {key}=…), write the workbook anew"
                )
                self.problems.append(Message(sentence, place=f"{sheet}!{cell} {key}", before=shown(before, definition), key=key))
            return
        user, base = (not self._same(now[name], before) for name in ("user", "base"))
        if user and base and not self._same(now["user"], now["base"]):
            sheet, cell = place("user")
            self.notes.append(Message("{place}: both User and Base were changed; User was taken", place=f"{sheet}!{cell} {key}"))
        if user or base:
            name = "user" if user else "base"
            self._values[key] = now[name]
            self.changes.append(Change(key, "value", plain(before, definition), plain(now[name], definition), *place(name)))
        self._compare_range(key, definition, quantity, now, place)

    def _compare_range(self, key: str, definition: Definition, quantity: Quantity, now: dict[str, Any], place: Any) -> None:
        value = self._values.get(key, quantity.value)
        for side, sign in (("low", -1.0), ("high", 1.0)):
            old = getattr(quantity, side)
            if side not in now or (old is not None and self._same(now[side], old)):
                continue
            sheet, cell = place(side)
            years = np.array(self._years)
            if (sign * (over_years(now[side], years) - over_years(value, years)) < -1e-12).any():
                sentence = "{place}: the low value lies above the value ({value}); type another"
                if side == "high":
                    sentence = "{place}: the high value lies below the value ({value}); type another"
                self.problems.append(Message(sentence, place=f"{sheet}!{cell} {key}", value=shown(value, definition)[:60]))
                continue
            self._ranges.setdefault(key, {})[side] = now[side]
            self.changes.append(Change(key, side, plain(old, definition), plain(now[side], definition), sheet, cell))

    def _same(self, a: Value, b: Value) -> bool:
        return same(a, b, np.array(self._years))

    # By year --------------------------------------------------------------------------------------------------

    def _read_series(self, key: str, quantity: Quantity, definition: Definition) -> None:
        map_ = self._maps[at.SERIES]
        missing = [year for year in self._years if year not in map_.years]
        if missing:
            problem = Message("{sheet}: the heading of {year} is missing from the row of years; {help}", sheet=at.SERIES, year=missing[0], help=_HELP)
            if problem not in self.problems:
                self.problems.append(problem)
            return
        now: dict[str, Value] = {}
        rows: dict[str, int] = {}
        complete = True
        for name in _COLUMNS:
            row = self._row(map_, f"{key}|{name}", key)
            if row is None:
                complete = False
                continue
            rows[name] = row
            found = self._path(map_, key, row, definition, getattr(quantity, name, 0.0) is None)
            if found is not None:
                now[name] = found
        if complete and "base" in now and "user" in now:
            self._compare(key, definition, quantity, now, lambda name: (at.SERIES, self._first_change(map_, rows[name], now[name], quantity)))

    def _path(self, map_: SheetMap, key: str, row: int, definition: Definition, linked: bool) -> Value | None:
        """The numbers of a row by year; None where the row only refers to another, or something is wrong in it."""
        found: dict[int, float] = {}
        for year in self._years:
            col = map_.years[year]
            cell = map_.sheet.cells.get((row, col))
            if linked and cell is not None and cell.formula:
                continue
            number, problem = typed(cell, definition)
            place = f"{at.SERIES}!{column(col)}{row + 1}"
            if number is None:
                self.problems.append(placed(f"{place} {key} {year}", problem))
            else:
                found[year] = number
                if cell is not None and cell.formula:
                    self.notes.append(Message(_LAST_VALUE, place=f"{place} {key} {year}", value=number))
        return path_of(found) if len(found) == len(self._years) else None

    def _first_change(self, map_: SheetMap, row: int, value: Value, quantity: Quantity) -> str:
        years = np.array(self._years)
        differs = over_years(value, years) != over_years(quantity.value, years)
        year = int(years[int(np.argmax(differs))])
        return f"{column(map_.years[year])}{row + 1}"


__all__ = ["Change", "Edit", "ReadBack", "read"]
