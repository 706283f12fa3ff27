"""Finding rows and columns of a workbook by what they are called, wherever people have moved them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from model.wording import LANGUAGES, texts_of
from model.workbook import TEXTS
from model.workbook import layout as at
from model.workbook.cells import Sheet

_FARTHEST_HEADER = 40
_FEWEST_HEADINGS = 3


@lru_cache(maxsize=1)
def headings() -> dict[str, set[str]]:
    """Names of columns, by heading in any language."""
    found: dict[str, set[str]] = {}
    for language in LANGUAGES:
        for key, text in texts_of(TEXTS / f"{language}.yaml").items():
            if key.startswith("col."):
                found.setdefault(text, set()).add(key.removeprefix("col."))
    return found


def header_row(texts: Mapping[tuple[int, int], str]) -> int | None:
    """The row with the headings of columns, from the texts of a sheet; None where there is none."""
    known = headings()
    counts = Counter(row for (row, _), text in texts.items() if row < _FARTHEST_HEADER and text.strip() in known)
    best = max(counts, key=lambda row: (counts[row], -row), default=None)
    return best if best is not None and counts[best] >= _FEWEST_HEADINGS else None


class SheetMap:
    """Rows of a sheet by code, columns by heading or year.

    header: the row with the headings, None where there is none. names: columns by the name of their heading.
    doubled: names that stand above more than one column.
    """

    def __init__(self, sheet: Sheet):
        self.sheet = sheet
        self.header = header_row({place: cell.value for place, cell in sheet.cells.items() if isinstance(cell.value, str)})
        self.names: dict[str, int] = {}
        self.years: dict[int, int] = {}
        self.doubled: set[str] = set()
        self._computed: list[int] = []
        if self.header is not None:
            self._read_header(self.header)
        self.code_column = self.names.get("code", at.CODE)
        self.rows: dict[str, list[int]] = {}
        for row, col in sorted(sheet.cells):
            if col == self.code_column and self.header is not None and row > self.header:
                code = sheet.text(row, col)
                if code:
                    self.rows.setdefault(code, []).append(row)
        self.code_of = {row: code for code, rows in self.rows.items() for row in rows}

    def _read_header(self, header: int) -> None:
        known = headings()
        for (row, col), cell in self.sheet.cells.items():
            if row != header:
                continue
            if cell.formula:
                self._computed.append(col)
            if isinstance(cell.value, str):
                for name in known.get(cell.value.strip(), ()):
                    if self.names.setdefault(name, col) != col:
                        self.doubled.add(name)
            elif isinstance(cell.value, float) and cell.value == int(cell.value) and 1900 <= cell.value <= 2300:
                self.years.setdefault(int(cell.value), col)

    def settle_years(self, years: Sequence[int]) -> None:
        """Take the years to stand in order where their headings, which are formulas, have no values or those of other years."""
        if not set(years) <= self.years.keys() and len(self._computed) == len(years):
            self.years = dict(zip(years, sorted(self._computed), strict=True))

    @staticmethod
    def names_of(texts: Mapping[int, str]) -> dict[str, int]:
        """Columns by the name of their heading, from the headings' texts."""
        found: dict[str, int] = {}
        for col, text in texts.items():
            for name in headings().get(text, ()):
                found.setdefault(name, col)
        return found

    def canonical_columns(self, expected: Mapping[str, int], years: Mapping[int, int]) -> dict[int, int]:
        """For each column of this sheet the one that it is as written by the program."""
        found = {self.names[name]: col for name, col in expected.items() if name in self.names}
        found.update({self.years[year]: col for year, col in years.items() if year in self.years})
        return found

    def cell(self, code: str, name: str) -> tuple[int, int] | None:
        """Row and column of a code under a heading; None where there is not exactly one."""
        rows = self.rows.get(code, [])
        return (rows[0], self.names[name]) if len(rows) == 1 and name in self.names else None

    def value(self, code: str, name: str) -> Any:
        place = self.cell(code, name)
        return None if place is None else self.sheet.value(*place)
