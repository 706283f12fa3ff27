"""The sheets that compare and check: scenarios, sensitivity, searches for a rate of return, checks."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from model.engine.program import CLUSTER
from model.workbook import layout as at
from model.workbook.figures import Figures, code
from model.workbook.layout import Layout
from model.workbook.pieces import column, sheet_prefix
from model.workbook.plan import NATION, PORTFOLIO
from model.workbook.scenarios import Bar, Item, Read, items
from model.workbook.sheet import SCIENTIFIC, Page

TOLERANCE = 1e-6
"""What a check lets pass, in the unit of its line (EUR 1), and as a share where figures are compared."""
FIRST_BAR = 13
"""The first row of bars on the sheet of sensitivity."""
NO_VALUE = "–"
"""Stands for a blank result among the numbers written at export."""


def place_name(figures: Figures, item: Item) -> str:
    """The cluster, country or whole case that a figure belongs to."""
    words, case = figures.words, figures.layout.case
    if CLUSTER in item.at:
        return words.of(case.clusters[figures.layout.clusters[item.at[CLUSTER]]])
    return words("portfolio" if item.block.place == PORTFOLIO else "nation")


# Scenarios --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Compared:
    """Where the sheet of scenarios keeps its largest difference."""

    first: int
    last: int


def scenarios(page: Page, figures: Figures, results: Mapping[str, Read]) -> Compared:
    """The engine's figures in each scenario at export, as numbers, beside the live ones."""
    words, layout = figures.words, figures.layout
    names = ("place", "label", "code", "unit", "live", "low", "base", "high", "user", "shown", "difference")
    page.heads(at.HEADER_ROW, [words(f"col.{name}") for name in names], 4, 10)
    page.text(2, 1, words("scenarios.how"), "grey")
    page.text(3, 1, words("scenarios.changed"))
    page.formula(3, 4, f"SUM({_of_inputs(figures.layout, at.CHANGED)}) + {_of_series(figures.layout, 'changed', '1')}", 0.0, "flag")
    first = row = at.BODY_ROW
    for item in (*items(layout, yearly=False), *items(layout, yearly=True)):
        unit = layout.case.lines[item.block.line].unit
        static = [results[name].value(item) for name in at.SCENARIO_NAMES]
        page.text(row, 0, place_name(figures, item), "grey")
        page.text(row, 1, figures.label(item.block, item.members) + (f" ({words('scenarios.sum')})" if item.yearly else ""))
        page.text(row, 2, f"{item.sheet}.{code(item.block, item.members)}", "code")
        page.text(row, 3, words.unit_code(unit), "code")
        form = "row" if item.yearly else "cell"
        reference = layout.block_cell(item.block, item.at, form)
        page.formula(row, 4, f"SUM({reference})" if item.yearly else reference, static[3], "number", unit)
        for offset, value in enumerate(static):
            if math.isnan(value):
                page.text(row, 5 + offset, NO_VALUE, "none")
            else:
                page.number(row, 5 + offset, value, "fixed", unit)
        r = row + 1
        page.formula(row, 9, f"INDEX($F{r}:$I{r}, {at.INPUTS}!$E$3)", NO_VALUE if math.isnan(static[3]) else static[3], "number", unit)
        both = f"$E{r} - $J{r}"
        page.formula(row, 10, f"IF(ISNUMBER({both}), ABS({both}) / MAX(1, ABS($J{r})), COUNT($E{r}, $J{r}))", 0.0, "number", "1")
        row += 1
    page.widths({0: 24, 1: 60, 2: 50, 3: 14, **dict.fromkeys(range(4, 11), 13)})
    page.finish(freeze=(at.BODY_ROW, 4), repeat_rows=(at.HEADER_ROW, at.HEADER_ROW), repeat_columns=(0, 3), pages_wide=1)
    return Compared(first + 1, row)


# Sensitivity ------------------------------------------------------------------------------------------------


