"""Cases that stand side by side: the starting point, what was put beside it, and the current case."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

import model
from model.analysis.comparison import Comparison
from model.case import Case
from model.result import Result
from model.wording import Wording
from ui import state

MOST = 4


@dataclass(frozen=True)
class Side:
    """One of the cases that stand side by side."""

    name: str
    case: Case
    result: Result


@st.cache_resource(max_entries=32, show_spinner=False)
def result_of(key: str, _case: Case) -> Result:
    return _case.run()


@st.cache_resource(max_entries=16, show_spinner=False)
def comparison_of(keys: tuple[str, ...], _cases: tuple[Case, ...], cluster: str | None) -> Comparison:
    return model.compare(*_cases, cluster=cluster)


def sides(words: Wording, current: state.Now) -> list[Side]:
    """The starting point, what stands beside, and the current case where it is another, each once; at most four."""
    title = words.of(current.start.title)
    changed = current.case.hash != current.start.hash
    found = {current.start.hash: Side(words("compare.start", name=title) if changed else title, current.start, current.start_result)}
    for other in state.session().pinned:
        case = state.opened_here(other).case
        if case.hash not in (current.start.hash, current.case.hash):
            found[case.hash] = Side(other.name or words.of(case.title), case, result_of(case.hash, case))
    if changed:
        found[current.case.hash] = Side(words("compare.changed", name=title), current.case, current.result)
    return distinct(list(found.values())[-MOST:])


def distinct(given: list[Side]) -> list[Side]:
    """Names with a number behind those that stand twice: charts tell sides apart by name."""
    seen: dict[str, int] = {}
    named = []
    for side in given:
        seen[side.name] = seen.get(side.name, 0) + 1
        named.append(side if seen[side.name] == 1 else Side(f"{side.name} ({seen[side.name]})", side.case, side.result))
    return named
