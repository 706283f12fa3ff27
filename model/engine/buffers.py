"""Room for the results of a list of array operations: each buffer has its place in one stretch of memory, shared over time."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = Any
FOREVER = 1 << 60
_ALIGNMENT = 64


@dataclass(slots=True, eq=False)
class Buffer:
    """Room for one result: its shape without draws, and from which to which instruction somebody needs it.

    pinned: never shared, since part of what it holds stays from run to run.
    """

    shape: tuple[int, ...]
    dtype: Any
    made: int
    last: int
    pinned: bool = False
    array: Array = None

    def bytes(self, width: int) -> int:
        size = math.prod(self.shape) * width * self.dtype.itemsize
        return -(-size // _ALIGNMENT) * _ALIGNMENT


@dataclass(frozen=True, slots=True)
class Ref:
    """A view of a buffer, to be taken once the buffer has its place."""

    buffer: Buffer
    views: tuple[Any, ...] = ()

    def seen(self, view: Any) -> Ref:
        """The same through one more view; None is no view."""
        return self if view is None else Ref(self.buffer, (*self.views, view))

    def array(self) -> Array:
        return self._viewed(self.buffer.array)

    def shape(self) -> tuple[int, ...]:
        """Shape without the draws, found on an array that takes no room."""
        return self._viewed(np.broadcast_to(np.empty(()), (*self.buffer.shape, 2))).shape[:-1]

    def _viewed(self, array: Array) -> Array:
        for view in self.views:
            array = array[view]
        return array


@dataclass(frozen=True, slots=True)
class Instruction:
    """One call: function(*operands, out=out). in_place: the result may overwrite an operand of the same shape."""

    function: Callable[..., Any]
    operands: tuple[Any, ...]
    out: Ref
    in_place: bool = False


def allocate(code: Sequence[Instruction], buffers: Iterable[Buffer], width: int) -> None:
    """Give every buffer its array for `width` draws; all lie in one stretch of memory, aligned to cache lines."""
    buffers = list(buffers)
    starts, size = places(code, buffers, width)
    memory = np.zeros(size + _ALIGNMENT, dtype=np.uint8)
    shift = -memory.ctypes.data % _ALIGNMENT
    for buffer in buffers:
        start = shift + starts[id(buffer)]
        count = math.prod(buffer.shape) * width * buffer.dtype.itemsize
        buffer.array = memory[start : start + count].view(buffer.dtype).reshape(*buffer.shape, width)


def places(code: Sequence[Instruction], buffers: Sequence[Buffer], width: int) -> tuple[dict[int, int], int]:
    """Where each buffer starts, by its id, and how much memory all take: room is reused once its last reader is done."""
    starts: dict[int, int] = {}
    end = 0
    making: dict[int, list[Buffer]] = {}
    dying: dict[int, list[Buffer]] = {}
    for buffer in buffers:
        if buffer.pinned:
            starts[id(buffer)] = end
            end += buffer.bytes(width)
        else:
            making.setdefault(buffer.made, []).append(buffer)
            dying.setdefault(buffer.last, []).append(buffer)
    free: list[tuple[int, int]] = []
    handed_on: set[int] = set()
    for at, step in enumerate(code):
        for buffer in making.get(at, ()):
            size = buffer.bytes(width)
            heirloom = _taken_over(buffer, step, at)
            if heirloom is not None:
                starts[id(buffer)] = starts[id(heirloom)]
                handed_on.add(id(heirloom))
                continue
            fitting = next((k for k, (_, room) in enumerate(free) if room >= size), None)
            if fitting is None:
                starts[id(buffer)] = end
                end += size
            else:
                start, room = free[fitting]
                starts[id(buffer)] = start
                free[fitting : fitting + 1] = [(start + size, room - size)] if room > size else []
        for buffer in dying.get(at, ()):
            if id(buffer) not in handed_on:
                free = _released(free, starts[id(buffer)], buffer.bytes(width))
    return starts, end


def _taken_over(buffer: Buffer, step: Instruction, at: int) -> Buffer | None:
    """An operand whose room a result can take over: same shape, seen as it is, and read here for the last time."""
    if not step.in_place or step.out.buffer is not buffer:
        return None
    read = [operand.buffer for operand in step.operands if isinstance(operand, Ref)]
    for operand in step.operands:
        if isinstance(operand, Ref) and not operand.views and not operand.buffer.pinned and operand.buffer.last == at:
            same = operand.buffer.shape == buffer.shape and operand.buffer.dtype == buffer.dtype
            if same and read.count(operand.buffer) == 1:
                return operand.buffer
    return None


def _released(free: list[tuple[int, int]], start: int, size: int) -> list[tuple[int, int]]:
    """The free stretches with one more, neighbours joined."""
    joined: list[tuple[int, int]] = []
    for begin, room in sorted([*free, (start, size)]):
        if joined and sum(joined[-1]) == begin:
            joined[-1] = (joined[-1][0], joined[-1][1] + room)
        else:
            joined.append((begin, room))
    return joined
