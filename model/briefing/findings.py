"""What a note says beside the figures of a run: how sure they are, what drives them, what they rest on, what was changed."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from model.analysis.ranges import Range, range_of
from model.calibration import ALL, calibration
from model.inputs.catalogue import STATUSES, status_of
from model.inputs.definitions import NATION
from model.inputs.quantities import Quantity, Value

if TYPE_CHECKING:
    from model.case import Case

DRAWS, SEED = 2000, 1
"""As the screen draws unless it is told otherwise, so that both tell the same range for the same case."""
HEADLINE = "leverage"
_SMALLEST = 0.005
"""A swing that two decimals do not show is none."""
_KEPT = 8
"""Of so many cases what the draws say is kept: the same note is asked for as Word and as PDF, in two languages."""


@dataclass(frozen=True)
class Spread:
    """Percentiles of the headline ratio over the draws. below: share of the draws under the ratio of the case itself. varied: inputs drawn."""

    low: float
    median: float
    high: float
    below: float
    varied: int


@dataclass(frozen=True)
class Driver:
    """An input that varies, and the headline ratio with this input alone at its low and at its high."""

    range: Range
    at_low: float
    at_high: float


@dataclass(frozen=True)
class Change:
    """Inputs that differ from the base case alike, told once: one key, or those of every cluster, or of every member of its dimensions."""

    key: str
    old: Value
    new: Quantity
    every_cluster: bool = False
    every_member: bool = False

    @property
    def alike(self) -> tuple[Value, Value]:
        """What changes must share to be told as one."""
        return self.old, self.new.value


def _asked(cluster: str | None) -> str:
    return f"{cluster}.{HEADLINE}" if cluster else HEADLINE


@lru_cache(maxsize=_KEPT)
def spread(case: Case, cluster: str | None) -> Spread | None:
    """Draws of all uncertain inputs at once; None where nothing varies or the ratio is undefined."""
    import model

    base = case.run().value(HEADLINE, cluster)
    if math.isnan(base) or not any(range_of(case, key) for key in case.quantities()):
        return None
    found = model.monte_carlo(case, DRAWS, SEED, [_asked(cluster)], told=lambda done, total: None)
    low, median, high = (float(number) for number in found.quantiles(_asked(cluster), percentiles=(5, 50, 95)).iloc[0])
    below = float((found.numbers(_asked(cluster)) < base).mean())
    return Spread(low, median, high, below, len(found.spec.varied))


@lru_cache(maxsize=_KEPT)
def drivers(case: Case, cluster: str | None, most: int) -> tuple[Driver, ...]:
    """The inputs with the widest swing of the headline ratio, widest first; none where it is undefined."""
    import model

    if spread(case, cluster) is None:
        return ()
    frame = model.tornado(case, _asked(cluster), told=lambda done, total: None)
    found = []
    for row in frame.head(most).to_dict("records"):
        varied = range_of(case, row["key"])
        if varied is not None and row["swing"] >= _SMALLEST:
            found.append(Driver(varied, float(row["at_low"]), float(row["at_high"])))
    return tuple(found)


def counts(case: Case, cluster: str | None) -> dict[str, int]:
    """How many values there are of each status; of one cluster and the nation, or of all."""
    scopes = (cluster, NATION) if cluster else (*case.clusters, NATION)
    found = Counter(status_of(quantity) for key, quantity in case.quantities().items() if key.partition(".")[0] in scopes)
    return {status: found[status] for status in STATUSES}


def sketched(case: Case, cluster: str | None) -> float | None:
    """The headline ratio of the sketch that the default case was sized on; None for what the sketch does not hold."""
    known = calibration()
    if cluster is None and len(case.clusters) == 1:
        cluster = next(iter(case.clusters))
    if cluster is None and set(case.clusters) != set(known.life) - {ALL}:
        return None
    return known.life.get(cluster or ALL, {}).get(HEADLINE)


def changes(case: Case, start: Case, cluster: str | None) -> list[Change]:
    """All that differs from the base case, told as few times as can be; the shown cluster first, then the user's own changes."""
    found: dict[str, Change] = {}
    users = [key for key in case.quantities() if key in case.changes]
    for key in dict.fromkeys([*users, *case.file_changes]):
        old, new = (each.quantity(*key.split(".")) for each in (start, case))
        if old.value != new.value:
            found[key] = Change(key, old.value, new)
    told = _gathered(found, case, _over_members, lambda change: replace(change, every_member=True))
    told = _gathered(told, case, _over_clusters, lambda change: replace(change, every_cluster=True))
    return sorted(told.values(), key=lambda each: _rank(each, case.changes, cluster))


def _gathered(
    found: dict[str, Change], case: Case, family: Callable[[str, Case], list[str]], as_one: Callable[[Change], Change]
) -> dict[str, Change]:
    """Changes with those of a whole family that are alike told as one, in the place of its first."""
    gathered: dict[str, Change] = {}
    done: set[str] = set()
    for key, change in found.items():
        keys = family(key, case)
        if key in done:
            continue
        kin = [found.get(each) for each in keys]
        if len(kin) > 1 and all(each is not None and each.alike == change.alike and each.every_member == change.every_member for each in kin):
            gathered[key] = as_one(change)
            done.update(keys)
        else:
            gathered[key] = change
    return gathered


def _over_members(key: str, case: Case) -> list[str]:
    """The keys of an input for every member of its dimensions."""
    scope, name, *_ = key.split(".")
    return [".".join((scope, name, *members)) for members in itertools.product(*(case.dimensions[dim] for dim in case.definition(name).over))]


def _over_clusters(key: str, case: Case) -> list[str]:
    """The keys of an input for every cluster; a national one stands alone."""
    scope, _, rest = key.partition(".")
    return [key] if scope == NATION else [f"{cluster}.{rest}" for cluster in case.clusters]


def _rank(change: Change, users: Iterable[str], cluster: str | None) -> tuple[bool, bool]:
    scope = change.key.partition(".")[0]
    return (cluster is not None and scope not in (cluster, NATION) and not change.every_cluster, change.key not in users)
