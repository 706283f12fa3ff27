"""The headline page shows the engine's own figures, in both languages, and reacts to its levers."""

from __future__ import annotations

import json

import pyarrow as pa
import pytest

import model
from model.token import Scenario, decode, encode


def metrics(test):
    return [metric.value for metric in test.metric]


def columns(test, position):
    """Data of a chart as it is sent to the browser."""
    chart = test.get("vega_lite_chart")[position].proto
    return pa.ipc.open_stream(chart.data.data).read_all().to_pydict(), json.loads(chart.spec)


@pytest.mark.parametrize(("language", "point"), [("nl", ","), ("en", ".")])
def test_headline_is_the_engines(app, language, point, portfolio_result):
    test = app(language)
    cost, leverage, crossing, _ = metrics(test)
    assert f"{portfolio_result.value('national_public_cash', year=2032, real=True):,.0f}" in cost
    assert leverage == f"{portfolio_result.value('leverage'):.2f}".replace(".", point)
    assert crossing == f"{portfolio_result.value('first_year_private_exceeds_public'):.0f}"
    assert (
        test.title[0].value
        == {"nl": "Wat kosten megaclusters en wat brengen ze op?", "en": "What do megaclusters cost and what do they bring?"}[language]
    )


def test_funding_chart_holds_every_euro(app, portfolio_result):
    data, spec = columns(app(), 0)
    in_2040 = sum(amount for year, amount in zip(data["year"], data["amount"], strict=True) if year == 2040)
    expected = portfolio_result.value("public_cash", year=2040, real=True) + portfolio_result.value("private_cash", year=2040, real=True)
    assert in_2040 == pytest.approx(expected, abs=0.05)
    assert spec["config"]["locale"]["number"]["decimal"] == ","
    assert "2026" in spec["title"]


def test_photonics_three_years_later(app):
    """The five-minute question: cost of photonics in 2032, the crossing year, and both with a delay of three years."""
    test = app(s=encode(Scenario("photonics")))
    before = metrics(test)
    test.slider(key="lever:photonics.delay_years").set_value(3).run()
    after = metrics(test)
    late = model.load("photonics").with_values({"photonics.delay_years": 3}).run()
    assert f"{late.value('national_public_cash', year=2032, real=True):,.0f}" in after[0]
    assert after[2] == f"{late.value('first_year_private_exceeds_public'):.0f}"
    assert int(after[2]) > int(before[2])
    assert "+" in test.metric[2].delta
    sent = decode(test.query_params["s"][0] if isinstance(test.query_params["s"], list) else test.query_params["s"])
    assert dict(sent.changes) == {"photonics.delay_years": 3}
    again = app(s=encode(sent))
    assert metrics(again) == after


def test_all_clusters_at_once_and_undo(app):
    test = app()
    start = metrics(test)
    widget = "lever:" + ".".join(f"{c}.demand_factor" for c in ("photonics", "quantum", "battery"))
    test.slider(key=widget).set_value(1.3).run()
    raised = metrics(test)
    assert float(raised[1].replace(",", ".")) > float(start[1].replace(",", "."))
    test.button(key="undo").click().run()
    assert metrics(test) == start
    test.button(key="redo").click().run()
    assert metrics(test) == raised
    test.button(key="restore_photonics.demand_factor").click().run()
    assert "photonics.demand_factor" not in test.session_state["session"].step.as_dict
    assert metrics(test) not in (start, raised)
    test.button(key="reset").click().run()
    assert metrics(test) == start
    test.button(key="undo").click().run()
    assert metrics(test) not in (start, raised)


def test_a_value_put_back_by_hand_is_no_change(app):
    test = app(s=encode(Scenario("quantum", {"quantum.demand_factor": 0.8, "quantum.delay_years": 2})))
    test.slider(key="lever:quantum.demand_factor").set_value(1.0).run()
    assert dict(decode(_query(test)).changes) == {"quantum.delay_years": 2}


def _query(test):
    found = test.query_params["s"]
    return found[0] if isinstance(found, list) else found


@pytest.mark.parametrize("broken", ["nonsense", "a" * 9000, "eJw"])
def test_bad_link_says_so_and_shows_the_start(app, broken, portfolio_result):
    test = app(s=broken)
    assert any("link kon niet worden geopend" in warning.value for warning in test.warning)
    assert metrics(test)[1] == f"{portfolio_result.value('leverage'):.2f}".replace(".", ",")


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
