"""Saved cases: kept by name, every saving a new revision, nothing ever overwritten.

One setting says where: the environment variable MEGACLUSTER_STORE holds a path of a SQLite file, a PostgreSQL address
(postgresql://…), or `off`. Without it a file in the user's own data folder is used.
"""

from __future__ import annotations

import os
from pathlib import Path

from model.store.cases import Saved, Store

SETTING = "MEGACLUSTER_STORE"
OFF = "off"

__all__ = ["OFF", "SETTING", "Saved", "Store", "open_store", "setting"]


def setting() -> str:
    """Where cases are kept: the setting, or the file in the user's data folder."""
    given = os.environ.get(SETTING, "").strip()
    if given:
        return given
    if os.name == "nt":
        folder = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    else:
        folder = Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local" / "share"))
    return str(folder / "megacluster" / "cases.db")


def open_store(where: str | None = None) -> Store | None:
    """The store of a setting, with its tables brought up to date; None where it is off.

    Raises InputError when it cannot be opened, or was written by a later version.
    """
    where = where or setting()
    if where.lower() == OFF:
        return None
    if where.startswith(("postgresql://", "postgres://")):
        from model.store.postgres import Postgres

        return Store(Postgres(where))
    from model.store.sqlite import Sqlite

    return Store(Sqlite(Path(where)))
