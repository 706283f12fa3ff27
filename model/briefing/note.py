"""What stands in a briefing note, before anyone decides how it looks: sentences, tables, charts, all in one language."""

from __future__ import annotations

import datetime
import math
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from model import charts, headline
from model.briefing import STEPS, findings
from model.briefing.findings import DRAWS, HEADLINE, SEED
from model.briefing.pictures import Picture, with_decades, with_legend_columns
from model.briefing.spans import Text, clean, spans, strong
from model.calibration import calibration
from model.inputs.catalogue import status_of
from model.inputs.definitions import OWN, sources
from model.inputs.layers import available
from model.inputs.published import ratios_for
from model.language.errors import InputError, nearest
from model.summary import periods, total
from model.version import VERSION
from model.wording import LANGUAGES, Wording, texts_of

if TYPE_CHECKING:
    from model.case import Case
    from model.inputs.quantities import Quantity, Value
    from model.result import Result

MOST_CHANGES = 5
MOST_DRIVERS = 5
MOST_WARNINGS = 3
TITLE, LABEL, VALUE, CITED = 70, 80, 34, 115
"""Longest title, label, value and source, in characters: two pages are two pages."""
LONGEST_COMMAND = 330
NOT_FINANCEABLE = "not_financeable"
USERS = "the user's changes"


@dataclass(frozen=True)
class Table:
    """A table with a caption for those who do not see it. numeric: columns that stand to the right."""

    caption: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[int, ...] = ()


@dataclass(frozen=True)
class Note:
    """A briefing note. gap: what nobody has promised to pay, where there is such a gap. link: address of the case on the screen, or empty."""

    language: str
    date: datetime.date
    kind: str
    written: str
    title: str
    about: str
    headings: dict[str, str]
    gap: Text
    answer: Text
    spread: str
    figures: Table
    figures_note: str
    pictures: tuple[Picture, ...]
    sides: tuple[str, ...]
    changes: Table | None
    changes_note: str
    drivers: Table | None
    drivers_note: str
    caveats: tuple[str, ...]
    basis: tuple[tuple[str, str], ...]
    link: str
    link_label: str
    link_text: str
    footer: str
    page: str
    authors: str


@lru_cache(maxsize=2)
def words_of(language: str) -> Wording:
    """The texts of notes in a language. Raises InputError for one that there is not."""
    if language not in LANGUAGES:
        raise InputError(f"there is no language {language!r}; there are {', '.join(LANGUAGES)}")
    return Wording(language, texts_of(Path(__file__).with_name(f"{language}.yaml")))


def compose(
    case: Case,
    language: str,
    date: datetime.date,
    *,
    cluster: str | None = None,
    year: int | None = None,
    link: str = "",
    told: Callable[[int, int], Any] | None = None,
) -> Note:
    """The content of a note. Arguments as in `model.briefing.docx`; raises InputError with every mistake in them."""
    mistakes = mistakes_in(case, language, date, cluster=cluster, year=year, link=link)
    if mistakes:
        raise InputError(mistakes)
    told = told or (lambda done, total: None)
    maker = _Maker(case, words_of(language), cluster, year)
    told(1, STEPS)
    spread = findings.spread(case, maker.cluster)
    told(2, STEPS)
    driving = findings.drivers(case, maker.cluster, MOST_DRIVERS)
    told(3, STEPS)
    return maker.note(date, spread, driving, link)


def mistakes_in(
    case: Case | None, language: str, date: datetime.date | None = None, *, cluster: str | None = None, year: int | None = None, link: str = ""
) -> list[str]:
    """What is wrong with the arguments of a note, one sentence each. case: None where it could not be opened and is not looked at."""
    mistakes = []
    if language not in LANGUAGES:
        mistakes.append(f"there is no language {language!r}; there are {', '.join(LANGUAGES)}")
    if date is not None and not isinstance(date, datetime.date):
        mistakes.append(f"date {date!r} is not a date, such as datetime.date(2026, 1, 31)")
    if case is not None and cluster is not None and cluster not in case.clusters:
        mistakes.append(f"there is no cluster {cluster!r} in this case{nearest(cluster, case.clusters)}; there are {', '.join(case.clusters)}")
    if case is not None and year is not None and year not in case.years:
        mistakes.append(f"year {year} is outside the horizon, {case.years[0]} to {case.years[-1]}")
    if link and not link.startswith(("https://", "http://")):
        mistakes.append("the link is not an address that begins with https:// or http://")
    return mistakes


