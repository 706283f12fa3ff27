"""A second way of computing what is too long for paper: the default clusters over all their years, in plain Python loops.

The loops are written from the meaning of the words, an amount at a time, and share nothing with the formulas of the model.
"""

from __future__ import annotations

from pathlib import Path

import numpy_financial
import pytest

import model

CLUSTERS = ("photonics", "quantum", "battery")
STRAINED = {
    "*.base_funding_ceiling": {2026: 60, 2045: 40},
    "*.loan_limit": 150,
    "*.loan_rate": 0.05,
    "*.loan_term": 7,
    "*.deposit_rate": 0.01,
    "*.base_funding_last_year": 2050,
    "*.base_funding_taper_years": 4,
}
"""A ceiling that binds, loans that fill a part, base funding that ends: every rule of the treasury is at work."""


@pytest.fixture(scope="module")
def strained(portfolio: model.Case) -> model.Result:
    return portfolio.with_values(STRAINED).run()


@pytest.mark.parametrize("cluster", CLUSTERS)
def test_a_treasurer_keeps_the_same_books(strained: model.Result, cluster: str) -> None:
    """Each loan is kept by itself with what is left of it; cash is counted from one year to the next."""

    def of(name: str, year: int) -> float:
        return strained.value(name, cluster, year)

    cash, loans, unfunded = 0.0, [], 0.0
    for year in strained.years:
        interest = 0.05 * sum(left for _, left in loans)
        instalments = [lent / 7 for lent, _ in loans]
        loans = [(lent, left - part) for (lent, left), part in zip(loans, instalments, strict=True) if left - part > 1e-9]
        cash += of("receipts", year) - of("payments", year) + 0.01 * max(0.0, cash) - interest - sum(instalments)
        short = max(0.0, of("operating_cost", year) / 12 - cash)
        given = min(short, (60 - max(0, min(year, 2045) - 2026) * 20 / 19) * 1.02 ** (year - 2026) * max(0.0, min(1.0, (2055 - year) / 5)))
        lent = min(short - given, max(0.0, 150 * 1.02 ** (year - 2026) - sum(left for _, left in loans)))
        loans.append((lent, lent))
        unfunded += short - given - lent
        cash += short
        assert of("interest_paid", year) == pytest.approx(interest, abs=1e-9)
        assert of("loan_repayment", year) == pytest.approx(sum(instalments), abs=1e-9)
        assert of("base_funding", year) == pytest.approx(given, abs=1e-9)
        assert of("loan_drawdown", year) == pytest.approx(lent, abs=1e-9)
        assert of("loan_balance", year) == pytest.approx(sum(left for _, left in loans), abs=1e-9)
        assert of("unfunded_to_date", year) == pytest.approx(unfunded, abs=1e-9)
        assert of("cash_balance", year) == pytest.approx(cash, abs=1e-9)
    assert unfunded > 0 and strained.value("not_financeable", cluster) == 1


def test_what_a_lender_gets_back_is_worth_what_was_lent() -> None:
    """A loan of 3, at 10 %, in four parts: interest and repayment, discounted at 10 %, are worth 3."""
    case = model.load(str(Path(__file__).parents[1] / "cases" / "tiny.yaml"))
    lent = case.with_values({"tiny.base_funding_ceiling": {2026: 5.633, 2027: 100}, "tiny.loan_limit": 3, "tiny.loan_term": 4}).run()
    drawn = lent.values("loan_drawdown", "tiny")
    assert drawn == pytest.approx([3, *[0] * 9])
    service = [a + b for a, b in zip(lent.values("interest_paid", "tiny"), lent.values("loan_repayment", "tiny"), strict=True)]
    assert service == pytest.approx([0, 1.05, 0.975, 0.9, 0.825, *[0] * 5])
    assert numpy_financial.npv(0.1, service) == pytest.approx(3)


@pytest.mark.parametrize("cluster", CLUSTERS)
def test_an_auditor_writes_every_vintage_off_by_itself(portfolio: model.Case, portfolio_result: model.Result, cluster: str) -> None:
    """Purchase by purchase, at historical cost; and the grants that paid for them, released as they wear."""
    years = portfolio_result.years
    for asset in portfolio.dimensions["asset_class"]:
        life = int(portfolio.quantity(cluster, "asset_life", asset).value)  # type: ignore[arg-type]
        old = int(portfolio.quantity(cluster, "existing_asset_life", asset).value)  # type: ignore[arg-type]
        for bought, worn, left in [
            ("capital_expenditure", "depreciation", "book_value"),
            ("capital_grants_by_class", "deferred_grant_release", "deferred_income"),
        ]:
            added = portfolio_result.values(bought, cluster, asset_class=asset)
            gifts = portfolio_result.values("existing_assets_received", cluster, asset_class=asset)
            for now, year in enumerate(years):
                vintages = [(amount, now - then, life) for then, amount in enumerate(added[: now + 1])]
                vintages += [(amount, now - then, old) for then, amount in enumerate(gifts[: now + 1])]
                wear = sum(amount / lasts for amount, age, lasts in vintages if age < lasts)
                stands = sum(amount * max(0, lasts - age - 1) / lasts for amount, age, lasts in vintages)
                assert portfolio_result.value(worn, cluster, year, asset_class=asset) == pytest.approx(wear, abs=1e-9)
                assert portfolio_result.value(left, cluster, year, asset_class=asset) == pytest.approx(stands, abs=1e-9)


@pytest.mark.parametrize("cluster", [*CLUSTERS, None])
def test_ratios_are_those_of_sums_of_real_money(portfolio: model.Case, portfolio_result: model.Result, cluster: str | None) -> None:
    """The headline and its present value, from nominal tables, a deflator of 2 % and a social discount rate of 2.25 %."""
    table = portfolio_result.table("funding", cluster)
    public = table.loc["public_cash"]
    private = table.loc["dutch_private_cash"] + table.loc["foreign_private_cash"]
    national = table.loc["public_cash_by_source[national]"]
    in_kind = table.loc["private_in_kind"]
    real = {year: 1 / 1.02 ** (year - 2026) for year in portfolio_result.years}
    present = {year: real[year] / 1.0225 ** (year - 2026) for year in portfolio_result.years}
    for weight, version in ((real, ""), (present, "_pv")):

        def worth(flow: dict[int, float], weight: dict[int, float] = weight) -> float:
            return sum(flow[year] * weight[year] for year in portfolio_result.years)

        for name, above, below in [
            ("leverage", private, public),
            ("leverage_national", private, national),
            ("leverage_with_in_kind", private + in_kind, public),
            ("leverage_additional", private * 0.7, public),
            ("leverage_international", table.loc["foreign_private_cash"], public),
            ("multiplier_effect", private + in_kind + public, public),
            ("leverage_effect", private + public, table.loc["public_cash_by_source[eu]"]),
            ("national_mobilisation", private + public - national, national),
        ]:
            assert portfolio_result.value(name + version, cluster) == pytest.approx(worth(above) / worth(below), rel=1e-9)
