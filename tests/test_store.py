"""Saved cases: found again as they were, every saving kept, old databases brought up to date."""

from __future__ import annotations

import os
import sqlite3
import threading
from pathlib import Path

import pytest

import model
from model.store import OFF, SETTING, Store, open_store, setting
from model.store.migrations import MIGRATIONS
from model.token import Scenario, encode

POSTGRES = os.environ.get("MEGACLUSTER_TEST_POSTGRES", "")
FIRST = Scenario("photonics", {"photonics.delay_years": 3, "nation.inflation": {2026: 0.02, 2030: 0.03}}, hash="abc", view={"year": 2035})
SECOND = Scenario("photonics", {"photonics.delay_years": 1})


@pytest.fixture(params=["sqlite", *(["postgres"] if POSTGRES else [])])
def store(request, tmp_path) -> Store:
    """An empty store; also in PostgreSQL where MEGACLUSTER_TEST_POSTGRES gives the address of a database to use."""
    if request.param == "sqlite":
        return open_store(str(tmp_path / "deep" / "cases.db"))
    import psycopg

    with psycopg.connect(POSTGRES) as connection:
        connection.execute("DROP TABLE IF EXISTS saved_case, schema_version")
    return open_store(POSTGRES)


def test_a_case_is_found_again_as_it_was(store):
    store.save("Later start", FIRST, note="three years", author="ministry")
    found = store.get("Later start")
    assert found.scenario == FIRST
    assert (found.revision, found.note, found.author, found.withdrawn) == (1, "three years", "ministry", False)


def test_nothing_is_overwritten(store):
    store.save("Plan", FIRST)
    store.save("Plan", SECOND, note="sooner")
    assert [saved.revision for saved in store.history("Plan")] == [2, 1]
    assert store.get("Plan").scenario == SECOND
    assert store.get("Plan", 1).scenario == FIRST
    assert [saved.name for saved in store.names()] == ["Plan"]


def test_what_is_withdrawn_keeps_its_history(store):
    store.save("Plan", FIRST)
    store.withdraw("Plan")
    assert store.names() == []
    assert len(store.history("Plan")) == 2
    store.save("Plan", SECOND)
    assert [saved.revision for saved in store.names()] == [3]


def test_the_database_itself_refuses_a_second_row(store):
    with store._database.transaction() as cursor:
        row = ("x", 1, "2026-01-01T00:00:00+00:00", "", "", encode(FIRST), "", "", 0)
        cursor.execute("INSERT INTO saved_case VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    with pytest.raises(store._database.conflict), store._database.transaction() as cursor:
        cursor.execute("INSERT INTO saved_case VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    assert len(store.history("x")) == 1


def test_a_name_is_data_not_sql(store):
    name = "x'; DROP TABLE saved_case; --"
    store.save(name, FIRST)
    assert store.get(name).scenario == FIRST


@pytest.mark.parametrize(("name", "note"), [("", ""), ("   ", ""), ("a" * 81, ""), ("two\nlines", ""), ("fine", "n" * 2001)])
def test_what_cannot_be_kept_is_refused(store, name, note):
    with pytest.raises(model.InputError):
        store.save(name, FIRST, note)
    assert store.names() == []


def test_unknown_names_are_told_with_the_nearest(store):
    store.save("Plan A", FIRST)
    with pytest.raises(model.InputError, match="Plan A"):
        store.get("Plan B")
    with pytest.raises(model.InputError, match="1 to 1"):
        store.get("Plan A", 7)


def test_many_save_at_once(store):
    threads = [threading.Thread(target=store.save, args=("Plan", FIRST)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [saved.revision for saved in store.history("Plan")] == [8, 7, 6, 5, 4, 3, 2, 1]


def test_an_old_database_is_brought_up_to_date(tmp_path):
    path = tmp_path / "old.db"
    with sqlite3.connect(path) as old:
        old.execute("CREATE TABLE schema_version (version INTEGER NOT NULL)")
        for statement in MIGRATIONS[0]:
            old.execute(statement)
        old.execute("INSERT INTO schema_version VALUES (1)")
        old.execute("INSERT INTO saved_case VALUES ('Old', 1, '2025-01-01T00:00:00+00:00', '', '', ?)", (encode(FIRST),))
    store = open_store(str(path))
    assert [saved.name for saved in store.names()] == ["Old"]
    store.withdraw("Old")
    assert open_store(str(path)).names() == []


def test_a_later_database_is_left_alone(tmp_path):
    path = tmp_path / "later.db"
    open_store(str(path))
    with sqlite3.connect(path) as later:
        later.execute("INSERT INTO schema_version VALUES (99)")
    with pytest.raises(model.InputError, match="later version"):
        open_store(str(path))


def test_a_file_that_is_no_database_is_told(tmp_path):
    path = tmp_path / "no.db"
    path.write_text("this is no database, but a text that is long enough to be looked at as one" * 20)
    with pytest.raises(model.InputError, match=r"no\.db"):
        open_store(str(path))


def test_one_setting_says_where(monkeypatch, tmp_path):
    monkeypatch.setenv(SETTING, str(tmp_path / "here.db"))
    assert setting() == str(tmp_path / "here.db")
    monkeypatch.setenv(SETTING, OFF)
    assert open_store() is None
    monkeypatch.delenv(SETTING)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    if os.name != "nt":
        assert Path(setting()).parent == tmp_path / "megacluster"
