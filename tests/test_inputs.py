"""Assumptions: every one has a source, layers stack, and every mistake is told at once with its place."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import yaml

import model
from model.inputs.definitions import ASSUMPTIONS, OWN, definitions, sources
from model.inputs.facts import facts
from model.inputs.json_schema import json_schema
from model.inputs.layers import available


def write(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("name", sorted(available()))
def test_every_shipped_value_has_a_source_or_a_reason(name: str) -> None:
    for key, quantity in model.load(name).quantities().items():
        if quantity.source == OWN:
            assert quantity.reason, f"{key} says no reason"
        else:
            assert quantity.source in sources(), f"{key}: {quantity.source!r} is no source"
        if quantity.fact:
            assert quantity.fact in facts(), f"{key}: {quantity.fact!r} is no fact"


def test_definitions_speak_both_languages_and_belong_to_a_group() -> None:
    for name, definition in definitions().inputs.items():
        assert definition.label.en and definition.label.nl and definition.meaning.en and definition.meaning.nl
        assert definition.group in definitions().groups, name
        assert set(definition.over) <= set(definitions().dimensions), name
        if definition.slider:
            low, high, step = definition.slider
            assert definition.minimum <= low < high <= definition.maximum and step > 0, name


def test_no_input_is_read_by_nobody() -> None:
    read = {name for line in model.load("portfolio").lines.values() for name in line.reads}
    assert set(definitions().inputs) - read == set()


def test_every_mistake_of_a_file_is_told_with_its_line(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        "wrong.yaml",
        """title: Wrong
clusters: [photonics, quantom]
changes:
  photonics.delay_yaers: 3
  photonics.overrun_factor: lots
  photonics.membership_fee: 2
  photonics.membership_fee.gold: 2
  nation.inflation: {value: 0.02, lowest: 0.01}
  nation.wage_drift: 7
extra: 1
""",
    )
    with pytest.raises(model.InputError) as error:
        model.load(file)
    told = "\n".join(error.value.mistakes)
    assert "wrong.yaml:2: there is no case 'quantom' (did you mean 'quantum'?)" in told
    assert "wrong.yaml:10: 'extra' is not part of a case" in told
    Path(file).write_text(Path(file).read_text().replace(", quantom", "").replace("extra: 1\n", ""))
    with pytest.raises(model.InputError) as error:
        model.load(file)
    told = "\n".join(error.value.mistakes)
    assert "wrong.yaml:4:" in told and "did you mean 'delay_years'" in told
    assert "wrong.yaml:5: photonics.overrun_factor: 'lots' is not a number from 0.2 to 5" in told
    assert "wrong.yaml:6:" in told and "needs TIER (tier: core, associate, sme, startup)" in told
    assert "wrong.yaml:7:" in told and "'gold' is no tier" in told
    assert "wrong.yaml:8:" in told and "'lowest' is not one of value, low, high" in told
    assert "wrong.yaml:9: nation.wage_drift: 7 is not a number from -0.05 to 0.1" in told
    assert len(error.value.mistakes) == 6


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("clusters: [photonics\n", "not valid YAML"),
        ("a: 1\na: 2\nclusters: [photonics]\n", "stands here twice"),
        ("- 1\n- 2\n", "neither a case"),
        ("", "neither a case"),
        ("title: x\n", "neither a case"),
        ("base: self.yaml\n", "circle"),
        ("clusters: [photonics]\nchanges: 3\n", "changes"),
        ("a: &a [*a]\n", "not valid YAML|deeper|neither"),
    ],
)
def test_files_that_are_not_cases_are_refused_in_words(tmp_path: Path, text: str, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(model.InputError, match=told):
        model.load(write(tmp_path, "self.yaml", text))


def test_binary_and_missing_files_are_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\x00")
    for name in ("binary.yaml", "missing.yaml"):
        with pytest.raises(model.InputError, match=name):
            model.load(tmp_path / name)


def test_layers_stack_and_say_who_set_a_value(tmp_path: Path) -> None:
    file = write(tmp_path, "later.yaml", "base: portfolio\ntitle: Later\nchanges:\n  '*.delay_years': 3\n  quantum.delay_years: 5\n")
    case = model.load(file)
    assert [case.quantity(cluster, "delay_years").value for cluster in case.clusters] == [3, 5, 3]
    assert case.quantity("photonics", "delay_years").layer == "case later"
    assert case.quantity("photonics", "overrun_factor").layer == "defaults"
    assert case.quantity("quantum", "maintenance_share", "pilot_line").layer == "cluster quantum"
    assert case.quantity("nation", "inflation").layer == "nation"
    changed = case.with_values({"photonics.delay_years": 1})
    assert changed.quantity("photonics", "delay_years").layer == "the user's changes"
    assert case.quantity("photonics", "delay_years").value == 3


def test_a_new_cluster_with_a_new_service_is_a_file_and_no_code(tmp_path: Path) -> None:
    write(
        tmp_path,
        "chips.yaml",
        """cluster: chips
title: {en: Chips, nl: Chips}
members:
  service:
    chip_design: {en: Chip design, nl: Chipontwerp}
