"""`megacluster run`: project a case and read what comes out."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from model.commands.shared import CaseName, Sets, console, open_case, reported

if TYPE_CHECKING:
    from model.result import Result

SHORT = {
    "leverage": "private cash / all public cash (headline)",
    "leverage_national": "private cash / central government cash only",
    "leverage_with_in_kind": "private cash and in kind / all public cash",
    "leverage_additional": "private cash less deadweight / all public cash",
    "leverage_international": "foreign private cash / all public cash",
    "leverage_ecosystem": "with induced R&D and venture capital / all public cash",
    "multiplier_effect": "all investment / all public cash (multiplier effect)",
    "leverage_effect": "all cash / EU cash (leverage effect of the EU regulation)",
    "national_mobilisation": "all other money / central government cash",
}


def register(app: typer.Typer) -> None:
    app.command(name="run")(run)


@reported
def run(
    case: CaseName = "portfolio",
    sets: Sets = None,
    real: Annotated[bool, typer.Option("--real", help="Write tables in constant prices; the summary always is.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON, and nothing else.")] = False,
    csv: Annotated[Path | None, typer.Option("--csv", metavar="DIR", help="Write every table as CSV into a folder.")] = None,
) -> None:
    """Project CASE: its leverage, funding, and what it adds to national R&D.

    Example: megacluster run portfolio --set photonics.delay_years=3
    """
    result = open_case(case, sets).run()
    if csv is not None:
        write_tables(result, csv, real)
    if as_json:
        from model.summary import summary

        json.dump(summary(result), sys.stdout, indent=2, allow_nan=False, ensure_ascii=False)
        print()
    elif csv is None:
        show(result)


def write_tables(result: Result, folder: Path, real: bool) -> None:
    """One CSV a table and cluster; text that a spreadsheet could take for a formula does not occur in them."""
    from model.lines import TABLES

    folder.mkdir(parents=True, exist_ok=True)
    written = 0
    for cluster in [*result.case.clusters, None]:
        for table in TABLES:
            frame = result.table(table, cluster, real=real)
            if len(frame):
                frame.to_csv(folder / f"{cluster or 'whole'}_{table}.csv")
                written += 1
    prices = "constant prices" if real else "each year's own prices"
    (folder / "provenance.json").write_text(json.dumps({**result.provenance, "prices": prices}, indent=2) + "\n", encoding="utf-8")
    print(f"{written} tables in {prices} written to {folder}", file=sys.stderr)


def show(result: Result) -> None:
    """The readable summary."""
    from rich.table import Table

    from model import summary as s

    out = console()
    case = result.case
    price_year = int(case.quantity("nation", "price_year").value)  # type: ignore[arg-type]
    first, last = result.years[0], result.years[-1]
    out.print(f"{case.title.en}, {first}-{last}. Money in EUR m, constant prices of {price_year}.")
    out.print(case.about.en, markup=False)
    out.print(headline(result) + "\n", markup=False)

    table = Table("cluster", title="Headline by cluster", title_justify="left", box=None, padding=(0, 2, 0, 0))
    for column in ("private", "public", "national a year", "leverage", "in present value", "private exceeds public"):
        table.add_column(column, justify="right")
    for cluster in [*case.clusters, None]:
        private, public, national = (s.total(result, n, cluster, first, last) for n in ("private_cash", "public_cash", "national_public_cash"))
        table.add_row(
            (cluster or "all together") + ("*" if result.value("not_financeable", cluster) else ""),
            f"{private:,.0f}",
            f"{public:,.0f}",
            f"{national / len(result.years):,.0f}",
            _ratio(result.value("leverage", cluster)),
            _ratio(result.value("leverage_pv", cluster)),
            s.year_or_never(result.value("first_year_private_exceeds_public", cluster)),
        )
    out.print(table)
    if result.value("not_financeable"):
        out.print("* not financeable: the ratios of the row leave out what nobody has promised")

    spans = list(s.periods(result))
    table = Table("leverage by definition", title="\nLeverage of the case", title_justify="left", box=None, padding=(0, 2, 0, 0))
    for column in ("life", *spans):
        table.add_column(column, justify="right")
    for name, found in s.leverage(result).items():
        table.add_row(SHORT[name], _ratio(found["life"]), *(_ratio(found["by_period"][span]) for span in spans))
    out.print(table)

    table = Table("source", title="\nFunding by source", title_justify="left", box=None, padding=(0, 2, 0, 0))
    for column in ("life", *spans):
        table.add_column(column, justify="right")
    labels = {name: words.en for name, words in case.dimensions["public_source"].items()}
    labels |= {
        "dutch_private_cash": "Private, Dutch",
        "foreign_private_cash": "Private, foreign",
        "private_in_kind": "Private in kind (not in the headline)",
    }
    for name, row in s.funding(result).items():
        table.add_row(labels[name], *(f"{row[span]:,.0f}" for span in ("life", *spans)))
    out.print(table)

    shown: tuple[int, ...] = (2030, 2035, 2040, 2050)
    years = [year for year in shown if year in result.years] or [first, last]
    table = Table("R&D against the target", title="\nThe national target", title_justify="left", box=None, padding=(0, 2, 0, 0))
    for year in years:
        table.add_column(str(year), justify="right")
    target = float(case.quantity("nation", "rd_target").value)  # type: ignore[arg-type]
    table.add_row("R&D without the clusters, % of GDP", *(f"{100 * result.value('rd_intensity_baseline', year=y):.2f}" for y in years))
    table.add_row(f"Gap to {100 * target:g} %, EUR bn (own prices)", *(f"{result.value('rd_gap', year=y):.1f}" for y in years))
    table.add_row("R&D performed in the clusters, % of GDP", *(f"{result.value('contribution_pct_gdp', year=y):.3f}" for y in years))
    table.add_row("All R&D connected with them, gross, % of GDP", *(f"{result.value('contribution_gross_pct_gdp', year=y):.3f}" for y in years))
    table.add_row("The same net: what would not be there without them", *(f"{result.value('contribution_net_pct_gdp', year=y):.3f}" for y in years))
    table.add_row("Share of the gap closed, net, %", *(f"{100 * result.value('share_of_gap_closed', year=y):.1f}" for y in years))
    out.print(table)
    out.print(f"The country reaches the target: {s.year_or_never(result.value('first_year_at_target'))}.")

    for warning in result.warnings:
        out.print(f"Warning: {warning}", markup=False)
    changes = ", ".join(f"{key} = {value}" for key, value in case.changes.items()) or "none"
    out.print(f"\nInputs {case.hash}, model {result.provenance['model_version']}, changes: {changes}.", markup=False)
    out.print("Ratios are sums in constant prices. `megacluster explain LINE` says where a number comes from.", markup=False)


def headline(result: Result) -> str:
    """The first sentence on a result. What nobody has promised counts as public money, so that it flatters no ratio."""
    from model import summary as s

    span = (result.years[0], result.years[-1])
    private, public, missing = (s.total(result, name, None, *span) for name in ("private_cash", "public_cash", "unfunded_gap"))
    if not public + missing:
        return "There is no public money, so no leverage."
    if not result.value("not_financeable"):
        ratio = result.value("leverage")
        return (
            f"For every public euro, {ratio:.2f} private euro in cash: "
            f"{private:,.0f} private on {public:,.0f} public from all sources, over the whole life."
        )
    ratio = result.value("leverage_if_gap_is_public")
    return (
        f"NOT FINANCEABLE: nobody has promised {missing:,.0f}. If public money paid it, every public euro would come with {ratio:.2f} private euro "
        f"in cash: {private:,.0f} private on {public + missing:,.0f}. On what is promised alone it is {result.value('leverage'):.2f}."
    )


def _ratio(number: float | None) -> str:
    return "-" if number is None or number != number else f"{number:.2f}"
