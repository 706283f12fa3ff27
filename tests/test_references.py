"""Real clusters, rebuilt from drivers, land where the published record has them."""

from __future__ import annotations

import math
import re
from typing import Any

import pytest

import model
from model.calibration import Measure, Published, calibration, measured, published, reference_names, reference_rows
from model.inputs.definitions import ASSUMPTIONS, OWN, sources
from model.inputs.facts import facts

NAMES = ["brainport_industries_campus", "catapult", "fraunhofer", "imec", "photondelta", "quantum_delta_nl"]
NOT_MONEY = {"share": 100.0}
"""Percentages of the facts are shares of one here."""


@pytest.fixture(scope="module")
def cases() -> dict[str, model.Case]:
    return {name: model.load(name) for name in NAMES}


def test_all_reference_clusters_are_known_by_name() -> None:
    assert reference_names() == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_published_figure_is_met_within_a_tenth(cases: dict[str, model.Case], name: str) -> None:
    rows = reference_rows(cases[name])
    assert rows
    for figure, beside in rows:
        assert beside.model == pytest.approx(figure.value, rel=calibration().bands.reference), figure.id


@pytest.mark.parametrize(
    ("name", "line", "year", "value"),
    [
        ("imec", "leverage_in_year", 2020, 2.65),
        ("imec", "leverage_national_in_year", 2020, 4.5),
        ("fraunhofer", "leverage_in_year", 2023, 0.39),
        ("quantum_delta_nl", "leverage_to_date", 2028, 0.26),
        ("photondelta", "national_mobilisation_to_date", 2028, 1.34),
        ("catapult", "leverage_to_date", 2017, 0.68),
    ],
)
def test_the_headline_of_each_reference_by_the_models_own_line(cases: dict[str, model.Case], name: str, line: str, year: int, value: float) -> None:
    """The same through the model's own leverage lines, in constant prices, not through sums of nominal money."""
    assert cases[name].run().value(line, name, year) == pytest.approx(value, rel=0.1)


@pytest.mark.parametrize("name", NAMES)
def test_a_reference_is_financed_and_ties(cases: dict[str, model.Case], name: str) -> None:
    result = cases[name].run()
    assert result.value("not_financeable", name) == 0
    assert [warning for warning in result.warnings if "do not tie" in warning] == []
    assert max(result.checks().values()) < 1e-6


@pytest.mark.parametrize("name", NAMES)
def test_published_figures_repeat_the_facts(cases: dict[str, model.Case], name: str) -> None:
    for figure in published(cases[name]):
        assert figure.source in sources()
        assert figure.name.nl and figure.definition.nl
        assert set(figure.based_on) <= set(facts())
        assert figure.fact or figure.based_on, f"{figure.id} says neither which fact it is nor what it is divided out of"
        if figure.fact:
            fact = facts()[figure.fact]
            assert figure.value == pytest.approx(float(fact["value"]) / NOT_MONEY.get(figure.unit, 1.0), rel=1e-12), figure.id
            assert (figure.source, figure.status) == (fact["source"], fact["status"]), figure.id


@pytest.mark.parametrize("name", NAMES)
def test_what_is_not_public_says_so(cases: dict[str, model.Case], name: str) -> None:
    """Every value of a reference's own file cites a source or gives the reason of an own assumption; facts it names exist."""
    for key, quantity in cases[name].quantities().items():
        assert quantity.source in sources() or (quantity.source == OWN and quantity.reason), key
        assert not quantity.fact or quantity.fact in facts(), f"{key}: {quantity.fact}"


def test_imec_in_2020_by_hand(cases: dict[str, model.Case]) -> None:
    """Industry income of 2020 from partners, fees and orders, with sixteen years of growth and prices, on paper.

    9 core partners at 5.3 and 30 affiliates at 1.0 make 77.7; 60 orders of 0.5 make 30; together 107.7 in 2004.
    Sixteen years of 7.9 % volume and 1.8 % prices: 107.7 x 3.375 x 1.330 = 483.6. Digital research, half private: 42 x 0.3 x 0.5 = 6.3
    in prices of 2004, four years of 3 % and sixteen of prices: 9.4. Public: grant 57 + 25 = 82 and Dutch 4.6, EU 33, other 14,
    all at 1.330, and the public half of digital research.
    """
    result = cases["imec"].run()
    prices = 1.018**16
    industry = (9 * 5.3 + 30 * 1.0 + 60 * 0.5) * 1.079**16 * prices
    digital = 42 * 0.3 * 1.03**4 * prices
    assert result.value("private_cash", "imec", 2020) == pytest.approx(industry + digital / 2, rel=1e-9)
    assert result.value("national_public_cash", "imec", 2020) == pytest.approx(82 * prices, rel=1e-9)
    assert result.value("public_cash", "imec", 2020) == pytest.approx((82 + 4.6 + 33 + 14) * prices + digital / 2, rel=1e-9)


