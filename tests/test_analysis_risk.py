"""Monte Carlo against closed forms: lines whose distribution one can work out, defined in the modelling language."""

from __future__ import annotations

import math
import pickle
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import model
from model.analysis.distributions import Marginal, own_marginal, read_distribution
from model.analysis.fans import KEPT, Fan, standard_errors
from model.analysis.ranges import range_of
from model.analysis.risk import draw_block, make_spec
from model.analysis.sampling import BLOCK, REPLICATES, copula, latin_chances, nearest_ranks
from model.language import line, previous

SCALE, DEMAND, OVERRUN = "photonics.scale", "photonics.demand_factor", "photonics.overrun_factor"
NORMAL = {SCALE: ("normal", 5, 0.5), DEMAND: ("normal", 2, 0.25)}


@line("ratio")
def drawn_sum(scale, demand_factor):
    """Two inputs added."""
    return 2 * scale + demand_factor


@line("ratio")
def drawn_product(scale, demand_factor):
    """Two inputs multiplied."""
    return scale * demand_factor


@line("ratio")
def drawn_walk(drawn_walk, scale, demand_factor):
    """A yearly line: it starts at the first input and adds the second every year."""
    return previous(drawn_walk, scale) + demand_factor


@line("ratio")
def drawn_gate(included, scale):
    """An input behind a switch."""
    return included * scale


@pytest.fixture(scope="module")
def drawn() -> model.Case:
    return model.load("photonics").with_lines(drawn_sum, drawn_product, drawn_walk, drawn_gate)


# Distributions ----------------------------------------------------------------------------------------------


CHANCES = np.concatenate([np.linspace(1e-7, 1 - 1e-7, 5001), [1e-5, 0.03, 0.0312, 0.97, 0.99999]])
LOW, MODE, HIGH = 2.0, 3.0, 7.0
WIDTH = HIGH - LOW
CLOSED = {
    "pert": stats.beta(1 + 4 * (MODE - LOW) / WIDTH, 1 + 4 * (HIGH - MODE) / WIDTH, LOW, WIDTH),
    "triangular": stats.triang((MODE - LOW) / WIDTH, LOW, WIDTH),
    "uniform": stats.uniform(LOW, WIDTH),
    "normal": stats.truncnorm((LOW - MODE) / 1.25, (HIGH - MODE) / 1.25, MODE, 1.25),
}


@pytest.mark.parametrize("kind", CLOSED)
def test_inverses_are_those_of_scipy(kind: str) -> None:
    marginal = Marginal(kind, LOW, HIGH, MODE, 1.25)
    np.testing.assert_allclose(marginal.inverse(CHANCES), CLOSED[kind].ppf(CHANCES), atol=1e-6 * WIDTH)


@pytest.mark.parametrize("mode", [2.0, 2.01, 4.5, 6.9, 7.0])
def test_a_pert_may_lean_to_either_end(mode: float) -> None:
    found = Marginal("pert", LOW, HIGH, mode).inverse(CHANCES)
    closed = stats.beta(1 + 4 * (mode - LOW) / WIDTH, 1 + 4 * (HIGH - mode) / WIDTH, LOW, WIDTH)
    np.testing.assert_allclose(found, closed.ppf(CHANCES), atol=1e-6 * WIDTH)
    assert (np.diff(found[:5001]) >= 0).all()


def test_a_lognormal_is_cut_off_at_its_ends() -> None:
    found = Marginal("lognormal", LOW, HIGH, MODE, 0.3).inverse(CHANCES)
    below, above = (stats.norm.cdf(math.log(end / MODE) / 0.3) for end in (LOW, HIGH))
    np.testing.assert_allclose(found, MODE * np.exp(0.3 * stats.norm.ppf(below + CHANCES * (above - below))), rtol=1e-9)
    assert found.min() >= LOW and found.max() <= HIGH


def test_a_delay_is_likeliest_on_time(portfolio: model.Case) -> None:
    delay = range_of(portfolio, "photonics.delay_years")
    assert delay is not None
    found = own_marginal(delay).inverse((np.arange(1000) + 0.5) / 1000)
    assert [int((found == years).sum()) for years in range(4)] == [400, 300, 200, 100]


