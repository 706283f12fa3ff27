"""Which assumptions matter most, one at a time: from low to high, and per percent of change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from model.analysis.progress import Told, progress
from model.analysis.ranges import Given, Range, definition_of, label_of, ranges, spread_range
from model.engine.batch import Batch
from model.engine.outputs import Output, read_output
from model.inputs.quantities import over_years
from model.language.errors import InputError, Mistakes
from model.version import VERSION

if TYPE_CHECKING:
    import pandas as pd

    from model.case import Case

Array = Any


def one_number(case: Case, output: str | Output, cluster: str | None = None, real: bool = False) -> Output:
    """An output that is one number. Raises InputError for a yearly line without a year, or an unknown one."""
    asked = read_output(case, output, cluster, real)
    if asked.yearly:
        raise InputError(f"output {output}: has a value for every year; add a year, as in {asked.name}@{case.years[-1]}, or @life for the sum")
    return asked


def tornado(
    case: Case,
    output: str | Output = "leverage",
    keys: Iterable[str] | Given | None = None,
    *,
    cluster: str | None = None,
    real: bool = False,
    spread: float | None = None,
    told: Told | None = None,
) -> pd.DataFrame:
    """One number with each input in turn at its low and at its high, all others at their base; widest swing first.

    keys: the inputs, or a mapping of keys to (low, high); by default all that have a range. spread: a share around the
    value, for keys without a range of their own. Columns: key, label, low, base, high (of the input), at_low, at_high
    (of the output), swing (the distance between the furthest two of at_low, base and at_high). `attrs["base"]` is the
    output with all inputs at their base. Raises InputError with every mistake.
    """
    import pandas as pd

    mistakes = Mistakes()
    asked = mistakes.read(one_number, case, output, cluster, real)
    mistakes.check(spread is None or 0 < spread < 1, f"spread {spread} is not a share between 0 and 1, such as 0.2")
    varied = mistakes.read(ranges, case, keys, spread)
    mistakes.tell()
    low, high, base = _one_at_a_time(case, asked, varied, told)
    found = pd.DataFrame(
        {
            "key": [each.key for each in varied],
            "label": [label_of(case, each.key) for each in varied],
            "low": [each.shown(each.ends[0]) for each in varied],
            "base": [each.shown(each.ends[1]) for each in varied],
            "high": [each.shown(each.ends[2]) for each in varied],
            "at_low": low,
            "at_high": high,
        }
    )
    points = np.stack([low, np.full(len(low), base), high])
    found["swing"] = np.fmax.reduce(points) - np.fmin.reduce(points)
    found = found.sort_values("swing", ascending=False, kind="stable", ignore_index=True)
    found.attrs = {"output": asked.name, "base": base, **_provenance(case)}
    return found


def elasticities(
    case: Case,
    output: str | Output = "leverage",
    keys: Iterable[str] | Given | None = None,
    *,
    cluster: str | None = None,
    real: bool = False,
    step: float = 0.01,
    told: Told | None = None,
) -> pd.DataFrame:
    """By how many percent one number changes when an input changes by one percent, largest first.

    keys: the inputs; by default all that have a range. Inputs that are zero, whole numbers or choices have no
    elasticity and are left out, unless they are named: that is an error. step: the share by which an input is moved up
    and down (a path in every year). Columns: key, label, value, elasticity. Raises InputError with every mistake.
    """
    import pandas as pd

    mistakes = Mistakes()
    asked = mistakes.read(one_number, case, output, cluster, real)
    mistakes.check(0 < step <= 0.5, f"step {step} is not a share above 0 and at most 0.5")
    named = [each.key for each in ranges(case)] if keys is None else list(keys)
    known = [key for key in named if mistakes.read(definition_of, case, key) is not None]
    scaled = {key: spread_range(case, key, step) for key in known}
    for key, each in scaled.items():
        mistakes.check(each is not None or keys is None, f"{key}: is zero, a whole number or a choice and has no elasticity")
    mistakes.tell()
    varied = [each for each in scaled.values() if each is not None]
    low, high, base = _one_at_a_time(case, asked, varied, told)
    widths = np.array([_relative_width(each, case.years) for each in varied])
    found = pd.DataFrame(
        {
            "key": [each.key for each in varied],
            "label": [label_of(case, each.key) for each in varied],
            "value": [each.shown(each.ends[1]) for each in varied],
            "elasticity": (high - low) / base / widths,
        }
    )
    order = found["elasticity"].abs().sort_values(ascending=False, kind="stable").index
    found = found.loc[order].reset_index(drop=True)
    found.attrs = {"output": asked.name, "base": base, "step": step, **_provenance(case)}
    return found


def _relative_width(each: Range, years: Sequence[int]) -> float:
    """How far apart low and high are as a share of the value, in the year with the largest value."""
    low, value, high = (over_years(end, np.asarray(years)) for end in (each.low, each.value, each.high))
    at = int(np.abs(value).argmax())
    return float((high[at] - low[at]) / value[at])


def _one_at_a_time(case: Case, asked: Output, varied: Sequence[Range], told: Told | None) -> tuple[Array, Array, float]:
    """The output with each input in turn at its low and at its high, the others at their base; and with all at their base."""
    draws = 2 * len(varied) + 1
    columns: dict[str, Array] = {}
    for position, each in enumerate(varied):
        low, base, high = each.ends
        column = np.full(draws, base)
        column[2 * position : 2 * position + 2] = low, high
        columns[each.key] = each.column(column, case.years)
    batch = Batch(case, columns, [asked], [each.key for each in varied if each.is_path])
    with progress("one at a time", draws, told) as report:
        (found,) = batch.run(columns, report)
    return found[0:-1:2], found[1::2], float(found[-1])


def _provenance(case: Case) -> dict[Any, Any]:
    return {"case": case.name, "inputs_hash": case.hash, "changes": dict(case.changes), "model_version": VERSION, "seed": None}
