"""Megacluster: what an R&D megacluster costs and earns, and how much private money each public euro brings.

The one door: command line, screen, notebooks and workers all come in through here.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from model.version import VERSION as __version__

_DOORS = {
    "load": ("model.doors", "load"),
    "available": ("model.inputs.layers", "available"),
    "to_excel": ("model.workbook", "to_excel"),
    "read_workbook": ("model.workbook", "read_workbook"),
    "brief": ("model.briefing", "brief"),
    "sweep": ("model.analysis", "sweep"),
    "two_way": ("model.analysis", "two_way"),
    "Draws": ("model.analysis", "Draws"),
    "tornado": ("model.analysis", "tornado"),
    "elasticities": ("model.analysis", "elasticities"),
    "monte_carlo": ("model.analysis", "monte_carlo"),
    "sobol": ("model.analysis", "sobol"),
    "morris": ("model.analysis", "morris"),
    "solve": ("model.analysis", "solve"),
    "discover": ("model.analysis", "discover"),
    "choose_portfolio": ("model.analysis", "choose_portfolio"),
    "compare": ("model.analysis", "compare"),
    "Case": ("model.case", "Case"),
    "Result": ("model.result", "Result"),
    "InputError": ("model.language", "InputError"),
    "ModelError": ("model.language", "ModelError"),
    "line": ("model.language", "line"),
    "finance": ("model.finance", ""),
    "language": ("model.language", ""),
}

__all__ = ["__version__", *_DOORS]


def __getattr__(name: str) -> Any:
    """Rooms open when first entered, so that a command loads no more than it needs."""
    if name not in _DOORS:
        raise AttributeError(f"module 'model' has no attribute {name!r}")
    module, attribute = _DOORS[name]
    found = import_module(module)
    return getattr(found, attribute) if attribute else found


def __dir__() -> list[str]:
    return sorted(__all__)
