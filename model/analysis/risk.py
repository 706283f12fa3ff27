"""Monte Carlo: how sure we are, when all assumptions are uncertain at the same time.

A run is described by a `Spec`; `draw_block` turns a spec and the number of a block into figures, on its own and always
the same ones, here or on another machine. `Draws` gathers blocks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from model.analysis.distributions import Marginal, marginals
from model.analysis.draws import Draws
from model.analysis.progress import Told, progress
from model.analysis.ranges import Range
from model.analysis.sampling import BLOCK, Copula, Correlations, SobolChances, check_sampler, copula, latin_chances, random_chances, replicates
from model.engine.batch import Batch
from model.engine.outputs import Output, read_outputs
from model.language.errors import InputError, Mistakes

if TYPE_CHECKING:
    from model.case import Case

Array = Any
MOST_DRAWS = 50_000_000
"""Beyond this the figures of the draws themselves no longer fit an ordinary machine."""
_FIRST_CHECK = 4


@dataclass(frozen=True)
class Block:
    """The figures of one block: outputs that are one number, (outputs, draws), and yearly ones, (years, draws) each."""

    number: int
    numbers: Array
    yearly: tuple[Array, ...]


@dataclass(frozen=True)
class Spec:
    """All that decides what the draws are: the case, what varies and how, what is computed, and the seed.

    engine: which engine computes, so that all blocks of a run go through the same one.
    """

    case: Case
    varied: tuple[tuple[Range, Marginal], ...]
    outputs: tuple[Output, ...]
    sampler: str
    seed: int
    draws: int
    copula: Copula | None = None
    engine: str | None = None
    _made: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def __getstate__(self) -> dict[str, Any]:
        """What travels to other processes; what was made for speed stays behind."""
        return {**{name: getattr(self, name) for name in self.__dataclass_fields__}, "_made": {}}

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        for name, value in state.items():
            object.__setattr__(self, name, value)

    @property
    def keys(self) -> list[str]:
        return [each.key for each, _ in self.varied]

    @property
    def blocks(self) -> int:
        """How many blocks the run has."""
        return -(-self.draws // BLOCK)

    @property
    def replicates(self) -> int:
        """Of how many independent hypercubes or Sobol sequences the run is made; draw i is of number i modulo this."""
        return replicates(self.sampler, self.draws)

    def size(self, block: int) -> int:
        """How many draws a block has: all `BLOCK`, save the last."""
        return min(BLOCK, self.draws - block * BLOCK)

    def batch(self) -> Batch:
        """The case made ready for these keys and outputs; made once in a process."""
        made = f"batch {self.engine}"
        if made not in self._made:
            self._made[made] = Batch(self.case, self.keys, self.outputs, [each.key for each, _ in self.varied if each.is_path], engine=self.engine)
        return self._made[made]

    def _chances(self, block: int, keys: Iterable[str]) -> dict[str, Array]:
        """The chances of a block's draws by key, correlated where asked; at least those of the keys."""
        size = self.size(block)
        joined = self.copula.keys if self.copula is not None else ()
        wanted = dict.fromkeys(keys)
        if any(key in wanted for key in joined):
            wanted.update(dict.fromkeys(joined))
        if self.sampler == "sobol":
            sequence = self._made.setdefault("sobol", SobolChances(self.seed, len(self.varied), self.replicates))
            found = dict(zip(self.keys, sequence.block(block)[:, :size], strict=True))
        elif self.sampler == "latin":
            found = {key: latin_chances(self.seed, key, block, self.draws) for key in wanted}
        else:
            found = {key: random_chances(self.seed, key, block)[:size] for key in wanted}
        if self.copula is not None and joined[0] in found:
            found |= zip(joined, self.copula.applied(np.stack([found[key] for key in joined])), strict=True)
        return found

    def inputs(self, block: int, keys: Iterable[str] | None = None) -> dict[str, Array]:
        """The draws of a block by key, of all keys or some: what the input is, or the position of a path between low (-1)
        and high (1).
        """
        wanted = set(self.keys if keys is None else keys)
        chances = self._chances(block, [key for key in self.keys if key in wanted])
        found = {}
        for each, marginal in self.varied:
            if each.key in wanted:
                draws = marginal.inverse(chances[each.key])
                found[each.key] = draws if each.is_path else each.column(draws, self.case.years)
        return found


def draw_block(spec: Spec, block: int) -> Block:
    """The figures of one block of a run. Depends on its arguments alone, so that blocks may be computed anywhere, in any order."""
    batch = spec.batch()
    drawn = spec.inputs(block, batch.reached or spec.keys[:1])
    columns = {each.key: each.column(drawn[each.key], spec.case.years) for each, _ in spec.varied if each.is_path and each.key in drawn}
    columns = drawn | columns
    found = batch.run(columns)
    numbers = [array for array, output in zip(found, spec.outputs, strict=True) if not output.yearly]
    yearly = tuple(array for array, output in zip(found, spec.outputs, strict=True) if output.yearly)
    return Block(block, np.stack(numbers) if numbers else np.empty((0, spec.size(block))), yearly)


