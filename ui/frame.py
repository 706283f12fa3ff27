"""What every page shares: style, the assumptions at the side, title with undo and sharing, what was changed, the footer."""

from __future__ import annotations

import datetime
import gc
import html
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import streamlit as st

from model import headline
from model.inputs.definitions import NATION, OWN
from model.language.errors import InputError
from model.version import VERSION
from model.wording import Wording
from ui import chances, charts, downloads, drawing, levers, menu, state, visitor
from ui.server import page_script

HERE = Path(__file__).parent
GRAVE = ("not_financeable",)
NEEDED = (headline.DELAYED,)
"""Warnings that no figure should be read without, and what is needed to read them well; the others are caveats behind one line."""
WHOLE_CASE = ("target", "portfolio", "assumptions")
"""Pages that show all clusters of the case, whichever is looked at elsewhere."""
CONSTANT = ("compare", "appraisal")
"""Pages whose money is always in constant prices."""
OWN_COMPUTER = ("localhost", "127.0.0.1", "::1")
COUNTED = ("notice.left_behind", "notice.opened")
GOOD = ("notice.aged", "notice.saved")
"""Notices that tell a number, and those that are no warning. Other details may be anybody's words: they are shown as plain text."""
AMOUNT = re.compile(r"[-+€\d].{0,15}$")
"""What is not broken over lines; a longer value would not fit a telephone."""


@st.cache_resource(show_spinner=False)
def warm() -> None:
    """Once per server: load what is needed, then keep the collector from scanning it after every run."""
    state.starting_point(state.START_CASE)
    gc.collect()
    gc.freeze()


def pages() -> list[Any]:
    """The pages, titled in the visitor's language."""
    words, folder, found = state.w(), HERE / "pages", []
    for name in menu.PAGES:
        path = menu.path(name)
        found.append(st.Page(folder / f"{name}.py", title=words(f"{name}.title"), url_path=path or None, default=not path))
    return found


def start() -> None:
    """Before anything is drawn: page settings, style, what the address bar asks for."""
    st.set_page_config(page_icon=str(HERE / "icon.png"), layout="wide")
    warm()
    st.html(HERE / "style.css")
    state.read_link()
    scripts = f'<script>{page_script(state.session().language)}</script><script type="module" src="{drawing.address()}"></script>'
    st.html(scripts, unsafe_allow_javascript=True)
    visitor.gate()


def run(chosen: Any) -> None:
    """Draw the menu, the assumptions at the side and the chosen page, which draws itself with `body`."""
    st.set_page_config(page_title=f"{chosen.title} · Megacluster")
    st.html(f"<script>{menu.script(state.session().language)}</script>", unsafe_allow_javascript=True)
    state.session().page = chosen.url_path
    sidebar()
    chosen.run()


def body(name: str, page: Callable[[], None]) -> None:
    """Draw a page with its header and footer, and put the scenario in the address bar.

    What depends on the figures is a part of its own: a lever runs that again without what stands around it, which is more
    than half of what would be sent. Whatever else changes what stands around it runs everything again.
    """
    header(name)
    state.session().around = state.around()

    @st.fragment(key=levers.PAGE)
    def drawn() -> None:
        kept = state.session()
        if kept.around != state.around():
            st.rerun()
        if kept.touched:
            kept.touched = kept.unspoken = False
        kept.awaited.clear()
        notices()
        page()
        footer()
        state.write_link()
        chances.arrive()

    drawn()


def set_language() -> None:
    chosen = st.session_state["language"]
    if chosen:
        state.session().language = chosen


def sidebar() -> None:
    """The assumptions that are asked for most."""
    words = state.w()
    current = state.now()
    state.session().around = ()
    with st.sidebar:
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.header(words("sidebar.title"), anchor=False, width="content")
            state.put("language", state.session().language)
            st.segmented_control(
                words("sidebar.language"), ["nl", "en"], key="language", on_change=set_language, label_visibility="collapsed", required=True
            )
        scope = ""
        clusters = list(current.case.clusters)
        if len(clusters) > 1:
            chosen = st.session_state.get("scope", "-")
            state.put("scope", chosen if chosen in ("", *clusters) else state.session().view["cluster"])
            scope = st.selectbox(
                words("sidebar.scope"),
                ["", *clusters],
                format_func=lambda c: words.of(current.case.clusters[c]) if c else words("sidebar.all_clusters"),
                key="scope",
            )
        for lever in levers.CLUSTER_LEVERS:
            levers.slider(words, lever, scope or "*")
        st.divider()
        st.header(words("sidebar.nation"), anchor=False)
        for lever in levers.NATION_LEVERS:
            levers.slider(words, lever, NATION)
        visitor.farewell()


