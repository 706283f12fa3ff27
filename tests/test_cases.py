"""Figures computed by hand, line by line: `tests/cases/*.yaml`, and no line without one."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from case_files import CASES, Case, case_files, read_cases, worked_out

import model
from model.inputs import reading
from model.language.errors import InputError
from model.lines import LINES


def all_cases() -> list[Case]:
    """The cases of every file that can be read; those that cannot are a failure of their own."""
    found = []
    for path in case_files():
        try:
            found += read_cases(reading.read(path))
        except InputError:
            continue
    return found


def mistakes_of(path: Path) -> list[str]:
    try:
        read_cases(reading.read(path))
    except InputError as error:
        return error.mistakes
    return []


def differences(case: Case) -> list[str]:
    """Where the model differs from the figures of a case, with the sum by hand and the formula."""
    beside = CASES / case.case
    try:
        result = model.load(str(beside) if beside.exists() else case.case).with_values(case.changes).run()
    except InputError as error:
        return error.mistakes
    found = []
    for expected in case.expected:
        try:
            figure = result.value(expected.line, expected.cluster, expected.year, real=expected.real, **expected.members)
        except InputError as error:
            found += [f"{expected.place}: {mistake}" for mistake in error.mistakes]
            continue
        both_blank = math.isnan(figure) and math.isnan(expected.value)
        if not both_blank and not abs(figure - expected.value) <= expected.tolerance:
            found.append(
                f"{expected.place}: {expected}: by hand {expected.value:.10g}, the model gives {figure:.10g}\n"
                f"    by hand: {expected.why}\n    the model: {LINES[expected.line].formula()}"
            )
    return found


ALL = all_cases()


@pytest.mark.parametrize("path", case_files(), ids=lambda path: path.name)
def test_a_file_of_cases_has_no_mistakes(path: Path) -> None:
    assert mistakes_of(path) == []


@pytest.mark.parametrize("case", ALL, ids=lambda case: f"{case.place.split('.yaml')[0]}: {case.name}")
def test_the_model_gives_the_figures_computed_by_hand(case: Case) -> None:
    missed = differences(case)
    if missed:
        pytest.fail("\n".join([f"{case.place}: {case.name} ({case.case})", *missed]), pytrace=False)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2 core members x EUR 3m x 1.1^2", 7.26),
        ("spin-offs: (1 + 10 %) x 20", 22.0),
        ("max(0, 3 - 5) + min(2, 4) / 8", 0.25),
        ("-2 + 3", 1.0),
    ],
)
def test_sums_on_paper_are_worked_out(text: str, value: float) -> None:
    assert worked_out(text) == pytest.approx(value)


def test_every_mistake_in_a_file_of_cases_is_told_at_once() -> None:
    written = """
- name: One
  case: tiny.yaml
  chnages: {}
  expected:
    - {line: membres, year: 2026, value: 1, why: typed wrong}
    - {line: members, tire: core, year: 2026, value: 1, why: typed wrong}
    - {line: members, tier: core, year: soon, value: many}
    - {line: capacity, year: 2026, value: 7, why: 2 x 3 = 6}
- just words
"""
    with pytest.raises(InputError) as error:
        read_cases(reading.parse(written, "wrong.yaml"))
    told = error.value.mistakes
    assert told[0].startswith("wrong.yaml:4: 'chnages' is not part of a case (did you mean 'changes'?)")
    assert any(mistake.startswith("wrong.yaml:6: 'membres' is no line of the model (did you mean 'members'?)") for mistake in told)
    assert any("'tire' is not part of a figure of members (did you mean 'tier'?)" in mistake for mistake in told)
    assert any("year 'soon' is not a year" in mistake for mistake in told)
    assert any("value 'many' is neither a number nor blank" in mistake for mistake in told)
    assert any("the sum by hand is expected" in mistake for mistake in told)
    assert "wrong.yaml:9: why: 2 x 3 comes to 6, not to the value 7" in told
    assert told[-1].startswith("wrong.yaml:10: a case is expected")


def test_every_line_of_the_model_is_in_a_case() -> None:
    expected = [figure for case in ALL for figure in case.expected]
    named = {figure.line for figure in expected}
    telling = {figure.line for figure in expected if figure.value != 0 or LINES[figure.line].is_check}
    assert sorted(set(LINES) - named) == [], "these lines are in no case of tests/cases/*.yaml"
    assert sorted(set(LINES) - telling) == [], "these lines are only expected to be zero, which a line that computes nothing is too"
