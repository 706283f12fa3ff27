"""`megacluster sweep`, `tornado`, `sobol`, `morris` and `solve`: what the figures depend on."""

from __future__ import annotations

from typing import Annotated

import typer

from model.commands.frames import (
    AsJson,
    Csv,
    Keys,
    OneOutput,
    Outputs,
    Plot,
    Reading,
    Real,
    Seed,
    Together,
    emit,
    print_json,
    read_keys,
    read_lists,
    show,
)
from model.commands.shared import CaseName, Sets, console, open_case, reported

Cluster = Annotated[str | None, typer.Option("--cluster", help="Which cluster's figure; none is the whole case.")]
Distributions = Annotated[
    list[str] | None,
    typer.Option(
        "--distribution", metavar="KEY=HOW", help="How an input is drawn: uniform, pert:1:2:5, normal:5:0.5, bernoulli:0.8, discrete:0=0.5:2=0.5."
    ),
]


def register(app: typer.Typer) -> None:
    for command in (sweep, tornado, sobol, morris, solve):
        app.command(name=command.__name__, cls=Together)(command)


@reported
def sweep(
    case: CaseName = "portfolio",
    vary: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KEY=VALUES", help="Values of an input: 1,2,3 or 0.5..1.5/11; paths with semicolons. May be repeated: all combinations."
        ),
    ] = None,
    outputs: Outputs = None,
    real: Real = False,
    sets: Sets = None,
    as_json: AsJson = False,
    csv: Csv = None,
    plot: Plot = None,
) -> None:
    """Run CASE for every combination of some values, and tabulate some figures.

    Examples: megacluster sweep portfolio --vary nation.inflation=0.01,0.02,0.03 --vary photonics.delay_years=0,2 --output leverage;
    megacluster sweep --vary '*.demand_factor=0.6..1.4/9' --output leverage --plot demand.png
    """
    import model
    from model.analysis import charts

    reading = Reading()
    reading.files(plot, csv)
    grid = read_lists(vary, "--vary", reading)
    frame = reading.run(model.sweep, reading.read(open_case, case, sets), grid, outputs or ["leverage"], real=real)
    named = [name for name in frame.columns if name not in grid]

    def say() -> None:
        if len(grid) == 2 and len(named) == 1 and all(len(values) <= 12 for values in grid.values()):
            down, across = grid
            table = frame.pivot(index=down, columns=across, values=named[0]).loc[frame[down].unique(), frame[across].unique()]
            show(table, f"{named[0]}: {down} down, {across} across; {len(frame):,} runs of {case}")
        else:
            show(frame, f"{len(frame):,} runs of {case}")

    emit(frame, as_json, csv, plot, lambda: charts.sweep_chart(frame, list(grid), named), say)


@reported
def tornado(
    case: CaseName = "portfolio",
    output: OneOutput = "leverage",
    cluster: Cluster = None,
    keys: Keys = None,
    spread: Annotated[
        float | None, typer.Option(help="A share around the value, for named inputs without a range of their own, such as 0.2.")
    ] = None,
    elasticities: Annotated[bool, typer.Option("--elasticities", help="Per percent of change instead of from low to high.")] = False,
    top: Annotated[int, typer.Option(help="How many inputs to show.")] = 20,
    real: Real = False,
    sets: Sets = None,
    as_json: AsJson = False,
    csv: Csv = None,
    plot: Plot = None,
) -> None:
    """Rank the assumptions by how far each alone moves one figure, from its low to its high.

    Examples: megacluster tornado photonics --output leverage --plot tornado.svg;
    megacluster tornado --output public_cash_real@life --key nation.inflation --key photonics.demand_factor=0.5,1.5
    """
    import model
    from model.analysis import charts

    reading = Reading()
    reading.files(plot, csv)
    given = read_keys(keys, reading)
    reading.check(not (elasticities and spread is not None), "--spread: elasticities have none; leave it out")
    opened = reading.read(open_case, case, sets)
    if elasticities:
        frame = reading.run(model.elasticities, opened, output, given, cluster=cluster, real=real)
    else:
        frame = reading.run(model.tornado, opened, output, given, cluster=cluster, real=real, spread=spread)
    title = f"{frame.attrs['output']}, base {frame.attrs['base']:.6g}: {'elasticities' if elasticities else 'one input at a time'}"
    chart = charts.elasticity_chart if elasticities else charts.tornado_chart
    emit(frame, as_json, csv, plot, lambda: chart(frame), lambda: show(frame.drop(columns="label"), title, top))


