"""Folders in which a library can, and cannot, be opened."""

import sqlite3
from pathlib import Path

import pytest

from libraries import video
from passerby.errors import StoreError
from passerby.store.library import open_store


def test_missing_library_is_an_error_that_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="passerby add"):
        open_store(tmp_path / "none", create=False)
    assert not (tmp_path / "none").exists()


def test_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("x")
    with pytest.raises(StoreError, match="choose another"):
        open_store(tmp_path / "taken", create=True)


def test_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "library.db").write_bytes(b"no database " * 1000)
    with pytest.raises(StoreError, match="not a library's database"):
        open_store(tmp_path, create=True)
    assert (tmp_path / "library.db").read_bytes() == b"no database " * 1000


def test_lock_of_another_process_is_told(tmp_path: Path) -> None:
    open_store(tmp_path, create=True).close()
    other = sqlite3.connect(tmp_path / "library.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with (
        open_store(tmp_path, create=False, wait_seconds=0.05) as store,
        pytest.raises(StoreError, match="another process"),
    ):
        store.sink.begin_video(video())
    other.close()
