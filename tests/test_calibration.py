"""The default case lands where the sketch of the facts does, and the document about it is the one the model would write today."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

import model
from model.calibration import (
    ALL,
    Beside,
    backtest_rows,
    calibration,
    contribution_rows,
    life_rows,
    mean_absolute_error,
    reasons_for,
    sketch_rows,
)
from model.calibration_document import document
from model.cli import app

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "calibration.md"
LEVERAGE = {"photonics": 1.62, "quantum": 0.97, "battery": 1.22, None: 1.26}
PLAN = calibration()
PERIODS = [(cluster, row.years) for cluster, rows in PLAN.sketch.items() for row in rows]
ROUNDING = 0.011
"""Half a unit of the third digit that the sketch prints, on its smallest figures."""


@pytest.mark.parametrize("cluster", LEVERAGE)
def test_life_time_leverage_is_within_a_tenth_of_the_sketch(portfolio_result: model.Result, cluster: str | None) -> None:
    assert portfolio_result.value("leverage", cluster) == pytest.approx(LEVERAGE[cluster], rel=PLAN.bands.life)
    assert PLAN.life[cluster or ALL]["leverage"] == LEVERAGE[cluster]


def test_the_bands_are_those_that_were_agreed() -> None:
    """A band that is widened to let a test pass shows up here."""
    assert (PLAN.bands.period, PLAN.bands.life, PLAN.bands.contribution, PLAN.bands.reference, PLAN.bands.backtest) == (0.25, 0.10, 0.15, 0.10, 0.10)


@pytest.mark.parametrize(("cluster", "years"), PERIODS)
def test_money_of_each_period_is_within_a_quarter_of_the_sketch(portfolio_result: model.Result, cluster: str, years: tuple[int, int]) -> None:
    rows = sketch_rows(portfolio_result)[(cluster, years)]
    for measure in ("cost", "national", "private", "public"):
        assert abs(rows[measure].deviation) <= PLAN.bands.period, measure


@pytest.mark.parametrize(("cluster", "years"), PERIODS)
def test_every_deviation_above_a_tenth_has_a_reason(portfolio_result: model.Result, cluster: str, years: tuple[int, int]) -> None:
    for measure, beside in sketch_rows(portfolio_result)[(cluster, years)].items():
        if abs(beside.deviation) > PLAN.explain_above:
            assert reasons_for(years, measure), f"{cluster} {years} {measure} deviates by {beside.deviation:+.0%}"


def test_the_sketch_agrees_with_itself() -> None:
    """Ratios of the sketch follow from its money, and its periods add up to its life, to rounding."""
    for cluster, rows in PLAN.sketch.items():
        for row in rows:
            count = row.years[1] - row.years[0] + 1
            assert row.l2 == pytest.approx(row.private / row.public, rel=2 * ROUNDING), (cluster, row.years)
            assert row.l1 == pytest.approx(row.private / (row.national * count), rel=2 * ROUNDING), (cluster, row.years)
        if cluster != ALL:
            *parts, life = rows
            assert life.private == pytest.approx(sum(part.private for part in parts), abs=2)
            assert life.public == pytest.approx(sum(part.public for part in parts), abs=2)
    for measure in ("private", "public"):
        lives = [getattr(rows[-1], measure) for cluster, rows in PLAN.sketch.items() if cluster != ALL]
        assert getattr(PLAN.sketch[ALL][-1], measure) == pytest.approx(sum(lives), abs=2)


def test_the_reason_of_wages_is_true(portfolio: model.Case, portfolio_result: model.Result) -> None:
    """Without the drift that the sketch lacks, cost after 2040 falls, by more than private cash does."""
    without = portfolio.with_values({"nation.wage_drift": 0}).run()
    key = (ALL, (2026, 2060))
    now, then = sketch_rows(portfolio_result)[key], sketch_rows(without)[key]
    assert then["cost"].model < 0.97 * now["cost"].model
    assert now["private"].model / then["private"].model < now["cost"].model / then["cost"].model


def test_life_time_ratios_are_near_the_sketch(portfolio_result: model.Result) -> None:
    """Present value and L4 too, which the sketch gives besides; the crossing year within three years."""
    for cluster, besides in life_rows(portfolio_result).items():
        for beside in besides:
            if beside.what == "first_year":
                assert abs(beside.model - beside.other) <= 3, cluster
            else:
                assert abs(beside.deviation) <= PLAN.bands.life, (cluster, beside.what)


def test_direct_contribution_to_the_target_is_near_the_sketch(portfolio_result: model.Result) -> None:
    rows = contribution_rows(portfolio_result)
    assert list(rows["contribution_pct_gdp"]) == [2030, 2035, 2040, 2050]
    for by_year in rows.values():
        for year, beside in by_year.items():
            assert abs(beside.deviation) <= PLAN.bands.contribution, (beside.what, year)


def test_imec_between_two_known_ends_is_within_a_tenth() -> None:
    version = PLAN.backtest.versions["both_ends"]
    rows = backtest_rows(model.load("imec"), version)
    assert set(rows["revenue"]) == {2004, *range(2010, 2021)}
    assert set(rows["grant"]) == {2004, 2007, 2010, 2012, 2014, 2015, 2016, 2020}
    for name, series in rows.items():
        assert mean_absolute_error(series, version.sized_on) <= PLAN.bands.backtest, name


def test_imec_seen_from_2004_states_its_error() -> None:
    """The forecast without hindsight is worse than the fit, and a tenth off before the merger: the error is told, not hidden."""
    test = PLAN.backtest
    case = model.load(test.reference)
    fit, forecast = (backtest_rows(case, test.versions[name])["revenue"] for name in ("both_ends", "seen_from_2004"))
    sized = {name: version.sized_on for name, version in test.versions.items()}
    assert mean_absolute_error(forecast, sized["seen_from_2004"]) > 2 * mean_absolute_error(fit, sized["both_ends"])
    assert mean_absolute_error(forecast, sized["seen_from_2004"], until=2015) <= 0.10
    own_income_growth = (125 / 105) ** 0.5 - 1
    grown = test.versions["seen_from_2004"].changes["imec.members_growth.core"]
    assert (1 + grown) * 1.018 - 1 == pytest.approx(own_income_growth, abs=0.001)


def test_mean_absolute_error_by_hand() -> None:
    rows = {2004: Beside("x", 100, 100), 2010: Beside("x", 90, 100), 2011: Beside("x", 130, 100)}
    assert mean_absolute_error(rows) == pytest.approx(0.4 / 3)
    assert mean_absolute_error(rows, leave_out=[2004]) == pytest.approx(0.2)
    assert mean_absolute_error(rows, leave_out=[2004], until=2010) == pytest.approx(0.1)


def test_the_document_is_up_to_date() -> None:
    """Run `megacluster calibration --write docs/calibration.md` after a change of the model or its assumptions."""
    assert DOCUMENT.read_text(encoding="utf-8") == document()


def test_the_command_writes_the_document(tmp_path: Path) -> None:
    target = tmp_path / "calibration.md"
    run = CliRunner().invoke(app, ["calibration", "--write", str(target)])
    assert run.exit_code == 0, run.output
    assert target.read_text(encoding="utf-8") == document()
    assert CliRunner().invoke(app, ["calibration"]).stdout == document()


def test_the_command_tells_a_folder_that_does_not_exist(tmp_path: Path) -> None:
    run = CliRunner().invoke(app, ["calibration", "--write", str(tmp_path / "none" / "calibration.md")])
    assert run.exit_code == 1
    assert "Traceback" not in run.output
