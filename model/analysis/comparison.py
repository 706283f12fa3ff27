"""What differs between cases, and which changes cause it: a decomposition that adds up exactly.

The inputs that differ are taken together by the group of their definition, or each counts for itself, except that
shares that must add up change together. A group's contribution is its Shapley
value: the mean effect of changing it over all orders in which the groups could be changed, so that no order is
favoured and the contributions add up to the difference. Every combination of groups is evaluated.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from model.analysis.progress import Told, progress
from model.engine.batch import evaluate_draws
from model.engine.outputs import Output, read_output
from model.engine.program import CLUSTER
from model.inputs.definitions import Words, definitions
from model.inputs.quantities import Quantity, over_years, plain
from model.language.errors import InputError
from model.wording import LANGUAGES

if TYPE_CHECKING:
    import pandas as pd

    from model.case import Case

CLUSTERS, OTHER = "clusters", "other"
"""Groups besides those of the definitions: which clusters and members there are, and what is taken together."""
MOST_GROUPS = 12
"""More groups than this are not told apart: 4,096 combinations of twelve are evaluated, each further group doubles them."""
GROUPINGS = ("group", "input")
"""What a bridge can be divided over: groups of inputs, or single inputs."""
_LABELS = {
    CLUSTERS: Words(en="Set of clusters", nl="Keuze van clusters"),
    OTHER: Words(en="Other", nl="Overig"),
}


@dataclass(frozen=True)
class Headline:
    """A figure that a comparison shows by default. per_year: a sum over the life, divided by its years."""

    output: str
    label: Words
    unit: str
    per_year: bool = False


HEADLINES = (
    Headline("leverage", Words(en="Leverage, on all public money", nl="Hefboom, op al het publieke geld"), "ratio"),
    Headline(
        "leverage_if_gap_is_public", Words(en="Leverage if the gap is paid publicly", nl="Hefboom als het tekort publiek wordt betaald"), "ratio"
    ),
    Headline("public_cash@life", Words(en="Public cash over the life", nl="Publiek geld over de looptijd"), "EUR m real"),
    Headline("private_cash@life", Words(en="Private cash over the life", nl="Privaat geld over de looptijd"), "EUR m real"),
    Headline("national_public_cash@life", Words(en="National cash a year", nl="Rijksgeld per jaar"), "EUR m real", per_year=True),
    Headline("rd_net_addition@2035", Words(en="Net R&D addition in 2035", nl="Netto extra R&D in 2035"), "EUR m real"),
    Headline(
        "first_year_private_exceeds_public", Words(en="First year private exceeds public", nl="Eerste jaar met meer privaat dan publiek geld"), "date"
    ),
    Headline("unfunded_gap@life", Words(en="Unfunded gap over the life", nl="Ongedekt tekort over de looptijd"), "EUR m real"),
)
"""What a ministry asks first. Money is in constant prices."""


def compare(*cases: Case, outputs: Sequence[str] | None = None, cluster: str | None = None, told: Told | None = None) -> Comparison:
    """Two or more cases side by side; the first is what the others are held against.

    outputs: such as `leverage`, `photonics.leverage`, `cash_balance@2040`, `public_cash@life`, each one number, money in
    each case's constant prices; the headlines when not given (those that all cases have). cluster: the headlines of one
    cluster in place of those of the whole, without what is of the country alone. told: called with how many combinations are
    done, and of how many. Raises InputError for fewer than two cases, unknown outputs, a cluster that a case does not have
    or that stands beside outputs, or cases with different lines.
    """
    if len(cases) < 2:
        raise InputError("a comparison needs two cases or more")
    formulas = {name: line.formula() for name, line in cases[0].lines.items()}
    for case in cases[1:]:
        other = {name: line.formula() for name, line in case.lines.items()}
        unlike = sorted(name for name in {*formulas, *other} if formulas.get(name) != other.get(name))
        if unlike:
            raise InputError(
                f"{case.name} and {cases[0].name} compute with different lines ({', '.join(unlike)}): give both the same with with_lines"
            )
    if cluster is not None:
        headlines = _of_cluster(cases, cluster, outputs)
    elif outputs is None:
        headlines = [headline for headline in HEADLINES if not any(_mistakes(case, headline.output) for case in cases)]
    else:
        mistakes = [mistake for case in cases for written in outputs for mistake in _mistakes(case, written)]
        if mistakes or not outputs:
            raise InputError(dict.fromkeys(mistakes) or "no outputs: name at least one, such as leverage")
        headlines = [_headline(cases[0], written) for written in dict.fromkeys(outputs)]
    return Comparison(cases, headlines, told)


def _of_cluster(cases: Sequence[Case], cluster: str, outputs: Sequence[str] | None) -> list[Headline]:
    mistakes = [
        f"{case.name} has no cluster {cluster!r}; it has {', '.join(case.clusters)}" for case in dict.fromkeys(cases) if cluster not in case.clusters
    ]
    if outputs is not None:
        mistakes.append(f"cluster {cluster!r} is for the headlines: name the cluster in the outputs, such as {cluster}.leverage")
    if mistakes:
        raise InputError(dict.fromkeys(mistakes))
    lines = cases[0].lines
    return [
        replace(headline, output=f"{cluster}.{headline.output}")
        for headline in HEADLINES
        if lines[headline.output.partition("@")[0]].scope == CLUSTER
    ]


def _mistakes(case: Case, written: str) -> list[str]:
    try:
        yearly = read_output(case, written).yearly
    except InputError as error:
        return error.mistakes
    return [f"output {written}: has a value for every year: add @ and a year, or @life for the sum"] if yearly else []


def _headline(case: Case, written: str) -> Headline:
    """A line that was asked for, unless it is a headline already."""
    for headline in HEADLINES:
        if headline.output == written and not headline.per_year:
            return headline
    output = read_output(case, written, real=True)
    unit = case.lines[output.line].unit
    return Headline(output.name, Words(en=output.name, nl=output.name), f"{unit} real" if output.real and not unit.endswith(" real") else unit)


class Comparison:
    """Cases side by side, with bridges from the first to each other one."""

    def __init__(self, cases: Sequence[Case], headlines: Sequence[Headline], told: Told | None = None):
        self.cases = tuple(cases)
        self.headlines = tuple(headlines)
        self.names = _distinct([case.name for case in cases])
        self._told = told
        self._games: dict[tuple[str, str], _Game] = {}

    @property
    def outputs(self) -> list[str]:
        """What is compared, as one writes it."""
        return [headline.output for headline in self.headlines]

    @cached_property
    def values(self) -> dict[str, dict[str, float]]:
        """Every output of every case by name; blank is NaN."""
        found = {}
        for name, case in zip(self.names, self.cases, strict=True):
            result = evaluate_draws(case, {}, _outputs(case, self.headlines))
            found[name] = {
                headline.output: float(array[0]) / (case.horizon if headline.per_year else 1)
                for headline, array in zip(self.headlines, result.values(), strict=True)
            }
        return found

    @cached_property
    def not_financeable(self) -> list[str]:
        """Cases in which somebody has not promised what is short: their ratios leave that out."""
        flags = [evaluate_draws(case, {}, ["not_financeable"])["not_financeable"] for case in self.cases]
        return [name for name, flag in zip(self.names, flags, strict=True) if flag[0]]

    @property
    def prices(self) -> str:
        """Whose prices money is in: the price year, or each case's own where they differ."""
        years = [int(case.quantity("nation", "price_year").value) for case in self.cases]  # type: ignore[arg-type]
        if len(set(years)) == 1:
            return f"constant prices of {years[0]}"
        return "constant prices of each case's own price year (" + ", ".join(map(str, years)) + ")"

    @property
    def frame(self) -> pd.DataFrame:
        """Rows are outputs; columns: label, unit, each case, and each other case less the first. Blank is NaN."""
        import pandas as pd

        first = self.names[0]
        columns: dict[str, list[Any]] = {"label": [h.label.en for h in self.headlines], "unit": [h.unit for h in self.headlines]}
        columns |= {name: [self.values[name][output] for output in self.outputs] for name in self.names}
        columns |= {f"{name} less {first}": [self.values[name][o] - self.values[first][o] for o in self.outputs] for name in self.names[1:]}
        return pd.DataFrame(columns, index=pd.Index(self.outputs, name="output"))

    def bridge(self, output: str | None = None, case: str | None = None, *, by: str = "group") -> pd.DataFrame:
        """From the first case to another (the second, when not named): columns group and contribution, largest first.

        by: 'group', or 'input' to name every input that differs instead of its group. The contributions add up exactly to
        the difference. `attrs`: output, unit, start, end, difference, and a note where a blank year stood in for 'never'.
        Raises InputError for unknown names, and where a combination leaves the output blank.
        """
        import pandas as pd

        output, other = self._named(output, case)
        if by not in GROUPINGS:
            raise InputError(f"by {by!r}: a bridge is divided over {' or '.join(GROUPINGS)}")
        game = self._game(other, by)
        position = self.outputs.index(output)
        contributions = game.contributions(position)
        ordered = sorted(contributions, key=lambda group: -abs(contributions[group]))
        frame = pd.DataFrame({"group": ordered, "contribution": [contributions[group] for group in ordered]})
        start, end = game.ends(position)
        frame.attrs = {
            "output": output,
            "unit": self.headlines[position].unit,
            "from": self.names[0],
            "to": other,
            "start": start,
            "end": end,
            "difference": end - start,
            "merged": game.merged,
            "note": game.notes[position],
        }
        return frame

    def changes(self, case: str | None = None) -> pd.DataFrame:
        """The inputs that differ from the first case: columns group, key, before, after. Blank where only one case has the input."""
        import pandas as pd

        other = self.cases[self.names.index(self._named(None, case)[1])]
        before, after = self.cases[0].quantities(), other.quantities()
        rows = []
        for key, new in after.items():
            if key in before and differs(before[key], new, key, self.cases[0], other):
                name = key.split(".")[1]
                definition = definitions().inputs[name]
                rows.append((definition.group, key, plain(before[key].value, definition), plain(new.value, definition)))
        return pd.DataFrame(rows, columns=["group", "key", "before", "after"], dtype=object)

    def label(self, group: str) -> Words:
        """A group, or an input, as people read it."""
        if "." not in group:
            return _LABELS.get(group) or definitions().groups[group]
        from model.wording import Wording

        key, case = next((key, case) for case in self.cases for key in case.quantities() if key == group or key.startswith(f"{group}."))
        told = {}
        for language in LANGUAGES:
            words = Wording(language)
            told[language] = words.key(key, case) if key == group else words.family(key, case)
        return Words(**told)

    def as_dict(self, by: str = "group") -> dict[str, Any]:
        """Everything as plain data for JSON: cases, outputs, values, bridges (by as in `bridge`). Blank is None."""
        bridges: dict[str, Any] = {}
        for name in self.names[1:]:
            bridges[name] = {}
            for output in self.outputs:
                try:
                    frame = self.bridge(output, name, by=by)
                except InputError as error:
                    bridges[name][output] = {"note": "; ".join(error.mistakes)}
                    continue
                groups = dict(zip(frame["group"], map(float, frame["contribution"]), strict=True))
                told = {key: frame.attrs[key] for key in ("unit", "start", "end", "difference")}
                told |= {key: frame.attrs[key] for key in ("merged", "note") if frame.attrs[key]}
                bridges[name][output] = {**told, "contributions": groups}
        return {
            "cases": [{"name": name, "title": case.title.en, "inputs_hash": case.hash} for name, case in zip(self.names, self.cases, strict=True)],
            "outputs": {
                headline.output: {
                    "label": headline.label.en,
                    "unit": headline.unit,
                    "values": {name: _clean(self.values[name][headline.output]) for name in self.names},
                }
                for headline in self.headlines
            },
            "prices": self.prices,
            "not_financeable": self.not_financeable,
            "bridges_from": self.names[0],
            "bridges": bridges,
        }

    def _named(self, output: str | None, case: str | None) -> tuple[str, str]:
        mistakes = []
        if output is not None and output not in self.outputs:
            mistakes.append(f"{output!r} was not compared; there are {', '.join(self.outputs)}")
        if case is not None and case not in self.names[1:]:
            mistakes.append(f"there is no bridge to {case!r}; there are {', '.join(self.names[1:])}")
        if mistakes:
            raise InputError(mistakes)
        return output or self.outputs[0], case or self.names[1]

    def _game(self, name: str, by: str) -> _Game:
        if (name, by) not in self._games:
            game = _Game(self.cases[0], self.cases[self.names.index(name)], self.headlines, by, self._told)
            game.tie([list(self.values[end].values()) for end in (self.names[0], name)])
            self._games[(name, by)] = game
        return self._games[(name, by)]


