"""The menu of pages: links that lead there, keep the scenario in another tab, and fold into a button where there is no room."""

from __future__ import annotations

import contextlib
from urllib.parse import parse_qs, urlparse

import pytest
import streamlit as st

from model.token import Scenario, decode, encode
from ui import menu, screenshots
from ui.words import words

TITLES = {language: [words(language)(f"{name}.title") for name in menu.PAGES] for language in ("nl", "en")}


@contextlib.contextmanager
def opened(browser, url, width=1440):
    context = browser.new_context(viewport={"width": width, "height": 700}, locale="nl-NL", reduced_motion="reduce")
    page = context.new_page()
    page.goto(url)
    screenshots.settled(page)
    yield page
    context.close()


def shown(page) -> str:
    return page.locator(".menu [aria-current]").inner_text().split("\n")[-1]


@pytest.mark.parametrize(("given", "top"), [("", ""), ("tools/cluster", "/tools/cluster"), ("/tools/", "/tools")])
def test_links_lie_below_the_address_of_the_app(monkeypatch, given, top):
    monkeypatch.setattr(st, "get_option", lambda name: given if name == "server.baseUrlPath" else None)
    assert f'"top": "{top}"' in menu.script("en")


@pytest.mark.browser
def test_every_page_can_be_reached_and_says_which_it_is(browser, address):
    with opened(browser, f"{address}/?lang=nl") as page:
        assert page.get_by_role("banner").get_by_role("navigation", name="Pagina's").get_by_role("link").count() == len(menu.PAGES)
        for name, title in zip(menu.PAGES, TITLES["nl"], strict=True):
            page.get_by_role("link", name=title, exact=True).click()
            page.get_by_role("heading", level=1, name=words("nl")(f"{name}.question")).wait_for()
            page.wait_for_function("title => document.title === title", arg=f"{title} · Megacluster")
            assert shown(page) == title
            assert urlparse(page.url).path == f"/{menu.path(name)}"
        page.go_back()
        page.get_by_role("heading", level=1, name=words("nl")("explain.question")).wait_for()
        assert shown(page) == words("nl")("explain.title")
        page.get_by_role("radio", name="en", exact=True).or_(page.get_by_role("button", name="en", exact=True)).first.click()
        page.get_by_role("navigation", name="Pages").wait_for()
        assert [text.split("\n")[-1] for text in page.locator(".menu li").all_inner_texts()] == TITLES["en"]
        assert page.locator(".menu").count() == 1


@pytest.mark.browser
def test_a_page_in_another_tab_shows_the_same_scenario(browser, address):
    changes = {"photonics.delay_years": 2}
    with opened(browser, f"{address}/?s={encode(Scenario('photonics', changes))}") as page:
        with page.context.expect_page() as other:
            page.get_by_role("link", name="Kasstromen").click(modifiers=["Control"])
        screenshots.settled(other.value)
        assert urlparse(other.value.url).path == "/cash_flows"
        assert decode(parse_qs(urlparse(other.value.url).query)["s"][0]).changes == changes
        other.value.get_by_text("2 jaar later").first.wait_for()
        assert shown(page) == "Overzicht"


@pytest.mark.browser
def test_a_page_asked_for_right_after_a_lever_was_moved_keeps_the_move(browser, address):
    """The address does not hold the move yet: a link that took the address along would undo it."""
    with opened(browser, f"{address}/?s={encode(Scenario('photonics'))}") as page:
        page.get_by_role("slider", name="Vertraging").first.press("ArrowRight")
        page.get_by_role("link", name="Kasstromen").click()
        page.get_by_role("heading", level=1, name=words("nl")("cash_flows.question")).wait_for()
        screenshots.settled(page)
        assert page.get_by_role("button", name="Ongedaan").is_enabled()
        assert decode(parse_qs(urlparse(page.url).query)["s"][0]).changes == {"photonics.delay_years": 1}


@pytest.mark.browser
@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_menu_fits_whatever_the_width(browser, address, language):
    with opened(browser, f"{address}/?lang={language}") as page:
        for width in range(1600, 300, -40):
            page.set_viewport_size({"width": width, "height": 700})
            bar, button, links = (page.locator(f".menu{part}") for part in ("", " button", " a"))
            page.wait_for_timeout(60)
            right = bar.bounding_box()["x"] + bar.bounding_box()["width"]
            seen = [button] if button.is_visible() else links.all()
            assert all(one.bounding_box()["x"] + one.bounding_box()["width"] <= right for one in seen), width
            assert links.first.is_visible() != button.is_visible(), width


@pytest.mark.browser
def test_on_a_telephone_a_button_opens_the_menu_and_escape_closes_it(browser, address):
    with opened(browser, f"{address}/?lang=nl", width=400) as page:
        button = page.get_by_role("button", name="Pagina's")
        assert button.get_attribute("aria-expanded") == "false"
        button.focus()
        button.press("Enter")
        assert button.get_attribute("aria-expanded") == "true"
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.dataset.name") == ""
        page.keyboard.press("Escape")
        assert button.get_attribute("aria-expanded") == "false"
        assert page.evaluate("document.activeElement.getAttribute('aria-controls')") == "menu"
        button.click()
        page.mouse.click(390, 650)
        assert button.get_attribute("aria-expanded") == "false"
        button.focus()
        button.press("Enter")
        page.keyboard.press("Shift+Tab")
        assert button.get_attribute("aria-expanded") == "false", "what nobody is in does not stay over the page"
        button.click()
        page.get_by_role("link", name="3%-doel").click()
        page.get_by_role("heading", level=1, name=words("nl")("target.question")).wait_for()
        assert button.get_attribute("aria-expanded") == "false"
        screenshots.settled(page)
        page.get_by_role("button", name="Aannames tonen").click()
        page.get_by_role("slider", name="Vertraging").first.wait_for()
