"""A note as a Word file: headings, tables with header rows that repeat, pictures with alternative texts, language set."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Sequence
from typing import Any

from model.briefing.note import Note, Table
from model.briefing.pictures import Picture
from model.briefing.spans import Span, Text

FONT = "Arial"
MONOSPACED = "Courier New"
INK, ACCENT, MUTED, ALARM, HAIRLINE, ALARM_FILL = "1F2937", "154273", "4B5563", "B3261E", "C9D1DA", "FDECEB"
PAGE = (210.0, 297.0)
MARGIN = 18.0
TEXT_WIDTH = PAGE[0] - 2 * MARGIN
GUTTER = 4.0
_LOCALES = {"nl": "nl-NL", "en": "en-GB"}
_EPOCH = (1980, 1, 1, 0, 0, 0)


def render(note: Note) -> bytes:
    """The Word file; the same bytes for the same note."""
    import docx
    from docx.opc.constants import RELATIONSHIP_TYPE

    document = docx.Document()
    package = document.part.package
    for key, relation in list(package.rels.items()):
        if relation.reltype == RELATIONSHIP_TYPE.THUMBNAIL:
            del package.rels[key]
    writer = _Writer(document, note)
    writer.properties()
    writer.styles()
    writer.footer()
    writer.first_page()
    writer.second_page()
    saved = io.BytesIO()
    document.save(saved)
    return _repeatable(saved.getvalue())


def _repeatable(package: bytes) -> bytes:
    """The same file without the time at which each part was packed."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(packed, "w") as new:
        for name in old.namelist():
            part = zipfile.ZipInfo(name, _EPOCH)
            part.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(part, old.read(name))
    return packed.getvalue()


