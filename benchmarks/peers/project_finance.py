"""Cash-flow models of energy projects: their own built-in examples, one scenario."""

from __future__ import annotations

import importlib.util
from typing import Any

from benchmarks import draws
from benchmarks.timing import Row, installed, seconds


def rows() -> list[Row]:
    """ProFAST and PySAM, beside one scenario of our 100 lines."""
    ours = 1000 * seconds(draws.by_numpy(1), 20)
    many = 1000 * seconds(draws.by_numpy(1000), 10) / 1000
    found = [Row("100 lines × 35 years, one scenario: ours, NumPy", ours, "ms", None, f"{1000 * many:.0f} µs each among 1,000")]
    return [*found, *_profast(many), *_pysam(many)]


def _profast(ours: float) -> list[Row]:
    if importlib.util.find_spec("ProFAST") is None:
        return [Row("ProFAST", float("nan"), "", None, "not installed")]
    import ProFAST

    project: Any = ProFAST.ProFAST("central_grid_electrolysis_PEM")
    name = f"ProFAST {installed('ProFAST')}"
    flow, price = 1000 * seconds(project.cash_flow, 10), 1000 * seconds(project.solve_price, 5)
    return [
        Row(f"{name}, `cash_flow()` of its electrolysis example, 40 years", flow, "ms", None, f"{flow / ours:,.0f} times ours among 1,000"),
        Row(f"{name}, `solve_price()`", price, "ms"),
    ]


def _pysam(ours: float) -> list[Row]:
    if importlib.util.find_spec("PySAM") is None:
        return [Row("PySAM", float("nan"), "", None, "not installed")]
    from PySAM import Singleowner

    project: Any = Singleowner.default("CustomGenerationProfileSingleOwner")
    project.SystemOutput.gen = [30_000.0] * 8760
    project.FinancialParameters.analysis_period = 35
    took = 1000 * seconds(project.execute, 10)
    name = f"PySAM {installed('NREL-PySAM')}"
    return [Row(f"{name}, `Singleowner`, its default with flat generation, 35 years", took, "ms", None, f"{took / ours:,.0f} times ours among 1,000")]
