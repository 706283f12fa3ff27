"""Every number in a workbook is the engine's, and stays so when calculators that know nothing of it compute it anew."""

from __future__ import annotations

import pytest
from recalculation import (
    Expected,
    Quick,
    contents,
    differences,
    given,
    line_rows,
    office,
    random_values,
    user_cells,
    value_in,
    with_cells,
    wrong_but_for_rounding,
    wrong_rows,
)

import model

SELECTOR = ("Inputs", 2, 4)
SCENARIOS = (1, 2, 3, 4)


def test_cached_values_are_the_engines(book: bytes, portfolio: model.Case) -> None:
    rows = line_rows(book, portfolio)
    assert {row.line for row in rows} == set(portfolio.lines)
    value = value_in(contents(book))
    expected = Expected(portfolio)
    for row in rows:
        kept = [value(row.sheet, row.row, col) for col in row.columns]
        assert kept == expected.values(row), row


def test_a_second_calculator_agrees_on_every_cell(book: bytes) -> None:
    quick = Quick(book)
    quick.calculate()
    assert differences(book, quick.value) == []


@pytest.mark.parametrize("seed", range(4))
def test_random_inputs_give_the_engines_figures(seed: int, small: model.Case, small_book: bytes) -> None:
    quick = Quick(small_book)
    rows = line_rows(small_book, small)
    places = user_cells(small_book, small.quantities())
    start = {places[key]: float(value.value) for key, value in small.quantities().items() if key in places}  # type: ignore[arg-type]
    for draw in range(50):
        values = random_values(small, 1000 * seed + draw, 40)
        quick.set(start)
        quick.set({places[key]: value for key, value in values.items()})
        quick.calculate()
        assert wrong_but_for_rounding(rows, small.with_values(given(small, values)), quick.value) == [], values


@pytest.mark.office
def test_libreoffice_agrees_in_every_scenario(book: bytes, portfolio: model.Case) -> None:
    """With a canary: a cell whose kept value was spoilt must come back right, or nothing was recalculated."""
    rows = line_rows(book, portfolio)
    canary = next(row for row in rows if row.line == "leverage" and row.cluster is None)
    spoilt = with_cells(book, {(canary.sheet, canary.row, canary.columns[0]): 123456.0})
    assert wrong_rows([canary], Expected(portfolio), value_in(contents(spoilt)))
    found = [contents(each) for each in office([with_cells(spoilt, {SELECTOR: float(scenario)}) for scenario in SCENARIOS])]
    cases = {1: _at_bounds(portfolio, "low"), 2: portfolio, 3: _at_bounds(portfolio, "high"), 4: portfolio}
    for scenario, recalculated in zip(SCENARIOS, found, strict=True):
        assert wrong_rows(rows, Expected(cases[scenario]), value_in(recalculated)) == [], scenario
    assert differences(book, value_in(found[3])) == []


def _at_bounds(case: model.Case, side: str) -> model.Case:
    changes = {}
    for key, quantity in case.quantities().items():
        bound = getattr(quantity, side)
        if bound is not None and case.definition(key.split(".")[1]).kind in ("number", "whole"):
            changes[key] = bound
    return case.with_values(changes)


@pytest.mark.office
def test_libreoffice_agrees_on_random_inputs_in_a_dutch_locale(small: model.Case, small_book: bytes) -> None:
    rows = line_rows(small_book, small)
    places = user_cells(small_book, small.quantities())
    drawn = [random_values(small, seed, 60) for seed in range(70_000, 70_004)]
    changed = [with_cells(small_book, {places[key]: value for key, value in values.items()}) for values in drawn]
    for values, recalculated in zip(drawn, office(changed, "nl-NL"), strict=True):
        assert wrong_but_for_rounding(rows, small.with_values(given(small, values)), value_in(contents(recalculated))) == [], values
