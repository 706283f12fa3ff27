"""`megacluster monte-carlo`, `discover` and `portfolio`: how sure we are, where it goes wrong, what to choose."""

from __future__ import annotations

import re
import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from model.commands.frames import AsJson, Csv, Keys, OneOutput, Outputs, Plot, Reading, Real, Seed, Together, emit, read_keys, show
from model.commands.sensitivity import Cluster, Distributions, read_distributions
from model.commands.shared import FAILED, STOPPED, CaseName, Sets, console, open_case, reported
from model.language.errors import InputError, ModelError

if TYPE_CHECKING:
    from model.analysis.draws import Draws
    from model.case import Case
    from model.engine.outputs import Output

_STATEMENT = re.compile(r"^(?P<output>[^<>]+?)\s*(?P<sign>>=|<=)\s*(?P<amount>[-+.\deE]+)(?:\s+by\s+(?P<by>\d{4}))?$")


def register(app: typer.Typer) -> None:
    app.command(name="monte-carlo", cls=Together)(monte_carlo)
    app.command(name="discover", cls=Together)(discover)
    app.command(name="portfolio", cls=Together)(portfolio)


@reported
def monte_carlo(
    case: CaseName = "portfolio",
    draws: Annotated[int, typer.Option(help="How many draws, at most.")] = 10_000,
    seed: Seed = 1,
    outputs: Outputs = None,
    keys: Annotated[list[str] | None, typer.Option("--key", metavar="KEY", help="An input that varies; by default all that have a range.")] = None,
    distributions: Distributions = None,
    sampler: Annotated[str, typer.Option(help="latin, sobol or random.")] = "latin",
    correlate: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY,KEY=R", help="Rank correlation of two inputs, such as photonics.demand_factor,quantum.demand_factor=0.6."),
    ] = None,
    probability: Annotated[
        list[str] | None,
        typer.Option(metavar="STATEMENT", help="A chance to state: 'leverage >= 2', 'leverage_to_date >= 1 by 2045', 'cash_balance@2040 <= 0'."),
    ] = None,
    until: Annotated[float | None, typer.Option(help="Stop when the standard errors of P5, P50 and P95 are below this share of the median.")] = None,
    fan: Annotated[str | None, typer.Option(metavar="LINE", help="Show the fan of a yearly line; --plot draws it.")] = None,
    convergence: Annotated[str | None, typer.Option(metavar="LINE", help="Show how one number settles as draws are added; --plot draws it.")] = None,
    real: Real = False,
    sets: Sets = None,
    as_json: AsJson = False,
    csv: Csv = None,
    all_draws: Annotated[
        Path | None, typer.Option("--draws-to", metavar="FILE", help="Write every draw, inputs and outputs, as .csv or .parquet.")
    ] = None,
    plot: Plot = None,
    scheduler: Annotated[str | None, typer.Option(metavar="ADDRESS", help="Spread the draws over the workers of a dask scheduler.")] = None,
) -> None:
    """Draw all uncertain assumptions at once, many times: percentiles with standard errors, chances, money at risk.

    Examples: megacluster monte-carlo photonics --probability 'photonics.leverage >= 2';
    megacluster monte-carlo --draws 100000 --sampler sobol --until 0.001 --fan cash_balance --plot cash.png

    Ctrl-C stops drawing and shows the figures of the draws made so far.
    """
    from model.analysis import charts
    from model.analysis.draws import Draws
    from model.analysis.risk import check_until, make_spec, take

    reading = Reading()
    reading.files(plot, csv)
    if all_draws is not None:
        reading.check(all_draws.suffix in (".csv", ".parquet"), f"--draws-to {all_draws}: a file that ends in .csv or .parquet is expected")
        reading.writable("--draws-to", all_draws)
    reading.check(not (fan and convergence), "--fan and --convergence: one table at a time")
    reading.read(check_until, until)
    stated = {word: reading.read(_statement, word) for word in probability or []}
    read = {"distributions": read_distributions(distributions, reading), "correlations": _correlations(correlate, reading)}
    opened = reading.read(open_case, case, sets)
    asked = _asked(opened, outputs, stated, fan, convergence, real, reading) if opened is not None else []
    made = [reading.read(make_spec, opened, draws, seed, asked, keys, sampler=sampler, real=real, **read)] if opened is not None else []
    reading.tell()
    spec = made[0]
    if not fan and all(output.yearly for output in spec.outputs):
        fan = spec.outputs[0].name
    found = Draws(spec)
    stopped = 0
    try:
        with _client(scheduler) as client:
            take(found, until=until, client=client)
    except (KeyboardInterrupt, ModelError) as why:
        if not found.draws:
            raise
        stopped = FAILED if isinstance(why, ModelError) else STOPPED
        print(f"{f'error: {why}' if str(why) else 'stopped'}\nthe figures rest on {found.draws:,} of {draws:,} draws", file=sys.stderr)
    if all_draws is not None:
        _write_draws(found, all_draws)
    chances = {word: _chance(found, statement) for word, statement in stated.items()}
    shown = found.quantiles(fan) if fan else found.convergence(convergence) if convergence else found.summary()

    def chart() -> dict[str, Any]:
        if fan:
            return charts.fan_chart(found, fan)
        if convergence:
            return charts.convergence_chart(found, convergence)
        return charts.histogram_chart(found, next(output.name for output in found.spec.outputs if not output.yearly))

    def say() -> None:
        _show(found, chances)
        if fan or convergence:
            show(shown, f"\n{fan} by year" if fan else f"\n{convergence}: percentiles and their standard errors by number of draws")

    money = _money(found)
    emit(shown, as_json, csv, plot, chart, say, probabilities={word: list(chance) for word, chance in chances.items()}, value_at_risk=money)
    if stopped:
        raise typer.Exit(stopped)


