"""Independent calculators for the tests, and what they make of a workbook whose cells were changed."""

from __future__ import annotations

import io
import math
import random
import re
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import ironcalc

import model
from model.workbook.cells import Contents, read_contents
from model.workbook.package import open_package
from model.workbook.pieces import column

Changes = Mapping[tuple[str, int, int], float]
TOLERANCE = 1e-9
CODE, CONSTANT, YEARS = 2, 4, 8


def contents(book: bytes) -> Contents:
    """All cells of a workbook."""
    return read_contents(open_package(book, "book.xlsx"), "book.xlsx")


def value_in(kept: Contents) -> Callable[[str, int, int], Any]:
    """Looks up values of cells; an error is its text."""

    def value(name: str, row: int, col: int) -> Any:
        sheet = kept.sheet(name)
        assert sheet
        cell = sheet.cells.get((row, col))
        return None if cell is None else cell.error or cell.value

    return value


def parts(book: bytes) -> dict[str, bytes]:
    """The parts of a workbook by name, in order."""
    with zipfile.ZipFile(io.BytesIO(book)) as package:
        return {name: package.read(name) for name in package.namelist()}


def packed(found: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in found.items():
            package.writestr(name, content)
    return stream.getvalue()


def with_cells(book: bytes, changes: Changes) -> bytes:
    """The workbook with other numbers in cells, by sheet, row and column from 0; only the number itself is replaced."""
    found = parts(book)
    paths = contents(book).paths
    for (sheet, row, col), value in changes.items():
        text = found[paths[sheet]].decode()
        cell = re.compile(rf'(<c r="{column(col)}{row + 1}"[^>]*?)(?: t="\w+")?(>(?:<f>[^<]*</f>)?<v>)[^<]*(</v></c>)')
        changed, count = cell.subn(lambda m, value=value: f"{m[1]}{m[2]}{value!r}{m[3]}", text)
        assert count == 1, (sheet, row, col)
        found[paths[sheet]] = changed.encode()
    return packed(found)


def with_typed(book: bytes, sheet: str, row: int, col: int, value: str | bool | float | None) -> bytes:
    """The workbook with something else typed into a cell: text, an error such as '#REF!', TRUE, a number, or nothing."""
    kinds = {str: "e" if isinstance(value, str) and value.startswith("#") else "str", bool: "b", float: "n"}
    inner = "" if value is None else f"<v>{int(value) if isinstance(value, bool) else value}</v>"
    found = parts(book)
    path = contents(book).paths[sheet]
    cell = re.compile(rf'<c r="{column(col)}{row + 1}"( s="\d+")?[^>]*>.*?</c>')
    kind = "" if value is None else f' t="{kinds[type(value)]}"'
    changed, count = cell.subn(lambda m: f'<c r="{column(col)}{row + 1}"{m[1] or ""}{kind}>{inner}</c>', found[path].decode(), count=1)
    assert count == 1
    found[path] = changed.encode()
    return packed(found)


_REFERENCE = re.compile(r"(?:('(?:[^']|'')+'|[A-Za-z_]\w*)!)?(\$?[A-Z]{1,3}\$?)([1-9]\d*)(?::(\$?[A-Z]{1,3}\$?)([1-9]\d*))?(?![\w(])")


def with_rows_inserted(book: bytes, sheet: str, before: int, count: int) -> bytes:
    """The workbook with blank rows inserted as a spreadsheet program does it: what stands below and all references to it move."""

    def moved(row: str) -> str:
        return str(int(row) + count) if int(row) > before else row

    def in_formula(formula: str, here: str) -> str:
        def reference(found: re.Match[str]) -> str:
            if (found[1] or here).strip("'") != sheet:
                return found[0]
            start = f"{found[1]}!" if found[1] else ""
            return f"{start}{found[2]}{moved(found[3])}" + (f":{found[4]}{moved(found[5])}" if found[4] else "")

        return '"'.join(part if quoted % 2 else _REFERENCE.sub(reference, part) for quoted, part in enumerate(formula.split('"')))

    found = parts(book)
    for name, path in contents(book).paths.items():
        text = re.sub(r"<f>(.*?)</f>", lambda m, name=name: f"<f>{in_formula(m[1], name)}</f>", found[path].decode())
        if name == sheet:
            text = re.sub(r'(<row r="|<c r="[A-Z]+)(\d+)"', lambda m: f'{m[1]}{moved(m[2])}"', text)
        found[path] = text.encode()
    return packed(found)


def with_sheet_renamed(book: bytes, sheet: str, name: str) -> bytes:
    """The workbook with a sheet, and all references to it, under another name."""
    found = parts(book)
    for path in contents(book).paths.values():
        found[path] = re.sub(rb"(?<![\w'])" + sheet.encode() + rb"!", f"'{name}'!".encode(), found[path])
    found["xl/workbook.xml"] = found["xl/workbook.xml"].replace(f'name="{sheet}"'.encode(), f'name="{name}"'.encode())
    return packed(found)


# Quick: ironcalc ---------------------------------------------------------------------------------------------


class Quick:
    """A workbook in ironcalc, loaded once and recalculated at will."""

    def __init__(self, book: bytes):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "book.xlsx"
            path.write_bytes(book)
            self._model = ironcalc.load_from_xlsx(str(path), "en", "UTC")
        self._sheets = {sheet["name"]: number for number, sheet in enumerate(self._model.get_worksheets_properties())}

    def set(self, changes: Changes) -> None:
        for (sheet, row, col), value in changes.items():
            self._model.update_cell_with_number(self._sheets[sheet], row + 1, col + 1, value)

    def put(self, sheet: str, row: int, col: int, formula: str) -> None:
        """A formula, written without '='."""
        self._model.update_cell_with_formula(self._sheets[sheet], row + 1, col + 1, f"={formula}")

    def calculate(self) -> None:
        self._model.evaluate()

    def value(self, sheet: str, row: int, col: int) -> Any:
        return self._model.get_cell_value(self._sheets[sheet], row + 1, col + 1)


# Thorough: LibreOffice ---------------------------------------------------------------------------------------

_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>{locale}</value></prop></item>
</oor:items>
"""


@lru_cache(maxsize=4)
def _profile(locale: str) -> tempfile.TemporaryDirectory[str]:
    """A folder for LibreOffice's settings in a locale, which recalculate every cell; the first start fills it."""
    folder = tempfile.TemporaryDirectory()
    settings = Path(folder.name, "user", "registrymodifications.xcu")
    settings.parent.mkdir()
    settings.write_text(_SETTINGS.format(locale=locale), encoding="utf-8")
    return folder


@contextmanager
def _converted(books: Sequence[bytes], locale: str, kind: str) -> Iterator[Path]:
    """A folder with what LibreOffice makes of workbooks after recalculating every cell."""
    soffice = shutil.which("soffice")
    assert soffice
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        paths = [place / f"book{number}.xlsx" for number in range(len(books))]
        for path, book in zip(paths, books, strict=True):
            path.write_bytes(book)
        command = [soffice, f"-env:UserInstallation={Path(_profile(locale).name).as_uri()}", "--headless", "--convert-to", kind]
        subprocess.run([*command, "--outdir", str(place / "out"), *map(str, paths)], check=True, capture_output=True, timeout=600)
        yield place / "out"


def office(books: Sequence[bytes], locale: str = "en-US") -> list[bytes]:
    """Workbooks as LibreOffice saves them after recalculating every cell."""
    with _converted(books, locale, "xlsx") as folder:
        return [(folder / f"book{number}.xlsx").read_bytes() for number in range(len(books))]


class _Tables(HTMLParser):
    """The texts of all cells of all tables of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self._open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.tables.append([])
        elif tag == "tr" and self.tables:
            self.tables[-1].append([])
        elif tag == "td" and self.tables:
            self.tables[-1][-1].append("")
            self._open = True
            self.tables[-1][-1].extend([""] * (int(dict(attrs).get("colspan") or 1) - 1))

    def handle_endtag(self, tag: str) -> None:
        if tag == "td":
            self._open = False

    def handle_data(self, data: str) -> None:
        if self._open:
            self.tables[-1][-1][-1] += data


def as_shown(book: bytes) -> dict[str, list[list[str]]]:
    """The text that LibreOffice shows in every cell, by sheet."""
    with _converted([book], "en-US", "html") as folder:
        tables = _Tables()
        tables.feed((folder / "book0.html").read_text(encoding="utf-8"))
    return dict(zip(contents(book).paths, tables.tables, strict=True))


# Comparing ---------------------------------------------------------------------------------------------------


def alike(found: Any, expected: Any) -> bool:
    """Whether two values of cells are the same, numbers within the tolerance; a blank text is no value."""
    blank = ("", None)
    if found in blank or expected in blank:
        return found in blank and expected in blank
    if isinstance(found, (int, float)) and isinstance(expected, (int, float)):
        return bool(abs(found - expected) <= TOLERANCE * max(1.0, abs(expected)))
    return bool(found == expected)


def differences(book: bytes, value: Callable[[str, int, int], Any]) -> list[str]:
    """Every formula cell whose cached value is not what a calculator makes of it."""
    found = []
    kept = contents(book)
    for name in kept.paths:
        sheet = kept.sheet(name)
        assert sheet
        for (row, col), cell in sheet.cells.items():
            if cell.formula and not alike(value(name, row, col), cell.error or cell.value):
                text = f"{name}!{column(col)}{row + 1} {sheet.text(row, CODE)} ={cell.formula}"
                found.append(f"{text}: {value(name, row, col)!r} instead of {cell.value!r}")
    return found


@dataclass(frozen=True)
class LineRow:
    """A row that holds a line: where, which line of which cluster and members, and which columns."""

    sheet: str
    row: int
    line: str
    cluster: str | None
    members: tuple[str, ...]
    columns: tuple[int, ...]


def line_rows(book: bytes, case: model.Case) -> list[LineRow]:
    """Every row of a workbook that holds a line of the model, found by its code; rows of steps are left out."""
    kept = contents(book)
    places: dict[str, str | None] = {cluster: cluster for cluster in case.clusters} | {"Nation": None, "Portfolio": None}
    found = []
    for name, cluster in places.items():
        sheet = kept.sheet(name)
        assert sheet
        columns: dict[int, list[int]] = {}
        for (row, col), cell in sheet.cells.items():
            if cell.formula and (col == CONSTANT or col >= YEARS):
                columns.setdefault(row, []).append(col)
        for row, cols in columns.items():
            line, _, members = sheet.text(row, CODE).rstrip("]").partition("[")
            if line in case.lines:
                found.append(LineRow(name, row, line, cluster, tuple(members.split(", ")) if members else (), tuple(sorted(cols))))
    return found


class Expected:
    """What the engine says belongs in the cells of rows; blank as ''."""

    def __init__(self, case: model.Case):
        self._result = case.run()
        self._arrays: dict[tuple[str, str | None], Any] = {}

    def values(self, row: LineRow) -> list[float | str]:
        key = (row.line, row.cluster)
        if key not in self._arrays:
            self._arrays[key] = self._result.array(*key)
        dims = self._result.dims(row.line)
        index = tuple(list(self._result.case.dimensions[dim]).index(member) for dim, member in zip(dims, row.members, strict=True))
        values = self._arrays[key][(slice(None), *index)].tolist() * (len(row.columns) if len(self._arrays[key]) == 1 else 1)
        return ["" if math.isnan(value) else value for value in values]


def wrong_rows(rows: Iterable[LineRow], expected: Expected, value: Callable[[str, int, int], Any]) -> list[str]:
    """Cells of lines whose value is not the engine's."""
    found = []
    for row in rows:
        for col, wanted in zip(row.columns, expected.values(row), strict=True):
            have = value(row.sheet, row.row, col)
            if not alike(have, wanted):
                found.append(f"{row.sheet}!{column(col)}{row.row + 1} {row.line}{list(row.members)}: {have!r} instead of {wanted!r}")
    return found


def nudged(case: model.Case, seed: int) -> model.Case:
    """The case with every number moved a little, up or down, by so little that only what hangs on rounding can notice."""
    chance = random.Random(seed)
    changes = {}
    for key, quantity in case.quantities().items():
        definition = _definition(case, key)
        if definition.kind == "number" and not quantity.is_path:
            changes[key] = min(definition.maximum, max(definition.minimum, float(quantity.value) * (1 + chance.choice((-1e-12, 1e-12)))))  # type: ignore[arg-type]
    return case.with_values(changes)


def wrong_but_for_rounding(rows: Iterable[LineRow], case: model.Case, value: Callable[[str, int, int], Any]) -> list[str]:
    """Cells that are not the engine's; a comparison of two equal figures may fall either way, as rounding has it.

    Such a figure is one that the engine itself gives differently when all inputs move by a millionth of a millionth.
    """
    rows = list(rows)
    found = wrong_rows(rows, Expected(case), value)
    for seed in range(20):
        if found:
            still = wrong_rows(rows, Expected(nudged(case, seed)), value)
            found = [text for text in found if any(text.partition(":")[0] == other.partition(":")[0] for other in still)]
    return found


def user_cells(book: bytes, keys: Iterable[str]) -> dict[str, tuple[str, int, int]]:
    """Where the User value of inputs that are one number stands, by key."""
    sheet = contents(book).sheet("Inputs")
    assert sheet
    rows = {sheet.text(row, CODE): row for row, col in sheet.cells if col == CODE}
    return {key: ("Inputs", rows[key], 9) for key in keys if key in rows}


def random_values(case: model.Case, seed: int, how_many: int) -> dict[str, float]:
    """Random allowed values for some inputs that are one number and do not change the shape of the case."""
    chance = random.Random(seed)
    found: dict[str, float] = {}
    keys = [key for key in case.quantities() if not (_definition(case, key).yearly or _definition(case, key).structural)]
    keys = [key for key in keys if _definition(case, key).adds_up is None]
    for key in chance.sample(keys, how_many):
        definition, quantity = _definition(case, key), case.quantities()[key]
        value = float(quantity.value)  # type: ignore[arg-type]
        if definition.kind == "switch":
            found[key] = float(chance.random() < 0.5)
        elif definition.kind == "choice":
            found[key] = float(chance.randrange(len(definition.choices)))
        else:
            low = value if quantity.low is None else float(quantity.low)  # type: ignore[arg-type]
            high = value if quantity.high is None else float(quantity.high)  # type: ignore[arg-type]
            spread = max(high - low, 0.2 * abs(value))
            drawn = min(definition.maximum, max(definition.minimum, value + chance.uniform(-spread, spread)))
            found[key] = float(round(drawn)) if definition.kind == "whole" else drawn
    return found


def given(case: model.Case, values: Mapping[str, float]) -> dict[str, Any]:
    """Values as `with_values` takes them: a choice by its name."""
    return {key: _definition(case, key).choices[int(value)] if _definition(case, key).kind == "choice" else value for key, value in values.items()}


def _definition(case: model.Case, key: str) -> Any:
    return case.definition(key.split(".")[1])
