"""Break-even: which value of one input brings one figure to a target; that there is none, or more than one, is an answer too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from model.analysis.one_at_a_time import one_number
from model.analysis.progress import Told, progress
from model.analysis.ranges import bounds, definition_of, label_of, value_of
from model.engine.batch import Batch
from model.engine.outputs import Output
from model.inputs.definitions import Definition
from model.inputs.quantities import Value, over_years, shown
from model.language.errors import InputError, Mistakes

if TYPE_CHECKING:
    from model.case import Case

Array = Any
_GRID, _PARTS, _ROUNDS = 257, 33, 12
_MOST_WHOLE = 5000
_TOLERANCE = 1e-9


@dataclass(frozen=True)
class Solution:
    """What `solve` found.

    value: the value of the input that meets the target, the one nearest to its present value; None where none in the
    range does. roots: all of them, between low and high. beyond_usual: whether that is wider than the input's sensible
    range, in which nothing was found. jumps: where the figure leaps over the target without meeting it. For an input that
    is a path of years these are factors on the whole path. grid, figures: what was tried first, for a chart.
    """

    output: str
    target: float
    by: str
    value: float | None
    roots: tuple[float, ...]
    jumps: tuple[float, ...]
    low: float
    high: float
    beyond_usual: bool
    present: float
    at_present: float
    is_factor: bool
    grid: tuple[float, ...]
    figures: tuple[float, ...]
    case: Case
    """The case that was asked about; `solved` gives the one that meets the target."""

    @property
    def solved(self) -> Case:
        """The case with the input at the solution. Raises InputError where there is none."""
        if self.value is None:
            raise InputError(str(self))
        value = value_of(self.case, self.by)
        if isinstance(value, dict):
            return self.case.with_values({self.by: {year: number * self.value for year, number in value.items()}})
        return self.case.with_values({self.by: _given(self.value, definition_of(self.case, self.by))})

    def __str__(self) -> str:
        name = f"{'a factor on ' if self.is_factor else ''}{self.by}"
        span = f"from {self._shown(self.low)} to {self._shown(self.high)}"
        now = f"now {self._shown(self.present)}, which gives {self.at_present:.6g}"
        if self.value is None:
            held = [figure for figure in self.figures if figure == figure]
            reach = f"there it runs from {min(held):.6g} to {max(held):.6g}" if held else "there it is blank"
            told = f"No {name} {span} brings {self.output} to {self.target:g}: {reach} ({now})."
        else:
            told = f"{name} = {self._shown(self.value)} brings {self.output} to {self.target:g} ({now})."
        if self.value is not None and self.beyond_usual:
            told += " That is beyond the usual range of this input."
        if len(self.roots) > 1:
            told += f" It is met {len(self.roots)} times {span}: at {', '.join(self._shown(root) for root in self.roots)}."
        if self.jumps:
            told += f" It leaps over the target at {', '.join(self._shown(jump) for jump in self.jumps)}."
        return told

    def _shown(self, number: float) -> str:
        return f"{number:.6g}" if self.is_factor else shown(number, definition_of(self.case, self.by))


def solve(
    case: Case,
    output: str | Output = "leverage",
    target: float = 2.0,
    by: str = "",
    *,
    low: float | None = None,
    high: float | None = None,
    cluster: str | None = None,
    real: bool = False,
    told: Told | None = None,
) -> Solution:
    """The value of one input that brings one figure to a target.

    by: the key of the input; `*.NAME` moves it in every cluster. low, high: between which values to look; by default
    what is sensible for the input (its slider), and wider when nothing is found there. A path of years is scaled as a whole, by a factor from 0
    to 5. Inputs that are whole numbers, switches or choices are tried one by one, and meet the target where it is
    first passed. Returns a `Solution`, whose `str()` says it in words. Raises InputError with every mistake.
    """
    mistakes = Mistakes()
    asked = mistakes.read(one_number, case, output, cluster, real)
    is_number = isinstance(target, (int, float)) and not isinstance(target, bool) and bool(np.isfinite(target))
    mistakes.check(is_number, f"target {target!r} is not a number")
    moved = mistakes.read(_moved, case, by, low, high)
    mistakes.tell()
    definition, value, usual = moved
    figures = _Figures(case, by, asked, value)
    present = 1.0 if isinstance(value, dict) else float(value)
    spans = [usual] if low is not None or high is not None else [usual, *_wider(definition, value, usual)]
    with progress("solve", len(spans), told) as report:
        for looked, span in enumerate(spans, 1):
            grid = _points(by, definition, span, present)
            tried = figures(grid)
            if definition.kind == "number":
                roots, jumps = _roots(figures, grid, tried, float(target))
            else:
                roots, jumps = _first_passed(grid, tried, float(target), present), []
            report(looked)
            if roots:
                break
    return Solution(
        output=asked.name,
        target=float(target),
        by=by,
        value=min(roots, key=lambda root: abs(root - present)) if roots else None,
        roots=tuple(roots),
        jumps=tuple(jumps),
        low=span[0],
        high=span[1],
        beyond_usual=span != usual,
        present=present,
        at_present=float(figures(np.array([present]))[0]),
        is_factor=isinstance(value, dict),
        grid=tuple(grid.tolist()),
        figures=tuple(tried.tolist()),
        case=case,
    )


def _moved(case: Case, by: str, low: float | None, high: float | None) -> tuple[Definition, Value, tuple[float, float]]:
    """The input to move, its value and between which values to look. Raises InputError."""
    if not by:
        raise InputError("by: name the input to move, such as photonics.membership_fee.core")
    definition, value = definition_of(case, by), value_of(case, by)
    if definition.structural:
        raise InputError(f"{by}: shapes the whole projection; sweep over it instead")
    return definition, value, _span(by, definition, value, low, high)


def _points(by: str, definition: Definition, span: tuple[float, float], present: float) -> Array:
    """The values tried first: evenly over the span, or every whole number in it."""
    low, high = span
    if definition.kind == "number":
        return np.unique(np.append(np.linspace(low, high, _GRID), present if low <= present <= high else low))
    grid = np.arange(np.ceil(low), np.floor(high) + 1)
    if not 1 <= len(grid) <= _MOST_WHOLE:
        raise InputError(f"{by}: from {low:g} to {high:g} there are {len(grid)} whole numbers; 1 to {_MOST_WHOLE} can be tried")
    return grid


def _wider(definition: Definition, value: Value, usual: tuple[float, float]) -> list[tuple[float, float]]:
    """Spans 4, 16 and 64 times as wide as the usual one, as far as the input's bounds allow."""
    least, most = (0.0, np.inf) if isinstance(value, dict) else bounds(definition)
    low, high = usual
    wider = [(max(least, low - (k - 1) * (high - low)), min(most, high + (k - 1) * (high - low))) for k in (4, 16, 64)]
    return [span for span in dict.fromkeys(wider) if span != usual and span[1] - span[0] < _MOST_WHOLE]


