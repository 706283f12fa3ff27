"""Charts on the screen: the specifications of `model.charts` with their data as Arrow, and the table behind each."""

from __future__ import annotations

import pyarrow as pa
import streamlit as st

from model.charts import Chart
from model.wording import Wording
from ui import tables


def show(words: Wording, chart: Chart, key: str, title: str) -> None:
    """A chart with its finding for screen readers and its numbers as a table on request."""
    st.vega_lite_chart(pa.table(chart.columns), chart.spec, theme=None, width="stretch", key=f"chart_{key}", alt=chart.alt)
    behind = st.expander(words("chart.as_table"), key=f"table_{key}", on_change="rerun", type="compact")
    if behind.open:
        with behind:
            tables.show(chart.headers, chart.rows, title)


def card(words: Wording, chart: Chart, key: str, title: str, note: str) -> None:
    """A bordered card: the question as heading, a line on what is shown, the chart."""
    with st.container(border=True, key=f"card_{key}"):
        st.header(title, anchor=False)
        st.caption(note)
        show(words, chart, key, title)
