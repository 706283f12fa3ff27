"""Many draws at once give what one run after the other gives, whatever is varied and however it is chunked."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import model
from model.engine.batch import Batch, evaluate_draws
from model.engine.outputs import read_output
from model.language import line, total


@line("ratio", over="tier")
def alike(scale):
    """A line over tiers that is the same for all of them."""
    return scale


@line("ratio")
def alike_together(alike):
    """Its sum: the line times the number of tiers."""
    return total(alike)


OUTPUTS = [
    "leverage",
    "leverage_pv",
    "photonics.leverage",
    "cash_balance",
    "quantum.cash_balance",
    "base_funding",
    "loan_balance",
    "rd_intensity",
    "first_year_above_target",
    "public_cash_by_source",
    "public_cash_by_source[eu]@2035",
    "photonics.membership_fees[core]",
    "battery.book_value",
    "private_cash@life",
    "photonics.not_financeable",
]


def draw(case: model.Case, keys: list[str], draws: int, seed: int) -> dict[str, np.ndarray]:
    """Values near those of the case, of the kind each input takes."""
    rng = np.random.default_rng(seed)
    columns = {}
    for key in keys:
        definition = case.definition(key.split(".")[1])
        value = case.quantities()[key].value
        assert not isinstance(value, dict)
        if definition.kind == "switch":
            columns[key] = rng.integers(0, 2, draws).astype(float)
        elif definition.kind == "choice":
            columns[key] = rng.integers(0, len(definition.choices), draws).astype(float)
        elif definition.kind == "whole":
            columns[key] = np.clip(value + rng.integers(0, 5, draws), definition.minimum, definition.maximum)
        else:
            columns[key] = np.clip((value or 0.5) * rng.uniform(0.8, 1.2, draws), definition.minimum, definition.maximum)
    return columns


def given(case: model.Case, key: str, number: float) -> Any:
    """A drawn number as a user would write it."""
    definition = case.definition(key.split(".")[1])
    if definition.kind == "choice":
        return definition.choices[int(number)]
    return bool(number) if definition.kind == "switch" else float(number)


def one_by_one(case: model.Case, columns: dict[str, np.ndarray], output: str, position: int) -> np.ndarray:
    """The output of one draw by the slow road: change the case, run it, read the line."""
    result = case.with_values({key: given(case, key, column[position]) for key, column in columns.items()}).run()
    asked = read_output(case, output)
    members = dict(asked.members)
    if asked.year == "life":
        return np.array(sum(result.values(asked.line, asked.cluster, **members)))
    if asked.yearly:
        return np.array(result.values(asked.line, asked.cluster, **members))
    year = asked.year if isinstance(asked.year, int) else None
    return np.array(result.value(asked.line, asked.cluster, year, **members))


def compare(case: model.Case, keys: list[str], draws: int, seed: int = 0) -> None:
    columns = draw(case, keys, draws, seed)
    found = evaluate_draws(case, columns, OUTPUTS)
    for output in OUTPUTS:
        array = found[read_output(case, output).name]
        for position in range(draws):
            expected = one_by_one(case, columns, output, position)
            np.testing.assert_allclose(array[..., position], expected, rtol=1e-10, atol=1e-9, err_msg=f"{output} with {keys}")


def open_keys(case: model.Case) -> list[str]:
    """Keys of single numbers that may take any value: not what shapes the projection, nor shares that must add up."""
    found = []
    for key, quantity in case.quantities().items():
        definition = case.definition(key.split(".")[1])
        if not (definition.structural or definition.adds_up or isinstance(quantity.value, dict)):
            found.append(key)
    return found


@pytest.mark.parametrize(
    "keys",
    [
        ["photonics.membership_fee.core"],
        ["nation.inflation"],
        ["photonics.service_price.contract_research", "battery.demand_factor", "nation.wage_drift"],
        ["quantum.delay_years", "quantum.asset_life.pilot_line", "quantum.asset_life.building"],
        ["photonics.base_funding_mode", "battery.phase_gate.expansion", "quantum.included"],
        ["photonics.loan_limit", "photonics.loan_term", "photonics.loan_rate", "photonics.liquidity_months"],
    ],
)
def test_draws_equal_runs_one_by_one(portfolio: model.Case, keys: list[str]) -> None:
    compare(portfolio, keys, 4)


@pytest.mark.parametrize("seed", range(5))
def test_any_inputs_may_vary_together(portfolio: model.Case, seed: int) -> None:
    keys = list(np.random.default_rng(seed).choice(open_keys(portfolio), 12, replace=False))
    compare(portfolio, [str(key) for key in keys], 2, seed)


def test_everything_may_vary_at_once(portfolio: model.Case) -> None:
    compare(portfolio, open_keys(portfolio), 2)


def test_a_star_varies_every_cluster_alike(portfolio: model.Case) -> None:
    delays = np.array([0.0, 1.0, 3.0])
    together = evaluate_draws(portfolio, {"*.delay_years": delays}, ["leverage"])["leverage"]
    apart = evaluate_draws(portfolio, {f"{cluster}.delay_years": delays for cluster in portfolio.clusters}, ["leverage"])["leverage"]
    np.testing.assert_array_equal(together, apart)


@pytest.mark.parametrize("width", [2, 3, 50, 64, 333])
def test_figures_do_not_depend_on_the_chunks_to_the_last_bit(portfolio: model.Case, width: int) -> None:
    keys = ["photonics.demand_factor", "photonics.asset_life.pilot_line", "nation.inflation", "quantum.delay_years"]
    columns = draw(portfolio, keys, 101, 3)
    whole = Batch(portfolio, keys, OUTPUTS, width=101).run(columns)
    for a, b in zip(whole, Batch(portfolio, keys, OUTPUTS, width=width).run(columns), strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_batch_may_be_run_again_on_more_draws(portfolio: model.Case) -> None:
    keys = ["photonics.demand_factor"]
    batch = Batch(portfolio, keys, ["leverage"])
    few = batch.run(draw(portfolio, keys, 5, 1))[0]
    columns = draw(portfolio, keys, 300, 1)
    many = batch.run(columns)[0]
    np.testing.assert_array_equal(many, Batch(portfolio, keys, ["leverage"], width=300).run(columns)[0])
    np.testing.assert_array_equal(few, batch.run(draw(portfolio, keys, 5, 1))[0])


def test_paths_vary_year_by_year(portfolio: model.Case) -> None:
    key = "nation.inflation"
    years = np.array(portfolio.years)
    paths = [{2026: 0.02, 2040: 0.03}, {2030: 0.01, 2060: 0.04}]
    columns = {key: np.array([np.interp(years, list(path), list(path.values())) for path in paths]).T}
    found = evaluate_draws(portfolio, columns, ["gdp", "leverage"])
    for position, path in enumerate(paths):
        result = portfolio.with_values({key: path}).run()
        np.testing.assert_allclose(found["gdp"][:, position], result.values("gdp"), rtol=1e-12)
        assert found["leverage"][position] == pytest.approx(result.value("leverage"), rel=1e-12)


def test_real_outputs_are_deflated(portfolio: model.Case) -> None:
    columns = {"nation.inflation": np.array([0.01, 0.03]), "photonics.membership_fee.core": np.array([2.0, 4.0])}
    batch = Batch(portfolio, columns, [read_output(portfolio, name, real=True) for name in ("private_cash", "private_cash@2040", "leverage")])
    yearly, in_2040, ratio = batch.run(columns)
    for position in range(2):
        result = portfolio.with_values({key: float(column[position]) for key, column in columns.items()}).run()
        np.testing.assert_allclose(yearly[:, position], result.values("private_cash", real=True), rtol=1e-12)
        assert in_2040[position] == pytest.approx(result.value("private_cash", year=2040, real=True), rel=1e-12)
        assert ratio[position] == pytest.approx(result.value("leverage"), rel=1e-12)


def test_an_output_that_no_draw_touches_stays_what_it_is(portfolio: model.Case, portfolio_result: model.Result) -> None:
    found = evaluate_draws(portfolio, {"photonics.demand_factor": np.array([0.8, 1.2])}, ["quantum.leverage", "photonics.leverage"])
    assert found["quantum.leverage"].tolist() == [pytest.approx(portfolio_result.value("leverage", "quantum"), rel=1e-14)] * 2
    assert found["photonics.leverage"][0] != found["photonics.leverage"][1]


@pytest.mark.parametrize(
    ("output", "told"),
    [
        ("leverag", "did you mean 'leverage'"),
        ("venus.leverage", "there is no cluster 'venus'"),
        ("leverage@2040", "has no years"),
        ("cash_balance@1999", "neither a year from 2026"),
        ("capacity", "has no value for the whole case"),
        ("membership_fees[tycoon]", "is no member"),
        ("photonics.service_price_index", "cannot be summed"),
    ],
)
def test_a_wrong_output_says_what_is_wrong(portfolio: model.Case, output: str, told: str) -> None:
    with pytest.raises(model.InputError, match="output") as caught:
        evaluate_draws(portfolio, {"nation.inflation": np.array([0.02])}, [output])
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"nation.horizon": np.array([30.0])}, "cannot differ by draw"),
        ({"photonics.fee": np.array([1.0])}, "there is no input 'fee'"),
        ({"*.scale": np.array([1.0]), "photonics.scale": np.array([1.0])}, "is varied by *.scale already"),
        ({"nation.inflation": np.array([0.1]), "photonics.scale": np.array([1.0, 2.0])}, "equally many draws"),
    ],
)
def test_wrong_keys_are_told(portfolio: model.Case, columns: dict[str, np.ndarray], told: str) -> None:
    with pytest.raises(model.InputError) as caught:
        evaluate_draws(portfolio, columns, ["leverage"])
    assert told in str(caught.value)


def test_shares_that_must_add_up_do_so_in_every_draw(portfolio: model.Case) -> None:
    one = {"photonics.role_share.researcher": np.array([portfolio.quantities()["photonics.role_share.researcher"].value, 0.9])}
    with pytest.raises(model.InputError, match=r"photonics\.role_share: the shares of role would add up to"):
        evaluate_draws(portfolio, one, ["leverage"])
    two = {"photonics.role_share.researcher": np.array([0.6, 0.7]), "photonics.role_share.technician": np.array([0.3, 0.2])}
    rest = {f"photonics.role_share.{role}": np.array([0.1 if role == "support" else 0.0] * 2) for role in ("support", "programme_office")}
    assert len(evaluate_draws(portfolio, {**two, **rest}, ["leverage"])["leverage"]) == 2
    with pytest.raises(model.InputError, match="at most 1 is allowed"):
        evaluate_draws(portfolio, {"photonics.capacity_share.foundation": np.array([0.2, 0.9])}, ["leverage"])


def test_loans_of_different_terms_are_repaid_as_in_runs_one_by_one(portfolio: model.Case) -> None:
    """Without base funding the clusters borrow, so that the group that looks back at itself repays loans draw by draw."""
    changes = {f"{cluster}.{name}": value for cluster in portfolio.clusters for name, value in (("base_funding_ceiling", 0), ("loan_limit", 500))}
    case = portfolio.with_values(changes)
    assert max(case.run().values("loan_balance")) > 100
    columns = {"*.loan_term": np.array([3.0, 8.0, 15.0]), "photonics.loan_rate": np.array([0.02, 0.05, 0.08])}
    found = evaluate_draws(case, columns, ["loan_balance", "photonics.loan_repayment", "cash_balance"])
    for position in range(3):
        terms = {f"{cluster}.loan_term": columns["*.loan_term"][position] for cluster in case.clusters}
        result = case.with_values({**terms, "photonics.loan_rate": columns["photonics.loan_rate"][position]}).run()
        np.testing.assert_allclose(found["loan_balance"][:, position], result.values("loan_balance"), rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(found["photonics.loan_repayment"][:, position], result.values("loan_repayment", "photonics"), atol=1e-9)
        np.testing.assert_allclose(found["cash_balance"][:, position], result.values("cash_balance"), rtol=1e-9, atol=1e-9)


def test_a_total_counts_members_that_are_all_alike(portfolio: model.Case) -> None:
    case = portfolio.with_lines(alike, alike_together)
    found = evaluate_draws(case, {"photonics.scale": np.array([1.0, 2.5])}, ["photonics.alike_together", "quantum.alike_together"])
    assert found["photonics.alike_together"].tolist() == [4.0, 10.0]
    assert found["quantum.alike_together"].tolist() == [4.0, 4.0]
