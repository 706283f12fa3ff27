"""Writes the code of a kernel from its layout, through whatever takes instructions: a compiler's builder, or text.

`Code` is what a target must offer. `Lanes` and `Whole` are values of the code being written, with arithmetic, so that
the operators' rules of `model.language.lanes` read as formulas. `write` walks the layout of `kernel_loops`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol

from model.engine.kernel_loops import Loop, Loops, Section, Table, Value, values_in
from model.language.lanes import Delay, Fold, Now, Window

LANES = 8
"""Draws taken through the years together: two registers of four numbers, or one of eight."""
GROUPS = 4
"""Groups of lanes whose draws are fetched together, since they stand side by side in memory."""


class Code(Protocol):
    """A target. Handles are whatever it knows values by; numbers and flags come in lanes, whole numbers alone.

    Tables: 'work' (rows of lanes), 'inputs' (the same, filled with draws) and 'given' (one number for all lanes).
    """

    lanes: int

    def number(self, value: float) -> Any: ...
    def compute(self, operation: str, *operands: Any) -> Any: ...
    def compare(self, relation: str, a: Any, b: Any) -> Any: ...
    def combine(self, operation: str, *flags: Any) -> Any: ...
    def choose(self, flag: Any, yes: Any, no: Any) -> Any: ...
    def whole(self, value: int) -> Any: ...
    def count(self, operation: str, a: Any, b: Any) -> Any: ...
    def is_equal(self, a: Any, b: Any) -> Any: ...
    def from_whole(self, a: Any) -> Any: ...
    def loop(self, times: Any) -> AbstractContextManager[Any]: ...
    def load(self, table: str, row: Any) -> Any: ...
    def store(self, row: Any, value: Any) -> None: ...
    def lane(self, table: str, row: Any, lane: int) -> Any: ...
    def take(self, value: Any, lane: int) -> Any: ...
    def join(self, parts: list[Any]) -> Any: ...
    def to_whole(self, one: Any) -> Any: ...
    def put_out(self, row: Any, value: Any) -> None: ...
    def variable(self) -> Any: ...
    def get(self, variable: Any) -> Any: ...
    def set(self, variable: Any, value: Any) -> None: ...


class Lanes:
    """A number, or a flag, for each draw in hand. known: the number where it is a constant."""

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, code: Code, handle: Any, flag: bool = False, known: float | None = None):
        self.code, self.handle, self.flag, self.known = code, handle, flag, known

    def _lift(self, other: Any) -> Lanes:
        return other if isinstance(other, Lanes) else Lanes(self.code, self.code.number(other), known=float(other))

    def as_number(self) -> Lanes:
        if not self.flag:
            return self
        return Lanes(self.code, self.code.choose(self.handle, self.code.number(1.0), self.code.number(0.0)))

    def as_flag(self) -> Lanes:
        return self if self.flag else self._compare("not_equal", 0.0)

    def _compute(self, operation: str, *others: Any) -> Lanes:
        operands = [operand.as_number().handle for operand in (self, *map(self._lift, others))]
        return Lanes(self.code, self.code.compute(operation, *operands))

    def _compare(self, relation: str, other: Any) -> Lanes:
        a, b = self.as_number(), self._lift(other).as_number()
        return Lanes(self.code, self.code.compare(relation, a.handle, b.handle), flag=True)

    def _combine(self, operation: str, *others: Lanes) -> Lanes:
        return Lanes(self.code, self.code.combine(operation, self.as_flag().handle, *(other.as_flag().handle for other in others)), flag=True)

    def __add__(self, other: Any) -> Lanes:
        return self._compute("add", other)

    def __sub__(self, other: Any) -> Lanes:
        return self._compute("subtract", other)

    def __mul__(self, other: Any) -> Lanes:
        return self._compute("multiply", other)

    def __truediv__(self, other: Any) -> Lanes:
        return self._compute("divide", other)

    def __rmul__(self, other: Any) -> Lanes:
        return self._lift(other) * self

    def __radd__(self, other: Any) -> Lanes:
        return self._lift(other) + self

    def __rsub__(self, other: Any) -> Lanes:
        return self._lift(other) - self

    def __rtruediv__(self, other: Any) -> Lanes:
        return self._lift(other) / self

    def __neg__(self) -> Lanes:
        return self._compute("negative")

    def __lt__(self, other: Any) -> Lanes:
        return self._compare("less", other)

    def __le__(self, other: Any) -> Lanes:
        return self._compare("less_equal", other)

    def __gt__(self, other: Any) -> Lanes:
        return self._compare("greater", other)

    def __ge__(self, other: Any) -> Lanes:
        return self._compare("greater_equal", other)

    def __eq__(self, other: Any) -> Lanes:  # type: ignore[override]
        return self._compare("equal", other)

    def __ne__(self, other: Any) -> Lanes:  # type: ignore[override]
        return self._compare("not_equal", other)

    def __and__(self, other: Lanes) -> Lanes:
        return self._combine("and", other)

    def __or__(self, other: Lanes) -> Lanes:
        return self._combine("or", other)

    def __invert__(self) -> Lanes:
        return self._combine("not")

    def where(self, yes: Any, no: Any) -> Lanes:
        a, b = self._lift(yes).as_number(), self._lift(no).as_number()
        return Lanes(self.code, self.code.choose(self.as_flag().handle, a.handle, b.handle))

    def _extreme(self, relation: str, other: Any) -> Lanes:
        """The larger or smaller, blank where either is blank: a comparison with a blank fails and leaves the second."""
        a, b = self.as_number(), self._lift(other).as_number()
        if b.known is not None:
            a, b = b, a
        found = a._compare(relation, b).where(a, b)
        return found if a.known is not None else a.is_blank().where(a, found)

    def maximum(self, other: Any) -> Lanes:
        return self._extreme("greater", other)

    def minimum(self, other: Any) -> Lanes:
        return self._extreme("less", other)

    def power(self, other: Any) -> Lanes:
        return self._compute("power", other)

    def exp(self) -> Lanes:
        return self._compute("exp")

    def log(self) -> Lanes:
        return self._compute("log")

    def absolute(self) -> Lanes:
        return self._compute("absolute")

    def rounded(self) -> Lanes:
        return self._compute("rounded")

    def floored(self) -> Lanes:
        return self._compute("floor")

    def is_blank(self) -> Lanes:
        return self._compare("blank", self)


class Whole:
    """A whole number of the code: an index, a year, a count; a plain int while it is known."""

    def __init__(self, code: Code, value: Any):
        self.code, self.value = code, value

    @property
    def handle(self) -> Any:
        return self.code.whole(self.value) if isinstance(self.value, int) else self.value

    def _lift(self, other: Any) -> Whole:
        return other if isinstance(other, Whole) else Whole(self.code, other)

    def _count(self, operation: str, other: Any) -> Whole:
        return Whole(self.code, self.code.count(operation, self.handle, self._lift(other).handle))

    def __add__(self, other: Any) -> Whole:
        other = self._lift(other)
        if isinstance(self.value, int) and isinstance(other.value, int):
            return Whole(self.code, self.value + other.value)
        return self if other.value == 0 else other if self.value == 0 else self._count("add", other)

    def __sub__(self, other: Any) -> Whole:
        return self._count("subtract", other)

    def __mul__(self, other: Any) -> Whole:
        other = self._lift(other)
        if isinstance(self.value, int) and isinstance(other.value, int):
            return Whole(self.code, self.value * other.value)
        return self if other.value == 1 else self._count("multiply", other)

    def within(self, low: int, high: Whole) -> Whole:
        """The nearest number from low to high."""
        return self._count("largest", low)._count("smallest", high)


def write(loops: Loops, code: Code) -> None:
    """Write the instructions that take one group of lanes through all sections; inputs are in their rows already."""
    _Writer(loops, code).write()


class _Writer:
    def __init__(self, loops: Loops, code: Code):
        self.loops, self.code = loops, code
        self.places: dict[str, Whole] = {}
        self.year: Whole | None = None
        self.scopes: list[dict[int, Lanes]] = [{}]
        self.running: dict[int, Any] = {}

    def write(self) -> None:
        for number, section in enumerate(self.loops.sections):
            for first, count, start in self.loops.fills.get(number, ()):
                with self._loop(count) as row:
                    self.code.store((row + first).handle, self.code.number(start))
            if section.outer is not None:
                with self._loop(self.loops.size(section.outer.dim)) as self.places[section.outer.dim]:
                    self._section(section)
                del self.places[section.outer.dim]
            else:
                self._section(section)
            self._hand_out_final(section)

    def _section(self, section: Section) -> None:
        with self._loop(self.loops.horizon if section.yearly else 1) as year:
            self.year = year if section.yearly else None
            self._body(section.body)
        self.year = None

    def _hand_out_final(self, section: Section) -> None:
        for node in values_in(section.body):
            value = self.loops.values[node]
            if value.is_final and value.output is not None:
                with self._loop(self.loops.count(value.dims)) as row:
                    self.code.put_out((row + value.output).handle, self.code.load("work", (row + value.states[0]).handle))

    @contextmanager
    def _scope(self) -> Iterator[None]:
        self.scopes.append({})
        yield
        self.scopes.pop()

    @contextmanager
    def _loop(self, times: int | Whole) -> Iterator[Whole]:
        times = times if isinstance(times, Whole) else Whole(self.code, times)
        if times.value == 1:
            with self._scope():
                yield Whole(self.code, 0)
        else:
            with self.code.loop(times.handle) as index, self._scope():
                yield Whole(self.code, index)

    def _body(self, body: list[Loop | int]) -> None:
        for entry in body:
            if isinstance(entry, int):
                self._value(self.loops.values[entry])
                continue
            for total in entry.starts:
                self.running[total] = self.code.variable()
                self.code.set(self.running[total], self.code.number(0.0))
            if entry.innermost:
                self._fetch_before(entry)
            with self._loop(self.loops.size(entry.dim)) as self.places[entry.dim]:
                self._body(entry.body)
            del self.places[entry.dim]

    def _fetch_before(self, loop: Loop) -> None:
        """Load what is the same for all members once, before the loop."""
        inside = {entry for entry in loop.body if isinstance(entry, int)}
        for node in loop.body:
            value = self.loops.values[node]  # type: ignore[index]
            for position, read in enumerate(value.reads):
                elsewhere = position == 0 and (value.operator in ("previous", "total", "pick") or isinstance(value.rule, (Window, Delay)))
                if not elsewhere and read not in inside and loop.dim not in self.loops.variation(read)[0]:
                    self._read(read)

    # Values -------------------------------------------------------------------------------------------------

    def _value(self, value: Value) -> None:
        found = self._compute(value)
        if value.is_final:
            return
        self.scopes[-1][value.node] = found
        if value.rows is not None and value.rows not in value.states:
            year = self.year if value.keeps == self.loops.horizon else None
            turn = self.year._count("and", 1) if self.year is not None and value.keeps == 2 < self.loops.horizon else year
            self.code.store(self._row(value.rows, value.dims[value.shared :], turn).handle, found.as_number().handle)
        if value.output is not None:
            year = self.year if value.timed else None
            self.code.put_out(self._row(value.output, value.dims, year).handle, found.as_number().handle)
        for total in value.attached:
            added = Lanes(self.code, self.code.get(self.running[total])) + found
            self.code.set(self.running[total], added.handle)

    def _compute(self, value: Value) -> Lanes:
        rule = value.rule
        if value.operator == "in_unit":
            return self._read(value.reads[0]) * value.option
        if value.operator == "total":
            return self._total(value)
        if value.operator == "pick":
            dim, position = value.option
            if dim not in self.loops.variation(value.reads[0])[0]:
                return self._read(value.reads[0])
            return self._load(value.reads[0], {dim: Whole(self.code, position - self.loops.ranges[dim][0])})
        if value.operator == "previous":
            return self._previous(value)
        if isinstance(rule, Window):
            return self._window(value)
        if isinstance(rule, Delay):
            return self._delayed(value, rule)
        if isinstance(rule, Fold):
            return self._folded(value, rule)
        return rule(*(self._read(read) for read in value.reads))

    def _total(self, value: Value) -> Lanes:
        term = value.reads[0]
        dims = self.loops.variation(term)[0]
        if value.node in self.running:
            found = Lanes(self.code, self.code.get(self.running[value.node]))
        else:
            found = self._summed(term, [dim for dim in value.option if dim in dims])
        repeats = self.loops.count(dim for dim in value.option if dim not in dims)
        if repeats > 1:
            found = found * float(repeats)
        if value.node in self.loops.rests:
            found = found + Lanes(self.code, self.code.load("given", self._table_row(self.loops.rests[value.node], self.year, None).handle))
        return found

    def _summed(self, term: int, dims: list[str]) -> Lanes:
        if not dims:
            return self._read(term)
        running = self.code.variable()
        self.code.set(running, self.code.number(0.0))

        def add(rest: list[str], places: Mapping[str, Whole]) -> None:
            if not rest:
                added = Lanes(self.code, self.code.get(running)) + self._load(term, places)
                self.code.set(running, added.handle)
                return
            with self._loop(self.loops.size(rest[0])) as place:
                add(rest[1:], {**places, rest[0]: place})

        add(dims, {})
        return Lanes(self.code, self.code.get(running))

    def _previous(self, value: Value) -> Lanes:
        of, opening = value.reads
        assert self.year is not None
        before = self._in_year(of, (self.year - 1)._count("largest", 0))
        first = Lanes(self.code, self.code.is_equal(self.year.handle, self.code.whole(0)), flag=True)
        return first.where(self._read(opening), before)

    def _window(self, value: Value) -> Lanes:
        """What all draws take in is added plainly; of the lags beyond, each draw takes in those within its years."""
        of, years = value.reads
        assert self.year is not None
        running = self.code.variable()
        self.code.set(running, self.code.number(0.0))
        counts = self._years(years)
        least, most = counts[0], counts[0]
        for count in counts[1:]:
            least, most = least._count("smallest", count), most._count("largest", count)
        plain = least.within(0, self.year + 1)
        with self._loop(plain) as lag:
            added = Lanes(self.code, self.code.get(running)) + self._in_year(of, self.year - lag)
            self.code.set(running, added.handle)
        if len(counts) > 1:
            numbers = self._read(years).rounded()
            with self._loop(most.within(0, self.year + 1) - plain) as number:
                lag = number + plain
                hit = Lanes(self.code, self.code.from_whole(lag.handle)) < numbers
                found = hit.where(self._in_year(of, self.year - lag), 0.0)
                self.code.set(running, (Lanes(self.code, self.code.get(running)) + found).handle)
        return Lanes(self.code, self.code.get(running))

    def _years(self, node: int) -> list[Whole]:
        """A number of years as whole numbers: one for each draw, or one for all."""
        if node in self.loops.constants:
            return [Whole(self.code, round(self.loops.constants[node]))]
        if node in self.loops.touched:
            numbers = self._read(node).rounded().handle
            return [Whole(self.code, self.code.to_whole(self.code.take(numbers, lane))) for lane in range(self.code.lanes)]
        table = self.loops.given[node]
        return [Whole(self.code, self.code.to_whole(self.code.lane("given", self._row(table.place, table.dims, None).handle, 0)))]

    def _delayed(self, value: Value, rule: Delay) -> Lanes:
        of, years = value.reads
        assert self.year is not None
        counts = self._years(years)
        then = [(self.year - count).within(0, self.year) for count in counts]
        found = self._at_lanes(of, then)
        if rule.echoes:
            found = found + self._at_lanes(value.node, then)
        numbers = self._read(years).rounded()
        return ((numbers >= float(rule.echoes)) & (numbers <= Lanes(self.code, self.code.from_whole(self.year.handle)))).where(found, 0.0)

    def _at_lanes(self, node: int, years: list[Whole]) -> Lanes:
        """A value of these members in a year, which may be another one for every draw."""
        if len(years) == 1 or not self.loops.variation(node)[1]:
            return self._in_year(node, years[0])
        places = [self._place(node, year, None) for year in years]
        return Lanes(self.code, self.code.join([self.code.lane(table, row.handle, lane) for lane, (table, row) in enumerate(places)]))

    def _folded(self, value: Value, rule: Fold) -> Lanes:
        assert self.year is not None
        rows = [self._row(first, value.dims, None) for first in value.states]
        state = tuple(Lanes(self.code, self.code.load("work", row.handle)) for row in rows)
        index = Lanes(self.code, self.code.from_whole(self.year.handle))
        first = Lanes(self.code, self.code.is_equal(self.year.handle, self.code.whole(0)), flag=True)
        state = rule.step(state, Now(index, first), *(self._read(read) for read in value.reads))
        for row, part in zip(rows, state, strict=True):
            self.code.store(row.handle, part.as_number().handle)
        return state[0]

    # Reading ------------------------------------------------------------------------------------------------

    def _row(self, first: int, dims: tuple[str, ...], year: Whole | None, places: Mapping[str, Whole] | None = None) -> Whole:
        row = year if year is not None else Whole(self.code, 0)
        for dim in dims:
            row = row * self.loops.size(dim) + ((places or {}).get(dim) or self.places[dim])
        return row + first

    def _read(self, node: int) -> Lanes:
        """An operand of this year and these members: in a register where it is, else loaded and kept there."""
        for scope in reversed(self.scopes):
            if node in scope:
                return scope[node]
        found = self.scopes[-1][node] = self._load(node, {})
        return found

    def _load(self, node: int, places: Mapping[str, Whole]) -> Lanes:
        return self._in_year(node, self.year, places)

    def _in_year(self, node: int, year: Whole | None, places: Mapping[str, Whole] | None = None) -> Lanes:
        """A value of a year and members, from where it is kept."""
        if node in self.loops.constants:
            number = self.loops.constants[node]
            return Lanes(self.code, self.code.number(number), known=number)
        table, row = self._place(node, year, places)
        return Lanes(self.code, self.code.load(table, row.handle))

    def _place(self, node: int, year: Whole | None, places: Mapping[str, Whole] | None) -> tuple[str, Whole]:
        """Where a value of a year and members is kept: the table and the row."""
        for name, tables in (("given", self.loops.given), ("inputs", self.loops.inputs)):
            if node in tables:
                return name, self._table_row(tables[node], year, places)
        value = self.loops.values[node]
        if value.is_final:
            return "work", self._row(value.states[0], value.dims, None, places)
        assert value.rows is not None
        if value.keeps == 1:
            year = None
        elif value.keeps == 2 < self.loops.horizon:
            assert year is not None
            year = year._count("and", 1)
        return "work", self._row(value.rows, value.dims[value.shared :], year, places)

    def _table_row(self, table: Table, year: Whole | None, places: Mapping[str, Whole] | None) -> Whole:
        return self._row(table.place, table.dims, year if table.timed else None, places)
