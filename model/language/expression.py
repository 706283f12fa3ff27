"""Expression trees: what a formula becomes when it is traced with placeholders.

A tree knows names, constants and operators, nothing about arrays or cells. The engine, the workbook,
the explanations and the unit check each read the same tree.
"""

from __future__ import annotations

from typing import Any

Operand = "Expression | float | int | str"

INFIX = {
    "add": ("+", 5),
    "subtract": ("-", 5),
    "multiply": ("*", 6),
    "divide": ("/", 6),
    "power": ("^", 8),
    "less": ("<", 4),
    "less_equal": ("<=", 4),
    "greater": (">", 4),
    "greater_equal": (">=", 4),
    "equal": ("=", 4),
    "not_equal": ("<>", 4),
    "logical_and": ("and", 2),
    "logical_or": ("or", 1),
}


class Expression:
    """One node: an operator, its operands, and what is fixed about it (a name, a member, a unit)."""

    __slots__ = ("operands", "operator", "option")

    def __init__(self, operator: str, operands: tuple[Expression, ...] = (), option: Any = None):
        self.operator = operator
        self.operands = operands
        self.option = option

    # Arithmetic and comparisons build larger trees.
    def __add__(self, other: Any) -> Expression:
        return call("add", self, other)

    def __radd__(self, other: Any) -> Expression:
        return call("add", other, self)

    def __sub__(self, other: Any) -> Expression:
        return call("subtract", self, other)

    def __rsub__(self, other: Any) -> Expression:
        return call("subtract", other, self)

    def __mul__(self, other: Any) -> Expression:
        return call("multiply", self, other)

    def __rmul__(self, other: Any) -> Expression:
        return call("multiply", other, self)

    def __truediv__(self, other: Any) -> Expression:
        return call("divide", self, other)

    def __rtruediv__(self, other: Any) -> Expression:
        return call("divide", other, self)

    def __pow__(self, other: Any) -> Expression:
        return call("power", self, other)

    def __rpow__(self, other: Any) -> Expression:
        return call("power", other, self)

    def __neg__(self) -> Expression:
        return call("negative", self)

    def __lt__(self, other: Any) -> Expression:
        return call("less", self, other)

    def __le__(self, other: Any) -> Expression:
        return call("less_equal", self, other)

    def __gt__(self, other: Any) -> Expression:
        return call("greater", self, other)

    def __ge__(self, other: Any) -> Expression:
        return call("greater_equal", self, other)

    def __eq__(self, other: object) -> Expression:  # type: ignore[override]
        return call("equal", self, other)

    def __ne__(self, other: object) -> Expression:  # type: ignore[override]
        return call("not_equal", self, other)

    def __and__(self, other: Any) -> Expression:
        return call("logical_and", self, other)

    def __or__(self, other: Any) -> Expression:
        return call("logical_or", self, other)

    def __invert__(self) -> Expression:
        return call("logical_not", self)

    def __getitem__(self, member: str) -> Expression:
        return Expression("pick", (self,), member)

    __hash__ = object.__hash__

    def __bool__(self) -> bool:
        raise TypeError("a formula cannot branch on a value that is not known yet: use where(condition, yes, no)")

    def __iter__(self) -> Any:
        raise TypeError("a formula cannot loop over a value: use total(...) or pick a member with x['member']")

    def __repr__(self) -> str:
        return text(self)


def constant(value: Any) -> Expression:
    """A literal in a formula: a number, or the text of a choice."""
    if isinstance(value, Expression):
        return value
    if isinstance(value, bool):
        value = float(value)
    if not isinstance(value, (int, float, str)):
        raise TypeError(f"a formula can hold numbers, names and operators, not {type(value).__name__}")
    return Expression("constant", (), value)


def call(operator: str, *operands: Any, option: Any = None) -> Expression:
    """The tree of an operator applied to operands; plain numbers become constants."""
    return Expression(operator, tuple(constant(operand) for operand in operands), option)


def name(of: str) -> Expression:
    """The placeholder of another line or of an input."""
    return Expression("name", (), of)


def names_in(tree: Expression) -> list[str]:
    """Names a tree reads, in order of appearance, each once."""
    found: dict[str, None] = {}
    stack = [tree]
    while stack:
        node = stack.pop()
        if node.operator == "name":
            found[node.option] = None
        stack.extend(reversed(node.operands))
    return list(found)


def text(tree: Expression, label: Any = None) -> str:
    """The formula as one reads it on paper: `members * membership_fee * price_index`.

    `label` turns a name into what stands for it; default the name itself.
    """
    return _text(tree, label or (lambda n: n), 0)


def _text(node: Expression, label: Any, parent: int) -> str:
    if node.operator == "name":
        return str(label(node.option))
    if node.operator == "constant":
        return repr(node.option) if isinstance(node.option, str) else f"{node.option:g}"
    if node.operator in INFIX:
        symbol, level = INFIX[node.operator]
        left, right = node.operands
        written = f"{_text(left, label, level)} {symbol} {_text(right, label, level + 1)}"
        return f"({written})" if level < parent else written
    if node.operator == "negative":
        return f"-{_text(node.operands[0], label, 7)}"
    if node.operator == "logical_not":
        return f"not {_text(node.operands[0], label, 7)}"
    if node.operator == "pick":
        return f"{_text(node.operands[0], label, 9)}[{node.option}]"
    arguments = [_text(operand, label, 0) for operand in node.operands]
    if node.option is not None:
        arguments.extend(str(part) for part in (node.option if isinstance(node.option, tuple) else (node.option,)))
    return f"{node.operator}({', '.join(arguments)})"
