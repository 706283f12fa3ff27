"""How an input is distributed: each distribution by the inverse of its distribution function, cut off at low and high.

What low, value and high mean: pert, a beta distribution between low and high whose most likely point, the value, weighs
four times as much as an end; triangular and uniform as usual; normal, the value as mean and (high - low) / 4 as standard
deviation; lognormal, the value as median and ln(high / low) / 4 as standard deviation of the logarithm; discrete, whole
numbers, the value most likely and less so in even steps towards low and high; bernoulli, on with the chance given.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from model.analysis.ranges import Range, bounds, definition_of, given_range, range_of, ranges, value_of
from model.inputs.quantities import DISTRIBUTIONS, read_value
from model.language.errors import InputError, nearest

if TYPE_CHECKING:
    from model.case import Case

Array = Any
_CELLS, _TAIL, _TAIL_CELLS = 512, 16, 64
_NUMBERS = {
    "pert": ("low", "most likely", "high"),
    "triangular": ("low", "most likely", "high"),
    "uniform": ("low", "high"),
    "normal": ("mean", "standard deviation"),
    "lognormal": ("median", "standard deviation of the logarithm"),
    "bernoulli": ("chance",),
    "fixed": ("value",),
}


@dataclass(frozen=True)
class Marginal:
    """One distribution: its kind, its ends, its centre (mode, mean or median) and spread, or its points and their weights."""

    kind: str
    low: float
    high: float
    centre: float = 0.0
    spread: float = 0.0
    points: tuple[float, ...] = ()
    weights: tuple[float, ...] = ()

    def inverse(self, chance: Array) -> Array:
        """The values that are not exceeded with the given chances, between 0 and 1."""
        from scipy import special

        width = self.high - self.low
        if self.kind == "fixed" or (width == 0 and not self.points):
            return np.full(np.shape(chance), self.centre)
        if self.points:
            edges = np.cumsum(self.weights)[:-1] / sum(self.weights)
            return np.asarray(self.points)[np.searchsorted(edges, chance, side="right")]
        if self.kind == "uniform":
            return self.low + width * chance
        if self.kind == "triangular":
            rise = (self.centre - self.low) / width
            left = self.low + width * np.sqrt(rise * chance)
            return np.where(chance < rise, left, self.high - width * np.sqrt((1 - rise) * (1 - chance)))
        if self.kind == "pert":
            return self.low + width * _beta_inverse(round(1 + 4 * (self.centre - self.low) / width, 9), chance)
        logarithmic = self.kind == "lognormal"
        low, high, centre = self.low, self.high, self.centre
        if logarithmic:
            low, high, centre = (math.log(end) if end > 0 else -math.inf for end in (low, high, centre))
        below, above = special.ndtr((low - centre) / self.spread), special.ndtr((high - centre) / self.spread)
        found = centre + self.spread * special.ndtri(below + chance * (above - below))
        return np.clip(np.exp(found) if logarithmic else found, self.low, self.high)


def _cubic(points: Array, slopes: Array) -> Array:
    """Coefficients of the cubic pieces through evenly spaced points with given slopes per piece: (4, pieces)."""
    left, steep, flat, rise = points[:-1], slopes[:-1], slopes[1:], np.diff(points)
    return np.stack([left, steep, 3 * rise - 2 * steep - flat, steep + flat - 2 * rise])


def _on_cubic(pieces: Array, place: Array) -> Array:
    """The curve of cubic pieces at places 0 … number of pieces."""
    piece = np.minimum(place.astype(np.int32), pieces.shape[1] - 1)
    t = place - piece
    found = pieces[3].take(piece)
    for coefficients in (pieces[2], pieces[1], pieces[0]):
        found *= t
        found += coefficients.take(piece)
    return found


@lru_cache(maxsize=512)
def _beta_pieces(first: float) -> tuple[Array, Array]:
    """The inverse of the beta distribution with shapes (first, 6 - first) in cubic pieces: over the chance; and, for
    the lowest `_TAIL` cells, where that is steep, over the chance to the power 1 / first.
    """
    from scipy import special

    def density(points: Array) -> Array:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.exp((first - 1) * np.log(points) + (5.0 - first) * np.log1p(-points) - special.betaln(first, 6.0 - first))

    points = special.betaincinv(first, 6.0 - first, np.arange(_CELLS + 1) / _CELLS)
    with np.errstate(divide="ignore"):
        body = _cubic(points, np.nan_to_num(1 / (density(points) * _CELLS), posinf=0.0))
    step = (_TAIL / _CELLS) ** (1 / first) / _TAIL_CELLS
    roots = np.arange(_TAIL_CELLS + 1) * step
    lowest = special.betaincinv(first, 6.0 - first, roots**first)
    at_zero = math.exp((math.log(first) + special.betaln(first, 6.0 - first)) / first)
    slopes = np.full(len(roots), at_zero)
    slopes[1:] = first * roots[1:] ** (first - 1) / density(lowest[1:])
    return body, _cubic(lowest, slopes * step)


def _beta_inverse(first: float, chance: Array) -> Array:
    """The inverse of the beta distribution with shapes (first, 6 - first), to about 1e-8."""
    first = min(max(first, 1.0), 5.0)
    found = _on_cubic(_beta_pieces(first)[0], chance * _CELLS)
    edge = _TAIL / _CELLS
    low, high = np.flatnonzero(chance < edge), np.flatnonzero(chance > 1 - edge)
    found[low] = _beta_tail(first, chance[low])
    found[high] = 1 - _beta_tail(6.0 - first, 1 - chance[high])
    return found


def _beta_tail(first: float, chance: Array) -> Array:
    reach = (_TAIL / _CELLS) ** (1 / first)
    return _on_cubic(_beta_pieces(first)[1], chance ** (1 / first) / reach * _TAIL_CELLS)


def own_marginal(each: Range, kind: str | None = None) -> Marginal:
    """The distribution of an input over its range: of the kind given, or named in the assumptions, or the usual one.

    Raises InputError where the kind does not suit the range.
    """
    low, centre, high = each.ends
    kind = kind or each.distribution or ("discrete" if each.definition.kind == "choice" else "pert")
    if kind in ("pert", "triangular", "uniform"):
        return Marginal(kind, low, high, centre)
    if kind == "normal":
        return Marginal(kind, low, high, centre, (high - low) / 4)
    if kind == "lognormal":
        if low <= 0:
            raise InputError(f"{each.key}: a lognormal distribution needs low above 0, not {low:g}")
        return Marginal(kind, low, high, centre, math.log(high / low) / 4)
    if kind == "discrete":
        if each.is_path:
            raise InputError(f"{each.key}: a path of years cannot be discrete")
        points = np.arange(math.ceil(low), math.floor(high) + 1, dtype=float)
        if not len(points):
            raise InputError(f"{each.key}: there is no whole number from {low:g} to {high:g}")
        reach = np.where(points < centre, centre - low, high - centre) + 1
        return Marginal(kind, low, high, points=tuple(points), weights=tuple(1 - np.abs(points - centre) / reach))
    if kind == "fixed":
        return Marginal(kind, centre, centre, centre)
    raise InputError(f"{each.key}: {kind} needs its chance, as in bernoulli:0.8")


def read_distribution(case: Case, key: str, given: Any) -> tuple[Range, Marginal]:
    """The distribution that an analyst gives for a key.

    given: the name of a kind for the input's own range ("uniform"); a kind with its numbers, ("pert", 1, 2, 5) or
    "pert:1:2:5"; the chance of a switch, 0.8; or values with weights, {0: 0.5, 2: 0.5} or "discrete:0=0.5:2=0.5".
    Raises InputError for what the input cannot take.
    """
    definition = definition_of(case, key)
    if definition.structural:
        raise InputError(f"{key}: shapes the whole projection and cannot be drawn; sweep over it instead")
    if isinstance(given, str):
        given = _parsed(key, given)
    if isinstance(given, Mapping):
        return _weighted(case, key, given)
    if isinstance(given, (int, float)) and not isinstance(given, bool):
        given = ("bernoulli", given)
    kind, *numbers = given if isinstance(given, Sequence) and given else ("",)
    if kind not in DISTRIBUTIONS or (kind == "discrete" and numbers):
        raise InputError(f"{key}: distribution {kind!r} is not one of {', '.join(DISTRIBUTIONS)}{nearest(str(kind), DISTRIBUTIONS)}")
    if not numbers:
        own = range_of(case, key)
        if own is None:
            raise InputError(
                f"{key}: the assumptions give it no range; give the numbers, as in {kind}:{':'.join(_NUMBERS.get(kind, ('low', 'high')))}"
            )
        return own, own_marginal(own, kind)
    return _numbered(case, key, str(kind), numbers)


def _parsed(key: str, text: str) -> Any:
    kind, *parts = (part.strip() for part in text.split(":"))
    if kind == "discrete" and parts:
        pairs = [part.partition("=") for part in parts]
        return {value: weight for value, _, weight in pairs}
    return (kind, *parts)


def _number(key: str, text: Any) -> float:
    try:
        found = float(text)
    except (TypeError, ValueError):
        found = math.nan
    if not math.isfinite(found):
        raise InputError(f"{key}: {text!r} is not a number")
    return found


def _weighted(case: Case, key: str, given: Mapping[Any, Any]) -> tuple[Range, Marginal]:
    definition = definition_of(case, key)
    points, weights = [], []
    for value, weight in given.items():
        point, problem = read_value(value, definition)
        if point is None or isinstance(point, dict):
            raise InputError(f"{key}: {problem or 'a path of years cannot be one of several values'}")
        points.append(point)
        weights.append(_number(key, weight))
    if not points or min(weights) < 0 or sum(weights) <= 0:
        raise InputError(f"{key}: a discrete distribution needs values with weights, none below zero and not all zero")
    low, high = min(points), max(points)
    found = Range(key, definition, value_of(case, key), low, high)
    return found, Marginal("discrete", low, high, points=tuple(points), weights=tuple(weights))


def _numbered(case: Case, key: str, kind: str, given: Sequence[Any]) -> tuple[Range, Marginal]:
    definition = definition_of(case, key)
    names = _NUMBERS[kind]
    cut = 2 if kind in ("normal", "lognormal") and len(given) == 4 else 0
    if len(given) != len(names) + cut:
        raise InputError(f"{key}: {kind} takes {', '.join(names)}{' and, if need be, low and high' if kind in ('normal', 'lognormal') else ''}")
    numbers = [_number(key, each) for each in given]
    if kind == "bernoulli":
        if definition.kind != "switch" or not 0 <= numbers[0] <= 1:
            raise InputError(f"{key}: bernoulli is for switches, with a chance from 0 to 1")
        return Range(key, definition, value_of(case, key), 0.0, 1.0), Marginal(kind, 0, 1, points=(0.0, 1.0), weights=(1 - numbers[0], numbers[0]))
    if kind in ("normal", "lognormal"):
        low, high = numbers[2:] or bounds(definition)
        if numbers[1] <= 0 or (kind == "lognormal" and (numbers[0] <= 0 or low < 0)):
            raise InputError(f"{key}: {kind} needs a {names[1]} above 0{' and a median above 0' if kind == 'lognormal' else ''}")
        found = given_range(case, key, low, high)
        return found, Marginal(kind, float(low), float(high), numbers[0], numbers[1])
    low, high = numbers[0], numbers[-1]
    centre = numbers[1] if len(numbers) == 3 else low
    if not low <= centre <= high:
        raise InputError(f"{key}: {kind} needs {' <= '.join(names)}, not {', '.join(f'{n:g}' for n in numbers)}")
    if low == high:
        return given_point(case, key, low), Marginal("fixed", low, high, low)
    return given_range(case, key, low, high), Marginal(kind, low, high, centre)


def given_point(case: Case, key: str, value: float) -> Range:
    """An input held at one value. Raises InputError for one that it cannot take."""
    definition = definition_of(case, key)
    point, problem = read_value(value, definition)
    if point is None:
        raise InputError(f"{key}: {problem}")
    return Range(key, definition, value_of(case, key), point, point)


def marginals(case: Case, keys: Iterable[str] | None = None, distributions: Mapping[str, Any] | None = None) -> list[tuple[Range, Marginal]]:
    """What varies and how: the keys, or all inputs with a range, and those for which a distribution is given.

    Raises InputError with every mistake.
    """
    given = dict(distributions or {})
    mistakes: list[str] = []
    found: dict[str, tuple[Range, Marginal]] = {}
    try:
        named = None if keys is None else [key for key in keys if key not in given]
        for each in ranges(case, named) if named is None or named else []:
            found[each.key] = each, own_marginal(each)
    except InputError as error:
        mistakes += error.mistakes
    for key, distribution in given.items():
        try:
            found[key] = read_distribution(case, key, distribution)
        except InputError as error:
            mistakes += error.mistakes
    if not found and not mistakes:
        mistakes.append("no input of this case has a range; name some with distributions")
    if mistakes:
        raise InputError(mistakes)
    return list(found.values())
