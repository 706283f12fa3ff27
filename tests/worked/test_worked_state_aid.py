"""Block 12 on paper: TNO's line for indium phosphide, EUR 153m without its building.

A quarter of 153 is 38.25: the most that article 26a allows, but more than its 25m, so it must be notified. With 16 % it would
be 24.48 and stay within both; with 40 % it is above the ceiling. And in 2030 paid contract research and use of the line are a good
part of what photonics costs to run, so the 20 % rule does not help for long.
"""

from __future__ import annotations

import pytest

import model
from model.state_aid_report import checks

CLASSES = ("building", "cleanroom", "pilot_line", "laboratory", "digital")
LINE_ALONE = {
    **{f"photonics.capex.{phase}.{kind}": 0 for phase in ("foundation", "expansion", "leadership") for kind in CLASSES},
    "photonics.capex.foundation.pilot_line": 153,
    "photonics.overrun_factor": 1,
    "nation.inflation": 0,
    "photonics.capital_grant_share.eu.foundation.pilot_line": 0,
}
MEMBERS = {"phase": "foundation", "asset_class": "pilot_line"}


@pytest.mark.parametrize(("share", "aid", "verdict"), [(0.16, 24.48, 0), (0.25, 38.25, 2), (0.4, 61.2, 1)])
def test_aid_to_the_line(share: float, aid: float, verdict: int) -> None:
    case = model.load("photonics").with_values({**LINE_ALONE, "photonics.capital_grant_share.national.foundation.pilot_line": share})
    result = case.run()
    assert result.value("investment_aid_by_article", "photonics", aid_article="gber_26a") == pytest.approx(aid)
    assert result.value("investment_aid_verdict", "photonics", **MEMBERS) == verdict


def test_the_table_says_the_same_in_words() -> None:
    case = model.load("photonics").with_values({**LINE_ALONE, "photonics.capital_grant_share.national.foundation.pilot_line": 0.25})
    result = case.run()
    rows = {check.line: check for check in checks(result, "photonics")}
    row = rows["investment_aid_verdict"]
    assert (row.what, row.article) == ("Capital grants: Foundation, Pilot line", "GBER 26a, testing and experimentation")
    assert (row.value, row.ceiling, row.verdict) == (pytest.approx(0.25), 0.25, "notify")
    amount = rows["notification_verdict"]
    assert (amount.value, amount.ceiling, amount.words) == (pytest.approx(38.25), 25, "above the threshold, to be notified")
    dutch = [check for check in checks(result, "photonics", "nl") if check.line == "notification_verdict"]
    assert dutch[0].words == "boven de drempel, moet worden aangemeld"


@pytest.mark.parametrize(("cluster", "sketch"), [("photonics", 0.39), ("battery", 0.35), ("quantum", 0.21)])
def test_paid_revenue_reaches_what_the_sketch_found(portfolio_result: model.Result, cluster: str, sketch: float) -> None:
    """FACTS 9: 39 % of running cost for photonics in 2035, 35 % for batteries in 2030, 21 % for quantum in 2035; here within a quarter."""
    year = 2030 if cluster == "battery" else 2035
    assert portfolio_result.value("paid_revenue_share", cluster, year) == pytest.approx(sketch, rel=0.25)


@pytest.mark.parametrize("cluster", ["photonics", "quantum", "battery"])
def test_the_ancillary_route_closes_within_the_first_decade(portfolio_result: model.Result, cluster: str) -> None:
    first = portfolio_result.value("first_year_paid_use_above", cluster)
    assert 2026 <= first <= 2035
    year = int(first)
    assert portfolio_result.value("paid_use_share", cluster, year) > 0.2
    row = next(check for check in checks(portfolio_result, cluster) if check.line == "ancillary_verdict")
    assert (row.first_year, row.verdict, row.words) == (year, "notify", "more than ancillary, the rules apply")


def test_a_table_of_an_unknown_cluster_names_those_there_are(portfolio_result: model.Result) -> None:
    with pytest.raises(model.InputError, match=r"photonic.*did you mean 'photonics'"):
        checks(portfolio_result, "photonic")
