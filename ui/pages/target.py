"""How much closer do the clusters take the country to spending 3 % of GDP on R&D?"""

from __future__ import annotations

import math

import streamlit as st

from model import charts as chart_data
from model.result import Result
from model.wording import Wording
from ui import charts, controls, frame, state

GROSS = ("rd_performed", "rd_in_kind", "induced_rd", "startup_rd")
DEDUCTED = ("rd_already_counted", "rd_shifted", "rd_deadweight")
PERFORMERS = ("#154273", "#107c6d", "#0997f5", "#8a5a00", chart_data.DARK)
FUNDERS = ("#ec6906", "#154273", "#a039b6", chart_data.DARK, "#8a5a00")


def gross_to_net(words: Wording, result: Result, year: int, real: bool) -> chart_data.Chart:
    """From all R&D connected with the clusters to what would not be there without them, in one year."""
    steps = [(words(f"target.{name}"), result.value(name, year=year, real=real)) for name in GROSS]
    steps += [(words(f"target.{name}"), -result.value(name, year=year, real=real)) for name in DEDUCTED]
    net = result.value("rd_net_addition", year=year, real=real)
    unit = chart_data.money_unit(words, result, real)
    gross = result.value("rd_gross_addition", year=year, real=real)
    alt = words("alt.gross_to_net", year=year, gross=words.number(gross), net=words.number(net), unit=unit)
    return charts.waterfall(words, unit, [step for step in steps if abs(step[1]) >= 0.05], words("target.net_short"), alt)


def gap(words: Wording, result: Result) -> chart_data.Chart:
    """What is missing to the target, and what the clusters add, gross and net."""
    series = [
        (words("target.gap"), [float(v) for v in result.array("rd_gap")]),
        (words("target.gross"), [float(v) for v in result.array("rd_added_gross")]),
        (words("target.net"), [float(v) for v in result.array("rd_added_net")]),
    ]
    ends = ", ".join(f"{label} {words.number(values[-1], 1)}" for label, values in series)
    alt = words("alt.gap", last=result.years[-1], ends=ends)
    colours = (chart_data.TARGET, "#0997f5", chart_data.ACCENT)
    return chart_data.lines(words, words("unit.EUR bn"), result.years, series, alt, colours=colours, decimals=2)


def baseline_by(words: Wording, result: Result, name: str, dimension: str, colours: tuple[str, ...]) -> chart_data.Chart:
    """R&D without the clusters by who does it, or by who pays."""
    array = result.array(name)
    members = result.case.dimensions[dimension]
    series = [
        (words.of(label), colours[position % len(colours)], [float(v) for v in array[:, position]]) for position, label in enumerate(members.values())
    ]
    total = sum(values[-1] for _, _, values in series)
    parts = ", ".join(f"{label} {words.percent(values[-1] / total, 0)}" for label, _, values in series)
    alt = words("alt.baseline_by", last=result.years[-1], total=words.number(total, 1), parts=parts)
    return chart_data.stacked(words, words("unit.EUR bn"), result.years, series, alt, decimals=1)


def needed(words: Wording, result: Result) -> chart_data.Chart:
    """How many clusters of the case's average would close the gap, by year."""
    count = [float(v) for v in result.array("clusters_needed")]
    known = [value for value in count if not math.isnan(value)]
    alt = words("alt.needed", lowest=words.number(min(known)) if known else "–", last=result.years[-1], end=words.number(count[-1]))
    return chart_data.lines(words, words("target.needed_unit"), result.years, [(words.line("clusters_needed"), count)], alt, decimals=0)


def page() -> None:
    words = state.w()
    result = state.now().result
    view = state.session().view
    year, real = view["year"], view["real"]
    missing = result.value("rd_gap", year=year, real=real)
    closed = result.value("share_of_gap_closed", year=year)
    share = result.value("rd_gap", year=year) / result.value("gdp", year=year)
    points = words.number(share * 100, 2)
    first = (
        frame.rich("target.answer", year=str(year), gap=words.money(missing * 1000, 1), points=points, prices=frame.shown_prices())
        if missing > 0
        else frame.rich("target.no_gap", year=str(year))
    )
    net, gross = (words.money(result.value(name, year=year, real=real)) for name in ("rd_net_addition", "rd_gross_addition"))
    count = result.value("clusters_needed", year=year)
    second = frame.rich("target.closes", net=net, gross=gross, share=words.percent(closed, 1))
    third = frame.rich("target.needed", count=words.number(count)) if not math.isnan(count) else ""
    frame.answer(first, second, third, frame.rich("target.caution"))
    with charts.box("controls"):
        charts.heading(words("target.controls_title"))
        with st.container(horizontal=True, vertical_alignment="bottom"):
            controls.control("nation.rd_baseline_mode", width=260)
            controls.control("nation.anchor_year", width=220)
            controls.control("nation.anchor_rd_share", width=260)
            controls.control("nation.anchor_leaves")
        frame.tell(words, state.session().about["controls"])
    with charts.pairs():
        charts.card(words, chart_data.rd_intensity(words, result), "rd", words("overview.rd_title"), frame.rd_note())
        charts.card(words, gap(words, result), "gap", words("target.gap_title"), words("target.gap_note"))
        chart = gross_to_net(words, result, year, real)
        note = words("target.bridge_note", year=year, unit=chart_data.money_unit(words, result, real))
        charts.card(words, chart, "bridge", words("target.bridge_title"), note)
        charts.card(words, needed(words, result), "needed", words("target.needed_title"), words("target.needed_note"))
        chart = baseline_by(words, result, "rd_baseline_by_performer", "performer", PERFORMERS)
        charts.card(words, chart, "performers", words("target.performers_title"), words("target.baseline_note"))
        chart = baseline_by(words, result, "rd_baseline_by_funder", "funder", FUNDERS)
        charts.card(words, chart, "funders", words("target.funders_title"), words("target.baseline_note"))
    frame.changes()


frame.body("target", page)
