"""Notes that the tests share, and what happens to tests that need LibreOffice Writer where it is missing."""

from __future__ import annotations

import datetime
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import pytest

import model
from model.briefing.note import Note, compose

DAY = datetime.date(2026, 11, 23)
HOW_TO_GET_IT = "LibreOffice Writer is missing: apt-get install libreoffice-writer-nogui"
HOSTILE = """\
title: "#emph[E] *b* _i_ $x^2$ <l> @r `raw` {INCLUDEPICTURE \\"http://e.example/x.png\\"} =cmd|'/c calc'!A1 <script>alert(1)</script> and more words"
about: "#panic(\\"x\\") // comment \\\\u{41} https://e.example/%s"
base: cautious
changes:
  photonics.phase_start.foundation: 2020
  nation.indirect_jobs_per_job: 8
""" % ("a" * 300)


def as_pages(documents: dict[str, bytes], folder: Path) -> dict[str, bytes]:
    """Word files as LibreOffice sets them, as PDF."""
    for name, content in documents.items():
        (folder / f"{name}.docx").write_bytes(content)
    soffice = shutil.which("soffice")
    assert soffice, HOW_TO_GET_IT
    with tempfile.TemporaryDirectory() as place:
        command = [soffice, f"-env:UserInstallation={Path(place).as_uri()}", "--headless", "--convert-to", "pdf", "--outdir", str(folder)]
        subprocess.run([*command, *(str(folder / f"{name}.docx") for name in documents)], check=True, capture_output=True, timeout=180)
    return {name: (folder / f"{name}.pdf").read_bytes() for name in documents}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out tests that turn Word files into pages where there is no LibreOffice Writer; on a build server that is a failure."""
    needing = [item for item in items if "word_pages" in getattr(item, "fixturenames", ())]
    if not needing or _has_writer():
        return
    if os.environ.get("CI") == "true":
        raise pytest.UsageError(HOW_TO_GET_IT)
    items[:] = [item for item in items if item not in needing]
    config.hook.pytest_deselected(items=needing)
    config.pluginmanager.getplugin("terminalreporter").write_line(f"{len(needing)} tests of Word files left out. {HOW_TO_GET_IT}")


def _has_writer() -> bool:
    """Whether LibreOffice is here with the part that sets text."""
    soffice = shutil.which("soffice")
    return bool(soffice) and (Path(str(soffice)).resolve().parent / "libswlo.so").exists()


@pytest.fixture(scope="session")
def word_pages() -> Callable[[dict[str, bytes], Path], dict[str, bytes]]:
    """Turns Word files into PDF with LibreOffice."""
    return as_pages


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> model.Case:
    """A case whose texts try to be something else than text, with many changes, many warnings and money that nobody promised."""
    path = tmp_path_factory.mktemp("cases") / "hostile.yaml"
    path.write_text(HOSTILE, encoding="utf-8")
    many = {
        f"{cluster}.membership_fee.{tier}": 1.23456 + n for n, cluster in enumerate(("photonics", "quantum", "battery")) for tier in ("core", "sme")
    }
    paths = {"nation.inflation": {2026: 0.0213, 2027: 0.0223, 2030: 0.0255, 2040: 0.0191}, "photonics.delay_years": 1}
    return model.load(str(path)).with_values({**many, **paths})


@pytest.fixture(scope="session")
def short() -> model.Case:
    """One cluster over twelve years."""
    return model.load("photonics").with_values({"nation.horizon": 12})


@pytest.fixture(scope="session")
def cautious() -> model.Case:
    """A case with changes in its file and with money that nobody has promised."""
    return model.load("cautious")


@pytest.fixture(scope="session")
def late(portfolio: model.Case) -> model.Case:
    """The default case with two changes."""
    return portfolio.with_values({"photonics.delay_years": 3, "*.demand_factor": 0.8})


@pytest.fixture(scope="session")
def note_of() -> Callable[..., Note]:
    """The content of a note, made once for the same case, language, cluster and link."""

    @lru_cache(maxsize=32)
    def made(case: model.Case, language: str, cluster: str | None = None, link: str = "") -> Note:
        return compose(case, language, DAY, cluster=cluster, link=link)

    return made