def _client(scheduler: str | None) -> AbstractContextManager[Any]:
    """The dask client of a scheduler's address; none where no address is given. Raises InputError where none answers."""
    if scheduler is None:
        return nullcontext()
    from model.analysis.distributed import connected

    return connected(scheduler)


def _asked(
    case: Case,
    outputs: list[str] | None,
    stated: dict[str, dict[str, Any] | None],
    fan: str | None,
    convergence: str | None,
    real: bool,
    reading: Reading,
) -> list[Output]:
    """What to compute: the outputs named or the usual ones, and what statements, the fan and the convergence need."""
    from model.analysis.draws import check_years
    from model.analysis.one_at_a_time import one_number
    from model.analysis.risk import default_outputs
    from model.engine.outputs import read_output, read_outputs

    wanted = list(reading.read(read_outputs, case, outputs or default_outputs(case), real=real) or ())
    for statement in stated.values():
        output = reading.read(read_output, case, statement["output"], real=real) if statement else None
        if statement and output:
            reading.read(check_years, case, output.name, output.yearly, None, statement["by"])
            wanted.append(output)
    if fan:
        output = reading.read(read_output, case, fan, real=real)
        reading.check(output is None or output.yearly, f"--fan {fan}: is one number; name a yearly line, such as cash_balance")
        wanted.append(output)
    if convergence:
        wanted.append(reading.read(one_number, case, convergence, real=real))
    return list({output.name: output for output in wanted if output is not None}.values())


def _statement(word: str) -> dict[str, Any]:
    """`OUTPUT >= AMOUNT [by YEAR]` taken apart. Raises InputError."""
    match = _STATEMENT.match(word.strip())
    try:
        amount = float(match["amount"]) if match else None
    except ValueError:
        amount = None
    if match is None or amount is None:
        raise InputError(f"--probability {word}: OUTPUT >= AMOUNT or OUTPUT <= AMOUNT is expected, and for a yearly line 'by YEAR'")
    return {"output": match["output"], "sign": match["sign"], "amount": amount, "by": int(match["by"]) if match["by"] else None}


