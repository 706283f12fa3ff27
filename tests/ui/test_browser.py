"""The app in a real browser: it opens, reacts, keeps its scenario, and asks nothing of other hosts."""

from __future__ import annotations

import contextlib
import json
import re
from urllib.parse import parse_qs, urlparse

import openpyxl
import pytest

import model
from model.token import Scenario, decode, encode
from ui import screenshots
from ui.words import words

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
        page.get_by_text("draait op uw eigen computer (127.0.0.1): de link opent alleen daar").wait_for()
        assert {host for host in hosts if host} == {urlparse(address).netloc}


def test_a_chart_that_cannot_be_drawn_says_where_its_numbers_are(browser, address):
    told = words("nl")("chart.not_drawn")
    with opened(browser, f"{address}/cash_flows") as (page, _):
        page.wait_for_function("[...document.querySelectorAll('.plot')].every(chart => chart.querySelector('svg'))")
        assert page.get_by_text(told).count() == 0
        page.get_by_role("slider", name="Vertraging").first.press("ArrowRight")
        page.get_by_text("van 0 naar 1").wait_for()
        assert page.get_by_text(told).count() == 0, "a drawing that moves along leaves no text behind"
        page.route("**/component/**", lambda route: route.abort())
        page.reload()
        screenshots.settled(page)
        assert page.get_by_text(told).count() == page.locator(".plot").count() > 0


def test_a_statement_shows_every_year_and_stays_where_it_was_scrolled_to(browser, address):
    with opened(browser, f"{address}/cash_flows?s={encode(Scenario('photonics'))}") as (page, _):

        def row() -> list[str]:
            return page.locator(".sheet tr", has_text="Exploitatiekosten").locator("td").all_inner_texts()

        case, say = model.load("photonics"), words("nl")
        assert row() == [say.number(value, 1) for value in case.run().array("operating_cost", real=True)]
        page.locator(".sheet").first.evaluate("sheet => sheet.scrollTo(700, 60)")
        page.get_by_role("slider", name="Vertraging").first.press("ArrowRight")
        page.get_by_text("van 0 naar 1").wait_for()
        delayed = case.with_values({"photonics.delay_years": 1}).run()
        assert row() == [say.number(value, 1) for value in delayed.array("operating_cost", real=True)]
        assert page.locator(".sheet").first.evaluate("sheet => [sheet.scrollLeft, sheet.scrollTop]") == [700, 60]


@pytest.mark.parametrize(("width", "lean"), [(400, True), (1440, False)])
def test_names_below_bars_lean_where_they_would_run_together(browser, address, width, lean):
    with opened(browser, f"{address}/target", width=width) as (page, _):
        chart = page.locator(".st-key-card_bridge svg")
        names = chart.locator("text", has_text=re.compile("^(Verschoven|In natura|Start-ups)$")).evaluate_all(
            "all => all.map(e => e.getAttribute('transform'))"
        )
        assert len(names) == 3
        assert all(("rotate(-40)" in name) == lean for name in names), names
        assert chart.locator("text", has_text="Eruit").count() == 1


def test_the_link_is_copied_with_a_button_that_can_be_seen(browser, address):
    with opened(browser, f"{address}?s={encode(Scenario('photonics', {'photonics.delay_years': 3}))}", width=400) as (page, _):
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.get_by_role("button", name="Delen").click()
        copy = page.get_by_role("button", name="Kopieer naar het klembord")
        copy.wait_for(state="visible")
        copy.focus()
        copy.press("Enter")
        page.wait_for_function("async () => (await navigator.clipboard.readText()).includes('s=')")
        copied = page.evaluate("navigator.clipboard.readText()")
    assert decode(parse_qs(urlparse(copied).query)["s"][0]).changes == {"photonics.delay_years": 3}


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
        start = page.locator(".figure .value").all_inner_texts()
        slider = page.get_by_role("slider", name="Vertraging")
        slider.focus()
        slider.press("ArrowRight")
        page.get_by_text("van 0 naar 1").wait_for()
        changed = page.locator(".figure .value").all_inner_texts()
        assert changed != start
        page.go_back()
        page.get_by_text("van 0 naar 1").wait_for(state="detached")
        screenshots.settled(page)
        assert page.locator(".figure .value").all_inner_texts() == start
        page.go_forward()
        page.get_by_text("van 0 naar 1").wait_for()


def test_going_back_leads_to_the_page_before(browser, address):
    """Opening a page is one step back, also when it was opened from the menu, whose links hold no scenario."""
    with opened(browser, address, language="en") as (page, _):
        slider = page.get_by_role("slider", name="Delay").first
        slider.focus()
        slider.press("ArrowRight")
        page.get_by_text("from 0 to 1").wait_for()
        page.get_by_role("link", name="Cash flows").click()
        page.get_by_role("heading", name="Where does the money come from").wait_for()
        screenshots.settled(page)
        page.go_back()
        page.get_by_role("heading", name="What do megaclusters cost").wait_for()
        screenshots.settled(page)
        assert page.get_by_text("from 0 to 1").count() == 1
        page.go_back()
        page.get_by_text("from 0 to 1").wait_for(state="detached")
        page.go_forward()
        page.get_by_text("from 0 to 1").wait_for()
        page.go_forward()
        page.get_by_role("heading", name="Where does the money come from").wait_for()


@pytest.fixture(scope="module")
def drawing():
    """Address of an app that draws as much as it usually does."""
    with screenshots.serving() as found:
        yield found


@pytest.mark.parametrize("pause", [0, 700])
def test_going_back_stays_back_while_draws_arrive(browser, drawing, pause):
    with opened(browser, f"{drawing}?s={encode(Scenario('battery'))}", language="en") as (page, _):
        slider = page.get_by_role("slider", name="Private demand")
        slider.focus()
        slider.press("ArrowRight")
        page.get_by_text("from 1 to 1.0").wait_for()
        page.wait_for_timeout(pause)
        page.go_back()
        page.get_by_text("from 1 to 1.0").wait_for(state="detached")
        page.wait_for_timeout(1500)
        screenshots.settled(page)
        assert page.get_by_text("from 1 to 1.0").count() == 0
        page.go_forward()
        page.get_by_text("from 1 to 1.0").wait_for()


def test_quick_keys_are_not_lost(browser, address):
    """Three presses while the page is still computing the first: the last value counts."""
    with opened(browser, f"{address}?s={encode(Scenario('quantum'))}", language="en") as (page, _):
        slider = page.get_by_role("slider", name="Delay")
        slider.focus()
        for _press in range(3):
            slider.press("ArrowRight")
            page.wait_for_timeout(150)
        page.get_by_text("from 0 to 3").wait_for()
        page.wait_for_timeout(1500)
        screenshots.settled(page)
        assert page.get_by_text("from 0 to 3").count() == 1


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
        assert page.locator(".plot svg").count() == 4
        for chart in page.locator(".plot").all():
            assert chart.evaluate("e => e.querySelector('svg').getBoundingClientRect().width <= e.parentElement.getBoundingClientRect().width + 1")


@pytest.mark.parametrize("name", ["", "who_pays", "appraisal"])
def test_names_stand_whole_within_their_chart(browser, address, name):
    """They do not where text is measured in another font than it is drawn in."""
    with opened(browser, f"{address}/{name}") as (page, _):
        page.locator(".plot svg").nth(1).wait_for()
        beyond = page.evaluate(
            """() => [...document.querySelectorAll('.plot svg')].flatMap(svg => {
                const room = svg.getBoundingClientRect();
                return [...svg.querySelectorAll('text')].filter(text => {
                    const { left, right } = text.getBoundingClientRect();
                    return left < room.left - 1.5 || right > room.right + 1.5;
                }).map(text => text.textContent);
            })"""
        )
        assert beyond == []


