"""Results without formulas: a plain workbook, CSV whose texts no spreadsheet takes for a formula, Parquet for analysts."""

from __future__ import annotations

import io
import itertools
import json
import math
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from model import headline
from model.engine.program import CLUSTER
from model.language import units

if TYPE_CHECKING:
    import pandas as pd

    from model.case import Case
    from model.result import Result
    from model.wording import Wording

COLUMNS = ("case", "scope", "line", "member", "label", "unit", "prices", "year", "value")
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n")
_MADE = datetime(2026, 1, 1)
_WHOLE, _NATION = "whole", "nation"


def table(result: Result, words: Wording, real: bool = False) -> pd.DataFrame:
    """Every figure of a result as one row: scope (a cluster, 'whole', 'nation'), line, member, unit, year, value.

    A line that is one number has no year; a blank is missing. real: money of a year in constant prices; `prices` says
    which holds for a row, nothing where prices play no part.
    """
    import pandas as pd

    columns: dict[str, list[Any]] = {name: [] for name in COLUMNS}
    for scope, line, members, values in _rows(result, real):
        yearly = result.is_yearly(line)
        years = result.years if yearly else [None]
        label, unit = words.line(line), result.case.lines[line].unit
        prices = _prices(unit, real and yearly)
        for year, value in zip(years, values, strict=True):
            row = (result.case.name, scope, line, ", ".join(members), label, unit, prices, year, value)
            for name, cell in zip(COLUMNS, row, strict=True):
                columns[name].append(cell)
    frame = pd.DataFrame(columns)
    frame["year"] = frame["year"].astype("Int64")
    frame["value"] = frame["value"].astype("float64")
    return frame


def _prices(unit: str, real: bool) -> str:
    if units.is_money(unit):
        return "real" if real else "nominal"
    return "real" if "real" in unit and not unit.startswith("EUR/EUR") else ""


def _rows(result: Result, real: bool) -> Any:
    """Scope, line, members and values of every row, in the order of the model."""
    case = result.case
    for name, line in case.lines.items():
        scopes = [(cluster, cluster) for cluster in case.clusters] if line.scope == CLUSTER else []
        if result.has_whole(name):
            scopes.append((_WHOLE if line.scope == CLUSTER else _NATION, None))  # type: ignore[arg-type]
        for scope, cluster in scopes:
            yearly = result.is_yearly(name)
            array = result.array(name, cluster, real=real and yearly)
            length = len(result.years) if yearly else 1
            for positions in itertools.product(*(enumerate(case.dimensions[dim]) for dim in result.dims(name))):
                index: tuple[Any, ...] = (slice(None), *(position for position, _ in positions))
                values = array[index]
                yield scope, name, tuple(member for _, member in positions), np.broadcast_to(values, (length,)).tolist()


def hardened(text: str) -> str:
    """Text that a spreadsheet program opening a CSV file shows as text: one that could be a formula gets a quote mark in front."""
    return f"'{text}" if text.lstrip(" \u00a0").startswith(_FORMULA_SIGNS) or text.startswith(_FORMULA_SIGNS) else text


def csv_bytes(result: Result, words: Wording, real: bool = False) -> bytes:
    """The table as CSV in UTF-8: comma, point, texts hardened. Numbers have all their digits; a blank is empty."""
    frame = table(result, words, real)
    for name in COLUMNS[:-2]:
        frame[name] = frame[name].map(hardened)
    written: str = frame.to_csv(index=False, lineterminator="\n")
    return written.encode("utf-8")


def parquet_bytes(result: Result, words: Wording, real: bool = False) -> bytes:
    """The table as Parquet; what it rests on stands in the file's metadata under `megacluster`."""
    import pyarrow
    import pyarrow.parquet

    found = pyarrow.Table.from_pandas(table(result, words, real), preserve_index=False)
    about = json.dumps({**result.provenance, "prices": "real" if real else "nominal"}, sort_keys=True, default=str)
    found = found.replace_schema_metadata({**(found.schema.metadata or {}), b"megacluster": about.encode()})
    stream = io.BytesIO()
    pyarrow.parquet.write_table(found, stream, compression="zstd")
    return stream.getvalue()