def tell(words: Wording, notices: list[tuple[str, tuple[str, ...]]]) -> None:
    """Say once what happened, each with its details."""
    for key, details in notices:
        if key in COUNTED:
            st.info(words(key, detail=details[0]), icon=":material/info:")
            continue
        if key in GOOD:
            st.info(words(key), icon=":material/info:")
        else:
            st.warning(words(key), icon=":material/warning:")
        for detail in details:
            st.text(words.say(detail))
    notices.clear()


def notices() -> None:
    """What the visitor must know about this run: a bad link, changes that were left out, warnings of the model."""
    words = state.w()
    kept = state.session()
    tell(words, kept.notices)
    found = headline.warnings(words, state.now().result)
    for name, text in found:
        if name in GRAVE:
            st.error(text, icon=":material/warning:")
        elif name in NEEDED:
            st.info(text, icon=":material/info:")
    caveats = [text for name, text in found if name not in (*GRAVE, *NEEDED)]
    if caveats:
        told = st.expander(words("warning.caveats", count=len(caveats)), icon=":material/info:", key="caveats", on_change="rerun", type="compact")
        if told.open:
            with told:
                items = "".join(f"<li>{html.escape(text)}</li>" for text in caveats)
                st.html(f'<ul class="prose">{items}</ul>')


def header(name: str) -> None:
    """Title of the page with undo, redo, reset and sharing; then what is looked at."""
    words = state.w()
    can = state.possible()
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", key="header"):
        st.title(words(f"{name}.question"), anchor=False, width="content")
        with st.container(horizontal=True, width="content", vertical_alignment="center", gap="small"):
            st.button(words("action.undo"), icon=":material/undo:", type="tertiary", disabled=not can.undo, on_click=state.undo, key="undo")
            st.button(words("action.redo"), icon=":material/redo:", type="tertiary", disabled=not can.redo, on_click=state.redo, key="redo")
            st.button(
                words("action.reset"),
                icon=":material/restart_alt:",
                type="tertiary",
                disabled=not can.reset,
                on_click=state.reset,
                key="reset",
            )
            share()
            downloads.menu()
    view_controls(name not in WHOLE_CASE, name not in CONSTANT)


def share() -> None:
    """The link that shows exactly this."""
    words = state.w()
    opened = st.popover(words("action.share"), icon=":material/link:", type="primary", key="share", on_change="rerun")
    if opened.open:
        with opened:
            try:
                address = state.link()
            except InputError:
                st.markdown(words("notice.too_long"))
                return
            st.markdown(words("share.explanation"))
            host = urlsplit(address).hostname or ""
            if host in OWN_COMPUTER:
                st.caption(words("share.own_computer", host=host))
            st.code(address, language=None, wrap_lines=True)


def set_case() -> None:
    state.choose(st.session_state["case"])


def set_view(name: str) -> None:
    value = st.session_state[f"view_{name}"]
    if value is not None:
        state.look(**{name: value})
    if name == "cluster":
        st.session_state["scope"] = value


def looked_at(name: str, offered: Sequence[str], label: str, format_func: Callable[[str], str], width: int | Literal["stretch"] = "stretch") -> str:
    """A choice that belongs to what is looked at, so that a link takes it along; the first one where the link names none that is offered."""
    chosen = state.session().view[name]
    widget = f"view_{name}"
    state.put(widget, chosen if chosen in offered else offered[0])
    found: str = st.selectbox(label, offered, format_func=format_func, key=widget, on_change=set_view, args=(name,), width=width)
    return found


def case_title(words: Wording, name: str) -> str:
    """A case as it is chosen: its title, and that it is a policy package where it is one."""
    title = words.of(state.titles()[name])
    return words("view.package", title=title) if name in state.packages() else title


def view_controls(by_cluster: bool, by_prices: bool) -> None:
    """Which case, which cluster of it, which year, which prices."""
    words = state.w()
    kept = state.session()
    current = state.now()
    clusters = list(current.case.clusters)
    with st.container(horizontal=True, vertical_alignment="bottom", key="view"):
        offered = list(dict.fromkeys([*state.OFFERED, *state.packages(), kept.step.case]))
        state.put("case", kept.step.case)
        st.selectbox(
            words("view.case"),
            offered,
            format_func=lambda name: case_title(words, name),
            key="case",
            on_change=set_case,
            width=230,
        )
        if by_cluster and len(clusters) > 1:
            state.put("view_cluster", kept.view["cluster"])
            st.selectbox(
                words("view.cluster"),
                ["", *clusters],
                format_func=lambda c: words.of(current.case.clusters[c]) if c else words("view.whole"),
                key="view_cluster",
                on_change=set_view,
                args=("cluster",),
                width=230,
            )
        state.put("view_year", kept.view["year"])
        st.selectbox(words("view.year"), current.case.years, key="view_year", on_change=set_view, args=("year",), width=110)
        if by_prices:
            state.put("view_real", kept.view["real"])
            price_year = int(current.case.quantity(NATION, "price_year").value)  # type: ignore[arg-type]
            st.segmented_control(
                words("view.prices"),
                [True, False],
                format_func=lambda real: words("prices.real", price_year=price_year) if real else words("prices.nominal"),
                key="view_real",
                on_change=set_view,
                args=("real",),
                required=True,
            )