inputs:
"""
        + "".join(
            "  " + text + "\n"
            for text in yaml.safe_dump(
                yaml.safe_load((ASSUMPTIONS / "clusters" / "photonics.yaml").read_text(encoding="utf-8"))["inputs"], sort_keys=False
            ).splitlines()
        ),
    )
    case = model.load(write(tmp_path, "two.yaml", "clusters: [photonics, chips.yaml]\n"))
    assert case.run().value("leverage", "chips") == pytest.approx(case.run().value("leverage", "photonics"))
    grown = case.with_values(
        {
            "chips.service_enabled.chip_design": True,
            "chips.service_start.chip_design": 2030,
            "chips.service_opening_volume.chip_design": 10,
            "chips.service_mature_volume.chip_design": 10,
            "chips.service_price.chip_design": 2,
            "chips.service_growth.chip_design": 0,
            "chips.service_wage_linked.chip_design": 0,
            "chips.service_private_share.chip_design": 1,
        }
    ).run()
    assert grown.value("service_revenue", "chips", 2029, service="chip_design") == 0
    assert grown.value("service_revenue", "chips", 2035, service="chip_design", real=True) == pytest.approx(20)
    assert grown.value("leverage", "chips") > grown.value("leverage", "photonics")


def test_values_come_as_numbers_text_paths_and_switches(portfolio: model.Case) -> None:
    case = portfolio.with_values(
        {
            "photonics.delay_years": "3",
            "nation.inflation": "2026:0.02,2030:0.04",
            "photonics.base_funding_mode": "fixed",
            "quantum.included": "off",
            "battery.phase_gate.leadership": False,
        }
    )
    assert case.quantity("photonics", "delay_years").value == 3
    assert case.array("inflation").ravel()[:6] == pytest.approx([0.02, 0.025, 0.03, 0.035, 0.04, 0.04])
    assert case.run().value("size", "quantum") == 0
    assert case.changes["photonics.base_funding_mode"] == "fixed"


def test_every_mistake_of_with_values_is_told_and_nothing_is_taken_over(portfolio: model.Case) -> None:
    with pytest.raises(model.InputError) as error:
        portfolio.with_values(
            {
                "photonics.delay_years": 2.5,
                "photonic.delay_years": 2,
                "nation.delay_years": 2,
                "photonics.inflation": 0.02,
                "photonics.scale": float("nan"),
                "photonics.base_funding_mode": "gaps",
                "quantum.included": "maybe",
                "photonics.scale.core": 1,
                "nation.inflation": {2026: 0.02, "soon": 0.03},
            }
        )
    told = error.value.mistakes
    assert len(told) == 9
    assert "did you mean 'photonics'" in told[1]
    assert "an input of a cluster" in told[2]
    assert "an input of the nation" in told[3]
    assert portfolio.changes == {}


def test_a_path_is_refused_where_an_input_is_one_number(portfolio: model.Case) -> None:
    with pytest.raises(model.InputError, match="a path of years is not possible here"):
        portfolio.with_values({"photonics.scale": {2026: 1, 2030: 2}})


def test_ranges_hold_their_values_in_every_file() -> None:
    years = np.arange(2000, 2070)
    from model.inputs.quantities import over_years

    for name in available():
        for key, quantity in model.load(name).quantities().items():
            value = over_years(quantity.value, years)
            if quantity.low is not None:
                assert (over_years(quantity.low, years) <= value + 1e-12).all(), f"{name}: {key}"
            if quantity.high is not None:
                assert (over_years(quantity.high, years) >= value - 1e-12).all(), f"{name}: {key}"


def test_shares_that_must_add_up_do() -> None:
    for name in available():
        case = model.load(name)
        for cluster in case.clusters:
            for share, dim in (("role_share", "role"), ("base_funding_payer_share", "public_source"), ("public_buyer_share", "public_source")):
                total = sum(float(case.quantity(cluster, share, member).value) for member in case.dimensions[dim])  # type: ignore[arg-type]
                assert total == pytest.approx(1), f"{name}: {cluster}.{share}"
        for share, dim in (("rd_performer_share", "performer"), ("rd_funder_share", "funder")):
            total = sum(float(case.quantity("nation", share, member).value) for member in case.dimensions[dim])  # type: ignore[arg-type]
            assert total == pytest.approx(1, abs=1e-3)


def test_the_hash_changes_with_any_value_and_only_then(portfolio: model.Case) -> None:
    assert portfolio.hash == model.load("portfolio").hash
    assert portfolio.with_values({"photonics.delay_years": 0}).hash == portfolio.hash
    assert portfolio.with_values({"photonics.delay_years": 1}).hash != portfolio.hash
    paths = {"nation.inflation": {2026: 0.02, 2030: 0.025}, "photonics.membership_fee.core": 3}
    by_steps = portfolio
    for key, value in paths.items():
        by_steps = by_steps.with_values({key: value})
        assert by_steps.hash != portfolio.hash
    assert by_steps.hash == model.load("portfolio").with_values(paths).hash
    back = by_steps.with_values({key: portfolio.quantity(*key.split(".")).value for key in paths})
    assert back.hash == portfolio.hash


def test_the_json_schema_accepts_shipped_files_in_shape() -> None:
    schema = json_schema()
    json.dumps(schema)
    for folder in ("clusters", "cases", "references"):
        for path in (ASSUMPTIONS / folder).glob("*.yaml"):
            data = yaml.safe_load(path.read_text(encoding="utf-8"))
            assert set(data) <= set(schema["properties"]), path.name
            assert set(data.get("inputs") or {}) <= set(schema["properties"]["inputs"]["properties"]), path.name
