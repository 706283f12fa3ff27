"""The acceptance checks of a workbook that look at how it is made; each gives its findings, none when all is well.

Run `python tests/workbook/acceptance.py FILE.xlsx` to see them for any exported workbook.
"""

from __future__ import annotations

import io
import json
import os
import re
import socket
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
from recalculation import CODE, CONSTANT, YEARS, contents, parts

import model
from model.workbook import read_workbook, to_excel_bytes
from model.workbook.cells import Cell, Contents, Sheet, column_number
from model.workbook.package import open_package
from model.workbook.pieces import column

HEADER, PERIODS, BODY = 4, 5, 6
LONGEST, DEEPEST = 130, 4
FUNCTIONS = set(
    "ABS AND CHOOSE COLUMNS COUNT COUNTIFS EXP IF IFERROR INDEX INT IRR ISNUMBER LN MATCH MAX MIN MIRR NOT OR ROWS SUM SUMIFS SUMPRODUCT".split()  # noqa: SIM905
)
_STRING = re.compile(r'"[^"]*"')
_REFERENCE = re.compile(r"(?:('(?:[^']|'')+'|[A-Za-z_]\w*)!)?(\$?)([A-Z]{1,3})(\$?)([1-9]\d*)(?::(\$?)([A-Z]{1,3})(\$?)([1-9]\d*))?(?![\w(])")
_NUMBER = re.compile(r"(?<![\w$.])\d+(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\w.])")
_FUNCTION = re.compile(r"([A-Za-z_][\w.]*)\(")
_FIRST_MATCH = re.compile(r'^IFERROR\(INDEX\([^()]+, MATCH\(1, [^()]+, 0\)\), ""\)$')
_BAR = re.compile(r'^IFERROR\(INDEX\([^()]+, MATCH\(\$E\$4, [^()]+, 0\), \$E\$5\), ""\)$')


class Book:
    """A workbook under test: its bytes, its cells, and how openpyxl sees its looks."""

    def __init__(self, content: bytes):
        self.content = content

    @cached_property
    def parts(self) -> dict[str, bytes]:
        return parts(self.content)

    @cached_property
    def contents(self) -> Contents:
        return contents(self.content)

    @cached_property
    def sheets(self) -> dict[str, Sheet]:
        found = {name: self.contents.sheet(name) for name in self.contents.paths}
        return {name: sheet for name, sheet in found.items() if sheet is not None}

    @cached_property
    def looks(self) -> Any:
        return openpyxl.load_workbook(io.BytesIO(self.content))

    @cached_property
    def description(self) -> dict[str, Any]:
        sheet = self.sheets["Case"]
        chunks = [str(cell.value) for (row, col), cell in sorted(sheet.cells.items()) if col == 2 and row >= BODY]
        found: dict[str, Any] = json.loads("".join(chunks))
        return found

    @cached_property
    def years(self) -> list[int]:
        first = self.description["first_year"]
        return list(range(first, first + self.description["horizon"]))

    @property
    def clusters(self) -> list[str]:
        return list(self.description["clusters"])

    @property
    def calculations(self) -> list[str]:
        """Sheets with the model."""
        return ["Nation", *self.clusters, "Portfolio"]

    @property
    def series(self) -> list[str]:
        """Sheets whose columns are years."""
        return ["Outputs", "Inputs_Series", "Timeline", *self.calculations]

    def formulas(self, *names: str) -> Iterator[tuple[str, int, int, Cell]]:
        for name in names or self.sheets:
            for (row, col), cell in self.sheets[name].cells.items():
                if cell.formula:
                    yield name, row, col, cell


def place(sheet: str, row: int, col: int) -> str:
    return f"{sheet}!{column(col)}{row + 1}"


