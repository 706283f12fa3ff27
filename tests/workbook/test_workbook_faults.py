"""Planted faults: each must be noticed by the acceptance check that is there for it, and by none in the sound workbook."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from acceptance import BODY, CHECKS, HEADER, Book
from acceptance_numbers import FIRST_BAR, NUMBERS, OFFICE
from recalculation import CODE, CONSTANT, YEARS, packed, user_cells, with_cells, with_typed

from model.workbook.pieces import column

ALL = {**CHECKS, **NUMBERS}
LINE = "membership_fees[core]"
KEY = "photonics.membership_fee.core"
Fault = Callable[[Book], bytes]


def row_of(book: Book, sheet: str, code: str) -> int:
    found = book.sheets[sheet]
    return next(row for row, col in sorted(found.cells) if col == CODE and row > HEADER and found.text(row, col) == code)


def part(name: str, before: str | re.Pattern[str], after: str) -> Fault:
    """A fault in the text of one part, once."""

    def change(book: Book) -> bytes:
        text = book.parts[name].decode()
        changed, count = re.subn(before if isinstance(before, re.Pattern) else re.escape(before), lambda _: after, text, count=1)
        assert count == 1, before
        return packed({**book.parts, name: changed.encode()})

    return change


def sheet_part(sheet: str, before: str | re.Pattern[str], after: str) -> Fault:
    return lambda book: part(book.contents.paths[sheet], before, after)(book)


def cell(sheet: str, code: str, col: int, make: Callable[[str, str, str], str]) -> Fault:
    """A fault in one cell: its style, formula and value are made anew."""

    return lambda book: _remade(book, sheet, row_of(book, sheet, code), {col: make})


def _remade(book: Book, sheet: str, row: int, made: dict[int, Callable[[str, str, str], str]]) -> bytes:
    """The workbook with cells of a row made anew, by column."""
    name = book.contents.paths[sheet]
    text = book.parts[name].decode()
    for col, make in made.items():
        address = f"{column(col)}{row + 1}"
        pattern = re.compile(rf'<c r="{address}" s="(\d+)"[^>]*><f>(.*?)</f><v>(.*?)</v></c>')
        text, count = pattern.subn(lambda m, address=address, make=make: f'<c r="{address}" {make(m[1], m[2], m[3])}</c>', text, count=1)
        assert count == 1, (sheet, address)
    return packed({**book.parts, name: text.encode()})


def formula(change: Callable[[str], str]) -> Callable[[str, str, str], str]:
    return lambda style, text, value: f's="{style}"><f>{change(text)}</f><v>{value}</v>'


def whole_row(sheet: str, code: str, change: Callable[[str, int], str]) -> Fault:
    """A fault in the formula of every year."""

    def act(book: Book) -> bytes:
        columns = range(YEARS, YEARS + len(book.years))
        return _remade(book, sheet, row_of(book, sheet, code), {col: formula(lambda text, col=col: change(text, col)) for col in columns})

    return act


def without_validation(book: Book) -> bytes:
    row = row_of(book, "Inputs", KEY) + 1
    return sheet_part("Inputs", re.compile(rf'<dataValidation [^>]*sqref="G{row}:J{row}".*?</dataValidation>'), "")(book)


def typed(value: float) -> Fault:
    return lambda book: with_cells(book.content, {user_cells(book.content, [KEY])[KEY]: value})


def input_style_on_a_formula(book: Book) -> bytes:
    row = row_of(book, "Inputs", KEY)
    name = book.contents.paths["Inputs"]
    style = re.search(rf'<c r="J{row + 1}" s="(\d+)"', book.parts[name].decode())
    assert style
    return cell("photonics", LINE, YEARS, lambda _, text, value: f's="{style[1]}"><f>{text}</f><v>{value}</v>')(book)


def unused_input(book: Book) -> bytes:
    """Every formula that reads an input reads another instead."""
    row, other = (row_of(book, "Inputs", key) + 1 for key in (KEY, "photonics.membership_fee.associate"))
    found = {name: re.sub(rb"Inputs!\$E%d(?!\d)" % row, b"Inputs!$E%d" % other, content) for name, content in book.parts.items()}
    return packed(found)


def wrong_bar(book: Book) -> bytes:
    return with_cells(book.content, {("Sensitivity", FIRST_BAR, 8): 12.5})


def check_left_out(book: Book) -> bytes:
    last = max(row for row, col in book.sheets["Checks"].cells if col == 5)
    return sheet_part("Checks", f"<f>SUM($F$7:$F${last + 1})</f>", f"<f>SUM($F$7:$F${last})</f>")(book)


def always_passes(book: Book) -> bytes:
    row = min(row for row, col in book.sheets["Checks"].cells if col == 5 and row >= BODY) + 1
    return sheet_part("Checks", re.compile(rf"<f>IF\(ISNUMBER\(\$E{row}\).*?</f>"), "<f>IF(1 = 1, 1, 0)</f>")(book)


def chart_cut(book: Book) -> bytes:
    last = column(YEARS + len(book.years) - 1)
    name = next(name for name in book.parts if name.startswith("xl/charts/") and b"Outputs!$I$" in book.parts[name])
    return part(name, re.compile(rf"(Outputs!\$I\$\d+:)\${last}"), "Outputs!$I$40:$K")(book)


def without_title(book: Book) -> bytes:
    name = next(name for name in book.parts if name.startswith("xl/charts/"))
    return part(name, re.compile(r"<c:title>.*?</c:title>"), "")(book)


def text_gone(sheet: str, code: str, col: int) -> Fault:
    return lambda book: with_typed(book.content, sheet, row_of(book, sheet, code), col, None)


def code_twice(book: Book) -> bytes:
    return with_typed(book.content, "photonics", row_of(book, "photonics", LINE), CODE, "membership_fees[sme]")


FAULTS: list[tuple[str, int, Fault]] = [
    ("a macro part", 1, lambda book: packed({**book.parts, "xl/vbaProject.bin": b"x"})),
    ("a part that does not belong", 1, lambda book: packed({**book.parts, "xl/notes.txt": b"x"})),
    ("an entity", 1, part("docProps/core.xml", "?>", '?><!DOCTYPE x [<!ENTITY a "b">]>')),
    ("other bytes", 2, part("docProps/app.xml", "<Application>", "<Application> ")),
    ("a path of the machine", 3, part("docProps/app.xml", "<Company></Company>", "<Company>/home/somebody/model</Company>")),
    ("a property missing", 4, part("docProps/core.xml", re.compile(r"<dc:title>.*?</dc:title>"), "")),
    ("an input edited after the export", 4, typed(3.25)),
    ("another hash in the properties", 4, part("docProps/custom.xml", re.compile(r">[0-9a-f]{12}<"), ">000000000000<")),
    ("a hidden sheet", 5, part("xl/workbook.xml", '<sheet name="Changes"', '<sheet name="Changes" state="hidden"')),
    ("a renamed sheet", 5, part("xl/workbook.xml", '<sheet name="Changes"', '<sheet name="Log"')),
    ("a hidden row", 5, sheet_part("Nation", '<row r="9"', '<row r="9" hidden="1"')),
    ("a typed year", 6, sheet_part("Nation", "<f>Timeline!I$5</f>", "")),
    ("portrait", 7, sheet_part("photonics", 'orientation="landscape"', 'orientation="portrait"')),
    ("panes lost", 7, sheet_part("photonics", re.compile(r"<pane [^>]*/>"), "")),
    ("no footer", 7, sheet_part("photonics", re.compile(r"<oddFooter>.*?</oddFooter>"), "")),
    ("protection off", 8, sheet_part("photonics", re.compile(r"<sheetProtection [^>]*/>"), "")),
    ("a password", 8, sheet_part("photonics", "<sheetProtection ", '<sheetProtection password="83AF" ')),
    ("a formula unlocked", 8, input_style_on_a_formula),
    ("a unit removed", 9, text_gone("photonics", LINE, 3)),
    ("a code twice", 9, code_twice),
    ("a validation gone", 10, without_validation),
    ("an input out of range", 10, typed(-5.0)),
    ("a source gone", 10, text_gone("Inputs", KEY, 18)),
    ("the style of inputs on a formula", 11, input_style_on_a_formula),
    ("a value over a formula", 11, cell("photonics", LINE, YEARS + 2, lambda style, _, value: f's="{style}"><v>{value}</v>')),
    ("one year changed", 12, cell("photonics", LINE, YEARS + 3, formula(lambda text: f"{text} * 1"))),
    ("a gap in a row", 12, cell("photonics", LINE, YEARS + 3, lambda style, _, value: f's="{style}"><v>{value}</v>')),
    ("a number in a formula", 13, whole_row("photonics", LINE, lambda text, _: f"{text} * 1.02")),
    ("OFFSET", 14, whole_row("photonics", LINE, lambda text, _: f"{text} + OFFSET($H$1, 0, 0)")),
    ("IFERROR that hides", 14, whole_row("photonics", LINE, lambda text, _: f"IFERROR({text}, 0)")),
    ("an array formula", 14, sheet_part("photonics", "<f>", '<f t="array" ref="I9">')),
    ("a link to another workbook", 15, whole_row("photonics", LINE, lambda text, _: f"{text} + [1]Sheet1!$A$1")),
    ("a whole column", 15, whole_row("photonics", LINE, lambda text, _: f"{text} + SUM(Nation!$H:$H)")),
    ("a name in a formula", 15, whole_row("photonics", LINE, lambda text, _: f"{text} + out_leverage")),
    ("a cycle", 16, lambda book: cell("photonics", LINE, YEARS, formula(lambda t: f"{t} + $I{row_of(book, 'photonics', LINE) + 1}"))(book)),
    ("iteration on", 16, part("xl/workbook.xml", "<calcPr ", '<calcPr iterate="1" ')),
    ("manual calculation", 16, part("xl/workbook.xml", "<calcPr ", '<calcPr calcMode="manual" ')),
    ("IF within IF", 17, whole_row("photonics", LINE, lambda text, _: f"IF(1 = 1, IF(1 = 1, {text}, 0), 0)")),
    ("a long formula", 17, whole_row("photonics", LINE, lambda text, _: " + ".join([text] * 5))),
    ("a look ahead", 18, whole_row("photonics", LINE, lambda text, col: re.sub(rf"\b{column(col)}(\d)", rf"{column(col + 1)}\1", text))),
    ("an input that is not used", 19, unused_input),
    ("another formula in the whole row", 20, whole_row("photonics", LINE, lambda text, _: f"{text} * 1")),
    ("a stale value", 22, cell("photonics", LINE, YEARS + 1, lambda style, text, value: f's="{style}"><f>{text}</f><v>{float(value) + 1}</v>')),
    ("an error kept", 21, cell("photonics", LINE, YEARS + 1, lambda style, text, _: f's="{style}" t="e"><f>{text}</f><v>#REF!</v>')),
    ("no number kept", 21, cell("photonics", LINE, YEARS + 1, lambda style, text, _: f's="{style}"><f>{text}</f><v>nan</v>')),
    ("no value kept", 21, cell("photonics", LINE, YEARS + 1, lambda style, text, _: f's="{style}"><f>{text}</f><v></v>')),
    ("a wrong figure in LibreOffice", 23, whole_row("photonics", LINE, lambda text, _: f"{text} + 1")),
    ("a wrong bar", 24, wrong_bar),
    ("a criterion with a point", 25, whole_row("photonics", LINE, lambda text, _: f'({text}) * COUNTIFS($I$6:$I$6, "&gt;0.5")')),
    ("a wrong figure in a second calculator", 26, cell("Portfolio", "leverage", CONSTANT, formula(lambda text: f"{text} + 1"))),
    ("a check that always passes", 27, always_passes),
    ("a check left out of the sum", 27, check_left_out),
    ("a column too narrow", 28, sheet_part("photonics", re.compile(r'<col min="9" max="20" width="[\d.]+"'), '<col min="9" max="20" width="2.5"')),
    ("a chart that is cut", 29, chart_cut),
    ("a chart without a title", 29, without_title),
    ("a formula typed over", 30, cell("photonics", LINE, YEARS, lambda style, _, value: f's="{style}"><v>{value}</v>')),
]
NEEDS_OFFICE = [pytest.mark.office]


@pytest.fixture(scope="module")
def sound(small_book: bytes) -> Book:
    return Book(small_book)


def test_every_check_has_a_fault() -> None:
    assert {number for _, number, _ in FAULTS} == set(ALL)


@pytest.mark.parametrize(
    ("number", "plant"),
    [pytest.param(number, plant, id=f"{number}_{name}", marks=NEEDS_OFFICE if number in OFFICE else []) for name, number, plant in FAULTS],
)
def test_a_planted_fault_is_noticed(number: int, plant: Fault, sound: Book) -> None:
    faulty = plant(sound)
    assert faulty != sound.content
    assert ALL[number](Book(faulty)), ALL[number].__doc__
