"""Draws of shares that must add up: what `model.inputs.splits` asks of given values, asked of every draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from model.engine.outputs import Cell
from model.inputs.splits import TOLERANCE

if TYPE_CHECKING:
    from model.case import Case

Array = Any


def share_mistakes(case: Case, cells: Mapping[str, Sequence[Cell]], columns: Mapping[str, Array]) -> list[str]:
    """Families of shares that do not add up in some draw, a sentence each."""
    drawn = {cell: columns[key] for key, each in cells.items() if key in columns for cell in each}
    families = {}
    for scope, name, members in drawn:
        rule = case.definition(name).adds_up
        if rule is not None:
            axis = case.definition(name).over.index(rule.over)
            families[(scope, name, members[:axis], members[axis + 1 :])] = rule
    mistakes = []
    for (scope, name, before, after), rule in families.items():
        total: Array = np.zeros(1)
        for member in case.dimensions[rule.over]:
            members = (*before, member, *after)
            value = drawn.get((scope, name, members), case.quantity(scope, name, *members).value)
            total = total + (np.nan if isinstance(value, dict) else value)
        wrong = (total > rule.total + TOLERANCE) | (rule.exactly & (total < rule.total - TOLERANCE))
        if wrong.any():
            wanted = f"{'' if rule.exactly else 'at most '}{rule.total:g}"
            place = ".".join((scope, name, *before, *after))
            mistakes.append(
                f"{place}: the shares of {rule.over} would add up to {np.ravel(total)[np.ravel(wrong)][0]:.10g}, where {wanted} is allowed"
            )
    return mistakes
