"""What does it cost, what does it bring, and does it help? The headline."""

from __future__ import annotations

import math

import streamlit as st

from model import charts as chart_data
from model.wording import Wording
from ui import charts, frame, state


def answer(words: Wording, current: state.Now, cluster: str | None, year: int, real: bool) -> None:
    """The one sentence, read aloud after a change."""
    result = current.result
    crossing = result.value("first_year_private_exceeds_public", cluster)
    gap = result.value("rd_intensity", year=year) - float(current.case.quantity("nation", "rd_target").value)  # type: ignore[arg-type]
    name = frame.shown_name()
    sentences = [
        frame.rich(
            "overview.cost",
            name=name,
            year=str(year),
            cost=words.money(result.value("national_public_cash", cluster, year, real=real), 0),
            prices=frame.shown_prices(),
            leverage=words.number(result.value("leverage", cluster), 2),
        ),
        frame.rich("overview.crossing", year=words.year(crossing))
        if not math.isnan(crossing)
        else frame.rich("overview.no_crossing", last=str(result.years[-1])),
        frame.rich(
            "overview.above_target" if gap >= 0 else "overview.below_target",
            year=str(year),
            intensity=words.percent(result.value("rd_intensity", year=year), 2),
            gap=words.number(abs(gap) * 100, 2),
            target=words.percent(float(current.case.quantity("nation", "rd_target").value), 1),  # type: ignore[arg-type]
        ),
    ]
    frame.answer(*sentences)


def metric(words: Wording, key: str, label: str, value: str, delta: str | None, colour: str) -> None:
    """One headline number in a card, with its definition."""
    with st.container(border=True, height="stretch", key=f"kpi_{key}"):
        unchanged = delta is None
        st.metric(
            label,
            value,
            delta or words("overview.as_start"),
            delta_color="off" if unchanged else colour,  # type: ignore[arg-type]
            delta_arrow="off" if unchanged else "auto",
            delta_description=None if unchanged else words("overview.against_start"),
        )
        st.caption(words(f"overview.{key}_definition"))


def signed(words: Wording, new: float, old: float, decimals: int, unit: str) -> str | None:
    """A difference in words; nothing where there is none. With an ASCII minus, which the card reads as a fall."""
    difference = new - old
    if math.isnan(difference) or round(difference, decimals) == 0:
        return None
    return f"{words.number(difference, decimals, sign=True)} {unit}".strip()


def headline(words: Wording, current: state.Now, cluster: str | None, year: int, real: bool) -> None:
    """The four numbers, each against the case as it started."""
    result, start = current.result, current.start_result
    at_start = min(max(year, start.years[0]), start.years[-1])
    cost, cost_start = (r.value("national_public_cash", cluster, y, real=real) for r, y in ((result, year), (start, at_start)))
    leverage, leverage_start = (r.value("leverage", cluster) for r in (result, start))
    crossing, crossing_start = (r.value("first_year_private_exceeds_public", cluster) for r in (result, start))
    net, net_start = (r.value("contribution_net_pct_gdp", year=y) for r, y in ((result, year), (start, at_start)))
    never = words("overview.never")
    later = signed(words, crossing, crossing_start, 0, words("overview.years"))
    if math.isnan(crossing) != math.isnan(crossing_start):
        later = words("overview.was", old=never if math.isnan(crossing_start) else words.year(crossing_start))
    with st.container(key="kpis"):
        columns = st.columns(4)
        with columns[0]:
            metric(
                words,
                "cost",
                words("overview.cost_label", year=year),
                words.money(cost, 0),
                signed(words, cost, cost_start, 0, words("overview.millions")),
                "inverse",
            )
        with columns[1]:
            metric(
                words,
                "leverage",
                words("overview.leverage_label"),
                words.number(leverage, 2),
                signed(words, leverage, leverage_start, 2, ""),
                "normal",
            )
        with columns[2]:
            metric(words, "crossing", words("overview.crossing_label"), never if math.isnan(crossing) else words.year(crossing), later, "inverse")
        with columns[3]:
            metric(
                words,
                "net",
                words("overview.net_label", year=year),
                words("overview.points", points=words.number(net, 3, sign=True)),
                signed(words, net, net_start, 3, words("overview.point")),
                "normal",
            )


def page() -> None:
    words = state.w()
    current = state.now()
    cluster, view = state.view_cluster(), state.session().view
    year, real = view["year"], view["real"]
    frame.header("overview")
    answer(words, current, cluster, year, real)
    headline(words, current, cluster, year, real)
    name = frame.shown_name()
    left, right = st.columns(2)
    with left:
        note = words("overview.funding_note", name=name, prices=chart_data.money_unit(words, current.result, real))
        charts.card(words, chart_data.funding(words, current.result, cluster, real), "funding", words("overview.funding_title"), note)
    with right:
        charts.card(words, chart_data.rd_intensity(words, current.result), "rd", words("overview.rd_title"), words("overview.rd_note"))
    left, right = st.columns(2)
    with left:
        note = words("overview.leverage_note", name=name)
        charts.card(words, chart_data.leverage(words, current.result, cluster), "leverage", words("overview.leverage_title"), note)
    with right:
        note = words("overview.references_note")
        chart = chart_data.reference_clusters(words, current.result, cluster)
        charts.card(words, chart, "references", words("overview.references_title"), note)
    frame.changes()


page()