def test_a_lever_moves_the_marks_of_the_charts_that_are_there(browser, address):
    """However fast one move follows another, and without a chart that is built anew."""
    with opened(browser, address) as (page, _):
        page.locator(".plot svg").nth(3).wait_for()
        drawn = "() => [...document.querySelectorAll('.plot svg')]"
        page.evaluate(f"window.before = ({drawn})(); window.marks = window.before[0].outerHTML")
        finding = page.locator(".finding").first.inner_text()
        slider = page.get_by_role("slider", name="Private vraag").first
        slider.focus()
        for _ in range(5):
            slider.press("ArrowLeft")
            page.wait_for_timeout(70)
        page.wait_for_function("told => document.querySelector('.finding').innerText !== told", arg=finding)
        screenshots.settled(page)
        assert page.evaluate(f"({drawn})().every((svg, at) => svg === window.before[at])")
        assert page.evaluate("window.before[0].outerHTML !== window.marks")
        rows = page.locator(".plot").first.get_attribute("data-rows")
        tallest = max(json.loads(rows)["amount"])
        bars = page.evaluate("[...window.before[0].querySelectorAll('.mark-rect path')].map(bar => bar.__data__.datum.amount)")
        assert max(bars) == pytest.approx(tallest)


def test_two_places_for_one_chart_do_not_keep_the_browser_busy(browser, address):
    """There are for a moment, when what stands above a chart leaves the page and the chart moves up."""
    with opened(browser, address) as (page, _):
        page.locator(".plot svg").nth(3).wait_for()
        page.evaluate("() => { const plot = document.querySelector('.plot'); setTimeout(() => plot.after(plot.cloneNode(false))); }")
        page.wait_for_function("() => [...document.querySelectorAll('.plot')].filter(plot => plot.querySelector('svg')).length === 5", timeout=10_000)


