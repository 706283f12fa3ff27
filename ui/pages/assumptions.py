"""What is assumed, on what grounds, and what was changed? Every assumption, to search, change, take away and bring back."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from model import charts as chart_data
from model import headline
from model.case import Case
from model.inputs.catalogue import STATUSES, status_of
from model.inputs.definitions import NATION, definitions
from model.inputs.quantities import over_years
from model.language.errors import InputError
from model.wording import LANGUAGES, Wording
from ui import charts, controls, downloads, frame, levers, state, tables, uploads
from ui.paths import shortest
from ui.words import words as words_of

SHOWN_AT_ONCE = 50
EVERYTHING = ""


@dataclass(frozen=True)
class Entry:
    """What of an assumption does not change with its value. text: what a search looks through, in every language."""

    key: str
    scope: str
    label: str
    group: str
    status: str
    text: str


@st.cache_resource(max_entries=16, show_spinner=False)
def index(case_name: str, language: str) -> list[Entry]:
    """All assumptions of a case in one language."""
    case, _ = state.starting_point(case_name)
    words = words_of(language)
    found = []
    for key, quantity in case.quantities().items():
        scope, name, *_ = key.split(".")
        definition = case.definition(name)
        label = words.key(key, case)
        told = ((each.key(key, case), each.of(definition.meaning), each.grounds(quantity)) for each in map(words_of, LANGUAGES))
        text = " ".join((key, quantity.source, *itertools.chain.from_iterable(told))).lower()
        found.append(Entry(key, scope, label, definition.group, status_of(quantity), text))
    return found


def chosen_entries(words: Wording, case: Case, entries: list[Entry], changed: set[str]) -> list[Entry]:
    """The filters, and what they leave."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        sought = st.text_input(words("assumptions.search"), key="search", icon=":material/search:", width=300).strip().lower()
        scopes = [EVERYTHING, NATION, *case.clusters]
        scope = st.selectbox(
            words("assumptions.scope"),
            scopes,
            format_func=lambda s: words("assumptions.all") if not s else words("sidebar.nation") if s == NATION else words.of(case.clusters[s]),
            key="assumptions_scope",
            width=220,
        )
        groups = definitions().groups
        group = st.selectbox(
            words("assumptions.group"),
            [EVERYTHING, *groups],
            format_func=lambda g: words.of(groups[g]) if g else words("assumptions.all"),
            key="assumptions_group",
            width=220,
        )
        status = st.selectbox(
            words("assumptions.status"),
            [EVERYTHING, *STATUSES],
            format_func=lambda s: words(f"status.{s}") if s else words("assumptions.all"),
            key="assumptions_status",
            width=240,
        )
        only_changed = st.toggle(words("assumptions.only_changed"), key="only_changed")
    return [
        entry
        for entry in entries
        if all(part in entry.text for part in sought.split())
        and (not scope or entry.scope == scope)
        and (not group or entry.group == group)
        and (not status or entry.status == status)
        and (not only_changed or entry.key in changed)
    ]


