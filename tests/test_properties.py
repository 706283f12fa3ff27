"""What must hold always, whatever valid assumptions are drawn: identities of the statements, sums, prices, scale, time, clusters."""

from __future__ import annotations

import itertools
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import model
from model.inputs.definitions import NATION, Definition, definitions
from model.lines import LINES, TABLES

INPUTS = definitions().inputs
TIME = ("first_year", "horizon", "price_year")
PRICE_NEUTRAL = (
    "initial_capex",
    "replacement_capex",
    "capital_expenditure",
    "existing_assets_received",
    "replacement_value",
    "membership_fees",
    "secondment_value",
    "service_revenue",
    "service_margin",
    "personnel_cost",
    "operating_cost",
    "sponsorship",
    "licence_income",
    "equity_exit_income",
    "own_revenue",
    "private_cash",
    "foreign_private_cash",
    "capital_grants",
    "programme_grants",
    "base_funding_fixed",
    "base_funding_proportional",
    "minimum_cash",
    "rd_performed",
    "venture_capital",
    "startup_rd",
    "gdp",
    "rd_gap",
)
"""Money that is no more and no less in constant prices when all prices rise alike: no books at historical cost, no debts, no bills of last year."""

SHIFTED = ("cash_flow", "cash_flow_statement", "income_statement", "balance_sheet", "funding", "assets", "startups", "rd_addition")
"""Tables that a delay moves as they are, in constant prices."""

STARTING_POINTS: tuple[dict[str, Any], ...] = (
    {},
    {"*.base_funding_ceiling": {2026: 20, 2040: 15}, "*.loan_limit": 20, "*.deposit_rate": 0.01, "*.membership_fee.associate": 3},
    {"*.service_start.contract_research": 2020, "*.service_start.housing": 2018, "*.phase_start.foundation": 2025, "*.members_start.core": 2022},
)
"""The case as it stands; one where ceiling and loans bind, some money is unfunded and some profit taxed; one that began before its first year."""

MONEY_TO_COME = ("leverage", "leverage_with_in_kind", "leverage_additional", "leverage_international", "leverage_ecosystem", "multiplier_effect")

examples = settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="module")
def turned(tmp_path_factory: pytest.TempPathFactory) -> model.Case:
    """The portfolio with its clusters in another order."""
    return named(tmp_path_factory, "turned", "[battery, quantum, photonics]")


@pytest.fixture(scope="module")
def without_quantum(tmp_path_factory: pytest.TempPathFactory) -> model.Case:
    """The portfolio with one cluster less."""
    return named(tmp_path_factory, "two", "[photonics, battery]")


def named(folders: pytest.TempPathFactory, name: str, clusters: str) -> model.Case:
    file = folders.mktemp(name) / f"{name}.yaml"
    file.write_text(f"clusters: {clusters}\n", encoding="utf-8")
    return model.load(str(file))


@st.composite
def values(draw: st.DrawFn, definition: Definition, usual: Any) -> Any:
    """A valid value of an input: in the range of its sources where there is one, else anywhere in its bounds that a case could have."""
    if definition.kind == "switch":
        return draw(st.booleans())
    if definition.kind == "choice":
        return draw(st.sampled_from(definition.choices))
    low, high = (bound if isinstance(bound, float) else None for bound in (usual.low, usual.high))
    if low is None or high is None or draw(st.booleans()):
        low, high = definition.minimum, definition.maximum
        if definition.unit == "date":
            low, high = 2016, 2056
        elif high > 60:
            now = usual.value if isinstance(usual.value, float) else max(usual.value.values())
            high = min(high, 3 * now + 10)
    number: st.SearchStrategy[Any] = st.integers(int(np.ceil(low)), int(high))
    if definition.kind == "number":
        number = st.integers(0, 1000).map(lambda step: low + step / 1000 * (high - low))
    if definition.yearly and draw(st.booleans()):
        return draw(st.dictionaries(st.integers(2020, 2070), number, min_size=1, max_size=3))
    return draw(number)


@st.composite
def shares(draw: st.DrawFn, case: model.Case, definition: Definition) -> dict[str, float]:
    """Parts of a whole that are drawn together: they add up to it, or to less where that is allowed."""
    rule = definition.adds_up
    assert rule is not None
    parts = draw(st.lists(st.integers(0, 9), min_size=len(case.dimensions[rule.over]), max_size=len(case.dimensions[rule.over])).filter(any))
    whole = sum(parts) if rule.exactly else max(sum(parts), draw(st.integers(1, 20)))
    of_member = {member: rule.total * part / whole for member, part in zip(case.dimensions[rule.over], parts, strict=True)}
    at = definition.over.index(rule.over)
    families = itertools.product(*(case.dimensions[dim] for dim in definition.over))
    return {".".join((definition.name, *members)): of_member[members[at]] for members in families}


