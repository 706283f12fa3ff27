"""The rules of the house: who may know whom, no figure of the world in code, no file that is several rooms."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MODEL = sorted((ROOT / "model").rglob("*.py"))
LINES = sorted((ROOT / "model" / "lines").glob("*.py"))
OWN_CODE = [path for room in ("model", "ui", "tests", "benchmarks") for path in sorted((ROOT / room).rglob("*.py"))]


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


@pytest.mark.parametrize("path", MODEL, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_model_knows_no_screen(path: Path) -> None:
    assert not {name for name in imported(path) if name.split(".")[0] in ("streamlit", "ui", "app")}


@pytest.mark.parametrize("path", LINES, ids=lambda path: path.name)
def test_lines_import_nothing_but_the_language(path: Path) -> None:
    allowed = ("model.language", "model.lines", "__future__")
    assert not {name for name in imported(path) if not name.startswith(allowed)}


@pytest.mark.parametrize("path", LINES, ids=lambda path: path.name)
def test_no_assumption_stands_in_a_formula(path: Path) -> None:
    """Numbers in formulas are structure: 0, 1, days and months of a year; anything else is an assumption."""
    structure = {0, 1, 12, 100, 365}
    numbers = {
        node.value
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef) and any(isinstance(d, ast.Call) for d in function.decorator_list)
        for statement in function.body
        for node in ast.walk(statement)
        if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)) and not isinstance(node.value, bool)
    }
    assert numbers <= structure


@pytest.mark.parametrize("path", OWN_CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_are_one_room_each(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 600


def test_the_readme_shows_both_commands() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "make run" in readme and "make test" in readme


def test_the_version_is_in_the_changelog() -> None:
    from model.version import VERSION

    assert re.search(rf"^## {re.escape(VERSION)}\b", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)
