"""How likely: draws of all uncertain assumptions at once, and the numbers whose risk can be looked at."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from model import charts as chart_data
from model.analysis.draws import Draws
from model.analysis.risk import make_spec, take
from model.case import Case
from model.engine import kernel
from model.inputs.definitions import NATION
from model.wording import Wording
from ui import charts, settings, state


@dataclass(frozen=True)
class Outcome:
    """A number whose risk can be looked at. at_year: a line with a value a year. national: of the country, never of one cluster.

    less_is_better: for a cost. is_year: a calendar year, in which something happens or never does.
    """

    name: str
    decimals: int
    at_year: bool = False
    national: bool = False
    less_is_better: bool = False
    is_year: bool = False

    @property
    def format(self) -> str:
        """How charts write it."""
        return "d" if self.is_year else f",.{self.decimals}f"

    def say(self, words: Wording, value: float, last: int) -> str:
        """The number in words. last: year of the case; what happens later, or has no year, happens never."""
        if not self.is_year:
            return words.number(value, self.decimals)
        return words.year(value) if value <= last else words("headline.never")

    def asked(self, cluster: str | None, year: int) -> str:
        """As `model.tornado` and the others want it."""
        own = f"{cluster}.{self.name}" if cluster and not self.national else self.name
        return f"{own}@{year}" if self.at_year else own


OUTCOMES = (
    Outcome("leverage", 2),
    Outcome("leverage_additional", 2),
    Outcome("first_year_private_exceeds_public", 0, less_is_better=True, is_year=True),
    Outcome("national_public_cash", 0, at_year=True, less_is_better=True),
    Outcome("contribution_net_pct_gdp", 3, at_year=True, national=True),
    Outcome("society_npv", 0),
)


@dataclass(frozen=True)
class Asked:
    """Which draws: of these inputs, seen for a cluster or the whole, with crossings by a year."""

    hash: str
    cluster: str | None
    real: bool
    year: int
    draws: int


@dataclass(frozen=True)
class Chances:
    """What a run of draws says, as far as the screen shows it.

    bands: percentiles by year of each line. statements: key of the text, its limit, the chance and its standard error.
    below: share of draws with less leverage than the case itself.
    """

    asked: Asked
    draws: int
    varied: int
    bands: dict[str, dict[str, list[float]]]
    statements: list[tuple[str, float, float, float]]
    at_risk: dict[str, float]
    below: float


FANS = ("leverage_to_date", "national_public_cash", "cash_balance", "rd_intensity")
NATIONAL_FANS = ("rd_intensity",)
AT_ONCE = settings.draws()
COUNTS = (AT_ONCE, 10_000)
SEED = 1
PATIENCE = 0.2
"""Seconds before draws begin: who moves a slider on and on does not start them at every step, and the browser draws the page first."""
LONGEST_WAIT = 2.5
"""Seconds that a run stays for its draws; what takes longer is looked at every now and then."""
LOOK_AGAIN, LOOK_LATER = 0.03, 0.5
"""Seconds between two looks, while a run stays and afterwards."""


class Superseded(Exception):
    """Nobody waits for these draws any more."""


class Desk:
    """Draws for all visitors, two runs at a time, in the background; the last results are kept."""

    KEPT = 32
    VISITORS = 2000

    def __init__(self) -> None:
        self._workers = ThreadPoolExecutor(2, thread_name_prefix="draws")
        self._lock = threading.RLock()
        self._found: OrderedDict[Asked, Future[Chances]] = OrderedDict()
        self._wanted: OrderedDict[int, Asked] = OrderedDict()
        self._share: dict[Asked, float] = {}
        self._prepared: set[tuple[str, str | None, bool]] = set()

    def known(self, visitor: int, asked: Asked) -> Future[Chances] | None:
        """The draws that a visitor wants, if they were begun. What the same visitor wanted before is given up."""
        with self._lock:
            self._wanted[visitor] = asked
            self._wanted.move_to_end(visitor)
            while len(self._wanted) > self.VISITORS:
                self._wanted.popitem(last=False)
            found = self._found.get(asked)
            return None if found is None or (found.done() and isinstance(found.exception(), Superseded)) else found

    def ask(self, visitor: int, asked: Asked, case: Case) -> Future[Chances]:
        """The draws that a visitor wants, begun if need be."""
        with self._lock:
            known = self.known(visitor, asked)
            if known is None:
                known = self._found[asked] = self._workers.submit(self._run, asked, case)
            self._found.move_to_end(asked)
            while len(self._found) > self.KEPT:
                self._found.popitem(last=False)
            return known

    def share(self, asked: Asked) -> float:
        """How much of the draws is done, from 0 to 1."""
        return self._share.get(asked, 0.0)

    def _prepare(self, case: Case, asked: Asked) -> None:
        """Once per case: compile in the background, so that from then on draws are there in a third of the time."""
        looked_at = (case.name, asked.cluster, asked.real)
        with self._lock:
            if looked_at in self._prepared or not kernel.available():
                return
            self._prepared.add(looked_at)
        threading.Thread(target=compiled, args=(case, asked), name="compile", daemon=True).start()

    def _run(self, asked: Asked, case: Case) -> Chances:
        def told(done: int, total: int) -> None:
            self._share[asked] = done / total
            with self._lock:
                if asked not in self._wanted.values():
                    raise Superseded

        time.sleep(PATIENCE)
        try:
            told(0, 1)
            found = drawn(case, asked, told)
            self._prepare(case, asked)
            return found
        except Superseded:
            pass
        finally:
            self._share.pop(asked, None)
        # Raised anew, because the one that came up holds on to the arrays of the run that was given up.
        raise Superseded


@st.cache_resource(show_spinner=False)
def desk() -> Desk:
    """The desk of this server."""
    return Desk()


def outputs_of(asked: Asked) -> tuple[tuple[str, str, str], dict[str, str]]:
    """What is drawn: leverage, the year of crossing and the money at risk; and the lines shown as fans."""
    lead = f"{asked.cluster}." if asked.cluster else ""
    fans = {name: name if name in NATIONAL_FANS else f"{lead}{name}" for name in FANS}
    return (f"{lead}leverage", f"{lead}first_year_private_exceeds_public", f"{lead}national_public_cash_real@life"), fans


def compiled(case: Case, asked: Asked) -> None:
    """Compile what the largest number of draws will want, where there is a compiler."""
    numbers, fans = outputs_of(asked)
    make_spec(case, max(COUNTS), SEED, [*numbers, *fans.values()], real=asked.real).batch().kernel().compile()


def drawn(case: Case, asked: Asked, told: Callable[[int, int], None]) -> Chances:
    """Draw all uncertain assumptions at once, and what follows. told: hears how many of how many draws are done."""
    (leverage, crossing, life), fans = outputs_of(asked)
    spec = make_spec(case, asked.draws, SEED, [leverage, crossing, life, *fans.values()], real=asked.real, quickly=True)
    found = take(Draws(spec), told=told)
    target = float(case.quantity(NATION, "leverage_target").value)  # type: ignore[arg-type]
    statements: list[tuple[str, float, float, float]] = []
    for key, output, limit in (("risk.at_least_one", leverage, 1.0), ("risk.at_target", leverage, target)):
        chance = found.probability(output, at_least=limit)
        statements.append((key, limit, float(chance), chance.standard_error))
    chance = found.probability(crossing, at_most=float(asked.year))
    statements.append(("risk.crossed", float(asked.year), float(chance), chance.standard_error))
    bands = {name: {str(column): [float(v) for v in values] for column, values in found.quantiles(output).items()} for name, output in fans.items()}
    below = float(found.probability(leverage, at_most=case.run().value("leverage", asked.cluster)))
    return Chances(asked, found.draws, len(found.spec.varied), bands, statements, found.value_at_risk(life), below)


def following(draw: Callable[[Chances | None], None], current: state.Now, cluster: str | None, year: int, real: bool, count: int = AT_ONCE) -> None:
    """Show something that draws add to: at once without them, and again when they are there, without holding up the page.

    draw: fills places on the page; called once with nothing while the draws are on their way.
    """
    asked, visitor = Asked(current.case.hash, cluster, real, year, count), id(state.session())
    known = desk().known(visitor, asked)
    if known is not None and (found := outcome(known)):
        draw(found)
        return
    draw(None)
    below = st.empty()

    def arrived() -> None:
        # Begun only now, so that draws and the page do not hold each other up.
        future = desk().ask(visitor, asked, current.case)
        given_up = time.monotonic() + LONGEST_WAIT
        while count == AT_ONCE and not future.done() and time.monotonic() < given_up:
            # Reading the session lets a lever that is moved meanwhile end this run at once.
            state.session()
            wait([future], LOOK_AGAIN)
        if found := outcome(future):
            draw(found)
        elif not future.done():
            with below.container():
                watched(asked, future)

    state.session().awaited.append(arrived)


def outcome(future: Future[Chances]) -> Chances | None:
    """The draws, where they are there."""
    return future.result() if future.done() and not future.exception() else None


def arrive() -> None:
    """At the end of a run, when everything else is on the page: wait a little for draws, and show them."""
    awaited = state.session().awaited
    while awaited:
        awaited.pop(0)()


def watched(asked: Asked, future: Future[Chances]) -> None:
    """How far a long run of draws is, looked at now and then; the page is shown again when it is there."""

    @st.fragment(run_every=LOOK_LATER)
    def progress() -> None:
        if future.done():
            state.run_again()
        st.progress(desk().share(asked), state.w()("risk.drawing"))

    progress()


def card(words: Wording, current: state.Now, cluster: str | None, year: int, real: bool) -> None:
    """How sure: chances, and the fan of a line by year."""
    with charts.box("chances"):
        charts.heading(words("risk.chances_title"))
        with st.container(horizontal=True, vertical_alignment="bottom"):
            count = st.selectbox(words("risk.count"), COUNTS, format_func=words.number, key="draws", width=160)
            name = st.selectbox(words("risk.line"), FANS, format_func=words.line, key="fan", width=380)
        said, drawn = st.empty(), st.container()
        fan = charts.Place(words, "fan", words.line(name))

        def draw(found: Chances | None) -> None:
            shown = outcome_of(words, current, found, name, said)
            if shown:
                with drawn:
                    fan.put(fan_chart(words, current, shown, name))

        following(draw, current, cluster, year, real, count)


def outcome_of(words: Wording, current: state.Now, found: Chances | None, name: str, said: DeltaGenerator) -> Chances | None:
    """Say what draws tell, and return them; while they are on their way, those before them, and that they are of other assumptions."""
    if found is not None:
        st.session_state["chances"] = found
    shown: Chances | None = found or st.session_state.get("chances")
    cluster, real = state.view_cluster(), state.session().view["real"]
    if shown is None or (shown.asked.cluster, shown.asked.real) != (cluster, real):
        said.caption(words("risk.drawing"))
        return None
    told = words("risk.drawn", draws=words.number(shown.draws), varied=words.number(shown.varied), seed=SEED)
    with said.container():
        st.caption(told if found else words("risk.stale"))
        for key, limit, chance, error in shown.statements:
            st.markdown(chance_told(words, chance, error, words(key, value=words.exact(limit), year=words.year(limit))))
        amounts = {key: words.money(shown.at_risk[key]) for key in ("plan", "at_risk", "expected")}
        st.markdown(words("risk.at_risk", **amounts))
        st.caption(words("risk.fan_note", line=words.line(name), unit=fan_unit(words, current, shown, name)))
    return shown


def chance_told(words: Wording, chance: float, error: float, text: str) -> str:
    """A chance with its standard error; what no draw did, or every draw, is said so, since its error of nought would say that it is certain."""
    kind = {0.0: "risk.impossible", 1.0: "risk.certain"}.get(chance, "risk.statement")
    rare = 0 < min(chance, 1 - chance) < 0.01
    return words(kind, text=text, chance=words.percent(chance, 2 if rare else 0), error=words.number(error * 100, 2 if rare else 1))


def fan_unit(words: Wording, current: state.Now, found: Chances, name: str) -> str:
    """Unit of a line that is shown as a fan."""
    unit = current.result.lines[name].unit
    if unit == "EUR m":
        return chart_data.money_unit(words, current.result, found.asked.real)
    return words("chart.pct_gdp" if unit == "share" else "chart.private_per_public")


def fan_chart(words: Wording, current: state.Now, found: Chances, name: str) -> chart_data.Chart:
    """The draws of one line by year, with what the case itself says."""
    result, bands = current.result, found.bands[name]
    line = result.lines[name]
    times = 100.0 if line.unit == "share" else 1.0
    scaled = {column: [value * times for value in values] for column, values in bands.items()}
    base = [float(v) * times for v in result.array(name, None if name in NATIONAL_FANS else found.asked.cluster, found.asked.real)]
    unit = fan_unit(words, current, found, name)
    limits = {"leverage_to_date": ("leverage_target", 1.0, "chart.target"), "rd_intensity": ("rd_target", 100.0, "chart.rd_target")}
    target = None
    if name in limits:
        key, scale, text = limits[name]
        value = float(current.case.quantity(NATION, key).value) * scale  # type: ignore[arg-type]
        target = (value, words(text, value=words.exact(value)))
    last = {column: words.number(values[-1], 2) for column, values in scaled.items()}
    alt = words("alt.fan", line=words.line(name), last=result.years[-1], low=last["P5"], middle=last["P50"], high=last["P95"])
    return charts.fan(words, unit, result.years, scaled, alt, base=base, target=target)
