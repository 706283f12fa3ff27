"""Is it worth it, and for whom? Four sides, with what is uncertain shown apart."""

from __future__ import annotations

from model import charts as chart_data
from model import state_aid_report
from model.inputs.definitions import NATION
from model.lines.dna import TRAITS
from model.result import Result
from model.wording import BLANK, Wording
from ui import charts, frame, state, tables

SIDES = ("financial", "national_capital", "exchequer", "society")
MEASURES = ("npv", "irr", "benefit_cost_ratio", "payback", "funding_gap")
WITHOUT_RETURNS = {"exchequer": "exchequer_npv_without_returns", "society": "society_npv_without_returns"}
STAKES = ("alone_stake", "member_stake", "sharing_factor", "alone_npv", "member_npv", "alone_expected_loss", "member_expected_loss")


def measure(words: Wording, value: float, unit: str) -> str:
    """A figure with its unit and the digits that it deserves."""
    if unit == "share":
        return words.percent(value, 1)
    if unit == "date":
        return words.year(value)
    if unit.startswith("EUR m"):
        return words.money(value, 1)
    number = words.number(value, {"ratio": 2, "flag": 0}.get(unit, 1))
    return f"{number} {words('headline.years')}" if unit == "years" and number != BLANK else number


def worth(words: Wording, result: Result, cluster: str | None) -> chart_data.Chart:
    """Net present value of each side, and without the returns to knowledge where these count."""
    sure, unsure = words("appraisal.as_assumed"), words("appraisal.without_returns")
    listed = []
    for side in SIDES:
        listed.append((words(f"appraisal.{side}"), result.value(f"{side}_npv", cluster), sure))
        if side in WITHOUT_RETURNS:
            name = words("appraisal.no_returns", side=words(f"appraisal.{side}"))
            listed.append((name, result.value(WITHOUT_RETURNS[side], cluster), unsure))
    unit = chart_data.money_unit(words, result, True)
    ends = "; ".join(f"{name} {words.number(value)}" for name, value, _ in listed)
    alt = words("alt.worth", unit=unit, ends=ends)
    kinds = [(sure, chart_data.ACCENT), (unsure, "#c3ccd6")]
    return chart_data.horizontal(words, unit, listed, kinds, alt, heading=words("appraisal.side"), decimals=0)


def sides(words: Wording, result: Result, cluster: str | None) -> str:
    """Every measure of every side."""
    rows = []
    for side in SIDES:
        cells = [measure(words, result.value(f"{side}_{name}", cluster), result.lines[f"{side}_{name}"].unit) for name in MEASURES]
        cells[MEASURES.index("irr")] = words.rate_of_return(result.value(f"{side}_irr", cluster))
        rows.append([words(f"appraisal.{side}"), words(f"appraisal.{side}_meaning"), *cells])
    headers = [words("appraisal.side"), words("appraisal.what"), *(words(f"appraisal.{name}") for name in MEASURES)]
    return tables.html_table(headers, rows, words("appraisal.sides_title"), wordy=(1,))


def derisking(words: Wording, result: Result, cluster: str) -> str:
    """For one company of each tier: alone, and as a member."""
    tiers = result.case.dimensions["tier"]
    rows = []
    for name in STAKES:
        cells = [measure(words, result.value(name, cluster, tier=tier), result.lines[name].unit) for tier in tiers]
        rows.append([words.line(name), *cells])
    return tables.html_table([words("chart.line"), *(words.of(label) for label in tiers.values())], rows, words("appraisal.derisking_title"))


def state_aid(words: Wording, result: Result, cluster: str) -> str:
    """Every check with its article, its figure, its ceiling and its verdict."""
    rows = []
    for check in state_aid_report.checks(result, cluster, words.language):
        since = words("appraisal.since", year=check.first_year) if check.first_year else ""
        shown = [measure(words, number, check.unit) for number in (check.value, check.ceiling)]
        rows.append([check.what, check.article, *shown, f"{check.words}{since}"])
    headers = [words(f"appraisal.{name}") for name in ("check", "article", "figure", "ceiling", "verdict")]
    return tables.html_table(headers, rows, words("appraisal.aid_title"), wordy=(1, 4))


def scorecard(words: Wording, result: Result, cluster: str) -> str:
    """Every trait with its indicator and threshold."""
    rows = []
    for trait, threshold in TRAITS.items():
        definition = result.case.definition(threshold)
        limit = result.case.quantity("nation" if definition.scope == "nation" else cluster, threshold).value
        unit = result.lines[trait].unit
        met = words("appraisal.met" if result.value(f"{trait}_met", cluster) else "appraisal.not_met")
        rows.append([words.line(trait), measure(words, result.value(trait, cluster), unit), measure(words, float(limit), unit), met])  # type: ignore[arg-type]
    headers = [words(f"appraisal.{name}") for name in ("trait", "indicator", "threshold", "reached")]
    return tables.html_table(headers, rows, words("appraisal.dna_title"), wordy=(3,))


def over_years(words: Wording, result: Result, cluster: str | None, names: tuple[str, str]) -> chart_data.Chart:
    """A line of jobs, gross and net."""
    series = [(words.line(name), [float(v) for v in result.array(name, cluster)]) for name in names]
    ends = ", ".join(f"{label} {words.number(values[-1])}" for label, values in series)
    alt = words("alt.gross_and_net", last=result.years[-1], ends=ends)
    return chart_data.lines(words, words("unit.job"), result.years, series, alt, decimals=0)


def page() -> None:
    words = state.w()
    result = state.now().result
    cluster = state.view_cluster()
    one = cluster or next(iter(result.case.clusters))
    name = frame.shown_name()
    frame.answer(
        frame.rich(
            "appraisal.answer",
            name=name,
            society=words.money(result.value("society_npv", cluster), sign=True),
            without=words.money(result.value("society_npv_without_returns", cluster), sign=True),
            exchequer=words.money(result.value("exchequer_npv", cluster), sign=True),
            exchequer_without=words.money(result.value("exchequer_npv_without_returns", cluster), sign=True),
        ),
        frame.rich(
            "appraisal.break_even",
            rate=words.percent(result.value("social_return_break_even", cluster), 1),
            assumed=words.percent(float(result.case.quantity(NATION, "social_return_to_rd").value), 1),  # type: ignore[arg-type]
        ),
    )
    unit = chart_data.money_unit(words, result, True)
    with charts.pairs():
        charts.card(
            words, worth(words, result, cluster), "worth", words("appraisal.worth_title"), words("appraisal.worth_note", name=name, unit=unit)
        )
        chart = over_years(words, result, cluster, ("jobs_gross", "jobs_net"))
        charts.card(words, chart, "jobs", words("appraisal.jobs_title"), words("appraisal.jobs_note", name=name))
    charts.sheet(words("appraisal.sides_title"), words("appraisal.sides_note", name=name, unit=unit), sides(words, result, cluster))
    one_only = {"derisking": derisking, "aid": state_aid, "dna": scorecard}
    elsewhere = f" {words('appraisal.one_only')}" if cluster is None and len(result.case.clusters) > 1 else ""
    for key, table in one_only.items():
        note = words(f"appraisal.{key}_note", name=words.of(result.case.clusters[one]), unit=unit)
        charts.sheet(words(f"appraisal.{key}_title"), note + elsewhere, table(words, result, one))
    frame.changes()


frame.body("appraisal", page)
