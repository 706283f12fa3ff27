"""What a draw costs from end to end, and how blocks of draws spread over workers: the figures behind docs/scale.md."""

from __future__ import annotations

import importlib.util
import logging
import pickle
import time
from dataclasses import replace

import model
from benchmarks.cores import blocks_in_processes
from benchmarks.timing import Row, installed, seconds
from model.analysis.risk import draw_block, make_spec
from model.analysis.sampling import BLOCK
from model.engine import kernel

BILLION = 1e9
PREFACE = f"""A run of `monte_carlo` on `portfolio` as it comes: every input with a range varies, the usual outputs. Its unit of work is a
block of {BLOCK:,} draws, `draw_block(spec, number)`; see `docs/scale.md`."""


def rows() -> list[Row]:
    """All figures of this part."""
    case = model.load("portfolio")
    spec = replace(make_spec(case, draws=64 * BLOCK), engine="numpy")
    block = draw_block(spec, 0)
    reached = spec.batch().reached
    drawing = seconds(lambda: spec.inputs(1, reached), 3)
    found = [
        Row("what travels once to each worker", len(pickle.dumps(spec)) / 1e3, "kB", None, f"the case and what varies: {len(spec.varied)} inputs"),
        Row("what comes back from a block", len(pickle.dumps(block)) / 1e3, "kB", None, f"{len(spec.outputs)} outputs"),
        Row("drawing the inputs of a block", drawing, "s", None, f"{len(reached)} inputs that the outputs depend on"),
    ]
    for engine in ("numpy", "kernel") if kernel.available() else ("numpy",):
        mine = replace(spec, engine=engine, _made={})
        if engine == "kernel":
            mine.batch().kernel().threads = 1
        draw_block(mine, 0)
        took = seconds(lambda mine=mine: draw_block(mine, 1), 3)
        hours = took / BLOCK * BILLION / 3600
        found.append(Row(f"a whole block, {engine}", took, "s", None, f"one core; 10⁹ draws take {hours:,.1f} core-hours"))
    return [*found, *_on_workers(spec)]


def _on_workers(spec: object) -> list[Row]:
    if importlib.util.find_spec("distributed") is None:
        return [Row("on workers", float("nan"), "", None, "distributed is not installed")]
    from distributed import Client, LocalCluster

    from model.analysis import distributed

    found = []
    speeds: dict[int, float] = {}
    blocks = 16
    for workers in (1, 2):
        with (
            LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=":0", silence_logs=logging.CRITICAL) as cluster,
            Client(cluster, set_as_default=False) as client,
        ):
            run = make_spec(model.load("portfolio"), draws=blocks * BLOCK)
            list(distributed.blocks(client, replace(run, draws=workers * BLOCK)))
            start = time.perf_counter()
            list(distributed.blocks(client, run))
            speeds[workers] = blocks * BLOCK / (time.perf_counter() - start)
            memory = max(worker["metrics"]["memory"] for worker in client.scheduler_info(n_workers=-1)["workers"].values()) / 1e6
    note = f"distributed {installed('distributed')}, processes on this machine, making the case ready included"
    found.append(Row("draws a second, 1 worker", speeds[1], "", None, note))
    found.append(Row("draws a second, 2 workers", speeds[2], "", None, f"{speeds[2] / speeds[1]:.2f} times one"))
    alone, both = (min(blocks_in_processes(count, blocks // 2) for _ in range(2)) for count in (1, 2))
    note = "two processes at once without dask: what the machine gives"
    found.append(Row("yardstick: blocks a second by two processes", 2 * alone / both, "times one", None, note))
    found.append(Row("memory of a worker", memory, "MB"))
    return found
