"""What a person typed into a cell as a number, or in words what is wrong with it and what helps."""

from __future__ import annotations

import re

from model.inputs.definitions import Definition
from model.inputs.quantities import read_value
from model.language.message import Message
from model.workbook.cells import Cell

_NUMBER = re.compile(r"[-+]?(\d+([.,]\d+)*|[.,]\d+)([eE][-+]?\d+)?\s*%?")


def _problem(sentence: Message, definition: Definition) -> Message:
    """What is wrong, with what is allowed behind it."""
    return Message("{sentence}; allowed is {allowed}", sentence=sentence, allowed=_allowed(definition))


def _allowed(definition: Definition) -> Message:
    if definition.kind == "switch":
        return Message("0 = off, 1 = on")
    if definition.kind == "choice":
        return Message("one of {choices}", choices=", ".join(f"{number} = {choice}" for number, choice in enumerate(definition.choices)))
    sentence = (
        "a whole number from {minimum:g} to {maximum:g} ({unit})"
        if definition.kind == "whole"
        else "a number from {minimum:g} to {maximum:g} ({unit})"
    )
    return Message(sentence, minimum=definition.minimum, maximum=definition.maximum, unit=definition.unit)


def typed(cell: Cell | None, definition: Definition) -> tuple[float | None, str]:
    """The number in a cell, and a sentence where it is not one that the input allows."""
    if cell is None or (cell.value is None and not cell.error and not cell.formula):
        return None, _problem(Message("is blank; type a value"), definition)
    if cell.error:
        return None, _problem(Message("holds the error {error}; type a value", error=cell.error), definition)
    if cell.value is None:
        return None, Message("holds a formula without a value: open and save the file in a spreadsheet program, or type the value")
    if isinstance(cell.value, bool):
        if definition.kind == "switch":
            return float(cell.value), ""
        return None, _problem(Message("{given} is not a number", given=str(cell.value).upper()), definition)
    if isinstance(cell.value, str):
        return _from_text(cell.value.strip(), definition)
    if cell.is_date and definition.unit != "date":
        return None, _problem(Message("is a date; type the number, and set the cell's format to a number"), definition)
    return _checked(cell.value, definition)


def _from_text(text: str, definition: Definition) -> tuple[float | None, str]:
    if definition.kind == "choice" and text in definition.choices:
        return float(definition.choices.index(text)), ""
    if definition.kind == "switch" and text.lower() in ("on", "off"):
        return float(text.lower() == "on"), ""
    if not text:
        return None, _problem(Message("is blank; type a value"), definition)
    number = _meant(text)
    if number is None:
        return None, _problem(Message("{given!r} is text, not a number", given=text[:60]), definition)
    sentence = "{given!r} is text, not a number (did you mean {number:.15g}?)"
    return None, _problem(Message(sentence, given=text[:60], number=number), definition)


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
    impossible = _problem(Message("{given:.15g} is not possible", given=number), definition)
    if definition.kind in ("choice", "switch"):
        last = len(definition.choices) - 1 if definition.kind == "choice" else 1
        return (number, "") if number == int(number) and 0 <= number <= last else (None, impossible)
    value, problem = read_value(number, definition)
    if problem or not isinstance(value, float):
        if not _looks_like_percent(number, definition):
            return None, impossible
        sentence = "{given:.15g} is not possible (did you mean {share:.15g}, which is {given:.15g} %?)"
        return None, _problem(Message(sentence, given=number, share=number / 100), definition)
    return value, ""


def _looks_like_percent(number: float, definition: Definition) -> bool:
    return definition.unit == "share" and number > definition.maximum and definition.minimum <= number / 100 <= definition.maximum
