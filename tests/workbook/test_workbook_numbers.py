"""Whatever a person types in, calculators that know nothing of the model come to the engine's figures."""

from __future__ import annotations

import pytest
from recalculation import (
    Quick,
    contents,
    given,
    line_rows,
    office,
    random_values,
    user_cells,
    value_in,
    with_cells,
    wrong_but_for_rounding,
)

import model


@pytest.mark.parametrize("seed", range(3))
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
def test_libreoffice_agrees_on_random_inputs_in_a_dutch_locale(small: model.Case, small_book: bytes) -> None:
    rows = line_rows(small_book, small)
    places = user_cells(small_book, small.quantities())
    drawn = [random_values(small, seed, 60) for seed in range(70_000, 70_004)]
    changed = [with_cells(small_book, {places[key]: value for key, value in values.items()}) for values in drawn]
    for values, recalculated in zip(drawn, office(changed, "nl-NL"), strict=True):
        assert wrong_but_for_rounding(rows, small.with_values(given(small, values)), value_in(contents(recalculated))) == [], values
