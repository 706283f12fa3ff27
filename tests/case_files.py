"""Reads `tests/cases/*.yaml`: lists of cases, each with what is changed and which figures are expected, computed by hand.

A file that is a list holds cases; a file with `cluster:` or `clusters:` is what they run on. A case:

    - name: Prices rise by a tenth a year
      case: tiny.yaml                       # a file beside this one, or the name of a shipped case
      changes: {nation.inflation: 0.1}      # optional
      expected:
        - {line: membership_fees, cluster: tiny, tier: core, year: 2028, value: 4.84, why: 4 members x EUR 1m x 1.1^2 = 4.84}

`cluster` is left out for the whole case, `year` for what is one number for the whole life, a member where members are to be
summed. `value` is a number or `blank`; `tolerance` (absolute) stands where the value is rounded; `real: true` asks for constant
prices. Every sum in `why` before a ` = ` is worked out as well: words are skipped, `x` is times, `^` to the power of.
"""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from model.inputs import reading
from model.language.errors import InputError, nearest
from model.lines import LINES

CASES = Path(__file__).with_name("cases")
CASE_KEYS = ("name", "case", "changes", "expected")
EXPECTED_KEYS = ("line", "cluster", "year", "value", "tolerance", "real", "why")
BLANK = "blank"
_TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d+)?)\s*(%)?|([A-Za-z][\w'-]*)|([-+*/^(),]))|\S")
_OPERATORS: dict[type, Any] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.USub: operator.neg,
}


@dataclass(frozen=True)
class Expected:
    """One figure that was computed by hand. members: the member asked for of each dimension."""

    place: str
    line: str
    cluster: str | None
    year: int | None
    members: Mapping[str, str]
    value: float
    tolerance: float
    real: bool
    why: str

    def __str__(self) -> str:
        asked = ", ".join(self.members.values())
        return f"{self.line}{f'[{asked}]' if asked else ''} of {self.cluster or 'the whole case'}{f' in {self.year}' if self.year else ''}"


@dataclass(frozen=True)
class Case:
    """A named case: what it runs on, what is changed, which figures are expected."""

    place: str
    name: str
    case: str
    changes: Mapping[str, Any]
    expected: tuple[Expected, ...]


def worked_out(sum_in_words: str) -> float:
    """The value of a sum on paper: '2 core members x EUR 3m x (1 + 10 %)^2'. Raises ValueError when it is none."""
    parts = []
    for number, percent, word, sign in _TOKEN.findall(sum_in_words):
        if number:
            parts.append(f"({number} / 100)" if percent else number)
        elif word in ("x", "min", "max"):
            parts.append("*" if word == "x" else word)
        elif sign:
            parts.append("**" if sign == "^" else sign)
    try:
        return float(_evaluate(ast.parse(" ".join(parts), mode="eval").body))
    except (SyntaxError, TypeError, KeyError, ZeroDivisionError) as error:
        raise ValueError(f"{' '.join(parts)!r} is not a sum that can be worked out") from error


def _evaluate(node: ast.AST) -> Any:
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.BinOp):
        return _OPERATORS[type(node.op)](_evaluate(node.left), _evaluate(node.right))
    if isinstance(node, ast.UnaryOp):
        return _OPERATORS[type(node.op)](_evaluate(node.operand))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return {"min": min, "max": max}[node.func.id](*map(_evaluate, node.args))
    raise KeyError(type(node).__name__)


def case_files() -> list[Path]:
    """Every file of cases: those in the folder that are no clusters or cases to run on."""
    return [path for path in sorted(CASES.glob("*.yaml")) if not isinstance(reading.read(path).data, Mapping)]


