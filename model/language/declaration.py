"""`@line`: turns a small pure function into a line of the model."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from model.language import expression
from model.language.errors import ModelError, nearest
from model.language.expression import Expression
from model.language.operators import LAYOUT_UNITS, OPERATORS

EXTENSIVE = (
    *(f"EUR{size}{real}" for real in ("", " real") for size in ("", " k", " m", " bn")),
    *("FTE", "member", "company", "job", "startup", "m2"),
)
SCOPES = ("cluster", "national")
BUILT_IN = {"year": "date"}


@dataclass(frozen=True, eq=False)
class Line:
    """One line of the model.

    over: its dimensions besides the cluster. scope: 'cluster' (one for each cluster) or 'national' (sees all
    clusters). whole: how the value of a whole case follows: 'sum' of the clusters, or 'formula' applied to the whole
    case's own figures, as a ratio of sums is. warning: a flag that is told to the user where it is not zero.
    """

    name: str
    unit: str
    tree: Expression
    over: tuple[str, ...]
    scope: str
    whole: str
    doc: str
    where: str
    warning: bool = False
    reads: tuple[str, ...] = field(default=())

    @property
    def is_check(self) -> bool:
        return self.name.startswith("check_")

    def formula(self) -> str:
        """The formula as text, with names."""
        return expression.text(self.tree)


def line(
    unit: str,
    over: str | Iterable[str] = (),
    *,
    scope: str = "cluster",
    whole: str | None = None,
    warning: bool = False,
) -> Callable[[Callable[..., Any]], Line]:
    """Make a function a line of the model. Its parameters are the names of the lines and inputs it reads.

    unit: what the formula yields, such as 'EUR m', 'FTE', 'share'. over: dimension or dimensions besides the cluster.
    scope: 'cluster' or 'national'. whole: 'sum' or 'formula', how a case's value follows from its clusters; by
    default amounts and head counts are summed, anything else is computed from the case's own figures.
    Raises ModelError naming the file and line when the function is not a formula.
    """

    def make(function: Callable[..., Any]) -> Line:
        code = function.__code__
        short = "/".join(code.co_filename.replace("\\", "/").split("/")[-3:])
        place = f"{short}:{code.co_firstlineno}"
        mistakes = []
        if scope not in SCOPES:
            mistakes.append(f"{place}: line {function.__name__}: scope {scope!r} is not one of {', '.join(SCOPES)}")
        if whole not in (None, "sum", "formula"):
            mistakes.append(f"{place}: line {function.__name__}: whole {whole!r} is not one of sum, formula")
        parameters = inspect.signature(function).parameters
        try:
            tree = expression.constant(function(**{name: expression.name(name) for name in parameters}))
        except Exception as error:
            # Whatever an analyst's function raises when it is traced is told as a mistake in the formula.
            mistakes.append(f"{place}: line {function.__name__}: {error}")
        if mistakes:
            raise ModelError(mistakes)
        return Line(
            name=function.__name__,
            unit=unit,
            tree=tree,
            over=(over,) if isinstance(over, str) else tuple(over),
            scope=scope,
            whole=whole or ("sum" if unit in EXTENSIVE else "formula"),
            doc=inspect.cleandoc(function.__doc__ or ""),
            where=place,
            warning=warning,
            reads=tuple(expression.names_in(tree)),
        )

    return make


def define(name: str, unit: str, tree: Expression, doc: str, where: str, whole: str | None = None, over: tuple[str, ...] = ()) -> Line:
    """A line from a tree that is already built: for families of lines that share one formula. Like `line` otherwise."""
    whole = whole or ("sum" if unit in EXTENSIVE else "formula")
    return Line(name, unit, tree, over, "cluster", whole, doc, where, reads=tuple(expression.names_in(tree)))


def lines_of(*modules: Any) -> list[Line]:
    """The lines that modules define, alone or in lists, in the order they are written."""
    found: list[Line] = []
    for module in modules:
        for value in vars(module).values():
            if isinstance(value, Line):
                found.append(value)
            elif isinstance(value, list):
                found.extend(each for each in value if isinstance(each, Line))
    return found


@dataclass(frozen=True)
class Table:
    """A table people know by name (a statement): which lines, in which order. Lines over dimensions become one row each."""

    name: str
    title: str
    rows: tuple[str, ...]


def check_names(lines: Mapping[str, Line], inputs: Iterable[str]) -> list[str]:
    """Mistakes in wiring: names that nobody defines, with the nearest that somebody does."""
    known = {*lines, *inputs, *BUILT_IN}
    return [
        f"{each.where}: line {each.name} reads {name!r}, which is neither a line nor an input{nearest(name, known)}"
        for each in lines.values()
        for name in each.reads
        if name not in known
    ]


def check_units(lines: Iterable[Line], unit_of: Mapping[str, str]) -> list[str]:
    """Mistakes in units: formulas that do not yield what their line promises, with both units.

    unit_of: the unit of every line and input, by name.
    """
    from model.language import units

    mistakes: list[str] = []

    def unit(name: str) -> Any:
        return units.parse(unit_of.get(name) or BUILT_IN[name])

    def yields(node: Expression, memo: dict[int, Any]) -> Any:
        if id(node) in memo:
            return memo[id(node)]
        if node.operator == "name":
            found = unit(node.option)
        elif node.operator == "constant":
            found = None if node.option == 0 else units.dimensionless()
        else:
            below = [yields(operand, memo) for operand in node.operands]
            if node.operator == "as_unit":
                if below[0] is not None and not units.same(below[0], units.dimensionless()):
                    raise ValueError(f"{units.written(below[0])} is not a plain number that could count as {node.option}")
                found = units.parse(node.option)
            elif node.operator == "in_unit":
                have, want = node.option
                if below[0] is not None and not units.same(below[0], units.parse(have)):
                    raise ValueError(f"{units.written(below[0])} stands where in_unit expects {have}")
                found = units.parse(want)
            else:
                rule = LAYOUT_UNITS.get(node.operator) or OPERATORS[node.operator].unit
                found = rule(below)
        memo[id(node)] = found
        return found

    for each in lines:
        try:
            promised = units.parse(each.unit)
            found = yields(each.tree, {})
        except ValueError as error:
            mistakes.append(f"{each.where}: line {each.name} = {each.formula()}: {error}")
            continue
        if found is not None and not units.same(found, promised):
            mistakes.append(
                f"{each.where}: line {each.name} is said to be in {units.written(promised)}, "
                f"but its formula {each.formula()} yields {units.written(found)}"
            )
    return mistakes
