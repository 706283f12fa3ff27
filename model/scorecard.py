"""The seven traits of a cluster's DNA beside their thresholds: a scorecard, not a verdict."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from model.inputs.definitions import NATION
from model.lines.dna import TRAITS
from model.wording import Wording

if TYPE_CHECKING:
    from model.result import Result


@dataclass(frozen=True)
class Trait:
    """One trait: its indicator and threshold in `unit` ('share', 'ratio' or 'years'; nan where it has none), and whether it is met."""

    line: str
    label: str
    meaning: str
    indicator: float
    threshold: float
    unit: str
    met: bool

    def to_dict(self) -> dict[str, Any]:
        """Plain data; blank numbers are None."""
        return {key: None if isinstance(value, float) and math.isnan(value) else value for key, value in asdict(self).items()}


def scorecard(result: Result, cluster: str, language: str = "en") -> list[Trait]:
    """The traits of a cluster in the order of the vision paper. Raises InputError for an unknown cluster or language."""
    say = Wording(language)
    case = result.case
    return [
        Trait(
            line=line,
            label=say.line(line),
            meaning=say.of(case.definition(threshold).meaning),
            indicator=result.value(line, cluster),
            threshold=float(case.quantity(NATION, threshold).value),  # type: ignore[arg-type]
            unit=case.definition(threshold).unit,
            met=bool(result.value(f"{line}_met", cluster)),
        )
        for line, threshold in TRAITS.items()
    ]