@st.composite
def changes(draw: st.DrawFn, case: model.Case, but: tuple[str, ...] = ()) -> dict[str, Any]:
    """Valid changes of a case: some inputs, for one member or all, of one cluster or all, and how many years are projected.

    Dates, lags, modes, and what decides who pays for what, turn a case round more than any amount: half of the inputs are of that kind.
    """
    keys = list(case.quantities())
    given_ = {**draw(st.sampled_from(STARTING_POINTS)), "nation.horizon": draw(st.integers(10, 60))}
    names = [name for name in INPUTS if name not in (*TIME, *but)]
    turning = [name for name in names if INPUTS[name].kind != "number" or INPUTS[name].group in ("funding", "treasury")]
    for name in draw(st.lists(st.one_of(st.sampled_from(turning), st.sampled_from(names)), max_size=16, unique=True)):
        of_name = [key for key in keys if key.split(".")[1] == name]
        scope = draw(st.sampled_from(sorted({key.split(".")[0] for key in of_name})))
        of_scope = [key for key in of_name if key.startswith(scope + ".")]
        if INPUTS[name].adds_up is not None:
            given_.update({f"{scope}.{key}": share for key, share in draw(shares(case, INPUTS[name])).items()})
            continue
        everywhere = scope != NATION and draw(st.booleans())
        chosen = of_scope if draw(st.booleans()) else [draw(st.sampled_from(of_scope))]
        value = draw(values(INPUTS[name], case.quantity(*chosen[0].split("."))))
        given_.update({"*." + key.partition(".")[2] if everywhere else key: value for key in chosen})
    return given_


def scale_of(result: model.Result) -> float:
    """The largest amount of money in a case: what rounding is measured against."""
    return max(
        1.0, *(float(np.abs(result.array(name)).max()) for name in ("total_assets", "total_liabilities", "receipts", "payments", "public_cash"))
    )


def same(name: str, found: np.ndarray, wanted: np.ndarray, scale: float) -> None:
    """Equal but for rounding; blank where the other is."""
    assert np.isfinite(found[~np.isnan(found)]).all(), f"{name} is infinite"
    close = np.abs(found - wanted) <= 1e-9 * np.abs(wanted) + 1e-10 * scale
    if not (close | (np.isnan(found) & np.isnan(wanted))).all():
        np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-10 * scale, err_msg=name)


def may_be_blank() -> set[str]:
    """Lines that are documented to be blank: ratios, first years and rates of return that need not exist, and what reads them."""
    found: set[str] = set()
    blank = ("ratio(", "first_year(", "irr(", "payback(", "at(")
    grown = True
    while grown:
        reading = {name for name, line in LINES.items() if found & set(line.reads) or any(operator in line.formula() for operator in blank)}
        grown = reading != found
        found = reading
    return found


PORTFOLIO = model.load("portfolio")
ALONE = {cluster: model.load(cluster) for cluster in PORTFOLIO.clusters}


@examples
@given(changes(PORTFOLIO))
def test_statements_tie(drawn: dict[str, Any]) -> None:
    result = PORTFOLIO.with_values(drawn).run()
    margin = 1e-9 * scale_of(result)
    assert {name: residual for name, residual in result.checks().items() if not residual <= margin} == {}
    for cluster in (*PORTFOLIO.clusters, None):

        def of(name: str, cluster: str | None = cluster) -> np.ndarray:
            return np.array(result.values(name, cluster))

        assets = of("book_value") + of("receivables") + of("cash_balance")
        claims = of("deferred_income") + of("loan_balance") + of("payables") + of("unfunded_to_date") + np.cumsum(of("net_result"))
        np.testing.assert_allclose(assets, claims, atol=margin)
        change = of("receipts") - of("payments") + of("interest_received") - of("interest_paid") - of("loan_repayment")
        change += of("base_funding") + of("loan_drawdown") + of("unfunded_gap")
        np.testing.assert_allclose(np.cumsum(change), of("cash_balance"), atol=margin)
        np.testing.assert_allclose(of("operating_cash_flow") + of("investing_cash_flow") + of("financing_cash_flow"), change, atol=margin)
        assert (of("cash_balance") >= of("minimum_cash") - margin).all()


