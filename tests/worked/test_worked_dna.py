"""Block 1 on paper: imec's published shares put through the scorecard's own thresholds, and the profiles of the clusters.

In 2020 companies paid 494 of imec's 680: 73 %, demand-led against a threshold of half. Of AIM Photonics' 190 organisations and Quantum
Delta NL's 29 start-ups a cluster must have as many to count as central: 95 members and 58 start-ups are half and twice, so 0.5.
"""

from __future__ import annotations

import pytest

import model
from model.inputs.facts import facts
from model.scorecard import scorecard


def test_imec_is_demand_led_by_the_same_measure() -> None:
    imec = model.load("imec")
    trait = {trait.line: trait for trait in scorecard(imec.run(), "imec")}["dna_demand_led"]
    assert trait.threshold == 0.5
    assert trait.met
    assert trait.indicator > 0.6


def test_both_members_and_spin_offs_are_needed_to_be_central(portfolio: model.Case, portfolio_result: model.Result) -> None:
    members = sum(portfolio_result.value("members", "photonics", 2060, tier=tier) for tier in portfolio.dimensions["tier"])
    startups = portfolio_result.value("start_ups", "photonics", 2060)
    norms = {"nation.dna_members_norm": 2 * members, "nation.dna_startups_norm": startups / 2}
    assert portfolio.with_values(norms).run().value("dna_ecosystem_central", "photonics") == pytest.approx(0.5)


def test_the_scorecard_holds_each_indicator_against_its_threshold(portfolio: model.Case) -> None:
    for threshold, met in ((0.0, True), (1.0, False)):
        result = portfolio.with_values({"nation.dna_international_threshold": threshold}).run()
        trait = scorecard(result, "battery", "nl")[1]
        assert (trait.line, trait.met, trait.threshold) == ("dna_international", met, threshold)
        assert trait.label.startswith("Internationaal")
    assert len(scorecard(portfolio.run(), "battery")) == 7


@pytest.mark.parametrize("cluster", ["photonics", "quantum", "battery"])
def test_a_profile_says_everything_in_both_languages_and_keeps_promises_apart(portfolio: model.Case, cluster: str) -> None:
    profile = portfolio.profiles[cluster]
    for words in (profile.mission, profile.technology, profile.roadmap, profile.host, profile.peer, *profile.control_points):
        assert words is not None and words.en and words.nl
    assert len(profile.control_points) >= 2
    assert set(profile.announced) <= set(facts()) and set(profile.realised) <= set(facts())
    assert not set(profile.announced) & set(profile.realised)


def test_every_mistake_in_a_profile_is_told(tmp_path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text(
        "cluster: wrong\ninputs: {}\nprofile:\n  mision: {en: a, nl: b}\n  host: {en: only English}\n  announced: [photondelta_totl]\n",
        encoding="utf-8",
    )
    with pytest.raises(model.InputError) as error:
        model.load(str(file))
    told = str(error.value)
    assert "profile.mision" in told and "profile.host.nl" in told
    file.write_text("cluster: wrong\ninputs: {}\nprofile:\n  announced: [photondelta_totl]\n  realised: [imec_revenue_2020]\n", encoding="utf-8")
    with pytest.raises(model.InputError, match=r"photondelta_totl.*did you mean 'photondelta_total'"):
        model.load(str(file))
