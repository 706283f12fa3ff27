"""Our own workbook, recalculated by programs that know nothing of the model."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import model
from benchmarks.core import whole
from benchmarks.timing import Row, installed, process, seconds

PATIENCE = 300
_ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode"><value>0</value></prop></item>
</oor:items>
"""
_FORMULAS = """
import sys, time, formulas
start = time.perf_counter()
book = formulas.ExcelModel().loads(sys.argv[1]).finish(circular=True)
loaded = time.perf_counter()
book.calculate()
print(loaded - start, time.perf_counter() - loaded)
"""


def rows() -> list[Row]:
    """All figures of workbook engines, beside a run of the model."""
    case = model.load("portfolio")
    ours = 1000 * seconds(lambda: whole(case), 20)
    with tempfile.TemporaryDirectory() as folder:
        book = model.to_excel(case, Path(folder, "portfolio.xlsx"))
        writing = seconds(lambda: model.to_excel(case, book), 2)
        found = [
            Row("`portfolio`, one run of the model, every line", ours, "ms"),
            Row("writing its workbook", writing, "s", None, f"{book.stat().st_size / 1e6:.1f} MB, {_count(book):,} formulas"),
        ]
        return [*found, *_ironcalc(book, ours), *_libreoffice(book, ours), *_formulas(book)]


def _count(book: Path) -> int:
    import openpyxl

    sheets = openpyxl.load_workbook(book, read_only=True)
    return sum(1 for sheet in sheets for row in sheet.iter_rows(values_only=True) for cell in row if isinstance(cell, str) and cell.startswith("="))


def _ironcalc(book: Path, ours: float) -> list[Row]:
    if importlib.util.find_spec("ironcalc") is None:
        return [Row("ironcalc", float("nan"), "", None, "not installed")]
    import ironcalc

    name = f"ironcalc {installed('ironcalc')}"
    opened = ironcalc.load_from_xlsx(str(book), "en", "UTC", "en")
    took = 1000 * seconds(opened.evaluate, 3)
    opening = 1000 * seconds(lambda: ironcalc.load_from_xlsx(str(book), "en", "UTC", "en"), 2)
    return [
        Row(f"{name}, recalculating the workbook", took, "ms", None, f"{took / ours:.0f} times a run of the model"),
        Row(f"{name}, opening it", opening, "ms"),
    ]


def _libreoffice(book: Path, ours: float) -> list[Row]:
    office = shutil.which("soffice")
    if office is None:
        return [Row("LibreOffice", float("nan"), "", None, "not installed")]
    version = " ".join(subprocess.run([office, "--version"], capture_output=True, text=True).stdout.split()[:2])
    with tempfile.TemporaryDirectory() as folder:
        profile = Path(folder, "profile", "user")
        profile.mkdir(parents=True)
        profile.joinpath("registrymodifications.xcu").write_text(_ALWAYS_RECALCULATE, encoding="utf-8")
        settings = f"-env:UserInstallation={profile.parent.as_uri()}"
        command = [office, settings, "--headless", "--convert-to", "xlsx", "--outdir", folder, str(book)]
        took = min(process(command)[0] for _ in range(2))
    return [Row(f"{version}, opening, recalculating and saving it", took, "s", None, f"{1000 * took / ours:.0f} times a run of the model")]


def _formulas(book: Path) -> list[Row]:
    if importlib.util.find_spec("formulas") is None:
        return [Row("formulas", float("nan"), "", None, "not installed")]
    name = f"formulas {installed('formulas')}"
    try:
        done = subprocess.run([sys.executable, "-W", "ignore", "-c", _FORMULAS, str(book)], capture_output=True, text=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return [Row(f"{name}, opening and calculating it", float("nan"), "", None, f"not done after {PATIENCE} s")]
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        return [Row(f"{name}, opening and calculating it", float("nan"), "", None, f"fails: {reason.split(':')[0]}")]
    loading, calculating = map(float, done.stdout.split())
    return [Row(f"{name}, calculating it", calculating, "s"), Row(f"{name}, opening it", loading, "s")]
