"""Databases of older and newer versions, and of other programs."""

import sqlite3
from pathlib import Path

import pytest

from libraries import add, unit
from passerby.errors import StoreError
from passerby.records import MomentLook
from passerby.search.find import search
from passerby.store.library import Store, open_store
from passerby.store.sqlite import schema
from passerby.store.sqlite.migrations import MIGRATIONS
from passerby.store.sqlite.permissions import DATABASE
from passerby.store.sqlite.schema import APPLICATION_ID
from passerby.times import Span

VIDEO = "ab" * 32
ENTRIES = 6


def fill(store: Store, entries: int = ENTRIES) -> None:
    for n in range(entries):
        with store.transaction():
            store.log.append(n, "ann", "view", VIDEO, {"moment": n})


RUNS = ["\u5317\u4eac\u706b\u8f66\u7ad9\u524d\u5e7f\u573a", "東京駅前の広場", "ร้านกาแฟริมน้ำ", "서울역에서"]


def test_a_library_from_before_there_was_a_log_gets_one(tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / "library.db", isolation_level=None)
    for statement in (statement for step in MIGRATIONS[:4] for statement in step):
        database.execute(statement)
    database.execute("PRAGMA user_version = 4")
    database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    database.close()
    with open_store(tmp_path, create=False) as store:
        assert not store.accounts.any()
        fill(store)
        assert store.health.check() == []


def test_a_library_from_before_dates_were_kept_opens_without_them(tmp_path: Path) -> None:
    older = sqlite3.connect(tmp_path / DATABASE)
    for statement in (statement for migration in MIGRATIONS[:4] for statement in migration):
        older.execute(statement)
    older.execute("INSERT INTO videos VALUES (1, 'ab', 'a.mp4', '/a.mp4', 1, 64, 36, 1, 25, 5, 5, 'done', '')")
    older.execute("PRAGMA user_version = 4")
    older.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    older.commit()
    older.close()

    with open_store(tmp_path, create=False) as store:
        (known,) = store.videos.all()
    assert (known.id, known.recorded) == ("ab", None)


def test_a_library_from_before_is_searched_in_the_same_way(tmp_path: Path) -> None:
    last = next(n for n, made in enumerate(MIGRATIONS) if any("folded_words" in each for each in made))
    older = sqlite3.connect(tmp_path / DATABASE)
    for statement in (statement for migration in MIGRATIONS[:last] for statement in migration):
        older.execute(statement)
    older.execute(
        "INSERT INTO videos VALUES "
        "(1, 'ab', 'a.mp4', '/a.mp4', 1, 64, 36, 1, 25, 5, 5, 'done', '', NULL, NULL, '', '', '')"
    )
    older.execute("INSERT INTO results VALUES (1, 1, 'shots', 'key')")
    older.execute("INSERT INTO moments VALUES (7, 1, 1, 0, 0, 5, 0)")
    older.execute("INSERT INTO notes VALUES (1, 1, 0, 5, ?, 0)", [RUNS[0]])
    older.execute("INSERT INTO sightings VALUES (7, ?, 1.0)", [RUNS[0]])
    older.execute("INSERT INTO words (rowid, objects, tags, name) VALUES (7, '', ?, 'a.mp4')", [RUNS[0]])
    older.execute("UPDATE words SET text = '', speech = '', cues = '', people = ''")
    older.execute(f"PRAGMA user_version = {last}")
    older.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    older.commit()
    older.close()

    with open_store(tmp_path, create=False) as store:
        assert search(store, RUNS[0][2:5]).hits[0].why == (f"tag: {RUNS[0]}",)
        assert store.health.check() == []
        assert store.notes.of("ab")[0].span == Span(0, 5)


def test_library_of_the_version_before_looks_takes_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    later = next(n for n, made in enumerate(MIGRATIONS) if any("TABLE looks" in each for each in made))
    with monkeypatch.context() as before:
        before.setattr(schema, "MIGRATIONS", MIGRATIONS[:later])
        before.setattr(schema, "TABLES", ())
        open_store(tmp_path, create=True).close()
    older = sqlite3.connect(tmp_path / "library.db")
    older.execute(
        "INSERT INTO videos VALUES (1, 'ab', 'old.mp4', '/old.mp4', 1, 64, 36, 1, 25, 5, 5, 'done', '', NULL, NULL)"
    )
    older.commit()
    older.close()
    with open_store(tmp_path, create=False) as store:
        add(store, "new.mp4", 1, looks=[MomentLook(0, unit(1), "one")])
        assert store.search.nearest(unit(1), 1, table="looks")[0][1] > 0.99
        assert [each.name for each in store.videos.all()] == ["old.mp4", "new.mp4"]
        assert store.health.check() == []


def test_library_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    open_store(tmp_path, create=True).close()
    newer = sqlite3.connect(tmp_path / "library.db")
    newer.execute("PRAGMA user_version = 99")
    newer.close()
    with pytest.raises(StoreError, match="newer Passerby"):
        open_store(tmp_path, create=False)


def test_database_of_another_program_is_refused(tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "library.db")
    other.execute("CREATE TABLE recipes (name)")
    other.close()
    with pytest.raises(StoreError, match="another program's database"):
        open_store(tmp_path, create=True)


def test_library_that_was_cut_short_while_it_was_made_is_completed(tmp_path: Path) -> None:
    (tmp_path / "library.db").touch()
    with open_store(tmp_path, create=False) as store:
        assert store.videos.all() == []
