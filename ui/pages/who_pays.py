"""How much private money comes with every public euro, by every definition in use?"""

from __future__ import annotations

import math

import streamlit as st

from model import charts as chart_data
from model import summary
from model.inputs.published import ratios_for
from model.lines.leverage import DEFINITIONS
from model.result import Result
from model.wording import Wording
from ui import charts, frame, state, tables


def definitions_table(words: Wording, result: Result, start: Result, cluster: str | None, year: int) -> str:
    """Every definition with numerator, denominator and ratio: whole life, present value, the year, and at the start."""
    at_start = [start.value(name, cluster) for name in DEFINITIONS]
    rows = []
    for (name, found), before in zip(summary.leverage(result, cluster).items(), at_start, strict=True):
        rows.append(
            [
                words.line(name),
                words(f"definition.{name}"),
                f"{words.line(found['numerator'])}: {words.number(found['numerator_eur_m']['life'])}",
                f"{words.line(found['denominator'])}: {words.number(found['denominator_eur_m']['life'])}",
                words.number(result.value(name, cluster), 2),
                words.number(before, 2),
                words.number(result.value(f"{name}_pv", cluster), 2),
                words.number(result.value(f"{name}_in_year", cluster, year), 2),
            ]
        )
    headers = [words(f"who_pays.{column}") for column in ("definition", "meaning", "numerator", "denominator", "life", "at_start", "pv")]
    return tables.html_table([*headers, words("who_pays.in_year", year=year)], rows, words("who_pays.definitions_title"), wordy=(1, 2, 3))


def foreign(words: Wording, result: Result, cluster: str | None) -> chart_data.Chart:
    """Share of private cash that comes from abroad, by year."""
    abroad, private = result.array("foreign_private_cash_real", cluster), result.array("private_cash_real", cluster)
    shares = [100 * float(a / p) if p else math.nan for a, p in zip(abroad, private, strict=True)]
    begin = chart_data.first_known(shares)
    alt = words("alt.foreign", first=result.years[begin], last=result.years[-1], start=words.number(shares[begin]), end=words.number(shares[-1]))
    unit = words("who_pays.foreign_unit")
    return chart_data.lines(words, unit, result.years, [(words("chart.foreign_private"), shares)], alt, colours=("#a039b6",), decimals=1)


def by_cluster(words: Wording, result: Result) -> chart_data.Chart:
    """Leverage from the start up to each year, of each cluster."""
    series = [(words.of(title), [float(v) for v in result.array("leverage_to_date", name)]) for name, title in result.case.clusters.items()]
    ends = ", ".join(f"{label} {words.number(values[-1], 2)}" for label, values in series)
    alt = words("alt.by_cluster", last=result.years[-1], ends=ends)
    target = float(result.case.quantity("nation", "leverage_target").value)  # type: ignore[arg-type]
    unit = words("chart.private_per_public")
    return chart_data.lines(words, unit, result.years, series, alt, target=(target, words("chart.target", value=words.exact(target))))


def sources(words: Wording, result: Result, cluster: str | None) -> chart_data.Chart:
    """All money over the whole life by who gives it, in constant prices."""
    series = chart_data.funding_series(words, result, cluster, real=True)
    sums = [(label, sum(values)) for label, _, values in series]
    total = sum(amount for _, amount in sums)
    largest = max(sums, key=lambda pair: pair[1])
    alt = words("alt.sources", total=words.number(total), largest=largest[0], share=words.percent(largest[1] / total, 0) if total else "–")
    listed = [(label, amount, label) for label, amount in sums]
    unit = chart_data.money_unit(words, result, True)
    kinds = [(label, colour) for label, colour, _ in series]
    return chart_data.horizontal(words, unit, listed, kinds, alt, heading=words("chart.source"), decimals=0, height=290, legend=False)


def page() -> None:
    words = state.w()
    current = state.now()
    result, cluster, year = current.result, state.view_cluster(), state.session().view["year"]
    name = frame.shown_name()
    years = (result.years[0], result.years[-1])
    frame.answer(
        frame.rich(
            "who_pays.answer",
            name=name,
            private=words.money(summary.total(result, "private_cash", cluster, *years)),
            public=words.money(summary.total(result, "public_cash", cluster, *years)),
            leverage=words.number(result.value("leverage", cluster), 2),
            national=words.number(result.value("leverage_national", cluster), 2),
        ),
        frame.rich("who_pays.foreign_answer", share=words.percent(result.value("foreign_share_of_private", cluster), 0)),
    )
    note = words("who_pays.definitions_note", name=name, unit=chart_data.money_unit(words, result, True))
    charts.sheet(words("who_pays.definitions_title"), note, definitions_table(words, result, current.start_result, cluster, year))
    with charts.pairs():
        note = words("who_pays.sources_note", name=name, unit=chart_data.money_unit(words, result, True))
        charts.card(words, sources(words, result, cluster), "sources", words("who_pays.sources_title"), note)
        charts.card(words, foreign(words, result, cluster), "foreign", words("who_pays.foreign_title"), words("who_pays.foreign_note", name=name))
        charts.card(words, by_cluster(words, result), "clusters", words("who_pays.clusters_title"), words("who_pays.clusters_note"))
        with charts.box("published", height="stretch"):
            charts.heading(words("overview.references_title"))
            offered = [definition for definition in DEFINITIONS if ratios_for(definition)]
            chosen = st.selectbox(words("who_pays.compare_by"), offered, format_func=words.line, key="published")
            st.caption(words("overview.references_note"))
            chart = chart_data.reference_clusters(words, result, cluster, chosen)
            charts.show(words, chart, "published", words("overview.references_title"))
    frame.changes()


frame.body("who_pays", page)
