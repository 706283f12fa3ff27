"""Where everything stands: sheets, rows of inputs and lines, and the reference that leads to each."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

from model.case import Case
from model.engine.program import CLUSTER
from model.inputs.definitions import NATION as NATION_SCOPE
from model.inputs.definitions import Definition, definitions
from model.inputs.quantities import Quantity
from model.language.errors import InputError
from model.workbook.graph import Graph
from model.workbook.pieces import BEFORE, NOW, column, sheet_prefix
from model.workbook.plan import NATION, PLACES, PORTFOLIO, Address, Block, Cell, Plan

COVER, INPUTS, SERIES, CONSTANTS, TIMELINE, NPV = "Cover", "Inputs", "Inputs_Series", "Constants", "Timeline", "NPV_profile"
HEADLINE, OUTPUTS, CHARTS, SCENARIOS, SENSITIVITY = "Headline", "Outputs", "Charts", "Scenarios", "Sensitivity"
CHECKS, REGISTER, SOURCES, CHANGES, DESCRIPTION = "Checks", "Register", "Sources", "Changes", "Case"
SHEET_OF = {NATION: "Nation", PORTFOLIO: "Portfolio"}
FIXED = (
    *(COVER, HEADLINE, OUTPUTS, CHARTS, INPUTS, SERIES, CONSTANTS, TIMELINE, NPV),
    *SHEET_OF.values(),
    *(SCENARIOS, SENSITIVITY, CHECKS, REGISTER, SOURCES, CHANGES, DESCRIPTION),
)

SECTION, LABEL, CODE, UNIT, CONSTANT, TOTAL, NOTE, OPENING, YEARS = range(9)
"""Columns of every sheet with years, from 0."""
TITLE_ROW, BANNER_ROW, HEADER_ROW, PERIOD_ROW, BODY_ROW = 0, 1, 4, 5, 6

LIVE, NUMBER, LOW, BASE, HIGH, USER = range(4, 10)
EXPORTED_LOW, EXPORTED, EXPORTED_HIGH, MINIMUM, MAXIMUM, IN_RANGE, WHOLE, CHANGED, SOURCE, REASON, REMARK, ALLOWED = range(10, 22)
"""Columns of the sheet of inputs after the code and unit, from 0."""
SELECTOR = (2, LIVE)
PROVE_NUMBER, PROVE_SIDE = (3, 4), (4, 4)
BLOCK_OF_SERIES = (
    "live",
    "low",
    "base",
    "high",
    "user",
    "exported_low",
    "exported",
    "exported_high",
    "number",
    "minimum",
    "maximum",
    "in_range",
    "changed",
)
"""Rows of one input that differs by year, in order."""
ROWS_OF_GUESS = 6
"""Rows of one search for a rate of return; the last holds the guess."""
SCENARIO_NAMES = ("low", "base", "high", "user")


@dataclass(frozen=True)
class Given:
    """One input: its key, definition, value, number on the sheet, and the sheet and first row where it stands."""

    key: str
    scope: str
    name: str
    members: tuple[str, ...]
    definition: Definition
    quantity: Quantity
    number: int
    sheet: str
    row: int


class Layout:
    """Addresses of a planned workbook."""

    def __init__(self, case: Case):
        self.case = case
        self.graph = Graph(case)
        self.plan = Plan(self.graph)
        self.members = self.graph.program.members
        self.clusters = list(case.clusters)
        self.horizon = case.horizon
        self.first_column, self.last_column = column(YEARS), column(YEARS + self.horizon - 1)
        self.letters = [column(YEARS + year) for year in range(self.horizon)]
        self.sheet_of_cluster = self._name_sheets()
        self.themes = _themes(case)
        self._positions: dict[Block, list[tuple[int, dict[str, int], tuple[str, ...]]]] = {}
        self.sections: dict[str, list[tuple[int, str]]] = {place: [] for place in PLACES}
        for place in PLACES:
            self._stack(place)
        self.inputs = self._place_inputs()
        self.sections_of_inputs: dict[str, list[tuple[int, str, str]]]
        self.by_key = {given.key: given for given in self.inputs}
        self.guesses = self._place_guesses()
        self.line_of_node = {number: block.line for (number, variant), block in self.plan.blocks.items() if not variant and block.number == 0}

    @property
    def sheets(self) -> list[str]:
        """All sheets in order."""
        calculations = ["Nation", *(self.sheet_of_cluster[cluster] for cluster in self.clusters), "Portfolio"]
        shown = [COVER, HEADLINE, OUTPUTS, CHARTS, INPUTS, SERIES, CONSTANTS, TIMELINE, *calculations]
        return [*shown, *([NPV] if self.guesses else []), SCENARIOS, SENSITIVITY, CHECKS, REGISTER, SOURCES, CHANGES, DESCRIPTION]

    def _name_sheets(self) -> dict[str, str]:
        taken = {name.lower() for name in FIXED}
        found = {}
        for cluster in self.clusters:
            name, number = cluster[:31], 1
            while name.lower() in taken:
                number += 1
                name = f"{cluster[: 30 - len(str(number))]}_{number}"
            taken.add(name.lower())
            found[cluster] = name
        return found

    # Rows ---------------------------------------------------------------------------------------------------

    def _stack(self, place: str) -> None:
        """Blocks below each other, by theme; a row for the heading of each theme and one between."""
        row = BODY_ROW
        order = {theme: position for position, theme in enumerate(dict.fromkeys(self.themes.values()))}
        blocks = sorted(self.plan.order[place], key=lambda block: order[self.themes[block.line]])
        self.plan.order[place] = blocks
        for theme, group in itertools.groupby(blocks, key=lambda block: self.themes[block.line]):
            self.sections[place].append((row, theme))
            row += 1
            for block in group:
                block.row = row
                row += self.height(block)
            row += 1

    def height(self, block: Block) -> int:
        return math.prod(len(self.members[dim]) for dim in block.dims)

    def positions(self, block: Block) -> list[tuple[int, dict[str, int], tuple[str, ...]]]:
        """Row, coordinates and names of members of every row of a block, on any of its sheets."""
        if block not in self._positions:
            found = self._positions[block] = []
            for offset, positions in enumerate(itertools.product(*(range(len(self.members[dim])) for dim in block.dims))):
                names = tuple(self.members[dim][position] for dim, position in zip(block.dims, positions, strict=True))
                found.append((block.row + offset, dict(zip(block.dims, positions, strict=True)), names))
        return self._positions[block]

    def sheets_of(self, block: Block) -> list[tuple[str, dict[str, int]]]:
        """Sheets a block stands on, each with the coordinate of its cluster."""
        if block.place != CLUSTER:
            return [(SHEET_OF[block.place], {})]
        return [(self.sheet_of_cluster[cluster], {CLUSTER: position}) for position, cluster in enumerate(self.clusters)]

    def _row(self, block: Block, at: dict[str, int]) -> int:
        offset = 0
        for dim in block.dims:
            offset = offset * len(self.members[dim]) + at[dim]
        return block.row + offset

    def block_of(self, line: str) -> Block:
        """The rows of a line for the whole case or the country. Raises InputError where it has none."""
        for place in (PORTFOLIO, NATION):
            for block in self.plan.order[place]:
                if block.line == line and not block.number:
                    return block
        raise InputError(f"{line} has no value for the whole case")

    def rows_of_sheets(self) -> dict[str, int]:
        """Sheets with rows of the model, each with its last row, counted from 1."""
        found: dict[str, int] = {}
        for place in PLACES:
            for block in self.plan.order[place]:
                for sheet, _ in self.sheets_of(block):
                    found[sheet] = max(found.get(sheet, 0), block.row + self.height(block))
        return found

    def _place_inputs(self) -> list[Given]:
        """Every input on its sheet: the nation first, then each cluster, by group."""
        groups = {group: position for position, group in enumerate(definitions().groups)}
        names = {name: position for position, name in enumerate(definitions().inputs)}
        scopes = {scope: position for position, scope in enumerate([NATION_SCOPE, *self.clusters])}
        keyed = []
        for key, quantity in self.case.quantities().items():
            scope, name, *parts = key.split(".")
            definition = self.case.definition(name)
            place = {dim: self.members[dim].index(member) for dim, member in zip(definition.over, parts, strict=True)}
            rank = tuple(place[dim] for dim in self.members if dim in place)
            keyed.append(((scopes[scope], groups[definition.group], names[name], rank), key, scope, name, tuple(parts), definition, quantity))
        keyed.sort(key=lambda each: each[0])
        row = {INPUTS: BODY_ROW, SERIES: BODY_ROW}
        heading: dict[str, tuple[str, str]] = {}
        self.sections_of_inputs = {INPUTS: [], SERIES: []}
        found = []
        for number, (_, key, scope, name, members, definition, quantity) in enumerate(keyed, 1):
            sheet = SERIES if definition.yearly else INPUTS
            if heading.get(sheet) != (scope, definition.group):
                if sheet in heading:
                    row[sheet] += 1
                heading[sheet] = (scope, definition.group)
                self.sections_of_inputs[sheet].append((row[sheet], scope, definition.group))
                row[sheet] += 1
            found.append(Given(key, scope, name, members, definition, quantity, number, sheet, row[sheet]))
            row[sheet] += len(BLOCK_OF_SERIES) if definition.yearly else 1
        return found

    def _place_guesses(self) -> dict[tuple[int, tuple[int, ...]], int]:
        """First row on the sheet of rate searches, by node and coordinates."""
        found: dict[tuple[int, tuple[int, ...]], int] = {}
        row = BODY_ROW
        for number, node in enumerate(self.graph.nodes):
            if node.operator == "irr":
                for positions in itertools.product(*(range(len(self.members[dim])) for dim in node.dims)):
                    found[(number, positions)] = row
                    row += ROWS_OF_GUESS
        return found

    # References ---------------------------------------------------------------------------------------------

    def address(self, here: Block | None = None, cluster: int = -1) -> Address:
        """References as a row of `here` on the sheet of a cluster writes them."""
        own = "" if here is None else (self.sheet_of_cluster[self.clusters[cluster]] if here.place == CLUSTER else SHEET_OF[here.place])

        def find(cell: Cell, form: str, _: Block) -> str:
            if isinstance(cell.target, Block):
                return self.block_cell(cell.target, cell.at, form, own)
            if cell.target in ("year", "period"):
                return self._header(f"${HEADER_ROW + 1 + (cell.target == 'period')}", form)
            kind, number = (cell.target.split(" ") + [""])[:2]
            if kind == "constant":
                return f"{CONSTANTS}!${column(CONSTANT)}${BODY_ROW + 1 + int(number)}"
            if kind == "guess":
                positions = tuple(cell.at[dim] for dim in self.graph.nodes[int(number)].dims)
                return f"{NPV}!${column(CONSTANT)}{self.guesses[(int(number), positions)] + ROWS_OF_GUESS}"
            return self.input_cell(cell.target, cell.at, form)

        return find

    def block_cell(self, block: Block, at: dict[str, int], form: str = "cell", own: str = "") -> str:
        """A reference to a row of a block."""
        sheet = self.sheet_of_cluster[self.clusters[at[CLUSTER]]] if block.place == CLUSTER else SHEET_OF[block.place]
        prefix = "" if sheet == own else sheet_prefix(sheet)
        row = self._row(block, at) + 1
        if form == "total":
            return f"{prefix}${column(TOTAL)}{row}"
        if not block.yearly:
            return f"{prefix}${column(CONSTANT)}{row}"
        return prefix + self._header(str(row), form)

    def input_cell(self, name: str, at: dict[str, int], form: str = "cell") -> str:
        """A reference to the live value of an input."""
        if name == "year":
            return self._header(f"${HEADER_ROW + 1}", form)
        definition = self.case.definition(name)
        scope = NATION_SCOPE if definition.scope == NATION_SCOPE else self.clusters[at[CLUSTER]]
        members = [self.members[dim][at[dim]] for dim in definition.over]
        given = self.by_key[".".join((scope, name, *members))]
        if not definition.yearly:
            return f"{INPUTS}!${column(LIVE)}{given.row + 1}"
        return f"{SERIES}!" + self._header(str(given.row + 1), form)

    def _header(self, row: str, form: str) -> str:
        first, last, opening = self.first_column, self.last_column, column(OPENING)
        return {
            "cell": f"{NOW}{row}",
            "left": f"{BEFORE}{row}",
            "row": f"${first}{row}:${last}{row}",
            "upto": f"${first}{row}:{NOW}{row}",
            "before": f"${opening}{row}:{BEFORE}{row}",
            "first": f"${first}{row}",
            "last": f"${last}{row}",
        }[form]


def _themes(case: Case) -> dict[str, str]:
    """The theme of every line, in reading order; lines an analyst added are 'own'."""
    from model.language import lines_of
    from model.lines import THEMES

    known = {line.name: theme for theme, module in THEMES.items() for line in lines_of(module)}
    ordered = {name: known[name] for name in known if name in case.lines}
    return ordered | {name: "own" for name in case.lines if name not in known}
