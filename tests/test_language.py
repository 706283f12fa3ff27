"""The modelling language: what a formula may be, and what is told when it is wrong."""

from __future__ import annotations

import re

import numpy as np
import pytest

import model
from model.inputs.definitions import definitions
from model.language import (
    at,
    compound,
    cumulative,
    delayed,
    first_year,
    irr,
    last,
    line,
    maximum,
    minimum,
    npv,
    over_life,
    path,
    previous,
    ratio,
    renewal,
    s_curve,
    total,
    where,
    window_total,
)
from model.language.declaration import check_units
from model.lines import LINES


@pytest.fixture(scope="module")
def photonics() -> model.Case:
    return model.load("photonics")


def run_lines(case: model.Case, *lines: model.language.Line) -> model.Result:
    return case.with_lines(*lines).run()


def test_every_formula_of_the_model_yields_its_unit() -> None:
    unit_of = {name: d.unit for name, d in definitions().inputs.items()} | {name: each.unit for name, each in LINES.items()}
    assert check_units(LINES.values(), unit_of) == []


def test_a_wrong_unit_names_the_formula_and_both_units(photonics: model.Case) -> None:
    @line("FTE")
    def staff_from_fees(membership_fees):
        return total(membership_fees) * 2

    with pytest.raises(model.ModelError) as error:
        photonics.with_lines(staff_from_fees)
    assert "staff_from_fees" in str(error.value)
    assert "total(membership_fees) * 2" in str(error.value)
    assert "FTE" in str(error.value) and "EUR m" in str(error.value)


def test_real_and_nominal_euros_do_not_mix(photonics: model.Case) -> None:
    @line("EUR m")
    def mixed(private_cash, private_cash_real):
        return private_cash + private_cash_real

    with pytest.raises(model.ModelError, match="EUR m does not go with EUR m real"):
        photonics.with_lines(mixed)


def test_an_unknown_name_comes_with_the_nearest_known_one(photonics: model.Case) -> None:
    @line("EUR m")
    def twice(membership_feees):
        return membership_feees * 2

    with pytest.raises(model.ModelError, match=r"twice reads 'membership_feees'.*did you mean 'membership_fees'"):
        photonics.with_lines(twice)


def test_a_loop_without_a_look_back_is_named(photonics: model.Case) -> None:
    @line("EUR m")
    def chicken(egg):
        return egg * 2

    @line("EUR m")
    def egg(chicken):
        return chicken / 2

    with pytest.raises(model.ModelError, match=r"within the same year.*previous"):
        photonics.with_lines(chicken, egg)


def test_a_loop_through_previous_is_stepped_year_by_year(photonics: model.Case) -> None:
    @line("ratio")
    def savings(savings, interest):
        return previous(savings, 100) + interest

    @line("ratio")
    def interest(savings):
        return previous(savings, 100) * 0.1

    result = run_lines(photonics, savings, interest)
    assert result.value("savings", "photonics", 2026) == pytest.approx(110)
    assert result.value("savings", "photonics", 2035) == pytest.approx(100 * 1.1**10)


def test_a_dimension_must_be_totalled_or_picked(photonics: model.Case) -> None:
    @line("member")
    def all_members(members):
        return members * 1

    with pytest.raises(model.ModelError, match=r"all_members is not over tier.*total"):
        photonics.with_lines(all_members)


def test_total_and_pick_agree(photonics: model.Case) -> None:
    @line("member")
    def all_members(members):
        return total(members)

    @line("member")
    def summed_members(members):
        return members["core"] + members["associate"] + members["sme"] + members["startup"]

    result = run_lines(photonics, all_members, summed_members)
    assert result.values("all_members", "photonics") == pytest.approx(result.values("summed_members", "photonics"))
    assert result.value("all_members", "photonics", 2040) == pytest.approx(result.value("members", "photonics", 2040))


def test_an_unknown_member_is_told_with_those_there_are(photonics: model.Case) -> None:
    @line("member")
    def gold_members(members):
        return members["gold"]

    with pytest.raises(model.ModelError, match=r"\[gold\].*core, associate, sme, startup"):
        photonics.with_lines(gold_members)


def test_a_branch_on_a_value_is_refused_with_the_remedy() -> None:
    with pytest.raises(model.ModelError, match="where"):

        @line("EUR m")
        def branched(private_cash):
            return private_cash if private_cash > 0 else 0


def test_an_own_line_appears_everywhere_like_any_other(photonics: model.Case) -> None:
    @line("EUR m")
    def fees_and_gifts(membership_fees, sponsorship):
        """Fees and gifts together."""
        return total(membership_fees) + sponsorship

    result = run_lines(photonics, fees_and_gifts)
    expected = result.value("membership_fees", "photonics", 2040) + result.value("sponsorship", "photonics", 2040)
    assert result.value("fees_and_gifts", "photonics", 2040) == pytest.approx(expected)
    assert result.value("fees_and_gifts", year=2040) == pytest.approx(expected)
    assert "Fees and gifts together." in str(result.explain("fees_and_gifts", "photonics", 2040))
    assert result.series("fees_and_gifts", "photonics", real=True)[2030] == pytest.approx(
        result.value("fees_and_gifts", "photonics", 2030) / result.value("price_index", year=2030)
    )


