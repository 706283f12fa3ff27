"""Sweeps, tornado and elasticities against runs one by one and against figures worked out by hand."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import model
from model.analysis import two_way
from model.language import line


@line("EUR m")
def worked_total(membership_fee, marketing_budget, price_index):
    """A line whose figures one can work out: 3 fees of core members squared, plus a budget."""
    from model.language import as_unit, last

    fee = as_unit(membership_fee["core"] / as_unit(1, "EUR m real/member"), "EUR m")
    return 3 * fee * fee / as_unit(1, "EUR m") + as_unit(last(marketing_budget / as_unit(1, "EUR m real")), "EUR m")


@pytest.fixture(scope="module")
def worked(portfolio: model.Case) -> model.Case:
    case = portfolio.with_lines(worked_total)
    return case.with_values(
        {"photonics.membership_fee.core": 2, "photonics.marketing_budget": 5, "quantum.included": "off", "battery.included": "off"}
    )


def test_a_sweep_is_the_full_grid_of_runs(portfolio: model.Case) -> None:
    grid = {"nation.inflation": [0.01, 0.03], "photonics.delay_years": [0, 2], "battery.base_funding_mode": ["gap", "fixed"]}
    frame = model.sweep(portfolio, grid, outputs=["leverage", "photonics.leverage", "cash_balance@2040"])
    assert list(frame.columns) == [*grid, "leverage", "photonics.leverage", "cash_balance@2040"]
    assert list(frame[list(grid)].itertuples(index=False, name=None)) == list(itertools.product(*grid.values()))
    for row in frame.to_dict("records"):
        result = portfolio.with_values({key: row[key] for key in grid}).run()
        assert row["leverage"] == pytest.approx(result.value("leverage"), rel=1e-12)
        assert row["photonics.leverage"] == pytest.approx(result.value("leverage", "photonics"), rel=1e-12)
        assert row["cash_balance@2040"] == pytest.approx(result.value("cash_balance", year=2040), rel=1e-9)


def test_what_shapes_the_projection_can_be_swept_too(portfolio: model.Case) -> None:
    frame = model.sweep(portfolio, {"nation.inflation": [0.02, {2026: 0.02, 2040: 0.05}], "nation.horizon": [20, 35]}, outputs=["leverage"])
    assert frame["nation.inflation"].tolist() == [0.02, 0.02, "2026: 0.02, 2040: 0.05", "2026: 0.02, 2040: 0.05"]
    assert frame["nation.horizon"].tolist() == [20, 35, 20, 35]
    for row, inflation in zip(frame.to_dict("records"), [0.02, 0.02, {2026: 0.02, 2040: 0.05}, {2026: 0.02, 2040: 0.05}], strict=True):
        changed = portfolio.with_values({"nation.inflation": inflation, "nation.horizon": row["nation.horizon"]})
        assert row["leverage"] == pytest.approx(changed.run().value("leverage"), rel=1e-12)


def test_a_list_of_changes_is_a_row_each(portfolio: model.Case) -> None:
    frame = model.sweep(portfolio, [{}, {"photonics.scale": 2}, {"nation.inflation": 0.03}], outputs=["leverage"])
    assert frame["photonics.scale"].tolist() == [1, 2, 1]
    assert frame["leverage"].tolist() == pytest.approx(
        [portfolio.with_values(change).run().value("leverage") for change in ({}, {"photonics.scale": 2}, {"nation.inflation": 0.03})], rel=1e-12
    )


def test_several_cases_are_named(portfolio: model.Case) -> None:
    frame = model.sweep({"three": portfolio, "one": model.load("photonics")}, outputs=["leverage"])
    assert frame["case"].tolist() == ["three", "one"]
    assert frame["leverage"][1] == pytest.approx(portfolio.run().value("leverage", "photonics"), rel=1e-12)


def test_a_yearly_output_is_a_column_a_year(portfolio: model.Case, portfolio_result: model.Result) -> None:
    frame = model.sweep(portfolio, {"nation.vat_rate": [0.21]}, outputs=["cash_balance"])
    assert list(frame.columns[1:]) == [f"cash_balance@{year}" for year in portfolio.years]
    np.testing.assert_allclose(frame.iloc[0, 1:].to_numpy(float), portfolio_result.values("cash_balance"), rtol=1e-9)


def test_values_from_an_array_do(portfolio: model.Case) -> None:
    frame = model.sweep(portfolio, {"nation.inflation": np.linspace(0.0, 0.04, 5)}, outputs=["leverage"])
    assert frame["nation.inflation"].tolist() == pytest.approx([0, 0.01, 0.02, 0.03, 0.04])
    assert frame["leverage"].nunique() == 5


def test_every_mistake_of_a_sweep_is_told_at_once(portfolio: model.Case) -> None:
    with pytest.raises(model.InputError) as caught:
        model.sweep(portfolio, {"nation.inflatoin": [0.01], "photonics.scale": ["big"], "nation.vat_rate": []}, outputs=["leverage"])
    told = str(caught.value)
    assert "did you mean 'inflation'" in told and "'big' is not a number" in told and "vat_rate: no values to try" in told


def test_a_grid_without_end_is_refused(portfolio: model.Case) -> None:
    grid = {f"{cluster}.{name}": range(300) for cluster in portfolio.clusters for name in ("delay_years", "members_ramp")}
    with pytest.raises(model.InputError, match="combinations"):
        model.sweep(portfolio, {"nation.inflation": np.linspace(0, 0.1, 3000), "nation.vat_rate": np.linspace(0, 0.3, 3000)})
    with pytest.raises(model.InputError):
        model.sweep(portfolio, grid)


def test_two_way_is_a_sweep_laid_out(portfolio: model.Case) -> None:
    table = two_way(portfolio, ("nation.inflation", [0.03, 0.0]), ("*.scale", [2, 0.5]), "public_cash@2040")
    assert table.index.tolist() == [0.03, 0.0] and table.columns.tolist() == [2, 0.5]
    changed = portfolio.with_values({"nation.inflation": 0.03, **{f"{cluster}.scale": 0.5 for cluster in portfolio.clusters}})
    assert table.loc[0.03, 0.5] == pytest.approx(changed.run().value("public_cash", year=2040), rel=1e-10)
    constant = two_way(portfolio, ("nation.inflation", [0.03, 0.0]), ("*.scale", [2, 0.5]), "public_cash@2040", real=True)
    assert constant.loc[0.03, 0.5] == pytest.approx(changed.run().value("public_cash", year=2040, real=True), rel=1e-10)


def test_a_tornado_moves_one_input_at_a_time(worked: model.Case) -> None:
    keys = {"photonics.membership_fee.core": (1, 4), "photonics.marketing_budget": (5, 10), "nation.vat_rate": (0.1, 0.3)}
    frame = model.tornado(worked, "photonics.worked_total", keys)
    assert frame.attrs["base"] == pytest.approx(3 * 4 + 5)
    assert frame["key"].tolist() == ["photonics.membership_fee.core", "photonics.marketing_budget", "nation.vat_rate"]
    assert frame["at_low"].tolist() == pytest.approx([3 + 5, 17, 17])
    assert frame["at_high"].tolist() == pytest.approx([48 + 5, 22, 17])
    assert frame["swing"].tolist() == pytest.approx([45, 5, 0], abs=1e-12)


def test_a_tornado_takes_the_ranges_of_the_assumptions(portfolio: model.Case, portfolio_result: model.Result) -> None:
    frame = model.tornado(portfolio, "photonics.leverage")
    assert frame.attrs["base"] == pytest.approx(portfolio_result.value("leverage", "photonics"), rel=1e-12)
    assert (frame["swing"].diff().dropna() <= 0).all()
    quantities = portfolio.quantities()
    for row in frame.head(5).to_dict("records"):
        quantity = quantities[row["key"]]
        at_low = portfolio.with_values({row["key"]: quantity.low}).run().value("leverage", "photonics")
        assert row["at_low"] == pytest.approx(at_low, rel=1e-10), row["key"]
        assert float(row["high"]) == quantity.high


def test_a_path_moves_between_its_low_and_high_path(portfolio: model.Case) -> None:
    key = "nation.rd_intensity_unchanged_policy"
    frame = model.tornado(portfolio, "rd_gap@2030", [key])
    low, high = portfolio.quantities()[key].low, portfolio.quantities()[key].high
    assert frame["at_low"][0] == pytest.approx(portfolio.with_values({key: low}).run().value("rd_gap", year=2030), rel=1e-10)
    assert frame["at_high"][0] == pytest.approx(portfolio.with_values({key: high}).run().value("rd_gap", year=2030), rel=1e-10)


def test_elasticities_of_a_square_and_a_share(worked: model.Case) -> None:
    keys = ["photonics.membership_fee.core", "photonics.marketing_budget"]
    frame = model.elasticities(worked, "photonics.worked_total", keys, step=1e-4)
    assert frame["key"].tolist() == keys
    assert frame["elasticity"].tolist() == pytest.approx([24 / 17, 5 / 17], rel=1e-6)


def test_what_cannot_move_is_told(portfolio: model.Case) -> None:
    with pytest.raises(model.InputError) as caught:
        model.tornado(portfolio, "leverage", ["photonics.first_year", "nation.horizon", "nation.rd_target"])
    assert (
        "first_year" in str(caught.value)
        and "horizon" in str(caught.value)
        and "gives it no range" in str(caught.value).replace("give it", "gives it")
    )
    with pytest.raises(model.InputError, match="has a value for every year"):
        model.tornado(portfolio, "cash_balance")
    with pytest.raises(model.InputError, match="has no elasticity"):
        model.elasticities(portfolio, "leverage", ["photonics.base_funding_mode"])
