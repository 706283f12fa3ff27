"""Many draws: NumPy, the compiled kernel, the loop one would write by hand, and C as the limit."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import Any

import numpy as np

import model
from benchmarks import c_kernel, cores, job, render
from benchmarks.timing import Row, in_turn, seconds
from model.analysis.risk import make_spec
from model.engine import kernel as kernels
from model.engine.batch import Batch
from model.engine.kernel import Kernel
from model.engine.tape import Tape

DRAWS, MANY_DRAWS = 10_000, 100_000
HUNDRED_LINES = "100 lines × 35 years, all inputs varied"


def by_numpy(draws: int) -> Callable[[], list[Any]]:
    """The job through the NumPy engine, in chunks."""
    program, base, columns = job.program(), job.base(), job.draws(draws)
    tape = Tape(program, base, job.cells(), job.wanted(), job.YEARS, set(job.inputs()))
    for node in job.wanted():
        tape.add(tape.value(node))
    width = min(draws, 1000)
    tape.bind(width)

    def run() -> list[Any]:
        found = np.empty((len(job.OUTPUTS), draws))
        for start in range(0, draws, width):
            for name, cell in tape.cells.items():
                cell[...] = columns[name][start : start + width]
            for row, array in zip(found, tape.run(), strict=True):
                row[start : start + width] = array.ravel()
        return list(found)

    return run


def by_kernel(draws: int, threads: int) -> tuple[Kernel, Callable[[], list[Any]]]:
    """The job through the compiled kernel."""
    columns = job.draws(draws)
    kernel = Kernel(job.program(), job.base(), job.cells(), job.wanted(), job.YEARS, set(job.inputs()))
    kernel.compile()

    def run() -> list[Any]:
        values = kernel.run(columns, threads)
        return [values[node].ravel() for node in job.wanted()]

    return kernel, run


def by_hand(draws: int, **options: Any) -> Callable[[], Any]:
    """The job as a scalar loop through numba."""
    from numba import njit

    inputs = np.array(list(job.draws(draws).values()))
    out = np.empty((len(job.OUTPUTS), draws))
    loop = render.compiled_by_hand(njit(nogil=True, error_model="numpy", **options))
    loop(inputs[:, :1].copy(), out)

    def run() -> Any:
        loop(inputs, out)
        return out

    return run


def rows() -> list[Row]:
    """All figures of this part."""
    return [*_hundred_lines(), *_portfolio()]


def _hundred_lines() -> list[Row]:
    few = seconds(by_numpy(1000), 15)
    found = [Row(f"1,000 draws of {HUNDRED_LINES}: NumPy", 1000 * few, "ms", 25, "one core; best known elsewhere 16 ms (modelx, exported)")]
    if not kernels.available():
        return [*found, Row("the compiled kernel", float("nan"), "", None, "numba is not installed")]
    kernel, one_core = by_kernel(DRAWS, 1)
    jobs: dict[str, Callable[[], Any]] = {"numpy": by_numpy(DRAWS), "kernel": one_core, "hand": by_hand(DRAWS), "fast": by_hand(DRAWS, fastmath=True)}
    expected = jobs["numpy"]()
    for name in ("kernel", "hand"):
        for a, b in zip(expected, jobs[name](), strict=True):
            np.testing.assert_allclose(b, a, rtol=1e-11)
    if shutil.which("gcc"):
        for lanes in (1, 4, 8):
            jobs[f"c{lanes}"] = _by_c(kernel, lanes, expected)
    took = {name: 1000 * best * 1000 / DRAWS for name, best in in_turn(jobs, 15).items()}
    found += [
        Row("the compiled kernel", took["kernel"], "ms", 2.2, f"one core; {took['numpy'] / took['kernel']:.1f} times as fast as NumPy"),
        Row(
            "the loop one would write by hand, through numba",
            took["hand"],
            "ms",
            None,
            f"one core; {took['hand'] / took['kernel']:.2f} times the kernel",
        ),
        Row("the same with numba's fastmath", took["fast"], "ms", None, f"one core; {took['fast'] / took['kernel']:.2f} times the kernel"),
    ]
    for lanes in (1, 4, 8):
        if f"c{lanes}" in took:
            form = "draw by draw" if lanes == 1 else f"{lanes} draws at a time"
            ratio = took["kernel"] / took[f"c{lanes}"]
            found.append(
                Row(
                    f"the kernel's sums as C, `gcc {' '.join(c_kernel.FLAGS[:3])}`, {form}",
                    took[f"c{lanes}"],
                    "ms",
                    None,
                    f"the kernel takes {ratio:.2f} times this",
                )
            )
    return [*found, *_all_cores(kernel, expected)]


def _all_cores(kernel: Kernel, expected: list[Any]) -> list[Row]:
    """The kernel on all cores, and what they give for C, each with draws and memory of its own: more, nothing gets out of them."""
    many = kernels.cores()
    if many == 1:
        return []
    took = in_turn({str(threads): by_kernel(MANY_DRAWS, threads)[1] for threads in (1, many)}, 15, by_the_wall=["1", str(many)])
    times = f"{took['1'] / took[str(many)]:.2f} times one core"
    found = [Row(f"the compiled kernel, all cores, {MANY_DRAWS:,} draws", 1e6 * took[str(many)] / MANY_DRAWS, "ms", None, f"{many} cores; {times}")]
    if shutil.which("gcc"):
        note = f"{many} at once, nothing shared: what the machine gives"
        plain, sums = cores.gain([cores.plain_loop()] * many), cores.gain([_by_c(kernel, 4, expected) for _ in range(many)])
        found.append(Row("yardstick: a loop in C that touches no memory, all cores", plain, "times one core", None, note))
        found.append(Row("yardstick: the kernel's sums as C, 4 draws at a time, all cores", sums, "times one core", None, note))
    return found


def _by_c(kernel: Kernel, lanes: int, expected: list[Any]) -> Callable[[], Any]:
    columns = job.draws(DRAWS)
    out = np.empty((kernel.loops.output_rows, DRAWS + 8))
    run = c_kernel.compiled(kernel, lanes)
    run(columns, out, DRAWS)
    for row in out[:, :DRAWS]:
        assert any(np.allclose(row, one, rtol=1e-9) for one in expected)
    return lambda: run(columns, out, DRAWS)


def _portfolio() -> list[Row]:
    case = model.load("portfolio")
    spec = make_spec(case, draws=4096, outputs=["leverage", "photonics.leverage", "cash_balance"])
    drawn = spec.inputs(0)
    columns = {each.key: each.column(drawn[each.key], case.years) if each.is_path else drawn[each.key] for each, _ in spec.varied}
    paths = [each.key for each, _ in spec.varied if each.is_path]

    def batch(engine: str) -> Batch:
        return Batch(case, columns, spec.outputs, paths, engine=engine)

    what = f"`portfolio`, {len(columns)} inputs varied, leverage and yearly cash"
    jobs = {"numpy": batch("numpy")}
    if kernels.available():
        jobs["kernel"] = batch("kernel")
        jobs["kernel"].kernel().compile()
        jobs["kernel"].kernel().threads = 1
    took = {name: 1e6 * best / 4096 for name, best in in_turn({name: lambda one=one: one.run(columns) for name, one in jobs.items()}, 7).items()}
    found = [Row(f"{what}: NumPy", took["numpy"], "µs a draw", None, "one core")]
    if "kernel" in took:
        found.append(
            Row(
                "the same through the kernel",
                took["kernel"],
                "µs a draw",
                None,
                f"one core; {took['numpy'] / took['kernel']:.1f} times as fast as NumPy",
            )
        )
    return found
