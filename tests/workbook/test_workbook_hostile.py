"""Files that are no workbook, or want to do harm, are refused with a message, before anything in them is read."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from recalculation import packed, parts

import model
from model.workbook import read_workbook

Parts = dict[str, bytes]
LAUGHS = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))


def with_part(name: str, content: bytes) -> Callable[[Parts], None]:
    def change(found: Parts) -> None:
        found[name] = content

    return change


def in_part(name: str, before: bytes, after: bytes) -> Callable[[Parts], None]:
    def change(found: Parts) -> None:
        assert before in found[name]
        found[name] = found[name].replace(before, after, 1)

    return change


def declared(name: str, declaration: bytes) -> Callable[[Parts], None]:
    """A document type put before the first element of a part."""

    def change(found: Parts) -> None:
        head, mark, body = found[name].partition(b"?>")
        found[name] = head + mark + declaration + body

    return change


def in_utf16(name: str, declaration: str) -> Callable[[Parts], None]:
    def change(found: Parts) -> None:
        body = found[name].decode().partition("?>")[2]
        found[name] = ('<?xml version="1.0" encoding="UTF-16"?>' + declaration + body).encode("utf-16")

    return change


SHEET = "xl/worksheets/sheet1.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
CHANGED: list[tuple[str, Callable[[Parts], None], str]] = [
    ("billion laughs", declared(SHEET, b'<!DOCTYPE x [<!ENTITY l0 "ha">' + LAUGHS + b"]>"), "document type or entities"),
    ("quadratic blow-up", declared(SHEET, b'<!DOCTYPE x [<!ENTITY a "' + b"a" * 50_000 + b'">]>'), "document type or entities"),
    ("external entity", declared(SHEET, b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'), "document type or entities"),
    ("entity in the properties", declared("docProps/core.xml", b'<!DOCTYPE x SYSTEM "http://localhost/x.dtd">'), "document type or entities"),
    ("entity in UTF-16", in_utf16(SHEET, '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'), "document type or entities"),
    ("entity in the strings", declared("xl/sharedStrings.xml", b'<!DOCTYPE x [<!ENTITY a "b">]>'), "document type or entities"),
    ("macros", with_part("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0"), "macros"),
    ("old macros", with_part("xl/macrosheets/sheet1.xml", b"<a/>"), "macros"),
    ("a kind that holds macros", in_part("[Content_Types].xml", b"spreadsheetml.sheet.main", b"sheet.macroEnabled.main"), "macros"),
    ("links to other workbooks", with_part("xl/externalLinks/externalLink1.xml", b"<externalLink/>"), "links to other files"),
    ("data connections", with_part("xl/connections.xml", b"<connections/>"), "links to other files"),
    (
        "a relation that leads outside",
        in_part(RELATIONS, b"</Relationships>", b'<Relationship Id="x" Type="y/oleLink" Target="file:///x" TargetMode="External"/></Relationships>'),
        "links to other files",
    ),
    ("embedded objects", with_part("xl/embeddings/oleObject1.bin", b"x"), "embedded objects"),
    ("a path upwards", with_part("xl/../../evil.xml", b"<a/>"), "leads outside"),
    ("an absolute path", with_part("/etc/evil.xml", b"<a/>"), "leads outside"),
    ("a path of another system", with_part("xl\\..\\evil.xml", b"<a/>"), "leads outside"),
    ("no workbook part", lambda found: found.pop("xl/workbook.xml") and None, "is not a workbook"),
    ("no description", in_part("xl/workbook.xml", b'name="Case"', b'name="Other"'), "no sheet 'Case'"),
    ("a broken sheet", in_part(SHEET, b"<sheetData>", b"<sheetData"), "damaged"),
    ("a sheet under a strange name", in_part(RELATIONS, b"worksheets/sheet1.xml", b"worksheets/sheet1.dat"), "damaged"),
]


@pytest.mark.parametrize(("change", "said"), [each[1:] for each in CHANGED], ids=[each[0] for each in CHANGED])
def test_a_changed_package_is_refused(change: Callable[[Parts], None], said: str, small_book: bytes) -> None:
    found = parts(small_book)
    change(found)
    with pytest.raises(model.InputError, match=said):
        read_workbook(packed(found))


def bomb() -> bytes:
    """A workbook whose sheet unpacks to 300 MB."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("xl/workbook.xml", "<workbook/>")
        with package.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(300):
                part.write(b" " * 2**20)
    return stream.getvalue()


