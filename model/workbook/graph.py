"""The model's graph as a workbook needs it: every step a formula of one cell, and the engine's value of every step."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from model.case import Case
from model.engine import evaluate
from model.engine.program import Node, Program
from model.language.declaration import Line
from model.language.errors import ModelError
from model.language.expression import Expression, names_in
from model.language.operators import OPERATORS, path_written

COMPARISONS = frozenset({"less", "less_equal", "greater", "greater_equal", "equal", "not_equal"})
LOGICAL = frozenset({"logical_and", "logical_or", "logical_not"})
TRUTHS = COMPARISONS | LOGICAL
"""Operators that yield true or false in Excel, where NumPy counts with them as 1 and 0."""


def written_out(program: Program) -> dict[str, Line]:
    """Lines with every operator that takes more than one cell written in others, and sums over all years moved inwards."""
    found = {}
    rewrite = _Rewriting(program)
    for line in program.lines.values():
        tree = rewrite(line.tree)
        found[line.name] = line if tree is line.tree else replace(line, tree=tree, reads=tuple(names_in(tree)))
    return found


_WRITTEN: dict[int, tuple[Program, dict[str, Line]]] = {}


def _written_case(program: Program) -> dict[str, Line]:
    """The lines written out, kept for the last program: laying them out anew is what takes time."""
    if id(program) not in _WRITTEN:
        _WRITTEN.clear()
        _WRITTEN[id(program)] = (program, written_out(program))
    return _WRITTEN[id(program)][1]


class _Rewriting:
    """Trees as a workbook writes them; equal parts stay shared."""

    def __init__(self, program: Program):
        self._yearly = {name: program.nodes[root].yearly for (name, _), root in program.roots.items()} | {"year": True}
        self._inputs = {name: program.nodes[number].yearly for name, number in program.inputs.items()}
        self._known: dict[int, tuple[Expression, Expression]] = {}

    def __call__(self, node: Expression) -> Expression:
        if id(node) not in self._known:
            self._known[id(node)] = (node, self._rewritten(node))
        return self._known[id(node)][1]

    def _rewritten(self, node: Expression) -> Expression:
        rule = OPERATORS[node.operator].excel if node.operator in OPERATORS else None
        if node.operator == "path":
            return self(path_written(node.option))
        if callable(rule):
            return self(rule(*(self(operand) for operand in node.operands)))
        operands = tuple(self(operand) for operand in node.operands)
        if node.operator == "over_life":
            return self._over_life(operands[0])
        changed = any(a is not b for a, b in zip(operands, node.operands, strict=True))
        return Expression(node.operator, operands, node.option) if changed else node

    def _over_life(self, a: Expression) -> Expression:
        """The sum over all years, inside totals and beside factors that are the same in every year: that takes fewer rows."""
        if a.operator == "total":
            return Expression("total", (self._over_life(a.operands[0]),))
        if a.operator in ("multiply", "divide") and self._has_years(a.operands[0]) and not self._has_years(a.operands[1]):
            return Expression(a.operator, (self._over_life(a.operands[0]), a.operands[1]))
        if a.operator == "multiply" and self._has_years(a.operands[1]) and not self._has_years(a.operands[0]):
            return Expression("multiply", (a.operands[0], self._over_life(a.operands[1])))
        return Expression("over_life", (a,))

    def _has_years(self, node: Expression) -> bool:
        if node.operator == "name":
            return self._yearly.get(node.option, self._inputs.get(node.option, True))
        rule = OPERATORS.get(node.operator)
        if rule is not None and rule.years != "same":
            return rule.years == "along"
        return any(self._has_years(operand) for operand in node.operands)


class Graph:
    """A case's lines with every step a formula of one cell, and which of the steps can be blank.

    Raises ModelError for a formula that cannot be written in cells.
    """

    def __init__(self, case: Case):
        self.case = Case(case._loaded, case._entries, _written_case(case.program), case.changes)
        self.program: Program = self.case.program
        self.nodes: list[Node] = self.program.nodes
        self.blank = self._find_blank()

    def values(self) -> dict[int, Any]:
        """The engine's value of every step, by node: arrays of (years or 1, dimensions…)."""
        program = self.program
        found = evaluate.run(program, evaluate.plan(program, range(len(self.nodes))), self.case.arrays(), self.case.horizon)
        return {node: np.asarray(array)[..., 0].astype(float) for node, array in found.items()}

    def _find_blank(self) -> frozenset[int]:
        """Steps that can be blank: ratios without a denominator and their like, and what is computed from them."""
        blank: set[int] = set()
        changed = True
        while changed:
            changed = False
            for number, node in enumerate(self.nodes):
                if number not in blank and self._can_be_blank(node, blank):
                    blank.add(number)
                    changed = True
        return frozenset(blank)

    def _can_be_blank(self, node: Node, blank: set[int]) -> bool:
        rule = OPERATORS.get(node.operator)
        if rule is not None and rule.blank:
            return True
        if node.operator in TRUTHS:
            return False
        found = any(read in blank for read in (node.reads[1:] if node.operator == "where" else node.reads))
        if found and node.operator in ("window_total", "renewal", "delayed"):
            raise ModelError(f"{node.operator}(...) of a value that can be blank cannot be written as a formula of a cell")
        return found
