"""The headline page shows the engine's own figures, in both languages, and reacts to its levers."""

from __future__ import annotations

import re

import pytest
from reading import chart

import model
from model.token import Scenario, decode, encode
from ui import frame


@pytest.mark.parametrize(("language", "point"), [("nl", ","), ("en", ".")])
def test_headline_is_the_engines(app, headline, language, point, portfolio_result):
    test = app(language)
    cost, leverage, crossing, _ = headline(test)
    assert f"{portfolio_result.value('national_public_cash', year=2032, real=True):,.0f}" in cost
    assert leverage == f"{portfolio_result.value('leverage'):.2f}".replace(".", point)
    assert crossing == f"{portfolio_result.value('first_year_private_exceeds_public'):.0f}"
    assert (
        test.title[0].value
        == {"nl": "Wat kosten megaclusters en wat brengen ze op?", "en": "What do megaclusters cost and what do they bring?"}[language]
    )


def test_a_card_tells_the_difference_in_the_units_of_its_figure(app, portfolio, portfolio_result):
    changes = {f"{cluster}.delay_years": 3 for cluster in portfolio.clusters}
    test = app("nl", s=encode(Scenario("portfolio", changes)))
    cards = next(body for body in (each.proto.body for each in test.get("html")) if 'class="figures"' in body)
    differences = re.findall(r'<dd class="change \w+">. (.+?) <small>', cards)
    later = portfolio.with_values(changes).run()
    cost = later.value("national_public_cash", year=2032, real=True) - portfolio_result.value("national_public_cash", year=2032, real=True)
    assert differences[0] == f"{'-' if cost < 0 else '+'}€ {abs(cost):.0f} mln"
    assert re.fullmatch(r"-0,\d\d", differences[1]), differences


def test_funding_chart_holds_every_euro(app, portfolio_result):
    data, spec = chart(app(), 0)
    in_2040 = sum(amount for year, amount in zip(data["year"], data["amount"], strict=True) if year == 2040)
    expected = portfolio_result.value("public_cash", year=2040, real=True) + portfolio_result.value("private_cash", year=2040, real=True)
    assert in_2040 == pytest.approx(expected, abs=0.05)
    assert spec["config"]["locale"]["number"]["decimal"] == ","
    assert "2026" in spec["title"]


def test_photonics_three_years_later(app, headline):
    """The five-minute question: cost of photonics in 2032, the crossing year, and both with a delay of three years."""
    test = app(s=encode(Scenario("photonics")))
    before = headline(test)
    test.slider(key="lever:photonics.delay_years").set_value(3).run()
    after = headline(test)
    late = model.load("photonics").with_values({"photonics.delay_years": 3}).run()
    assert f"{late.value('national_public_cash', year=2032, real=True):,.0f}" in after[0]
    assert after[2] == f"{late.value('first_year_private_exceeds_public'):.0f}"
    assert int(after[2]) > int(before[2])
    assert "▲ +" in _cards(test)[2]
    sent = decode(test.query_params["s"][0] if isinstance(test.query_params["s"], list) else test.query_params["s"])
    assert dict(sent.changes) == {"photonics.delay_years": 3}
    again = app(s=encode(sent))
    assert headline(again) == after


def test_all_clusters_at_once_and_undo(app, headline):
    test = app()
    start = headline(test)
    widget = "lever:" + ".".join(f"{c}.demand_factor" for c in ("photonics", "quantum", "battery"))
    test.slider(key=widget).set_value(1.3).run()
    raised = headline(test)
    assert float(raised[1].replace(",", ".")) > float(start[1].replace(",", "."))
    test.button(key="undo").click().run()
    assert headline(test) == start
    test.button(key="redo").click().run()
    assert headline(test) == raised
    assert "Private vraag, in elk cluster (1 = zoals gepland): van 1 naar 1,3" in [text.value for text in test.text]
    test.button(key="restore_battery.demand_factor").click().run()
    assert headline(test) == start and not test.session_state["session"].step.changes
    test.button(key="undo").click().run()
    assert headline(test) == raised
    test.button(key="reset").click().run()
    assert headline(test) == start
    test.button(key="undo").click().run()
    assert headline(test) == raised


def test_what_differs_by_cluster_is_told_and_restored_apart(app, headline):
    test = app(s=encode(Scenario("portfolio", {"photonics.demand_factor": 1.3, "quantum.demand_factor": 1.3, "battery.demand_factor": 1.2})))
    changed = headline(test)
    assert len([text for text in test.text if "Private vraag" in text.value]) == 3
    test.button(key="restore_photonics.demand_factor").click().run()
    assert set(test.session_state["session"].step.as_dict) == {"quantum.demand_factor", "battery.demand_factor"}
    assert headline(test) != changed


