"""Lays the lines out as one graph: dimensions resolved, order of evaluation found, look-back groups set apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from model.language import units
from model.language.declaration import Line, check_names
from model.language.errors import ModelError
from model.language.expression import Expression
from model.language.operators import OPERATORS, path_rule

CLUSTER = "cluster"
WHOLE = "whole"
_FLAGS = ("less", "less_equal", "greater", "greater_equal", "equal", "not_equal", "logical_and", "logical_or", "logical_not")
_SUMS = ("add", "subtract", "negative")


class NoWhole(Exception):
    """A line has no value for the whole case: its formula reads what only a cluster has."""


@dataclass(frozen=True)
class InputSpec:
    """What the graph needs to know of an input: its dimensions (cluster included), whether it is yearly, its choices."""

    dims: tuple[str, ...]
    yearly: bool
    choices: tuple[str, ...] = ()


@dataclass(slots=True)
class Node:
    """One array operation: which nodes it reads, how their axes are lined up, what it computes.

    option: what is fixed about it: the number of a constant, the factor of a change of unit, the knots of a path, the
    dimensions a total sums over, the dimension and position of a picked member.
    """

    operator: str
    reads: tuple[int, ...]
    dims: tuple[str, ...]
    yearly: bool
    run: Callable[..., Any] | None
    views: tuple[Any, ...] = ()
    step: Callable[..., Any] | None = None
    lagged: bool = False
    label: str = ""
    needs_horizon: bool = False

    def __post_init__(self) -> None:
        self.needs_horizon = hasattr(self.run, "needs_horizon")

    option: Any = None


@dataclass
class Program:
    """The graph and its order. `order` holds node numbers, or a list of them for a group stepped year by year."""

    nodes: list[Node]
    order: list[int | list[int]]
    inputs: dict[str, int]
    roots: dict[tuple[str, str], int]
    members: dict[str, tuple[str, ...]]
    lines: dict[str, Line]
    no_whole: frozenset[str]
    plans: dict[Any, Any] = field(default_factory=dict)


def view(have: Sequence[str], want: Sequence[str]) -> tuple[Any, ...] | None:
    """Index that lines an array's axes (year, have…, draw) up with (year, want…, draw); None when they already are."""
    if tuple(have) == tuple(want):
        return None
    return (slice(None), *(slice(None) if dim in have else None for dim in want), slice(None))


