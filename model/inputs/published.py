"""Published figures to hold the model against: reference clusters and the national history."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from model.inputs import reading
from model.inputs.definitions import ASSUMPTIONS, Words, explain_validation
from model.language.errors import InputError


class Reference(BaseModel):
    """What one real cluster or programme reports: the value with its numerator, denominator, source and caveat."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str
    name: Words
    numerator: Words | None = None
    denominator: Words | None = None
    value: float
    unit: str
    year: int | None = None
    kind: Literal["realised", "plan"]
    compares_with: str | None = None
    status: str
    source: str
    caveat: Words | None = None


@lru_cache(maxsize=1)
def references() -> tuple[Reference, ...]:
    """All published figures (`assumptions/reference_figures.yaml`). Raises InputError with every mistake."""
    document = reading.read(ASSUMPTIONS / "reference_figures.yaml", "assumptions/reference_figures.yaml")
    try:
        return tuple(Reference.model_validate(entry) for entry in document.data["figures"])
    except ValidationError as error:
        raise InputError(explain_validation(error, document, "figures")) from None


def ratios_for(definition: str) -> list[Reference]:
    """Published ratios whose definition comes nearest to a leverage line, highest first."""
    found = [reference for reference in references() if reference.unit == "ratio" and reference.compares_with == definition]
    return sorted(found, key=lambda reference: -reference.value)


@lru_cache(maxsize=1)
def history() -> dict[str, dict[int, float]]:
    """Yearly national history by series without members: gdp, rd_expenditure, rd_intensity; missing years are left out."""
    document = reading.read(ASSUMPTIONS / "history.yaml", "assumptions/history.yaml")
    return {
        name: {int(year): float(entry["value"]) for year, entry in series["values"].items()}
        for name, series in document.data.items()
        if "values" in series
    }