def references(formula: str, sheet: str) -> Iterator[tuple[str, int, int, int, int]]:
    """Every reference of a formula as sheet and first and last row and column."""
    for found in _REFERENCE.finditer(_STRING.sub('""', formula)):
        name = (found[1] or sheet).strip("'").replace("''", "'")
        row, col = int(found[5]) - 1, column_number(found[3])
        yield name, row, col, int(found[9]) - 1 if found[9] else row, column_number(found[7]) if found[7] else col


# 1 to 5: the file ---------------------------------------------------------------------------------------------


def package_is_safe(book: Book) -> list[str]:
    """1. No macros, links, embeddings, document types; within the limits of size; only parts that belong in a workbook."""
    try:
        open_package(book.content, "book")
    except model.InputError as error:
        return error.mistakes
    allowed = re.compile(
        r"\[Content_Types\]\.xml|_rels/\.rels|docProps/(app|core|custom)\.xml|xl/(workbook|styles|sharedStrings|metadata)\.xml|xl/theme/theme\d\.xml"
        r"|xl/_rels/workbook\.xml\.rels|xl/worksheets/(_rels/)?sheet\d+\.xml(\.rels)?|xl/drawings/(_rels/)?drawing\d+\.xml(\.rels)?|xl/charts/chart\d+\.xml"
    )
    return [f"{name} does not belong in a workbook" for name in book.parts if not allowed.fullmatch(name)]


def exports_are_identical(book: Book) -> list[str]:
    """2. The case that reads back gives the same bytes again."""
    about = book.description
    again = to_excel_bytes(read_workbook(book.content, formulas=False).original, language=about["language"], sensitivity_of=about["sensitivity_of"])
    return [] if again == book.content else ["a second export of the same case has other bytes"]


def no_machine_in_it(book: Book) -> list[str]:
    """3. No path, user or host name in any part."""
    words = [f"/{folder}/" for folder in ("home", "root", "tmp", "Users")]
    words += ["\\Users\\", "file:///", str(Path.cwd()), str(Path.home())]
    words += [name for name in (socket.gethostname(), os.environ.get("USER", "")) if len(name) > 5]
    return [f"{part} holds {word!r}" for part, content in book.parts.items() for word in words if len(word) > 2 and word.encode() in content]


def properties_fit(book: Book) -> list[str]:
    """4. Properties are there; the hash in them, on the cover and in the description is that of the input cells."""
    found = []
    core = ElementTree.fromstring(book.parts["docProps/core.xml"])
    filled = {element.tag.rpartition("}")[2]: element.text for element in core}
    found += [f"property {name} is missing" for name in ("title", "subject", "keywords", "description", "category") if not filled.get(name)]
    custom = ElementTree.fromstring(book.parts["docProps/custom.xml"])
    given = {element.get("name"): element[0].text for element in custom}
    cover = {book.sheets["Cover"].text(row, 1): book.sheets["Cover"].value(row, 2) for row, col in book.sheets["Cover"].cells if col == 2}
    hashes = {given.get("inputs_hash"), book.description["inputs_hash"], read_workbook(book.content, formulas=False).case.hash}
    hashes |= {value for value in cover.values() if isinstance(value, str) and re.fullmatch(r"[0-9a-f]{12}", value)}
    if len(hashes) != 1:
        found.append(f"hashes of the inputs differ: {', '.join(sorted(map(str, hashes)))}")
    if given.get("model_version") != book.description["model_version"] or book.description["model_version"] not in cover.values():
        found.append("the version of the model differs between properties, cover and description")
    return found


def sheets_as_specified(book: Book) -> list[str]:
    """5. Sheets in their order, none hidden, no hidden row or column."""
    front = ["Cover", "Headline", "Outputs", "Charts", "Inputs", "Inputs_Series", "Constants", "Timeline"]
    back = ["Scenarios", "Sensitivity", "Checks", "Register", "Sources", "Changes", "Case"]
    wanted = [*front, *book.calculations, *(["NPV_profile"] if "NPV_profile" in book.sheets else []), *back]
    found = [] if list(book.contents.paths) == wanted else [f"sheets are {', '.join(book.contents.paths)}"]
    found += [f"sheet {name} is {state}" for name, state in book.contents.states.items() if state != "visible"]
    for name, path in book.contents.paths.items():
        if re.search(rb'<(row|col) [^>]*hidden="(1|true)"', book.parts[path]):
            found.append(f"sheet {name} has hidden rows or columns")
    return found


