"""Blocks of draws on real worker processes: the same figures on one or many, and none lost with a worker."""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import model
from model.analysis import distributed
from model.analysis.draws import Draws
from model.analysis.risk import make_spec
from model.analysis.sampling import BLOCK
from model.version import VERSION

DRAWS = 6 * BLOCK + 500
OUTPUTS = ["photonics.leverage", "photonics.cash_balance"]
KEYS = ["photonics.membership_fee.core", "photonics.delay_years", "photonics.demand_factor"]


@pytest.fixture(scope="module")
def case() -> model.Case:
    return model.load("photonics")


@pytest.fixture(scope="module")
def alone(case: model.Case) -> Any:
    """The run without any workers."""
    return model.monte_carlo(case, DRAWS, seed=11, outputs=OUTPUTS, keys=KEYS)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0", silence_logs=logging.CRITICAL) as found:
        yield found


@pytest.fixture
def client(cluster: Any) -> Iterator[Any]:
    from distributed import Client

    with Client(cluster, set_as_default=False) as found:
        yield found


def assert_same(found: Any, expected: Any) -> None:
    assert found.draws == expected.draws
    assert np.array_equal(found.numbers(OUTPUTS[0]), expected.numbers(OUTPUTS[0]), equal_nan=True)
    assert found.quantiles(OUTPUTS[1]).equals(expected.quantiles(OUTPUTS[1]))


def test_workers_yield_the_figures_of_a_run_without_them(case: model.Case, client: Any, alone: Any) -> None:
    assert_same(model.monte_carlo(case, DRAWS, seed=11, outputs=OUTPUTS, keys=KEYS, client=client), alone)


def test_threads_of_one_worker_do_not_disturb_each_other(case: model.Case, alone: Any) -> None:
    from distributed import Client, LocalCluster

    with (
        LocalCluster(n_workers=1, threads_per_worker=3, processes=False, dashboard_address=":0", silence_logs=logging.CRITICAL) as one,
        Client(one, set_as_default=False) as client,
    ):
        assert_same(model.monte_carlo(case, DRAWS, seed=11, outputs=OUTPUTS, keys=KEYS, client=client), alone)


def test_the_kernel_on_workers_yields_the_figures_of_the_kernel_here(case: model.Case, client: Any) -> None:
    spec = replace(make_spec(case, 2 * BLOCK, seed=3, outputs=["photonics.leverage"], keys=KEYS), engine="kernel")
    here = [np.array(block.numbers) for block in distributed.blocks(client, spec)]
    for number, block in enumerate(here):
        assert np.array_equal(block, distributed.draw_block(spec, number).numbers, equal_nan=True)


def test_a_worker_killed_in_the_middle_loses_nothing(case: model.Case, client: Any, alone: Any) -> None:
    spec = make_spec(case, DRAWS, seed=11, outputs=OUTPUTS, keys=KEYS)
    found = Draws(spec)
    before = set(client.run(os.getpid).values())
    for block in distributed.blocks(client, spec):
        found.add(block)
        if block.number in (0, 3):
            os.kill(next(iter(client.run(os.getpid).values())), signal.SIGKILL)
    assert_same(found, alone)
    client.wait_for_workers(2, timeout=60)
    assert set(client.run(os.getpid).values()) != before


def test_the_command_goes_to_a_scheduler(cluster: Any) -> None:
    options = ["--draws", "5000", "--seed", "2", "--output", "photonics.leverage", "--key", KEYS[0], "--json"]
    assert megacluster("monte-carlo", "photonics", *options, "--scheduler", cluster.scheduler_address) == megacluster(
        "monte-carlo", "photonics", *options
    )


def megacluster(*arguments: str) -> tuple[int, str, str]:
    command = [sys.executable, "-c", "from model.cli import main; main()", *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


def test_an_address_without_a_scheduler_is_told() -> None:
    status, _, told = megacluster("monte-carlo", "photonics", "--scheduler", "nonsense://nowhere")
    assert status == 2
    assert "nonsense://nowhere" in told
    assert "Traceback" not in told


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\nThis is no scheduler, and it says so at some length."])
def test_something_else_that_listens_is_not_waited_for(answer: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distributed, "_ANSWER", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with suppress(OSError):
                connection, _ = server.accept()
                connection.sendall(answer)
                held.append(connection)

        held: list[socket.socket] = []
        threading.Thread(target=serve, daemon=True).start()
        address = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(model.InputError, match="no dask scheduler answers there"), distributed.connected(address):
            pass
        for connection in held:
            connection.close()


def test_a_lost_scheduler_and_lost_workers_are_told(case: model.Case, monkeypatch: pytest.MonkeyPatch) -> None:
    from distributed import Client, LocalCluster

    monkeypatch.setattr(distributed, "_PATIENCE", 2)
    spec = make_spec(case, 60 * BLOCK, outputs=["photonics.leverage"], keys=KEYS)
    options = {"n_workers": 1, "threads_per_worker": 1, "processes": False, "dashboard_address": ":0", "silence_logs": logging.CRITICAL}
    with LocalCluster(**options) as one, Client(one, set_as_default=False) as client:
        drawn = distributed.blocks(client, spec)
        next(drawn)
        one.scale(0)
        with pytest.raises(model.language.ModelError, match="all workers are lost"):
            list(drawn)
    with LocalCluster(**options) as one, Client(one.scheduler_address, set_as_default=False) as client:
        drawn = distributed.blocks(client, spec)
        next(drawn)
        one.close()
        with pytest.raises(model.language.ModelError, match="scheduler is lost"):
            list(drawn)


def test_workers_of_another_version_are_refused(case: model.Case, client: Any) -> None:
    spec = make_spec(case, BLOCK, outputs=["photonics.leverage"], keys=KEYS)

    def become(version: str) -> None:
        client.run(exec, f"import model.analysis.distributed as here; here.VERSION = {version!r}")

    become("0.0.1")
    try:
        with pytest.raises(model.InputError, match=r"has version 0\.0\.1 of the model"):
            next(distributed.blocks(client, spec))
    finally:
        become(VERSION)
