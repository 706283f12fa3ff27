"""The ten assumptions that are asked for most, as sliders with the range of their sources beside them."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import Any

import streamlit as st

from model.inputs.definitions import NATION, Definition
from model.inputs.quantities import Quantity
from model.language.errors import InputError
from model.wording import Wording
from ui import state

PAGE = "page"
"""Key of the part of the script that draws the figures of a page."""


@dataclass(frozen=True)
class Lever:
    """An input that has a slider. members: of its dimensions."""

    name: str
    members: tuple[str, ...] = ()

    def keys(self, clusters: list[str], scope: str) -> list[str]:
        scopes = [NATION] if scope == NATION else clusters
        return [".".join((each, self.name, *self.members)) for each in scopes]


CLUSTER_LEVERS = (
    Lever("delay_years"),
    Lever("scale"),
    Lever("demand_factor"),
    Lever("overrun_factor"),
    Lever("membership_fee", ("core",)),
    Lever("grant_factor", ("eu",)),
)
NATION_LEVERS = (
    Lever("deadweight_share"),
    Lever("induced_rd_per_public_euro"),
    Lever("gdp_growth"),
    Lever("inflation"),
)


def factor(definition: Definition) -> float:
    """From the model's number to the one on the screen: shares are shown in percent."""
    return 100.0 if definition.unit == "share" else 1.0


def range_text(words: Wording, quantity: Quantity, definition: Definition) -> str:
    low, high = quantity.low, quantity.high
    base = words.value(quantity.value, definition)
    if low is None and high is None:
        return words("lever.base_only", base=base)
    return words("lever.range", low=words.value(low, definition), base=base, high=words.value(high, definition))


def explanation(words: Wording, quantity: Quantity, definition: Definition) -> str:
    """What an assumption means, its range and its source: the text behind the question mark."""
    parts = [words.of(definition.meaning) + ".", range_text(words, quantity, definition) + ".", words.grounds(quantity)]
    return "\n\n".join(part.replace("$", "\\$") for part in parts)


def marks(words: Wording, quantity: Quantity, definition: Definition) -> str:
    """Ticks under the slider at the low, base and high value, and the same in words."""
    low, high, _ = definition.slider or (0.0, 1.0, 0.1)
    ticks = []
    for name, value in (("low", quantity.low), ("base", quantity.value), ("high", quantity.high)):
        if isinstance(value, (int, float)) and low <= value <= high:
            share = (value - low) / (high - low)
            ticks.append(f'<i class="{name}" style="left:{share * 100:.1f}%"></i>')
    text = html.escape(range_text(words, quantity, definition))
    return f'<div class="lever-ticks" aria-hidden="true">{"".join(ticks)}</div><p class="lever-range">{text}</p>'


def moved(widget: str, keys: list[str], divisor: float) -> None:
    """A lever was moved: draw the figures again, and what stands around them only where that says something else now."""
    value = st.session_state[widget]
    kept, before = state.session(), (remark(keys), state.possible())
    drawn = kept.around == state.around() and not any(state.is_open(name) for name in ("share", "downloads"))
    try:
        state.change(dict.fromkeys(keys, value / divisor if divisor != 1 else value))
    except InputError as error:
        kept.notices.append(("notice.refused", tuple(error.mistakes)))
        return
    if drawn and (remark(keys), state.possible()) == before:
        kept.around = state.around()
        st.rerun(PAGE)


def remark(keys: list[str]) -> str:
    """What a slider cannot say of the inputs that it moves: that they are paths of years, differ, or lie beyond its ends."""
    words, case = state.w(), state.now().case
    definition = case.definition(keys[0].split(".")[1])
    values = {key: case.quantity(*key.split(".")).value for key in keys}
    numbers = [value for value in values.values() if not isinstance(value, dict)]
    low, high = span(definition)
    if numbers and not low <= sum(numbers) / len(numbers) <= high:
        return words("lever.outside", value=words.value(sum(numbers) / len(numbers), definition))
    if len(numbers) < len(values):
        return words("lever.path")
    if len(set(numbers)) > 1:
        named = ", ".join(f"{words.of(case.clusters[key.split('.')[0]])} {words.value(value, definition)}" for key, value in values.items())
        return words("lever.differ", values=named)
    return ""


def span(definition: Definition) -> tuple[float, float]:
    """Ends of the slider of an input."""
    low, high, _ = definition.slider or (definition.minimum, definition.maximum, 1.0)
    return low, high


def slider(words: Wording, lever: Lever, scope: str) -> None:
    """One lever: label with unit, slider, range, and a remark where one slider cannot say it all."""
    current = state.now()
    definition = current.case.definition(lever.name)
    chosen = [scope] if scope in current.case.clusters else list(current.case.clusters)
    keys = lever.keys(chosen, definition.scope)
    values = [current.case.quantity(*key.split(".")).value for key in keys]
    start = current.start.quantity(*keys[0].split("."))
    price_year = int(current.case.quantity(NATION, "price_year").value)  # type: ignore[arg-type]
    label = f"{words.key(keys[0], current.case, cluster=False)} ({words.unit_of(definition, price_year)})"
    low, high, step = definition.slider or (definition.minimum, definition.maximum, 1.0)
    times = factor(definition)
    numbers = [value for value in values if not isinstance(value, dict)]
    numbers = numbers or [value[min(value)] for value in values if isinstance(value, dict)]
    mean = sum(numbers) / len(numbers)
    shown = min(max(mean, low), high)
    widget = f"lever:{'.'.join(keys)}"
    whole = definition.kind == "whole"
    number: Any = (lambda v: round(v * times)) if whole else (lambda v: round(float(v) * times, 6))
    state.put(widget, number(shown))
    st.slider(
        label,
        number(low),
        number(high),
        step=number(step),
        format="localized",
        key=widget,
        help=explanation(words, start, definition),
        on_change=moved,
        args=(widget, keys, times),
        disabled=all(isinstance(value, dict) for value in values),
    )
    st.html(marks(words, start, definition))
    if told := remark(keys):
        st.caption(told)
