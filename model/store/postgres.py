"""Saved cases in PostgreSQL, for a server that many use. Needs the extra `postgres` (psycopg)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from model.language.errors import InputError
from model.language.message import Message

PATIENCE = 10


class _Cursor:
    def __init__(self, cursor: Any):
        self._cursor = cursor

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        self._cursor.execute(sql.replace("?", "%s"), tuple(parameters))
        return self._cursor.fetchall() if self._cursor.description else []


class Postgres:
    """A PostgreSQL database by its address. A connection lasts one transaction."""

    def __init__(self, address: str):
        try:
            import psycopg
        except ImportError:
            raise InputError(Message("saved cases in PostgreSQL need psycopg: pip install 'megacluster[postgres]'")) from None
        self._address = address
        self._psycopg = psycopg
        self.conflict: type[Exception] = psycopg.errors.UniqueViolation

    @contextmanager
    def transaction(self) -> Iterator[_Cursor]:
        """One transaction: all of it is kept, or nothing."""
        try:
            with self._psycopg.connect(self._address, connect_timeout=PATIENCE) as connection, connection.cursor() as cursor:
                yield _Cursor(cursor)
        except self.conflict:
            raise
        except self._psycopg.Error as error:
            first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            raise InputError(Message("saved cases: {reason}", reason=first)) from None
