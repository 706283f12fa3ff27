"""Break-even against roots worked out by hand."""

from __future__ import annotations

import math

import pytest

import model
from model.language import line, where

SCALE, DEMAND = "photonics.scale", "photonics.demand_factor"


@line("ratio")
def bent(scale, demand_factor):
    """A parabola in the first input: zero at 1 and at 4."""
    return (scale - 1) * (scale - 4) * demand_factor


@line("ratio")
def leaping(scale):
    """A figure that leaps from 1 to 3 where the input passes 2."""
    return where(scale < 2, 1, 3)


@line("ratio")
def late(delay_years):
    """A figure that falls with every year of delay."""
    return 10 - 3 * delay_years


@pytest.fixture(scope="module")
def bent_case() -> model.Case:
    return model.load("photonics").with_lines(bent, leaping, late)


def test_the_root_nearest_to_the_present_value_comes_first_and_all_are_noted(bent_case: model.Case) -> None:
    found = model.solve(bent_case, "photonics.bent", 0.0, SCALE, low=0, high=10)
    assert found.value == pytest.approx(1, abs=1e-12)
    assert found.roots == pytest.approx((1, 4), abs=1e-9)
    assert "2 times" in str(found) and found.present == 1


def test_a_root_is_found_to_the_last_digits(bent_case: model.Case) -> None:
    found = model.solve(bent_case, "photonics.bent", 5.0, SCALE, low=4, high=10)
    assert found.value == pytest.approx((5 + math.sqrt(29)) / 2, rel=1e-13)
    assert found.solved.run().value("bent", "photonics") == pytest.approx(5, rel=1e-12)


def test_no_solution_is_an_answer(bent_case: model.Case) -> None:
    found = model.solve(bent_case, "photonics.bent", -3.0, SCALE, low=0, high=10)
    assert found.value is None and not found.roots
    assert str(found).startswith("No photonics.scale from 0 to 10 brings photonics.bent to -3: there it runs from -2.25")
    with pytest.raises(model.InputError, match=r"^No photonics\.scale"):
        _ = found.solved


def test_a_leap_over_the_target_is_no_solution(bent_case: model.Case) -> None:
    found = model.solve(bent_case, "photonics.leaping", 2.0, SCALE, low=0, high=10)
    assert found.value is None and found.jumps == pytest.approx((2,), abs=1e-9)
    assert "leaps over the target at 2" in str(found)


def test_whole_numbers_are_tried_one_by_one(bent_case: model.Case) -> None:
    assert model.solve(bent_case, "photonics.late", 4.0, "photonics.delay_years").value == 2
    passed = model.solve(bent_case, "photonics.late", 3.5, "photonics.delay_years")
    assert passed.value == 3 and passed.solved.run().value("late", "photonics") == 1


def test_leverage_of_two_is_reached_by_the_fee_and_checked_by_a_run(portfolio: model.Case) -> None:
    found = model.solve(portfolio, output="leverage", target=2.0, by="photonics.membership_fee.core", cluster="photonics")
    assert found.solved.run().value("leverage", "photonics") == pytest.approx(2.0, rel=1e-10)


def test_the_search_widens_beyond_the_usual_range_and_says_so(portfolio: model.Case) -> None:
    found = model.solve(portfolio, "leverage", 2.0, "photonics.membership_fee.core")
    assert found.beyond_usual and "beyond the usual range" in str(found)
    assert found.solved.run().value("leverage") == pytest.approx(2.0, rel=1e-10)
    assert model.solve(portfolio, "leverage", 2.0, "photonics.membership_fee.core", low=0, high=5).value is None


def test_a_star_moves_all_clusters(portfolio: model.Case) -> None:
    found = model.solve(portfolio, "leverage", 1.5, "*.demand_factor")
    changed = portfolio.with_values({f"{cluster}.demand_factor": found.value for cluster in portfolio.clusters})
    assert changed.run().value("leverage") == pytest.approx(1.5, rel=1e-10)
    assert found.solved.run().value("leverage") == pytest.approx(1.5, rel=1e-10)


def test_a_path_is_scaled_by_a_factor(portfolio: model.Case) -> None:
    key = "photonics.marketing_budget"
    present = portfolio.run().value("leverage", "photonics")
    found = model.solve(portfolio, "photonics.leverage", present - 0.02, key)
    assert found.is_factor and found.value is not None and found.value > 1
    path = portfolio.quantities()[key].value
    scaled = portfolio.with_values({key: {year: number * found.value for year, number in path.items()}})
    assert scaled.run().value("leverage", "photonics") == pytest.approx(present - 0.02, rel=1e-10)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"by": "photonics.fee"}, "there is no input 'fee'"),
        ({"by": "nation.horizon"}, "sweep over it instead"),
        ({"by": SCALE, "low": 5, "high": 1}, "is not below high"),
        ({"by": SCALE, "low": -3}, "low -3 is not a number from 0"),
        ({"by": SCALE, "target": float("nan")}, "is not a number"),
        ({"by": SCALE, "output": "cash_balance"}, "has a value for every year"),
    ],
)
def test_wrong_questions_are_told(portfolio: model.Case, arguments: dict, told: str) -> None:
    with pytest.raises(model.InputError) as caught:
        model.solve(portfolio, **{"output": "leverage", "target": 2.0, **arguments})
    assert told in str(caught.value)