class _Builder:
    def __init__(self, lines: Mapping[str, Line], inputs: Mapping[str, InputSpec], members: Mapping[str, tuple[str, ...]]):
        self.lines = dict(lines)
        self.specs = inputs
        self.members = dict(members)
        self.rank = {dim: position for position, dim in enumerate((CLUSTER, *(d for d in members if d != CLUSTER)))}
        self.nodes: list[Node] = []
        self.inputs: dict[str, int] = {}
        self.roots: dict[tuple[str, str], int] = {}
        self.pending: list[tuple[str, str]] = []
        self.memo: dict[tuple[Any, ...], int] = {}
        self.mistakes: list[str] = []
        self.no_whole: set[str] = set()
        self.resolving: set[str] = set()
        self.yearly = self._find_yearly()

    def _find_yearly(self) -> dict[str, bool]:
        """Which lines have a value for every year; found by repetition, since lines may read each other."""
        yearly = dict.fromkeys(self.lines, False) | {name: spec.yearly for name, spec in self.specs.items()} | {"year": True}

        def has_years(node: Expression) -> bool:
            if node.operator == "name":
                return yearly[node.option]
            if node.operator == "path":
                return True
            rule = OPERATORS.get(node.operator)
            if rule is not None and rule.years == "reduce":
                return False
            if rule is not None and (rule.years == "along" or rule.needs_year):
                return True
            return any(has_years(operand) for operand in node.operands)

        changed = True
        while changed:
            changed = False
            for line in self.lines.values():
                if not yearly[line.name] and has_years(line.tree):
                    yearly[line.name] = changed = True
        return yearly

    def sorted_dims(self, dims: set[str]) -> tuple[str, ...]:
        return tuple(sorted(dims, key=self.rank.__getitem__))

    def dims_of(self, line: Line) -> tuple[str, ...]:
        return self.sorted_dims({*line.over, *((CLUSTER,) if line.scope == CLUSTER else ())})

    def add(self, key: tuple[Any, ...], node: Node) -> int:
        found = self.memo.get(key)
        if found is None:
            found = self.memo[key] = len(self.nodes)
            self.nodes.append(node)
        return found

    def input(self, name: str) -> int:
        if name not in self.inputs:
            spec = self.specs.get(name) or InputSpec((), True)
            self.inputs[name] = self.add(("input", name), Node("input", (), self.sorted_dims(set(spec.dims)), spec.yearly, None, label=name))
        return self.inputs[name]

    def reference(self, name: str) -> int:
        """The node of a line as others see it; its formula is lowered later, so that lines may refer to each other."""
        line = self.lines[name]
        key = (name, line.scope)
        if key not in self.roots:
            self.roots[key] = self.add(("line", *key), Node("line", (), self.dims_of(line), self.yearly[name], None, label=name))
            self.pending.append(key)
        return self.roots[key]

    def whole(self, name: str) -> int:
        """The node of a line for the whole case: the sum of the clusters, or the formula applied to such sums."""
        line = self.lines[name]
        if line.scope != CLUSTER:
            return self.reference(name)
        key = (name, WHOLE)
        if key in self.roots:
            return self.roots[key]
        if line.whole == "sum":
            root = self.total(self.reference(name), self.sorted_dims(set(line.over)))
        else:
            if name in self.resolving or name in self.no_whole:
                raise NoWhole(name)
            self.resolving.add(name)
            try:
                root = self.lower(line.tree, line, whole=True)
            except NoWhole:
                self.no_whole.add(name)
                raise
            finally:
                self.resolving.discard(name)
            dims = self.sorted_dims(set(line.over))
            node = Node("line", (root,), dims, self.yearly[name], _as_is, (view(self.nodes[root].dims, dims),), label=name)
            root = self.add(("line", *key), node)
        self.roots[key] = root
        return root

    def total(self, operand: int, keep: Sequence[str]) -> int:
        node = _total_node(self.nodes, operand, keep, self.members)
        return operand if node is None else self.add(("total", operand, node.dims), node)

    def lower(self, tree: Expression, line: Line, whole: bool = False) -> int:
        """Turn a formula into nodes, seen from `line` (or from the whole case)."""
        operator = tree.operator
        if operator == "name":
            if tree.option in self.lines:
                return self.whole(tree.option) if whole else self.reference(tree.option)
            found = self.input(tree.option)
            if whole and CLUSTER in self.nodes[found].dims:
                raise NoWhole(tree.option)
            return found
        if operator == "constant":
            number = np.full((1, 1), float(tree.option))
            return self.add(("constant", tree.option), Node("constant", (), (), False, lambda: number, option=float(tree.option)))
        if operator == "path":
            rule = path_rule(tree.option)
            year = self.input("year")
            return self.add(("path", tree.option), Node("path", (year,), (), True, rule, (None,), option=tree.option))
        if operator in ("equal", "not_equal") and tree.operands[1].operator == "constant":
            choice = tree.operands[1].option
            if isinstance(choice, str):
                tree = Expression(operator, (tree.operands[0], self.choice(tree.operands[0], choice, line)))
        operands = [self.lower(operand, line, whole) for operand in tree.operands]
        if operator in _SUMS:
            operands = [self.as_number(node) if self.is_flag(operand) else node for node, operand in zip(operands, tree.operands, strict=True)]
        if operator == "total":
            keep = {*line.over, *((CLUSTER,) if line.scope == CLUSTER and not whole else ())}
            return self.total(operands[0], tuple(keep))
        if operator == "pick":
            return self.pick(operands[0], tree.option, line)
        if operator == "as_unit":
            return operands[0]
        if operator == "in_unit":
            return self.scale(operands[0], *tree.option)
        rule_ = OPERATORS[operator]
        if rule_.needs_year:
            operands.append(self.input("year"))
        dims = self.sorted_dims({dim for operand in operands for dim in self.nodes[operand].dims})
        yearly = rule_.years == "along" or (rule_.years != "reduce" and any(self.nodes[o].yearly for o in operands))
        run = rule_.numpy
        if rule_.years != "same":
            run = _along(run, 1 if operator == "npv" else 0)
        node = Node(
            operator,
            tuple(operands),
            dims,
            yearly,
            run,
            tuple(view(self.nodes[operand].dims, dims) for operand in operands),
            rule_.step,
            lagged=operator == "previous",
        )
        return self.add((operator, *operands), node)

    def is_flag(self, tree: Expression) -> bool:
        """Whether a formula yields flags, which NumPy would join where numbers are added."""
        if tree.operator == "name":
            return tree.option in self.lines and self.lines[tree.option].tree.operator in _FLAGS
        return tree.operator in _FLAGS

    def as_number(self, flag: int) -> int:
        node = self.nodes[flag]
        return self.add(("as_number", flag), Node("in_unit", (flag,), node.dims, node.yearly, lambda a: a * 1.0, (None,), option=1.0))

    def choice(self, of: Expression, choice: str, line: Line) -> Expression:
        choices = self.specs[of.option].choices if of.operator == "name" and of.option in self.specs else ()
        if choice not in choices:
            self.mistakes.append(f"{line.where}: line {line.name}: {choice!r} is not one of {', '.join(choices) or 'any choices'}")
            return Expression("constant", (), 0.0)
        return Expression("constant", (), float(choices.index(choice)))

    def pick(self, operand: int, member: str, line: Line) -> int:
        node = self.nodes[operand]
        fitting = [dim for dim in node.dims if member in self.members[dim] and dim != CLUSTER]
        if not fitting:
            known = "; ".join(f"{dim}: {', '.join(self.members[dim])}" for dim in node.dims if dim != CLUSTER)
            self.mistakes.append(f"{line.where}: line {line.name} picks [{member}], which is no member here ({known or 'no dimension'})")
            return operand
        return self.add(("pick", operand, member), _pick_node(self.nodes, operand, fitting[0], self.members[fitting[0]].index(member)))

    def scale(self, operand: int, have: str, want: str) -> int:
        node = self.nodes[operand]
        factor = np.float64(units.scale(have, want))
        scaled = Node("in_unit", (operand,), node.dims, node.yearly, lambda a: a * factor, (None,), option=float(factor))
        return self.add(("in_unit", operand, have, want), scaled)

    def finish_line(self, key: tuple[str, str]) -> None:
        name, _ = key
        line = self.lines[name]
        alias = self.roots[key]
        dims = self.nodes[alias].dims
        root = self.lower(line.tree, line)
        extra = [dim for dim in self.nodes[root].dims if dim not in dims]
        if extra:
            hint = "is national and sees every cluster" if extra == [CLUSTER] else f"is not over {', '.join(extra)}"
            self.mistakes.append(f"{line.where}: line {name} {hint}: use total(...) or pick a member in {line.formula()}")
            return
        if line.scope == CLUSTER and line.whole == "sum" and line.reads and CLUSTER not in self.nodes[root].dims:
            self.mistakes.append(
                f"{line.where}: line {name} reads nothing of a cluster and would count once for each: say scope='national' in {line.formula()}"
            )
            return
        node = self.nodes[alias]
        node.reads, node.run, node.views = (root,), _as_is, (view(self.nodes[root].dims, dims),)


