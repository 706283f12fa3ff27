"""Excel out and back in: a workbook in which every number of the model is a live formula, and what comes back of it."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from model.language.errors import InputError

if TYPE_CHECKING:
    from model.case import Case
    from model.wording import Wording
    from model.workbook.reading import ReadBack

TEXTS = Path(__file__).parent


def to_excel(case: Case, path: str | PathLike[str], *, language: str = "en", sensitivity_of: str | None = None) -> Path:
    """Write a case as a workbook with live formulas; the same bytes for the same case. Returns the path.

    language: 'en' or 'nl'. sensitivity_of: the line of the whole case whose one-at-a-time bars are shown, by default
    the leverage. Raises InputError for a path that does not end in .xlsx, an unknown language or line; OSError where
    the file cannot be written.
    """
    target = Path(path)
    if target.suffix.lower() != ".xlsx":
        raise InputError(f"{target.name}: the name of a workbook ends in .xlsx")
    target.write_bytes(to_excel_bytes(case, language=language, sensitivity_of=sensitivity_of))
    return target


def to_excel_bytes(case: Case, *, language: str = "en", sensitivity_of: str | None = None) -> bytes:
    """The workbook of `to_excel` as bytes."""
    from model.workbook.export import write

    return write(case, words_of(language), sensitivity_of)


def to_results(case: Case, path: str | PathLike[str], *, real: bool = False, language: str = "en") -> Path:
    """Write the results of a case as plain numbers: .xlsx, .csv (texts hardened) or .parquet. Returns the path.

    real: money in constant prices. Raises InputError for another ending or an unknown language.
    """
    target = Path(path)
    target.write_bytes(to_results_bytes(case, target.name, real=real, language=language))
    return target


def to_results_bytes(case: Case, name: str, *, real: bool = False, language: str = "en") -> bytes:
    """The file of `to_results` as bytes. name: of the file, or its ending."""
    from model.workbook import results

    words = words_of(language)
    if name.lower().endswith(".xlsx"):
        return results.values_bytes(case, words, real)
    if name.lower().endswith(".csv"):
        return results.csv_bytes(case.run(), words, real)
    if name.lower().endswith(".parquet"):
        return results.parquet_bytes(case.run(), words, real)
    raise InputError(f"{name}: the name of a file of results ends in .xlsx, .csv or .parquet")


def read_workbook(source: str | PathLike[str] | bytes, *, formulas: bool = True) -> ReadBack:
    """A workbook that comes back: its case, what changed against the case it came from, and which formulas were edited.

    Only inputs are read, found by their code. formulas: whether formulas are compared with those the program wrote,
    which takes longer. Raises InputError with every problem: sheet, cell, what is wrong and what helps.
    """
    from model.workbook.reading import read

    return read(source if isinstance(source, bytes) else Path(source), formulas=formulas)


def words_of(language: str) -> Wording:
    """The texts of workbooks in a language. Raises InputError for one that there is not."""
    from model.wording import LANGUAGES, Wording, texts_of

    if language not in LANGUAGES:
        raise InputError(f"there is no language {language!r}; there are {', '.join(LANGUAGES)}")
    return Wording(language, texts_of(TEXTS / f"{language}.yaml"))


__all__ = ["read_workbook", "to_excel", "to_excel_bytes", "to_results", "to_results_bytes"]