# 6 to 11: the sheets -------------------------------------------------------------------------------------------


def columns_are_the_same(book: Book) -> list[str]:
    """6. The same columns on every sheet with years; the years of the case, linked to the timeline."""
    found = []
    heads = {name: [book.sheets[name].text(HEADER, col) for col in range(YEARS)] for name in book.series}
    for name, head in heads.items():
        if name != "Timeline" and head != heads["Nation"]:
            found.append(f"{name}: other columns: {', '.join(head)}")
        values = [book.sheets[name].value(HEADER, YEARS + offset) for offset in range(len(book.years) + 1)]
        if values != [*map(float, book.years), None]:
            found.append(f"{name}: the years are {values[0]} to {values[-2]}")
        for offset in range(len(book.years)):
            cell = book.sheets[name].cells.get((HEADER, YEARS + offset))
            if name != "Timeline" and (cell is None or cell.formula != f"Timeline!{column(YEARS + offset)}$5"):
                found.append(f"{place(name, HEADER, YEARS + offset)} does not refer to the timeline")
    return found


def print_set_up(book: Book) -> list[str]:
    """7. Landscape, so many pages wide, titles repeated, a footer with file, sheet and page; panes frozen."""
    found = []
    for sheet in book.looks:
        name = sheet.title
        fitted = sheet.sheet_properties.pageSetUpPr is not None and sheet.sheet_properties.pageSetUpPr.fitToPage
        high = 1 if sheet.page_setup.fitToHeight is None else sheet.page_setup.fitToHeight
        if sheet.page_setup.orientation != "landscape" or not fitted or high != (name == "Charts"):
            found.append(f"{name}: not landscape, or not fitted to its pages")
        footer = sheet.oddFooter
        if not (footer.left.text and footer.center.text and footer.right.text):
            found.append(f"{name}: no footer with file, sheet and page")
        if not sheet.print_title_rows:
            found.append(f"{name}: no repeated rows")
        if name in book.series and not sheet.print_title_cols:
            found.append(f"{name}: no repeated columns")
        if not sheet.freeze_panes or (name in book.series and sheet.freeze_panes != "E7"):
            found.append(f"{name}: panes are frozen at {sheet.freeze_panes}")
    return found


def protection(book: Book) -> list[str]:
    """8. Every sheet protected without a password; formulas locked, inputs not."""
    found = []
    for sheet in book.looks:
        if not sheet.protection.sheet or sheet.protection.password or sheet.protection.hashValue:
            found.append(f"{sheet.title}: not protected, or with a password")
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f" and not cell.protection.locked:
                    found.append(f"{sheet.title}!{cell.coordinate}: a formula that is not locked")
    for name, row, col in input_cells(book):
        cell = book.looks[name].cell(row + 1, col + 1)
        if cell.protection.locked:
            found.append(f"{place(name, row, col)}: an input that is locked")
    return found


def input_cells(book: Book) -> Iterator[tuple[str, int, int]]:
    """Cells in which a person types an input: numbers in the columns Low to User that may change."""
    fixed = {f"nation.{name}" for name in ("first_year", "horizon", "price_year")}
    inputs, series = book.sheets["Inputs"], book.sheets["Inputs_Series"]
    for row in sorted(row for row, col in inputs.cells if col == CODE and row >= BODY):
        for col in range(6, 10):
            cell = inputs.cells.get((row, col))
            if inputs.text(row, CODE) not in fixed and (cell is None or not cell.formula):
                yield "Inputs", row, col
    for row in sorted(row for row, col in series.cells if col == CODE and row >= BODY):
        if series.text(row, CODE).rpartition("|")[2] in ("low", "base", "high", "user"):
            for offset in range(len(book.years)):
                cell = series.cells.get((row, YEARS + offset))
                if cell is None or not cell.formula:
                    yield "Inputs_Series", row, YEARS + offset


