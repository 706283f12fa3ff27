"""What may be given: every input with its unit, bounds, dimensions, group and meaning (`assumptions/definitions.yaml`)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from model.inputs import reading
from model.language.errors import InputError
from model.language.message import Message

ASSUMPTIONS = Path(__file__).resolve().parents[2] / "assumptions"
NATION = "nation"
OWN = "own assumption"


class Words(BaseModel):
    """A text in the two languages of the program."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    en: str
    nl: str


class AddsUp(BaseModel):
    """What a family of shares must add up to over one of its dimensions: exactly, or at most."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    over: str
    total: float = 1.0
    exactly: bool = True


class Definition(BaseModel):
    """One input. Bounds are what the model accepts; the slider's range is what is sensible to try."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = ""
    label: Words
    unit: str
    scope: Literal["cluster", "nation"] = "cluster"
    over: tuple[str, ...] = ()
    kind: Literal["number", "whole", "switch", "choice"] = "number"
    choices: tuple[str, ...] = ()
    minimum: float = 0.0
    maximum: float = 1e9
    yearly: bool = False
    structural: bool = False
    group: str
    meaning: Words
    slider: Annotated[tuple[float, ...], Field(min_length=3, max_length=3)] | None = None
    absent: float | None = None
    adds_up: AddsUp | None = None

    @property
    def is_money(self) -> bool:
        return self.unit.startswith("EUR")

    def allowed(self) -> str:
        """What may be given, in words."""
        if self.kind == "switch":
            return Message("on or off")
        if self.kind == "choice":
            return Message("one of {choices}", choices=", ".join(self.choices))
        number = Message("a whole number" if self.kind == "whole" else "a number")
        yearly = Message(", or a path of years such as 2026:4,2030:16") if self.yearly else ""
        return Message(
            "{number} from {minimum:g} to {maximum:g} ({unit}){yearly}",
            number=number,
            minimum=self.minimum,
            maximum=self.maximum,
            unit=self.unit,
            yearly=yearly,
        )


class Dimension(BaseModel):
    """The members of a dimension with their labels, in the order in which they are shown."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    label: Words
    members: dict[str, Words]


class Definitions(BaseModel):
    """Everything that may be given."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    dimensions: dict[str, Dimension]
    groups: dict[str, Words]
    inputs: dict[str, Definition]


def explain_validation(error: ValidationError, document: reading.Document, *inside: Any) -> list[str]:
    """A pydantic error as one sentence a mistake, with file and line."""
    sentences = []
    for mistake in error.errors():
        path = tuple(part for part in mistake["loc"])
        shown = ".".join(str(part) for part in (*inside, *path))
        sentences.append(f"{document.place(*inside, *path)}: {shown}: {mistake['msg'][0].lower()}{mistake['msg'][1:]}")
    return sentences


@lru_cache(maxsize=1)
def definitions() -> Definitions:
    """The definitions that come with the program."""
    document = reading.read(ASSUMPTIONS / "definitions.yaml", "assumptions/definitions.yaml")
    for name, entry in document.data.get("inputs", {}).items():
        entry["name"] = name
    try:
        return Definitions.model_validate(document.data)
    except ValidationError as error:
        raise InputError(explain_validation(error, document)) from None


class Source(BaseModel):
    """Where numbers come from, once: who published it, when, where, and how good it is.

    secondary: it was read where somebody else reports or copies it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    publisher: str
    year: int | None = None
    url: str | None = None
    status: Literal["verified", "mixed", "recalled", "estimate"]
    secondary: bool = False
    note: str = ""

    def standing(self, status: str | None = None) -> str:
        """How good the source is, or one number of it with a status of its own: 'reported' where somebody else reports what was read."""
        status = status or self.status
        return "reported" if self.secondary and status == "verified" else status


@lru_cache(maxsize=1)
def sources() -> dict[str, Source]:
    """All sources by id (`assumptions/sources.yaml`)."""
    document = reading.read(ASSUMPTIONS / "sources.yaml", "assumptions/sources.yaml")
    try:
        return {name: Source.model_validate(entry) for name, entry in document.data["sources"].items()}
    except ValidationError as error:
        raise InputError(explain_validation(error, document)) from None
