"""The choice of a portfolio against running every one of them."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import model
from model.analysis.portfolios import undominated
from model.language import line, total


@line("EUR m", scope="national")
def everybody(public_cash):
    """What all clusters receive."""
    return total(public_cash)


@line("EUR m")
def private_cash_real(private_cash, everybody):
    """A cluster's private money that depends on what all clusters receive."""
    return private_cash + 0 * everybody


@pytest.fixture(scope="module")
def choice(portfolio: model.Case) -> model.analysis.portfolios.Choice:
    return model.choose_portfolio(portfolio, scales=[0.5, 1.5], delays=[0, 4], budget=300, draws=0)


def changes(case: model.Case, row: dict) -> dict:
    """What a row of the choice means for the case's inputs."""
    changed = {}
    for cluster in case.clusters:
        changed[f"{cluster}.included"] = row[f"{cluster}.scale"] > 0
        changed[f"{cluster}.scale"] = row[f"{cluster}.scale"] or 1.0
        changed[f"{cluster}.delay_years"] = row[f"{cluster}.delay"]
    return changed


def test_every_portfolio_of_the_grid_is_there(portfolio: model.Case, choice: model.analysis.portfolios.Choice) -> None:
    assert len(choice.frame) == (2 * 2 + 1) ** 3 - 1
    assert not choice.frame.duplicated([f"{cluster}.{what}" for cluster in portfolio.clusters for what in ("scale", "delay")]).any()


def test_each_measure_is_that_of_a_run(portfolio: model.Case, choice: model.analysis.portfolios.Choice) -> None:
    for row in choice.frame.sample(12, random_state=1).to_dict("records"):
        result = portfolio.with_values(changes(portfolio, row)).run()
        assert row["leverage"] == pytest.approx(result.value("leverage"), rel=1e-10)
        assert row["net_rd"] == pytest.approx(sum(result.values("rd_net_addition", real=True)), rel=1e-10)
        assert row["public_money"] == pytest.approx(sum(result.values("public_cash_real")), rel=1e-10)
        assert row["peak"] == pytest.approx(max(result.values("public_cash_real")), rel=1e-10)
        assert row["within_budget"] == (row["peak"] <= 300)


def test_the_efficient_set_is_that_of_brute_force(choice: model.analysis.portfolios.Choice) -> None:
    within = choice.frame[choice.frame["within_budget"]]
    goals = within[["leverage", "net_rd"]].to_numpy()
    beaten = [any((other >= own).all() and (other > own).any() for other in goals) for own in goals]
    assert choice.efficient.shape[0] == len(within) - sum(beaten) > 1
    assert set(within.index[~np.array(beaten)]) == set(choice.frame.index[choice.frame["efficient"]])


def test_undominated_rows_of_random_goals() -> None:
    rng = np.random.default_rng(0)
    goals = np.round(rng.random((300, 3)), 2)
    naive = [k for k, own in enumerate(goals) if not any((other >= own).all() and (other > own).any() for other in goals)]
    assert undominated(goals).tolist() == naive


def test_risk_is_that_of_the_same_draws_run_one_by_one(portfolio: model.Case) -> None:
    keys = ["photonics.demand_factor", "quantum.overrun_factor", "nation.inflation"]
    choice = model.choose_portfolio(portfolio, scales=[1.0], delays=[0], budget=320, draws=40, seed=5, keys=keys)
    full = choice.frame[(choice.frame[[f"{cluster}.scale" for cluster in portfolio.clusters]] == 1).all(axis=1)].iloc[0]
    outputs = ["leverage", *(f"public_cash_real@{year}" for year in portfolio.years)]
    draws = model.monte_carlo(portfolio, 40, seed=5, keys=keys, outputs=outputs)
    spent = np.stack([draws.numbers(f"public_cash_real@{year}") for year in portfolio.years])
    assert full["shortfall"] == pytest.approx(full["leverage"] - np.quantile(draws.numbers("leverage"), 0.05), rel=1e-9)
    assert full["over_budget"] == pytest.approx((spent > 320).any(axis=0).mean())


def test_a_budget_may_follow_a_path_and_count_national_money_only(portfolio: model.Case) -> None:
    path = {2026: 150, 2040: 250}
    choice = model.choose_portfolio(portfolio, scales=[1.0], delays=[0], budget=path, budget_line="national_public_cash_real", draws=0)
    limits = np.interp(portfolio.years, list(path), list(path.values()))
    for row in choice.frame.to_dict("records"):
        spent = portfolio.with_values(changes(portfolio, row)).run().values("national_public_cash_real")
        assert row["within_budget"] == bool((np.array(spent) <= limits).all())
    assert choice.budget is not None and choice.budget[2033] == pytest.approx(200)


def test_what_is_not_efficient_is_beaten_by_something_that_is(choice: model.analysis.portfolios.Choice) -> None:
    efficient = choice.efficient[["leverage", "net_rd"]].to_numpy()
    for own in choice.frame.loc[choice.frame["within_budget"] & ~choice.frame["efficient"], ["leverage", "net_rd"]].to_numpy():
        assert any((best >= own).all() and (best > own).any() for best in efficient)


def test_a_budget_that_nothing_fits_is_an_answer(portfolio: model.Case) -> None:
    choice = model.choose_portfolio(portfolio, scales=[1.0], delays=[0], budget=1, draws=0)
    assert choice.efficient.empty and "0 within the budget" in str(choice) and "Raise the budget" in str(choice)


def test_clusters_that_influence_each_other_are_refused(portfolio: model.Case) -> None:
    mixed = portfolio.with_lines(everybody, private_cash_real, replace=True)
    with pytest.raises(model.ModelError, match="depend on those of all clusters"):
        model.choose_portfolio(mixed, scales=[1.0], delays=[0], draws=0)


def test_every_mistake_is_told_at_once(portfolio: model.Case) -> None:
    with pytest.raises(model.InputError) as caught:
        model.choose_portfolio(portfolio, scales=[-1.0], delays=[1.5], budget=-3, budget_line="leverage", draws=1)  # type: ignore[list-item]
    assert len(caught.value.mistakes) == 5
    with pytest.raises(model.InputError, match="portfolios, more than"):
        model.choose_portfolio(portfolio, scales=list(np.linspace(0.1, 3, 30)), delays=range(10))


def test_the_grid_is_every_combination(choice: model.analysis.portfolios.Choice) -> None:
    options = [(0.0, 0), *itertools.product([0.5, 1.5], [0, 4])]
    found = set(choice.frame[["quantum.scale", "quantum.delay"]].itertuples(index=False, name=None))
    assert found == set(options)
