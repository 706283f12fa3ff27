"""What a Monte Carlo run yields: draws, quantiles, probabilities, money at risk, and how far it has converged."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from model.analysis.fans import Fan, quantiles, share_error, standard_errors
from model.analysis.progress import progress
from model.analysis.sampling import BLOCK
from model.engine.batch import Batch
from model.engine.outputs import Output, read_output
from model.language.errors import InputError, nearest
from model.version import VERSION

if TYPE_CHECKING:
    import pandas as pd

    from model.analysis.risk import Block, Spec
    from model.case import Case

Array = Any
PERCENTILES = (5, 25, 50, 75, 95)
_FEWEST = 8
"""Draws that each replicate needs for their spread to be told."""


class Probability(float):
    """A chance between 0 and 1 with its `standard_error`; unpacks as (chance, standard error), reads as '31 % (± 0.5 %)'."""

    standard_error: float

    def __new__(cls, chance: float, standard_error: float) -> Probability:
        made = super().__new__(cls, chance)
        made.standard_error = standard_error
        return made

    def __iter__(self) -> Iterator[float]:
        yield float(self)
        yield self.standard_error

    def __str__(self) -> str:
        return f"{100 * float(self):.1f} % (± {100 * self.standard_error:.1f} %)"


class Draws:
    """The draws of a run so far. Outputs that are one number are kept whole; yearly lines as fans."""

    def __init__(self, spec: Spec):
        self.spec = spec
        self.until: float | None = None
        self._names = [output.name for output in spec.outputs if not output.yearly]
        self._parts: list[Array] = []
        self._fans = {output.name: Fan(spec.case.horizon) for output in spec.outputs if output.yearly}
        self._later: dict[str, Array] = {}
        self.draws = 0

    def add(self, block: Block) -> None:
        """Take in the next block."""
        self._parts.append(block.numbers)
        for fan, part in zip(self._fans.values(), block.yearly, strict=True):
            fan.add(part)
        self.draws += self.spec.size(block.number)

    # Figures ------------------------------------------------------------------------------------------------

    @property
    def outputs(self) -> list[str]:
        """Names of the outputs that the run was asked for, numbers first."""
        return [output.name for yearly in (False, True) for output in self.spec.outputs if output.yearly is yearly]

    @property
    def provenance(self) -> dict[Any, Any]:
        """What the figures rest on: case, hash of its inputs, changes, model version, seed, sampler, number of draws."""
        spec = self.spec
        return {
            "case": spec.case.name,
            "inputs_hash": spec.case.hash,
            "changes": dict(spec.case.changes),
            "model_version": VERSION,
            "seed": spec.seed,
            "sampler": spec.sampler,
            "replicates": spec.replicates,
            "draws": self.draws,
            "varied": len(spec.varied),
        }

    def numbers(self, output: str | Output, cluster: str | None = None) -> Array:
        """All draws of an output that is one number; computed anew if the run was not asked for it."""
        name = self._name(output, cluster)
        if name in self._fans:
            raise InputError(f"{name} is a yearly line: ask for its quantiles, or for one year as an output of its own, such as {name}@2040")
        if name in self._later:
            return self._later[name]
        if len(self._parts) > 1:
            self._parts = [np.concatenate(self._parts, axis=1)]
        return self._parts[0][self._names.index(name)]

    def _name(self, output: str | Output, cluster: str | None) -> str:
        """The name of an output, which is there from now on: draws can be repeated, so what was not asked for can be later."""
        real = any(kept.real for kept in self.spec.outputs)
        asked = read_output(self.spec.case, output, cluster, real)
        if asked.name not in self._names and asked.name not in self._fans and asked.name not in self._later:
            self._draw_again(asked)
        return asked.name

    def _again(self, asked: Output) -> Iterator[Block]:
        """The same draws once more, of another output."""
        from model.analysis.risk import draw_block

        spec = replace(self.spec, outputs=(asked,), _made={})
        with progress(f"draws of {asked.name}", self.draws) as report:
            for number in range(-(-self.draws // BLOCK)):
                yield draw_block(spec, number)
                report((number + 1) * BLOCK)

    def _draw_again(self, asked: Output) -> None:
        fan = Fan(self.spec.case.horizon)
        parts = []
        for block in self._again(asked):
            if asked.yearly:
                fan.add(block.yearly[0])
            else:
                parts.append(block.numbers[0])
        if asked.yearly:
            self._fans[asked.name] = fan
        else:
            self._later[asked.name] = np.concatenate(parts)

    def inputs(self, keys: Sequence[str] | None = None, draws: int | None = None) -> pd.DataFrame:
        """What was drawn for some or all keys, one row a draw; made anew, since draws are not kept but can be repeated.

        A path shows its position: -1 its low path, 0 its value, 1 its high path. draws: the first so many only.
        """
        import pandas as pd

        chosen = self.spec.keys if keys is None else list(keys)
        unknown = [key for key in chosen if key not in self.spec.keys]
        if unknown:
            raise InputError([f"{key} does not vary in these draws{nearest(key, self.spec.keys)}" for key in unknown])
        count = self.draws if draws is None else min(draws, self.draws)
        parts: list[pd.DataFrame] = []
        for block in range(-(-count // BLOCK)):
            drawn = self.spec.inputs(block, chosen)
            parts.append(pd.DataFrame({key: drawn[key] for key in chosen}))
        return pd.concat(parts, ignore_index=True).iloc[:count]

    @property
    def frame(self) -> pd.DataFrame:
        """One row a draw: what was drawn, by key, then the outputs that are one number."""
        import pandas as pd

        figures = pd.DataFrame({name: self.numbers(name) for name in self._names})
        found = pd.concat([self.inputs(), figures], axis=1)
        found.attrs = self.provenance
        return found

    # Statements ---------------------------------------------------------------------------------------------

    def quantiles(self, output: str | Output, cluster: str | None = None, percentiles: Sequence[float] = PERCENTILES) -> pd.DataFrame:
        """The percentiles of an output: one row a year for a yearly line, one row for a number; columns P5, P25….

        `attrs["error"]` is how far a figure can be off at most because draws were counted and not kept (zero up to
        65,536 draws). Blank draws do not count.
        """
        import pandas as pd

        chances = _chances(percentiles)
        name = self._name(output, cluster)
        columns = [f"P{percentile:g}" for percentile in percentiles]
        if name in self._fans:
            fan = self._fans[name]
            found = pd.DataFrame(fan.quantiles(chances), index=pd.Index(self.spec.case.years, name="year"), columns=columns)
            error = float(np.nanmax(fan.error(chances), initial=0.0))
        else:
            found = pd.DataFrame([quantiles(self.numbers(name), chances)], index=[name], columns=columns)
            error = 0.0
        found.attrs = {**self.provenance, "output": name, "error": error}
        return found

    def probability(
        self,
        output: str | Output,
        *,
        at_least: float | None = None,
        at_most: float | None = None,
        cluster: str | None = None,
        year: int | None = None,
        by: int | None = None,
    ) -> Probability:
        """The chance that an output is at least, or at most, some amount; with its standard error.

        Of a yearly line: in one `year`, or in any year up to and including `by`. A blank draw (no public money, so no
        ratio) counts as not meeting it. Raises InputError when neither or both amounts are given, or years do not fit.
        """
        if (at_least is None) == (at_most is None):
            raise InputError("give either at_least= or at_most=, the amount to compare with")
        met = self._met(self._name(output, cluster), at_least, at_most, year, by)
        count, chance = len(met), float(met.mean())
        if chance in (0.0, 1.0):
            # That none of the draws met it does not make it impossible: as if one more draw each way had been seen.
            unsure = 1 / (count + 2)
            return Probability(chance, math.sqrt(unsure * (1 - unsure) / count))
        error = float(share_error(met.astype(float), self._replicates(count))[0])
        return Probability(chance, max(error, 0.5 / count))

    def _errors(self, figures: Array, chances: Sequence[float]) -> Array:
        """Standard errors of quantiles of draws from the first on."""
        return standard_errors(figures, chances, self._replicates(len(figures)))

    def _replicates(self, count: int) -> int:
        """By how many replicates to judge so many draws: none where each would hold too few."""
        return self.spec.replicates if count >= _FEWEST * self.spec.replicates else 1

    def _met(self, name: str, at_least: float | None, at_most: float | None, year: int | None, by: int | None) -> Array:
        def compared(figures: Array) -> Array:
            with np.errstate(invalid="ignore"):
                return figures >= at_least if at_least is not None else figures <= at_most

        check_years(self.spec.case, name, name in self._fans, year, by)
        if name not in self._fans:
            return compared(self.numbers(name))
        position = self.spec.case.years.index(int(year if year is not None else by))  # type: ignore[arg-type]
        if year is not None and not self._fans[name].exact:
            return compared(self.numbers(f"{name}@{year}"))
        if self._fans[name].exact:
            kept = compared(self._fans[name].kept())
            return kept[position] if year is not None else kept[: position + 1].any(axis=0)
        asked = read_output(self.spec.case, name, None, any(kept.real for kept in self.spec.outputs))
        return np.concatenate([compared(block.yearly[0][: position + 1]).any(axis=0) for block in self._again(asked)])

    def value_at_risk(self, output: str | Output = "public_cash_real@life", level: float = 0.95, cluster: str | None = None) -> dict[str, float]:
        """How much money an output can cost: what is exceeded only in the worst `1 - level` of the draws.

        Returns `expected` (mean of the draws), `plan` (with all inputs at their base), `at_risk` (the quantile at the
        level) with its `standard_error`, `tail` (mean of the draws beyond it) and `above_plan` (at_risk - plan).
        """
        if not 0.5 <= level < 1:
            raise InputError(f"level {level} is not a share from 0.5 to 1, such as 0.95")
        name = self._name(output, cluster)
        all_figures = self.numbers(name)
        figures = all_figures[~np.isnan(all_figures)]
        at_risk = float(quantiles(figures, [level])[0])
        plan = self.plan(name)
        return {
            "expected": float(figures.mean()),
            "plan": plan,
            "at_risk": at_risk,
            "standard_error": float(self._errors(all_figures, [level])[0]),
            "tail": float(figures[figures >= at_risk].mean()),
            "above_plan": at_risk - plan,
        }

    def plan(self, name: str) -> float:
        """An output that is one number, with all inputs at their base."""
        output = read_output(self.spec.case, name, None, any(kept.real for kept in self.spec.outputs))
        return float(Batch(self.spec.case, [], [output]).run({})[0][0])

    def summary(self, percentiles: Sequence[float] = PERCENTILES) -> pd.DataFrame:
        """A row for every output that is one number: mean, standard deviation, percentiles, each percentile's standard
        error (`P50_error`), and the share of draws that are blank.
        """
        import pandas as pd

        chances = _chances(percentiles)
        rows = {}
        for name in self._names:
            figures = self.numbers(name)
            held = figures[~np.isnan(figures)]
            row = {"mean": held.mean() if len(held) else np.nan, "sd": held.std(ddof=1) if len(held) > 1 else np.nan}
            row |= {f"P{p:g}": q for p, q in zip(percentiles, quantiles(figures, chances), strict=True)}
            row |= {f"P{p:g}_error": e for p, e in zip(percentiles, self._errors(figures, chances), strict=True)}
            rows[name] = {**row, "blank": 1 - len(held) / len(figures)}
        found = pd.DataFrame.from_dict(rows, orient="index")
        found.index.name = "output"
        found.attrs = self.provenance
        return found

    # Convergence --------------------------------------------------------------------------------------------

    def convergence(self, output: str | Output, cluster: str | None = None, percentiles: Sequence[float] = (5, 50, 95)) -> pd.DataFrame:
        """The percentiles of a number and their standard errors after 128, 256, 512… draws, up to all of them."""
        import pandas as pd

        figures = self.numbers(output, cluster)
        chances = _chances(percentiles)
        counts = [128 << k for k in range(40) if 128 << k < len(figures)] + [len(figures)]
        rows = []
        for count in counts:
            found, errors = quantiles(figures[:count], chances), self._errors(figures[:count], chances)
            row = {f"P{p:g}": q for p, q in zip(percentiles, found, strict=True)}
            rows.append(row | {f"P{p:g}_error": e for p, e in zip(percentiles, errors, strict=True)})
        return pd.DataFrame(rows, index=pd.Index(counts, name="draws"))

    def worst_error(self, percentiles: Sequence[float] = (5, 50, 95)) -> float:
        """The largest standard error of these percentiles over all numbers, as a share of the median of each."""
        chances = _chances(percentiles)
        worst = 0.0
        for name in self._names:
            figures = self.numbers(name)
            scale = abs(float(quantiles(figures, [0.5])[0]))
            errors = self._errors(figures, chances)
            if scale > 0 and not np.isnan(errors).any():
                worst = max(worst, float(errors.max()) / scale)
        return worst

    def drivers(self, output: str | Output, cluster: str | None = None, draws: int = 20_000) -> pd.DataFrame:
        """Which inputs drive a number: rank correlation of each with it over the first `draws`, strongest first."""
        import pandas as pd

        from model.analysis.ranges import label_of

        inputs = self.inputs(draws=draws)
        ranks = inputs.rank()
        correlation = ranks.corrwith(pd.Series(self.numbers(output, cluster)[: len(inputs)]).rank())
        order = correlation.abs().sort_values(ascending=False, kind="stable").index
        labels = [label_of(self.spec.case, key) for key in order]
        return pd.DataFrame({"key": list(order), "label": labels, "rank_correlation": correlation[order].to_numpy()})


def check_years(case: Case, name: str, yearly: bool, year: int | None, by: int | None) -> None:
    """Raises InputError where a chance names a year of what has none, or none or another of what has years."""
    years = case.years
    if not yearly:
        if year is not None or by is not None:
            raise InputError(f"{name} is one number and has no years")
        return
    if (year is None) == (by is None):
        raise InputError(f"{name} is a yearly line: give a year, as in {name}@{years[-1]}, or 'by {years[-1]}' for any year up to it")
    asked = year if year is not None else by
    if asked not in years:
        raise InputError(f"{asked} is outside the horizon, {years[0]} to {years[-1]}")


def _chances(percentiles: Sequence[float]) -> list[float]:
    wrong = [p for p in percentiles if not 0 < p < 100]
    if wrong or not len(percentiles):
        raise InputError(f"percentiles {', '.join(str(p) for p in wrong) or 'are missing'}: give numbers between 0 and 100, such as 5, 50, 95")
    return [p / 100 for p in percentiles]
