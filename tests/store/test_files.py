"""Files that a library owns: rows before files, and nothing left when a row goes."""

import pytest

from libraries import add, add_copy
from passerby.errors import StoreError
from passerby.store.library import Store, blobs_of


def test_a_claimed_file_goes_with_its_video(store: Store, address: str) -> None:
    video = add(store, "x.mp4")
    add_copy(store, "c", video, safe__mp4=b"copy")
    assert blobs_of(address).read("copies/c/safe.mp4") == b"copy"
    (owned,) = store.files.all("copy", video)
    assert (owned.name, owned.video, owned.ready) == ("c", video, True)
    assert store.files.all("copy", "0" * 64) == []
    store.videos.forget(video)
    assert store.blobs.entries("copy") == {}
    assert store.files.get("copy", "c") is None


def test_a_dropped_file_is_gone_whether_it_was_made_or_not(store: Store) -> None:
    for made in (False, True):
        store.files.claim("upload", "u")
        if made:
            store.blobs.received("u").begin("told")
        store.files.drop("upload", "u")
        store.files.drop("upload", "u")
        assert store.blobs.entries("upload") == {}


def test_a_name_is_claimed_once(store: Store) -> None:
    store.files.claim("original", "o")
    with pytest.raises(StoreError):
        store.files.claim("original", "o")