def test_a_second_move_draws_the_figures_alone(app, headline):
    """The first move also wakes the button that undoes it; after that, nothing around the figures is sent again."""
    test = app()
    widget = "lever:nation.inflation"
    test.slider(key=widget).set_value(2.5).run()
    assert len(test.slider) > 1 and not test.button(key="undo").disabled
    lever = test.slider(key=widget)
    lever.set_value(3.0).run()
    assert not test.slider
    expected = model.load("portfolio").with_values({"nation.inflation": 0.03}).run().value("leverage")
    assert headline(test)[1] == f"{expected:.2f}".replace(".", ",")
    assert dict(decode(_query(test)).changes) == {"nation.inflation": 0.03}
    test.run()
    assert headline(test)[1] == f"{expected:.2f}".replace(".", ",") and test.slider(key=widget).value == 3.0


def test_a_value_put_back_by_hand_is_no_change(app):
    test = app(s=encode(Scenario("quantum", {"quantum.demand_factor": 0.8, "quantum.delay_years": 2})))
    test.slider(key="lever:quantum.demand_factor").set_value(1.0).run()
    assert dict(decode(_query(test)).changes) == {"quantum.delay_years": 2}


def test_no_style_looks_into_class_names():
    """Streamlit gives elements other classes at every run; such a selector has the browser restyle the whole page each time."""
    rules = re.sub(r"/\*.*?\*/", "", (frame.HERE / "style.css").read_text(encoding="utf-8"), flags=re.DOTALL)
    assert ".st-key-pairs" in rules and "[class" not in rules


@pytest.mark.parametrize(("language", "told"), [("nl", "Geïntegreerde fotonica: 3 jaar later"), ("en", "Integrated photonics: 3 years later")])
def test_a_delay_says_what_it_does_to_totals_and_to_a_chosen_year(app, language, told):
    assert not app(language).info
    test = app(language, s=encode(Scenario("portfolio", {"photonics.delay_years": 3})))
    (said,) = [info.value for info in test.info]
    assert said.startswith(told) and "2060" in said


def _cards(test):
    return next(element.proto.body for element in test.get("html") if 'class="figures"' in element.proto.body).split('<div class="figure"')[1:]


def _query(test):
    found = test.query_params["s"]
    return found[0] if isinstance(found, list) else found


@pytest.mark.parametrize("broken", ["nonsense", "a" * 9000, "eJw"])
def test_bad_link_says_so_and_shows_the_start(app, headline, broken, portfolio_result):
    test = app(s=broken)
    assert any("link kon niet worden geopend" in warning.value for warning in test.warning)
    assert headline(test)[1] == f"{portfolio_result.value('leverage'):.2f}".replace(".", ",")


def test_old_link_says_so(app):
    test = app(s=encode(Scenario("portfolio", {"nation.inflation": 0.03}, version="0.0.1", hash="0" * 12)))
    assert any("andere versie" in info.value for info in test.info)
    assert "0.0.1" in [text.value for text in test.text]


def test_unknown_keys_of_a_link_are_told_and_the_rest_is_kept(app):
    test = app(s=encode(Scenario("photonics", {"photonics.delay_years": 2, "photonics.no_such_input": 1})))
    assert any("weggelaten" in warning.value for warning in test.warning)
    assert any("no_such_input" in text.value for text in test.text)
    assert test.slider(key="lever:photonics.delay_years").value == 2


def test_a_link_cannot_name_a_file(app):
    test = app(s=encode(Scenario("/etc/passwd.yaml")))
    assert any("link kon niet worden geopend" in warning.value for warning in test.warning)


def test_another_case_keeps_what_fits_and_tells_what_does_not(app):
    test = app(s=encode(Scenario("portfolio", {"photonics.delay_years": 2, "quantum.delay_years": 1, "nation.inflation": 0.03})))
    test.selectbox(key="case").select("photonics").run()
    assert dict(decode(_query(test)).changes) == {"photonics.delay_years": 2, "nation.inflation": 0.03}
    assert any("weggelaten (1)" in info.value for info in test.info)


def test_a_case_that_cannot_be_paid_is_marked(app):
    changes = {"photonics.base_funding_ceiling": 0, "photonics.loan_limit": 0, "photonics.demand_factor": 0.2}
    case = model.load("photonics")
    assert case.with_values(changes).run().value("not_financeable", "photonics")
    assert any("niet financierbaar" in error.value for error in app(s=encode(Scenario("photonics", changes))).error)
    assert not app(s=encode(Scenario("photonics"))).error


def test_the_fall_of_rd_without_clusters_is_explained_while_it_is_the_cabinets(app):
    """The cabinet expects 2.0 % in 2030 at unchanged policy; under another view of R&D nobody is said to expect anything."""
    expected = "what the cabinet expects at unchanged policy, 2.0% in 2030"
    told = [expected in " ".join(element.proto.body for element in app("en", page).get("html")) for page in ("overview", "target")]
    assert told == [True, True]
    assert "Source: 3%-R&amp;D-actieplan" in " ".join(element.proto.body for element in app("en").get("html"))
    for key, value in (("rd_baseline_mode", "constant"), ("rd_intensity_unchanged_policy", {2026: 0.022, 2030: 0.021})):
        other = app("en", s=encode(Scenario("portfolio", {f"nation.{key}": value})))
        assert "what the cabinet expects" not in " ".join(element.proto.body for element in other.get("html"))
