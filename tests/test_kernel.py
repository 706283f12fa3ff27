"""The compiled kernel does the sums of the NumPy engine: on every line, for any draws, from any place it is kept."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import model
import model.engine.outputs
from model import language as ml
from model.analysis.risk import draw_block, make_spec
from model.engine import evaluate, kernel
from model.engine.batch import Batch
from model.engine.program import InputSpec, Program, build
from model.inputs.definitions import ASSUMPTIONS

TOLERANCE = 1e-12


@pytest.fixture(scope="module", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Kernels of these tests are kept apart from the user's."""
    folder = tmp_path_factory.mktemp("kernels")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MEGACLUSTER_CACHE", str(folder))
        yield folder


def base_run(program: Program, arrays: Mapping[str, Any], horizon: int) -> dict[int, Any]:
    return evaluate.run(program, evaluate.plan(program, program.roots.values()), arrays, horizon)


def assert_same(program: Program, base: Mapping[int, Any], varied: Mapping[str, Any], horizon: int) -> None:
    """Every line, computed by both engines, differs by less than 1e-12 of its largest value, blanks in the same places."""
    wanted = sorted(set(program.roots.values()))
    expected = evaluate.run(program, evaluate.plan(program, wanted, varied), varied, horizon, given=base)
    found = kernel.evaluate(program, base, varied, wanted, horizon)
    balances = [expected.get(node, base[node]) for (name, _), node in program.roots.items() if name == "total_assets"]
    money = max((float(np.abs(balance).max()) for balance in balances), default=0.0)
    for (name, scope), node in program.roots.items():
        a, b = np.broadcast_arrays(np.asarray(expected.get(node, base[node]), dtype=float), np.asarray(found[node], dtype=float))
        assert np.array_equal(np.isnan(a), np.isnan(b)), (name, scope)
        scale = money if name.startswith("check_") else float(np.nanmax(np.abs(a), initial=0.0))
        with np.errstate(invalid="ignore"):
            apart = np.abs(np.where(a == b, 0.0, a - b))
        assert np.nanmax(apart, initial=0.0) <= TOLERANCE * scale, (name, scope)


def random_draws(case: model.Case, draws: int, cluster: str | None = None) -> dict[str, Any]:
    """All numbers of a case (or of one cluster) within a tenth of their value, and delays and lives some years longer."""
    rng = np.random.default_rng(7)
    program = case.program
    varied = {}
    for name in program.inputs:
        if name == "year" or case.definition(name).structural or case.definition(name).kind not in ("number", "whole"):
            continue
        array = np.repeat(case.array(name), draws, axis=-1)
        whole = case.definition(name).kind == "whole"
        cells = rng.integers(0, 3, array.shape[1:]) if whole else rng.uniform(0.9, 1.1, array.shape[1:])
        changed = array + cells if whole else array * cells
        if cluster is not None:
            if "cluster" not in program.nodes[program.inputs[name]].dims:
                continue
            place = list(case.clusters).index(cluster)
            changed = np.concatenate([array[:, :place], changed[:, place : place + 1], array[:, place + 1 :]], axis=1)
        varied[name] = changed
    return varied


def test_every_line_of_every_case_is_that_of_numpy() -> None:
    """Cases with the same clusters share a kernel: what differs by case are numbers."""
    for name in [*(file.stem for file in sorted((ASSUMPTIONS / "cases").glob("*.yaml"))), "photonics", "quantum"]:
        case = model.load(name)
        base = base_run(case.program, case.arrays(), case.horizon)
        assert_same(case.program, base, random_draws(case, 41), case.horizon)


def test_runs_of_one_cluster_with_lines_of_ones_own() -> None:
    @ml.line("EUR m")
    def own_cushion(own_cushion, cash_balance, base_funding):
        """A yearly line that looks back at itself and at lines of the model."""
        return ml.maximum(ml.previous(own_cushion, base_funding) * 0.9, ml.minimum(cash_balance, base_funding))

    @ml.line("ratio")
    def own_share(own_cushion, public_cash):
        """One number of yearly lines."""
        return ml.ratio(ml.over_life(own_cushion), ml.over_life(public_cash))

    case = model.load("photonics").with_lines(own_cushion, own_share)
    spec = make_spec(case, 200, outputs=["photonics.own_share", "photonics.own_cushion", "leverage"])
    by_numpy, compiled = (draw_block(replace(spec, engine=engine, _made={}), 0) for engine in ("numpy", "kernel"))
    np.testing.assert_allclose(compiled.numbers, by_numpy.numbers, rtol=TOLERANCE)
    np.testing.assert_allclose(compiled.yearly[0], by_numpy.yearly[0], rtol=TOLERANCE, atol=1e-10)
    assert np.ptp(by_numpy.numbers, axis=1).min() > 0


