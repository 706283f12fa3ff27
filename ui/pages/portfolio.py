"""Which clusters together, how large and when?"""

from __future__ import annotations

import math

import streamlit as st

from model import charts as chart_data
from model import summary
from model.result import Result
from model.wording import Wording
from ui import charts, controls, frame, state, tables

COLOURS = ("#154273", "#ec6906", "#107c6d", "#a039b6", "#0997f5", "#8a5a00", chart_data.DARK)
CONTROLS = ("included", "scale", "delay_years", "demand_factor")


def stacked_by_cluster(words: Wording, result: Result, name: str, real: bool) -> chart_data.Chart:
    """A money line of every cluster, stacked."""
    series = [
        (
            words.of(title),
            COLOURS[position % len(COLOURS)],
            [float(v) for v in result.array(name, cluster, real).reshape(len(result.years), -1).sum(axis=1)],
        )
        for position, (cluster, title) in enumerate(result.case.clusters.items())
    ]
    total = [sum(values[i] for _, _, values in series) for i in range(len(result.years))]
    peak = max(range(len(total)), key=lambda i: total[i])
    unit = chart_data.money_unit(words, result, real)
    alt = words(
        "alt.stacked", line=words.line(name), peak=words.number(total[peak]), year=result.years[peak], last=words.number(total[-1]), unit=unit
    )
    return chart_data.stacked(words, unit, result.years, series, alt)


def overview(words: Wording, result: Result, year: int, real: bool) -> tuple[list[str], list[list[str]]]:
    """The numbers of every cluster and of all together; sums are sums of the parts, ratios are ratios of sums."""
    span = (result.years[0], result.years[-1])
    headers = [words("chart.cluster"), *(words(f"portfolio.{name}") for name in ("public", "private", "leverage", "crossing"))]
    headers += [words("portfolio.state", year=year), words("portfolio.net", year=year), words("portfolio.payable")]
    rows = []
    for cluster in [*result.case.clusters, None]:
        crossing = result.value("first_year_private_exceeds_public", cluster)
        short = [result.value("not_financeable", each) for each in ([cluster] if cluster else result.case.clusters)]
        rows.append(
            [
                words.of(result.case.clusters[cluster]) if cluster else words("view.whole"),
                words.number(summary.total(result, "public_cash", cluster, *span)),
                words.number(summary.total(result, "private_cash", cluster, *span)),
                words.number(result.value("leverage", cluster), 2),
                words("headline.never") if math.isnan(crossing) else words.year(crossing),
                words.number(result.value("national_public_cash", cluster, year, real=real), 1),
                words.number(result.value("rd_net_addition", cluster, year, real=real), 1),
                words("portfolio.cannot_pay" if any(short) else "portfolio.can_pay"),
            ]
        )
    return headers, rows


def page() -> None:
    words = state.w()
    current = state.now()
    result = current.result
    year, real = state.session().view["year"], state.session().view["real"]
    clusters = list(current.case.clusters)
    included = [c for c in clusters if current.case.quantity(c, "included").value]
    names = ", ".join(words.of(current.case.clusters[c]) for c in included) or "–"
    best = max(included, key=lambda c: result.value("leverage", c), default=None)
    highest = result.value("leverage", best) if best else math.nan
    frame.answer(
        frame.rich(
            "portfolio.answer",
            names=names,
            leverage=words.number(result.value("leverage"), 2),
            cost=words.money(result.value("national_public_cash", year=year, real=real)),
            year=str(year),
            prices=frame.shown_prices(),
        ),
        frame.rich("portfolio.best", name=words.of(current.case.clusters[best]), leverage=words.number(highest, 2)) if best else "",
    )
    with charts.box("choose"):
        charts.heading(words("portfolio.choose_title"))
        for column, cluster in zip(st.columns(max(2, len(clusters))), clusters, strict=False):
            with column:
                st.markdown(f"**{words.of(current.case.clusters[cluster])}**")
                for name in CONTROLS:
                    controls.control(f"{cluster}.{name}", label=words.of(current.case.definition(name).label))
        frame.tell(words, state.session().about["controls"])
    headers, rows = overview(words, result, year, real)
    table = tables.html_table(headers, rows, words("portfolio.numbers_title"), strong={len(rows) - 1})
    charts.sheet(words("portfolio.numbers_title"), words("portfolio.numbers_note", prices=frame.shown_prices()), table)
    with charts.pairs():
        chart = stacked_by_cluster(words, result, "national_public_cash", real)
        charts.card(words, chart, "state", words("portfolio.state_title"), chart_data.money_unit(words, result, real))
        chart = stacked_by_cluster(words, result, "private_cash", real)
        charts.card(words, chart, "private", words("portfolio.private_title"), chart_data.money_unit(words, result, real))
    frame.changes()


frame.body("portfolio", page)
