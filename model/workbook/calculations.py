"""The sheets with the model itself: one row a line and member, one formula across each row."""

from __future__ import annotations

from collections.abc import Callable

from model.engine.program import CLUSTER
from model.workbook import layout as at
from model.workbook.figures import Figures, code
from model.workbook.pieces import BEFORE, NOW, column
from model.workbook.plan import NATION, PORTFOLIO, Block
from model.workbook.sheet import Page

Titled = Callable[[Page, str], None]
_WIDTHS = {at.SECTION: 3, at.LABEL: 60, at.CODE: 44, at.UNIT: 16, at.CONSTANT: 12, at.TOTAL: 13, at.NOTE: 4, at.OPENING: 9}


def heading(page: Page, figures: Figures, step: bool = False) -> None:
    """The header of a sheet with years: names of columns, years and their numbers.

    step: count the years on from the opening column, instead of referring to the timeline.
    """
    words, layout = figures.words, figures.layout
    names = ("section", "label", "code", "unit", "constant", "total", "note", "opening")
    page.heads(at.HEADER_ROW, [words(f"col.{name}") for name in names], at.CONSTANT, at.OPENING)
    years, numbers = [float(year) for year in layout.case.years], [float(n + 1) for n in range(layout.horizon)]
    for row, values, kind in ((at.HEADER_ROW, years, "head_year"), (at.PERIOD_ROW, numbers, "small_year")):
        page.series(row, at.YEARS, f"{BEFORE}{row + 1} + 1" if step else f"{at.TIMELINE}!{NOW}${row + 1}", values, kind, "date")
    page.widths({**_WIDTHS, **{at.YEARS + n: 10.5 for n in range(layout.horizon)}})
    page.finish(
        freeze=(at.BODY_ROW, at.CONSTANT),
        repeat_rows=(at.HEADER_ROW, at.PERIOD_ROW),
        repeat_columns=(at.SECTION, at.UNIT),
        pages_wide=max(1, -(-layout.horizon // 12)),
    )


def timeline(page: Page, figures: Figures) -> None:
    """Years, their numbers and the years passed: the one time axis that every sheet refers to."""
    layout = figures.layout
    heading(page, figures, step=True)
    first = layout.by_key["nation.first_year"]
    page.formula(at.HEADER_ROW, at.OPENING, f"{at.INPUTS}!${column(at.LIVE)}{first.row + 1} - 1", float(layout.case.first_year - 1), "head_year")
    page.formula(at.PERIOD_ROW, at.OPENING, "0", 0.0, "small_year")
    row = at.BODY_ROW
    page.text(row, at.LABEL, figures.words("timeline.elapsed"))
    page.text(row, at.CODE, "elapsed")
    page.text(row, at.UNIT, figures.words.unit_code("years"))
    page.series(row, at.YEARS, f"{NOW}{at.PERIOD_ROW + 1} - 1", [float(n) for n in range(layout.horizon)], "number", "date")


def calculation(page: Page, figures: Figures, place: str, cluster: int = -1) -> None:
    """The rows of one cluster, of the country, or of the whole case."""
    layout = figures.layout
    heading(page, figures)
    for row, theme in layout.sections[place]:
        page.section(row, figures.theme(theme))
    for block in layout.plan.order[place]:
        _rows(page, figures, block, cluster)


def _rows(page: Page, figures: Figures, block: Block, cluster: int) -> None:
    layout = figures.layout
    unit = figures.unit(block)
    address = layout.address(block, cluster)
    kind = "step" if block.number else "number"
    for row, positions, members in layout.positions(block):
        here = positions if cluster < 0 else {**positions, CLUSTER: cluster}
        formula, opening = layout.plan.write(block, here, address)
        values = figures.values(block, here).tolist()
        page.text(row, at.LABEL, figures.label(block, members), "code" if block.number else "label")
        page.text(row, at.CODE, code(block, members), "code")
        page.text(row, at.UNIT, figures.words.unit_code(unit), "code")
        form = "flag" if block.number and unit == "ratio" and all(value == round(value) for value in values if value == value) else unit
        if not block.yearly:
            page.formula(row, at.CONSTANT, f"{formula}", values[0], kind, form)
            continue
        page.series(row, at.YEARS, f"{formula}", values, kind, form)
        if opening:
            page.formula(row, at.OPENING, f"{opening}", figures.opening(block, here), kind, form)
        if block.total:
            years = f"{layout.first_column}{row + 1}:{layout.last_column}{row + 1}"
            summed = float(figures.values(block, here).sum())
            formula = f"SUM({years})"
            if block.node in layout.graph.blank:
                formula = f'IF(COUNT({years}) = COLUMNS({years}), SUM({years}), "")'
            page.formula(row, at.TOTAL, formula, summed, kind, form)


def title_of(figures: Figures, sheet: str) -> str:
    """The title of a calculation sheet."""
    layout = figures.layout
    for cluster, name in layout.sheet_of_cluster.items():
        if name == sheet:
            return figures.words.of(layout.case.clusters[cluster])
    places = {at.SHEET_OF[NATION]: "nation", at.SHEET_OF[PORTFOLIO]: "portfolio"}
    return figures.words(places[sheet])
