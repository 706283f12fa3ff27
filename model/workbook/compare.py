"""Which formulas of a workbook were edited: compared by what they refer to, so that moved rows do not count."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from model.language.message import Message
from model.workbook import layout as at
from model.workbook.cells import column_number
from model.workbook.layout import Layout
from model.workbook.pieces import column
from model.workbook.recording import Recorder, Written
from model.workbook.sheetmap import SheetMap, header_row

_TOKEN = re.compile(
    r"(?P<text>\"[^\"]*\")"
    r"|(?P<sheet>(?:'(?:[^']|'')+'|[A-Za-z_][\w.]*)!)?(?P<ca>\$?)(?P<col>[A-Z]{1,3})(?P<ra>\$?)(?P<row>[1-9][0-9]{0,6})"
    r"(?::(?P<cb>\$?)(?P<to>[A-Z]{1,3})(?P<rb>\$?)(?P<end>[1-9][0-9]{0,6}))?(?![\w(.])"
    r"|(?P<space>\s+)"
)


_LONGEST = 120
"""So much of a formula, or of a text in its place, is told."""


@dataclass(frozen=True)
class Edit:
    """A formula that is not what the program wrote: where, of which row, what stands there now and what should.

    cell: empty where a row or a whole sheet is missing. found: a formula without its sign, or a message that tells a value.
    """

    sheet: str
    cell: str
    code: str
    found: str
    expected: str

    def __str__(self) -> str:
        if not self.cell:
            what = self.code or Message("the sheet")
            return Message("{sheet}: {what} is missing; its formulas stand in the program", sheet=self.sheet, what=what)
        found: str = Message("nothing")
        if self.found.strip():
            found = self.found if isinstance(self.found, Message) else f"={self.found}"[:_LONGEST]
        sentence = "{place}: {found} stands instead of ={expected}; it was not taken over"
        place = f"{self.sheet}!{self.cell} ({self.code})"
        return Message(sentence, place=place, found=found, expected=self.expected[:_LONGEST])


class _Places:
    """Names for the rows and columns of one workbook, the same before and after rows were moved."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[int, str]] = {}
        self.columns: dict[str, dict[int, int]] = {}
        self.headers: dict[str, int] = {}
        self.names: dict[str, str] = {}

    def row(self, sheet: str, row: int) -> str:
        code = self.rows.get(sheet, {}).get(row)
        if code is not None:
            return code
        return f"#{row - self.headers.get(sheet, 0)}"

    def column(self, sheet: str, col: int) -> int:
        return self.columns.get(sheet, {}).get(col, col)


def renamed_sheets(maps: Mapping[str, SheetMap], pages: Mapping[str, Recorder]) -> dict[str, str]:
    """Sheets that somebody renamed, each with the name it was written under: their titles are still the same."""
    titles = {page.labels.get((0, 0)): name for name, page in pages.items() if name not in maps}
    found = {name: titles.get(map_.sheet.text(0, 0)) for name, map_ in maps.items() if name not in pages}
    return {name: written for name, written in found.items() if written is not None}


def edited_formulas(maps: Mapping[str, SheetMap], renamed: Mapping[str, str], layout: Layout, pages: Mapping[str, Recorder]) -> list[Edit]:
    """Every formula of the program that was changed or overwritten, and those that are missing.

    maps: the sheets by the names they were written under. renamed: those that have other names now, by these.
    """
    there, here = _written_places(pages), _found_places(maps, layout, pages)
    here.names = dict(renamed)
    found: list[Edit] = []
    for name, page in pages.items():
        map_ = maps.get(name)
        if map_ is None:
            found.append(Edit(name, "", "", "", ""))
            continue
        moved = {col: actual for actual, col in here.columns[name].items()}
        for written in page.formulas:
            found += _edits_of(written, name, page, map_, moved, there, here)
    return found


def _edits_of(written: Written, name: str, page: Recorder, map_: SheetMap, moved: dict[int, int], there: _Places, here: _Places) -> list[Edit]:
    code = there.rows[name].get(written.row, "")
    rows = map_.rows.get(code, []) if code else [written.row - there.headers[name] + here.headers[name]]
    if not rows:
        return [Edit(name, "", f"the row of {code}", "", written.texts()[0])]
    found = []
    for offset, text in enumerate(written.texts()):
        col = written.first + offset
        row, actual = rows[0], moved.get(col, col)
        cell = map_.sheet.cells.get((row, actual))
        formula = "" if cell is None else cell.formula
        if formula == text or (formula and _plain(formula) == _plain(text)):
            continue
        if formula and _meaning(formula, name, row, actual, here) == _meaning(text, name, written.row, col, there):
            continue
        value = "" if formula or cell is None or cell.value in (None, "") else Message("the value {value!r}", value=_short(cell.value))
        found.append(Edit(name, f"{column(actual)}{row + 1}", code or name, formula or value, text))
    return found


def _short(value: Any) -> Any:
    return value[:_LONGEST] if isinstance(value, str) else value


def _plain(formula: str) -> str:
    return formula.replace(" ", "")


def _meaning(formula: str, sheet: str, row: int, col: int, places: _Places) -> str:
    """A formula with every reference named by row and column instead of its address."""

    def named(found: re.Match[str]) -> str:
        if found["text"] is not None:
            return found["text"]
        if found["space"] is not None:
            return ""
        target = (found["sheet"] or "").rstrip("!").strip("'").replace("''", "'") or sheet
        target = places.names.get(target, target)
        corners = [(found["ca"], found["col"], found["row"])]
        if found["to"]:
            corners.append((found["cb"], found["to"], found["end"]))
        named_corners = []
        for fixed, letters, number in corners:
            column_there = places.column(target, column_number(letters))
            across = f"${column_there}" if fixed else str(column_there - places.column(sheet, col))
            named_corners.append(f"{places.row(target, int(number) - 1)}|{across}")
        return f"<{target}|{':'.join(named_corners)}>"

    return _TOKEN.sub(named, formula)


def _written_places(pages: Mapping[str, Recorder]) -> _Places:
    places = _Places()
    for name, page in pages.items():
        header = header_row(page.labels)
        places.headers[name] = 0 if header is None else header
        places.rows[name] = (
            {} if header is None else {row: text for (row, col), text in page.labels.items() if col == at.CODE and row > header and text}
        )
    return places


def _found_places(maps: Mapping[str, SheetMap], layout: Layout, pages: Mapping[str, Recorder]) -> _Places:
    places = _Places()
    years = {year: at.YEARS + offset for offset, year in enumerate(layout.case.years)}
    for name, map_ in maps.items():
        page = pages.get(name)
        header = None if page is None else header_row(page.labels)
        names = {} if page is None else SheetMap.names_of({col: text for (row, col), text in page.labels.items() if row == header})
        places.rows[name] = {} if header is None else map_.code_of
        places.headers[name] = 0 if header is None or map_.header is None else map_.header
        places.columns[name] = map_.canonical_columns(names, years)
    return places
