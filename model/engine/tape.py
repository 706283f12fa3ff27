"""A program written out for many draws: one flat list of array operations on buffers that are made once.

It does the sums of `evaluate.run`, only less often: of every dimension only the members that a draw touches are
computed (a range of members per dimension, the box; the rest stands in the base run), buffers are taken up again
while they are still in the cache, and every view is made beforehand.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from model.engine.buffers import FOREVER, Buffer, Instruction, Ref, allocate, places
from model.engine.evaluate import Group, plan
from model.engine.outputs import Cell
from model.engine.program import CLUSTER, Node, Program
from model.language import lags
from model.language.operators import OPERATORS

Array = Any
Range = tuple[int, int]
_SCRATCH_BYTES = 100_000


@dataclass(frozen=True, slots=True)
class Value:
    """What a node or an output is for the draws: a reference that differs by draw, or an array that does not.

    shape: axes without the draws: years or 1, then the dimensions, each 1 where the value is the same for all members.
    box: which members of each dimension the value holds; the others stand in the base run.
    """

    of: Ref | Array
    dims: tuple[str, ...]
    shape: tuple[int, ...]
    box: tuple[Range, ...]

    @property
    def touched(self) -> bool:
        return isinstance(self.of, Ref)

    def range_of(self, dim: str) -> Range | None:
        """Members held of a dimension along which the value differs; None where it does not differ."""
        if dim not in self.dims:
            return None
        axis = self.dims.index(dim)
        return self.box[axis] if self.shape[1 + axis] > 1 or self.box[axis][1] - self.box[axis][0] == 1 else None


def _into(rule: Callable[..., Any], *operands: Any, out: Array) -> None:
    out[...] = rule(*operands)


def _by_years(rule: Callable[..., Any], *operands: Any, out: Array) -> None:
    """A rule that works year by year, on few enough years at a time for its intermediate results to stay in the cache."""
    at_once = max(1, _SCRATCH_BYTES * len(out) // out.nbytes)
    for start in range(0, len(out), at_once):
        years = slice(start, start + at_once)
        out[years] = rule(*(operand[years] if len(operand) > 1 else operand for operand in operands))


def _copy(a: Array, out: Array) -> None:
    np.copyto(out, a)


def _sum_with(axes: tuple[int, ...], repeats: int, rest: Array | None, a: Array, out: Array) -> None:
    if rest is not None and len(rest) > len(a):
        out[...] = np.add.reduce(a, axis=axes)
    else:
        np.add.reduce(a, axis=axes, out=out)
    if repeats > 1:
        np.multiply(out, float(repeats), out=out)
    if rest is not None:
        np.add(out, rest, out=out)


def _cumulative(a: Array, out: Array) -> None:
    out[0] = a[0]
    for t in range(1, len(out)):
        np.add(out[t - 1], a[t if len(a) > 1 else 0], out=out[t])


def _compound(rate: Array, out: Array) -> None:
    np.add(rate, 1.0, out=out)
    out[0] = 1.0
    for t in range(1, len(out)):
        np.multiply(out[t - 1], out[t], out=out[t])


def _looking_back(rule: Callable[..., Any]) -> Callable[..., None]:
    def run(a: Array, years: Array, out: Array) -> None:
        rule(a if len(a) == len(out) else np.broadcast_to(a, (len(out), *a.shape[1:])), years, out)

    return run


def _previous(a: Array, opening: Array, out: Array) -> None:
    out[0] = opening[0]
    out[1:] = a[:-1] if len(a) > 1 else a


_LEAN: dict[str, Callable[..., None]] = {
    "cumulative": _cumulative,
    "compound": _compound,
    "previous": _previous,
    "window_total": _looking_back(lags.window_total),
    "renewal": _looking_back(lags.renewal),
    "delayed": _looking_back(lags.delayed),
}
"""Operators along the years that need no room of their own beside the result."""


class Tape:
    """A program written out for some cells of its inputs and some wanted nodes.

    Made, given outputs with `add`, bound to a number of draws; then its `cells` are filled and it is run, again and again.
    """

    def __init__(
        self,
        program: Program,
        base: Mapping[int, Array],
        varied: Mapping[str, Mapping[Cell, tuple[int, ...]]],
        wanted: Sequence[int],
        horizon: int,
        flat: Iterable[str] = (),
    ):
        """base: values of all needed nodes for a single draw. varied: for each varied input, its varied cells with their
        positions among the members of the input's dimensions. flat: the varied inputs of which every
        draw is one number for all years.
        """
        self.program = program
        self.base = base
        self.horizon = horizon
        self.cells: dict[Cell, Array] = {}
        self.width = 0
        self._values: dict[int, Value] = {}
        self._code: list[Instruction] = []
        self._fills: list[tuple[Ref, Array]] = []
        self._cell_refs: dict[Cell, Ref] = {}
        self._outputs: list[Value] = []
        self._bound: list[tuple[Callable[..., Any], tuple[Any, ...], Array]] = []
        what = plan(program, wanted, varied)
        flat = frozenset(flat)
        for name, cells in varied.items():
            if program.inputs.get(name) in what.needed:
                self._input(name, cells, name in flat)
        for step in what.steps:
            if isinstance(step, Group):
                self._group(step)
            else:
                self._node(step)

    @property
    def varied_cells(self) -> Iterable[Cell]:
        """The varied cells that the wanted nodes depend on."""
        return self._cell_refs.keys()

    # Laying out ---------------------------------------------------------------------------------------------

    def value(self, node: int) -> Value:
        """What a needed node is for the draws."""
        if node in self._values:
            return self._values[node]
        dims = self.program.nodes[node].dims
        array = self.base[node]
        return Value(array, dims, array.shape[:-1], tuple((0, len(self.program.members[dim])) for dim in dims))

    def _buffer(self, shape: Sequence[int], dtype: Any = np.float64, pinned: bool = False) -> Ref:
        at = len(self._code)
        return Ref(Buffer(tuple(shape), np.dtype(dtype), at, at, pinned))

    def _emit(self, function: Callable[..., Any], operands: Iterable[Any], out: Ref, in_place: bool = False) -> None:
        used = tuple(operands)
        for operand in (*used, out):
            if isinstance(operand, Ref):
                operand.buffer.last = max(operand.buffer.last, len(self._code))
        self._code.append(Instruction(function, used, out, in_place))

    def _input(self, name: str, cells: Mapping[Cell, tuple[int, ...]], flat: bool) -> None:
        number = self.program.inputs[name]
        dims, base = self.program.nodes[number].dims, self.base[number]
        box = tuple((min(held), max(held) + 1) for held in zip(*cells.values(), strict=True))
        inside = base[(slice(None), *(slice(*held) for held in box))]
        whole = len(set(cells.values())) == int(np.prod(inside.shape[1:]))
        years = 1 if whole and flat else len(base)
        ref = self._buffer((years, *(high - low for low, high in box)), pinned=True)
        self._fills.append((ref, inside[:years]))
        for cell, position in cells.items():
            self._cell_refs[cell] = ref.seen((slice(None), *(place - low for place, (low, _) in zip(position, box, strict=True))))
        self._values[number] = Value(ref, dims, ref.buffer.shape, box)

    def _hull(self, reads: Sequence[Value], dims: Sequence[str]) -> tuple[Range, ...]:
        """The members that a result must hold: all that any operand touches."""
        hull = []
        for dim in dims:
            everything = (0, len(self.program.members[dim]))
            held = [value.range_of(dim) or everything for value in reads if value.touched]
            hull.append((min(low for low, _ in held), max(high for _, high in held)))
        return tuple(hull)

    def _aligned(self, node: int, dims: Sequence[str], hull: Sequence[Range]) -> Ref | Array:
        """A node's value for exactly the members of a hull, in its own axes; filled up from the base where it holds fewer."""
        value = self.value(node)
        wanted = dict(zip(dims, hull, strict=True))
        cut = []
        fits = True
        for axis, dim in enumerate(value.dims):
            have, need = value.box[axis], wanted[dim]
            if value.shape[1 + axis] == 1 and have[1] - have[0] > 1:
                cut.append(slice(None))
            else:
                fits = fits and have == need
                cut.append(slice(*need))
        if not isinstance(value.of, Ref):
            return value.of[(slice(None), *cut)]
        if fits:
            return value.of
        base = self.base[node][(slice(None), *cut)]
        ref = self._buffer(np.broadcast_shapes((value.shape[0],), base.shape[:1]) + base.shape[1:-1], pinned=True)
        self._fills.append((ref, base))
        inner = [
            slice(None) if part == slice(None) else slice(have[0] - part.start, have[1] - part.start)
            for part, have in zip(cut, value.box, strict=True)
        ]
        self._emit(_copy, (value.of,), ref.seen((slice(None), *inner)))
        return ref

    def _node(self, number: int) -> None:
        node = self.program.nodes[number]
        reads = [self.value(read) for read in node.reads]
        if not any(value.touched for value in reads):
            return
        if node.operator == "line":
            self._values[number] = self._widened(reads[0], node.dims, node.views[0])
        elif node.operator == "pick":
            picked = self.pick(reads[0], *node.option)
            if picked.touched:
                self._values[number] = picked
        elif node.operator == "total":
            self._values[number] = self.total(reads[0], node.option, self.base[node.reads[0]])
        else:
            self._values[number] = self._operation(number, node, reads)

    def _widened(self, value: Value, dims: tuple[str, ...], view: Any) -> Value:
        """The same value seen with more dimensions, along which it does not differ."""
        held = dict(zip(value.dims, zip(value.shape[1:], value.box, strict=True), strict=True))
        axes = [held.get(dim, (1, (0, len(self.program.members[dim])))) for dim in dims]
        assert isinstance(value.of, Ref)
        return Value(value.of.seen(view), dims, (value.shape[0], *(size for size, _ in axes)), tuple(box for _, box in axes))

    def _operation(self, number: int, node: Node, reads: Sequence[Value]) -> Value:
        hull = self._hull(reads, node.dims)
        operands = []
        shapes = []
        for read, view in zip(node.reads, node.views, strict=True):
            aligned = self._aligned(read, node.dims, hull)
            ref = aligned.seen(view) if isinstance(aligned, Ref) else (aligned if view is None else aligned[view])
            operands.append(ref)
            shapes.append(_shape_of(ref))
        rule = OPERATORS.get(node.operator)
        shape = np.broadcast_shapes(*shapes)
        if rule is not None and rule.years != "same":
            shape = (1 if rule.years == "reduce" else self.horizon, *shape[1:])
        run = node.run
        assert run is not None
        out = self._buffer(shape, _dtype(run))
        if isinstance(run, np.ufunc):
            self._emit(run, operands, out, in_place=True)
        elif node.operator == "in_unit":
            self._emit(np.multiply, (operands[0], float(node.option)), out, in_place=True)
        elif node.operator in _LEAN:
            self._emit(_LEAN[node.operator], operands, out)
        elif hasattr(run, "needs_horizon"):
            self._emit(partial(_into, partial(run, horizon=self.horizon)), operands, out)
        else:
            self._emit(partial(_by_years, run), operands, out)
        box = []
        for dim, (low, high), size in zip(node.dims, hull, shape[1:], strict=True):
            differs = size > 1 or high - low == 1
            box.append((low, high) if differs else (0, len(self.program.members[dim])))
        return Value(out, node.dims, tuple(shape), tuple(box))

    # Outputs and what they share with nodes -----------------------------------------------------------------

    def pick(self, value: Value, dim: str, position: int, base: Array | None = None) -> Value:
        """One member of a dimension. base: the value in the base run, for a member that no draw touches."""
        axis = value.dims.index(dim)
        dims = tuple(d for d in value.dims if d != dim)
        shape = (*value.shape[: 1 + axis], *value.shape[2 + axis :])
        box = (*value.box[:axis], *value.box[axis + 1 :])
        low, high = value.box[axis]
        if low <= position < high:
            index = (slice(None),) * (1 + axis) + (position - low if value.shape[1 + axis] > 1 else 0,)
            return Value(value.of.seen(index) if isinstance(value.of, Ref) else value.of[index], dims, shape, box)
        everything = tuple((0, len(self.program.members[d])) for d in dims)
        array = np.empty(0) if base is None else base[(slice(None),) * (1 + axis) + (position if base.shape[1 + axis] > 1 else 0,)]
        return Value(array, dims, array.shape[:-1], everything)

    def total(self, value: Value, over: Sequence[str], base: Array) -> Value:
        """The sum over dimensions. base: the value in the base run, for the members that no draw touches."""
        axes = tuple(1 + value.dims.index(dim) for dim in over)
        dims = tuple(dim for dim in value.dims if dim not in over)
        box = tuple(value.box[value.dims.index(dim)] for dim in dims)
        repeats = 1
        for axis in axes:
            low, high = value.box[axis - 1]
            if value.shape[axis] == 1 and high - low > 1:
                repeats *= high - low
        if not isinstance(value.of, Ref):
            summed = value.of.sum(axis=axes) * repeats
            return Value(summed, dims, summed.shape[:-1], box)
        rest = self._untouched_total(value, axes, base)
        shape = [size for axis, size in enumerate(value.shape) if axis not in axes]
        if rest is not None:
            rest = rest * repeats
            shape[0] = max(shape[0], len(rest))
        out = self._buffer(shape)
        self._emit(partial(_sum_with, axes, repeats, rest), (value.of,), out)
        return Value(out, dims, tuple(shape), box)

    def _untouched_total(self, value: Value, axes: tuple[int, ...], base: Array) -> Array | None:
        """The part of a sum over axes that comes from members outside the box; None where there is none."""
        counts = [len(self.program.members[dim]) for dim in value.dims]
        if all(value.box[axis - 1] == (0, counts[axis - 1]) for axis in axes):
            return None
        held = [slice(*box) if base.shape[1 + axis] > 1 else slice(None) for axis, box in enumerate(value.box)]
        left = np.array(base[(slice(None), *(slice(None) if 1 + axis in axes else part for axis, part in enumerate(held)))])
        left[(slice(None), *(part if 1 + axis in axes else slice(None) for axis, part in enumerate(held)))] = 0.0
        summed = left.sum(axis=axes)
        return summed if summed.any() else None

    def quotient(self, above: Value, below: Value) -> Value:
        """One value without dimensions over another."""
        shape = np.broadcast_shapes(above.shape, below.shape)
        if not isinstance(above.of, Ref) and not isinstance(below.of, Ref):
            return Value(above.of / below.of, (), shape, ())
        out = self._buffer(shape)
        self._emit(np.divide, (above.of, below.of), out, in_place=True)
        return Value(out, (), shape, ())

    def year(self, value: Value, position: int) -> Value:
        """The value of one year."""
        if value.shape[0] == 1:
            return value
        cut = slice(position, position + 1)
        return Value(value.of.seen(cut) if isinstance(value.of, Ref) else value.of[cut], value.dims, (1, *value.shape[1:]), value.box)

    def life(self, value: Value) -> Value:
        """The sum over all years, kept as one year."""
        repeats = self.horizon if value.shape[0] == 1 else 1
        if not isinstance(value.of, Ref):
            summed = value.of.sum(axis=0, keepdims=True) * repeats
            return Value(summed, value.dims, (1, *value.shape[1:]), value.box)
        out = self._buffer((1, *value.shape[1:]))
        self._emit(partial(_sum_with, (0,), repeats, None), (value.of,), out.seen(0))
        return Value(out, value.dims, (1, *value.shape[1:]), value.box)

    def add(self, output: Value) -> None:
        """Keep a value without dimensions until the run ends, as the next output."""
        if isinstance(output.of, Ref):
            output.of.buffer.last = FOREVER
        self._outputs.append(output)

    # Groups that look back at themselves --------------------------------------------------------------------

    def _group(self, group: Group) -> None:
        """Write a group out year by year. Its nodes hold the clusters that any of them touches, and all other members."""
        nodes = self.program.nodes
        inside = set(group.steps)
        outside = sorted({read for i in group.steps for read in nodes[i].reads if read not in inside})
        touched = [self.value(read) for read in outside if self.value(read).touched]
        if not touched:
            return
        everything = {dim: (0, len(count)) for dim, count in self.program.members.items()}
        if all(CLUSTER in nodes[i].dims for i in group.steps):
            everything[CLUSTER] = self._hull(touched, (CLUSTER,))[0]
        history, now = self._group_buffers(group, everything)
        fetched = {read: self._aligned(read, nodes[read].dims, [everything[d] for d in nodes[read].dims]) for read in outside}
        for t in range(self.horizon):
            for i in group.steps:
                now[i] = self._group_step(i, t, inside, history, now, fetched)
        for i in group.kept:
            box = tuple(everything[dim] for dim in nodes[i].dims)
            self._values[i] = Value(history[i], nodes[i].dims, history[i].buffer.shape, box)

    def _group_buffers(self, group: Group, everything: Mapping[str, Range]) -> tuple[dict[int, Ref], dict[int, Ref]]:
        """Room for the whole history of what is read back or kept, for one year of the rest."""
        nodes = self.program.nodes
        read_back = {node.reads[0] for node in (nodes[i] for i in group.steps) if node.step is not None}
        history: dict[int, Ref] = {}
        now: dict[int, Ref] = {}
        for i in group.steps:
            sizes = [everything[dim][1] - everything[dim][0] for dim in nodes[i].dims]
            if i in group.kept or i in read_back:
                history[i] = self._buffer((self.horizon, *sizes))
            else:
                now[i] = self._buffer((1, *sizes), _dtype(nodes[i].run))
        return history, now

    def _group_step(self, i: int, t: int, inside: set[int], history: Mapping[int, Ref], now: Mapping[int, Ref], fetched: Mapping[int, Any]) -> Ref:
        node = self.program.nodes[i]
        year = slice(t, t + 1)
        along = node.step is not None
        operands: list[Any] = []
        for position, (read, view) in enumerate(zip(node.reads, node.views, strict=True)):
            if read in inside:
                operand = history[read] if along and position == 0 else now[read]
            else:
                operand = fetched[read]
                if not along and _shape_of(operand)[0] > 1:
                    operand = operand.seen(year) if isinstance(operand, Ref) else operand[year]
            operands.append(operand if view is None else operand.seen(view) if isinstance(operand, Ref) else operand[view])
        kept = i in history
        if node.lagged and not kept:
            chosen, index = (operands[0], slice(t - 1, t)) if t else (operands[1], slice(0, 1))
            if isinstance(chosen, Ref):
                return chosen.seen(index)
        if node.operator == "line" and not kept and node.views[0] is None:
            return operands[0]
        out = history[i].seen(year) if kept else now[i]
        if node.step is not None:
            self._emit(partial(_into, partial(node.step, t)), operands, out)
        elif isinstance(node.run, np.ufunc):
            self._emit(node.run, operands, out)
        elif node.operator == "line":
            self._emit(_copy, operands, out)
        else:
            assert node.run is not None
            self._emit(partial(_into, node.run), operands, out)
        return out

    # Running ------------------------------------------------------------------------------------------------

    def numbers_per_draw(self) -> int:
        """How many numbers one more draw takes to compute."""
        return sum(math.prod(step.out.shape()) for step in self._code)

    def bytes_per_draw(self) -> int:
        """Memory that one more draw takes: buffers in use at the same time."""
        return max(1, places(self._code, self._buffers(), 64)[1] // 64)

    def _buffers(self) -> list[Buffer]:
        refs = [ref for step in self._code for ref in (*step.operands, step.out)]
        refs += [output.of for output in self._outputs] + [ref for ref, _ in self._fills]
        return list({id(ref.buffer): ref.buffer for ref in refs if isinstance(ref, Ref)}.values())

    def bind(self, width: int) -> None:
        """Make room for `width` draws at once, and take all views."""
        allocate(self._code, self._buffers(), width)
        for ref, base in self._fills:
            ref.array()[...] = base
        self.cells = {cell: ref.array() for cell, ref in self._cell_refs.items()}
        self._bound = [(step.function, tuple(o.array() if isinstance(o, Ref) else o for o in step.operands), step.out.array()) for step in self._code]
        self.width = width

    def run(self) -> list[Array]:
        """Compute all outputs for what stands in `cells`: arrays (years or 1, draws or 1), valid until the next run."""
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            for function, operands, out in self._bound:
                function(*operands, out=out)
        return [output.of.array() if isinstance(output.of, Ref) else output.of for output in self._outputs]


def _dtype(rule: Any) -> Any:
    """What a rule yields: flags for comparisons and logic, numbers for all else."""
    return bool if isinstance(rule, np.ufunc) and {"dd->?", "d->?"} & set(rule.types) else float


def _shape_of(operand: Ref | Array) -> tuple[int, ...]:
    return operand.shape() if isinstance(operand, Ref) else operand.shape[:-1]
