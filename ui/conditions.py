"""What must be true for a figure to reach an amount: of each assumption alone, and of several together."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

import model
from model.analysis.ranges import Range
from model.case import Case
from model.inputs.definitions import NATION, Definition
from model.inputs.quantities import Quantity
from model.language.errors import InputError
from model.wording import Wording
from ui import charts, levers, state, tables
from ui.chances import AT_ONCE, SEED, Outcome

BOXES = 2
SOONER = 3
"""Years earlier than now: what is asked at first of something that happens in a year."""


@dataclass(frozen=True)
class Goal:
    """A figure and what it must reach. at_most: whether less is better. output: as the analyses want it. last: year of the case."""

    outcome: Outcome
    output: str
    amount: float
    real: bool
    last: int

    @property
    def at_most(self) -> bool:
        return self.outcome.less_is_better

    def say(self, words: Wording, figure: float) -> str:
        """A figure of this kind in words."""
        return self.outcome.say(words, figure, self.last)

    def met(self, figure: float) -> bool:
        """Whether a figure is what is to be reached, or better."""
        return figure <= self.amount if self.at_most else figure >= self.amount


@dataclass(frozen=True)
class Together:
    """In which draws the goal is reached. share: of all draws. reach: of the figure. boxes: limits in words, coverage, density.

    A limit comes with the assumption as it is now, and whether it keeps to that.
    """

    share: float
    reach: tuple[float, float]
    boxes: tuple[tuple[tuple[tuple[str, str], ...], float, float], ...]


@dataclass(frozen=True)
class Needed:
    """What one assumption alone would have to be: a value, of a path a factor; None where none does it. reach: of the figure meanwhile."""

    value: float | None
    is_factor: bool
    reach: tuple[float, float]


@st.cache_data(max_entries=64, show_spinner=False)
def solutions(key: str, _case: Case, by: tuple[str, ...], output: str, amount: float, real: bool) -> list[Needed | None]:
    """For each assumption what reaches the amount, or leaps over it; None where the assumption cannot be moved."""

    def solved(each: str) -> Needed | None:
        try:
            found = model.solve(_case, output, amount, each, real=real, told=lambda done, total: None)
        except InputError:
            return None
        held = [figure for figure in found.figures if figure == figure]
        value = found.value if found.value is not None else min(found.jumps, key=lambda jump: abs(jump - found.present), default=None)
        return Needed(value, found.is_factor, (min(held, default=math.nan), max(held, default=math.nan)))

    needed = []
    for each in by:
        # Reading the session lets a lever that is moved meanwhile end this run.
        state.session()
        needed.append(solved(each))
    return needed


def first_goal(current: state.Now, outcome: Outcome, base: float) -> float:
    """What to reach at first: the target of the assumptions, break-even, or a step beyond what it is now."""
    if outcome.name == "leverage":
        return float(current.case.quantity(NATION, "leverage_target").value)  # type: ignore[arg-type]
    if outcome.is_year:
        return max(base - SOONER, float(current.case.years[0]))
    further = round(base + abs(base) * (-0.1 if outcome.less_is_better else 0.5), outcome.decimals)
    return {"leverage_additional": 1.0, "society_npv": 0.0}.get(outcome.name, further)


def card(words: Wording, current: state.Now, outcome: Outcome, output: str, title: str, unit: str, base: float, real: bool) -> None:
    """Choose what a figure must reach, and see what must be true for that."""
    with charts.box("conditions"):
        charts.heading(words("conditions.title"), words("conditions.note", title=title))
        kept, widget = f"goal_of:{output}", f"goal:{output}:{words.language}"
        if widget not in st.session_state:
            amount = st.session_state.get(kept, first_goal(current, outcome, base))
            st.session_state[widget] = words.year(amount) if outcome.is_year else words.exact(amount)
        label = words("conditions.at_most" if outcome.less_is_better else "conditions.at_least", title=title, unit=unit)
        typed = st.text_input(label, key=widget, width=460)
        try:
            goal = Goal(outcome, output, words.parse(typed), real, current.case.years[-1])
        except InputError as error:
            st.warning("\n\n".join(words.say(mistake) for mistake in error.mistakes), icon=":material/warning:")
            return
        st.session_state[kept] = goal.amount
        if goal.met(base):
            st.text(words("conditions.met", base=goal.say(words, base)))
        alone(words, current, goal, base)
        together(words, current.case, goal)


def alone(words: Wording, current: state.Now, goal: Goal, base: float) -> None:
    """Every lever by itself, once the rest of the page is sent: to find them all takes the model some thousand runs."""
    place = st.empty()
    place.caption(words("conditions.working"))
    state.session().awaited.insert(0, lambda: place.html(table(words, current, goal, base)))


def table(words: Wording, current: state.Now, goal: Goal, base: float) -> str:
    """Every lever: what it is, what its source thinks possible, and what it would have to be by itself, or where that turns."""
    case = current.case
    cluster = state.view_cluster() or (next(iter(case.clusters)) if len(case.clusters) == 1 else None)
    asked = [(".".join((cluster or "*", lever.name, *lever.members))) for lever in levers.CLUSTER_LEVERS]
    asked += [".".join((NATION, lever.name, *lever.members)) for lever in levers.NATION_LEVERS]
    key = f"{case.hash}:{goal.output}:{goal.real}"
    price_year = int(case.quantity(NATION, "price_year").value)  # type: ignore[arg-type]
    rows = []
    for by, found in zip(asked, solutions(key, case, tuple(asked), goal.output, goal.amount, goal.real), strict=True):
        scope, name, *members = by.split(".")
        clusters = [scope] if scope != "*" else list(case.clusters)
        now, start = ([of.quantity(each, name, *members) for each in clusters] for of in (case, current.start))
        definition = case.definition(name)
        label = words.key(".".join((clusters[0], name, *members)), case, cluster=scope != "*")
        rows.append([f"{label} ({words.unit_of(definition, price_year)})", *cells(words, definition, now, start, found, goal)])
    columns = ("assumption", "now", "range", "turns" if goal.met(base) else "needed", "verdict")
    headers = [words(f"conditions.{column}") for column in columns]
    return tables.html_table(headers, rows, words("conditions.alone"), wordy=(1, 2, 3, 4))


def cells(words: Wording, definition: Definition, now: list[Quantity], start: list[Quantity], found: Needed | None, goal: Goal) -> list[str]:
    """Of one lever: its value now, its range in the files, what is needed, and whether that lies in the range."""
    present = {words.value(quantity.value, definition) for quantity in now}
    ranges = {levers.range_text(words, quantity, definition) for quantity in start}
    shown = [" / ".join(sorted(present)), ranges.pop() if len(ranges) == 1 else words("conditions.by_cluster")]
    if found is None:
        return [*shown, "–", words("conditions.not_moved")]
    if found.value is None:
        low, high = (goal.say(words, each) for each in found.reach)
        verdict = "no_effect" if low == high else "always" if all(map(goal.met, found.reach)) else "never"
        return [*shown, "–", words(f"conditions.{verdict}", low=low, high=high)]
    needed = (
        words("conditions.factor", factor=words.exact(float(f"{found.value:.3g}"))) if found.is_factor else rounded(words, found.value, definition)
    )
    return [*shown, needed, words(f"conditions.{verdict_on(start, found)}")]


def rounded(words: Wording, value: float, definition: Definition) -> str:
    """A value with three digits that matter; a year as it is."""
    return words.year(round(value)) if definition.unit == "date" else words.value(float(f"{value:.3g}"), definition)


def verdict_on(quantities: list[Quantity], found: Needed) -> str:
    """Whether what is needed lies within what the sources think possible; without a range that cannot be said."""
    lows, highs = ([q.low for q in quantities], [q.high for q in quantities])
    known = all(isinstance(each, (int, float)) for each in (*lows, *highs))
    if not known or found.is_factor or found.value is None:
        return "no_range"
    within = all(low <= found.value <= high for low, high in zip(lows, highs, strict=True))  # type: ignore[operator]
    return "within" if within else "beyond"


def together(words: Wording, case: Case, goal: Goal) -> None:
    """On request, in which draws of all uncertain assumptions together the goal is reached."""
    asked = (case.hash, goal.output, goal.amount, goal.real)
    st.button(words("conditions.search"), key="conditions_search", icon=":material/search:", on_click=remember, args=(asked,))
    if st.session_state.get("conditions_asked") != asked:
        return
    kept: tuple[Any, Together] | None = st.session_state.get("conditions_found")
    if kept is None or kept[0] != (asked, words.language):
        place = st.empty()
        bar = place.progress(0.0, words("risk.drawing"))

        def report(done: int, total: int) -> None:
            bar.progress(done / total, words("risk.drawing"))

        found = discovered(words, case, goal, report)
        place.empty()
        kept = st.session_state["conditions_found"] = ((asked, words.language), found)
    answer = kept[1]
    if answer.share in (0, 1):
        low, high = (goal.say(words, each) for each in answer.reach)
        st.text(words("conditions.all" if answer.share else "conditions.none", draws=words.number(AT_ONCE), low=low, high=high))
        return
    st.text(words("conditions.share", share=words.percent(answer.share, 1), draws=words.number(AT_ONCE)))
    if not answer.boxes:
        st.text(words("conditions.no_box"))
    for limits, coverage, density in answer.boxes:
        title = words("conditions.box", coverage=words.percent(coverage, 0), density=words.percent(density, 0), share=words.percent(answer.share, 1))
        tables.show([title, words("conditions.now")], limits, title, wordy=(0, 1))


def remember(asked: Any) -> None:
    """What was searched for: shown until the case, the goal or the figure is another."""
    st.session_state["conditions_asked"] = asked


def discovered(words: Wording, case: Case, goal: Goal, told: Callable[[int, int], None]) -> Together:
    """Draw all uncertain assumptions, as elsewhere on the page, and look for limits within which the goal is mostly reached."""
    run = model.monte_carlo(case, AT_ONCE, SEED, [goal.output], real=goal.real, told=told)
    figures = run.numbers(goal.output)
    share = float(np.mean(figures <= goal.amount if goal.at_most else figures >= goal.amount))
    reach = (float(np.nanmin(figures)), float(np.nanmax(figures)))
    if share in (0, 1):
        return Together(share, reach, ())
    sought = {"at_most" if goal.at_most else "at_least": goal.amount}
    found = model.discover(run, goal.output, boxes=BOXES, real=goal.real, **sought)
    ranges = {each.key: each for each, _ in run.spec.varied}
    order = [each.key for each, _ in run.spec.varied]
    boxes = []
    for scenario in found.scenarios:
        limits = []
        for which in scenario.box.restricted:
            each = ranges[order[which]]
            present = each.ends[1]
            for end, kind in ((float(scenario.box.low[which]), "from"), (float(scenario.box.high[which]), "to")):
                if not math.isinf(end):
                    kept = present >= end if kind == "from" else present <= end
                    asked = words(f"conditions.{kind}", label=words.key(each.key, case), value=limit(words, each, end))
                    limits.append((asked, words("conditions.holds" if kept else "conditions.lacks", value=limit(words, each, present))))
        boxes.append((tuple(limits), float(scenario.coverage), float(scenario.density)))
    return Together(share, reach, tuple(boxes))


def limit(words: Wording, each: Range, end: float) -> str:
    """A limit in the visitor's notation; of a path, where it lies between low and high."""
    if each.is_path:
        return words("conditions.position", position=words.percent((end + 1) / 2, 0))
    return rounded(words, end, each.definition)
