"""The analysts' commands and pictures: the same figures as the interface, clean JSON, and mistakes told with status 2."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import altair
import pandas as pd
import pytest
from typer.testing import CliRunner

import model
from model.analysis import charts, two_way
from model.analysis.risk import draw_block
from model.cli import app


def run(*words: str) -> str:
    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == 0, result.output
    return result.stdout


def refused(*words: str) -> str:
    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == 2
    assert "Traceback" not in result.output
    return result.stderr


def test_sweep_prints_the_figures_of_the_interface(portfolio: model.Case) -> None:
    printed = json.loads(run("sweep", "portfolio", "--vary", "nation.inflation=0.01,0.03", "--vary", "photonics.delay_years=0,2", "--json"))
    frame = model.sweep(portfolio, {"nation.inflation": [0.01, 0.03], "photonics.delay_years": [0, 2]}, outputs=["leverage"])
    assert [row["leverage"] for row in printed["rows"]] == pytest.approx(frame["leverage"].tolist(), rel=1e-12)
    assert printed["rows"][3] | {"leverage": 0} == {"nation.inflation": 0.03, "photonics.delay_years": 2, "leverage": 0}


def test_sweep_takes_steps_and_paths_and_writes_csv(tmp_path: Path) -> None:
    file = tmp_path / "sweep.csv"
    run(
        "sweep",
        "photonics",
        "--vary",
        "photonics.demand_factor=0.5..1.5/3",
        "--vary",
        "nation.inflation=0.02;2026:0.02,2030:0.03",
        "--csv",
        str(file),
    )
    frame = pd.read_csv(file)
    assert frame["photonics.demand_factor"].tolist() == [0.5, 0.5, 1.0, 1.0, 1.5, 1.5]
    assert frame["nation.inflation"].tolist()[:2] == ["0.02", "2026: 0.02, 2030: 0.03"]


def test_tornado_and_elasticities(portfolio: model.Case) -> None:
    printed = json.loads(run("tornado", "--key", "photonics.demand_factor=0.5,1.5", "--key", "nation.inflation", "--json"))
    frame = model.tornado(portfolio, "leverage", {"photonics.demand_factor": (0.5, 1.5), "nation.inflation": None})
    assert [row["swing"] for row in printed["rows"]] == pytest.approx(frame["swing"].tolist())
    assert printed["base"] == pytest.approx(frame.attrs["base"])
    assert "photonics.demand_factor" in run("tornado", "photonics", "--cluster", "photonics", "--elasticities", "--top", "3")


def test_monte_carlo_states_chances_and_money_at_risk() -> None:
    words = ["monte-carlo", "photonics", "--draws", "400", "--seed", "3", "--key", "photonics.demand_factor"]
    printed = json.loads(run(*words, "--probability", "photonics.leverage >= 1.5", "--probability", "leverage_to_date >= 1 by 2045", "--json"))
    draws = model.monte_carlo(model.load("photonics"), 400, seed=3, keys=["photonics.demand_factor"])
    chance, error = printed["probabilities"]["photonics.leverage >= 1.5"]
    assert (chance, error) == pytest.approx(tuple(draws.probability("leverage", at_least=1.5)))
    assert printed["probabilities"]["leverage_to_date >= 1 by 2045"][0] == pytest.approx(
        float(draws.probability("leverage_to_date", at_least=1, by=2045))
    )
    assert printed["value_at_risk"]["public_cash_real@life"]["at_risk"] == pytest.approx(draws.value_at_risk()["at_risk"])
    assert printed["seed"] == 3 and {row["output"] for row in printed["rows"]} >= {"leverage", "public_cash_real@life"}


def test_monte_carlo_shows_a_fan_and_writes_all_draws(tmp_path: Path) -> None:
    words = ["monte-carlo", "photonics", "--draws", "150", "--key", "photonics.demand_factor", "--key", "photonics.overrun_factor"]
    pair = "photonics.demand_factor,photonics.overrun_factor=-0.5"
    file = tmp_path / "draws.parquet"
    shown = run(*words, "--correlate", pair, "--fan", "cash_balance", "--draws-to", str(file), "--csv", "-")
    assert shown.splitlines()[0] == "year,P5,P25,P50,P75,P95" and len(shown.splitlines()) == 36
    frame = pd.read_parquet(file)
    assert len(frame) == 150
    assert frame["photonics.demand_factor"].corr(frame["photonics.overrun_factor"], method="spearman") == pytest.approx(-0.5, abs=0.15)


def test_sobol_morris_and_discover() -> None:
    keys = ["--key", "photonics.demand_factor", "--key", "photonics.overrun_factor"]
    sobol = json.loads(run("sobol", "photonics", *keys, "--samples", "64", "--json"))
    assert sobol["rows"][0]["key"] == "photonics.demand_factor" and sobol["runs"] == 64 * 4
    morris = json.loads(run("morris", "photonics", *keys, "--trajectories", "4", "--json"))
    assert morris["rows"][0]["mu_star"] > morris["rows"][1]["mu_star"] > 0
    found = json.loads(run("discover", "photonics", *keys, "--at-least", "1.8", "--draws", "500", "--json"))
    assert found["interest"] == "leverage at least 1.8" and found["rows"][0]["key"] == "photonics.demand_factor"


def test_solve_and_portfolio() -> None:
    words = ["--output", "photonics.leverage", "--target", "2", "--by", "photonics.membership_fee.core"]
    solved = json.loads(run("solve", "portfolio", *words, "--json"))
    assert run("solve", "portfolio", *words).strip() == solved["text"]
    fee = solved["value"]
    assert model.load("portfolio").with_values({"photonics.membership_fee.core": fee}).run().value("leverage", "photonics") == pytest.approx(2)
    chosen = json.loads(run("portfolio", "--scales", "1", "--delays", "0,2", "--budget", "2026:150,2040:250", "--draws", "0", "--json"))
    assert chosen["budget"]["2033"] == 200 and all(row["peak"] <= 250 for row in chosen["rows"])


@pytest.mark.parametrize("ending", ["png", "svg"])
@pytest.mark.parametrize(
    "words",
    [
        ["sweep", "--vary", "nation.inflation=0,0.02"],
        ["sweep", "--vary", "nation.inflation=0,0.02", "--vary", "photonics.delay_years=0,1"],
        ["tornado", "--key", "photonics.demand_factor"],
        ["monte-carlo", "--draws", "50", "--key", "photonics.demand_factor", "--fan", "cash_balance"],
        ["solve", "--target", "1.3", "--by", "photonics.demand_factor"],
    ],
)
def test_pictures_are_pictures(words: list[str], ending: str, tmp_path: Path) -> None:
    file = tmp_path / f"picture.{ending}"
    run(*words, "--plot", str(file))
    assert file.read_bytes().startswith(b"\x89PNG" if ending == "png" else b"<svg")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["sweep", "--vary", "nation.inflatoin=1"], "did you mean 'inflation'"),
        (["sweep", "--vary", "nation.inflation"], "KEY=V1,V2,V3"),
        (["sweep", "--vary", "nation.inflation=a..b/3"], "is not FROM..TO/COUNT"),
        (["tornado", "--output", "leverag"], "did you mean 'leverage'"),
        (["tornado", "--key", "photonics.scale=1"], "KEY=LOW,HIGH"),
        (["tornado", "--plot", "picture.gif"], "ends in .png or .svg"),
        (["monte-carlo", "--probability", "leverage > 2"], "OUTPUT >= AMOUNT"),
        (["monte-carlo", "--distribution", "photonics.scale=cauchy"], "is not one of pert"),
        (["monte-carlo", "--correlate", "a,b"], "KEY,KEY=R"),
        (["monte-carlo", "--sampler", "dice"], "is not one of random, latin, sobol"),
        (["sobol", "--samples", "1000"], "power of two"),
        (["solve", "--by", "nation.horizon"], "sweep over it"),
        (["discover"], "either at_least"),
        (["portfolio", "--scales", "one"], "numbers with commas"),
        (["portfolio", "--budget", "much"], "--budget much"),
    ],
)
def test_mistakes_are_told(words: list[str], told: str) -> None:
    assert told in refused(*words)


def test_every_mistake_is_told_in_one_go(tmp_path: Path) -> None:
    words = ["monte-carlo", "--draws", "-5", "--seed", "-1", "--sampler", "latni", "--output", "leverag", "--key", "nation.inflatoin", "--until", "3"]
    words += ["--probability", "x", "--probability", "cash_balance >= 0", "--correlate", "a,b,c=1", "--distribution", "foo", "--fan", "leverage"]
    words += ["--draws-to", "draws.xls", "--plot", str(tmp_path), "--csv", str(tmp_path / "none" / "table.csv")]
    told = refused(*words)
    for part in (
        *("draws -5", "seed -1", "did you mean 'latin'", "did you mean 'leverage'", "did you mean 'inflation'", "until 3.0", "--probability x"),
        *("cash_balance is a yearly line", "--correlate a,b,c=1", "--distribution foo", "--fan leverage: is one number", "ends in .csv or .parquet"),
        *("ends in .png or .svg", "is a folder", "there is no folder"),
    ):
        assert part in told
    assert len(told.splitlines()) == 15
    assert len(refused("portfolio", "--scales", "one", "--delays", "x", "--budget", "much", "--draws", "-1", "--plot", "a.gif").splitlines()) == 5
    assert len(refused("discover", "--key", "nope", "--boxes", "0", "--density", "2", "--output", "lev", "--draws", "0").splitlines()) == 6
    assert len(refused("sobol", "--samples", "1000", "--seed", "-1", "--key", "a", "--output", "lev", "--plot", "a.gif").splitlines()) == 5
    assert len(refused("morris", "--trajectories", "1", "--key", "nope", "--key", "a=1", "--output", "cash_balance").splitlines()) == 4
    assert len(refused("solve", "--output", "lev", "--target", "nan").splitlines()) == 3
    assert len(refused("sweep", "--vary", "a=1", "--vary", "b", "--output", "lev", "--set", "c=1").splitlines()) == 2
    assert len(refused("tornado", "--spread", "-1", "--key", "nope", "--output", "lev", "--elasticities").splitlines()) == 3


def test_numbers_that_cannot_be_read_are_told_in_one_go() -> None:
    told = refused("monte-carlo", "--seed", "abc", "--draws", "many", "--until", "soon")
    assert [option in told for option in ("--seed", "--draws", "--until")] == [True] * 3 and len(told.splitlines()) == 3


def test_nothing_is_computed_when_a_file_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("model.engine.batch.Batch.run", lambda *_: pytest.fail("computed"))
    for words in (
        ["tornado", "--csv"],
        ["sobol", "--plot"],
        ["monte-carlo", "--draws-to"],
        ["discover", "--at-least", "1", "--plot"],
        ["sweep", "--csv"],
    ):
        assert "there is no folder" in refused(*words, str(tmp_path / "none" / "file.csv"))


def raised(error: BaseException) -> Any:
    raise error


def test_who_stops_drawing_keeps_what_was_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    words = ["monte-carlo", "photonics", "--key", "photonics.demand_factor", "--output", "leverage", "--sampler", "random", "--json"]
    whole = json.loads(run(*words, "--draws", "8192"))

    def stopped(spec: Any, number: int) -> Any:
        if number == 2:
            raise KeyboardInterrupt
        return draw_block(spec, number)

    monkeypatch.setattr("model.analysis.risk.draw_block", stopped)
    result = CliRunner().invoke(app, [*words, "--draws", "100000"])
    assert result.exit_code == 130 and "rest on 8,192 of 100,000 draws" in result.stderr
    assert json.loads(result.stdout)["rows"] == whole["rows"] and json.loads(result.stdout)["draws"] == 8192
    lost = model.language.ModelError("the scheduler is lost")
    monkeypatch.setattr("model.analysis.risk.draw_block", lambda spec, number: raised(lost) if number == 2 else draw_block(spec, number))
    result = CliRunner().invoke(app, [*words, "--draws", "100000"])
    assert result.exit_code == 1 and "error: the scheduler is lost" in result.stderr and json.loads(result.stdout)["rows"] == whole["rows"]
    monkeypatch.setattr("model.analysis.risk.draw_block", lambda spec, number: raised(KeyboardInterrupt()))
    at_once = CliRunner().invoke(app, words)
    assert at_once.exit_code == 130 and at_once.stdout == ""


def test_a_figure_for_every_year_is_read_downwards() -> None:
    lines = run("sweep", "--vary", "photonics.demand_factor=0.8,1.2", "--output", "cash_balance").splitlines()
    assert lines[1].split() == ["run", "1", "run", "2"] and len(lines) == 2 + 36
    assert [line.split()[0] for line in lines[2:4]] == ["photonics.demand_factor", "cash_balance@2026"]


def test_two_inputs_are_read_both_ways(portfolio: model.Case) -> None:
    words = ["--vary", "photonics.demand_factor=0.8,1,1.2", "--vary", "photonics.delay_years=0,2"]
    lines = [line.split() for line in run("sweep", *words).splitlines()[1:]]
    table = two_way(portfolio, ("photonics.demand_factor", [0.8, 1, 1.2]), ("photonics.delay_years", [0, 2]))
    assert lines[0] == ["photonics.demand_factor", "0", "2"]
    assert [[float(cell) for cell in line[1:]] for line in lines[1:]] == [[float(f"{cell:.4g}") for cell in row] for row in table.to_numpy()]


def test_convergence_is_shown_and_drawn(portfolio: model.Case, tmp_path: Path) -> None:
    file = tmp_path / "convergence.svg"
    words = ["--draws", "2000", "--key", "photonics.demand_factor", "--output", "leverage", "--convergence", "leverage"]
    rows = json.loads(run("monte-carlo", *words, "--plot", str(file), "--json"))["rows"]
    draws = model.monte_carlo(portfolio, 2000, outputs=["leverage"], keys=["photonics.demand_factor"])
    assert [row["P95_error"] for row in rows] == pytest.approx(draws.convergence("leverage")["P95_error"].tolist())
    assert file.read_text().startswith("<svg")
    points = [each for each in values(charts.convergence_chart(draws, "leverage")) if each["percentile"] == "P95"]
    assert points[-1]["high"] - points[-1]["value"] == pytest.approx(2 * rows[-1]["P95_error"]) and points[-1]["draws"] == 2000


def test_help_gives_an_example_for_every_command() -> None:
    for command in ("sweep", "tornado", "sobol", "morris", "solve", "monte-carlo", "discover", "portfolio"):
        assert f"megacluster {command}" in " ".join(run(command, "--help").split())


# Pictures hold the figures ----------------------------------------------------------------------------------


def values(spec: dict[str, Any]) -> list[dict[str, Any]]:
    """The data of a specification that the Vega-Lite schema accepts."""
    altair.Chart.from_dict(spec)
    return spec["data"]["values"]


def test_a_tornado_is_drawn_around_its_base(portfolio: model.Case) -> None:
    frame = model.tornado(portfolio, "leverage")
    bars = values(charts.tornado_chart(frame))
    assert len(bars) == 40 and {bar["from"] for bar in bars} == {frame.attrs["base"]}
    assert [bar["to"] for bar in bars[:2]] == [frame["at_low"][0], frame["at_high"][0]]


def test_a_fan_is_drawn_with_its_quantiles(portfolio: model.Case) -> None:
    draws = model.monte_carlo(portfolio, 100, keys=["photonics.demand_factor"], outputs=["leverage", "cash_balance"])
    drawn = pd.DataFrame(values(charts.fan_chart(draws, "cash_balance"))).set_index("year")
    assert drawn["P95"].tolist() == draws.quantiles("cash_balance")["P95"].tolist()
    bins = values(charts.histogram_chart(draws, "leverage"))
    assert sum(each["draws"] for each in bins) == 100


def test_the_other_pictures_follow_the_schema(portfolio: model.Case) -> None:
    keys = ["photonics.demand_factor", "photonics.overrun_factor"]
    assert values(charts.elasticity_chart(model.elasticities(portfolio, "leverage", keys)))
    assert len(values(charts.indices_chart(model.sobol(portfolio, "leverage", keys, samples=16)))) == 4
    assert len(values(charts.morris_chart(model.morris(portfolio, "leverage", keys, trajectories=2)))) == 2
    assert values(charts.tradeoff_chart(model.discover(portfolio, "leverage", at_least=1.35, keys=keys, draws=200)))
    choice = model.choose_portfolio(portfolio, scales=[1.0], delays=[0], budget=200, draws=0)
    assert len(values(charts.portfolio_chart(choice))) == int(choice.frame["within_budget"].sum())
    solution = model.solve(portfolio, "leverage", 1.3, keys[0])
    assert values(charts.solution_chart(solution))[0]["x"] == solution.low


def test_a_picture_of_three_inputs_is_refused(portfolio: model.Case) -> None:
    grid = {"nation.inflation": [0.02], "photonics.scale": [1], "quantum.scale": [1]}
    with pytest.raises(model.InputError, match="one input with any outputs"):
        charts.sweep_chart(model.sweep(portfolio, grid), list(grid), ["leverage"])
