"""What one process of the app holds: visitors over real connections, the memory they take and how fast their changes are answered.

A visitor is a client of the app's own protocol: it opens a page over a WebSocket, moves a slider, and counts a change as
answered when the page has come in whole, which is when the address that goes with it does; the draws follow in the same
run. What a browser then needs to draw is not in it.
"""

from __future__ import annotations

import asyncio
import os
import random
import statistics
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.timing import Row
from model.token import Scenario, encode
from ui import screenshots

CROWDS = (1, 10, 30)
PAGES = ("", "cash_flows", "who_pays", "target")
LEVER = "lever:photonics.demand_factor"
READING, HURRIED = (3.0, 7.0), (0.4, 0.8)
"""Seconds between two changes of a visitor who reads what is there, and of one alone, so that there is enough to measure."""
WORKING = 25.0
ROUNDS = 5
PATIENCE = 60.0
PREFACE = """Visitors over real WebSockets to one process of the app, each on a page with four charts or more, each moving a slider; the
visitors run on the same machine. A change counts as answered when the page has come in whole: a browser then still has to draw.
See `docs/deploy.md`."""


class Visitor:
    """One session: its connection, and as much of what the server sent as the next change needs."""

    def __init__(self, address: str, page: str, number: int):
        self._address = address.replace("http", "ws", 1) + "/_stcore/stream"
        self._page = page
        self._hash = ""
        self._query = f"lang=nl&s={encode(Scenario('photonics'))}"
        self._slider = ""
        self._chance = random.Random(number)
        self._polls: dict[str, float] = {}
        self._shown = 0.0
        self._socket: Any = None

    async def open(self) -> float:
        """Connect and wait for the whole page. Returns seconds."""
        from websockets.asyncio.client import connect

        start = time.perf_counter()
        self._socket = await connect(self._address, subprotocols=["streamlit"], max_size=None, compression=None)  # type: ignore[list-item]
        await self._run()
        if not self._slider:
            raise RuntimeError(f"the page {self._page or 'overview'!r} has no slider {LEVER}")
        return time.perf_counter() - start

    async def change(self) -> float:
        """Move the slider to a value that nobody had before, and wait for the end of the run. Returns seconds to the whole page."""
        start = time.perf_counter()
        await self._run(self._chance.uniform(0.5, 1.5))
        return self._shown - start

    async def follow(self) -> None:
        """Ask again, as a browser does, for the parts of the page that are still on their way."""
        while self._polls:
            part, seconds = next(iter(self._polls.items()))
            await asyncio.sleep(seconds)
            await self._run(part=part)

    async def work(self, until: float, reading: tuple[float, float]) -> list[tuple[float, float]]:
        """Change, let everything come in, read, until the time is up. Returns seconds to the page, and to the last part of it."""
        took = []
        while time.perf_counter() < until:
            await asyncio.sleep(self._chance.uniform(*reading))
            start = time.perf_counter()
            page = await self.change()
            await self.follow()
            took.append((page, time.perf_counter() - start))
        return took

    async def close(self) -> None:
        await self._socket.close()

    async def _run(self, value: float | None = None, part: str = "") -> None:
        from streamlit.proto.BackMsg_pb2 import BackMsg
        from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

        message = BackMsg()
        asked = message.rerun_script
        asked.query_string, asked.page_script_hash = self._query, self._hash
        if not self._hash:
            asked.page_name = self._page
        asked.fragment_id, asked.is_auto_rerun = part, bool(part)
        asked.context_info.url, asked.context_info.timezone = "http://localhost/", "Europe/Amsterdam"
        if value is not None:
            state = asked.widget_states.widgets.add()
            state.id = self._slider
            state.double_array_value.data.append(value)
        await self._socket.send(message.SerializeToString())
        while True:
            told = ForwardMsg.FromString(await asyncio.wait_for(self._socket.recv(), PATIENCE))
            kind = told.WhichOneof("type")
            if kind == "new_session":
                self._hash = told.new_session.page_script_hash
                self._polls.clear()
            elif kind == "auto_rerun":
                self._polls[told.auto_rerun.fragment_id] = told.auto_rerun.interval
            elif kind == "page_info_changed":
                self._query, self._shown = told.page_info_changed.query_string, time.perf_counter()
            elif kind == "delta" and told.delta.new_element.slider.id.endswith(LEVER):
                self._slider = told.delta.new_element.slider.id
            elif kind == "script_finished" and told.script_finished in (
                ForwardMsg.FINISHED_SUCCESSFULLY,
                ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY,
            ):
                return