class _Maker:
    """Writes one note: a case, its base case, a language, what is looked at."""

    def __init__(self, case: Case, words: Wording, cluster: str | None, year: int | None):
        self.case, self.words = case, words
        self.cluster = cluster if len(case.clusters) > 1 else None
        self.start = case.unchanged()
        self.result = case.run()
        self.start_result = self.start.run()
        self.year = year if year is not None else next(iter(periods(self.result).values()))[1]
        self.changed = findings.changes(case, self.start, self.cluster)
        self.price_year = headline.price_year(case)
        self.asked_year = year

    def say(self, key: str, **values: Any) -> str:
        """A text of notes."""
        return clean(self.words(f"note.{key}", **values))

    def ratio(self, value: float) -> str:
        return self.words.number(value, 2)

    # Head ---------------------------------------------------------------------------------------------------

    def name(self) -> str:
        return clean(headline.name_of(self.words, self.case, self.cluster), TITLE)

    def about(self) -> str:
        if self.cluster:
            return self.say("of_case", case=clean(self.words.of(self.case.title), TITLE))
        return clean(self.words.of(self.case.about), 220)

    def gap(self) -> Text:
        """What to know before anything else, where somebody still has to pay."""
        result = self.result
        if not result.value(NOT_FINANCEABLE, self.cluster):
            return ()
        missing = total(result, "unfunded_gap", self.cluster, result.years[0], result.years[-1])
        told = self.words(
            "note.gap",
            gap=strong(self.billions(missing)),
            prices=headline.prices(self.words, self.case, True),
            ratio=strong(self.ratio(result.value("leverage_if_gap_is_public", self.cluster))),
        )
        return spans(told)

    def answer(self) -> Text:
        return spans(" ".join(headline.answer(self.words, self.result, self.cluster, self.year, True, strong)))

    def spread(self, found: findings.Spread | None) -> str:
        if found is None:
            return self.say("no_range")
        return self.say(
            "range",
            varied=self.words.number(found.varied),
            low=self.ratio(found.low),
            high=self.ratio(found.high),
            median=self.ratio(found.median),
            below=self.words.percent(found.below, 0),
            base=self.ratio(self.result.value(HEADLINE, self.cluster)),
            draws=self.words.number(DRAWS),
            seed=SEED,
        )

    # Key figures --------------------------------------------------------------------------------------------

    def figures(self) -> Table:
        """Every figure with the same of the base case, where they can differ, and its definition."""
        now, base = self._values(self.result, self.year), self._values(self.start_result, self.year)
        if self.year not in self.start.years:
            del base["cost"], base["net"]
        rows = []
        for key, (label, value, definition) in now.items():
            cells = [label, value, base[key][1] if key in base else self.words.number(math.nan), definition]
            if not self.changed:
                del cells[2]
            rows.append(tuple(clean(cell) for cell in cells))
        headers = [self.say(f"col.{name}") for name in ("figure", "now", "base", "definition")]
        if not self.changed:
            del headers[2]
        return Table(self.say("figures_caption"), tuple(headers), tuple(rows), tuple(range(1, len(headers) - 1)))

    def _values(self, result: Result, year: int) -> dict[str, tuple[str, str, str]]:
        """Label, value and definition of every figure of a result, in reading order."""
        years = result.years
        told = {f.key: (f.label, f.value, f.definition) for f in headline.figures(self.words, result, result, self.cluster, year, True)}
        found = {"cost": told["cost"]}
        for name in ("public", "private"):
            amount = total(result, f"{name}_cash", self.cluster, years[0], years[-1])
            found[name] = (self.say(f"row.{name}.label"), self.billions(amount), self.say(f"row.{name}.definition"))
        found["leverage"] = told["leverage"]
        names = ["leverage_national", "leverage_additional", "leverage_international"]
        if self.result.value(NOT_FINANCEABLE, self.cluster):
            names.insert(0, "leverage_if_gap_is_public")
        for name in names:
            found[name] = (self.say(f"row.{name}.label"), self.ratio(result.value(name, self.cluster)), self.say(f"row.{name}.definition"))
        return {**found, "crossing": told["crossing"], "net": told["net"]}

    def billions(self, millions: float) -> str:
        """A sum over the whole life: always in billions, so that cases can be held against each other at a glance."""
        return self.words("money.billion", amount=self.words.number(millions / 1000, 1 if abs(millions) >= 1000 else 2))

    def figures_note(self) -> str:
        prices = headline.prices(self.words, self.case, True)
        return self.say("figures_note", prices=prices, first=self.result.years[0], last=self.result.years[-1], version=VERSION, hash=self.case.hash)

    # Charts -------------------------------------------------------------------------------------------------

    def pictures(self) -> tuple[Picture, ...]:
        """Who pays by year over the full width; leverage and the R&D target beside each other."""
        words, result = self.words, self.result
        tall = 480 if not self.changed and not self.gap() else 385
        low = 185 if self.changed else 260
        drawn = (
            ("funding", with_legend_columns(charts.funding(words, result, self.cluster, True), 3), 720, tall, True, "source_model"),
            ("leverage", with_decades(charts.leverage(words, result, self.cluster)), 350, low, False, "source_model"),
            ("intensity", with_decades(charts.rd_intensity(words, result)), 350, low, False, "source_history"),
        )
        found = []
        for number, (name, chart, width, height, wide, source) in enumerate(drawn, start=1):
            numbered = self.say("picture.number", number=number)
            found.append(Picture(chart, numbered, self.say(f"picture.{name}"), self.say(f"picture.{source}"), width, height, wide))
        return tuple(found)

    # Assumptions --------------------------------------------------------------------------------------------

    def label(self, change: findings.Change) -> str:
        """What changed in words, with its cluster and members (or all of them) and its unit."""
        definition = self.case.definition(change.key.split(".")[1])
        if change.every_member:
            label = self.say("every_member", label=self.words.of(definition.label))
            scope = change.key.partition(".")[0]
            if scope in self.case.clusters and len(self.case.clusters) > 1 and not change.every_cluster:
                label = self.say("of", whose=self.words.of(self.case.clusters[scope]), label=label)
        else:
            label = self.words.key(change.key, self.case, cluster=not change.every_cluster)
        if change.every_cluster:
            label = self.say("of", whose=self.say("all_clusters"), label=label)
        return self.with_unit(change.key, label)

    def with_unit(self, key: str, label: str) -> str:
        unit = self.words.unit_of(self.case.definition(key.split(".")[1]), self.price_year)
        return self.say("with_unit", label=clean(label, LABEL), unit=clean(unit, LABEL // 2))

    def value(self, key: str, value: Value) -> str:
        return clean(self.words.value(value, self.case.definition(key.split(".")[1])), VALUE)

    def source(self, quantity: Quantity, titled: bool = True) -> str:
        """Where a value comes from, with how good that is. titled: with the title of the source, and not its publisher alone."""
        status = self.words(f"status.{status_of(quantity)}")
        if quantity.source in ("", OWN):
            if quantity.layer == USERS:
                return self.say("users_change")
            reason = clean(self.words.say(quantity.reason), CITED - len(status)) if titled else ""
            return self.say("cited_own", status=status, reason=reason) if reason else status
        source = sources()[quantity.source]
        publisher, year = self.words.say(source.publisher), f", {source.year}" if source.year else ""
        if not titled:
            return self.say("cited_short", publisher=clean(publisher, CITED // 2), year=year, status=status)
        room = CITED - len(status) - len(publisher) - len(year)
        return self.say("cited", title=clean(self.words.say(source.title), max(room, 20)), publisher=publisher, year=year, status=status)

    def changes(self) -> tuple[Table | None, str]:
        if not self.changed:
            return None, self.say("changes_none")
        shown = self.changed[:MOST_CHANGES]
        rows = tuple(
            (self.label(each), self.value(each.key, each.old), self.value(each.key, each.new.value), self.source(each.new, titled=False))
            for each in shown
        )
        headers = tuple(self.say(f"col.{name}") for name in ("assumption", "base", "now", "source"))
        table = Table(self.say("changes_caption"), headers, rows, (1, 2))
        more = len(self.changed) - len(shown)
        if not more:
            return table, ""
        where = self.say("changes_where") if self.case.changes else self.say("changes_where_name", name=clean(self.case.name, TITLE))
        return table, self.say("changes_more", count=self.words.number(more), where=where)

    def drivers(self, found: tuple[findings.Driver, ...]) -> tuple[Table | None, str]:
        if not found:
            return None, self.say("drivers_none")
        rows = []
        for each in found:
            key = each.range.key
            ends = self.say("to", low=self.value(key, each.range.low), high=self.value(key, each.range.high))
            effect = self.say("to", low=self.ratio(each.at_low), high=self.ratio(each.at_high))
            rows.append((self.with_unit(key, self.words.key(key, self.case)), ends, effect, self.source(self.case.quantity(*key.split(".")))))
        headers = tuple(self.say(f"col.{name}") for name in ("assumption", "from_to", "effect", "source"))
        note = self.say("drivers_note", base=self.ratio(self.result.value(HEADLINE, self.cluster)))
        return Table(self.say("drivers_caption"), headers, tuple(rows), (1, 2)), note

    # Caveats ------------------------------------------------------------------------------------------------

    def caveats(self) -> tuple[str, ...]:
        """What the model warns of, what the figures rest on, how they were sized, and how real clusters did."""
        first = (*self.result.failed_checks(), headline.DELAYED)
        listed = sorted(headline.warnings(self.words, self.result), key=lambda warning: warning[0] not in first)
        warned = [clean(text, 230) for name, text in listed if name != NOT_FINANCEABLE]
        found = warned[:MOST_WARNINGS]
        if len(warned) > MOST_WARNINGS:
            found.append(self.say("caveat.more", count=len(warned) - MOST_WARNINGS))
        number = self.words.number
        counted = findings.counts(self.case, self.cluster)
        parts = [self.say(f"count.{status}", count=number(count)) for status, count in counted.items() if count]
        found.append(self.say("caveat.counts", total=number(sum(counted.values())), parts=", ".join(parts)))
        found.append(self.sized())
        own = self.result.value(HEADLINE, self.cluster)
        known = ratios_for(HEADLINE)
        if known and not math.isnan(own):
            below = sum(1 for each in known if each.value < own)
            found.append(self.say("caveat.references", count=len(known), below=below, own=self.ratio(own)))
        return (*found, self.say("caveat.prices"))

    def sized(self) -> str:
        """How the base case was calibrated, if it was."""
        bands = calibration().bands
        if self.case.published:
            return self.say("caveat.rebuilt", band=self.words.percent(bands.reference, 0))
        sketch = findings.sketched(self.case, self.cluster)
        if sketch is None:
            return self.say("caveat.not_sized")
        band = self.words.percent(bands.life, 0)
        return self.say("caveat.sized", model=self.ratio(self.start_result.value(HEADLINE, self.cluster)), sketch=self.ratio(sketch), band=band)

    # Basis --------------------------------------------------------------------------------------------------

    def command(self, date: datetime.date) -> str:
        """The command that writes this note again; empty where it would not fit in the note."""
        case = self.case
        name = case.name if case.name in available() else f"{case.name}.yaml"
        parts = ["megacluster", "brief", name, "-o", "note.pdf", "--language", self.words.language, "--date", date.isoformat()]
        parts += ["--cluster", self.cluster] if self.cluster else []
        parts += ["--year", str(self.asked_year)] if self.asked_year is not None else []
        for key in [key for key in case.quantities() if key in case.changes]:
            parts += ["--set", f"{key}={_typed(case.changes[key])}"]
        command = clean(shlex.join(parts))
        return command if len(command) <= LONGEST_COMMAND else ""

    def basis(self, date: datetime.date) -> tuple[tuple[str, str], ...]:
        """How to make this again, as label and text."""
        command = self.command(date)
        if command:
            return ((self.say("command"), command), ("", self.say("explained")))
        return (("", self.say("many", count=self.words.number(len(self.case.changes)))), ("", self.say("explained")))

    def note(self, date: datetime.date, spread: findings.Spread | None, driving: tuple[findings.Driver, ...], link: str) -> Note:
        written = self.words.date(date)
        title = self.say("title", name=self.say("changed_title", name=self.name()) if self.case.changes else self.name())
        changes, changes_note = self.changes()
        drivers, drivers_note = self.drivers(driving)
        footer = self.say("footer", case=clean(self.case.name, 40), hash=self.case.hash, version=VERSION, date=written)
        return Note(
            language=self.words.language,
            date=date,
            kind=self.say("kind"),
            written=written,
            title=title,
            about=self.about(),
            headings={name: self.say(f"section.{name}") for name in ("figures", "pictures", "changes", "drivers", "caveats", "basis")},
            gap=self.gap(),
            answer=self.answer(),
            spread=self.spread(spread),
            figures=self.figures(),
            figures_note=self.figures_note(),
            pictures=self.pictures(),
            sides=(self.say("picture.left"), self.say("picture.right")),
            changes=changes,
            changes_note=changes_note,
            drivers=drivers,
            drivers_note=drivers_note,
            caveats=self.caveats(),
            basis=self.basis(date),
            link=link,
            link_label=self.say("link"),
            link_text=self.say("link_text"),
            footer=footer,
            page=self.words("note.page"),
            authors=self.say("authors"),
        )


def _typed(value: Any) -> str:
    """A change as `--set` takes it."""
    if isinstance(value, dict):
        return ",".join(f"{year}:{number}" for year, number in sorted(value.items()))
    if isinstance(value, bool):
        return "on" if value else "off"
    return str(value)