class _Writer:
    """Writes one note into an empty document."""

    def __init__(self, document: Any, note: Note):
        self.document, self.note = document, note
        self.locale = _LOCALES[note.language]

    # The file -----------------------------------------------------------------------------------------------

    def properties(self) -> None:
        """Title, language and date of the file; the date of the note stands for those of the file."""
        core = self.document.core_properties
        noon = datetime.datetime.combine(self.note.date, datetime.time(12))
        core.title, core.subject, core.language = self.note.title[:255], self.note.kind, self.locale
        core.author = core.last_modified_by = self.note.authors
        core.comments = self.note.footer[:255]
        core.created = core.modified = noon
        core.revision = 1

    def styles(self) -> None:
        from docx.shared import Mm, Pt

        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(PAGE[0]), Mm(PAGE[1])
        section.left_margin = section.right_margin = Mm(MARGIN)
        section.top_margin, section.bottom_margin = Mm(13), Mm(15)
        section.header_distance, section.footer_distance = Mm(6), Mm(7)
        styles = self.document.styles
        defaults = styles.element.find(_name("w:docDefaults")).find(_name("w:rPrDefault")).find(_name("w:rPr"))
        language = defaults.find(_name("w:lang"))
        language.set(_name("w:val"), self.locale)
        sizes = (("Normal", 9, INK, False), ("Heading 1", 17, ACCENT, True), ("Heading 2", 11, ACCENT, True), ("List Bullet", 8.5, INK, False))
        for name, size, colour, bold in sizes:
            style = styles[name]
            _typeface(style.element.get_or_add_rPr(), FONT)
            style.font.size, style.font.bold = Pt(size), bold
            style.font.color.rgb = _colour(colour)
            style.paragraph_format.line_spacing = 1.0
        bullets = styles["List Bullet"].paragraph_format
        bullets.left_indent, bullets.first_line_indent = Mm(4), Mm(-4)
        for name, before, after in (("Normal", 0, 4), ("Heading 1", 2, 4), ("Heading 2", 9, 3), ("List Bullet", 0, 2)):
            styles[name].paragraph_format.space_before, styles[name].paragraph_format.space_after = Pt(before), Pt(after)

    def footer(self) -> None:
        """What the figures rest on, and the number of the page, with fields that Word fills in."""
        from docx.enum.text import WD_TAB_ALIGNMENT
        from docx.shared import Mm

        paragraph = self.document.sections[0].footer.paragraphs[0]
        stops = paragraph.paragraph_format.tab_stops
        stops.add_tab_stop(Mm(TEXT_WIDTH), WD_TAB_ALIGNMENT.RIGHT)
        paragraph.style = self.document.styles["Normal"]
        self.small(paragraph, f"{self.note.footer}")
        paragraph.add_run().add_tab()
        for part in _split(self.note.page, ("{page}", "{pages}")):
            if part in ("{page}", "{pages}"):
                _field(paragraph, "PAGE" if part == "{page}" else "NUMPAGES")
            else:
                self.small(paragraph, part)

    # Building blocks ----------------------------------------------------------------------------------------

    def paragraph(self, style: str = "Normal", *, before: float | None = None, after: float | None = None) -> Any:
        from docx.shared import Pt

        made = self.document.add_paragraph(style=style)
        if before is not None:
            made.paragraph_format.space_before = Pt(before)
        if after is not None:
            made.paragraph_format.space_after = Pt(after)
        return made

    def write(self, paragraph: Any, text: Text, size: float = 0) -> Any:
        from docx.shared import Pt

        for span in text:
            run = paragraph.add_run(span.text)
            run.bold = span.strong or None
            if size:
                run.font.size = Pt(size)
        return paragraph

    def small(self, paragraph: Any, text: str) -> Any:
        from docx.shared import Pt

        run = paragraph.add_run(text)
        run.font.size, run.font.color.rgb = Pt(7.5), _colour(MUTED)
        return paragraph

    def heading(self, name: str) -> Any:
        return self.document.add_heading(self.note.headings[name], level=2)

    def table(self, content: Table, widths: Sequence[float]) -> None:
        """A table with hairlines and a header row that repeats; columns as wide as given, in mm."""
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Mm, Pt

        made = self.document.add_table(rows=0, cols=len(content.headers))
        made.autofit = False
        _frame(made, content.caption)
        for column, width in zip(made.columns, widths, strict=True):
            column.width = Mm(width)
        for number, cells in enumerate((content.headers, *content.rows)):
            row = made.add_row()
            if number == 0:
                _header_row(row)
            _keep_whole(row)
            for position, (cell, text) in enumerate(zip(row.cells, cells, strict=True)):
                cell.width = Mm(widths[position])
                _edges(cell, position == 0, position == len(cells) - 1, number == 0)
                paragraph = cell.paragraphs[0]
                paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(1)
                if position in content.numeric:
                    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
                run = paragraph.add_run(text)
                run.font.size = Pt(8)
                if number == 0:
                    run.bold, run.font.color.rgb = True, _colour(ACCENT)

    def picture(self, run: Any, picture: Picture, width: float) -> None:
        from docx.shared import Mm

        drawn = run.add_picture(io.BytesIO(picture.png()), width=Mm(width))
        for side in ("distT", "distB", "distL", "distR"):
            drawn._inline.set(side, "0")
        drawn._inline.docPr.set("descr", picture.chart.alt)
        drawn._inline.docPr.set("title", f"{picture.number} {picture.caption}")

    def caption(self, picture: Picture, *, before: float, where: str = "") -> None:
        paragraph = self.paragraph(before=before, after=2)
        paragraph.paragraph_format.keep_with_next = True
        self.write(paragraph, (Span(f"{picture.number} ", True), Span(f"{where}{picture.caption}")), 8.5)
        self.small(paragraph, f" {picture.source}")

    # The pages ----------------------------------------------------------------------------------------------

    def first_page(self) -> None:
        note = self.note
        self.small(self.paragraph(after=0), f"{note.kind} · {note.written}")
        self.document.add_heading(note.title, level=1)
        if note.about:
            self.small(self.paragraph(), note.about)
        if note.gap:
            _box(self.write(self.paragraph(before=2, after=6), note.gap))
        self.write(self.paragraph(after=5), note.answer, 10.5)
        self.paragraph().add_run(note.spread)
        self.heading("figures")
        based = len(note.figures.headers) == 4
        self.table(note.figures, (50, 20, 20, TEXT_WIDTH - 90) if based else (56, 22, TEXT_WIDTH - 78))
        self.small(self.paragraph(before=3, after=0), note.figures_note)
        for picture in note.pictures:
            if picture.wide:
                self.caption(picture, before=6)
                self.picture(self.paragraph(after=0).add_run(), picture, TEXT_WIDTH)

    def second_page(self) -> None:
        from docx.shared import Mm

        note = self.note
        heading = self.heading("pictures")
        heading.paragraph_format.page_break_before = True
        heading.paragraph_format.space_before = 0
        pair = [picture for picture in note.pictures if not picture.wide]
        for picture, where in zip(pair, note.sides, strict=True):
            self.caption(picture, before=0, where=f"{where} ")
        beside = self.paragraph(after=0)
        width = (TEXT_WIDTH - GUTTER) / len(pair) - 0.5
        beside.paragraph_format.tab_stops.add_tab_stop(Mm(width + GUTTER))
        for position, picture in enumerate(pair):
            if position:
                beside.add_run().add_tab()
            self.picture(beside.add_run(), picture, width)
        for name, content, told, widths in (
            ("changes", note.changes, note.changes_note, (TEXT_WIDTH - 108, 26, 26, 56)),
            ("drivers", note.drivers, note.drivers_note, (TEXT_WIDTH - 117, 24, 23, 70)),
        ):
            self.heading(name)
            if content is not None:
                self.table(content, widths)
            if told:
                self.small(self.paragraph(before=3 if content else 0, after=0), told)
        self.heading("caveats")
        for caveat in note.caveats:
            self.paragraph("List Bullet").add_run(caveat)
        self.basis()

    def basis(self) -> None:
        from docx.shared import Pt

        note = self.note
        self.heading("basis")
        for label, told in note.basis:
            paragraph = self.paragraph(after=2)
            run = paragraph.add_run(f"{label} " if label else told)
            run.font.size = Pt(8.5)
            if label:
                typed = paragraph.add_run(told)
                typed.font.size = Pt(7.5)
                _typeface(typed._element.get_or_add_rPr(), MONOSPACED)
        if note.link:
            paragraph = self.paragraph(after=0)
            paragraph.add_run(f"{note.link_label} ").font.size = Pt(8.5)
            _hyperlink(paragraph, note.link, note.link_text)


