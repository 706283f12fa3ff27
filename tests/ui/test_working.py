"""What a visitor does: search and type assumptions, follow a number, rank and draw, compare, save, take files away and bring them back."""

from __future__ import annotations

import html
import io
import json
import re
import traceback
import zipfile

import numpy as np
import pytest
import yaml
from reading import DELAYED, chart, page_text, sent

import model
from model import charts, state_aid_report, workbook
from model.analysis.risk import make_spec
from model.briefing import findings
from model.engine import kernel, kernel_cache
from model.inputs.uploads import scenario_of_yaml
from model.reproduce import snippet
from model.token import Scenario, encode
from model.wording import Wording
from model.workbook.reading import Change, ReadBack
from ui import chances, downloads, settings
from ui.paths import shortest
from ui.words import words

# Assumptions


@pytest.mark.parametrize(("language", "sought"), [("nl", "private demand"), ("en", "private vraag")])
def test_search_finds_words_of_the_other_language(app, language, sought):
    test = app(language, "assumptions")
    test.text_input(key="search").set_value(sought).run()
    assert "photonics.demand_factor" in page_text(test)


@pytest.mark.parametrize(("language", "told"), [("nl", "Het jaar 2030 staat er twee keer."), ("en", "The year 2030 is given twice.")])
def test_a_path_with_a_year_twice_is_refused_with_everything_else_that_is_wrong(app, language, told):
    test = app(language, "target")
    box = next(box for box in test.text_input if box.key == "input:nation.anchor_rd_share")
    before = box.value
    box.set_value("2026: 4; 2030: 5; 2030: 6; ²: 3").run()
    assert not test.exception and not sent(test).changes
    said = [text.value for text in test.text]
    assert told in said and any("'²'" in text for text in said)
    assert next(box for box in test.text_input if box.key == "input:nation.anchor_rd_share").value == before


def test_search_finds_by_meaning_and_source(app):
    test = app("en", "assumptions")
    test.text_input(key="search").set_value("wbso induced").run()
    assert "nation.induced_rd_per_public_euro" in page_text(test)
    assert "1 found" in [caption.value for caption in test.caption]
    test.text_input(key="search").set_value("no such thing at all").run()
    assert "0 found" in [caption.value for caption in test.caption]


def test_only_what_was_changed(app):
    test = app("nl", "assumptions", s=encode(DELAYED))
    test.toggle(key="only_changed").set_value(True).run()
    assert "1 gevonden" in [caption.value for caption in test.caption]
    assert "was 0" in page_text(test)


def test_a_year_at_a_time(app):
    test = app("nl", "assumptions")
    test.text_input(key="search").set_value("nation.inflation ecb deflator").run()
    test.selectbox(key="assumption").select("nation.inflation").run()
    area = test.text_area(key="years:nation.inflation")
    assert area.value.splitlines()[0] == "2026: 2"
    years = {int(line.split(":")[0]): line for line in area.value.splitlines()}
    years[2030] = "2030: 4,5"
    area.set_value("\n".join(years.values())).run()
    assert sent(test).changes == {"nation.inflation": {2026: 0.02, 2029: 0.02, 2030: 0.045, 2031: 0.02, 2060: 0.02}}
    test.text_area(key="years:nation.inflation").set_value("2026: 2\n2030: x").run()
    assert any("niet overgenomen" in warning.value for warning in test.warning)
    assert sent(test).changes["nation.inflation"][2030] == 0.045
    test.button(key="restore_edited").click().run()
    assert sent(test).changes == {}


@pytest.mark.parametrize("key", ["nation.discount_first_year", "nation.rd_baseline_mode"])
def test_switches_and_choices_have_their_own_control(app, key):
    test = app("en", "assumptions")
    test.text_input(key="search").set_value(key).run()
    test.selectbox(key="assumption").select(key).run()
    if key.endswith("mode"):
        test.selectbox(key=f"input:{key}").select("constant").run()
    else:
        test.toggle(key=f"input:{key}").set_value(True).run()
    assert list(sent(test).changes) == [key]