def listed(words: Wording, current: state.Now, entries: list[Entry], changed: set[str]) -> None:
    """A page of assumptions as a table."""
    pages = max(1, -(-len(entries) // SHOWN_AT_ONCE))
    page = 1
    if pages > 1:
        page = st.selectbox(
            words("assumptions.page"),
            range(1, pages + 1),
            format_func=lambda p: words("assumptions.page_of", page=p, pages=pages),
            key="page",
            width=180,
        )
    price_year = int(current.case.quantity(NATION, "price_year").value)  # type: ignore[arg-type]
    quantities, start = current.case.quantities(), current.start.quantities()
    rows = []
    for entry in entries[(page - 1) * SHOWN_AT_ONCE : page * SHOWN_AT_ONCE]:
        quantity, before = quantities[entry.key], start[entry.key]
        definition = current.case.definition(entry.key.split(".")[1])
        both = before.low is not None or before.high is not None
        span = f"{words.value(before.low, definition)} … {words.value(before.high, definition)}" if both else "–"
        remark = "\n" + words("assumptions.was", value=words.value(before.value, definition)) if entry.key in changed else ""
        rows.append(
            [
                f"{entry.label}\n{entry.key}",
                words.value(quantity.value, definition) + remark,
                span,
                words.unit_of(definition, price_year),
                f"{words.of(definition.meaning)}. {words.grounds(before)}",
            ]
        )
    headers = [words(f"assumptions.{name}") for name in ("name", "value", "range", "unit", "why")]
    tables.show(headers, rows, words("assumptions.table"), wordy=(1, 2, 3, 4))


def write_path(widget: str, key: str) -> None:
    """The years of an input were edited: read them, drop what a straight line says already, and apply."""
    case = state.now().case
    definition = case.definition(key.split(".")[1])
    try:
        given = controls.typed(state.w(), st.session_state[widget], definition)
    except InputError as error:
        state.session().about["controls"].append(("notice.not_read", tuple(error.mistakes)))
        return
    controls.apply(key, shortest(given) if isinstance(given, dict) else given)


def editor(words: Wording, current: state.Now, entries: list[Entry]) -> None:
    """One assumption: its value to type, its years where it has them, and the way back."""
    charts.heading(words("assumptions.edit_title"))
    labels = {entry.key: entry.label for entry in entries}
    if st.session_state.get("assumption") not in labels:
        st.session_state["assumption"] = next(iter(labels))
    key = st.selectbox(words("assumptions.which"), list(labels), format_func=lambda k: labels[k], key="assumption")
    quantity, before = current.case.quantity(*key.split(".")), current.start.quantity(*key.split("."))
    definition = current.case.definition(key.split(".")[1])
    price_year = int(current.case.quantity(NATION, "price_year").value)  # type: ignore[arg-type]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        controls.control(key, width=380)
        st.button(
            words("changes.restore"),
            key="restore_edited",
            icon=":material/undo:",
            disabled=quantity.value == before.value,
            on_click=state.restore,
            args=([key],),
        )
    frame.tell(words, state.session().about["controls"])
    st.caption(words("assumptions.allowed", allowed=allowed(words, current, key)))
    st.text(f"{levers.range_text(words, before, definition)}. {words.grounds(before)}")
    if not definition.yearly:
        return
    left, right = st.columns([1, 2])
    years = current.case.years
    factor = levers.factor(definition)
    values = over_years(quantity.value, np.array(years)) * factor
    with left:
        widget = f"years:{key}"
        state.put(widget, "\n".join(f"{year}: {words.exact(float(value), 8)}" for year, value in zip(years, values, strict=True)))
        st.text_area(
            words("assumptions.by_year"), key=widget, height=300, on_change=write_path, args=(widget, key), help=words("assumptions.by_year_help")
        )
    with right:
        first = over_years(before.value, np.array(years)) * factor
        series = [(words("assumptions.now"), [float(v) for v in values]), (words("assumptions.before"), [float(v) for v in first])]
        unit = words.unit_of(definition, price_year)
        alt = words("alt.path", label=labels[key], first=words.exact(float(values[0])), last=words.exact(float(values[-1])))
        charts.show(words, chart_data.lines(words, unit, years, series, alt, decimals=2), "path", labels[key])


def allowed(words: Wording, current: state.Now, key: str) -> str:
    """What may be typed, in the visitor's notation."""
    definition = current.case.definition(key.split(".")[1])
    if definition.kind == "switch":
        return f"{words('switch.on')}, {words('switch.off')}"
    if definition.kind == "choice":
        return ", ".join(words.value(float(position), definition) for position in range(len(definition.choices)))
    text = words("assumptions.between", low=words.value(definition.minimum, definition), high=words.value(definition.maximum, definition))
    if not definition.yearly:
        return text
    low, high, _ = definition.slider or (definition.minimum, definition.maximum, 1.0)
    first = current.case.years[0]
    example = controls.written(words, {first: low, first + 4: high}, definition)
    return f"{text}; {words('assumptions.path_example', example=example)}"


def catalogue_csv(words: Wording, current: state.Now, entries: list[Entry]) -> str:
    """Every assumption of the case as CSV."""
    quantities, start = current.case.quantities(), current.start.quantities()
    rows: list[list[Any]] = []
    for entry in entries:
        quantity, before = quantities[entry.key], start[entry.key]
        definition = current.case.definition(entry.key.split(".")[1])
        plain = [quantity.value, before.value, before.low, before.high]
        shown = ["" if v is None else "; ".join(f"{y}: {n}" for y, n in v.items()) if isinstance(v, dict) else v for v in plain]
        rows.append([entry.key, entry.label, definition.unit, *shown, before.source, entry.status, words.say(before.reason), words.say(before.note)])
    headers = ["key", "label", "unit", "value", "start", "low", "high", "source", "status", "reason", "note"]
    return downloads.csv_text(headers, rows, downloads.remarks(words, current.result, headline.prices(words, current.case, True)))


def files(words: Wording, current: state.Now, entries: list[Entry]) -> None:
    """Take the assumptions away and bring them back."""
    charts.heading(words("assumptions.files_title"))
    result = current.result
    with st.container(horizontal=True):
        downloads.button(
            words,
            words("download.case"),
            downloads.file_name(result, "case", "yaml"),
            "application/yaml",
            lambda: downloads.case_yaml(words, result),
            "case_file",
        )
        name = downloads.file_name(result, "assumptions", "csv")
        downloads.button(words, words("assumptions.csv"), name, "text/csv", lambda: catalogue_csv(words, current, entries), "catalogue_file")
    uploads.uploader(words)


def page() -> None:
    words = state.w()
    current = state.now()
    entries = index(current.case.name, words.language)
    quantities, start = current.case.quantities(), current.start.quantities()
    changed = {key for key in state.session().step.as_dict if quantities[key].value != start[key].value}
    count = Counter(entry.status for entry in entries)
    frame.answer(
        frame.rich(
            "assumptions.answer",
            count=words.number(len(entries)),
            verified=words.number(count["verified"]),
            own=words.number(count["own"]),
            changed=words.number(len(changed)),
        )
    )
    with charts.box("list"):
        charts.heading(words("assumptions.list_title"))
        found = chosen_entries(words, current.case, entries, changed)
        st.caption(words("assumptions.found", count=words.number(len(found))))
        if found:
            listed(words, current, found, changed)
    if found:
        with charts.box("edit"):
            editor(words, current, found)
    with charts.box("files"):
        files(words, current, entries)
    frame.changes()


frame.body("assumptions", page)
