"""How far a long run is: a bar on a terminal's stderr from the third second on, or whatever the caller wants to be told."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

Told = Callable[[int, int], Any]
"""Called with what is done and the total, before the first run and now and then; it may raise to stop."""
_PATIENCE = 2.0


@contextmanager
def progress(label: str, total: int, told: Told | None = None) -> Iterator[Callable[[int], None]]:
    """Yields a function to call with what is done so far.

    told: who wants to know; without it a bar appears on stderr after two seconds, if that is a terminal.
    """
    if told is not None:
        told(0, total)
        yield lambda done: told(min(done, total), total)
        return
    if not sys.stderr.isatty():
        yield lambda done: None
        return
    bar: Any = None
    task: Any = None
    began = time.monotonic()

    def report(done: int) -> None:
        nonlocal bar, task
        if bar is None:
            if time.monotonic() - began < _PATIENCE:
                return
            from rich.console import Console
            from rich.progress import Progress, TimeRemainingColumn

            bar = Progress(*Progress.get_default_columns()[:-1], TimeRemainingColumn(), console=Console(stderr=True), transient=True)
            bar.start()
            task = bar.add_task(label, total=total)
        bar.update(task, completed=min(done, total))

    try:
        yield report
    finally:
        if bar is not None:
            bar.stop()
