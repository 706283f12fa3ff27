"""Which clusters, how large and how late: every combination on a grid, and those that no other one beats.

A portfolio is judged on private leverage, on the R&D that would not be there without it, and on risk; under a budget of
public money a year. Clusters do not influence each other, so a portfolio is the sum of its clusters: each cluster is
computed once for every option and draw, and the sums are exact.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from model.analysis.progress import Told, progress
from model.analysis.risk import make_spec
from model.engine.batch import Batch
from model.engine.outputs import Output, read_output
from model.engine.program import CLUSTER, Program
from model.inputs.quantities import over_years
from model.language.errors import InputError, ModelError
from model.version import VERSION

if TYPE_CHECKING:
    import pandas as pd

    from model.case import Case

Array = Any
DECIDED = ("included", "scale", "delay_years")
"""Inputs that a choice of portfolio decides, and that are therefore never drawn."""
MOST = 200_000
PRIVATE, RD = "private_cash_real", "rd_net_addition"


@dataclass(frozen=True)
class Choice:
    """What `choose_portfolio` found.

    frame: a DataFrame, one row a portfolio: for each cluster `CLUSTER.scale` (0 when left out) and `CLUSTER.delay`; then
    leverage, net_rd (EUR m in constant prices over the life), public_money (the same), peak (largest public money of
    any year), within_budget; with draws also shortfall (leverage less what it falls to in the worst 5 % of the draws)
    and over_budget (chance that some year exceeds the budget); and efficient.
    """

    frame: pd.DataFrame
    clusters: tuple[str, ...]
    budget: Mapping[int, float] | None
    budget_line: str
    draws: int

    @property
    def efficient(self) -> pd.DataFrame:
        """Portfolios within the budget that no other beats on leverage, net R&D and shortfall at once; highest leverage first."""
        return self.frame[self.frame["efficient"]].sort_values(["leverage", "net_rd"], ascending=False, ignore_index=True)

    def __str__(self) -> str:
        within = int(self.frame["within_budget"].sum())
        told = f"{len(self.frame):,} portfolios, {within:,} within the budget, {int(self.frame['efficient'].sum()):,} of them efficient."
        return told if within else told + " Raise the budget, or allow smaller scales."


def choose_portfolio(
    case: Case,
    *,
    scales: Sequence[float] = (0.5, 1.0, 1.5),
    delays: Sequence[int] = (0, 3, 6),
    budget: float | Mapping[int, float] | None = None,
    budget_line: str = "public_cash_real",
    draws: int = 200,
    seed: int = 1,
    keys: Sequence[str] | None = None,
    told: Told | None = None,
) -> Choice:
    """Every portfolio of the case's clusters: each left out, or built at one of the scales with one of the delays.

    scales, delays: factors on each cluster's own scale, and years on top of its own delay. budget: public money a year,
    EUR m in constant prices: a number, or a path of years (straight between its years, flat outside); none is no limit.
    budget_line: the yearly line that it limits, such as national_public_cash_real. draws: how many draws the risk rests
    on (Latin hypercube over the keys, by default all inputs with a range); 0 leaves risk out. Raises InputError with
    every mistake, ModelError when clusters influence each other.
    """
    clusters = tuple(case.clusters)
    limit = _checked(case, scales, delays, budget, budget_line, draws, seed)
    options = [(0.0, 0), *itertools.product(map(float, scales), map(int, delays))]
    count = len(options) ** len(clusters)
    if count > MOST:
        raise InputError(f"{len(options)} options for each of {len(clusters)} clusters are {count:,} portfolios, more than {MOST:,}: give fewer")
    outputs = [read_output(case, f"{c}.{line}", real=True) for c in clusters for line in (f"{PRIVATE}@life", f"{RD}@life", budget_line)]
    outputs += [read_output(case, f"{c}.public_cash_real@life") for c in clusters]
    drawn = _drawn(case, keys, draws, seed)
    figures = _options(case, clusters, options, outputs, drawn, draws, told)
    _require_separate(case, outputs)
    return Choice(_judged(case, clusters, options, figures, limit, draws, told), clusters, _by_year(case, limit), budget_line, draws)


def _checked(
    case: Case, scales: Sequence[float], delays: Sequence[int], budget: float | Mapping[int, float] | None, budget_line: str, draws: int, seed: int
) -> Array | None:
    """The budget of every year. Raises InputError with every mistake."""
    mistakes = [f"scale {scale!r} is not a number above 0" for scale in scales if not isinstance(scale, (int, float)) or not 0 < scale < math.inf]
    mistakes += [f"delay {delay!r} is not a whole number of years from 0" for delay in delays if delay != int(delay) or delay < 0]
    if not scales or not delays:
        mistakes.append("name at least one scale and one delay")
    if not isinstance(draws, int) or draws < 0 or draws == 1:
        mistakes.append(f"draws {draws!r} is not 0, or a whole number from 2")
    if not isinstance(seed, int) or seed < 0:
        mistakes.append(f"seed {seed!r} is not a whole number from 0")
    if budget_line not in case.lines or not read_output(case, budget_line).yearly:
        mistakes.append(f"budget_line {budget_line!r} is not a yearly line, such as public_cash_real or national_public_cash_real")
    path = dict(budget) if isinstance(budget, Mapping) else budget
    amounts = list(path.values()) if isinstance(path, dict) else [] if path is None else [path]
    wrong = [amount for amount in amounts if not isinstance(amount, (int, float)) or not 0 <= amount < math.inf]
    mistakes += [f"budget {amount!r} is not an amount from 0" for amount in wrong]
    if isinstance(path, dict) and not path:
        mistakes.append("budget: an empty path; give years with amounts")
    if mistakes:
        raise InputError(mistakes)
    return None if path is None else over_years(path, np.asarray(case.years))


def _by_year(case: Case, limit: Array | None) -> dict[int, float] | None:
    return None if limit is None else dict(zip(case.years, limit.tolist(), strict=True))


def _drawn(case: Case, keys: Sequence[str] | None, draws: int, seed: int) -> dict[str, Array]:
    """Draws of all uncertain inputs but those that a portfolio decides; their base values come first."""
    if not draws:
        return {}
    chosen = [each.key for each, _ in make_spec(case, draws, seed, ["leverage"], keys).varied]
    uncertain = [key for key in chosen if key.split(".")[1] not in DECIDED]
    spec = make_spec(case, draws, seed, ["leverage"], uncertain)
    parts = [spec.inputs(block) for block in range(spec.blocks)]
    found = {}
    for each, _ in spec.varied:
        values = np.concatenate([[each.ends[1]], *(part[each.key] for part in parts)])
        found[each.key] = each.column(values, case.years) if each.is_path else values
    return found


def _options(
    case: Case,
    clusters: Sequence[str],
    options: Sequence[tuple[float, int]],
    outputs: Sequence[Output],
    drawn: Mapping[str, Array],
    draws: int,
    told: Told | None,
) -> dict[str, dict[str, Array]]:
    """For each cluster its figures by line: (options, draws) with the base first, yearly ones (options, years, draws)."""
    width = draws + 1
    columns: dict[str, Array] = {key: np.tile(values, len(options)) for key, values in drawn.items()}
    for cluster in clusters:
        for name, of_option in (("included", lambda s, d: float(s > 0)), ("scale", lambda s, d: s or 1.0), ("delay_years", lambda s, d: float(d))):
            own = float(case.quantity(cluster, name).value)  # type: ignore[arg-type]
            combined = [{"included": own * x, "scale": own * x, "delay_years": own + x}[name] for x in (of_option(s, d) for s, d in options)]
            columns[f"{cluster}.{name}"] = np.repeat(combined, width)
    batch = Batch(case, columns, outputs, [key for key, column in columns.items() if column.ndim > 1])
    with progress("options", len(options) * width, told) as report:
        found = batch.run(columns, report)
    figures: dict[str, dict[str, Array]] = {cluster: {} for cluster in clusters}
    for output, array in zip(outputs, found, strict=True):
        shaped = array.reshape(-1, len(options), width) if output.yearly else array.reshape(len(options), width)
        name = f"{output.line}@{output.year}" if output.year else output.line
        figures[str(output.cluster)][name] = shaped.transpose(1, 0, 2) if output.yearly else shaped
    return figures


def _judged(
    case: Case,
    clusters: Sequence[str],
    options: Sequence[tuple[float, int]],
    figures: Mapping[str, Mapping[str, Array]],
    limit: Array | None,
    draws: int,
    told: Told | None,
) -> pd.DataFrame:
    """All portfolios with their measures, and which are efficient."""
    import pandas as pd

    combinations = np.array(list(itertools.product(range(len(options)), repeat=len(clusters))))[1:]
    lines = [name for name in figures[clusters[0]] if not name.endswith("@life")]
    rows = []
    with progress("portfolios", len(combinations), told) as report:
        for done, chosen in enumerate(combinations):
            total = {
                name: sum(figures[cluster][name][option] for cluster, option in zip(clusters, chosen, strict=True)) for name in figures[clusters[0]]
            }
            rows.append(_measures(total, lines[0], limit, draws))
            report(done)
    frame = pd.DataFrame(rows)
    for place, cluster in enumerate(clusters):
        frame.insert(2 * place, f"{cluster}.scale", [options[option][0] for option in combinations[:, place]])
        frame.insert(2 * place + 1, f"{cluster}.delay", [options[option][1] for option in combinations[:, place]])
    goals = np.stack([frame["leverage"], frame["net_rd"], *([-frame["shortfall"]] if draws else [])], axis=1)
    candidates = np.flatnonzero(frame["within_budget"] & ~np.isnan(goals).any(axis=1))
    frame["efficient"] = False
    frame.loc[candidates[undominated(goals[candidates])], "efficient"] = True
    frame.attrs = {"case": case.name, "inputs_hash": case.hash, "changes": dict(case.changes), "model_version": VERSION, "draws": draws}
    return frame


def _measures(total: Mapping[str, Array], yearly: str, limit: Array | None, draws: int) -> dict[str, Any]:
    public, private = total["public_cash_real@life"], total[f"{PRIVATE}@life"]
    with np.errstate(divide="ignore", invalid="ignore"):
        leverage = np.where(public == 0, np.nan, private / public)
    spent = total[yearly]
    over = np.zeros(spent.shape[1], dtype=bool) if limit is None else (spent > limit[:, None] * (1 + 1e-12)).any(axis=0)
    measures = {
        "leverage": float(leverage[0]),
        "net_rd": float(total[f"{RD}@life"][0]),
        "public_money": float(public[0]),
        "peak": float(spent[:, 0].max()),
        "within_budget": not over[0],
    }
    if draws:
        measures["shortfall"] = float(leverage[0] - np.quantile(leverage[1:], 0.05))
        measures["over_budget"] = float(over[1:].mean())
    return measures


def undominated(goals: Array) -> Array:
    """Positions of the rows that no other row beats: none is at least as high in every column and higher in one."""
    order = np.lexsort(goals.T[::-1])[::-1]
    left = order
    found = []
    while len(left):
        best, rest = left[0], left[1:]
        found.append(best)
        beaten = (goals[rest] <= goals[best]).all(axis=1) & (goals[rest] < goals[best]).any(axis=1)
        left = rest[~beaten]
    return np.array(sorted(found), dtype=np.int64)


def _require_separate(case: Case, outputs: Sequence[Output]) -> None:
    """Raises ModelError when a cluster's figure depends on other clusters, so that sums of clusters would be wrong."""
    program = case.program
    roots = [program.roots[(output.line, CLUSTER)] for output in outputs]
    mixed = _depends_on_all(program)
    seen: set[int] = set()
    stack = list(roots)
    while stack:
        node = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        if node in mixed:
            name = program.nodes[node].label or "a line"
            raise ModelError(f"a cluster's figures depend on those of all clusters (through {name}), so that a portfolio is more than its clusters")
        stack.extend(program.nodes[node].reads)


def _depends_on_all(program: Program) -> set[int]:
    """Nodes that sum over clusters, and all that read one."""
    mixed: set[int] = set()
    for item in program.order:
        members = item if isinstance(item, list) else [item]
        for member in members:
            node = program.nodes[member]
            if (node.operator == "total" and CLUSTER in node.option) or any(read in mixed for read in node.reads):
                mixed.update(members)
    return mixed
