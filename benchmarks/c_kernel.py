"""The kernel's arithmetic as C, compiled by gcc: the limit that the compiled kernel is held against."""

from __future__ import annotations

import ctypes
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from model.engine.kernel import Kernel
from model.engine.kernel_code import write
from model.engine.kernel_loops import Loops

FLAGS = ("-O3", "-march=native", "-ffast-math", "-shared", "-fPIC", "-w", "-Wno-psabi")
_SYMBOLS = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/"}
_FUNCTIONS = {"absolute": "fabs", "rounded": "rint", "floor": "floor", "exp": "exp", "log": "log", "power": "pow"}
_RELATIONS = {"less": "<", "less_equal": "<=", "greater": ">", "greater_equal": ">=", "equal": "==", "not_equal": "!="}
_COUNTS = {"add": "{} + {}", "subtract": "{} - {}", "multiply": "{} * {}", "quotient": "{} / {}", "and": "{} & {}"}
_COUNTS |= {"largest": "({0} > {1} ? {0} : {1})", "smallest": "({0} < {1} ? {0} : {1})", "at_least": "({} >= {})", "at_most": "({} <= {})"}

_HEAD = """
#include <math.h>
typedef long whole;
#define LANES {lanes}
{types}
"""
_SCALAR = """
typedef double v; typedef int f;
#define SPREAD(x) (x)
#define CHOOSE(c, a, b) ((c) ? (a) : (b))
#define LOAD(p) (*(p))
#define STORE(p, x) (*(p) = (x))
#define EACH(name) static inline v each_##name(v a) { return name(a); }
static inline v each_pow(v a, v b) {
    whole left = fabs(b);
    if (left != fabs(b) || left > 63) return pow(a, b);
    v r = 1;
    for (; left; left >>= 1, a *= a) if (left & 1) r *= a;
    return b < 0 ? 1 / r : r;
}
"""
_VECTOR = """
typedef double v __attribute__((vector_size(8 * LANES)));
typedef double w __attribute__((vector_size(8 * LANES), aligned(8), may_alias));
typedef long f __attribute__((vector_size(8 * LANES)));
#define SPREAD(x) ((v){0} + (x))
#define CHOOSE(c, a, b) ((c) ? (a) : (b))
#define LOAD(p) (*(const w *)(p))
#define STORE(p, x) (*(w *)(p) = (x))
#define EACH(name) static inline v each_##name(v a) { v r; for (int i = 0; i < LANES; i++) r[i] = name(a[i]); return r; }
static inline v each_pow(v a, v b) {
    v r, one = {0};
    f left, odd;
    int fits = 1;
    one += 1;
    for (int i = 0; i < LANES; i++) { left[i] = fabs(b[i]); fits &= left[i] == fabs(b[i]) && left[i] < 64; }
    if (!fits) { for (int i = 0; i < LANES; i++) r[i] = pow(a[i], b[i]); return r; }
    r = one;
    for (int bit = 0; bit < 6; bit++, left >>= 1, a *= a) { odd = (left & 1) != 0; r = odd ? r * a : r; }
    return b < 0 ? one / r : r;
}
"""

_OPENING = """
extern "C" void run(const double **columns, const whole *places, double *__restrict inputs, const double *__restrict given,
                    double *__restrict work, double *__restrict out, whole count, whole width, whole draws) {
    for (whole start = 0; start < draws; start += LANES) {
        for (whole row = 0; row < count; row++)
            for (whole lane = 0; lane < LANES; lane++)
                inputs[places[row] * LANES + lane] = columns[row][start + lane];
"""


