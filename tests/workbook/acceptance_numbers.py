"""The acceptance checks of a workbook that compute: against the engine, and with calculators that know nothing of it."""

from __future__ import annotations

import dataclasses
import random
import re
from collections.abc import Callable

from acceptance import BODY, Book, place
from recalculation import (
    CODE,
    CONSTANT,
    YEARS,
    Expected,
    LineRow,
    Quick,
    alike,
    as_shown,
    contents,
    differences,
    line_rows,
    office,
    value_in,
    with_cells,
    wrong_rows,
)

import model
from model.case import Case
from model.workbook import read_workbook
from model.workbook.pieces import column

SELECTOR, PROVE, SIDE = ("Inputs", 2, 4), ("Sensitivity", 3, 4), ("Sensitivity", 4, 4)
SCENARIOS = {1: "low", 2: "base", 3: "high", 4: "user"}
MOST_BARS = 120
FIRST_BAR = 13
CLOSE = 4e-15


def case_of(book: Book) -> model.Case:
    """The case that a workbook was written from."""
    return read_workbook(book.content, formulas=False).original


def in_scenario(case: model.Case, scenario: str) -> model.Case:
    """A case with every input at its low or high value; shares need not add up there."""
    if scenario not in ("low", "high"):
        return case
    entries = {}
    for (scope, name), family in case._entries.items():
        spread = case.definition(name).kind in ("number", "whole")
        bounds = {members: getattr(quantity, scenario) for members, quantity in family.items()}
        entries[(scope, name)] = {
            members: dataclasses.replace(quantity, value=bounds[members]) if spread and bounds[members] is not None else quantity
            for members, quantity in family.items()
        }
    return Case(case._loaded, entries, case.lines, case.changes)


def kept_values_are_the_engines(book: Book) -> list[str]:
    """22. The value kept in every cell of a line is the engine's, to the last digits."""
    case = case_of(book)
    value, expected = value_in(book.contents), Expected(case)
    rows = line_rows(book.content, case)
    found = [f"line {name} has no row" for name in case.lines if name not in {row.line for row in rows}]
    for row in rows:
        for col, wanted in zip(row.columns, expected.values(row), strict=True):
            have = value(row.sheet, row.row, col)
            have = "" if have is None else have
            if have != wanted and not (isinstance(have, float) and isinstance(wanted, float) and abs(have - wanted) <= CLOSE * max(1.0, abs(wanted))):
                found.append(f"{place(row.sheet, row.row, col)} {row.line}: {have!r} instead of {wanted!r}")
    return found


def libreoffice_agrees(book: Book) -> list[str]:
    """23. LibreOffice recalculates every scenario to the engine's figures, every check passes; a spoilt cell shows that it did.

    Tells of the first scenario that fails.
    """
    case = case_of(book)
    rows = line_rows(book.content, case)
    canary = next(row for row in rows if row.cluster is None and row.columns[0] >= YEARS)
    spoilt = with_cells(book.content, {(canary.sheet, canary.row, canary.columns[0]): 123456.0})
    for number, scenario in SCENARIOS.items():
        (recalculated,) = office([with_cells(spoilt, {SELECTOR: float(number)})])
        value = value_in(contents(recalculated))
        found = [f"{scenario}: {text}" for text in wrong_rows(rows, Expected(in_scenario(case, scenario)), value)]
        if value("Checks", 2, 4) != value("Checks", 3, 4):
            found.append(f"{scenario}: {value('Checks', 2, 4)} of {value('Checks', 3, 4)} checks pass")
        if found:
            return found
    return differences(book.content, value)


