"""The command `megacluster brief`: what it writes, what it says when something is wrong, and that a note tells how to make it again."""

from __future__ import annotations

import datetime
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import model
from model.briefing import docx, pdf
from model.briefing.note import compose

DAY = datetime.date(2026, 11, 23)
CHANGES = {"photonics.delay_years": 3, "nation.inflation": {2026: 0.02, 2030: 0.025}, "quantum.phase_gate.leadership": False}


def megacluster(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "model.cli", *words], cwd=folder, capture_output=True, text=True, timeout=120)


def test_a_note_tells_the_command_that_makes_it_again_to_the_byte(portfolio: model.Case, tmp_path: Path) -> None:
    case = portfolio.with_values(CHANGES)
    note = compose(case, "nl", DAY, cluster="quantum", year=2035)
    label, command = note.basis[0]
    words = shlex.split(command)
    assert label == "Opdracht:" and words[:2] == ["megacluster", "brief"]
    done = megacluster(*words[1:], folder=tmp_path)
    assert done.returncode == 0 and case.hash in done.stderr and done.stdout == ""
    assert (tmp_path / "note.pdf").read_bytes() == pdf(case, "nl", DAY, cluster="quantum", year=2035)


def test_word_is_written_where_no_file_is_named(short: model.Case, tmp_path: Path) -> None:
    done = megacluster("brief", "photonics", "--date", "2026-11-23", "--set", "nation.horizon=12", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "photonics.docx").read_bytes() == docx(short, "en", DAY)


def test_the_door_writes_what_the_ending_says(short: model.Case, tmp_path: Path) -> None:
    written = model.brief(short, tmp_path / "note.PDF", language="nl", date=DAY)
    assert written.read_bytes() == pdf(short, "nl", DAY)
    with pytest.raises(model.InputError, match=r"ends in \.docx or \.pdf"):
        model.brief(short, tmp_path / "note.odt")
    assert list(tmp_path.iterdir()) == [written]


def test_every_mistake_is_told_at_once_with_status_2(tmp_path: Path) -> None:
    words = ("brief", "portfolio", "-o", "note.txt", "--language", "fr", "--date", "tomorrow", "--cluster", "photonic", "--year", "1999")
    done = megacluster(*words, "--set", "photonics.delay_yaers=1", "--set", "nation.inflation=high", folder=tmp_path)
    assert done.returncode == 2 and done.stdout == ""
    for part in ("note.txt", "'fr'", "YYYY-MM-DD", "did you mean 'photonics'", "1999", "did you mean 'delay_years'", "'high' is not a number"):
        assert part in done.stderr
    assert done.stderr.count("error: ") == 7 and "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "words", [("no_such_case",), ("portfolio", "--set", "nonsense"), ("portfolio", "-o", "note"), ("portfolio", "-o", "missing/note.pdf")]
)
def test_bad_input_writes_nothing(words: tuple[str, ...], tmp_path: Path) -> None:
    done = megacluster("brief", *words, folder=tmp_path)
    assert done.returncode == 2 and done.stderr.startswith("error: ") and "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []
