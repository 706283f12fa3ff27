"""A case as a workbook with live formulas: the same bytes for the same case."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from model.engine.program import CLUSTER
from model.language.errors import InputError
from model.version import VERSION
from model.workbook import calculations, control, entry, front, record, searches
from model.workbook import layout as at
from model.workbook.figures import Figures
from model.workbook.layout import Layout
from model.workbook.plan import NATION, PORTFOLIO
from model.workbook.recording import Recorder
from model.workbook.scenarios import Bar, Read, at_bounds, bars, unknown_bars
from model.workbook.sheet import Page, Styles

if TYPE_CHECKING:
    from xlsxwriter import Workbook

    from model.case import Case
    from model.wording import Wording

_MADE = datetime(2026, 1, 1)
"""The date in the file's properties: fixed, so that the same case gives the same bytes."""
_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
HEADLINE = "leverage"


def write(case: Case, words: Wording, sensitivity_of: str | None = None) -> bytes:
    """The workbook of a case. sensitivity_of: the line of the whole case whose bars the sheet of sensitivity shows.

    Raises InputError for an unknown line, ModelError for a formula that cannot be written in cells.
    """
    from xlsxwriter import Workbook

    layout = Layout(case)
    figures = Figures(layout, case.run(), words)
    low, high = (Read(at_bounds(case, side).run()) for side in ("low", "high"))
    results = {"low": low, "base": figures.read, "high": high, "user": figures.read}
    output = _headline(layout, sensitivity_of)
    stream = io.BytesIO()
    with Workbook(stream, _OPTIONS) as book:
        styles = Styles(book)
        pages = {name: Page(book, styles, name) for name in layout.sheets}
        _fill(pages, figures, results, output, bars(layout, output))
        _properties(book, figures)
        pages[at.COVER].sheet.activate()
    return stream.getvalue()


def expected(case: Case, words: Wording, sensitivity_of: str | None = None) -> tuple[Layout, dict[str, Recorder]]:
    """What the workbook of a case holds, sheet by sheet: every formula and label, without its numbers."""
    layout = Layout(case)
    figures = Figures(layout, case.run(), words)
    pages = {name: Recorder(name) for name in layout.sheets}
    output = _headline(layout, sensitivity_of)
    _fill(pages, figures, dict.fromkeys(at.SCENARIO_NAMES, figures.read), output, unknown_bars(layout))
    return layout, pages


def _fill(pages: Mapping[str, Page], figures: Figures, results: Mapping[str, Read], output: str, found: list[Bar]) -> None:
    """Write every sheet."""
    layout = figures.layout
    front.cover(pages[at.COVER], figures)
    front.headline(pages[at.HEADLINE], figures)
    shown = front.outputs(pages[at.OUTPUTS], figures)
    front.charts(pages[at.CHARTS], figures, shown, output, len(found))
    entry.inputs(pages[at.INPUTS], figures)
    entry.series(pages[at.SERIES], figures)
    entry.constants(pages[at.CONSTANTS], figures)
    calculations.timeline(pages[at.TIMELINE], figures)
    calculations.calculation(pages[at.SHEET_OF[NATION]], figures, NATION)
    for position, cluster in enumerate(layout.clusters):
        calculations.calculation(pages[layout.sheet_of_cluster[cluster]], figures, CLUSTER, position)
    calculations.calculation(pages[at.SHEET_OF[PORTFOLIO]], figures, PORTFOLIO)
    if layout.guesses:
        searches.searches(pages[at.NPV], figures)
    compared = control.scenarios(pages[at.SCENARIOS], figures, results)
    control.sensitivity(pages[at.SENSITIVITY], figures, output, found)
    passed, present = control.checks(pages[at.CHECKS], figures, compared)
    record.register(pages[at.REGISTER], figures)
    record.sources_used(pages[at.SOURCES], figures)
    record.changes(pages[at.CHANGES], figures)
    record.description(pages[at.DESCRIPTION], figures, output)
    for page in pages.values():
        _head(page, figures, passed, present)


def _headline(layout: Layout, wanted: str | None) -> str:
    """The line that the sheet of sensitivity is about: the one asked for, leverage, or the first that is one number."""
    numbers = [block.line for place in (PORTFOLIO, NATION) for block in layout.plan.order[place] if not (block.number or block.yearly or block.dims)]
    if wanted is None:
        return HEADLINE if HEADLINE in numbers else numbers[0]
    if wanted not in numbers:
        raise InputError(f"{wanted} is not one number of the whole case; there are {', '.join(numbers)}")
    return wanted


def _head(page: Page, figures: Figures, passed: int, present: int) -> None:
    """Title and the banner of the master check on every sheet."""
    words, case = figures.words, figures.layout.case
    name = words(f"sheet_title.{page.name}") if words.has(f"sheet_title.{page.name}") else calculations.title_of(figures, page.name)
    title = words.of(case.title)
    page.text(at.TITLE_ROW, 0, title if name == title else f"{title}: {name}", "title")
    start, middle = words("banner"), words("banner_of")
    formula = f'"{start}" & {at.CHECKS}!$E$3 & "{middle}" & {at.CHECKS}!$E$4'
    page.formula(at.BANNER_ROW, 1, formula, f"{start}{passed}{middle}{present}", "banner")
    failing = f"={at.CHECKS}!$E$3<{at.CHECKS}!$E$4"
    for criteria, look in ((failing, page.style.bad()), (failing.replace("<", "="), page.style.good())):
        page.sheet.conditional_format(at.BANNER_ROW, 1, at.BANNER_ROW, 1, {"type": "formula", "criteria": criteria, "format": look})


def _properties(book: Workbook, figures: Figures) -> None:
    case = figures.result.case
    book.set_properties(
        {
            "title": figures.words.of(case.title),
            "subject": figures.words("properties.subject"),
            "category": figures.words("properties.category"),
            "keywords": f"inputs {case.hash}, model {VERSION}",
            "comments": figures.words("properties.comments", version=VERSION, hash=case.hash),
            "created": _MADE,
        }
    )
    book.set_custom_property("inputs_hash", case.hash)
    book.set_custom_property("model_version", VERSION)
    book.set_calc_mode("auto")
