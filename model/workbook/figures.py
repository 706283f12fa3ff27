"""What stands in the cells: the engine's values, and the label and unit of every row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from model.language import units
from model.language.expression import Expression, name, text
from model.language.operators import LAYOUT_UNITS, OPERATORS
from model.workbook.layout import Layout
from model.workbook.plan import Block
from model.workbook.scenarios import Read

if TYPE_CHECKING:
    from model.result import Result
    from model.wording import Wording

_LONGEST_LABEL = 100


class Figures:
    """Values, labels and units of the rows of a layout."""

    def __init__(self, layout: Layout, result: Result, words: Wording):
        self.layout = layout
        self.result = result
        self.words = words
        self.steps = layout.graph.values()
        self.read = Read(result)
        self._units: dict[int, Any] = {}

    def values(self, block: Block, at: dict[str, int]) -> np.ndarray:
        """A row's values: one a year, or one."""
        node = self.layout.graph.nodes[block.node]
        if block.number == 0:
            found = self.read.row(block.line, at, block.dims)
        else:
            number = node.reads[0] if block.copies and node.operator == "previous" else block.node
            array = self.steps[number]
            dims = self.layout.graph.nodes[number].dims
            found = array[(slice(None), *(at[dim] if array.shape[1 + axis] > 1 else 0 for axis, dim in enumerate(dims)))]
        return np.broadcast_to(found, (self.layout.horizon,)) if block.yearly else found[:1]

    def opening(self, block: Block, at: dict[str, int]) -> float:
        """The value of a row's opening column."""
        assert block.opening is not None
        array = self.steps[block.opening]
        dims = self.layout.graph.nodes[block.opening].dims
        return float(array[(0, *(at[dim] if array.shape[1 + axis] > 1 else 0 for axis, dim in enumerate(dims)))])

    def unit(self, block: Block) -> str:
        """The unit of a row; of a step it follows from its formula."""
        if block.number == 0:
            return self.layout.case.lines[block.line].unit
        try:
            found = self._unit(block.node)
        except (ValueError, KeyError):
            return ""
        shown = "ratio" if found is None else units.written(found)
        return "ratio" if shown == "a plain number" else shown

    def _unit(self, number: int) -> Any:
        if number not in self._units:
            found: Any
            node = self.layout.graph.nodes[number]
            if node.operator == "input":
                found = units.parse("date" if node.label == "year" else self.layout.case.definition(node.label).unit)
            elif node.operator == "constant":
                found = None if node.option == 0 else units.dimensionless()
            elif node.operator == "line" or number in self.layout.line_of_node:
                found = units.parse(self.layout.case.lines[self.layout.line_of_node.get(number, node.label)].unit)
            elif node.operator == "in_unit":
                raise ValueError(node.operator)
            else:
                below = [self._unit(read) for read in node.reads]
                rule = OPERATORS.get(node.operator)
                if rule is not None and rule.needs_year:
                    below = below[:-1]
                found = (LAYOUT_UNITS.get(node.operator) or OPERATORS[node.operator].unit)(below)
            self._units[number] = found
        return self._units[number]

    def label(self, block: Block, members: tuple[str, ...]) -> str:
        """A row's label: that of the line and its member, or a step's formula in words."""
        case = self.layout.case
        parts = [self.words.of(case.dimensions[dim][member]) for dim, member in zip(block.dims, members, strict=True)]
        label = self.words.line(block.line) if block.number == 0 else "    " + self.in_words(block.node)[:_LONGEST_LABEL]
        return f"{label}: {', '.join(parts)}" if parts else label

    def theme(self, theme: str) -> str:
        """The title of a group of lines: from the texts, else from the head of its file."""
        if self.words.has(f"theme.{theme}"):
            return self.words(f"theme.{theme}")
        from model.lines import THEMES

        head = (THEMES[theme].__doc__ or theme).split("\n")[0]
        return head.partition(". ")[2].partition(":")[0] or head

    def in_words(self, number: int) -> str:
        """The formula of a step with the names of lines, inputs and other steps."""
        return text(self._tree(number, True))

    def _tree(self, number: int, top: bool = False) -> Expression:
        node = self.layout.graph.nodes[number]
        block = None if top else self.layout.plan.blocks.get((number, ""))
        if block is not None:
            return name(block.code)
        if node.operator in ("input", "line"):
            return name(node.label)
        if node.operator == "constant":
            return Expression("constant", (), node.option)
        option = None
        if node.operator == "pick":
            option = self.layout.members[node.option[0]][node.option[1]]
        rule = OPERATORS.get(node.operator)
        reads = node.reads[:-1] if rule is not None and rule.needs_year else node.reads
        if node.operator == "in_unit":
            return Expression("multiply", (self._tree(reads[0]), Expression("constant", (), node.option)))
        return Expression(node.operator, tuple(self._tree(read) for read in reads), option)


def code(block: Block, members: tuple[str, ...]) -> str:
    """What a row is found by: the line, the step, the members."""
    return block.code + (f"[{', '.join(members)}]" if members else "")