@pytest.mark.parametrize(
    ("key", "given", "told"),
    [
        (SCALE, "gaussian", "is not one of pert"),
        (SCALE, ("pert", 3, 2, 1), "low <= most likely <= high"),
        (SCALE, ("uniform", 1), "uniform takes low, high"),
        (SCALE, ("normal", 1, 0), "standard deviation above 0"),
        (SCALE, ("uniform", 5, 20), "is not a number from 0 to 10"),
        (SCALE, 0.5, "bernoulli is for switches"),
        ("photonics.included", 1.5, "chance from 0 to 1"),
        ("photonics.included", {"on": -1, "off": 2}, "none below zero"),
        ("nation.horizon", "uniform:20:30", "sweep over it"),
        ("nation.rd_target", "uniform", "no range"),
        (SCALE, "uniform:1:wide", "'wide' is not a number"),
    ],
)
def test_a_wrong_distribution_says_what_is_wrong(portfolio: model.Case, key: str, given: Any, told: str) -> None:
    with pytest.raises(model.InputError) as caught:
        read_distribution(portfolio, key, given)
    assert told in str(caught.value)


def test_distributions_can_be_written_as_text(portfolio: model.Case) -> None:
    assert read_distribution(portfolio, SCALE, "pert:1:2:5") == read_distribution(portfolio, SCALE, ("pert", 1, 2, 5))
    assert read_distribution(portfolio, "photonics.delay_years", "discrete:0=0.5:2=0.5") == read_distribution(
        portfolio, "photonics.delay_years", {0: 0.5, 2: 0.5}
    )
    modes = read_distribution(portfolio, "photonics.base_funding_mode", {"gap": 1, "fixed": 3})[1]
    assert modes.inverse(np.array([0.2, 0.3])).tolist() == [0.0, 1.0]


# Closed forms -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sampler", ["random", "latin", "sobol"])
def test_a_sum_of_normals_is_normal(drawn: model.Case, sampler: str) -> None:
    draws = model.monte_carlo(drawn, 16_384, seed=7, keys=[], outputs=["photonics.drawn_sum"], distributions=NORMAL, sampler=sampler)
    closed = stats.norm(2 * 5 + 2, math.hypot(2 * 0.5, 0.25))
    found = draws.quantiles("photonics.drawn_sum").iloc[0]
    error = {"random": 0.06, "latin": 0.04, "sobol": 0.01}[sampler]
    summary = draws.summary().loc["photonics.drawn_sum"]
    for percentile in (5, 25, 50, 75, 95):
        assert found[f"P{percentile}"] == pytest.approx(closed.ppf(percentile / 100), abs=min(error, 4 * summary[f"P{percentile}_error"]))
    assert summary["mean"] == pytest.approx(12, abs=error) and summary["sd"] == pytest.approx(closed.std(), rel=0.03)


def test_a_product_of_lognormals_is_lognormal(drawn: model.Case) -> None:
    given = {SCALE: ("lognormal", 2, 0.2), DEMAND: ("lognormal", 1.5, 0.15)}
    draws = model.monte_carlo(drawn, 32_768, seed=3, keys=[], outputs=["photonics.drawn_product"], distributions=given, sampler="sobol")
    closed = stats.lognorm(math.hypot(0.2, 0.15), scale=3)
    for percentile, found in zip((5, 25, 50, 75, 95), draws.quantiles("photonics.drawn_product").iloc[0], strict=True):
        assert found == pytest.approx(closed.ppf(percentile / 100), rel=2e-3)


def test_the_chance_of_a_product_of_uniforms(drawn: model.Case) -> None:
    """P(XY <= z) = z (1 - ln z) for two uniforms between 0 and 1."""
    given = {SCALE: ("uniform", 0, 1), DEMAND: ("uniform", 0, 1)}
    draws = model.monte_carlo(drawn, 65_536, seed=5, keys=[], outputs=["photonics.drawn_product"], distributions=given)
    for z in (0.1, 0.5, 0.9):
        chance, error = draws.probability("photonics.drawn_product", at_most=z)
        closed = z * (1 - math.log(z))
        assert chance == pytest.approx(closed, abs=4 * error)
        assert 0.1 < error / math.sqrt(closed * (1 - closed) / 65_536) < 1.1
        assert float(draws.probability("photonics.drawn_product", at_least=z)) == pytest.approx(1 - chance, abs=1e-9)


