"""The app in a real browser: it opens, reacts, keeps its scenario, and asks nothing of other hosts."""

from __future__ import annotations

import contextlib
from urllib.parse import urlparse

import pytest

from model.token import Scenario, encode
from ui import screenshots

pytestmark = pytest.mark.browser


@contextlib.contextmanager
def opened(browser, url, width=1440, language="nl"):
    context = browser.new_context(viewport={"width": width, "height": 900}, locale="nl-NL", reduced_motion="reduce")
    page = context.new_page()
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(urlparse(request.url).netloc))
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.errors = errors
    page.goto(f"{url}{'&' if '?' in url else '?'}lang={language}")
    screenshots.settled(page)
    yield page, hosts
    context.close()


def test_no_request_leaves_the_machine(browser, address):
    with opened(browser, address) as (page, hosts):
        page.get_by_role("button", name="Delen").click()
        page.get_by_text("Deze link toont precies dit scherm").wait_for()
        assert {host for host in hosts if host} == {urlparse(address).netloc}


def test_the_policy_stops_nothing_that_the_app_needs(browser, address):
    with opened(browser, address) as (page, _):
        assert page.evaluate("document.documentElement.lang") == "nl"
        page.get_by_role("button", name="en", exact=True).or_(page.get_by_role("radio", name="en", exact=True)).first.click()
        page.get_by_role("heading", name="What do megaclusters cost").wait_for()
        screenshots.settled(page)
        assert page.evaluate("document.documentElement.lang") == "en"
        assert [error for error in page.errors if "Content Security Policy" in error or "Refused" in error] == []


def test_a_key_on_a_slider_changes_the_headline_and_back_undoes_it(browser, address):
    with opened(browser, f"{address}?s={encode(Scenario('photonics'))}") as (page, _):
        start = page.get_by_test_id("stMetricValue").all_inner_texts()
        slider = page.get_by_role("slider", name="Vertraging")
        slider.focus()
        slider.press("ArrowRight")
        page.get_by_text("van 0 naar 1").wait_for()
        changed = page.get_by_test_id("stMetricValue").all_inner_texts()
        assert changed != start
        page.go_back()
        page.get_by_text("van 0 naar 1").wait_for(state="detached")
        screenshots.settled(page)
        assert page.get_by_test_id("stMetricValue").all_inner_texts() == start
        page.go_forward()
        page.get_by_text("van 0 naar 1").wait_for()


def test_a_refresh_keeps_everything(browser, address):
    with opened(browser, f"{address}?s={encode(Scenario('quantum', {'quantum.delay_years': 2}))}", language="en") as (page, _):
        page.get_by_text("from 0 to 2").wait_for()
        page.reload()
        screenshots.settled(page)
        page.get_by_text("from 0 to 2").wait_for()


@pytest.mark.parametrize("width", [1440, 400])
def test_nothing_scrolls_sideways(browser, address, width):
    with opened(browser, address, width) as (page, _):
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        main = page.get_by_test_id("stMain")
        assert main.evaluate("e => e.scrollWidth <= e.clientWidth + 1")
        for chart in page.get_by_test_id("stVegaLiteChart").all():
            assert chart.evaluate("e => e.querySelector('svg').getBoundingClientRect().width <= e.parentElement.getBoundingClientRect().width + 1")
