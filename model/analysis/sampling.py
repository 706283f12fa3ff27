"""Chances to draw with: random, Latin hypercube or scrambled Sobol, a block at a time, each block on its own.

A block depends on nothing but the seed, the key and its number, so that any worker can make it, in any order, and the
draws do not depend on how they were cut into pieces. A key's random and Latin draws do not depend on the other keys.

Latin and Sobol draws are several independent replicates, dealt out in turn: draw 0 is of the first, draw 1 of the
second, and so on. What the replicates differ by is how far the figures may be off; one design alone cannot tell.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from model.language.errors import InputError, nearest

Array = Any
BLOCK = 4096
"""Draws in a block: the unit of random streams and of work for others. A power of two, as Sobol points ask."""
SAMPLERS = ("random", "latin", "sobol")
REPLICATES = 16
"""Independent hypercubes or Sobol sequences in a run; a power of two, so that each has equally many points of a block."""
_REPLICATED_FROM = 1024
_SEGMENT = 1 << 20
"""Draws after which new hypercubes begin: beyond, slices could be no narrower to any effect, and permutations cost more."""
_SMALL = 2048
"""Draws up to which a run counts as small: what is kept of them takes 17 MB at most."""
_ROUNDS = 4
_SMALLEST = 2.0**-54


def check_sampler(name: str) -> str:
    """A sampler's name. Raises InputError for one that does not exist."""
    if name not in SAMPLERS:
        raise InputError(f"sampler {name!r} is not one of {', '.join(SAMPLERS)}{nearest(name, SAMPLERS)}")
    return name


def replicates(sampler: str, draws: int) -> int:
    """How many independent designs a run is made of: one for small runs, and for random draws, which are independent anyway."""
    return REPLICATES if sampler != "random" and draws >= _REPLICATED_FROM else 1


class _Streams(threading.local):
    """A generator for each thread, set to one stream after the other: making a new one takes ten times as long."""

    def __init__(self) -> None:
        self.bits = np.random.Philox(0)
        self.generator = np.random.Generator(self.bits)


_streams = _Streams()


def _stream(seed: int, key: str, purpose: str, block: int) -> np.random.Generator:
    """The random stream of one key's block; it lasts until this thread asks for the next."""
    digest = hashlib.blake2b(f"{seed}|{purpose}|{key}".encode(), digest_size=16).digest()
    state = {"counter": np.array([0, 0, block, 0], dtype=np.uint64), "key": np.frombuffer(digest, dtype="<u8")}
    unused = {"buffer": np.zeros(4, dtype=np.uint64), "buffer_pos": 4, "has_uint32": 0, "uinteger": 0}
    begun: Any = {"bit_generator": "Philox", "state": state, **unused}
    _streams.bits.state = begun
    return _streams.generator


def random_chances(seed: int, key: str, block: int) -> Array:
    """A block of independent chances, each strictly between 0 and 1."""
    return _stream(seed, key, "random", block).random(BLOCK) + _SMALLEST


def latin_chances(seed: int, key: str, block: int, draws: int) -> Array:
    """A block of the Latin hypercubes of a run of `draws`: of the draws of each replicate, at most 65,536 in a row, each of
    as many equal slices holds exactly one. Those of small runs are kept, and not to be written to: who changes an
    assumption draws the same chances again.
    """
    return _small_latin(seed, key, draws) if draws <= _SMALL else _latin(seed, key, block, draws)


@lru_cache(maxsize=1024)
def _small_latin(seed: int, key: str, draws: int) -> Array:
    found = _latin(seed, key, 0, draws)
    found.flags.writeable = False
    return found


