"""What tests of the screen share: the app without a browser, and the app in Chromium where there is one."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from model.store import SETTING
from ui import chances, screenshots, settings

ROOT = Path(__file__).resolve().parents[2]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without Chromium the browser tests are left out, and it is said how to get it; on a build server that is a failure."""
    if screenshots.chromium() or os.environ.get("CI") == "true":
        return
    browser = [item for item in items if item.get_closest_marker("browser")]
    if browser:
        config.hook.pytest_deselected(items=browser)
        items[:] = [item for item in items if item not in browser]
        config.pluginmanager.getplugin("terminalreporter").write_line(
            f"{len(browser)} browser tests left out: no Chromium was found (Debian, Ubuntu: apt-get install chromium)"
        )


def open_app(language: str = "nl", page: str = "overview", **query: str) -> AppTest:
    test = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    test.query_params["lang"] = language
    for key, value in query.items():
        test.query_params[key] = value
    test.run()
    if page != "overview":
        test.switch_page(f"ui/pages/{page}.py").run()
    assert not test.exception, [error.value for error in test.exception]
    return test


def headline_of(test: AppTest) -> list[str]:
    """The four headline figures on the overview, as written there."""
    found = next(element.proto.body for element in test.get("html") if '<dl class="figures">' in element.proto.body)
    return re.findall(r'<dd class="value">(.*?)</dd>', found)


@pytest.fixture(scope="session")
def headline() -> Callable[[AppTest], list[str]]:
    """Reads the headline figures of a page."""
    return headline_of


@pytest.fixture(scope="session", autouse=True)
def own_store(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Saved cases of the tests go to a file of their own."""
    os.environ[SETTING] = str(tmp_path_factory.mktemp("store") / "cases.db")


@pytest.fixture(autouse=True)
def draws(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Draws in the background run only in tests that are marked `draws`."""
    if request.node.get_closest_marker("draws") is None:

        def given_up(*_: Any) -> Future[chances.Chances]:
            found: Future[chances.Chances] = Future()
            found.set_exception(chances.Superseded())
            return found

        monkeypatch.setattr(chances.Desk, "ask", given_up)
    monkeypatch.setattr(chances, "compiled", lambda *_: None)


@pytest.fixture(scope="session")
def app() -> Callable[..., AppTest]:
    """Opens the app on a page, in a language, with an address bar: app("en", "cash_flows", s=token)."""
    return open_app


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Address of the running app, which draws little, so that no test waits for draws that it is not about."""
    with screenshots.serving({settings.DRAWS: str(settings.FEWEST)}) as found:
        yield found


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    with screenshots.browsing() as found:
        yield found