def sensitivity(page: Page, figures: Figures, output: str, bars: list[Bar]) -> None:
    """Bars of the engine at export, each to be proved again by typing its number and side."""
    words, layout = figures.words, figures.layout
    block = layout.block_of(output)
    unit = layout.case.lines[output].unit
    live = layout.block_cell(block, {})
    base = figures.result.value(output)
    top = FIRST_BAR
    rows = (top, top + max(1, len(bars)) - 1)
    numbers, results = (f"${left}${rows[0] + 1}:${right}${rows[1] + 1}" for left, right in ("AA", "GI"))
    lines = [
        ("sensitivity.number", "", 0.0, "input"),
        ("sensitivity.side", "", 3.0, "input"),
        ("sensitivity.live", live, base, "number"),
        ("sensitivity.base", "", base, "fixed"),
        (
            "sensitivity.bar",
            f'IFERROR(INDEX({results}, MATCH($E$4, {numbers}, 0), $E$5), "")',
            math.nan,
            "number",
        ),
        ("sensitivity.difference", 'IF(ISNUMBER($E$8), $E$6 - $E$8, "")', math.nan, "number"),
    ]
    for offset, (text, formula, value, kind) in enumerate(lines):
        row = 3 + offset
        page.text(row, 1, words(text))
        if formula:
            page.formula(row, 4, formula, value, kind, unit)
        elif not math.isnan(value):
            page.number(row, 4, value, kind, unit if kind == "fixed" else "flag")
    page.text(3, 2, "prove.number", "grey")
    page.text(4, 2, "prove.side", "grey")
    known = {"validate": "integer", "criteria": "between", "minimum": 0, "maximum": len(layout.inputs)}
    page.sheet.data_validation(3, 4, 3, 4, {**known, "error_title": words("inputs.refused"), "error_message": words("sensitivity.how")[:250]})
    sides = {"validate": "list", "source": ["1", "3"]}
    page.sheet.data_validation(4, 4, 4, 4, {**sides, "error_title": words("inputs.refused"), "error_message": words("sensitivity.how")[:250]})
    page.text(9, 1, words("sensitivity.how"), "grey")
    page.text(10, 1, words("sensitivity.output", output=words.line(output)), "banner")
    names = ("number", "label", "code", "unit", "low", "high", "result_low", "result_base", "result_high", "swing")
    page.heads(top - 1, [words(f"col.{name}") for name in names], 4, 9)
    for offset, bar in enumerate(bars):
        row = top + offset
        page.number(row, 0, bar.given.number, "fixed", "flag")
        page.text(row, 1, words.key(bar.given.key, layout.case), "label")
        page.text(row, 2, bar.given.key, "code")
        page.text(row, 3, words.unit_code(bar.given.definition.unit), "code")
        for col, side in ((4, at.LOW), (5, at.HIGH)):
            if bar.given.sheet == at.INPUTS:
                bound = bar.given.quantity.low if side == at.LOW else bar.given.quantity.high
                shown = bar.given.quantity.value if bound is None else bound
                formula = f"{at.INPUTS}!${column(side)}{bar.given.row + 1}"
                page.formula(row, col, formula, float(shown), "number", bar.given.definition.unit)  # type: ignore[arg-type]
            else:
                page.text(row, col, words("sensitivity.path"), "grey")
        for col, result in ((6, bar.low), (7, base), (8, bar.high)):
            if math.isnan(result):
                page.text(row, col, NO_VALUE, "none")
            else:
                page.number(row, col, result, "fixed", unit)
        cells = f"$G{row + 1}:$I{row + 1}"
        swing = f'IF(COUNT({cells}) = COLUMNS({cells}), ABS($I{row + 1} - $G{row + 1}), "")'
        page.formula(row, 9, swing, bar.swing if not math.isnan(base) else math.nan, "number", unit)
    page.widths({0: 9, 1: 70, 2: 46, 3: 18, 4: 13, 5: 13, 6: 13, 7: 13, 8: 13, 9: 13})
    page.finish(freeze=(top, 0), repeat_rows=(top - 1, top - 1), repeat_columns=None, pages_wide=1)


