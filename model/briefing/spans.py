"""Text of a note in pieces, plain or strong, that no renderer reads as anything but text."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_STRONG, _PLAIN = "\ue000", "\ue001"
"""Private characters that set strong text off until it is cut into spans; a text that holds them itself gains bold, no more."""
_LONGEST_WORD = 40
_LOST_WORD = 15
"""A cut text ends before a word that is at most so long, and within a longer one."""
_ZERO_WIDTH_SPACE = "\u200b"
_TOGETHER = re.compile(r"(?<=€) (?=\d)|(?<=\d) (?=(?:%|mln|mld|punt)(?!\w))")
"""Spaces at which a line must not end: between a number and its unit."""


@dataclass(frozen=True)
class Span:
    """A piece of text, strong or not."""

    text: str
    strong: bool = False


Text = tuple[Span, ...]


def clean(text: str, most: int = 0) -> str:
    """Text without control and layout characters, with single spaces, words that can break, and at most so many characters (0: any)."""
    kept = "".join(" " if char.isspace() else char for char in text if char.isspace() or unicodedata.category(char)[0] != "C")
    kept = re.sub(" +", " ", kept).strip()
    kept = _TOGETHER.sub("\u00a0", kept)
    if most and len(kept) > most:
        short, _, word = kept[: most - 1].rpartition(" ")
        kept = (short if short and len(word) <= _LOST_WORD else kept[: most - 1]).rstrip(" ,;:") + "…"
    return re.sub(rf"[^ ]{{{_LONGEST_WORD},}}", _breakable, kept)


def _breakable(found: re.Match[str]) -> str:
    word = found[0]
    half = _LONGEST_WORD // 2
    return _ZERO_WIDTH_SPACE.join(word[start : start + half] for start in range(0, len(word), half))


def strong(text: str) -> str:
    """A value that stands out in a sentence, for `spans`; long ones are cut."""
    return f"{_STRONG}{clean(text, 90)}{_PLAIN}"


def spans(text: str) -> Text:
    """A sentence cut where `strong` begins and ends."""
    found = []
    for position, part in enumerate(re.split(f"{_STRONG}([^{_PLAIN}]*){_PLAIN}", text)):
        inside = clean(part)
        if inside:
            # Cleaning strips the spaces at the seams; they come back here.
            lead = " " if part[:1].isspace() and position else ""
            trail = " " if part[-1:].isspace() else ""
            found.append(Span(lead + inside + trail, bool(position % 2)))
        elif part:
            found.append(Span(" "))
    return tuple(found)


def plain(text: Text) -> str:
    """Spans as one string."""
    return "".join(span.text for span in text)
