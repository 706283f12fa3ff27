"""Appraisal, earning capacity and start-ups hold for any valid input, and agree with a second way of computing them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import model
from model import finance
from model.inputs.definitions import definitions
from model.language import lines_of
from model.language.declaration import check_units
from model.lines import LINES, TABLES, appraisal, dna, earning, startups, state_aid
from model.lines.appraisal import MEASURES, PERSPECTIVES

NEW = lines_of(appraisal, dna, earning, startups, state_aid)
SIDES = [side for side, (_, _, over) in PERSPECTIVES.items() if not over]
RATES = {"financial": "financial_discount_rate", "social": "social_discount_rate"}
BLANK_ALLOWED = {
    *(f"{side}_{measure}" for side in PERSPECTIVES for measure in ("irr", "mirr", "payback", "discounted_payback", "benefit_cost_ratio")),
    *(line.name for line in NEW if line.unit == "date"),
    "social_return_break_even",
    "taxes_per_public_euro",
    "society_benefit_per_public_euro",
    "sharing_factor",
    "loss_avoided",
    "years_per_unicorn",
    "years_per_unicorn_at_end",
    "investment_aid_intensity",
    "total_investment_aid_intensity",
    "total_investment_aid_ceiling",
    "rd_aid_intensity",
    "rd_aid_per_project",
    "operating_aid_intensity",
    *(trait for trait in dna.TRAITS if trait not in ("dna_ecosystem_central", "dna_long_term")),
}
"""Lines that are blank where they have no meaning: no root, no year, nothing to divide by."""
NEVER_NEGATIVE = (
    "spin_offs",
    "start_ups",
    "startup_closures",
    "scale_ups",
    "scale_ups_alive",
    "unicorns",
    "venture_capital_by_stage",
    "startup_jobs",
    "direct_jobs",
    "indirect_jobs",
    "jobs_gross",
    "value_added_gross",
    "taxes_gross",
    "investment_aid",
    "operating_aid",
    "paid_use_share",
    "member_costs",
    "alone_costs",
    "member_benefits",
    "alone_benefits",
)

SOME_INPUTS = st.fixed_dictionaries(
    {},
    optional={
        "photonics.delay_years": st.integers(0, 8),
        "photonics.scale": st.floats(0, 3),
        "photonics.included": st.booleans().map(lambda on: "on" if on else "off"),
        "photonics.demand_factor": st.floats(0, 2),
        "photonics.spin_off_rate": st.floats(0, 0.05),
        "photonics.startup_survival": st.floats(0, 1),
        "photonics.base_funding_mode": st.sampled_from(["gap", "fixed", "share"]),
        "photonics.base_funding_ceiling": st.floats(0, 300),
        "photonics.loan_limit": st.floats(0, 50),
        "photonics.taxable_share": st.floats(0, 1),
        "photonics.existing_rd": st.floats(0, 500),
        "photonics.shared_result_value": st.floats(0, 1),
        "photonics.access_share.core": st.floats(0, 1),
        "photonics.success_alone": st.floats(0.01, 1),
        "photonics.state_aid_share.eu": st.floats(0, 1),
        "photonics.new_money_share.national": st.floats(0, 1),
        "photonics.membership_fee.core": st.floats(0, 10),
        "nation.inflation": st.floats(-0.01, 0.08),
        "nation.wage_drift": st.floats(-0.01, 0.03),
        "nation.deadweight_share": st.floats(0, 1),
        "nation.labour_displacement": st.floats(0, 1),
        "nation.social_return_to_rd": st.floats(0, 1),
        "nation.social_return_lag": st.integers(0, 30),
        "nation.knowledge_depreciation": st.floats(0, 1),
        "nation.social_discount_rate": st.floats(0, 0.15),
        "nation.financial_discount_rate": st.floats(0, 0.25),
        "nation.discount_first_year": st.sampled_from(["on", "off"]),
        "nation.tax_share_of_value_added": st.floats(0, 1),
        "nation.horizon": st.integers(10, 60),
    },
)
THOROUGH = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def flows(result: model.Result, line: str, cluster: str | None, **members: str) -> list[float]:
    return result.values(line, cluster, **members)


def same(a: float, b: float) -> bool:
    return (math.isnan(a) and math.isnan(b)) or a == pytest.approx(b, rel=1e-9, abs=1e-9)


def measured(rate: float, benefits: list[float], costs: list[float]) -> dict[str, float]:
    """Every measure from `model.finance`, which knows nothing of lines."""
    net = np.subtract(benefits, costs)
    return {
        "npv": float(finance.npv(rate, net)),
        "irr": float(finance.irr(net)),
        "mirr": float(finance.mirr(net, rate, rate)),
        "payback": float(finance.payback(net)),
        "discounted_payback": float(finance.discounted_payback(rate, net)),
        "benefit_cost_ratio": float(finance.benefit_cost_ratio(rate, benefits, costs)),
        "funding_gap": float(finance.funding_gap(rate, net)),
    }


def test_formulas_of_the_new_blocks_yield_their_units() -> None:
    unit_of = {name: d.unit for name, d in definitions().inputs.items()} | {name: each.unit for name, each in LINES.items()}
    assert len(NEW) > 150
    assert check_units(NEW, unit_of) == []


@pytest.mark.parametrize("cluster", ["photonics", "quantum", "battery", None])
@pytest.mark.parametrize("side", SIDES)
def test_measures_agree_with_the_finance_functions(portfolio_result: model.Result, side: str, cluster: str | None) -> None:
    rate = float(portfolio_result.case.quantity("nation", RATES[PERSPECTIVES[side][1]]).value)  # type: ignore[arg-type]
    expected = measured(rate, flows(portfolio_result, f"{side}_benefits", cluster), flows(portfolio_result, f"{side}_costs", cluster))
    for measure in MEASURES:
        assert same(portfolio_result.value(f"{side}_{measure}", cluster), expected[measure]), measure


@pytest.mark.parametrize("tier", ["core", "associate", "sme", "startup"])
@pytest.mark.parametrize("side", ["member", "alone"])
def test_measures_of_one_company_agree_with_the_finance_functions(portfolio_result: model.Result, side: str, tier: str) -> None:
    rate = float(portfolio_result.case.quantity("nation", "financial_discount_rate").value)  # type: ignore[arg-type]
    benefits, costs = (
        [portfolio_result.value(f"{side}_{part}", "quantum", y, tier=tier) for y in portfolio_result.years] for part in ("benefits", "costs")
    )
    expected = measured(rate, benefits, costs)
    for measure in MEASURES:
        assert same(portfolio_result.value(f"{side}_{measure}", "quantum", tier=tier), expected[measure]), measure


def test_discounting_the_first_year_too_lowers_every_value_by_one_year(portfolio: model.Case, portfolio_result: model.Result) -> None:
    later = portfolio.with_values({"nation.discount_first_year": "on"}).run()
    for side in SIDES:
        rate = float(portfolio.quantity("nation", RATES[PERSPECTIVES[side][1]]).value)  # type: ignore[arg-type]
        assert later.value(f"{side}_npv") == pytest.approx(portfolio_result.value(f"{side}_npv") / (1 + rate))
        assert same(later.value(f"{side}_irr"), portfolio_result.value(f"{side}_irr"))


@given(changes=SOME_INPUTS)
@THOROUGH
def test_transfers_between_sides_cancel_and_nothing_is_blank_or_negative(portfolio: model.Case, changes: dict[str, object]) -> None:
    result = portfolio.with_values(changes).run()
    scale = max(1.0, float(np.abs(result.array("total_assets")).max()))
    for name, residual in result.checks().items():
        assert residual <= 1e-9 * scale, name
    for line in NEW:
        for cluster in [*portfolio.clusters, None] if line.scope == "cluster" else [None]:
            if cluster is None and not result.has_whole(line.name):
                continue
            values = result.array(line.name, cluster)
            if line.name not in BLANK_ALLOWED:
                assert np.isfinite(values).all(), (line.name, cluster)
            if line.name in NEVER_NEGATIVE:
                assert (values >= -1e-12).all(), (line.name, cluster)
    assert result.array("venture_capital_by_stage", "photonics").sum(axis=1) == pytest.approx(result.array("venture_capital", "photonics"))


@given(changes=SOME_INPUTS)
@THOROUGH
def test_the_whole_is_the_sum_of_its_clusters_and_net_stays_below_gross(portfolio: model.Case, changes: dict[str, object]) -> None:
    result = portfolio.with_values(changes).run()
    for name in (*(f"{side}_npv" for side in SIDES), "social_return_pv"):
        parts = sum(result.value(name, cluster) for cluster in portfolio.clusters)
        assert result.value(name) == pytest.approx(parts, rel=1e-9, abs=1e-6), name
    for cluster in portfolio.clusters:
        additional = result.array("additional_share", cluster)
        assert (additional <= 1 + 1e-9).all()
        for gross, net in (("jobs_gross", "jobs_net"), ("value_added_gross", "value_added_net")):
            assert (result.array(net, cluster) <= result.array(gross, cluster) + 1e-9).all(), (net, cluster)


def test_a_cluster_that_is_left_out_pays_no_taxes_and_has_no_side(portfolio: model.Case) -> None:
    result = portfolio.with_values({"quantum.included": "off"}).run()
    for name in (
        "taxes_gross",
        "taxes_net",
        "jobs_gross",
        "social_return",
        "society_flow",
        "exchequer_flow",
        "control_point_income",
        "operating_aid",
    ):
        assert np.abs(result.array(name, "quantum")).max() == 0, name
    assert result.value("state_aid_open_checks", "quantum") == 0
    assert not [warning for warning in result.warnings if warning.startswith("quantum")]


def test_break_even_of_the_social_return_is_where_society_breaks_even(portfolio: model.Case, portfolio_result: model.Result) -> None:
    rate = portfolio_result.value("social_return_break_even")
    assert 0 < rate < 0.4
    assert portfolio.with_values({"nation.social_return_to_rd": rate}).run().value("society_npv") == pytest.approx(0, abs=1e-6)


def test_without_returns_is_what_a_run_without_returns_gives(portfolio: model.Case, portfolio_result: model.Result) -> None:
    without = portfolio.with_values({"nation.social_return_to_rd": 0}).run()
    for side in ("society", "exchequer"):
        assert portfolio_result.value(f"{side}_npv_without_returns") == pytest.approx(without.value(f"{side}_npv"))
        assert without.value(f"{side}_npv") < portfolio_result.value(f"{side}_npv")


def test_benefits_carry_their_caveat_down_to_none(portfolio: model.Case, portfolio_result: model.Result) -> None:
    assert any("CPB" in warning for warning in portfolio_result.warnings)
    assert any("Marino" in warning for warning in portfolio_result.warnings)
    sober = portfolio.with_values({"nation.social_return_to_rd": 0, "nation.induced_rd_per_public_euro": 0, "nation.deadweight_share": 1}).run()
    assert not [warning for warning in sober.warnings if "CPB" in warning or "Marino" in warning]
    assert sober.value("society_npv") < 0
    range_given = portfolio.quantity("nation", "social_return_to_rd")
    assert (range_given.low, range_given.high) == (0, 0.4)


def test_gross_multipliers_are_never_defaults(portfolio: model.Case, portfolio_result: model.Result) -> None:
    """imec claims 7 to 8 euros, Fraunhofer 21: the base case stays at what studies with a counterfactual find, 1 to 5."""
    for cluster in [*portfolio.clusters, None]:
        assert 0.5 < portfolio_result.value("society_benefit_per_public_euro", cluster) < 2.5
    claimed = portfolio.with_values({"nation.indirect_jobs_per_job": 7}).run()
    assert any("counterfactual" in warning for warning in claimed.warnings)
    assert not any("counterfactual" in warning for warning in portfolio_result.warnings)


def test_grants_do_not_improve_an_investment_without_grants(portfolio: model.Case, portfolio_result: model.Result) -> None:
    richer = portfolio.with_values({"photonics.programme_grant.eu": 60}).run()
    assert richer.value("financial_npv", "photonics") == pytest.approx(portfolio_result.value("financial_npv", "photonics"))
    assert richer.value("national_capital_npv", "photonics") > portfolio_result.value("national_capital_npv", "photonics")


@pytest.mark.parametrize("table", TABLES)
def test_a_table_shows_years_or_one_number_for_life(portfolio_result: model.Result, table: str) -> None:
    """No table repeats a number for the whole life in every year."""
    yearly = {portfolio_result.is_yearly(name) for name in TABLES[table].rows}
    assert len(yearly) == 1
    frame = portfolio_result.table(table, "photonics")
    assert list(frame.columns) == (portfolio_result.years if yearly == {True} else ["life"])
    assert len(frame)
