"""Timing, and the yardsticks that tell how fast the machine is while it is measured."""

from __future__ import annotations

import gc
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Row:
    """One measured figure. target: what it should be at most, in the same unit; note: what one must know to read it."""

    what: str
    value: float
    unit: str
    target: float | None = None
    note: str = ""

    def cells(self) -> list[str]:
        aim = "" if self.target is None else f"≤ {self.target:g} {self.unit}"
        return [self.what, f"{shown(self.value)} {self.unit}", aim, self.note]


def shown(value: float) -> str:
    """A figure with three digits that matter; a dash for none."""
    if value != value:
        return "–"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def seconds(job: Callable[[], Any], repeats: int = 5, clock: Callable[[], float] = time.process_time) -> float:
    """The shortest of some runs, in seconds: the one least disturbed. By default processor time, all cores together."""
    best = np.inf
    gc.collect()
    for _ in range(repeats):
        start = clock()
        job()
        best = min(best, clock() - start)
    return float(best)


def in_turn(jobs: Mapping[str, Callable[[], Any]], rounds: int = 7, by_the_wall: Iterable[str] = ()) -> dict[str, float]:
    """The shortest time of each job, in seconds; the jobs take turns, so that all meet the same disturbances.

    by_the_wall: jobs on several cores, whose time is that of the clock on the wall.
    """
    best = dict.fromkeys(jobs, np.inf)
    for _ in range(rounds):
        for name, job in jobs.items():
            best[name] = min(best[name], seconds(job, 1, time.perf_counter if name in by_the_wall else time.process_time))
    return best


_MEASURE = """
import subprocess, sys, time
start = time.perf_counter()
code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode
took = time.perf_counter() - start
try:
    import resource
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / (1 if sys.platform == "darwin" else 1024)
except ImportError:
    most = float("nan")
print(took, most, code)
"""


def process(command: list[str]) -> tuple[float, float]:
    """Seconds and megabytes (the most at any time) that a command takes as a process of its own, start included."""
    done = subprocess.run([sys.executable, "-c", _MEASURE, *command], capture_output=True, text=True, check=True)
    took, most, code = done.stdout.split()
    if int(code):
        raise RuntimeError(f"{' '.join(command[-3:])} failed: {done.stderr.strip()[-300:]}")
    return float(took), float(most)


def script(code: str) -> tuple[float, float]:
    """Seconds and megabytes that a piece of Python takes in a process of its own."""
    return process([sys.executable, "-c", code])


def python_yardstick() -> float:
    """Milliseconds for a million additions in plain Python."""

    def job() -> int:
        total = 0
        for number in range(1_000_000):
            total += number
        return total

    return 1000 * seconds(job)


def numpy_yardstick() -> float:
    """Milliseconds for 3,500 multiplications and additions of 1,000 numbers, one NumPy call each."""
    a, b = np.linspace(0.5, 1.5, 1000), np.linspace(1.5, 0.5, 1000)

    def job() -> Any:
        total = np.zeros(1000)
        for _ in range(3500):
            total += a * b
        return total

    return 1000 * seconds(job)


def machine() -> list[str]:
    """What ran: processor, cores, load, versions. No names of hosts or folders."""
    name = platform.processor() or platform.machine()
    if os.path.exists("/proc/cpuinfo"):
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            name = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), name)
    load = f", load average {os.getloadavg()[0]:.1f} at the start" if hasattr(os, "getloadavg") else ""
    from model.engine.kernel import cores

    return [
        f"{name}, {cores()} cores{load}; {platform.system()}, Python {platform.python_version()}, "
        + ", ".join(f"{package} {installed(package)}" for package in ("numpy", "numba", "scipy")),
        f"Yardsticks in the same run: a million additions in plain Python {python_yardstick():.0f} ms; "
        f"3,500 multiplications and additions of 1,000 numbers in NumPy {numpy_yardstick():.1f} ms.",
    ]


def installed(package: str) -> str:
    """The version of a package, or a dash."""
    try:
        return version(package)
    except PackageNotFoundError:
        return "–"


def table(head: list[str], rows: list[list[str]]) -> str:
    """A Markdown table."""
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, ["---"] * len(head), *rows])
