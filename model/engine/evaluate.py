"""Runs a program with NumPy: what no draw touches once, the rest in chunks of draws that fit the cache.

Arrays are (year, dimensions…, draw). A node that does not vary along an axis has size one there. Measured choice:
whole-year arrays need one NumPy call an operation, so one run costs little; chunks keep them in the cache, so many
draws cost little as well (`benchmarks/`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from model.engine.program import Node, Program

Array = Any


@dataclass(frozen=True)
class Group:
    """Nodes stepped year by year. kept: those whose whole history somebody reads."""

    steps: tuple[int, ...]
    kept: frozenset[int]


@dataclass(frozen=True)
class Plan:
    """What to compute for some outputs when some inputs vary: steps in order, and all nodes that the outputs need."""

    steps: tuple[int | Group, ...]
    needed: frozenset[int]


def plan(program: Program, wanted: Iterable[int], varied: Iterable[str] | None = None) -> Plan:
    """Steps to compute `wanted` nodes. varied: compute only what depends on these inputs (the rest is given)."""
    nodes = program.nodes
    wanted = frozenset(wanted)
    key = (wanted, None if varied is None else frozenset(varied))
    if key in program.plans:
        return program.plans[key]
    needed = set(wanted)
    for item in reversed(program.order):
        members = item if isinstance(item, list) else [item]
        if any(member in needed for member in members):
            needed.update(members)
            needed.update(read for member in members for read in nodes[member].reads)
    touched: set[int] = set()
    if varied is None:
        touched = needed
    else:
        touched.update(program.inputs[name] for name in varied if name in program.inputs)
        for item in program.order:
            members = item if isinstance(item, list) else [item]
            if any(read in touched for member in members for read in nodes[member].reads):
                touched.update(members)
    steps: list[int | Group] = []
    for item in program.order:
        members = [m for m in (item if isinstance(item, list) else [item]) if m in needed and m in touched]
        if not members:
            continue
        if isinstance(item, list):
            inside = set(item)
            kept = {m for m in item if m in wanted}
            for i in needed:
                along = nodes[i].step is not None
                kept.update(read for p, read in enumerate(nodes[i].reads) if read in inside and (i not in inside or (along and p == 0)))
            steps.append(Group(tuple(item), frozenset(kept)))
        elif nodes[item].run is not None:
            steps.append(item)
    program.plans[key] = Plan(tuple(steps), frozenset(needed))
    return program.plans[key]


@dataclass(frozen=True)
class Index:
    """All steps of a program in order, the position of the step that computes a node, and the steps that each step reads."""

    steps: tuple[int | Group, ...]
    position: dict[int, int]
    sources: tuple[tuple[int, ...], ...]


def _index(program: Program) -> Index:
    found: Index | None = program.plans.get("index")
    if found is None:
        steps = plan(program, program.roots.values()).steps
        inside = [step.steps if isinstance(step, Group) else (step,) for step in steps]
        position = {node: place for place, members in enumerate(inside) for node in members}
        sources = (
            {position[read] for node in members for read in program.nodes[node].reads if read in position} - {place}
            for place, members in enumerate(inside)
        )
        found = program.plans["index"] = Index(steps, position, tuple(tuple(each) for each in sources))
    return found


def complete(program: Program, values: dict[int, Array], wanted: int, horizon: int) -> None:
    """Compute the value of a line's node, and of what it reads, where `values` does not hold them yet."""
    index = _index(program)
    needed: set[int] = set()
    open_steps = [index.position[wanted]]
    while open_steps:
        place = open_steps.pop()
        step = index.steps[place]
        if place in needed or (next(iter(step.kept)) if isinstance(step, Group) else step) in values:
            continue
        needed.add(place)
        open_steps.extend(index.sources[place])
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        for place in sorted(needed):
            _run_step(program, index.steps[place], values, horizon)


def run(program: Program, what: Plan, inputs: Mapping[str, Array], horizon: int, given: Mapping[int, Array] | None = None) -> dict[int, Array]:
    """Compute a plan. inputs: arrays by name, (years or 1, dimensions…, draws or 1). given: values of untouched nodes.

    Returns values by node.
    """
    values: dict[int, Array] = dict(given) if given else {}
    for name, number in program.inputs.items():
        if name in inputs:
            values[number] = inputs[name]
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        for step in what.steps:
            _run_step(program, step, values, horizon)
    return values


def _run_step(program: Program, step: int | Group, values: dict[int, Array], horizon: int) -> None:
    if isinstance(step, Group):
        _run_group(program, step, values, horizon)
    else:
        values[step] = _run_node(program.nodes[step], values, horizon)


def _run_node(node: Node, values: dict[int, Array], horizon: int) -> Array:
    rule: Any = node.run
    reads, views = node.reads, node.views
    # One and two operands that are lined up already are nearly all there are, and cost least when fetched one by one.
    if len(reads) == 1:
        first = values[reads[0]]
        operands: tuple[Array, ...] = (first if views[0] is None else first[views[0]],)
    elif len(reads) == 2:
        first, second = values[reads[0]], values[reads[1]]
        operands = (first if views[0] is None else first[views[0]], second if views[1] is None else second[views[1]])
    else:
        operands = tuple(values[read] if view is None else values[read][view] for read, view in zip(reads, views, strict=True))
    return rule(*operands, horizon=horizon) if node.needs_horizon else rule(*operands)


def _run_group(program: Program, group: Group, values: dict[int, Array], horizon: int) -> None:
    nodes, members = program.nodes, program.members
    inside = set(group.steps)
    outside = {read for i in group.steps for read in nodes[i].reads if read not in inside}
    draws = max((values[read].shape[-1] for read in outside), default=1)
    # Kept apart until they are whole: another thread may read the values of a shared result meanwhile.
    history = {i: np.empty((horizon, *(len(members[dim]) for dim in nodes[i].dims), draws)) for i in group.kept}
    compiled = []
    for i in group.steps:
        node = nodes[i]
        along = node.step is not None
        fetch = []
        for position, (read, index) in enumerate(zip(node.reads, node.views, strict=True)):
            whole = (along and position == 0) or (along and read not in inside)
            if read in inside:
                mode = 1 if whole else 0
            else:
                mode = 2 if whole else (3 if values[read].shape[0] > 1 else 4)
            fetch.append((mode, read, index))
        compiled.append((i, node.step if along else node.run, along, fetch, i in group.kept))
    now: dict[int, Array] = {}
    for t in range(horizon):
        for i, rule, along, fetch, kept in compiled:
            operands = []
            for mode, read, index in fetch:
                if mode == 0:
                    operand = now[read]
                elif mode == 1:
                    operand = history[read]
                elif mode == 3:
                    operand = values[read][t : t + 1]
                else:
                    operand = values[read]
                operands.append(operand if index is None else operand[index])
            result = rule(t, *operands) if along else rule(*operands)  # type: ignore[misc]
            now[i] = result
            if kept:
                history[i][t : t + 1] = result
    values.update(history)
