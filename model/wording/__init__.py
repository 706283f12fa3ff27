"""Words and numbers as a Dutch or English reader expects them: labels, units, formats, and a strict parser of typed numbers."""

from __future__ import annotations

import datetime
import math
import re
import string
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from model.inputs import reading
from model.inputs.catalogue import status_of
from model.inputs.definitions import ASSUMPTIONS, OWN, Definition, Words, sources
from model.inputs.facts import facts
from model.inputs.line_words import line_label, line_note
from model.inputs.quantities import Quantity, Value
from model.language import Line
from model.language.errors import InputError
from model.language.message import Message

if TYPE_CHECKING:
    from model.case import Case

LANGUAGES = ("nl", "en")
BLANK = "–"
_SEPARATORS = {"nl": (".", ","), "en": (",", ".")}
_TYPED = {
    language: re.compile(rf"[-+]?(?:\d{{1,3}}(?:{re.escape(group)}\d{{3}})+|\d+)(?:{re.escape(point)}\d+)?")
    for language, (group, point) in _SEPARATORS.items()
}
_SPACED = re.compile(r"[-+]? ?\d{1,3}(?: \d{3})*(?:[.,]\d+)?")
"""Spaces may part thousands; anywhere else they part two numbers, such as a year and its value without the colon between them."""


_CITED = re.compile(r"\b[a-z0-9]+(?:_[a-z0-9]+)+\b")
_UNIT_WORD = re.compile(r"\b[A-Za-z]+\b")


@lru_cache(maxsize=4)
def texts_of(path: Path) -> Mapping[str, str]:
    """A YAML file of texts, nested keys joined with a point. Raises InputError for a file that is not such a list."""
    flat: dict[str, str] = {}

    def descend(node: Any, key: str) -> None:
        if isinstance(node, Mapping):
            for name, part in node.items():
                if not isinstance(name, str):
                    raise InputError(f"{path.name}: {key}: the key {name!r} is not text: words such as yes and off need quotes")
                descend(part, f"{key}.{name}" if key else name)
        elif isinstance(node, str):
            flat[key] = node
        else:
            raise InputError(f"{path.name}: {key}: {node!r} is not text")

    descend(reading.read(path).data, "")
    return flat


@lru_cache(maxsize=1)
def translated() -> Mapping[str, str]:
    """The Dutch of every message of the model by its English (`messages.yaml`)."""
    path = Path(__file__).with_name("messages.yaml")
    return {each["en"]: each["nl"] for each in reading.read(path).data}


@lru_cache(maxsize=1)
def reasons() -> Mapping[str, str]:
    """The Dutch of every reason and note that the program's own files give for a value, and of sources that are described, by its English."""
    return {each["en"]: each["nl"] for each in reading.read(ASSUMPTIONS / "reasons.yaml").data}


class _Filled(string.Formatter):
    """Fills values in, numbers in the notation of a language."""

    def __init__(self, words: Wording):
        self._words = words

    def format_field(self, value: Any, format_spec: str) -> Any:
        text = super().format_field(value, format_spec)
        group, point = _SEPARATORS[self._words.language]
        return text.translate({ord(","): group, ord("."): point}) if isinstance(value, float) or format_spec else text

    def convert_field(self, value: Any, conversion: Any) -> Any:
        return self._words.exact(value, 10) if isinstance(value, float) and conversion == "r" else super().convert_field(value, conversion)