def test_an_own_line_may_replace_one_of_the_model(photonics: model.Case) -> None:
    @line("EUR m")
    def licence_income(research_cost):
        """Twice what the model has as a share of today's research."""
        return research_cost * 0.03

    result = photonics.with_lines(licence_income, replace=True).run()
    with pytest.raises(model.ModelError, match="replace=True"):
        photonics.with_lines(licence_income)
    assert result.value("licence_income", "photonics", 2040) == pytest.approx(0.03 * result.value("research_cost", "photonics", 2040))
    assert result.checks()["check_balance"] < 1e-9


def test_the_name_of_an_input_cannot_be_a_line(photonics: model.Case) -> None:
    @line("share")
    def scale(year):
        return year * 0

    with pytest.raises(model.ModelError, match="name of an input"):
        photonics.with_lines(scale)


class TestOperators:
    """Every operator against plain Python over the years."""

    YEARS = np.arange(2026, 2061)

    def value(self, photonics: model.Case, tree_of: object) -> list[float]:
        @line("ratio")
        def tried(year, first_year):
            t = year - first_year
            return tree_of(t, year)  # type: ignore[operator]

        result = run_lines(photonics, tried)
        return result.values("tried", "photonics") if result.is_yearly("tried") else [result.value("tried", "photonics")]

    def test_previous(self, photonics: model.Case) -> None:
        assert self.value(photonics, lambda t, y: previous(t * 2, 7)) == [7, *(2.0 * i for i in range(34))]

    def test_cumulative(self, photonics: model.Case) -> None:
        assert self.value(photonics, lambda t, y: cumulative(t)) == list(np.cumsum(range(35)))

    def test_window_total(self, photonics: model.Case) -> None:
        expected = [sum(range(max(0, i - 3), i + 1)) for i in range(35)]
        assert self.value(photonics, lambda t, y: window_total(t, 4)) == expected

    def test_renewal(self, photonics: model.Case) -> None:
        once = [1.0 if i == 3 else 0.0 for i in range(35)]
        expected = [1.0 if i > 3 and (i - 3) % 8 == 0 else 0.0 for i in range(35)]
        assert self.value(photonics, lambda t, y: renewal(where(t == 3, 1, 0), 8)) == expected
        assert sum(once) == 1

    def test_delayed(self, photonics: model.Case) -> None:
        assert self.value(photonics, lambda t, y: delayed(t + 1, 5)) == [0] * 5 + [float(i + 1) for i in range(30)]

    def test_compound(self, photonics: model.Case) -> None:
        assert self.value(photonics, lambda t, y: compound(t * 0 + 0.02)) == pytest.approx([1.02**i for i in range(35)])

    def test_s_curve_is_the_smoothstep(self, photonics: model.Case) -> None:
        found = self.value(photonics, lambda t, y: s_curve(2030, 10))
        assert found[:5] == [0] * 5
        assert found[9] == pytest.approx(0.5)
        assert found[7] == pytest.approx(3 * 0.3**2 - 2 * 0.3**3)
        assert found[14:] == [1] * 21

    def test_s_curve_without_a_ramp_is_a_step(self, photonics: model.Case) -> None:
        assert self.value(photonics, lambda t, y: s_curve(2030, 0)) == [0] * 4 + [1] * 31

    def test_path_is_straight_between_knots_and_flat_outside(self, photonics: model.Case) -> None:
        found = self.value(photonics, lambda t, y: path({2030: 4, 2034: 16}))
        assert found[0] == found[4] == 4
        assert found[5:9] == pytest.approx([7, 10, 13, 16])
        assert found[-1] == 16

    def test_at_last_first_year(self, photonics: model.Case) -> None:
        assert self.value(photonics, lambda t, y: at(t * t, 2030)) == [16]
        assert np.isnan(self.value(photonics, lambda t, y: at(t, 2061)))
        assert self.value(photonics, lambda t, y: last(t)) == [34]
        assert self.value(photonics, lambda t, y: first_year(t > 3.5)) == [2030]
        assert np.isnan(self.value(photonics, lambda t, y: first_year(t > 99)))

    def test_over_life_and_npv(self, photonics: model.Case) -> None:
        assert self.value(photonics, lambda t, y: over_life(t)) == [595]
        assert self.value(photonics, lambda t, y: npv(0.1, t)) == pytest.approx([sum(i / 1.1**i for i in range(35))])

    def test_irr_of_a_bond(self, photonics: model.Case) -> None:
        found = self.value(photonics, lambda t, y: irr(where(t == 0, -100, where(t == 34, 105, 5))))
        assert found == pytest.approx([0.05])

    def test_maximum_minimum_where(self, photonics: model.Case) -> None:
        found = self.value(photonics, lambda t, y: maximum(minimum(t, 10), 3) + where((t >= 5) & ~(t > 6), 100, 0))
        assert found == [max(min(i, 10), 3) + (100 if 5 <= i <= 6 else 0) for i in range(35)]

    def test_a_ratio_without_a_denominator_is_blank(self, photonics: model.Case) -> None:
        found = self.value(photonics, lambda t, y: ratio(5, t))
        assert np.isnan(found[0])
        assert found[2] == 2.5


def test_formulas_read_as_on_paper() -> None:
    assert LINES["membership_fees"].formula() == "members * membership_fee * price_index"
    assert LINES["base_funding_gap"].formula().endswith("maximum(0, minimum_cash - cash_before_base_funding))")
    for each in LINES.values():
        assert each.doc, f"{each.name} does not say what it is"
        assert re.fullmatch(r"[a-z][a-z0-9_]*", each.name)
