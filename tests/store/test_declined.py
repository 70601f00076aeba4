"""What is forgotten while files are being added is not added again by the jobs that were asked for before."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import libraries
from libraries import add
from passerby.errors import ForgottenError
from passerby.store.library import Store, open_store

NAME = "zebrafish.mp4"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path, create=True) as store:
        yield store


def add_job(store: Store) -> str:
    return store.jobs.put("add", {"path": "/footage"})


def test_only_jobs_from_before_do_not_add_it_again(store: Store) -> None:
    video = libraries.video(NAME)
    before = add_job(store)
    store.begin_video(video, before)
    store.forget(video.id)
    with pytest.raises(ForgottenError, match="was forgotten"):
        store.begin_video(video, before)
    with pytest.raises(ForgottenError):
        store.require_wanted(video.id, before)
    assert store.video(video.id) is None
    store.begin_video(libraries.video("other.mp4"), before)
    store.begin_video(video, add_job(store))
    store.begin_video(video, before)  # it is there: this is a further path of it


def test_what_was_given_up_may_be_added_again(store: Store) -> None:
    video = libraries.video(NAME)
    job = add_job(store)
    store.begin_video(video, job)
    store.drop(video.id)
    store.begin_video(video, job)
    assert store.video(video.id) is not None


@pytest.mark.parametrize("end", ["end", "stop", "take_up"])
def test_a_job_that_ends_tells_nothing_of_what_was_forgotten(tmp_path: Path, end: str) -> None:
    with open_store(tmp_path, create=True) as store:
        kept, video = add(store, "kept.mp4"), add(store, NAME)
        job = store.jobs.put("add", {"path": f"/footage/{NAME}", "upload": "0"})
        if end != "stop":
            store.jobs.take()
        store.forget(video)
        if end == "end":
            store.jobs.end(job, "done", f"{NAME}: damaged", {"videos": [kept, video], "counts": {"done": 2}}, video)
        else:
            store.jobs.stop(job)
            store.jobs.take_up()
        found = store.jobs.get(job)
        assert found is not None
        assert found.has_ended
        assert (found.message, found.video) == ("a video was forgotten meanwhile", "")
        assert found.asked == {"path": "(forgotten)", "upload": "0"}
        assert found.result == ({"videos": [kept], "counts": {"done": 2}} if end == "end" else {})
    open_store(tmp_path, create=False).close()
    traces = (NAME.encode(), video.encode())
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and any(t in path.read_bytes() for t in traces)]
