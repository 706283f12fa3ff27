"""Sobol and Morris against indices worked out by hand; scenario discovery against a published data set."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import model
from model.analysis import boxes
from model.language import absolute, line

SCALE, DEMAND, SHARE = "photonics.scale", "photonics.demand_factor", "photonics.taxable_share"


@line("ratio")
def priced(scale, demand_factor):
    """Price times volume."""
    return scale * demand_factor


@line("ratio")
def added(scale, demand_factor, taxable_share):
    """A weighted sum."""
    return 3 * scale + 2 * demand_factor + taxable_share


@line("ratio")
def g_function(scale, demand_factor, taxable_share):
    """Sobol's g function with a = 0, 1 and 4.5, over inputs between 0 and 1."""
    factors = [(absolute(4 * x - 2) + a) / (1 + a) for x, a in ((scale, 0), (demand_factor, 1), (taxable_share, 4.5))]
    return factors[0] * factors[1] * factors[2]


@line("ratio")
def cornered(scale, demand_factor):
    """1 in a corner: the first input above 0.6 while the second is below 0.3."""
    return (scale >= 0.6) * (demand_factor <= 0.3)


@pytest.fixture(scope="module")
def known() -> model.Case:
    return model.load("photonics").with_lines(priced, added, g_function, cornered)


def indices(frame: pd.DataFrame) -> dict[str, tuple[float, float]]:
    return {row["key"]: (row["first"], row["total"]) for row in frame.to_dict("records")}


# Sobol ------------------------------------------------------------------------------------------------------


def test_price_times_volume(known: model.Case) -> None:
    """Var(XY) = m2² s1² + m1² s2² + s1² s2²; the last part belongs to both together."""
    m1, s1, m2, s2 = 5.0, 0.6, 2.0, 0.3
    given = {SCALE: ("normal", m1, s1), DEMAND: ("normal", m2, s2)}
    frame = model.sobol(known, "photonics.priced", distributions=given, samples=4096)
    parts = {SCALE: (m2 * s1) ** 2, DEMAND: (m1 * s2) ** 2}
    together = (s1 * s2) ** 2
    variance = sum(parts.values()) + together
    for key, (first, total) in indices(frame).items():
        assert first == pytest.approx(parts[key] / variance, abs=0.01)
        assert total == pytest.approx((parts[key] + together) / variance, abs=0.01)
    assert frame.attrs["variance"] == pytest.approx(variance, rel=0.02) and frame.attrs["runs"] == 4096 * 4


def test_a_sum_has_no_interactions_and_its_shares_add_up(known: model.Case) -> None:
    given = {SCALE: ("normal", 5, 0.5), DEMAND: ("normal", 2, 0.2), SHARE: ("normal", 0.5, 0.1)}
    frame = model.sobol(known, "photonics.added", distributions=given, samples=2048)
    parts = {SCALE: 1.5**2, DEMAND: 0.4**2, SHARE: 0.1**2}
    for row in frame.to_dict("records"):
        share = parts[row["key"]] / sum(parts.values())
        assert row["first"] == pytest.approx(share, abs=max(0.015, 1.5 * row["first_error"]))
        assert row["total"] == pytest.approx(share, abs=max(0.01, 1.5 * row["total_error"]))
    assert frame["key"].tolist() == [SCALE, DEMAND, SHARE] and frame["first"].sum() == pytest.approx(1, abs=0.02)


def test_the_g_function(known: model.Case) -> None:
    """V_i = 1 / (3 (1 + a_i)²); the variance of the product is the product of (1 + V_i), less one."""
    given = dict.fromkeys((SCALE, DEMAND, SHARE), ("uniform", 0, 1))
    frame = model.sobol(known, "photonics.g_function", distributions=given, samples=8192)
    parts = {key: 1 / (3 * (1 + a) ** 2) for key, a in ((SCALE, 0), (DEMAND, 1), (SHARE, 4.5))}
    variance = np.prod([1 + part for part in parts.values()]) - 1
    for key, (first, total) in indices(frame).items():
        others = np.prod([1 + part for other, part in parts.items() if other != key])
        assert first == pytest.approx(parts[key] / variance, abs=0.015)
        assert total == pytest.approx(parts[key] * others / variance, abs=0.015)
    assert (frame["total_error"] < 0.06).all() and (frame["total_error"] > 0).all()


def test_the_seed_decides_the_indices(known: model.Case) -> None:
    given = {SCALE: ("uniform", 0, 1), DEMAND: ("uniform", 0, 1)}

    def run(seed: int) -> pd.DataFrame:
        return model.sobol(known, "photonics.priced", distributions=given, samples=64, seed=seed)

    pd.testing.assert_frame_equal(run(1), run(1))
    assert not run(1).equals(run(2))


