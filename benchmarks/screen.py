"""From a key on a slider to the last change on the page, in Chromium; beside a page that does nothing as the floor."""

from __future__ import annotations

import contextlib
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.timing import Row
from model.token import Scenario, encode
from ui import screenshots

TIMES = 20
QUIET_MS = 700
PREFACE = f"""Twenty presses of an arrow key on a slider, in one tab of Chromium at 1440 px, server on the same machine: from
the key to the last change in the main part of the page, found when nothing has changed for {QUIET_MS} ms. The floor is a page
with one slider and one number. Target: a median of 250 ms, and 400 ms for nine in ten."""
NOTHING = """import streamlit as st
st.title("Nothing")
st.slider("Private vraag", 0.0, 2.0, 1.0, 0.05, key="lever")
st.text(f"value {st.session_state['lever']}")
"""
PAGES = {"overview": "", "cash flows": "cash_flows", "who pays": "who_pays", "the 3% target": "target", "appraisal": "appraisal"}
WATCH = """(quiet) => {
  const found = {start: 0, last: 0};
  const main = document.querySelector('[data-testid="stMain"]');
  const observer = new MutationObserver(() => { if (found.start) found.last = performance.now(); });
  observer.observe(main, {subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ['d', 'transform', 'aria-label']});
  document.addEventListener('keydown', () => { found.start = performance.now(); }, {once: true, capture: true});
  window.__watch = new Promise((resolve) => {
    const look = () => {
      const since = performance.now() - Math.max(found.last, found.start);
      if (!found.last || since < quiet) return setTimeout(look, 50);
      observer.disconnect();
      resolve(found.last - found.start);
    };
    look();
  });
}"""


def pressed(page: Any, key: str) -> float:
    """Milliseconds from one press of a key to the last change that it caused."""
    slider = page.get_by_role("slider", name="Private vraag").first
    slider.focus()
    page.evaluate(WATCH, QUIET_MS)
    slider.press(key)
    return float(page.evaluate("() => window.__watch"))


def measured(browser: Any, address: str) -> list[float]:
    """Twenty presses after four to warm up, in milliseconds, in order of size."""
    context = browser.new_context(viewport={"width": 1440, "height": 1600}, locale="nl-NL", reduced_motion="reduce")
    page = context.new_page()
    page.goto(address)
    screenshots.settled(page)
    found = [pressed(page, ("ArrowRight", "ArrowLeft")[number % 2]) for number in range(4 + TIMES)][4:]
    context.close()
    return sorted(found)


@contextlib.contextmanager
def nothing() -> Iterator[str]:
    """Address of a page that does nothing, served with the settings of the app."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "nothing.py"
        script.write_text(NOTHING, encoding="utf-8")
        port = "18499"
        command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", port, "--server.headless", "true"]
        server = subprocess.Popen(command, cwd=screenshots.ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            for _ in range(100):
                with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1):
                    break
                time.sleep(0.2)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(10)


def rows() -> Iterator[Row]:
    """All figures of this part."""
    if screenshots.chromium() is None:
        yield Row("the screen", float("nan"), "ms", None, "not measured: Chromium was not found")
        return
    with screenshots.browsing() as browser:
        with nothing() as address:
            yield from _rows("a page that does nothing", measured(browser, address), None)
        with screenshots.serving() as address:
            for name, path in PAGES.items():
                scenario = encode(Scenario("portfolio", view={"cluster": ""}))
                yield from _rows(name, measured(browser, f"{address}/{path}?lang=nl&s={scenario}"), 250.0)


def _rows(name: str, times: list[float], target: float | None) -> Iterator[Row]:
    ninth = times[int(0.9 * (len(times) - 1))]
    yield Row(name, statistics.median(times), "ms", target, f"nine in ten within {ninth:.0f} ms; least {times[0]:.0f} ms")
