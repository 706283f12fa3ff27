"""What lines are called and what they mean, in both languages: for tables, charts and explanations."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from model.inputs.definitions import ASSUMPTIONS
from model.inputs.reading import read
from model.language import Line


@lru_cache(maxsize=1)
def line_labels() -> dict[str, Any]:
    """Short labels of lines, en and nl (`assumptions/line_labels.yaml`)."""
    data: dict[str, Any] = read(ASSUMPTIONS / "line_labels.yaml", "assumptions/line_labels.yaml").data
    return data


@lru_cache(maxsize=1)
def line_notes() -> dict[str, Any]:
    """What lines mean: the English of a docstring and its translation (`assumptions/line_notes.yaml`)."""
    data: dict[str, Any] = read(ASSUMPTIONS / "line_notes.yaml", "assumptions/line_notes.yaml").data
    return data


def line_label(name: str, language: str = "en") -> str:
    """The short label of a line; its name in words where nobody gave one, as for an analyst's own line."""
    found = line_labels().get(name, {}).get(language)
    return found or name.replace("_", " ").capitalize()


def line_note(line: Line, language: str = "en") -> str:
    """What a line means; as its docstring says where that has no translation, or says something else than what was translated."""
    note = " ".join(line.doc.split())
    if language == "en":
        return note
    found = line_notes().get(line.name, {})
    return str(found[language]) if found.get("en") == note else note
