"""Files that a library owns: rows before files, and nothing left when a row goes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from libraries import add
from passerby.errors import StoreError
from passerby.store.library import Store, open_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path, create=True) as store:
        yield store


def test_a_claimed_file_goes_with_its_video(store: Store, tmp_path: Path) -> None:
    video = add(store, "x.mp4")
    folder = store.files.claim("copy", "c", video)
    folder.mkdir()
    (folder / "x-safe.mp4").write_bytes(b"copy")
    assert folder == tmp_path / "copies" / "c"
    assert folder.parent.stat().st_mode & 0o077 == 0
    store.files.finish("copy", "c", video)
    (owned,) = store.files.every("copy", video)
    assert (owned.path, owned.video, owned.ready) == ("copies/c", video, True)
    assert store.files.every("copy", "0" * 64) == []
    store.forget(video)
    assert not folder.exists()
    assert store.files.get("copy", "c") is None


def test_a_dropped_file_is_gone_whether_it_was_made_or_not(store: Store) -> None:
    for made in (False, True):
        path = store.files.claim("upload", "u")
        if made:
            path.write_bytes(b"x")
        store.files.drop("upload", "u")
        store.files.drop("upload", "u")
        assert not path.exists()


def test_a_name_is_claimed_once(store: Store) -> None:
    store.files.claim("original", "o")
    with pytest.raises(StoreError):
        store.files.claim("original", "o")


def test_what_was_being_removed_when_a_process_died_goes_with_the_next_opening(store: Store, tmp_path: Path) -> None:
    folder = store.files.claim("copy", "c")
    folder.mkdir()
    (folder / "x").write_bytes(b"x")
    store._db.rows("DELETE FROM files")  # and killed before the files went
    assert folder.exists()
    open_store(tmp_path, create=False).close()
    assert not folder.exists()


def test_a_link_is_removed_and_not_followed(store: Store, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").write_bytes(b"x")
    store.files.claim("copy", "c").symlink_to(outside)
    store.files.drop("copy", "c")
    assert (outside / "kept").exists()


def test_what_no_row_names_is_found_and_removed(store: Store, tmp_path: Path) -> None:
    store.files.claim("original", "o").mkdir()
    stray = tmp_path / "originals" / "stray"
    stray.mkdir()
    assert any("stray" in problem.text or "stray" in str(problem) for problem in store.check())
    store.repair()
    assert not stray.exists()
    assert (tmp_path / "originals" / "o").exists()
