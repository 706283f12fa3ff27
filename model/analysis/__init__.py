"""For analysts: sensitivity, risk, break-even, scenario discovery and the choice of a portfolio."""

from __future__ import annotations

from importlib import import_module
from typing import Any

_ROOMS = {
    "sweep": "sweeping",
    "two_way": "sweeping",
    "tornado": "one_at_a_time",
    "elasticities": "one_at_a_time",
    "monte_carlo": "risk",
    "Draws": "draws",
    "sobol": "variance",
    "morris": "variance",
    "solve": "solving",
    "discover": "discovery",
    "choose_portfolio": "portfolios",
    "compare": "comparison",
}

__all__ = list(_ROOMS)


def __getattr__(name: str) -> Any:
    """Rooms open when first entered, so that a sweep does not load what Monte Carlo needs."""
    if name not in _ROOMS:
        raise AttributeError(f"module 'model.analysis' has no attribute {name!r}")
    found = getattr(import_module(f"model.analysis.{_ROOMS[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
