"""How do cases differ, and which changes cause it?"""

from __future__ import annotations

import math

import streamlit as st

from model import charts as chart_data
from model import headline
from model.analysis.comparison import Comparison
from model.inputs.definitions import NATION, definitions
from model.language.errors import InputError
from model.token import Scenario, decode
from model.wording import Wording
from ui import charts, frame, saved, state, tables
from ui.sides import Side, comparison_of, sides

MOST_APART = 6
"""So many changes are shown one by one; more are taken together by group."""


def number(words: Wording, value: float, unit: str, *, sign: bool = False) -> str:
    """A headline figure, or a difference of two."""
    if unit == "date":
        return words.number(value, 0, sign=True) if sign else words.year(value)
    return words.number(value, 2 if unit == "ratio" else 1, sign=sign)


def table(words: Wording, given: list[Side], comparison: Comparison, cluster: str | None, year: int, price_year: int) -> None:
    """What the state pays in the year that is looked at, the headline figures of every side, and the difference from the first."""
    in_year = [side.result.value("national_public_cash", cluster, year, real=True) if year in side.result.years else math.nan for side in given]
    figures = [(words("compare.in_year", year=year), "EUR m real", in_year)]
    figures += [
        (words.of(figure.label), figure.unit, [comparison.values[name][figure.output] for name in comparison.names])
        for figure in comparison.headlines
    ]
    rows = []
    for label, unit, values in figures:
        cells = [number(words, value, unit) for value in values]
        cells += [number(words, value - values[0], unit, sign=True) for value in values[1:]]
        rows.append([label, words.unit(unit, price_year), *cells])
    headers = [words("compare.figure"), words("compare.unit"), *(side.name for side in given)]
    headers += [words("compare.difference", name=side.name) for side in given[1:]]
    tables.show(headers, rows, words("compare.table_title"), wordy=(1,))


def overlay(words: Wording, given: list[Side], line: str, cluster: str | None, unit: str, real: bool, decimals: int) -> chart_data.Chart:
    """One line of every side over the years that all of them have."""
    years = sorted(set.intersection(*(set(side.result.years) for side in given)))
    series = []
    for side in given:
        values = dict(zip(side.result.years, side.result.array(line, cluster, real), strict=True))
        series.append((side.name, [float(values[year]) for year in years]))
    ends = ", ".join(f"{name} {words.number(values[-1], decimals)}" for name, values in series)
    alt = words("alt.overlay", line=words.line(line), last=years[-1], ends=ends)
    return chart_data.lines(words, unit, years, series, alt, decimals=decimals)


def bridge(words: Wording, comparison: Comparison, given: list[Side], price_year: int) -> None:
    """Which groups of changes make the difference of one figure."""
    charts.heading(words("compare.bridge_title"))
    labels = {figure.output: words.of(figure.label) for figure in comparison.headlines}
    units = {figure.output: figure.unit for figure in comparison.headlines}
    with st.container(horizontal=True):
        output = st.selectbox(words("compare.figure"), list(labels), format_func=lambda o: labels[o], key="bridge_output", width=380)
        position = 1
        if len(given) > 2:
            position = st.selectbox(
                words("compare.to"), range(1, len(given)), format_func=lambda p: given[p].name, index=len(given) - 2, key="bridge_to", width=380
            )
    by = "input" if len(comparison.changes(comparison.names[position])) <= MOST_APART else "group"
    try:
        frame_of = comparison.bridge(output, comparison.names[position], by=by)
    except InputError:
        st.info(words("compare.no_bridge"), icon=":material/info:")
        return
    told = frame_of.attrs
    steps = [
        (words.of(comparison.label(group)), float(amount))
        for group, amount in zip(frame_of["group"], frame_of["contribution"], strict=True)
        if abs(amount) > 1e-9
    ]
    if not steps:
        st.markdown(words("compare.same"))
        return
    unit = words.unit(units[output], price_year)
    start, end = float(told["start"]), float(told["end"])
    by_year = units[output] == "date"
    places = 1 if by_year else 2 if units[output] == "ratio" else 0
    floor = min(start, end) - max(2.0, 0.4 * abs(end - start)) if by_year else 0.0
    alt = words("alt.bridge", start=number(words, start, units[output]), end=number(words, end, units[output]), first=steps[0][0])
    kinds = (words("compare.more"), words("compare.less"), words("compare.level"))
    chart = charts.waterfall(
        words,
        unit,
        steps,
        given[position].name,
        alt,
        opening=(given[0].name, start),
        decimals=places,
        floor=floor,
        kinds=kinds,
    )
    how = "compare.bridge_note_input" if by == "input" else "compare.bridge_note_group"
    frame.note(words(how, first=given[0].name, second=given[position].name))
    charts.show(words, chart, "bridge", words("compare.bridge_title"))


