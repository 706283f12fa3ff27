"""What whoever runs a server may set with environment variables, besides where saved cases are kept."""

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