def bars_can_be_proved(book: Book) -> list[str]:
    """24. The bars of the sheet of sensitivity come out again when they are typed in (all, or an even sample of many)."""
    sheet = book.sheets["Sensitivity"]
    rows = sorted(row for row, col in sheet.cells if col == 0 and row >= FIRST_BAR and isinstance(sheet.value(row, 0), float))
    step = -(-2 * len(rows) // MOST_BARS)
    quick = Quick(book.content)
    quick.set({SELECTOR: 2.0})
    found = []
    for row in rows[::step]:
        for side, col in ((1.0, 6), (3.0, 8)):
            quick.set({PROVE: sheet.value(row, 0), SIDE: side})
            quick.calculate()
            live, bar = quick.value("Sensitivity", 5, 4), sheet.value(row, col)
            if not alike(live, "" if bar == "–" else bar):
                found.append(f"{place('Sensitivity', row, col)} {sheet.text(row, CODE)}: {live!r} instead of {bar!r}")
            if isinstance(bar, float) and not alike(quick.value("Sensitivity", 8, 4), 0.0):
                found.append(f"{place('Sensitivity', row, col)}: the sheet's own difference is {quick.value('Sensitivity', 8, 4)!r}")
    return found if rows else ["there are no bars"]


def a_dutch_office_agrees(book: Book) -> list[str]:
    """25. LibreOffice gives the same figures where numbers are written with a comma."""
    (recalculated,) = office([book.content], "nl-NL")
    return differences(book.content, value_in(contents(recalculated)))


def a_second_calculator_agrees(book: Book) -> list[str]:
    """26. A second calculator gives the same value for every formula, and the engine's figures in every scenario."""
    quick = Quick(book.content)
    quick.calculate()
    found = differences(book.content, quick.value)
    case = case_of(book)
    rows = line_rows(book.content, case)
    for number, scenario in SCENARIOS.items():
        quick.set({SELECTOR: float(number)})
        quick.calculate()
        found += [f"{scenario}: {text}" for text in wrong_rows(rows, Expected(in_scenario(case, scenario)), quick.value)]
    return found


def checks_can_fail(book: Book) -> list[str]:
    """27. The master check counts all; each check fails when it is broken, and so do master and banner; overwriting is noticed."""
    sheet = book.sheets["Checks"]
    rows = {sheet.text(row, CODE): row for row, col in sorted(sheet.cells) if col == 5 and row >= BODY and sheet.text(row, CODE)}
    found = []
    quick = Quick(book.content)
    quick.calculate()
    if quick.value("Checks", 2, 4) != len(rows) or quick.value("Checks", 3, 4) != len(rows):
        found.append(f"the master check says {quick.value('Checks', 2, 4)} of {quick.value('Checks', 3, 4)}, there are {len(rows)} checks")
    for code, row in rows.items():
        undo = _break(book, quick, code)
        quick.calculate()
        if quick.value("Checks", row, 5) != 0:
            found.append(f"{code}: passes although it was broken")
        present = quick.value("Checks", 3, 4)
        passed = quick.value("Checks", 2, 4)
        if not isinstance(passed, float) or passed >= len(rows) or present != len(rows):
            found.append(f"{code}: broken, and the master check says {passed} of {present}")
        if quick.value("Cover", 1, 1) == book.sheets["Cover"].value(1, 1):
            found.append(f"{code}: broken, and the banner says {quick.value('Cover', 1, 1)!r}")
        undo()
    return found + _overwritten(book, quick, len(rows))


def _break(book: Book, quick: Quick, code: str) -> Callable[[], None]:
    """Make a check fail in the way it is there to notice; returns how to undo that."""
    inputs, series = book.sheets["Inputs"], book.sheets["Inputs_Series"]
    scope, _, line = code.partition(".")
    if code == "selector":
        return _typed(book, quick, SELECTOR, 7.0)
    if code == "prove":
        return _typed(book, quick, PROVE, -1.0)
    if code == "years":
        return _typed(book, quick, ("Timeline", 4, YEARS), 1900.0)
    if code == "inputs.range_by_year":
        row = next(row for row, col in sorted(series.cells) if col == CODE and series.text(row, CODE).endswith("|user"))
        return _typed(book, quick, ("Inputs_Series", row, YEARS), 1e12)
    if code.startswith("inputs."):
        wanted = 1e12 if code == "inputs.range" else inputs.value(next(r for r, c in sorted(inputs.cells) if c == 16 and r >= BODY), 9) + 0.5
        row = next(row for row, col in sorted(inputs.cells) if col == (15 if code == "inputs.range" else 16) and row >= BODY)
        return _typed(book, quick, ("Inputs", row, 9), wanted)
    if scope == "errors":
        row, col = max(place_ for place_, cell in book.sheets[line].cells.items() if cell.formula and place_[0] >= BODY)
        quick.put(line, row, col, "1/0")
        return _restored(book, quick, (line, row, col))
    if code == "engine":
        scope, line = book.clusters[0], next(line for line in ("depreciation", "operating_cost") if line in case_of(book).lines)
    target = book.sheets[scope]
    row = next(row for row, col in sorted(target.cells) if col == CODE and re.fullmatch(rf"{line}(\[.*\])?", target.text(row, CODE)))
    col = min(col for (r, col), cell in target.cells.items() if r == row and cell.formula and col >= CONSTANT)
    return _typed(book, quick, (scope, row, col), (target.value(row, col) or 0.0) + 1.0)


def _typed(book: Book, quick: Quick, where: tuple[str, int, int], value: float) -> Callable[[], None]:
    quick.set({where: value})
    return _restored(book, quick, where)


def _restored(book: Book, quick: Quick, where: tuple[str, int, int]) -> Callable[[], None]:
    cell = book.sheets[where[0]].cells[where[1:]]

    def undo() -> None:
        if cell.formula:
            quick.put(*where, cell.formula)
        else:
            assert isinstance(cell.value, float)
            quick.set({where: cell.value})

    return undo


def _overwritten(book: Book, quick: Quick, present: int) -> list[str]:
    """Cells of lines that are summed into the whole case, typed over: the master check must notice each."""
    case = case_of(book)
    summed = [row for row in line_rows(book.content, case) if row.cluster and row.columns[0] >= YEARS and case.lines[row.line].whole == "sum"]
    chance = random.Random(1)
    found = []
    for row in chance.sample(summed, 12):
        col = chance.choice(row.columns)
        value = book.sheets[row.sheet].value(row.row, col)
        undo = _typed(book, quick, (row.sheet, row.row, col), float(value or 0.0) + 1.0)
        quick.calculate()
        if quick.value("Checks", 2, 4) == present:
            found.append(f"{place(row.sheet, row.row, col)} {row.line}: typed over, and nothing fails")
        undo()
    return found


def it_prints_well(book: Book) -> list[str]:
    """28. As shown on paper: no number wider than its column, no zero in brackets, no error."""
    found = []
    widths = {sheet.title: sheet.column_dimensions for sheet in book.looks}
    for name, rows in as_shown(book.content).items():
        for row, texts in enumerate(rows):
            for col, text in enumerate(texts):
                cell = book.sheets[name].cells.get((row, col))
                if cell is None or isinstance(cell.value, str):
                    continue
                if re.search(r"###|#(REF|VALUE|DIV|NAME|NUM|N/A)|Err:\d", text) or re.fullmatch(r"\((0[.,]?0*)%?\)", text.strip()):
                    found.append(f"{place(name, row, col)}: shows {text!r}")
                elif isinstance(cell.value, float) and len(text.strip()) > (widths[name][column(col)].width or 8.43):
                    found.append(f"{place(name, row, col)}: {text!r} is wider than its column")
    return found


def it_reads_back(book: Book) -> list[str]:
    """30. Unchanged it reads back without findings; a changed input and a changed formula are told with their cells."""
    back = read_workbook(book.content)
    found = [*map(str, back.changes), *map(str, back.edited_formulas), *back.notes]
    case = back.original
    row = next(row for row in line_rows(book.content, case) if row.cluster and row.columns[0] >= YEARS)
    inputs = book.sheets["Inputs"]
    key, where = next(
        (inputs.text(r, CODE), r)
        for r, c in sorted(inputs.cells)
        if c == CODE and r >= BODY and case.definition(inputs.text(r, CODE).split(".")[1]).kind == "number" and _may_move(case, inputs.text(r, CODE))
    )
    other = float(case.quantities()[key].value) * 0.9  # type: ignore[arg-type]
    edited = _without_formula(book, row)
    again = read_workbook(with_cells(edited, {("Inputs", where, 9): other}))
    if [(change.key, change.cell) for change in again.changes] != [(key, f"J{where + 1}")]:
        found.append(f"a changed input was told as {[str(change) for change in again.changes]}")
    if [(edit.sheet, edit.cell) for edit in again.edited_formulas] != [(row.sheet, f"{column(row.columns[0])}{row.row + 1}")]:
        found.append(f"a formula typed over was told as {[str(edit) for edit in again.edited_formulas]}")
    return found


def _may_move(case: model.Case, key: str) -> bool:
    definition, value = case.definition(key.split(".")[1]), case.quantities()[key].value
    return definition.adds_up is None and isinstance(value, float) and value * 0.9 > definition.minimum


def _without_formula(book: Book, row: LineRow) -> bytes:
    """The workbook with a number typed over the first year of a row."""
    from recalculation import packed, parts

    found = parts(book.content)
    path = book.contents.paths[row.sheet]
    address = f"{column(row.columns[0])}{row.row + 1}".encode()
    found[path], count = re.subn(rb'(<c r="' + address + rb'"[^>]*>)<f>[^<]*</f>', rb"\1", found[path])
    assert count == 1
    return packed(found)


NUMBERS: dict[int, Callable[[Book], list[str]]] = {
    22: kept_values_are_the_engines,
    23: libreoffice_agrees,
    24: bars_can_be_proved,
    25: a_dutch_office_agrees,
    26: a_second_calculator_agrees,
    27: checks_can_fail,
    28: it_prints_well,
    30: it_reads_back,
}
"""Checks by their number in the specification."""

OFFICE = (23, 25, 28)
"""Those that need LibreOffice."""
