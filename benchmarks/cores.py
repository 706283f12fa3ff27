"""What the machine gives when all its cores work at once: the yardstick for whatever is spread over cores.

Cores that share an execution unit, a cache or a clock give less than one core times their number, and no program can
get more out of them. So each ratio is that of the same job done once, and done at once by all, nothing shared.
"""

from __future__ import annotations

import ctypes
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.c_kernel import FLAGS

Job = Callable[[], object]

_LOOP = """
typedef double v __attribute__((vector_size(32)));
extern "C" double run(long times) {
    v a[10];
    for (int k = 0; k < 10; k++) a[k] = (v){1, 2, 3, 4} + k;
    for (long i = 0; i < times; i++)
        for (int k = 0; k < 10; k++) a[k] = a[k] * 0.999 + 1;
    for (int k = 1; k < 10; k++) a[0] += a[k];
    return a[0][0] + a[0][1] + a[0][2] + a[0][3];
}
"""


def plain_loop(times: int = 300_000) -> Job:
    """Forty multiplications and additions a round in C, in registers only, enough of them side by side to keep a core busy."""
    with tempfile.TemporaryDirectory() as folder:
        text, library = Path(folder, "loop.c"), Path(folder, "loop.so")
        text.write_text(_LOOP, encoding="utf-8")
        subprocess.run(["gcc", *FLAGS, "-o", str(library), "-x", "c++", str(text)], check=True)
        run = ctypes.CDLL(str(library)).run
    run.restype = ctypes.c_double
    return lambda: run(ctypes.c_long(times))


def at_once(jobs: Sequence[Job]) -> float:
    """Seconds by the clock until all jobs are done, each in a thread of its own; they must leave Python while they work."""
    start = threading.Barrier(len(jobs) + 1)
    threads = [threading.Thread(target=lambda job=job: (start.wait(), job())) for job in jobs]
    for thread in threads:
        thread.start()
    start.wait()
    begun = time.perf_counter()
    for thread in threads:
        thread.join()
    return time.perf_counter() - begun


def gain(jobs: Sequence[Job], rounds: int = 60) -> float:
    """How many times the work of one core all cores do together: the shortest time of one job, and of all at once, in turn."""
    one = together = float("inf")
    for _ in range(rounds):
        one = min(one, at_once(jobs[:1]))
        together = min(together, at_once(jobs))
    return len(jobs) * one / together


_BLOCKS = """
import sys, time
from dataclasses import replace
import model
from model.analysis.risk import draw_block, make_spec
from model.analysis.sampling import BLOCK
from model.engine import kernel
blocks = int(sys.argv[1])
spec = replace(make_spec(model.load("portfolio"), draws=64 * BLOCK), engine="kernel" if kernel.available() else "numpy")
if spec.engine == "kernel":
    spec.batch().kernel().threads = 1
draw_block(spec, 0)
print("ready", flush=True)
sys.stdin.readline()
start = time.perf_counter()
for number in range(blocks):
    draw_block(spec, number)
print(time.perf_counter() - start)
"""


def blocks_in_processes(processes: int, blocks: int) -> float:
    """Seconds that so many processes take for `blocks` blocks of draws each, at once and with nobody between them."""
    command = [sys.executable, "-c", _BLOCKS, str(blocks)]
    running = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(processes)]
    for process in running:
        assert process.stdout is not None and process.stdout.readline().strip() == "ready"
    for process in running:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    return max(float(process.communicate()[0]) for process in running)
