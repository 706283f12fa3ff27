"""How is this computed, and what can it not say?"""

from __future__ import annotations

import html
from collections import Counter

import streamlit as st

from model.inputs.definitions import OWN, sources
from model.lines import LINES, THEMES
from model.reproduce import snippet
from model.wording import Wording
from ui import charts, frame, state, tables

LIMITS = 8
STEPS = 5


def source_list(words: Wording, used: Counter[str]) -> None:
    """Every source that the case rests on, with its status, most used first."""
    rows = []
    for name, count in used.most_common():
        if name in sources():
            source = sources()[name]
            title, publisher, status = words.say(source.title), words.say(source.publisher), words(f"status.{source.standing()}")
            rows.append([title, publisher, str(source.year or "–"), status, words.number(count), source.url or "–"])
    headers = [words(f"method.{column}") for column in ("source", "publisher", "year", "status", "used", "address")]
    tables.show(headers, rows, words("method.sources_title"), wordy=(1, 3), links=(5,))


def page() -> None:
    words = state.w()
    current = state.now()
    view = state.session().view
    used = Counter(quantity.source for quantity in current.case.quantities().values())
    frame.answer(
        frame.rich(
            "method.answer",
            lines=words.number(len(LINES)),
            themes=words.number(len(THEMES)),
            inputs=words.number(sum(used.values())),
            sources=words.number(len([name for name in used if name in sources()])),
            own=words.percent(used[OWN] / sum(used.values()), 0),
        )
    )
    with charts.box("limits"):
        charts.heading(words("method.limits_title"))
        items = "".join(f"<li>{html.escape(words(f'method.limit_{number}'))}</li>" for number in range(1, LIMITS + 1))
        st.html(f'<ul class="prose">{items}</ul>')
    with charts.box("how"):
        charts.heading(words("method.how_title"))
        items = "".join(f"<li>{html.escape(words(f'method.how_{number}'))}</li>" for number in range(1, STEPS + 1))
        st.html(f'<ol class="prose">{items}</ol>')
    with charts.box("python"):
        charts.heading(words("method.python_title"), words("method.python_note"))
        st.code(snippet(current.case, state.view_cluster(), view["year"], view["real"]), language="python", wrap_lines=True)
    with charts.box("sources"):
        charts.heading(words("method.sources_title"), words("method.sources_note"))
        source_list(words, used)
    with charts.box("access"):
        charts.heading(words("method.access_title"))
        st.markdown(words("method.access"))


frame.body("method", page)