def test_a_lever_of_a_path_is_off_and_shows_its_first_year(app):
    test = app("en", "overview", s=encode(Scenario("portfolio", {"nation.gdp_growth": {2026: 0.01, 2100: 0.02}})))
    lever = next(slider for slider in test.slider if "gdp_growth" in slider.key)
    assert lever.disabled and lever.value == 1


# Files


def test_a_case_file_comes_back_as_it_left():
    case = model.load("portfolio").with_values(
        {"photonics.delay_years": 3, "nation.inflation": {2026: 0.02, 2030: 0.03}, "nation.anchor_leaves": True}
    )
    text = downloads.case_yaml(words("en"), case.run())
    scenario = scenario_of_yaml(text.encode(), "case.yaml")
    assert model.load(scenario.case).with_values(scenario.changes).hash == case.hash
    assert yaml.safe_load(text)["base"] == "portfolio"


def test_the_command_line_opens_the_same_file(tmp_path):
    case = model.load("portfolio").with_values({"photonics.delay_years": 3})
    path = tmp_path / "case.yaml"
    path.write_text(downloads.case_yaml(words("en"), case.run()), encoding="utf-8")
    assert model.load(str(path)).run().value("leverage") == case.run().value("leverage")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"base: portfolio\nchanges: {photonics.delay: 3}", "delay_years"),
        (b"base: /etc/passwd\n", "no case of the program"),
        (b"base: portfolio\nclusters: [/etc/hosts.yaml]\n", "not read here"),
        (b"- 1\n", "no case"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"base: portfolio\nchanges: [1]\n", "a list of"),
        (b"x" * 1_000_001, "more than"),
        (b"a: &a [1]\nb: [*a, *a]\nbase: portfolio\n", "not read here"),
    ],
)
def test_a_file_that_is_wrong_is_refused_with_reasons(content, told):
    with pytest.raises(model.InputError, match=told):
        scenario = scenario_of_yaml(content, "given.yaml")
        model.load(scenario.case).with_values(scenario.changes)


def test_an_uploaded_file_becomes_the_case(app, monkeypatch):
    test = app("en", "assumptions")
    content = b"base: quantum\nchanges: {quantum.delay_years: 2}\n"
    test.get("file_uploader")[0].set_value(("mine.yaml", content, "application/yaml")).run()
    assert not test.exception
    assert (sent(test).case, sent(test).changes) == ("quantum", {"quantum.delay_years": 2})
    assert any("Number of changes: 1." in info.value for info in test.info)


def test_an_uploaded_workbook_becomes_the_case(app, monkeypatch):
    """Also where the values were changed before the export, and where ranges and formulas were touched."""
    case = model.load("photonics").with_values({"photonics.delay_years": 2})
    brought = case.with_values({"photonics.membership_fee.core": 2.25, "nation.inflation": {2026: 0.02, 2030: 0.031}})
    change = Change("photonics.scale", "high", 1.5, 1.75, "Inputs", "I9")
    found = ReadBack(brought, case, (change,), (), ("sheet 'x' is hidden",))
    monkeypatch.setattr(workbook, "read_workbook", lambda content: found)
    test = app("en", "assumptions", s=encode(Scenario("quantum")))
    test.get("file_uploader")[0].set_value(("mine.xlsx", b"PK", downloads.EXCEL)).run()
    assert not test.exception
    assert (sent(test).case, sent(test).changes) == ("photonics", dict(brought.changes))
    assert sent(test).hash == brought.hash
    assert any("Number of changes: 3." in info.value for info in test.info)
    assert any("Inputs!I9 photonics.scale (high)" in text.value for text in test.text)
    assert any("'x' is hidden" in text.value for text in test.text)