def _latin(seed: int, key: str, block: int, draws: int) -> Array:
    layout = _layout(block, draws)
    slices = _permuted(layout, _stream(seed, key, "slices", block * BLOCK // _SEGMENT))
    return (slices + _stream(seed, key, "within", block).random(BLOCK)[: len(slices)] + _SMALLEST) / layout.counts


@dataclass(frozen=True)
class _Layout:
    """Where the draws of a block stand among those of their hypercubes, `counts` long: the same for every key.

    Of the number of a draw within its hypercube, row and column are the digits, each times the number of hypercubes plus
    the number of its own: so they point into tables in which those of all hypercubes are interleaved.
    """

    rows: int
    columns: int
    designs: int
    counts: Array
    row: Array
    column: Array


@lru_cache(maxsize=4)
def _layout(block: int, draws: int) -> _Layout:
    designs = replicates("latin", draws)
    start = block * BLOCK // _SEGMENT * _SEGMENT
    held = min(_SEGMENT, draws - start)
    positions, design = np.divmod(np.arange(block * BLOCK - start, min((block + 1) * BLOCK - start, held)), designs)
    most = -(-held // designs)
    rows = 1 << max(1, (most - 1).bit_length() // 2)
    columns = -(-most // rows)
    row, column = np.divmod(positions, columns)
    return _Layout(rows, columns, designs, (held - 1 - design) // designs + 1, row * designs + design, column * designs + design)


def _permuted(layout: _Layout, stream: np.random.Generator) -> Array:
    """Where each draw goes in a random permutation of those of its hypercube, computed for one block only (a Feistel network).

    Each round adds to one half of the number a random function of the other half, which can be undone and so loses
    nothing; numbers that end up beyond the count go round again. Seen as unsigned, numbers below zero are large, so that
    the smaller of a number and that number less the modulus is the remainder.
    """
    designs, columns = layout.designs, layout.columns
    height, width, shift = layout.rows * designs, columns * designs, designs.bit_length() - 1
    functions = stream.integers(0, 1 << 16, (_ROUNDS, width + height), dtype=np.uint16)
    multiples = np.uint16(height - designs)
    tables = [(f[:width] & multiples, (f[width:] * np.uint32(columns) >> np.uint32(16) << np.uint32(shift)).astype(np.uint16)) for f in functions]
    row, column, counts = layout.row.copy(), layout.column.copy(), layout.counts
    found = np.empty_like(row)
    astray = np.arange(len(found))
    while True:
        for down, across in tables:
            row += down.take(column)
            row &= height - 1
            column += across.take(row)
            np.minimum(column.view(np.uint64), (column - width).view(np.uint64), out=column.view(np.uint64))
        number = (row >> shift) * columns + (column >> shift)
        found[astray] = number
        left = np.flatnonzero(number >= counts)
        if not len(left):
            return found
        astray, row, column, counts = astray[left], row[left], column[left], counts[left]


class SobolChances:
    """Blocks of scrambled Sobol sequences in as many dimensions as there are keys."""

    def __init__(self, seed: int, dimensions: int, designs: int = 1):
        self._seeds: list[Any] = [seed] if designs == 1 else [(seed, design) for design in range(designs)]
        self._dimensions = dimensions
        self._engines: list[Any] = []
        self._next = 0

    def block(self, number: int) -> Array:
        """One block, (dimensions, BLOCK), each chance strictly between 0 and 1."""
        if not self._engines or number < self._next:
            from scipy.stats import qmc

            self._engines = [qmc.Sobol(self._dimensions, scramble=True, rng=np.random.default_rng(seed)) for seed in self._seeds]
            self._next = 0
        designs = len(self._engines)
        found = np.empty((self._dimensions, BLOCK))
        for design, engine in enumerate(self._engines):
            if number > self._next:
                engine.fast_forward((number - self._next) * BLOCK // designs)
            found[:, design::designs] = engine.random(BLOCK // designs).T
        self._next = number + 1
        return np.clip(found, _SMALLEST, 1 - 2.0**-53)


# Correlation ------------------------------------------------------------------------------------------------

Correlations = Mapping[tuple[str, str], float]


@dataclass(frozen=True)
class Copula:
    """A Gaussian copula: the keys that go together, and the root of their correlations as normal variables."""

    keys: tuple[str, ...]
    root: tuple[tuple[float, ...], ...]

    def applied(self, chances: Array) -> Array:
        """Chances that go together, from independent ones: (keys, draws) both."""
        from scipy import special

        together = np.asarray(self.root) @ special.ndtri(chances)
        return np.clip(special.ndtr(together), _SMALLEST, 1 - 2.0**-53)


def copula(correlations: Correlations, keys: Iterable[str]) -> Copula | None:
    """The copula that gives pairs of keys their rank correlation (Spearman); None without any.

    Raises InputError for pairs that do not vary, correlations outside -1 to 1, and a set of correlations that no
    numbers can have, with the nearest possible one.
    """
    if not correlations:
        return None
    keys = list(keys)
    mistakes = []
    for (first, second), rank in correlations.items():
        mistakes += [f"correlation {first}, {second}: {key} does not vary{nearest(key, keys)}" for key in (first, second) if key not in keys]
        if first == second:
            mistakes.append(f"correlation {first}, {second}: an input goes with itself")
        if not -1 <= rank <= 1:
            mistakes.append(f"correlation {first}, {second}: {rank} is not between -1 and 1")
    if mistakes:
        raise InputError(mistakes)
    members = list(dict.fromkeys(key for pair in correlations for key in pair))
    ranks = np.eye(len(members))
    for (first, second), rank in correlations.items():
        i, j = members.index(first), members.index(second)
        ranks[i, j] = ranks[j, i] = rank
    normal = 2 * np.sin(np.pi / 6 * ranks)
    values, vectors = np.linalg.eigh(normal)
    if values.min() < -1e-9:
        raise InputError(_impossible(members, ranks, correlations))
    if values.min() > 1e-9:
        root = np.linalg.cholesky(normal)
    else:
        root = vectors * np.sqrt(np.maximum(values, 0.0))
    return Copula(tuple(members), tuple(tuple(float(x) for x in row) for row in root))


def _impossible(members: Sequence[str], ranks: Array, correlations: Correlations) -> str:
    possible = nearest_ranks(ranks)
    named = []
    for first, second in correlations:
        i, j = members.index(first), members.index(second)
        named.append(f"{first}, {second}: {possible[i, j]:g} instead of {ranks[i, j]:g}")
    given = {frozenset(pair) for pair in correlations}
    unset = [
        f"{members[i]}, {members[j]}: {possible[i, j]:g} instead of none"
        for i in range(len(members))
        for j in range(i)
        if frozenset((members[i], members[j])) not in given and possible[i, j] != 0
    ]
    return "correlations: no numbers can go together like this; the nearest that can are " + "; ".join(named + unset)


def nearest_ranks(ranks: Array) -> Array:
    """The nearest rank correlations that numbers can have, to three decimals (Higham's alternating projections)."""
    wanted = 2 * np.sin(np.pi / 6 * ranks)
    found, correction = wanted.copy(), np.zeros_like(wanted)
    for _ in range(1000):
        shifted = found - correction
        values, vectors = np.linalg.eigh(shifted)
        positive = (vectors * np.maximum(values, 0.0)) @ vectors.T
        correction = positive - shifted
        before, found = found, positive.copy()
        np.fill_diagonal(found, 1.0)
        if np.abs(found - before).max() < 1e-10:
            break
    for towards_none in np.linspace(0.0, 1.0, 1001):
        rounded = np.round(6 / np.pi * np.arcsin(np.clip(found * (1 - towards_none) / 2, -0.5, 0.5)), 3)
        np.fill_diagonal(rounded, 1.0)
        if np.linalg.eigvalsh(2 * np.sin(np.pi / 6 * rounded)).min() >= 0:
            break
    return rounded