def test_money_at_risk_of_a_normal(drawn: model.Case) -> None:
    draws = model.monte_carlo(drawn, 65_536, seed=2, keys=[], outputs=["photonics.drawn_sum"], distributions=NORMAL, sampler="sobol")
    found = draws.value_at_risk("photonics.drawn_sum", 0.95)
    deviation = math.hypot(1, 0.25)
    z = stats.norm.ppf(0.95)
    assert found["at_risk"] == pytest.approx(12 + deviation * z, abs=0.005)
    assert found["tail"] == pytest.approx(12 + deviation * stats.norm.pdf(z) / 0.05, abs=0.01)
    assert found["plan"] == pytest.approx(2 * 1 + 1) and found["above_plan"] == pytest.approx(found["at_risk"] - 3)


def test_a_gate_is_open_as_often_as_its_chance(drawn: model.Case) -> None:
    given = {"photonics.included": 0.3, SCALE: ("uniform", 1, 2)}
    draws = model.monte_carlo(drawn, 20_000, keys=[], outputs=["photonics.drawn_gate"], distributions=given)
    assert float(draws.probability("drawn_gate", at_least=1, cluster="photonics")) == pytest.approx(0.3, abs=1e-4)
    assert draws.summary()["mean"].iloc[0] == pytest.approx(0.3 * 1.5, abs=0.01)


def test_a_fan_of_a_walk(drawn: model.Case) -> None:
    draws = model.monte_carlo(drawn, 16_384, seed=4, keys=[], outputs=["photonics.drawn_walk"], distributions=NORMAL, sampler="sobol")
    fan = draws.quantiles("drawn_walk", cluster="photonics")
    assert fan.index.tolist() == drawn.years and list(fan.columns) == ["P5", "P25", "P50", "P75", "P95"]
    for t, year in enumerate(drawn.years, start=1):
        closed = stats.norm(5 + 2 * t, math.hypot(0.5, 0.25 * t))
        np.testing.assert_allclose(fan.loc[year], closed.ppf([0.05, 0.25, 0.5, 0.75, 0.95]), atol=0.01 * closed.std() + 1e-9)
    year, by = drawn.years[9], stats.norm(25, math.hypot(0.5, 2.5))
    assert float(draws.probability("photonics.drawn_walk", at_least=27, cluster="photonics", year=year)) == pytest.approx(by.sf(27), abs=0.005)
    assert float(draws.probability("photonics.drawn_walk", at_least=27, cluster="photonics", by=year)) == pytest.approx(by.sf(27), abs=0.005)


# Samplers ---------------------------------------------------------------------------------------------------


