"""What comes back of a workbook: inputs only, found by their code, every problem told with its cell, edited formulas never taken over."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from recalculation import contents, line_rows, office, packed, parts, user_cells, with_cells, with_rows_inserted, with_sheet_renamed, with_typed

import model
from model.wording import Wording
from model.workbook import read_workbook, to_excel_bytes
from model.workbook.pieces import column

FEE = "photonics.membership_fee.core"
LOW, BASE, HIGH, USER = 7, 8, 9, 10


def edited(book: bytes, change: Callable[[Any], None]) -> bytes:
    """A workbook as another program saves it after a change: no cached values are kept."""
    opened = openpyxl.load_workbook(io.BytesIO(book))
    for sheet in opened:
        sheet.protection.disable()
    change(opened)
    stream = io.BytesIO()
    opened.save(stream)
    return stream.getvalue()


def row_of(opened: Any, sheet: str, code: str) -> int:
    (row,) = [cell.row for cell in opened[sheet]["C"] if cell.value == code]
    return int(row)


def problems(book: bytes) -> list[str]:
    with pytest.raises(model.InputError) as caught:
        read_workbook(book)
    return caught.value.mistakes


def test_unchanged_it_reads_back_as_the_case_it_was(small: model.Case, small_book: bytes) -> None:
    back = read_workbook(small_book)
    assert back.case.hash == back.original.hash == small.hash
    assert (back.changes, back.edited_formulas, back.notes) == ((), (), ())


def test_load_opens_it_by_its_path(small: model.Case, small_book: bytes, tmp_path: Path) -> None:
    path = tmp_path / "saved.xlsx"
    path.write_bytes(with_cells(small_book, {user_cells(small_book, [FEE])[FEE]: 3.25}))
    case = model.load(path)
    assert case.hash == small.with_values({FEE: 3.25}).hash
    assert case.run().value("leverage") == small.with_values({FEE: 3.25}).run().value("leverage")


def test_changes_are_told_against_the_case_it_came_from(small: model.Case, small_book: bytes) -> None:
    back = read_workbook(with_cells(small_book, {user_cells(small_book, [FEE])[FEE]: 3.25}))
    (change,) = back.changes
    assert (change.key, change.part, change.before, change.after) == (FEE, "value", small.quantities()[FEE].value, 3.25)
    assert change.cell == f"J{user_cells(small_book, [FEE])[FEE][1] + 1}"
    assert back.case.changes[FEE] == 3.25


def test_inputs_are_found_after_rows_columns_and_sheets_were_inserted(small: model.Case, small_book: bytes) -> None:
    def change(opened: Any) -> None:
        opened["Inputs"].cell(row_of(opened, "Inputs", FEE), USER).value = 3.25
        row = row_of(opened, "Inputs_Series", "photonics.marketing_budget|user")
        for col in range(9, 21):
            opened["Inputs_Series"].cell(row, col).value = 7.5
        opened["Inputs"].insert_rows(20, 3)
        opened["Inputs"].insert_rows(2, 2)
        opened["Inputs"].insert_cols(6)
        opened["Inputs_Series"].insert_rows(9)
        opened.create_sheet("My notes")["A1"] = "hello"

    back = read_workbook(edited(small_book, change))
    assert back.case.hash == small.with_values({FEE: 3.25, "photonics.marketing_budget": 7.5}).hash
    assert any("My notes" in note for note in back.notes)


def test_every_input_can_be_changed_and_comes_back(small: model.Case, small_book: bytes) -> None:
    wanted: dict[str, float] = {}
    for key, quantity in small.quantities().items():
        definition = small.definition(key.split(".")[1])
        if definition.kind == "number" and not definition.yearly and not definition.structural and definition.adds_up is None:
            value = float(quantity.value)  # type: ignore[arg-type]
            wanted[key] = max(definition.minimum, value * 0.75) if value else min(definition.maximum, 0.5)
    wanted = {key: value for key, value in wanted.items() if value != small.quantities()[key].value}
    cells = user_cells(small_book, wanted)
    back = read_workbook(with_cells(small_book, {cells[key]: value for key, value in wanted.items()}), formulas=False)
    assert {change.key for change in back.changes} == set(wanted)
    for key, value in wanted.items():
        assert back.case.quantities()[key].value == pytest.approx(value, rel=1e-15)


def test_base_low_and_high_are_read_too(small: model.Case, small_book: bytes) -> None:
    quantity = small.quantities()[FEE]

    def change(opened: Any) -> None:
        row = row_of(opened, "Inputs", FEE)
        for col, value in ((LOW, 0.5), (BASE, 4.0), (HIGH, 40.0)):
            opened["Inputs"].cell(row, col).value = value

    back = read_workbook(edited(small_book, change), formulas=False)
    found = back.case.quantities()[FEE]
    assert (found.low, found.value, found.high) == (0.5, 4.0, 40.0)
    assert {change.part for change in back.changes} == {"value", "low", "high"}
    assert quantity.value != 4.0


def test_user_wins_over_base_and_says_so(small_book: bytes) -> None:
    def change(opened: Any) -> None:
        row = row_of(opened, "Inputs", FEE)
        opened["Inputs"].cell(row, BASE).value = 4.0
        opened["Inputs"].cell(row, USER).value = 3.5

    back = read_workbook(edited(small_book, change), formulas=False)
    assert back.case.quantities()[FEE].value == 3.5
    assert any("User was taken" in note for note in back.notes)


WRONG: list[tuple[Any, tuple[str, ...]]] = [
    ("0,05", ("is text", "did you mean 0.05?")),
    ("1.234,5", ("is text", "did you mean 1234.5?")),
    ("a lot", ("'a lot' is text, not a number",)),
    (True, ("TRUE is not a number",)),
    (None, ("is blank",)),
    ("", ("is blank",)),
    ("#REF!", ("holds the error #REF!",)),
    (-1.0, ("-1 is not possible", "allowed is a number from 0")),
]


@pytest.mark.parametrize(("value", "said"), WRONG, ids=lambda each: repr(each)[:20])
def test_what_is_wrong_is_told_with_sheet_cell_and_remedy(value: Any, said: tuple[str, ...], small_book: bytes) -> None:
    sheet, row, col = user_cells(small_book, [FEE])[FEE]
    (problem,) = problems(with_typed(small_book, sheet, row, col, value))
    assert problem.startswith(f"Inputs!J{row + 1} {FEE}: ")
    assert all(part in problem for part in said)
    assert "allowed is" in problem


def test_a_percentage_typed_as_a_whole_number_is_recognised(small_book: bytes) -> None:
    key = "nation.deadweight_share"
    (problem,) = problems(with_cells(small_book, {user_cells(small_book, [key])[key]: 5.0}))
    assert "did you mean 0.05, which is 5 %?" in problem


def test_a_date_is_recognised(small_book: bytes) -> None:
    import datetime

    def change(opened: Any) -> None:
        opened["Inputs"].cell(row_of(opened, "Inputs", FEE), USER).value = datetime.date(2026, 3, 1)

    (problem,) = problems(edited(small_book, change))
    assert "is a date" in problem


def test_a_fraction_where_a_whole_number_is_needed(small_book: bytes) -> None:
    key = "photonics.delay_years"
    (problem,) = problems(with_cells(small_book, {user_cells(small_book, [key])[key]: 1.5}))
    assert "1.5 is not possible" in problem and "whole number" in problem


def test_all_problems_are_told_at_once(small_book: bytes) -> None:
    def change(opened: Any) -> None:
        sheet = opened["Inputs"]
        sheet.cell(row_of(opened, "Inputs", FEE), USER).value = "x"
        sheet.cell(row_of(opened, "Inputs", "nation.deadweight_share"), USER).value = 7
        sheet.cell(row_of(opened, "Inputs", "nation.vat_rate"), 3).value = FEE
        sheet.cell(row_of(opened, "Inputs", "nation.leverage_target"), 3).value = "gone"
        opened["Inputs_Series"].cell(row_of(opened, "Inputs_Series", "nation.inflation|user"), 12).value = "high"

    found = problems(edited(small_book, change))
    assert any(f"{FEE}: the code '{FEE}' stands in 2 rows" in each for each in found)
    assert any("nation.deadweight_share" in each and "7 is not possible" in each for each in found)
    assert any("nation.vat_rate: no row has the code" in each for each in found)
    assert any("nation.leverage_target: no row has the code" in each for each in found)
    assert any(each.startswith("Inputs_Series!L") and "'high' is text" in each for each in found)
    assert len(found) == 5


def test_a_formula_in_an_input_gives_its_last_value(small_book: bytes) -> None:
    key = FEE
    sheet, row, col = user_cells(small_book, [key])[key]
    book = with_cells(small_book, {(sheet, row, col): 3.25})
    found = parts(book)
    path = contents(book).paths[sheet]
    found[path] = found[path].replace(b"<v>3.25</v>", b"<f>1+2.25</f><v>3.25</v>")
    back = read_workbook(packed(found), formulas=False)
    assert back.case.quantities()[key].value == 3.25
    assert any("holds a formula; its last value 3.25 was read" in note for note in back.notes)


def test_edited_formulas_are_reported_and_not_imported(small: model.Case, small_book: bytes) -> None:
    cells: list[str] = []

    def change(opened: Any) -> None:
        sheet = opened["photonics"]
        row = row_of(opened, "photonics", "membership_fees[core]")
        sheet.cell(row, 12).value = 99.0
        sheet.cell(row, 13).value = "=L12 * 2"
        cells.extend([sheet.cell(row, 12).coordinate, sheet.cell(row, 13).coordinate])

    back = read_workbook(edited(small_book, change))
    assert [(edit.sheet, edit.cell, edit.code) for edit in back.edited_formulas] == [("photonics", cell, "membership_fees[core]") for cell in cells]
    assert back.case.hash == small.hash


def test_a_warning_tells_of_edited_formulas_on_load(small_book: bytes, tmp_path: Path) -> None:
    def change(opened: Any) -> None:
        opened["photonics"].cell(row_of(opened, "photonics", "membership_fees[core]"), 12).value = 99.0

    path = tmp_path / "edited.xlsx"
    path.write_bytes(edited(small_book, change))
    with pytest.warns(UserWarning, match=r"1 formulas of the workbook were edited(.|\n)*membership_fees\[core\]"):
        model.load(path)


def test_rows_that_were_inserted_and_sheets_that_were_renamed_are_no_edits(small: model.Case, small_book: bytes) -> None:
    """What was changed is still found among all that moved."""
    sheet, row, col = user_cells(small_book, [FEE])[FEE]
    book = with_rows_inserted(with_cells(small_book, {(sheet, row, col): 3.25}), "Inputs", 20, 3)
    book = with_rows_inserted(with_rows_inserted(book, "photonics", 20, 2), "Inputs_Series", 30, 1)
    book = with_rows_inserted(book, "NPV_profile", 8, 1)
    back = read_workbook(with_sheet_renamed(book, "photonics", "Photonics 2026"))
    assert [(change.key, change.cell) for change in back.changes] == [(FEE, f"J{row + 4}")]
    assert back.case.hash == small.with_values({FEE: 3.25}).hash
    assert back.edited_formulas == ()
    assert back.notes == ("sheet 'Photonics 2026' is 'photonics' under another name",)
    line = next(each for each in line_rows(book, small) if each.line == "membership_fees" and each.members == ("core",))
    spoilt = parts(book)
    path = contents(book).paths["photonics"]
    address = f"{column(line.columns[3])}{line.row + 1}".encode()
    spoilt[path], count = re.subn(rb'(<c r="' + address + rb'"[^>]*>)<f>[^<]*</f>', rb"\1<f>1 + 1</f>", spoilt[path])
    assert count == 1
    (edit,) = read_workbook(packed(spoilt)).edited_formulas
    assert (edit.sheet, edit.cell, edit.found) == ("photonics", address.decode(), "1 + 1")
    spoilt[path] = re.sub(rb'(<c r="' + address + rb'"[^>]*>)<f>[^<]*</f><v>[^<]*</v>', rb"\1<v>7.5</v>", spoilt[path])
    (edit,) = read_workbook(packed(spoilt)).edited_formulas
    assert "the value 7.5 stands instead of =" in str(edit)
    assert "er staat de waarde 7,5 in plaats van =" in Wording("nl").say(str(edit))


def test_sheets_of_inputs_are_known_under_another_name(small: model.Case, small_book: bytes) -> None:
    book = with_cells(small_book, {user_cells(small_book, [FEE])[FEE]: 3.25})
    for sheet in ("Inputs", "Inputs_Series"):
        book = with_sheet_renamed(book, sheet, f"Mijn {sheet}")
    back = read_workbook(book)
    assert back.case.hash == small.with_values({FEE: 3.25}).hash
    assert back.edited_formulas == ()


def test_a_missing_sheet_is_told(small_book: bytes) -> None:
    found = parts(small_book)
    found["xl/workbook.xml"] = re.sub(rb'<sheet name="Register"[^>]*/>', b"", found["xl/workbook.xml"])
    back = read_workbook(packed(found))
    assert [str(edit) for edit in back.edited_formulas] == ["Register: the sheet is missing; its formulas stand in the program"]
    found["xl/workbook.xml"] = re.sub(rb'<sheet name="Inputs"[^>]*/>', b"", found["xl/workbook.xml"])
    assert problems(packed(found)) == [
        "the workbook: the sheet 'Inputs' is missing; write the workbook anew from the program, and type the changes into that"
    ]


def test_a_second_user_column_is_told(small_book: bytes) -> None:
    (problem,) = problems(with_typed(small_book, "Inputs", 4, 10, "User"))
    assert "'User'" in problem and "stands above more than one column" in problem


def test_a_heading_that_is_gone_is_told(small_book: bytes) -> None:
    (problem,) = problems(with_typed(small_book, "Inputs", 4, 9, "Our case"))
    assert "'User' is missing" in problem and "put it back" in problem


def test_years_are_read_by_their_place_when_their_headings_went_wrong(small: model.Case, small_book: bytes) -> None:
    """As after sorting the inputs: the years of the headings are formulas that then read another input."""
    cells = {("Inputs_Series", 4, 8 + year): 12.0 + year for year in range(small.horizon)}
    back = read_workbook(with_cells(small_book, {**cells, user_cells(small_book, [FEE])[FEE]: 3.25}), formulas=False)
    assert back.case.hash == small.with_values({FEE: 3.25}).hash


def test_a_changed_shape_is_refused(small_book: bytes) -> None:
    key = "nation.first_year"
    (problem,) = problems(with_cells(small_book, {user_cells(small_book, [key])[key]: 2030.0}))
    assert "cannot be changed in a workbook" in problem and "--set nation.first_year" in problem


def test_values_that_do_not_go_together_are_told_with_their_cells(small: model.Case, small_book: bytes) -> None:
    split = next(key for key in small.quantities() if small.definition(key.split(".")[1]).adds_up is not None)
    found = problems(with_cells(small_book, {user_cells(small_book, [split])[split]: 0.987}))
    assert any("Inputs" in each for each in found)


def test_a_case_that_is_no_longer_there_is_rebuilt_from_the_workbook(small: model.Case, tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("title: {en: Mine, nl: Mijn}\nclusters: [photonics]\nchanges: {photonics.delay_years: 2, nation.horizon: 12}\n", encoding="utf-8")
    case = model.load(path)
    book = to_excel_bytes(case)
    path.unlink()
    back = read_workbook(book)
    assert back.case.hash == case.hash
    assert back.case.run().value("leverage") == case.run().value("leverage")
    assert back.edited_formulas == ()
    assert any("rebuilt from the workbook" in note for note in back.notes)
    assert {key: (q.low, q.high) for key, q in back.case.quantities().items()} == {key: (q.low, q.high) for key, q in case.quantities().items()}


def test_text_that_looks_like_a_formula_stays_text(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("title: {en: '=1+1', nl: '=cmd|x'}\nclusters: [photonics]\nchanges: {nation.horizon: 12}\n", encoding="utf-8")
    book = to_excel_bytes(model.load(path))
    sheet = contents(book).sheet("Cover")
    assert sheet
    assert all("1+1" not in cell.formula for cell in sheet.cells.values())
    assert read_workbook(book).case.title.en == "=1+1"


@pytest.mark.office
def test_a_workbook_saved_by_libreoffice_reads_back(small: model.Case, small_book: bytes) -> None:
    (saved,) = office([with_cells(small_book, {user_cells(small_book, [FEE])[FEE]: 3.25})])
    back = read_workbook(saved)
    assert back.case.hash == small.with_values({FEE: 3.25}).hash
    assert back.edited_formulas == ()
