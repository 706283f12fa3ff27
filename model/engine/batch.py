"""A case for many draws: what no draw touches is computed once, the rest in chunks that fit the cache.

A `Batch` is made once for the keys that vary and the outputs that are wanted, and run on as many draws as one likes;
memory does not grow with their number, save for the results that are asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from model.engine import evaluate
from model.engine.outputs import LIFE, Output, expand_keys, read_outputs
from model.engine.program import CLUSTER, WHOLE
from model.engine.tape import Tape, Value
from model.inputs.definitions import NATION
from model.language.errors import InputError

if TYPE_CHECKING:
    from model.case import Case

Array = Any
CHUNK_BYTES = 12_000_000
"""Memory that a chunk of draws may take; measured best between 4 and 30 MB (`benchmarks/`)."""
_SMALLEST, _LARGEST = 64, 4096


class Batch:
    """A case made ready for draws of some keys."""

    def __init__(self, case: Case, keys: Iterable[str], outputs: Sequence[str | Output], paths: Iterable[str] = (), width: int | None = None):
        """keys: what varies, `*` standing for every cluster. paths: those keys whose draws are whole paths of years.

        width: draws computed at once; chosen by the size of the cache when not given. Results do not depend on it.
        Raises InputError for unknown keys and outputs.
        """
        self.case = case
        self.outputs = read_outputs(case, outputs)
        self.keys = expand_keys(case, keys)
        program = case.program
        cells: dict[str, dict[str, tuple[int, ...]]] = {}
        yearly = {name for key in paths for name in (case.resolve(self.keys[key][0])[1],)}
        for full in (each for group in self.keys.values() for each in group):
            name, cell = self._cell(full)
            cells.setdefault(name, {})[full] = cell
        roots = [self._root(output) for output in self.outputs]
        wanted = roots + ([program.roots[("price_index", "national")]] if any(output.real for output in self.outputs) else [])
        self._base = evaluate.run(program, evaluate.plan(program, wanted), case.arrays(), case.horizon)
        self._tape = Tape(program, self._base, cells, wanted, case.horizon, set(cells) - yearly)
        for output, root in zip(self.outputs, roots, strict=True):
            self._tape.add(self._value(output, root))
        self._width = width
        self._unchanged: dict[str, Array] = {}

    def _cell(self, key: str) -> tuple[str, tuple[int, ...]]:
        """The input of a full key, and its place among the members of the input's dimensions."""
        scope, name, members = self.case.resolve(key)
        program = self.case.program
        place = dict(zip(self.case.definition(name).over, members, strict=True))
        if scope != NATION:
            place[CLUSTER] = scope
        dims = program.nodes[program.inputs[name]].dims if name in program.inputs else ()
        return name, tuple(program.members[dim].index(place[dim]) for dim in dims)

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

    @property
    def width(self) -> int:
        """Draws that are computed at once."""
        if not self._tape.width:
            fitting = CHUNK_BYTES // self._tape.bytes_per_draw()
            self._tape.bind(max(2, self._width or min(max(_SMALLEST, fitting), _LARGEST)))
            self._unchanged = {key: np.array(cell) for key, cell in self._tape.cells.items()}
        return self._tape.width

    def run(self, columns: Mapping[str, Array], progress: Callable[[int], None] | None = None) -> list[Array]:
        """The outputs for draws of the keys: for each output an array (draws,), or (years, draws) where it is yearly.

        columns: for each key its draws, (draws,), or (years, draws) for paths. progress: told the draws done so far.
        """
        draws = next((np.shape(column)[-1] for column in columns.values()), 1)
        if self._width is None and not self._tape.width and draws < _LARGEST:
            self._width = max(2, min(draws, max(_SMALLEST, CHUNK_BYTES // self._tape.bytes_per_draw())))
        width = self.width
        given = [(self._tape.cells[full], columns[key]) for key, group in self.keys.items() for full in group if full in self._tape.cells]
        results = [np.empty((self.case.horizon, draws) if output.yearly else draws) for output in self.outputs]
        for start in range(0, draws, width):
            stop = min(start + width, draws)
            for cell, column in given:
                cell[..., : stop - start] = column[..., start:stop]
                cell[..., stop - start :] = column[..., stop - 1 : stop]
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
