"""Scenario discovery: in which ranges of the assumptions does a plan succeed, or fail?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from model.analysis.boxes import Box, chosen, measured, paste, peel, without_chance
from model.analysis.draws import Draws
from model.analysis.one_at_a_time import one_number
from model.analysis.progress import Told
from model.analysis.ranges import Given, Range, label_of, ranges
from model.analysis.risk import Spec, make_spec, size_mistakes, take
from model.engine.outputs import Output
from model.inputs.quantities import shown
from model.language.errors import InputError, Mistakes

if TYPE_CHECKING:
    import pandas as pd

    from model.case import Case

Array = Any


@dataclass(frozen=True)
class Scenario:
    """One box: ranges of inputs in which the cases of interest lie close together.

    limits: a DataFrame, one row an input with a limit: key, label, low, high (as one reads them; empty where there is no
    limit), low_chance, high_chance (quasi-p values). coverage, density, mass: of the box among all draws.
    """

    limits: pd.DataFrame
    coverage: float
    density: float
    mass: float
    box: Box

    def __str__(self) -> str:
        parts = []
        for row in self.limits.to_dict("records"):
            ends = [f"at least {row['low']}" if row["low"] else "", f"at most {row['high']}" if row["high"] else ""]
            parts.append(f"{row['key']} {' and '.join(end for end in ends if end)}")
        told = f"coverage {100 * self.coverage:.0f} %, density {100 * self.density:.0f} %, of {100 * self.mass:.0f} % of the draws"
        return f"{'; '.join(parts) or 'no limit on any input'} ({told})"


@dataclass(frozen=True)
class Discovery:
    """What `discover` found.

    interest: the cases of interest in words. share: which share of all draws they are. scenarios: boxes, each for what
    the ones before leave over. tradeoff: a DataFrame of the first peeling, from everything to small and dense:
    coverage, density, mass, inputs (with a limit). draws: what it rests on.
    """

    interest: str
    share: float
    scenarios: tuple[Scenario, ...]
    tradeoff: pd.DataFrame
    draws: Draws

    def __str__(self) -> str:
        lines = [f"{self.interest}: {100 * self.share:.1f} % of {self.draws.draws:,} draws."]
        lines += [f"{number}. {scenario}" for number, scenario in enumerate(self.scenarios, 1)]
        return "\n".join(lines if self.scenarios else [*lines, "No ranges of the inputs single them out."])


def discover(
    case: Case | Draws,
    output: str | Output = "leverage",
    *,
    at_least: float | None = None,
    at_most: float | None = None,
    keys: Iterable[str] | Given | None = None,
    draws: int = 4096,
    seed: int = 1,
    cluster: str | None = None,
    real: bool = False,
    density: float | None = None,
    boxes: int = 3,
    peeling: float = 0.05,
    least_mass: float = 0.05,
    significant: float = 0.05,
    told: Told | None = None,
) -> Discovery:
    """Ranges of the inputs in which one figure is at least, or at most, some amount (PRIM).

    case: a case, of which `draws` are made evenly over the ranges of the keys; or draws made before, as they are.
    density: how dense a box should be; by default the best compromise of coverage and density. boxes: how many to look
    for at most, each among what the ones before leave over. peeling: the share of the points each step takes away.
    least_mass: the smallest box, as a share of all points. significant: limits whose quasi-p value is above this are
    dropped. Raises InputError with every mistake, and when all or none of the draws are of interest.
    """
    mistakes = Mistakes()
    mistakes.check((at_least is None) != (at_most is None), "give either at_least= or at_most=, the amount that makes a draw one of interest")
    for name, value in (("density", density), ("peeling", peeling), ("least_mass", least_mass), ("significant", significant)):
        most = 0.5 if name == "peeling" else 1.0
        right = value is None or 0 < value < most or value == most == 1
        mistakes.check(right, f"{name} {value!r} is not a share between 0 and {most:g}")
    mistakes.check(boxes >= 1, f"boxes {boxes!r} is not a whole number from 1")
    if isinstance(case, Draws):
        run, named = case, None if keys is None else set(keys)
        varied = [each for each, _ in case.spec.varied if named is None or each.key in named]
        mistakes.tell()
    else:
        made = mistakes.read(_asked, case, output, keys, draws, seed, cluster, real)
        mistakes.tell()
        spec, varied = made
        run = take(Draws(spec), told=told)
    name = one_number(run.spec.case, output, cluster, real).name
    figures = run.numbers(name)
    with np.errstate(invalid="ignore"):
        interesting = figures >= at_least if at_least is not None else figures <= at_most
    interest = f"{name} {f'at least {at_least:g}' if at_least is not None else f'at most {at_most:g}'}"
    if not 0 < interesting.sum() < len(interesting):
        reach = f"; it runs from {np.nanmin(figures):.6g} to {np.nanmax(figures):.6g}" if not np.isnan(figures).all() else ""
        raise InputError(f"{interest}: {'all' if interesting.all() else 'none'} of the {len(figures):,} draws{reach}")
    points = run.inputs([each.key for each in varied]).to_numpy()
    found, tradeoff = _boxes(points, interesting, boxes, density, peeling, least_mass, significant)
    scenarios = tuple(_scenario(run.spec.case, varied, box) for box in found)
    return Discovery(interest, float(interesting.mean()), scenarios, _tradeoff(tradeoff), run)


def _asked(
    case: Case, output: str | Output, keys: Iterable[str] | Given | None, draws: int, seed: int, cluster: str | None, real: bool
) -> tuple[Spec, list[Range]]:
    """The run to look at, spread evenly over the ranges, and the inputs to look for limits on. Raises InputError with every mistake."""
    mistakes = Mistakes(size_mistakes(draws, seed))
    asked = mistakes.read(one_number, case, output, cluster, real)
    varied = mistakes.read(ranges, case, keys)
    mistakes.tell()
    even = {each.key: ("uniform", *each.ends[::2]) if not each.is_path else "uniform" for each in varied}
    return make_spec(case, draws, seed, [asked], [], distributions=even), varied


def _boxes(
    points: Array, interesting: Array, most: int, density: float | None, peeling: float, least_mass: float, significant: float
) -> tuple[list[Box], list[Box]]:
    """Boxes one after the other, measured among all points; and the peeling of the first."""
    left = np.ones(len(points), dtype=bool)
    found: list[Box] = []
    first: list[Box] = []
    share = interesting.mean()
    while len(found) < most and interesting[left].any() and left.sum() >= 2 * least_mass * len(points):
        among, hits = points[left], interesting[left]
        trajectory = peel(among, hits, peeling, least_mass * len(points) / len(among))
        first = first or trajectory
        box = without_chance(among, hits, chosen(trajectory, density), significant)
        box = paste(among, hits, box)
        if not len(box.restricted) or box.density <= share:
            break
        found.append(measured(points, interesting, box.low, box.high))
        left &= ~box.holds(points)
    return found, first


def _scenario(case: Case, varied: Sequence[Range], box: Box) -> Scenario:
    import pandas as pd

    rows = []
    for which in box.restricted:
        each = varied[which]
        ends = [("" if np.isinf(end) else _limit(each, float(end))) for end in (box.low[which], box.high[which])]
        rows.append((each.key, label_of(case, each.key), *ends, box.low_chance[which], box.high_chance[which]))
    limits = pd.DataFrame(rows, columns=["key", "label", "low", "high", "low_chance", "high_chance"])
    return Scenario(limits, box.coverage, box.density, box.mass, box)


def _limit(each: Range, end: float) -> str:
    """A limit as a person reads it: rounded to what the range can bear; a path by its position."""
    if each.is_path or each.definition.kind != "number":
        return each.shown(end) if each.is_path else f"{end:g}"
    return shown(float(f"{end:.4g}"), each.definition)


def _tradeoff(boxes: Sequence[Box]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(
        {
            "coverage": [box.coverage for box in boxes],
            "density": [box.density for box in boxes],
            "mass": [box.mass for box in boxes],
            "inputs": [len(box.restricted) for box in boxes],
        }
    )