@pytest.mark.parametrize(("language", "browsers", "shown"), [("nl", "en-US", "1,2"), ("en", "nl-NL", "1.2")])
def test_sliders_write_numbers_in_the_language_of_the_page(browser, address, language, browsers, shown):
    """Whatever language the browser itself has, and after a switch too."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale=browsers)
    page = context.new_page()
    page.goto(f"{address}?lang={language}")
    screenshots.settled(page)
    assert shown in page.get_by_test_id("stSliderThumbValue").all_inner_texts()
    other, question = ("en", "What do megaclusters cost") if language == "nl" else ("nl", "Wat kosten megaclusters")
    page.get_by_role("button", name=other, exact=True).or_(page.get_by_role("radio", name=other, exact=True)).first.click()
    page.get_by_role("heading", name=question).wait_for()
    screenshots.settled(page)
    numbers = page.get_by_test_id("stSliderThumbValue").all_inner_texts()
    assert {"1.2": "1,2", "1,2": "1.2"}[shown] in numbers and shown not in numbers
    context.close()


def test_files_leave_and_an_edited_workbook_comes_back(browser, address, tmp_path):
    """What a finance team does: take the workbook and the note, change a User cell, bring it back, see the same figures as the program gives."""
    start = model.load("photonics").with_values({"photonics.delay_years": 1})
    with opened(browser, f"{address}?s={encode(Scenario('photonics', start.changes))}") as (page, _):
        page.get_by_role("button", name="Bestanden").click()
        files = {}
        for label, ending in (("Werkmap met levende formules", "xlsx"), ("Uitkomsten als getallen", "xlsx"), ("(PDF)", "pdf"), ("(Word)", "docx")):
            with page.expect_download(timeout=60_000) as waiting:
                page.get_by_role("button", name=label).click()
            files[label] = tmp_path / waiting.value.suggested_filename
            waiting.value.save_as(files[label])
            assert files[label].suffix == f".{ending}" and start.hash[:8] in files[label].name
        assert files["(PDF)"].read_bytes().startswith(b"%PDF")
        book = openpyxl.load_workbook(files["Werkmap met levende formules"])
        sheet = book["Inputs"]
        names = {cell.value: cell.column for row in sheet.iter_rows(max_row=8) for cell in row if isinstance(cell.value, str)}
        row = next(r for r in range(1, sheet.max_row + 1) if sheet.cell(r, 3).value == "photonics.membership_fee.core")
        sheet.cell(row, names["Gebruiker"]).value = 3.25
        book.save(tmp_path / "edited.xlsx")
        expected = start.with_values({"photonics.membership_fee.core": 3.25}).run().value("leverage")
        page.keyboard.press("Escape")
        page.get_by_role("link", name="Aannames").click()
        page.locator('input[type="file"]').set_input_files(tmp_path / "edited.xlsx")
        page.get_by_text("Het bestand is geopend").wait_for(timeout=60_000)
        page.get_by_text("van 2,5 naar 3,25").wait_for()
        page.get_by_role("link", name="Overzicht").click()
        page.get_by_role("heading", name="Wat kosten megaclusters").wait_for()
        screenshots.settled(page)
        assert words("nl").number(expected, 2) in page.locator(".figure .value").all_inner_texts()


def test_what_is_looked_at_shows_on_every_page(browser, address):
    """The controls above a page keep showing which cluster, year and prices its figures are of, however many pages were walked."""
    token = encode(Scenario("portfolio", view={"cluster": "photonics", "year": 2034, "real": False}))
    with opened(browser, f"{address}/?s={token}") as (page, _):
        for name in ("Wie betaalt", "Kasstromen", "Afweging", "Overzicht"):
            page.get_by_role("link", name=name, exact=True).click()
            screenshots.settled(page)
            shown = [page.get_by_role("combobox", name=label).input_value() for label in ("Cluster", "Jaar")]
            assert shown == ["Geïntegreerde fotonica", "2034"], name
            prices = page.get_by_role("radio", name="lopende prijzen")
            if name == "Afweging":
                assert prices.count() == 0, "all its money is in constant prices"
            else:
                assert prices.is_checked(), name


def test_an_address_without_a_page_is_told_in_the_language_of_the_page(browser, address):
    with opened(browser, f"{address}/nonsense") as (page, _):
        said = page.get_by_role("dialog", name="Pagina niet gevonden")
        said.get_by_text("De pagina in deze link bestaat niet; dit is het overzicht.").wait_for()
        said.get_by_role("button", name="Sluiten").click()
        said.wait_for(state="detached")
        assert page.locator(".menu [aria-current]").inner_text().endswith("Overzicht")


def test_what_streamlit_itself_writes_is_said_in_the_language_of_the_page(browser, address):
    with opened(browser, f"{address}/assumptions") as (page, _):
        page.get_by_role("button", name="Uitleg bij Vertraging").wait_for()
        assert page.get_by_role("button", name="Help for").count() == 0
        assert page.get_by_role("complementary", name="Sidebar").or_(page.get_by_label("Sidebar", exact=True)).count() == 0
        upload = page.get_by_test_id("stFileUploader")
        upload.locator("input[type=file]").set_input_files({"name": "notes.pdf", "mimeType": "application/pdf", "buffer": b"%PDF"})
        upload.get_by_text("dit soort bestand kan hier niet").wait_for()
        assert "Error" not in upload.inner_text() and "not allowed" not in upload.inner_text()
        page.get_by_role("button", name="en", exact=True).or_(page.get_by_role("radio", name="en", exact=True)).first.click()
        page.get_by_role("button", name="Help for Delay").wait_for()
        page.get_by_role("button", name="Uitleg bij").wait_for(state="detached")
        assert [error for error in page.errors if "Content Security Policy" in error or "Refused" in error] == []
