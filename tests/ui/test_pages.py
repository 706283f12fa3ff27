"""Every page in both languages: it runs, its answer and its charts hold the engine's figures."""

from __future__ import annotations

import re

import pytest
from reading import cells, chart, plots

import model
from model.lines.leverage import DEFINITIONS
from model.token import Scenario, encode
from model.wording import Wording
from ui import menu

PAGES = tuple(menu.PAGES)


def html(test) -> str:
    return " ".join(element.proto.body for element in test.get("html"))


def plain(test) -> str:
    return re.sub(r"<[^>]+>", "", html(test)).replace("&amp;", "&").replace("\xa0", " ")


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_runs_and_says_what_it_shows(app, page, language):
    test = app(language, page)
    assert test.title[0].value.endswith("?")
    for plot in plots(test):
        assert len(plot.name) > 20
        assert plot.spec["config"]["locale"]["number"]["decimal"] == {"nl": ",", "en": "."}[language]
    findings = re.findall(r'</div><p class="finding">(.*?)</p>', html(test))
    assert len(findings) == len(plots(test)) and all(re.search(r"\d", finding) and len(finding) > 20 for finding in findings)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_cash_flows_tie(app, language, portfolio_result):
    test = app(language, "cash_flows")
    data, _ = chart(test, 0)
    r = portfolio_result
    assert data["amount"][0] == pytest.approx(r.array("public_cash", real=True).sum(), abs=0.1)
    assert data["amount"][1] == pytest.approx(r.array("private_cash", real=True).sum(), abs=0.1)
    assert data["amount"][-1] == pytest.approx(sum(data["amount"][:-1]), abs=0.5)
    balance, _ = chart(test, 1)
    assert balance["value"][4] == pytest.approx(r.value("cash_balance", year=2030, real=True), abs=1e-3)
    shown = Wording(language).number(r.value("operating_cost", year=2030, real=True), 1)
    assert any(row[2030 - r.years[0]] == shown for row in cells(test))


def test_prices_are_said_and_switch_everything(app, portfolio_result):
    test = app("en", "cash_flows")
    _, real = chart(test, 1)
    assert "prices of 2026" in real["title"]
    nominal = app("en", "cash_flows", s=encode(Scenario("portfolio", view={"real": False})))
    data, spec = chart(nominal, 1)
    assert "current prices" in spec["title"]
    assert data["value"][34] == pytest.approx(portfolio_result.value("cash_balance", year=2060), abs=1e-3)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_definition_has_its_numbers(app, language, portfolio_result):
    test = app(language, "who_pays")
    page = plain(test)
    words = Wording(language)
    for name, (numerator, denominator) in DEFINITIONS.items():
        above, below = portfolio_result.array(numerator).sum(), portfolio_result.array(denominator).sum()
        assert words.number(above / below, 2) in page
        assert words.number(above) in page and words.number(below) in page
        assert words.line(name) in page


def test_who_pays_adds_up(app, portfolio_result):
    data, _ = chart(app("en", "who_pays"), 0)
    expected = portfolio_result.array("public_cash", real=True).sum() + portfolio_result.array("private_cash", real=True).sum()
    assert sum(data["value"]) == pytest.approx(expected, abs=0.01)


def test_one_cluster_is_shown_alone(app, portfolio_result):
    test = app("en", "who_pays", s=encode(Scenario("portfolio", view={"cluster": "quantum"})))
    data, _ = chart(test, 0)
    expected = sum(portfolio_result.array(name, "quantum", real=True).sum() for name in ("public_cash", "private_cash"))
    assert sum(data["value"]) == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_target_page_closes_the_gap_honestly(app, language, portfolio_result):
    r = portfolio_result
    test = app(language, "target")
    page = plain(test)
    words = Wording(language)
    assert words.percent(r.value("share_of_gap_closed", year=2032), 1) in page
    assert words.number(r.value("clusters_needed", year=2032)) in page
    bridge, _ = chart(test, 2)
    assert bridge["amount"][-1] == pytest.approx(r.value("rd_net_addition", year=2032, real=True), abs=0.1)
    assert sum(bridge["amount"][:-1]) == pytest.approx(bridge["amount"][-1], abs=0.5)
    gap, _ = chart(test, 1)
    assert gap["value"][0] == pytest.approx(r.value("rd_gap", year=2026), abs=1e-3)
    performers, _ = chart(test, 4)
    total = sum(v for year, v in zip(performers["year"], performers["amount"], strict=True) if year == 2030)
    assert total == pytest.approx(r.value("rd_baseline", year=2030), abs=0.02)


def test_the_anchor_company_can_leave(app):
    test = app("en", "target")
    before, _ = chart(test, 1)
    test.toggle(key="input:nation.anchor_leaves").set_value(True).run()
    after, _ = chart(test, 1)
    left = model.load("portfolio").with_values({"nation.anchor_leaves": True}).run()
    assert after["value"][10] == pytest.approx(left.value("rd_gap", year=2036), abs=1e-3)
    assert after["value"][10] > before["value"][10]


def test_an_exact_number_is_read_in_the_visitors_notation(app):
    test = app("nl", "target")
    test.text_input(key="input:nation.anchor_rd_share").set_value("12,5").run()
    assert test.session_state["session"].step.as_dict == {"nation.anchor_rd_share": 0.125}
    test.text_input(key="input:nation.anchor_rd_share").set_value("12.5").run()
    assert test.session_state["session"].step.as_dict == {"nation.anchor_rd_share": 0.125}
    assert any("niet overgenomen" in warning.value for warning in test.warning)
    assert any("12,5" in text.value for text in test.text)
    test.text_input(key="input:nation.anchor_rd_share").set_value("400").run()
    assert any("niet overgenomen" in warning.value for warning in test.warning)
    assert test.session_state["session"].step.as_dict == {"nation.anchor_rd_share": 0.125}
