"""The thirty acceptance checks, on the workbook of the default case and on that of one cluster."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from acceptance import CHECKS, Book
from acceptance_numbers import NUMBERS, OFFICE

ON_THE_LARGE = (22, 26)
ALL = {**CHECKS, **NUMBERS}


@pytest.fixture(scope="module")
def large(book: bytes) -> Book:
    return Book(book)


@pytest.fixture(scope="module")
def little(small_book: bytes) -> Book:
    return Book(small_book)


def test_there_are_thirty() -> None:
    assert sorted(ALL) == list(range(1, 31))


def numbered(numbers: Iterable[int]) -> list[Any]:
    """Checks by number; those that need LibreOffice are marked."""
    return [pytest.param(number, id=f"{number}_{ALL[number].__name__}", marks=[pytest.mark.office] if number in OFFICE else []) for number in numbers]


@pytest.mark.parametrize("number", numbered([*CHECKS, *ON_THE_LARGE]))
def test_the_default_case(number: int, large: Book) -> None:
    assert ALL[number](large)[:10] == []


@pytest.mark.parametrize("number", numbered(number for number in NUMBERS if number not in ON_THE_LARGE))
def test_one_cluster(number: int, little: Book) -> None:
    assert ALL[number](little)[:10] == []
