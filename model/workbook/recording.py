"""A page that keeps what would be written on it, to compare a workbook that comes back with what it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from model.workbook.pieces import BEFORE, NOW, column
from model.workbook.sheet import Page


@dataclass(frozen=True)
class Written:
    """A formula across one or more columns, with marks for the column and the one before."""

    row: int
    first: int
    count: int
    formula: str

    def texts(self) -> list[str]:
        """The formula of each column."""
        found = []
        for col in range(self.first, self.first + self.count):
            found.append(self.formula.replace(NOW, column(col)).replace(BEFORE, column(col - 1)))
        return found


class _Nothing:
    """Takes every call and does nothing: formats, validation, charts."""

    def __getattr__(self, name: str) -> Any:
        return lambda *_, **__: _Nothing()

    def __call__(self, *_: Any, **__: Any) -> _Nothing:
        return self


class Recorder(Page):
    """Keeps formulas and texts by row and column; numbers and looks are left out."""

    def __init__(self, name: str):
        self.name = name
        self.style: Any = _Nothing()
        self.sheet: Any = _Nothing()
        self.formulas: list[Written] = []
        self.labels: dict[tuple[int, int], str] = {}

    def text(self, row: int, col: int, text: str, kind: str = "text") -> None:
        self.labels[(row, col)] = text

    def section(self, row: int, text: str, columns: int = 8) -> None:
        self.labels[(row, 0)] = text

    def number(self, row: int, col: int, value: float, kind: str = "fixed", unit: str = "1") -> None:
        pass

    def numbers(self, row: int, first: int, values: Sequence[float], kind: str, unit: str) -> None:
        pass

    def formula(self, row: int, col: int, formula: str, value: float | str, kind: str = "number", unit: str = "") -> None:
        self.formulas.append(Written(row, col, 1, formula))

    def series(self, row: int, first: int, formula: str, values: Sequence[float], kind: str, unit: str) -> None:
        self.formulas.append(Written(row, first, len(values), formula))

    def chart(self, kind: str, subtype: str = "") -> Any:
        return _Nothing()

    def link(self, row: int, col: int, sheet: str, text: str) -> None:
        self.labels[(row, col)] = text

    def name_cell(self, name: str, row: int, col: int) -> None:
        pass

    def widths(self, widths: Mapping[int, float]) -> None:
        pass

    def finish(self, **_: Any) -> None:
        pass
