"""`megacluster table`: any statement or overview by year, on screen, as CSV or as JSON."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

from model.commands.shared import Sets, console, open_case, reported


def register(app: typer.Typer) -> None:
    app.command(name="table")(table)


@reported
def table(
    name: Annotated[str, typer.Argument(metavar="TABLE", help="Name of a table, such as cash_flow; 'list' lists them.")],
    cluster: Annotated[str | None, typer.Option("--cluster", help="Which cluster; none is the whole case.")] = None,
    case: Annotated[str, typer.Option("--case", metavar="CASE", help="Case to show it for.")] = "portfolio",
    years: Annotated[
        str | None, typer.Option("--years", metavar="Y,Y-Y", help="Which years, such as 2026,2030-2035; by default every fifth.")
    ] = None,
    real: Annotated[bool, typer.Option("--real", help="Money in constant prices instead of each year's own.")] = False,
    sets: Sets = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print as CSV, every year.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON, every year.")] = False,
) -> None:
    """Show TABLE: a statement or an overview by year.

    Example: megacluster table balance_sheet --cluster photonics --years 2026-2032 --real
    """
    from model.lines import TABLES

    if name == "list":
        for each in TABLES.values():
            print(f"{each.name:<22} {each.title}")
        return
    opened = open_case(case, sets)
    result = opened.run()
    chosen = _years(years, result.years)
    frame = result.table(name, cluster, real=real)
    if as_csv:
        frame.to_csv(sys.stdout)
        return
    if as_json:
        blank = frame.astype(object).where(frame.notna(), None)
        data = {"table": name, **{str(k): v for k, v in frame.attrs.items()}, "rows": {str(k): dict(v) for k, v in blank.to_dict("index").items()}}
        json.dump(data, sys.stdout, indent=2, ensure_ascii=False, allow_nan=False)
        print()
        return
    from rich.table import Table

    columns = [column for column in frame.columns if column in chosen or not isinstance(column, int)]
    shown = Table("line", "unit", box=None, padding=(0, 2, 0, 0))
    for column in columns:
        shown.add_column(str(column), justify="right")
    for label, row in frame.iterrows():
        unit = result.line(str(label).split("[")[0]).unit
        shown.add_row(str(label), unit, *(_number(float(row[column]), unit) for column in columns))
    out = console()
    out.print(f"{TABLES[name].title}: {cluster or opened.title.en}. Money {frame.attrs['prices']}.", markup=False)
    out.print(shown, markup=False)
    if not len(frame):
        out.print(f"Every line of it differs by cluster: give --cluster, one of {', '.join(opened.clusters)}.", markup=False)


def _number(value: float, unit: str) -> str:
    if value != value:
        return "-"
    if unit == "date":
        return f"{value:.0f}"
    return f"{value:,.1f}" if abs(value) >= 10 else f"{value:.3g}"


def _years(written: str | None, horizon: list[int]) -> list[int]:
    """Years that `2026,2030-2035` names. Raises InputError for what is no year of the horizon."""
    from model.language import InputError

    if written is None:
        return sorted({horizon[0], *(year for year in horizon if year % 5 == 0), horizon[-1]})
    chosen: list[int] = []
    mistakes = []
    for part in written.split(","):
        first, dash, last = part.strip().partition("-")
        if not first.isdecimal() or (dash and not last.isdecimal()):
            mistakes.append(f"--years {part}: a year such as 2030, or years such as 2030-2035, is expected")
            continue
        for year in range(int(first), int(last or first) + 1):
            if year not in horizon:
                mistakes.append(f"--years {part}: {year} is outside the horizon, {horizon[0]} to {horizon[-1]}")
                break
            chosen.append(year)
    if mistakes:
        raise InputError(mistakes)
    return chosen
