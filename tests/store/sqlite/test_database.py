"""One connection to the file of a library."""

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from contextlib import closing
from pathlib import Path

import pytest

from passerby.errors import StoreError
from passerby.store.library import open_store
from passerby.store.sqlite.database import Database

OPENERS, ROUNDS = 8, 3


def test_a_new_database_that_another_is_writing_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as other, ThreadPoolExecutor(1) as opener:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="another process kept it locked"):
            Database(path, create=True, wait_seconds=0)
        opening = opener.submit(lambda: Database(path, create=True, wait_seconds=60).close())
        with pytest.raises(NotYet):
            opening.result(timeout=0.2)
        other.execute("COMMIT")
        opening.result()


def test_many_that_make_one_library_at_once_all_open_it(tmp_path: Path) -> None:
    together = threading.Barrier(OPENERS)

    def open_new(folder: Path) -> int:
        together.wait()
        with open_store(folder, create=True) as store:
            return len(store.videos.all())

    with ThreadPoolExecutor(OPENERS) as openers:
        for round_ in range(ROUNDS):
            assert [*openers.map(open_new, [tmp_path / f"{round_}"] * OPENERS)] == [0] * OPENERS