def differences(words: Wording, comparison: Comparison, given: list[Side], price_year: int) -> None:
    """Every assumption that differs from the first side."""
    charts.heading(words("compare.assumptions_title"))
    keys: dict[str, None] = {}
    for name in comparison.names[1:]:
        keys |= dict.fromkeys(comparison.changes(name)["key"])
    rows = []
    for key in keys:
        definition = definitions().inputs[key.split(".")[1]]
        cells = []
        for side in given:
            quantity = side.case.quantities().get(key)
            cells.append(words.value(quantity.value, definition) if quantity else "–")
        labelled = next(side.case for side in given if key in side.case.quantities())
        rows.append([words.key(key, labelled), words.unit_of(definition, price_year), *cells])
    if not rows:
        st.markdown(words("compare.no_differences"))
        return
    headers = [words("assumptions.name"), words("compare.unit"), *(side.name for side in given)]
    tables.show(headers, rows[:200], words("compare.assumptions_title"), wordy=(1,))


def pin_case() -> None:
    state.pin(Scenario(st.session_state["beside"]))


def pin_current() -> None:
    kept = state.session()
    name = st.session_state.get("pin_name", "").strip()
    state.pin(Scenario(kept.step.case, kept.step.as_dict, name=name))


def pin_link() -> None:
    """A pasted link: its scenario is put beside."""
    given = st.session_state["pasted"].strip()
    if not given:
        return
    token = given.split("s=", 1)[1].split("&", 1)[0] if "s=" in given else given
    try:
        state.pin(decode(token))
    except InputError as error:
        state.session().notices.append(("notice.bad_link", tuple(error.mistakes)))


def choose(words: Wording) -> None:
    """What stands beside: another case, the current one as it is now, or a link."""
    kept = state.session()
    charts.heading(words("compare.choose_title"))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        titles = {name: words.of(title) for name, title in state.titles().items()}
        names = [*state.OFFERED, *(name for name in titles if name not in state.OFFERED)]
        st.selectbox(words("compare.another"), names, index=1, format_func=lambda n: titles[n], key="beside", width=260)
        st.button(words("compare.add"), key="add_case", icon=":material/add:", on_click=pin_case)
        st.text_input(words("compare.name"), key="pin_name", max_chars=60, width=220)
        st.button(words("compare.add_current"), key="add_current", icon=":material/push_pin:", on_click=pin_current)
    st.text_input(words("compare.paste"), key="pasted", on_change=pin_link)
    for position, other in enumerate(kept.pinned):
        with st.container(horizontal=True, vertical_alignment="center"):
            label = other.name or titles.get(other.case, other.case)
            st.text(words("compare.pinned", name=label, count=other.moves) if other.changes else label, width="content")
            st.button(words("compare.open"), key=f"open_{position}", type="tertiary", on_click=state.take, args=(other,))
            st.button(words("compare.remove"), key=f"remove_{position}", type="tertiary", on_click=state.unpin, args=(position,))


def page() -> None:
    words = state.w()
    current = state.now()
    price_year = int(current.case.quantity(NATION, "price_year").value)  # type: ignore[arg-type]
    given = sides(words, current)
    asked = state.view_cluster()
    cluster = asked if all(asked in side.case.clusters for side in given) else None
    whose = words.of(current.case.clusters[cluster]) if cluster else words("compare.whole")
    if len(given) > 1:
        comparison = comparison_of(tuple(side.case.hash for side in given), tuple(side.case for side in given), cluster)
        leverage = f"{cluster}.leverage" if cluster else "leverage"
        first, last = (comparison.values[comparison.names[position]][leverage] for position in (0, -1))
        frame.answer(
            frame.rich(
                "compare.answer_cluster" if cluster else "compare.answer",
                cluster=whose,
                first=given[0].name,
                last=given[-1].name,
                before=words.number(first, 2),
                after=words.number(last, 2),
                difference=words.number(last - first, 2, sign=True),
            )
        )
    else:
        frame.answer(frame.rich("compare.alone"))
    for side in given:
        if side.case is not current.case:
            for text in headline.delays(words, side.case):
                st.info(f"{side.name}. {text}".replace("$", "\\$"), icon=":material/info:")
    if asked and not cluster:
        frame.note(words("compare.not_everywhere", cluster=words.of(current.case.clusters[asked])))
    with charts.box("choose"):
        choose(words)
    if len(given) > 1:
        with charts.box("figures"):
            charts.heading(words("compare.table_title"), words("compare.table_note", whose=whose, prices=words("prices.real", price_year=price_year)))
            table(words, given, comparison, cluster, state.session().view["year"], price_year)
        left, right = st.columns(2)
        with left:
            chart = overlay(words, given, "leverage_to_date", cluster, words("chart.private_per_public"), False, 2)
            charts.card(words, chart, "leverage", words("compare.leverage_title"), words("compare.leverage_note", whose=whose))
        with right:
            unit = chart_data.money_unit(words, current.result, True)
            chart = overlay(words, given, "national_public_cash", cluster, unit, True, 0)
            charts.card(words, chart, "state", words("compare.state_title"), whose)
        with charts.box("bridge"):
            bridge(words, comparison, given, price_year)
        with charts.box("differences"):
            differences(words, comparison, given, price_year)
    with charts.box("saved"):
        saved.cases()
    frame.changes()


frame.body("compare", page)