def test_clusters_that_no_draw_touches_keep_their_values(portfolio: model.Case) -> None:
    keys = ["quantum.programme_grant.national", "quantum.fte_cost.researcher", "quantum.delay_years"]
    rng = np.random.default_rng(3)
    columns = {keys[0]: rng.uniform(0.0, 20.0, 100), keys[1]: rng.uniform(0.05, 0.2, 100), keys[2]: rng.integers(0, 5, 100).astype(float)}
    outputs = ["leverage", "quantum.cash_balance", "battery.cash_balance", "public_cash@2040", "rd_intensity@2050", "check_balance"]
    by_numpy = Batch(portfolio, keys, outputs, engine="numpy").run(columns)
    compiled = Batch(portfolio, keys, outputs, engine="kernel")
    for output, expected, found in zip(outputs, by_numpy, compiled.run(columns), strict=True):
        np.testing.assert_allclose(found, expected, rtol=TOLERANCE, atol=1e-9, err_msg=output)
    low, high = compiled.kernel().loops.ranges["cluster"]
    assert high - low == 1


def test_outputs_of_every_form_are_those_of_numpy(portfolio: model.Case) -> None:
    rng = np.random.default_rng(4)
    keys = {"nation.inflation": rng.uniform(0.0, 0.05, 33), "*.membership_fee.core": rng.uniform(0.5, 3.0, 33)}
    outputs = ["membership_fees[core]@2040", "photonics.membership_fees", "public_cash@life", "photonics.leverage", "battery.service_volume[housing]"]
    written = [model.engine.outputs.read_output(portfolio, each, real=real) for each in outputs for real in (False, True)]
    by_numpy = Batch(portfolio, keys, written, engine="numpy").run(keys)
    for output, expected, found in zip(written, by_numpy, Batch(portfolio, keys, written, engine="kernel").run(keys), strict=True):
        np.testing.assert_allclose(found, expected, rtol=TOLERANCE, err_msg=str(output))


# A small model with every operator, for any values ----------------------------------------------------------


@ml.line("1", over="kind")
def risen(start, ramp, size):
    """Elementwise operators."""
    curve = ml.s_curve(start, ramp) * size
    return ml.maximum(curve, 0.2) - ml.minimum(-curve, 0.1) + ml.absolute(curve - 0.5) + ml.exp(-curve) + ml.log(1.5 + curve)


@ml.line("1", over="kind")
def grown(rate, span, year, start):
    """Powers: whole, broken and negative."""
    return (1 + rate) ** ml.maximum(0, year - start) + (1 + rate) ** span - (1 + rate) ** -(year - 2026)


@ml.line("1", over="kind")
def looked_back(risen, years):
    """What looks back a number of years that may differ by draw."""
    return ml.window_total(risen, years) + 2 * ml.renewal(risen, years) + 3 * ml.delayed(risen, years)


@ml.line("1", over="kind")
def stepped(stepped, risen, rate):
    """A line that looks back at itself."""
    return ml.previous(stepped, rate) * 0.9 + ml.where(risen > 0.6, risen, -rate) + ml.cumulative(risen)


@ml.line("1")
def flagged(risen, stepped, grown):
    """Flags, added up as numbers, and blanks."""
    met = (risen["b"] >= 0.5) + (stepped["a"] < 2.0) + ml.where(~(risen["a"] > 0.3) | (risen["b"] > 0.9), 1, 0)
    return met + ml.ratio(ml.total(grown), ml.maximum(0, risen["a"] - 0.7)) * 0 + ml.share(ml.total(stepped), ml.total(risen))


@ml.line("1", over="kind")
def over_time(risen, rate, span, looked_back):
    """Numbers for the whole life."""
    flows = ml.compound(rate) * (risen - 0.4)
    found = ml.over_life(flows) + ml.npv(rate, flows) + ml.last(looked_back) + ml.at(risen, 2026 + span) + ml.first_year(risen > 0.5)
    return found + ml.irr(flows - 2) * 0


@ml.line("1")
def later(over_time, risen):
    """Years that depend on the whole life of others."""
    return ml.total(risen * over_time) + ml.previous(risen["a"], 0) / 7


LINES = (risen, grown, looked_back, stepped, flagged, over_time, later)
INPUTS = {"start": ("kind",), "ramp": (), "size": ("kind",), "rate": (), "span": (), "years": ("kind",)}
HORIZON = 12


@lru_cache(maxsize=1)
def everything() -> Program:
    specs = {name: InputSpec(("cluster", *dims), name == "size") for name, dims in INPUTS.items()}
    return build({line.name: line for line in LINES}, specs, {"cluster": ("one", "two"), "kind": ("a", "b", "c")})


def base_of(draws: Mapping[str, Any]) -> dict[str, Any]:
    years = np.arange(2026.0, 2026.0 + HORIZON).reshape(-1, 1)
    return {"year": years, **{name: array[..., :1].copy() for name, array in draws.items()}}


