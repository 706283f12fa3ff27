"""Charts on the screen: the specifications of `model.charts` and a few more, with their data as Arrow and the table behind each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import streamlit as st

from model.charts import ACCENT, TARGET, Chart, base_spec, clean
from model.wording import Wording
from ui import tables

GAIN, LOSS = "#107c6d", TARGET


def show(words: Wording, chart: Chart, key: str, title: str) -> None:
    """A chart with its finding for screen readers and its numbers as a table on request."""
    st.vega_lite_chart(pa.table(chart.columns), chart.spec, theme=None, width="stretch", key=f"chart_{key}", alt=chart.alt)
    behind = st.expander(words("chart.as_table"), key=f"table_{key}", on_change="rerun", type="compact")
    if behind.open:
        with behind:
            tables.show(chart.headers, chart.rows, title)


def card(words: Wording, chart: Chart, key: str, title: str, note: str) -> None:
    """A bordered card: the question as heading, a line on what is shown, the chart."""
    with st.container(border=True, key=f"card_{key}", height="stretch"):
        st.header(title, anchor=False)
        st.caption(note)
        show(words, chart, key, title)


def waterfall(words: Wording, unit: str, steps: Sequence[tuple[str, float]], total: str, alt: str, height: int = 300) -> Chart:
    """From zero through every step (label, signed amount) to what is left."""
    columns: dict[str, list[Any]] = {"name": [], "from": [], "to": [], "amount": [], "kind": [], "top": []}
    kinds = [words("chart.in"), words("chart.out"), words("chart.left")]
    level = 0.0
    for name, amount in [*steps, (total, None)]:
        begin, end = (0.0, level) if amount is None else (level, level + amount)
        size = level if amount is None else amount
        columns["name"].append(name)
        columns["from"].append(clean(begin, 1))
        columns["to"].append(clean(end, 1))
        columns["amount"].append(clean(size, 1))
        columns["kind"].append(kinds[2] if amount is None else kinds[0] if size >= 0 else kinds[1])
        columns["top"].append(clean(max(begin, end), 1))
        level = end
    order = columns["name"]
    x = {"field": "name", "type": "nominal", "sort": order, "axis": {"title": None, "labelAngle": 0, "labelLimit": 90, "labelOverlap": False}}
    spec = base_spec(words, unit, height) | {
        "encoding": {"x": x},
        "layer": [
            {
                "mark": {"type": "bar", "width": {"band": 0.62}},
                "encoding": {
                    "y": {"field": "from", "type": "quantitative", "axis": {"title": None, "format": ",.0f", "tickCount": 5}},
                    "y2": {"field": "to"},
                    "color": {
                        "field": "kind",
                        "type": "nominal",
                        "scale": {"domain": kinds, "range": [GAIN, LOSS, ACCENT]},
                        "legend": {"symbolType": "square", "symbolStrokeWidth": 0, "columns": 3},
                    },
                    "tooltip": [{"field": "name", "title": words("chart.item")}, {"field": "amount", "title": unit, "format": "+,.0f"}],
                },
            },
            {
                "mark": {"type": "text", "dy": -7, "aria": False, "fontWeight": "bold", "fontSize": 11},
                "encoding": {"y": {"field": "top", "type": "quantitative"}, "text": {"field": "amount", "type": "quantitative", "format": "+,.0f"}},
            },
        ],
    }
    rows = [(name, words.number(amount, 1, sign=True)) for name, amount in zip(order, columns["amount"], strict=True)]
    return Chart(spec, columns, alt, (words("chart.item"), unit), rows)
