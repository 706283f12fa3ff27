"""The patient rule induction method (PRIM): ranges of inputs within which a case of interest is much likelier.

After Friedman and Fisher (1999), with the measures of Bryant and Lempert (2010): coverage, density, and for each limit
the chance that the box would be as dense without it (quasi-p value).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = Any


@dataclass(frozen=True)
class Box:
    """Limits on inputs and how well they single out the cases of interest.

    low, high: limits by input, infinite where there is none. coverage: share of all cases of interest inside. density:
    share of what is inside that is of interest. mass: share of all points inside. low_chance, high_chance: for each
    limit the quasi-p value; NaN without a limit.
    """

    low: Array
    high: Array
    coverage: float
    density: float
    mass: float
    low_chance: Array
    high_chance: Array

    @property
    def restricted(self) -> Array:
        """Positions of the inputs that have a limit."""
        return np.flatnonzero(np.isfinite(self.low) | np.isfinite(self.high))

    def holds(self, points: Array) -> Array:
        """Which points, (points, inputs), lie inside."""
        return ((points >= self.low) & (points <= self.high)).all(axis=1)


def peel(points: Array, interesting: Array, share: float = 0.1, least: float = 0.05) -> list[Box]:
    """Boxes from everything down to small and dense, each with one slice peeled off the one before.

    points: (points, inputs). interesting: which points are of interest. share: the part of the points that a slice
    takes. least: the share of all points at which it ends. The slice is that which raises the density most for each
    point it gives up.
    """
    count, inputs = points.shape
    order = np.argsort(points, axis=0, kind="stable").T
    low, high = np.full(inputs, -np.inf), np.full(inputs, np.inf)
    inside = np.ones(count, dtype=bool)
    boxes = [measured(points, interesting, low, high)]
    while interesting[inside].any() and not interesting[inside].all():
        within = order[inside[order]].reshape(inputs, -1)
        best = _best_slice(np.take_along_axis(points.T, within, axis=1), interesting[within], share, least * count)
        if best is None:
            break
        which, is_lower, limit = best
        if is_lower:
            low[which] = limit
        else:
            high[which] = limit
        inside &= (points[:, which] >= low[which]) & (points[:, which] <= high[which])
        boxes.append(measured(points, interesting, low, high))
    return boxes


def _best_slice(values: Array, flags: Array, share: float, least: float) -> tuple[int, bool, float] | None:
    """The slice to peel from points sorted by each input, (inputs, points): input, whether from below, and the new limit."""
    count = values.shape[1]
    found = np.cumsum(flags, axis=1)
    rate = found[0, -1] / count
    best: tuple[float, int] | None = None
    choice = None
    for is_lower in (True, False):
        kept, limits = _kept(values, share, is_lower)
        taken = count - kept
        inside = (
            found[:, -1] - np.where(taken > 0, np.take_along_axis(found, np.maximum(taken - 1, 0)[:, None], 1)[:, 0], 0)
            if is_lower
            else (np.where(kept > 0, np.take_along_axis(found, np.maximum(kept - 1, 0)[:, None], 1)[:, 0], 0))
        )
        possible = np.flatnonzero((taken > 0) & (kept >= least))
        for which in possible:
            gain = (inside[which] / kept[which] - rate) / (taken[which] / count)
            if best is None or (gain, int(kept[which])) > best:
                best = gain, int(kept[which])
                choice = int(which), is_lower, float(limits[which])
    return choice


def _kept(values: Array, share: float, is_lower: bool) -> tuple[Array, Array]:
    """How many points stay when a share of them is peeled off, for each input, and the limit: midway between two values.

    Equal values go together, so that a slice always takes something where the input has more than one value.
    """
    inputs, count = values.shape
    place = (count - 1) * (share if is_lower else 1 - share)
    below, above = np.full(inputs, int(np.floor(place))), np.full(inputs, int(np.ceil(place)))
    rows = np.arange(inputs)
    while True:
        tied = values[rows, below] == values[rows, above]
        tied &= above < count - 1 if is_lower else below > 0
        if not tied.any():
            break
        if is_lower:
            above[tied] += 1
        else:
            below[tied] -= 1
    limits = (values[rows, below] + values[rows, above]) / 2
    if is_lower:
        return (values >= limits[:, None]).sum(axis=1), limits
    return (values <= limits[:, None]).sum(axis=1), limits


def paste(points: Array, interesting: Array, box: Box, share: float = 0.05) -> Box:
    """The box with limits moved out again, a share of its points at a time, as long as it becomes no less dense."""
    low, high = box.low.copy(), box.high.copy()
    current = box
    widened = True
    while widened:
        widened = False
        for which in current.restricted:
            for limits, is_lower in ((low, True), (high, False)):
                if not np.isfinite(limits[which]):
                    continue
                before = limits[which]
                limits[which] = _further(points, low, high, int(which), is_lower, share)
                wider = measured(points, interesting, low, high)
                if wider.mass > current.mass and wider.density >= current.density:
                    current, widened = wider, True
                else:
                    limits[which] = before
    return current


def _further(points: Array, low: Array, high: Array, which: int, is_lower: bool, share: float) -> float:
    """A limit moved out until a share more points are inside; infinite when that is beyond all of them."""
    free_low, free_high = low.copy(), high.copy()
    (free_low if is_lower else free_high)[which] = -np.inf if is_lower else np.inf
    inside = ((points >= free_low) & (points <= free_high)).all(axis=1)
    values = np.sort(points[inside, which])
    now = int(((points >= low) & (points <= high)).all(axis=1).sum())
    more = now + max(1, int(np.ceil(share * now)))
    if more >= len(values):
        return -np.inf if is_lower else np.inf
    return float((values[-more - 1] + values[-more]) / 2 if is_lower else (values[more - 1] + values[more]) / 2)


def without_chance(points: Array, interesting: Array, box: Box, significant: float = 0.05) -> Box:
    """The box without the limits that might as well be chance, the weakest first."""
    while True:
        chances = np.concatenate([box.low_chance, box.high_chance])
        if np.isnan(chances).all() or np.nanmax(chances) <= significant:
            return box
        weakest = int(np.nanargmax(chances))
        low, high = box.low.copy(), box.high.copy()
        if weakest < len(low):
            low[weakest] = -np.inf
        else:
            high[weakest - len(low)] = np.inf
        box = measured(points, interesting, low, high)


def measured(points: Array, interesting: Array, low: Array, high: Array) -> Box:
    """The measures of a box."""
    from scipy import special

    beyond = {"low": points < low, "high": points > high}
    outside = beyond["low"].sum(axis=1) + beyond["high"].sum(axis=1)
    inside = outside == 0
    held, hits, total = int(inside.sum()), int(interesting[inside].sum()), int(interesting.sum())
    chances = {}
    for side, limits in (("low", low), ("high", high)):
        chances[side] = np.full(len(limits), np.nan)
        for which in np.flatnonzero(np.isfinite(limits)):
            freed = inside | ((outside == 1) & beyond[side][:, which])
            rate = interesting[freed].mean() if freed.any() else 0.0
            chances[side][which] = special.betainc(hits, held - hits + 1, rate) if hits else 1.0
    return Box(
        low.copy(), high.copy(), hits / total if total else 0.0, hits / held if held else 0.0, held / len(points), chances["low"], chances["high"]
    )


def chosen(boxes: Sequence[Box], density: float | None = None) -> Box:
    """The box of a peeling to look at first: with the largest coverage at least as dense as asked; without a wish, with
    the largest harmonic mean of coverage and density.
    """
    if density is not None:
        dense = [box for box in boxes if box.density >= density]
        return max(dense or [max(boxes, key=lambda box: box.density)], key=lambda box: (box.coverage, box.density))
    return max(boxes, key=lambda box: 2 * box.coverage * box.density / max(box.coverage + box.density, 1e-300))
