"""The job written out for other engines: as plain Python of one year, from the same formulas."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchmarks import job
from model.language.expression import INFIX, Expression

_SYMBOLS = {name: symbol for name, (symbol, _) in INFIX.items()} | {"power": "**", "equal": "==", "not_equal": "!="}
S_CURVE = """
def s_curve(start, ramp, year):
    if ramp <= 0.0:
        return 1.0 if year >= start else 0.0
    share = min(1.0, max(0.0, (year - start) / ramp))
    return share * share * (3.0 - 2.0 * share)
"""


@dataclass(frozen=True)
class Words:
    """How an engine writes things: a value of this year, one of the year before, and what Python has no sign for."""

    name: Callable[[str], str]
    before: Callable[[str], str]
    maximum: str = "max({0}, {1})"
    minimum: str = "min({0}, {1})"
    where: str = "({1} if {0} else {2})"
    s_curve: str = "s_curve({0}, {1}, {2})"


def formula(tree: Expression, words: Words) -> str:
    """A formula as Python, for the year with index t."""

    def text(node: Expression) -> str:
        if node.operator == "name":
            return words.name(node.option)
        if node.operator == "constant":
            return repr(float(node.option))
        if node.operator == "previous":
            return f"({words.before(node.operands[0].option)} if t > 0 else {text(node.operands[1])})"
        inside = [text(operand) for operand in node.operands]
        if node.operator in _SYMBOLS:
            return f"({inside[0]} {_SYMBOLS[node.operator]} {inside[1]})"
        if node.operator == "s_curve":
            return words.s_curve.format(*inside, words.name("year"))
        return {"maximum": words.maximum, "minimum": words.minimum, "where": words.where}[node.operator].format(*inside)

    return text(tree)


def yearly_lines() -> list[str]:
    """The lines that have a value for every year, each after what it reads in the same year."""
    program = job.program()
    flat = [node for item in program.order for node in (item if isinstance(item, list) else [item])]
    place = {node: number for number, node in enumerate(flat)}
    roots = {name: program.roots[(name, "cluster")] for name in job.lines() if name not in job.OUTPUTS}
    return sorted(roots, key=lambda name: place[roots[name]])


def life_operand(name: str) -> Expression:
    """What an output adds up over the years."""
    return job.lines()[name].tree.operands[0]


def by_hand() -> str:
    """The loop that one would write by hand for a compiler: draw by draw, year by year, every line a variable."""

    words = Words(lambda name: "year" if name == "year" else f"v_{name}", lambda name: f"p_{name}")

    def written(tree: Expression) -> str:
        return formula(tree, words)

    order = yearly_lines()
    looked_back = {operand.option for name in order for operand in _previous_operands(job.lines()[name].tree)}
    code = [
        "def s_curve(start, ramp, year):",
        "    share = min(1.0, max(0.0, (year - start) / ramp)) if ramp > 0 else (1.0 if year >= start else 0.0)",
    ]
    code += ["    return share * share * (3.0 - 2.0 * share)", "", "s_curve = compiled(s_curve)", "", "def run(inputs, out):"]
    code += ["    for draw in range(inputs.shape[1]):"]
    code += [f"        v_{name} = inputs[{row}, draw]" for row, name in enumerate(job.inputs())]
    code += [f"        p_{name} = 0.0" for name in sorted(looked_back)] + [f"        o_{name} = 0.0" for name in job.OUTPUTS]
    code += [f"        for t in range({job.YEARS}):", f"            year = {float(job.FIRST)} + t"]
    code += [f"            v_{name} = {written(job.lines()[name].tree)}" for name in order]
    code += [f"            o_{name} += {written(life_operand(name))}" for name in job.OUTPUTS]
    code += [f"            p_{name} = v_{name}" for name in sorted(looked_back)]
    code += [f"        out[{row}, draw] = o_{name}" for row, name in enumerate(job.OUTPUTS)]
    return "\n".join(code)


def _previous_operands(tree: Expression) -> list[Expression]:
    found = [operand for below in tree.operands for operand in _previous_operands(below)]
    return [*found, tree.operands[0]] if tree.operator == "previous" else found


def compiled_by_hand(compiler: Callable[[Any], Any]) -> Any:
    """That loop as a function of (inputs, out), through a compiler such as numba's njit."""
    space: dict[str, Any] = {"compiled": compiler}
    exec(by_hand(), space)
    return compiler(space["run"])
