"""Writes the generated parts of the pages in `docs/model`: lines with formula and words, inputs, sources.

Question, definition and limits of a block are written by hand, outside the marks. `python -m model.documentation`
renews what stands between them, `--check` only tells whether it would change.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from model.inputs.definitions import NATION, OWN, Definition, definitions, sources
from model.inputs.line_words import line_label
from model.language import InputError, Line
from model.language.declaration import EXTENSIVE
from model.language.expression import INFIX, Expression
from model.lines import LINES, THEMES

FOLDER = Path("docs/model")
MARK = re.compile(r"(<!-- generated: (?P<part>[a-z]+) -->\n)(?P<text>.*?)(<!-- end of generated -->)", re.S)


@dataclass(frozen=True)
class Block:
    """One page: its number and title, the files of lines it covers (only or without some of them), its groups of inputs."""

    number: int
    slug: str
    title: str
    themes: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    @property
    def file(self) -> str:
        return f"{self.number:02d}-{self.slug}.md"

    def lines(self) -> list[Line]:
        """Its lines in reading order."""
        names = [name for theme in self.themes for name in _names_of(theme)]
        return [LINES[name] for name in names if (not self.only or name in self.only) and name not in self.without]

    def inputs(self) -> list[Definition]:
        """Its inputs in the order of the definitions."""
        return [definition for definition in definitions().inputs.values() if definition.group in self.groups]


PEOPLE = ("fte", "personnel_cost", "cost_per_effort")
BLOCKS = (
    Block(0, "time-and-prices", "Time, prices, dimensions", ("prices",), ("time", "prices", "discounting", "scope")),
    Block(1, "dna", "Mission and DNA", ("dna",), ("scorecard",)),
    Block(2, "assets", "Phases, assets, capacity", ("assets",), ("assets",)),
    Block(3, "members", "Customers and members", ("members",), ("members",)),
    Block(4, "services", "Services", ("services",), ("services",)),
    Block(5, "people", "People", ("costs",), ("people",), only=PEOPLE),
    Block(6, "costs", "Other operating cost", ("costs",), ("costs",), without=PEOPLE),
    Block(7, "revenue", "Revenue", ("revenue",), ("revenue",)),
    Block(8, "funding", "Public money by source", ("funding",), ("funding",)),
    Block(9, "treasury", "Treasury and statements", ("treasury",), ("treasury", "tax")),
    Block(10, "leverage", "Leverage", ("leverage",), ("leverage",)),
    Block(11, "appraisal", "Appraisal from every side", ("appraisal",), ("appraisal",)),
    Block(12, "state-aid", "State-aid checks", ("state_aid",), ("state_aid",)),
    Block(13, "startups", "From start-up to unicorn", ("startups",), ("startups",)),
    Block(14, "rd-target", "The R&D target", ("rd_target",), ("nation", "rd")),
    Block(15, "earning", "Earning capacity", ("earning",), ("earning",)),
    Block(16, "portfolio", "Portfolio"),
)
"""Every block of the model, in the order of its specification; together they cover every line and every input once."""

_WORDS: dict[str, str] = {
    "maximum": "the larger of {0} and {1}",
    "minimum": "the smaller of {0} and {1}",
    "where": "{1} if {0}, else {2}",
    "absolute": "{0} without its sign",
    "exp": "e to the power of {0}",
    "log": "the natural logarithm of {0}",
    "ratio": "{0} ÷ {1}, blank without a divisor",
    "share": "{0} ÷ {1}, zero without a divisor",
    "previous": "last year's {0}, at first {1}",
    "cumulative": "{0}, summed up to the year",
    "window_total": "{0}, summed over the last {1} years",
    "renewal": "{0} of once, twice, three times {1} years before",
    "delayed": "{0} of {1} years before",
    "compound": "an index that grows by {0}",
    "s_curve": "an S-curve from {0} over {1} years",
    "over_life": "{0}, summed over all years",
    "npv": "the present value of {1} at {0}",
    "irr": "the internal rate of return of {0}",
    "mirr": "the modified rate of return of {0}, financed at {1}, reinvested at {2}",
    "payback": "the years until the sum of {0} is back at zero for good",
    "at": "{0} in {1}",
    "last": "{0} in the last year",
    "first_year": "the first year in which {0}",
    "total": "the total of {0}",
    "in_unit": "{0}",
    "as_unit": "{0}",
}
"""How an operator is read aloud; one that is not here is written as a function of its operands."""
NATIONAL = "national"
_SIGNS = {"*": "×", "/": "÷", "-": "−", "<=": "≤", ">=": "≥", "<>": "≠"}


def in_words(line: Line) -> str:
    """The formula of a line with labels for names, as one would read it aloud."""
    return _aloud(line.tree, 0)


def _aloud(node: Expression, parent: int) -> str:
    if node.operator == "name":
        return _label(node.option)
    if node.operator == "constant":
        return f"“{node.option.replace('_', ' ')}”" if isinstance(node.option, str) else f"{node.option:g}"
    if node.operator in INFIX:
        sign, level = INFIX[node.operator]
        left, right = node.operands
        written = f"{_aloud(left, level)} {_SIGNS.get(sign, sign)} {_aloud(right, level + 1)}"
        return f"({written})" if level < parent else written
    if node.operator == "negative":
        return f"−{_aloud(node.operands[0], 7)}"
    if node.operator == "logical_not":
        return f"not {_aloud(node.operands[0], 7)}"
    if node.operator == "pick":
        return f"{_aloud(node.operands[0], 9)} of {_member(node.option)}"
    words = _WORDS.get(node.operator)
    if words is None:
        return f"{node.operator.replace('_', ' ')}({', '.join(_aloud(operand, 0) for operand in node.operands)})"
    if node.operator in ("in_unit", "as_unit"):
        return _aloud(node.operands[0], parent)
    written = words.format(*(_aloud(operand, 9) for operand in node.operands))
    return f"({written})" if parent else written


def _label(name: str) -> str:
    """A label as it stands in a sentence: capitals only where a word has them inside or stands for letters."""
    found = definitions().inputs[name].label.en if name in definitions().inputs else name if name == "year" else line_label(name)
    first, _, rest = found.partition(" ")
    plain = first[:1].lower() + first[1:] if first[1:].islower() or not first[1:] else first
    return f"*{plain} {rest}*".replace(" *", "*")


def _member(member: str) -> str:
    labels = {name: words.en for dimension in definitions().dimensions.values() for name, words in dimension.members.items()}
    return labels.get(member, member)


def lines_part(block: Block) -> Iterator[str]:
    """Every line of a block: label, name, unit, meaning, formula, formula in words."""
    for line in block.lines():
        over = f", by {' and '.join(definitions().dimensions[dim].label.en.lower() for dim in line.over)}" if line.over else ""
        nature = "check" if line.is_check else "warning" if line.warning else "national" if line.scope == NATIONAL else ""
        kind = f"; {nature}" if nature else ""
        yield f"### {line_label(line.name)}\n"
        yield f"`{line.name}` ({line.unit}{over}{kind}). {' '.join(line.doc.split())}\n"
        yield f"```\n{line.name} = {line.formula()}\n```\n"
        yield f"In words: {in_words(line)}.\n"


def inputs_part(block: Block) -> Iterator[str]:
    """Every input of a block: label, key, unit, meaning."""
    if not block.inputs():
        yield "This block has no inputs of its own.\n"
        return
    yield "| Input | Key | Unit | Meaning |"
    yield "|---|---|---|---|"
    for each in block.inputs():
        key = ".".join((NATION if each.scope == NATION else "CLUSTER", each.name, *(dim.upper() for dim in each.over)))
        yield f"| {each.label.en} | `{key}` | {each.unit} | {each.meaning.en} |"
    yield ""


def sources_part(block: Block) -> Iterator[str]:
    """Every source that the shipped values of a block's inputs cite."""
    names = {each.name for each in block.inputs()}
    cited = list(dict.fromkeys(source for name, source in _citations() if name in names))
    if not cited:
        yield "The values of this block are own assumptions, each with its reason, or it has none.\n"
        return
    for name in cited:
        source = sources()[name]
        where = f" <{source.url}>" if source.url else ""
        yield f"- {source.publisher}, *{source.title}*{f' ({source.year})' if source.year else ''}, {source.standing()}.{where}"
    yield ""


