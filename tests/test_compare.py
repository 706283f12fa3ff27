"""Cases side by side: what differs, and which changes cause it, to the last digit."""

from __future__ import annotations

import itertools
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

import model
from model.analysis.comparison import CLUSTERS, HEADLINES, MOST_GROUPS, OTHER, Comparison, compare, shapley
from model.cli import app
from model.inputs.definitions import definitions

SEVERAL = {
    "photonics.delay_years": 3,
    "*.demand_factor": 0.7,
    "nation.wage_drift": 0,
    "*.base_funding_mode": "fixed",
    "quantum.overrun_factor": 1.5,
    "battery.community_budget": {2026: 2, 2040: 20},
}
"""Changes in five groups that work on each other: scope, prices, funding, assets, costs."""


@pytest.fixture(scope="module")
def changed(portfolio: model.Case) -> model.Case:
    return portfolio.with_values(SEVERAL)


@pytest.fixture(scope="module")
def comparison(portfolio: model.Case, changed: model.Case) -> Comparison:
    return compare(portfolio, changed)


@model.line("ratio", scope="national")
def toy(corporate_tax_rate, social_discount_rate, leverage_target):
    """A product of three inputs, each of another group."""
    return corporate_tax_rate * social_discount_rate * leverage_target


def test_values_are_those_of_the_runs(comparison: Comparison, portfolio_result: model.Result, changed: model.Case) -> None:
    for name, result in zip(comparison.names, (portfolio_result, changed.run()), strict=True):
        found = comparison.values[name]
        assert found["leverage"] == pytest.approx(result.value("leverage"), rel=1e-12)
        assert found["private_cash@life"] == pytest.approx(math.fsum(result.values("private_cash", real=True)), rel=1e-12)
        assert found["national_public_cash@life"] == pytest.approx(math.fsum(result.values("national_public_cash", real=True)) / 35, rel=1e-12)
        assert found["rd_net_addition@2035"] == pytest.approx(result.value("rd_net_addition", year=2035, real=True), rel=1e-12)


def test_one_cluster_is_compared_by_its_own_headlines(portfolio: model.Case, changed: model.Case) -> None:
    found = compare(portfolio, changed, cluster="photonics")
    assert found.outputs == [f"photonics.{headline.output}" for headline in HEADLINES]
    for name, case in zip(found.names, (portfolio, changed), strict=True):
        result = case.run()
        assert found.values[name]["photonics.leverage"] == pytest.approx(result.value("leverage", "photonics"), rel=1e-12)
        crossing = result.value("first_year_private_exceeds_public", "photonics")
        assert found.values[name]["photonics.first_year_private_exceeds_public"] == pytest.approx(crossing)
        yearly = math.fsum(result.values("national_public_cash", "photonics", real=True)) / 35
        assert found.values[name]["photonics.national_public_cash@life"] == pytest.approx(yearly, rel=1e-12)
    other = compare(portfolio, portfolio.with_values({"quantum.delay_years": 3}), cluster="photonics")
    assert other.frame.iloc[:, -1].tolist() == [0] * len(HEADLINES)


def test_a_cluster_must_be_in_every_case_and_stand_alone(portfolio: model.Case) -> None:
    with pytest.raises(model.InputError) as raised:
        compare(portfolio, model.load("quantum"), cluster="photonics", outputs=["leverage"])
    assert len(raised.value.mistakes) == 2
    assert "quantum has no cluster 'photonics'" in str(raised.value) and "photonics.leverage" in str(raised.value)


def test_the_frame_shows_cases_and_differences(comparison: Comparison) -> None:
    frame = comparison.frame
    assert list(frame.columns) == ["label", "unit", "portfolio", "portfolio (2)", "portfolio (2) less portfolio"]
    assert list(frame.index) == [headline.output for headline in HEADLINES]
    difference = frame["portfolio (2)"] - frame["portfolio"]
    assert (frame["portfolio (2) less portfolio"] == difference).all()


@pytest.mark.parametrize("output", [headline.output for headline in HEADLINES])
def test_contributions_add_up_exactly(comparison: Comparison, output: str) -> None:
    bridge = comparison.bridge(output)
    assert list(bridge.columns) == ["group", "contribution"]
    assert math.fsum(bridge["contribution"]) == bridge.attrs["difference"] == bridge.attrs["end"] - bridge.attrs["start"]
    assert set(bridge["group"]) == {"scope", "prices", "funding", "assets", "costs"}