def items_are_named(book: Book) -> list[str]:
    """9. Every line item has a label, unit and code; codes and labels are unique on a sheet."""
    found = []
    for name in book.calculations:
        sheet = book.sheets[name]
        rows = sorted({row for row, col in sheet.cells if row >= BODY and (col == CONSTANT or col >= YEARS)})
        for row in rows:
            missing = [what for what, col in (("label", 1), ("code", CODE), ("unit", 3)) if not sheet.text(row, col)]
            found += [f"{place(name, row, 0)}: no {what}" for what in missing]
        for what, col in (("code", CODE), ("label", 1)):
            counts = Counter(sheet.text(row, col) for row in rows)
            found += [f"{name}: the {what} {text!r} stands {count} times" for text, count in counts.items() if text and count > 1]
    return found


def inputs_are_complete(book: Book) -> list[str]:
    """10. Every input has a source, a range and a validation with a message; its cells lie within the range."""
    found = []
    inputs, looks = book.sheets["Inputs"], book.looks["Inputs"]
    checked: dict[int, Any] = {}
    for rule in looks.data_validations.dataValidation:
        for area in rule.sqref.ranges:
            for row in range(area.min_row, area.max_row + 1):
                if area.min_col <= 7 and area.max_col >= 10:
                    checked[row - 1] = rule
    for row in sorted(row for row, col in inputs.cells if col == CODE and row >= BODY):
        key = inputs.text(row, CODE)
        low, high = inputs.value(row, 13), inputs.value(row, 14)
        if not inputs.text(row, 18):
            found.append(f"{place('Inputs', row, 18)} {key}: no source")
        if not isinstance(low, float) or not isinstance(high, float) or low > high:
            found.append(f"{place('Inputs', row, 13)} {key}: no range")
            continue
        if row not in checked or not checked[row].error or checked[row].errorStyle not in (None, "stop"):
            found.append(f"{place('Inputs', row, 9)} {key}: no validation with a message")
        for col in range(6, 10):
            value = inputs.value(row, col)
            if not isinstance(value, float) or not low <= value <= high:
                found.append(f"{place('Inputs', row, col)} {key}: {value!r} is outside {low} to {high}")
    series = book.sheets["Inputs_Series"]
    bounds = {series.text(row, CODE): series.value(row, CONSTANT) for row, col in series.cells if col == CODE}
    notes = {series.text(row, CODE): series.text(row, 6) for row, col in series.cells if col == CODE}
    for row in sorted(row for row, col in series.cells if col == CODE and row >= BODY):
        key, _, name = series.text(row, CODE).partition("|")
        if name == "number" and not notes.get(f"{key}|number"):
            found.append(f"{place('Inputs_Series', row, 6)} {key}: no source")
        if name in ("low", "base", "high", "user"):
            for offset in range(len(book.years)):
                value = series.value(row, YEARS + offset)
                if not isinstance(value, float) or not bounds[f"{key}|minimum"] <= value <= bounds[f"{key}|maximum"]:
                    found.append(f"{place('Inputs_Series', row, YEARS + offset)} {key}: {value!r} is outside its range")
    return found