def test_a_latin_hypercube_has_one_draw_in_every_slice(drawn: model.Case) -> None:
    count = 2 * BLOCK + 777
    given = {SCALE: ("uniform", 0, 1), DEMAND: ("uniform", 0, 1)}
    frame = model.monte_carlo(drawn, count, keys=[], outputs=["photonics.drawn_sum"], distributions=given, sampler="latin").frame
    for key in (SCALE, DEMAND):
        for design in range(REPLICATES):
            chances = frame[key].to_numpy()[design::REPLICATES]
            assert np.array_equal(np.sort(np.floor(chances * len(chances))), np.arange(len(chances)))
        assert len(set(np.argmin(frame[key].to_numpy()[: count // REPLICATES * REPLICATES].reshape(-1, REPLICATES), axis=0))) > REPLICATES // 2
    assert abs(frame[[SCALE, DEMAND]].corr().iloc[0, 1]) < 0.05


def test_long_runs_are_hypercubes_one_after_the_other() -> None:
    long = 16 * 65_536
    draws = long + 3 * BLOCK + 21
    chances = np.concatenate([latin_chances(4, SCALE, block, draws) for block in range(-(-draws // BLOCK))])
    assert len(chances) == draws
    for part in (chances[:long], chances[long:]):
        for design in range(REPLICATES):
            held = part[design::REPLICATES]
            assert np.array_equal(np.sort(np.floor(held * len(held))), np.arange(len(held)))
    firsts = [chances[design:long:REPLICATES] for design in range(REPLICATES)]
    assert np.abs(np.corrcoef(firsts) - np.eye(REPLICATES)).max() < 0.02


@pytest.mark.parametrize("sampler", ["random", "latin", "sobol"])
def test_blocks_can_be_made_anywhere_in_any_order(drawn: model.Case, sampler: str) -> None:
    pairs = {(SCALE, DEMAND): 0.5}
    spec = make_spec(
        drawn, 2 * BLOCK + 100, 11, ["photonics.drawn_sum", "photonics.drawn_walk"], [], distributions=NORMAL, sampler=sampler, correlations=pairs
    )
    here = [draw_block(spec, number) for number in range(spec.blocks)]
    elsewhere = pickle.loads(pickle.dumps(spec))
    for number in (2, 0, 1):
        block = draw_block(elsewhere, number)
        np.testing.assert_array_equal(block.numbers, here[number].numbers)
        np.testing.assert_array_equal(block.yearly[0], here[number].yearly[0])
    assert here[2].numbers.shape == (1, 100) and not np.array_equal(here[0].numbers, here[1].numbers)


def test_the_seed_decides_the_draws(drawn: model.Case) -> None:
    def figures(seed: int) -> np.ndarray:
        return model.monte_carlo(drawn, 500, seed=seed, keys=[], outputs=["photonics.drawn_sum"], distributions=NORMAL).numbers("photonics.drawn_sum")

    np.testing.assert_array_equal(figures(1), figures(1))
    assert not np.array_equal(figures(1), figures(2))


@pytest.mark.parametrize("sampler", ["random", "latin"])
def test_more_inputs_leave_the_draws_of_the_others_alone(drawn: model.Case, sampler: str) -> None:
    one = model.monte_carlo(drawn, 300, keys=[], outputs=["photonics.drawn_sum"], distributions={SCALE: "uniform"}, sampler=sampler)
    two = model.monte_carlo(drawn, 300, keys=[OVERRUN], outputs=["photonics.drawn_sum"], distributions={SCALE: "uniform"}, sampler=sampler)
    np.testing.assert_array_equal(one.inputs([SCALE]), two.inputs([SCALE]))


def test_the_frame_tells_what_was_drawn(portfolio: model.Case) -> None:
    keys = ["photonics.demand_factor", "photonics.delay_years", "nation.rd_intensity_unchanged_policy"]
    draws = model.monte_carlo(portfolio, 50, seed=9, keys=keys, outputs=["photonics.leverage", "rd_gap@2040"])
    frame = draws.frame
    assert list(frame.columns) == [*keys, "photonics.leverage", "rd_gap@2040"] and len(frame) == 50
    assert set(frame["photonics.delay_years"]) <= {0.0, 1.0, 2.0, 3.0} and frame.attrs["seed"] == 9
    path = portfolio.quantities()[keys[2]]
    for row in frame.head(3).to_dict("records"):
        position = row[keys[2]]
        end = path.low if position < 0 else path.high
        knots = {year: path.value[year] + abs(position) * (end[year] - path.value[year]) for year in path.value}
        changed = portfolio.with_values({keys[0]: row[keys[0]], keys[1]: row[keys[1]], keys[2]: knots}).run()
        assert row["photonics.leverage"] == pytest.approx(changed.value("leverage", "photonics"), rel=1e-10)
        assert row["rd_gap@2040"] == pytest.approx(changed.value("rd_gap", year=2040), rel=1e-10)


# Correlation ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rank", [-0.8, 0.5, 1.0])
def test_draws_go_together_as_asked(drawn: model.Case, rank: float) -> None:
    given = {SCALE: "triangular:1:2:6", DEMAND: ("lognormal", 1, 0.5)}
    draws = model.monte_carlo(drawn, 16_384, keys=[], outputs=["photonics.drawn_sum"], distributions=given, correlations={(SCALE, DEMAND): rank})
    inputs = draws.inputs()
    assert stats.spearmanr(inputs[SCALE], inputs[DEMAND]).statistic == pytest.approx(rank, abs=0.02)
    closed = stats.triang(0.2, 1, 5)
    np.testing.assert_allclose(np.quantile(inputs[SCALE], [0.1, 0.5, 0.9]), closed.ppf([0.1, 0.5, 0.9]), rtol=0.02)


def test_correlated_normals_add_up_with_their_covariance(drawn: model.Case) -> None:
    rank = 0.6
    pearson = 2 * math.sin(math.pi / 6 * rank)
    pairs = {(DEMAND, SCALE): rank}
    draws = model.monte_carlo(drawn, 65_536, keys=[], outputs=["photonics.drawn_sum"], distributions=NORMAL, correlations=pairs, sampler="sobol")
    assert draws.summary()["sd"].iloc[0] == pytest.approx(math.sqrt(1 + 0.25**2 + 2 * pearson * 0.25), rel=0.005)


def test_an_impossible_correlation_names_the_nearest_possible_one() -> None:
    pairs = {("a", "b"): 0.9, ("b", "c"): 0.9, ("a", "c"): -0.5}
    with pytest.raises(model.InputError) as caught:
        copula(pairs, ["a", "b", "c", "d"])
    told = str(caught.value)
    ranks = np.eye(3)
    for (i, j), rank in zip([(0, 1), (1, 2), (0, 2)], pairs.values(), strict=True):
        ranks[i, j] = ranks[j, i] = rank
    nearest = nearest_ranks(ranks)
    assert f"a, b: {nearest[0, 1]:g} instead of 0.9" in told
    possible = {("a", "b"): nearest[0, 1], ("b", "c"): nearest[1, 2], ("a", "c"): nearest[0, 2]}
    assert copula(possible, ["a", "b", "c"]) is not None
    # No matrix on the way from what was asked to the nearest possible one may be possible: else that were nearer.
    for part in (0.5, 0.9, 0.99):
        between = {pair: pairs[pair] + part * (possible[pair] - pairs[pair]) for pair in pairs}
        with pytest.raises(model.InputError):
            copula(between, ["a", "b", "c"])


def test_wrong_correlations_are_all_told() -> None:
    with pytest.raises(model.InputError) as caught:
        copula({("a", "x"): 0.5, ("a", "a"): 0.5, ("a", "b"): 2.0}, ["a", "b"])
    assert len(caught.value.mistakes) == 3


# Convergence ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sampler", ["random", "latin", "sobol"])
def test_the_figures_of_many_runs_scatter_as_much_as_each_says(drawn: model.Case, sampler: str) -> None:
    """Also of designs that are spread more evenly than independent draws, as a sum of two inputs shows best."""
    found, said = [], []
    for seed in range(60):
        draws = model.monte_carlo(drawn, 2048, seed=seed, keys=[], outputs=["photonics.drawn_sum"], distributions=NORMAL, sampler=sampler)
        row = draws.summary().iloc[0]
        chance = draws.probability("photonics.drawn_sum", at_least=12.5)
        found.append([row["P5"], row["P50"], row["P95"], float(chance)])
        said.append([row["P5_error"], row["P50_error"], row["P95_error"], chance.standard_error])
    scatter, told = np.std(found, axis=0, ddof=1), np.sqrt(np.mean(np.square(said), axis=0))
    np.testing.assert_allclose(told, scatter, rtol=0.3)
    if sampler != "random":
        independent = 1.2533 * math.hypot(1, 0.25) / math.sqrt(2048)
        assert told[1] < independent / 2


def test_what_no_draw_met_is_not_impossible(drawn: model.Case) -> None:
    draws = model.monte_carlo(drawn, 2000, keys=[], outputs=["photonics.drawn_sum"], distributions=NORMAL)
    for chance in (draws.probability("photonics.drawn_sum", at_least=1e6), draws.probability("photonics.drawn_sum", at_most=1e6)):
        assert float(chance) in (0.0, 1.0) and chance.standard_error == pytest.approx(1 / 2000, rel=0.01)


def test_standard_errors_of_quantiles_are_what_they_say() -> None:
    """Over many runs of independent draws the quantiles scatter as much as each run says."""
    rng = np.random.default_rng(0)
    samples = rng.normal(size=(400, 2000))
    chances = [0.05, 0.5, 0.95]
    scatter = np.quantile(samples, chances, axis=1).std(axis=1)
    np.testing.assert_allclose(standard_errors(samples, chances).mean(axis=0), scatter, rtol=0.12)


def test_a_run_stops_when_it_has_converged(drawn: model.Case) -> None:
    def run(until: float) -> Any:
        return model.monte_carlo(drawn, 300_000, keys=[], outputs=["photonics.drawn_sum"], distributions=NORMAL, sampler="random", until=until)

    early = run(0.002)
    assert 4 * BLOCK <= early.draws < 300_000 and early.worst_error() <= 0.002
    assert run(0.0005).draws > early.draws
    table = early.convergence("photonics.drawn_sum")
    assert table.index[-1] == early.draws and table["P50_error"].iloc[-1] < table["P50_error"].iloc[0] / 4


def test_quantiles_beyond_what_is_kept_are_as_near_as_they_say() -> None:
    rng = np.random.default_rng(1)
    figures = np.stack([rng.normal(size=4 * KEPT), rng.exponential(size=4 * KEPT), np.where(rng.random(4 * KEPT) < 0.4, 0.0, rng.random(4 * KEPT))])
    fan = Fan(3)
    for part in np.array_split(figures, 50, axis=1):
        fan.add(part)
    assert not fan.exact and fan.draws == 4 * KEPT
    chances = [0.05, 0.25, 0.5, 0.75, 0.95]
    true = np.quantile(figures, chances, axis=1, method="inverted_cdf").T
    error = fan.error(chances)
    assert (np.abs(fan.quantiles(chances) - true) <= error + 1e-12).all()
    assert error.max() < 0.01 and error[2, 0] == 0.0
    with pytest.raises(model.InputError, match="are kept"):
        fan.kept()


def test_a_fan_that_starts_to_count_tells_what_it_told_before() -> None:
    """One draw more than is kept: each quantile lies within the stated error of the one over all draws."""
    figures = np.random.default_rng(3).lognormal(size=(3, KEPT + 1))
    kept, counted = Fan(3), Fan(3)
    kept.add(figures[:, :KEPT])
    counted.add(figures)
    chances = [0.05, 0.25, 0.5, 0.75, 0.95]
    error = counted.error(chances)
    assert kept.exact and not counted.exact and kept.error(chances).max() == 0 < error.max()
    assert (np.abs(counted.quantiles(chances) - np.quantile(figures, chances, axis=1, method="inverted_cdf").T) <= error).all()
    np.testing.assert_allclose(counted.quantiles(chances), kept.quantiles(chances), rtol=0.002)


def test_a_fan_is_exact_while_its_draws_are_kept() -> None:
    figures = np.random.default_rng(2).normal(size=(4, 5000))
    fan = Fan(4)
    for part in np.array_split(figures, 7, axis=1):
        fan.add(part)
    np.testing.assert_array_equal(fan.quantiles([0.05, 0.5]), np.quantile(figures, [0.05, 0.5], axis=1).T)
    assert fan.error([0.05]).max() == 0


def test_blank_figures_do_not_count(drawn: model.Case) -> None:
    @line("ratio")
    def drawn_blank(scale, demand_factor):
        """Blank where the second input is below one."""
        from model.language import maximum, ratio

        return ratio(scale, maximum(0, demand_factor - 1))

    case = drawn.with_lines(drawn_blank)
    given = {SCALE: ("uniform", 1, 2), DEMAND: ("uniform", 0, 2)}
    draws = model.monte_carlo(case, 4000, keys=[], outputs=["photonics.drawn_blank"], distributions=given)
    assert draws.summary()["blank"].iloc[0] == pytest.approx(0.5, abs=0.001)
    assert float(draws.probability("photonics.drawn_blank", at_least=0)) == pytest.approx(0.5, abs=0.001)
    assert draws.quantiles("photonics.drawn_blank").notna().all().all()


def test_drivers_find_what_matters(drawn: model.Case) -> None:
    draws = model.monte_carlo(drawn, 4096, keys=[OVERRUN], outputs=["photonics.drawn_sum"], distributions=NORMAL, sampler="sobol")
    found = draws.drivers("photonics.drawn_sum")
    assert found["key"].tolist() == [SCALE, DEMAND, OVERRUN]
    assert found["rank_correlation"][0] == pytest.approx(6 / math.pi * math.asin(1 / math.hypot(1, 0.25) / 2), abs=0.02)
    assert abs(found["rank_correlation"][2]) < 0.05


# What a user may get wrong ----------------------------------------------------------------------------------


def test_every_mistake_is_told_at_once(portfolio: model.Case) -> None:
    with pytest.raises(model.InputError) as caught:
        model.monte_carlo(portfolio, 0, seed=-1, sampler="dice", outputs=["leverag"], keys=["photonics.fee"])
    assert len(caught.value.mistakes) == 5


def test_asking_for_what_is_not_there(portfolio: model.Case) -> None:
    draws = model.monte_carlo(portfolio, 20, keys=["nation.inflation"], outputs=["leverage", "cash_balance"])
    for ask, told in [
        (lambda: draws.quantiles("leverage", "venus"), "there is no cluster 'venus'"),
        (lambda: draws.probability("leverage"), "either at_least= or at_most="),
        (lambda: draws.probability("cash_balance", at_least=0), "give a year"),
        (lambda: draws.probability("cash_balance", at_least=0, year=1999), "outside the horizon"),
        (lambda: draws.probability("leverage", at_least=0, by=2040), "has no years"),
        (lambda: draws.numbers("cash_balance"), "is a yearly line"),
        (lambda: draws.inputs(["photonics.scale"]), "does not vary"),
        (lambda: draws.quantiles("leverage", percentiles=[0, 50]), "between 0 and 100"),
    ]:
        with pytest.raises(model.InputError) as caught:
            ask()
        assert told in str(caught.value)


@pytest.mark.parametrize("sampler", ["latin", "sobol"])
def test_what_was_not_asked_for_can_be_later(portfolio: model.Case, sampler: str) -> None:
    keys = ["photonics.demand_factor", "nation.inflation"]
    later = model.monte_carlo(portfolio, BLOCK + 50, keys=keys, outputs=["leverage"], sampler=sampler)
    asked = model.monte_carlo(portfolio, BLOCK + 50, keys=keys, outputs=["photonics.leverage", "photonics.cash_balance"], sampler=sampler)
    np.testing.assert_array_equal(later.numbers("leverage", "photonics"), asked.numbers("photonics.leverage"))
    pd.testing.assert_frame_equal(later.quantiles("cash_balance", "photonics"), asked.quantiles("cash_balance", "photonics"))
    assert later.outputs == ["leverage"] and list(later.frame.columns) == [*keys, "leverage"]
    assert float(later.probability("cash_balance", at_least=30, cluster="photonics", year=2040)) == float(
        asked.probability("cash_balance@2040", at_least=30, cluster="photonics")
    )


def test_chances_up_to_a_year_hold_for_more_draws_than_are_kept(drawn: model.Case, monkeypatch: pytest.MonkeyPatch) -> None:
    def chance() -> Any:
        draws = model.monte_carlo(drawn, BLOCK + 900, keys=[], outputs=["photonics.drawn_walk"], distributions=NORMAL)
        return draws.probability("photonics.drawn_walk", at_least=27, by=drawn.years[9])

    kept = chance()
    monkeypatch.setattr("model.analysis.fans.KEPT", 100)
    assert tuple(chance()) == tuple(kept) and 0 < kept < 1


def test_the_portfolio_runs_with_all_its_ranges(portfolio: model.Case, portfolio_result: model.Result) -> None:
    draws = model.monte_carlo(portfolio, 300, seed=1)
    table = draws.quantiles("leverage")
    assert table["P5"].iloc[0] < portfolio_result.value("leverage") < 2 * table["P95"].iloc[0]
    assert draws.plan("leverage") == pytest.approx(portfolio_result.value("leverage"), rel=1e-12)
    assert draws.provenance["varied"] > 300 and "cash_balance" in draws.outputs
