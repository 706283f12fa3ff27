"""The job that all engines are given: 100 lines over 35 years, once, in the language of the model.

A research cluster in small: eight streams of revenue, four classes of assets whose depreciation stops at book value,
staff, cost, grants, treasury with loans and losses carried forward, an R&D stock. 30 lines look back a year.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from model.engine import evaluate
from model.engine.program import InputSpec, Program, build
from model.language import Line, define, maximum, minimum, over_life, previous, s_curve, value_of, where
from model.language.expression import Expression

YEARS, FIRST = 35, 2026
STREAMS, ASSETS, ROLES, COSTS, GRANTS = 8, 4, 3, 4, 3
OUTPUTS = ("npv_public", "npv_private", "npv_society", "discounted_private", "discounted_public")


class _Names:
    """`x.revenue_3` is the placeholder of that line or input."""

    def __getattr__(self, name: str) -> Expression:
        return value_of(name)


x: Any = _Names()


def _sum(family: str, count: int) -> Any:
    return sum((value_of(f"{family}_{number}") for number in range(1, count)), start=value_of(f"{family}_0"))


def _formulas() -> dict[str, Any]:
    f: dict[str, Any] = {
        "price_index": previous(x.price_index, 1 / (1 + x.inflation)) * (1 + x.inflation),
        "wage_index": previous(x.wage_index, 1 / (1 + x.wage_growth)) * (1 + x.wage_growth),
        "discount": previous(x.discount, 1 + x.discount_rate) / (1 + x.discount_rate),
        "ramp": s_curve(FIRST + x.start, x.ramp_years),
    }
    for i in range(STREAMS):
        of = {name: value_of(f"{name}_{i}") for name in ("customers", "opening", "growth", "capacity", "use", "price", "volume")}
        f[f"customers_{i}"] = previous(of["customers"], of["opening"]) * (1 + of["growth"])
        f[f"volume_{i}"] = minimum(of["capacity"], of["customers"] * of["use"]) * x.ramp
        f[f"revenue_{i}"] = of["volume"] * of["price"] * x.price_index
    f["volume"], f["revenue"] = _sum("volume", STREAMS), _sum("revenue", STREAMS)
    for i in range(ASSETS):
        of = {name: value_of(f"{name}_{i}") for name in ("capex", "built", "life", "spent", "investment", "book", "depreciation")}
        f[f"investment_{i}"] = where(x.year < FIRST + of["built"], of["capex"], of["capex"] / of["life"]) * x.price_index
        f[f"spent_{i}"] = previous(of["spent"], 0) + of["investment"]
        f[f"depreciation_{i}"] = minimum(previous(of["book"], 0) + of["investment"], of["spent"] / of["life"])
        f[f"book_{i}"] = previous(of["book"], 0) + of["investment"] - of["depreciation"]
    f["investment"], f["depreciation"], f["book"] = _sum("investment", ASSETS), _sum("depreciation", ASSETS), _sum("book", ASSETS)
    for i in range(ROLES):
        f[f"fte_{i}"] = value_of(f"fte_base_{i}") + value_of(f"fte_per_volume_{i}") * x.volume
        f[f"pay_{i}"] = value_of(f"fte_{i}") * value_of(f"salary_{i}") * x.wage_index
    for i in range(COSTS):
        f[f"cost_{i}"] = value_of(f"fixed_{i}") * x.price_index + value_of(f"variable_{i}") * x.revenue
    for i in range(GRANTS):
        taper = maximum(0, minimum(1, (FIRST + value_of(f"grant_end_{i}") - x.year) / 4))
        f[f"grant_{i}"] = value_of(f"grant_amount_{i}") * taper * x.price_index
    f |= {
        "fte": _sum("fte", ROLES),
        "staff_cost": _sum("pay", ROLES),
        "operating_cost": x.staff_cost + _sum("cost", COSTS),
        "grants": _sum("grant", GRANTS),
        "receivables": x.revenue * x.receivable_days / 365,
        "payables": (x.operating_cost - x.staff_cost) * x.payable_days / 365,
        "working_capital": x.receivables - x.payables,
        "working_capital_change": x.working_capital - previous(x.working_capital, 0),
        "operating_result": x.revenue + x.grants - x.operating_cost,
        "opening_debt": previous(x.debt, 0),
        "interest": x.opening_debt * x.loan_rate,
        "profit": x.operating_result - x.depreciation - x.interest,
        "opening_losses": previous(x.losses, 0),
        "losses": maximum(0, x.opening_losses - x.profit),
        "taxable": maximum(0, x.profit - x.opening_losses),
        "tax": x.taxable * x.tax_rate * x.taxable_share,
        "net_profit": x.profit - x.tax,
        "reserves": previous(x.reserves, 0) + x.net_profit,
        "repayment": x.opening_debt / x.loan_term,
        "opening_cash": previous(x.cash, 0),
        "cash_before_loans": x.opening_cash + x.operating_result - x.investment - x.working_capital_change - x.interest - x.tax - x.repayment,
        "minimum_cash": x.operating_cost * x.liquidity_months / 12,
        "drawing": minimum(x.loan_limit, maximum(0, x.minimum_cash - x.cash_before_loans)),
        "debt": x.opening_debt + x.drawing - x.repayment,
        "cash": x.cash_before_loans + x.drawing,
        "research": x.staff_cost * x.research_share + x.investment * x.research_share,
        "research_stock": previous(x.research_stock, 0) * (1 - x.decay) + x.research,
        "induced": x.research_stock * x.induced_share,
        "gdp": previous(x.gdp, x.gdp_first) * (1 + x.gdp_growth),
        "research_intensity": (x.research + x.induced) / x.gdp,
        "private_money": x.revenue * x.private_share,
        "public_money": x.grants + x.revenue * (1 - x.private_share),
        "society": x.induced * x.social_return + x.tax + x.fte * x.spillover,
        "npv_public": over_life((x.tax - x.grants) * x.discount),
        "npv_private": over_life((x.revenue - x.operating_cost - x.investment) * x.discount),
        "npv_society": over_life((x.society - x.public_money) * x.discount),
        "discounted_private": over_life(x.private_money * x.discount),
        "discounted_public": over_life(x.public_money * x.discount),
    }
    return f


@lru_cache(maxsize=1)
def lines() -> dict[str, Line]:
    """The lines of the job by name."""
    return {name: define(name, "1", tree, "", "benchmarks/job.py") for name, tree in _formulas().items()}


@lru_cache(maxsize=1)
def inputs() -> dict[str, float]:
    """The inputs of the job with their values."""
    given = {"inflation": 0.02, "wage_growth": 0.028, "discount_rate": 0.0225, "start": 1, "ramp_years": 8, "receivable_days": 45}
    given |= {"payable_days": 30, "loan_rate": 0.045, "tax_rate": 0.258, "taxable_share": 0.4, "loan_term": 12, "liquidity_months": 3}
    given |= {"loan_limit": 60, "research_share": 0.55, "decay": 0.12, "induced_share": 0.08, "gdp_first": 1150, "gdp_growth": 0.033}
    given |= {"private_share": 0.7, "social_return": 0.3, "spillover": 0.01}
    for i in range(STREAMS):
        given |= {f"opening_{i}": 4 + i, f"growth_{i}": 0.01 + 0.005 * i, f"capacity_{i}": 12.0 + i, f"use_{i}": 0.8, f"price_{i}": 0.2 + 0.05 * i}
    for i in range(ASSETS):
        given |= {f"capex_{i}": 9 + 2 * i, f"built_{i}": 4 + i, f"life_{i}": 30 - 5 * i}
    for i in range(ROLES):
        given |= {f"fte_base_{i}": 12 - 2 * i, f"fte_per_volume_{i}": 0.3, f"salary_{i}": 0.11 - 0.01 * i}
    for i in range(COSTS):
        given |= {f"fixed_{i}": 0.8 + 0.1 * i, f"variable_{i}": 0.02}
    for i in range(GRANTS):
        given |= {f"grant_amount_{i}": 8 - i, f"grant_end_{i}": 14 + 3 * i}
    return {name: float(value) for name, value in given.items()}


@lru_cache(maxsize=1)
def program() -> Program:
    """The job laid out for our engines: one cluster."""
    specs = {name: InputSpec(("cluster",), False) for name in inputs()}
    return build(lines(), specs, {"cluster": ("one",)})


def base() -> dict[int, Any]:
    """The job run once."""
    arrays = {name: np.full((1, 1, 1), value) for name, value in inputs().items()}
    arrays["year"] = np.arange(FIRST, FIRST + YEARS, dtype=float).reshape(-1, 1)
    return evaluate.run(program(), evaluate.plan(program(), program().roots.values()), arrays, YEARS)


def wanted() -> list[int]:
    """The nodes of the outputs."""
    return [program().roots[(name, "cluster")] for name in OUTPUTS]


def draws(count: int, seed: int = 1) -> dict[str, Any]:
    """Every input times its own random number from 0.9 to 1.1, (draws,) each."""
    rng = np.random.default_rng(seed)
    return {name: value * rng.uniform(0.9, 1.1, count) for name, value in inputs().items()}


def cells() -> dict[str, Mapping[str, tuple[int, ...]]]:
    """All inputs as cells that vary."""
    return {name: {name: (0,)} for name in inputs()}
