"""`megacluster assumptions`, `check`: what is assumed, and whether a file is right."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from model.commands.shared import CaseName, Sets, console, open_case, reported
from model.language.errors import InputError, nearest


def register(app: typer.Typer) -> None:
    app.command(name="assumptions")(assumptions)
    app.command(name="check")(check)
    app.command(name="schema")(schema)


@reported
def assumptions(
    case: CaseName = "portfolio",
    group: Annotated[str | None, typer.Option("--group", help="Only one group, such as members or funding.")] = None,
    source: Annotated[str | None, typer.Option("--source", help="Only one source id, or 'own assumption'.")] = None,
    status: Annotated[
        str | None, typer.Option("--status", help="Only values that are verified, derived, mixed, recalled, estimate, or own (own assumption).")
    ] = None,
    find: Annotated[str | None, typer.Option("--find", help="Only keys and labels that hold this text.")] = None,
    sets: Sets = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON, and nothing else.")] = False,
) -> None:
    """List what a case assumes: value, range, unit, source and why.

    Example: megacluster assumptions photonics --group members
    """
    from model.inputs.catalogue import STATUSES, catalogue
    from model.inputs.definitions import OWN, definitions, sources

    opened = open_case(case, sets)
    mistakes = []
    if group is not None and group not in definitions().groups:
        mistakes.append(f"--group {group}: there is no such group{nearest(group, definitions().groups)}; there are {', '.join(definitions().groups)}")
    if status is not None and status not in STATUSES:
        mistakes.append(f"--status {status}: allowed are {', '.join(STATUSES)}")
    if source is not None and source != OWN and source not in sources():
        mistakes.append(f"--source {source}: there is no such source{nearest(source, sources())}; or {OWN!r}")
    if mistakes:
        raise InputError(mistakes)
    rows: list[dict[str, Any]] = [
        row
        for row in catalogue(opened)
        if (group is None or row["group"] == group)
        and (source is None or row["source"] == source)
        and (status is None or row["status"] == status)
        and (find is None or find.lower() in f"{row['key']} {row['label']}".lower())
    ]
    if as_json:
        json.dump(rows, sys.stdout, indent=2, ensure_ascii=False)
        print()
        return
    from rich.table import Table

    table = Table(box=None, padding=(0, 2, 0, 0))
    for column in ("key", "value", "low", "high", "unit", "status", "source and why"):
        table.add_column(column, overflow="fold", no_wrap=column in ("key", "status"))
    for row in rows:
        why = "; ".join(part for part in (row["source"] if row["source"] != OWN else "", row["reason"], row["note"]) if part)
        table.add_row(row["key"], row["shown"], row["shown_low"], row["shown_high"], row["unit"], row["status"], why)
    out = console()
    out.print(table)
    own = sum(row["status"] == "own" for row in rows)
    out.print(f"{len(rows)} assumptions, {own} of them our own; `--json` gives all columns.", markup=False)


@reported
def check(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A case, cluster or workbook file, or the name of a case.")],
) -> None:
    """Check FILE: every mistake with its line, then the units of all formulas and whether the statements tie."""
    import model
    from model.inputs.definitions import definitions
    from model.language.declaration import check_units

    case = model.load(file)
    unit_of = {name: definition.unit for name, definition in definitions().inputs.items()}
    mistakes = check_units(case.lines.values(), unit_of | {name: line.unit for name, line in case.lines.items()})
    if mistakes:
        raise model.ModelError(mistakes)
    result = case.run()
    for warning in result.warnings:
        print(f"warning: {warning}", file=sys.stderr)
    if result.failed_checks():
        raise model.ModelError([f"{name}: the figures do not tie" for name in result.failed_checks()])
    print(f"{Path(file).name}: right. {len(case.quantities())} values, {len(case.lines)} lines, {len(result.checks())} checks tie.")


@reported
def schema() -> None:
    """Print the JSON Schema of case and cluster files, for editors that help while typing."""
    from model.inputs.json_schema import json_schema

    json.dump(json_schema(), sys.stdout, indent=2, ensure_ascii=False)
    print()
