"""Who is visiting, where the server knows it: through a login (OpenID Connect), or from a proxy that passes the name on."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import streamlit as st

from model.store.cases import LONGEST_NAME
from ui import state

NAMES = ("name", "preferred_username", "email")


def gate() -> None:
    """Where the server asks for a login (`[auth]` among its secrets), show that and nothing else until there is one."""
    if st.user.to_dict().get("is_logged_in", True):
        return
    words = state.w()
    st.title(words("login.question"), anchor=False)
    st.text(words("login.why"))
    st.button(words("login.button"), key="login", type="primary", icon=":material/login:", on_click=st.login)
    st.stop()


def name() -> str:
    """Name of the visitor as the login or the proxy told it; empty where neither did."""
    told = st.user.to_dict()
    return next((str(told[key]).strip()[:LONGEST_NAME] for key in NAMES if told.get(key)), "")


def zone() -> datetime.tzinfo:
    """Time zone of the visitor's browser; UTC where it tells none that this machine knows."""
    try:
        return ZoneInfo(st.context.timezone or "")
    except (KeyError, ValueError, OSError):
        return datetime.UTC


def farewell() -> None:
    """Who is logged in, and the way out; nothing where no login is asked."""
    if not st.user.to_dict().get("is_logged_in"):
        return
    words = state.w()
    st.text(words("login.as", name=name()))
    st.button(words("login.leave"), key="leave", type="tertiary", icon=":material/logout:", on_click=st.logout)
