"""Every line, and every reason for a value, is told in Dutch too: complete, and of the English as it is now."""

from __future__ import annotations

import re
from functools import lru_cache

import pytest

import model
from model.inputs.definitions import sources
from model.inputs.line_words import line_label, line_labels, line_note, line_notes
from model.language import line
from model.language.message import Message
from model.lines import LINES
from model.wording import Wording, reasons

CLOSED = "not by|the year|of the|which|that is|when it|costs|share of|first year|whole life|blank"
"""Turns of English that no Dutch sentence has."""


def test_every_line_has_a_label_and_a_note_and_no_other_has() -> None:
    for known in (line_labels(), line_notes()):
        assert sorted(set(LINES) - set(known)) == []
        assert sorted(set(known) - set(LINES)) == []


def test_every_note_translates_the_english_of_today() -> None:
    """A docstring that changed is to be translated anew: put its text beside the new Dutch in assumptions/line_notes.yaml."""
    changed = {name: " ".join(each.doc.split()) for name, each in LINES.items() if line_notes()[name]["en"] != " ".join(each.doc.split())}
    assert changed == {}


@pytest.mark.parametrize("name", LINES)
def test_a_note_is_a_dutch_sentence(name: str) -> None:
    note = line_note(LINES[name], "nl")
    assert note.endswith(".") and note != line_note(LINES[name]), note
    assert not re.search(rf"\b({CLOSED})\b", note), note
    assert not re.search(r" (the|of a|and|with|from|what|is spent|less) ", note), note


def test_numbers_in_a_note_are_those_of_the_english() -> None:
    """A threshold, year or percentage that got lost or was mistyped in translation."""

    def figures(text: str) -> list[str]:
        return sorted(re.findall(r"\d+", text))

    assert [name for name, each in line_notes().items() if figures(each["en"]) != figures(each["nl"])] == []


@lru_cache(maxsize=1)
def shipped_reasons() -> set[str]:
    """Every reason and note of the files that come with the program, but for those that the program itself makes."""
    found: set[str] = set()
    for name in model.available():
        for quantity in model.load(name).quantities().values():
            found.update(text for text in (quantity.reason, quantity.note) if text and not isinstance(text, Message))
    return found


def test_every_reason_and_note_of_a_value_has_its_dutch() -> None:
    assert sorted(shipped_reasons() - set(reasons())) == []
    cited = {text for source in sources().values() for text in (source.title, source.publisher)}
    assert sorted(set(reasons()) - shipped_reasons() - cited) == []


def test_numbers_in_a_reason_are_those_of_the_english() -> None:
    def figures(text: str) -> list[str]:
        return sorted(re.findall(r"\d+", re.sub(r"(?<=\d)[.,](?=\d)", "", text)))

    assert [english for english, dutch in reasons().items() if figures(english) != figures(dutch)] == []
    assert [dutch for dutch in reasons().values() if re.search(r"\d\.\d(?!\d\d)|\b(EUR|USD|GBP)\b|\b(the|with|from|years?)\b", dutch)] == []


def test_a_value_says_where_it_comes_from_in_the_readers_language() -> None:
    quantity = model.load("portfolio").quantity("quantum", "exit_value")
    assert Wording("nl").grounds(quantity) == "Bron: eigen aanname: vier keer het opgehaalde durfkapitaal."
    assert Wording("en").grounds(quantity) == "Source: own assumption: four times the risk capital raised."


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_source_in_a_reason_is_named_by_its_publisher(language: str) -> None:
    """Nobody has to know that `embeddedstar_imec_2004` is an article."""
    words = Wording(language)
    for name in model.available():
        for key, quantity in model.load(name).quantities().items():
            assert not re.search(r"\b[a-z0-9]+_[a-z0-9_]+\b", words.grounds(quantity)), (name, key)
    told = words.grounds(model.load("photonics").quantity("photonics", "member_foreign_share", "core"))
    assert "(Embedded Star, 2004)" in told
    assert words.say("what I read in embeddedstar_imec_2004") == "what I read in embeddedstar_imec_2004"


def test_an_analysts_own_line_is_told_in_its_own_words() -> None:
    @line("EUR m")
    def price_index_of_mine(membership_fees):
        """What I
        made of it."""
        return membership_fees

    assert line_note(price_index_of_mine, "nl") == "What I made of it."
    assert line_label("price_index_of_mine", "nl") == "Price index of mine"

    @line("EUR m")
    def marketing(marketing_budget, price_index, started):
        """Marketing of another kind."""
        return marketing_budget * price_index * started

    assert line_note(marketing, "nl") == "Marketing of another kind."
    assert line_note(LINES["marketing"], "nl") == "Marketing en acquisitie."


@pytest.mark.parametrize("name", ["membership_fees", "base_funding", "leverage_pv", "cash_balance", "knowledge_stock", "financial_irr"])
def test_an_explanation_is_of_one_language(name: str) -> None:
    result = model.load("photonics").run()
    year = 2026 if result.is_yearly(name) else None
    told = {language: result.explain(name, "photonics", year, language) for language in ("nl", "en")}
    dutch, english = str(told["nl"]), str(told["en"])
    assert told["nl"].values == told["en"].values
    assert told["nl"].doc == line_note(LINES[name], "nl") in dutch
    assert "Het hangt af van" in dutch and "It depends on" in english
    for words in ("It depends on", "It feeds", "Source:", "[line", "[input", "none: this", "Formula"):
        assert words not in dutch
    for part in told["nl"].parts:
        if part.name in LINES:
            assert part.doc == line_note(LINES[part.name], "nl")


def test_an_explanation_says_a_number_as_its_reader_does() -> None:
    result = model.load("portfolio").run()
    value = result.value("operating_cost", "quantum", 2040)
    assert f": {Wording('nl').number(value, 2)} mln euro" in str(result.explain("operating_cost", "quantum", 2040, "nl"))
    assert f": {Wording('en').number(value, 2)} EUR m" in str(result.explain("operating_cost", "quantum", 2040))
    share = model.load("photonics").run().explain("utilisation", year=2026, language="nl")
    assert f": {Wording('nl').exact(next(iter(share.values.values())) * 100)} %" in str(share)


def test_an_explanation_refuses_a_language_that_there_is_not() -> None:
    with pytest.raises(model.InputError, match="there is no language 'fr'"):
        model.load("photonics").run().explain("leverage", "photonics", language="fr")
