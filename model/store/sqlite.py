"""Saved cases in a file of SQLite: nothing to install, one file to copy."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from model.language.errors import InputError
from model.language.message import Message

PATIENCE = 10.0


class _Cursor:
    def __init__(self, connection: sqlite3.Connection):
        self._connection = connection

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql, tuple(parameters)).fetchall()


class Sqlite:
    """A SQLite file, made when it is not there. A connection lasts one transaction, so threads need not share any."""

    conflict: type[Exception] = sqlite3.IntegrityError

    def __init__(self, path: Path):
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(Message("{folder}: saved cases cannot be kept there ({reason})", folder=path.parent, reason=error.strerror)) from None

    @contextmanager
    def transaction(self) -> Iterator[_Cursor]:
        """One transaction: all of it is kept, or nothing. Writers wait for each other."""
        try:
            connection = sqlite3.connect(self._path, timeout=PATIENCE, isolation_level=None)
        except sqlite3.Error as error:
            raise InputError(Message("{file}: cannot be opened ({reason})", file=self._path, reason=error)) from None
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("BEGIN IMMEDIATE")
            yield _Cursor(connection)
            connection.execute("COMMIT")
        except sqlite3.IntegrityError:
            connection.execute("ROLLBACK")
            raise
        except sqlite3.Error as error:
            raise InputError(Message("{file}: the saved cases cannot be used ({reason})", file=self._path, reason=error)) from None
        finally:
            connection.close()
