"""The compiled kernel: large runs of a case through one fused loop, generated from the same program and made by numba.

It does the sums of `evaluate.run`, several draws at a time, on all cores, and agrees with it to rounding. What no draw
touches comes from a base run; what the outputs do not depend on is left out; what has no rule for the kernel (rates of
return) is computed by NumPy from what the kernel hands out. Needs numba (`pip install megacluster[fast]`).
"""

from __future__ import annotations

import importlib.util
import itertools
import os
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from model.engine import evaluate as numpy_engine
from model.engine import kernel_cache
from model.engine.kernel_code import GROUPS, LANES
from model.engine.kernel_loops import Loops, Table
from model.engine.program import CLUSTER, Program

if TYPE_CHECKING:
    from model.case import Case

Array = Any
Cell = tuple[int, ...]
_CHUNK_BYTES, _LARGEST_CHUNK = 128_000_000, 16_384


@lru_cache(maxsize=1)
def available() -> bool:
    """Whether numba is installed."""
    return importlib.util.find_spec("numba") is not None


def cores() -> int:
    """Processor cores that this program may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Tables(NamedTuple):
    """What the code of a kernel reads: addresses of draws, the rows of inputs that they fill, all rows of inputs in the
    base run, what does not vary; and the draws themselves, which must outlive the addresses.
    """

    addresses: Array
    places: Array
    inputs: Array
    given: Array
    draws: list[Array]


class Kernel:
    """A program made ready for draws of some cells of its inputs.

    base: values of all needed nodes for a single draw. varied: for each varied input, names of draws with the member
    positions of the cell that they fill, in the order of the input's dimensions. wanted: nodes to compute. flat: varied
    inputs whose draws are one number for all years, also where the input may differ by year.
    """

    def __init__(
        self,
        program: Program,
        base: Mapping[int, Array],
        varied: Mapping[str, Mapping[Any, Cell]],
        wanted: Iterable[int],
        horizon: int,
        flat: Iterable[str] = (),
    ):
        self.program, self.base, self.horizon = program, base, horizon
        self.varied = {name: dict(cells) for name, cells in varied.items() if name in program.inputs}
        self.wanted = sorted(set(wanted))
        self._plan = numpy_engine.plan(program, self.wanted, self.varied)
        shapes = {node: np.shape(array) for node, array in base.items()}
        timed = {name: not (name in flat and self._is_whole(name)) and shapes[program.inputs[name]][0] > 1 for name in self.varied}
        self.loops = Loops(program, self._plan, timed, shapes, self.wanted, horizon, self._touched_clusters())
        self._given = self._pack_given()
        self._columns, self._places = self._find_columns()
        self.threads: int | None = None
        self._code: Callable[..., None] | None = None
        parts = [np.zeros(0), *(self._base_of(table).ravel() for table in self.loops.inputs.values())]
        self._inputs = np.concatenate(parts)[:, np.newaxis]

    def _is_whole(self, name: str) -> bool:
        """Whether the draws fill all cells of an input."""
        return len(set(self.varied[name].values())) == int(np.prod(np.shape(self.base[self.program.inputs[name]])[1:-1]))

    def _touched_clusters(self) -> tuple[int, int] | None:
        places = []
        for name, cells in self.varied.items():
            dims = self.program.nodes[self.program.inputs[name]].dims
            if CLUSTER not in dims:
                return None
            places += [cell[dims.index(CLUSTER)] for cell in cells.values()]
        return (min(places), max(places) + 1) if places else None

    def _base_of(self, table: Table) -> Array:
        """The base run's value of a table's node over exactly the table's years and members."""
        array = self.base[table.node][..., 0]
        dims = self.program.nodes[table.node].dims
        cut = array if table.timed else array[:1]
        for axis, dim in reversed(list(enumerate(dims, start=1))):
            members = slice(*self.loops.ranges[dim]) if array.shape[axis] > 1 else slice(1)
            cut = cut[(slice(None),) * axis + (members if dim in table.dims else 0,)]
        shape = (self.horizon if table.timed else 1, *(self.loops.size(dim) for dim in table.dims))
        return np.broadcast_to(cut, shape)

    def _rest_of(self, table: Table) -> Array:
        """What clusters that no draw touches add to a total."""
        node = self.program.nodes[table.node]
        term = self.base[node.reads[0]][..., 0]
        dims = self.program.nodes[node.reads[0]].dims
        sizes = [len(self.program.members[dim]) if dim in node.option else term.shape[1 + axis] for axis, dim in enumerate(dims)]
        term = np.broadcast_to(term, (len(term), *sizes))
        low, high = self.loops.ranges[CLUSTER]
        others = [place for place in range(len(self.program.members[CLUSTER])) if not low <= place < high]
        term = np.take(term, others, axis=1 + dims.index(CLUSTER))
        summed = term.sum(axis=tuple(1 + dims.index(dim) for dim in node.option))
        return summed.reshape(self.horizon if table.timed else 1, *(self.loops.size(dim) for dim in table.dims))

    def _pack_given(self) -> Array:
        parts = [self._base_of(table) for table in self.loops.given.values()] + [self._rest_of(table) for table in self.loops.rests.values()]
        return np.concatenate([np.zeros(0), *(np.asarray(part, dtype=np.float64).ravel() for part in parts)])

    @property
    def chunk(self) -> int:
        """How many draws to run at once, so that what goes in and comes out takes little memory."""
        rows = self.loops.output_rows + sum(len(cells) for cells in self.varied.values())
        return max(LANES, min(_LARGEST_CHUNK, _CHUNK_BYTES // (8 * max(1, rows))))

    @property
    def is_ready(self) -> bool:
        """Whether it has been compiled before, so that the first run does not wait."""
        return not self.loops.outputs or kernel_cache.is_ready(self.loops)

    def compile(self) -> None:
        """Make the machine code, or fetch it from the cache. Runs do so by themselves."""
        if self.loops.outputs and self._code is None:
            self._code = kernel_cache.compiled(self.loops)

    def run(self, columns: Mapping[Any, Array], threads: int | None = None) -> dict[int, Array]:
        """The wanted nodes for draws of the cells, as arrays (years or 1, dimensions…, draws or 1).

        columns: by name the draws, (draws,), or (years, draws) where they differ by year. threads: cores to use; the
        kernel's own number, or all, when not given.
        """
        draws = next((np.shape(column)[-1] for column in columns.values()), 1)
        out = np.empty((self.loops.output_rows, _width(draws)))
        if self.loops.outputs:
            self._compute(columns, out, draws, threads or self.threads or cores())
        values = {node: self._value(node, out[:, :draws], columns) for node in self.loops.asked}
        if self.loops.left:
            values |= self._left_to_numpy(values, columns)
        return {node: values[node] if node in values else self.base[node] for node in self.wanted}

    def tables(self, columns: Mapping[Any, Array], draws: int) -> Tables:
        """What the code reads for draws of the cells, at least so many."""
        ready = {id(column): _contiguous(column, draws) for column in columns.values()}
        starts = {id(column): _addresses(ready[id(column)], self.horizon) for column in columns.values()}
        found = [starts[id(columns[name])][:years] for name, years in self._columns]
        addresses = np.fromiter(itertools.chain.from_iterable(found), np.int64, len(self._places))
        return Tables(addresses, self._places, self._inputs, self._given, list(ready.values()))

    def _compute(self, columns: Mapping[Any, Array], out: Array, draws: int, threads: int) -> None:
        self.compile()
        run = self._code
        assert run is not None
        tables = self.tables(columns, max(draws, LANES))
        size = max(LANES, -(-draws // (threads * LANES)) * LANES)
        begins = [begin for begin in range(0, draws, size) if begin == 0 or draws - begin >= LANES]
        ends = [*begins[1:], max(draws, LANES)]

        def part(begin: int, end: int) -> None:
            inputs = np.empty((GROUPS, self.loops.input_rows, LANES))
            inputs[...] = tables.inputs
            run(tables.addresses, tables.places, inputs, tables.given, np.empty(self.loops.rows * LANES), out, begin, end)

        if len(begins) == 1:
            part(begins[0], ends[0])
        else:
            list(_threads(threads).map(part, begins, ends))

    def _find_columns(self) -> tuple[list[tuple[Any, int]], Array]:
        """The draws that fill rows of the workspace, with their number of years, and those rows one after the other."""
        found = []
        places = [np.zeros(0, dtype=np.int64)]
        for table in self.loops.inputs.values():
            years = self.horizon if table.timed else 1
            rows = np.arange(self.loops.rows_of(table)).reshape(years, *(self.loops.size(dim) for dim in table.dims)) + table.place
            low = [self.loops.ranges[dim][0] for dim in table.dims]
            for name, cell in self.varied[self.program.nodes[table.node].label].items():
                found.append((name, years))
                places.append(rows[(slice(None), *(place - start for place, start in zip(cell, low, strict=True)))])
        return found, np.concatenate(places)

    def _value(self, node: int, out: Array, columns: Mapping[Any, Array]) -> Array:
        """A node as an array, from what was computed or, for an input, from its draws."""
        root = self.loops.root(node)
        if root in self.loops.inputs:
            array, have = self._input(root, columns), self.program.nodes[root].dims
        else:
            value = self.loops.values[root]
            rows = out[value.output : value.output + self.loops.rows_of(value)]  # type: ignore[operator]
            array = rows.reshape(self.horizon if value.timed else 1, *(self.loops.size(dim) for dim in value.dims), -1)
            have = value.dims
        want = self.program.nodes[node].dims
        array = array[(slice(None), *(slice(None) if dim in have else None for dim in want), slice(None))]
        low, high = self.loops.ranges[CLUSTER]
        if CLUSTER in want and CLUSTER in have and root not in self.loops.inputs and high - low < len(self.program.members[CLUSTER]):
            base = self.base[node]
            full = np.empty(np.broadcast_shapes(base.shape, array.shape[:1] + (1,) * (array.ndim - 2) + array.shape[-1:]))
            full[...] = base
            axis = 1 + want.index(CLUSTER)
            full[(slice(None),) * axis + (slice(low, high),)] = array
            return full
        return array

    def _input(self, node: int, columns: Mapping[Any, Array]) -> Array:
        base: Array = self.base[node]
        cells = self.varied[self.program.nodes[node].label]
        draws = max(np.shape(columns[name])[-1] for name in cells)
        array: Array = np.empty((*(base.shape[:1] if self.loops.inputs[node].timed else (1,)), *base.shape[1:-1], draws))
        array[...] = base[: len(array)]
        for name, cell in cells.items():
            array[(slice(None), *cell)] = columns[name]
        return array

    def _left_to_numpy(self, values: Mapping[int, Array], columns: Mapping[Any, Array]) -> dict[int, Array]:
        steps = [
            step
            for step in self._plan.steps
            if any(node in self.loops.left for node in (step.steps if isinstance(step, numpy_engine.Group) else (step,)))
        ]
        plan = numpy_engine.Plan(tuple(steps), self._plan.needed)
        return numpy_engine.run(self.program, plan, {}, self.horizon, given={**self.base, **values})


def _contiguous(column: Array, least: int) -> Array:
    """Draws side by side in memory, at least as many as the kernel takes at once."""
    column = np.ascontiguousarray(column, dtype=np.float64)
    missing = least - column.shape[-1]
    return np.concatenate([column, np.repeat(column[..., -1:], missing, axis=-1)], axis=-1) if missing > 0 else column


def _addresses(column: Array, years: int) -> list[int]:
    """Where the draws of each year stand."""
    first = column.__array_interface__["data"][0]
    return [first] * years if column.ndim == 1 else [first + year * column.strides[0] for year in range(years)]


def _width(draws: int) -> int:
    """Numbers in a row: whole lines of the cache, an odd number of them, so that rows do not compete for the same places."""
    lines = -(-max(draws, LANES) // LANES)
    return (lines + 1 - lines % 2) * LANES


_pools: dict[int, ThreadPoolExecutor] = {}


def _threads(count: int) -> ThreadPoolExecutor:
    return _pools.setdefault(count, ThreadPoolExecutor(count, thread_name_prefix="kernel"))


def evaluate(
    program: Program,
    base_values: Mapping[int, Array],
    varied_arrays: Mapping[str, Array],
    wanted: Sequence[int],
    horizon: int,
    threads: int | None = None,
) -> dict[int, Array]:
    """What `evaluate.run` yields for varied inputs, computed by a kernel.

    base_values: all needed nodes for a single draw. varied_arrays: by input, (years or 1, dimensions…, draws).
    """
    cells: dict[str, dict[Any, Cell]] = {}
    columns: dict[Any, Array] = {}
    for name, array in varied_arrays.items():
        for cell in np.ndindex(np.shape(array)[1:-1]):
            key = f"{name}{cell}"
            cells.setdefault(name, {})[key] = cell
            draws = np.asarray(array)[(slice(None), *cell)]
            columns[key] = draws if len(draws) > 1 else draws[0]
    flat = {name for name, array in varied_arrays.items() if len(array) == 1}
    return Kernel(program, base_values, cells, wanted, horizon, flat).run(columns, threads)


def compile_in_background(case: Case, keys: Iterable[str], outputs: Sequence[str]) -> Future[None]:
    """Start compiling what draws of some keys need for some outputs; the future is done when it is ready.

    Raises InputError for unknown keys and outputs at once. Does nothing without numba.
    """
    from model.engine.batch import Batch

    done: Future[None] = Future()
    if not available():
        done.set_result(None)
        return done
    kernel = Batch(case, keys, outputs).kernel()

    def work() -> None:
        try:
            kernel.compile()
            done.set_result(None)
        except BaseException as error:
            done.set_exception(error)

    threading.Thread(target=work, name="compile kernel", daemon=True).start()
    return done