def twice() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package, pytest.warns(UserWarning, match="Duplicate"):
        for _ in range(2):
            package.writestr("xl/workbook.xml", "<workbook/>")
    return stream.getvalue()


def other(name: str, content: str) -> bytes:
    return packed({name: content.encode(), "[Content_Types].xml": b"<Types/>"})


FILES: list[tuple[str, Callable[[], bytes], str]] = [
    ("empty", lambda: b"", "empty"),
    ("a picture", lambda: b"\x89PNG\r\n", "is not a workbook"),
    ("a web page", lambda: b"<html><body>=1+1</body></html>", "is not a workbook"),
    ("old format", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"W\x00o\x00r\x00k\x00" * 100, "old format .xls"),
    ("with a password", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
    ("a zip file cut off", lambda: packed({"xl/workbook.xml": b"<workbook/>"})[:40], "damaged"),
    ("another zip file", lambda: other("word/document.xml", "<document/>"), "is not a workbook"),
    ("OpenDocument", lambda: packed({"mimetype": b"application/vnd.oasis", "content.xml": b"<a/>"}), "OpenDocument"),
    ("binary workbook", lambda: other("xl/workbook.bin", "x"), "xlsb"),
    ("zip bomb", bomb, "unpacks to"),
    ("two parts of one name", twice, "two parts of the same name"),
    ("too large", lambda: b"PK" + b"\0" * (21 * 2**20), "more than"),
]


@pytest.mark.parametrize(("make", "said"), [each[1:] for each in FILES], ids=[each[0] for each in FILES])
def test_what_is_no_workbook_is_refused(make: Callable[[], bytes], said: str) -> None:
    with pytest.raises(model.InputError, match=said):
        read_workbook(make())


@pytest.mark.parametrize("part", ["xl/workbook.xml", "[Content_Types].xml", "xl/worksheets/sheet1.xml"])
def test_damage_within_a_part_is_told(part: str, small_book: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(small_book)) as package:
        found = package.getinfo(part)
    start = found.header_offset + 30 + len(found.filename.encode())
    damaged = small_book[:start] + b"\xff" * 20 + small_book[start + 20 :]
    with pytest.raises(model.InputError, match="damaged"):
        read_workbook(damaged)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(model.InputError, match=r"gone\.xlsx: cannot be read"):
        model.load(tmp_path / "gone.xlsx")


def test_a_description_that_leads_to_a_file_is_not_followed(small_book: bytes, tmp_path: Path) -> None:
    """The name in a workbook is looked up among the program's own cases only."""
    secret = tmp_path / "secret.yaml"
    secret.write_text("clusters: [photonics]\n", encoding="utf-8")
    found = parts(small_book)
    strings = "xl/sharedStrings.xml"
    assert b'"name": "photonics"' in found[strings]
    found[strings] = found[strings].replace(b'"name": "photonics"', json.dumps({"name": str(secret)})[1:-1].encode())
    back = read_workbook(packed(found), formulas=False)
    assert any("rebuilt from the workbook" in note for note in back.notes)


@pytest.mark.parametrize(
    "make", [bomb, lambda: packed({"xl/workbook.xml": b"<!DOCTYPE x [" + LAUGHS + b"]><x>&l9;</x>", "[Content_Types].xml": b"<a/>"})]
)
def test_refusing_takes_little_memory(make: Callable[[], bytes], tmp_path: Path) -> None:
    path = tmp_path / "hostile.xlsx"
    path.write_bytes(make())
    # Linux counts the memory of the process that started this one in ru_maxrss; VmHWM is this program's own.
    code = (
        "import sys, model\n"
        "try:\n    model.load(sys.argv[1])\nexcept model.InputError:\n"
        "    print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], check=True, capture_output=True, text=True, timeout=60)
    assert int(done.stdout) < 200_000
