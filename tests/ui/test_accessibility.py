"""The screen can be used by everybody: axe-core finds nothing, the keyboard reaches all, every chart has words and a table."""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path

import pytest

from model.token import Scenario, encode
from ui import levers, screenshots
from ui.words import words

ROOT = Path(__file__).resolve().parents[2]
STATEMENT = ROOT / "docs" / "accessibility.md"
STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
WIDTHS = (1440, 720, 400)
"""Pixels of CSS: a desk, the same desk at 200 %, a telephone."""
NARROWEST = 320
LEVERS = len(levers.CLUSTER_LEVERS) + len(levers.NATION_LEVERS)
EXCEPTIONS: tuple[tuple[str, str], ...] = ()
"""Rule of axe-core and a pattern of the element, for what Streamlit draws and the app cannot change. The statement lists the same."""
CHANGED = Scenario("portfolio", {"photonics.demand_factor": 0.8})
"""A case with something to show on every page."""


def violations(page) -> list[str]:
    """What axe-core finds on the page as it is, without the exceptions."""
    asked = {
        "runOnly": {"type": "tag", "values": STANDARD},
        "resultTypes": ["violations"],
        "preload": False,
        "iframes": False,
    }
    found = page.evaluate("asked => axe.run(document, asked)", asked)
    told = []
    for rule in found["violations"]:
        for node in rule["nodes"]:
            target = json.dumps(node["target"])
            if not any(rule["id"] == known and re.search(pattern, target + node["html"]) for known, pattern in EXCEPTIONS):
                told.append(f"{rule['id']}: {target} {node['html'][:160]} {node['failureSummary'][:160]}")
    return told


@pytest.fixture(scope="module")
def axe() -> str:
    """The script of axe-core, which its package brings along."""
    from axe_playwright_python.base import AXE_SCRIPT

    return AXE_SCRIPT


def opened(browser, address, language="nl", width=1440, height=900):
    view = {"width": width, "height": height}
    context = browser.new_context(viewport=view, locale=f"{language}-NL", reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{address}&lang={language}" if "?" in address else f"{address}?lang={language}")
    screenshots.settled(page)
    return page


def settled(page) -> None:
    """Wait until nothing moves any more after another page or width was asked for."""
    page.wait_for_function(
        """async () => {
            const app = document.querySelector('[data-testid="stApp"]');
            const look = () => document.body.innerText.length + '/' + document.querySelectorAll('*').length + '/' + document.body.scrollHeight;
            const before = look();
            await new Promise(done => setTimeout(done, 150));
            const drawn = [...document.querySelectorAll('.plot')].every(chart => chart.querySelector('svg'));
            const still = look() === before && !document.querySelector('[data-testid="stSkeleton"], [data-testid="stProgress"], [data-stale="true"]');
            return app?.dataset.testScriptState === 'notRunning' && drawn && still;
        }""",
        timeout=screenshots.PATIENCE * 1000,
    )


def held(page):
    """Something that an open menu holds. It comes with the run that says it is open; before that, Streamlit opens a closed one again."""
    return page.get_by_test_id("stPopoverBody").locator("p, button").first


def prepared(page, axe) -> None:
    """After a document was loaded, all levers too: put axe-core into it."""
    page.locator('[data-testid="stSidebarContent"] [data-testid="stSlider"]').nth(LEVERS - 1).wait_for(timeout=screenshots.PATIENCE * 1000)
    settled(page)
    page.evaluate(axe)


def headings(page) -> list[int]:
    return page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].filter(h => h.checkVisibility()).map(h => Number(h.tagName[1]))")


def charts_without(page) -> list[str]:
    """Charts that say nothing to a screen reader, let it into their marks, tell no finding, or have no table behind them.

    One that is still drawn has six seconds for it.
    """
    for _ in range(30):
        if not (found := _charts_without(page)):
            break
        page.wait_for_timeout(200)
    return found


def _charts_without(page) -> list[str]:
    return page.evaluate(
        """() => [...document.querySelectorAll('.plot')].filter(chart => {
            const table = chart.closest('[data-testid="stElementContainer"]').nextElementSibling;
            return (chart.getAttribute('aria-label') || '').length < 20 || (chart.nextElementSibling?.innerText || '').length < 20
                || !table?.querySelector('summary') || !chart.querySelector('svg')?.closest('.plot > [aria-hidden="true"]');
        }).map(chart => chart.getAttribute('aria-label') || chart.innerText)"""
    )


