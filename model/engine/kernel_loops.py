"""Lays a program out as loops for the compiled kernel: what is computed where, in which order, and what is kept.

The kernel takes a few draws (lanes) through the years. In a year all lines are computed in nested loops over members
(cluster first); a value lives in a register while only its own loop reads it, in a row of the workspace when another
loop does, in rows for all years when later years do. What reads the whole life waits for the years to end: years are
gone through once for each such stage.
"""

from __future__ import annotations

import hashlib
import itertools
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from model.engine.evaluate import Group, Plan
from model.engine.program import CLUSTER, Node, Program
from model.language.lanes import Delay, Fold, Window
from model.language.operators import OPERATORS

LAYOUT = ("line", "total", "pick", "in_unit", "constant")
"""Operators that the layout resolves itself; all others have a rule in `OPERATORS` or are left to NumPy."""


@dataclass
class Value:
    """A node that the kernel computes. dims and timed say how it really varies, which may be less than it could.

    reads: operands, with lines looked through. path: the loops it is computed in. rows: first row in the workspace, of
    its dimensions after the first `shared` (loops that it shares with all its readers). keeps: for how many years
    there are rows: one, two by turns, or all. states: first row of each part of a fold's running value.
    """

    node: int
    operator: str
    option: Any
    reads: tuple[int, ...]
    dims: tuple[str, ...] = ()
    timed: bool = False
    stage: int = 0
    path: tuple[int, ...] = ()
    rows: int | None = None
    shared: int = 0
    keeps: int = 1
    states: tuple[int, ...] = ()
    attached: list[int] = field(default_factory=list)
    output: int | None = None

    @property
    def rule(self) -> Any:
        return OPERATORS[self.operator].kernel if self.operator in OPERATORS else None

    @property
    def years(self) -> str:
        return OPERATORS[self.operator].years if self.operator in OPERATORS else "same"

    @property
    def is_final(self) -> bool:
        """Whether it is known only when all years have passed."""
        return self.years == "reduce"


@dataclass
class Table:
    """Numbers that the kernel reads and does not compute. place: their first row."""

    node: int
    dims: tuple[str, ...]
    timed: bool
    place: int = 0


@dataclass
class Loop:
    """A loop over the members of a dimension. starts: totals that are added up in it and begin before it."""

    dim: str
    number: int
    body: list[Loop | int]
    starts: list[int] = field(default_factory=list)

    @property
    def innermost(self) -> bool:
        return not any(isinstance(entry, Loop) for entry in self.body)


@dataclass
class Section:
    """Values computed together, once or for every year; for one cluster after the other where they allow it."""

    yearly: bool
    body: list[Loop | int]
    outer: Loop | None = None