@pytest.mark.parametrize(("name", "content"), [("mine.xlsx", b"PK\x03\x04 nothing"), ("mine.xlsx", b""), ("mine.yaml", b"base: nowhere\n")])
def test_a_bad_file_changes_nothing(app, name, content):
    test = app("en", "assumptions", s=encode(DELAYED))
    test.get("file_uploader")[0].set_value((name, content, "application/octet-stream")).run()
    assert not test.exception
    assert any("nothing was changed" in warning.value for warning in test.warning)
    assert sent(test).changes == DELAYED.changes


@pytest.mark.parametrize("language", ["nl", "en"])
def test_charts_can_be_taken_away(language, portfolio_result):
    made = charts.funding(words(language), portfolio_result, None, True)
    drawn = made.picture("svg", title="Title & more", remark="inputs abc").decode()
    assert "Title &amp; more" in drawn and "inputs abc" in drawn and made.columns["source"][0] in drawn
    assert made.picture("png").startswith(b"\x89PNG")


def test_the_snippet_gives_the_figures_of_the_screen(app, headline, capsys):
    case = model.load("portfolio").with_values({"photonics.delay_years": 3, "nation.inflation": {2026: 0.02, 2030: 0.03}})
    exec(compile(snippet(case, "photonics", 2032, real=True), "snippet", "exec"), {})
    printed = capsys.readouterr().out.splitlines()
    test = app("en", s=encode(Scenario("portfolio", case.changes, view={"cluster": "photonics"})))
    cost, leverage, crossing, _ = headline(test)
    assert leverage == f"{float(printed[0]):.2f}"
    assert f"{float(printed[1]):,.0f}" in cost
    assert crossing == f"{float(printed[2]):.0f}"


def test_the_snippet_stops_when_inputs_differ():
    case = model.load("photonics")
    text = snippet(case).replace(case.hash, "0" * 12)
    with pytest.raises(AssertionError, match="other inputs"):
        exec(compile(text, "snippet", "exec"), {})


def test_files_say_what_they_rest_on(portfolio):
    case = portfolio.with_values({"photonics.delay_years": 3})
    result = case.run()
    with zipfile.ZipFile(io.BytesIO(downloads.every_table(words("en"), result, True))) as archive:
        told = json.loads(archive.read("provenance.json"))
        text = archive.read("photonics_cash_flow.csv").decode()
    assert told["inputs_hash"] == case.hash and told["changes"] == {"photonics.delay_years": 3}
    assert f"# inputs_hash: {case.hash}" in text and "photonics.delay_years = 3" in text
    row = next(line for line in text.splitlines() if line.startswith("operating_cost,"))
    assert float(row.split(",")[3 + 4]) == pytest.approx(result.value("operating_cost", "photonics", 2030, real=True))
    assert case.hash[:8] in downloads.file_name(result, "tables", "zip") and "changed" in downloads.file_name(result, "tables", "zip")


@pytest.mark.parametrize(("cell", "safe"), [("=1+1", "'=1+1"), ("@x", "'@x"), ("-5", "-5"), ("+cmd", "'+cmd"), ("fine", "fine")])
def test_no_cell_is_taken_for_a_formula(cell, safe):
    assert downloads.neutral(cell) == safe


def test_a_file_that_fails_explains_itself():
    def broken():
        raise RuntimeError("secret path")

    made = downloads.careful(words("nl"), broken)().decode()
    assert "RuntimeError" in made and "secret" not in made


# Where a number comes from


@pytest.mark.parametrize("language", ["nl", "en"])
def test_any_line_can_be_explained(app, language, portfolio_result):
    test = app(language, "explain", s=encode(Scenario("portfolio", view={"cluster": "photonics"})))
    for name in ("membership_fees", "base_funding", "rd_intensity", "fte", "leverage", "not_financeable"):
        test.selectbox(key="view_line").select(name).run()
        assert not test.exception, name
        assert any(code.value.startswith(f"{name} = ") for code in test.code)
    test.selectbox(key="view_line").select("base_funding").run()
    value = portfolio_result.value("base_funding", "photonics", 2032)
    assert Wording(language).number(value, 2) in page_text(test)


