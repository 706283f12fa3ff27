"""A control for any single input: a switch, a choice, or an exact number read in the visitor's own notation."""

from __future__ import annotations

from typing import Any

import streamlit as st

from model.inputs.definitions import NATION, Definition
from model.inputs.quantities import Value
from model.language.errors import InputError
from model.wording import Wording
from ui import levers, state


def typed(words: Wording, text: str, definition: Definition) -> Value:
    """What was typed as a value of an input: a number, or a path such as '2026: 4; 2030: 16'. Raises InputError with every mistake."""
    factor = levers.factor(definition)
    if ":" not in text:
        return words.parse(text) / factor
    path: dict[int, float] = {}
    mistakes = []
    for part in text.replace("\n", ";").split(";"):
        if not part.strip():
            continue
        year, _, number = part.partition(":")
        if not year.strip().isdecimal():
            mistakes.append(words("parse.no_year", typed=year.strip()))
            continue
        if int(year) in path:
            mistakes.append(words("parse.year_twice", year=int(year)))
            continue
        try:
            path[int(year)] = words.parse(number) / factor
        except InputError as error:
            mistakes += error.mistakes
    if mistakes:
        raise InputError(mistakes)
    return path


def written(words: Wording, value: Value, definition: Definition) -> str:
    """A value as it can be typed again."""
    if isinstance(value, dict):
        return "; ".join(f"{year}: {written(words, number, definition)}" for year, number in sorted(value.items()))
    return words.year(value) if definition.unit == "date" else words.exact(value * levers.factor(definition), 10)


def outside(words: Wording, value: Any, definition: Definition) -> tuple[str, ...]:
    """What the input does not allow of a value, said as it was typed: percent for shares, in the visitor's notation."""
    if definition.kind not in ("number", "whole"):
        return ()
    low, high = (words.value(bound, definition) for bound in (definition.minimum, definition.maximum))
    told = []
    for number in value.values() if isinstance(value, dict) else [value]:
        if not definition.minimum <= number <= definition.maximum:
            told.append(words("parse.outside", typed=words.value(number, definition), low=low, high=high))
        elif definition.kind == "whole" and number != int(number):
            told.append(words("parse.not_whole", typed=words.value(number, definition)))
    return tuple(told)


def apply(key: str, value: Any) -> bool:
    """Change one input; a refusal is told on the page."""
    refused = outside(state.w(), value, state.now().case.definition(key.split(".")[1]))
    if refused:
        state.session().about["controls"].append(("notice.refused", refused))
        return False
    try:
        state.change({key: value})
    except InputError as error:
        state.session().about["controls"].append(("notice.refused", tuple(error.mistakes)))
        return False
    return True


def taken(widget: str, key: str, definition: Definition) -> None:
    """A control was used: give its input the new value."""
    given = st.session_state[widget]
    if definition.kind in ("number", "whole"):
        try:
            given = typed(state.w(), given, definition)
        except InputError as error:
            state.session().about["controls"].append(("notice.not_read", tuple(error.mistakes)))
            return
    if given is not None:
        apply(key, given)


def control(key: str, *, width: Any = "stretch", label: str | None = None, hidden: bool = False) -> None:
    """The control of an input, showing its value; help holds meaning, range and source."""
    words = state.w()
    current = state.now()
    definition = current.case.definition(key.split(".")[1])
    quantity = current.case.quantity(*key.split("."))
    start = current.start.quantity(*key.split("."))
    price_year = int(current.case.quantity(NATION, "price_year").value)  # type: ignore[arg-type]
    text = label or words.key(key, current.case)
    widget = f"input:{key}"
    common: dict[str, Any] = {
        "key": widget,
        "on_change": taken,
        "args": (widget, key, definition),
        "help": levers.explanation(words, start, definition),
        "label_visibility": "collapsed" if hidden else "visible",
    }
    if definition.kind == "switch":
        state.put(widget, bool(quantity.value))
        st.toggle(text, **common)
    elif definition.kind == "choice":
        state.put(widget, definition.choices[int(quantity.value)])  # type: ignore[arg-type]
        st.selectbox(text, definition.choices, format_func=lambda c: words(f"choice.{c}") if words.has(f"choice.{c}") else c, width=width, **common)
    else:
        state.put(widget, written(words, quantity.value, definition))
        st.text_input(f"{text} ({words.unit_of(definition, price_year)})", width=width, **common)