def test_the_strongest_of_the_portfolio_are_found_when_none_are_named(portfolio: model.Case) -> None:
    frame = model.sobol(portfolio, "photonics.leverage", samples=64)
    assert len(frame) == 12 and set(frame["key"]) == set(model.tornado(portfolio, "photonics.leverage")["key"].head(12))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"samples": 1000}, "not a power of two"),
        ({"keys": [SCALE]}, "at least two inputs"),
        ({"keys": ["battery.demand_factor", "quantum.demand_factor"]}, "does not vary"),
        ({"output": "cash_balance"}, "has a value for every year"),
        ({"confidence": 2}, "is not a share"),
    ],
)
def test_wrong_questions_are_told(portfolio: model.Case, arguments: dict, told: str) -> None:
    with pytest.raises(model.InputError) as caught:
        model.sobol(portfolio, **{"output": "photonics.leverage", "samples": 16, **arguments})
    assert told in str(caught.value)


# Morris -----------------------------------------------------------------------------------------------------


def test_morris_of_a_sum_is_its_weights(known: model.Case) -> None:
    keys = {SCALE: (0, 2), DEMAND: (0, 1), SHARE: (0, 1)}
    frame = model.morris(known, "photonics.added", keys, trajectories=10)
    assert frame["key"].tolist() == [SCALE, DEMAND, SHARE]
    assert frame["mu_star"].tolist() == pytest.approx([6, 2, 1]) and frame["mu"].tolist() == pytest.approx([6, 2, 1])
    assert frame["sigma"].abs().max() < 1e-9 and frame.attrs["runs"] == 10 * 4


def test_morris_sees_that_price_and_volume_work_together(known: model.Case) -> None:
    frame = model.morris(known, "photonics.priced", {SCALE: (0, 1), DEMAND: (0, 1), SHARE: (0, 1)}, trajectories=50)
    by_key = frame.set_index("key")
    assert by_key.loc[SCALE, "mu_star"] == pytest.approx(0.5, abs=0.1) and by_key.loc[SCALE, "sigma"] > 0.2
    assert by_key.loc[SHARE, "mu_star"] == 0


def test_morris_screens_all_ranges_of_the_portfolio(portfolio: model.Case) -> None:
    frame = model.morris(portfolio, "photonics.leverage", trajectories=2)
    assert len(frame) == len(model.tornado(portfolio)) and "photonics.demand_factor" in set(frame["key"].head(8))


# Scenario discovery -----------------------------------------------------------------------------------------

PUBLISHED = Path(__file__).parent / "data" / "bryant_lempert_2010.csv"


def renewable_fuel() -> tuple[list[str], np.ndarray, np.ndarray]:
    """The 882 runs of Bryant and Lempert (2010, Technological Forecasting & Social Change 77:34-49): nine inputs of a
    model of renewable fuel, and whether its cost is above the 90th percentile. From the examples of the EMA workbench
    (Delft University of Technology, BSD licence), rounded to six digits.
    """
    frame = pd.read_csv(PUBLISHED)
    return list(frame.columns[:-1]), frame.iloc[:, :-1].to_numpy(float), frame.iloc[:, -1].to_numpy() == 1


def test_the_published_box_is_found_on_the_published_data() -> None:
    """Box 21 of the workbench's documentation: coverage 0.752809, density 0.770115, mass 0.0986395, four limits."""
    names, points, interesting = renewable_fuel()
    box = boxes.peel(points, interesting, share=0.1, least=0.05)[21]
    assert box.coverage == pytest.approx(0.752809, abs=1e-6)
    assert box.density == pytest.approx(0.770115, abs=1e-6)
    assert box.mass == pytest.approx(0.0986395, abs=1e-6)
    limits = {names[k]: (box.low[k], box.high[k], box.low_chance[k], box.high_chance[k]) for k in box.restricted}
    assert set(limits) == {"Total biomass", "Demand elasticity", "Biomass backstop price", "Cellulosic cost"}
    assert limits["Total biomass"][1] == pytest.approx(755.8, rel=0.03)
    assert limits["Demand elasticity"][0] == pytest.approx(-0.422, abs=1e-6)
    assert limits["Biomass backstop price"][0] == pytest.approx(150.05, rel=0.02)
    assert limits["Cellulosic cost"][0] == pytest.approx(72.65, abs=1e-4)
    assert limits["Cellulosic cost"][2] == pytest.approx(0.15741333528927348, rel=1e-9)
    assert limits["Demand elasticity"][2] == pytest.approx(1.2e-16, rel=0.5)


def test_the_box_before_has_the_measures_of_the_article() -> None:
    """Bryant and Lempert report 79 % coverage at 73 % density with four limits, cost above 72.65 among them."""
    names, points, interesting = renewable_fuel()
    box = boxes.peel(points, interesting, share=0.1, least=0.05)[20]
    assert box.coverage == pytest.approx(0.79, abs=0.01) and box.density == pytest.approx(0.73, abs=0.005)
    assert box.low[names.index("Cellulosic cost")] == pytest.approx(72.65, abs=1e-4)


