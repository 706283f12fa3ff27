"""Results without formulas: the plain workbook, CSV that no spreadsheet runs, Parquet; and the command that writes them."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from recalculation import contents
from typer.testing import CliRunner

import model
from model import headline
from model.cli import app
from model.wording import Wording
from model.workbook import read_workbook, to_excel_bytes, to_results, to_results_bytes
from model.workbook.results import hardened


@pytest.fixture(scope="module")
def frame(small: model.Case, tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    return pd.read_parquet(to_results(small, tmp_path_factory.mktemp("parquet") / "small.parquet"))


def test_the_table_holds_every_figure(frame: pd.DataFrame, small: model.Case) -> None:
    result = small.run()
    assert set(frame["line"]) == set(small.lines)
    cash = frame[(frame["line"] == "cash_balance") & (frame["scope"] == "photonics")].set_index("year")["value"]
    assert cash.to_dict() == dict(zip(result.years, result.values("cash_balance", "photonics"), strict=True))
    leverage = frame[(frame["line"] == "leverage") & (frame["scope"] == "whole")]
    assert leverage["value"].item() == result.value("leverage") and leverage["year"].isna().all()
    core = frame[(frame["line"] == "membership_fees") & (frame["member"] == "core") & (frame["scope"] == "photonics")]
    assert core["value"].tolist() == result.values("membership_fees", "photonics", tier="core")


def test_csv_is_the_same_table(frame: pd.DataFrame, small: model.Case, tmp_path: Path) -> None:
    path = to_results(small, tmp_path / "small.csv")
    found = pd.read_csv(path, keep_default_na=False, na_values={"value": [""], "year": [""]}, dtype={"year": "Int64"})
    pd.testing.assert_frame_equal(found, frame, check_dtype=False, check_exact=True)


def test_constant_prices_are_the_nominal_ones_through_the_index(small: model.Case, tmp_path: Path) -> None:
    case = small.with_values({"nation.inflation": 0.1})
    real, nominal = (pd.read_parquet(to_results(case, tmp_path / f"{name}.parquet", real=name == "real")) for name in ("real", "nominal"))
    index = nominal[nominal["line"] == "price_index"].set_index("year")["value"]
    one, other = (each[(each["line"] == "own_revenue") & (each["scope"] == "whole")].set_index("year")["value"] for each in (real, nominal))
    pd.testing.assert_series_equal(one * index, other, check_names=False)
    assert (one.iloc[1:] < other.iloc[1:]).all()


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "\u00a0=1"])
def test_texts_that_could_be_formulas_get_a_mark(text: str) -> None:
    assert hardened(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "members", "EUR m", "R&D = good", "%", "3-5"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert hardened(text) == text


def test_no_text_of_a_hostile_case_starts_as_a_formula_in_csv(tmp_path: Path) -> None:
    path = tmp_path / "=cmd.yaml"
    path.write_text("title: {en: '=1+1', nl: x}\nclusters: [photonics]\nchanges: {nation.horizon: 10}\n", encoding="utf-8")
    written = to_results(model.load(path), tmp_path / "out.csv").read_text(encoding="utf-8")
    for row in csv.reader(io.StringIO(written)):
        assert not any(cell.startswith(("=", "+", "@")) for cell in row)
        assert row[0].startswith("'=cmd") or row[0] == "case"


def test_a_plain_workbook_has_numbers_and_no_formulas(small: model.Case, tmp_path: Path) -> None:
    path = to_results(small, tmp_path / "plain.xlsx")
    opened = openpyxl.load_workbook(path)
    result = small.run()
    assert all(cell.data_type != "f" for sheet in opened for row in sheet.iter_rows() for cell in row)
    sheet = opened["photonics"]
    (row,) = [cell.row for cell in sheet["B"] if cell.value == "cash_balance"]
    kept = [sheet.cell(row, 5 + offset).value for offset in range(12)]
    assert kept == pytest.approx(result.values("cash_balance", "photonics"), rel=1e-15)


def test_the_same_case_gives_the_same_bytes(small: model.Case, small_book: bytes, tmp_path: Path) -> None:
    assert to_excel_bytes(small) == small_book
    assert to_excel_bytes(model.load("photonics").with_values({"nation.horizon": 12})) == small_book
    for kind in ("csv", "parquet", "xlsx"):
        one, other = (to_results(small, tmp_path / f"{name}.{kind}").read_bytes() for name in ("one", "other"))
        assert one == other


def test_dutch_texts_with_the_same_figures(small: model.Case, small_book: bytes) -> None:
    dutch, english = contents(to_excel_bytes(small, language="nl")), contents(small_book)
    titles = [each.sheet("Inputs").text(4, 9) for each in (dutch, english)]  # type: ignore[union-attr]
    assert titles == ["Gebruiker", "User"]
    for name in ("photonics", "Portfolio", "Nation"):
        one, other = dutch.sheet(name), english.sheet(name)
        assert one and other
        assert {place: cell.value for place, cell in one.cells.items() if cell.formula and place[0] > 5} == {
            place: cell.value for place, cell in other.cells.items() if cell.formula and place[0] > 5
        }


ENGLISH = re.compile(r"\b(FTE|bn|choice|days|flag|job|m|member|months|ratio|real|share|startup|volume|years)\b")


def texts_under(book: openpyxl.Workbook, heading: str) -> set[str]:
    """What stands below a heading, on any sheet."""
    found: set[str] = set()
    for sheet in book:
        heads = [cell for row in sheet.iter_rows(min_row=1, max_row=12) for cell in row if cell.value == heading]
        for head in heads:
            found |= {str(cell.value) for (cell,) in sheet.iter_rows(head.row + 1, None, head.column, head.column) if cell.value is not None}
    return found


def test_units_are_in_the_language_of_the_workbook(small: model.Case) -> None:
    """A reader of Dutch meets no 'share' or 'flag'; an English workbook keeps the units as case files write them."""
    units = {line.unit for line in small.lines.values()} | {small.definition(key.split(".")[1]).unit for key in small.quantities()}
    for written in (to_excel_bytes(small, language="nl"), to_results_bytes(small, ".xlsx", language="nl")):
        dutch = texts_under(openpyxl.load_workbook(io.BytesIO(written)), "Eenheid")
        assert {"EUR mln reëel/lid", "aandeel", "jaren"} <= dutch
        assert [text for text in sorted(dutch) if ENGLISH.search(text)] == []
    english = texts_under(openpyxl.load_workbook(io.BytesIO(to_results_bytes(small, ".xlsx"))), "Unit")
    assert english and english - {"Unit"} <= units


def test_statements_of_the_workbook_are_complete(small: model.Case, small_book: bytes) -> None:
    """What an auditor does: add the rows of a statement up on the sheet of results."""
    sheet = openpyxl.load_workbook(io.BytesIO(small_book), data_only=True)["Outputs"]
    tables: dict[str, dict[str, float]] = {}
    rows: dict[str, float] = {}
    for section, _, code, *_, third in sheet.iter_rows(min_row=7, max_col=11, values_only=True):
        if section:
            rows = tables[str(section)] = {}
        elif code:
            rows[str(code).rpartition("Portfolio.")[2]] = float(third)

    def total(table: str, *names: str) -> float:
        return sum(value for code, value in tables[table].items() if code.partition("[")[0] in names)

    cash, income = tables["Cash flow"], tables["Income statement"]
    assert cash["receipts"] == pytest.approx(cash["own_revenue"] - cash["receivables_increase"] + cash["grants_received"])
    paid = total("Cash flow", "operating_cost", "capital_expenditure", "corporate_tax") - cash["payables_increase"]
    assert cash["payments"] == pytest.approx(paid)
    own = total("Income statement", "membership_fees", "service_revenue", "sponsorship", "licence_income", "equity_exit_income")
    assert income["own_revenue"] == pytest.approx(own) and own > 1
    spent = total("Income statement", "operating_cost", "depreciation", "secondment_cost", "interest_paid") - income["interest_received"]
    assert income["expenses"] == pytest.approx(spent)
    owned = total("Balance sheet", "book_value", "receivables", "cash_balance")
    owed = total("Balance sheet", "deferred_income", "loan_balance", "payables", "unfunded_to_date", "reserves")
    assert tables["Balance sheet"]["total_assets"] == pytest.approx(owned) == pytest.approx(owed)
    flows = tables["Cash-flow statement"]
    assert sum(flows.values()) - flows["cash_balance"] == pytest.approx(flows["cash_balance"])


def test_switches_of_the_plain_workbook_are_said_in_its_language(small: model.Case) -> None:
    inputs = openpyxl.load_workbook(io.BytesIO(to_results_bytes(small, ".xlsx", language="nl")))["Aannames"]
    found = {str(row[1]): row[3] for row in inputs.iter_rows(min_row=2, values_only=True)}
    assert found["nation.discount_first_year"] == "uit" and not {"on", "off"} & set(found.values())


def test_the_plain_workbook_is_not_taken_for_the_one_with_formulas(small: model.Case) -> None:
    with pytest.raises(model.InputError, match="not a workbook with formulas that this program wrote"):
        read_workbook(to_results_bytes(small, ".xlsx"))


def test_the_plain_workbook_tells_warnings_and_sources_in_its_language(small: model.Case) -> None:
    book = openpyxl.load_workbook(io.BytesIO(to_results_bytes(small, ".xlsx", language="nl")))
    told = [str(cell.value) for (cell,) in book["Over"].iter_rows(min_row=9, min_col=2, max_col=2) if cell.value]
    assert told == [text for _, text in headline.warnings(Wording("nl"), small.run())]
    assert any(text.startswith("Maatschappelijke baten zijn onzeker") for text in told)
    sources = texts_under(book, "Bron")
    assert all(text.startswith("Bron: ") for text in sources), sources


def test_wrong_names_are_told(small: model.Case, tmp_path: Path) -> None:
    for act in (
        lambda: model.to_excel(small, tmp_path / "book.xls"),
        lambda: to_results(small, tmp_path / "book.txt"),
        lambda: model.to_excel(small, tmp_path / "book.xlsx", language="fr"),
        lambda: model.to_excel(small, tmp_path / "book.xlsx", sensitivity_of="leverag"),
    ):
        with pytest.raises(model.InputError):
            act()
    assert list(tmp_path.iterdir()) == []


def run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["excel", *arguments])
    return done.exit_code, done.stderr


def test_the_command_writes_what_load_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    status, said = run("photonics", "-o", str(path), "--set", "photonics.delay_years=2", "--set", "nation.horizon=10")
    assert status == 0, said
    case = model.load("photonics").with_values({"photonics.delay_years": 2, "nation.horizon": 10})
    assert case.hash in said
    assert model.load(path).hash == case.hash


def test_the_command_writes_results(tmp_path: Path) -> None:
    for name, arguments in (("plain.xlsx", ["--values"]), ("table.csv", ["--real"]), ("table.parquet", [])):
        status, said = run("photonics", "-o", str(tmp_path / name), "--set", "nation.horizon=10", *arguments)
        assert status == 0, said
    import pyarrow.parquet

    about = json.loads(pyarrow.parquet.read_metadata(tmp_path / "table.parquet").metadata[b"megacluster"])
    assert about["changes"] == {"nation.horizon": 10}


def test_the_command_tells_every_mistake(tmp_path: Path) -> None:
    status, said = run("photonics", "-o", str(tmp_path / "book.txt"), "--real", "--sensitivity", "leverage")
    assert status == 2
    assert "ends in .xlsx, .csv or .parquet" in said and "--real" in said
    assert run("photonics", "-o", str(tmp_path / "gone" / "book.xlsx"), "--set", "nation.horizon=10")[0] == 1
