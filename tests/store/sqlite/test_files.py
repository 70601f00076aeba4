"""Files that went are swept by every opening of the library, so by several at once."""

import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from passerby.store.library import Store, open_store


def begin_upload(folder: Path, name: str) -> Path:
    with open_store(folder, create=True) as store:
        store.files.claim("upload", name)
        store.blobs.received(name).begin("told")
    return folder / "uploads" / name


def test_what_another_thread_removes_at_the_same_time_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, remove = begin_upload(tmp_path, "one"), shutil.rmtree

    def too_late(path: Path) -> None:
        remove(path)
        remove(path)

    monkeypatch.setattr(shutil, "rmtree", too_late)
    with open_store(tmp_path, create=False) as store:
        store.files.drop("upload", "one")
        assert store.files.get("upload", "one") is None
    assert not made.exists()


def test_uploads_are_given_up_side_by_side(tmp_path: Path) -> None:
    names = [f"upload{n}" for n in range(24)]
    folders = [begin_upload(tmp_path, name) for name in names]

    def give_up(name: str) -> None:
        with open_store(tmp_path, create=False) as store:
            store.files.drop("upload", name)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(give_up, names))
    assert not [folder for folder in folders if folder.exists()]


def test_what_was_being_removed_when_a_process_died_goes_with_the_next_opening(store: Store, tmp_path: Path) -> None:
    store.files.claim("copy", "c")
    with store.blobs.making("copy", "c") as folder:
        (folder / "x").write_bytes(b"x")
    with sqlite3.connect(tmp_path / "library.db") as killed:
        killed.execute("DELETE FROM files")  # and before the files went
    killed.close()
    assert folder.exists()
    open_store(tmp_path, create=False).close()
    assert not folder.exists()


def test_a_link_is_removed_and_not_followed(store: Store, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").write_bytes(b"x")
    store.files.claim("copy", "c")
    (tmp_path / "copies").mkdir()
    (tmp_path / "copies" / "c").symlink_to(outside)
    store.files.drop("copy", "c")
    assert (outside / "kept").exists()


def test_what_no_row_names_is_found_and_removed(store: Store, tmp_path: Path) -> None:
    store.files.claim("original", "o")
    with store.blobs.making("original", "o"):
        pass
    stray = tmp_path / "originals" / "stray"
    stray.mkdir()
    assert any("stray" in problem.text or "stray" in str(problem) for problem in store.health.check())
    store.health.repair()
    assert not stray.exists()
    assert (tmp_path / "originals" / "o").exists()