# Checks -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Check:
    """One line of the sheet of checks: a difference that must stay within a tolerance."""

    code: str
    text: str
    formula: str
    value: float
    tolerance: float


def checks(page: Page, figures: Figures, compared: Compared) -> tuple[int, int]:
    """Every check with its difference; the master counts those that pass. Returns passed and present."""
    words = figures.words
    page.heads(at.HEADER_ROW, [words(f"col.{name}") for name in ("section", "check", "code", "tolerance", "difference", "pass")], 3, 5)
    found = [*_model_checks(figures), *_sheet_checks(figures), *_entry_checks(figures, compared)]
    first, last = at.BODY_ROW + 1, at.BODY_ROW + len(found)
    passed = 0
    for offset, check in enumerate(found):
        row = at.BODY_ROW + offset
        good = check.value <= check.tolerance
        passed += good
        page.text(row, 1, check.text)
        page.text(row, 2, check.code, "grey")
        page.number(row, 3, check.tolerance, "fixed", SCIENTIFIC)
        page.formula(row, 4, check.formula, check.value, "number", unit=SCIENTIFIC)
        page.formula(row, 5, f"IF(ISNUMBER($E{row + 1}), 1 * ($E{row + 1} <= $D{row + 1}), 0)", float(good), "flag")
    page.text(2, 1, words("checks.passed"), "banner")
    page.text(3, 1, words("checks.present"), "banner")
    page.formula(2, 4, f"SUM($F${first}:$F${last})", float(passed), "flag")
    page.formula(3, 4, f"ROWS($F${first}:$F${last})", float(len(found)), "flag")
    page.name_cell("out_checks_passed", 2, 4)
    page.name_cell("out_checks_present", 3, 4)
    _warnings(page, figures, last + 2)
    rule = {"type": "cell", "criteria": "==", "value": 0, "format": page.style.bad()}
    page.sheet.conditional_format(first - 1, 5, last - 1, 5, rule)
    page.widths({0: 3, 1: 110, 2: 46, 3: 12, 4: 14, 5: 8})
    page.finish(freeze=(at.BODY_ROW, 0), repeat_rows=(at.HEADER_ROW, at.HEADER_ROW), repeat_columns=None, pages_wide=1)
    return passed, len(found)


def _model_checks(figures: Figures) -> list[Check]:
    """The model's own checks: lines whose value must be zero, on every sheet."""
    layout = figures.layout
    found = []
    for place in (CLUSTER, NATION, PORTFOLIO):
        for block in layout.plan.order[place]:
            if block.number or not layout.case.lines[block.line].is_check:
                continue
            for sheet, cluster in layout.sheets_of(block):
                rows = list(layout.positions(block))
                start = {**rows[0][1], **cluster}
                end = {**rows[-1][1], **cluster}
                form = "row" if block.yearly else "cell"
                head = layout.block_cell(block, start, form)
                tail = layout.block_cell(block, end, form).rpartition("!")[2].rpartition(":")[2]
                cells = f"{head.rpartition(':')[0] or head}:{tail}"
                values = np.concatenate([figures.values(block, {**positions, **cluster}) for _, positions, _ in rows])
                label = f"{sheet}: {figures.words.note(layout.case.lines[block.line])}"
                worst = max(float(values.max()), -float(values.min()))
                found.append(Check(f"{sheet}.{block.line}", label, f"MAX(MAX({cells}), -1 * MIN({cells}))", worst + 0.0, TOLERANCE))
    return found