def memory(process: int) -> float:
    """Megabytes that a process holds for itself alone; NaN where the system does not tell."""
    file = Path(f"/proc/{process}/smaps_rollup")
    if not file.exists():
        return float("nan")
    return sum(int(line.split()[1]) for line in file.read_text().splitlines() if line.startswith("Private_")) / 1024


def most_memory(process: int) -> float:
    """Megabytes that a process held at most, shared ones included; NaN where the system does not tell."""
    file = Path(f"/proc/{process}/status")
    if not file.exists():
        return float("nan")
    return next(int(line.split()[1]) for line in file.read_text().splitlines() if line.startswith("VmHWM")) / 1024


def processor_time(process: int) -> float:
    """Seconds of processor time that a process has taken; NaN where the system does not tell."""
    file = Path(f"/proc/{process}/stat")
    if not file.exists():
        return float("nan")
    user, system = file.read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def rows() -> Iterator[Row]:
    """All figures of this part."""
    with screenshots.serving_process() as (address, process):
        yield from asyncio.run(_measured(address, process))


async def _measured(address: str, process: int) -> list[Row]:
    visitors: list[Visitor] = []
    found = [Row("memory before the first visitor", memory(process), "MB")]
    first = Visitor(address, "", 0)
    opening = await first.open()
    await first.follow()
    found.append(Row("the first page of a fresh process", opening, "s", None, "everything is loaded and the first case computed"))
    visitors.append(first)
    for crowd in CROWDS:
        while len(visitors) < crowd:
            visitor = Visitor(address, PAGES[len(visitors) % len(PAGES)], len(visitors))
            await visitor.open()
            visitors.append(visitor)
        for visitor in visitors:
            await visitor.change()
            await visitor.follow()
        reading = HURRIED if crowd == 1 else READING
        until, spent = time.perf_counter() + WORKING, processor_time(process)
        working = [took for each in await asyncio.gather(*(visitor.work(until, reading) for visitor in visitors)) for took in each]
        spent = processor_time(process) - spent
        found += _summary(crowd, working, reading)
        found.append(Row(f"{_who(crowd)}, processor time of the server for a change", 1000 * spent / len(working), "ms", None, "draws included"))
        if crowd > 1:
            rounds = []
            for _ in range(ROUNDS):
                rounds.append(max(await asyncio.gather(*(visitor.change() for visitor in visitors))))
                await asyncio.gather(*(visitor.follow() for visitor in visitors))
            slowest = statistics.median(rounds)
            found.append(Row(f"{crowd} visitors at one moment, the last answered", 1000 * slowest, "ms", None, f"median of {ROUNDS} rounds"))
        found.append(Row(f"{_who(crowd)}, memory at rest", await _memory_at_rest(process), "MB"))
    found.append(Row("most memory at any time", most_memory(process), "MB", None, "shared libraries included"))
    await asyncio.gather(*(visitor.close() for visitor in visitors))
    return found


def _who(crowd: int) -> str:
    return "1 visitor" if crowd == 1 else f"{crowd} visitors"


async def _memory_at_rest(process: int) -> float:
    """The least of some seconds: draws take much for a moment."""
    found = []
    for _ in range(6):
        await asyncio.sleep(0.5)
        found.append(memory(process))
    return min(found)


def _summary(crowd: int, took: Sequence[tuple[float, float]], reading: tuple[float, float]) -> list[Row]:
    """How long changes took while everybody reads for some seconds between them."""
    who = _who(crowd)
    busy = f"{len(took)} changes in {WORKING:.0f} s, {reading[0]:g} to {reading[1]:g} s between two of one visitor"
    page, all_of_it = (sorted(times) for times in zip(*took, strict=True))
    return [
        Row(f"{who}, a change, median", 1000 * statistics.median(page), "ms", None, busy),
        Row(f"{who}, a change, nine of ten within", 1000 * page[int(0.9 * (len(page) - 1))], "ms"),
        Row(f"{who}, the same with draws, nine of ten within", 1000 * all_of_it[int(0.9 * (len(page) - 1))], "ms", None, "until nothing more comes"),
    ]
