"""Holding the model against what is known: the sketch of the default case, published figures of real clusters, a back-test."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError, model_validator

from model.inputs import reading
from model.inputs.definitions import ASSUMPTIONS, Words, explain_validation
from model.inputs.facts import facts
from model.inputs.layers import available
from model.language.errors import InputError

if TYPE_CHECKING:
    from model.case import Case
    from model.result import Result

_TERM = re.compile(r"(?P<minus>-?)(?P<line>[a-z_]+)(?:\[(?P<member>\w+)\])?")
ALL = "all"
"""Name of the whole case in the calibration file."""
MEASURES = ("cost", "national", "private", "public", "l1", "l2", "l3")
"""What a row of the sketch gives: cost and national money a year, private and public money, three ratios."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Measure(_Strict):
    """How the model measures a published figure: a line in a year, or sums of lines over years, nominal as they are published.

    above and below hold line names, with a member in brackets where a line has one dimension, and a minus for what is taken off.
    """

    line: str = ""
    year: int = 0
    above: tuple[str, ...] = ()
    below: tuple[str, ...] = ()
    years: tuple[int, int] = (0, 0)

    @model_validator(mode="after")
    def _one_of_two(self) -> Measure:
        if bool(self.line) == bool(self.above) or bool(self.line) != bool(self.year) or bool(self.above) != bool(self.years[0]):
            raise ValueError("give line and year, or above (and below) and years")
        return self


class Published(_Strict):
    """A figure that a real cluster reports, and how the model measures the same."""

    id: str
    name: Words
    definition: Words
    value: float
    unit: Literal["ratio", "share", "EUR m", "FTE"]
    kind: Literal["realised", "plan"]
    source: str
    status: Literal["verified", "recalled"]
    fact: str = ""
    based_on: tuple[str, ...] = ()
    measure: Measure


class SketchRow(_Strict):
    years: tuple[int, int]
    cost: float
    national: float
    private: float
    public: float
    l1: float
    l2: float
    l3: float


class Where(_Strict):
    years: tuple[int, int]
    measures: tuple[Literal["cost", "national", "private", "public", "l1", "l2", "l3"], ...]


class Reason(_Strict):
    """Why the model deviates from the sketch, and in which periods and measures."""

    title: str
    text: str
    at: tuple[Where, ...]


class Bands(_Strict):
    period: float
    life: float
    contribution: float
    reference: float
    backtest: float


class Series(_Strict):
    facts: str
    lines: tuple[str, ...]
    title: str


class Version(_Strict):
    title: str
    text: str
    sized_on: tuple[int, ...]
    changes: dict[str, Any]


class Backtest(_Strict):
    reference: str
    series: dict[str, Series]
    versions: dict[str, Version]


class Texts(_Strict):
    """What the document says around its tables."""

    opening: str
    sketch: str
    contribution: str
    references: str
    not_rebuilt: str
    backtest: str


class Calibration(_Strict):
    """The whole of `assumptions/calibration.yaml`."""

    source: str
    bands: Bands
    explain_above: float
    texts: Texts
    case: str
    periods: tuple[tuple[int, int], ...]
    sketch: dict[str, tuple[SketchRow, ...]]
    life: dict[str, dict[str, float]]
    contribution: dict[str, dict[int, float]]
    reasons: dict[str, Reason]
    backtest: Backtest


@lru_cache(maxsize=1)
def calibration() -> Calibration:
    """What the model is held against. Raises InputError with every mistake in the file."""
    document = reading.read(ASSUMPTIONS / "calibration.yaml", "assumptions/calibration.yaml")
    try:
        return Calibration.model_validate(document.data)
    except ValidationError as error:
        raise InputError(explain_validation(error, document)) from None


@dataclass(frozen=True)
class Beside:
    """One figure of the model beside one that it is held against. Blank (NaN) where the model has none."""

    what: str
    model: float
    other: float

    @property
    def deviation(self) -> float:
        """Model over the other figure, less one."""
        return self.model / self.other - 1


# The sketch ---------------------------------------------------------------------------------------------------


def _sum(result: Result, line: str, cluster: str | None, years: tuple[int, int], real: bool) -> float:
    return math.fsum(result.value(line, cluster, year, real=real) for year in range(years[0], years[1] + 1))


