"""Formulas as text: how an operator's Excel rule takes its operands in, with no more brackets than Excel needs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

NOW, BEFORE = "\x01", "\x02"
"""Stand for the letters of a year's own column and of the column before, until a row is written."""

LONGEST = 130
DEEPEST = 4

COMPARE, JOIN, SUM, PRODUCT, POWER, ATOM = 3, 4, 5, 6, 8, 10
_LEVELS = {"<": COMPARE, ">": COMPARE, "=": COMPARE, "&": JOIN, "+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT, "^": POWER}
_SLOT = re.compile(r"\{(own|year|period|guess|\d+)(?::(\w+))?\}")


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a formula. level: how tightly its outermost operator binds. ifs: how deep IF stands in IF."""

    text: str
    level: int = ATOM
    ifs: int = 0
    truth: bool = False

    def within(self, level: int) -> str:
        """The text as an operand of something that binds at `level`."""
        return self.text if self.level >= level else f"({self.text})"


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in a rule: whose value, in which form, and how tightly it must bind."""

    name: str
    form: str
    level: int


@dataclass(frozen=True, slots=True)
class Rule:
    """An operator's Excel rule, read once: the fixed texts and the slots between them."""

    texts: tuple[str, ...]
    slots: tuple[Slot, ...]
    level: int
    has_if: bool

    def uses(self, name: str) -> int:
        """How often an operand occurs in it."""
        return sum(slot.name == name for slot in self.slots)


@lru_cache(maxsize=256)
def rule(written: str) -> Rule:
    """Read an Excel rule such as `IF({1} = 0, "", {0} / {1})`."""
    texts, slots, end = [], [], 0
    for found in _SLOT.finditer(written):
        texts.append(written[end : found.start()])
        end = found.end()
        left, right = written[: found.start()].rstrip()[-1:], written[end:].lstrip()[:1]
        level = 0
        if left in _LEVELS:
            level = _LEVELS[left] + 1
        if right in _LEVELS:
            level = max(level, _LEVELS[right] + (right == "^"))
        slots.append(Slot(found[1], found[2] or "cell", level))
    texts.append(written[end:])
    return Rule(tuple(texts), tuple(slots), _outermost(texts), "IF(" in written.replace("SUMIF(", ""))


def _outermost(texts: list[str]) -> int:
    """How tightly the loosest operator outside all brackets binds."""
    depth, level, quoted, started = 0, ATOM, False, False
    for text in texts:
        for sign in text:
            if sign == '"':
                quoted = not quoted
            elif quoted:
                continue
            elif sign in "()":
                depth += 1 if sign == "(" else -1
            elif depth == 0 and sign in _LEVELS and started:
                level = min(level, _LEVELS[sign])
            started = started or not sign.isspace()
        started = True
    return level


def depth(text: str) -> int:
    """How many brackets stand inside each other at most."""
    now = most = 0
    for sign in text:
        if sign == "(":
            now += 1
            most = max(most, now)
        elif sign == ")":
            now -= 1
    return most


def numeric(piece: Piece, whole_row: bool = False) -> Piece:
    """A condition as the number 1 or 0; anything else as it is."""
    if not piece.truth:
        return piece
    if whole_row:
        return Piece(f"IF({piece.text}, 1, 0)", ATOM, piece.ifs + 1)
    return Piece(f"1 * {piece.within(PRODUCT + 1)}", PRODUCT, piece.ifs)


def column(index: int) -> str:
    """Letters of a column, counted from 0."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def sheet_prefix(sheet: str) -> str:
    """A sheet's name in front of a cell, quoted where Excel would read something else into it."""
    plain = re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", sheet) and not re.fullmatch(r"(?i)[a-z]{1,3}\d+|r\d*(c\d*)?|c\d*|true|false", sheet)
    return f"{sheet}!" if plain else "'" + sheet.replace("'", "''") + "'!"
