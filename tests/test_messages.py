"""What is wrong is told in the reader's language: every message of the model has its Dutch, with numbers as the Dutch write them."""

from __future__ import annotations

import ast
import pickle
import string
from pathlib import Path

import pytest

import model
from model.inputs.uploads import scenario_of_yaml
from model.language.message import Message, placed
from model.token import decode
from model.wording import Wording, translated

ROOT = Path(__file__).resolve().parents[1]
MODEL = sorted(path for room in ("model", "ui") for path in (ROOT / room).rglob("*.py"))
ON_SCREEN = (
    "model/token.py",
    "ui/state.py",
    *(f"model/workbook/{name}.py" for name in ("package", "reading", "restore", "typed")),
    "model/explanation.py",
    *(f"model/inputs/{name}.py" for name in ("quantities", "reading", "splits", "uploads")),
    *(f"model/store/{name}.py" for name in ("cases", "postgres", "sqlite")),
)
"""Where the mistakes of somebody at the screen are found: nothing there may be told in English alone."""


def texts_in(node: ast.AST) -> list[str]:
    """The texts an expression may stand for."""
    if isinstance(node, ast.IfExp):
        return texts_in(node.body) + texts_in(node.orelse)
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def templates() -> set[str]:
    """Every text that a message is made of: given at once, or through a name in the same function."""
    found: set[str] = set()
    for path in MODEL:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        named: dict[str, list[str]] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                named.setdefault(node.targets[0].id, []).extend(texts_in(node.value))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Message" and path.name != "message.py":
                given = node.args[0]
                texts = named[given.id] if isinstance(given, ast.Name) else texts_in(given)
                assert texts, f"{path.name}:{node.lineno}: the text of a message is to be read here"
                found.update(texts)
    return found | {"{place}: {message}"}


def fields(text: str) -> list[tuple[str, str, str]]:
    return sorted((name, spec or "", conversion or "") for _, name, spec, conversion in string.Formatter().parse(text) if name is not None)


def test_every_message_has_its_dutch_and_no_other_text_has() -> None:
    assert sorted(templates() - set(translated())) == []
    assert sorted(set(translated()) - templates()) == []


def test_both_languages_fill_the_same_values_in() -> None:
    """But for what only has English words: units as files write them, and what the reader of YAML says."""
    english_alone = {"unit", "problem"}
    for english, dutch in translated().items():
        left_out = [field for field in fields(english) if field not in fields(dutch)]
        assert {name for name, _, _ in left_out} <= english_alone, english
        assert [field for field in fields(dutch) if field not in fields(english)] == [], english


@pytest.mark.parametrize("name", ON_SCREEN)
def test_no_mistake_at_the_screen_is_told_in_english_alone(name: str) -> None:
    """What is raised or gathered there is a message, never a bare text."""
    bare = []
    for node in ast.walk(ast.parse((ROOT / name).read_text(encoding="utf-8"))):
        given: list[ast.expr] = []
        if isinstance(node, ast.Call):
            called = node.func.id if isinstance(node.func, ast.Name) else node.func.attr if isinstance(node.func, ast.Attribute) else ""
            gathers = called == "append" and isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) in ("mistakes", "found")
            given = node.args if called == "InputError" or gathers else []
        elif isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple):
            given = node.value.elts
        bare += [
            ast.unparse(each)
            for each in given
            if isinstance(each, ast.JoinedStr) or (isinstance(each, ast.Constant) and each.value not in ("", None))
        ]
    assert bare == []


def mistakes(action: object, *arguments: object) -> list[str]:
    with pytest.raises(model.InputError) as caught:
        action(*arguments)  # type: ignore[operator]
    return [Wording("nl").say(each) for each in caught.value.mistakes]


def test_values_that_are_refused_are_refused_in_dutch() -> None:
    case = model.load("portfolio")
    assert mistakes(case.with_values, {"nation.inflation": 4.5}) == [
        "nation.inflation: 4,5 kan niet; mogelijk is een getal van -0,02 tot 0,2, of een pad van jaren zoals 2026:4,2030:16"
    ]
    assert mistakes(case.with_values, {"photonics.delay_years": "2,5"}) == [
        "photonics.delay_years: '2,5' kan niet; mogelijk is een geheel getal van 0 tot 30; schrijf een decimale punt"
    ]
    assert mistakes(case.with_values, {"photonics.membership_fees.core": 1}) == [
        "'photonics.membership_fees.core': er is geen aanname 'membership_fees' in 'photonics' (bedoelt u 'membership_fee'?)"
    ]
    found = mistakes(case.with_values, {"photonics.base_funding_payer_share.eu": 0.5})
    assert len(found) == 1 and "de aandelen naar public_source tellen op tot 1,5 (national 1 + eu 0.5)" in found[0]
    assert "mogelijk is 1. Wijzig ze samen" in found[0]


def test_links_and_files_are_refused_in_dutch() -> None:
    assert mistakes(decode, "x" * 9000) == ["de link heeft 9.000 tekens; ten hoogste 8.000 worden gelezen"]
    assert mistakes(decode, "abc") == ["de link is beschadigd; er ontbreekt een deel of er is iets gewijzigd"]
    told = mistakes(scenario_of_yaml, b"base: portfolioo\nchange: {}\n", "mijn.yaml")
    assert told[0] == "mijn.yaml:2: 'change' wordt hier niet gelezen (bedoelt u 'changes'?)"
    assert told[1].startswith("mijn.yaml:1: base: 'portfolioo' is geen geval van het programma; er zijn ")
    assert mistakes(scenario_of_yaml, b"\xff\xfe", "mijn.yaml") == ["mijn.yaml: is geen tekst in UTF-8"]


def test_a_changed_value_says_so_in_the_readers_language() -> None:
    quantity = model.load("portfolio").with_values({"photonics.delay_years": 2}).quantity("photonics", "delay_years")
    assert Wording("nl").source(quantity) == "Bron: eigen aanname: gewijzigd in de wijzigingen van de gebruiker."
    assert Wording("en").source(quantity) == "Source: own assumption: changed in the user's changes."


def test_a_message_is_its_english_text_everywhere() -> None:
    message = placed("a.yaml:3", Message("{count:,} changes do not fit in a link; save the case as a file", count=1200))
    assert message == "a.yaml:3: 1,200 changes do not fit in a link; save the case as a file"
    again = pickle.loads(pickle.dumps(message))
    assert again == message and again.values == message.values
    assert Message("a {brace} that nobody fills") == "a {brace} that nobody fills"
    assert Wording("nl").say("a text that is no message") == "a text that is no message"
