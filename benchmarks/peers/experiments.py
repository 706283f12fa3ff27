"""EMAworkbench: what it takes for an experiment besides the model."""

from __future__ import annotations

import importlib.util
import logging
import warnings
from typing import Any

from benchmarks import job
from benchmarks.timing import Row, installed, seconds

EXPERIMENTS = 1000


def rows() -> list[Row]:
    """Its own time per experiment, with an empty model of as many inputs as the job has."""
    if importlib.util.find_spec("ema_workbench") is None:
        return [Row("EMAworkbench", float("nan"), "", None, "not installed")]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from ema_workbench import Model, RealParameter, ScalarOutcome, SequentialEvaluator
    logging.getLogger("EMA").setLevel(logging.ERROR)
    empty: Any = Model("empty", function=lambda **_: {"y": 1.0})
    empty.uncertainties = [RealParameter(name, 0.9, 1.1) for name in job.inputs()]
    empty.outcomes = [ScalarOutcome("y")]

    def run() -> None:
        with SequentialEvaluator(empty) as evaluator:
            evaluator.perform_experiments(scenarios=EXPERIMENTS)

    took = 1e6 * seconds(run, 2) / EXPERIMENTS
    what = f"EMAworkbench {installed('ema-workbench')}, an experiment with an empty model of {len(job.inputs())} inputs"
    return [Row(what, took, "µs", None, "its model is called once an experiment: a model that takes arrays of draws loses that")]
