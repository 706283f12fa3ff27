"""How likely: draws of all uncertain assumptions at once, and the numbers whose risk can be looked at."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import streamlit as st

import model
from model import charts as chart_data
from model.inputs.definitions import NATION
from model.wording import Wording
from ui import charts, state


@dataclass(frozen=True)
class Outcome:
    """A number whose risk can be looked at. at_year: a line with a value a year. national: of the country, never of one cluster."""

    name: str
    decimals: int
    at_year: bool = False
    national: bool = False

    def asked(self, cluster: str | None, year: int) -> str:
        """As `model.tornado` and the others want it."""
        own = f"{cluster}.{self.name}" if cluster and not self.national else self.name
        return f"{own}@{year}" if self.at_year else own


OUTCOMES = (
    Outcome("leverage", 2),
    Outcome("leverage_additional", 2),
    Outcome("national_public_cash", 0, at_year=True),
    Outcome("contribution_net_pct_gdp", 3, at_year=True, national=True),
    Outcome("society_npv", 0),
)


@dataclass(frozen=True)
class Chances:
    """What a run of draws says, as far as the screen shows it. bands: percentiles by year of each line."""

    hash: str
    cluster: str | None
    real: bool
    year: int
    draws: int
    varied: int
    bands: dict[str, dict[str, list[float]]]
    statements: list[tuple[str, float, float]]
    at_risk: dict[str, float]


FANS = ("leverage_to_date", "national_public_cash", "cash_balance", "rd_intensity")
NATIONAL_FANS = ("rd_intensity",)
COUNTS = (1000, 2000, 10_000)
SEED = 1


@st.cache_resource(show_spinner=False)
def turnstile() -> threading.Semaphore:
    """At most two visitors draw at a time; others wait their turn."""
    return threading.Semaphore(2)


def draw(words: Wording, current: state.Now, cluster: str | None, year: int, real: bool, count: int) -> Chances:
    """Draw all uncertain assumptions at once, with a bar while it runs."""
    lead = f"{cluster}." if cluster else ""
    fans = {name: name if name in NATIONAL_FANS else f"{lead}{name}" for name in FANS}
    leverage, life = f"{lead}leverage", f"{lead}national_public_cash_real@life"
    crossing = f"{lead}first_year_private_exceeds_public"
    bar = st.progress(0.0, words("risk.drawing"))
    with turnstile():
        found = model.monte_carlo(
            current.case,
            count,
            SEED,
            [leverage, crossing, life, *fans.values()],
            real=real,
            told=lambda done, total: bar.progress(done / total, words("risk.drawing")),
        )
    bar.empty()
    target = float(current.case.quantity(NATION, "leverage_target").value)  # type: ignore[arg-type]
    statements: list[tuple[str, float, float]] = []
    for key, output, limit in (("risk.at_least_one", leverage, 1.0), ("risk.at_target", leverage, target)):
        chance = found.probability(output, at_least=limit)
        statements.append((words(key, value=words.exact(limit)), float(chance), chance.standard_error))
    chance = found.probability(crossing, at_most=float(year))
    statements.append((words("risk.crossed", year=year), float(chance), chance.standard_error))
    bands = {name: {column: [float(v) for v in values] for column, values in found.quantiles(output).items()} for name, output in fans.items()}
    at_risk = found.value_at_risk(life)
    return Chances(current.case.hash, cluster, real, year, found.draws, len(found.spec.varied), bands, statements, at_risk)


@st.fragment
def card(words: Wording, current: state.Now, cluster: str | None, year: int, real: bool) -> None:
    """How sure: draws on request, kept until another run; marked when they belong to other assumptions."""
    with st.container(border=True, key="card_chances"):
        st.header(words("risk.chances_title"), anchor=False)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            count = st.selectbox(words("risk.count"), COUNTS, index=1, format_func=words.number, key="draws", width=160)
            if st.button(words("risk.draw"), icon=":material/casino:", type="primary", key="draw"):
                st.session_state["chances"] = draw(words, current, cluster, year, real, count)
        found: Chances | None = st.session_state.get("chances")
        if found is None:
            st.caption(words("risk.chances_note"))
            return
        if (found.hash, found.cluster, found.real) != (current.case.hash, cluster, real):
            st.warning(words("risk.stale"), icon=":material/history:")
        st.caption(words("risk.drawn", draws=words.number(found.draws), varied=words.number(found.varied), seed=SEED))
        for text, chance, error in found.statements:
            st.markdown(words("risk.statement", text=text, chance=words.percent(chance, 0), error=words.number(error * 100, 1)))
        at_risk = found.at_risk
        amounts = {name: words.money(at_risk[name]) for name in ("plan", "at_risk", "expected")}
        st.markdown(words("risk.at_risk", **amounts))
        shown = st.selectbox(words("risk.line"), FANS, format_func=words.line, key="fan", width=380)
        fan_chart(words, current, found, shown)


def fan_chart(words: Wording, current: state.Now, found: Chances, name: str) -> None:
    """The draws of one line by year, with what the case itself says."""
    result, bands = current.result, found.bands[name]
    line = result.lines[name]
    times = 100.0 if line.unit == "share" else 1.0
    scaled = {column: [value * times for value in values] for column, values in bands.items()}
    base = [float(v) * times for v in result.array(name, None if name in NATIONAL_FANS else found.cluster, found.real)]
    unit = (
        words("chart.pct_gdp")
        if times > 1
        else chart_data.money_unit(words, result, found.real)
        if line.unit == "EUR m"
        else words("chart.private_per_public")
    )
    limits = {"leverage_to_date": ("leverage_target", 1.0, "chart.target"), "rd_intensity": ("rd_target", 100.0, "chart.rd_target")}
    target = None
    if name in limits:
        key, scale, text = limits[name]
        value = float(current.case.quantity(NATION, key).value) * scale  # type: ignore[arg-type]
        target = (value, words(text, value=words.exact(value)))
    last = {column: words.number(values[-1], 2) for column, values in scaled.items()}
    alt = words("alt.fan", line=words.line(name), last=result.years[-1], low=last["P5"], middle=last["P50"], high=last["P95"])
    st.caption(words("risk.fan_note", line=words.line(name), unit=unit))
    charts.show(words, charts.fan(words, unit, result.years, scaled, alt, base=base, target=target), "fan", words.line(name))
