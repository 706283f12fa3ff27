"""Pictures of every page: `python -m ui.screenshots [FOLDER]` (docs/screens by default), with the system's Chromium."""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ui import menu

ROOT = Path(__file__).resolve().parents[1]
PAGES = tuple(map(menu.path, menu.PAGES))
CHROMIUM_OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WIDE, NARROW = 1440, 400
PATIENCE = 60


def chromium() -> str | None:
    """Path of the system's Chromium or Chrome; None where there is none."""
    return next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None)


def answering(address: str) -> None:
    """Wait until the app answers. Raises RuntimeError when it does not."""
    for _ in range(PATIENCE * 5):
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{address}/_stcore/health", timeout=1) as answer:
            if answer.status == 200:
                return
        time.sleep(0.2)
    raise RuntimeError(f"the app did not start within {PATIENCE} s")


@contextlib.contextmanager
def serving(settings: Mapping[str, str] | None = None) -> Iterator[str]:
    """The app on a free port of this machine; yields its address and stops it afterwards. Raises RuntimeError when it does not start.

    settings: environment variables of the server.
    """
    with serving_process(settings=settings) as (address, _):
        yield address


@contextlib.contextmanager
def serving_process(
    folder: Path | None = None, before: Callable[[str], None] = lambda address: None, settings: Mapping[str, str] | None = None
) -> Iterator[tuple[str, int]]:
    """The same with the number of the process. folder: for its saved cases. before: hears the address before the start; settings: see `serving`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    spare = tempfile.TemporaryDirectory()
    environment = {**os.environ, "MEGACLUSTER_STORE": str((folder or Path(spare.name)) / "cases.db"), **(settings or {})}
    address = f"http://127.0.0.1:{port}"
    before(address)
    command = [sys.executable, "-m", "ui.server", "--port", str(port), "--no-browser"]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    try:
        answering(address)
        yield address, server.pid
    finally:
        server.terminate()
        server.wait(10)
        spare.cleanup()


@contextlib.contextmanager
def browsing() -> Iterator[Any]:
    """A headless Chromium. Raises RuntimeError where none is installed."""
    from playwright.sync_api import sync_playwright

    path = chromium()
    if path is None:
        raise RuntimeError("Chromium was not found: install it (Debian, Ubuntu: apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=list(CHROMIUM_OPTIONS))
        try:
            yield browser
        finally:
            browser.close()


def settled(page: Any) -> None:
    """Wait until the app has drawn everything: first the title, then no run in progress, then charts."""
    page.get_by_role("heading", level=1).first.wait_for(timeout=PATIENCE * 1000)
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]', timeout=PATIENCE * 1000)
    page.locator('[data-testid="stSkeleton"]').first.wait_for(state="detached", timeout=PATIENCE * 1000)
    page.wait_for_timeout(600)


def picture(browser: Any, address: str, width: int, file: Path, language: str = "nl") -> None:
    """One page at one width, whole length, as PNG."""
    context = browser.new_context(viewport={"width": width, "height": 900}, locale=f"{language}-NL", reduced_motion="reduce")
    page = context.new_page()
    joint = "&" if "?" in address else "?"
    page.goto(f"{address}{joint}lang={language}")
    settled(page)
    height = page.evaluate("Math.max(...[...document.querySelectorAll('[data-testid=\"stMainBlockContainer\"]')].map(e => e.scrollHeight)) + 40")
    page.set_viewport_size({"width": width, "height": max(900, int(height))})
    settled(page)
    page.screenshot(path=file)
    context.close()


def main(folder: Path) -> None:
    """Every page, wide and narrow, in both languages."""
    folder.mkdir(parents=True, exist_ok=True)
    with serving() as address, browsing() as browser:
        for name in PAGES:
            for language, width in (("nl", WIDE), ("en", WIDE), ("nl", NARROW)):
                file = folder / f"{name or 'overview'}_{language}{'_phone' if width == NARROW else ''}.png"
                picture(browser, f"{address}/{name}", width, file, language)
                print(file)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m ui.screenshots", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "docs" / "screens")
    main(parser.parse_args().folder)