@examples
@given(changes(PORTFOLIO))
def test_parts_add_up_to_totals(drawn: dict[str, Any]) -> None:
    result = PORTFOLIO.with_values(drawn).run()
    scale = scale_of(result)
    for name, line in LINES.items():
        if line.scope == "cluster" and line.whole == "sum":
            same(name, result.array(name), np.sum([result.array(name, cluster) for cluster in PORTFOLIO.clusters], axis=0), scale)
    for total, parts in {
        "own_revenue": ("membership_fees", "service_revenue", "sponsorship", "licence_income", "equity_exit_income"),
        "private_cash": ("dutch_private_cash", "foreign_private_cash"),
        "operating_cost": tuple(row for row in TABLES["operating_cost"].rows if row != "operating_cost"),
        "public_cash": ("public_cash_by_source",),
        "grants_received": ("capital_grants_by_class", "programme_grants"),
        "capital_expenditure": ("initial_capex", "replacement_capex"),
    }.items():
        for cluster in (*PORTFOLIO.clusters, None):
            summed = np.sum([result.values(part, cluster) for part in parts], axis=0)
            same(total, np.array(result.values(total, cluster)), summed, scale)
    for split in ("rd_baseline_by_performer", "rd_baseline_by_funder"):
        np.testing.assert_allclose(result.values(split), result.values("rd_baseline"), rtol=1e-9, atol=1e-9)


@examples
@given(changes(PORTFOLIO, but=("inflation", "inflation_before", "wage_drift", "construction_drift")), st.floats(0, 0.1))
def test_real_and_nominal_views_agree_through_the_index(drawn: dict[str, Any], inflation: float) -> None:
    still = {"nation.inflation": 0, "nation.inflation_before": 0, "nation.wage_drift": 0, "nation.construction_drift": 0}
    steady = PORTFOLIO.with_values(drawn | still).run()
    rising = PORTFOLIO.with_values(drawn | still | {"nation.inflation": inflation}).run()
    index = (1 + inflation) ** np.arange(len(rising.years))
    np.testing.assert_allclose(rising.values("price_index"), index)
    for name in PRICE_NEUTRAL:
        nominal, real = rising.array(name), rising.array(name, real=True)
        np.testing.assert_allclose(real * index.reshape(-1, *[1] * (real.ndim - 1)), nominal, rtol=1e-12, err_msg=name)
        same(name, real, steady.array(name), max(1.0, float(np.abs(real).max())))


@examples
@given(changes(PORTFOLIO, but=("gdp_reference",)))
def test_twice_the_money_is_twice_every_amount_and_no_other_ratio(drawn: dict[str, Any]) -> None:
    case = PORTFOLIO.with_values(drawn)
    halved: dict[str, Any] = {}
    for key, quantity in case.quantities().items():
        top, *below = INPUTS[key.split(".")[1]].unit.split("/")
        factor = 0.5 if top.startswith("EUR") else 2.0 if any(part.startswith("EUR") for part in below) else 1.0
        if factor != 1.0:
            value = quantity.value
            halved[key] = {year: factor * number for year, number in value.items()} if isinstance(value, dict) else factor * value
    full, half = case.run(), case.with_values(halved).run()
    scale = scale_of(full)
    for name, line in LINES.items():
        amount = line.unit.startswith("EUR") and not line.unit.startswith("EUR/EUR")
        for cluster in PORTFOLIO.clusters if line.scope == "cluster" else (None,):
            same(name, full.array(name, cluster), (2 if amount else 1) * half.array(name, cluster), scale)


@examples
@given(changes(PORTFOLIO))
def test_without_public_money_leverage_is_blank(drawn: dict[str, Any]) -> None:
    nothing: dict[str, Any] = {"*.base_funding_mode": "gap", "*.base_funding_ceiling": 0}
    nothing |= {f"*.grant_factor.{source}": 0 for source in PORTFOLIO.dimensions["public_source"]}
    nothing |= {f"*.service_private_share.{service}": 1 for service in PORTFOLIO.dimensions["service"]}
    result = PORTFOLIO.with_values(drawn | nothing).run()
    for cluster in (*PORTFOLIO.clusters, None):
        assert not np.any(result.values("public_cash", cluster))
        for name in MONEY_TO_COME:
            for version in ("", "_in_year", "_to_date", "_pv"):
                assert np.isnan(result.array(name + version, cluster)).all(), name + version
        assert np.isnan(result.value("first_year_above_target", cluster))


@examples
@given(
    changes(PORTFOLIO, but=("inflation", "wage_drift", "construction_drift", "delay_years", "start_delay")),
    st.floats(0, 0.1),
    st.integers(0, 5),
    st.integers(1, 8),
)
def test_a_later_start_moves_real_flows(drawn: dict[str, Any], inflation: float, late: int, later: int) -> None:
    prices = {"nation.inflation": inflation, "nation.wage_drift": 0, "nation.construction_drift": 0}
    before = PORTFOLIO.with_values(drawn | prices | {"*.delay_years": late}).run()
    after = PORTFOLIO.with_values(drawn | prices | {"*.delay_years": late + later}).run()
    scale = scale_of(before)
    for name in {row for table in SHIFTED for row in TABLES[table].rows}:
        for cluster in PORTFOLIO.clusters:
            was, moved = before.array(name, cluster, real=True), after.array(name, cluster, real=True)
            same(f"{name} of {cluster}", moved[later:], was[:-later], scale)
            if LINES[name].unit == "EUR m":
                assert not moved[: late + later].any(), f"{name} of {cluster} before the start"


