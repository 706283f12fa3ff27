"""What does it cost, what does it bring, and does it help? The headline."""

from __future__ import annotations

import streamlit as st

from model import charts as chart_data
from model import headline
from model.wording import Wording
from ui import chances, charts, frame, state
from ui.chances import Chances


def metric(words: Wording, figure: headline.Figure) -> None:
    """One headline figure in a card, with its definition."""
    with st.container(border=True, height="stretch", key=f"kpi_{figure.key}"):
        st.metric(
            figure.label,
            figure.value,
            figure.change or words("overview.as_start"),
            delta_color="off" if not figure.change else "normal" if figure.better > 0 else "inverse",
            delta_arrow="auto" if figure.change else "off",
            delta_description=words("overview.against_start") if figure.change else None,
        )
        st.caption(figure.definition)


def leverage_card(words: Wording, current: state.Now, cluster: str | None, year: int, real: bool) -> None:
    """Leverage by year; the band of the draws follows when it is there."""

    def draw(found: Chances | None) -> None:
        bands = found.bands["leverage_to_date"] if found else {"P5": [], "P95": []}
        charts.show(words, chart_data.leverage(words, current.result, cluster, band=(bands["P5"], bands["P95"])), "leverage", title)
        if found:
            low, median, high = (words.number(bands[name][-1], 2) for name in ("P5", "P50", "P95"))
            base, below = words.number(current.result.value("leverage", cluster), 2), words.percent(found.below, 0)
            count = {"draws": words.number(found.draws), "varied": words.number(found.varied)}
            st.caption(words("overview.leverage_band", low=low, median=median, high=high, base=base, below=below, **count))
        else:
            st.caption(words("risk.drawing"))

    title = words("overview.leverage_title")
    with st.container(border=True, key="card_leverage", height="stretch"):
        st.header(title, anchor=False)
        st.caption(words("overview.leverage_note", name=frame.shown_name()))
        chances.following(draw, current, cluster, year, real)


def page() -> None:
    words = state.w()
    current = state.now()
    cluster, view = state.view_cluster(), state.session().view
    year, real = view["year"], view["real"]
    frame.header("overview")
    frame.answer(*headline.answer(words, current.result, cluster, year, real, frame.strong))
    with st.container(key="kpis"):
        shown = headline.figures(words, current.result, current.start_result, cluster, year, real)
        for column, figure in zip(st.columns(len(shown)), shown, strict=True):
            with column:
                metric(words, figure)
    name = frame.shown_name()
    left, right = st.columns(2)
    with left:
        note = words("overview.funding_note", name=name, prices=chart_data.money_unit(words, current.result, real))
        charts.card(words, chart_data.funding(words, current.result, cluster, real), "funding", words("overview.funding_title"), note)
    with right:
        charts.card(words, chart_data.rd_intensity(words, current.result), "rd", words("overview.rd_title"), words("overview.rd_note"))
    left, right = st.columns(2)
    with left:
        leverage_card(words, current, cluster, year, real)
    with right:
        note = words("overview.references_note")
        chart = chart_data.reference_clusters(words, current.result, cluster)
        charts.card(words, chart, "references", words("overview.references_title"), note)
    frame.changes()


page()
