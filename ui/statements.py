"""Statements and overviews as tables: lines down, years across."""

from __future__ import annotations

import streamlit as st

from model.lines import TABLES
from model.result import Result
from model.wording import Wording
from ui import tables

TOTALS = (
    "own_revenue",
    "grants_received",
    "receipts",
    "payments",
    "cash_before_base_funding",
    "cash_balance",
    "operating_cost",
    "income",
    "expenses",
    "net_result",
    "total_assets",
    "total_liabilities",
    "public_cash",
    "private_cash",
    "rd_gross_addition",
    "rd_net_addition",
)


def decimals(unit: str) -> int:
    """Digits behind the point that a unit deserves in a table."""
    if unit in ("share", "ratio", "%", "EUR/EUR real", "1/startup", "EUR m/FTE"):
        return 3
    return 0 if unit in ("date", "flag") else 1


def by_year(result: Result) -> list[str]:
    """Names of the tables that have a column a year."""
    return [name for name, table in TABLES.items() if all(result.is_yearly(line) for line in table.rows)]


def statement(words: Wording, result: Result, name: str, cluster: str | None, real: bool) -> tuple[list[str], list[list[str]], list[int]]:
    """Headers, rows and the numbers of total rows of one statement."""
    rows: list[list[str]] = []
    strong: list[int] = []
    for line in TABLES[name].rows:
        if cluster is None and not result.has_whole(line):
            continue
        places = decimals(result.lines[line].unit)
        found = result.rows(line, cluster, real=real)
        for label, values in found.items():
            if len(found) > 1 and not any(values):
                continue
            if line in TOTALS and len(found) == 1:
                strong.append(len(rows))
            rows.append([words.row(label, result.case), *(words.number(value, places) for value in values)])
    return [words("chart.line"), *map(str, result.years)], rows, strong


def show(words: Wording, result: Result, name: str, cluster: str | None, real: bool) -> None:
    headers, rows, strong = statement(words, result, name, cluster, real)
    st.html(tables.number_table(headers, rows, words(f"statement.{name}"), strong))
