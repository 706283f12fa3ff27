"""From program to spreadsheet and back, as a finance person goes: look at High, type into User, save, load; the same headline."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from recalculation import (
    CODE,
    CONSTANT,
    TOLERANCE,
    YEARS,
    Changes,
    contents,
    line_rows,
    office,
    user_cells,
    value_in,
    with_cells,
    wrong_but_for_rounding,
)
from typer.testing import CliRunner

import model
from model.cli import app
from model.workbook import read_workbook, to_excel_bytes
from model.workbook.cells import Contents

PAGE = Path(__file__).parents[2] / "docs" / "workbook.md"
SELECTOR = ("Inputs", 2, 4)
HIGH, USER = 3.0, 4.0
CENT = 0.01 / 1e6
"""In EUR m."""
TYPED = {"photonics.membership_fee.core": 3.25, "photonics.delay_years": 2.0, "nation.inflation": 0.031, "nation.deadweight_share": 0.2}
BANNER = {"en": "Checks passed: {0} of {0}", "nl": "Controles geslaagd: {0} van {0}"}


def typed_cells(book: bytes, case: model.Case) -> Changes:
    """The User cells of what is typed; of an input by year those of all its years."""
    cells = {place: TYPED[key] for key, place in user_cells(book, TYPED).items()}
    series = contents(book).sheet("Inputs_Series")
    assert series
    rows = {series.text(row, CODE): row for row, col in series.cells if col == CODE}
    for key in TYPED:
        if f"{key}|user" in rows:
            cells |= {("Inputs_Series", rows[f"{key}|user"], YEARS + offset): TYPED[key] for offset in range(len(case.years))}
    return cells


Figure = tuple[str, int]
"""A code of the sheet of headline figures, and the column: the whole first, then the clusters."""


def headline(kept: Contents) -> dict[Figure, float | None]:
    """The headline figures; None for a blank one."""
    sheet = kept.sheet("Headline")
    assert sheet
    cells = {place: cell.value for place, cell in sheet.cells.items() if place[1] >= CONSTANT and cell.formula and sheet.text(place[0], CODE)}
    return {(sheet.text(row, CODE), col - CONSTANT): value if isinstance(value, float) else None for (row, col), value in cells.items()}


def engine(result: model.Result, figure: Figure) -> tuple[float | None, str]:
    """What the engine says of such a figure, None for blank, and its unit."""
    cluster = [None, *result.case.clusters][figure[1]]
    line, life, _ = figure[0].partition("@life")
    if life:
        return sum(result.values(line, cluster)), result.lines[line].unit
    line, _, members = figure[0].rstrip("]").partition("[")
    member = dict(zip(result.dims(line), members.split(", "), strict=True)) if members else {}
    found = result.value(line, cluster=cluster, **member)
    return (None if math.isnan(found) else found), result.lines[line].unit


def master_check(kept: Contents, language: str) -> None:
    """Every check passes, and the banner on the cover says so."""
    value = value_in(kept)
    present = value("Checks", 3, 4)
    assert present > 20 and value("Checks", 2, 4) == present
    assert value("Cover", 1, 1) == BANNER[language].format(int(present))


def same_headline(shown: Mapping[Figure, float | None], result: model.Result) -> None:
    """What a workbook shows is the engine's: money to the cent."""
    assert len(shown) > 100
    for code, figure in shown.items():
        wanted, unit = engine(result, code)
        if wanted is None or figure is None:
            assert wanted == figure, code
        else:
            assert abs(figure - wanted) <= (CENT if unit.startswith("EUR m") else TOLERANCE * max(1.0, abs(wanted))), code


@pytest.mark.office
def test_high_is_chosen_and_every_check_passes(small: model.Case, tmp_path: Path) -> None:
    book = model.to_excel(small, tmp_path / "plan.xlsx", language="nl").read_bytes()
    (high,) = office([with_cells(book, {SELECTOR: HIGH})])
    master_check(contents(book), "nl")
    master_check(contents(high), "nl")
    assert headline(contents(high)) != headline(contents(book))


@pytest.mark.office
def test_user_is_typed_saved_and_loaded_with_the_same_headline(book: bytes, portfolio: model.Case, tmp_path: Path) -> None:
    (saved,) = office([with_cells(book, {SELECTOR: USER, **typed_cells(book, portfolio)})])
    path = tmp_path / "saved.xlsx"
    path.write_bytes(saved)
    back = read_workbook(path)
    assert {change.key for change in back.changes} == set(TYPED)
    assert (back.edited_formulas, back.notes) == ((), ())
    loaded = model.load(path)
    assert loaded.hash == back.case.hash == portfolio.with_values(TYPED).hash
    master_check(contents(saved), "en")
    assert headline(contents(saved)) != headline(contents(book))
    same_headline(headline(contents(saved)), loaded.run())
    assert wrong_but_for_rounding(line_rows(book, portfolio), loaded, value_in(contents(saved))) == []


def test_bytes_go_out_and_come_in_without_a_file(small: model.Case, small_book: bytes, tmp_path: Path) -> None:
    out = to_excel_bytes(small, language="nl")
    back = read_workbook(with_cells(out, {user_cells(out, TYPED)["photonics.delay_years"]: 2.0}))
    assert [(change.key, change.before, change.after) for change in back.changes] == [("photonics.delay_years", 0, 2)]
    assert back.case.hash == small.with_values({"photonics.delay_years": 2}).hash
    path = tmp_path / "same.xlsx"
    path.write_bytes(small_book)
    assert read_workbook(path).case.hash == read_workbook(small_book).case.hash == small.hash


def test_the_command_tells_what_changed_and_runs_it(small: model.Case, small_book: bytes, tmp_path: Path) -> None:
    path = tmp_path / "edited.xlsx"
    path.write_bytes(with_cells(small_book, typed_cells(small_book, small)))
    told = CliRunner().invoke(app, ["changes", str(path)])
    assert told.exit_code == 0, told.output
    assert f"{len(TYPED)} changed inputs" in told.stdout and "0 edited formulas" in told.stdout
    assert f"photonics.membership_fee.core: {small.quantities()['photonics.membership_fee.core'].value} becomes 3.25" in told.stdout
    found = json.loads(CliRunner().invoke(app, ["changes", str(path), "--json"]).stdout)
    changed = small.with_values(TYPED)
    assert found["inputs_hash"] == {"before": small.hash, "after": changed.hash}
    assert {change["key"]: change["after"] for change in found["changes"]} == TYPED
    ran = json.loads(CliRunner().invoke(app, ["run", str(path), "--json"]).stdout)
    assert ran["inputs_hash"] == changed.hash
    assert ran["whole"]["leverage"] == pytest.approx(changed.run().value("leverage"), rel=1e-15)


def test_the_command_tells_of_a_file_that_is_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "notes.xlsx"
    path.write_text("hello", encoding="utf-8")
    told = CliRunner().invoke(app, ["changes", str(path)])
    assert told.exit_code == 2 and "is not a workbook" in told.stderr


def test_the_page_about_workbooks_is_true(book: bytes, portfolio: model.Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = PAGE.read_text(encoding="utf-8")
    for sheet in contents(book).paths:
        assert sheet in portfolio.clusters or re.search(rf"^\| .*\b{sheet}\b.* \|", page, re.M), sheet
    monkeypatch.chdir(tmp_path)
    commands = re.findall(r"^megacluster (.+?)(?: +#.*)?$", page, re.M)
    assert len(commands) == 4
    for command in commands:
        done = CliRunner().invoke(app, command.split())
        assert done.exit_code == 0, (command, done.output)
