"""What whoever runs a server may set, besides where saved cases are kept."""

from __future__ import annotations

import os

from model.language.errors import InputError

DRAWS = "MEGACLUSTER_DRAWS"
"""Names the variable for how many draws follow every change."""
FEWEST, USUAL, MOST = 100, 2000, 5000


def draws() -> int:
    """How many draws follow every change. Raises InputError for what is no such number."""
    text = os.environ.get(DRAWS, "").strip() or str(USUAL)
    if not (text.isascii() and text.isdecimal() and FEWEST <= int(text) <= MOST):
        raise InputError(f"{DRAWS} is {text!r}; allowed is a whole number of draws from {FEWEST} to {MOST}")
    return int(text)


def top() -> str:
    """Path of the app on its host, without a slash at the end: empty unless Streamlit's `server.baseUrlPath` is set."""
    import streamlit as st

    given = (st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{given}" if given else ""
