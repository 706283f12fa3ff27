"""What does it cost, what does it bring, and does it help? The headline."""

from __future__ import annotations

import html

from model import charts as chart_data
from model import headline
from model.wording import Wording
from ui import chances, charts, frame, state
from ui.chances import Chances

MOODS = {1: "good", -1: "bad", 0: "other"}
ARROWS = {1: "▲ ", -1: "▼ ", 0: ""}


def cards(words: Wording, figures: list[headline.Figure]) -> str:
    """The headline figures as cards, each with its definition and how far it is from the starting point.

    One piece of HTML: Streamlit's own cards take a dozen messages more at every move of a lever.
    """
    shown = []
    for figure in figures:
        change = f'<dd class="as-start">{html.escape(words("overview.as_start"))}</dd>'
        if figure.change:
            mood, arrow = MOODS[figure.rises * figure.better], ARROWS[figure.rises]
            against = html.escape(words("overview.against_start")) if figure.rises else ""
            change = f'<dd class="change {mood}">{arrow}{html.escape(figure.change)} <small>{against}</small></dd>'
        value = f'<dd class="value">{html.escape(figure.value)}</dd>'
        shown.append(
            f'<div class="figure" id="figure-{figure.key}"><dt>{html.escape(figure.label)}</dt>{value}{change}'
            f'<dd class="definition">{html.escape(figure.definition)}</dd></div>'
        )
    return f'<dl class="figures">{"".join(shown)}</dl>'


def leverage_card(words: Wording, current: state.Now, cluster: str | None, year: int, real: bool) -> None:
    """Leverage by year; the band of the draws follows when it is there."""

    def draw(found: Chances | None) -> None:
        bands = found.bands["leverage_to_date"] if found else {"P5": [], "P95": []}
        told = words("risk.drawing")
        if found:
            low, median, high = (words.number(bands[name][-1], 2) for name in ("P5", "P50", "P95"))
            base, below = words.number(current.result.value("leverage", cluster), 2), words.percent(found.below, 0)
            count = {"draws": words.number(found.draws), "varied": words.number(found.varied)}
            told = words("overview.leverage_band", low=low, median=median, high=high, base=base, below=below, **count)
        place.put(chart_data.leverage(words, current.result, cluster, band=(bands["P5"], bands["P95"])), told)

    title = words("overview.leverage_title")
    with charts.box("leverage", height="stretch"):
        place = charts.Place(words, "leverage", title, charts.headed(title, words("overview.leverage_note", name=frame.shown_name())))
        chances.following(draw, current, cluster, year, real)


def page() -> None:
    words = state.w()
    current = state.now()
    cluster, view = state.view_cluster(), state.session().view
    year, real = view["year"], view["real"]
    figures = headline.figures(words, current.result, current.start_result, cluster, year, real)
    frame.answer(*headline.answer(words, current.result, cluster, year, real, frame.strong), below=cards(words, figures))
    name = frame.shown_name()
    with charts.pairs():
        note = words("overview.funding_note", name=name, prices=chart_data.money_unit(words, current.result, real))
        charts.card(words, chart_data.funding(words, current.result, cluster, real), "funding", words("overview.funding_title"), note)
        charts.card(words, chart_data.rd_intensity(words, current.result), "rd", words("overview.rd_title"), frame.rd_note())
        leverage_card(words, current, cluster, year, real)
        note = words("overview.references_note")
        chart = chart_data.reference_clusters(words, current.result, cluster)
        charts.card(words, chart, "references", words("overview.references_title"), note)
    frame.changes()


frame.body("overview", page)