@pytest.mark.parametrize("output", ["leverage", "rd_net_addition@2035"])
def test_the_way_back_has_the_opposite_contributions(comparison: Comparison, portfolio: model.Case, changed: model.Case, output: str) -> None:
    there = comparison.bridge(output).set_index("group")["contribution"]
    back = compare(changed, portfolio, outputs=[output]).bridge().set_index("group")["contribution"]
    for group, part in there.items():
        assert back[group] == pytest.approx(-part, rel=1e-9, abs=1e-12)


def test_a_product_has_the_values_of_the_textbook(portfolio: model.Case) -> None:
    """Of x y z from (x, y, z) to (X, Y, Z), x contributes (X - x) (yz/3 + (Yz + yZ)/6 + YZ/3).

    0.25 x 0.02 x 2 = 0.01 to 0.30 x 0.03 x 4 = 0.036. Tax: 0.05 (0.04/3 + (0.06 + 0.08)/6 + 0.12/3) = 0.00383333;
    discount rate: 0.01 (0.5/3 + (0.6 + 1)/6 + 1.2/3) = 0.00833333; target: 2 (0.005/3 + (0.006 + 0.0075)/6 + 0.009/3) = 0.01383333.
    """
    case = portfolio.with_lines(toy)
    keys = ("nation.corporate_tax_rate", "nation.social_discount_rate", "nation.leverage_target")
    before = case.with_values(dict(zip(keys, (0.25, 0.02, 2), strict=True)))
    after = case.with_values(dict(zip(keys, (0.30, 0.03, 4), strict=True)))
    bridge = compare(before, after, outputs=["toy"]).bridge("toy")
    assert bridge.attrs["difference"] == pytest.approx(0.026)
    found = bridge.set_index("group")["contribution"]
    assert found["tax"] == pytest.approx(0.0038333333333)
    assert found["discounting"] == pytest.approx(0.0083333333333)
    assert found["leverage"] == pytest.approx(0.0138333333333)


def test_the_same_by_trying_every_order(portfolio: model.Case) -> None:
    """Shapley values a second way: run every order of three groups of changes, one case at a time, and take the mean step."""
    steps: dict[str, dict[str, Any]] = {
        "scope": {"*.demand_factor": 0.8},
        "funding": {"*.base_funding_mode": "share"},
        "prices": {"nation.wage_drift": 0.01},
    }

    def with_groups(groups: frozenset[str]) -> model.Case:
        return portfolio.with_values({key: value for group in groups for key, value in steps[group].items()})

    subsets = [frozenset(chosen) for size in range(4) for chosen in itertools.combinations(steps, size)]
    leverage = {subset: with_groups(subset).run().value("leverage") for subset in subsets}
    mean = dict.fromkeys(steps, 0.0)
    for order in itertools.permutations(steps):
        for position, group in enumerate(order):
            mean[group] += (leverage[frozenset(order[: position + 1])] - leverage[frozenset(order[:position])]) / 6
    changed = with_groups(frozenset(steps))
    found = compare(portfolio, changed, outputs=["leverage"]).bridge().set_index("group")["contribution"]
    assert dict(found) == pytest.approx(mean, rel=1e-9)


def test_shapley_of_games_known_by_heart() -> None:
    """A majority of three is worth a third each; a glove game pays the one right glove 2/3 and the two left ones 1/6 each."""
    majority = np.array([float(mask.bit_count() >= 2) for mask in range(8)])
    assert shapley(majority) == pytest.approx([1 / 3] * 3)
    gloves = np.array([float(bool(mask & 1) and mask > 1) for mask in range(8)])
    assert shapley(gloves) == pytest.approx([2 / 3, 1 / 6, 1 / 6])


def test_a_change_without_effect_contributes_nothing(portfolio: model.Case) -> None:
    changed = portfolio.with_values({"nation.social_discount_rate": 0.03, "*.demand_factor": 0.9})
    bridge = compare(portfolio, changed, outputs=["leverage", "leverage_pv"])
    assert bridge.bridge("leverage").set_index("group")["contribution"]["discounting"] == pytest.approx(0, abs=1e-15)
    assert abs(bridge.bridge("leverage_pv").set_index("group")["contribution"]["discounting"]) > 1e-3


