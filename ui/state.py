"""What one visitor is looking at: the case, what was changed, the view; with undo, redo and the link that holds all of it.

The address bar holds the scenario (`?s=`). It is written at the end of each run and read back when it differs from what was
written: that is how a refresh, a shared link and the browser's own Back and Forward work.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import streamlit as st

import model
from model.case import Case
from model.inputs import reading
from model.inputs.definitions import ASSUMPTIONS, Words
from model.language.errors import InputError
from model.language.message import Message
from model.result import Result
from model.token import MOST_BESIDE, Opened, Scenario, decode, encode, open_scenario
from model.wording import LANGUAGES, Wording
from ui.words import words

START_CASE = "portfolio"
OFFERED = ("portfolio", "photonics", "quantum", "battery")
"""Cases offered first; the policy packages, which are cases built on the portfolio, follow."""
VIEW: dict[str, Any] = {"year": 2032, "real": True, "cluster": "", "outcome": "leverage", "line": "leverage"}
"""What is looked at, and travels with a link: year, prices, cluster, the number whose risk is shown, the line that is explained."""
MAXIMUM_STEPS = 100


@dataclass(frozen=True)
class Step:
    """One point of the history: the case and what was changed in it."""

    case: str
    changes: tuple[tuple[str, Any], ...] = ()

    @property
    def as_dict(self) -> dict[str, Any]:
        return {key: dict(value) if isinstance(value, tuple) else value for key, value in self.changes}


@dataclass
class Session:
    """All that is kept of a visitor between two runs of the script.

    notices: what is to be said at the top of the page. about: what is to be said beside its subject, "file", "saved" or
    "controls", because the top may be far away.
    """

    language: str = LANGUAGES[0]
    steps: list[Step] = field(default_factory=lambda: [Step(START_CASE)])
    position: int = 0
    view: dict[str, Any] = field(default_factory=lambda: dict(VIEW))
    written: str = ""
    written_language: str = ""
    pinned: list[Scenario] = field(default_factory=list)
    notices: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    about: defaultdict[str, list[tuple[str, tuple[str, ...]]]] = field(default_factory=lambda: defaultdict(list))
    touched: bool = False
    passed: str = ""
    unspoken: bool = False
    page: str = ""
    put: dict[str, tuple[str, str]] = field(default_factory=dict)
    computed: tuple[Step, Now] | None = None
    around: tuple[object, ...] = ()
    awaited: list[Callable[[], object]] = field(default_factory=list)

    @property
    def step(self) -> Step:
        return self.steps[self.position]


@dataclass(frozen=True)
class Possible:
    """Which ways through the history are open. Resetting stays open once something was done, so that its button does not come and go."""

    undo: bool
    redo: bool
    reset: bool


@dataclass(frozen=True)
class Now:
    """The figures on the screen: the case as changed and as it started, each with its result.

    The result is computed when it is first asked for: a lever that was moved asks for the figures to be drawn again first,
    so that the browser gets ready meanwhile.
    """

    case: Case
    start: Case
    start_result: Result

    @cached_property
    def result(self) -> Result:
        return self.start_result if self.case is self.start else self.case.run()


@st.cache_resource(max_entries=16, show_spinner=False)
def starting_point(name: str) -> tuple[Case, Result]:
    """A case as it is in its files, and its result; shared by all visitors."""
    case = model.load(name)
    return case, case.run()


@st.cache_resource(show_spinner=False)
def titles() -> dict[str, Words]:
    """Titles of all cases of the program by name, read without loading them."""
    found = {}
    for name, folder in model.available().items():
        title = reading.read(ASSUMPTIONS / folder / f"{name}.yaml").data.get("title", name)
        found[name] = Words(en=title, nl=title) if isinstance(title, str) else Words.model_validate(title)
    return found


@st.cache_resource(show_spinner=False)
def packages() -> tuple[str, ...]:
    """Names of the policy packages and scenarios that come with the program."""
    return tuple(name for name, folder in model.available().items() if folder == "cases" and name not in OFFERED)


def session() -> Session:
    try:
        kept: Session = st.session_state["session"]
    except KeyError:
        kept = st.session_state["session"] = Session()
    return kept


def possible() -> Possible:
    """What can be done to the history now."""
    kept = session()
    return Possible(kept.position > 0, kept.position < len(kept.steps) - 1, bool(kept.step.changes) or kept.position > 0)


def around() -> tuple[object, ...]:
    """What is drawn around the figures of a page depends on this."""
    kept = session()
    return kept.step, kept.language, kept.view["cluster"], possible(), tuple(kept.pinned)


def is_open(popover: str) -> bool:
    """Whether one of the menus of the header is open, so that what it holds must follow."""
    return bool(st.session_state.get(popover))


def w() -> Wording:
    """The words of the visitor's language."""
    return words(session().language)


