"""Writing one sheet: cells with their cached values, styles by purpose, and the set-up that all sheets share."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import CellBlankTuple, CellFormulaTuple, CellNumberTuple, CellStringTuple, Worksheet

from model.workbook.pieces import BEFORE, NOW, column, sheet_prefix

_BLUE, _YELLOW, _DARK, _LIGHT, _GREY, _GREEN, _RED = "#0000FF", "#FFF9DB", "#1F3A4D", "#E8EEF2", "#6B7780", "#1B7F3B", "#B3261E"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
SCIENTIFIC = "scientific"
"""Shows numbers of any size."""
_LONGEST_TEXT = 32_000
_LINE = 13.0
"""Height of a line of text, in points."""
_PROTECTION = {"select_locked_cells": True, "select_unlocked_cells": True, "format_columns": True, "format_rows": True, "autofilter": True}


class FormulaSheet(Worksheet):
    """A sheet that writes its cells itself: several times as fast for a hundred thousand of them.

    The formulas here hold no function that needs a prefix, so the library's thirty searches through every formula are
    left out, and a blank result is kept as an empty text.
    """

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        return formula

    def write_label(self, row: int, col: int, text: str, look: Format) -> int:
        """Text that stays text."""
        if self._check_dimensions(row, col):
            return -1
        self.table[row][col] = CellStringTuple(self.str_table._get_shared_string_index(text), look)
        return 0

    def write_formulas(self, row: int, col: int, formulas: Sequence[str], look: Format, values: Sequence[float | str]) -> int:
        """Formulas beside each other, with their values."""
        if self._check_dimensions(row, col) or self._check_dimensions(row, col + len(values) - 1):
            return -1
        cells = self.table[row]
        for position, (formula, value) in enumerate(zip(formulas, values, strict=True), col):
            cells[position] = CellFormulaTuple(formula, look, value)
        return 0

    def _write_rows(self) -> None:
        for row in sorted(self.table.keys() | self.row_info.keys()):
            self._write_row(row, None, self.row_info.get(row))
            number = row + 1
            cells = self.table[row]
            self.fh.write("".join([_cell(f"{letters(col)}{number}", cells[col]) for col in sorted(cells)]))
            self._xml_end_tag("row")


@lru_cache(maxsize=1024)
def letters(col: int) -> str:
    """Letters of a column, from 0."""
    return column(col)


def _cell(address: str, cell: Any) -> str:
    """A cell as it stands in the file."""
    style = cell.format._get_xf_index()
    kind = cell.__class__
    if kind is CellStringTuple:
        return f'<c r="{address}" s="{style}" t="s"><v>{cell.string}</v></c>'
    if kind is CellNumberTuple:
        return f'<c r="{address}" s="{style}"><v>{cell.number:.16G}</v></c>'
    if kind is CellBlankTuple:
        return f'<c r="{address}" s="{style}"/>'
    value, shown = cell.value, ""
    if isinstance(value, str):
        shown = ' t="e"' if value.startswith("#") else ' t="str"'
        value = _escaped(value)
    return f'<c r="{address}" s="{style}"{shown}><f>{_escaped(cell.formula)}</f><v>{value}</v></c>'


def _escaped(text: str) -> str:
    if "&" in text or "<" in text or ">" in text:
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text


class Styles:
    """Formats by purpose and number format, made once each."""

    _KINDS: Mapping[str, Mapping[str, Any]] = {
        "title": {"bold": True, "font_size": 14, "font_color": _DARK},
        "banner": {"bold": True},
        "head": {"bold": True, "bg_color": _DARK, "font_color": "#FFFFFF", "valign": "vcenter", "text_wrap": True},
        "head_right": {"bold": True, "bg_color": _DARK, "font_color": "#FFFFFF", "valign": "vcenter", "text_wrap": True, "align": "right"},
        "head_year": {"bold": True, "bg_color": _DARK, "font_color": "#FFFFFF", "valign": "vcenter", "num_format": "0"},
        "head_axis": {"bold": True, "bg_color": "#6A4C93", "font_color": "#FFFFFF", "num_format": "0.0%"},
        "small_year": {"font_color": _GREY, "num_format": "0", "font_size": 8},
        "section": {"bold": True, "bg_color": _LIGHT, "font_color": _DARK},
        "term": {"bold": True, "valign": "top"},
        "text": {},
        "named": {"bold": True, "indent": 1},
        "wrap": {"text_wrap": True, "valign": "top"},
        "grey": {"font_color": _GREY},
        "grey_wrap": {"font_color": _GREY, "text_wrap": True, "valign": "top"},
        "reason": {"font_color": _GREY, "text_wrap": True},
        "code": {"font_color": _GREY, "shrink": True, "indent": 1},
        "label": {"shrink": True},
        "none": {"font_color": _GREY, "bg_color": "#F4F4F4", "align": "right"},
        "link": {"font_color": _DARK, "underline": 1},
        "input": {"font_color": _BLUE, "bg_color": _YELLOW, "border": 1, "border_color": "#D8CFA0", "locked": False},
        "sample": {"font_color": _BLUE, "bg_color": _YELLOW, "border": 1, "border_color": "#D8CFA0"},
        "entry": {"border": 1, "border_color": "#D8DEE3", "locked": False},
        "fixed": {"font_color": _GREY, "bg_color": "#F4F4F4"},
        "number": {},
        "step": {"font_color": _GREY},
        "strong": {"bold": True, "top": 1},
        "flag": {"num_format": "0"},
    }

    def __init__(self, book: Workbook):
        self._book = book
        self._made: dict[tuple[str, str], Format] = {}

    def __call__(self, kind: str, number: str = "") -> Format:
        key = (kind, number)
        if key not in self._made:
            properties = {"font_name": "Calibri", "font_size": 10, **self._KINDS[kind]}
            if number:
                properties["num_format"] = number
            self._made[key] = self._book.add_format(properties)
        return self._made[key]

    def good(self) -> Format:
        return self._book.add_format({"font_color": _GREEN})

    def bad(self) -> Format:
        return self._book.add_format({"font_color": "#FFFFFF", "bg_color": _RED})


@lru_cache(maxsize=64)
def letters_of(first: int, count: int) -> tuple[str, ...]:
    """Letters of columns beside each other."""
    return tuple(column(col) for col in range(first, first + count))


@lru_cache(maxsize=256)
def number_format(unit: str) -> str:
    """How numbers of a unit are shown; zero and what rounds to it as a dash, negatives in brackets."""

    def shown(digits: str, half: str) -> str:
        return f'[>={half}]{digits}_);[<=-{half}]({digits});"-"_)'

    if unit == "date":
        return "0"
    if unit in ("share", "%") or unit.startswith("share/"):
        return shown("0.00%", "0.00005") if unit != "%" else shown("0.000", "0.0005")
    if unit.startswith("EUR/EUR") or unit == "ratio":
        return shown("#,##0.0000", "0.00005")
    if "/" in unit or unit in ("1", "index"):
        return shown("#,##0.0000", "0.00005")
    if unit == "flag":
        return "General"
    if unit in ("years", "days", "months"):
        return shown("#,##0.0", "0.05")
    if unit == SCIENTIFIC:
        return "0.00E+00"
    return shown("#,##0.00", "0.005")


def cached(value: float) -> float | str:
    """A value as it stands in a cell: blank where it is undefined."""
    if math.isnan(value):
        return ""
    if math.isinf(value):
        return "#DIV/0!"
    return value + 0.0


def plain_text(text: str) -> str:
    """Text without characters that a workbook cannot hold."""
    return (text if text.isprintable() else _CONTROL.sub(" ", text))[:_LONGEST_TEXT]


def lines_of(text: str, width: float) -> int:
    """How many lines a text takes in a column of a width."""
    return max(1, sum(-(-len(part) // int(width)) for part in text.split("\n")))


class Page:
    """One sheet while it is written. Rows and columns count from 0."""

    def __init__(self, book: Workbook, styles: Styles, name: str):
        self.name = name
        self.style = styles
        self._book = book
        self.sheet: FormulaSheet = book.add_worksheet(name, worksheet_class=FormulaSheet)
        self.sheet.hide_gridlines(2)
        self.sheet.protect("", dict(_PROTECTION))
        self.sheet.set_landscape()
        self.sheet.set_paper(8)
        self.sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        self.sheet.set_footer("&L&F&C&A&R&P / &N")

    def text(self, row: int, col: int, text: str, kind: str = "text") -> None:
        """Text, which stays text whatever it begins with."""
        _done(self.sheet.write_label(row, col, plain_text(text), self.style(kind)))

    def heads(self, row: int, texts: Sequence[str], first_number: int = 1_000, last_number: int = 1_000) -> None:
        """Headings of columns, two lines high; to the right above numbers."""
        for col, text in enumerate(texts):
            self.text(row, col, text, "head_right" if first_number <= col <= last_number else "head")
        self.height(row, 2)

    def height(self, row: int, lines: int) -> None:
        """So many lines high, where a text is wrapped: not every program finds that out by itself."""
        self.sheet.set_row(row, _LINE * lines + 2)

    def section(self, row: int, text: str, columns: int = 8) -> None:
        """A heading across the columns before the years."""
        self.text(row, 0, text, "section")
        for col in range(1, columns):
            _done(self.sheet.write_blank(row, col, None, self.style("section")))

    def number(self, row: int, col: int, value: float, kind: str = "fixed", unit: str = "1") -> None:
        _done(self.sheet.write_number(row, col, float(value), self.style(kind, number_format(unit))))

    def formula(self, row: int, col: int, formula: str, value: float | str, kind: str = "number", unit: str = "") -> None:
        """A formula with the value it has now."""
        result = cached(value) if isinstance(value, float) else value
        _done(self.sheet.write_formulas(row, col, [formula], self.style(kind, number_format(unit) if unit else ""), [result]))

    def series(self, row: int, first: int, formula: str, values: Sequence[float], kind: str, unit: str) -> None:
        """One formula across the row: `formula` with marks for the column and the one before."""
        letters = letters_of(first - 1, len(values) + 1)
        parts = formula.split(NOW)
        texts = [letter.join(parts) for letter in letters[1:]]
        if BEFORE in formula:
            texts = [text.replace(BEFORE, letter) for text, letter in zip(texts, letters, strict=False)]
        _done(self.sheet.write_formulas(row, first, texts, self.style(kind, number_format(unit)), [cached(value) for value in values]))

    def numbers(self, row: int, first: int, values: Sequence[float], kind: str, unit: str) -> None:
        look = self.style(kind, number_format(unit))
        for position, value in enumerate(values):
            _done(self.sheet.write_number(row, first + position, float(value), look))

    def name_cell(self, name: str, row: int, col: int) -> None:
        """Define a name for a cell, for navigation and links from other workbooks; formulas here do not use it."""
        if name.isascii() and name.isidentifier():
            _done(self._book.define_name(name, f"={sheet_prefix(self.name)}${column(col)}${row + 1}"))

    def chart(self, kind: str, subtype: str = "") -> Any:
        """A chart to be put on a sheet."""
        return self._book.add_chart({"type": kind, **({"subtype": subtype} if subtype else {})})

    def link(self, row: int, col: int, sheet: str, text: str) -> None:
        """A link to another sheet."""
        _done(self.sheet.write_url(row, col, f"internal:{sheet_prefix(sheet)}A1", self.style("link"), plain_text(text)))

    def widths(self, widths: Mapping[int, float]) -> None:
        for col, width in widths.items():
            _done(self.sheet.set_column(col, col, width))

    def finish(
        self, *, freeze: tuple[int, int], repeat_rows: tuple[int, int], repeat_columns: tuple[int, int] | None, pages_wide: int, pages_high: int = 0
    ) -> None:
        """Panes, printed titles and width in pages."""
        self.sheet.freeze_panes(*freeze)
        self.sheet.repeat_rows(*repeat_rows)
        if repeat_columns:
            self.sheet.repeat_columns(*repeat_columns)
        self.sheet.fit_to_pages(pages_wide, pages_high)


def _done(code: Any) -> None:
    """The library answers -1 or -2 where it leaves something out."""
    if code:
        raise ValueError(f"a cell could not be written (code {code})")