def test_one_group_carries_the_whole_difference(portfolio: model.Case) -> None:
    bridge = compare(portfolio, portfolio.with_values({"quantum.delay_years": 2})).bridge("public_cash@life")
    assert list(bridge["group"]) == ["scope"]
    assert bridge["contribution"][0] == bridge.attrs["difference"] != 0


def test_equal_cases_have_an_empty_bridge(portfolio: model.Case) -> None:
    same = portfolio.with_values({"battery.sponsorship_budget": portfolio.quantity("battery", "sponsorship_budget").value})
    bridge = compare(portfolio, same).bridge()
    assert len(bridge) == 0
    assert bridge.attrs["difference"] == 0


def test_a_number_and_the_path_that_says_the_same_do_not_differ(portfolio: model.Case) -> None:
    other = portfolio.with_values({"nation.inflation": {2026: 0.02, 2060: 0.02}})
    assert len(compare(portfolio, other).changes()) == 0


def test_time_is_a_group_like_any_other(portfolio: model.Case) -> None:
    """Years and horizon shape the projection and still take part: alone they give what the run of that horizon gives."""
    shorter = portfolio.with_values({"nation.horizon": 25})
    both = shorter.with_values({"*.demand_factor": 0.8})
    found = compare(portfolio, both, outputs=["public_cash@life"]).bridge()
    assert set(found["group"]) == {"time", "scope"}
    less = portfolio.with_values({"*.demand_factor": 0.8})

    def public(case: model.Case) -> float:
        return math.fsum(case.run().values("public_cash", real=True))

    time = ((public(shorter) - public(portfolio)) + (public(both) - public(less))) / 2
    assert found.set_index("group")["contribution"]["time"] == pytest.approx(time, rel=1e-9)


def test_the_set_of_clusters_is_one_group(portfolio: model.Case) -> None:
    """Portfolio against photonics alone with less demand: the clusters group drops two clusters, demand works on what is left."""
    photonics = model.load("photonics").with_values({"photonics.demand_factor": 0.8})
    bridge = compare(portfolio, photonics, outputs=["private_cash@life"]).bridge().set_index("group")["contribution"]
    assert set(bridge.index) == {CLUSTERS, "scope"}
    less = portfolio.with_values({"photonics.demand_factor": 0.8})

    def private(case: model.Case) -> float:
        return math.fsum(case.run().values("private_cash", real=True))

    alone, last = private(less) - private(portfolio), private(photonics) - private(model.load("photonics"))
    assert bridge["scope"] == pytest.approx((alone + last) / 2, rel=1e-9)


def test_cases_of_other_years_and_countries_compare() -> None:
    """imec and Fraunhofer share neither clusters nor years: the difference is in those two groups, and adds up."""
    comparison = compare(model.load("imec"), model.load("fraunhofer"))
    assert "rd_net_addition@2035" not in comparison.outputs
    bridge = comparison.bridge("leverage")
    assert {CLUSTERS, "time"} <= set(bridge["group"])
    assert math.fsum(bridge["contribution"]) == bridge.attrs["difference"] < -1.5
    assert "2004" in comparison.prices and "2023" in comparison.prices


def many_changes(case: model.Case) -> dict[str, float]:
    """One number of every group a little higher or lower: more groups than are told apart."""
    found: dict[str, float] = {}
    groups = set()
    for key, quantity in case.quantities().items():
        definition = definitions().inputs[key.split(".")[1]]
        if (
            definition.group in groups
            or definition.structural
            or definition.adds_up
            or definition.kind != "number"
            or not quantity.value
            or quantity.is_path
        ):
            continue
        raised = 1.07 * float(quantity.value)  # type: ignore[arg-type]
        found[key] = raised if raised <= definition.maximum else raised / 1.07**2
        groups.add(definition.group)
    return found


