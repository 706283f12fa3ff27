"""Texts of the screen in one language: one file a language, on top of the model's own wording."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from model.wording import Wording, texts_of

TEXTS = Path(__file__).parent / "texts"


@lru_cache(maxsize=2)
def words(language: str) -> Wording:
    """All words of a language. Raises InputError for a language that is not there."""
    return Wording(language, texts_of(TEXTS / f"{language}.yaml"))