@pytest.mark.parametrize(
    ("name", "key", "line"),
    [("imec", "membership_fee.core", "membership_fees"), ("fraunhofer", "service_price.contract_research", "service_revenue")],
)
def test_money_follows_its_driver(cases: dict[str, model.Case], name: str, key: str, line: str) -> None:
    """Income is computed from drivers, not typed in: a price half as high again moves it by exactly the part it carries."""
    case = cases[name]
    old = case.quantity(name, *key.split(".")).value
    member = {"membership_fees": {"tier": "core"}, "service_revenue": {"service": "contract_research"}}[line]
    raised = case.with_values({f"{name}.{key}": 1.5 * old}).run()  # type: ignore[operator]
    first = case.first_year
    assert raised.value(line, name, first, real=False, **member) == pytest.approx(1.5 * case.run().value(line, name, first, real=False, **member))


def test_a_housing_led_campus_is_carried_by_rent(cases: dict[str, model.Case]) -> None:
    """Its overall ratio is rent on a small organisation: far above any research cluster, which is why it is no target."""
    result = cases["brainport_industries_campus"].run()
    rent = math.fsum(result.values("housing_rent", "brainport_industries_campus"))
    private = math.fsum(result.values("private_cash", "brainport_industries_campus"))
    assert rent > 0.95 * private
    assert result.value("leverage", "brainport_industries_campus") > 10


def measure(**given: Any) -> Measure:
    return Measure.model_validate(given)


def test_a_measure_sums_members_and_takes_off_what_has_a_minus(cases: dict[str, model.Case]) -> None:
    result = cases["imec"].run()
    other = measured(result, measure(above=("public_cash", "-public_cash_by_source[national]"), years=(2010, 2011)), "imec")
    expected = sum(
        result.value("public_cash_by_source", "imec", year, public_source=source)
        for year in (2010, 2011)
        for source in cases["imec"].dimensions["public_source"]
        if source != "national"
    )
    assert other == pytest.approx(expected)


def test_a_measure_that_asks_nothing_or_two_things_is_refused() -> None:
    for given in (
        {},
        {"line": "leverage"},
        {"line": "leverage", "year": 2020, "above": ("private_cash",), "years": (2020, 2020)},
        {"above": ("private_cash",)},
    ):
        with pytest.raises(ValueError, match="give line and year"):
            measure(**given)


def test_mistakes_in_published_figures_are_told_together(tmp_path: Any) -> None:
    written = (ASSUMPTIONS / "references" / "catapult.yaml").read_text(encoding="utf-8")
    path = tmp_path / "mine.yaml"
    path.write_text(written.replace("kind: realised", "kind: maybe").replace("unit: ratio", "unit: pounds"), encoding="utf-8")
    with pytest.raises(model.InputError) as caught:
        published(model.load(path))
    assert len(caught.value.mistakes) == 2
    assert "kind" in caught.value.mistakes[1] and "unit" in caught.value.mistakes[0]


def test_published_carries_kind_and_status(cases: dict[str, model.Case]) -> None:
    """A plan is never shown as a result: the Dutch programmes are plans, imec's and Fraunhofer's ratios are realised."""
    kinds = {name: {figure.id: figure.kind for figure in published(case)} for name, case in cases.items()}
    assert set(kinds["quantum_delta_nl"].values()) == {"plan"} == set(kinds["photondelta"].values())
    assert kinds["imec"]["imec_2020"] == kinds["fraunhofer"]["fraunhofer_2023"] == "realised"
    assert all(isinstance(figure, Published) for case in cases.values() for figure in published(case))


@pytest.mark.parametrize("name", NAMES)
def test_sources_named_in_reasons_exist(name: str) -> None:
    """Ids in brackets, in the reasons and comments of a reference, are sources or facts."""
    text = (ASSUMPTIONS / "references" / f"{name}.yaml").read_text(encoding="utf-8")
    named = set(re.findall(r"\(([a-z]+_[a-z0-9_]+)\)", text))
    assert named
    assert named <= set(sources()) | set(facts())
