"""Quantiles of yearly lines over any number of draws: exact while the draws are kept, then from counts in narrow bins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from model.language.errors import InputError

Array = Any
KEPT = 65_536
"""Draws of a yearly line that are kept, so that its quantiles are exact; beyond it they are counted."""
_BINS = 2048


class Fan:
    """One yearly line over all draws, taken in block after block.

    Up to `KEPT` draws every figure is kept. Beyond, draws are counted in bins whose edges are quantiles of those kept,
    a bin for each edge itself and one for each stretch between two edges; `error` says how far a quantile can be off.
    """

    def __init__(self, years: int):
        self.draws = 0
        self._parts: list[Array] = []
        self._edges: list[Array] = []
        self._counts: list[Array] = []
        self._ends = np.tile([[np.inf], [-np.inf]], (1, years))

    @property
    def exact(self) -> bool:
        """Whether every draw is still kept."""
        return not self._edges

    def add(self, part: Array) -> None:
        """Take in more draws, (years, draws)."""
        self.draws += part.shape[1]
        if self.exact:
            self._parts.append(part)
            if self.draws > KEPT:
                self._start_counting()
        else:
            self._count(part)

    def kept(self) -> Array:
        """All draws, (years, draws). Raises InputError when there are too many to be kept."""
        if not self.exact:
            raise InputError(
                f"of a yearly line at most {KEPT:,} draws are kept; ask for the year wanted as an output of its own, as in cash_balance@2040"
            )
        if len(self._parts) > 1:
            self._parts = [np.concatenate(self._parts, axis=1)]
        return self._parts[0]

    def _start_counting(self) -> None:
        everything = np.concatenate(self._parts, axis=1)
        chances = np.linspace(0, 1, _BINS + 1)
        for year in everything:
            held = year[~np.isnan(year)]
            self._edges.append(np.unique(np.quantile(held, chances, method="inverted_cdf")) if len(held) else np.zeros(1))
        self._counts = [np.zeros(2 * len(edges) + 1, dtype=np.int64) for edges in self._edges]
        self._parts = []
        self._count(everything)

    def _count(self, part: Array) -> None:
        for t, (year, edges, counts) in enumerate(zip(part, self._edges, self._counts, strict=True)):
            held = year[~np.isnan(year)]
            if len(held):
                place = np.searchsorted(edges, held, side="left") + np.searchsorted(edges, held, side="right")
                counts += np.bincount(place, minlength=len(counts))
                self._ends[0, t] = min(self._ends[0, t], held.min())
                self._ends[1, t] = max(self._ends[1, t], held.max())

    def quantiles(self, chances: Sequence[float]) -> Array:
        """The quantiles in every year, (years, chances); blank draws do not count."""
        if self.exact:
            return quantiles(self.kept(), chances)
        return np.array([[sum(self._bracket(t, chance)) / 2 for chance in chances] for t in range(len(self._edges))])

    def error(self, chances: Sequence[float]) -> Array:
        """By how much each quantile can be off at most, (years, chances): zero while all draws are kept."""
        if self.exact:
            return np.zeros((len(self.kept()), len(chances)))
        return np.array([[abs(np.subtract(*self._bracket(t, chance))) / 2 for chance in chances] for t in range(len(self._edges))])

    def _bracket(self, t: int, chance: float) -> tuple[float, float]:
        """Between which figures a quantile of one year lies."""
        edges, counts = self._edges[t], self._counts[t]
        total = int(counts.sum())
        if not total:
            return np.nan, np.nan
        place = int(np.searchsorted(np.cumsum(counts), chance * (total - 1), side="right"))
        place = min(place, len(counts) - 1)
        if place % 2:
            return float(edges[place // 2]), float(edges[place // 2])
        low = self._ends[0, t] if place == 0 else edges[place // 2 - 1]
        high = self._ends[1, t] if place == len(counts) - 1 else edges[place // 2]
        return float(low), float(high)


def quantiles(figures: Array, chances: Sequence[float]) -> Array:
    """Quantiles along the last axis, put last; blank (NaN) figures do not count, all blank yields blank."""
    if np.isnan(figures).any():
        import warnings

        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            found = np.nanquantile(figures, chances, axis=-1)
    else:
        found = np.quantile(figures, chances, axis=-1)
    return np.moveaxis(found, 0, -1)


def standard_errors(figures: Array, chances: Sequence[float], replicates: int = 1) -> Array:
    """Standard error of quantiles along the last axis, put last: half the distance between the figures one standard
    deviation of the rank below and above.

    replicates: of how many independent designs the figures are, dealt out in turn. With one, the draws are taken as
    independent, and the rank of a quantile varies as in coin tosses. With more, it varies as the share of draws below
    the quantile does from design to design, which holds for draws that are spread more evenly than independent ones.
    """
    ordered = np.sort(figures, axis=-1)
    count = np.sum(~np.isnan(figures), axis=-1, keepdims=True)
    found = []
    for chance in chances:
        step = np.sqrt(count * chance * (1 - chance))
        if replicates > 1:
            place = np.clip(np.rint(count * chance - 0.5), 0, np.maximum(count - 1, 0)).astype(np.int64)
            met = np.where(np.isnan(figures), np.nan, figures <= np.take_along_axis(ordered, place, -1))
            step = np.maximum(count * share_error(met, replicates), 0.5)
        below, above = (np.clip(np.rint(count * chance + side * step - 0.5), 0, np.maximum(count - 1, 0)).astype(np.int64) for side in (-1, 1))
        found.append((np.take_along_axis(ordered, above, -1) - np.take_along_axis(ordered, below, -1))[..., 0] / 2)
    return np.stack(found, axis=-1)


def share_error(met: Array, replicates: int) -> Array:
    """Standard error of the share of draws that meet something, along the last axis, which stays as one.

    met: 1 or 0 for every draw, blank where it does not count. replicates: as in `standard_errors`.
    """
    held = np.sum(~np.isnan(met), axis=-1, keepdims=True)
    share = np.nansum(met, axis=-1, keepdims=True) / np.maximum(held, 1)
    if replicates == 1:
        return np.sqrt(share * (1 - share) / np.maximum(held, 1))
    parts = [met[..., design::replicates] for design in range(replicates)]
    sizes = np.stack([np.sum(~np.isnan(part), axis=-1) for part in parts], axis=-1)
    sums = np.stack([np.nansum(part, axis=-1) for part in parts], axis=-1)
    apart = (sums - share * sizes) / np.maximum(held, 1)
    return np.sqrt(replicates / (replicates - 1) * np.sum(apart**2, axis=-1, keepdims=True))
