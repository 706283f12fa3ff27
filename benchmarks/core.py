"""The figures asked of the program itself: one run, many draws, a cold start, rates of return."""

from __future__ import annotations

import importlib.util
from typing import Any

import numpy as np

import model
from benchmarks.timing import Row, installed, process, script, seconds
from model import finance, headline
from model.engine.program import CLUSTER
from ui.words import words

_RISK = """
import time, model
case = model.load("photonics")
varied = [key for key, quantity in case.quantities().items() if key.startswith("photonics.") and quantity.low is not None and not quantity.is_path]
start = time.perf_counter()
draws = model.monte_carlo(case, draws=10_000, seed=1, keys=varied[:: len(varied) // 10][:10], outputs=["leverage", "cash_balance"])
print(time.perf_counter() - start, draws.draws)
"""


def rows() -> list[Row]:
    """All figures of this part."""
    return [*_runs(), *_risk(), _cold_start(), *_rates_of_return()]


def whole(case: model.Case) -> None:
    """Run a case and read every line, of every cluster and of the whole: a line is computed when it is first asked for."""
    result = case.run()
    for name, line in case.lines.items():
        for cluster in case.clusters if line.scope == CLUSTER else ():
            result.array(name, cluster)
        if result.has_whole(name):
            result.array(name)


def _runs() -> list[Row]:
    case = model.load("portfolio")
    start = case.run()
    key = "nation.inflation"
    values = iter(np.linspace(0.01, 0.03, 10_000))

    def headline_of(changed: model.Case) -> None:
        headline.figures(words("en"), changed.run(), start, None, case.years[0], True)

    size = f"{len(case.lines)} lines, {len(case.clusters)} clusters, {case.horizon} years"
    return [
        Row("`portfolio` run, warm, and its headline figures", 1000 * seconds(lambda: headline_of(case), 30), "ms", 20),
        Row(
            "the same with one assumption changed each time",
            1000 * seconds(lambda: headline_of(case.with_values({key: float(next(values))})), 30),
            "ms",
            20,
            "what a moved slider costs",
        ),
        Row(f"every line: {size}", 1000 * seconds(lambda: whole(case), 30), "ms", None, "rates of return and payback included"),
    ]


def _risk() -> list[Row]:
    import subprocess
    import sys

    took = min(float(subprocess.run([sys.executable, "-c", _RISK], capture_output=True, text=True, check=True).stdout.split()[0]) for _ in range(3))
    _, memory = script(_RISK)
    what = "10,000 draws over 10 varied inputs of one cluster"
    return [Row(what, took, "s", 1.5, "sampling and percentiles included"), Row(f"{what}: memory of the whole process", memory, "MB", 500)]


def _cold_start() -> Row:
    import sys

    command = [sys.executable, "-c", "from model.cli import main; main()", "run", "portfolio"]
    return Row("`megacluster run portfolio`, cold start", min(process(command)[0] for _ in range(3)), "s", 2)


def _rates_of_return() -> list[Row]:
    rng = np.random.default_rng(1)
    flows = np.concatenate([-rng.uniform(50, 150, (100_000, 5)), rng.uniform(0, 40, (100_000, 30))], axis=1)
    found: Any = None

    def ours() -> None:
        nonlocal found
        found = finance.irr(flows)

    took = seconds(ours, 3)
    rows = [Row("IRR of 100,000 flows of 35 years", took, "s", None, "`model.finance.irr`, all at once")]
    if importlib.util.find_spec("pyxirr"):
        import pyxirr

        other: list[Any] = []

        def theirs() -> None:
            other[:] = [pyxirr.irr(flow) for flow in flows]

        apart = seconds(theirs, 3)
        worst = np.nanmax(np.abs(np.array(other, dtype=float) - found))
        rows.append(
            Row(f"the same, pyxirr {installed('pyxirr')}, a loop", apart, "s", None, f"{apart / took:.2g} times ours; largest difference {worst:.0e}")
        )
    if importlib.util.find_spec("numpy_financial"):
        import numpy_financial

        few = 1000
        apart = seconds(lambda: [numpy_financial.irr(flow) for flow in flows[:few]], 1) * len(flows) / few
        note = f"{apart / took:.2g} times ours; from {few:,} flows"
        rows.append(Row(f"the same, numpy-financial {installed('numpy-financial')}, a loop", apart, "s", None, note))
    return rows
