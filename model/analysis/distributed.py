"""Monte Carlo on many machines: blocks of draws spread over the workers of a dask scheduler.

A block depends on the spec of the run and its own number alone, so the figures are the same on one worker or a hundred,
in whatever order the blocks come back. Blocks of a worker that is lost are computed again elsewhere. Needs
`pip install megacluster[distributed]`.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import uuid
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from model.analysis.risk import Block, Spec, draw_block
from model.engine import kernel
from model.language.errors import InputError, ModelError
from model.version import VERSION

_AHEAD = 3
_RETRIES = 10
_PATIENCE, _ANSWER = 30, 5
_here = threading.local()


@contextmanager
def connected(address: str) -> Iterator[Any]:
    """A dask client of the scheduler at an address such as tcp://10.0.0.5:8786; closed at the end.

    Raises InputError where no scheduler answers, or dask is not installed.
    """
    try:
        from distributed import Client
    except ImportError:
        raise InputError("--scheduler needs dask: pip install 'megacluster[distributed]'") from None
    try:
        asyncio.run(_reach(address))
    except Exception:  # what answers may be anything, and what dask makes of its answer too
        raise InputError(f"--scheduler {address}: no dask scheduler answers there; an address looks like tcp://10.0.0.5:8786") from None
    log = logging.getLogger("distributed.client")
    before = log.level
    log.setLevel(logging.CRITICAL)  # what goes wrong is told by `blocks`, once and without tracebacks
    try:
        with Client(address, timeout=_PATIENCE, set_as_default=False) as client:
            yield client
    finally:
        log.setLevel(before)


async def _reach(address: str) -> None:
    """Raise an error soon where a client would go on trying, or wait for ever."""
    from distributed.comm import connect

    comm = await asyncio.wait_for(connect(address, timeout=_ANSWER), 2 * _ANSWER)
    await comm.close()


def blocks(client: Any, spec: Spec) -> Iterator[Block]:
    """All blocks of a run in order, computed by the workers of a client; at most a few for each of their threads wait.

    Raises InputError when no worker comes, or workers have another version of the model or lack what the run needs;
    ModelError when the scheduler or all workers are lost on the way.
    """
    from distributed import CancelledError, KilledWorker

    _check_workers(client, spec)
    name = f"draws-{uuid.uuid4().hex[:12]}"
    held = client.submit(_as_is, spec, key=f"{name}-spec", pure=False)
    numbers = iter(range(spec.blocks))
    waiting: deque[Any] = deque()
    try:
        while True:
            room = _AHEAD * max(1, sum(client.nthreads().values())) - len(waiting)
            for _, number in zip(range(room), numbers):  # noqa: B905  as many as there is room for
                waiting.append(client.submit(_block, held, number, key=f"{name}-{number}", pure=False, retries=_RETRIES))
            if not waiting:
                return
            yield _result(client, waiting.popleft())
    except (CancelledError, OSError) as error:
        raise ModelError("the dask scheduler is lost: it stopped, or the connection broke") from error
    except KilledWorker as error:
        raise ModelError(f"too many workers died with the same block of draws: {error}") from error
    finally:
        client.cancel([*waiting, held])


def _result(client: Any, future: Any) -> Block:
    """A block when it is there. Raises ModelError where no worker is left and none comes."""
    while True:
        try:
            return future.result(timeout=_PATIENCE)
        except TimeoutError:
            try:
                client.wait_for_workers(1, timeout=_PATIENCE)
            except TimeoutError:
                raise ModelError("all workers are lost and no other has come: start some with `dask worker ADDRESS`") from None


def _as_is(spec: Spec) -> Spec:
    """The spec as a result of a task: dask makes it anew when the workers that hold it are lost."""
    return spec


def _block(spec: Spec, number: int) -> Block:
    """One block, on a worker. Each thread makes the case ready for itself, and computes on one core."""
    if getattr(_here, "of", None) is not spec:
        _here.of, _here.spec = spec, replace(spec, _made={})
    mine: Spec = _here.spec
    if mine.engine == "kernel":
        mine.batch().kernel().threads = 1
    return draw_block(mine, number)


def _about() -> tuple[str, bool]:
    return VERSION, kernel.available()


def _check_workers(client: Any, spec: Spec) -> None:
    try:
        client.wait_for_workers(1, timeout=_PATIENCE)
    except TimeoutError:
        raise InputError("no workers are connected to the scheduler: start some with `dask worker ADDRESS`") from None
    mistakes = []
    for worker, (version, has_numba) in client.run(_about).items():
        if version != VERSION:
            mistakes.append(f"worker {worker} has version {version} of the model, here it is {VERSION}")
        if spec.engine == "kernel" and not has_numba:
            mistakes.append(f"worker {worker} lacks numba, which this run goes through: pip install 'megacluster[fast]' there")
    if mistakes:
        raise InputError(mistakes)
