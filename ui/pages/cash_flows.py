"""Where does the money come from, where does it go, and what is left?"""

from __future__ import annotations

import streamlit as st

from model import charts as chart_data
from model.result import Result
from model.wording import Wording
from ui import charts, downloads, frame, state, statements


def whole_life(result: Result, name: str, cluster: str | None, real: bool) -> float:
    """A money line over all years together, its members summed."""
    return float(result.array(name, cluster, real).sum())


def spending(words: Wording, result: Result, cluster: str | None, real: bool) -> list[tuple[str, float]]:
    """Money in and out over the whole life, in the order of the waterfall."""
    signs = {"public_cash": 1, "private_cash": 1, "operating_cost": -1, "capital_expenditure": -1, "corporate_tax": -1, "interest_paid": -1}
    steps = [(words(f"cash_flows.{name}"), sign * whole_life(result, name, cluster, real)) for name, sign in signs.items()]
    return [(name, amount) for name, amount in steps if abs(amount) >= 0.5]


def page() -> None:
    words = state.w()
    result = state.now().result
    cluster, real = state.view_cluster(), state.session().view["real"]
    unit = chart_data.money_unit(words, result, real)
    name = frame.shown_name()
    steps = spending(words, result, cluster, real)
    left_over = sum(amount for _, amount in steps)
    incoming = sum(amount for _, amount in steps if amount > 0)
    lowest = result.array("cash_balance", cluster, real).min()
    frame.answer(
        frame.rich("cash_flows.answer", name=name, total=words.money(incoming), left=words.money(left_over), prices=frame.shown_prices()),
        frame.rich("cash_flows.lowest", lowest=words.money(float(lowest)), prices=frame.shown_prices()),
    )
    with charts.pairs():
        alt = words("alt.waterfall", incoming=words.number(incoming), left=words.number(left_over), unit=unit)
        chart = charts.waterfall(words, unit, steps, words("cash_flows.left"), alt)
        charts.card(words, chart, "waterfall", words("cash_flows.waterfall_title"), words("cash_flows.waterfall_note", unit=unit))
        balance = [float(v) for v in result.array("cash_balance", cluster, real)]
        minimum = [float(v) for v in result.array("minimum_cash", cluster, real)]
        series = [(words.line("cash_balance"), balance), (words.line("minimum_cash"), minimum)]
        alt = words("alt.cash_balance", lowest=words.number(min(balance)), highest=words.number(max(balance)), unit=unit)
        chart = chart_data.lines(words, unit, result.years, series, alt, decimals=0, colours=(chart_data.ACCENT, chart_data.TARGET))
        charts.card(words, chart, "balance", words("cash_flows.balance_title"), words("cash_flows.balance_note", unit=unit))
    with charts.box("statement"):
        with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
            st.header(words("cash_flows.statement_title"), anchor=False, width="content")
            chosen = st.selectbox(
                words("cash_flows.choose"),
                statements.by_year(result),
                format_func=lambda each: words(f"statement.{each}"),
                key="statement",
                width=300,
            )
        opening = f" {words('cash_flows.opening_note')}" if real else ""
        st.caption(words("cash_flows.statement_note", name=name, unit=unit) + opening)
        statements.show(words, result, chosen, cluster, real)
        downloads.button(
            words,
            words("download.csv"),
            downloads.file_name(result, chosen, "csv"),
            "text/csv",
            lambda: downloads.statement_csv(words, result, chosen, cluster, real),
            "get_statement",
        )
    frame.changes()


frame.body("cash_flows", page)
