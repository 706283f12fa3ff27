"""How sure are we, and which assumption matters most?"""

from __future__ import annotations

import numpy as np
import streamlit as st

import model
from model import charts as chart_data
from model.case import Case
from model.inputs.definitions import NATION
from model.wording import Wording
from ui import chances, charts, conditions, frame, levers, state
from ui.chances import OUTCOMES, Outcome

SHOWN = 12
STEPS, MOST_STEPS = 9, 12


@st.cache_data(max_entries=64, show_spinner=False)
def ranking(key: str, _case: Case, output: str, real: bool) -> tuple[float, list[tuple[str, str, str, float, float]]]:
    """Base outcome, and per assumption its key, low and high in words, and the outcome at either; widest swing first."""
    found = model.tornado(_case, output, real=real)
    rows = found[["key", "low", "high", "at_low", "at_high"]].itertuples(index=False, name=None)
    return float(found.attrs["base"]), [tuple(row) for row in rows]  # type: ignore[misc]


@st.cache_data(max_entries=64, show_spinner=False)
def grid(
    key: str, _case: Case, first: tuple[str, tuple[float, ...]], second: tuple[str, tuple[float, ...]], output: str, real: bool
) -> list[list[float]]:
    """The outcome for every pair of values: by value of the second, then of the first."""
    return model.analysis.two_way(_case, second, first, output, real=real).to_numpy(dtype=float).tolist()


def outcome_title(words: Wording, outcome: Outcome, year: int) -> str:
    return f"{words.line(outcome.name)}, {year}" if outcome.at_year else words.line(outcome.name)


def outcome_unit(words: Wording, case: Case, outcome: Outcome, real: bool) -> str:
    unit = case.lines[outcome.name].unit
    if unit == "EUR m":
        return chart_data.money_unit(words, state.now().result, real)
    return words.unit(unit, int(case.quantity(NATION, "price_year").value))  # type: ignore[arg-type]


def tornado_card(words: Wording, current: state.Now, outcome: Outcome, output: str, title: str, unit: str, real: bool) -> None:
    base, rows = ranking(f"{current.case.hash}:{state.session().language}", current.case, output, real)
    shown = [(words.key(key, current.case), at_low, at_high) for key, _, _, at_low, at_high in rows[:SHOWN]]
    first = shown[0]
    places = outcome.decimals
    alt = words(
        "alt.tornado", name=first[0], low=words.number(first[1], places), high=words.number(first[2], places), base=words.number(base, places)
    )
    note = words("risk.tornado_note", title=title, count=words.number(len(rows)), shown=len(shown))
    charts.card(words, charts.tornado(words, unit, shown, base, alt, places), "tornado", words("risk.tornado_title"), note)


def values_of(case: Case, key: str) -> tuple[float, ...]:
    """Values to try of an assumption: its slider, in equal steps."""
    definition = case.definition(key.split(".")[1])
    low, high, _ = definition.slider or (definition.minimum, definition.maximum, 1.0)
    if definition.kind == "whole" and high - low <= MOST_STEPS:
        return tuple(float(v) for v in range(round(low), round(high) + 1))
    if definition.kind == "whole":
        return tuple(float(v) for v in np.unique(np.rint(np.linspace(low, high, STEPS))))
    return tuple(round(float(v), 6) for v in np.linspace(low, high, STEPS))


def heat_card(words: Wording, current: state.Now, outcome: Outcome, output: str, title: str, unit: str, real: bool) -> None:
    """Two assumptions against each other."""
    case = current.case
    clusters = [state.view_cluster()] if state.view_cluster() else list(case.clusters)
    offered = [key for lever in levers.CLUSTER_LEVERS for key in lever.keys([c for c in clusters if c], "cluster")]
    offered += [key for lever in levers.NATION_LEVERS for key in lever.keys([], NATION)]
    with charts.box("heat"):
        charts.heading(words("risk.heat_title"))
        with st.container(horizontal=True):
            first_demand = next(position for position, key in enumerate(offered) if ".demand_factor" in key)
            across = st.selectbox(
                words("risk.across"), offered, index=first_demand, format_func=lambda k: words.key(k, case), key="heat_across", width=340
            )
            rest = [key for key in offered if key != across]
            down = st.selectbox(words("risk.down"), rest, format_func=lambda k: words.key(k, case), key="heat_down", width=340)
        first, second = values_of(case, across), values_of(case, down)
        values = grid(f"{case.hash}", case, (across, first), (down, second), output, real)
        price_year = int(case.quantity(NATION, "price_year").value)  # type: ignore[arg-type]
        labels = []
        for key, tried in ((across, first), (down, second)):
            definition = case.definition(key.split(".")[1])
            title_of = f"{words.key(key, case)} ({words.unit_of(definition, price_year)})"
            labels.append((title_of, [words.exact(round(v * levers.factor(definition), 4)) for v in tried]))
        known = [value for row in values for value in row if value == value]
        places = outcome.decimals
        lowest, highest = words.number(min(known), places), words.number(max(known), places)
        alt = words("alt.heat", low=lowest, high=highest, across=labels[0][0], down=labels[1][0])
        st.caption(words("risk.heat_note", title=title, unit=unit))
        charts.show(words, charts.heat_map(words, unit, labels[0], labels[1], values, alt, places), "heat", words("risk.heat_title"))


def page() -> None:
    words = state.w()
    current = state.now()
    year, real, cluster = state.session().view["year"], state.session().view["real"], state.view_cluster()
    offered = {outcome.name: outcome for outcome in OUTCOMES}
    name = frame.looked_at("outcome", list(offered), words("risk.outcome"), lambda each: outcome_title(words, offered[each], year), 460)
    outcome = offered[name]
    output = outcome.asked(cluster, year)
    title, unit = outcome_title(words, outcome, year), outcome_unit(words, current.case, outcome, real)
    base, rows = ranking(f"{current.case.hash}:{state.session().language}", current.case, output, real)
    key, _, _, at_low, at_high = rows[0]
    places = outcome.decimals
    frame.answer(
        frame.rich(
            "risk.answer",
            title=title,
            name=words.key(key, current.case),
            at_low=words.number(at_low, places),
            at_high=words.number(at_high, places),
            base=words.number(base, places),
            unit=unit,
        )
    )
    tornado_card(words, current, outcome, output, title, unit, real)
    chances.card(words, current, cluster, year, real)
    heat_card(words, current, outcome, output, title, unit, real)
    conditions.card(words, current, outcome, output, title, unit, base, real)
    frame.changes()


frame.body("risk", page)