def _sheet_checks(figures: Figures) -> list[Check]:
    """No error value on any sheet with formulas."""
    layout, words = figures.layout, figures.words
    found = []
    for sheet, rows in layout.rows_of_sheets().items():
        cells = f"{sheet_prefix(sheet)}${column(at.CONSTANT)}${at.BODY_ROW + 1}:${layout.last_column}${rows}"
        found.append(Check(f"errors.{sheet}", words("checks.errors", sheet=sheet), f"IF(ISNUMBER(SUM({cells})), 0, 1)", 0.0, 0.0))
    return found


def _of_inputs(layout: Layout, col: int) -> str:
    """A column of the sheet of inputs."""
    last = max((given.row for given in layout.inputs if given.sheet == at.INPUTS), default=at.BODY_ROW) + 1
    return f"{at.INPUTS}!${column(col)}${at.BODY_ROW + 1}:${column(col)}${last}"


def _of_series(layout: Layout, name: str, wanted: str) -> str:
    """How many inputs by year have a mark with a value."""
    last = max((given.row for given in layout.inputs if given.sheet == at.SERIES), default=at.BODY_ROW) + len(at.BLOCK_OF_SERIES)
    marks, cells = (f"{at.SERIES}!${column(col)}${at.BODY_ROW + 1}:${column(col)}${last}" for col in (at.NOTE, at.CONSTANT))
    return f'COUNTIFS({marks}, "{name}", {cells}, {wanted})'


def _entry_checks(figures: Figures, compared: Compared) -> list[Check]:
    """Inputs within their ranges, the selector, the time axis, and the engine's figures as long as nothing is changed."""
    layout, words = figures.layout, figures.words
    outside = f"COUNTIFS({_of_inputs(layout, at.IN_RANGE)}, 0)"
    selector, prove = f"{at.INPUTS}!$E$3", f"{at.SENSITIVITY}!$E$4"
    numbers = f"{at.INPUTS}!${column(at.LOW)}${at.HEADER_ROW}:${column(at.USER)}${at.HEADER_ROW}"
    first, last = (f"{at.TIMELINE}!${letter}${at.HEADER_ROW + 1}" for letter in (layout.first_column, layout.last_column))
    horizon, start_year = (f"{at.INPUTS}!${column(at.LIVE)}${layout.by_key[f'nation.{name}'].row + 1}" for name in ("horizon", "first_year"))
    compare = f"{at.SCENARIOS}!$K${compared.first}:$K${compared.last}"
    rows = [
        ("inputs.range", "checks.range", outside),
        ("inputs.whole", "checks.whole", f"COUNTIFS({_of_inputs(layout, at.WHOLE)}, 0)"),
        ("inputs.range_by_year", "checks.range_by_year", _of_series(layout, "in_range", "0")),
        ("selector", "checks.selector", f"1 - COUNTIFS({numbers}, {selector})"),
        ("prove", "checks.prove", f"IF({prove} >= 0, 0, 1)"),
        ("years", "checks.years", f"ABS({last} - {first} + 1 - {horizon}) + ABS({first} - {start_year})"),
        ("engine", "checks.engine", f"IF({prove} + {at.SCENARIOS}!$E$4 = 0, MAX({compare}), 0)"),
    ]
    return [Check(name, words(text), formula, 0.0, TOLERANCE if name == "engine" else 0.0) for name, text, formula in rows]


def _warnings(page: Page, figures: Figures, row: int) -> None:
    """What the model warns of: true figures, but not good news, so they do not count as checks."""
    layout, words = figures.layout, figures.words
    page.text(row, 1, words("checks.warnings"), "banner")
    for item in items(layout, yearly=False):
        line = layout.case.lines[item.block.line]
        if not line.warning or (CLUSTER not in item.at and line.scope == CLUSTER):
            continue
        row += 1
        page.text(row, 1, f"{place_name(figures, item)}: {words.note(line)}")
        page.text(row, 2, f"{item.sheet}.{code(item.block, item.members)}", "grey")
        page.formula(row, 4, layout.block_cell(item.block, item.at), figures.read.value(item), "flag")
