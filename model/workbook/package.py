"""Is a file a workbook that can be opened without harm? Answered before any of its cells is read."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from xml.parsers import expat

from model.language.errors import InputError
from model.language.message import Message, placed

LARGEST_FILE = 20 * 2**20
LARGEST_UNPACKED = 120 * 2**20
LARGEST_PART = 60 * 2**20
LARGEST_RATIO = 40
MOST_PARTS = 1_000
_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PIECE = 16_384
_ENCRYPTED = Message("is encrypted with a password: save it without one")
_LINKS = Message("holds links to other files or data: break the links and save it again")
_DANGEROUS = (
    (re.compile(r"vbaProject|macrosheets/|vbaData|\.xlm$", re.I), Message("holds macros: save it as .xlsx without them")),
    (re.compile(r"^xl/(externalLinks|connections|queryTables|webExtensions)", re.I), _LINKS),
    (re.compile(r"(embeddings|activeX|oleObject|ctrlProps)", re.I), Message("holds embedded objects: remove them and save it again")),
    (re.compile(r"^xl/workbook\.bin$", re.I), Message("is in the binary format .xlsb: save it as .xlsx")),
)
_EXTERNAL = re.compile(rb"<[^<>]*Relationship\b[^<>]*>")


class _Stop(Exception):
    """The first element has been reached."""


class _Forbidden(Exception):
    """A document type or entity is declared."""


_UNREADABLE = (zipfile.BadZipFile, zlib.error, expat.ExpatError, EOFError, OSError, RuntimeError, ValueError)
"""What unpacking and parsing a damaged file can raise; a method of packing that is not known is a RuntimeError."""


def open_package(content: bytes, name: str) -> zipfile.ZipFile:
    """The parts of a workbook, after every check. Raises InputError, which says what is wrong and what helps."""
    if not content:
        raise InputError(Message("{name}: the file is empty", name=name))
    if len(content) > LARGEST_FILE:
        sentence = "{name}: {size:,} bytes is more than the {most:,} a workbook may have"
        raise InputError(Message(sentence, name=name, size=len(content), most=LARGEST_FILE))
    if content.startswith(_OLD):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise InputError(placed(name, _ENCRYPTED))
        raise InputError(Message("{name}: is in the old format .xls: save it as .xlsx", name=name))
    if not content.startswith(b"PK"):
        sentence = "{name}: is not a workbook: an .xlsx file written by this program, or saved by a spreadsheet program, is expected"
        raise InputError(Message(sentence, name=name))
    try:
        package = zipfile.ZipFile(io.BytesIO(content))
        parts = package.infolist()
    except _UNREADABLE as error:
        raise InputError(Message("{name}: is damaged and cannot be opened ({problem})", name=name, problem=error)) from None
    problems = _problems_of_parts(parts)
    if not problems:
        problems = _problems_of_content(package, parts)
    if problems:
        raise InputError([placed(name, problem) for problem in problems])
    return package


def _problems_of_parts(parts: list[zipfile.ZipInfo]) -> list[str]:
    names = [part.filename for part in parts]
    found: list[str] = []
    if len(parts) > MOST_PARTS:
        return [Message("has {count:,} parts, more than {most:,}", count=len(parts), most=MOST_PARTS)]
    for part in names:
        if part.startswith(("/", "\\")) or "\\" in part or ":" in part or ".." in part.split("/"):
            found.append(Message("has a part with a path that leads outside the file ({part!r})", part=part[:80]))
    if len(set(names)) != len(names):
        found.append(Message("has two parts of the same name"))
    if any(part.flag_bits & 1 for part in parts):
        found.append(_ENCRYPTED)
    unpacked = sum(part.file_size for part in parts)
    packed = max(1, sum(part.compress_size for part in parts))
    if unpacked > LARGEST_UNPACKED or any(part.file_size > LARGEST_PART for part in parts):
        found.append(Message("unpacks to {size:,} bytes, more than a workbook of this program has", size=unpacked))
    elif unpacked > 2**20 and unpacked > LARGEST_RATIO * packed:
        found.append(Message("unpacks to {times:,.0f} times its size, more than a workbook does", times=unpacked / packed))
    for pattern, problem in _DANGEROUS:
        if any(pattern.search(part) for part in names):
            found.append(problem)
    if "mimetype" in names and "content.xml" in names:
        found.append(Message("is an OpenDocument file: save it as .xlsx"))
    elif "xl/workbook.xml" not in names and "xl/workbook.bin" not in names:
        found.append(Message("is not a workbook: it has no {part}", part="xl/workbook.xml"))
    elif "[Content_Types].xml" not in names:
        found.append(Message("is not a workbook: it has no {part}", part="[Content_Types].xml"))
    return found


def _problems_of_content(package: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> list[str]:
    found: list[str] = []
    for part in parts:
        if not part.filename.lower().endswith((".xml", ".rels", ".vml")):
            continue
        try:
            if _declares_entities(package, part):
                found.append(Message("declares a document type or entities in {part}, which no workbook needs", part=part.filename))
            elif part.filename == "[Content_Types].xml" and b"macroEnabled" in _all(package, part):
                found.append(Message("is of a kind that holds macros: save it as .xlsx"))
            elif part.filename.endswith(".rels"):
                found += _external(_all(package, part))
        except _UNREADABLE as error:
            found.append(Message("is damaged: {part} cannot be read ({problem})", part=part.filename, problem=error))
    return found


def _external(content: bytes) -> list[str]:
    """Relations to something outside the file; addresses that a person clicks on are harmless."""
    for relation in _EXTERNAL.findall(content):
        if b"TargetMode" in relation and b"External" in relation and b"/hyperlink" not in relation:
            return [_LINKS]
    return []


def _all(package: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    with package.open(part) as stream:
        return stream.read(2**20)


def _declares_entities(package: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Whether a document type stands before the first element, in whatever encoding; nothing behind that is read."""
    parser = expat.ParserCreate()

    def forbidden(*_: object) -> None:
        raise _Forbidden

    def reached(*_: object) -> None:
        raise _Stop

    parser.StartDoctypeDeclHandler = forbidden
    parser.EntityDeclHandler = forbidden
    parser.StartElementHandler = reached
    try:
        with package.open(part) as stream:
            while piece := stream.read(_PIECE):
                parser.Parse(piece, False)
            parser.Parse(b"", True)
    except _Stop:
        return False
    except _Forbidden:
        return True
    return False
