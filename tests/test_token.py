"""Scenarios as text: there and back, bounded, and honest about what they cannot read."""

from __future__ import annotations

import base64
import json
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import model
from model.token import MAXIMUM_TEXT, Scenario, decode, encode, open_scenario

numbers = st.floats(-1e9, 1e9, allow_nan=False)
values = st.one_of(numbers, st.booleans(), st.text(max_size=20), st.dictionaries(st.integers(1900, 2200), numbers, min_size=1, max_size=8))


def packed(given):
    return base64.urlsafe_b64encode(zlib.compress(json.dumps(given).encode())).decode().rstrip("=")


@settings(max_examples=60)
@given(st.dictionaries(st.text(min_size=1, max_size=40), values, max_size=12), st.dictionaries(st.text(max_size=8), st.integers(), max_size=3))
def test_there_and_back(changes, view):
    scenario = Scenario("portfolio", changes, "1.2.3", "abc", view)
    assert decode(encode(scenario)) == scenario


def test_scenarios_beside_travel_along():
    other = Scenario("photonics", {"photonics.delay_years": 3}, name="Later")
    scenario = Scenario("portfolio", {}, "1", "a", {}, "Mine", (other, Scenario("imec", name="imec")))
    assert decode(encode(scenario)) == scenario


def test_equal_scenarios_have_equal_texts():
    assert encode(Scenario("a", {"x": 1, "y": 2})) == encode(Scenario("a", {"y": 2, "x": 1}))


def test_a_bomb_is_not_unpacked():
    bomb = base64.urlsafe_b64encode(zlib.compress(b'{"schema":1,"case":"' + b"a" * 4_000_000 + b'"}', 9)).decode().rstrip("=")
    assert len(bomb) < MAXIMUM_TEXT
    with pytest.raises(model.InputError, match="more than is read"):
        decode(bomb)


@pytest.mark.parametrize(
    "given",
    [
        [],
        {"schema": 2, "case": "portfolio"},
        {"schema": 1, "case": 5},
        {"schema": 1, "case": "portfolio", "changes": [1]},
        {"schema": 1, "case": "portfolio", "changes": {"a": None}},
        {"schema": 1, "case": "portfolio", "changes": {"a": {"x": 1}}},
        {"schema": 1, "case": "portfolio", "changes": {"a": float("nan")}},
        {"schema": 1, "case": "portfolio", "view": {"a": [1]}},
        {"schema": 1, "case": "portfolio", "scenario": 1},
        {"schema": 1, "case": "portfolio", "beside": {}},
        {"schema": 1, "case": "portfolio", "beside": [{"case": "a"}] * 4},
        {"schema": 1, "case": "portfolio", "beside": [{"case": "a", "beside": []}]},
        {"schema": 1, "case": "portfolio", "beside": [{"case": "a", "changes": {"x": None}}]},
    ],
)
def test_what_is_no_scenario_is_refused(given):
    with pytest.raises(model.InputError):
        decode(packed(given))


@settings(max_examples=60)
@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text):
    try:
        decode(text)
    except model.InputError as error:
        assert error.mistakes


def test_all_mistakes_at_once():
    with pytest.raises(model.InputError) as caught:
        decode(packed({"schema": 1, "case": 5, "chnages": {}, "view": {"a": []}}))
    assert len(caught.value.mistakes) == 3
    assert "changes" in str(caught.value)


def test_the_rest_of_an_old_link_is_kept():
    case = model.load("photonics")
    opened = open_scenario(Scenario("photonics", {"photonics.delay_years": 2, "photonics.gone": 1, "photonics.scale": -3}), case)
    assert opened.case.changes == {"photonics.delay_years": 2}
    assert len(opened.unknown) == 2


def test_a_link_knows_when_figures_have_changed():
    case = model.load("photonics").with_values({"photonics.delay_years": 2})
    same = Scenario("photonics", case.changes, hash=case.hash)
    assert not open_scenario(same, model.load("photonics")).aged
    assert open_scenario(Scenario("photonics", case.changes, hash="0" * 12), model.load("photonics")).aged
    assert open_scenario(Scenario("photonics", case.changes, version="0.0.0"), model.load("photonics")).aged


def test_one_move_of_all_clusters_counts_once() -> None:
    everywhere = {f"{cluster}.demand_factor": 0.7 for cluster in ("photonics", "quantum", "battery")}
    assert Scenario("portfolio", everywhere).moves == 1
    assert Scenario("portfolio", everywhere | {"quantum.demand_factor": 0.8, "nation.inflation": {2026: 0.02}}).moves == 3
    assert Scenario("portfolio").moves == 0