def differs(a: Quantity, b: Quantity, key: str, first: Case, second: Case) -> bool:
    """Whether two given values mean something else: paths are held against each other in every year of both cases."""
    if a.value == b.value:
        return False
    if not definitions().inputs[key.split(".")[1]].yearly:
        return True
    years = np.array(sorted({*first.years, *second.years}))
    return bool((over_years(a.value, years) != over_years(b.value, years)).any())


def _player(key: str, by: str) -> str:
    """What an input that differs counts under: its group, itself, or the shares that it adds up with."""
    scope, name, *_ = key.split(".")
    definition = definitions().inputs[name]
    if by == "group":
        return definition.group
    return f"{scope}.{name}" if definition.adds_up else key


def _distinct(names: Sequence[str]) -> list[str]:
    """Names with a number behind those that stand twice."""
    seen: dict[str, int] = {}
    found = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return found


def _outputs(case: Case, headlines: Sequence[Headline]) -> list[Output]:
    return [read_output(case, headline.output, real=True) for headline in headlines]


def _clean(number: float) -> float | None:
    return None if math.isnan(number) else number


class _Game:
    """All combinations of groups between two cases. A combination is a number whose bits say which groups come from the second case."""

    def __init__(self, first: Case, second: Case, headlines: Sequence[Headline], by: str, told: Told | None):
        self.first, self.second, self.headlines = first, second, headlines
        self._told = told
        before, after = first.quantities(), second.quantities()
        self._changed: dict[str, list[str]] = {}
        for key, old in before.items():
            if key in after and differs(old, after[key], key, first, second):
                self._changed.setdefault(_player(key, by), []).append(key)
        self._shaping = {group for group, keys in self._changed.items() if any(definitions().inputs[k.split(".")[1]].structural for k in keys)}
        if before.keys() != after.keys() or first.clusters.keys() != second.clusters.keys():
            self._changed[CLUSTERS] = []
            self._shaping.add(CLUSTERS)
        self._members: list[tuple[str, ...]] = [(group,) for group in self._changed]
        self.merged: list[str] = []
        self.notes = [""] * len(headlines)
        if len(self._members) > MOST_GROUPS:
            self._merge()
        self._values = self._evaluate(np.arange(2 ** len(self._members)))

    def tie(self, ends: Sequence[Sequence[float]]) -> None:
        """Let the two ends be the figures of the runs themselves, which may differ from draws in the last digit."""
        for column, values in zip((0, -1), np.array(ends), strict=True):
            known = ~np.isnan(values)
            self._values[known, column] = values[known]

    @property
    def groups(self) -> list[str]:
        """The players: a group or an input each, or 'other' for what was taken together."""
        return [members[0] if len(members) == 1 else OTHER for members in self._members]

    def ends(self, output: int) -> tuple[float, float]:
        """The output in the first and in the second case, a blank year counted as the year after the horizon."""
        return float(self._values[output, 0]), float(self._values[output, -1])

    def contributions(self, output: int) -> dict[str, float]:
        """Shapley values by group: exact, and adding up to the difference to the last digit."""
        values = self._values[output]
        if np.isnan(values).any():
            name = self.headlines[output].output
            raise InputError(f"{name} is blank for some combinations of the changes, so its difference cannot be divided over them")
        found = shapley(values)
        difference = float(values[-1] - values[0])
        if len(found):
            # What rounding leaves (some 1e-16 of the values) goes to the smallest part that is not nothing: its digits reach furthest.
            sizes = np.abs(found)
            place = int(np.where(sizes > 1e-9 * sizes.max(), sizes, np.inf).argmin())
            found[place] = difference - math.fsum(np.delete(found, place))
        return dict(zip(self.groups, map(float, found), strict=True))

    def _merge(self) -> None:
        """Take the groups that matter least, alone and last, together as 'other', so that every combination can be evaluated."""
        count = len(self._members)
        full = 2**count - 1
        masks = np.array([0, full, *(1 << g for g in range(count)), *(full - (1 << g) for g in range(count))], dtype=object)
        values = self._evaluate(masks)
        alone = np.abs(values[:, 2 : 2 + count] - values[:, :1])
        last = np.abs(values[:, 1:2] - values[:, 2 + count :])
        effect = np.nan_to_num(np.maximum(alone, last))
        scale = np.maximum(effect.max(axis=1, keepdims=True), 1e-300)
        order = np.argsort(-(effect / scale).max(axis=0), kind="stable")
        kept, rest = sorted(order[: MOST_GROUPS - 1]), sorted(order[MOST_GROUPS - 1 :])
        groups = [members[0] for members in self._members]
        self.merged = [groups[g] for g in rest]
        self._members = [*((groups[g],) for g in kept), tuple(self.merged)]

    def _evaluate(self, masks: np.ndarray) -> np.ndarray:
        """Outputs by combination: an array (outputs, combinations)."""
        players = {group: position for position, members in enumerate(self._members) for group in members}
        taken = {group: np.array([bool(int(mask) >> position & 1) for mask in masks]) for group, position in players.items()}
        shaping = sorted(self._shaping)
        frames: dict[tuple[bool, ...], list[int]] = {}
        for column in range(len(masks)):
            frames.setdefault(tuple(bool(taken[group][column]) for group in shaping), []).append(column)
        values = np.empty((len(self.headlines), len(masks)))
        done = 0
        with progress("combinations of changes", len(masks), self._told) as report:
            for frame, columns in frames.items():
                chosen = {group: of[columns] for group, of in taken.items()}
                values[:, columns] = self._in_frame(dict(zip(shaping, frame, strict=True)), chosen, partial(_report, report, done))
                done += len(columns)
        return values

    def _in_frame(self, frame: dict[str, bool], taken: dict[str, np.ndarray], report: Callable[[int], None]) -> np.ndarray:
        """Combinations that share what shapes a projection: its years, its clusters and members."""
        draws = len(next(iter(taken.values()))) if taken else 1
        case = self.second if frame.get(CLUSTERS) else self.first
        before, after = self.first.quantities(), self.second.quantities()
        shaped = {}
        for group, from_second in frame.items():
            for key in self._changed[group]:
                given = (after if from_second else before)[key].value
                shaped[key] = plain(given, definitions().inputs[key.split(".")[1]])
        if shaped:
            case = case.with_values(shaped)
        years = np.array(case.years)
        varied = {}
        for group, keys in self._changed.items():
            if group in frame:
                continue
            for key in keys:
                yearly = definitions().inputs[key.split(".")[1]].yearly
                old, new = (over_years(quantities[key].value, years)[:, None] if yearly else quantities[key].value for quantities in (before, after))
                varied[key] = np.where(taken[group], new, old)  # type: ignore[arg-type]
        outputs = _outputs(case, self.headlines)
        found = evaluate_draws(case, varied, outputs, report)
        values = np.empty((len(outputs), draws))
        for row, (headline, array) in enumerate(zip(self.headlines, found.values(), strict=True)):
            values[row] = array / (case.horizon if headline.per_year else 1)
            never = np.isnan(values[row])
            if headline.unit == "date" and never.any():
                values[row, never] = case.years[-1] + 1
                self.notes[row] = "a year that is never reached counts as the year after the horizon"
        return values


def _report(report: Callable[[int], None], before: int, done: int) -> None:
    report(before + done)


def shapley(values: np.ndarray) -> np.ndarray:
    """Shapley values of a game: `values` by combination, 2**n of them, bit g set where player g takes part. Returns n numbers."""
    count = len(values).bit_length() - 1
    masks = np.arange(len(values))
    sizes = np.array([int(mask).bit_count() for mask in masks])
    weights = np.array([math.factorial(size) * math.factorial(count - size - 1) / math.factorial(count) for size in range(count)])
    found = np.empty(count)
    for player in range(count):
        without = masks[(masks >> player & 1) == 0]
        found[player] = math.fsum(weights[sizes[without]] * (values[without | 1 << player] - values[without]))
    return found