def test_one_explanation_leads_to_the_next(app):
    test = app("en", "explain")
    test.button(key="reads_private_cash_real").click().run()
    assert any(code.value.startswith("private_cash_real = ") for code in test.code)
    assert any(button.key == "feeds_leverage" for button in test.button)


def test_a_headline_figure_is_found_by_what_its_card_says(app):
    """Who read 'Cost to the state' on the first page types that, and not the name of a line."""
    test = app("en", "explain")
    found = [option for option in test.selectbox(key="view_line").options if "Cost to the state in 2032" in option]
    assert len(found) == 1 and "national_public_cash" in found[0]
    cards = re.findall(r"<dt>(.*?)</dt>", page_text(app("en")))
    assert len(cards) == 4
    for label in cards:
        assert any(html.unescape(label) in option for option in test.selectbox(key="view_line").options), label


def test_every_line_of_the_model_can_be_explained(app, portfolio_result):
    """The page shows every line without falling over: by cluster, and for the whole where there is one."""
    test = app("en", "explain", s=encode(Scenario("photonics")))
    for name in list(portfolio_result.lines)[::9]:
        test.selectbox(key="view_line").select(name).run()
        assert not test.exception, name


# Risk


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_tornado_names_what_matters_most(app, language, portfolio):
    test = app(language, "risk")
    expected = model.tornado(portfolio, "leverage")
    data, _ = chart(test, 0)
    assert data["name"][0] == words(language).key(expected["key"][0], portfolio)
    assert data["outcome"][:2] == pytest.approx([expected["at_low"][0], expected["at_high"][0]], abs=1e-4)
    assert words(language).key(expected["key"][0], portfolio) in page_text(test)


CROSSING = "first_year_private_exceeds_public"


@pytest.mark.parametrize("language", ["nl", "en"])
def test_what_matters_most_to_the_year_in_which_private_exceeds_public(app, language, portfolio):
    test = app(language, "risk", s=encode(Scenario("portfolio", view={"cluster": "photonics", "outcome": CROSSING})))
    assert not test.exception
    expected = model.tornado(portfolio, f"photonics.{CROSSING}")
    data, spec = chart(test, 0)
    assert data["outcome"][:2] == [expected["at_low"][0], expected["at_high"][0]]
    assert data["name"][0] == words(language).key(expected["key"][0], portfolio, cluster=False)
    assert all(set(pair) != {2037} for pair in zip(data["outcome"][::2], data["outcome"][1::2], strict=True))
    assert spec["layer"][0]["encoding"]["x"]["axis"]["format"] == "d"
    page = page_text(test)
    assert "<strong>2037</strong>" in page and "<strong>2040</strong>" in page and "2.037" not in page and "2,037" not in page
    heat, _ = chart(test, 1)
    assert heat["said"][heat["value"].index(2037)] == "2037"
    assert test.text_input(key=f"goal:photonics.{CROSSING}:{language}").value == "2034"


def test_a_year_that_never_comes_counts_as_the_latest(app, portfolio):
    never = {"photonics.demand_factor": 0.3}
    result = portfolio.with_values(never).run()
    assert np.isnan(result.value(CROSSING, "photonics"))
    test = app("en", "risk", s=encode(Scenario("portfolio", never, view={"cluster": "photonics", "outcome": CROSSING})))
    assert not test.exception
    page = page_text(test)
    assert "<strong>never</strong>" in page and f"{result.years[-1] + 1} stands for: not within the horizon." in page
    data, _ = chart(test, 0)
    assert set(data["base"]) == {result.years[-1] + 1} and min(data["outcome"]) < result.years[-1]