class Loops:
    """The layout of one kernel.

    varied: for each varied input, whether it differs by year. shapes: of the base run's array of every node that is
    needed. clusters: the range of clusters that the draws touch; the others are taken from the base run.

    Attributes: `values` by node; `inputs`, `given` and `rests` (what untouched clusters add to a total) are tables;
    `constants`; `sections`; `outputs`, the nodes handed out; `left`, the touched nodes that only NumPy can compute;
    `fills` by section: first row, count and start of running values; `ranges`, the members gone through by dimension;
    `rows` (of the workspace), `input_rows`, `given_rows` and `output_rows`, counts.
    """

    def __init__(
        self,
        program: Program,
        plan: Plan,
        varied: Mapping[str, bool],
        shapes: Mapping[int, tuple[int, ...]],
        wanted: Iterable[int],
        horizon: int,
        clusters: tuple[int, int] | None = None,
    ):
        self.program, self.horizon, self.shapes = program, horizon, shapes
        self.inputs = {i: Table(i, program.nodes[i].dims, varied[name]) for name, i in program.inputs.items() if name in varied}
        computed = [node for step in plan.steps for node in (step.steps if isinstance(step, Group) else (step,))]
        self.touched = {*self.inputs, *computed}
        self.left = self._left_to_numpy(plan)
        self.asked = [node for node in sorted(self._asked(wanted)) if node in self.touched]
        self.outputs = sorted({self.root(node) for node in self.asked} - set(self.inputs))
        self.values = self._values(computed)
        self.ranges = {dim: (0, len(members)) for dim, members in program.members.items()}
        self.rests: dict[int, Table] = {}
        if clusters is not None and clusters != self.ranges[CLUSTER] and self._stays_within_clusters():
            self.ranges[CLUSTER] = clusters
            self.rests = {value.node: self._rest(value) for value in self.values.values() if value.operator == "total" and CLUSTER in value.option}
        self.constants: dict[int, float] = {}
        self.given: dict[int, Table] = {}
        self._add_given()
        self._find_variation()
        self._find_stages()
        self._loops: dict[int, Loop] = {}
        self.fills: dict[int, list[tuple[int, int, float]]] = {}
        self.sections = self._sections()
        self._section_of = {node: number for number, section in enumerate(self.sections) for node in values_in(section.body)}
        self._attach_totals()
        self._keep()

    def root(self, node: int) -> int:
        """The node that holds the value: lines only pass it on, so computed ones are looked through."""
        while self.program.nodes[node].operator == "line" and node in self.touched and node not in self.left:
            node = self.program.nodes[node].reads[0]
        return node

    def size(self, dim: str) -> int:
        low, high = self.ranges[dim]
        return high - low

    def count(self, dims: Iterable[str]) -> int:
        """How many cells some dimensions span."""
        return math.prod(self.size(dim) for dim in dims)

    def rows_of(self, table: Table | Value) -> int:
        """How many numbers a table or value is, over its years and members."""
        return self.count(table.dims) * (self.horizon if table.timed else 1)

    @property
    def key(self) -> str:
        """Hex digits that differ whenever the code must: of all that it is written from, nodes numbered as they come."""
        numbers: dict[int, int] = {}
        for node in (*self.inputs, *self.given, *self.values):
            numbers[node] = len(numbers)
        tables = [[(numbers[t.node], t.dims, t.timed, t.place) for t in each.values()] for each in (self.inputs, self.given, self.rests)]
        values = [
            (v.operator, v.option, [numbers.get(r, self.constants.get(r)) for r in v.reads], [numbers[a] for a in v.attached])
            + (v.dims, v.timed, v.stage, v.path, v.rows, v.shared, v.keeps, v.states, v.output)
            for v in self.values.values()
        ]
        return hashlib.sha256(repr((tables, values, self.ranges, self.horizon, self.rows)).encode()).hexdigest()[:24]

    # What there is ------------------------------------------------------------------------------------------

    def _left_to_numpy(self, plan: Plan) -> set[int]:
        """Nodes without a rule for the kernel, and what depends on them."""
        left: set[int] = set()
        for step in plan.steps:
            members = step.steps if isinstance(step, Group) else (step,)
            nodes = [self.program.nodes[member] for member in members]
            if any(read in left for node in nodes for read in node.reads) or not all(self._has_rule(node) for node in nodes):
                left.update(members)
        return left

    def _has_rule(self, node: Node) -> bool:
        if node.operator in LAYOUT or node.lagged:
            return True
        rule = OPERATORS[node.operator].kernel if node.operator in OPERATORS else None
        steady = rule.steady if isinstance(rule, Fold) else 1 if isinstance(rule, (Window, Delay)) else None
        return rule is not None and (steady is None or not self.program.nodes[node.reads[steady]].yearly)

    def _asked(self, wanted: Iterable[int]) -> set[int]:
        """What the kernel must hand out: wanted nodes, and those that NumPy goes on from."""
        reads = {read for node in self.left for read in self.program.nodes[node].reads}
        return {*wanted, *reads} - self.left

    def _values(self, computed: Iterable[int]) -> dict[int, Value]:
        """The nodes that the outputs depend on, in order."""
        needed: set[int] = set()
        stack = list(self.outputs)
        while stack:
            node = stack.pop()
            if node in self.touched and node not in self.inputs and node not in needed:
                needed.add(node)
                stack.extend(self.root(read) for read in self.program.nodes[node].reads)
        nodes = self.program.nodes
        return {i: Value(i, nodes[i].operator, nodes[i].option, tuple(map(self.root, nodes[i].reads))) for i in computed if i in needed}

    def _stays_within_clusters(self) -> bool:
        """Whether all that varies is by cluster wherever clusters read it, so that untouched clusters stay as they were."""
        nodes = self.program.nodes
        if not all(CLUSTER in table.dims for table in self.inputs.values()):
            return False
        by_cluster = [value for value in self.values.values() if CLUSTER in nodes[value.node].dims]
        return all(CLUSTER in nodes[read].dims for value in by_cluster for read in value.reads if read in self.touched)

    def _rest(self, total: Value) -> Table:
        node, term = self.program.nodes[total.node], self.program.nodes[total.node].reads[0]
        sizes = dict(zip(self.program.nodes[term].dims, self.shapes[term][1:-1], strict=True))
        return Table(total.node, tuple(dim for dim in node.dims if sizes[dim] > 1), self.shapes[term][0] > 1)

    def _add_given(self) -> None:
        for value in self.values.values():
            for read in value.reads:
                found = self.program.nodes[read]
                if found.operator == "constant":
                    self.constants[read] = float(found.option)
                elif read not in self.touched and read not in self.given:
                    shape = self.shapes[read]
                    dims = tuple(dim for dim, size in zip(found.dims, shape[1:-1], strict=True) if size > 1)
                    self.given[read] = Table(read, dims, shape[0] > 1)

    def variation(self, node: int) -> tuple[tuple[str, ...], bool]:
        """Dimensions a node varies over, and whether it varies over the years."""
        found = self.values.get(node) or self.inputs.get(node) or self.given.get(node)
        return (found.dims, found.timed) if found else ((), False)

    def _find_variation(self) -> None:
        """Repeated until nothing changes, since lines may look back at each other."""
        order = {dim: rank for rank, dim in enumerate(self.program.members)}
        changed = True
        while changed:
            changed = False
            for value in self.values.values():
                found = [self.variation(read) for read in value.reads]
                dims = {dim for each, _ in found for dim in each}
                if value.operator == "total":
                    dims.difference_update(value.option)
                elif value.operator == "pick":
                    dims.discard(value.option[0])
                timed = value.years == "along" or (value.years == "same" and any(by_year for _, by_year in found))
                if value.node in self.rests:
                    dims.update(self.rests[value.node].dims)
                    timed = timed or self.rests[value.node].timed
                now = (tuple(sorted(dims, key=order.__getitem__)), timed)
                if now != (value.dims, value.timed):
                    value.dims, value.timed = now
                    changed = True

    # Order --------------------------------------------------------------------------------------------------

    def _find_stages(self) -> None:
        """Repeated until nothing changes; lines that look back at each other end up in the same stage."""
        changed = True
        while changed:
            changed = False
            for value in self.values.values():
                before = [self.values[read] for read in value.reads if read in self.values]
                stage = max((each.stage + each.is_final for each in before), default=0)
                changed = changed or stage != value.stage
                value.stage = stage

    def _sections(self) -> list[Section]:
        sections = []
        for stage in range(1 + max((value.stage for value in self.values.values()), default=0)):
            for yearly in (False, True):
                inside = [v.node for v in self.values.values() if v.stage == stage and (v.timed or v.is_final) == yearly]
                before, within, after = self._parts(inside) if yearly else (inside, [], [])
                if before:
                    sections.append(Section(yearly, self._schedule(before, ())))
                if within:
                    outer = self._new_loop(CLUSTER)
                    sections.append(Section(yearly, self._schedule(within, (outer.number,)), outer))
                if after:
                    sections.append(Section(yearly, self._schedule(after, ())))
        return sections

    def _parts(self, inside: list[int]) -> tuple[list[int], list[int], list[int]]:
        """What comes before, within and after the clusters, so that one cluster's numbers stay in the cache for all years."""
        within = [node for node in inside if self.values[node].dims[:1] == (CLUSTER,)]
        after: dict[int, None] = {}
        reached = set(within)
        changed = True
        while changed:
            more = [node for node in inside if node not in reached and any(read in reached for read in self.values[node].reads)]
            changed = bool(more)
            reached.update(more)
            after.update(dict.fromkeys(more))
        if any(read in after for node in within for read in self.values[node].reads):
            return inside, [], []
        return [node for node in inside if node not in reached], within, [node for node in inside if node in after]

    def _new_loop(self, dim: str) -> Loop:
        loop = Loop(dim, len(self._loops), [])
        self._loops[loop.number] = loop
        return loop

    def _schedule(self, inside: Iterable[int], path: tuple[int, ...]) -> list[Loop | int]:
        """Values in order of need: those without further dimensions one by one, others in loops that take in all they can."""
        depth = len(path)
        body: list[Loop | int] = []
        waiting = dict.fromkeys(inside)
        while waiting:
            next_dims = dict.fromkeys(self.values[node].dims[depth : depth + 1] for node in waiting)
            singles = self._ready(waiting, (), depth)
            chosen = singles or max((self._ready(waiting, dims, depth) for dims in next_dims if dims), key=len)
            for node in chosen:
                del waiting[node]
            if singles:
                for node in singles:
                    self.values[node].path = path
                body.extend(singles)
            else:
                loop = self._new_loop(self.values[chosen[0]].dims[depth])
                loop.body = self._schedule(chosen, (*path, loop.number))
                body.append(loop)
        return body

    def _ready(self, waiting: Mapping[int, None], dims: tuple[str, ...], depth: int) -> list[int]:
        """All waiting values with these next dimensions that can be computed now, in order."""
        found: dict[int, None] = {}
        for node in waiting:
            value = self.values[node]
            reads = value.reads[1:] if value.operator == "previous" else value.reads
            if value.dims[depth : depth + 1] == dims and all(read not in waiting or read in found for read in reads):
                found[node] = None
        return list(found)

    # What is kept -------------------------------------------------------------------------------------------

    def _attach_totals(self) -> None:
        """Add a total up in the loop that computes its terms, where that loop stands right before the total."""
        for value in self.values.values():
            term = self.values.get(value.reads[0]) if value.operator == "total" else None
            if term is None or term.is_final or self._section_of[term.node] != self._section_of[value.node]:
                continue
            outer = len(value.path)
            if term.path[:outer] == value.path and term.dims[:outer] == value.dims and len(term.path) > outer:
                term.attached.append(value.node)
                self._loops[term.path[outer]].starts.append(value.node)

    def _keep(self) -> None:
        """Decide what is kept in rows, and number the rows of the workspace, the tables and the outputs."""
        section_of = self._section_of
        self._by_cluster = {node for section in self.sections if section.outer for node in values_in(section.body)}
        self.input_rows = 0
        for table in self.inputs.values():
            table.place, self.input_rows = self.input_rows, self.input_rows + self.rows_of(table)
        rows = self._keep_folds(0, section_of)
        for reader in self.values.values():
            if isinstance(reader.rule, Delay) and reader.rule.echoes:
                self._keep_years(reader, 1 if reader.node in self._by_cluster else 0)
            for position, read in enumerate(reader.reads):
                value = self.values.get(read)
                if value is not None and not value.is_final:
                    self._keep_for(value, reader, position, section_of[value.node] == section_of[reader.node])
        for value in self.values.values():
            if value.rows is not None and value.states and value.keeps == 1:
                value.rows, value.shared = value.states[0], 0
            elif value.rows is not None:
                value.rows, rows = rows, rows + value.keeps * self.count(value.dims[value.shared :])
        self.rows = rows
        self.given_rows = self.output_rows = 0
        for table in (*self.given.values(), *self.rests.values()):
            table.place, self.given_rows = self.given_rows, self.given_rows + self.rows_of(table)
        for node in self.outputs:
            self.values[node].output, self.output_rows = self.output_rows, self.output_rows + self.rows_of(self.values[node])

    def _keep_folds(self, rows: int, section_of: Mapping[int, int]) -> int:
        """Rows for running values, those of a section that start alike together, to be filled at once."""
        starts = {
            (section_of[value.node], repr(start), value.node, part): start
            for value in self.values.values()
            if isinstance(value.rule, Fold)
            for part, start in enumerate(value.rule.start)
        }
        states: dict[int, dict[int, int]] = {}
        for (section, shown, node, part), start in sorted(starts.items(), key=lambda item: item[0]):
            count = self.count(self.values[node].dims)
            fills = self.fills.setdefault(section, [])
            if fills and repr(fills[-1][2]) == shown:
                fills[-1] = (fills[-1][0], fills[-1][1] + count, start)
            else:
                fills.append((rows, count, start))
            states.setdefault(node, {})[part] = rows
            rows += count
        for node, parts in states.items():
            self.values[node].states = tuple(parts[part] for part in sorted(parts))
        return rows

    def _keep_for(self, value: Value, reader: Value, position: int, together: bool) -> None:
        """Note which rows a reader needs of a value, if it does not find it in a register."""
        shared = 1 if together and value.node in self._by_cluster else 0
        if not together or (isinstance(reader.rule, (Window, Delay)) and position == 0):
            self._keep_years(value, shared)
        elif reader.operator == "previous" and position == 0:
            value.keeps = max(value.keeps, 2 if value.timed else 1)
            self._keep_rows(value, shared)
        elif reader.node not in value.attached and reader.path[: len(value.path)] != value.path:
            self._keep_rows(value, _common(value.path, reader.path))

    def _keep_years(self, value: Value, shared: int) -> None:
        value.keeps = self.horizon if value.timed else 1
        self._keep_rows(value, shared)

    def _keep_rows(self, value: Value, shared: int) -> None:
        value.shared = shared if value.rows is None else min(shared, value.shared)
        value.rows = 0


def values_in(body: Iterable[Loop | int]) -> Iterator[int]:
    """The values of a body and of the loops in it, in order."""
    for entry in body:
        if isinstance(entry, Loop):
            yield from values_in(entry.body)
        else:
            yield entry


def _common(a: Iterable[int], b: Iterable[int]) -> int:
    """How many loops two paths share."""
    return sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(a, b, strict=False)))