def default_outputs(case: Case) -> list[str]:
    """What risk is asked of when nothing else is named: leverage, public money over the life, and cash year by year."""
    clusters = list(case.clusters) if len(case.clusters) > 1 else []
    return [
        "leverage",
        *(f"{cluster}.leverage" for cluster in clusters),
        "leverage_national",
        "private_cash_real@life",
        "public_cash_real@life",
        "national_public_cash_real@life",
        "leverage_to_date",
        "cash_balance",
    ]


def size_mistakes(draws: Any, seed: Any) -> list[str]:
    """What is wrong with a number of draws and a seed."""
    found = []
    if isinstance(draws, bool) or not isinstance(draws, (int, np.integer)) or not 1 <= draws <= MOST_DRAWS:
        found.append(f"draws {draws!r} is not a whole number from 1 to {MOST_DRAWS:,}")
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or seed < 0:
        found.append(f"seed {seed!r} is not a whole number from 0")
    return found


def check_until(until: float | None) -> None:
    """Raises InputError for a precision that is not a share."""
    if until is not None and not 0 < until < 1:
        raise InputError(f"until {until!r} is not a share between 0 and 1")


def make_spec(
    case: Case,
    draws: int = 10_000,
    seed: int = 1,
    outputs: Sequence[str | Output] | None = None,
    keys: Iterable[str] | None = None,
    *,
    distributions: Mapping[str, Any] | None = None,
    sampler: str = "latin",
    correlations: Correlations | None = None,
    real: bool = False,
    quickly: bool = False,
) -> Spec:
    """A run of `monte_carlo`, checked and not yet drawn; arguments as there. Raises InputError with every mistake.

    quickly: through the compiled kernel, however few the draws, where it was compiled before; figures are equal to rounding.
    """
    mistakes = Mistakes(size_mistakes(draws, seed))
    mistakes.read(check_sampler, sampler)
    asked: list[Output] = mistakes.read(read_outputs, case, outputs or default_outputs(case), real=real) or []
    repeated = {output.name for output in asked if sum(other.name == output.name for other in asked) > 1}
    mistakes += [f"output {name} is asked for twice" for name in sorted(repeated)]
    varied: list[tuple[Range, Marginal]] | None = mistakes.read(marginals, case, keys, distributions)
    joined: Copula | None = None
    if varied is not None:
        joined = mistakes.read(copula, correlations or {}, [each.key for each, _ in varied])
    mistakes.tell()
    spec = Spec(case, tuple(varied or ()), tuple(asked), sampler, int(seed), int(draws), joined)
    batch = spec.batch()
    engine = batch.settle(spec.draws, quickly)
    return replace(spec, engine=engine, _made={f"batch {engine}": batch})


def monte_carlo(
    case: Case,
    draws: int = 10_000,
    seed: int = 1,
    outputs: Sequence[str | Output] | None = None,
    keys: Iterable[str] | None = None,
    *,
    distributions: Mapping[str, Any] | None = None,
    sampler: str = "latin",
    correlations: Correlations | None = None,
    real: bool = False,
    until: float | None = None,
    client: Any = None,
    told: Told | None = None,
) -> Draws:
    """Draw all uncertain assumptions at once, many times, and see what comes out.

    draws: how many, at most. seed: the same seed gives the same draws, whatever the machine or the pieces they are cut
    into. outputs: as in `sweep`; yearly lines are kept as fans. keys: what varies; by default all inputs with a range.
    distributions: for some keys how, as `model.analysis.distributions.read_distribution` reads it: "uniform",
    ("pert", 1, 2, 5), 0.8 for a gate, {0: 0.5, 2: 0.5}; by default as the assumptions say, else PERT. sampler: "latin"
    (Latin hypercube), "sobol" (scrambled) or "random". correlations: rank correlations by pair of keys. real: money of
    yearly lines in constant prices. until: stop as soon as the standard errors of P5, P50 and P95 of every number are
    below this share of its median, looking each time the draws have doubled; standard errors are told by how much the
    independent replicates of a run differ, see `model.analysis.sampling`. client: a dask client to spread the blocks
    over. Raises InputError with every mistake.
    """
    mistakes = Mistakes()
    spec = mistakes.read(
        make_spec, case, draws, seed, outputs, keys, distributions=distributions, sampler=sampler, correlations=correlations, real=real
    )
    mistakes.read(check_until, until)
    mistakes.tell()
    return take(Draws(spec), until=until, client=client, told=told)


def take(found: Draws, *, until: float | None = None, client: Any = None, told: Told | None = None) -> Draws:
    """Take all blocks of a run into `found`, and return it; arguments as of `monte_carlo`.

    Who stops it by an exception, such as Ctrl-C, has in `found` what was drawn so far.
    """
    spec, found.until = found.spec, until
    with progress("draws", spec.draws, told) as report:
        for block in _blocks(spec, client):
            found.add(block)
            report(found.draws)
            looked = block.number + 1
            if until is not None and looked >= _FIRST_CHECK and looked & (looked - 1) == 0 and found.worst_error() <= until:
                break
    return found


def _blocks(spec: Spec, client: Any) -> Iterator[Block]:
    """All blocks of a run, in order."""
    if client is None:
        return (draw_block(spec, number) for number in range(spec.blocks))
    from model.analysis.distributed import blocks

    return blocks(client, spec)