def test_two_assumptions_together(app, portfolio):
    test = app("en", "risk")
    test.selectbox(key="heat_across").select("quantum.demand_factor").run()
    test.selectbox(key="heat_down").select("nation.inflation").run()
    data, _ = chart(test, 1)
    assert len(data["value"]) == 81
    place = next(i for i, (a, d) in enumerate(zip(data["across"], data["down"], strict=True)) if (a, d) == ("1.5", "2.5"))
    expected = portfolio.with_values({"quantum.demand_factor": 1.5, "nation.inflation": 0.025}).run().value("leverage")
    assert data["value"][place] == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("real", [True, False])
def test_two_assumptions_together_are_in_the_prices_of_the_page(app, portfolio_result, real):
    test = app("en", "risk", s=encode(Scenario("portfolio", view={"outcome": "national_public_cash", "real": real})))
    data, _ = chart(test, 1)
    place = next(i for i, (a, d) in enumerate(zip(data["across"], data["down"], strict=True)) if (a, d) == ("1", "0"))
    assert data["value"][place] == pytest.approx(portfolio_result.value("national_public_cash", year=2032, real=real), abs=0.05)


def test_the_years_of_an_explained_number_name_its_own_prices(app):
    for name, told in (("public_cash_real", "prices of 2026"), ("public_cash", "current prices")):
        test = app("en", "explain", s=encode(Scenario("portfolio", view={"line": name})))
        _, spec = chart(test, 0)
        heading = next(body for body in (element.proto.body for element in test.get("html")) if "other years" in body)
        assert told in heading + str(spec["title"])
        assert ("current prices" in heading + str(spec["title"])) == (told == "current prices")
        answer = next(body for body in (element.proto.body for element in test.get("html")) if 'class="answer"' in body)
        assert told in answer and ("that is <strong>" in answer) == (told == "current prices")


def test_what_one_assumption_would_have_to_be(app, portfolio):
    test = app("en", "risk")
    test.text_input(key="goal:leverage:en").set_value("1.4").run()
    demand = model.solve(portfolio, "leverage", 1.4, "*.demand_factor").value
    assert demand is not None and portfolio.quantity("photonics", "demand_factor").high > demand
    rows = {re.sub(r"<.*?>", "", row).split(" (")[0]: row for row in page_text(test).split("<tr>") if "by itself" in row or "</th>" in row}
    assert f">{demand:.3g}<" in rows["Private demand"] and "within the range" in rows["Private demand"]
    assert "beyond the range" in rows["Cost overrun"]
    assert "does not touch this figure" in rows["Scale"]
    assert "no value does it: the outcome stays between" in rows["Delay"]
    test.text_input(key="goal:leverage:en").set_value("1.156").run()
    assert any("reached already" in text.value for text in test.text)
    assert ">Turns at<" in page_text(test) and ">Must be<" not in page_text(test)
    test.text_input(key="goal:leverage:en").set_value("0.1").run()
    assert "every value does it" in page_text(test) and "no value does it" not in page_text(test)
    test.text_input(key="goal:leverage:en").set_value("1,4x").run()
    assert not test.exception and any("1,4x" in warning.value for warning in test.warning)


def test_a_link_takes_along_which_number_and_which_line(app):
    test = app("en", "risk")
    test.selectbox(key="view_outcome").select("national_public_cash").run()
    assert sent(test).view["outcome"] == "national_public_cash"
    again = app("en", "risk", s=encode(sent(test)))
    assert again.selectbox(key="view_outcome").value == "national_public_cash"
    assert "National public cash" in page_text(again)
    other = app("en", "explain", s=encode(Scenario("portfolio", view={"line": "rd_intensity", "outcome": "nonsense"})))
    assert any(code.value.startswith("rd_intensity = ") for code in other.code)
    assert app("en", "risk", s=encode(sent(other))).selectbox(key="view_outcome").value == "leverage"


