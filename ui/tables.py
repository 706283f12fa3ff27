"""Tables as real HTML tables: readable by screen readers, with a first column that stays in sight. All text is escaped."""

from __future__ import annotations

import html
from collections.abc import Collection, Sequence

import streamlit as st

from ui import drawing

MANY = 20
"""Rows from which a table with sentences scrolls within itself."""


def cell_text(text: str, link: bool = False) -> str:
    """Text of a cell, escaped; a second line is smaller; an address of the web becomes a link where wanted."""
    if link and text.startswith(("https://", "http://")):
        address = html.escape(text, quote=True)
        host = html.escape(text.split("/")[2])
        return f'<a href="{address}" target="_blank" rel="noreferrer noopener">{host}</a>'
    first, _, second = text.partition("\n")
    return html.escape(first) + (f"<small>{html.escape(second)}</small>" if second else "")


def html_table(
    headers: Sequence[str],
    rows: Sequence[Sequence[str]],
    caption: str,
    strong: Collection[int] = (),
    wordy: Collection[int] = (),
    links: Collection[int] = (),
) -> str:
    """A table with row and column headers. strong: numbers of rows that are totals. wordy: columns of sentences. links: columns of addresses."""
    kinds = [' class="text"' if column in wordy else "" for column in range(len(headers))]
    head = "".join(f'<th scope="col"{kind}>{html.escape(text)}</th>' for text, kind in zip(headers, kinds, strict=True))
    body = []
    for number, row in enumerate(rows):
        cells = "".join(f"<td{kinds[column]}>{cell_text(row[column], column in links)}</td>" for column in range(1, len(row)))
        total = ' class="total"' if number in strong else ""
        body.append(f'<tr{total}><th scope="row">{cell_text(row[0])}</th>{cells}</tr>')
    label = html.escape(caption, quote=True)
    size = "sheet" if not wordy else "sheet free" if len(rows) <= MANY else "sheet long"
    return (
        f'<div class="{size}" role="region" tabindex="0" aria-label="{label}"><table><caption>{label}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table></div>"
    )


def number_table(headers: Sequence[str], rows: Sequence[Sequence[str]], caption: str, strong: Collection[int] = ()) -> str:
    """A large table of numbers, whose cells `drawing.js` puts in. strong: numbers of rows that are totals.

    Streamlit examines each element that it is sent, which takes longer for the cells of a statement than drawing a chart.
    """
    cells = drawing.written([row[1:] for row in rows])
    return html_table(headers, [row[:1] for row in rows], caption, strong).replace("<table>", f"<table data-cells='{cells}'>", 1)


def show(
    headers: Sequence[str],
    rows: Sequence[Sequence[str]],
    caption: str,
    strong: Collection[int] = (),
    wordy: Collection[int] = (),
    links: Collection[int] = (),
) -> None:
    """Put a table on the page."""
    st.html(html_table(headers, rows, caption, strong, wordy, links))