def _chance(found: Draws, statement: dict[str, Any]) -> Any:
    side = "at_least" if statement["sign"] == ">=" else "at_most"
    return found.probability(statement["output"], by=statement["by"], **{side: statement["amount"]})


def _money(found: Draws) -> dict[str, dict[str, float]]:
    """Money at risk of every output that is public money over the life."""
    return {name: found.value_at_risk(name) for name in found.outputs if name.endswith("public_cash_real@life")}


def _show(found: Draws, chances: dict[str, Any]) -> None:
    summary = found.summary()
    plain = summary[["mean", *(name for name in summary.columns if name.startswith("P") and not name.endswith("_error"))]]
    facts = found.provenance
    show(plain, f"{facts['draws']:,} draws of {facts['varied']} inputs ({facts['sampler']}, seed {facts['seed']})")
    errors = summary[[name for name in summary.columns if name.endswith("_error")]]
    show(errors.rename(columns=lambda name: name.removesuffix("_error")), "\nStandard errors of the percentiles")
    out = console()
    for word, chance in chances.items():
        out.print(f"Chance of {word}: {chance}", markup=False)
    for name, money in _money(found).items():
        out.print(
            f"{name}: plan {money['plan']:,.0f}, expected {money['expected']:,.0f}; in the worst 5 % of the draws more than "
            f"{money['at_risk']:,.0f} (± {money['standard_error']:,.0f}), on average {money['tail']:,.0f} EUR m in constant prices.",
            markup=False,
        )
    worst = found.worst_error()
    reached = "" if found.until is None else f"; asked for {found.until:g}, {'reached' if worst <= found.until else 'not reached'}"
    out.print(f"Largest standard error of P5, P50 and P95: {100 * worst:.2g} % of the median{reached}.", markup=False)


def _correlations(words: list[str] | None, mistakes: list[str]) -> dict[tuple[str, str], float] | None:
    """`KEY,KEY=R` words by pair of keys; what is wrong is added to the mistakes."""
    found: dict[tuple[str, str], float] = {}
    for word in words or []:
        pair, _, rank = word.partition("=")
        keys = [key.strip() for key in pair.split(",")]
        try:
            first, second = keys
            found[(first, second)] = float(rank)
        except ValueError:
            mistakes.append(f"--correlate {word}: KEY,KEY=R is expected, with R from -1 to 1")
    return found or None


def _write_draws(found: Draws, path: Path) -> None:
    frame = found.frame
    if path.suffix == ".csv":
        frame.to_csv(path, index=False)
    else:
        frame.attrs = {}
        frame.to_parquet(path, index=False)


@reported
def discover(
    case: CaseName = "portfolio",
    output: OneOutput = "leverage",
    at_least: Annotated[float | None, typer.Option(help="Of interest is what is at least this.")] = None,
    at_most: Annotated[float | None, typer.Option(help="Of interest is what is at most this.")] = None,
    cluster: Cluster = None,
    keys: Keys = None,
    draws: Annotated[int, typer.Option(help="How many draws, spread evenly over the ranges.")] = 4096,
    density: Annotated[float | None, typer.Option(help="How dense a box should be, such as 0.8; by default the best compromise.")] = None,
    boxes: Annotated[int, typer.Option(help="How many boxes to look for at most.")] = 3,
    seed: Seed = 1,
    real: Real = False,
    sets: Sets = None,
    as_json: AsJson = False,
    csv: Csv = None,
    plot: Plot = None,
) -> None:
    """Find the ranges of assumptions in which a plan succeeds, or fails (PRIM), with coverage and density.

    Example: megacluster discover photonics --output leverage --cluster photonics --at-least 2 --plot boxes.png
    """
    import pandas as pd

    import model
    from model.analysis import charts

    reading = Reading()
    reading.files(plot, csv)
    given = read_keys(keys, reading)
    found = reading.run(
        model.discover,
        reading.read(open_case, case, sets),
        output,
        at_least=at_least,
        at_most=at_most,
        keys=given,
        draws=draws,
        seed=seed,
        cluster=cluster,
        real=real,
        density=density,
        boxes=boxes,
    )
    parts = [each.limits.assign(box=number, coverage=each.coverage, density=each.density) for number, each in enumerate(found.scenarios, 1)]
    frame = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["key", "low", "high", "box"])
    frame.attrs = found.draws.provenance

    def say() -> None:
        console().print(str(found), markup=False)
        if parts:
            show(frame.drop(columns="label"), "\nLimits, with the chance that a box is as dense without them")

    emit(frame, as_json, csv, plot, lambda: charts.tradeoff_chart(found), say, interest=found.interest, share=found.share)