def test_what_is_needed_together_is_searched_on_request(app, portfolio):
    test = app("nl", "risk")
    test.text_input(key="goal:leverage:nl").set_value("1,3").run()
    assert "trekkingen van alle onzekere" not in " ".join(text.value for text in test.text)
    test.button(key="conditions_search").click().run()
    share = float(model.monte_carlo(portfolio, 2000, outputs=["leverage"]).probability("leverage", at_least=1.3))
    assert any(f"{share * 100:.1f} %".replace(".", ",") in text.value for text in test.text)
    assert "fotonica: Private vraag: minstens" in page_text(test)
    assert "1: is al zo" in page_text(test), "the factor of private demand is 1 in the case itself"
    test.text_input(key="goal:leverage:nl").set_value("9").run()
    test.button(key="conditions_search").click().run()
    assert any("In geen van de 2.000 trekkingen" in text.value for text in test.text)


def with_draws(test, cluster=None, count=2000):
    """The page once the draws are there."""
    current = test.session_state["session"].computed[1]
    asked = chances.Asked(current.case.hash, cluster, True, 2032, count)
    chances.desk().ask(id(test.session_state["session"]), asked, current.case).result(60)
    return test.run()


@pytest.mark.draws
def test_draws_say_how_likely_and_follow_what_changes(app, monkeypatch):
    monkeypatch.setattr(chances, "LONGEST_WAIT", 0)
    test = app("en", "risk", s=encode(Scenario("photonics")))
    with_draws(test)
    assert not test.exception
    found = test.session_state["chances"]
    expected = model.monte_carlo(model.load("photonics"), 2000, 1, ["leverage"]).probability("leverage", at_least=1.0)
    assert found.statements[0][2] == pytest.approx(float(expected))
    assert any(f"{float(expected):.0%}" in text.value for text in test.markdown)
    fan, _ = chart(test, 1)
    assert all(a <= b <= c for a, b, c in zip(fan["P5"], fan["P50"], fan["P95"], strict=True))
    test.slider(key="lever:photonics.demand_factor").set_value(0.8).run()
    assert any("assumptions before" in caption.value for caption in test.caption)
    with_draws(test)
    assert test.session_state["chances"].statements[0][2] < found.statements[0][2]
    assert not any("assumptions before" in caption.value for caption in test.caption)


@pytest.mark.draws
def test_the_band_of_leverage_follows_on_the_overview(app, monkeypatch):
    monkeypatch.setattr(chances, "LONGEST_WAIT", 0)
    test = app("nl", s=encode(Scenario("quantum")))
    without, specification = chart(test, 2)
    assert set(without["low"]) == {None}
    with_draws(test)
    data, same = chart(test, 2)
    assert same == specification
    band = model.monte_carlo(model.load("quantum"), 2000, 1, ["leverage_to_date"]).quantiles("leverage_to_date")
    assert [low for low in data["low"] if low is not None][-1] == pytest.approx(band["P5"].iloc[-1], abs=1e-4)


@pytest.mark.draws
def test_draws_arrive_in_the_run_that_asked_for_them(app, monkeypatch):
    """The page is sent first, the band is put in its place at the end; no second run is needed."""
    monkeypatch.setattr(chances, "LONGEST_WAIT", 60)
    test = app("en", s=encode(Scenario("battery")))
    data, _ = chart(test, 2)
    assert [low for low in data["low"] if low is not None]
    assert "2,000 draws" in page_text(test) and not test.get("progress")


def test_the_note_draws_as_the_screen_does():
    """Another number or seed gives another range for the same case, which readers of both take for a mistake."""
    assert (findings.DRAWS, findings.SEED) == (settings.USUAL, chances.SEED)


