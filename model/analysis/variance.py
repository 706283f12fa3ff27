"""Global sensitivity: how much of the uncertainty of one figure each assumption causes (Sobol), and a screening of many (Morris).

Designs and estimators are SALib's; the cases of a design are computed as one batch.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from model.analysis.distributions import Marginal, marginals
from model.analysis.one_at_a_time import one_number, tornado
from model.analysis.progress import Told, progress
from model.analysis.ranges import Given, Range, label_of, ranges
from model.engine.batch import Batch
from model.engine.outputs import Output
from model.language.errors import InputError, Mistakes
from model.version import VERSION

if TYPE_CHECKING:
    import pandas as pd

    from model.case import Case

Array = Any
MOST_RUNS = 3_000_000
STRONGEST = 12
"""How many inputs `sobol` looks at when none are named: those with the widest swing in the tornado."""


def sobol(
    case: Case,
    output: str | Output = "leverage",
    keys: Iterable[str] | None = None,
    *,
    samples: int = 1024,
    seed: int = 1,
    distributions: Mapping[str, Any] | None = None,
    cluster: str | None = None,
    real: bool = False,
    confidence: float = 0.95,
    told: Told | None = None,
) -> pd.DataFrame:
    """Sobol indices of one number: `first`, the share of its variance that an input causes by itself, and `total`, with
    all it does together with others; each with the half-width of its confidence interval.

    keys: the inputs; by default the 12 that swing it most in the tornado, with distributions as in `monte_carlo`.
    samples: a power of two; the case is computed samples x (inputs + 2) times. Inputs are independent: with correlations
    the indices would mean something else. Columns: key, label, first, first_error, total, total_error; largest total
    first. `attrs`: mean, variance, runs, seed. Raises InputError with every mistake, for a figure that does not vary, and
    for one that is blank in some draws.
    """
    import pandas as pd

    mistakes = Mistakes()
    mistakes.check(samples >= 2 and samples & (samples - 1) == 0, f"samples {samples} is not a power of two, such as 1024")
    mistakes.check(0.5 <= confidence < 1, f"confidence {confidence} is not a share from 0.5 to 1, such as 0.95")
    mistakes.check(seed >= 0, f"seed {seed} is not a whole number from 0")
    asked = mistakes.read(one_number, case, output, cluster, real)
    if keys is not None or distributions:
        mistakes.read(marginals, case, keys or [], distributions)
    mistakes.tell()
    if keys is None and not distributions:
        keys = tornado(case, asked, told=told)["key"].head(STRONGEST).tolist()
    varied = marginals(case, keys or [], distributions)
    _check(len(varied) >= 2, "name at least two inputs, or there is nothing to compare")
    _check(samples * (len(varied) + 2) <= MOST_RUNS, f"{samples} samples of {len(varied)} inputs are more than {MOST_RUNS:,} runs: name fewer inputs")
    from SALib.analyze import sobol as analysis
    from SALib.sample import sobol as design

    problem = _problem([each for each, _ in varied])
    chances = design.sample(problem, samples, calc_second_order=False, scramble=True, seed=seed)
    figures = _computed(case, asked, varied, chances, told)
    found = analysis.analyze(problem, figures, calc_second_order=False, num_resamples=200, conf_level=confidence, seed=seed, print_to_console=False)
    frame = pd.DataFrame(
        {
            "key": problem["names"],
            "label": [label_of(case, key) for key in problem["names"]],
            "first": found["S1"],
            "first_error": found["S1_conf"],
            "total": found["ST"],
            "total_error": found["ST_conf"],
        }
    ).sort_values("total", ascending=False, kind="stable", ignore_index=True)
    frame.attrs = {
        "output": asked.name,
        "mean": float(figures.mean()),
        "variance": float(figures.var()),
        "runs": len(figures),
        "samples": samples,
        **_provenance(case, seed),
    }
    return frame


def morris(
    case: Case,
    output: str | Output = "leverage",
    keys: Iterable[str] | Given | None = None,
    *,
    trajectories: int = 20,
    levels: int = 4,
    seed: int = 1,
    cluster: str | None = None,
    real: bool = False,
    told: Told | None = None,
) -> pd.DataFrame:
    """Morris screening of one number over the ranges of many inputs: which matter at all, and which work together.

    keys: the inputs, or a mapping of keys to (low, high); by default all that have a range. Each is moved in steps over
    its range, from many starting points. Columns: key, label, mu (mean effect of going from low to high), mu_star (mean
    size of it), mu_star_error (half-width of its 95 % interval), sigma (how much the effect depends on the others);
    largest mu_star first. Raises InputError with every mistake.
    """
    import pandas as pd

    mistakes = Mistakes()
    mistakes.check(levels >= 2 and levels % 2 == 0, f"levels {levels} is not an even number from 2")
    mistakes.check(trajectories >= 2, f"trajectories {trajectories} is less than 2")
    mistakes.check(seed >= 0, f"seed {seed} is not a whole number from 0")
    asked = mistakes.read(one_number, case, output, cluster, real)
    varied = mistakes.read(ranges, case, keys)
    mistakes.tell()
    _check(trajectories * (len(varied) + 1) <= MOST_RUNS, f"{trajectories} trajectories over {len(varied)} inputs are more than {MOST_RUNS:,} runs")
    from SALib.analyze import morris as analysis
    from SALib.sample import morris as design

    problem = _problem(varied)
    steps = design.sample(problem, trajectories, num_levels=levels, seed=seed)
    even = [(each, Marginal("uniform", each.ends[0], each.ends[2])) for each in varied]
    figures = _computed(case, asked, even, steps, told)
    found = analysis.analyze(problem, steps, figures, num_resamples=200, num_levels=levels, seed=seed, print_to_console=False)
    frame = pd.DataFrame(
        {
            "key": problem["names"],
            "label": [label_of(case, key) for key in problem["names"]],
            "mu": np.asarray(found["mu"]),
            "mu_star": np.asarray(found["mu_star"]),
            "mu_star_error": np.asarray(found["mu_star_conf"]),
            "sigma": np.asarray(found["sigma"]),
        }
    ).sort_values("mu_star", ascending=False, kind="stable", ignore_index=True)
    frame.attrs = {"output": asked.name, "runs": len(figures), "trajectories": trajectories, "levels": levels, **_provenance(case, seed)}
    return frame


def _check(right: bool, mistake: str) -> None:
    if not right:
        raise InputError(mistake)


def _problem(varied: Sequence[Range]) -> dict[str, Any]:
    """The inputs as SALib wants them, all between 0 and 1."""
    return {"num_vars": len(varied), "names": [each.key for each in varied], "bounds": [[0.0, 1.0]] * len(varied)}


def _computed(case: Case, asked: Output, varied: Sequence[tuple[Range, Marginal]], chances: Array, told: Told | None) -> Array:
    """The figure for every row of chances. Raises InputError where it does not vary, or is blank."""
    columns = {each.key: each.column(marginal.inverse(chances[:, k]), case.years) for k, (each, marginal) in enumerate(varied)}
    batch = Batch(case, columns, [asked], [each.key for each, _ in varied if each.is_path])
    with progress("sensitivity", len(chances), told) as report:
        (figures,) = batch.run(columns, report)
    blank = float(np.isnan(figures).mean())
    _check(blank == 0, f"{asked.name} is blank in {100 * blank:.1f} % of the runs (no money to divide by, or never reached): choose another output")
    _check(
        bool(np.ptp(figures) > 1e-12 * max(1e-300, float(np.abs(figures).max()))), f"{asked.name} does not vary: none of these inputs matters to it"
    )
    return figures


def _provenance(case: Case, seed: int) -> dict[Any, Any]:
    return {"case": case.name, "inputs_hash": case.hash, "changes": dict(case.changes), "model_version": VERSION, "seed": seed}
