"""The sheets a reader opens first: cover, results by year, charts."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

from model.engine.program import CLUSTER
from model.inputs.definitions import NATION
from model.lines import TABLES
from model.version import VERSION
from model.workbook import layout as at
from model.workbook.calculations import heading
from model.workbook.control import FIRST_BAR
from model.workbook.figures import Figures, code
from model.workbook.plan import PORTFOLIO
from model.workbook.scenarios import Item, items
from model.workbook.sheet import Page, lines_of

_LARGEST_DIMENSION = 6
_STATEMENTS = ("cash_flow", "cash_flow_statement", "income_statement", "balance_sheet")
"""Tables that an auditor adds up: every row of them is there, however many members a line has."""
_CHARTS: tuple[tuple[str, str, str, str, tuple[str, ...]], ...] = (
    ("funding", "column", "stacked", "#,##0", ("public_cash_by_source", "dutch_private_cash", "foreign_private_cash")),
    ("cash", "line", "", "#,##0", ("cash_balance", "base_funding", "unfunded_gap")),
    ("leverage", "line", "", "0.0", ("leverage_in_year", "leverage_to_date")),
    ("intensity", "line", "", "0.00%", ("rd_intensity_baseline", "rd_intensity")),
    ("cost", "column", "stacked", "#,##0", ("operating_cost", "capital_expenditure")),
    ("addition", "line", "", "#,##0", ("rd_gross_addition", "rd_net_addition")),
)
"""Charts of the workbook: name, kind, number format, and the lines they show, of those the model has."""
_SUMMED = ("public_cash_real", "national_public_cash_real", "private_cash_real", "foreign_private_cash_real", "spending_real")
"""Lines without members whose sum over all years heads the sheet of headline figures, in constant prices."""
FIRST_THEME = "leverage"
"""The lines that follow those sums: what is asked first."""
_SHOWN_BARS = 15
_COVER = 110
"""Width of the column of texts on the cover."""
_INK = "#1F3A4D"
_PALETTE = ("#1F5A85", "#E07B39", "#3C8D5A", "#8C6BB1", "#C9A227", "#6B7780")
_GRID = {"visible": True, "line": {"color": "#DDE3E8", "width": 0.75}}
_AXIS = {"num_font": {"size": 9, "color": _INK}, "line": {"color": "#B8C2CA"}}


def cover(page: Page, figures: Figures) -> None:
    """What this is, what it rests on, how to read it, how to send it back."""
    words, case = figures.words, figures.layout.case
    price_year = int(case.quantity(NATION, "price_year").value)  # type: ignore[arg-type]
    about = [
        ("about", words.of(case.about)),
        ("case", case.name),
        ("inputs_hash", figures.result.case.hash),
        ("model_version", VERSION),
        ("clusters", ", ".join(words.of(title) for title in case.clusters.values())),
        ("years", f"{case.years[0]}-{case.years[-1]}"),
        ("changes", "; ".join(f"{key} = {value}" for key, value in case.changes.items()) or words("cover.none")),
    ]
    row = 3
    for name, value in about:
        _told(page, row, words(f"cover.{name}"), value)
        row += 1
    page.text(row, 1, words("cover.scenario"), "banner")
    page.formula(row, 2, f"{at.INPUTS}!$F$3", words("scenario.user"), "wrap")
    row += 2
    for name in ("status", "signs", "prices", "how_to_read", "how_to_change", "how_to_send_back", "blank"):
        _told(page, row, words(f"cover.{name}"), words(f"cover.{name}_text", price_year=price_year))
        row += 1
    row += 1
    page.text(row, 1, words("cover.colours"), "banner")
    for kind in ("input", "fixed", "number", "step"):
        page.text(row, 2, words(f"cover.colour_{kind}"), "sample" if kind == "input" else kind)
        row += 1
    row += 1
    page.text(row, 1, words("cover.contents"), "banner")
    for name in figures.layout.sheets:
        row += 1
        page.link(row, 1, name, name)
        page.text(row, 2, figures.words(f"sheet.{name}") if figures.words.has(f"sheet.{name}") else words("sheet.cluster"))
    page.widths({0: 3, 1: 30, 2: _COVER})
    page.finish(freeze=(2, 0), repeat_rows=(0, 1), repeat_columns=None, pages_wide=1)


def _told(page: Page, row: int, name: str, text: str) -> None:
    """A name and what there is to say of it."""
    page.text(row, 1, name, "term")
    page.text(row, 2, text, "wrap")
    page.height(row, lines_of(text, _COVER))


def headline(page: Page, figures: Figures) -> None:
    """Money over the whole life and every figure that is one number, of the whole and of each cluster beside each other, live."""
    words, layout = figures.words, figures.layout
    titles = [words("portfolio"), *(words.of(title) for title in layout.case.clusters.values())]
    names = [words(f"col.{name}") for name in ("section", "label", "code", "unit")]
    page.heads(at.HEADER_ROW, [*names, *titles], at.CONSTANT)
    row = _sums(page, figures, len(titles) + at.CONSTANT)
    rows: dict[tuple[str, tuple[str, ...]], dict[int, Item]] = {}
    for item in items(layout, yearly=False):
        rows.setdefault((item.block.line, item.members), {})[at.CONSTANT + 1 + item.at.get(CLUSTER, -1)] = item
    order = {line: (of != FIRST_THEME, position) for position, (line, of) in enumerate(layout.themes.items())}
    theme = ""
    for (line, members), found in sorted(rows.items(), key=lambda each: order[each[0][0]]):
        if layout.themes[line] != theme:
            theme = layout.themes[line]
            row += row > at.BODY_ROW
            page.section(row, figures.theme(theme), len(titles) + at.CONSTANT)
            row += 1
        first = next(iter(found.values()))
        unit = layout.case.lines[line].unit
        page.text(row, at.LABEL, figures.label(first.block, members), "label")
        page.text(row, at.CODE, code(first.block, members), "code")
        page.text(row, at.UNIT, words.unit_code(unit), "code")
        for col, item in found.items():
            page.formula(row, col, layout.block_cell(item.block, item.at), figures.read.value(item), "number", unit)
        if at.CONSTANT in found and not members:
            page.name_cell(f"out_{line}", row, at.CONSTANT)
        row += 1
    page.widths({0: 3, 1: 70, 2: 56, 3: 16, **dict.fromkeys(range(at.CONSTANT, at.CONSTANT + len(titles)), 18)})
    page.finish(freeze=(at.BODY_ROW, at.CONSTANT), repeat_rows=(at.HEADER_ROW, at.HEADER_ROW), repeat_columns=None, pages_wide=1)


def _sums(page: Page, figures: Figures, columns: int) -> int:
    """Sums over all years, of those lines that the model has. Returns the next free row."""
    layout = figures.layout
    found: dict[str, list[tuple[int, Item]]] = {}
    for place in (PORTFOLIO, CLUSTER):
        for block in layout.plan.order[place]:
            if block.line in _SUMMED and not block.number:
                columns_of = [
                    (at.CONSTANT + 1 + cluster.get(CLUSTER, -1), Item(block, cluster, (), sheet)) for sheet, cluster in layout.sheets_of(block)
                ]
                found.setdefault(block.line, []).extend(columns_of)
    row = at.BODY_ROW
    if found:
        page.section(row, figures.words("headline.sums"), columns)
    for line in _SUMMED:
        if line not in found:
            continue
        row += 1
        unit = layout.case.lines[line].unit
        page.text(row, at.LABEL, figures.words.line(line), "label")
        page.text(row, at.CODE, f"{line}@life", "code")
        page.text(row, at.UNIT, figures.words.unit_code(unit), "code")
        for col, item in found[line]:
            page.formula(row, col, f"SUM({layout.block_cell(item.block, item.at, 'row')})", figures.read.value(item), "number", unit)
    return row + 1 if found else row


@dataclass(frozen=True)
class Shown:
    """A row of the sheet of results: the line, its label, and where it stands."""

    line: str
    label: str
    row: int


def outputs(page: Page, figures: Figures) -> list[Shown]:
    """The tables of the whole case by year, live, each complete. Returns the rows, of a line that several tables show the first.

    Where a line stands again, its code begins with the table: a code names one row.
    """
    words, layout = figures.words, figures.layout
    heading(page, figures)
    row = at.BODY_ROW
    found: list[Shown] = []
    yearly: dict[str, list[Item]] = {}
    for item in items(layout, yearly=True):
        yearly.setdefault(item.block.line, []).append(item)
    for name, table in TABLES.items():
        rows = [item for line in table.rows for item in yearly.get(line, ())]
        if name not in _STATEMENTS:
            rows = [item for item in rows if all(len(layout.members[dim]) <= _LARGEST_DIMENSION for dim in item.block.dims)]
        if not rows:
            continue
        known = {each.line for each in found}
        row += row > at.BODY_ROW
        page.section(row, words(f"table.{name}") if words.has(f"table.{name}") else table.title)
        row += 1
        for item in rows:
            unit = layout.case.lines[item.block.line].unit
            label = figures.label(item.block, item.members)
            page.text(row, at.LABEL, label, "label")
            again = item.block.line in known
            lead = f"{name}." if again else ""
            page.text(row, at.CODE, f"{lead}{item.sheet}.{code(item.block, item.members)}", "code")
            page.text(row, at.UNIT, words.unit_code(unit), "code")
            values = figures.values(item.block, item.at).tolist()
            page.series(row, at.YEARS, layout.block_cell(item.block, item.at), values, "number", unit)
            if not again:
                found.append(Shown(item.block.line, label, row))
            row += 1
    return found


def charts(page: Page, figures: Figures, shown: list[Shown], output: str, bars: int) -> None:
    """Charts of the live results and of the bars of the sheet of sensitivity, two beside each other, on one page.

    output: the line that the bars are about. bars: how many there are.
    """
    words, layout = figures.words, figures.layout
    last = at.YEARS + layout.horizon - 1
    placed = 0
    for name, kind, subtype, form, lines in _CHARTS:
        rows = [each for line in lines for each in shown if each.line == line]
        if not rows:
            continue
        chart = page.chart(kind, subtype)
        for each, colour in zip(rows, itertools.cycle(_PALETTE), strict=False):
            look = {"line": {"width": 2, "color": colour}} if kind == "line" else {"gap": 40, "fill": {"color": colour}}
            chart.add_series(
                {
                    "name": each.label,
                    "categories": [at.OUTPUTS, at.HEADER_ROW, at.YEARS, at.HEADER_ROW, last],
                    "values": [at.OUTPUTS, each.row, at.YEARS, each.row, last],
                    **look,
                }
            )
        chart.set_x_axis({"interval_unit": 5, "num_format": "0", **_AXIS})
        chart.set_y_axis({"num_format": form, "major_gridlines": _GRID, **_AXIS})
        _place(page, chart, words(f"chart_title.{name}"), placed)
        placed += 1
    if bars:
        _place(page, _tornado(page, figures, output, min(bars, _SHOWN_BARS)), words("sensitivity.output", output=words.line(output)), placed, True)
    page.text(2, 1, words("charts.how"), "grey")
    page.finish(freeze=(2, 0), repeat_rows=(0, 1), repeat_columns=None, pages_wide=1, pages_high=1)


def _place(page: Page, chart: Any, title: str, position: int, last: bool = False) -> None:
    """Put a chart where it is its turn; the last one takes the room there is."""
    chart.set_title({"name": title, "name_font": {"size": 12, "color": _INK}})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 720 if position % 2 or not last else 1_500, "height": 380})
    chart.show_blanks_as("gap")
    page.sheet.insert_chart(3 + 20 * (position // 2), 1 + position % 2 * 12, chart, {"description": title, "object_position": 2})


def _tornado(page: Page, figures: Figures, output: str, shown: int) -> Any:
    words = figures.words
    chart = page.chart("bar")
    rows = (FIRST_BAR, FIRST_BAR + shown - 1)
    for col, name, colour in ((6, "low", _PALETTE[1]), (8, "high", _PALETTE[0])):
        chart.add_series(
            {
                "name": words(f"scenario.{name}"),
                "categories": [at.SENSITIVITY, rows[0], 1, rows[1], 1],
                "values": [at.SENSITIVITY, rows[0], col, rows[1], col],
                "overlap": 100,
                "gap": 40,
                "fill": {"color": colour},
            }
        )
    chart.set_y_axis({"reverse": True, "label_position": "low", **_AXIS, "num_font": {"size": 8, "color": _INK}})
    chart.set_x_axis({"crossing": figures.result.value(output), "num_format": "0.00", "major_gridlines": _GRID, **_AXIS})
    return chart