def shown_name() -> str:
    """Title of what is looked at: the cluster, or the whole case."""
    return headline.name_of(state.w(), state.now().case, state.view_cluster())


def shown_prices() -> str:
    """'prijzen 2026' or 'lopende prijzen'."""
    return headline.prices(state.w(), state.now().case, state.session().view["real"])


def answer(*sentences: str, below: str = "") -> None:
    """The answer to the question in the title, made by `rich`; read aloud after a change. below: what follows it, as HTML."""
    st.html(f'<p class="answer" role="status">{" ".join(sentences)}</p>{below}')


def note(text: str) -> None:
    """A line under a heading that holds anybody's words: like a caption, but never read as markup."""
    st.html(f'<p class="note">{html.escape(text)}</p>')


def rich(key: str, **values: str) -> str:
    """A text with its values in bold, all escaped."""
    words = state.w()
    return words(key, **{name: strong(value) for name, value in values.items()})


def rd_note() -> str:
    """What stands above the chart of R&D as a share of GDP: whose it is, and why it falls where that is the cabinet's expectation."""
    words, current = state.w(), state.now()
    found = words("overview.rd_note")
    mode = current.case.definition("rd_baseline_mode").choices[int(current.case.quantity(NATION, "rd_baseline_mode").value)]  # type: ignore[arg-type]
    path = current.case.quantity(NATION, "rd_intensity_unchanged_policy")
    if mode == "unchanged_policy" and isinstance(path.value, dict) and path.source != OWN:
        year = max(path.value)
        expected = words("overview.rd_unchanged_policy", share=words.percent(path.value[year], 1), year=year)
        found = f"{found} {expected} {words.source(path)}"
    return found


def strong(value: str) -> str:
    """A value as bold HTML, escaped. An amount stays on one line: "€ 282" at the end of one and "mln" on the next is read as 282 euro."""
    whole = value.replace(" ", "\u00a0") if AMOUNT.match(value) else value
    return f"<strong>{html.escape(whole)}</strong>"


def changes() -> None:
    """What differs from the case as it is in its files: computed from values, not from clicks."""
    words = state.w()
    current = state.now()
    charts.heading(words("changes.title"))
    if current.case.file_changes:
        count = len(current.case.file_changes)
        st.text(words("changes.package", title=words.of(current.case.title), count=count, about=words.of(current.case.about)))
    changed = changed_together(current)
    if not changed:
        st.markdown(words("changes.none"))
        return
    price_year = int(current.case.quantity(NATION, "price_year").value)  # type: ignore[arg-type]
    for keys in changed:
        definition = current.case.definition(keys[0].split(".")[1])
        label = words.key(keys[0], current.case, cluster=len(keys) == 1)
        if len(keys) > 1:
            label = words("changes.everywhere", label=label)
        old, new = (case.quantity(*keys[0].split(".")).value for case in (current.start, current.case))
        text = words(
            "changes.item",
            label=label,
            unit=words.unit_of(definition, price_year),
            old=words.value(old, definition),
            new=words.value(new, definition),
        )
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.text(text, width="content")
            st.button(
                words("changes.restore"),
                key=f"restore_{keys[0]}",
                type="tertiary",
                icon=":material/undo:",
                on_click=state.restore,
                args=(keys,),
                help=words("changes.restore_help", label=label),
            )


def changed_together(current: state.Now) -> list[list[str]]:
    """Keys of what was changed; those that went from the same value to the same value in every cluster stand together."""
    found: dict[tuple[Any, ...], list[str]] = {}
    for key in state.session().step.as_dict:
        scope, *rest = key.split(".")
        old, new = (case.quantity(*key.split(".")).value for case in (current.start, current.case))
        if old != new:
            found.setdefault((scope == NATION, *rest, str(old), str(new)), []).append(key)
    groups = []
    for keys in found.values():
        whole = len(keys) == len(current.case.clusters)
        groups += [keys] if whole else [[key] for key in keys]
    return groups


def footer() -> None:
    """On every page: which case, hash of the inputs, version, date."""
    words = state.w()
    current = state.now()
    today = words.date(datetime.date.today())
    text = words("footer", case=words.of(current.case.title), hash=current.case.hash, version=VERSION, date=today)
    st.html(f'<p class="foot">{html.escape(text)}</p>')