def test_more_groups_than_can_be_told_apart_are_taken_together(portfolio: model.Case) -> None:
    changes = many_changes(portfolio)
    assert len(changes) > MOST_GROUPS
    bridge = compare(portfolio, portfolio.with_values(changes), outputs=["leverage", "public_cash@life"]).bridge()
    assert len(bridge) == MOST_GROUPS
    assert OTHER in set(bridge["group"])
    assert set(bridge.attrs["merged"]) | set(bridge["group"]) - {OTHER} == {definitions().inputs[key.split(".")[1]].group for key in changes}
    assert math.fsum(bridge["contribution"]) == bridge.attrs["difference"]
    assert abs(bridge.set_index("group")["contribution"][OTHER]) < 0.1 * bridge["contribution"].abs().max()


def test_a_year_that_is_never_reached_counts_as_the_year_after_the_horizon(portfolio: model.Case) -> None:
    never = portfolio.with_values({"*.demand_factor": 0.2})
    comparison = compare(portfolio, never)
    output = "first_year_private_exceeds_public"
    assert math.isnan(comparison.values["portfolio (2)"][output])
    bridge = comparison.bridge(output)
    assert bridge.attrs["end"] == 2061
    assert "after the horizon" in bridge.attrs["note"]
    assert comparison.as_dict()["outputs"][output]["values"]["portfolio (2)"] is None


def test_a_ratio_that_is_blank_on_the_way_cannot_be_divided(portfolio: model.Case) -> None:
    none = portfolio.with_values({"*.included": False})
    comparison = compare(portfolio, none, outputs=["leverage", "private_cash@life"])
    with pytest.raises(model.InputError, match="leverage is blank for some combinations"):
        comparison.bridge("leverage")
    assert comparison.bridge("private_cash@life").attrs["end"] == 0
    assert "blank" in comparison.as_dict()["bridges"]["portfolio (2)"]["leverage"]["note"]


def test_three_cases_each_have_a_bridge_from_the_first(portfolio: model.Case) -> None:
    slow, dear = portfolio.with_values({"*.delay_years": 3}), portfolio.with_values({"*.overrun_factor": 1.5})
    comparison = compare(portfolio, slow, dear, outputs=["leverage"])
    assert list(comparison.bridge(case="portfolio (2)")["group"]) == ["scope"]
    assert list(comparison.bridge(case="portfolio (3)")["group"]) == ["assets"]
    assert list(comparison.frame.columns[-2:]) == ["portfolio (2) less portfolio", "portfolio (3) less portfolio"]


def test_a_case_that_nobody_finances_is_marked(portfolio: model.Case) -> None:
    cliff = portfolio.with_values({"battery.base_funding_last_year": 2030})
    assert compare(portfolio, cliff).not_financeable == ["portfolio (2)"]
    run = invoke("portfolio", "--set", "battery.base_funding_last_year=2030")
    assert "portfolio (2): not financeable" in run.stdout
    assert json.loads(invoke("portfolio", "funding_cliff", "--json").stdout)["not_financeable"] == ["funding_cliff"]


def test_changes_name_what_differs(comparison: Comparison) -> None:
    changes = comparison.changes().set_index("key")
    assert len(changes) == 1 + 3 + 1 + 3 + 1 + 1
    assert tuple(changes.loc["quantum.base_funding_mode"]) == ("funding", "gap", "fixed")
    assert tuple(changes.loc["photonics.delay_years"]) == ("scope", 0, 3)


def test_mistakes_are_told_together(portfolio: model.Case) -> None:
    with pytest.raises(model.InputError, match="two cases or more"):
        compare(portfolio)
    with pytest.raises(model.InputError) as caught:
        compare(portfolio, portfolio, outputs=["leverag", "cash_balance", "public_cash@1999"])
    assert len(caught.value.mistakes) == 3
    assert "did you mean 'leverage'" in caught.value.mistakes[0]
    assert "@life" in caught.value.mistakes[1]
    with pytest.raises(model.InputError, match="different lines \\(toy\\)"):
        compare(portfolio, portfolio.with_lines(toy))
    comparison = compare(portfolio, portfolio)
    with pytest.raises(model.InputError) as caught:
        comparison.bridge("npv", "quantum")
    assert len(caught.value.mistakes) == 2


def test_progress_reaches_its_end(portfolio: model.Case, changed: model.Case) -> None:
    told: list[tuple[int, int]] = []
    compare(portfolio, changed, outputs=["leverage"], told=lambda done, total: told.append((done, total))).bridge()
    assert told[-1] == (32, 32)


# The command ----------------------------------------------------------------------------------------------------