def values_bytes(case: Case, words: Wording, real: bool = False) -> bytes:
    """A workbook of plain numbers: results of each cluster, the country and the whole case, and the inputs behind them."""
    from xlsxwriter import Workbook

    from model.workbook.sheet import Page, Styles

    result = case.run()
    stream = io.BytesIO()
    with Workbook(stream, {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}) as book:
        book.set_properties({"title": words.of(case.title), "comments": f"inputs {case.hash}", "created": _MADE})
        styles = Styles(book)
        about = Page(book, styles, words("values.about"))
        _about(about, result, words, real)
        pages: dict[str, Page] = {}
        rows: dict[str, int] = {}
        for scope, line, members, values in _rows(result, real):
            if scope not in pages:
                title = words.of(case.clusters[scope]) if scope in case.clusters else words("portfolio" if scope == _WHOLE else "nation")
                pages[scope] = Page(book, styles, scope[:31])
                _heads(pages[scope], title, result, words)
                rows[scope] = 3
            _row(pages[scope], rows[scope], result, words, line, members, values)
            rows[scope] += 1
        _inputs(Page(book, styles, words("values.inputs")), case, words)
    return stream.getvalue()


def _about(page: Any, result: Result, words: Wording, real: bool) -> None:
    provenance = result.provenance
    page.text(0, 0, words.of(result.case.title), "title")
    prices = words("values.real" if real else "values.nominal", price_year=int(result.case.quantity("nation", "price_year").value))  # type: ignore[arg-type]
    about = [
        ("cover.case", provenance["case"]),
        ("cover.inputs_hash", provenance["inputs_hash"]),
        ("cover.model_version", provenance["model_version"]),
        ("values.prices", prices),
        ("cover.changes", "; ".join(f"{key} = {value}" for key, value in provenance["changes"].items()) or words("cover.none")),
    ]
    for row, (name, text) in enumerate(about, 2):
        page.text(row, 0, words(name), "banner")
        page.text(row, 1, str(text))
    for row, (_, warning) in enumerate(headline.warnings(words, result), 3 + len(about)):
        page.text(row, 1, warning)
    page.widths({0: 30, 1: 100})


def _heads(page: Any, title: str, result: Result, words: Wording) -> None:
    page.text(0, 0, title, "title")
    for col, name in enumerate(("label", "code", "unit", "constant")):
        page.text(2, col, words(f"col.{name}"), "head")
    page.numbers(2, 4, [float(year) for year in result.years], "head_year", "date")
    page.widths({0: 50, 1: 40, 2: 16, 3: 14, **dict.fromkeys(range(4, 4 + len(result.years)), 11)})
    page.finish(freeze=(3, 4), repeat_rows=(2, 2), repeat_columns=(0, 2), pages_wide=3)


def _row(page: Any, row: int, result: Result, words: Wording, line: str, members: tuple[str, ...], values: list[float]) -> None:
    unit = result.case.lines[line].unit
    label = f"{line}[{', '.join(members)}]" if members else line
    page.text(row, 0, words.row(label, result.case))
    page.text(row, 1, label, "grey")
    page.text(row, 2, words.unit_code(unit), "grey")
    first = 4 if result.is_yearly(line) else 3
    for offset, value in enumerate(values):
        if not math.isnan(value) and not math.isinf(value):
            page.number(row, first + offset, value, "number", unit)


def _inputs(page: Any, case: Case, words: Wording) -> None:
    for col, name in enumerate(("label", "code", "unit", "user", "low", "high", "source", "note")):
        page.text(0, col, words(f"col.{name}"), "head")
    for row, (key, quantity) in enumerate(case.quantities().items(), 1):
        definition = case.definition(key.split(".")[1])
        page.text(row, 0, words.key(key, case))
        page.text(row, 1, key, "grey")
        page.text(row, 2, words.unit_code(definition.unit), "grey")
        for col, value in ((3, quantity.value), (4, quantity.low), (5, quantity.high)):
            if isinstance(value, float) and definition.kind in ("number", "whole"):
                page.number(row, col, value, "number", definition.unit)
            elif value is not None:
                page.text(row, col, words.value(value, definition))
        for col, text in ((6, words.source(quantity)), (7, words.say(quantity.note))):
            page.text(row, col, text, "grey")
    page.widths({0: 70, 1: 50, 2: 18, 3: 14, 4: 14, 5: 14, 6: 100, 7: 70})
    page.finish(freeze=(1, 2), repeat_rows=(0, 0), repeat_columns=None, pages_wide=2)
