"""Cases side by side, and cases that are saved and opened again."""

from __future__ import annotations

import datetime
import re

import pytest
from reading import DELAYED, chart, page_text, sent

import model
from model.token import Scenario, encode
from ui.words import words


def test_compare_shows_the_difference_and_its_causes(app, portfolio):
    test = app("en", "compare", s=encode(Scenario("portfolio", {"photonics.demand_factor": 0.7, "photonics.overrun_factor": 1.5})))
    comparison = model.compare(portfolio, portfolio.with_values({"photonics.demand_factor": 0.7, "photonics.overrun_factor": 1.5}))
    values = [comparison.values[name]["leverage"] for name in comparison.names]
    page = page_text(test)
    assert f"<strong>{values[0]:.2f}</strong>" in page and f"<strong>{values[1]:.2f}</strong>" in page
    bridge, _ = chart(test, 2)
    assert bridge["amount"][0] == pytest.approx(values[0], abs=1e-3) and bridge["amount"][-1] == pytest.approx(values[1], abs=1e-3)
    assert sum(bridge["amount"][:-1]) == pytest.approx(bridge["amount"][-1], abs=2e-3)
    assert "0.7" in page and "1.5" in page


@pytest.mark.parametrize(("language", "others"), [("en", "All clusters of a case together"), ("nl", "Alle clusters van een geval samen")])
def test_compare_is_about_the_cluster_that_is_looked_at_where_every_case_has_it(app, portfolio, language, others):
    test = app(language, "compare", s=encode(Scenario("portfolio", {"photonics.delay_years": 3}, view={"cluster": "photonics"})))
    assert not test.exception
    before, after = portfolio.run(), portfolio.with_values({"photonics.delay_years": 3}).run()
    page = page_text(test)
    for result in (before, after):
        assert f"<strong>{words(language).number(result.value('leverage', 'photonics'), 2)}</strong>" in page
        assert f">{result.value('first_year_private_exceeds_public', 'photonics'):.0f}<" in page
        assert f">{words(language).number(result.value('national_public_cash', 'photonics', 2032, real=True), 1)}<" in page
    data, _ = chart(test, 1)
    assert data["value"][: len(before.years)] == pytest.approx(before.values("national_public_cash", "photonics", real=True), abs=1e-3)
    assert others not in page
    test.selectbox(key="beside").select("quantum").run()
    test.button(key="add_case").click().run()
    assert not test.exception and others in page_text(test)
    name = words(language).of(portfolio.clusters["photonics"])
    assert {"en": f"{name} is not in every case", "nl": f"{name} zit niet in elk geval"}[language] in page_text(test)


def test_a_case_beside_travels_in_the_link(app):
    test = app("nl", "compare")
    test.selectbox(key="beside").select("quantum").run()
    test.button(key="add_case").click().run()
    assert not test.exception
    assert [other.case for other in sent(test).beside] == ["quantum"]
    again = app("nl", "compare", s=encode(sent(test)))
    data, _ = chart(again, 0)
    assert set(data["series"]) == {"Quantum", "Drie megaclusters"}
    again.button(key="remove_0").click().run()
    assert sent(again).beside == ()


def test_a_pasted_link_is_put_beside(app):
    test = app("en", "compare")
    test.text_input(key="pasted").set_value(f"https://example.org/compare?s={encode(DELAYED)}&lang=nl").run()
    assert [dict(other.changes) for other in sent(test).beside] == [{"photonics.delay_years": 3}]
    test.text_input(key="pasted").set_value("nonsense").run()
    assert any("could not be opened" in warning.value for warning in test.warning)


def test_four_at_most(app):
    test = app("en", "compare", s=encode(DELAYED))
    for name in ("photonics", "quantum", "battery", "portfolio"):
        test.selectbox(key="beside").select(name).run()
        test.button(key="add_case").click().run()
        assert not test.exception
    assert len(sent(test).beside) == 3
    data, _ = chart(test, 0)
    assert len(set(data["series"])) == 4


def test_save_and_open_again(app):
    test = app("en", "compare", s=encode(DELAYED))
    test.text_input(key="save_name").set_value("Later <b>start</b>").run()
    test.button(key="save").click().run()
    assert any("Later <b>start</b> (1)" in text.value for text in test.text)
    other = app("en", "compare")
    other.button(key="take_Later <b>start</b>:1").click().run()
    assert sent(other).changes == {"photonics.delay_years": 3}
    assert other.text_input(key="save_name").value == "Later <b>start</b>", "saved again it is a version of the same case"
    other.button(key="withdraw_Later <b>start</b>:1").click().run()
    assert not [button for button in other.button if button.key.startswith("take_Later <b>start</b>")]
    for wrong in ("", "x" * 81):
        other.text_input(key="save_name").set_value(wrong).run()
        other.button(key="save").click().run()
        assert any("did not work" in warning.value for warning in other.warning)


def test_when_a_case_was_saved_is_told_in_the_visitors_time(app):
    test = app("en", "compare", s=encode(DELAYED))
    test.text_input(key="save_name").set_value("Timed").run()
    test.button(key="save").click().run()

    def told(zone: str) -> str:
        test.context = {"timezone": zone}
        row = next(text.value for text in test.run().text if text.value.startswith("Timed · "))
        return re.search(r"\d+ \w+ \d{4} \d\d:\d\d \S+", row)[0]

    saved = datetime.datetime.strptime(told("UTC"), "%d %B %Y %H:%M UTC")
    tokyo = (saved + datetime.timedelta(hours=9)).strftime("%H:%M JST")
    assert told("Asia/Tokyo").endswith(tokyo)
    assert told("Nowhere/Land").endswith("UTC")


@pytest.mark.parametrize(
    ("language", "first", "last"), [("en", "Three megaclusters", "Wait three years"), ("nl", "Drie megaclusters", "Drie jaar wachten")]
)
def test_the_open_case_is_what_others_are_held_against(app, portfolio, language, first, last):
    test = app(language, "compare")
    test.selectbox(key="beside").select("wait_three_years").run()
    test.button(key="add_case").click().run()
    assert not test.exception
    values = [model.load(name).run().value("leverage") for name in ("portfolio", "wait_three_years")]
    told = words(language)
    answer = next(body for body in page_text(test).split("</p>") if 'class="answer"' in body)
    expected = [first, last, *(told.number(value, 2) for value in values), told.number(values[1] - values[0], 2, sign=True)]
    places = [answer.index(f"<strong>{each}</strong>") for each in expected]
    assert places[0] < places[1] and places[2] < places[3]


def test_a_later_start_beside_is_explained_and_money_is_in_one_kind_of_prices(app):
    test = app("en", "compare", s=encode(Scenario("portfolio", view={"real": False})))
    assert not any(control.key == "view_real" for control in test.get("button_group"))
    test.selectbox(key="beside").select("wait_three_years").run()
    test.button(key="add_case").click().run()
    assert any(info.value.startswith("Wait three years. ") and "fewer years of work" in info.value for info in test.info)
    data, spec = chart(test, 1)
    state = model.load("portfolio").run().values("national_public_cash", real=True)
    assert "2026" in spec["title"] and data["value"][: len(state)] == pytest.approx(state, abs=1e-3)
