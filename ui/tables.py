"""Tables as real HTML tables: readable by screen readers, with a first column that stays in sight. All text is escaped."""

from __future__ import annotations

import html
from collections.abc import Collection, Sequence

import streamlit as st


def html_table(headers: Sequence[str], rows: Sequence[Sequence[str]], caption: str, strong: Collection[int] = (), wordy: Collection[int] = ()) -> str:
    """A table with row and column headers. strong: numbers of rows that are totals. wordy: columns that hold sentences."""
    kinds = [' class="text"' if column in wordy else "" for column in range(len(headers))]
    head = "".join(f'<th scope="col"{kind}>{html.escape(text)}</th>' for text, kind in zip(headers, kinds, strict=True))
    body = []
    for number, row in enumerate(rows):
        cells = "".join(f"<td{kind}>{html.escape(cell)}</td>" for cell, kind in zip(row[1:], kinds[1:], strict=False))
        total = ' class="total"' if number in strong else ""
        body.append(f'<tr{total}><th scope="row">{html.escape(row[0])}</th>{cells}</tr>')
    label = html.escape(caption, quote=True)
    size = "sheet free" if wordy else "sheet"
    return (
        f'<div class="{size}" role="region" tabindex="0" aria-label="{label}"><table><caption>{label}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table></div>"
    )


def show(headers: Sequence[str], rows: Sequence[Sequence[str]], caption: str, strong: Collection[int] = (), wordy: Collection[int] = ()) -> None:
    st.html(html_table(headers, rows, caption, strong, wordy))
