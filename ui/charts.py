"""Charts on the screen: the specifications of `model.charts` and a few more, drawn by `drawing.js`, with the table behind each."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from model.charts import ACCENT, BY_RANK, INK, MUTED, NARROW, TARGET, Chart, base_spec, clean, legend_columns, name_axis, year_axis, yearly_rows
from model.wording import Wording
from ui import downloads, drawing, tables

GAIN, LOSS = "#107c6d", TARGET


class Place:
    """A chart on the page with its finding below and its numbers as a table on request; `put` shows it, and once more shows other numbers.

    What screen readers are told of a chart by name does not change with its numbers: they would say it all at every move of a lever.
    The finding, which does, stands in the text.
    """

    def __init__(self, words: Wording, key: str, title: str, above: str = ""):
        """above: HTML that stands above the chart."""
        self._words, self._key, self._title, self._above = words, key, title, above
        self._chart: Chart | None = None
        self._drawn: Any = st
        self._table: Any = None

    def shown(self) -> Chart:
        """What is shown here now."""
        assert self._chart is not None
        return self._chart

    def put(self, chart: Chart, remark: str = "") -> None:
        """Show a chart here. remark: what else is to be said of it."""
        first, self._chart = self._chart is None, chart
        name = html.escape(f"{self._title}{'' if self._title.endswith('?') else '.'} {chart.form}")
        told = html.escape(" ".join(part for part in (chart.finding, remark) if part))
        data = f"data-spec='{drawing.written(chart.spec)}' data-rows='{drawing.written(chart.columns)}'"
        plot = (
            f'<div class="plot" style="min-height: {chart.spec["height"]}px" role="img" aria-label="{name}" data-plot="{self._key}" {data}>'
            f'<p class="note">{html.escape(self._words("chart.not_drawn"))}</p></div>'
        )
        drawn = self._drawn.html(f'{self._above}{plot}<p class="finding">{told}</p>')
        if first:
            self._drawn = drawn
            behind = st.expander(self._words("chart.as_table"), key=f"table_{self._key}", on_change="rerun", type="compact")
            if behind.open:
                with behind:
                    self._table = st.empty()
                    downloads.chart_files(self._words, self.shown, self._key, self._title)
        if self._table is not None:
            self._table.html(tables.html_table(chart.headers, chart.rows, self._title))


def show(words: Wording, chart: Chart, key: str, title: str, above: str = "") -> None:
    """A chart with its finding in words and its numbers as a table on request. above: HTML that stands above it."""
    Place(words, key, title, above).put(chart)


def pairs() -> DeltaGenerator:
    """A place for cards two by two; on a narrow screen below each other. One message each time, where columns take three for each two cards."""
    return st.container(key="pairs")


def box(key: str, height: Literal["content", "stretch"] = "content") -> DeltaGenerator:
    """A bordered place for one subject. height: "stretch" for as high as the others of its row."""
    return st.container(border=True, key=f"card_{key}", height=height, gap=6)


def headed(title: str, note: str = "") -> str:
    """Heading of a card, and a line on what is shown, as HTML."""
    below = f'<p class="note">{html.escape(note)}</p>' if note else ""
    return f"<h2>{html.escape(title)}</h2>{below}"


def heading(title: str, note: str = "") -> None:
    """Heading of a card, and a line on what is shown."""
    st.html(headed(title, note))


def sheet(title: str, note: str, table: str) -> None:
    """A bordered card with a table, made by `tables.html_table`, and nothing else: one message."""
    st.html(f'<section class="card">{headed(title, note)}{table}</section>')


def card(words: Wording, chart: Chart, key: str, title: str, note: str) -> None:
    """A bordered card: the question as heading, a line on what is shown, the chart."""
    with box(key, height="stretch"):
        show(words, chart, key, title, headed(title, note if note != chart.spec.get("title") else ""))


def waterfall(
    words: Wording,
    unit: str,
    steps: Sequence[tuple[str, float]],
    total: str,
    alt: str,
    *,
    opening: tuple[str, float] | None = None,
    decimals: int = 0,
    floor: float = 0.0,
    kinds: tuple[str, str, str] | None = None,
    height: int = 300,
) -> Chart:
    """From zero, or from an opening amount, through every step (label, signed amount) to what is left. floor: where whole bars begin.

    kinds: words for a step up, a step down and a whole bar.
    """
    columns: dict[str, list[Any]] = {"name": [], "from": [], "to": [], "amount": [], "kind": [], "top": []}
    kinds = kinds or (words("chart.in"), words("chart.out"), words("chart.left"))
    level = opening[1] if opening else 0.0
    first = [(opening[0], None)] if opening else []
    for name, amount in [*first, *steps, (total, None)]:
        begin, end = (floor, level) if amount is None else (level, level + amount)
        size = level if amount is None else amount
        columns["name"].append(name)
        columns["from"].append(clean(begin, decimals + 3))
        columns["to"].append(clean(end, decimals + 3))
        columns["amount"].append(clean(size, decimals + 3))
        columns["kind"].append(kinds[2] if amount is None else kinds[0] if size >= 0 else kinds[1])
        columns["top"].append(clean(max(begin, end), decimals + 3))
        level = end
    order = columns["name"]
    x = {
        "field": "name",
        "type": "nominal",
        "sort": order,
        "axis": {
            "title": None,
            # On a telephone names side by side would run together: there they lean.
            "labelAngle": {"expr": f"{NARROW} ? -40 : 0"},
            "labelAlign": {"expr": f"{NARROW} ? 'right' : 'center'"},
            "labelLimit": 90 if len(order) > 6 else 160,
            "labelOverlap": False,
            "labelExpr": "split(datum.label, ': ')",
        },
    }
    spec = base_spec(words, unit, height) | {
        "encoding": {"x": x},
        "layer": [
            {
                "mark": {"type": "bar", "width": {"band": 0.62}},
                "encoding": {
                    "y": {
                        "field": "from",
                        "type": "quantitative",
                        "scale": {"zero": floor == 0},
                        "axis": {"title": None, "format": f",.{decimals}f" if floor == 0 else "d", "tickCount": 5},
                    },
                    "y2": {"field": "to"},
                    "color": {
                        "field": "kind",
                        "type": "nominal",
                        "scale": {"domain": list(kinds), "range": [GAIN, LOSS, ACCENT]},
                        "legend": {"symbolType": "square", "symbolStrokeWidth": 0, "columns": 3, "columnPadding": 6},
                    },
                    "tooltip": [{"field": "name", "title": words("chart.item")}, {"field": "amount", "title": unit, "format": f"+,.{decimals}f"}],
                },
            },
            {
                "mark": {"type": "text", "dy": -7, "aria": False, "fontWeight": "bold", "fontSize": 11},
                "encoding": {"y": {"field": "top", "type": "quantitative"}, "text": {"field": "label"}},
            },
        ],
    }
    whole = {0, len(order) - 1} if opening else {len(order) - 1}
    written = words.year if floor else lambda value: words.number(value, decimals)
    columns["label"] = [
        written(amount) if position in whole else words.number(amount, decimals, sign=True) for position, amount in enumerate(columns["amount"])
    ]
    headers = (words("chart.item"), unit)
    amounts = columns["amount"]
    return Chart(
        spec,
        columns,
        alt,
        headers,
        lambda: [(name, words.number(amount, decimals + 1, sign=True)) for name, amount in zip(order, amounts, strict=True)],
    )


def tornado(
    words: Wording, unit: str, rows: Sequence[tuple[str, float, float]], base: float, alt: str, form: str, say: Callable[[float], str]
) -> Chart:
    """For each assumption (label, outcome at its low, outcome at its high) a bar on either side of the base. form, say: how outcomes are written."""
    low, high = words("chart.at_low"), words("chart.at_high")
    columns: dict[str, list[Any]] = {"name": [], "kind": [], "outcome": [], "base": [], "rank": []}
    for rank, (label, at_low, at_high) in enumerate(rows):
        columns["name"] += [label, label]
        columns["kind"] += [low, high]
        columns["outcome"] += [clean(at_low, 4), clean(at_high, 4)]
        columns["base"] += [clean(base, 4)] * 2
        columns["rank"] += [rank, rank]
    spec = base_spec(words, unit, 70 + 25 * len(rows)) | {
        "encoding": {"y": {"field": "name", "type": "nominal", "sort": BY_RANK, "axis": name_axis(380, broken=True)}},
        "layer": [
            {
                "mark": {"type": "bar", "height": {"band": 0.7}},
                "encoding": {
                    "x": {
                        "field": "outcome",
                        "type": "quantitative",
                        "scale": {"zero": False},
                        "axis": {"title": None, "format": form, "tickCount": 6},
                    },
                    "x2": {"field": "base"},
                    "color": {
                        "field": "kind",
                        "type": "nominal",
                        "scale": {"domain": [low, high], "range": ["#0997f5", ACCENT]},
                        "legend": {"symbolType": "square", "symbolStrokeWidth": 0, "columns": legend_columns(2)},
                    },
                    "tooltip": [
                        {"field": "name", "title": words("chart.assumption")},
                        {"field": "kind", "title": words("chart.kind")},
                        {"field": "outcome", "title": unit, "format": form},
                    ],
                },
            },
            {
                "transform": [{"filter": "datum.rank == 0"}],
                "mark": {"type": "rule", "color": "#1f2937", "strokeWidth": 1.5, "aria": False},
                "encoding": {"x": {"field": "base", "type": "quantitative"}, "y": None},
            },
        ],
    }
    headers = (words("chart.assumption"), low, words("chart.base"), high)
    return Chart(spec, columns, alt, headers, lambda: [(label, *map(say, (a, base, b))) for label, a, b in rows])


def heat_map(
    words: Wording,
    unit: str,
    across: tuple[str, Sequence[str]],
    down: tuple[str, Sequence[str]],
    values: Sequence[Sequence[float]],
    alt: str,
    say: Callable[[float], str],
) -> Chart:
    """An outcome over two assumptions: columns across, rows down, every cell with its number. values: by row, then column. say: a number in words."""
    columns: dict[str, list[Any]] = {"across": [], "down": [], "value": [], "said": []}
    for row_label, row in zip(down[1], values, strict=True):
        columns["across"] += list(across[1])
        columns["down"] += [row_label] * len(across[1])
        columns["value"] += [clean(value, 4) for value in row]
        columns["said"] += map(say, row)
    axis: dict[str, Any] = {"labelAngle": 0, "ticks": False, "domain": False}
    spec = base_spec(words, unit, 80 + 28 * len(down[1])) | {
        "encoding": {
            "x": {"field": "across", "type": "ordinal", "sort": list(across[1]), "axis": axis | {"title": across[0]}},
            "y": {"field": "down", "type": "ordinal", "sort": list(down[1])[::-1], "axis": axis | {"title": down[0], "titleLimit": 260}},
        },
        "layer": [
            {
                "mark": {"type": "rect"},
                "encoding": {
                    "color": {"field": "value", "type": "quantitative", "scale": {"range": ["#eef4fb", "#6f9fd1"], "zero": False}, "legend": None},
                    "tooltip": [
                        {"field": "across", "title": across[0]},
                        {"field": "down", "title": down[0]},
                        {"field": "said", "title": unit},
                    ],
                },
            },
            {
                "mark": {"type": "text", "aria": False, "fontSize": 11},
                "encoding": {
                    "text": {"field": "said", "type": "nominal"},
                    "color": {"value": INK},
                },
            },
        ],
    }
    headers = (f"{down[0]} / {across[0]}", *across[1])
    return Chart(
        spec,
        columns,
        alt,
        headers,
        lambda: [(label, *map(say, row)) for label, row in zip(down[1], values, strict=True)],
    )


def fan(
    words: Wording,
    unit: str,
    years: Sequence[int],
    bands: Mapping[str, Sequence[float]],
    alt: str,
    *,
    base: Sequence[float] = (),
    target: tuple[float, str] | None = None,
    decimals: int = 2,
) -> Chart:
    """What draws say by year: P5 to P95 and P25 to P75 as bands, the middle as a line. bands: P5, P25, P50, P75, P95 by year."""
    columns: dict[str, list[Any]] = {"year": list(years), **{name: [clean(v, 4) for v in values] for name, values in bands.items()}}
    columns["base"] = [clean(v, 4) for v in base] if base else [None] * len(years)
    names = {"outer": words("chart.band", low=5, high=95), "inner": words("chart.band", low=25, high=75), "middle": words("chart.median")}
    x = {"field": "year", "type": "quantitative", "axis": year_axis(years), "scale": {"domain": [years[0], years[-1]], "nice": False}}
    tooltip = [{"field": "year", "title": words("chart.year")}] + [{"field": name, "title": name, "format": f",.{decimals}f"} for name in bands]

    def band(low: str, high: str, name: str) -> dict[str, Any]:
        return {
            "mark": {"type": "area", "opacity": 1, "stroke": MUTED, "strokeWidth": 0.8},
            "encoding": {
                "x": x,
                "y": {"field": low, "type": "quantitative", "axis": {"title": None, "format": f",.{min(decimals, 1)}f", "tickCount": 6}},
                "y2": {"field": high},
                "color": {
                    "datum": names[name],
                    "type": "nominal",
                    "scale": {"domain": list(names.values()), "range": ["#cfdff0", "#8fb3d9", ACCENT]},
                },
                "tooltip": tooltip,
            },
        }

    layers: list[dict[str, Any]] = [
        band("P5", "P95", "outer"),
        band("P25", "P75", "inner"),
        {
            "mark": {"type": "line", "strokeWidth": 2.5},
            "encoding": {"x": x, "y": {"field": "P50", "type": "quantitative"}, "color": {"datum": names["middle"], "type": "nominal"}},
        },
        {
            "mark": {"type": "line", "strokeWidth": 1.5, "strokeDash": [2, 3], "color": "#1f2937", "aria": False},
            "encoding": {"x": x, "y": {"field": "base", "type": "quantitative"}},
        },
    ]
    if target:
        fixed = {"values": [{"target": round(target[0], 4), "label": target[1], "year": years[0]}]}
        y = {"field": "target", "type": "quantitative"}
        rule = {"type": "rule", "strokeDash": [6, 4], "color": TARGET, "strokeWidth": 1.8, "aria": False}
        label = {"type": "text", "align": "left", "baseline": "bottom", "dx": 4, "dy": -3, "color": TARGET, "fontWeight": "bold"}
        layers.append({"data": fixed, "mark": rule, "encoding": {"y": y}})
        layers.append(
            {"data": fixed, "mark": label, "encoding": {"x": {"field": "year", "type": "quantitative"}, "y": y, "text": {"field": "label"}}}
        )
    headers = (words("chart.year"), *bands)
    spec = base_spec(words, unit, 300) | {"layer": layers}
    return Chart(spec, columns, alt, headers, lambda: yearly_rows(words, years, list(bands.values()), decimals))
