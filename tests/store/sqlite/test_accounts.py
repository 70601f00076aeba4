"""What accounts leave in the tables of one database."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from passerby.errors import TooManyTriesError
from passerby.store.accounts import Token, User
from passerby.store.library import Store, open_store
from passerby.store.tries import (
    FIRST_WAIT,
    FREE_OF_A_NAME,
    LONGEST_WAIT,
    MEMORY,
    SECOND,
)

NOW = 1_700_000_000 * SECOND


@pytest.fixture
def store(address: str) -> Iterator[Store]:
    with open_store(address, create=True) as opened:
        opened.accounts.add(User("ann", "admin", "hash of ann", NOW))
        opened.accounts.add(User("bob", "viewer", "hash of bob", NOW + 1))
        yield opened


def count(folder: Path, table: str) -> int:
    database = sqlite3.connect(folder / "library.db")
    (rows,) = database.execute(f"SELECT count(*) FROM {table}").fetchone()
    database.close()
    return int(rows)


def waits(store: Store, name: str, address: str, now: int) -> int:
    """How many seconds a try has to wait; 0: it was taken, and has failed."""
    try:
        with store.transaction():
            store.tries.begin(name, address, now)
    except TooManyTriesError as error:
        return error.seconds
    return 0


def test_the_table_of_tries_stays_small(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("passerby.store.tries.MOST_ROWS", 10)
    for n in range(30):
        waits(store, f"name {n}", f"address {n}", NOW + n)
    assert count(tmp_path, "tries") == 10
    with store.transaction():
        store.tries.begin("later", "later", NOW + LONGEST_WAIT + 2 * MEMORY)
    assert count(tmp_path, "tries") == 3


def test_tries_are_forgotten_after_a_while(store: Store, tmp_path: Path) -> None:
    for _ in range(FREE_OF_A_NAME):
        waits(store, "ann", "a", NOW)
    assert waits(store, "bob", "b", NOW + FIRST_WAIT + MEMORY) == 0
    assert count(tmp_path, "tries") == 3
    assert {waits(store, "ann", "a", NOW + FIRST_WAIT + MEMORY) for _ in range(FREE_OF_A_NAME)} == {0}


def test_sessions_of_nobody_are_told_and_repaired(store: Store, tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / "library.db", isolation_level=None)
    database.execute("INSERT INTO sessions VALUES ('h', 'nobody', 1, 1, 2, '')")
    database.execute("INSERT INTO tokens VALUES (1, 'h', 'nobody', '', 'read', 1, 2)")
    database.close()
    assert sorted(problem.text.partition(":")[0] for problem in store.health.check()) == ["sessions", "tokens"]
    assert store.health.repair() == []


def test_sessions_that_have_expired_are_dropped(store: Store, tmp_path: Path) -> None:
    for n in range(3):
        store.accounts.add_session(f"old {n}", "ann", NOW, NOW + 9)
    store.accounts.add_session("new", "bob", NOW + 9, NOW + 20)
    assert store.accounts.drop_expired_sessions(NOW + 9) == [("ann", 3)]
    assert store.accounts.drop_expired_sessions(NOW + 9) == []
    assert count(tmp_path, "sessions") == 1


def test_what_lets_a_user_in_goes_with_them(store: Store, tmp_path: Path) -> None:
    for user in ("ann", "bob"):
        store.accounts.add_session(f"s {user}", user, NOW, NOW + 9)
        store.accounts.add_token(f"t {user}", Token(0, user, "viewer", "", frozenset({"read"}), NOW, NOW + 9))
    store.accounts.remove("bob")
    assert store.accounts.session("s bob", NOW) is None
    assert store.accounts.token("t bob", NOW) is None
    assert store.accounts.session("s ann", NOW) is not None
    assert [count(tmp_path, table) for table in ("users", "sessions", "tokens")] == [1, 1, 1]
    assert store.health.check() == []
