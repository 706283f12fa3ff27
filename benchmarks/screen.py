"""From a key on a slider to the last change on the page, in Chromium; beside plain pages as the floor."""

from __future__ import annotations

import contextlib
import math
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import model
from benchmarks.timing import Row, python_yardstick
from model.token import Scenario, encode
from ui import screenshots
from ui.words import words

TIMES, WARMING = 20, 4
QUIET_MS = 700
START = 1.5
"""Where the slider begins: it goes down to a value that it had not before at each press."""
PREFACE = f"""Presses of an arrow key on a slider, each to a new value, in one tab of Chromium at 1440 px, server on the same machine:
from the key to the last change in the main part of the page, pictures and words, found when nothing has changed for {QUIET_MS} ms.
Median of {TIMES} after {WARMING} to warm up. Target: 250 ms, and 400 ms for nine in ten. The band of 2,000 draws on the overview
follows, and is told apart (what changes from 120 ms before its arrival): asked is 1 s. Two floors: a page with one slider and one
number, and one with four charts of 90 numbers and nothing to compute, as plain as Streamlit has them. They and the yardstick (a
million additions in plain Python, 35 ms when a machine of this kind is quiet) say how busy the machine was meanwhile."""
NOTHING = """import streamlit as st
st.title("Nothing")
st.slider("Private vraag", 0.0, 2.0, 1.5, 0.05, key="lever")
st.text(f"value {st.session_state['lever']}")
"""
FOUR_CHARTS = """import pandas as pd
import streamlit as st
st.set_page_config(layout="wide")
st.title("Four charts")
lever = st.sidebar.slider("Private vraag", 0.0, 2.0, 1.5, 0.05)
st.text(f"value {lever}")
years = list(range(2026, 2056))
for row in range(2):
    for position, column in enumerate(st.columns(2)):
        amounts = [lever * (2 * row + position + 1 + year - 2026) * (1 + part) for part in range(3) for year in years]
        data = pd.DataFrame({"year": years * 3, "part": [part for part in "abc" for _ in years], "amount": amounts})
        axes = {name: {"field": name, "type": "quantitative"} for name in ("year", "amount")}
        encoding = {"x": axes["year"], "y": axes["amount"], "color": {"field": "part", "type": "nominal"}}
        column.vega_lite_chart(data, {"height": 280, "mark": "area" if row else "line", "encoding": encoding}, theme=None)
"""
FLOORS = {"a page that does nothing": NOTHING, "a page of four plain charts": FOUR_CHARTS}
PAGES = {
    "overview": "",
    "cash flows": "cash_flows",
    "who pays": "who_pays",
    "the 3% target": "target",
    "appraisal": "appraisal",
    "portfolio": "portfolio",
}
WATCH = """([quiet, drawing]) => {
  const found = {start: 0, last: 0, arrived: 0}, times = [];
  const main = document.querySelector('[data-testid="stMain"]');
  const underway = () => document.querySelector('.st-key-card_leverage .finding')?.textContent.includes(drawing);
  let waited = false;
  const observer = new MutationObserver(() => {
    if (!found.start) return;
    found.last = performance.now();
    times.push(found.last);
    const waiting = underway();
    waited ||= waiting;
    if (waited && !waiting) found.arrived ||= found.last;
  });
  observer.observe(main, {subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ['d', 'transform', 'aria-label']});
  document.addEventListener('keydown', () => { found.start = performance.now(); }, {once: true, capture: true});
  window.__watch = new Promise((resolve) => {
    const look = () => {
      const since = performance.now() - Math.max(found.last, found.start);
      if (!found.last || since < quiet || underway()) return setTimeout(look, 50);
      observer.disconnect();
      const page = found.arrived ? times.filter((time) => time < found.arrived - 120) : times;
      resolve([page.at(-1) - found.start, found.arrived ? found.last - found.start : NaN]);
    };
    look();
  });
}"""


def pressed(page: Any, key: str) -> tuple[float, float]:
    """Milliseconds from one press of a key to the last change of the page, and to that of the band of draws where there is one."""
    slider = page.get_by_role("slider", name="Private vraag").first
    slider.focus()
    page.evaluate(WATCH, [QUIET_MS, words("nl")("risk.drawing")])
    slider.press(key)
    shown, band = page.evaluate("() => window.__watch")
    return float(shown), float("nan") if band is None else float(band)


def measured(browser: Any, address: str) -> list[tuple[float, float]]:
    """Presses in milliseconds, without those to warm up."""
    context = browser.new_context(viewport={"width": 1440, "height": 1600}, locale="nl-NL", reduced_motion="reduce")
    page = context.new_page()
    page.goto(address)
    screenshots.settled(page)
    found = [pressed(page, "ArrowLeft") for _ in range(WARMING + TIMES)][WARMING:]
    context.close()
    return found


@contextlib.contextmanager
def plain(written: str) -> Iterator[str]:
    """Address of a page that is only a script, served with the settings of the app."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "plain.py"
        script.write_text(written, encoding="utf-8")
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
    changes = {f"{cluster}.demand_factor": START for cluster in model.load("portfolio").clusters}
    token = encode(Scenario("portfolio", changes, view={"cluster": ""}))
    with screenshots.browsing() as browser:
        for name, written in FLOORS.items():
            with plain(written) as address:
                yield from _rows(name, measured(browser, address), None)
        with screenshots.serving() as address:
            for name, path in PAGES.items():
                yield from _rows(name, measured(browser, f"{address}/{path}?lang=nl&s={token}"), 250.0)


def _rows(name: str, times: list[tuple[float, float]], target: float | None) -> Iterator[Row]:
    shown, bands = sorted(page for page, _ in times), sorted(band for _, band in times if not math.isnan(band))
    told = f"nine in ten within {_ninth(shown):.0f} ms; least {shown[0]:.0f} ms; yardstick {python_yardstick():.0f} ms"
    yield Row(name, statistics.median(shown), "ms", target, told)
    if bands:
        yield Row(f"{name}, the band of draws", statistics.median(bands), "ms", 1000.0, f"nine in ten within {_ninth(bands):.0f} ms")


def _ninth(ordered: list[float]) -> float:
    return ordered[int(0.9 * (len(ordered) - 1))]
