"""Array rules that look back a number of years: windows, echoes and delays, also where every draw has its own number.

Arrays are (year, dimensions…, draw). A rule is written for one lane at a time, (year, draw), with the draws sorted by
their number of years, so that draws with the same number are neighbours and each is worked on once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

LaneRule = Callable[["Array", "Array", "Array"], None]


def whole(years: Array) -> Array:
    """A number of years as a whole number, halves to even."""
    return np.rint(years).astype(np.int64)


def by_lanes(rule: LaneRule) -> Callable[..., Array]:
    """The rule for arrays (a, years), and where to put the result if not in a new array.

    rule(lane, counts, out) fills out, all zero before: counts ascend along the draws; a single one is that of all draws.
    """

    def run(a: Array, years: Array, out: Array | None = None) -> Array:
        counts = whole(years)
        shape = np.broadcast_shapes(a.shape, counts.shape)
        if out is None:
            out = np.empty(shape)
        out.fill(0.0)
        if len(counts) > 1:
            for count in np.unique(counts):
                np.copyto(out, run(a, np.full((1,) * a.ndim, float(count))), where=counts == count)
            return out
        lanes = np.broadcast_to(a, (*shape[:-1], a.shape[-1]))
        if counts.size == 1:
            rule(lanes, counts.ravel(), out)
            return out
        numbers = np.broadcast_to(counts, (1, *shape[1:-1], counts.shape[-1]))
        if shape[-1] == 1 and out.flags.c_contiguous:
            # One draw: the members stand beside each other as draws do.
            flat = (len(a), numbers.size)
            _lane(rule, lanes.reshape(flat), numbers.ravel(), out.reshape(flat), np.empty((2, *flat)))
            return out
        scratch = np.empty((2, len(a), shape[-1]))
        for member in np.ndindex(shape[1:-1]):
            here = (slice(None), *member)
            _lane(rule, lanes[here], numbers[here][0], out[here], scratch)
        return out

    return run


def _lane(rule: LaneRule, lane: Array, counts: Array, out: Array, scratch: Array) -> None:
    """One lane, its draws sorted for the rule and put back in their order."""
    if lane.shape[1] == 1 and len(counts) > 1:
        distinct, code = np.unique(counts, return_inverse=True)
        table = np.zeros((len(lane), len(distinct)))
        rule(np.broadcast_to(lane, table.shape), distinct, table)
        np.take(table, code, axis=1, out=out, mode="clip")
    elif counts.min() == counts.max():
        rule(lane, counts[:1], out)
    else:
        order = np.argsort(counts.astype(np.int16), kind="stable")
        back = np.empty_like(order)
        back[order] = np.arange(len(order))
        arranged, found = scratch
        np.take(lane, order, axis=1, out=arranged, mode="clip")
        found.fill(0.0)
        rule(arranged, counts[order], found)
        np.take(found, back, axis=1, out=out, mode="clip")


def _runs(counts: Array) -> list[tuple[int, slice]]:
    """Each distinct number with the draws that have it. A single number is that of all draws."""
    starts = [0, *(np.flatnonzero(np.diff(counts)) + 1).tolist()]
    return [(int(counts[start]), slice(start, end)) for start, end in zip(starts, [*starts[1:], None], strict=True)]


def _window(lane: Array, counts: Array, out: Array) -> None:
    for lag in range(min(int(counts[-1]), len(lane))):
        first = int(np.searchsorted(counts, lag, side="right"))
        out[lag:, ..., first:] += lane[: len(lane) - lag, ..., first:]


def _renewal(lane: Array, counts: Array, out: Array) -> None:
    for count, draws in _runs(counts):
        if count > 0:
            for lag in range(count, len(lane), count):
                out[lag:, ..., draws] += lane[:-lag, ..., draws]


def _delayed(lane: Array, counts: Array, out: Array) -> None:
    for count, draws in _runs(counts):
        if 0 <= count < len(lane):
            out[count:, ..., draws] = lane[: len(lane) - count, ..., draws]


window_total = by_lanes(_window)
renewal = by_lanes(_renewal)
delayed = by_lanes(_delayed)


def window_step(t: int, a: Array, years: Array) -> Array:
    """The window of the year with index t."""
    counts = whole(years[t : t + 1] if len(years) > 1 else years)
    start = max(0, t - int(counts.max()) + 1)
    part = a[start : t + 1]
    if counts.size > 1:
        lags = np.arange(t - start, -1, -1).reshape(-1, *(1,) * (a.ndim - 1))
        part = np.where(counts > lags, part, 0.0)
    return part.sum(axis=0, keepdims=True)


def delayed_step(t: int, a: Array, years: Array) -> Array:
    """The value of the year that lies the delay before the year with index t."""
    counts = whole(years[t : t + 1] if len(years) > 1 else years)
    result = np.zeros(np.broadcast_shapes(a[0:1].shape, counts.shape))
    for lag in np.unique(counts):
        if 0 <= lag <= t:
            result = np.where(counts == lag, a[t - lag : t - lag + 1], result)
    return result