def sketch_rows(result: Result) -> dict[tuple[str, tuple[int, int]], dict[str, Beside]]:
    """Model beside the sketch, by cluster (or 'all') and period, then by measure. Money in constant prices."""
    found = {}
    for cluster, rows in calibration().sketch.items():
        scope = None if cluster == ALL else cluster
        for row in rows:
            count = row.years[1] - row.years[0] + 1
            private, public, national, in_kind, running, investing = (
                _sum(result, line, scope, row.years, real=True)
                for line in ("private_cash", "public_cash", "national_public_cash", "private_in_kind", "operating_cost", "capital_expenditure")
            )
            model = {
                "cost": (running + investing) / count,
                "national": national / count,
                "private": private,
                "public": public,
                "l1": private / national,
                "l2": private / public,
                "l3": (private + in_kind) / public,
            }
            found[(cluster, row.years)] = {name: Beside(name, model[name], getattr(row, name)) for name in MEASURES}
    return found


def life_rows(result: Result) -> dict[str, list[Beside]]:
    """Ratios over the whole life, in present value and without deadweight, beside the sketch, by cluster."""
    found = {}
    for cluster, given in calibration().life.items():
        scope = None if cluster == ALL else cluster
        lines = {name: ("first_year_private_exceeds_public" if name == "first_year" else name) for name in given}
        found[cluster] = [Beside(name, result.value(lines[name], scope), other) for name, other in given.items()]
    return found


def contribution_rows(result: Result) -> dict[str, dict[int, Beside]]:
    """Direct contribution to the R&D target, % of GDP, beside the sketch, by line and year."""
    return {
        line: {year: Beside(line, result.value(line, year=year), other) for year, other in by_year.items()}
        for line, by_year in calibration().contribution.items()
    }


def reasons_for(years: tuple[int, int], measure: str) -> list[str]:
    """Reasons that speak for a deviation in a period."""
    return [name for name, reason in calibration().reasons.items() if any(at.years == years and measure in at.measures for at in reason.at)]


# Reference clusters -------------------------------------------------------------------------------------------


def reference_names() -> list[str]:
    """Names of the reference clusters, as `model.load` takes them."""
    return [name for name, folder in available().items() if folder == "references"]


def published(case: Case) -> list[Published]:
    """The published figures of a reference cluster. Raises InputError with every mistake in them."""
    found: list[Published] = []
    mistakes: list[str] = []
    for cluster, given in case.published.items():
        try:
            found += TypeAdapter(list[Published]).validate_python(given)
        except ValidationError as error:
            mistakes += [f"{cluster}: published: {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
    if mistakes:
        raise InputError(mistakes)
    return found


def measured(result: Result, measure: Measure, cluster: str) -> float:
    """A published figure as the model has it. Raises InputError for lines or years that do not exist."""
    if measure.line:
        return result.value(measure.line, cluster, measure.year)
    above = _terms(result, measure.above, cluster, measure.years)
    return above / _terms(result, measure.below, cluster, measure.years) if measure.below else above


def _terms(result: Result, terms: Iterable[str], cluster: str, years: tuple[int, int]) -> float:
    parts = []
    for term in terms:
        match = _TERM.fullmatch(term)
        if not match:
            raise InputError(f"{term!r} is not a line, such as private_cash, public_cash_by_source[eu] or -national_public_cash")
        sign, line, member = -1 if match["minus"] else 1, match["line"], match["member"]
        members = {result.dims(line)[0]: member} if member else {}
        parts += [sign * result.value(line, cluster, year, real=False, **members) for year in range(years[0], years[1] + 1)]
    return math.fsum(parts)


def reference_rows(case: Case) -> list[tuple[Published, Beside]]:
    """Every published figure of a reference cluster beside the model."""
    result = case.run()
    cluster = next(iter(case.clusters))
    return [(figure, Beside(figure.id, measured(result, figure.measure, cluster), figure.value)) for figure in published(case)]


# The back-test ------------------------------------------------------------------------------------------------


def backtest_rows(case: Case, version: Version) -> dict[str, dict[int, Beside]]:
    """A reference cluster projected from its first year, beside the published amounts, by series and year."""
    test = calibration().backtest
    result = case.with_values(version.changes).run()
    cluster = next(iter(case.clusters))
    found: dict[str, dict[int, Beside]] = {}
    for name, series in test.series.items():
        known = {year: facts()[f"{series.facts}{year}"] for year in result.years if f"{series.facts}{year}" in facts()}
        found[name] = {
            year: Beside(name, math.fsum(result.value(line, cluster, year) for line in series.lines), float(fact["value"]))
            for year, fact in known.items()
        }
    return found


def mean_absolute_error(rows: Mapping[int, Beside], leave_out: Iterable[int] = (), until: int | None = None) -> float:
    """Mean of the absolute relative deviations, without the years the version was sized on."""
    skip = set(leave_out)
    errors = [abs(row.deviation) for year, row in rows.items() if year not in skip and (until is None or year <= until)]
    return math.fsum(errors) / len(errors)
