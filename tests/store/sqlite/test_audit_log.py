"""Changes of the rows of the log by others than the program."""

import json
import sqlite3
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libraries import add_rich
from passerby.errors import StoreError
from passerby.store.audit_log import NO_ENTRY
from passerby.store.library import Store, open_store

VIDEO = "ab" * 32
ENTRIES = 6
COLUMNS = ("number", "time", "user", "action", "subject", "details", "previous", "hash")


def fill(store: Store, entries: int = ENTRIES) -> None:
    for n in range(entries):
        with store.transaction():
            store.log.append(n, "ann", "view", VIDEO, {"moment": n})


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with entries, for tests that put back what they change."""
    folder = tmp_path_factory.mktemp("log")
    with open_store(folder, create=True) as store:
        fill(store)
    return folder


def unguarded(folder: Path) -> sqlite3.Connection:
    """The database as it is to somebody who has removed the triggers."""
    database = sqlite3.connect(folder / "library.db", isolation_level=None)
    for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'log'"):
        database.execute(f"DROP TRIGGER {name}")
    return database


def rows_of(database: sqlite3.Connection) -> list[tuple[Any, ...]]:
    return database.execute("SELECT * FROM log ORDER BY number").fetchall()


def write(database: sqlite3.Connection, rows: list[tuple[Any, ...]]) -> None:
    database.execute("DELETE FROM log")
    database.executemany("INSERT INTO log VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)


def fault_after(folder: Path, rows: list[tuple[Any, ...]]) -> str:
    """What is told of the log if these are its rows; then they are put back."""
    database = unguarded(folder)
    before = rows_of(database)
    write(database, rows)
    with open_store(folder, create=False) as store:
        fault = store.log.fault()
        assert [problem.text for problem in store.health.check()] == ([fault] if fault else [])
    write(database, before)
    database.close()
    return fault


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE log SET user = 'eve' WHERE number = 2",
        "UPDATE OR REPLACE log SET number = 1 WHERE number = 2",
        "DELETE FROM log WHERE number = 6",
        "DELETE FROM log",
        "INSERT OR REPLACE INTO log SELECT number, 0, user, action, subject, details, previous, hash FROM log",
        "INSERT INTO log SELECT 0, time, user, action, subject, details, previous, hash FROM log LIMIT 1",
    ],
)
def test_sql_changes_no_entry(store: Store, tmp_path: Path, statement: str) -> None:
    fill(store)
    database = sqlite3.connect(tmp_path / "library.db", isolation_level=None)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        database.execute(statement)
    database.close()
    assert store.log.fault() == ""


@given(data=st.data())
def test_a_changed_entry_is_found(shared: Path, data: st.DataObject) -> None:
    database = unguarded(shared)
    rows = rows_of(database)
    database.close()
    at, column = data.draw(st.integers(0, ENTRIES - 1)), data.draw(st.integers(1, len(COLUMNS) - 1))
    old = rows[at][column]
    others = st.integers(-(2**63), 2**63 - 1) if isinstance(old, int) else st.text(st.characters(codec="utf-8"))
    new = data.draw((others | st.binary()).filter(lambda value: value != old))
    changed = list(rows[at])
    changed[column] = new
    assert f"entry {at + 1} " in fault_after(shared, [*rows[:at], tuple(changed), *rows[at + 1 :]])


@given(first=st.integers(0, ENTRIES - 1), count=st.integers(1, ENTRIES))
def test_removed_entries_are_found_wherever_they_were(shared: Path, first: int, count: int) -> None:
    database = unguarded(shared)
    rows = rows_of(database)
    database.close()
    left = [*rows[:first], *rows[first + count :]]
    fault = fault_after(shared, left)
    assert (f"entry {first + 1} " if first + count < ENTRIES else f"ends with entry {first}") in fault
    closed = [(number, *row[1:]) for number, row in enumerate(left, 1)]
    assert fault_after(shared, closed)


@given(order=st.permutations(range(ENTRIES)).filter(lambda order: order != sorted(order)))
def test_swapped_entries_are_found(shared: Path, order: list[int]) -> None:
    database = unguarded(shared)
    rows = rows_of(database)
    database.close()
    swapped = [(number, *rows[old][1:]) for number, old in enumerate(order, 1)]
    first = next(n for n, old in enumerate(order) if n != old)
    assert f"entry {first + 1} " in fault_after(shared, swapped)


@given(at=st.integers(0, ENTRIES), copied=st.integers(0, ENTRIES - 1), linked=st.booleans())
def test_an_inserted_entry_is_found(shared: Path, at: int, copied: int, linked: bool) -> None:
    database = unguarded(shared)
    rows = rows_of(database)
    database.close()
    previous = rows[at - 1][-1] if at else NO_ENTRY
    columns = (at + 1, *rows[copied][1:6], previous)
    made = sha256(json.dumps(columns, separators=(",", ":")).encode()).hexdigest() if linked else rows[copied][-1]
    later = [(row[0] + 1, *row[1:]) for row in rows[at:]]
    fault = fault_after(shared, [*rows[:at], (*columns, made), *later])
    assert "entry" in fault


def test_a_tail_that_was_cut_off_is_missed_for_good(store: Store, tmp_path: Path) -> None:
    fill(store)
    database = unguarded(tmp_path)
    database.execute("DELETE FROM log WHERE number > 4")
    database.close()
    assert store.log.fault() == "the log ends with entry 4, and not with entry 6 as was noted"
    fill(store, 1)
    assert store.log.fault() == "entry 5 of the log is missing"
    (problem,) = store.health.repair()
    assert not problem.repairable


def test_a_head_that_was_changed_or_lost_is_told(store: Store, tmp_path: Path) -> None:
    fill(store)
    database = sqlite3.connect(tmp_path / "library.db", isolation_level=None)
    database.execute("UPDATE state SET value = 4 WHERE name = 'log_count'")
    assert "not with entry 4" in store.log.fault()
    database.execute("DELETE FROM state WHERE name = 'log_head'")
    database.close()
    assert store.log.fault() == "the head of the log is gone"
    with pytest.raises(StoreError, match="doctor"):
        fill(store, 1)


def test_text_that_cannot_be_read_is_told_and_not_raised(store: Store, tmp_path: Path) -> None:
    fill(store)
    database = unguarded(tmp_path)
    database.execute("UPDATE log SET user = CAST(x'ff' AS TEXT) WHERE number = 3")
    database.close()
    assert "the log cannot be read after entry" in store.log.fault()


def test_whoever_writes_all_anew_is_caught_by_a_head_kept_elsewhere_alone(store: Store, tmp_path: Path) -> None:
    fill(store)
    kept = store.log.head().hash
    database = unguarded(tmp_path)
    database.execute("DELETE FROM log")
    database.execute("UPDATE state SET value = 0 WHERE name = 'log_count'")
    database.execute("UPDATE state SET value = ? WHERE name = 'log_head'", [NO_ENTRY])
    database.close()
    fill(store, ENTRIES - 1)
    assert store.log.fault() == ""
    assert store.log.find(kept) is None


def test_of_a_forgotten_video_the_log_keeps_its_id_and_nothing_else(store: Store, tmp_path: Path) -> None:
    made = add_rich(store, "qlantern")
    with store.transaction():
        store.log.append(1, "ann", "view", made, {"moment": 1})
    store.videos.forget(made)
    with store.transaction():
        store.log.append(2, "ann", "forget", made, {})
    left = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"lantern" not in left
    assert [(entry.action, entry.subject) for entry in store.log.entries(0, 9)] == [("view", made), ("forget", made)]
    assert store.health.check() == []
