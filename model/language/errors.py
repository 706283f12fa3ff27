"""Errors a user of the model can mend: each says where, what is wrong and what is allowed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import Any

from model.language.message import Message


class ModelError(Exception):
    """The model itself is wrong: a formula, a unit, a loop. Carries every mistake found."""

    def __init__(self, mistakes: str | Iterable[str]):
        self.mistakes = [mistakes] if isinstance(mistakes, str) else list(mistakes)
        super().__init__("\n".join(self.mistakes))


class InputError(ValueError):
    """The inputs are wrong: a file, a key, a value. Carries every mistake found."""

    def __init__(self, mistakes: str | Iterable[str]):
        self.mistakes = [mistakes] if isinstance(mistakes, str) else list(mistakes)
        super().__init__("\n".join(self.mistakes))


class Mistakes(list[str]):
    """Mistakes of several things that are read, so that all can be told at once."""

    def read(self, reading: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        """What `reading` yields; None where it raises InputError, whose mistakes are added."""
        try:
            return reading(*arguments, **options)
        except InputError as error:
            self += error.mistakes
            return None

    def check(self, right: bool, mistake: str) -> None:
        """Add a mistake where something is not right."""
        if not right:
            self.append(mistake)

    def tell(self) -> None:
        """Raise InputError with every mistake, each once; none, no error."""
        if self:
            raise InputError(dict.fromkeys(self))


def nearest(name: str, known: Iterable[str]) -> str:
    """' (did you mean x?)' for the known name closest to `name`; empty when none is close."""
    match = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return Message(" (did you mean {known!r}?)", known=match[0]) if match else ""
