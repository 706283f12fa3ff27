"""Cases kept under a name: save the current one, open an earlier one, put it beside, take it off the list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from model.language.errors import InputError
from model.store import Saved, Store, open_store
from model.token import Scenario
from model.wording import Wording
from ui import charts, frame, state, visitor


@st.cache_resource(show_spinner=False)
def store() -> Store | None:
    """The store of this server. Raises InputError where it cannot be opened."""
    return open_store()


def tried(action: Callable[..., Any], *arguments: Any) -> Any:
    """Do something with the store; what goes wrong is told on the page."""
    try:
        return action(*arguments)
    except InputError as error:
        state.session().about["saved"].append(("notice.not_saved", tuple(error.mistakes)))
        return None


def keep() -> None:
    """Save the current case under the name that was typed."""
    found = store()
    if found is None:
        return
    name, note = st.session_state["save_name"], st.session_state["save_note"]
    done = tried(found.save, name, state.scenario(), note, visitor.name())
    if done is not None:
        state.session().about["saved"].append(("notice.saved", (f"{done.name} ({done.revision})",)))


def withdraw(name: str) -> None:
    found = store()
    if found is not None:
        tried(found.withdraw, name, visitor.name())


def take(saved: Saved) -> None:
    """Open a saved case. Its name stands ready for when it is saved again; where it cannot be opened, nothing changes."""

    def opened() -> None:
        state.take(saved.scenario)
        st.session_state["save_name"] = saved.name

    tried(opened)


def beside(saved: Saved) -> None:
    tried(state.pin, Scenario(saved.scenario.case, saved.scenario.changes, name=saved.name))


def row(words: Wording, saved: Saved, listed: bool) -> None:
    """One revision with what can be done with it."""
    key = f"{saved.name}:{saved.revision}"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        at = saved.saved_at.astimezone(visitor.zone())
        when = f"{words.date(at)} {at:%H:%M %Z}"
        title = state.titles().get(saved.scenario.case)
        case = words.of(title) if title else saved.scenario.case
        text = words("saved.row", name=saved.name, revision=saved.revision, when=when, case=case, count=saved.scenario.moves)
        by = words("saved.by", author=saved.author) if saved.author else ""
        st.text(" ".join(part for part in (text, by, saved.note) if part), width="content")
        st.button(words("compare.open"), key=f"take_{key}", type="tertiary", on_click=take, args=(saved,))
        st.button(words("compare.add"), key=f"beside_{key}", type="tertiary", on_click=beside, args=(saved,))
        if listed:
            st.button(words("saved.withdraw"), key=f"withdraw_{key}", type="tertiary", on_click=withdraw, args=(saved.name,))


def cases() -> None:
    """Save, and the list of what was saved, each with its history."""
    words = state.w()
    charts.heading(words("saved.title"))
    try:
        found = store()
        names = found.names() if found else []
    except InputError as error:
        st.warning(words("saved.unavailable"), icon=":material/warning:")
        for mistake in error.mistakes:
            st.text(words.say(mistake))
        return
    if found is None:
        st.markdown(words("saved.disabled"))
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(words("saved.name"), key="save_name", width=260)
        st.text_input(words("saved.note"), key="save_note", width=360)
        st.button(words("saved.save"), key="save", icon=":material/save:", on_click=keep)
    frame.tell(words, state.session().about["saved"])
    if not names:
        st.markdown(words("saved.none"))
    for saved in names:
        row(words, saved, listed=True)
        if saved.revision > 1:
            older = st.expander(words("saved.history", count=saved.revision - 1), key=f"history_{saved.name}", on_change="rerun", type="compact")
            if older.open:
                with older:
                    for earlier in found.history(saved.name)[1:]:
                        row(words, earlier, listed=False)
