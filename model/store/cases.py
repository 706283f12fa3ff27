"""What is saved of a case, and how it is written and found again; the same for every database."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from model.language.errors import InputError, nearest
from model.language.message import Message
from model.store.migrations import MIGRATIONS
from model.token import Scenario, decode, encode

LONGEST_NAME = 80
LONGEST_NOTE = 2000
MOST_TRIES = 20
_COLUMNS = "name, revision, saved_at, author, note, token, model_version, inputs_hash, withdrawn"


class Cursor(Protocol):
    """One transaction of a database. Parameters are written as `?`."""

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]: ...


class Database(Protocol):
    """A database: transactions, and the error of two that wrote the same row."""

    conflict: type[Exception]

    def transaction(self) -> AbstractContextManager[Cursor]: ...


@dataclass(frozen=True)
class Saved:
    """One revision of a saved case. withdrawn: from this revision on it is no longer listed."""

    name: str
    revision: int
    saved_at: datetime.datetime
    author: str
    note: str
    scenario: Scenario
    withdrawn: bool


class Store:
    """Saved cases in a database. Opening it brings the tables up to date."""

    def __init__(self, database: Database):
        self._database = database
        self._migrate()

    def _migrate(self) -> None:
        """Run the migrations that the database has not had. Raises InputError for one of a later version of the program."""
        try:
            self._migrate_once()
        except self._database.conflict:
            self._migrate_once()

    def _migrate_once(self) -> None:
        """In one transaction; two programs that start together conflict, and then the other has done it."""
        with self._database.transaction() as cursor:
            cursor.execute("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)")
            found = cursor.execute("SELECT COALESCE(MAX(version), 0) FROM schema_version")
            version = int(found[0][0])
            if version > len(MIGRATIONS):
                sentence = "the saved cases were written by a later version of the program (form {form}, this one knows {known})"
                raise InputError(Message(sentence, form=version, known=len(MIGRATIONS)))
            for number, statements in enumerate(MIGRATIONS[version:], start=version + 1):
                for statement in statements:
                    cursor.execute(statement)
                cursor.execute("INSERT INTO schema_version (version) VALUES (?)", (number,))

    def save(self, name: str, scenario: Scenario, note: str = "", author: str = "") -> Saved:
        """Save a case under a name, as its next revision. Raises InputError for a name, note or case that cannot be kept."""
        return self._write(name, scenario, note, author, withdrawn=False)

    def withdraw(self, name: str, author: str = "") -> Saved:
        """Take a name off the list; its history stays and it can be saved again. Raises InputError for an unknown name."""
        return self._write(name, self.get(name).scenario, "", author, withdrawn=True)

    def _write(self, name: str, scenario: Scenario, note: str, author: str, withdrawn: bool) -> Saved:
        name, note, author = name.strip(), note.strip(), author.strip()
        mistakes: list[str] = []
        if not name or len(name) > LONGEST_NAME or not name.isprintable():
            mistakes.append(Message("a name has 1 to {most} characters on one line", most=LONGEST_NAME))
        if len(note) > LONGEST_NOTE:
            mistakes.append(Message("a note has at most {most:,} characters; this one has {count:,}", most=LONGEST_NOTE, count=len(note)))
        if len(author) > LONGEST_NAME:
            mistakes.append(Message("the name of who saves has at most {most} characters", most=LONGEST_NAME))
        if mistakes:
            raise InputError(mistakes)
        token = encode(scenario)
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        for _ in range(MOST_TRIES):
            try:
                with self._database.transaction() as cursor:
                    last = cursor.execute("SELECT COALESCE(MAX(revision), 0) FROM saved_case WHERE name = ?", (name,))
                    revision = int(last[0][0]) + 1
                    row = (name, revision, now, author, note, token, scenario.version, scenario.hash, int(withdrawn))
                    cursor.execute(f"INSERT INTO saved_case ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
                return _saved(row)
            except self._database.conflict:
                continue
        raise InputError(Message("{name!r} is being saved by many at once; try again", name=name))

    def names(self) -> list[Saved]:
        """The last revision of every name that was not withdrawn, latest first."""
        latest = "SELECT name, MAX(revision) AS revision FROM saved_case GROUP BY name"
        columns = ", ".join(f"s.{column.strip()}" for column in _COLUMNS.split(","))
        sql = f"SELECT {columns} FROM saved_case s JOIN ({latest}) l ON s.name = l.name AND s.revision = l.revision WHERE s.withdrawn = 0"
        return sorted(self._read(sql), key=lambda saved: (saved.saved_at, saved.name), reverse=True)

    def history(self, name: str) -> list[Saved]:
        """Every revision of a name, latest first. Raises InputError for an unknown one."""
        found = list(self._read(f"SELECT {_COLUMNS} FROM saved_case WHERE name = ? ORDER BY revision DESC", (name,)))
        if not found:
            near = nearest(name, [saved.name for saved in self.names()])
            raise InputError(Message("no case was saved as {name!r}{near}", name=name, near=near))
        return found

    def get(self, name: str, revision: int | None = None) -> Saved:
        """A saved case: its last revision, or the one asked for. Raises InputError where there is none."""
        found = self.history(name)
        if revision is None:
            return found[0]
        for saved in found:
            if saved.revision == revision:
                return saved
        raise InputError(Message("{name!r} has no revision {revision}; it has 1 to {last}", name=name, revision=revision, last=found[0].revision))

    def _read(self, sql: str, parameters: Sequence[Any] = ()) -> Iterable[Saved]:
        with self._database.transaction() as cursor:
            return [_saved(row) for row in cursor.execute(sql, parameters)]


def _saved(row: Sequence[Any]) -> Saved:
    name, revision, saved_at, author, note, token, _, _, withdrawn = row
    return Saved(name, int(revision), datetime.datetime.fromisoformat(saved_at), author, note, decode(token), bool(withdrawn))
