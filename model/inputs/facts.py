"""Published numbers behind the assumptions (`assumptions/facts.csv`), each with its source and how good it is."""

from __future__ import annotations

import csv
from functools import lru_cache

from model.inputs.definitions import ASSUMPTIONS


@lru_cache(maxsize=1)
def facts() -> dict[str, dict[str, str]]:
    """All facts by key: value, unit, year, scope, source (an id), status (verified or recalled), note."""
    with (ASSUMPTIONS / "facts.csv").open(encoding="utf-8", newline="") as file:
        return {row["key"]: row for row in csv.DictReader(file)}
