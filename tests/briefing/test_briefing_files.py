"""The files: two pages each, readable without eyes, the same bytes every time, and text that stays text."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from papers import Docx, Pdf, W, squeezed

import model
from model.briefing import docx, pdf, typeset, word
from model.briefing.note import Note
from model.briefing.spans import plain

NoteOf = Callable[..., Note]
DAY = datetime.date(2026, 11, 23)
LINK = "https://example.org/?s=" + "A" * 3000
CARRIED_ALONG = {"LibertinusSerif", "DejaVuSansMono"}


def said(note: Note) -> list[str]:
    """Everything that a note says, piece by piece."""
    tables = [cell for table in (note.figures, note.changes, note.drivers) if table for row in (table.headers, *table.rows) for cell in row]
    texts = [note.kind, note.written, note.title, note.about, plain(note.gap), plain(note.answer), note.spread, note.figures_note]
    texts += [note.changes_note, note.drivers_note, *note.caveats, *note.headings.values(), note.footer]
    return [*tables, *texts, *(part for pair in note.basis for part in pair), *(p.caption for p in note.pictures), *(p.source for p in note.pictures)]


@pytest.fixture(scope="module")
def notes(portfolio: model.Case, cautious: model.Case, hostile: model.Case, note_of: NoteOf) -> dict[str, Note]:
    """Notes of every kind: the whole, one cluster, many changes, long and hostile texts."""
    return {
        "whole_nl": note_of(portfolio, "nl"),
        "whole_en": note_of(portfolio, "en"),
        "cluster_nl": note_of(portfolio, "nl", "quantum"),
        "cluster_en": note_of(portfolio, "en", "quantum"),
        "many_nl": note_of(cautious, "nl", link=LINK),
        "many_en": note_of(cautious, "en", link=LINK),
        "hostile_nl": note_of(hostile, "nl"),
    }


@pytest.fixture(scope="module")
def pdfs(notes: dict[str, Note]) -> dict[str, Pdf]:
    return {name: Pdf(typeset.render(note)) for name, note in notes.items()}


@pytest.fixture(scope="module")
def documents(notes: dict[str, Note]) -> dict[str, bytes]:
    return {name: word.render(note) for name, note in notes.items()}


def test_a_pdf_has_two_pages_with_all_that_the_note_says(notes: dict[str, Note], pdfs: dict[str, Pdf]) -> None:
    for name, note in notes.items():
        assert len(pdfs[name].pages) == 2, name
        text = squeezed(pdfs[name].text())
        assert [part for part in said(note) if squeezed(part) not in text] == [], name


def test_a_word_file_has_all_that_the_note_says(notes: dict[str, Note], documents: dict[str, bytes]) -> None:
    for name, note in notes.items():
        read = Docx(documents[name])
        text = squeezed(read.text())
        assert [part for part in said(note) if part != note.footer and squeezed(part) not in text] == [], name
        footer = next(part for path, part in read.parts.items() if path.startswith("word/footer"))
        assert note.footer.encode() in footer and b"NUMPAGES" in footer


@pytest.mark.office
def test_a_word_file_has_two_pages(documents: dict[str, bytes], word_pages: Callable[..., dict[str, bytes]], tmp_path: Path) -> None:
    chosen = {name: documents[name] for name in ("whole_nl", "cluster_en", "many_nl", "many_en", "hostile_nl")}
    pages = {name: len(re.findall(rb"/Type\s*/Page\b", found)) for name, found in word_pages(chosen, tmp_path).items()}
    assert pages == dict.fromkeys(chosen, 2)


def test_a_pdf_can_be_read_aloud(notes: dict[str, Note], pdfs: dict[str, Pdf]) -> None:
    for name, note in notes.items():
        read = pdfs[name]
        assert f"/Lang({note.language})".encode() in read.catalogue and b"/Marked true" in read.catalogue
        assert "<pdfuaid:part>1</pdfuaid:part>" in read.metadata and "DisplayDocTitle true" in read.catalogue.decode()
        assert read.kinds >= {"H1", "H2", "P", "Table", "TH", "TD", "L", "Figure"}
        assert sorted(read.alternatives) == sorted(picture.chart.alt for picture in note.pictures)
        assert read.fonts <= CARRIED_ALONG


def test_a_word_file_can_be_read_aloud(notes: dict[str, Note], documents: dict[str, bytes]) -> None:
    for name, note in notes.items():
        read = Docx(documents[name])
        assert read.stamps == {(1980, 1, 1, 0, 0, 0)}
        language = {"nl": "nl-NL", "en": "en-GB"}[note.language]
        assert f'w:lang w:val="{language}"'.encode() in read.parts["word/styles.xml"]
        core = read.parts["docProps/core.xml"].decode()
        assert f"<dc:language>{language}</dc:language>" in core and "<dc:title>" in core and "python-docx" not in core
        assert len(read.styled("Heading1")) == 1 and len(read.styled("Heading2")) == len(note.headings)
        assert len(read.styled("ListBullet")) == len(note.caveats)
        described = [each.get("descr") for each in read.body.iter() if each.tag.endswith("}docPr")]
        assert described == [picture.chart.alt for picture in note.pictures]
        tables = list(read.body.iter(f"{W}tbl"))
        assert len(tables) == 1 + (note.changes is not None) + (note.drivers is not None)
        for table in tables:
            repeated = [row.find(f"{W}trPr/{W}tblHeader") is not None for row in table.iter(f"{W}tr")]
            assert repeated[0] and not any(repeated[1:])
            assert table.find(f"{W}tblPr/{W}tblCaption") is not None


def test_hostile_text_stays_text(notes: dict[str, Note], pdfs: dict[str, Pdf], documents: dict[str, bytes]) -> None:
    note, typed, read = notes["hostile_nl"], pdfs["hostile_nl"], Docx(documents["hostile_nl"])
    start = squeezed("#emph[E] *b* _i_ $x^2$ <l> @r `raw`")
    assert squeezed(note.title).startswith(start)
    assert start in squeezed(typed.text()) and start in squeezed(read.text())
    assert not list(read.body.iter(f"{W}instrText")) and not list(read.body.iter(f"{W}fldSimple"))
    assert [path for path, part in read.parts.items() if path.endswith(".rels") and b"External" in part] == []
    assert not any(b"/URI" in each or b"/JavaScript" in each for each in typed.objects.values())


def test_a_link_is_the_only_thing_that_leads_outside(notes: dict[str, Note], pdfs: dict[str, Pdf], documents: dict[str, bytes]) -> None:
    read, typed = Docx(documents["many_nl"]), pdfs["many_nl"]
    outside = [part.decode() for path, part in read.parts.items() if path.endswith(".rels") and b"External" in part]
    assert len(outside) == 1 and outside[0].count("External") == 1 and LINK in outside[0]
    assert sum(each.count(b"/URI(") for each in typed.objects.values()) == 1
    assert notes["many_nl"].link_text in read.text() and squeezed(notes["many_nl"].link_text) in squeezed(typed.text())


def test_letters_that_the_typeface_lacks_do_not_break_the_note(tmp_path: Path) -> None:
    path = tmp_path / "other.yaml"
    path.write_text("title: '光子学 😀 נטו'\nbase: photonics\nchanges: {nation.horizon: 12}\n", encoding="utf-8")
    case = model.load(str(path))
    assert len(Pdf(pdf(case, "nl", DAY)).pages) == 2
    assert "光子学" in Docx(docx(case, "nl", DAY)).text()


def test_the_same_case_and_date_give_the_same_bytes() -> None:
    changes = {"nation.horizon": 12, "photonics.delay_years": 1, "photonics.membership_fee.core": 2.0}
    case = model.load("photonics").with_values(changes)
    again = model.load("photonics").with_values(dict(reversed(changes.items())))
    written = pdf(case, "nl", DAY)
    assert written == pdf(again, "nl", DAY) and docx(case, "nl", DAY) == docx(again, "nl", DAY)
    assert written != pdf(case, "nl", datetime.date(2026, 11, 24))
