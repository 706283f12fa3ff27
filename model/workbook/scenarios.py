"""The engine's results that stand in a workbook as plain numbers: scenarios and one-at-a-time changes at export."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from model.case import Case
from model.engine.program import CLUSTER
from model.inputs.quantities import Quantity, Value, over_years
from model.result import Result
from model.workbook.layout import Given, Layout
from model.workbook.plan import NATION, PORTFOLIO, Block

_SPREAD = ("number", "whole")


def bound(case: Case, quantity: Quantity, name: str, side: str) -> Value:
    """The low or high value of an input; its value where it has no range."""
    found = getattr(quantity, side)
    return quantity.value if found is None or case.definition(name).kind not in _SPREAD else found


def at_bounds(case: Case, side: str) -> Case:
    """The case with every input at its low or high value: shares need not add up there, as in the workbook's scenarios."""
    entries = {
        (scope, name): {members: replace(quantity, value=bound(case, quantity, name, side)) for members, quantity in given.items()}
        for (scope, name), given in case._entries.items()
    }
    return Case(case._loaded, entries, case.lines, case.changes)


@dataclass(frozen=True)
class Item:
    """One figure that is compared: a line that is one number, or the sum of a yearly one."""

    block: Block
    at: dict[str, int]
    members: tuple[str, ...]
    sheet: str

    @property
    def yearly(self) -> bool:
        return self.block.yearly


def items(layout: Layout, *, yearly: bool) -> Iterator[Item]:
    """Lines of the whole case, the country and every cluster that are one number; or the yearly ones of whole case and country."""
    for place in (PORTFOLIO, NATION) if yearly else (PORTFOLIO, NATION, CLUSTER):
        for block in layout.plan.order[place]:
            if block.number or block.yearly != yearly:
                continue
            for sheet, cluster in layout.sheets_of(block):
                for _, positions, members in layout.positions(block):
                    yield Item(block, {**positions, **cluster}, members, sheet)


class Read:
    """Figures of a result by item, each line taken from it once."""

    def __init__(self, result: Result):
        self.result = result
        self._clusters = list(result.case.clusters)
        self._arrays: dict[tuple[str, int], Any] = {}

    def row(self, line: str, at: Mapping[str, int], dims: Sequence[str]) -> np.ndarray:
        """A line's values, one a year or one. dims: the line's dimensions in the order of the array."""
        cluster = at.get(CLUSTER, -1)
        if (line, cluster) not in self._arrays:
            self._arrays[(line, cluster)] = self.result.array(line, None if cluster < 0 else self._clusters[cluster])
        found: np.ndarray = self._arrays[(line, cluster)][(slice(None), *(at[dim] for dim in dims))]
        return found

    def value(self, item: Item) -> float:
        """The number of an item, or the sum over the years without the blank ones."""
        row = self.row(item.block.line, item.at, item.block.dims)
        if not item.yearly:
            return float(row[0])
        return float(np.nansum(np.broadcast_to(row, (len(self.result.years),))))


@dataclass(frozen=True)
class Bar:
    """What one input at its low and at its high value makes of an output, all else as it is."""

    given: Given
    low: float
    high: float

    @property
    def swing(self) -> float:
        return abs(self.high - self.low)


def bars(layout: Layout, output: str) -> list[Bar]:
    """A bar for every input with a range, the widest first."""
    from model.engine.batch import evaluate_draws

    case = layout.case
    ranged = _ranged(layout)
    if not ranged:
        return []
    years = np.array(case.years)
    columns: dict[str, Any] = {}
    for position, given in enumerate(ranged):
        sides = [bound(case, given.quantity, given.name, side) for side in ("low", "high")]
        if given.definition.yearly:
            column = np.repeat(over_years(given.quantity.value, years)[:, np.newaxis], 2 * len(ranged), axis=1)
            for offset, side in enumerate(sides):
                column[:, 2 * position + offset] = over_years(side, years)
        else:
            column = np.full(2 * len(ranged), float(given.quantity.value))  # type: ignore[arg-type]
            column[2 * position : 2 * position + 2] = sides
        columns[given.key] = column
    found = evaluate_draws(case, columns, [output])
    results = next(iter(found.values()))
    made = [Bar(given, float(results[2 * n]), float(results[2 * n + 1])) for n, given in enumerate(ranged)]
    return sorted(made, key=lambda bar: (-np.nan_to_num(bar.swing), bar.given.number))


def unknown_bars(layout: Layout) -> list[Bar]:
    """The inputs that have a bar, without its length and not in order."""
    return [Bar(given, 0.0, 0.0) for given in _ranged(layout)]


def _ranged(layout: Layout) -> list[Given]:
    case = layout.case
    return [g for g in layout.inputs if any(bound(case, g.quantity, g.name, side) != g.quantity.value for side in ("low", "high"))]
