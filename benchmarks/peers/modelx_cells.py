"""The job in modelx: live, and exported to plain Python, one draw at a time and with arrays of draws."""

from __future__ import annotations

import importlib
import importlib.util
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import draws, job, render
from benchmarks.timing import Row, installed, seconds

DRAWS = 1000
FEW = 5
_SHARE = "np.minimum(1.0, np.maximum(0.0, ({2} - {0}) / {1}))"


def rows() -> list[Row]:
    """All figures of modelx, beside ours for the same draws."""
    if importlib.util.find_spec("modelx") is None:
        return [Row("modelx", float("nan"), "", None, "not installed")]
    ours = 1000 * seconds(draws.by_numpy(DRAWS), 10)
    expected = draws.by_numpy(DRAWS)()
    columns = job.draws(DRAWS)
    live = _live()
    sys.setrecursionlimit(max(sys.getrecursionlimit(), 100_000))
    plain = _exported(live)
    name = f"modelx {installed('modelx')}"
    found = [Row(f"{DRAWS:,} draws of {draws.HUNDRED_LINES}: ours, NumPy, one core", ours, "ms")]
    for what, run, repeats in (("exported, arrays of draws", plain, 5), ("live, arrays of draws", _on(live), 3)):
        for a, b in zip(expected, run(columns), strict=True):
            np.testing.assert_allclose(b, a, rtol=1e-9)
        took = 1000 * seconds(lambda run=run: run(columns), repeats)
        found.append(Row(f"{name}, {what}", took, "ms", None, f"{took / ours:.2g} times ours"))
    for what, run in (("exported, one draw at a time", plain), ("live, one draw at a time", _on(live))):
        took = seconds(lambda run=run: [run({key: column[place] for key, column in columns.items()}) for place in range(FEW)], 2) / FEW * DRAWS * 1000
        found.append(Row(f"{name}, {what}", took, "ms", None, f"{took / ours:,.0f} times ours; from {FEW} draws"))
    return found


def _live() -> Any:
    import modelx

    model = modelx.new_model("Job")
    space = model.new_space("Projection")
    space.np = np
    for name, value in job.inputs().items():
        setattr(space, name, value)
    lines = [name for name in job.lines() if name not in job.OUTPUTS]
    year = f"({float(job.FIRST)} + t)"
    words = render.Words(
        name=lambda name: year if name == "year" else f"{name}(t)" if name in lines else name,
        before=lambda name: f"{name}(t - 1)",
        maximum="np.maximum({0}, {1})",
        minimum="np.minimum({0}, {1})",
        where="np.where({0}, {1}, {2})",
        s_curve=f"({_SHARE} ** 2 * (3.0 - 2.0 * {_SHARE}))",
    )
    for name in lines:
        space.new_cells(name, formula=f"def {name}(t): return {render.formula(job.lines()[name].tree, words)}")
    for name in job.OUTPUTS:
        term = render.formula(render.life_operand(name), words)
        space.new_cells(name, formula=f"def {name}(): return sum({term} for t in range({job.YEARS}))")
    return model


def _on(live: Any) -> Any:
    def run(values: Any) -> list[Any]:
        space = live.Projection
        for name, value in values.items():
            setattr(space, name, value)
        return [getattr(space, name)() for name in job.OUTPUTS]

    return run


def _exported(live: Any) -> Any:
    """The exported model; what it has computed is forgotten before each run, since it does not see that inputs change."""
    lines = [name for name in job.lines() if name not in job.OUTPUTS]
    folder = tempfile.mkdtemp()
    live.export(Path(folder, "job_exported"))
    sys.path.insert(0, folder)
    package = importlib.import_module("job_exported")

    space = package.mx_model.Projection

    def run(values: Any) -> list[Any]:
        for name in (*lines, *job.OUTPUTS):
            if name in job.OUTPUTS:
                setattr(space, f"_has_{name}", False)
            else:
                getattr(space, f"_v_{name}").clear()
        return _on(package.mx_model)(values)

    return run
