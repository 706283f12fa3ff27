"""`megacluster excel` and `changes`: a case as a workbook with live formulas or plain numbers, and what a returned one changed."""

from __future__ import annotations

import dataclasses
import json
import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Annotated, Any

import typer

from model.commands.shared import CaseName, Sets, console, open_case, reported
from model.language.errors import InputError


def register(app: typer.Typer) -> None:
    app.command(name="excel")(excel)
    app.command(name="changes")(changes)


@reported
def excel(
    case: CaseName = "portfolio",
    output: Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help="FILE.xlsx; or FILE.csv, FILE.parquet for results.")] = None,
    sets: Sets = None,
    values: Annotated[bool, typer.Option("--values", help="A plain workbook of results, without formulas.")] = False,
    real: Annotated[bool, typer.Option("--real", help="Results in constant prices; only with --values, .csv and .parquet.")] = False,
    language: Annotated[str, typer.Option("--language", metavar="en|nl", help="Language of the labels.")] = "en",
    sensitivity: Annotated[
        str | None, typer.Option("--sensitivity", metavar="LINE", help="The number whose one-at-a-time bars the workbook shows; by default leverage.")
    ] = None,
) -> None:
    """Write CASE as a workbook in which every number is a live formula; edit it, and load it again as a case.

    Examples: megacluster excel portfolio -o portfolio.xlsx;
    megacluster excel photonics --set photonics.delay_years=2 --values -o results.xlsx; megacluster run edited.xlsx
    """
    from model import workbook

    path = output or Path(f"{Path(case).stem}.xlsx")
    mistakes = []
    if path.suffix.lower() not in (".xlsx", ".csv", ".parquet"):
        mistakes.append(f"-o {path}: the name ends in .xlsx, .csv or .parquet")
    plain = values or path.suffix.lower() in (".csv", ".parquet")
    if real and not plain:
        mistakes.append("--real: a workbook with formulas holds the prices of each year; use it with --values, .csv or .parquet")
    if plain and sensitivity is not None:
        mistakes.append("--sensitivity: only a workbook with formulas shows bars")
    if mistakes:
        raise InputError(mistakes)
    opened = open_case(case, sets)
    with _busy(f"writing {path.name}"):
        if plain:
            workbook.to_results(opened, path, real=real, language=language)
        else:
            workbook.to_excel(opened, path, language=language, sensitivity_of=sensitivity)
    print(f"{path}: {path.stat().st_size:,} bytes, inputs {opened.hash}", file=sys.stderr)


@reported
def changes(
    file: Annotated[Path, typer.Argument(metavar="FILE.xlsx", help="A workbook that this program wrote and somebody changed.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show what a returned workbook changes: inputs with their cells, formulas that were edited, and what else was noticed.

    Example: megacluster changes edited.xlsx
    """
    from model.workbook import read_workbook

    with _busy(f"reading {file.name}"):
        found = read_workbook(file)
    if as_json:
        told = {
            "case": found.original.name,
            "inputs_hash": {"before": found.original.hash, "after": found.case.hash},
            "changes": [dataclasses.asdict(change) for change in found.changes],
            "edited_formulas": [dataclasses.asdict(edit) for edit in found.edited_formulas],
            "notes": list(found.notes),
        }
        json.dump(told, sys.stdout, indent=2, ensure_ascii=False)
        print()
        return
    print(f"{file.name}: case {found.original.name}, inputs {found.original.hash} before and {found.case.hash} after")
    groups = (("changed inputs", found.changes), ("edited formulas, not taken over", found.edited_formulas), ("notes", found.notes))
    for title, sentences in groups:
        print(f"{len(sentences)} {title}")
        for sentence in sentences:
            print(f"  {sentence}")


def _busy(text: str) -> AbstractContextManager[Any]:
    """A sign of life on a terminal; nothing elsewhere."""
    return console(stderr=True).status(text) if sys.stderr.isatty() else nullcontext()
