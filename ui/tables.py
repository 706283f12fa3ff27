"""Tables as real HTML tables: readable by screen readers, with a first column that stays in sight. All text is escaped."""

from __future__ import annotations

import html
from collections.abc import Collection, Sequence

import streamlit as st


def html_table(headers: Sequence[str], rows: Sequence[Sequence[str]], caption: str, strong: Collection[int] = ()) -> str:
    """A table with row and column headers. strong: numbers of rows that are totals."""
    head = "".join(f'<th scope="col">{html.escape(text)}</th>' for text in headers)
    body = []
    for number, row in enumerate(rows):
        cells = "".join(f"<td>{html.escape(cell)}</td>" for cell in row[1:])
        kind = ' class="total"' if number in strong else ""
        body.append(f'<tr{kind}><th scope="row">{html.escape(row[0])}</th>{cells}</tr>')
    label = html.escape(caption, quote=True)
    return (
        f'<div class="sheet" role="region" tabindex="0" aria-label="{label}"><table><caption>{label}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table></div>"
    )


def show(headers: Sequence[str], rows: Sequence[Sequence[str]], caption: str, strong: Collection[int] = ()) -> None:
    st.html(html_table(headers, rows, caption, strong))