def _span(by: str, definition: Definition, value: Value, low: float | None, high: float | None) -> tuple[float, float]:
    """Between which values to look. Raises InputError for ends that are out of bounds or the wrong way round."""
    least, most = (0.0, 5.0) if isinstance(value, dict) else bounds(definition)
    if isinstance(value, dict) or definition.kind in ("switch", "choice"):
        sensible = least, most
    else:
        ends = [value, *(definition.slider[:2] if definition.slider else (0.0, 10 * value if value else 1.0))]
        sensible = max(least, min(ends)), min(most, max(ends))
    mistakes = []
    found = []
    for name, given, usual in (("low", low, sensible[0]), ("high", high, sensible[1])):
        if given is None:
            found.append(usual)
        elif isinstance(given, bool) or not isinstance(given, (int, float)) or not least <= given <= (np.inf if isinstance(value, dict) else most):
            mistakes.append(f"{by}: {name} {given!r} is not a number from {least:g} to {most:g}")
        else:
            found.append(float(given))
    if not mistakes and not found[0] < found[1]:
        mistakes.append(f"{by}: low ({found[0]:g}) is not below high ({found[1]:g})")
    if mistakes:
        raise InputError(mistakes)
    return found[0], found[1]


def _given(number: float, definition: Definition) -> Any:
    """A number of the engine as one gives it to a case: the name of a choice, a switch on or off."""
    return shown(number, definition) if definition.kind in ("switch", "choice") else number


class _Figures:
    """The figure for values of the input; many at once."""

    def __init__(self, case: Case, by: str, output: Output, value: Value):
        self._by = by
        self._path = over_years(value, np.asarray(case.years))[:, None] if isinstance(value, dict) else None
        self._batch = Batch(case, [by], [output], [by] if self._path is not None else [], engine="numpy")

    def __call__(self, values: Array) -> Array:
        column = values if self._path is None else self._path * values
        return self._batch.run({self._by: column})[0]


def _roots(figures: _Figures, grid: Array, tried: Array, target: float) -> tuple[list[float], list[float]]:
    """Where the figure meets the target between the points tried, and where it only leaps over it."""
    beyond = tried - target
    roots = grid[beyond == 0].tolist()
    crossing = np.flatnonzero(beyond[:-1] * beyond[1:] < 0)
    if not len(crossing):
        return roots, []
    left, right = grid[crossing], grid[crossing + 1]
    sign = np.sign(beyond[crossing])
    for _ in range(_ROUNDS):
        points = np.linspace(left, right, _PARTS)
        found = np.sign(figures(points.ravel()).reshape(points.shape) - target)
        first = np.argmax(found != sign, axis=0)
        columns = np.arange(len(left))
        left, right = points[first - 1, columns], points[first, columns]
    at_left, at_right = figures(left), figures(right)
    scale = max(abs(target), float(np.nanmax(np.abs(tried))), 1e-300)
    jumps: list[float] = []
    for a, b, below, above in zip(left, right, at_left, at_right, strict=True):
        (roots if abs(above - below) <= _TOLERANCE * scale else jumps).append(float(a if abs(below - target) < abs(above - target) else b))
    return sorted(roots), sorted(jumps)


def _first_passed(grid: Array, tried: Array, target: float, present: float) -> list[float]:
    """The whole numbers that meet the target, or else those at which it is first passed, seen from the present value."""
    exact = grid[np.abs(tried - target) <= _TOLERANCE * max(1.0, abs(target))]
    if len(exact):
        return exact.tolist()
    beyond = np.sign(tried - target)
    passed = np.flatnonzero(beyond[:-1] * beyond[1:] < 0)
    return [float(grid[k + 1] if grid[k] >= present or abs(grid[k] - present) < abs(grid[k + 1] - present) else grid[k]) for k in passed]


def described(solution: Solution) -> dict[str, Any]:
    """A solution as plain data, for JSON."""
    return {
        "output": solution.output,
        "target": solution.target,
        "by": solution.by,
        "label": label_of(solution.case, solution.by),
        "value": solution.value,
        "roots": list(solution.roots),
        "jumps": list(solution.jumps),
        "searched": [solution.low, solution.high],
        "present": solution.present,
        "at_present": None if solution.at_present != solution.at_present else solution.at_present,
        "is_factor": solution.is_factor,
        "text": str(solution),
        "inputs_hash": solution.case.hash,
    }
