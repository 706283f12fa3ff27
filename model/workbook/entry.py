"""The sheets on which a person types: inputs with range, source and validation, and inputs that differ by year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from model.inputs.catalogue import status_of
from model.inputs.definitions import NATION, OWN, Definition, definitions, sources
from model.inputs.quantities import Quantity, Value, over_years
from model.workbook import layout as at
from model.workbook.calculations import heading
from model.workbook.figures import Figures
from model.workbook.layout import Given
from model.workbook.pieces import NOW, column
from model.workbook.sheet import Page, lines_of

if TYPE_CHECKING:
    from model.wording import Wording

_MESSAGE, _TITLE = 250, 32
_NAMES = ("section", "label", "code", "unit", "live", "number", "low", "base", "high", "user", "exported_low", "exported", "exported_high")
_HEADINGS = (*_NAMES, "minimum", "maximum", "in_range", "whole", "changed", "source", "reason", "note", "allowed")
_WIDTHS = {0: 3, 1: 56, 2: 44, 3: 18, 4: 12, 5: 9, **dict.fromkeys(range(at.LOW, at.IN_RANGE), 11), at.IN_RANGE: 8, at.WHOLE: 8, at.CHANGED: 8}
_WIDTHS |= {at.SOURCE: 26, at.REASON: 100, at.REMARK: 60, at.ALLOWED: 44}
_PROVED = f"IF({at.SENSITIVITY}!$E$4 = ${column(at.NUMBER)}{{row}}, {at.SENSITIVITY}!$E$5, $E$3)"
_LIVE = f"INDEX(${column(at.LOW)}{{row}}:${column(at.USER)}{{row}}, {_PROVED})"


def inputs(page: Page, figures: Figures) -> None:
    """Every input that is one number: live value, scenarios, range, source."""
    layout, words = figures.layout, figures.words
    page.text(at.SELECTOR[0], 1, words("inputs.selector"), "banner")
    page.number(*at.SELECTOR, 4, "input", "flag")
    page.sheet.data_validation(
        *at.SELECTOR,
        *at.SELECTOR,
        {"validate": "list", "source": ["1", "2", "3", "4"], "error_title": words("col.user"), "error_message": words("inputs.selector_allowed")},
    )
    names = ", ".join(f'"{words(f"scenario.{name}")}"' for name in at.SCENARIO_NAMES)
    page.formula(at.SELECTOR[0], at.LIVE + 1, f"CHOOSE($E$3, {names})", words("scenario.user"), "named")
    page.text(at.SELECTOR[0], at.LIVE + 3, words("inputs.selector_allowed"), "grey")
    page.text(at.SELECTOR[0] + 1, 1, words("inputs.how"), "grey")
    for number, col in enumerate(range(at.LOW, at.USER + 1), 1):
        page.number(at.HEADER_ROW - 1, col, number, "fixed", "flag")
    page.heads(at.HEADER_ROW, [words(f"col.{name}") for name in _HEADINGS], at.LIVE, at.CHANGED)
    for row, scope, group in layout.sections_of_inputs[at.INPUTS]:
        _section(page, figures, row, scope, group)
    for given in layout.inputs:
        if given.sheet == at.INPUTS:
            _number(page, figures, given)
    page.widths(_WIDTHS)
    page.finish(freeze=(at.BODY_ROW, at.LIVE), repeat_rows=(at.HEADER_ROW, at.PERIOD_ROW), repeat_columns=(at.SECTION, at.UNIT), pages_wide=2)


def _section(page: Page, figures: Figures, row: int, scope: str, group: str) -> None:
    words = figures.words
    place = words("nation") if scope == NATION else words.of(figures.layout.case.clusters[scope])
    page.section(row, f"{place}: {words.of(definitions().groups[group])}")


def _number(page: Page, figures: Figures, given: Given) -> None:
    definition, quantity, row = given.definition, given.quantity, given.row
    value = float(quantity.value)  # type: ignore[arg-type]
    unit = _unit_shown(definition)
    _labels(page, figures, given, row)
    page.formula(row, at.LIVE, _LIVE.format(row=row + 1), value, "number", unit)
    page.name_cell(f"in_{given.key.replace('.', '_')}", row, at.LIVE)
    page.number(row, at.NUMBER, given.number, "fixed", "flag")
    open_to_users = "fixed" if definition.structural else "input"
    for col, bound in ((at.LOW, quantity.low), (at.HIGH, quantity.high)):
        if bound is None:
            page.formula(row, col, f"${column(at.BASE)}{row + 1}", value, "fixed", unit)
        else:
            page.number(row, col, float(bound), open_to_users, unit)  # type: ignore[arg-type]
    page.number(row, at.BASE, value, open_to_users, unit)
    page.number(row, at.USER, value, open_to_users, unit)
    for col, exported in ((at.EXPORTED_LOW, quantity.low), (at.EXPORTED, value), (at.EXPORTED_HIGH, quantity.high)):
        page.number(row, col, value if exported is None else float(exported), "fixed", unit)  # type: ignore[arg-type]
    page.number(row, at.MINIMUM, _bounds(definition)[0], "fixed", _bound_shown(definition))
    page.number(row, at.MAXIMUM, _bounds(definition)[1], "fixed", _bound_shown(definition))
    r = row + 1
    cells, (low, high) = f"$G{r}:$J{r}", (f"${column(col)}{r}" for col in (at.MINIMUM, at.MAXIMUM))
    inside = f"COUNT({cells}) = COLUMNS({cells}), MIN({cells}) >= {low}, MAX({cells}) <= {high}"
    if definition.kind != "number":
        page.formula(row, at.WHOLE, f"IF(INT($G{r}) + INT($H{r}) + INT($I{r}) + INT($J{r}) = SUM({cells}), 1, 0)", 1.0, "flag")
    page.formula(row, at.IN_RANGE, f"IF(AND({inside}), 1, 0)", 1.0, "flag")
    page.formula(row, at.CHANGED, f"IF(AND($G{r} = $K{r}, $H{r} = $L{r}, $I{r} = $M{r}, $J{r} = $L{r}), 0, 1)", 0.0, "flag")
    page.sheet.data_validation(row, at.LOW, row, at.USER, validation(definition, figures))


def _labels(page: Page, figures: Figures, given: Given, row: int) -> None:
    words = figures.words
    page.text(row, 1, words.key(given.key, figures.layout.case, cluster=False), "label")
    page.text(row, 2, given.key, "code")
    page.text(row, 3, words.unit_code(given.definition.unit), "code")
    reason, note = reason_text(words, given.quantity), words.say(given.quantity.note)
    page.text(row, at.SOURCE, words("status.own") if given.quantity.source == OWN else given.quantity.source, "code")
    page.text(row, at.REASON, reason, "reason")
    page.text(row, at.REMARK, note, "reason")
    page.text(row, at.ALLOWED, allowed(given.definition, words), "code")
    lines = max(lines_of(reason, _WIDTHS[at.REASON]), lines_of(note, _WIDTHS[at.REMARK]))
    if lines > 1:
        page.height(row, lines)


def reason_text(words: Wording, quantity: Quantity) -> str:
    """Where a value comes from: publisher, title and year; or why it is an own assumption."""
    found = sources().get(quantity.source)
    if found is None:
        return words.say(quantity.reason)
    year = f" ({found.year})" if found.year else ""
    return f"{words.say(found.publisher)}: {words.say(found.title)}{year}, {words(f'status.{status_of(quantity)}')}"


def _bounds(definition: Definition) -> tuple[float, float]:
    if definition.kind == "switch":
        return 0.0, 1.0
    if definition.kind == "choice":
        return 0.0, float(len(definition.choices) - 1)
    return definition.minimum, definition.maximum


def allowed(definition: Definition, words: Wording) -> str:
    """What may be typed, in words."""
    if definition.kind == "switch":
        return words("allowed.switch")
    if definition.kind == "choice":
        return ", ".join(f"{number} = {words.value(float(number), definition)}" for number in range(len(definition.choices)))
    kind = "whole" if definition.kind == "whole" else "number"
    return words(
        f"allowed.{kind}", minimum=words.exact(definition.minimum), maximum=words.exact(definition.maximum), unit=words.unit_code(definition.unit)
    )


def _bound_shown(definition: Definition) -> str:
    """How bounds are shown: shares as such, others in full, since they can be of any size."""
    return "share" if definition.unit == "share" and definition.kind == "number" else "flag"


def _unit_shown(definition: Definition) -> str:
    return "flag" if definition.kind in ("switch", "choice", "whole") and definition.unit != "date" else definition.unit


def validation(definition: Definition, figures: Figures) -> dict[str, Any]:
    """The rule with which Excel refuses what may not be typed."""
    low, high = _bounds(definition)
    texts = {
        "input_title": figures.words.of(definition.label)[:_TITLE],
        "input_message": f"{figures.words.of(definition.meaning)}. {allowed(definition, figures.words)}"[:_MESSAGE],
        "error_title": figures.words("inputs.refused")[:_TITLE],
        "error_message": allowed(definition, figures.words)[:_MESSAGE],
    }
    if definition.kind in ("switch", "choice"):
        return {"validate": "list", "source": [str(number) for number in range(int(high) + 1)], **texts}
    kind = "integer" if definition.kind == "whole" else "decimal"
    return {"validate": kind, "criteria": "between", "minimum": f"{low:.16g}", "maximum": f"{high:.16g}", **texts}


# Inputs that differ by year ---------------------------------------------------------------------------------


def by_year(value: Value, figures: Figures) -> list[float]:
    """A value as one number a year."""
    found: list[float] = over_years(value, np.array(figures.layout.case.years)).tolist()
    return found


def series(page: Page, figures: Figures) -> None:
    """Inputs that differ by year: a block of rows each, the live one first."""
    layout = figures.layout
    heading(page, figures)
    for row, scope, group in layout.sections_of_inputs[at.SERIES]:
        _section(page, figures, row, scope, group)
    for given in layout.inputs:
        if given.sheet == at.SERIES:
            _block(page, figures, given)


def _block(page: Page, figures: Figures, given: Given) -> None:
    layout, words = figures.layout, figures.words
    definition, quantity = given.definition, given.quantity
    rows = {name: given.row + offset for offset, name in enumerate(at.BLOCK_OF_SERIES)}
    r = {name: row + 1 for name, row in rows.items()}
    first, last = layout.first_column, layout.last_column
    value, unit = by_year(quantity.value, figures), definition.unit
    for name, row in rows.items():
        label = words.key(given.key, layout.case, cluster=False)
        page.text(row, at.LABEL, label if name == "live" else f"    {label}: {words(f'col.{name}')}", "label" if name == "live" else "code")
        page.text(row, at.CODE, given.key if name == "live" else f"{given.key}|{name}", "code")
        page.text(row, at.UNIT, words.unit_code(unit if name not in ("number", "in_range", "changed") else "flag"), "code")
    for name, text in (("number", quantity.source), ("minimum", reason_text(words, quantity)), ("maximum", words.say(quantity.note))):
        page.text(rows[name], at.NOTE, text, "grey")
    chosen = f"IF({at.SENSITIVITY}!$E$4 = $E{r['number']}, {at.SENSITIVITY}!$E$5, {at.INPUTS}!$E$3)"
    page.formula(rows["live"], at.CONSTANT, chosen, 4.0, "flag")
    page.series(rows["live"], at.YEARS, f"INDEX({NOW}{r['low']}:{NOW}{r['user']}, $E{r['live']})", value, "number", unit)
    for name, limit in (("low", quantity.low), ("high", quantity.high)):
        if limit is None:
            page.series(rows[name], at.YEARS, f"{NOW}{r['base']}", value, "fixed", unit)
        else:
            page.numbers(rows[name], at.YEARS, by_year(limit, figures), "input", unit)
    page.numbers(rows["base"], at.YEARS, value, "input", unit)
    page.numbers(rows["user"], at.YEARS, value, "input", unit)
    for name, kept in (("exported_low", quantity.low), ("exported", None), ("exported_high", quantity.high)):
        page.numbers(rows[name], at.YEARS, value if kept is None else by_year(kept, figures), "fixed", unit)
    page.number(rows["number"], at.CONSTANT, given.number, "fixed", "flag")
    page.number(rows["minimum"], at.CONSTANT, definition.minimum, "fixed", _bound_shown(definition))
    page.number(rows["maximum"], at.CONSTANT, definition.maximum, "fixed", _bound_shown(definition))
    cells = f"{first}{r['low']}:{last}{r['user']}"
    inside = f"COUNT({cells}) = ROWS({cells}) * COLUMNS({cells})"
    limits = f"MIN({cells}) >= E{r['minimum']}, MAX({cells}) <= E{r['maximum']}"
    page.formula(rows["in_range"], at.CONSTANT, f"IF(AND({inside}, {limits}), 1, 0)", 1.0, "flag")
    given_now, before = f"{first}{r['low']}:{last}{r['high']}", f"{first}{r['exported_low']}:{last}{r['exported_high']}"
    user, exported = (f"{first}{r[name]}:{last}{r[name]}" for name in ("user", "exported"))
    differs = f"SUMPRODUCT(1 * ({given_now} <> {before})) + SUMPRODUCT(1 * ({user} <> {exported}))"
    page.formula(rows["changed"], at.CONSTANT, f"IF({differs} > 0, 1, 0)", 0.0, "flag")
    for name in ("in_range", "changed"):
        page.text(rows[name], at.NOTE, name, "grey")
    page.sheet.data_validation(rows["low"], at.YEARS, rows["user"], at.YEARS + layout.horizon - 1, validation(definition, figures))


def constants(page: Page, figures: Figures) -> None:
    """Numbers that formulas need besides 0 and 1: days in a year, sizes of units, numbers of choices."""
    words, layout = figures.words, figures.layout
    names = ("section", "label", "code", "unit", "constant")
    page.heads(at.HEADER_ROW, [words(f"col.{name}") for name in names], at.CONSTANT, at.CONSTANT)
    for number, value in enumerate(layout.plan.constants):
        row = at.BODY_ROW + number
        page.text(row, at.LABEL, f"{value:.15g}")
        page.text(row, at.CODE, f"constant.{value:.15g}", "grey")
        page.text(row, at.UNIT, "1", "grey")
        page.number(row, at.CONSTANT, value, "fixed", "flag")
    page.widths({0: 3, 1: 46, 2: 30, 3: 12, 4: 14})
    page.finish(freeze=(at.BODY_ROW, 0), repeat_rows=(at.HEADER_ROW, at.HEADER_ROW), repeat_columns=None, pages_wide=1)