def _total_node(nodes: Sequence[Node], operand: int, keep: Sequence[str], members: Mapping[str, tuple[str, ...]]) -> Node | None:
    """The sum of a node over all dimensions but those to keep; None where there is nothing to sum."""
    node = nodes[operand]
    summed = tuple(dim for dim in node.dims if dim not in keep)
    if not summed:
        return None
    axes = tuple(1 + node.dims.index(dim) for dim in summed)
    counts = tuple(len(members[dim]) for dim in summed)
    dims = tuple(dim for dim in node.dims if dim in keep)
    return Node("total", (operand,), dims, node.yearly, _total(axes, counts), (None,), option=summed)


def _pick_node(nodes: Sequence[Node], operand: int, dim: str, position: int) -> Node:
    node = nodes[operand]
    dims = tuple(d for d in node.dims if d != dim)
    return Node("pick", (operand,), dims, node.yearly, _pick(1 + node.dims.index(dim), position), (None,), option=(dim, position))


def with_reductions(program: Program, wanted: Iterable[tuple[int, Iterable[tuple[str, str]]]]) -> tuple[Program, list[int]]:
    """A copy of a program that also computes, of some nodes, the members picked by dimension, summed over what is left.

    The dimension of clusters stays. Returns the program and the node that stands for each of the wanted ones.
    """
    nodes = list(program.nodes)
    found = []
    for node, picks in wanted:
        for dim, member in picks:
            nodes.append(_pick_node(nodes, node, dim, program.members[dim].index(member)))
            node = len(nodes) - 1
        total = _total_node(nodes, node, (CLUSTER,), program.members)
        if total is not None:
            nodes.append(total)
            node = len(nodes) - 1
        found.append(node)
    order = [*program.order, *range(len(program.nodes), len(nodes))]
    return replace(program, nodes=nodes, order=order, plans={}), found


def _as_is(a: Any) -> Any:
    return a


def _total(axes: tuple[int, ...], counts: tuple[int, ...]) -> Callable[[Any], Any]:
    def run(a: Any) -> Any:
        result = a.sum(axis=axes)
        repeats = 1
        for axis, count in zip(axes, counts, strict=True):
            if a.shape[axis] == 1:
                repeats *= count
        return result * repeats if repeats > 1 else result

    return run