def put(widget: str, value: Any) -> None:
    """Show a value in a control, unless it shows that already in this language and on this page.

    One that is written anew loses what its user does meanwhile. On another page it is another control, which would begin
    with its own default although the session still holds the value of the one before.
    """
    kept = session()
    shown_on = (kept.language, kept.page)
    if widget not in st.session_state or st.session_state[widget] != value or kept.put.get(widget) != shown_on:
        st.session_state[widget] = value
        kept.put[widget] = shown_on


def freeze(changes: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    """Changes as a value that can be compared, paths of years included."""
    return tuple(sorted((key, tuple(sorted(value.items())) if isinstance(value, Mapping) else value) for key, value in changes.items()))


def now() -> Now:
    """The current case and its result, computed once per change."""
    kept = session()
    if kept.computed is None or kept.computed[0] != kept.step:
        start, start_result = starting_point(kept.step.case)
        case = start.with_values(kept.step.as_dict) if kept.step.changes else start
        kept.computed = (kept.step, Now(case, start, start_result))
    return kept.computed[1]


def go(step: Step) -> None:
    """Make a step the current one; what was undone before it is forgotten."""
    kept = session()
    if step == kept.step:
        return
    kept.steps = [*kept.steps[: kept.position + 1], step][-MAXIMUM_STEPS:]
    kept.position = len(kept.steps) - 1
    kept.touched = True


def change(values: Mapping[str, Any]) -> None:
    """Give inputs other values; a value equal to the case's own is no change. Raises InputError, changing nothing."""
    kept = session()
    start, _ = starting_point(kept.step.case)
    merged = start.with_values({**kept.step.as_dict, **values})
    differing = {
        key: value for key, value in merged.changes.items() if merged.quantity(*key.split(".")).value != start.quantity(*key.split(".")).value
    }
    go(Step(kept.step.case, freeze(differing)))


def _value(case: Case, key: str) -> Any:
    return case.quantity(*key.split(".")).value


def restore(keys: list[str]) -> None:
    """Give inputs back the values of the case's own files."""
    kept = session()
    go(Step(kept.step.case, freeze({key: value for key, value in kept.step.as_dict.items() if key not in keys})))


def reset() -> None:
    """All assumptions as in the case's own files; undo brings the changes back."""
    go(Step(session().step.case))


def undo() -> None:
    kept = session()
    kept.position = max(0, kept.position - 1)
    kept.touched = True
    keep_view_possible()


def redo() -> None:
    kept = session()
    kept.position = min(len(kept.steps) - 1, kept.position + 1)
    kept.touched = True
    keep_view_possible()


def choose(name: str) -> None:
    """Another case, with those changes that mean something in it; says how many were left behind."""
    kept = session()
    start, _ = starting_point(name)
    fitting = {key: value for key, value in kept.step.as_dict.items() if key in start.quantities()}
    left = len(kept.step.changes) - len(fitting)
    if left:
        kept.notices.append(("notice.left_behind", (str(left),)))
    go(Step(name, freeze(fitting)))
    keep_view_possible()


def look(**view: Any) -> None:
    """Change what is looked at: year, real, cluster."""
    session().view.update(view)
    session().touched = True


def keep_view_possible() -> None:
    """A view that the current case cannot show goes back to the nearest one that it can."""
    kept = session()
    start, _ = starting_point(kept.step.case)
    if kept.view["cluster"] not in start.clusters or len(start.clusters) == 1:
        kept.view["cluster"] = ""
    years = now().case.years
    kept.view["year"] = min(max(int(kept.view["year"]), years[0]), years[-1])
    kept.view["real"] = bool(kept.view["real"])


def view_cluster() -> str | None:
    """The cluster looked at; None for the whole case."""
    return session().view["cluster"] or None


def scenario() -> Scenario:
    """What is on the screen as a scenario that can be kept or sent."""
    kept = session()
    return Scenario(kept.step.case, kept.step.as_dict, hash=now().case.hash, view=dict(kept.view), beside=tuple(kept.pinned))


def pin(given: Scenario) -> None:
    """Put a scenario beside the current one; the oldest makes room for a fourth."""
    kept = session()
    found = opened_here(given)
    added = Scenario(given.case, found.case.changes, name=given.name)
    kept.pinned = [*(other for other in kept.pinned if other != added), added][-MOST_BESIDE:]


def unpin(position: int) -> None:
    del session().pinned[position]


def take(given: Scenario) -> None:
    """Make a scenario the current one; what no longer fits is told."""
    kept = session()
    found = opened_here(given)
    if found.unknown:
        kept.notices.append(("notice.unknown", found.unknown))
    if found.aged:
        kept.notices.append(("notice.aged", (given.version,)))
    go(Step(given.case, freeze(found.case.changes)))
    keep_view_possible()


def read_link() -> None:
    """Take over language and scenario of the address bar when they are not what was written there last.

    An empty address bar changes nothing: that is how another page of the app is opened. Nor does one that came along with
    a change: who moves a slider quickly sends the second move before the address of the first has arrived.
    """
    kept = session()
    language = st.query_params.get("lang", "")
    if not kept.written_language and language not in LANGUAGES:
        language = (st.context.locale or "")[:2]
    if language in LANGUAGES and language != kept.written_language:
        kept.language = kept.written_language = language
    incoming = st.query_params.get("s", "")
    passed, touched, kept.passed, kept.touched = kept.passed, kept.touched, "", False
    kept.unspoken = bool(incoming) and incoming == passed != kept.written and not touched
    if incoming and incoming != kept.written and not kept.unspoken and not touched:
        kept.written = incoming
        open_link(incoming)
        kept.touched = False


def opened_here(found: Scenario) -> Opened:
    """A scenario as a case. Raises InputError for a case that the program does not have: a link must not name a file."""
    if found.case not in model.available():
        raise InputError(Message("there is no case {name!r}", name=found.case))
    start, _ = starting_point(found.case)
    return open_scenario(found, start)


def open_link(token: str) -> None:
    """Open a scenario from its text; what cannot be opened is told and changes nothing."""
    kept = session()
    kept.notices.clear()
    try:
        found = decode(token)
        opened = opened_here(found)
        kept.pinned = [Scenario(other.case, opened_here(other).case.changes, name=other.name) for other in found.beside]
    except InputError as error:
        kept.notices.append(("notice.bad_link", tuple(error.mistakes)))
        return
    if opened.unknown:
        kept.notices.append(("notice.unknown", opened.unknown))
    if opened.aged:
        kept.notices.append(("notice.aged", (found.version,)))
    step = Step(found.case, freeze(opened.case.changes))
    around = {position: kept.steps[position] for position in (kept.position - 1, kept.position + 1) if 0 <= position < len(kept.steps)}
    nearby = [position for position, known in around.items() if known == step]
    if nearby:
        kept.position = nearby[0]
    else:
        go(step)
    kept.view = {**VIEW, **{key: value for key, value in found.view.items() if key in VIEW and isinstance(value, type(VIEW[key]))}}
    keep_view_possible()


def run_again() -> None:
    """Run the page again on the program's own account.

    Such a run sees the address bar as it was when it was asked for. Where the visitor went back meanwhile, that is an
    address to be passed over: read, it would undo the step back; written, it would cut off the way forward.
    """
    session().passed = st.query_params.get("s", "")
    st.rerun()


def write_link() -> None:
    """Put the scenario in the address bar when it changed."""
    kept = session()
    if kept.unspoken:
        return
    try:
        token = encode(scenario())
    except InputError as error:
        kept.notices.append(("notice.too_long", tuple(error.mistakes)))
        return
    if st.query_params.get("s") != token or st.query_params.get("lang") != kept.language:
        kept.written, kept.written_language = token, kept.language
        st.query_params.from_dict({"s": token, "lang": kept.language})


def link() -> str:
    """Address of this page with the scenario in it. Raises InputError where there are too many changes for one."""
    address = str(st.context.url or "").split("?")[0]
    return f"{address}?s={encode(scenario())}&lang={session().language}"
