"""What happens to some figures over a full grid of assumptions, or over a list of cases."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from model.analysis.progress import Told, progress
from model.analysis.ranges import definition_of, value_of, written
from model.engine.batch import Batch
from model.engine.outputs import Output, read_outputs
from model.inputs.quantities import Value, over_years, read_value
from model.language.errors import InputError, Mistakes
from model.version import VERSION

if TYPE_CHECKING:
    import pandas as pd

    from model.case import Case

Array = Any
Grid = Mapping[str, Sequence[Any]]
MOST_ROWS = 5_000_000
DEFAULT_OUTPUTS = ("leverage",)


def sweep(
    case: Case | Mapping[str, Case],
    changes: Grid | Sequence[Mapping[str, Any]] | None = None,
    outputs: Sequence[str | Output] = DEFAULT_OUTPUTS,
    *,
    real: bool = False,
    told: Told | None = None,
) -> pd.DataFrame:
    """The outputs for every combination of values, one row each.

    case: a case, or several by name; then the first column names the case. changes: for each key the values to try, in
    all combinations; or a list of changes, one row each, in which a key that a row does not name keeps its value.
    outputs: such as "leverage", "photonics.leverage", "cash_balance@2040", "public_cash_real@life"; a yearly line
    without a year yields a column a year, "cash_balance@2026". real: money of yearly lines in constant prices.
    Returns a DataFrame with the keys' values, then the outputs. Raises InputError with every mistake.
    """
    import pandas as pd

    cases = case if isinstance(case, Mapping) else {"": case}
    if not cases:
        raise InputError("no cases to sweep over")
    frames = []
    for name, each in cases.items():
        frame = _one_case(each, changes or [{}], outputs, real, told)
        if isinstance(case, Mapping):
            frame.insert(0, "case", name)
        frames.append(frame)
    found = pd.concat(frames, ignore_index=True) if len(frames) > 1 else frames[0]
    found.attrs = {"model_version": VERSION, "inputs_hash": [each.hash for each in cases.values()], "seed": None}
    return found


def _one_case(
    case: Case, changes: Grid | Sequence[Mapping[str, Any]], outputs: Sequence[str | Output], real: bool, told: Told | None
) -> pd.DataFrame:
    import pandas as pd

    mistakes = Mistakes()
    asked = mistakes.read(read_outputs, case, outputs, real=real)
    read = mistakes.read(_rows, case, changes)
    mistakes.tell()
    keys, rows = read
    groups: dict[tuple[Value, ...], list[int]] = {}
    shaping = [k for k, key in enumerate(keys) if definition_of(case, key).structural]
    for position, row in enumerate(rows):
        groups.setdefault(tuple(row[k] for k in shaping), []).append(position)
    parts: list[dict[str, Array]] = []
    order: list[int] = []
    with progress("sweep", len(rows), told) as report:
        for values, positions in groups.items():
            shaped = case.with_values({keys[k]: value for k, value in zip(shaping, values, strict=True)}) if shaping else case
            varied = {key: [rows[p][k] for p in positions] for k, key in enumerate(keys) if k not in shaping}
            done = len(order)
            parts.append(_computed(shaped, varied, len(positions), asked, lambda n, done=done: report(done + n)))  # type: ignore[misc]
            order += positions
    columns = {key: [written(row[k], definition_of(case, key)) for row in rows] for k, key in enumerate(keys)}
    figures = pd.concat([pd.DataFrame(part) for part in parts], ignore_index=True)
    figures.index = pd.Index(order)
    return pd.concat([pd.DataFrame(columns, index=range(len(rows))), figures.sort_index()], axis=1)


def _rows(case: Case, changes: Grid | Sequence[Mapping[str, Any]]) -> tuple[list[str], list[tuple[Value, ...]]]:
    """The keys, and for every row the checked value of each."""
    if isinstance(changes, Mapping):
        return list(changes), _grid_rows(case, changes)
    keys = list(dict.fromkeys(key for row in changes for key in row))
    mistakes: list[str] = []
    own: dict[str, Value] = {}
    for key in keys:
        try:
            own[key] = value_of(case, key)
        except InputError as error:
            mistakes += error.mistakes
    rows = [{**own, **_read(case, {key: value for key, value in row.items() if key in own}, mistakes)} for row in changes]
    if mistakes:
        raise InputError(list(dict.fromkeys(mistakes)))
    return keys, [tuple(row[key] for key in keys) for row in rows]


def _grid_rows(case: Case, grid: Grid) -> list[tuple[Value, ...]]:
    mistakes: list[str] = []
    choices: list[list[Value]] = []
    for key, given in grid.items():
        values = list(given)
        if not values:
            mistakes.append(f"{key}: no values to try")
        try:
            value_of(case, key)
        except InputError as error:
            mistakes += error.mistakes
            continue
        choices.append([found for value in values for found in _read(case, {key: value}, mistakes).values()])
    if mistakes:
        raise InputError(mistakes)
    count = math.prod(len(values) for values in choices)
    if count > MOST_ROWS:
        raise InputError(f"the grid has {count:,} combinations, more than {MOST_ROWS:,}: give fewer values, or draw at random with monte_carlo")
    return list(itertools.product(*choices))


def _read(case: Case, row: Mapping[str, Any], mistakes: list[str]) -> dict[str, Value]:
    """The values of a row, those that can be read; what is wrong with the others is added to the mistakes."""
    found: dict[str, Value] = {}
    for key, given in row.items():
        value, problem = read_value(given, definition_of(case, key))
        if value is None:
            mistakes.append(f"{key}: {problem}")
        else:
            found[key] = value
    return found


def _computed(case: Case, varied: Mapping[str, Sequence[Value]], rows: int, asked: Sequence[Output], report: Any) -> dict[str, Array]:
    """The outputs of all rows by column name; a yearly line becomes a column a year."""
    years = np.asarray(case.years)
    columns: dict[str, Array] = {}
    for key, values in varied.items():
        if any(isinstance(value, dict) for value in values):
            columns[key] = np.stack([over_years(value, years) for value in values], axis=-1)
        else:
            columns[key] = np.asarray(values, dtype=np.float64)
    batch = Batch(case, columns, asked, [key for key, column in columns.items() if column.ndim > 1])
    found = batch.run(columns, report) if columns else [np.repeat(a, rows, axis=-1) for a in batch.run({})]
    figures: dict[str, Array] = {}
    for output, array in zip(asked, found, strict=True):
        if output.yearly:
            figures |= {f"{output.name}@{year}": array[t] for t, year in enumerate(case.years)}
        else:
            figures[output.name] = array
    return figures


def two_way(
    case: Case, first: tuple[str, Sequence[Any]], second: tuple[str, Sequence[Any]], output: str | Output = "leverage", *, real: bool = False
) -> pd.DataFrame:
    """One figure over two inputs: rows are the first input's values, columns the second's.

    output must be one number. real: money of yearly lines in constant prices. Raises InputError with every mistake.
    """
    found = sweep(case, {first[0]: first[1], second[0]: second[1]}, [output], real=real)
    if len(found.columns) > 3:
        raise InputError(f"output {output}: has a value for every year; add @YEAR")
    table = found.pivot(index=first[0], columns=second[0], values=found.columns[2])
    return table.loc[list(dict.fromkeys(found[first[0]])), list(dict.fromkeys(found[second[0]]))]
