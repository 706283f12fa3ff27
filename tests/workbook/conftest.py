"""Workbooks that the tests share, and what happens to tests that need LibreOffice where it is missing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest

import model
from model.workbook import to_excel_bytes

HOW_TO_GET_IT = "LibreOffice is missing: apt-get install libreoffice-calc-nogui, or put soffice on the PATH"
_LEFT_OUT: list[str] = []


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out tests marked `office` where there is no LibreOffice; on a build server that is a failure."""
    needing = [item for item in items if item.get_closest_marker("office")]
    if not needing or shutil.which("soffice"):
        return
    if os.environ.get("CI") == "true":
        raise pytest.UsageError(HOW_TO_GET_IT)
    _LEFT_OUT.extend(item.nodeid for item in needing)
    items[:] = [item for item in items if item not in needing]
    config.hook.pytest_deselected(items=needing)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _LEFT_OUT:
        terminalreporter.write_line(f"{len(_LEFT_OUT)} tests of workbooks left out. {HOW_TO_GET_IT}")


@pytest.fixture(scope="session")
def book(portfolio: model.Case) -> bytes:
    """The workbook of the default case."""
    return to_excel_bytes(portfolio)


@pytest.fixture(scope="session")
def small() -> model.Case:
    """One cluster over twelve years: quick to recalculate many times."""
    return model.load("photonics").with_values({"nation.horizon": 12})


@pytest.fixture(scope="session")
def small_book(small: model.Case) -> Iterator[bytes]:
    yield to_excel_bytes(small)