@pytest.mark.draws
def test_draws_find_their_kernel_compiled(monkeypatch):
    """Once per case and kind of prices, with just what ten thousand draws will ask for."""
    case = model.load("photonics")
    begun = []
    monkeypatch.setattr(chances.kernel, "available", lambda: True)
    monkeypatch.setattr(chances, "compiled", lambda case, asked: begun.append(asked))
    desk = chances.Desk()
    for year, real in ((2032, True), (2033, True), (2034, False)):
        desk.ask(1, chances.Asked(case.hash, None, real, year, 200), case).result(60)
    assert [asked.year for asked in begun] == [2032, 2034]


@pytest.mark.draws
@pytest.mark.parametrize(
    ("chance", "error", "expected"),
    [
        (0.7, 0.006, "**70 %** kans (± 0,6 procentpunt, standaardfout) op meer"),
        (0.0, 0.0, "**0 %** kans (in geen van de trekkingen) op meer"),
        (1.0, 0.0, "**100 %** kans (in alle trekkingen) op meer"),
        (0.0005, 0.0005, "**0,05 %** kans (± 0,05 procentpunt, standaardfout) op meer"),
    ],
)
def test_a_chance_is_never_told_as_certain_by_an_error_of_nought(chance, error, expected):
    assert chances.chance_told(words("nl"), chance, error, "op meer") == expected


@pytest.mark.skipif(not kernel.available(), reason="numba is not installed")
def test_draws_through_the_kernel_say_what_those_without_it_say(tmp_path, monkeypatch):
    """A compiled kernel is used as soon as there is one; what the screen tells does not change with it."""
    monkeypatch.setenv(kernel_cache.FOLDER_VARIABLE, str(tmp_path))
    monkeypatch.setattr(kernel_cache, "_compiled", {})
    case = model.load("photonics").with_values({"photonics.demand_factor": 1.25})
    asked = chances.Asked(case.hash, "photonics", True, 2032, 300)
    (leverage, crossing, life), fans = chances.outputs_of(asked)
    wanted = [leverage, crossing, life, *fans.values()]
    engines = []
    for _ in range(2):
        spec = make_spec(case, asked.draws, chances.SEED, wanted, real=True, quickly=True)
        engines.append((spec.engine, chances.drawn(case, asked, lambda done, total: None)))
        spec.batch().kernel().compile()
    (first, without), (second, through) = engines
    assert (first, second) == ("numpy", "kernel")
    assert through.bands["leverage_to_date"]["P50"] == pytest.approx(without.bands["leverage_to_date"]["P50"], rel=1e-9, nan_ok=True)
    assert through.statements == without.statements and through.at_risk == pytest.approx(without.at_risk)


@pytest.mark.draws
def test_draws_that_nobody_waits_for_are_given_up(portfolio, monkeypatch):
    desk = chances.Desk()
    begun = []

    def slow(case, asked, told):
        begun.append(asked.year)
        while True:
            told(0, 1)

    monkeypatch.setattr(chances, "drawn", slow)
    asked = [chances.Asked(portfolio.hash, None, True, year, 10_000) for year in (2031, 2032, 2033)]
    first, second = desk.ask(1, asked[0], portfolio), desk.ask(1, asked[1], portfolio)
    desk.ask(1, asked[2], portfolio)
    assert isinstance(first.exception(10), chances.Superseded) and isinstance(second.exception(10), chances.Superseded)
    held = [frame.f_code.co_name for frame, _ in traceback.walk_tb(first.exception().__traceback__)]
    assert "slow" not in held and first.exception().__context__ is None
    desk.ask(1, chances.Asked("", None, True, 0, 1), portfolio)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_policy_package_is_a_choice_and_says_what_it_is(app, headline, language):
    test = app(language)
    test.selectbox(key="case").select("cautious").run()
    assert not test.exception
    package = model.load("cautious")
    assert sent(test).case == "cautious" and sent(test).hash == package.hash
    leverage = headline(test)[1]
    assert leverage == words(language).number(package.run().value("leverage"), 2)
    told = " ".join(text.value for text in test.text)
    assert Wording(language).of(package.about) in told and str(len(package.file_changes)) in told


