"""Sentences that know their parts, so that they can be said in another language than the English they are written in."""

from __future__ import annotations

from typing import Any


class Message(str):
    """An English sentence with its values filled in: text wherever it goes, and template and values for `Wording.say`.

    Values may be messages themselves.
    """

    template: str
    values: dict[str, Any]

    def __new__(cls, template: str, **values: Any) -> Message:
        made = super().__new__(cls, template.format(**values) if values else template)
        made.template, made.values = template, values
        return made


def placed(place: str, message: str) -> Message:
    """A message with what it is about in front: a file and line, a cell, or the key of an input."""
    return Message("{place}: {message}", place=place, message=message)