@lru_cache(maxsize=1)
def _citations() -> list[tuple[str, str]]:
    """Inputs and the sources that the shipped case cites for them."""
    import model

    quantities = model.load("portfolio").quantities()
    return [(key.split(".")[1], each.source) for key, each in quantities.items() if each.source not in ("", OWN)]


def wholes_part(block: Block) -> Iterator[str]:
    """How the value of a whole case follows from its clusters, and the lines that have none."""
    import model

    alone = model.load("portfolio").program.no_whole
    yield f"Summed over the clusters: every line in {', '.join(EXTENSIVE)} that does not say otherwise.\n"
    yield "Computed from the sums, as a ratio of sums is: every other line, but for those that only a cluster has:\n"
    yield ", ".join(f"`{name}`" for name in LINES if name in alone) + ".\n"


PARTS: dict[str, Callable[[Block], Iterator[str]]] = {
    "lines": lines_part,
    "inputs": inputs_part,
    "sources": sources_part,
    "wholes": wholes_part,
}


def renewed(block: Block, page: str) -> str:
    """A page with its generated parts renewed. Raises InputError for a mark that names no part, or a page without marks."""
    mistakes: list[str] = []

    def renew(match: re.Match[str]) -> str:
        part = match["part"]
        if part not in PARTS:
            mistakes.append(f"{block.file}: {part!r} is no generated part; there are {', '.join(PARTS)}")
            return match[0]
        return f"{match[1]}\n{chr(10).join(PARTS[part](block))}\n{match[4]}"

    page = MARK.sub(renew, page)
    if not MARK.search(page):
        mistakes.append(f"{block.file}: has no generated part: <!-- generated: lines --> … <!-- end of generated -->")
    if mistakes:
        raise InputError(mistakes)
    return page