def invoke(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["compare", *arguments])


def test_the_command_prints_differences_and_causes() -> None:
    run = invoke("portfolio", "--set", "photonics.delay_years=3", "--set", "nation.wage_drift=0")
    assert run.exit_code == 0, run.output
    for words in ("Leverage, on all public money", "Size and timing", "Prices and", "difference", "photonics.delay_years: 0 -> 3"):
        assert words in run.stdout


def test_the_command_gives_json_alone(portfolio: model.Case) -> None:
    run = invoke("portfolio", "portfolio", "--set", "quantum.scale=0.5", "--output", "quantum.private_cash@life", "--json")
    assert run.exit_code == 0, run.output
    found = json.loads(run.stdout)
    bridge = found["bridges"]["portfolio (2)"]["quantum.private_cash@life"]
    assert bridge["contributions"] == {"scope": bridge["difference"]}
    values = found["outputs"]["quantum.private_cash@life"]["values"]
    assert bridge["difference"] == values["portfolio (2)"] - values["portfolio"]
    assert found["cases"][0]["inputs_hash"] == portfolio.hash


def test_the_command_writes_tables(tmp_path: Path) -> None:
    import pandas as pd

    run = invoke("portfolio", "photonics", "--csv", str(tmp_path / "out"))
    assert run.exit_code == 0, run.output
    bridge = pd.read_csv(tmp_path / "out" / "bridge_photonics.csv")
    frame = pd.read_csv(tmp_path / "out" / "comparison.csv", index_col="output")
    part = bridge[bridge["output"] == "public_cash@life"]["contribution"].sum()
    assert part == pytest.approx(frame.loc["public_cash@life", "photonics less portfolio"])
    assert (tmp_path / "out" / "changes_photonics.csv").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("portfolio",), "name two cases or more"),
        (("portfolio", "nowhere"), "there is no case 'nowhere'"),
        (("portfolio", "--set", "photonics.delay=3"), "there is no input 'delay'"),
    ],
)
def test_the_command_tells_bad_input_in_words(arguments: tuple[str, ...], words: str) -> None:
    run = invoke(*arguments)
    assert run.exit_code == 2
    assert words in run.stderr
    assert "Traceback" not in run.output


def test_single_inputs_carry_the_difference_of_their_group(portfolio: model.Case) -> None:
    """Against running every order of three changes by hand; shares that add up stay together."""
    changes = {"photonics.delay_years": 3, "quantum.demand_factor": 0.7, "photonics.overrun_factor": 1.4}
    comparison = compare(portfolio, portfolio.with_values(changes), outputs=["leverage"])
    found = comparison.bridge(by="input")
    mean = dict.fromkeys(changes, 0.0)
    for order in itertools.permutations(changes):
        for position, key in enumerate(order):
            before, after = ({k: changes[k] for k in order[:stop]} for stop in (position, position + 1))
            mean[key] += (portfolio.with_values(after).run().value("leverage") - portfolio.with_values(before).run().value("leverage")) / 6
    assert dict(zip(found["group"], found["contribution"], strict=True)) == pytest.approx(mean, rel=1e-9)
    assert math.fsum(found["contribution"]) == found.attrs["difference"]
    assert comparison.label("photonics.delay_years").en == "Integrated photonics: Delay"
    with pytest.raises(model.InputError, match="group or input"):
        comparison.bridge(by="cluster")


def test_shares_that_add_up_are_one_change(portfolio: model.Case) -> None:
    name, family = next(
        (name, family)
        for name in definitions().inputs
        if definitions().inputs[name].adds_up
        for family in [[key for key in portfolio.quantities() if key.startswith(f"photonics.{name}.")]]
        if len(family) > 1 and not any(portfolio.quantities()[key].is_path for key in family)
    )
    first, second, *_ = family
    values = {key: float(portfolio.quantities()[key].value) for key in (first, second)}  # type: ignore[arg-type]
    moved = min(0.05, values[first] / 2)
    changed = portfolio.with_values({first: values[first] - moved, second: values[second] + moved})
    comparison = compare(portfolio, changed, outputs=["leverage"])
    assert list(comparison.bridge(by="input")["group"]) == [f"photonics.{name}"]
    assert comparison.label(f"photonics.{name}").nl.startswith("Geïntegreerde fotonica: ")
