"""`docs/calibration.md` as text: every table computed anew, so that it can be held against the model."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from model import calibration as c
from model.analysis.progress import Told, progress
from model.case import Case
from model.inputs.definitions import sources

if TYPE_CHECKING:
    from model.result import Result

_HEADS = {
    "cost": "cost a year",
    "national": "national a year",
    "private": "private",
    "public": "public",
    "l1": "L1",
    "l2": "L2",
    "l3": "L3",
}
_RATIOS = {
    "leverage_national": "L1, on national money",
    "leverage": "**L2, on all public money**",
    "leverage_with_in_kind": "L3, with in kind",
    "leverage_pv": "L2 in present value",
    "leverage_additional": "L4, without deadweight",
    "first_year": "first year private exceeds public",
}
_LAST_YEAR_BEFORE_MERGER = 2015


def document(told: Told | None = None) -> str:
    """The whole document in Markdown. Runs the default case, the reference clusters and the back-test.

    told: called with how many of its sections are done, and of how many.
    """
    sections = (_sketch, _life, _contribution, _references, _backtest)
    parts = [_opening()]
    with progress("calibration", len(sections), told) as report:
        case = Case.load(c.calibration().case)
        result = case.run()
        for done, section in enumerate(sections, start=1):
            parts += section(result)
            report(done)
    return "\n\n".join(parts) + "\n"


def _opening() -> str:
    return f"""# Calibration: the model beside what is known

Written by `megacluster calibration --write docs/calibration.md`; a test fails when it is out of date.

