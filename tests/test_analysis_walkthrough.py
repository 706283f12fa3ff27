"""The analysts' walkthrough works as written: every block of Python and every command, in order."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from model.cli import app

PAGE = Path(__file__).resolve().parents[1] / "docs" / "analyst.md"
BLOCKS = re.findall(r"^```(python|sh)\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.M | re.S)


def test_the_walkthrough_runs_as_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for kind, block in BLOCKS:
        if kind == "python":
            exec(compile(block, PAGE.name, "exec"), names)
            continue
        for command in block.strip().splitlines():
            program, *words = shlex.split(command)
            assert program == "megacluster"
            result = CliRunner().invoke(app, words)
            assert result.exit_code == 0, f"{command}\n{result.output}"
    assert {file.suffix for file in tmp_path.iterdir()} == {".png", ".svg", ".parquet"}


def test_the_walkthrough_shows_every_analysis() -> None:
    written = "\n".join(block for _, block in BLOCKS)
    for call in ("sweep", "tornado", "elasticities", "monte_carlo", "sobol", "morris", "solve", "discover", "choose_portfolio"):
        assert f"model.{call}(" in written
    for command in ("sweep", "tornado", "monte-carlo", "sobol", "morris", "solve", "discover", "portfolio"):
        assert f"megacluster {command} " in written
