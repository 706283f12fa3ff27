"""Both languages say everything: the same keys with the same values to fill in, and no sentence stands in the code of a page."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path

import pytest

from model.inputs.definitions import definitions
from model.language.errors import InputError
from model.lines import LINES
from model.wording import LANGUAGES, Wording, texts_of
from ui import built_in, levers
from ui.words import TEXTS, words

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "ui").rglob("*.py"))


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("folder", [TEXTS, ROOT / "model" / "wording"], ids=["screen", "model"])
def test_both_languages_have_every_text(folder):
    dutch, english = (texts_of(folder / f"{language}.yaml") for language in LANGUAGES)
    assert dutch.keys() == english.keys()
    assert [key for key in dutch if fields(dutch[key]) != fields(english[key])] == []
    assert [key for key in dutch if not dutch[key].strip() or not english[key].strip()] == []


def test_every_text_of_the_screen_is_used():
    code = "\n".join(path.read_text(encoding="utf-8") for path in PAGES)
    built = ("definition.", built_in.SECTION)
    unused = [key for key in texts_of(TEXTS / "nl.yaml") if f'"{key}"' not in code and not key.startswith(built) and not _ends_built(key, code)]
    assert unused == []


def _ends_built(key: str, code: str) -> bool:
    """Keys that are put together: `{name}.title` and the like."""
    head, _, tail = key.rpartition(".")
    return (
        re.search(rf'f"[^"]*\{{\w+\}}[._]?{re.escape(tail)}"', code) is not None
        or re.search(rf'f"{re.escape(head)}\.\{{[\w.]+\}}\w*"', code) is not None
    )


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_no_sentence_stands_in_the_code(path):
    """Text for the reader comes from the text files: strings with three words or more are docstrings, styles or errors for programmers."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)}
    raised = {id(part) for node in ast.walk(tree) if isinstance(node, (ast.Raise, ast.Assert)) for part in ast.walk(node)}
    found = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in docstrings | raised
        and re.search(r"[a-zé]+ [a-zé]+ [a-zé]+", node.value)
        and not re.search(r"[<>{}=]", node.value)
    ]
    assert found == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_warning_line_and_lever_has_words(language):
    spoken = words(language)
    assert [name for name, line in LINES.items() if line.warning and not spoken.has(f"warning.{name}")] == []
    for lever in (*levers.CLUSTER_LEVERS, *levers.NATION_LEVERS):
        assert definitions().inputs[lever.name].slider


def test_every_unit_has_words():
    units = {line.unit for line in LINES.values()} | {definition.unit for definition in definitions().inputs.values()}
    for language in LANGUAGES:
        assert sorted(unit for unit in units if not Wording(language).has(f"unit.{unit}")) == []


@pytest.mark.parametrize(
    ("language", "typed", "meant"),
    [
        ("nl", "1.234,5", 1234.5),
        ("nl", "2,7", 2.7),
        ("nl", "1.234", 1234),
        ("nl", "-0,25", -0.25),
        ("nl", "−3", -3),
        ("nl", "€ 12", 12),
        ("nl", "2,5 %", 2.5),
        ("nl", "12 000", 12000),
        ("en", "1,234.5", 1234.5),
        ("en", "2.7", 2.7),
        ("en", "1,234", 1234),
        ("en", "1234567.25", 1234567.25),
    ],
)
def test_numbers_are_read_as_the_reader_writes_them(language, typed, meant):
    assert Wording(language).parse(typed) == meant


@pytest.mark.parametrize(("language", "typed"), [("nl", "2.7"), ("nl", "1,234.5"), ("nl", "12.34"), ("en", "1.234,5"), ("en", "2,7")])
def test_the_other_notation_is_named_not_guessed(language, typed):
    with pytest.raises(InputError, match=r"Bedoelt u|Do you mean"):
        Wording(language).parse(typed)


@pytest.mark.parametrize("typed", ["", "twee", "1e5", "1,2,3", "1..2", "--3", "1.23.456,7", "2030 2", "20 30"])
def test_what_is_no_number_is_refused(typed):
    for language in LANGUAGES:
        with pytest.raises(InputError):
            Wording(language).parse(typed)


@pytest.mark.parametrize(
    ("value", "decimals", "dutch", "english"),
    [
        (1234567.891, 2, "1.234.567,89", "1,234,567.89"),
        (-0.004, 2, "0,00", "0.00"),
        (float("nan"), 1, "–", "–"),
        (-1234.5, 1, "-1.234,5", "-1,234.5"),
    ],
)
def test_numbers_are_written_as_the_reader_reads_them(value, decimals, dutch, english):
    assert Wording("nl").number(value, decimals) == dutch
    assert Wording("en").number(value, decimals) == english


def test_text_of_visitors_is_never_html():
    from ui.tables import html_table

    assert "<script>" not in html_table(["<b>", "x"], [["<script>alert(1)</script>", '"><script>']], 'a"b<script>c')
    assert "<a" not in html_table(["x", "y"], [["a", "javascript:alert(1)"]], "c", links=(1,))
    assert 'href="https://a.nl/&quot;&gt;"' in html_table(["x", "y"], [["a", 'https://a.nl/">']], "c", links=(1,))
