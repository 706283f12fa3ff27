"""Reading notes back: the text, pages and structure of a PDF, and of a Word file."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from xml.etree import ElementTree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def squeezed(text: str) -> str:
    """Text without any space, so that line ends do not matter."""
    return re.sub(r"[\s\u200b]+", "", text)


class Pdf:
    """A PDF of the typesetter: all its objects, also those that are packed."""

    def __init__(self, content: bytes):
        self.objects = {int(found[1]): found[2] for found in re.finditer(rb"(\d+) 0 obj\s(.*?)endobj", content, re.S)}
        for packed in [each for each in self.objects.values() if b"/ObjStm" in each[:300]]:
            inside, first = _stream(packed), int(_named(packed, b"First"))
            heads = [int(number) for number in inside[:first].split()]
            starts = [first + start for start in heads[1::2]] + [len(inside)]
            self.objects |= {number: inside[starts[i] : starts[i + 1]] for i, number in enumerate(heads[::2])}
        self.pages = [each for each in self.objects.values() if re.search(rb"/Type\s*/Page\b", each)]
        self.catalogue = next(each for each in self.objects.values() if b"/Catalog" in each)

    @property
    def fonts(self) -> set[str]:
        """Families of the typefaces that are embedded."""
        return {found[1].decode() for each in self.objects.values() for found in re.finditer(rb"/FontName\s*/[A-Z]{6}\+([A-Za-z]+)", each)}

    @property
    def alternatives(self) -> list[str]:
        """Alternative texts of the pictures."""
        return [_decoded(_unescaped(found[1])) for each in self.objects.values() for found in re.finditer(rb"/Alt\s*\(((?:\\.|[^\\)])*)\)", each)]

    @property
    def kinds(self) -> set[str]:
        """Kinds of elements in its structure: headings, tables, lists, figures."""
        return {found[1].decode() for each in self.objects.values() for found in re.finditer(rb"/StructElem\s*/S\s*/(\w+)", each)}

    @property
    def metadata(self) -> str:
        return next(_stream(each).decode() for each in self.objects.values() if b"/Metadata" in each[:200] and b"stream" in each)

    def text(self) -> str:
        """What its pages say, in the order in which it is set."""
        said = []
        for page in self.pages:
            resources = self.objects[int(_named(page, b"Resources"))]
            fonts = {name: self._letters(int(number)) for name, number in re.findall(rb"/(f\d+) (\d+) 0 R", resources)}
            if not fonts:
                nested = self.objects[int(_named(resources, b"Font"))]
                fonts = {name: self._letters(int(number)) for name, number in re.findall(rb"/(f\d+) (\d+) 0 R", nested)}
            letters: dict[int, str] = {}
            for font, codes in _drawn(_stream(self.objects[int(_named(page, b"Contents"))])):
                letters = fonts[font] if font else letters
                said += [letters.get(int.from_bytes(codes[i : i + 2], "big"), "?") for i in range(0, len(codes), 2)]
        return "".join(said)

    def _letters(self, font: int) -> dict[int, str]:
        table = _stream(self.objects[int(_named(self.objects[font], b"ToUnicode"))])
        singles = {int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in re.findall(rb"^<(\w+)> <(\w+)>$", table, re.M)}
        for first, last, text in re.findall(rb"^<(\w+)> <(\w+)> <(\w+)>$", table, re.M):
            singles |= {code: chr(int(text, 16) + code - int(first, 16)) for code in range(int(first, 16), int(last, 16) + 1)}
        return singles


def _named(content: bytes, name: bytes) -> bytes:
    found = re.search(rb"/" + name + rb"\s+(\d+)", content)
    assert found, name
    return found[1]


def _stream(content: bytes) -> bytes:
    found = re.search(rb"stream\r?\n(.*)endstream", content, re.S)
    assert found
    return zlib.decompressobj().decompress(found[1]) if b"FlateDecode" in content[: found.start()] else found[1]


def _drawn(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Typefaces that are chosen and strings that are drawn, in order: (name, nothing) or (nothing, codes)."""
    position, drawing = 0, False
    while found := re.compile(rb"/(f\d+) [\d.]+ Tf|\b(BT|ET)\b|\(").search(content, position):
        position = found.end()
        if found[1]:
            yield found[1], b""
        elif found[2]:
            drawing = found[2] == b"BT"
        else:
            depth = 1
            while depth:
                sign = content[position : position + 1]
                depth += {b"(": 1, b")": -1}.get(sign, 0)
                position += 2 if sign == b"\\" else 1
            if drawing:
                yield b"", _unescaped(content[found.end() : position - 1])


def _unescaped(content: bytes) -> bytes:
    def plain(found: re.Match[bytes]) -> bytes:
        code = found[1]
        return bytes([int(code, 8)]) if code.isdigit() else _ESCAPES.get(code, code)

    return re.sub(rb"\\([0-7]{1,3}|.)", plain, content, flags=re.S)


def _decoded(content: bytes) -> str:
    return content[2:].decode("utf-16-be") if content.startswith(b"\xfe\xff") else content.decode("latin-1")


class Docx:
    """A Word file: its parts, and what its body says."""

    def __init__(self, content: bytes):
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            self.parts = {name: package.read(name) for name in package.namelist()}
            self.stamps = {info.date_time for info in package.infolist()}
        self.body = ElementTree.fromstring(self.parts["word/document.xml"])

    def text(self) -> str:
        return "".join(each.text or "" for each in self.body.iter(f"{W}t"))

    def styled(self, style: str) -> list[str]:
        """Texts of the paragraphs with a style."""
        found = []
        for paragraph in self.body.iter(f"{W}p"):
            named = paragraph.find(f"{W}pPr/{W}pStyle")
            if named is not None and named.get(f"{W}val") == style:
                found.append("".join(each.text or "" for each in paragraph.iter(f"{W}t")))
        return found