def _pick(axis: int, position: int) -> Callable[[Any], Any]:
    index = (slice(None),) * axis

    def run(a: Any) -> Any:
        return a[(*index, position if a.shape[axis] > 1 else 0)]

    return run


def _along(rule: Callable[..., Any], which: int) -> Callable[..., Any]:
    """Give a rule that looks along the years of operand `which` all of them, even where the value never changes."""

    def run(*operands: Any, horizon: int) -> Any:
        spread = operands[which]
        if spread.shape[0] != horizon:
            spread = np.broadcast_to(spread, (horizon, *spread.shape[1:]))
        changed = list(operands)
        changed[which] = spread
        return rule(*changed)

    run.needs_horizon = True  # type: ignore[attr-defined]
    return run


def build(
    lines: Mapping[str, Line],
    inputs: Mapping[str, InputSpec],
    members: Mapping[str, tuple[str, ...]],
) -> Program:
    """Lay lines out as a program. members: every dimension with its members, 'cluster' included.

    Raises ModelError with every mistake: unknown names, dimensions that do not fit, loops without a look-back.
    """
    mistakes = check_names(lines, inputs)
    if mistakes:
        raise ModelError(mistakes)
    mistakes = [
        f"{line.where}: line {line.name} is over {dim!r}; dimensions are {', '.join(d for d in members if d != CLUSTER)}"
        for line in lines.values()
        for dim in line.over
        if dim not in members or dim == CLUSTER
    ]
    if mistakes:
        raise ModelError(mistakes)
    builder = _Builder(lines, inputs, members)
    for name in lines:
        builder.reference(name)
        while builder.pending:
            builder.finish_line(builder.pending.pop())
    if builder.mistakes:
        raise ModelError(builder.mistakes)
    for name, line in lines.items():
        if line.scope == CLUSTER:
            try:
                builder.whole(name)
            except NoWhole:
                builder.no_whole.add(name)
    order = _order(builder.nodes)
    return Program(builder.nodes, order, builder.inputs, builder.roots, builder.members, dict(lines), frozenset(builder.no_whole))


def _order(nodes: list[Node]) -> list[int | list[int]]:
    """Order of evaluation; nodes that look back at themselves come as one group, ordered within a year.

    Raises ModelError for a loop that does not pass through a look-back.
    """
    order: list[int | list[int]] = []
    for component in _components([node.reads for node in nodes]):
        if len(component) == 1 and component[0] not in nodes[component[0]].reads:
            order.append(component[0])
            continue
        inside = set(component)
        same_year = {
            i: tuple(read for position, read in enumerate(nodes[i].reads) if read in inside and not (nodes[i].lagged and position == 0))
            for i in component
        }
        numbers = {node: position for position, node in enumerate(component)}
        inner = _components([tuple(numbers[read] for read in same_year[i]) for i in component])
        for part in inner:
            if len(part) > 1 or part[0] in (numbers[r] for r in same_year[component[part[0]]]):
                names = [nodes[component[p]].label for p in part if nodes[component[p]].label]
                raise ModelError(
                    f"these lines read each other within the same year: {' -> '.join([*names, names[0]])}; "
                    "let one of them read previous(..., opening)"
                )
        group = [component[part[0]] for part in inner]
        stuck = [
            nodes[i].operator
            for i in group
            if nodes[i].run is not None
            and nodes[i].step is None
            and OPERATORS.get(nodes[i].operator)
            and OPERATORS[nodes[i].operator].years != "same"
        ]
        if stuck:
            names = [nodes[i].label for i in group if nodes[i].label]
            raise ModelError(f"{stuck[0]}(...) cannot be used between lines that look back at each other: {', '.join(names)}")
        order.append(group)
    return order


def _components(reads: Sequence[Sequence[int]]) -> list[list[int]]:
    """Strongly connected components, each after everything it reads (Tarjan, without recursion)."""
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    on_stack: set[int] = set()
    stack: list[int] = []
    found: list[list[int]] = []
    for start in range(len(reads)):
        if start in index:
            continue
        work = [(start, iter(reads[start]))]
        index[start] = low[start] = len(index)
        stack.append(start)
        on_stack.add(start)
        while work:
            node, following = work[-1]
            for read in following:
                if read not in index:
                    index[read] = low[read] = len(index)
                    stack.append(read)
                    on_stack.add(read)
                    work.append((read, iter(reads[read])))
                    break
                if read in on_stack:
                    low[node] = min(low[node], index[read])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    component = []
                    while True:
                        member = stack.pop()
                        on_stack.discard(member)
                        component.append(member)
                        if member == node:
                            break
                    found.append(component)
    return found
