"""What is forgotten while files are being added is not added again by the jobs that were asked for before."""

import pytest

import libraries
from passerby.errors import ForgottenError
from passerby.store.library import Store

NAME = "zebrafish.mp4"


def add_job(store: Store) -> str:
    return store.jobs.put("add", {"path": "/footage"})


def test_only_jobs_from_before_do_not_add_it_again(store: Store) -> None:
    video = libraries.video(NAME)
    before = add_job(store)
    store.sink.begin_video(video, before)
    store.videos.forget(video.id)
    with pytest.raises(ForgottenError, match="was forgotten"):
        store.sink.begin_video(video, before)
    with pytest.raises(ForgottenError):
        store.sink.require_wanted(video.id, before)
    assert store.videos.get(video.id) is None
    store.sink.begin_video(libraries.video("other.mp4"), before)
    store.sink.begin_video(video, add_job(store))
    store.sink.begin_video(video, before)  # it is there: this is a further path of it


def test_what_was_given_up_may_be_added_again(store: Store) -> None:
    video = libraries.video(NAME)
    job = add_job(store)
    store.sink.begin_video(video, job)
    store.videos.drop(video.id)
    store.sink.begin_video(video, job)
    assert store.videos.get(video.id) is not None
