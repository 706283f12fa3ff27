"""What to compute and what to vary, read from text: outputs such as `photonics.leverage`, keys such as `*.delay_years`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from model.engine.program import CLUSTER
from model.language import units
from model.language.errors import InputError, nearest

if TYPE_CHECKING:
    from model.case import Case

LIFE = "life"


@dataclass(frozen=True)
class Output:
    """One figure to compute: a line, of a cluster or (None) of the whole case.

    members: by dimension; a dimension that is not named is summed. year: a calendar year, 'life' for the sum over all
    years, None for the line as it is. real: in constant prices. yearly: whether there is a value for every year.
    """

    line: str
    cluster: str | None = None
    members: tuple[tuple[str, str], ...] = ()
    year: int | str | None = None
    real: bool = False
    yearly: bool = False

    @property
    def name(self) -> str:
        """As one writes it: photonics.membership_fees[core]@2040."""
        scope = f"{self.cluster}." if self.cluster else ""
        member = f"[{','.join(member for _, member in self.members)}]" if self.members else ""
        return f"{scope}{self.line}{member}" + (f"@{self.year}" if self.year is not None else "")


def read_output(case: Case, written: str | Output, cluster: str | None = None, real: bool = False) -> Output:
    """The output that a text names: `leverage`, `photonics.leverage`, `cash_balance@2040`, `membership_fees[core]`, `public_cash@life`.

    cluster: the cluster of a line that names none. Raises InputError with what is wrong and the nearest known name.
    """
    if isinstance(written, Output):
        return written
    text, _, when = str(written).strip().partition("@")
    text, _, inner = text.partition("[")
    scope, _, name = text.rpartition(".")
    chosen = scope or cluster
    problem = _line_problem(case, name, chosen)
    if problem:
        raise InputError(f"output {written}: {problem}")
    line = case.lines[name]
    dims = [dim for dim in case.program.members if dim in line.over]
    members = _members(case, written, dims, [m.strip() for m in inner.rstrip("]").split(",") if m.strip()])
    if len(members) < len(dims) and line.whole != "sum" and line.unit != "volume":
        missing = next(dim for dim in dims if dim not in dict(members))
        raise InputError(
            f"output {written}: {name} differs by {missing} and cannot be summed: add [{missing}], one of {', '.join(case.dimensions[missing])}"
        )
    yearly = case.program.nodes[case.program.roots[(name, line.scope)]].yearly
    year = _year(case, written, when.strip(), yearly)
    kept = None if line.scope != CLUSTER else chosen
    return Output(name, kept, members, year, real and units.is_money(line.unit), yearly and year is None)


def _line_problem(case: Case, name: str, cluster: str | None) -> str:
    if name not in case.lines:
        return f"there is no line {name!r}{nearest(name, case.lines)}"
    if cluster is not None and cluster not in case.clusters:
        return f"there is no cluster {cluster!r}{nearest(cluster, case.clusters)}; there are {', '.join(case.clusters)}"
    if cluster is None and name in case.program.no_whole and case.lines[name].scope == CLUSTER:
        return f"{name} has no value for the whole case: name a cluster, as in {next(iter(case.clusters))}.{name}"
    return ""


def _members(case: Case, written: Any, dims: Sequence[str], given: Sequence[str]) -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    for member in given:
        fitting = [dim for dim in dims if member in case.dimensions[dim] and dim not in found]
        if not fitting:
            known = [m for dim in dims for m in case.dimensions[dim]]
            raise InputError(
                f"output {written}: {member!r} is no member of its dimensions ({', '.join(dims) or 'it has none'}){nearest(member, known)}"
            )
        found[fitting[0]] = member
    return tuple((dim, found[dim]) for dim in dims if dim in found)


def _year(case: Case, written: Any, when: str, yearly: bool) -> int | str | None:
    if not when:
        return None
    if not yearly:
        raise InputError(f"output {written}: it is one number for the whole life and has no years")
    if when == LIFE:
        return LIFE
    if not when.isdecimal() or int(when) not in case.years:
        raise InputError(f"output {written}: @{when} is neither a year from {case.years[0]} to {case.years[-1]} nor @{LIFE}")
    return int(when)


def read_outputs(case: Case, written: Iterable[str | Output], cluster: str | None = None, real: bool = False) -> list[Output]:
    """Several outputs at once. Raises InputError with every mistake."""
    found, mistakes = [], []
    for each in written:
        try:
            found.append(read_output(case, each, cluster, real))
        except InputError as error:
            mistakes += error.mistakes
    if not found and not mistakes:
        mistakes.append("no outputs: name at least one line, such as leverage")
    if mistakes:
        raise InputError(mistakes)
    return found


Cell = tuple[str, str, tuple[str, ...]]
"""Scope, input and members: what a full key names."""


def expand_keys(case: Case, keys: Iterable[str]) -> dict[str, list[Cell]]:
    """The cells that each key stands for: one, or one for every cluster for `*.NAME`.

    Raises InputError for unknown keys, keys that cannot differ by draw, and cells that two keys name.
    """
    expanded: dict[str, list[Cell]] = {}
    mistakes: list[str] = []
    taken: dict[Cell, str] = {}
    for key in keys:
        scope, dot, rest = key.strip().partition(".")
        full = [f"{cluster}.{rest}" for cluster in case.clusters] if scope == "*" and dot else [key]
        try:
            cells = [case.resolve(each) for each in full]
        except InputError as error:
            mistakes += error.mistakes
            continue
        if case.definition(cells[0][1]).structural:
            mistakes.append(f"{key}: shapes the whole projection and cannot differ by draw; run a case for each value")
            continue
        expanded[key] = cells
        for cell in cells:
            if cell in taken:
                mistakes.append(f"{key}: {'.'.join((cell[0], cell[1], *cell[2]))} is varied by {taken[cell]} already")
            taken[cell] = key
    if mistakes:
        raise InputError(mistakes)
    return expanded
