"""Kernels as machine code: instructions for LLVM, given through numba, which optimises, loads and caches them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from model.engine import kernel_math
from model.engine.kernel_code import LANES, Lanes, write
from model.engine.kernel_loops import Loops

_NUMBER = ir.DoubleType()
_NUMBERS = ir.VectorType(_NUMBER, LANES)
_FLAGS = ir.VectorType(ir.IntType(1), LANES)
_WHOLE = ir.IntType(64)
_WHOLES = ir.VectorType(_WHOLE, LANES)
_LANE = ir.IntType(32)

_INSTRUCTIONS = {"add": "fadd", "subtract": "fsub", "multiply": "fmul", "divide": "fdiv", "negative": "fneg"}
_INTRINSICS = {"absolute": "llvm.fabs", "rounded": "llvm.rint", "floor": "llvm.floor"}
_LIBRARY = {"exp": "llvm.exp", "log": "llvm.log", "power": "llvm.pow"}
_RELATIONS = {"less": "<", "less_equal": "<=", "greater": ">", "greater_equal": ">=", "equal": "=="}
_COUNTS = {"add": "add", "subtract": "sub", "multiply": "mul", "quotient": "sdiv", "and": "and_"}
_ORDERS = {"largest": ">", "smallest": "<", "at_least": ">=", "at_most": "<="}
_ROOT_HALF, _HALF_RANGE, _TWO_52_BITS = 0x3FE6A09E00000000, 0x4000000000000000, 0x4330000000000000
"""Bits of the root of one half, of exponents moved to be positive, and of 2^52, whose last bits are whole numbers."""

instructions: dict[str, Any] = {}
"""What `write_instructions` made, by name, for the modules of `kernel_cache` that are about to be compiled."""


def _wholes(value: int) -> Any:
    return ir.Constant(_WHOLES, [value] * LANES)


class LlvmCode:
    """Instructions for one group of lanes. Places are addresses of numbers; `out` has rows of `width`."""

    def __init__(self, builder: ir.IRBuilder, inputs: Any, given: Any, work: Any, out: Any, width: Any, start: Any):
        self.builder, self.lanes = builder, LANES
        self.tables = {"inputs": inputs, "given": given, "work": work}
        self.out, self.width, self.start = out, width, start
        self.fixed = builder.module.add_metadata([])

    def number(self, value: float) -> Any:
        return ir.Constant(_NUMBERS, [ir.Constant(_NUMBER, value)] * LANES)

    def compute(self, operation: str, *operands: Any) -> Any:
        if operation in _INSTRUCTIONS:
            return getattr(self.builder, _INSTRUCTIONS[operation])(*operands)
        if operation in _LIBRARY:
            return self.builder.call(self._function(operation, len(operands)), operands)
        return self._intrinsic(_INTRINSICS[operation], operands)

    def _intrinsic(self, name: str, operands: Any) -> Any:
        kind = ir.FunctionType(_NUMBERS, [_NUMBERS] * len(operands))
        return self.builder.call(cgutils.get_or_insert_function(self.builder.module, kind, f"{name}.v{LANES}f64"), operands)

    def _function(self, operation: str, operands: int) -> Any:
        """A function of the module for what takes many instructions, written where it is first used."""
        name = f"lanes_{operation}"
        module = self.builder.module
        if name in module.globals:
            return module.globals[name]
        function = ir.Function(module, ir.FunctionType(_NUMBERS, [_NUMBERS] * operands), name)
        function.linkage = "internal"
        function.attributes.add("noinline")
        outer, self.builder = self.builder, ir.IRBuilder(function.append_basic_block())
        given = [Lanes(self, argument) for argument in function.args]
        for way in kernel_math.WAYS[operation]:
            found, holds = way(*given)
            with self.builder.if_then(self._holds_for_all(holds.handle), likely=True):
                self.builder.ret(found.handle)
        self.builder.ret(self._intrinsic(_LIBRARY[operation], function.args))
        self.builder = outer
        return function

    def _holds_for_all(self, flags: Any) -> Any:
        kind = ir.IntType(LANES)
        return self.builder.icmp_unsigned("==", self.builder.bitcast(flags, kind), ir.Constant(kind, -1))

    def split(self, a: Any) -> tuple[Any, Any]:
        """A number as mantissa from 0.7 to 1.4 and exponent of two, both as numbers."""
        bits = self.builder.bitcast(a, _WHOLES)
        shifted = self.builder.add(bits, _wholes(_HALF_RANGE - _ROOT_HALF))
        exponent = self.builder.lshr(shifted, _wholes(52))
        mantissa = self.builder.sub(bits, self.builder.shl(self.builder.sub(exponent, _wholes(1024)), _wholes(52)))
        as_number = self.builder.bitcast(self.builder.or_(exponent, _wholes(_TWO_52_BITS)), _NUMBERS)
        return self.builder.bitcast(mantissa, _NUMBERS), self.builder.fsub(as_number, self.number(2.0**52 + 1024.0))

    def scaled(self, a: Any, exponent: Any) -> Any:
        """A number times two to the power of a whole number."""
        bits = self.builder.bitcast(self.builder.fadd(exponent, self.number(1.5 * 2.0**52)), _WHOLES)
        shifted = self.builder.shl(bits, _wholes(52))
        return self.builder.bitcast(self.builder.add(self.builder.bitcast(a, _WHOLES), shifted), _NUMBERS)

    def compare(self, relation: str, a: Any, b: Any) -> Any:
        if relation == "blank":
            return self.builder.fcmp_unordered("uno", a, b)
        if relation == "not_equal":
            return self.builder.fcmp_unordered("!=", a, b)
        return self.builder.fcmp_ordered(_RELATIONS[relation], a, b)

    def combine(self, operation: str, *flags: Any) -> Any:
        if operation == "not":
            return self.builder.not_(*flags)
        return self.builder.and_(*flags) if operation == "and" else self.builder.or_(*flags)

    def choose(self, flag: Any, yes: Any, no: Any) -> Any:
        return self.builder.select(flag, yes, no)

    def whole(self, value: int) -> Any:
        return ir.Constant(_WHOLE, value)

    def count(self, operation: str, a: Any, b: Any) -> Any:
        if operation in _COUNTS:
            return getattr(self.builder, _COUNTS[operation])(a, b)
        holds = self.builder.icmp_signed(_ORDERS[operation], a, b)
        if operation in ("largest", "smallest"):
            return self.builder.select(holds, a, b)
        return self.builder.zext(holds, _WHOLE)

    def is_equal(self, a: Any, b: Any) -> Any:
        return self._spread(self.builder.icmp_signed("==", a, b), _FLAGS)

    def from_whole(self, a: Any) -> Any:
        return self._spread(self.builder.sitofp(a, _NUMBER), _NUMBERS)

    @contextmanager
    def loop(self, times: Any) -> Iterator[Any]:
        with cgutils.for_range(self.builder, times) as loop:
            yield loop.index

    def load(self, table: str, row: Any) -> Any:
        if table == "given":
            return self._spread(self.lane(table, row, 0), _NUMBERS)
        return self.builder.load(self._at(self.tables[table], self.builder.mul(row, self.whole(LANES))), align=8)

    def lane(self, table: str, row: Any, lane: int) -> Any:
        if table == "given":
            loaded = self.builder.load(self.builder.gep(self.tables[table], [row]))
            loaded.set_metadata("invariant.load", self.fixed)
            return loaded
        place = self.builder.add(self.builder.mul(row, self.whole(LANES)), self.whole(lane))
        return self.builder.load(self.builder.gep(self.tables[table], [place]))

    def take(self, value: Any, lane: int) -> Any:
        return self.builder.extract_element(value, ir.Constant(_LANE, lane))

    def join(self, parts: list[Any]) -> Any:
        joined = ir.Constant(_NUMBERS, ir.Undefined)
        for lane, part in enumerate(parts):
            joined = self.builder.insert_element(joined, part, ir.Constant(_LANE, lane))
        return joined

    def to_whole(self, one: Any) -> Any:
        kind = ir.FunctionType(_NUMBER, [_NUMBER])
        rounded = self.builder.call(cgutils.get_or_insert_function(self.builder.module, kind, "llvm.rint.f64"), [one])
        return self.builder.fptosi(rounded, _WHOLE)

    def store(self, row: Any, value: Any) -> None:
        self.builder.store(value, self._at(self.tables["work"], self.builder.mul(row, self.whole(LANES))), align=8)

    def put_out(self, row: Any, value: Any) -> None:
        place = self.builder.add(self.builder.mul(row, self.width), self.start)
        self.builder.store(value, self._at(self.out, place), align=8)

    def variable(self) -> Any:
        return cgutils.alloca_once(self.builder, _NUMBERS)

    def get(self, variable: Any) -> Any:
        return self.builder.load(variable)

    def set(self, variable: Any, value: Any) -> None:
        self.builder.store(value, variable)

    def _at(self, base: Any, place: Any) -> Any:
        return self.builder.bitcast(self.builder.gep(base, [place]), _NUMBERS.as_pointer())

    def _spread(self, one: Any, kind: Any) -> Any:
        first = self.builder.insert_element(ir.Constant(kind, ir.Undefined), one, ir.Constant(_LANE, 0))
        return self.builder.shuffle_vector(first, ir.Constant(kind, ir.Undefined), ir.Constant(ir.VectorType(_LANE, LANES), [0] * LANES))


@intrinsic
def take_in(_typing: Any, column: Any, start: Any, row: Any) -> Any:
    """Copy the draws of one group of lanes from a column, given by its address, to a row."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        address = builder.gep(builder.inttoptr(arguments[0], _NUMBER.as_pointer()), [arguments[1]])
        lanes = builder.load(builder.bitcast(address, _NUMBERS.as_pointer()), align=8)
        target = cgutils.create_struct_proxy(signature.args[2])(context, builder, value=arguments[2]).data
        builder.store(lanes, builder.bitcast(target, _NUMBERS.as_pointer()), align=8)
        return context.get_dummy_value()

    return types.void(column, start, row), generate


def write_instructions(loops: Loops) -> Any:
    """A function for compiled code that takes one group of lanes, whose inputs are taken in, through the years."""

    @intrinsic
    def take_on(_typing: Any, inputs: Any, given: Any, work: Any, out: Any, start: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            kinds = zip(signature.args[:-1], arguments[:-1], strict=True)
            arrays = [cgutils.create_struct_proxy(kind)(context, builder, value=value) for kind, value in kinds]
            width = cgutils.unpack_tuple(builder, arrays[-1].shape, 2)[1]
            inputs, given, work, out = (array.data for array in arrays)
            write(loops, LlvmCode(builder, inputs, given, work, out, width, arguments[-1]))
            return context.get_dummy_value()

        return types.void(inputs, given, work, out, start), generate

    return take_on
