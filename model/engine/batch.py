"""A case for many draws: what no draw touches is computed once, the rest in chunks that fit the cache.

A `Batch` is made once for the keys that vary and the outputs that are wanted, and run on as many draws as one likes;
memory does not grow with their number, save for the results that are asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from model.engine import evaluate
from model.engine.outputs import LIFE, Cell, Output, expand_keys, read_outputs
from model.engine.program import CLUSTER, WHOLE
from model.engine.tape import Tape, Value
from model.inputs.definitions import NATION
from model.language.errors import InputError

if TYPE_CHECKING:
    from model.case import Case

Array = Any
CHUNK_BYTES = 48_000_000
"""Memory that a chunk of draws may take; measured best between 25 and 80 MB (`benchmarks/`)."""
_SMALLEST, _LARGEST = 64, 4096


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
        engine: which engine computes; 'numpy' when not given.
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
        self._tape = Tape(program, self._base, varied, wanted, case.horizon, set(varied) - shaped)
        for output, root in zip(self.outputs, roots, strict=True):
            self._tape.add(self._value(output, root))
        self._width = width
        self._fitting = 0
        self._engine = engine

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
        """The engine that a run of so many draws goes through."""
        return self._engine or "numpy"

    def run(self, columns: Mapping[str, Array], progress: Callable[[int], None] | None = None) -> list[Array]:
        """The outputs for draws of the keys: for each output an array (draws,), or (years, draws) where it is yearly.

        columns: for each key its draws, (draws,), or (years, draws) for paths. progress: told the draws done so far.
        """
        draws = next((np.shape(column)[-1] for column in columns.values()), 1)
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
