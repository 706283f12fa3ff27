"""Reading a workbook's cells: formula and value of each, from the file of any spreadsheet program.

The parts have been checked by `model.workbook.package`: none declares a document type, so none holds entities.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from xml.etree.ElementTree import Element, ParseError, fromstring

from model.language.errors import InputError
from model.language.message import Message
from model.workbook.pieces import column

MOST_CELLS = 2_000_000
_ADDRESS = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_DATE_FORMATS = frozenset({*range(14, 23), 27, 28, 29, 30, 31, 36, *range(45, 48), 50, 57})
_QUOTED = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')


@dataclass(slots=True)
class Cell:
    """One cell. value: a number, text, True/False, or None; an error is text in `error`. formula: without '='."""

    value: float | str | bool | None
    formula: str = ""
    error: str = ""
    is_date: bool = False


@dataclass
class Sheet:
    """One sheet: its cells by row and column, from 0."""

    name: str
    state: str = "visible"
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)

    def value(self, row: int, col: int) -> Any:
        cell = self.cells.get((row, col))
        return None if cell is None else cell.value

    def text(self, row: int, col: int) -> str:
        """A cell's text without blanks around it; '' for anything else."""
        found = self.value(row, col)
        return found.strip() if isinstance(found, str) else ""


@dataclass
class Contents:
    """All that is read of a workbook, sheet by sheet, when asked for."""

    package: zipfile.ZipFile
    paths: dict[str, str]
    states: dict[str, str]
    strings: list[str]
    dates: frozenset[int]
    read: dict[str, Sheet] = field(default_factory=dict)

    def sheet(self, name: str) -> Sheet | None:
        """A sheet by name; None where there is none."""
        if name not in self.paths:
            return None
        if name not in self.read:
            self.read[name] = Sheet(name, self.states[name], dict(self._cells(self.paths[name])))
        return self.read[name]

    def _cells(self, path: str) -> Iterator[tuple[tuple[int, int], Cell]]:
        shared: dict[str, tuple[str, str]] = {}
        count, number = 0, -1
        for part in _root(self.package, path):
            for line in part if _local(part) == "sheetData" else ():
                number = int(line.get("r", number + 2)) - 1
                position = -1
                for entry in line:
                    address = entry.get("r")
                    position = _column_of(address) if address else position + 1
                    cell = self._cell(entry, number, position, shared)
                    if cell is not None:
                        count += 1
                        yield (number, position), cell
                if count > MOST_CELLS:
                    raise InputError(Message("{path} has more than {most:,} cells", path=path, most=MOST_CELLS))

    def _cell(self, entry: Element, row: int, col: int, shared: dict[str, tuple[str, str]]) -> Cell | None:
        kind = entry.get("t", "n")
        formula = text = ""
        for child in entry:
            name = _local(child)
            if name == "f":
                formula = _formula(child, row, col, shared)
            elif name == "v":
                text = child.text or ""
            elif name == "is":
                text = _string(child)
        if not text and not formula and kind not in ("str", "inlineStr"):
            return None
        if kind == "s":
            return Cell(self.strings[int(text)] if text else None, formula)
        if kind in ("str", "inlineStr"):
            return Cell(_unescaped(text) if kind == "str" else text, formula)
        if kind == "b":
            return Cell(text.strip() in ("1", "true"), formula)
        if kind == "e":
            return Cell(None, formula, error=text or "#VALUE!")
        if kind == "d":
            return Cell(text, formula, is_date=True)
        return Cell(float(text) if text else None, formula, is_date=int(entry.get("s", 0)) in self.dates)


def read_contents(package: zipfile.ZipFile, name: str) -> Contents:
    """What a checked package holds. Raises InputError for one whose parts do not fit together."""
    try:
        relations = {
            relation.get("Id", ""): relation.get("Target", "") for relation in _root(package, "xl/_rels/workbook.xml.rels") if relation.get("Target")
        }
        paths: dict[str, str] = {}
        states: dict[str, str] = {}
        for element in _root(package, "xl/workbook.xml").iter():
            if _local(element) == "sheet":
                identity = next((value for key, value in element.attrib.items() if key.endswith("}id") or key == "r:id"), "")
                target = relations.get(identity, "")
                path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
                if target and not path.endswith(".xml"):
                    raise ValueError(f"a sheet in {path[:60]}")
                if target and "worksheets/" in path:
                    paths[element.get("name", "")] = path
                    states[element.get("name", "")] = element.get("state", "visible")
        return Contents(package, paths, states, _strings(package), _date_styles(package))
    except (KeyError, ParseError, ValueError, IndexError, zipfile.BadZipFile) as error:
        raise InputError(Message("{name}: is damaged: its parts do not fit together ({problem})", name=name, problem=error)) from None


def _root(package: zipfile.ZipFile, path: str) -> Element:
    return fromstring(package.read(path))


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _column_of(address: str) -> int:
    found = _ADDRESS.fullmatch(address)
    if not found:
        raise InputError(Message("{given!r} is not the address of a cell", given=address[:20]))
    return column_number(found[1])


@lru_cache(maxsize=2048)
def column_number(letters: str) -> int:
    """The number of a column, from 0."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _strings(package: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in package.namelist():
        return []
    return [_string(element) for element in _root(package, "xl/sharedStrings.xml")]


def _string(element: Element) -> str:
    """The text of a string, whatever its formatting; not the reading aids that Asian texts carry."""
    parts = []
    for child in element:
        if _local(child) == "t":
            parts.append(child.text or "")
        elif _local(child) == "r":
            parts += [part.text or "" for part in child if _local(part) == "t"]
    return _unescaped("".join(parts))


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _date_styles(package: zipfile.ZipFile) -> frozenset[int]:
    """Numbers of the cell styles that show a date."""
    if "xl/styles.xml" not in package.namelist():
        return frozenset()
    root = _root(package, "xl/styles.xml")
    dates = set(_DATE_FORMATS)
    for element in root.iter():
        if _local(element) == "numFmt" and re.search(r"[ymdhs]", _QUOTED.sub("", element.get("formatCode", "").lower())):
            dates.add(int(element.get("numFmtId", -1)))
    for element in root:
        if _local(element) == "cellXfs":
            return frozenset(number for number, style in enumerate(element) if int(style.get("numFmtId", 0)) in dates)
    return frozenset()


def _formula(element: Element, row: int, col: int, shared: dict[str, tuple[str, str]]) -> str:
    """A formula's text; of a shared one, moved from where it is written."""
    text = element.text or ""
    if element.get("t") != "shared":
        return text
    address = f"{column(col)}{row + 1}"
    index = element.get("si", "")
    if text:
        shared[index] = (text, address)
        return text
    if index not in shared:
        return ""
    from openpyxl.formula.translate import Translator

    origin, start = shared[index]
    return str(Translator(f"={origin}", start).translate_formula(address))[1:]


def all_formulas(sheets: Iterable[Sheet]) -> Iterator[tuple[str, int, int, Cell]]:
    """Sheet, row, column and cell of every formula."""
    for sheet in sheets:
        for (row, col), cell in sheet.cells.items():
            if cell.formula:
                yield sheet.name, row, col, cell
