"""What a person typed into a cell as a number, or in words what is wrong with it and what helps."""

from __future__ import annotations

import re

from model.inputs.definitions import Definition
from model.inputs.quantities import read_value
from model.workbook.cells import Cell
from model.workbook.entry import allowed

_NUMBER = re.compile(r"[-+]?(\d+([.,]\d+)*|[.,]\d+)([eE][-+]?\d+)?\s*%?")


def _may(definition: Definition) -> str:
    from model.workbook import words_of

    return f"allowed is {allowed(definition, words_of('en'))}"


def typed(cell: Cell | None, definition: Definition) -> tuple[float | None, str]:
    """The number in a cell, and a sentence where it is not one that the input allows."""
    may = _may(definition)
    if cell is None or (cell.value is None and not cell.error and not cell.formula):
        return None, f"is blank; type a value; {may}"
    if cell.error:
        return None, f"holds the error {cell.error}; type a value; {may}"
    if cell.value is None:
        return None, "holds a formula without a value: open and save the file in a spreadsheet program, or type the value"
    if isinstance(cell.value, bool):
        if definition.kind == "switch":
            return float(cell.value), ""
        return None, f"{str(cell.value).upper()} is not a number; {may}"
    if isinstance(cell.value, str):
        return _from_text(cell.value.strip(), definition)
    if cell.is_date and definition.unit != "date":
        return None, f"is a date; type the number, and set the cell's format to a number; {may}"
    return _checked(cell.value, definition)


def _from_text(text: str, definition: Definition) -> tuple[float | None, str]:
    may = _may(definition)
    if definition.kind == "choice" and text in definition.choices:
        return float(definition.choices.index(text)), ""
    if definition.kind == "switch" and text.lower() in ("on", "off"):
        return float(text.lower() == "on"), ""
    if not text:
        return None, f"is blank; type a value; {may}"
    number = _meant(text)
    if number is None:
        return None, f"{text[:60]!r} is text, not a number; {may}"
    return None, f"{text[:60]!r} is text, not a number (did you mean {number:.15g}?); {may}"


def _meant(text: str) -> float | None:
    """The number that a text looks like, with a point or a comma before the decimals."""
    if not _NUMBER.fullmatch(text):
        return None
    plain = text.removesuffix("%").strip()
    last = max(plain.rfind("."), plain.rfind(","))
    if last >= 0:
        plain = re.sub(r"[.,]", "", plain[:last]) + "." + plain[last + 1 :]
    try:
        return float(plain) / (100 if text.endswith("%") else 1)
    except ValueError:
        return None


def _checked(number: float, definition: Definition) -> tuple[float | None, str]:
    may = _may(definition)
    if definition.kind in ("choice", "switch"):
        last = len(definition.choices) - 1 if definition.kind == "choice" else 1
        return (number, "") if number == int(number) and 0 <= number <= last else (None, f"{number:.15g} is not possible; {may}")
    value, problem = read_value(number, definition)
    if problem or not isinstance(value, float):
        hint = f" (did you mean {number / 100:.15g}, which is {number:.15g} %?)" if _looks_like_percent(number, definition) else ""
        return None, f"{number:.15g} is not possible{hint}; {may}"
    return value, ""


def _looks_like_percent(number: float, definition: Definition) -> bool:
    return definition.unit == "share" and number > definition.maximum and definition.minimum <= number / 100 <= definition.maximum
