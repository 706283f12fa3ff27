"""The pages of the model say what the model does: generated parts are up to date, written parts are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from model.documentation import BLOCKS, MARK, Block, in_words, main, renewed, stale
from model.inputs.definitions import definitions
from model.language import InputError
from model.lines import LINES

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "model"
PAGES = {block: (FOLDER / block.file).read_text(encoding="utf-8") for block in BLOCKS}


def test_generated_parts_are_up_to_date() -> None:
    assert [path.name for path in stale(FOLDER)] == [], "run python -m model.documentation"


def test_every_line_and_every_input_stands_on_one_page() -> None:
    lines = [line.name for block in BLOCKS for line in block.lines()]
    inputs = [definition.name for block in BLOCKS for definition in block.inputs()]
    assert sorted(lines) == sorted(LINES)
    assert sorted(inputs) == sorted(definitions().inputs)
    assert [block.number for block in BLOCKS] == list(range(17))


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.slug)
def test_a_page_asks_defines_and_names_its_limits_by_hand(block: Block) -> None:
    page = MARK.sub("", PAGES[block])
    assert page.startswith(f"# Block {block.number}. {block.title}\n")
    question = re.search(r"\*\*Question\.\*\* (.+\?)", page)
    assert question and len(question[1]) > 20
    for section in ("Definition", "Limits"):
        text = re.search(rf"## {section}\n(.+?)(?=\n## |\Z)", page, re.S)
        assert text and len(text[1].split()) > 20, section
    assert max(map(len, page.splitlines())) <= 150


def test_the_index_leads_to_every_page_with_its_question() -> None:
    index = (FOLDER / "README.md").read_text(encoding="utf-8")
    for block in BLOCKS:
        question = re.search(r"\*\*Question\.\*\* (.+)", PAGES[block])
        assert question and f"| [{block.number}. {block.title}]({block.file}) | {question[1]} |" in index


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("membership_fees", "*members* × *membership fee* × *general price level*"),
        ("start_ups", "(last year's *spin-offs alive*, at first 0) × *yearly survival* + *new spin-offs*"),
        ("society_irr", "the internal rate of return of *society: flow of the year*"),
        ("national_public_cash", "*public cash by source* of National government"),
        ("first_year_at_target", "the first year in which (*R&D share of GDP with clusters* ≥ *R&D target*)"),
        ("rd_added_net", "the total of *net added R&D of the cluster*"),
        ("minimum_cash", "*operating cost* × *cash in hand* ÷ 12"),
        ("companies_flow", "−(*private cash from the Netherlands* × "),
    ],
)
def test_a_formula_reads_aloud(line: str, words: str) -> None:
    assert in_words(LINES[line]).startswith(words)


def test_no_formula_is_left_as_a_function_when_read_aloud() -> None:
    """Every operator that the lines use has words, and every name a label."""
    said = [in_words(line) for line in LINES.values()]
    assert [text for text in said if re.search(r"[a-z]\(|_", text)] == []


def test_a_page_that_drifted_is_found_and_renewed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "docs" / "model"
    folder.mkdir(parents=True)
    for block, page in PAGES.items():
        (folder / block.file).write_text(page, encoding="utf-8")
    changed = folder / "03-members.md"
    changed.write_text(PAGES[BLOCKS[3]].replace("members * membership_fee", "members * 2"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert main(["--check"]) == 1
    assert "members * 2" in changed.read_text(encoding="utf-8")
    assert main([]) == 0
    assert changed.read_text(encoding="utf-8") == PAGES[BLOCKS[3]]
    assert main(["--check"]) == 0


def test_every_page_that_is_missing_or_wrong_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["--check"]) == 2
    assert capsys.readouterr().err.count("is missing") == len(BLOCKS)
    with pytest.raises(InputError, match="'formulae' is no generated part; there are lines"):
        renewed(BLOCKS[3], "<!-- generated: formulae -->\n<!-- end of generated -->\n")
    with pytest.raises(InputError, match="has no generated part"):
        renewed(BLOCKS[3], "# Block 3\n")