def test_a_limit_that_may_be_chance_is_dropped() -> None:
    """The workbench drops the fourth limit, which leaves coverage 0.764 and density 0.716 with three."""
    names, points, interesting = renewable_fuel()
    box = boxes.without_chance(points, interesting, boxes.peel(points, interesting, share=0.1, least=0.05)[21])
    assert names.index("Cellulosic cost") not in box.restricted and len(box.restricted) == 3
    assert box.coverage == pytest.approx(0.764045, abs=0.015) and box.density == pytest.approx(0.715789, abs=0.015)


def test_quasi_p_values_are_binomial() -> None:
    _, points, interesting = renewable_fuel()
    box = boxes.peel(points, interesting, share=0.1, least=0.05)[15]
    inside = box.holds(points)
    for which in box.restricted:
        low, high = box.low.copy(), box.high.copy()
        side = box.low_chance if np.isfinite(low[which]) else box.high_chance
        (low if np.isfinite(low[which]) else high)[which] = -np.inf if np.isfinite(low[which]) else np.inf
        freed = ((points >= low) & (points <= high)).all(axis=1)
        closed = stats.binom.sf(interesting[inside].sum() - 1, inside.sum(), interesting[freed].mean())
        if not np.isfinite(box.low[which]) or not np.isfinite(box.high[which]):
            assert side[which] == pytest.approx(closed, rel=1e-9)


def test_pasting_takes_back_what_was_peeled_too_far() -> None:
    rng = np.random.default_rng(0)
    points = rng.random((2000, 3))
    interesting = (points[:, 0] > 0.7) & (points[:, 1] < 0.4)
    tight = boxes.measured(points, interesting, np.array([0.8, -np.inf, -np.inf]), np.array([np.inf, 0.3, np.inf]))
    wide = boxes.paste(points, interesting, tight)
    assert wide.density == 1 and wide.coverage > tight.coverage + 0.3
    assert 0.7 <= wide.low[0] < 0.72 and 0.38 < wide.high[1] <= 0.4


def test_a_planted_corner_is_discovered(known: model.Case) -> None:
    keys = {SCALE: (0, 1), DEMAND: (0, 1), SHARE: (0, 1)}
    found = model.discover(known, "photonics.cornered", at_least=1, keys=keys, draws=4096, boxes=2)
    assert found.share == pytest.approx(0.4 * 0.3, abs=0.02)
    first = found.scenarios[0]
    limits = first.limits.set_index("key")
    assert set(limits.index) == {SCALE, DEMAND} and first.coverage > 0.85 and first.density > 0.9
    assert float(limits.loc[SCALE, "low"]) == pytest.approx(0.6, abs=0.03) and limits.loc[SCALE, "high"] == ""
    assert float(limits.loc[DEMAND, "high"]) == pytest.approx(0.3, abs=0.03) and limits.loc[DEMAND, "high_chance"] < 1e-6
    assert str(found).startswith("photonics.cornered at least 1: ") and f"{SCALE} at least {limits.loc[SCALE, 'low']}" in str(found)


def test_discovery_takes_draws_that_were_made_before(known: model.Case) -> None:
    given = {SCALE: ("uniform", 0, 1), DEMAND: ("uniform", 0, 1)}
    draws = model.monte_carlo(known, 2000, keys=[], outputs=["photonics.cornered"], distributions=given)
    found = model.discover(draws, "photonics.cornered", at_least=1)
    assert found.draws is draws and set(found.scenarios[0].limits["key"]) == {SCALE, DEMAND}


def test_the_tradeoff_runs_from_everything_to_dense(known: model.Case) -> None:
    keys = {SCALE: (0, 1), DEMAND: (0, 1)}
    table = model.discover(known, "photonics.cornered", at_least=1, keys=keys, draws=1000).tradeoff
    assert table["coverage"].iloc[0] == 1 and table["mass"].iloc[0] == 1
    assert (table["mass"].diff().dropna() < 0).all() and table["density"].iloc[-1] > table["density"].iloc[0]


def test_where_there_is_nothing_to_discover_it_says_so(portfolio: model.Case) -> None:
    with pytest.raises(model.InputError, match="none of the 200 draws; it runs from"):
        model.discover(portfolio, "leverage", at_least=50, keys=["photonics.demand_factor"], draws=200)
    with pytest.raises(model.InputError, match="either at_least"):
        model.discover(portfolio, "leverage")
    with pytest.raises(model.InputError, match="peeling"):
        model.discover(portfolio, "leverage", at_least=1, peeling=0.9)
