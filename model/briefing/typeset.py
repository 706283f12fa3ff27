"""A note as PDF: tagged, with title, language and alternative texts, in typefaces that the typesetter carries along."""

from __future__ import annotations

import datetime
import json
from dataclasses import asdict
from typing import Any

from model.briefing.note import Note
from model.briefing.template import TEMPLATE


def render(note: Note) -> bytes:
    """The PDF; the same bytes for the same note.

    It follows PDF/UA-1. A text with letters of a script that the typefaces lack (Chinese, pictograms) is set in a typeface
    of this machine instead, tagged but without the claim to that standard.
    """
    import typst

    inputs = {"note": json.dumps(_data(note), ensure_ascii=False)}
    noon = int(datetime.datetime.combine(note.date, datetime.time(12), datetime.UTC).timestamp())
    source = TEMPLATE.encode()
    try:
        made = typst.Compiler(source, ignore_system_fonts=True).compile(format="pdf", pdf_standards="ua-1", timestamp=noon, sys_inputs=inputs)
    except typst.TypstError as error:
        if "could not be displayed" not in str(error):
            raise
        made = typst.Compiler(source).compile(format="pdf", timestamp=noon, sys_inputs=inputs)
    assert isinstance(made, bytes)
    return made


def _data(note: Note) -> dict[str, Any]:
    """The note as the template reads it."""
    drawn = [
        {"svg": each.svg(), "alt": each.chart.alt, "number": each.number, "caption": each.caption, "source": each.source, "wide": each.wide}
        for each in note.pictures
    ]
    date = {"year": note.date.year, "month": note.date.month, "day": note.date.day}
    plain = {name: value for name, value in vars(note).items() if name not in ("pictures", "date")}
    texts = {name: [asdict(span) for span in plain[name]] for name in ("gap", "answer")}
    tables = {name: asdict(plain[name]) if plain[name] else None for name in ("figures", "changes", "drivers")}
    return {**plain, **texts, **tables, "pictures": drawn, "date": date}