@examples
@given(changes(PORTFOLIO))
def test_no_line_is_blank_or_infinite_but_those_that_say_so(drawn: dict[str, Any]) -> None:
    result = PORTFOLIO.with_values(drawn).run()
    blanks = may_be_blank()
    for name, line in LINES.items():
        for cluster in PORTFOLIO.clusters if line.scope == "cluster" else (None,):
            figures = result.array(name, cluster)
            assert not np.isinf(figures).any(), f"{name} of {cluster} is infinite"
            assert name in blanks or not np.isnan(figures).any(), f"{name} of {cluster} is blank"


def test_the_strained_starting_point_turns_every_rule_of_the_treasury() -> None:
    result = PORTFOLIO.with_values(STARTING_POINTS[1]).run()
    for name in ("base_funding", "loan_drawdown", "loan_repayment", "interest_paid", "interest_received", "corporate_tax", "unfunded_gap"):
        assert sum(result.values(name)) > 10, name


def test_lines_of_the_statements_are_never_blank() -> None:
    statements = {row for table in SHIFTED for row in TABLES[table].rows}
    assert statements & may_be_blank() == set()


@examples
@given(changes(PORTFOLIO), st.sampled_from(sorted(PORTFOLIO.clusters)))
def test_a_cluster_is_the_same_alone_and_is_its_own_portfolio(drawn: dict[str, Any], cluster: str) -> None:
    together = PORTFOLIO.with_values(drawn).run()
    own = {key: value for key, value in drawn.items() if key.split(".")[0] in ("*", cluster, NATION)}
    alone = ALONE[cluster].with_values(own).run()
    scale = scale_of(alone)
    for name, line in LINES.items():
        if line.scope == "cluster":
            same(name, alone.array(name, cluster), together.array(name, cluster), scale)
            if alone.has_whole(name):
                same(name, alone.array(name), alone.array(name, cluster), scale)


@examples
@given(drawn=changes(PORTFOLIO))
def test_the_order_of_clusters_does_not_matter(turned: model.Case, drawn: dict[str, Any]) -> None:
    one = PORTFOLIO.with_values(drawn).run()
    other = turned.with_values(drawn).run()
    assert list(one.case.clusters) != list(other.case.clusters)
    scale = scale_of(one)
    for name, line in LINES.items():
        if line.scope != "cluster" or one.has_whole(name):
            same(name, other.array(name), one.array(name), scale)


@examples
@given(drawn=changes(PORTFOLIO))
def test_a_cluster_that_is_not_included_is_a_cluster_left_out(without_quantum: model.Case, drawn: dict[str, Any]) -> None:
    off = PORTFOLIO.with_values(drawn | {"quantum.included": False}).run()
    left = {key: value for key, value in drawn.items() if not key.startswith("quantum.")}
    out = without_quantum.with_values(left).run()
    scale = scale_of(out)
    for name, line in LINES.items():
        if line.scope != "cluster" or off.has_whole(name):
            same(name, off.array(name), out.array(name), scale)
    assert not np.any(off.values("cash_balance", "quantum"))


@pytest.mark.parametrize("regional", [0.3328, 0.33333])
def test_shares_that_leave_something_over_are_refused(regional: float) -> None:
    """Two thirds and one third, rounded, would lose a few hundred euros a year that no check could find again."""
    with pytest.raises(model.InputError, match=r"add up to 0.99"):
        PORTFOLIO.with_values({"*.base_funding_payer_share.national": 0.66666, "*.base_funding_payer_share.regional": regional})


def test_a_line_is_the_same_whichever_were_read_before_and_by_whom() -> None:
    """Results are shared by the visitors of the screen, and a line is computed when it is first asked for."""
    names = list(LINES)
    expected = PORTFOLIO.run()

    def figures(result: model.Result, order: list[str]) -> dict[str, np.ndarray]:
        return {name: result.array(name, "photonics" if LINES[name].scope == "cluster" else None) for name in order}

    known = figures(expected, names)
    chance = np.random.default_rng(1)
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(5):
            shared = PORTFOLIO.run()
            with ThreadPoolExecutor(4) as readers:
                for found in readers.map(figures, [shared] * 4, [list(chance.permutation(names)) for _ in range(4)]):
                    for name, array in found.items():
                        np.testing.assert_array_equal(array, known[name], err_msg=name)
    finally:
        sys.setswitchinterval(interval)
