"""Where does a number come from? Any line: its formula, values and sources, what it depends on and what it feeds."""

from __future__ import annotations

from typing import Any

import streamlit as st

from model import charts as chart_data
from model import headline
from model.explanation import LINE, Explanation
from model.language import units
from model.language.errors import InputError
from model.wording import Wording
from ui import charts, frame, state, statements, tables


def look_at(name: str) -> None:
    state.look(line=name)


def figure(words: Wording, value: float, unit: str) -> str:
    """A value of a line with the digits its unit deserves."""
    if unit == "date":
        return words.year(value)
    if unit == "share":
        return words.percent(value, 2)
    return words.number(value, max(2, statements.decimals(unit)))


def by_member(words: Wording, values: dict[str, float], labels: dict[str, str], unit: str) -> list[str]:
    """Values in words, each with its member where there are more."""
    return [f"{labels[member]}: {figure(words, value, unit)}" if labels[member] else figure(words, value, unit) for member, value in values.items()]


def parts(words: Wording, found: Explanation) -> list[list[str]]:
    """What the formula reads: name, kind, value, unit, and meaning or source."""
    rows = []
    for part in found.parts:
        values = by_member(words, part.values, part.labels, part.unit)
        shown = part.words or ("; ".join(values[:12]) + ("; …" if len(values) > 12 else "")) or words("explain.every_year")
        kind = words("explain.line" if part.kind == LINE else "explain.input")
        unit = words.unit(part.unit, found.price_year)
        rows.append([f"{part.label}\n{part.name}", f"{kind}\n{part.when}", shown, unit, " ".join((part.doc, *part.sources))])
    return rows


def page() -> None:
    words = state.w()
    result = state.now().result
    cluster, year = state.view_cluster(), state.session().view["year"]
    names = list(result.lines)
    called = {line: f" · {words(f'headline.{key}_label', year=year)}" for key, line in headline.LINES.items()}
    name = frame.looked_at("line", names, words("explain.which"), lambda each: f"{words.line(each)} ({each}){called.get(each, '')}")
    line = result.lines[name]
    asked: dict[str, Any] = {"cluster": cluster, "year": year if result.is_yearly(name) else None}
    try:
        found = result.explain(name, **asked, language=words.language)
    except InputError as error:
        st.info(words("explain.choose_cluster"), icon=":material/info:")
        for mistake in error.mistakes:
            st.text(words.say(mistake))
        return
    unit = found.unit_in(words)
    total = sum(found.values.values()) if len(found.values) == 1 or found.additive else None
    where = words.of(result.case.clusters[found.cluster]) if found.cluster else words("view.whole")
    when = str(found.year) if found.year else words("explain.life")
    if total is None:
        frame.answer(frame.rich("explain.by_member", name=words.line(name), where=where, when=when, unit=unit))
    else:
        said = [frame.rich("explain.answer", name=words.line(name), where=where, when=when, value=figure(words, total, line.unit), unit=unit)]
        if units.is_money(line.unit) and found.year:
            constant = figure(words, result.value(name, found.cluster, found.year, real=True), line.unit)
            said.append(frame.rich("explain.constant", value=constant, price_year=str(found.price_year)))
        frame.answer(*said)
    by_year = result.is_yearly(name) and not result.dims(name)
    left, right = st.columns([3, 2]) if by_year else (st.container(), None)
    with left, charts.box("formula", height="stretch"):
        charts.heading(words("explain.formula_title"), words("explain.formula_note", place=found.where))
        st.text(found.doc)
        st.code(f"{name} = {found.formula}", language="python", wrap_lines=True)
        if found.with_values:
            st.code(f"= {found.with_values}", language=None, wrap_lines=True)
        if len(found.values) > 1:
            rows = [[found.labels[member], figure(words, value, line.unit)] for member, value in found.values.items()]
            tables.show([words("explain.member"), unit], rows, words.line(name))
    if right:
        with right:
            values = [float(v) for v in result.array(name, cluster)]
            alt = words("alt.line", name=words.line(name), first=words.number(values[0], 2), last=words.number(values[-1], 2))
            chart = chart_data.lines(words, unit, result.years, [(words.line(name), values)], alt)
            charts.card(words, chart, "line", words("explain.years_title"), unit)
    with charts.box("parts"):
        charts.heading(words("explain.parts_title"))
        headers = [words(f"explain.{column}") for column in ("name", "kind", "value", "unit", "meaning")]
        tables.show(headers, parts(words, found), words("explain.parts_title"), wordy=(1, 2, 3, 4))
        onward(words, [part.name for part in found.parts if part.name in result.lines], "reads")
    with charts.box("feeds"):
        charts.heading(words("explain.feeds_title"))
        if found.feeds:
            onward(words, found.feeds, "feeds")
        else:
            st.markdown(words("explain.feeds_nothing"))


def onward(words: Wording, names: list[str], kind: str) -> None:
    """Buttons to the explanation of other lines."""
    with st.container(horizontal=True):
        for name in names:
            st.button(words.line(name), key=f"{kind}_{name}", on_click=look_at, args=(name,), type="tertiary", icon=":material/arrow_forward:")


frame.body("explain", page)
