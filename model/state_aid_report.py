"""The State-aid checks of a cluster as a table in words: article, ceiling, value, verdict. A help, not legal advice."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from model.inputs.definitions import NATION
from model.lines.state_aid import ABOVE, NOTIFY, WITHIN
from model.wording import Wording

if TYPE_CHECKING:
    from model.result import Result

VERDICTS = {WITHIN: "within", ABOVE: "above", NOTIFY: "notify"}
NOTIFY_WORDS = {"notification_verdict": "threshold", "ancillary_verdict": "applies"}
"""What must be notified is said in other words for an amount and for paid use."""


@dataclass(frozen=True)
class Check:
    """One check. value and ceiling are in `unit`: 'share', 'EUR m' (nominal) or 'years'; nan where there is none.

    verdict: 'within', 'above' (the ceiling or the years) or 'notify' (within, but to be notified for its amount, or
    paid use that is more than ancillary). first_year: the first year above, where the check is made year by year.
    """

    line: str
    what: str
    article: str
    value: float
    ceiling: float
    unit: str
    verdict: str
    words: str
    first_year: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain data; blank numbers are None."""
        return {key: None if isinstance(value, float) and math.isnan(value) else value for key, value in asdict(self).items()}


def checks(result: Result, cluster: str, language: str = "en") -> list[Check]:
    """Every check of a cluster, in the order of the articles. Raises InputError for an unknown cluster or language."""
    result.array("state_aid_open_checks", cluster)
    return list(_Checks(result, cluster, Wording(language)).rows())


class _Checks:
    def __init__(self, result: Result, cluster: str, say: Wording):
        self.result, self.cluster, self.say = result, cluster, say
        self.case = result.case

    def value(self, line: str, **members: str) -> float:
        return self.result.value(line, self.cluster, None, real=False, **members)

    def label(self, dimension: str, member: str) -> str:
        return self.say.of(self.case.dimensions[dimension][member])

    def limit(self, name: str, *members: str) -> float:
        return float(self.case.quantity(NATION, name, *members).value)  # type: ignore[arg-type]

    def articles(self, name: str, *members: str) -> list[str]:
        """Articles that are switched on in a cluster's input over them."""
        known = self.case.dimensions["aid_article"]
        return [article for article in known if self.case.quantity(self.cluster, name, *members, article).value]

    def check(self, line: str, what: str, articles: list[str], value: float, ceiling: float, unit: str, first: str = "", **members: str) -> Check:
        verdict = VERDICTS[int(self.value(line, **members))]
        year = self.value(first) if first else math.nan
        return Check(
            line=line,
            what=what,
            article=", ".join(self.label("aid_article", article) for article in articles) or self.say("state_aid.no_article"),
            value=value,
            ceiling=ceiling,
            unit=unit,
            verdict=verdict,
            words=self.say(f"state_aid.{NOTIFY_WORDS.get(line, verdict) if verdict == VERDICTS[NOTIFY] else verdict}"),
            first_year=None if math.isnan(year) else int(year),
        )

    def rows(self) -> Iterator[Check]:
        """The checks: investment by phase and class, amounts, all investment, R&D, operating aid, paid use."""
        say = self.say
        for phase in self.case.dimensions["phase"]:
            for kind in self.case.dimensions["asset_class"]:
                found = self.value("investment_aid_intensity", phase=phase, asset_class=kind)
                if not math.isnan(found):
                    what = say("state_aid.investment", phase=self.label("phase", phase), asset_class=self.label("asset_class", kind))
                    ceiling = self.value("investment_aid_ceiling", asset_class=kind)
                    articles = self.articles("aid_regime", kind)
                    yield self.check("investment_aid_verdict", what, articles, found, ceiling, "share", phase=phase, asset_class=kind)
        for article in self.case.dimensions["aid_article"]:
            amount = self.value("investment_aid_by_article", aid_article=article)
            if amount:
                threshold = self.limit("aid_threshold", article)
                yield self.check("notification_verdict", say("state_aid.amount"), [article], amount, threshold, "EUR m", aid_article=article)
        used = [
            a for a in self.case.dimensions["aid_article"] if any(a in self.articles("aid_regime", k) for k in self.case.dimensions["asset_class"])
        ]
        intensity, ceiling = self.value("total_investment_aid_intensity"), self.value("total_investment_aid_ceiling")
        yield self.check("total_investment_aid_verdict", say("state_aid.all_investment"), used, intensity, ceiling, "share")
        research = self.articles("rd_aid_regime")
        intensity, ceiling = self.value("rd_aid_intensity"), self.value("rd_aid_ceiling")
        yield self.check("rd_aid_verdict", say("state_aid.research"), research, intensity, ceiling, "share")
        running = ["gber_27"]
        highest = max((v for v in self.result.values("operating_aid_intensity", self.cluster) if not math.isnan(v)), default=math.nan)
        ceiling = self.limit("operating_aid_ceiling")
        yield self.check("operating_aid_verdict", say("state_aid.operating"), running, highest, ceiling, "share", "first_year_operating_aid_above")
        years, allowed = self.value("operating_aid_duration"), self.limit("operating_aid_years")
        yield self.check("operating_aid_duration_verdict", say("state_aid.duration"), running, years, allowed, "years")
        highest = max(self.result.values("paid_use_share", self.cluster))
        limit = self.limit("ancillary_limit")
        ancillary = self.check("ancillary_verdict", say("state_aid.paid_use"), [], highest, limit, "share", "first_year_paid_use_above")
        yield replace(ancillary, article=say("state_aid.ancillary"))