numbers = {
    "start": st.integers(2020, 2040),
    "ramp": st.sampled_from([0.0, 1.0, 3.5, 20.0]),
    "size": st.floats(-1, 3),
    "rate": st.floats(-0.2, 0.9),
    "span": st.floats(0, 14),
    "years": st.integers(-1, 14),
}


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), draws=st.integers(1, 20), shared=st.sets(st.sampled_from(sorted(INPUTS))), data=st.data())
def test_every_operator_is_that_of_numpy_for_any_values(seed: int, draws: int, shared: set[str], data: st.DataObject) -> None:
    """shared: inputs that all draws have alike though they are among the varied ones."""
    pool = {name: data.draw(st.lists(numbers[name], min_size=3, max_size=3), label=name) for name in INPUTS}
    rng = np.random.default_rng(seed)
    varied = {}
    for name, dims in INPUTS.items():
        shape = (HORIZON if name == "size" else 1, 2, *([3] if dims else []), 1 if name in shared else draws)
        varied[name] = np.broadcast_to(rng.choice(np.array(pool[name], dtype=float), shape), (*shape[:-1], draws)).copy()
    assert_same(everything(), base_run(everything(), base_of(varied), HORIZON), varied, HORIZON)


@pytest.mark.parametrize("years", [-1, 0, 1, 4, 14])
@pytest.mark.parametrize("varied", [("rate", "start"), ("years",)])
def test_what_does_not_vary_is_taken_from_the_base_run(varied: tuple[str, ...], years: int) -> None:
    rng = np.random.default_rng(5)
    full = {"start": 2028, "ramp": 3, "size": 1.5, "rate": 0.04, "span": 5, "years": years}
    arrays = {}
    for name, dims in INPUTS.items():
        shape = (HORIZON if name == "size" else 1, 2, *([3] if dims else []), 30 if name in varied else 1)
        arrays[name] = np.rint(full[name] + rng.integers(0, 3, shape)) if name in varied else np.full(shape, float(full[name]))
    base = base_run(everything(), base_of(arrays), HORIZON)
    assert_same(everything(), base, {name: arrays[name] for name in varied}, HORIZON)


# Where kernels are kept, and on how many cores they run -----------------------------------------------------

SCRIPT = """
import sys, numpy, model
from model.engine.batch import Batch
batch = Batch(model.load("photonics"), ["photonics.membership_fee.core"], ["photonics.membership_fees"], engine="kernel")
print(batch.kernel().is_ready)
batch.kernel().compile()
print(float(batch.run({"photonics.membership_fee.core": numpy.linspace(0.5, 1.5, 20)})[0].sum()), batch.kernel().is_ready)
"""


def in_a_new_process(cache: Path) -> list[str]:
    done = subprocess.run([sys.executable, "-c", SCRIPT], env={**os.environ, "MEGACLUSTER_CACHE": str(cache)}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_a_kernel_is_compiled_once_and_found_again_by_the_next_process(tmp_path: Path) -> None:
    ready, total, kept = in_a_new_process(tmp_path / "kernels")
    assert (ready, kept) == ("False", "True")
    assert in_a_new_process(tmp_path / "kernels") == ["True", total, "True"]


def test_without_a_place_on_disk_it_compiles_in_memory(tmp_path: Path) -> None:
    taken = tmp_path / "file"
    taken.write_text("not a folder")
    ready, total, kept = in_a_new_process(taken / "kernels")
    assert (ready, kept) == ("False", "True")
    assert float(total) > 0


def test_draws_do_not_depend_on_cores_or_on_how_many_run_together(portfolio: model.Case) -> None:
    case = portfolio
    compiled = Batch(case, ["photonics.membership_fee.core"], ["photonics.membership_fees"], engine="kernel").kernel()
    cell = ("photonics", "membership_fee", ("core",))
    sizes = np.linspace(0.5, 1.5, 101)
    node = compiled.wanted[0]
    together = compiled.run({cell: sizes}, threads=1)[node]
    assert np.array_equal(together, compiled.run({cell: sizes}, threads=3)[node])
    for first, last in [(0, 1), (0, 7), (3, 11), (50, 59), (90, 101)]:
        assert np.array_equal(together[..., first:last], compiled.run({cell: sizes[first:last]})[node])


def test_large_runs_choose_the_kernel_and_small_ones_numpy(portfolio: model.Case) -> None:
    batch = Batch(portfolio, ["nation.inflation"], ["leverage"])
    assert batch.engine_for(10) == "numpy"
    assert batch.engine_for(10_000_000) == "kernel"
    assert Batch(portfolio, ["nation.inflation"], ["leverage"], engine="numpy").engine_for(10_000_000) == "numpy"


def test_compiling_in_the_background_ends_with_a_kernel_that_is_ready(portfolio: model.Case) -> None:
    kernel.compile_in_background(portfolio, ["photonics.membership_fee.core"], ["photonics.own_revenue"]).result(timeout=300)
    assert Batch(portfolio, ["photonics.membership_fee.core"], ["photonics.own_revenue"]).kernel().is_ready