def read_cases(document: reading.Document) -> list[Case]:
    """The cases of a file. Raises InputError with every mistake in it."""
    mistakes: list[str] = []
    if not isinstance(document.data, list):
        raise InputError(f"{document.name}: a list of cases is expected, each with {', '.join(CASE_KEYS)}")
    cases = []
    for position, given in enumerate(document.data):
        place = document.place(position)
        if not isinstance(given, Mapping):
            mistakes.append(f"{place}: a case is expected, with {', '.join(CASE_KEYS)}")
            continue
        mistakes += _key_mistakes(document, (position,), given, CASE_KEYS, "case")
        for key, kind in (("name", str), ("case", str), ("expected", list)):
            if not isinstance(given.get(key), kind) or not given[key]:
                mistakes.append(f"{place}: a case needs {key}: {'a list of figures' if kind is list else 'a text'}")
        if not isinstance(given.get("changes", {}), Mapping):
            mistakes.append(f"{document.place(position, 'changes')}: changes: CLUSTER.NAME: value is expected")
        listed = given.get("expected")
        expected = []
        for number, entry in enumerate(listed if isinstance(listed, list) else []):
            found = _expected(document, (position, "expected", number), entry)
            if isinstance(found, Expected):
                expected.append(found)
            else:
                mistakes += found
        if not mistakes:
            cases.append(Case(place, given["name"], given["case"], given.get("changes", {}), tuple(expected)))
    named = [case.name for case in cases]
    mistakes += [f"{document.name}: two cases have the name {name!r}" for name in sorted({n for n in named if named.count(n) > 1})]
    if mistakes:
        raise InputError(mistakes)
    return cases


def _key_mistakes(document: reading.Document, path: tuple[Any, ...], given: Mapping[Any, Any], allowed: tuple[str, ...], what: str) -> Iterator[str]:
    for key in given:
        if key not in allowed:
            hint = "; a text with a comma needs quotes" if " " in str(key) else nearest(str(key), allowed)
            yield f"{document.place(*path, key)}: {key!r} is not part of a {what}{hint}; allowed are {', '.join(allowed)}"


def _expected(document: reading.Document, path: tuple[Any, ...], given: Any) -> Expected | list[str]:
    """One expected figure, or every mistake in it."""
    place = document.place(*path)
    if not isinstance(given, Mapping):
        return [f"{place}: an expected figure needs {', '.join(EXPECTED_KEYS)} or members such as tier"]
    mistakes = []
    line = LINES.get(given.get("line"))  # type: ignore[arg-type]
    if line is None:
        mistakes.append(f"{place}: {given.get('line')!r} is no line of the model{nearest(str(given.get('line')), LINES)}")
    over = line.over if line else ()
    mistakes += _key_mistakes(document, path, given, (*EXPECTED_KEYS, *over), f"figure of {given.get('line')}")
    year, value, tolerance = given.get("year"), given.get("value"), given.get("tolerance")
    if year is not None and not isinstance(year, int):
        mistakes.append(f"{place}: year {year!r} is not a year")
    if value != BLANK and (isinstance(value, bool) or not isinstance(value, (int, float))):
        mistakes.append(f"{place}: value {value!r} is neither a number nor {BLANK}")
    if tolerance is not None and (isinstance(tolerance, bool) or not isinstance(tolerance, (int, float)) or not tolerance > 0):
        mistakes.append(f"{place}: tolerance {tolerance!r} is not a number above 0")
    if not isinstance(given.get("real", False), bool):
        mistakes.append(f"{place}: real {given['real']!r} is neither true nor false")
    why = given.get("why")
    if not isinstance(why, str) or not why.strip():
        mistakes.append(f"{place}: why {why!r}: the sum by hand is expected, as a text")
    if mistakes or not isinstance(why, str):
        return mistakes
    number = math.nan if value == BLANK else float(value)  # type: ignore[arg-type]
    margin = float(tolerance) if tolerance else 1e-9 * max(1.0, abs(number)) if value != BLANK else 0.0
    mistakes = [f"{place}: why: {problem}" for problem in _sum_mistakes(why, number, margin)]
    members = {dim: str(given[dim]) for dim in over if dim in given}
    return mistakes or Expected(place, given["line"], given.get("cluster"), year, members, number, margin, given.get("real", False), why)


def _sum_mistakes(why: str, value: float, margin: float) -> Iterator[str]:
    """Sums in the reason that do not come to the value; the last is the number that they come to."""
    *sums, result = why.split(" = ")
    if not sums:
        return
    stated = re.match(r"-?\d+(?:\.\d+)?", result)
    if not stated:
        yield f"a number is expected after the last ' = ', not {result!r}"
        return
    for written, came in [*((text, None) for text in sums), (stated.group(), float(stated.group()))]:
        try:
            number = worked_out(written) if came is None else came
        except ValueError as error:
            yield str(error)
            continue
        if not abs(number - value) <= margin:
            yield f"{written} comes to {number:.10g}, not to the value {value:.10g}"
