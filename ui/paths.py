"""Paths of years as short as they can be written."""

from __future__ import annotations

from typing import Any

import numpy as np


def shortest(path: dict[int, float]) -> Any:
    """The same path with only the years at which its slope changes; a plain number where it never does."""
    years = sorted(path)
    kept = [
        year
        for position, year in enumerate(years)
        if position in (0, len(years) - 1)
        or abs(np.interp(year, [years[position - 1], years[position + 1]], [path[years[position - 1]], path[years[position + 1]]]) - path[year])
        > 1e-12 * max(1.0, abs(path[year]))
    ]
    return path[years[0]] if len({path[year] for year in kept}) == 1 else {year: path[year] for year in kept}