@reported
def sobol(
    case: CaseName = "portfolio",
    output: OneOutput = "leverage",
    cluster: Cluster = None,
    keys: Annotated[list[str] | None, typer.Option("--key", metavar="KEY", help="An input; by default the 12 widest of the tornado.")] = None,
    distributions: Distributions = None,
    samples: Annotated[int, typer.Option(help="A power of two; the case is run samples x (inputs + 2) times.")] = 1024,
    seed: Seed = 1,
    real: Real = False,
    sets: Sets = None,
    as_json: AsJson = False,
    csv: Csv = None,
    plot: Plot = None,
) -> None:
    """Divide the uncertainty of one figure among the assumptions: Sobol indices with confidence intervals.

    Example: megacluster sobol photonics --output leverage --samples 2048 --plot sobol.png
    """
    import model
    from model.analysis import charts

    reading = Reading()
    reading.files(plot, csv)
    given = read_distributions(distributions, reading)
    opened = reading.read(open_case, case, sets)
    frame = reading.run(model.sobol, opened, output, keys, samples=samples, seed=seed, distributions=given, cluster=cluster, real=real)
    title = f"{frame.attrs['output']}: shares of its variance, {frame.attrs['runs']:,} runs, seed {seed}"
    emit(frame, as_json, csv, plot, lambda: charts.indices_chart(frame), lambda: show(frame.drop(columns="label"), title))


@reported
def morris(
    case: CaseName = "portfolio",
    output: OneOutput = "leverage",
    cluster: Cluster = None,
    keys: Keys = None,
    trajectories: Annotated[int, typer.Option(help="Starting points; the case is run trajectories x (inputs + 1) times.")] = 20,
    top: Annotated[int, typer.Option(help="How many inputs to show.")] = 20,
    seed: Seed = 1,
    real: Real = False,
    sets: Sets = None,
    as_json: AsJson = False,
    csv: Csv = None,
    plot: Plot = None,
) -> None:
    """Screen many assumptions: which matter to one figure at all, and which work together (Morris).

    Example: megacluster morris portfolio --output leverage --trajectories 10
    """
    import model
    from model.analysis import charts

    reading = Reading()
    reading.files(plot, csv)
    given = read_keys(keys, reading)
    opened = reading.read(open_case, case, sets)
    frame = reading.run(model.morris, opened, output, given, trajectories=trajectories, seed=seed, cluster=cluster, real=real)
    title = f"{frame.attrs['output']}: Morris screening, {frame.attrs['runs']:,} runs, seed {seed}"
    emit(frame, as_json, csv, plot, lambda: charts.morris_chart(frame), lambda: show(frame.drop(columns="label"), title, top))


@reported
def solve(
    case: CaseName = "portfolio",
    output: OneOutput = "leverage",
    target: Annotated[float, typer.Option(help="What the figure should be.")] = 2.0,
    by: Annotated[str, typer.Option(metavar="KEY", help="The input to move, such as photonics.membership_fee.core.")] = "",
    low: Annotated[float | None, typer.Option(help="Look from here.")] = None,
    high: Annotated[float | None, typer.Option(help="Look up to here.")] = None,
    cluster: Cluster = None,
    real: Real = False,
    sets: Sets = None,
    as_json: AsJson = False,
    plot: Plot = None,
) -> None:
    """Find the value of one assumption that brings one figure to a target.

    Example: megacluster solve portfolio --output photonics.leverage --target 2 --by photonics.membership_fee.core
    """
    import model
    from model.analysis import charts
    from model.analysis.solving import described

    reading = Reading()
    reading.files(plot)
    opened = reading.read(open_case, case, sets)
    found = reading.run(model.solve, opened, output, target, by, low=low, high=high, cluster=cluster, real=real)
    if plot is not None:
        charts.write(charts.solution_chart(found), plot)
    if as_json:
        print_json(described(found))
    else:
        console().print(str(found), markup=False)


def read_distributions(words: list[str] | None, mistakes: list[str]) -> dict[str, str] | None:
    """`KEY=HOW` words by key; words without a key are added to the mistakes."""
    found = {}
    for word in words or []:
        key, equals, how = word.partition("=")
        if not equals or not key.strip() or not how.strip():
            mistakes.append(f"--distribution {word}: KEY=HOW is expected, such as photonics.scale=uniform:0.5:1.5")
        else:
            found[key.strip()] = how.strip()
    return found or None
