"""The command as people type it: what it prints, its exit status, and that all ways in give one figure."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

import model
from model.inputs.catalogue import status_of


def megacluster(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "model.cli", *words], capture_output=True, text=True, timeout=120)


def test_json_gives_documented_keys_and_the_calibrated_leverage() -> None:
    done = megacluster("run", "portfolio", "--json")
    assert done.returncode == 0 and done.stderr == ""
    data = json.loads(done.stdout)
    for cluster, leverage in {"photonics": 1.62, "quantum": 0.97, "battery": 1.22}.items():
        assert data["clusters"][cluster]["leverage"] == pytest.approx(leverage, rel=0.1)
        headline = data["clusters"][cluster]["leverage_by_definition"]["leverage"]
        assert headline["numerator"] == "private_cash_real" and headline["denominator"] == "public_cash_real"
        assert headline["numerator_eur_m"]["life"] / headline["denominator_eur_m"]["life"] == pytest.approx(headline["life"])
    assert data["whole"]["leverage"] == pytest.approx(1.26, rel=0.1)
    assert data["national"]["contribution_pct_gdp"]["2035"] == pytest.approx(0.033, rel=0.15)
    assert data["inputs_hash"] == model.load("portfolio").hash
    assert data["warnings"] == model.load("portfolio").run().warnings


def test_set_changes_what_it_should() -> None:
    base = json.loads(megacluster("run", "portfolio", "--json").stdout)
    done = megacluster("run", "portfolio", "--set", "photonics.delay_years=3", "--json")
    assert done.returncode == 0
    data = json.loads(done.stdout)
    assert data["changes"] == {"photonics.delay_years": 3}
    assert data["clusters"]["photonics"]["public_cash_eur_m"] < base["clusters"]["photonics"]["public_cash_eur_m"]
    assert data["clusters"]["quantum"]["leverage"] == base["clusters"]["quantum"]["leverage"]
    assert data["clusters"]["photonics"]["first_year_private_exceeds_public"] >= 2037


def test_mistakes_go_to_stderr_all_at_once_with_status_2() -> None:
    done = megacluster("run", "portfolio", "--set", "photonics.delay_yaers=3", "--set", "nation.inflation=high", "--json")
    assert done.returncode == 2 and done.stdout == ""
    assert "did you mean 'delay_years'" in done.stderr
    assert "nation.inflation: 'high' is not a number" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("run", "fotonica"),
        ("run", "missing.yaml"),
        ("run", "portfolio", "--set", "nonsense"),
        ("check", "missing.yaml"),
        ("explain", "membership_feees", "--year", "2035"),
        ("explain", "membership_fees"),
        ("explain", "membership_fees", "--year", "1999"),
        ("explain", "membership_fees", "--year", "2030", "--cluster", "fusion"),
        ("assumptions", "--group", "nonsense", "--status", "perfect", "--source", "gossip"),
        ("run", "--no-such-flag"),
    ],
)
def test_bad_input_is_status_2_without_a_traceback(words: tuple[str, ...]) -> None:
    done = megacluster(*words)
    assert done.returncode == 2, done.stdout
    assert done.stderr and "Traceback" not in done.stderr
    assert done.stdout == ""


def test_the_summary_names_definitions_periods_sources_and_the_target() -> None:
    out = megacluster("run", "portfolio").stdout
    for words in (
        "private cash / all public cash (headline)",
        "private cash / central government cash only",
        "2026-2032",
        "National government",
        "Private, foreign",
        "Share of the gap closed, net",
        "constant prices of 2026",
    ):
        assert words in out
    leverage = model.load("portfolio").run().value("leverage")
    assert f"For every public euro, {leverage:.2f} private euro in cash" in out


def test_explain_reads_from_formula_to_source() -> None:
    out = megacluster("explain", "membership_fees", "--cluster", "photonics", "--year", "2035").stdout
    value = model.load("portfolio").run().value("membership_fees", "photonics", 2035)
    assert re.search(rf"photonics, 2035: {value:.4g} EUR m", out)
    assert "membership_fees = members * membership_fee * price_index" in out
    assert "imec" in out and "recalled" in out and "own assumption" in out
    assert "It feeds" in out and "own_revenue" in out


def test_explain_speaks_dutch() -> None:
    out = megacluster("explain", "membership_fees", "--cluster", "photonics", "--year", "2035", "--language", "nl").stdout
    assert "Lidmaatschapsbijdragen (membership_fees), photonics, 2035" in out
    assert "Bijdragen die aangesloten bedrijven in een jaar betalen." in out and "Het werkt door in" in out
    assert megacluster("explain", "leverage", "--language", "fr").returncode == 2


def test_assumptions_filter_and_say_why() -> None:
    rows = json.loads(megacluster("assumptions", "photonics", "--group", "members", "--status", "recalled", "--json").stdout)
    assert {row["key"] for row in rows} >= {"photonics.membership_fee.core", "photonics.membership_fee.associate"}
    assert all(row["group"] == "members" and row["status"] == "recalled" and row["source"] for row in rows)


def test_check_says_a_good_file_is_right(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("base: portfolio\nchanges:\n  quantum.included: off\n")
    done = megacluster("check", str(file))
    assert done.returncode == 0 and "right" in done.stdout


def test_csv_holds_the_figures_of_the_model(tmp_path: Path) -> None:
    done = megacluster("run", "photonics", "--csv", str(tmp_path / "out"), "--real")
    assert done.returncode == 0 and done.stdout == ""
    with (tmp_path / "out" / "photonics_cash_flow.csv").open(newline="") as file:
        rows = {row["line"]: row for row in csv.DictReader(file)}
    result = model.load("photonics").run()
    assert float(rows["cash_balance"]["2040"]) == pytest.approx(result.value("cash_balance", "photonics", 2040, real=True))
    assert json.loads((tmp_path / "out" / "provenance.json").read_text())["inputs_hash"] == result.case.hash


def test_an_appraisal_says_below_zero_where_a_rate_of_return_has_no_sense() -> None:
    done = megacluster("appraise", "quantum")
    negative = [row for row in done.stdout.splitlines() if row.startswith("the cluster as an investment")]
    assert negative and all("below zero" in row for row in negative)
    measures = json.loads(megacluster("appraise", "quantum", "--json").stdout)["cases"]["quantum"]
    assert measures["financial_irr"] < 0 < measures["exchequer_irr"]


def test_a_run_loads_neither_pandas_nor_scipy_nor_the_screen() -> None:
    code = (
        "import sys; from model.cli import app\n"
        "try: app(['run','portfolio'])\n"
        "except SystemExit: pass\n"
        "print(sorted({'pandas','scipy','streamlit','pint','openpyxl','pyxirr','matplotlib'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.stderr.strip() == "[]"


def test_help_shows_examples() -> None:
    assert "photonics.delay_years=3" in megacluster("run", "--help").stdout
    assert "megacluster explain membership_fees" in megacluster("explain", "--help").stdout
    assert re.fullmatch(r"megacluster \d+\.\d+\.\d+\n", megacluster("--version").stdout)


def test_a_table_shows_the_years_asked_for_and_says_its_prices() -> None:
    out = megacluster("table", "balance_sheet", "--cluster", "photonics", "--years", "2026,2030-2031", "--real").stdout
    assert "real, prices of 2026" in out
    assert re.search(r"line +unit +2026 +2030 +2031\b", out)
    total = model.load("portfolio").run().value("total_assets", "photonics", 2031, real=True)
    assert re.search(rf"total_assets +EUR m .*{total:,.1f}", out)


@pytest.mark.parametrize("prices", [[], ["--real"]], ids=["nominal", "real"])
@pytest.mark.parametrize("cluster", [[], ["--cluster", "quantum"]], ids=["whole", "quantum"])
def test_rows_of_the_cash_flow_add_up(cluster: list[str], prices: list[str]) -> None:
    """What an auditor adds up by hand: every total from the rows that stand above it in the same table."""
    told = json.loads(megacluster("table", "cash_flow", "--json", *cluster, *prices).stdout)["rows"]
    rows = {name: np.array(list(by_year.values())) for name, by_year in told.items()}
    investment = sum(values for name, values in rows.items() if name.startswith("capital_expenditure"))
    receipts = rows["own_revenue"] - rows["receivables_increase"] + rows["grants_received"]
    payments = rows["operating_cost"] - rows["payables_increase"] + investment + rows["corporate_tax"]
    interest = rows["interest_received"] - rows["interest_paid"]
    before = rows["opening_cash"] + rows["receipts"] - rows["payments"] + interest - rows["loan_repayment"]
    closing = rows["cash_before_base_funding"] + rows["base_funding"] + rows["loan_drawdown"] + rows["unfunded_gap"]
    for name, added in {"receipts": receipts, "payments": payments, "cash_before_base_funding": before, "cash_balance": closing}.items():
        assert added == pytest.approx(rows[name], abs=1e-6), name


def test_rows_of_the_income_statement_add_up() -> None:
    """Staff that companies second are income and expense alike, so they stand on both sides."""
    table = megacluster("table", "income_statement", "--case", "quantum", "--years", "2034").stdout.splitlines()
    rows = [(line.split()[0], float(line.split()[-1].replace(",", ""))) for line in table[2:] if line.strip()]
    names = [name for name, _ in rows]
    expenses = rows[names.index("operating_cost") : names.index("expenses")]
    added = sum(-amount if name == "interest_received" else amount for name, amount in expenses)
    assert added == pytest.approx(rows[names.index("expenses")][1], rel=2e-3)


def test_the_readme_counts_what_was_read_where() -> None:
    readme = (Path(__file__).resolve().parents[1] / "README.md").read_text(encoding="utf-8")
    counted = Counter(status_of(quantity) for quantity in model.load("portfolio").quantities().values())
    told = {name: f"{counted[name]:,}" for name in counted}
    assert f"{told['verified']} were read at their publisher, {told['derived']} follow" in readme
    assert f"and {told['reported']} were read where" in readme and f"{told['own']} are assumptions of our own" in readme


def test_a_table_as_json_holds_blanks_as_null() -> None:
    data = json.loads(megacluster("table", "scorecard", "--cluster", "quantum", "--json").stdout)
    assert set(data["rows"]["dna_international"]) == {"life"}
    done = megacluster("table", "cash_flo", "--years", "2020,abc")
    assert done.returncode == 2 and "2020 is outside the horizon" in done.stderr and "abc" in done.stderr


def test_the_readme_shows_what_the_command_prints() -> None:
    readme = (Path(__file__).resolve().parents[1] / "README.md").read_text(encoding="utf-8")
    block = readme.split("$ megacluster run portfolio\n")[1].split("…")[0].strip().splitlines()
    printed = [line.rstrip() for line in megacluster("run", "portfolio").stdout.splitlines()]
    assert len(block) > 5
    assert [line for line in block if line.rstrip() not in printed] == []
    result = model.load("portfolio").run()
    for line in ("contribution_pct_gdp", "contribution_gross_pct_gdp", "contribution_net_pct_gdp"):
        assert f"{result.value(line, year=2035):.3f} %" in readme
