"""The sheets a reader opens first: cover, results by year, charts."""

from __future__ import annotations

from dataclasses import dataclass

from model.inputs.definitions import NATION
from model.lines import TABLES
from model.version import VERSION
from model.workbook import layout as at
from model.workbook.calculations import heading
from model.workbook.control import place_name
from model.workbook.figures import Figures, code
from model.workbook.scenarios import Item, items
from model.workbook.sheet import Page

_LARGEST_DIMENSION = 6
_CHARTS: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("funding", "column", "stacked", ("public_cash_by_source", "dutch_private_cash", "foreign_private_cash")),
    ("cash", "line", "", ("cash_balance", "base_funding", "unfunded_gap")),
    ("leverage", "line", "", ("leverage_in_year", "leverage_to_date")),
    ("intensity", "line", "", ("rd_intensity_baseline", "rd_intensity")),
    ("cost", "column", "stacked", ("operating_cost", "capital_expenditure")),
    ("addition", "line", "", ("rd_gross_addition", "rd_net_addition")),
)
"""Charts of the workbook: name, kind, and the lines they show, of those the model has."""


def cover(page: Page, figures: Figures) -> None:
    """What this is, what it rests on, how to read it, how to send it back."""
    words, case = figures.words, figures.layout.case
    price_year = int(case.quantity(NATION, "price_year").value)  # type: ignore[arg-type]
    about = [
        ("case", case.name),
        ("inputs_hash", figures.result.case.hash),
        ("model_version", VERSION),
        ("clusters", ", ".join(words.of(title) for title in case.clusters.values())),
        ("years", f"{case.years[0]}-{case.years[-1]}"),
        ("changes", "; ".join(f"{key} = {value}" for key, value in case.changes.items()) or words("cover.none")),
    ]
    page.text(2, 1, words.of(case.about), "wrap")
    row = 4
    for name, value in about:
        page.text(row, 1, words(f"cover.{name}"), "banner")
        page.text(row, 2, value, "wrap")
        row += 1
    page.text(row, 1, words("cover.scenario"), "banner")
    page.formula(row, 2, f"{at.INPUTS}!$F$3", words("scenario.user"), "wrap")
    row += 2
    for name in ("status", "signs", "prices", "how_to_read", "how_to_change", "how_to_send_back", "blank"):
        page.text(row, 1, words(f"cover.{name}"), "banner")
        page.text(row, 2, words(f"cover.{name}_text", price_year=price_year), "wrap")
        row += 1
    row += 1
    page.text(row, 1, words("cover.colours"), "banner")
    for kind in ("input", "fixed", "number", "step"):
        page.text(row, 2, words(f"cover.colour_{kind}"), "sample" if kind == "input" else kind)
        row += 1
    row += 1
    page.text(row, 1, words("cover.contents"), "banner")
    for name in figures.layout.sheets:
        page.link(row, 2, name, name)
        page.text(row, 3, figures.words(f"sheet.{name}") if figures.words.has(f"sheet.{name}") else words("sheet.cluster"), "grey")
        row += 1
    page.widths({0: 3, 1: 30, 2: 90, 3: 70})
    page.finish(freeze=(2, 0), repeat_rows=(0, 1), repeat_columns=None, pages_wide=1)


@dataclass(frozen=True)
class Shown:
    """A row of the sheet of results: the line, its label, and where it stands."""

    line: str
    label: str
    row: int


def outputs(page: Page, figures: Figures) -> list[Shown]:
    """Headline figures and the tables of the whole case, live. Returns the rows by year."""
    words, layout = figures.words, figures.layout
    heading(page, figures)
    row = at.BODY_ROW
    place = ""
    for item in items(layout, yearly=False):
        if place_name(figures, item) != place:
            place = place_name(figures, item)
            row += row > at.BODY_ROW
            page.section(row, words("outputs.headline", place=place))
            row += 1
        unit = layout.case.lines[item.block.line].unit
        page.text(row, at.LABEL, figures.label(item.block, item.members))
        page.text(row, at.CODE, f"{item.sheet}.{code(item.block, item.members)}", "grey")
        page.text(row, at.UNIT, unit, "grey")
        page.formula(row, at.CONSTANT, layout.block_cell(item.block, item.at), figures.read.value(item), "number", unit)
        if item.sheet in at.SHEET_OF.values() and not item.members:
            page.name_cell(f"out_{item.block.line}", row, at.CONSTANT)
        row += 1
    found: list[Shown] = []
    wanted = {line: name for name, table in TABLES.items() for line in table.rows}
    yearly: dict[str, list[Item]] = {}
    for item in items(layout, yearly=True):
        yearly.setdefault(item.block.line, []).append(item)
    for name, table in TABLES.items():
        rows = [item for line in table.rows if wanted[line] == name for item in yearly.get(line, ())]
        rows = [item for item in rows if all(len(layout.members[dim]) <= _LARGEST_DIMENSION for dim in item.block.dims)]
        if not rows:
            continue
        row += 1
        page.section(row, words(f"table.{name}") if words.has(f"table.{name}") else table.title)
        row += 1
        for item in rows:
            unit = layout.case.lines[item.block.line].unit
            label = figures.label(item.block, item.members)
            page.text(row, at.LABEL, label)
            page.text(row, at.CODE, f"{item.sheet}.{code(item.block, item.members)}", "grey")
            page.text(row, at.UNIT, unit, "grey")
            values = figures.values(item.block, item.at).tolist()
            page.series(row, at.YEARS, layout.block_cell(item.block, item.at), values, "number", unit)
            found.append(Shown(item.block.line, label, row))
            row += 1
    return found


def charts(page: Page, figures: Figures, shown: list[Shown]) -> None:
    """Charts of the live results, two beside each other, none across the edge of a page."""
    words, layout = figures.words, figures.layout
    last = at.YEARS + layout.horizon - 1
    placed = 0
    for name, kind, subtype, lines in _CHARTS:
        rows = [each for line in lines for each in shown if each.line == line]
        if not rows:
            continue
        chart = page.chart(kind, subtype)
        for each in rows:
            chart.add_series(
                {
                    "name": each.label,
                    "categories": [at.OUTPUTS, at.HEADER_ROW, at.YEARS, at.HEADER_ROW, last],
                    "values": [at.OUTPUTS, each.row, at.YEARS, each.row, last],
                    **({"line": {"width": 2}} if kind == "line" else {"gap": 40}),
                }
            )
        title = words(f"chart_title.{name}")
        chart.set_title({"name": title, "name_font": {"size": 12}})
        chart.set_legend({"position": "bottom"})
        chart.set_x_axis({"interval_unit": 5, "num_format": "0"})
        chart.set_size({"width": 720, "height": 380})
        chart.show_blanks_as("gap")
        page.sheet.insert_chart(3 + 20 * (placed // 2), 1 + placed % 2 * 12, chart, {"description": title, "object_position": 2})
        placed += 1
    page.text(2, 1, words("charts.how"), "grey")
    page.sheet.set_h_pagebreaks([3 + 20 * n for n in range(2, placed // 2 + 1, 2)])
    page.finish(freeze=(2, 0), repeat_rows=(0, 1), repeat_columns=None, pages_wide=1)
