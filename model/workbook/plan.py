"""Which steps of the model get rows of their own, on which kind of sheet, and the formula of every row.

Lines always have rows. A step inside a formula gets rows where a formula needs a range of it, refers to the year
before, would take it in twice, or would grow longer than a reader can follow.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from model.engine.program import CLUSTER, WHOLE
from model.language.operators import OPERATORS
from model.workbook.graph import COMPARISONS, LOGICAL, TRUTHS, Graph
from model.workbook.pieces import ATOM, DEEPEST, LONGEST, SUM, Piece, Rule, depth, numeric, rule

NATION, PORTFOLIO = "nation", "portfolio"
PLACES = (CLUSTER, NATION, PORTFOLIO)
At = Mapping[str, int]
ROWS_OF = frozenset({"cumulative", "compound", "renewal"})
"""Steps whose formula looks at its own row, so that they need one."""
_FUNCTIONS = ("SUM", "SUMPRODUCT", "SUMIFS", "MAX", "MIN", "IF", "EXP", "LN", "INDEX")
_ELEMENTWISE = frozenset({"add", "subtract", "multiply", "divide", "negative"})
"""Operators that every calculator applies to a whole range within SUMPRODUCT; of functions not all do."""
_FEW = 3


@dataclass(eq=False)
class Block:
    """The rows of one step: one row, or one a member of its dimensions (cluster apart, which has sheets).

    place: the kind of sheet. line: the line it is or belongs to; number: 0 for the line itself, else which step of it.
    node: whose formula the rows hold. opening: the node whose value stands in the opening column. total: whether the
    total column is used. row: the first row on its sheets, from 0, once laid out.
    """

    node: int
    place: str
    line: str
    number: int
    dims: tuple[str, ...]
    yearly: bool
    copies: bool = False
    opening: int | None = None
    total: bool = False
    row: int = -1

    @property
    def code(self) -> str:
        return f"{self.line}.{self.number}" if self.number else self.line


class Split(Exception):
    """A formula cannot hold this step: it needs rows of its own."""

    def __init__(self, node: int):
        self.node = node


class NotVector(Exception):
    """A step cannot be written over a range of members at once."""


@dataclass
class Cell:
    """Where a formula finds a step: a block or an input, with the members that are meant."""

    target: Block | str
    at: dict[str, int] = field(default_factory=dict)


Address = Callable[[Cell, str, "Block"], str]
"""Turns a cell, a form (`cell`, `left`, `row`…) and the block that refers to it into the text of a reference."""


class Plan:
    """The blocks of all sheets in order, and their formulas."""

    def __init__(self, graph: Graph):
        self.graph = graph
        self.nodes = graph.nodes
        self.members = graph.program.members
        self.blocks: dict[tuple[int, str], Block] = {}
        self.order: dict[str, list[Block]] = {place: [] for place in PLACES}
        self.constants: list[float] = []
        self.profiles: list[tuple[Block, int]] = []
        self._steps: dict[str, int] = {}
        self._readers = Counter(read for node in self.nodes for read in set(node.reads))
        self._current: list[Block] = []
        self._address: Address = _longest_address
        self._plan()

    # Planning -----------------------------------------------------------------------------------------------

    def _plan(self) -> None:
        program = self.graph.program
        lines = self.graph.case.lines
        found: list[Block] = []
        for (name, scope), root in program.roots.items():
            place = {CLUSTER: CLUSTER, WHOLE: PORTFOLIO}.get(scope, NATION)
            node = self.nodes[root]
            block = Block(root, place, name, 0, tuple(dim for dim in node.dims if dim != CLUSTER), node.yearly)
            self.blocks[(root, "")] = block
            found.append(block)
        for block in found:
            node = self.nodes[block.node]
            if node.operator == "line" and self.nodes[node.reads[0]].dims == node.dims and self._is_step(node.reads[0]):
                self.blocks.setdefault((node.reads[0], ""), block)
        rank = {name: position for position, name in enumerate(lines)}
        found.sort(key=lambda block: (PLACES.index(block.place), rank[block.line]))
        for block in found:
            self._settle(block)

    def _is_step(self, node: int) -> bool:
        return self.nodes[node].operator not in ("input", "constant", "line")

    def _settle(self, block: Block) -> None:
        """Make a block's formula fit, giving rows to what must be split off, then put the block in its place."""
        at = dict.fromkeys((CLUSTER, *block.dims), 0)
        self._current.append(block)
        while True:
            try:
                self.formula(block, at)
                self.opening(block, at)
                break
            except Split as split:
                self.give_rows(split.node)
        self._current.pop()
        self.order[block.place].append(block)

    def give_rows(self, node: int, variant: str = "", opening: int | None = None) -> Block:
        """Rows for a step, on the sheets where its dimensions live."""
        asked = self._current[-1]
        here = self.nodes[node]
        place = CLUSTER if CLUSTER in here.dims else (asked.place if asked.place != CLUSTER else NATION)
        self._steps[asked.line] = self._steps.get(asked.line, 0) + 1
        block = Block(
            node,
            place,
            asked.line,
            self._steps[asked.line],
            tuple(dim for dim in here.dims if dim != CLUSTER),
            here.yearly or variant != "",
            copies=variant != "",
            opening=opening,
        )
        self.blocks[(node, variant)] = block
        self._settle(block)
        return block

    # Formulas -----------------------------------------------------------------------------------------------

    def write(self, block: Block, at: At, address: Address) -> tuple[str, str]:
        """The formula of a block's row and that of its opening cell ('' for none), with references by `address`."""
        self._address = address
        self._current.append(block)
        try:
            return self.formula(block, at).text, self.opening(block, at)
        finally:
            self._current.pop()
            self._address = _longest_address

    def find(self, number: int, at: At) -> Cell:
        """Where a step that has rows stands."""
        return self._cell(number, at)

    def formula(self, block: Block, at: At) -> Piece:
        """What a row holds."""
        node = self.nodes[block.node]
        if block.copies:
            found = self.piece(node.reads[0] if node.operator == "previous" else block.node, at)
        elif node.operator == "line":
            found = self._step(node.reads[0], at) if self.blocks.get((node.reads[0], "")) is block else self.piece(node.reads[0], at)
        else:
            found = self._step(block.node, at)
        return numeric(found, whole_row=True)

    def opening(self, block: Block, at: At) -> str:
        """What the opening column of a row holds."""
        if block.opening is None:
            return ""
        found = self.nodes[block.opening]
        if found.operator == "constant":
            return self.piece(block.opening, at).text
        if found.yearly:
            return self._reference(self._cell(block.opening, at), "first").text
        return numeric(self.piece(block.opening, at), whole_row=True).text

    def piece(self, node: int, at: At) -> Piece:
        """A step as part of a formula: a reference where it has rows, else its formula."""
        block = self.blocks.get((node, ""))
        if block is not None or self.nodes[node].operator == "input":
            return self._reference(self._cell(node, at), "cell")
        return self._step(node, at)

    def _step(self, number: int, at: At) -> Piece:
        node = self.nodes[number]
        operator = node.operator
        if operator == "constant":
            return self._constant(node.option)
        if operator == "line":
            return self.piece(number, at)
        if operator == "pick":
            return self.piece(node.reads[0], {**at, node.option[0]: node.option[1]})
        if operator == "in_unit":
            return self._filled(rule("{0} * {1}"), [node.reads[0]], at, constants={"1": node.option})
        if operator == "total":
            return self._total(number, at)
        if operator == "over_life":
            return self._over_life(number, at)
        if operator == "previous":
            return self._previous(number, at)
        if operator in ROWS_OF and not self._is_own(number):
            raise Split(number)
        written = OPERATORS[operator].excel
        assert isinstance(written, str)
        return self._guarded(number, self._filled(rule(written), list(node.reads), at, operator, number), at)

    def _is_own(self, number: int) -> bool:
        """Whether the row being written is that of this step."""
        block = self._current[-1]
        return self.blocks.get((number, "")) is block

    def _constant(self, value: float) -> Piece:
        if value in (0.0, 1.0):
            return Piece(f"{value:.0f}")
        if value == -1.0:
            return Piece("-1", SUM)
        if value not in self.constants:
            self.constants.append(value)
        return Piece(self._address(Cell(f"constant {self.constants.index(value)}"), "cell", self._current[-1]))

    def _cell(self, number: int, at: At) -> Cell:
        """Where a step stands. Raises Split when it has no rows yet."""
        node = self.nodes[number]
        block = self.blocks.get((number, ""))
        if block is not None:
            return Cell(block, {dim: at[dim] for dim in node.dims})
        if node.operator == "input":
            return Cell(node.label, {dim: at[dim] for dim in node.dims})
        if node.operator == "pick":
            return self._cell(node.reads[0], {**at, node.option[0]: node.option[1]})
        raise Split(number)

    def _reference(self, cell: Cell, form: str) -> Piece:
        return Piece(self._address(cell, form, self._current[-1]))

    def _filled(
        self,
        pattern: Rule,
        reads: list[int],
        at: At,
        operator: str = "",
        number: int = -1,
        constants: Mapping[str, float] | None = None,
    ) -> Piece:
        """A rule with its operands in place. Raises Split for the operand that does not fit."""
        texts = [pattern.texts[0]]
        parts: dict[int, Piece] = {}
        ifs = 0
        for slot, text in zip(pattern.slots, pattern.texts[1:], strict=True):
            if constants and slot.name in constants:
                part = self._constant(constants[slot.name])
            elif not slot.name.isdecimal():
                part = self._header(slot.name, slot.form, number, at)
            elif slot.form != "cell":
                part = self._formed(reads[int(slot.name)], slot.form, at)
            else:
                part = self.piece(reads[int(slot.name)], at)
                if operator not in LOGICAL and not (operator == "where" and slot.name == "0"):
                    part = numeric(part)
                parts[int(slot.name)] = part
                if self._belongs_apart(reads[int(slot.name)], part, pattern.uses(slot.name)):
                    raise Split(reads[int(slot.name)])
            ifs = max(ifs, part.ifs)
            texts += [part.within(slot.level), text]
        found = Piece("".join(texts), pattern.level, ifs + pattern.has_if, operator in TRUTHS)
        self._check(found, {reads[index]: part for index, part in parts.items()})
        return found

    def _check(self, found: Piece, parts: Mapping[int, Piece]) -> None:
        """Raises Split for the operand to split off when a formula is too long, too deep, or has IF in IF."""
        can = {node: part for node, part in parts.items() if self._can_split(node)}
        if found.ifs > 1:
            nested = [node for node, part in can.items() if part.ifs]
            if nested:
                raise Split(nested[0])
        if can and depth(found.text) > DEEPEST:
            raise Split(max(can, key=lambda node: depth(can[node].text)))
        if can and len(found.text) > LONGEST:
            raise Split(max(can, key=lambda node: len(can[node].text)))

    def _can_split(self, number: int) -> bool:
        """Whether a step stands in a formula as more than a reference or a constant."""
        node = self.nodes[number]
        if (number, "") in self.blocks or node.operator in ("input", "constant"):
            return False
        if node.operator in ("pick", "previous", "last", "over_life"):
            return self.nodes[node.reads[0]].operator == "constant" or self._can_split(node.reads[0])
        return True

    def _belongs_apart(self, number: int, part: Piece, uses: int) -> bool:
        """Whether an operand is better computed once, in rows of its own: taken in twice, shared, or a sum over all years."""
        if not self._can_split(number):
            return False
        over_years = self._current[-1].yearly and not self.nodes[number].yearly and self._looks_along(number)
        return uses > 1 or over_years or self._is_shared(number, part)

    def _looks_along(self, number: int) -> bool:
        """Whether a step, as far as it has no rows of its own, looks at other years."""
        node = self.nodes[number]
        if not self._can_split(number):
            return False
        rule_ = OPERATORS.get(node.operator)
        return (rule_ is not None and rule_.years != "same") or any(self._looks_along(read) for read in node.reads)

    def _is_shared(self, number: int, part: Piece) -> bool:
        """Whether a step that takes a function, or one cell for all years, is read more than once: calculate once, then refer."""
        if self._readers[number] < 2:
            return False
        return not self.nodes[number].yearly or any(f"{name}(" in part.text for name in _FUNCTIONS)

    def _formed(self, number: int, form: str, at: At) -> Piece:
        """An operand in a form that needs cells."""
        node = self.nodes[number]
        if form == "first" and not node.yearly:
            return self.piece(number, at)
        if not node.yearly:
            block = self.blocks.get((number, "years")) or self.give_rows(number, "years")
            return self._reference(Cell(block, {dim: at[dim] for dim in node.dims}), form)
        return self._reference(self._cell(number, at), form)

    def _header(self, name: str, form: str, number: int, at: At) -> Piece:
        if name == "own":
            return self._reference(Cell(self._current[-1], dict(at)), form)
        if name == "guess":
            return self._reference(Cell(f"guess {number}", {dim: at[dim] for dim in self.nodes[number].dims}), "cell")
        return self._reference(Cell(name), form)

    def _previous(self, number: int, at: At) -> Piece:
        """The cell to the left; in the first year that is the opening column of the row."""
        node = self.nodes[number]
        target = "" if self.nodes[node.reads[0]].operator == "constant" else self._cell(node.reads[0], at).target
        opening = node.reads[1]
        if isinstance(target, Block) and target.yearly and self._takes(target, opening):
            if target.opening is None:
                target.opening = opening
                self.opening(target, at)
            return self._reference(self._cell(node.reads[0], at), "left")
        block = self.blocks.get((number, "copy")) or self.give_rows(number, "copy", opening)
        return self._reference(Cell(block, {dim: at[dim] for dim in node.dims}), "left")

    def _takes(self, block: Block, opening: int) -> bool:
        """Whether a row's opening column can hold a value: it is free, holds the same, and has the dimensions."""
        node = self.nodes[block.node]
        root = self.nodes[node.reads[0]] if node.operator == "line" else node
        if root.operator in ("cumulative", "compound") and self.nodes[opening].option != 0.0:
            return False
        fits = set(self.nodes[opening].dims) <= {CLUSTER, *block.dims} and (CLUSTER not in self.nodes[opening].dims or block.place == CLUSTER)
        return fits and block.opening in (None, opening)

    def _over_life(self, number: int, at: At) -> Piece:
        """The total column of the row it sums, the sum of an input's years, or that of a product of rows."""
        operand = self.nodes[number].reads[0]
        if self.nodes[operand].yearly and self._can_split(operand) and self._readers[operand] < 2:
            try:
                found = Piece(f"SUMPRODUCT({self._vector(operand, (), at).text})")
            except NotVector:
                raise Split(operand) from None
            if len(found.text) > LONGEST or depth(found.text) > DEEPEST:
                raise Split(operand)
            return found
        cell = Cell("") if not self.nodes[operand].yearly else self._cell(operand, at)
        if isinstance(cell.target, Block):
            cell.target.total = True
            return self._reference(cell, "total")
        row = self._formed(operand, "row", at).text
        return Piece(f"SUM({row})")

    def _guarded(self, number: int, found: Piece, at: At) -> Piece:
        """The same, blank where an operand is: in Excel a blank text would count as more than any number."""
        node = self.nodes[number]
        blank = [read for read in node.reads if read in self.graph.blank]
        if not blank or node.operator in ("where", "over_life", "highest", "last", "nth", "irr", "mirr", "at", "first_year", *LOGICAL):
            return found
        numbers = []
        for read in blank:
            numbers.append(f"ISNUMBER({self._reference(self._cell(read, at), 'cell').text})")
        if node.operator == "cumulative":
            numbers.append(f"ISNUMBER({self._header('own', 'left', number, at).text})")
        if node.operator in COMPARISONS:
            if node.operator == "not_equal":
                return Piece(f"NOT(AND({', '.join(numbers)}, {found.text.replace('<>', '=')}))", ATOM, found.ifs, True)
            return Piece(f"AND({', '.join(numbers)}, {found.text})", ATOM, found.ifs, True)
        for read in node.reads:
            if found.ifs and self._can_split(read) and self.piece(read, at).ifs:
                raise Split(read)
        condition = numbers[0] if len(numbers) == 1 else f"AND({', '.join(numbers)})"
        return Piece(f'IF({condition}, {found.text}, "")', ATOM, found.ifs + 1)

    # Totals -------------------------------------------------------------------------------------------------

    def _total(self, number: int, at: At) -> Piece:
        """The sum over members: of a range, of a product of ranges, or of a few terms."""
        node = self.nodes[number]
        operand = node.reads[0]
        summed = node.option
        if self._can_split(operand):
            return self._total_of_formula(number, at)
        ranges = [text for ats in self._spread(summed, at, clusters=True) for text in self._ranges(operand, summed, ats)]
        if operand in self.graph.blank:
            counts = " + ".join(f"ROWS({text})" for text in ranges)
            return Piece(f'IF(COUNT({", ".join(ranges)}) = {counts}, SUM({", ".join(ranges)}), "")', ATOM, 1)
        if len(ranges) <= _FEW and not any(":" in text for text in ranges):
            return Piece(" + ".join(ranges), SUM if len(ranges) > 1 else ATOM)
        return Piece(f"SUM({', '.join(ranges)})")

    def _total_of_formula(self, number: int, at: At) -> Piece:
        node = self.nodes[number]
        operand = node.reads[0]
        if CLUSTER in node.option or operand in self.graph.blank:
            raise Split(operand)
        try:
            found = Piece(f"SUMPRODUCT({self._vector(operand, node.option, at).text})")
        except NotVector:
            terms = [numeric(self.piece(operand, ats)) for ats in self._spread(node.option, at)]
            found = Piece(" + ".join(term.within(SUM) for term in terms), SUM, max(term.ifs for term in terms))
            if len(terms) > _FEW or found.ifs > 1:
                raise Split(operand) from None
        if len(found.text) > LONGEST or depth(found.text) > DEEPEST:
            raise Split(operand)
        return found

    def _spread(self, dims: tuple[str, ...], at: At, clusters: bool = False) -> Iterator[dict[str, int]]:
        """Coordinates of every member of dimensions; with `clusters` only the clusters vary, the rest stays a range."""
        varied = [dim for dim in dims if not clusters or dim == CLUSTER]
        for positions in itertools.product(*(range(len(self.members[dim])) for dim in varied)):
            yield {**at, **dict(zip(varied, positions, strict=True))}

    def _ranges(self, operand: int, summed: tuple[str, ...], at: At) -> list[str]:
        """References to all members of the summed dimensions, as few ranges as their rows allow."""
        inner = tuple(dim for dim in summed if dim != CLUSTER)
        if not inner:
            return [self._reference(self._cell(operand, at), "cell").text]
        run: tuple[str, ...] = ()
        for dim in reversed(self._dims_of_cells(operand)):
            if dim not in inner:
                break
            run = (dim, *run)
        outer = tuple(dim for dim in inner if dim not in run)
        found = []
        for start in self._spread(outer, at):
            first = self._cell(operand, {**start, **dict.fromkeys(run, 0)})
            last = self._cell(operand, {**start, **{dim: len(self.members[dim]) - 1 for dim in run}})
            found.append(self._range(first, last))
        return found

    def _dims_of_cells(self, operand: int) -> tuple[str, ...]:
        """Dimensions in the order in which the rows of a step follow each other."""
        node = self.nodes[operand]
        if (operand, "") not in self.blocks and node.operator == "pick":
            return tuple(dim for dim in self._dims_of_cells(node.reads[0]) if dim != node.option[0])
        if node.operator == "input" and node.yearly:
            return ()
        return tuple(dim for dim in node.dims if dim != CLUSTER)

    def _range(self, first: Cell, last: Cell) -> str:
        if first.at == last.at:
            return self._reference(first, "cell").text
        end = self._address(last, "cell", self._current[-1]).rpartition("!")[2]
        return f"{self._address(first, 'cell', self._current[-1])}:{end}"

    def _vector(self, number: int, dims: tuple[str, ...], at: At) -> Piece:
        """A step over all members of dimensions at once, or without dimensions over all years, for SUMPRODUCT.

        Raises NotVector where that is not possible.
        """
        node = self.nodes[number]
        if not (set(dims) & set(node.dims) if dims else node.yearly):
            return numeric(self.piece(number, at))
        if (number, "") in self.blocks or node.operator in ("input", "pick"):
            try:
                if not dims:
                    return self._reference(self._cell(number, at), "row")
                cells = self._dims_of_cells(number)
                if cells[len(cells) - len(dims) :] != dims:
                    raise NotVector
                (found,) = self._ranges(number, dims, at)
            except Split:
                raise NotVector from None
            return Piece(found)
        if node.operator not in _ELEMENTWISE or any(read in self.graph.blank for read in node.reads):
            raise NotVector
        written = OPERATORS[node.operator].excel
        assert isinstance(written, str)
        pattern = rule(written)
        texts = [pattern.texts[0]]
        for slot, text in zip(pattern.slots, pattern.texts[1:], strict=True):
            texts += [self._vector(node.reads[int(slot.name)], dims, at).within(slot.level), text]
        return Piece("".join(texts), pattern.level)


def _longest_address(cell: Cell, form: str, here: Block) -> str:
    """A reference as long as any that can take its place, to see whether a formula stays readable."""
    if isinstance(cell.target, str):
        near = {"year": "AQ$5", "period": "AQ$6"}.get(cell.target)
        if near is None:
            near = "Constants!$E$99" if cell.target.startswith("constant") else "NPV_profile!$E999"
            near = near if " " in cell.target else "Inputs!$E9999"
    else:
        near = "AQ9999" if cell.target.place == here.place else "photonics!AQ9999"
    if form in ("row", "upto", "before"):
        sheet, mark, local = near.rpartition("!")
        return f"{sheet}{mark}$I9999:{local}"
    return near