{_text("opening")}"""


def _text(name: str) -> str:
    """A paragraph of the file, with the bands filled in."""
    plan = c.calibration()
    bands = {key: _share(part) for key, part in {**plan.bands.model_dump(), "explain_above": plan.explain_above}.items()}
    return str(getattr(plan.texts, name)).format_map(bands)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], left: int = 1) -> str:
    marks = ["---" if position < left else "---:" for position in range(len(head))]
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, marks, *rows])


def _number(value: float, unit: str = "EUR m") -> str:
    if value != value:
        return "never"
    return f"{value:.2f}" if unit in ("ratio", "share") else f"{value:,.0f}" if abs(value) >= 20 else f"{value:.1f}"


def _percent(deviation: float) -> str:
    return "" if deviation != deviation else f"{100 * deviation:+.0f} %".replace("+0 %", "0 %").replace("-0 %", "0 %")


def _share(part: float) -> str:
    return f"{100 * part:.0f} %"


def _sketch(result: Result) -> list[str]:
    plan = c.calibration()
    numbers = {name: str(position + 1) for position, name in enumerate(plan.reasons)}
    rows = []
    for (cluster, years), measures in c.sketch_rows(result).items():
        asked: dict[str, None] = {}
        cells = []
        for name, beside in measures.items():
            unit = "ratio" if name.startswith("l") else "EUR m"
            cells.append(f"{_number(beside.model, unit)} / {_number(beside.other, unit)} ({_percent(beside.deviation)})")
            if abs(beside.deviation) > plan.explain_above:
                asked |= dict.fromkeys(numbers[reason] for reason in c.reasons_for(years, name))
        rows.append([cluster, f"{years[0]}-{years[1]}", *cells, ", ".join(asked) or "-"])
    parts = [
        "## 1. The default case beside the sketch",
        _text("sketch"),
        _table(["cluster", "years", *_HEADS.values(), "why"], rows, left=2),
        "Why the model deviates:",
        "\n".join(f"{numbers[name]}. **{reason.title}.** {reason.text} {_evidence(name, result)}" for name, reason in plan.reasons.items()),
    ]
    return parts


def _evidence(reason: str, result: Result) -> str:
    """What the model itself shows for a reason; empty when there is nothing to compute."""
    case = result.case
    periods = c.calibration().periods

    def mean(run: Result, line: str, cluster: str | None, years: tuple[int, int]) -> float:
        return sum(run.value(line, cluster, year, real=True) for year in range(years[0], years[1] + 1)) / (years[1] - years[0] + 1)

    if reason == "slow_start":
        first, last = periods[0]
        shares = [
            f"{cluster} {_share(result.value('capacity', cluster, first))} and {_share(result.value('capacity', cluster, last))}"
            for cluster in case.clusters
        ]
        return f"Capacity that runs in {first} and {last}: {'; '.join(shares)}."
    if reason == "later_investment":
        flows = [
            f"{cluster} {' / '.join(f'{mean(result, line, cluster, years):.0f}' for years in periods)}"
            for line in ("initial_capex", "replacement_capex")
            for cluster in case.clusters
        ]
        half = len(flows) // 2
        return f"First investment a year in the three periods, EUR m: {'; '.join(flows[:half])}. Replacement: {'; '.join(flows[half:])}."
    if reason == "wage_drift":
        without = case.with_values({"nation.wage_drift": 0}).run()
        change = {
            line: mean(result, line, None, periods[-1]) / mean(without, line, None, periods[-1]) - 1 for line in ("operating_cost", "private_cash")
        }
        return (
            f"With the drift set to 0, L2 over the life is {without.value('leverage'):.2f} instead of {result.value('leverage'):.2f}; in "
            f"{periods[-1][0]}-{periods[-1][1]} the drift adds {_share(change['operating_cost'])} to operating cost and "
            f"{_share(change['private_cash'])} to private cash."
        )
    if reason == "remainder":
        row = c.sketch_rows(result)[("photonics", periods[-1])]
        years = periods[-1][1] - periods[-1][0] + 1
        private, national = (row["private"].model - row["private"].other) / years, row["national"].model - row["national"].other
        return (
            f"Photonics in {periods[-1][0]}-{periods[-1][1]}: private cash EUR {private:+.1f} m a year against the sketch, cost "
            f"{row['cost'].model - row['cost'].other:+.1f}, national money {national:+.1f}."
        )
    return ""


def _life(result: Result) -> list[str]:
    rows = []
    for cluster, besides in c.life_rows(result).items():
        for beside in besides:
            is_year = beside.what == "first_year"
            cells = [f"{value:.0f}" if is_year and value == value else _number(value, "ratio") for value in (beside.model, beside.other)]
            off = f"{beside.model - beside.other:+.0f} years" if is_year and beside.model == beside.model else _percent(beside.deviation)
            rows.append([cluster, _RATIOS[beside.what], *cells, off])
    return ["## 2. Leverage over the whole life", _table(["cluster", "ratio", "model", "sketch", "deviation"], rows, left=2)]


def _contribution(result: Result) -> list[str]:
    heads = {"contribution_pct_gdp": "direct", "contribution_with_in_kind_pct_gdp": "direct, with partners' own staff"}
    rows = [
        [str(year), heads[line], f"{beside.model:.3f}", f"{beside.other:.3f}", _percent(beside.deviation)]
        for line, by_year in c.contribution_rows(result).items()
        for year, beside in by_year.items()
    ]
    return [
        "## 3. Contribution to the 3 % target",
        _text("contribution"),
        _table(["year", "what", "model", "sketch", "deviation"], rows, left=2),
    ]


def _references(_: Result) -> list[str]:
    rows = []
    for name in c.reference_names():
        case = Case.load(name)
        for figure, beside in c.reference_rows(case):
            rows.append(
                [
                    f"`{name}`",
                    figure.name.en,
                    figure.definition.en,
                    figure.kind,
                    f"{figure.source} ({sources()[figure.source].standing(figure.status)})",
                    f"{_number(beside.model, figure.unit)} {figure.unit}",
                    f"{_number(beside.other, figure.unit)}",
                    _percent(beside.deviation),
                ]
            )
    return [
        "## 4. Real clusters, rebuilt from drivers",
        _text("references"),
        _table(["cluster", "figure", "definition", "kind", "source (status)", "model", "published", "deviation"], rows, left=5),
        _text("not_rebuilt"),
    ]


def _backtest(_: Result) -> list[str]:
    test = c.calibration().backtest
    case = Case.load(test.reference)
    runs = {name: c.backtest_rows(case, version) for name, version in test.versions.items()}
    parts = [
        "## 5. Back-test: imec from 2004 forward",
        "\n".join(f"- **{version.title}.** {version.text}" for version in test.versions.values()),
    ]
    for name, series in test.series.items():
        years = sorted(runs[next(iter(runs))][name])
        rows = [
            [str(year), f"{runs[next(iter(runs))][name][year].other:,.1f}"]
            + [cell for run in runs.values() for cell in (f"{run[name][year].model:,.1f}", f"{100 * run[name][year].deviation:+.1f} %")]
            for year in years
        ]
        for label, until in ((f"to {_LAST_YEAR_BEFORE_MERGER}", _LAST_YEAR_BEFORE_MERGER), (f"to {years[-1]}", None)):
            means = [f"{100 * c.mean_absolute_error(run[name], test.versions[version].sized_on, until):.1f} %" for version, run in runs.items()]
            rows.append([f"mean absolute error {label}", "", *(cell for mean in means for cell in ("", mean))])
        head = ["year", "published", *(cell for version in test.versions.values() for cell in (version.title, "deviation"))]
        parts.append(f"{series.title}, nominal EUR m:\n\n{_table(head, rows)}")
    parts.append(_text("backtest"))
    return parts