@pytest.mark.browser
@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_page_meets_the_standard(browser, address, axe, language):
    page = opened(browser, f"{address}/?s={encode(CHANGED)}", language)
    prepared(page, axe)
    found = []
    for name in screenshots.PAGES:
        page.set_viewport_size({"width": WIDTHS[0], "height": 900})
        if name:
            page.get_by_role("link", name=words(language)(f"{name}.title"), exact=True).click()
            page.get_by_role("heading", level=1, name=words(language)(f"{name}.question")).wait_for(timeout=screenshots.PATIENCE * 1000)
        settled(page)
        assert page.evaluate("document.documentElement.lang") == language
        assert charts_without(page) == [], name
        levels = headings(page)
        assert levels.count(1) == 1, (name, levels)
        assert all(after - before <= 1 for before, after in itertools.pairwise(levels)), (name, levels)
        for width in WIDTHS if language == "nl" else WIDTHS[:1]:
            page.set_viewport_size({"width": width, "height": 900})
            settled(page)
            found += [f"{name or 'overview'} at {width}: {told}" for told in violations(page)]
        page.set_viewport_size({"width": NARROWEST, "height": 900})
        settled(page)
        main = page.get_by_test_id("stMain").evaluate("e => e.scrollWidth - e.clientWidth")
        if main > 1 or page.evaluate("document.documentElement.scrollWidth") > NARROWEST:
            found.append(f"{name or 'overview'} at {NARROWEST}: scrolls sideways")
    page.context.close()
    assert found == []


@pytest.mark.browser
def test_what_opens_meets_the_standard_too(browser, address, axe):
    page = opened(browser, f"{address}/?s={encode(CHANGED)}")
    spoken = words("nl")
    page.evaluate(axe)
    found = []
    for name in (spoken("action.share"), spoken("action.download")):
        page.get_by_role("button", name=name).click()
        held(page).wait_for()
        settled(page)
        found += violations(page)
        page.keyboard.press("Escape")
        page.get_by_test_id("stPopoverBody").wait_for(state="detached")
    page.locator("summary", has_text=spoken("chart.as_table")).first.click()
    page.get_by_role("table").first.wait_for()
    settled(page)
    found += violations(page)
    page.context.close()
    assert found == []


LOOK = """() => {
    const look = at => {
        const around = [...at.children];
        for (let e = at, up = 0; e && up < 6; e = e.parentElement, up++) around.push(e);
        return around.map(e => { const s = getComputedStyle(e);
            return [s.outlineStyle, s.outlineWidth, s.boxShadow, s.borderColor, s.backgroundColor, s.color, s.clip, s.transform].join() }).join('|');
    };
    const before = window.before, at = document.activeElement;
    const shown = !before || look(before.at) !== before.look;
    window.before = at && at !== document.body ? {at, look: look(at)} : null;
    return [window.before ? (at.getAttribute('aria-label') || at.innerText || at.tagName).trim() : '', shown];
}"""
"""The name of what has the focus, and whether what had it before looks different now that it has not."""


@pytest.mark.browser
def test_the_keyboard_reaches_everything_and_shows_where_it_is(browser, address):
    page = opened(browser, f"{address}/?s={encode(CHANGED)}")
    spoken = words("nl")
    seen, hidden = [], []
    for _ in range(150):
        page.keyboard.press("Tab")
        page.wait_for_timeout(20)
        name, shown = page.evaluate(LOOK)
        if not shown:
            hidden.append(seen[-1])
        if not name:
            break
        seen.append(name)
    page.context.close()
    assert len(seen) < 150, "the keyboard does not come out at the end"
    told = "\n".join(seen)
    for expected in ("cash_flows.title", "action.share", "action.undo", "action.reset", "chart.as_table", "changes.restore", "view.year"):
        assert spoken(expected) in told, expected
    assert len([name for name in seen if name.startswith("Vertraging (")]) == 1
    assert hidden == []


@pytest.mark.browser
def test_what_the_keyboard_opens_it_closes(browser, address):
    page = opened(browser, address)
    for name in (words("nl")("action.share"), words("nl")("action.download")):
        button = page.get_by_role("button", name=name)
        button.focus()
        page.keyboard.press("Enter")
        held(page).wait_for()
        settled(page)
        page.keyboard.press("Escape")
        page.get_by_test_id("stPopoverBody").wait_for(state="detached")
        assert button.evaluate("e => e === document.activeElement || e.contains(document.activeElement)")
    page.context.close()


@pytest.mark.browser
def test_wider_spacing_of_text_hides_nothing(browser, address):
    """WCAG 1.4.12: line height, space after paragraphs, between letters and words as a reader may set them."""
    page = opened(browser, address, width=720)
    page.add_style_tag(content="* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }")
    settled(page)
    cut = page.evaluate(
        """() => [...document.querySelectorAll('h1, h2, p, label, button')].filter(e => e.checkVisibility() && e.innerText.trim()
            && !e.closest('.sheet') && getComputedStyle(e).overflow !== 'visible' && e.scrollHeight > e.clientHeight + 2).map(e => e.innerText)"""
    )
    assert cut == []
    assert page.get_by_test_id("stMain").evaluate("e => e.scrollWidth <= e.clientWidth + 1")
    page.context.close()


def test_the_statement_lists_what_the_checks_leave_out():
    listed = re.findall(r"^\| `([a-z-]+)` \| `([^`]+)` \|", STATEMENT.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(listed) == sorted(EXCEPTIONS)
