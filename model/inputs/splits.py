"""Shares that must add up: what the definitions ask of a family of values, and the sentence when it does not hold."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from typing import Any

from model.inputs.definitions import Definition, definitions
from model.language.message import Message

TOLERANCE = 1e-9
"""Rounding of the sum itself and no more: what a split of money leaves over would be missing in the books."""


def split_mistakes(
    entries: Mapping[tuple[str, str], Mapping[tuple[str, ...], Any]],
    dimensions: Mapping[str, Iterable[str]],
    families: Iterable[tuple[str, str]] | None = None,
) -> list[str]:
    """Families of shares that do not add up as their definition asks. families: only these (scope, input)."""
    mistakes = []
    for scope, name in families if families is not None else entries:
        definition = definitions().inputs[name]
        if definition.adds_up is not None:
            mistakes += _of_family(scope, definition, entries[(scope, name)], dimensions)
    return mistakes


def _of_family(scope: str, definition: Definition, given: Mapping[tuple[str, ...], Any], dimensions: Mapping[str, Iterable[str]]) -> list[str]:
    rule = definition.adds_up
    assert rule is not None
    axis = definition.over.index(rule.over)
    others = [dim for dim in definition.over if dim != rule.over]
    found: list[str] = []
    for rest in itertools.product(*(dimensions[dim] for dim in others)):
        members = [(*rest[:axis], member, *rest[axis:]) for member in dimensions[rule.over]]
        parts = {each[axis]: given[each].value for each in members}
        if any(isinstance(part, dict) for part in parts.values()):
            continue
        total = sum(parts.values())
        wrong = total > rule.total + TOLERANCE or (rule.exactly and total < rule.total - TOLERANCE)
        if wrong:
            shown = " + ".join(f"{member} {part:g}" for member, part in parts.items() if part)
            sentence = "{place}: the shares of {over} add up to {total:.10g} ({shown}), where {wanted} is allowed; change them together"
            found.append(
                Message(
                    sentence,
                    place=".".join((scope, definition.name, *rest)),
                    over=rule.over,
                    total=total,
                    shown=shown or Message("none"),
                    wanted=Message("{total:g}" if rule.exactly else "at most {total:g}", total=rule.total),
                )
            )
    return found
