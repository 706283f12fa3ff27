"""Every number in the tables of the pages beside this file is the model's: one page a block, worked out on paper.

A page opens with the case it works out. A table has a line in the first column, as `line[member, …] of cluster`, and then a number
for every year, or one for the whole life. A number with fewer than six decimals is exact; six decimals are rounded.
"""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest
import yaml

import model

PAGES = sorted(Path(__file__).parent.glob("*.md"))
CASES = Path(__file__).parents[1] / "cases"
_CELL = re.compile(r"`(?P<line>\w+)(?:\[(?P<members>[\w, ]+)\])?(?: of (?P<cluster>\w+))?`")
WHOLE_LIFE = "whole life"


def rows(page: str) -> list[tuple[str, str, str]]:
    """Line as written, column and number as printed, for every cell of every table."""
    found = []
    columns: list[str] = []
    for text in page.splitlines():
        cells = [cell.strip() for cell in text.strip().strip("|").split("|")] if text.startswith("|") else []
        if not cells or set(text) <= set("|:- "):
            continue
        if cells[0] == "line":
            columns = cells[2:]
            continue
        assert len(cells) == 2 + len(columns), f"{text!r} has not a number for every column"
        found += [(cells[0], column, number) for column, number in zip(columns, cells[2:], strict=True)]
    return found


def tolerance(printed: str) -> float:
    return 0.5001e-6 if len(printed.partition(".")[2]) == 6 else 1e-9


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_the_model_gives_the_numbers_on_the_page(path: Path) -> None:
    page = path.read_text(encoding="utf-8")
    head = yaml.safe_load(page.split("```yaml")[1].split("```")[0])
    result = model.load(str(CASES / head["case"])).with_values(head["changes"]).run()
    cells = rows(page)
    assert cells, "the page has no table"
    wrong = []
    for written, column, printed in cells:
        asked = _CELL.fullmatch(written)
        assert asked, f"{written!r} does not name a line"
        name = asked["line"]
        dims = dict.fromkeys(result.line(name).over)
        members = {dim: member for member in re.findall(r"\w+", asked["members"] or "") for dim in dims if member in result.case.dimensions[dim]}
        cluster = asked["cluster"] or head["cluster"] if result.line(name).scope == "cluster" else None
        year = None if column == WHOLE_LIFE else int(column)
        assert (year is not None) == result.is_yearly(name), f"{name}: {column}"
        found = result.value(name, cluster, year, **members)
        right = math.isnan(found) if printed == "blank" else abs(found - float(printed)) <= tolerance(printed)
        if not right:
            wrong.append(f"{written} in {column}: on paper {printed}, the model gives {found:.8g}")
    assert wrong == []


def test_every_block_has_its_page() -> None:
    titles = " ".join(path.read_text(encoding="utf-8").splitlines()[0] for path in PAGES)
    blocks = {int(number) for number in re.findall(r"\d+", titles)}
    assert blocks == set(range(17))
