"""`megacluster compare`: cases side by side, and which changes cause the difference."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from model.commands.shared import Sets, console, open_case, reported
from model.language.errors import InputError

if TYPE_CHECKING:
    from model.analysis.comparison import Comparison

_CHANGES_SHOWN = 25


def register(app: typer.Typer) -> None:
    app.command(name="compare")(compare)


@reported
def compare(
    cases: Annotated[
        list[str], typer.Argument(metavar="CASE...", help="Two or more cases, by name or file; the first is what the others are held against.")
    ],
    outputs: Annotated[
        list[str] | None,
        typer.Option(
            "--output", metavar="LINE", help="What to compare, such as photonics.leverage, cash_balance@2040, public_cash@life. May be repeated."
        ),
    ] = None,
    cluster: Annotated[str | None, typer.Option("--cluster", help="The headlines of one cluster; none is the whole case.")] = None,
    sets: Sets = None,
    by: Annotated[
        str, typer.Option("--by", metavar="group|input", help="Divide the difference over groups of inputs, or over single inputs.")
    ] = "group",
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON, and nothing else.")] = False,
    csv: Annotated[Path | None, typer.Option("--csv", metavar="DIR", help="Write the tables as CSV into a folder.")] = None,
) -> None:
    """Compare cases, and say what causes the difference: the parts add up exactly.

    --set changes the last case; with one case alone, that case is compared with itself changed.

    Examples: megacluster compare portfolio act_now wait_three_years;
    megacluster compare portfolio --set photonics.delay_years=3 --by input --cluster photonics
    """
    from model.analysis.comparison import GROUPINGS
    from model.analysis.comparison import compare as run

    mistakes = [] if by in GROUPINGS else [f"--by {by!r} is not {' or '.join(GROUPINGS)}"]
    if len(cases) == 1 and not sets:
        mistakes.append("compare: name two cases or more, or one with --set")
    if mistakes:
        raise InputError(mistakes)
    names = cases if len(cases) > 1 else [*cases, *cases]
    opened = [*(open_case(name) for name in names[:-1]), open_case(names[-1], sets)]
    comparison = run(*opened, outputs=outputs, cluster=cluster)
    plain = comparison.as_dict(by)
    if csv is not None:
        write_tables(comparison, csv, by)
    if as_json:
        json.dump(plain, sys.stdout, indent=2, allow_nan=False, ensure_ascii=False)
        print()
    elif csv is None:
        show(comparison, plain, by, cluster)


def write_tables(comparison: Comparison, folder: Path, by: str) -> None:
    """The comparison, and for each case its bridges and changes, as CSV."""
    import pandas as pd

    folder.mkdir(parents=True, exist_ok=True)
    comparison.frame.to_csv(folder / "comparison.csv")
    for name in comparison.names[1:]:
        bridges = []
        for output in comparison.outputs:
            try:
                bridges.append(comparison.bridge(output, name, by=by).assign(output=output)[["output", "group", "contribution"]])
            except InputError as error:
                print(f"{name}: {'; '.join(error.mistakes)}", file=sys.stderr)
        if bridges:
            pd.concat(bridges).to_csv(folder / f"bridge_{name}.csv", index=False)
        comparison.changes(name).to_csv(folder / f"changes_{name}.csv", index=False)
    print(f"tables written to {folder}", file=sys.stderr)


def show(comparison: Comparison, plain: dict[str, Any], by: str, cluster: str | None = None) -> None:
    """The readable comparison. cluster: whose headlines these are; none is the whole case."""
    from rich.table import Table

    from model.headline import delays
    from model.wording import Wording

    out = console()
    first = comparison.names[0]
    whose = f"Cluster {cluster} side by side" if cluster else "Side by side"
    table = Table(title=f"{whose}; money in EUR m, {comparison.prices}", title_justify="left", box=None, padding=(0, 2, 0, 0))
    table.add_column("", no_wrap=True)
    for name in comparison.names:
        table.add_column(name, justify="right")
    for name in comparison.names[1:]:
        table.add_column(f"{name} less {first}", justify="right")
    for headline in comparison.headlines:
        values = {name: comparison.values[name][headline.output] for name in comparison.names}
        cells = [_number(value, headline.unit) for value in values.values()]
        cells += [_number(values[name] - values[first], headline.unit, change=True) for name in comparison.names[1:]]
        table.add_row(headline.label.en, *cells)
    out.print(table)
    for name in comparison.not_financeable:
        out.print(f"{name}: not financeable; its ratios leave out what nobody has promised.", markup=False)
    for name, case in zip(comparison.names, comparison.cases, strict=True):
        for told in delays(Wording("en"), case):
            out.print(f"{name}: {told}", markup=False)
    for name in comparison.names[1:]:
        _show_bridge(comparison, name, plain["bridges"][name], by)


def _show_bridge(comparison: Comparison, name: str, bridges: dict[str, Any], by: str) -> None:
    from rich.table import Table

    out = console()
    told = {output: bridge for output, bridge in bridges.items() if bridge.get("contributions")}
    out.print(f"\nWhat causes {name} less {comparison.names[0]}", markup=False)
    if not told:
        out.print("Nothing: no input differs.")
        return
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("input" if by == "input" else "group of inputs", no_wrap=True)
    units = {headline.output: headline.unit for headline in comparison.headlines}
    labels = {headline.output: headline.label.en for headline in comparison.headlines}
    for output in told:
        table.add_column(labels[output], justify="right", min_width=9)
    groups: dict[str, float] = {}
    for bridge in told.values():
        scale = max(map(abs, bridge["contributions"].values())) or 1.0
        for group, part in bridge["contributions"].items():
            groups[group] = max(groups.get(group, 0.0), abs(part) / scale)
    for group in sorted(groups, key=lambda g: -groups[g]):
        parts = [_number(bridge["contributions"].get(group, 0.0), units[output], change=True, part=True) for output, bridge in told.items()]
        table.add_row(comparison.label(group).en, *parts)
    table.add_row(
        "difference", *(_number(bridge["difference"], units[output], change=True, part=True) for output, bridge in told.items()), style="bold"
    )
    out.print(table)
    for output, bridge in bridges.items():
        if bridge.get("note"):
            out.print(f"{labels[output]}: {bridge['note']}.", markup=False)
    merged = next(iter(told.values())).get("merged")
    if merged:
        out.print(f"Other: {', '.join(comparison.label(group).en for group in merged)}.", markup=False)
    changes = comparison.changes(name)
    out.print(("1 input differs" if len(changes) == 1 else f"{len(changes)} inputs differ") + (":" if len(changes) else "."))
    for change in list(changes.itertuples())[:_CHANGES_SHOWN]:
        out.print(f"  {change.key}: {change.before} -> {change.after}", markup=False)
    if len(changes) > _CHANGES_SHOWN:
        out.print(f"  and {len(changes) - _CHANGES_SHOWN} more (--csv DIR lists them all)")


def _number(value: float, unit: str, change: bool = False, part: bool = False) -> str:
    if value != value:
        return "-" if change else "never"
    if unit == "date" and not change:
        return f"{value:.0f}"
    digits = int(part) if unit == "date" else 0 if unit.startswith("EUR m") else 2
    text = f"{value:+,.{digits}f}" if change else f"{value:,.{digits}f}"
    return text.replace("+", "").replace("-", "") if float(text.replace(",", "")) == 0 else text
