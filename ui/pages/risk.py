"""How sure are we, and which assumption matters most?"""

from __future__ import annotations

import math
from collections.abc import Callable

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
def ranking(key: str, _case: Case, output: str, real: bool, never: float) -> tuple[float, list[tuple[str, float, float]]]:
    """Base outcome, and per assumption its key and the outcome at its low and high; widest swing first.

    never: stands in where an outcome is blank, so that what keeps something from happening at all counts for most.
    """
    found = model.tornado(_case, output, real=real)
    points = np.stack([np.full(len(found), found.attrs["base"]), found["at_low"], found["at_high"]])
    points = np.where(np.isnan(points), never, points)
    order = np.argsort(np.fmin.reduce(points) - np.fmax.reduce(points), kind="stable")
    return float(points[0, 0]), [(str(found["key"][place]), float(points[1, place]), float(points[2, place])) for place in order]


@st.cache_data(max_entries=64, show_spinner=False)
def grid(
    key: str, _case: Case, first: tuple[str, tuple[float, ...]], second: tuple[str, tuple[float, ...]], output: str, real: bool, never: float
) -> list[list[float]]:
    """The outcome for every pair of values: by value of the second, then of the first. never: as in `ranking`."""
    found = model.analysis.two_way(_case, second, first, output, real=real).to_numpy(dtype=float)
    return np.where(np.isnan(found), never, found).tolist()  # type: ignore[no-any-return]


def never_of(case: Case, outcome: Outcome) -> float:
    """What stands in where an outcome is blank: of a year that does not come, the first one after the case; of anything else nothing."""
    return case.years[-1] + 1.0 if outcome.is_year else math.nan


def outcome_title(words: Wording, outcome: Outcome, year: int) -> str:
    return f"{words.line(outcome.name)}, {year}" if outcome.at_year else words.line(outcome.name)


def outcome_unit(words: Wording, case: Case, outcome: Outcome, real: bool) -> str:
    unit = case.lines[outcome.name].unit
    if unit == "EUR m":
        return chart_data.money_unit(words, state.now().result, real)
    return words.unit(unit, int(case.quantity(NATION, "price_year").value))  # type: ignore[arg-type]


def teller(words: Wording, case: Case, outcome: Outcome) -> Callable[[float], str]:
    """How an outcome of a case is said."""
    return lambda value: outcome.say(words, value, case.years[-1])


def labels_of(words: Wording, case: Case, keys: list[str]) -> list[str]:
    """Names of assumptions, without the cluster that is looked at anyway where they stay apart: long ones are cut off."""
    lead = f"{state.view_cluster()}."
    short = [words.key(key, case, cluster=not key.startswith(lead)) for key in keys]
    return short if len(set(short)) == len(keys) else [words.key(key, case) for key in keys]


def tornado_card(words: Wording, current: state.Now, outcome: Outcome, output: str, title: str, unit: str, real: bool) -> None:
    never = never_of(current.case, outcome)
    base, rows = ranking(current.case.hash, current.case, output, real, never)
    moving = [row for row in rows[:SHOWN] if row[1:] != (base, base)] or rows[:1]
    labels = labels_of(words, current.case, [key for key, *_ in moving])
    shown = [(label, at_low, at_high) for label, (_, at_low, at_high) in zip(labels, moving, strict=True)]
    first = shown[0]
    say = teller(words, current.case, outcome)
    alt = words("alt.tornado", name=first[0], low=say(first[1]), high=say(first[2]), base=say(base))
    note = words("risk.tornado_note", title=title, count=words.number(len(rows)), shown=len(shown))
    if never in (base, *(end for _, *ends in shown for end in ends)):
        note = " ".join((note, words("risk.never_note", year=words.year(never))))
    charts.card(words, charts.tornado(words, unit, shown, base, alt, outcome.format, say), "tornado", words("risk.tornado_title"), note)


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
        values = grid(case.hash, case, (across, first), (down, second), output, real, never_of(case, outcome))
        price_year = int(case.quantity(NATION, "price_year").value)  # type: ignore[arg-type]
        labels = []
        for key, tried in ((across, first), (down, second)):
            definition = case.definition(key.split(".")[1])
            title_of = f"{words.key(key, case)} ({words.unit_of(definition, price_year)})"
            labels.append((title_of, [words.exact(round(v * levers.factor(definition), 4)) for v in tried]))
        known = [value for row in values for value in row if value == value]
        say = teller(words, case, outcome)
        alt = words("alt.heat", low=say(min(known)), high=say(max(known)), across=labels[0][0], down=labels[1][0])
        st.caption(words("risk.heat_note", title=title, unit=unit))
        charts.show(words, charts.heat_map(words, unit, labels[0], labels[1], values, alt, say), "heat", words("risk.heat_title"))


def page() -> None:
    words = state.w()
    current = state.now()
    year, real, cluster = state.session().view["year"], state.session().view["real"], state.view_cluster()
    offered = {outcome.name: outcome for outcome in OUTCOMES}
    name = frame.looked_at("outcome", list(offered), words("risk.outcome"), lambda each: outcome_title(words, offered[each], year), 460)
    outcome = offered[name]
    output = outcome.asked(cluster, year)
    title, unit = outcome_title(words, outcome, year), outcome_unit(words, current.case, outcome, real)
    base, rows = ranking(current.case.hash, current.case, output, real, never_of(current.case, outcome))
    if math.isnan(base):
        st.info(words("risk.no_value", title=title), icon=":material/info:")
        frame.changes()
        return
    key, at_low, at_high = rows[0]
    say = teller(words, current.case, outcome)
    frame.answer(
        frame.rich(
            "risk.answer_year" if outcome.is_year else "risk.answer",
            title=title,
            name=words.key(key, current.case),
            at_low=say(at_low),
            at_high=say(at_high),
            base=say(base),
            unit=unit,
        )
    )
    tornado_card(words, current, outcome, output, title, unit, real)
    chances.card(words, current, cluster, year, real)
    heat_card(words, current, outcome, output, title, unit, real)
    conditions.card(words, current, outcome, output, title, unit, base, real)
    frame.changes()


frame.body("risk", page)