def input_style(book: Book) -> list[str]:
    """11. The style of inputs on inputs and nowhere else; no number typed over a formula of a series row."""
    found = []
    allowed = set(input_cells(book)) | {("Inputs", 2, 4), ("Sensitivity", 3, 4), ("Sensitivity", 4, 4)}
    for sheet in book.looks:
        for row in sheet.iter_rows():
            for cell in row:
                here = (sheet.title, cell.row - 1, cell.column - 1)
                styled = not cell.protection.locked and cell.fill.fgColor.rgb not in (None, "00000000")
                if styled and here not in allowed:
                    found.append(f"{place(*here)}: looks like an input")
                elif not styled and here in allowed:
                    found.append(f"{place(*here)}: an input that does not look like one")
    for name in book.calculations:
        for (row, col), cell in book.sheets[name].cells.items():
            if row >= BODY and (col == CONSTANT or col >= YEARS) and not cell.formula:
                found.append(f"{place(name, row, col)}: {cell.value!r} stands where a formula belongs")
    return found


# 12 to 20: the formulas ----------------------------------------------------------------------------------------


def relative(formula: str, sheet: str, row: int, col: int) -> str:
    """A formula with its relative references counted from its own cell."""

    def named(found: re.Match[str]) -> str:
        parts_ = [found[1] or ""]
        for absolute, letters, fixed, number in ((found[2], found[3], found[4], found[5]), (found[6], found[7], found[8], found[9])):
            if letters:
                across = f"${letters}" if absolute else f"C[{column_number(letters) - col}]"
                parts_.append(f"{across}/{'$' + number if fixed else f'R[{int(number) - 1 - row}]'}")
        return "<" + "|".join(parts_) + ">"

    return _REFERENCE.sub(named, formula)


def one_formula_a_row(book: Book) -> list[str]:
    """12. One relative formula in every series row, without gaps."""
    found = []
    for name in book.series:
        rows: dict[int, dict[int, str]] = {}
        for _, row, col, cell in book.formulas(name):
            if col >= YEARS:
                rows.setdefault(row, {})[col] = relative(cell.formula, name, row, col)
        for row, formulas in rows.items():
            if sorted(formulas) != list(range(YEARS, YEARS + len(book.years))):
                found.append(f"{place(name, row, YEARS)}: a row with gaps")
            if len(set(formulas.values())) > 1:
                first = formulas[min(formulas)]
                odd = next(col for col, text in formulas.items() if text != first)
                found.append(f"{place(name, row, odd)}: another formula than in the first year")
    return found


def no_numbers_in_formulas(book: Book) -> list[str]:
    """13. No number other than 0 and 1 in a formula."""
    found = []
    for name, row, col, cell in book.formulas():
        bare = _REFERENCE.sub("<>", _STRING.sub('""', cell.formula))
        found += [f"{place(name, row, col)}: {number} in ={cell.formula}" for number in _NUMBER.findall(bare) if number not in ("0", "1")]
    return found


def only_plain_functions(book: Book) -> list[str]:
    """14. Functions of the list only; no arrays, data tables, blanket IFERROR."""
    found = []
    for name, row, col, cell in book.formulas():
        names = set(_FUNCTION.findall(_STRING.sub('""', cell.formula)))
        found += [f"{place(name, row, col)}: {function} in ={cell.formula}" for function in sorted(names - FUNCTIONS)]
        if "IFERROR" in names and not _FIRST_MATCH.match(cell.formula) and not _BAR.match(cell.formula):
            found.append(f"{place(name, row, col)}: IFERROR may hide a mistake in ={cell.formula}")
    for name, path in book.contents.paths.items():
        if re.search(rb'<f [^>]*t="(array|dataTable)"', book.parts[path]):
            found.append(f"{name}: an array formula or data table")
    return found


