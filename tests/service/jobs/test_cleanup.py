"""When a server starts, what others had begun and nobody works on goes; what is taken in by others than jobs stays."""

from pathlib import Path

import pytest

from passerby.callers import WATCH
from passerby.casework.taking import TAKING
from passerby.service.jobs.cleanup import remove_leftovers
from passerby.store.library import Store, open_store


def begin(store: Store, name: str, caller: str) -> None:
    store.files.claim("original", name, caller=caller)
    with store.blobs.making("original", name) as folder:
        (folder / "1.mp4").write_bytes(b"pictures")


@pytest.mark.parametrize(("caller", "stays"), [(WATCH.name, True), (TAKING, True), ("ada", False), ("", False)])
def test_originals_that_are_being_taken_in_stay(tmp_path: Path, caller: str, stays: bool) -> None:
    with open_store(tmp_path / "library", create=True) as store:
        begin(store, "begun", caller)
        remove_leftovers(store)
        assert (store.files.get("original", "begun") is not None) == stays
    assert any((tmp_path / "library").rglob("1.mp4")) == stays


def test_what_a_job_still_works_on_stays(tmp_path: Path) -> None:
    with open_store(tmp_path / "library", create=True) as store:
        begin(store, "worked-on", "ada")
        begin(store, "left", "ada")
        store.jobs.put("add", {"path": "/footage/1.mp4", "upload": "worked-on", "bytes": 8})
        remove_leftovers(store)
        assert [owned.name for owned in store.files.all("original")] == ["worked-on"]
