"""The headline of a result in words: the answer in sentences, four figures with their definitions, and what to be warned of."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model.engine.program import CLUSTER
from model.inputs.definitions import NATION

if TYPE_CHECKING:
    from model.case import Case
    from model.result import Result
    from model.wording import Wording

Strong = Callable[[str], str]
DELAYED = "delayed"
"""Name of the warning that a cluster starts later than its file says."""
LINES = {
    "cost": "national_public_cash",
    "leverage": "leverage",
    "crossing": "first_year_private_exceeds_public",
    "net": "contribution_net_pct_gdp",
}
"""Lines of the model that the headline figures are, by their keys."""


@dataclass(frozen=True)
class Figure:
    """One headline figure. change: how far it is from the same figure at the start, in words; empty where it is equal.

    better: 1 where more is better, -1 where less is. rises: 1 where it is more than at the start, -1 where less, 0 where that cannot be said.
    """

    key: str
    label: str
    value: str
    change: str
    definition: str
    better: int
    rises: int


def price_year(case: Case) -> int:
    return int(case.quantity(NATION, "price_year").value)  # type: ignore[arg-type]


def prices(words: Wording, case: Case, real: bool) -> str:
    """'prijzen 2026' or 'lopende prijzen'."""
    return words("prices.real", price_year=price_year(case)) if real else words("prices.nominal")


def name_of(words: Wording, case: Case, cluster: str | None) -> str:
    """Title of the cluster, or of the whole case."""
    return words.of(case.clusters[cluster] if cluster else case.title)


def answer(words: Wording, result: Result, cluster: str | None, year: int, real: bool, strong: Strong = str) -> list[str]:
    """What it costs (in the year, on average, at most), what it brings and whether it helps, in three sentences.

    strong: how values are set off from the text.
    """

    def told(key: str, **values: str) -> str:
        return words(f"headline.{key}", **{name: strong(value) for name, value in values.items()})

    case = result.case
    national = result.values("national_public_cash", cluster, real=real)
    peak = max(range(len(national)), key=lambda position: national[position])
    crossing = result.value("first_year_private_exceeds_public", cluster)
    target = float(case.quantity(NATION, "rd_target").value)  # type: ignore[arg-type]
    intensity = result.value("rd_intensity", year=year)
    cost = told(
        "cost",
        name=name_of(words, case, cluster),
        year=str(year),
        cost=words.money(result.value("national_public_cash", cluster, year, real=real), 0),
        prices=prices(words, case, real),
        mean=words.money(sum(national) / len(national), 0),
        peak=words.money(national[peak], 0),
        peak_year=str(result.years[peak]),
        leverage=words.number(result.value("leverage", cluster), 2),
    )
    if math.isnan(crossing):
        crossed = told("no_crossing", last=str(result.years[-1]))
    else:
        both = zip(result.years, result.values("private_cash", cluster), result.values("public_cash", cluster), strict=True)
        back = sum(later > crossing and private <= public for later, private, public in both)
        crossed = told("crossing_and_back" if back else "crossing", year=words.year(crossing), count=str(back))
    distance = told(
        "above_target" if intensity >= target else "below_target",
        year=str(year),
        intensity=words.percent(intensity, 2),
        gap=words.number(abs(intensity - target) * 100, 2),
        target=words.percent(target, 1),
    )
    return [cost, crossed, distance]


def figures(words: Wording, result: Result, start: Result, cluster: str | None, year: int, real: bool) -> list[Figure]:
    """Cost to the state, leverage, the year private exceeds public, and the net contribution; each against the start."""
    at_start = min(max(year, start.years[0]), start.years[-1])
    cost = (result.value(LINES["cost"], cluster, year, real=real), start.value(LINES["cost"], cluster, at_start, real=real))
    ratio, crossing = ((result.value(LINES[key], cluster), start.value(LINES[key], cluster)) for key in ("leverage", "crossing"))
    net = (result.value(LINES["net"], year=year), start.value(LINES["net"], year=at_start))
    never = words("headline.never")

    def difference(pair: tuple[float, float], decimals: int, unit: str = "") -> str:
        """In words, nothing where there is none."""
        found = pair[0] - pair[1]
        return "" if math.isnan(found) or round(found, decimals) == 0 else f"{words.number(found, decimals, sign=True)} {unit}".strip()

    later = difference(crossing, 0, words("headline.years"))
    if math.isnan(crossing[0]) != math.isnan(crossing[1]):
        later = words("headline.was", old=never if math.isnan(crossing[1]) else words.year(crossing[1]))
    shown = {
        "cost": (words.money(cost[0], 0), words.money(cost[0] - cost[1], 0, sign=True) if difference(cost, 0) else "", -1, cost),
        "leverage": (words.number(ratio[0], 2), difference(ratio, 2), 1, ratio),
        "crossing": (never if math.isnan(crossing[0]) else words.year(crossing[0]), later, -1, crossing),
        "net": (words("headline.points", points=words.number(net[0], 3, sign=True)), difference(net, 3, words("headline.point")), 1, net),
    }
    return [
        Figure(
            key,
            words(f"headline.{key}_label", year=year),
            value,
            change,
            words(f"headline.{key}_definition"),
            better,
            (pair[0] > pair[1]) - (pair[0] < pair[1]) if change else 0,
        )
        for key, (value, change, better, pair) in shown.items()
    ]


def warnings(words: Wording, result: Result) -> list[tuple[str, str]]:
    """What the result warns of: name of the flag (or check) and a sentence in which clusters stand together."""
    case = result.case
    found = []
    for name, line in case.lines.items():
        if not line.warning:
            continue
        scopes: list[str | None] = list(case.clusters) if line.scope == CLUSTER else [None]
        hit = [scope for scope in scopes if result.value(name, scope)]
        if hit:
            key = f"warning.{name}"
            meaning = words(key) if words.has(key) else words.line(name)
            where = ", ".join(words.of(case.clusters[scope]) for scope in hit if scope)
            found.append((name, f"{where}: {meaning}" if where else meaning))
    found += [(DELAYED, text) for text in delays(words, case)]
    return found + [(name, words("warning.check", name=words.line(name))) for name in result.failed_checks()]


def delays(words: Wording, case: Case) -> list[str]:
    """What a later start does to totals and to a chosen year, for each number of years: clusters stand together."""
    later: dict[int, list[str]] = {}
    for cluster, label in case.clusters.items():
        later.setdefault(int(case.quantity(cluster, "delay_years").value), []).append(words.of(label))  # type: ignore[arg-type]
    return [
        words("warning.delayed", clusters=", ".join(labels), years=years, last=case.years[-1]) for years, labels in sorted(later.items()) if years > 0
    ]


def changed(words: Wording, case: Case, start: Case) -> list[tuple[str, str, str, str]]:
    """What differs from the start, from values and not from what was done: label, unit, old and new in words."""
    rows = []
    for key in case.changes:
        name = key.split(".")[1]
        definition = case.definition(name)
        old, new = (each.quantity(*key.split(".")).value for each in (start, case))
        if old != new:
            unit = words.unit_of(definition, price_year(case))
            rows.append((words.key(key, case), unit, words.value(old, definition), words.value(new, definition)))
    return rows
