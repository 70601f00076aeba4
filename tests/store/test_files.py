"""Files that a library owns: rows before files, and nothing left when a row goes."""

import pytest

from libraries import add
from passerby.errors import StoreError
from passerby.store.library import Store, blobs_of


def test_a_claimed_file_goes_with_its_video(store: Store, address: str) -> None:
    video = add(store, "x.mp4")
    folder = store.files.claim("copy", "c", video)
    folder.mkdir()
    (folder / "x-safe.mp4").write_bytes(b"copy")
    assert folder == blobs_of(address).path("copy", "c")
    assert folder.parent.stat().st_mode & 0o077 == 0
    store.files.finish("copy", "c", video)
    (owned,) = store.files.all("copy", video)
    assert (owned.name, owned.video, owned.ready) == ("c", video, True)
    assert store.files.all("copy", "0" * 64) == []
    store.videos.forget(video)
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