def stale(folder: Path = FOLDER) -> dict[Path, str]:
    """Pages whose generated parts are out of date, with what they should say. Raises InputError for pages that are missing or wrong."""
    found: dict[Path, str] = {}
    mistakes: list[str] = []
    for block in BLOCKS:
        path = folder / block.file
        try:
            page = path.read_text(encoding="utf-8")
            fresh = renewed(block, page)
        except FileNotFoundError:
            mistakes.append(f"{path}: is missing; a page needs its question, definition and limits by hand")
            continue
        except InputError as error:
            mistakes += error.mistakes
            continue
        if fresh != page:
            found[path] = fresh
    if mistakes:
        raise InputError(mistakes)
    return found


def _names_of(theme: str) -> Iterable[str]:
    file = f"model/lines/{theme}.py"
    return [name for name, line in LINES.items() if line.where.split(":")[0] == file] if theme in THEMES else []


def main(arguments: list[str]) -> int:
    """Renew the pages, or with --check tell which are out of date. Returns the exit status: 0, or 1 when pages were out of date."""
    try:
        pages = stale()
    except InputError as error:
        for mistake in error.mistakes:
            print(f"error: {mistake}", file=sys.stderr)
        return 2
    for path, page in pages.items():
        if "--check" in arguments:
            print(f"{path} is out of date: run python -m model.documentation", file=sys.stderr)
        else:
            path.write_text(page, encoding="utf-8")
            print(f"{path} renewed", file=sys.stderr)
    return int(bool(pages) and "--check" in arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
