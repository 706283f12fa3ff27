"""What the analysts' commands share: tables as text, CSV or JSON, pictures, and reading KEY=VALUES words."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from model.commands.shared import console
from model.language.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

Outputs = Annotated[
    list[str] | None,
    typer.Option(
        "--output", metavar="LINE", help="What to look at: leverage, photonics.leverage, cash_balance@2040, public_cash@life. May be repeated."
    ),
]
OneOutput = Annotated[
    str, typer.Option("--output", metavar="LINE", help="One number: leverage, photonics.leverage, cash_balance@2040, public_cash_real@life.")
]
Keys = Annotated[
    list[str] | None,
    typer.Option("--key", metavar="KEY", help="An input that varies, such as photonics.demand_factor; KEY=LOW,HIGH gives its range."),
]
Seed = Annotated[int, typer.Option("--seed", help="The same seed gives the same figures.")]
Real = Annotated[bool, typer.Option("--real", help="Money of yearly lines in constant prices.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, and nothing else.")]
Csv = Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Write the table as CSV; - prints it.")]
Plot = Annotated[Path | None, typer.Option("--plot", metavar="FILE", help="Draw it into a .png or .svg file.")]


def clean(value: Any) -> Any:
    """Plain data for JSON: blank where there is no number."""
    if isinstance(value, Mapping):
        return {str(key): clean(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [clean(part) for part in value]
    if hasattr(value, "item") and not isinstance(value, str):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def print_json(data: Mapping[str, Any]) -> None:
    json.dump(clean(data), sys.stdout, indent=2, allow_nan=False, ensure_ascii=False)
    print()


def rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table as plain data; an index with a name becomes a column."""
    return clean((frame.reset_index() if frame.index.name else frame).to_dict("records"))


def emit(
    frame: pd.DataFrame,
    as_json: bool,
    csv: Path | None,
    plot: Path | None,
    chart: Callable[[], Mapping[str, Any]],
    say: Callable[[], None],
    listed: pd.DataFrame | None = None,
    **more: Any,
) -> None:
    """Give a table in the way that was asked for: as JSON, as CSV, or read by people; and its picture.

    chart: makes the specification of the picture. say: prints the readable form. listed: the rows that JSON shows where
    they are not those of the CSV. more: goes into the JSON beside them.
    """
    if plot is not None:
        from model.analysis import charts

        charts.write(dict(chart()), plot)
        print(f"drawn in {plot}", file=sys.stderr)
    if csv is not None:
        frame.to_csv(sys.stdout if str(csv) == "-" else csv, index=bool(frame.index.name))
        if str(csv) != "-":
            print(f"{len(frame):,} rows written to {csv}", file=sys.stderr)
    if as_json:
        print_json({**{str(key): value for key, value in frame.attrs.items()}, **more, "rows": rows(frame if listed is None else listed)})
    elif csv is None:
        say()


def check_plot(plot: Path | None) -> None:
    """Raises InputError for a picture with an unknown ending, before anything is computed."""
    if plot is not None:
        from model.analysis import charts

        charts.check_file(plot)


def show(frame: pd.DataFrame, title: str, most: int = 40) -> None:
    """Print a table for people."""
    from rich.table import Table

    shown = frame.reset_index() if frame.index.name else frame
    table = Table(title=title, title_justify="left", box=None, padding=(0, 2, 0, 0))
    numeric = [name for name in shown.columns if shown[name].dtype.kind in "fiu"]
    for name in shown.columns:
        table.add_column(str(name), justify="right" if name in numeric else "left", overflow="fold")
    for row in shown.head(most).itertuples(index=False, name=None):
        table.add_row(*(number(value) for value in row))
    out = console()
    out.print(table)
    if len(shown) > most:
        out.print(f"… and {len(shown) - most:,} more rows; --csv FILE writes all of them.", markup=False)


def number(value: Any) -> str:
    """A value of a table as a person reads it."""
    if isinstance(value, bool) or value.__class__.__name__ == "bool":
        return "yes" if value else "no"
    if isinstance(value, (int, float)) or hasattr(value, "dtype"):
        found = float(value)
        if math.isnan(found):
            return "-"
        return f"{found:,.0f}" if abs(found) >= 10_000 or found == int(found) else f"{found:.4g}"
    return str(value)


def read_lists(words: Iterable[str], option: str) -> dict[str, list[Any]]:
    """`KEY=V1,V2,V3`, `KEY=FROM..TO/COUNT`, or paths `KEY=2026:1,2030:2;2026:3` as lists by key. Raises InputError."""
    found: dict[str, list[Any]] = {}
    mistakes = []
    for word in words:
        key, equals, text = word.partition("=")
        if not equals or not key.strip() or not text.strip():
            mistakes.append(f"{option} {word}: KEY=V1,V2,V3 or KEY=FROM..TO/COUNT is expected, such as nation.inflation=0.01,0.02")
        elif key.strip() in found:
            mistakes.append(f"{option} {word}: {key.strip()} is given twice")
        else:
            try:
                found[key.strip()] = _values(text.strip())
            except ValueError:
                mistakes.append(f"{option} {word}: {text!r} is not FROM..TO/COUNT, such as 0.5..1.5/11")
    if mistakes:
        raise InputError(mistakes)
    return found


def _values(text: str) -> list[Any]:
    if ".." in text:
        ends, slash, count = text.partition("/")
        low, _, high = ends.partition("..")
        steps = int(count) if slash else 11
        if steps < 2:
            raise ValueError(text)
        return [float(low) + (float(high) - float(low)) * k / (steps - 1) for k in range(steps)]
    return [part.strip() for part in text.split(";" if ":" in text else ",") if part.strip()]


def read_keys(words: Iterable[str] | None) -> dict[str, tuple[str, str] | None] | None:
    """`KEY` or `KEY=LOW,HIGH` words as ranges by key; None for none. Raises InputError."""
    if not words:
        return None
    found: dict[str, tuple[str, str] | None] = {}
    mistakes = []
    for word in words:
        key, equals, text = word.partition("=")
        ends = [part.strip() for part in text.split(";" if ":" in text else ",")]
        if not key.strip() or (equals and (len(ends) != 2 or not all(ends))):
            mistakes.append(f"--key {word}: KEY or KEY=LOW,HIGH is expected, such as photonics.demand_factor=0.6,1.3")
        else:
            found[key.strip()] = (ends[0], ends[1]) if equals else None
    if mistakes:
        raise InputError(mistakes)
    return found