# What python-docx has no words for --------------------------------------------------------------------------


def _name(tag: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(tag))


def _element(tag: str, **attributes: str) -> Any:
    from docx.oxml import OxmlElement

    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(_name(f"w:{name}"), value)
    return made


def _colour(text: str) -> Any:
    from docx.shared import RGBColor

    return RGBColor.from_string(text)


def _typeface(properties: Any, font: str) -> None:
    """Set a typeface by name, over those that the theme of the document brings."""
    old = properties.find(_name("w:rFonts"))
    if old is not None:
        properties.remove(old)
    properties.insert(0, _element("w:rFonts", ascii=font, hAnsi=font, cs=font, eastAsia=font))


def _split(text: str, marks: Sequence[str]) -> list[str]:
    """Text cut at its marks, which stay as parts of their own."""
    parts = [text]
    for mark in marks:
        parts = [
            piece for part in parts for position, each in enumerate(part.split(mark)) for piece in ([mark, each] if position else [each]) if piece
        ]
    return parts


def _field(paragraph: Any, instruction: str) -> None:
    """A field of Word with a figure in it that it renews."""
    field = _element("w:fldSimple", instr=instruction)
    run = _element("w:r")
    properties = _element("w:rPr")
    properties.append(_element("w:color", val=MUTED))
    properties.append(_element("w:sz", val="15"))
    run.append(properties)
    text = _element("w:t")
    text.text = "1" if instruction == "PAGE" else "2"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)


def _hyperlink(paragraph: Any, address: str, text: str) -> None:
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.shared import Pt

    key = paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link = _element("w:hyperlink")
    link.set(_name("r:id"), key)
    run = paragraph.add_run(text)
    run.font.underline, run.font.color.rgb = True, _colour(ACCENT)
    run.font.size = Pt(8.5)
    link.append(run._r)
    paragraph._p.append(link)


def _frame(table: Any, caption: str) -> None:
    """A table flush with the text, and what it is for those who hear it."""
    properties = table._tbl.tblPr
    margins = _element("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(_element(f"w:{side}", w="0", type="dxa"))
    look = properties.find(_name("w:tblLook"))
    parts = [_element("w:tblInd", w="0", type="dxa"), properties.find(_name("w:tblLayout")), margins, look, _element("w:tblCaption", val=caption)]
    for part in parts:
        properties.append(part)


def _header_row(row: Any) -> None:
    row._tr.get_or_add_trPr().append(_element("w:tblHeader", val="true"))


def _keep_whole(row: Any) -> None:
    """A row is not cut by the end of a page."""
    row._tr.get_or_add_trPr().insert(0, _element("w:cantSplit", val="true"))


def _edges(cell: Any, first: bool, last: bool, header: bool) -> None:
    """A line below a cell, and no room beside the outer ones, so that text stands flush with the page."""
    properties = cell._tc.get_or_add_tcPr()
    borders = _element("w:tcBorders")
    borders.append(_element("w:bottom", val="single", sz="6" if header else "4", space="0", color=ACCENT if header else HAIRLINE))
    properties.append(borders)
    margins = _element("w:tcMar")
    margins.append(_element("w:left", w="0" if first else "85", type="dxa"))
    margins.append(_element("w:right", w="0" if last else "85", type="dxa"))
    properties.append(margins)


def _box(paragraph: Any) -> None:
    """A bar beside a paragraph and colour behind it."""
    properties = paragraph._p.get_or_add_pPr()
    borders = _element("w:pBdr")
    borders.append(_element("w:left", val="single", sz="24", space="6", color=ALARM))
    later = ("w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")
    properties.insert_element_before(borders, *later)
    properties.insert_element_before(_element("w:shd", val="clear", color="auto", fill=ALARM_FILL), *later)