def references_hold(book: Book) -> list[str]:
    """15. No external, broken, whole-column or named reference."""
    found = []
    for name, row, col, cell in book.formulas():
        bare = _STRING.sub('""', cell.formula)
        if "#REF!" in bare or "[" in bare or re.search(r"\$?[A-Z]{1,3}:\$?[A-Z]{1,3}(?!\d)", bare):
            found.append(f"{place(name, row, col)}: broken, external or whole-column reference in ={cell.formula}")
        rest = _FUNCTION.sub("", _REFERENCE.sub("", bare))
        words = re.findall(r"[A-Za-z_]\w+", rest)
        if words:
            found.append(f"{place(name, row, col)}: name {words[0]} in ={cell.formula}")
        found += [f"{place(name, row, col)}: no sheet {target}" for target, *_ in references(cell.formula, name) if target not in book.sheets]
    return found


def no_cycle(book: Book) -> list[str]:
    """16. No cell depends on itself; calculation is automatic, without iteration, in full on load, with 1900 dates."""
    text = book.parts["xl/workbook.xml"].decode()
    found = []
    calculation = re.search(r"<calcPr([^>]*)/>", text)
    if not calculation or 'fullCalcOnLoad="1"' not in calculation[1] or 'calcMode="manual"' in calculation[1] or "iterate=" in calculation[1]:
        found.append("calculation is not automatic, in full on load, without iteration")
    if re.search(r'date1904="(1|true)"', text):
        found.append("dates count from 1904")
    cells = {(name, row, col): cell.formula for name, row, col, cell in book.formulas()}
    by_row: dict[tuple[str, int], list[int]] = {}
    for name, row, col in cells:
        by_row.setdefault((name, row), []).append(col)
    reads: dict[tuple[str, int, int], list[tuple[str, int, int]]] = {}
    for here, formula in cells.items():
        targets = reads[here] = []
        for name, top, left, bottom, right in references(formula, here[0]):
            for row in range(top, bottom + 1):
                targets += [(name, row, col) for col in by_row.get((name, row), ()) if left <= col <= right]
    return found + _loops(reads)


def _loops(reads: Mapping[tuple[str, int, int], list[tuple[str, int, int]]]) -> list[str]:
    """A cell on every loop found (depth first, without recursion)."""
    state: dict[tuple[str, int, int], int] = {}
    for start in reads:
        if start in state:
            continue
        state[start] = 1
        stack = [(start, iter(reads[start]))]
        while stack:
            here, following = stack[-1]
            for target in following:
                if state.get(target) == 1:
                    return [f"{place(*target)} depends on itself"]
                if target not in state:
                    state[target] = 1
                    stack.append((target, iter(reads[target])))
                    break
            else:
                state[here] = 2
                stack.pop()
    return []


def formulas_are_short(book: Book) -> list[str]:
    """17. At most 130 signs, brackets four deep, no IF within IF. A sum over clusters may be longer: one cell each."""
    found = []
    for name, row, col, cell in book.formulas():
        depth = deepest = 0
        ifs: list[int] = []
        nested = False
        for token in re.finditer(r"(?<![A-Z])IF\(|\(|\)", _STRING.sub('""', cell.formula)):
            if token[0] == ")":
                depth -= 1
                ifs = [level for level in ifs if level <= depth]
            else:
                depth += 1
                deepest = max(deepest, depth)
                if token[0] == "IF(":
                    nested = nested or bool(ifs)
                    ifs.append(depth)
        only_sum = re.fullmatch(r"SUM\([^()]*\)", cell.formula)
        if len(cell.formula) > LONGEST and not only_sum:
            found.append(f"{place(name, row, col)}: {len(cell.formula)} signs: ={cell.formula}")
        if deepest > DEEPEST or nested:
            found.append(f"{place(name, row, col)}: {'IF in IF' if nested else f'{deepest} brackets deep'}: ={cell.formula}")
    return found


def no_look_ahead(book: Book) -> list[str]:
    """18. No year refers to a later one."""
    found = []
    for name in book.series:
        for _, row, col, cell in book.formulas(name):
            if col >= YEARS:
                for target, _, _, _, last in references(cell.formula, name):
                    if target in book.series and last > col:
                        found.append(f"{place(name, row, col)}: refers to {column(last)}")
    return found


