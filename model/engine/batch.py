"""A case for many draws: what no draw touches is computed once, the rest in chunks that fit the cache.

A `Batch` is made once for the keys that vary and the outputs that are wanted, and run on as many draws as one likes;
memory does not grow with their number, save for the results that are asked for. Large runs go through the compiled
kernel where numba is installed; which engine runs depends on the work alone, so that a run can be repeated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from model.engine import evaluate, kernel
from model.engine.outputs import LIFE, Cell, Output, expand_keys, read_outputs
from model.engine.program import CLUSTER, WHOLE, with_reductions
from model.engine.shares import share_mistakes
from model.engine.tape import Tape, Value
from model.inputs.definitions import NATION
from model.language.errors import InputError

if TYPE_CHECKING:
    from model.case import Case
    from model.engine.kernel import Kernel

Array = Any
CHUNK_BYTES = 48_000_000
"""Memory that a chunk of draws may take; measured best between 25 and 80 MB (`benchmarks/`)."""
_SMALLEST, _LARGEST = 64, 4096
KERNEL_FROM = 1e9
"""Numbers to compute, over all draws, from which compiling pays: about three seconds of NumPy."""
ENGINES = ("numpy", "kernel")


class Batch:
    """A case made ready for draws of some keys."""

    def __init__(
        self,
        case: Case,
        keys: Iterable[str],
        outputs: Sequence[str | Output],
        paths: Iterable[str] = (),
        width: int | None = None,
        engine: str | None = None,
    ):
        """keys: what varies, `*` standing for every cluster. paths: those keys whose draws are whole paths of years.

        width: draws computed at once; chosen by the size of the cache when not given. Results do not depend on it.
        engine: 'numpy' or 'kernel'; chosen by the size of the run when not given. They agree to rounding.
        Raises InputError for unknown keys and outputs.
        """
        self.case = case
        self.outputs = read_outputs(case, outputs)
        self.cells = expand_keys(case, keys)
        program = case.program
        varied: dict[str, dict[Cell, tuple[int, ...]]] = {}
        for cell in (cell for cells in self.cells.values() for cell in cells):
            varied.setdefault(cell[1], {})[cell] = self._place(cell)
        shaped = {cell[1] for key in paths for cell in self.cells[key]}
        roots = [self._root(output) for output in self.outputs]
        wanted = roots + ([program.roots[("price_index", "national")]] if any(output.real for output in self.outputs) else [])
        self._base = evaluate.run(program, evaluate.plan(program, wanted), case.arrays(), case.horizon)
        self._varied, self._flat, self._wanted = varied, set(varied) - shaped, wanted
        self._engine = engine
        self._kernel: Kernel | None = None
        self._tape = Tape(program, self._base, varied, wanted, case.horizon, self._flat)
        for output, root in zip(self.outputs, roots, strict=True):
            self._tape.add(self._value(output, root))
        self._width = width
        self._fitting = 0

    @property
    def reached(self) -> frozenset[str]:
        """The keys that the outputs depend on; draws of the others need not be given."""
        return frozenset(key for key, cells in self.cells.items() if any(cell in self._tape.varied_cells for cell in cells))

    def _place(self, cell: Cell) -> tuple[int, ...]:
        """Where a cell stands among the members of its input's dimensions."""
        scope, name, members = cell
        program = self.case.program
        place = dict(zip(self.case.definition(name).over, members, strict=True))
        if scope != NATION:
            place[CLUSTER] = scope
        dims = program.nodes[program.inputs[name]].dims if name in program.inputs else ()
        return tuple(program.members[dim].index(place[dim]) for dim in dims)

    def _root(self, output: Output) -> int:
        scope = self.case.lines[output.line].scope
        return self.case.program.roots[(output.line, scope if scope != CLUSTER or output.cluster else WHOLE)]

    def _value(self, output: Output, root: int) -> Value:
        tape, program, base = self._tape, self.case.program, self._base[root]
        value = tape.value(root)
        chosen = dict(output.members) | ({CLUSTER: output.cluster} if output.cluster else {})
        for dim, member in chosen.items():
            position, axis = program.members[dim].index(member), 1 + value.dims.index(dim)
            value = tape.pick(value, dim, position, base)
            base = base[(slice(None),) * axis + (position if base.shape[axis] > 1 else 0,)]
        if value.dims:
            value = tape.total(value, value.dims, base)
        if output.real and tape.horizon == max(value.shape[0], self._base[root].shape[0]):
            value = tape.quotient(value, tape.value(program.roots[("price_index", "national")]))
        if output.year == LIFE:
            return tape.life(value)
        return value if output.year is None else tape.year(value, self.case.years.index(int(output.year)))

    def _bind(self, draws: int) -> int:
        """Make room for a chunk of draws: as many as fit the cache, at most as many as there are."""
        if not self._fitting:
            self._fitting = min(max(_SMALLEST, CHUNK_BYTES // self._tape.bytes_per_draw()), _LARGEST)
        width = max(2, self._width or min(self._fitting, draws))
        if self._tape.width < width:
            self._tape.bind(width)
        return self._tape.width

    def engine_for(self, draws: int) -> str:
        """The engine that a run of so many draws goes through: 'numpy' or 'kernel'."""
        if self._engine is None:
            return "kernel" if draws * self._tape.numbers_per_draw() >= KERNEL_FROM and kernel.available() else "numpy"
        return self._engine

    def settle(self, draws: int, quickly: bool = False) -> str:
        """Keep to the engine that a run of so many draws goes through, however small its pieces; returns it.

        quickly: the kernel for any number of draws where it was compiled before. What was compiled before does not depend on
        the work alone, so such a run is repeated to rounding only.
        """
        self._engine = "kernel" if quickly and kernel.available() and self.kernel().is_ready else self.engine_for(draws)
        return self._engine

    def kernel(self) -> Kernel:
        """The compiled form of the run; it compiles when it first runs, or when told to."""
        if self._kernel is None:
            chosen = [(self._root(output), output.members) for output in self.outputs]
            program, self._nodes = with_reductions(self.case.program, chosen)
            wanted = [*self._nodes, *self._wanted[len(chosen) :]]
            base = evaluate.run(program, evaluate.plan(program, wanted), self.case.arrays(), self.case.horizon)
            self._kernel = kernel.Kernel(program, base, self._varied, wanted, self.case.horizon, self._flat)
        return self._kernel

    def _run_kernel(self, columns: Mapping[str, Array], draws: int, progress: Callable[[int], None] | None) -> list[Array]:
        compiled = self.kernel()
        results = [np.empty((self.case.horizon, draws) if output.yearly else draws) for output in self.outputs]
        for start in range(0, draws, compiled.chunk):
            stop = min(start + compiled.chunk, draws)
            unused = np.zeros(stop - start)
            cells = {key: np.asarray(columns[key][..., start:stop]) if key in columns else unused for key in self.cells}
            values = compiled.run({cell: cells[key] for key, group in self.cells.items() for cell in group})
            for result, output, node in zip(results, self.outputs, self._nodes, strict=True):
                result[..., start:stop] = self._taken(output, values[node], values)
            if progress is not None:
                progress(stop)
        return results

    def _taken(self, output: Output, array: Array, values: Mapping[int, Array]) -> Array:
        """An output from its node's array: (years or 1, draws or 1), without the years where it is not yearly."""
        if array.ndim > 2:
            array = array[:, list(self.case.clusters).index(output.cluster) if array.shape[1] > 1 and output.cluster else 0]
        if output.real and (output.yearly or output.year is not None):
            array = array / values[self.case.program.roots[("price_index", "national")]]
        if output.year == LIFE:
            return array.sum(axis=0) * (1 if len(array) > 1 else self.case.horizon)
        if output.year is not None:
            return array[self.case.years.index(int(output.year)) if len(array) > 1 else 0]
        return array if output.yearly else array[0]

    def run(self, columns: Mapping[str, Array], progress: Callable[[int], None] | None = None) -> list[Array]:
        """The outputs for draws of the keys: for each output an array (draws,), or (years, draws) where it is yearly.

        columns: for each key its draws, (draws,), or (years, draws) for paths. progress: told the draws done so far.
        Raises InputError for shares that do not add up in some draw.
        """
        mistakes = share_mistakes(self.case, self.cells, columns)
        if mistakes:
            raise InputError(mistakes)
        draws = next((np.shape(column)[-1] for column in columns.values()), 1)
        if self.engine_for(draws) == "kernel":
            return self._run_kernel(columns, draws, progress)
        width = self._bind(draws)
        places = self._tape.cells
        given = [(places[cell], columns[key]) for key, cells in self.cells.items() for cell in cells if cell in places]
        results = [np.empty((self.case.horizon, draws) if output.yearly else draws) for output in self.outputs]
        for start in range(0, draws, width):
            stop = min(start + width, draws)
            for place, column in given:
                place[..., : stop - start] = column[..., start:stop]
                place[..., stop - start :] = column[..., stop - 1 : stop]
            for result, output, found in zip(results, self.outputs, self._tape.run(), strict=True):
                part = found[:, : stop - start] if found.shape[-1] > 1 else found
                if output.yearly:
                    result[:, start:stop] = part
                else:
                    result[start:stop] = part[0]
            if progress is not None:
                progress(stop)
        return results


def evaluate_draws(
    case: Case, varied: Mapping[str, Array], outputs: Sequence[str | Output], progress: Callable[[int], None] | None = None
) -> dict[str, Array]:
    """The outputs of a case for draws of some inputs.

    varied: by key the draws, (draws,), or (years, draws) for a yearly path. Returns by output name an array (draws,),
    or (years, draws) for a yearly line. Raises InputError for unknown keys and outputs, and draws of unequal number.
    """
    columns = {key: np.asarray(column, dtype=np.float64) for key, column in varied.items()}
    counts = {key: column.shape[-1] if column.ndim else 0 for key, column in columns.items()}
    if len(set(counts.values())) > 1 or 0 in counts.values():
        raise InputError(f"each key needs equally many draws, at least one; given are {', '.join(f'{k}: {n}' for k, n in counts.items())}")
    batch = Batch(case, columns, outputs, [key for key, column in columns.items() if column.ndim > 1])
    return dict(zip([output.name for output in batch.outputs], batch.run(columns, progress), strict=True))
