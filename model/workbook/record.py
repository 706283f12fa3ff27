"""The sheets that document: register of lines, log of changes, and the description a program reads back."""

from __future__ import annotations

import json
from typing import Any

from model.inputs.definitions import sources
from model.inputs.quantities import Quantity
from model.version import VERSION
from model.workbook import layout as at
from model.workbook.figures import Figures
from model.workbook.plan import PLACES
from model.workbook.sheet import Page, lines_of

_CHUNK = 30_000
_REGISTER = {0: 26, 1: 50, 2: 40, 3: 20, 4: 36, 5: 14, 6: 90, 7: 60, 8: 90, 9: 80}
"""Widths of the columns of the register."""
_SOURCES = {0: 3, 1: 32, 2: 50, 3: 80, 4: 8, 5: 30, 6: 90}
"""Widths of the columns of sources."""
FORMAT = 1
"""Version of how a workbook is laid out, so that a later program can tell."""


def register(page: Page, figures: Figures) -> None:
    """Every line: where it stands, its formula in words, what it depends on and what uses it."""
    words, layout = figures.words, figures.layout
    lines = figures.result.case.lines
    users: dict[str, list[str]] = {}
    for line in lines.values():
        for name in line.reads:
            users.setdefault(name, []).append(line.name)
    names = ("group", "label", "code", "unit", "sheet", "row", "formula", "depends_on", "used_by", "meaning")
    page.heads(at.HEADER_ROW, [words(f"col.{name}") for name in names])
    places: dict[str, list[str]] = {}
    for place in PLACES:
        for block in layout.plan.order[place]:
            if block.number == 0:
                sheets = [sheet for sheet, _ in layout.sheets_of(block)]
                places.setdefault(block.line, []).append(f"{', '.join(sheets)}: {block.row + 1}")
    row = at.BODY_ROW
    for name, theme in layout.themes.items():
        line = lines[name]
        cells = (
            figures.theme(theme),
            words.line(name),
            name,
            words.unit_code(line.unit),
            "; ".join(place.rpartition(": ")[0] for place in places[name]),
            "; ".join(place.rpartition(": ")[2] for place in places[name]),
            line.formula(),
            ", ".join(line.reads),
            ", ".join(users.get(name, [])),
            words.note(line),
        )
        for col, text in enumerate(cells):
            page.text(row, col, text, "wrap" if col in (1, 6) else "grey_wrap")
        page.height(row, max(lines_of(text, _REGISTER[col]) for col, text in enumerate(cells)))
        row += 1
    page.sheet.autofilter(at.HEADER_ROW, 0, row - 1, len(names) - 1)
    page.widths(_REGISTER)
    page.finish(freeze=(at.BODY_ROW, 3), repeat_rows=(at.HEADER_ROW, at.HEADER_ROW), repeat_columns=(0, 2), pages_wide=2)


def sources_used(page: Page, figures: Figures) -> None:
    """Every source that an input of this case names, once, with its address."""
    words = figures.words
    page.heads(at.HEADER_ROW, [words(f"col.{name}") for name in ("section", "source", "publisher", "title", "year", "status", "address")])
    used = {quantity.source for quantity in figures.result.case.quantities().values()}
    row = at.BODY_ROW
    for name, source in sources().items():
        if name not in used:
            continue
        cells = (
            name,
            words.say(source.publisher),
            words.say(source.title),
            str(source.year or ""),
            words(f"status.{source.standing()}"),
            source.url or "",
        )
        for col, text in enumerate(cells, 1):
            page.text(row, col, text, "grey_wrap" if col in (1, 6) else "wrap")
        page.height(row, max(lines_of(text, _SOURCES[col]) for col, text in enumerate(cells, 1)))
        row += 1
    page.widths(_SOURCES)
    page.finish(freeze=(at.BODY_ROW, 2), repeat_rows=(at.HEADER_ROW, at.HEADER_ROW), repeat_columns=None, pages_wide=1)


def changes(page: Page, figures: Figures) -> None:
    """What was changed: by the program before this export, then room for what people change in the file."""
    words, case = figures.words, figures.result.case
    page.heads(at.HEADER_ROW, [words(f"col.{name}") for name in ("section", "date", "version", "by", "what")])
    first = [(words("changes.exported", case=case.name, hash=case.hash))]
    first += [words("changes.file", input=key, file=file) for key, file in case.file_changes.items()]
    first += [words("changes.value", input=key, value=value) for key, value in case.changes.items()]
    row = at.BODY_ROW
    for text in first:
        page.text(row, 2, VERSION, "grey")
        page.text(row, 3, words("changes.program"), "grey")
        page.text(row, 4, text)
        row += 1
    for _ in range(30):
        for col in range(1, 5):
            page.text(row, col, "", "entry")
        row += 1
    page.widths({0: 3, 1: 14, 2: 12, 3: 24, 4: 110})
    page.finish(freeze=(at.BODY_ROW, 0), repeat_rows=(at.HEADER_ROW, at.HEADER_ROW), repeat_columns=None, pages_wide=1)


def description_of(figures: Figures, output: str) -> dict[str, Any]:
    """All of a case that is not a value of an input: what reading the file back starts from."""
    case = figures.result.case
    loaded = case._loaded
    return {
        "format": FORMAT,
        "name": case.name,
        "inputs_hash": case.hash,
        "model_version": VERSION,
        "title": case.title.model_dump(),
        "about": case.about.model_dump(),
        "clusters": {name: title.model_dump() for name, title in case.clusters.items()},
        "dimensions": {dim: {name: label.model_dump() for name, label in members.items()} for dim, members in case.dimensions.items()},
        "profiles": {name: profile.model_dump(mode="json") for name, profile in case.profiles.items()},
        "published": case.published,
        "file_changes": dict(loaded.changed),
        "changes": case.changes,
        "exact": {key: found for key, quantity in case.quantities().items() if (found := _not_in_cells(quantity))},
        "first_year": case.first_year,
        "horizon": case.horizon,
        "own_lines": [name for name, theme in figures.layout.themes.items() if theme == "own"],
        "language": figures.words.language,
        "sensitivity_of": output,
    }


def _not_in_cells(quantity: Quantity) -> dict[str, Any]:
    """What a quantity loses in cells: the knots of its paths, and digits after the sixteenth."""
    found = {}
    for name in ("value", "low", "high"):
        number = getattr(quantity, name)
        if isinstance(number, dict) or (number is not None and float(f"{number:.16G}") != number):
            found[name] = number
    return found


def description(page: Page, figures: Figures, output: str) -> None:
    """The description of the case as text for the program that reads the file back."""
    page.text(2, 1, figures.words("case.how"), "grey")
    page.text(at.HEADER_ROW, 1, figures.words("col.part"), "head")
    page.text(at.HEADER_ROW, 2, figures.words("col.description"), "head")
    written = json.dumps(description_of(figures, output), ensure_ascii=False, default=str)
    for number, start in enumerate(range(0, len(written), _CHUNK)):
        page.text(at.BODY_ROW + number, 1, f"case.{number}", "grey")
        page.text(at.BODY_ROW + number, 2, written[start : start + _CHUNK], "grey")
    page.widths({0: 3, 1: 14, 2: 120})
    page.sheet.print_area(0, 0, at.HEADER_ROW, 2)
    page.finish(freeze=(at.BODY_ROW, 0), repeat_rows=(at.HEADER_ROW, at.HEADER_ROW), repeat_columns=None, pages_wide=1)