# Portfolio and appraisal


def test_portfolio_totals_are_the_sums_of_the_parts(app, portfolio):
    test = app("en", "portfolio")
    test.toggle(key="input:quantum.included").set_value(False).run()
    result = portfolio.with_values({"quantum.included": False}).run()
    state_cost, _ = chart(test, 0)
    total = sum(v for year, v in zip(state_cost["year"], state_cost["amount"], strict=True) if year == 2035)
    assert total == pytest.approx(result.value("national_public_cash", year=2035, real=True), abs=0.05)
    assert f"{result.value('leverage'):.2f}" in page_text(test)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_appraisal_shows_returns_apart(app, language, portfolio_result):
    test = app(language, "appraisal")
    data, _ = chart(test, 0)
    assert portfolio_result.value("society_npv") == pytest.approx(data["value"][4], abs=1e-2)
    assert portfolio_result.value("society_npv_without_returns") == pytest.approx(data["value"][5], abs=1e-2)
    assert words(language).number(portfolio_result.value("exchequer_npv"), 1) in page_text(test)


def test_a_rate_of_return_below_zero_is_not_told_as_a_figure(app, portfolio_result):
    """Flows that never repay have a root such as -71 %, which nobody earns or loses."""
    assert portfolio_result.value("financial_irr") < 0 < portfolio_result.value("society_irr")
    page = page_text(app("nl", "appraisal"))
    assert "<td>onder nul</td>" in page
    assert f"<td>{words('nl').percent(portfolio_result.value('society_irr'), 1)}</td>" in page
    assert words("nl").percent(portfolio_result.value("financial_irr"), 1) not in page


def test_amounts_and_years_of_the_appraisal_have_their_units(app):
    page = page_text(app("nl", "appraisal", s=encode(Scenario("photonics"))))
    found = {check.line: check for check in state_aid_report.checks(model.load("photonics").run(), "photonics", "nl")}
    dutch = words("nl")
    amount, duration = found["notification_verdict"].value, found["operating_aid_duration_verdict"].value
    assert f"<td>{dutch.money(amount, 1)}</td>" in page and "€" in dutch.money(amount, 1)
    assert f"<td>{dutch.number(duration, 1)} jaar</td>" in page


def test_risk_says_that_there_is_nothing_to_show_without_a_cluster(app):
    off = {f"{cluster}.included": False for cluster in model.load("portfolio").clusters}
    for outcome in ("leverage", "national_public_cash", "first_year_private_exceeds_public"):
        test = app("nl", "risk", s=encode(Scenario("portfolio", off, view={"outcome": outcome})))
        assert not test.exception
    told = app("nl", "risk", s=encode(Scenario("portfolio", off)))
    assert any("heeft geen waarde in dit geval" in info.value for info in told.info)


def test_every_page_works_for_every_case(app):
    for name in ("photonics", "battery", "imec"):
        for page in ("cash_flows", "who_pays", "target", "appraisal", "portfolio", "explain"):
            app("nl", page, s=encode(Scenario(name)))


def test_a_short_horizon_and_no_public_money_break_nothing(app):
    changes = {"nation.horizon": 10, "nation.first_year": 2030, "photonics.included": False, "quantum.included": False, "battery.included": False}
    for page in ("overview", "cash_flows", "who_pays", "target", "appraisal", "portfolio", "compare"):
        app("en", page, s=encode(Scenario("portfolio", changes)))


def test_shortest_path_keeps_the_values():
    path = {2026: 1.0, 2027: 2.0, 2028: 3.0, 2029: 3.0, 2030: 3.0}
    kept_years = shortest(path)
    assert kept_years == {2026: 1.0, 2028: 3.0, 2030: 3.0}
    assert np.interp(list(path), list(kept_years), list(kept_years.values())).tolist() == list(path.values())
    assert shortest({2026: 2.0, 2027: 2.0}) == 2.0
