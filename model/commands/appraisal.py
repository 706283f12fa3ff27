"""`megacluster appraise`, `state-aid` and `scorecard`: what a cluster is worth to whom, what the rules say, which traits it has."""

from __future__ import annotations

import json
import math
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from model.commands.shared import CaseName, Sets, console, open_case, reported

if TYPE_CHECKING:
    from rich.table import Table

    from model.result import Result

AsJson = Annotated[bool, typer.Option("--json", help="Print as JSON, and nothing else.")]


def register(app: typer.Typer) -> None:
    app.command(name="appraise")(appraise)
    app.command(name="state-aid")(state_aid)
    app.command(name="scorecard")(scorecard)


@reported
def appraise(case: CaseName = "portfolio", sets: Sets = None, as_json: AsJson = False) -> None:
    """Appraise CASE from every side: net present value, rates of return, payback, benefits over costs, funding gap.

    Example: megacluster appraise photonics --set nation.social_return_to_rd=0
    """
    result = open_case(case, sets).run()
    if as_json:
        _print_json({"cases": {cluster or "whole": _measures(result, cluster) for cluster in _scopes(result)}, **_notes(result)})
        return
    from model.inputs.line_words import line_label
    from model.lines.appraisal import MEASURES, PERSPECTIVES
    from model.lines.tables import RANGE

    out = console()
    for cluster in _scopes(result):
        table = _table("side", title=f"{cluster or 'all together'}: EUR m of constant prices, years, rates and ratios")
        for measure in MEASURES:
            table.add_column(measure.replace("_", " "), justify="right")
        for side, (who, _, over) in PERSPECTIVES.items():
            if not over:
                table.add_row(who.partition(";")[0], *(_shown(measure, result.value(f"{side}_{measure}", cluster)) for measure in MEASURES))
            elif cluster:
                for tier, label in result.case.dimensions["tier"].items():
                    numbers = (_shown(measure, result.value(f"{side}_{measure}", cluster, tier=tier)) for measure in MEASURES)
                    table.add_row(f"{side}: {label.en}, one company", *numbers)
        out.print(table)
        for name in RANGE:
            value = result.value(name, cluster)
            out.print(f"  {line_label(name)}: {f'{value:,.2f}' if value == value else '-'}", markup=False)
        out.print()
    _print_notes(result)


@reported
def state_aid(case: CaseName = "portfolio", sets: Sets = None, as_json: AsJson = False) -> None:
    """Check the State aid in CASE against the block exemption and the 20 % rule. A help, not legal advice.

    Example: megacluster state-aid photonics
    """
    from model.state_aid_report import checks
    from model.wording import Wording

    result = open_case(case, sets).run()
    disclaimer = Wording("en")("state_aid.disclaimer")
    if as_json:
        found = {cluster: [check.to_dict() for check in checks(result, cluster)] for cluster in result.case.clusters}
        _print_json({"disclaimer": disclaimer, "checks": found, "provenance": result.provenance})
        return
    out = console()
    for cluster in result.case.clusters:
        table = _table("check", title=cluster)
        for column in ("article", "verdict"):
            table.add_column(column)
        for column in ("value", "limit", "first year above"):
            table.add_column(column, justify="right")
        for check in checks(result, cluster):
            numbers = (f"{100 * n:.0f} %" if check.unit == "share" else f"{n:,.0f} {check.unit}" for n in (check.value, check.ceiling))
            table.add_row(check.what, check.article, check.words, *numbers, str(check.first_year or ""))
        out.print(table)
        out.print()
    out.print(disclaimer, markup=False)


@reported
def scorecard(case: CaseName = "portfolio", sets: Sets = None, as_json: AsJson = False) -> None:
    """Score the clusters of CASE on the seven traits of a megacluster. A scorecard, not a verdict.

    Example: megacluster scorecard portfolio
    """
    from model.scorecard import scorecard as traits

    result = open_case(case, sets).run()
    if as_json:
        _print_json({"traits": {c: [trait.to_dict() for trait in traits(result, c)] for c in result.case.clusters}, "provenance": result.provenance})
        return
    out = console()
    for cluster in result.case.clusters:
        table = _table("trait", title=cluster)
        for column in ("indicator", "threshold"):
            table.add_column(column, justify="right")
        table.add_column("reached")
        for trait in traits(result, cluster):
            numbers = (
                "-" if math.isnan(n) else f"{100 * n:.0f} %" if trait.unit == "share" else f"{n:.2f}" for n in (trait.indicator, trait.threshold)
            )
            table.add_row(trait.label, *numbers, "yes" if trait.met else "no")
        out.print(table)
        out.print()
    out.print("Thresholds are assumptions: a scorecard, not a verdict.", markup=False)


def _scopes(result: Result) -> list[str | None]:
    """The clusters, and the whole case when there is more than one."""
    clusters = list(result.case.clusters)
    return [*clusters, None] if len(clusters) > 1 else [*clusters]


def _measures(result: Result, cluster: str | None) -> dict[str, object]:
    from model.lines.appraisal import MEASURES, PERSPECTIVES
    from model.lines.tables import RANGE
    from model.result import clean

    found: dict[str, object] = {}
    for side, (_, _, over) in PERSPECTIVES.items():
        for name in (f"{side}_{measure}" for measure in MEASURES):
            if not over:
                found[name] = clean(result.value(name, cluster))
            elif cluster:
                found[name] = {tier: clean(result.value(name, cluster, tier=tier)) for tier in result.case.dimensions["tier"]}
    return {**found, **{name: clean(result.value(name, cluster)) for name in RANGE}}


def _notes(result: Result) -> dict[str, object]:
    return {"warnings": result.warnings, "provenance": result.provenance}


def _print_notes(result: Result) -> None:
    out = console()
    for warning in result.warnings:
        out.print(f"Warning: {warning}", markup=False)


def _print_json(data: object) -> None:
    json.dump(data, sys.stdout, indent=2, allow_nan=False, ensure_ascii=False)
    print()


def _table(first: str, title: str) -> Table:
    from rich.table import Table

    return Table(first, title=title, title_justify="left", box=None, padding=(0, 2, 0, 0))


def _shown(measure: str, value: float) -> str:
    from model.wording import Wording

    if math.isnan(value):
        return "-"
    if measure == "irr":
        return Wording("en").rate_of_return(value)
    if measure == "mirr":
        return Wording("en").percent(value)
    return f"{value:,.2f}" if measure == "benefit_cost_ratio" else f"{value:,.1f}"
