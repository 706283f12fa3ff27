"""What a reader wants to know first of a result, as plain data: the command prints it, `--json` gives it as it is."""

from __future__ import annotations

import math
from typing import Any

from model.lines.leverage import DEFINITIONS, MEANINGS
from model.result import Result, clean

FIRST_PERIODS = (7, 8)
"""Years of the first two periods that ratios are shown for; the third is the rest of the horizon."""

CLUSTER_NUMBERS = (
    "first_year_above_target",
    "first_year_private_exceeds_public",
    "foreign_share_of_private",
    "public_share_of_cost",
    "years_per_unicorn",
)
NATIONAL_BY_YEAR = (
    "contribution_pct_gdp",
    "contribution_with_in_kind_pct_gdp",
    "contribution_gross_pct_gdp",
    "contribution_net_pct_gdp",
    "rd_intensity_baseline",
    "rd_intensity",
    "rd_gap",
    "rd_added_gross",
    "rd_added_net",
    "share_of_gap_closed",
    "clusters_needed",
    "public_money_needed",
)


def periods(result: Result) -> dict[str, tuple[int, int]]:
    """The periods of a summary: the first seven years, the next eight, the rest."""
    first, last = result.years[0], result.years[-1]
    bounds = []
    begin = first
    for length in FIRST_PERIODS:
        if begin <= last:
            bounds.append((begin, min(begin + length - 1, last)))
            begin += length
    if begin <= last:
        bounds.append((begin, last))
    return {f"{a}-{b}": (a, b) for a, b in bounds}


def total(result: Result, name: str, cluster: str | None, first: int, last: int, **members: str) -> float:
    """A money line summed over years, in constant prices."""
    yearly = result.values(name, cluster, real=True, **members)
    return sum(yearly[first - result.years[0] : last - result.years[0] + 1])


def leverage(result: Result, cluster: str | None = None) -> dict[str, Any]:
    """Every definition of leverage: its words, numerator, denominator, and value over the life and each period."""
    found: dict[str, Any] = {}
    spans = {"life": (result.years[0], result.years[-1]), **periods(result)}
    for name, (numerator, denominator) in DEFINITIONS.items():
        sums = {span: (total(result, numerator, cluster, *years), total(result, denominator, cluster, *years)) for span, years in spans.items()}
        found[name] = {
            "definition": MEANINGS[name],
            "numerator": numerator,
            "denominator": denominator,
            "prices": "constant",
            "numerator_eur_m": {span: above for span, (above, _) in sums.items()},
            "denominator_eur_m": {span: below for span, (_, below) in sums.items()},
            "life": clean(result.value(name, cluster)),
            "present_value": clean(result.value(f"{name}_pv", cluster)),
            "by_period": {span: (above / below if below else None) for span, (above, below) in sums.items() if span != "life"},
        }
    return found


def funding(result: Result, cluster: str | None = None) -> dict[str, dict[str, float]]:
    """Money by who gives it, in constant prices, over the life and each period."""
    spans = {"life": (result.years[0], result.years[-1]), **periods(result)}
    rows: dict[str, dict[str, float]] = {}
    for source in result.case.dimensions["public_source"]:
        rows[source] = {span: total(result, "public_cash_by_source", cluster, *years, public_source=source) for span, years in spans.items()}
    for name in ("dutch_private_cash", "foreign_private_cash", "private_in_kind"):
        rows[name] = {span: total(result, name, cluster, *years) for span, years in spans.items()}
    return rows


def numbers(result: Result, cluster: str | None = None) -> dict[str, Any]:
    """The numbers of one cluster, or of the whole case: leverage, funding, and what is one number for the life."""
    span = (result.years[0], result.years[-1])
    return {
        **{name: clean(result.value(name, cluster)) for name in DEFINITIONS},
        **{name: clean(result.value(name, cluster)) for name in CLUSTER_NUMBERS if cluster or result.has_whole(name)},
        "financeable": not result.value("not_financeable", cluster),
        "leverage_if_gap_is_public": clean(result.value("leverage_if_gap_is_public", cluster)),
        "unfunded_gap_eur_m": total(result, "unfunded_gap", cluster, *span),
        "residual_value_eur_m": total(result, "residual_value_real", cluster, *span),
        "private_cash_eur_m": total(result, "private_cash", cluster, *span),
        "public_cash_eur_m": total(result, "public_cash", cluster, *span),
        "national_public_cash_eur_m": total(result, "national_public_cash", cluster, *span),
        "national_public_cash_per_year_eur_m": total(result, "national_public_cash", cluster, *span) / len(result.years),
        "leverage_by_definition": leverage(result, cluster),
        "funding_by_source_eur_m": funding(result, cluster),
    }


def summary(result: Result) -> dict[str, Any]:
    """Everything the command's `--json` gives. Money is EUR m in constant prices of the price year; blank is null."""
    case = result.case
    return {
        **result.provenance,
        "title": case.title.en,
        "prices": f"constant prices of {int(case.quantity('nation', 'price_year').value)}",  # type: ignore[arg-type]
        "years": [result.years[0], result.years[-1]],
        "whole": numbers(result),
        "clusters": {cluster: numbers(result, cluster) for cluster in case.clusters},
        "national": {
            "rd_target": float(case.quantity("nation", "rd_target").value),  # type: ignore[arg-type]
            "first_year_at_target": clean(result.value("first_year_at_target")),
            **{name: dict(zip(map(str, result.years), map(clean, result.values(name, real=True)), strict=True)) for name in NATIONAL_BY_YEAR},
        },
        "checks": result.checks(),
        "warnings": result.warnings,
    }


def year_or_never(number: float) -> str:
    """A year as people write it, or the words for a blank."""
    return "not within the horizon" if math.isnan(number) else f"{number:.0f}"