class Wording:
    """One language: its texts by key, labels of lines and inputs, formats of numbers.

    Raises KeyError for a text that the language does not have: texts are part of the program.
    """

    def __init__(self, language: str, texts: Mapping[str, str] | None = None):
        if language not in LANGUAGES:
            raise InputError(f"there is no language {language!r}; there are {', '.join(LANGUAGES)}")
        self.language = language
        self._texts = {**texts_of(Path(__file__).with_name(f"{language}.yaml")), **(texts or {})}

    def __call__(self, key: str, **values: Any) -> str:
        """A text by its key, with values filled in."""
        text = self._texts[key]
        return text.format(**values) if values else text

    def has(self, key: str) -> bool:
        return key in self._texts

    def say(self, text: str) -> str:
        """A message of the model, or a reason of its files, in this language; any other text as it stands.

        A source that a reason cites by its id is named by who published it.
        """
        if not isinstance(text, Message) and text in reasons():
            return _CITED.sub(self._named, text if self.language == "en" else reasons()[text])
        if self.language == "en" or not isinstance(text, Message) or text.template not in translated():
            return text
        parts = {name: self.say(part) if isinstance(part, Message) else part for name, part in text.values.items()}
        return _Filled(self).vformat(translated()[text.template], (), parts)

    def _named(self, cited: re.Match[str]) -> str:
        """Publisher and year of a source, or of the source of a fact; anything else as it stands."""
        source = sources().get(facts().get(cited[0], {}).get("source", cited[0]))
        return cited[0] if source is None else ", ".join((self.say(source.publisher), *([str(source.year)] if source.year else [])))

    def of(self, words: Words) -> str:
        """The side of a pair of texts in this language."""
        return words.nl if self.language == "nl" else words.en

    def number(self, value: float, decimals: int = 0, *, sign: bool = False) -> str:
        """A number with separators of the language; blank (a dash) where it is undefined. sign: + before what is above zero."""
        if math.isnan(value) or math.isinf(value):
            return BLANK
        rounded = round(value, decimals) + 0.0
        group, point = _SEPARATORS[self.language]
        text = f"{rounded:+,.{decimals}f}" if sign and rounded else f"{rounded:,.{decimals}f}"
        return text.translate({ord(","): group, ord("."): point})

    def percent(self, share: float, decimals: int = 1, *, sign: bool = False) -> str:
        """A share as a percentage: 0.021 is 2,1 %."""
        number = self.number(share * 100, decimals, sign=sign)
        return number if number == BLANK else f"{number} %" if self.language == "nl" else f"{number}%"

    def rate_of_return(self, share: float) -> str:
        """An internal rate of return. How far it lies below zero says nothing: there the last years outweigh all before them."""
        return self("rate.below_zero") if share < 0 else self.percent(share, 1)

    def date(self, day: datetime.date) -> str:
        """A date: 23 november 2026."""
        from babel.dates import format_date

        return format_date(day, "d MMMM y", locale={"nl": "nl", "en": "en_GB"}[self.language])

    def year(self, value: float) -> str:
        """A calendar year; blank where there is none."""
        return BLANK if math.isnan(value) else str(int(value))

    def money(self, millions: float, decimals: int | None = None, *, sign: bool = False) -> str:
        """EUR m in words: millions up to 9,999, billions above."""
        if math.isnan(millions) or math.isinf(millions):
            return BLANK
        large = abs(millions) >= 9_999.5
        digits = decimals if decimals is not None else (1 if large else 0)
        amount = self.number(abs(millions) / 1000 if large else abs(millions), digits)
        before = "-" if millions < 0 and amount.strip("0.,") else "+" if sign else ""
        return before + self(f"money.{'billion' if large else 'million'}", amount=amount)

    def exact(self, value: float, maximum_decimals: int = 6) -> str:
        """A number with only the decimals it needs."""
        if math.isnan(value) or math.isinf(value):
            return BLANK
        decimals = next((d for d in range(maximum_decimals) if abs(round(value, d) - value) < 1e-9 * max(1.0, abs(value))), maximum_decimals)
        return self.number(value, decimals)

    def parse(self, text: str) -> float:
        """A typed number in the notation of the language: '1.234,5' in Dutch is '1,234.5' in English.

        Raises InputError for anything else, and names the other notation where that explains it.
        """
        typed = text.strip().removeprefix("€").removesuffix("%").strip().replace("−", "-").replace("\u00a0", " ")
        if " " in typed and not _SPACED.fullmatch(typed):
            raise InputError(self("parse.not_a_number", typed=text.strip()[:40], example=self.exact(1234.5)))
        typed = typed.replace(" ", "")
        if _TYPED[self.language].fullmatch(typed):
            group, point = _SEPARATORS[self.language]
            return float(typed.replace(group, "").replace(point, "."))
        other = "en" if self.language == "nl" else "nl"
        if _TYPED[other].fullmatch(typed):
            group, point = _SEPARATORS[other]
            meant = float(typed.replace(group, "").replace(point, "."))
            raise InputError(self("parse.other_notation", typed=text.strip(), meant=self.exact(meant, 10)))
        raise InputError(self("parse.not_a_number", typed=text.strip()[:40], example=self.exact(1234.5)))

    def line(self, name: str) -> str:
        """Label of a line of the model; its name where an analyst added it without one."""
        return line_label(name, self.language)

    def note(self, line: Line) -> str:
        """What a line means; in English where nobody translated it, as for an analyst's own line."""
        return line_note(line, self.language)

    def row(self, label: str, case: Case) -> str:
        """Label of a row of a table: `fte[researcher]` is the line and its member."""
        name, bracket, members = label.partition("[")
        if not bracket:
            return self.line(name)
        dims = [dim for dim in case.program.members if dim in case.lines[name].over]
        parts = [self.of(case.dimensions[dim][member]) for dim, member in zip(dims, members.rstrip("]").split(", "), strict=True)]
        return f"{self.line(name)}: {', '.join(parts)}"

    def key(self, key: str, case: Case, *, cluster: bool = True) -> str:
        """Label of an input by its key: what it is, of which member, of which cluster."""
        scope, name, *members = key.split(".")
        definition = case.definition(name)
        parts = [self.of(definition.label)]
        parts += [self.of(case.dimensions[dim][member]) for dim, member in zip(definition.over, members, strict=True)]
        label = ", ".join(parts)
        return f"{self.of(case.clusters[scope])}: {label}" if cluster and scope in case.clusters and len(case.clusters) > 1 else label

    def family(self, key: str, case: Case) -> str:
        """Label of an input over all its members, by the key of one of them."""
        scope, name, *_ = key.split(".")
        label = self.of(case.definition(name).label)
        return f"{self.of(case.clusters[scope])}: {label}" if scope in case.clusters and len(case.clusters) > 1 else label

    def unit(self, unit: str, price_year: int) -> str:
        """A unit in words."""
        return self(f"unit.{unit}", price_year=price_year) if self.has(f"unit.{unit}") else unit

    def unit_code(self, unit: str) -> str:
        """A unit as the model writes it, `EUR m real/member`, with its words in this language; an analyst's own words stay."""
        return _UNIT_WORD.sub(lambda found: self(key) if self.has(key := f"unit_word.{found[0]}") else found[0], unit)

    def unit_of(self, definition: Definition, price_year: int) -> str:
        """The unit of an input in words; some have words of their own, such as '1 = as planned'."""
        own = "unit.choice" if definition.kind == "choice" else f"unit_of.{definition.name}"
        return self(own) if self.has(own) else self.unit(definition.unit, price_year)

    def source(self, quantity: Quantity) -> str:
        """Where a value comes from, in one sentence."""
        if quantity.source in ("", OWN):
            return self("assumption.own", reason=self.say(quantity.reason) or self("assumption.no_reason"))
        source = sources()[quantity.source]
        year = f", {source.year}" if source.year else ""
        title, publisher = self.say(source.title), self.say(source.publisher)
        return self("assumption.source", title=title, publisher=publisher, year=year, status=self(f"status.{status_of(quantity)}"))

    def grounds(self, quantity: Quantity) -> str:
        """Where a value comes from, why it is what it is, and what is to be known about it."""
        return self.source(quantity) + (f" {self('assumption.note', note=self.say(quantity.note))}" if quantity.note else "")

    def value(self, value: Value | None, definition: Definition) -> str:
        """A value of an input as a person reads it: shares in percent, choices and switches in words, paths year by year."""
        if value is None:
            return BLANK
        if isinstance(value, dict):
            return "; ".join(f"{year}: {self.value(number, definition)}" for year, number in sorted(value.items()))
        if definition.kind == "switch":
            return self("switch.on" if value else "switch.off")
        if definition.kind == "choice":
            choice = definition.choices[int(value)]
            key = f"choice.{choice}"
            return self(key) if self.has(key) else choice
        if definition.unit == "date":
            return self.year(value)
        if definition.unit == "share":
            return f"{self.exact(value * 100)} %"
        return self.exact(value)