class CText:
    """Writes C statements for groups of `lanes` draws; one lane is the loop a person would write, draw by draw."""

    def __init__(self, lanes: int):
        self.lanes = lanes
        self.lines: list[str] = []
        self.names = 0
        self.indent = 2

    def say(self, line: str) -> None:
        self.lines.append("    " * self.indent + line)

    def _name(self, kind: str, formula: str) -> str:
        self.names += 1
        self.say(f"const {kind} x{self.names} = {formula};")
        return f"x{self.names}"

    def number(self, value: float) -> str:
        text = "NAN" if value != value else ("-" if value < 0 else "") + "INFINITY" if abs(value) == float("inf") else repr(float(value))
        return f"SPREAD({text})"

    def compute(self, operation: str, *operands: str) -> str:
        if operation in _SYMBOLS:
            return self._name("v", f" {_SYMBOLS[operation]} ".join(operands))
        if operation == "negative":
            return self._name("v", f"-{operands[0]}")
        return self._name("v", f"each_{_FUNCTIONS[operation]}({', '.join(operands)})")

    def compare(self, relation: str, a: str, b: str) -> str:
        return self._name("f", f"{a} != {a}" if relation == "blank" else f"{a} {_RELATIONS[relation]} {b}")

    def combine(self, operation: str, *flags: str) -> str:
        if operation == "not":
            return self._name("f", f"({flags[0]}) == 0")
        return self._name("f", f"{flags[0]} {'&' if operation == 'and' else '|'} {flags[1]}")

    def choose(self, flag: str, yes: str, no: str) -> str:
        return self._name("v", f"CHOOSE({flag}, {yes}, {no})")

    def whole(self, value: int) -> str:
        return str(value)

    def count(self, operation: str, a: str, b: str) -> str:
        return f"({_COUNTS[operation].format(a, b)})"

    def is_equal(self, a: str, b: str) -> str:
        return self._name("f", f"SPREAD((double)({a})) == SPREAD((double)({b}))")

    def from_whole(self, a: str) -> str:
        return self._name("v", f"SPREAD((double)({a}))")

    @contextmanager
    def loop(self, times: str) -> Iterator[str]:
        self.names += 1
        name = f"i{self.names}"
        self.say(f"for (whole {name} = 0; {name} < {times}; {name}++) {{")
        self.indent += 1
        yield name
        self.indent -= 1
        self.say("}")

    def load(self, table: str, row: str) -> str:
        return self._name("v", f"SPREAD(given[{row}])" if table == "given" else f"LOAD({table} + ({row}) * LANES)")

    def lane(self, table: str, row: str, lane: int) -> str:
        return f"given[{row}]" if table == "given" else f"{table}[({row}) * LANES + {lane}]"

    def take(self, value: str, lane: int) -> str:
        return value if self.lanes == 1 else f"{value}[{lane}]"

    def join(self, parts: list[str]) -> str:
        return self._name("v", parts[0] if self.lanes == 1 else f"{{{', '.join(parts)}}}")

    def to_whole(self, one: str) -> str:
        return self._name("whole", f"lrint({one})")

    def store(self, row: str, value: str) -> None:
        self.say(f"STORE(work + ({row}) * LANES, {value});")

    def put_out(self, row: str, value: str) -> None:
        self.say(f"STORE(out + ({row}) * width + start, {value});")

    def variable(self) -> str:
        self.names += 1
        self.say(f"v y{self.names};")
        return f"y{self.names}"

    def get(self, variable: str) -> str:
        return self._name("v", variable)

    def set(self, variable: str, value: str) -> None:
        self.say(f"{variable} = {value};")


def source(loops: Loops, lanes: int) -> str:
    """The C program of a layout."""
    code = CText(lanes)
    write(loops, code)
    head = _HEAD.replace("{lanes}", str(lanes)).replace("{types}", _SCALAR if lanes == 1 else _VECTOR)
    each = "\n".join(f"EACH({name})" for name in ("fabs", "rint", "floor", "exp", "log"))
    return "\n".join([head, each, _OPENING, *code.lines, "    }", "}"])


def compiled(kernel: Kernel, lanes: int) -> Callable[[Mapping[Any, Any], Any, int], None]:
    """The C program as a function of columns, an array for the outputs and the number of draws, a multiple of the lanes."""
    with tempfile.TemporaryDirectory() as folder:
        text, library = Path(folder, "kernel.c"), Path(folder, "kernel.so")
        text.write_text(source(kernel.loops, lanes), encoding="utf-8")
        subprocess.run(["gcc", *FLAGS, "-o", str(library), "-x", "c++", str(text), "-x", "none", "-lm"], check=True)
        function = ctypes.CDLL(str(library)).run

    def run(columns: Mapping[Any, Any], out: Any, draws: int) -> None:
        tables = kernel.tables(columns, draws)
        inputs = np.repeat(tables.inputs, lanes, axis=1)
        arrays = (tables.addresses, tables.places, inputs, tables.given, np.empty(kernel.loops.rows * lanes), out)
        numbers = (len(tables.places), out.shape[1], draws)
        function(*(ctypes.c_void_p(array.ctypes.data) for array in arrays), *(ctypes.c_long(number) for number in numbers))

    return run
