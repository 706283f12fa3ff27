"""What the analysts' commands share: reading what was typed, with all mistakes at once; tables as text, CSV or JSON, pictures."""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from model.commands.shared import BAD_INPUT, console
from model.language.errors import Mistakes

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


_MOST_COLUMNS = 14


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


class Together(TyperCommand):
    """A command that tells of all options whose values cannot be read, not of the first only."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        given = list(args)
        try:
            return super().parse_args(ctx, args)
        except typer.BadParameter:
            options, _, _ = self.make_parser(ctx).parse_args(args=given)
            for option in self.get_params(ctx):
                try:
                    option.handle_parse_result(ctx, options, [])
                except typer.BadParameter as error:
                    print(f"error: {error.format_message()}", file=sys.stderr)
            raise typer.Exit(BAD_INPUT) from None


class Reading(Mistakes):
    """Reads what was typed for an analysis and gathers what is wrong with it."""

    def files(self, plot: Path | None = None, csv: Path | None = None) -> None:
        """Look at files to write to before anything is computed."""
        if plot is not None:
            from model.analysis import charts

            self.read(charts.check_file, plot)
            self.writable("--plot", plot)
        if csv is not None and str(csv) != "-":
            self.writable("--csv", csv)

    def writable(self, option: str, file: Path) -> None:
        """Look whether a file can be written."""
        folder = file.parent
        if file.is_dir():
            self.append(f"{option} {file}: is a folder; name a file in it")
        elif not folder.is_dir():
            self.append(f"{option} {file}: there is no folder {folder}")
        elif not os.access(file if file.exists() else folder, os.W_OK):
            self.append(f"{option} {file}: may not be written")

    def run(self, analysis: Callable[..., Any], case: Any, *arguments: Any, **options: Any) -> Any:
        """What an analysis of a case yields. Where something is wrong already it only looks at what it is asked, computes
        nothing, and all mistakes are told. Raises InputError.
        """
        if not self:
            return analysis(case, *arguments, **options)
        if case is not None:
            with suppress(_Begun):
                self.read(analysis, case, *arguments, **options, told=_stop)
        self.tell()


class _Begun(Exception):
    """An analysis begins to compute: nothing is wrong with what it was asked."""


def _stop(done: int, total: int) -> None:
    raise _Begun


def show(frame: pd.DataFrame, title: str, most: int = 40) -> None:
    """Print a table for people; one that is too wide, such as with a figure for every year, with its rows as columns."""
    from rich.table import Table

    shown = frame.reset_index() if frame.index.name else frame
    names = [str(name) for name in shown.columns]
    numeric = [name for name in shown.columns if shown[name].dtype.kind in "fiu"]
    lines = shown.head(most).itertuples(index=False, name=None)
    right = [name in numeric for name in names]
    left_out = len(shown) - most
    if len(names) > _MOST_COLUMNS:
        columns = list(shown.head(_MOST_COLUMNS - 2).itertuples(index=False, name=None))
        lines = zip(names, *columns, strict=True)
        names, right = ["", *(f"run {place}" for place in range(1, len(columns) + 1))], [False, *(True for _ in columns)]
        left_out = len(shown) - len(columns)
    table = Table(box=None, padding=(0, 2, 0, 0))
    for name, is_right in zip(names, right, strict=True):
        table.add_column(name, justify="right" if is_right else "left", overflow="fold")
    for line in lines:
        table.add_row(*(number(value) for value in line))
    out = console()
    out.print(title, markup=False)
    out.print(table)
    if left_out > 0:
        out.print(f"… and {left_out:,} more rows; --csv FILE writes all of them.", markup=False)


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


def read_lists(words: Iterable[str] | None, option: str, mistakes: list[str]) -> dict[str, list[Any]]:
    """`KEY=V1,V2,V3`, `KEY=FROM..TO/COUNT`, or paths `KEY=2026:1,2030:2;2026:3` as lists by key; adds what is wrong to the mistakes."""
    found: dict[str, list[Any]] = {}
    for word in words or ():
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


def read_keys(words: Iterable[str] | None, mistakes: list[str]) -> dict[str, tuple[str, str] | None] | None:
    """`KEY` or `KEY=LOW,HIGH` words as ranges by key; None for none. Adds what is wrong to the mistakes."""
    if not words:
        return None
    found: dict[str, tuple[str, str] | None] = {}
    for word in words:
        key, equals, text = word.partition("=")
        ends = [part.strip() for part in text.split(";" if ":" in text else ",")]
        if not key.strip() or (equals and (len(ends) != 2 or not all(ends))):
            mistakes.append(f"--key {word}: KEY or KEY=LOW,HIGH is expected, such as photonics.demand_factor=0.6,1.3")
        else:
            found[key.strip()] = (ends[0], ends[1]) if equals else None
    return found or None