def inputs_are_used(book: Book) -> list[str]:
    """19. Every input feeds a formula of the model."""
    used: set[tuple[str, int]] = set()
    for name, _, _, cell in book.formulas("Timeline", *book.calculations):
        for target, top, _, bottom, _ in references(cell.formula, name):
            if target in ("Inputs", "Inputs_Series"):
                used |= {(target, row) for row in range(top, bottom + 1)}
    found = []
    for name in ("Inputs", "Inputs_Series"):
        sheet = book.sheets[name]
        for row in sorted(row for row, col in sheet.cells if col == CODE and row >= BODY):
            if "|" not in sheet.text(row, CODE) and (name, row) not in used:
                found.append(f"{place(name, row, CODE)}: {sheet.text(row, CODE)} is not used")
    return found


def formulas_as_emitted(book: Book) -> list[str]:
    """20. Every formula is the one that the model's graph gives."""
    return [str(edit) for edit in read_workbook(book.content).edited_formulas]


def values_are_kept(book: Book) -> list[str]:
    """21. Every formula has its value with it; none is an error."""
    found = []
    for name, row, col, cell in book.formulas():
        if cell.error or cell.value is None or cell.value != cell.value or cell.value in (float("inf"), float("-inf")):
            found.append(f"{place(name, row, col)}: {cell.error or cell.value!r} for ={cell.formula}")
    return found


# 29: charts ----------------------------------------------------------------------------------------------------


def charts_are_complete(book: Book) -> list[str]:
    """29. Every chart of years shows them all, has a title and a text that says what it shows."""
    found = []
    last = column(YEARS + len(book.years) - 1)
    charts = [name for name in book.parts if name.startswith("xl/charts/chart")]
    for name in charts:
        text = book.parts[name].decode()
        if "<c:title>" not in text:
            found.append(f"{name}: no title")
        for area in re.findall(r"<c:f>(Outputs![^<]*)</c:f>", text):
            if not re.fullmatch(rf"Outputs!\$I\$\d+:\${last}\$\d+", area):
                found.append(f"{name}: {area} is not all years")
    described = sum(len(re.findall(r'<xdr:cNvPr [^>]*descr="[^"]+"', content.decode())) for name, content in book.parts.items() if "/drawing" in name)
    if described != len(charts) or not charts:
        found.append(f"{len(charts)} charts, {described} with an alternative text")
    return found


CHECKS: dict[int, Callable[[Book], list[str]]] = {
    1: package_is_safe,
    2: exports_are_identical,
    3: no_machine_in_it,
    4: properties_fit,
    5: sheets_as_specified,
    6: columns_are_the_same,
    7: print_set_up,
    8: protection,
    9: items_are_named,
    10: inputs_are_complete,
    11: input_style,
    12: one_formula_a_row,
    13: no_numbers_in_formulas,
    14: only_plain_functions,
    15: references_hold,
    16: no_cycle,
    17: formulas_are_short,
    18: no_look_ahead,
    19: inputs_are_used,
    20: formulas_as_emitted,
    21: values_are_kept,
    29: charts_are_complete,
}
"""Checks by their number in the specification; the others need a calculator (`acceptance_numbers.py`)."""


def main(path: str) -> int:
    """Print every check with its findings; the number of checks that fail."""
    from acceptance_numbers import NUMBERS

    book = Book(Path(path).read_bytes())
    failed = 0
    for number, check in sorted({**CHECKS, **NUMBERS}.items()):
        found = check(book)
        failed += bool(found)
        print(f"{number:2d} {'ok  ' if not found else 'FAIL'} {(check.__doc__ or '').splitlines()[0].partition('. ')[2]}")
        for text in found[:10]:
            print(f"      {text[:200]}")
        if len(found) > 10:
            print(f"      … and {len(found) - 10} more")
    return failed


if __name__ == "__main__":
    sys.exit(min(1, main(sys.argv[1])))