@reported
def portfolio(
    case: CaseName = "portfolio",
    scales: Annotated[str, typer.Option(metavar="S,S", help="Factors on each cluster's scale; leaving it out is always tried.")] = "0.5,1,1.5",
    delays: Annotated[str, typer.Option(metavar="Y,Y", help="Years of delay to try.")] = "0,3,6",
    budget: Annotated[
        str | None, typer.Option(metavar="AMOUNT", help="Public money a year, EUR m in constant prices: 300, or a path 2026:200,2035:400.")
    ] = None,
    budget_line: Annotated[str, typer.Option(metavar="LINE", help="What the budget limits, such as national_public_cash_real.")] = "public_cash_real",
    draws: Annotated[int, typer.Option(help="Draws that the risk rests on; 0 leaves risk out.")] = 200,
    seed: Seed = 1,
    top: Annotated[int, typer.Option(help="How many portfolios to show.")] = 20,
    sets: Sets = None,
    as_json: AsJson = False,
    csv: Csv = None,
    plot: Plot = None,
) -> None:
    """Choose clusters, their scale and delay, under a yearly public budget: the portfolios that no other one beats.

    Example: megacluster portfolio --budget 300 --scales 0.5,1 --delays 0,2,4 --plot portfolios.png
    """
    import model
    from model.analysis import charts

    reading = Reading()
    reading.files(plot, csv)
    read = {
        "scales": reading.read(_numbers, "--scales", scales, float) or [1.0],
        "delays": reading.read(_numbers, "--delays", delays, int) or [0],
        "budget": reading.read(_budget, budget),
    }
    found = reading.run(
        model.choose_portfolio,
        reading.read(open_case, case, sets),
        **read,
        budget_line=budget_line,
        draws=draws,
        seed=seed,
    )
    efficient = found.efficient.drop(columns=["within_budget", "efficient"])

    def say() -> None:
        console().print(str(found), markup=False)
        short = efficient.drop(columns=[name for name in efficient.columns if name.endswith((".scale", ".delay"))])
        for place, cluster in enumerate(found.clusters):
            built = zip(efficient[f"{cluster}.scale"], efficient[f"{cluster}.delay"], strict=True)
            short.insert(place, cluster, [f"x {scale:g}, {delay} years later" if scale else "left out" for scale, delay in built])
        show(short, "\nThe efficient ones, highest leverage first", top)

    facts = {"budget": found.budget, "budget_line": found.budget_line, "text": str(found)}
    emit(found.frame, as_json, csv, plot, lambda: charts.portfolio_chart(found), say, listed=efficient, **facts)


def _numbers(option: str, text: str, kind: Any) -> list[Any]:
    try:
        return [kind(part) for part in text.split(",")]
    except ValueError:
        raise InputError(f"{option} {text}: numbers with commas between them are expected") from None


def _budget(text: str | None) -> float | dict[int, float] | None:
    if text is None:
        return None
    try:
        if ":" in text:
            return {int(year): float(amount) for year, amount in (part.split(":") for part in text.split(","))}
        return float(text)
    except ValueError:
        raise InputError(f"--budget {text}: an amount, or a path such as 2026:200,2035:400, is expected") from None
