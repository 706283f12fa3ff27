"""The sheet that finds where each search for an internal rate of return starts.

A flow can have several rates, and spreadsheet programs find whichever lies near the guess. The model takes the one
nearest to 10 %, so the present value is computed at many rates, the changes of sign next to 10 % on either side are
looked up, and the nearer of the two rates found there is the guess.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from model import finance
from model.engine.program import CLUSTER
from model.workbook import layout as at
from model.workbook.figures import Figures, code
from model.workbook.pieces import BEFORE, NOW, column
from model.workbook.plan import Block
from model.workbook.sheet import SCIENTIFIC, Page

CENTRE = 0.1
"""The rate to which the nearest root is taken, as `model.finance.irr` does."""
_STEP, _BELOW, _ABOVE = 1.15, 42, 31
RATES = np.array([(1.0 + CENTRE) * _STEP**power - 1.0 for power in range(-_BELOW, _ABOVE + 1)])
_PARTS = ("value", "change", "below", "above", "nearest", "guess")


def searches(page: Page, figures: Figures) -> None:
    """One block of rows for every flow whose rate of return the model asks for."""
    words, layout = figures.words, figures.layout
    names = ("section", "label", "code", "unit", "constant", "total", "note", "opening")
    page.heads(at.HEADER_ROW, [words(f"col.{name}") for name in names], at.CONSTANT, at.OPENING)
    page.text(at.SELECTOR[0], at.LABEL, words("npv.axis"), "grey")
    page.text(at.HEADER_ROW - 1, at.LABEL, words("npv.start"), "grey")
    page.numbers(at.HEADER_ROW, at.YEARS, RATES.tolist(), "head_axis", "share")
    page.numbers(at.HEADER_ROW - 1, at.YEARS, [RATES[0], *RATES[:-1].tolist()], "head_axis", "share")
    for (number, positions), row in layout.guesses.items():
        node = layout.graph.nodes[number]
        here = dict(zip(node.dims, positions, strict=True))
        cell = layout.plan.find(node.reads[0], here)
        assert isinstance(cell.target, Block)
        sheet = next(name for name, cluster in layout.sheets_of(cell.target) if cluster.get(CLUSTER) == cell.at.get(CLUSTER))
        members = tuple(layout.members[dim][cell.at[dim]] for dim in cell.target.dims)
        name = f"{sheet}.{code(cell.target, members)}"
        for offset, part in enumerate(_PARTS):
            page.text(row + offset, at.LABEL, f"{name}: {words(f'npv.{part}')}", "label" if part == "guess" else "code")
            page.text(row + offset, at.CODE, f"irr.{name}.{part}", "code")
            page.text(row + offset, at.UNIT, words.unit_code("EUR m" if part == "value" else "share"), "code")
        _search(page, figures, row, layout.block_cell(cell.target, cell.at, "row"), figures.values(cell.target, cell.at))
    page.widths({at.SECTION: 3, at.LABEL: 60, at.CODE: 44, at.UNIT: 9, at.CONSTANT: 12})
    page.finish(freeze=(at.BODY_ROW, at.CONSTANT), repeat_rows=(at.HEADER_ROW, at.PERIOD_ROW), repeat_columns=(at.SECTION, at.UNIT), pages_wide=4)


def _search(page: Page, figures: Figures, row: int, flow: str, values: np.ndarray) -> None:
    layout = figures.layout
    elapsed = f"{at.TIMELINE}!${layout.first_column}${at.BODY_ROW + 1}:${layout.last_column}${at.BODY_ROW + 1}"
    worth = (values[np.newaxis] * (1.0 + RATES[:, np.newaxis]) ** -np.arange(len(values))).sum(axis=1)
    page.series(row, at.YEARS, f"SUMPRODUCT({flow}, (1 + {NOW}${at.HEADER_ROW + 1}) ^ (-1 * {elapsed}))", worth.tolist(), "number", SCIENTIFIC)
    page.formula(row, at.OPENING, f"{column(at.YEARS)}{row + 1}", float(worth[0]), "step", SCIENTIFIC)
    crossed = np.concatenate([[False], (worth[1:] > 0) != (worth[:-1] > 0)])
    starts = np.where(crossed, np.concatenate([RATES[:1], RATES[:-1]]), np.nan)
    pair = f"{BEFORE}{row + 1}:{NOW}{row + 1}"
    change = f'IF(AND(MIN({pair}) <= 0, MAX({pair}) > 0), {NOW}${at.HEADER_ROW}, "")'
    page.series(row + 1, at.YEARS, change, starts.tolist(), "step", "share")
    sides = ((0, _BELOW, "MAX"), (_BELOW + 1, len(RATES) - 1, "MIN"))
    found = [_root(values, starts[first : last + 1], take) for first, last, take in sides]
    for offset, (first, last, take) in enumerate(sides):
        cells = f"${column(at.YEARS + first)}{row + 2}:${column(at.YEARS + last)}{row + 2}"
        formula = f'IF(COUNT({cells}) = 0, "", IRR({flow}, {take}({cells})))'
        page.formula(row + 2 + offset, at.CONSTANT, formula, found[offset], "step", "share")
    below, above, both = f"$E{row + 3}", f"$E{row + 4}", f"$E{row + 3}:$E{row + 4}"
    centre = f"${column(at.YEARS + _BELOW)}${at.HEADER_ROW + 1}"
    nearer = f"{below} + ({above} - {below}) * ({above} - {centre} <= {centre} - {below})"
    nearest = _nearest(found)
    page.formula(
        row + 4, at.CONSTANT, f"IF(COUNT({both}) = ROWS({both}), {nearer}, MAX({both}))", 0.0 if math.isnan(nearest) else nearest, "step", "share"
    )
    page.formula(row + 5, at.CONSTANT, f'IF(COUNT({both}) = 0, "", $E{row + 5})', nearest, "number", "share")


def _root(values: np.ndarray, starts: np.ndarray, take: str) -> float:
    """The rate of a flow in the step next to 10 % on one side; NaN where the sign changes in none."""
    known = starts[~np.isnan(starts)]
    if not len(known):
        return math.nan
    start = float(known.max() if take == "MAX" else known.min())
    roots: Sequence[float] = np.asarray(finance.irr_all(values), dtype=float).tolist()
    return next((root for root in roots if start <= root <= (1.0 + start) * _STEP - 1.0 + 1e-12), math.nan)


def _nearest(found: Sequence[float]) -> float:
    """The rate nearer to 10 %, the higher one where both are as near."""
    known = [root for root in found if not math.isnan(root)]
    return min(known, key=lambda root: (abs(root - CENTRE), -root), default=math.nan)
