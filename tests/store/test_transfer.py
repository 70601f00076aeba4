"""Copies of whole libraries, from each kind of store to each."""

from collections.abc import Callable
from pathlib import Path
from secrets import token_hex

import pytest

from libraries import NewAddress, add, add_copy, add_rich, planted_vector, track
from passerby.callers import CONSOLE
from passerby.errors import StoreError, UsageError
from passerby.library_copy import copy_library
from passerby.store.accounts import Token, User
from passerby.store.library import Store, open_store
from passerby.store.records import BY_KIND, TABLES
from passerby.store.search import LIKENESS, MEANING, Narrow

KINDS = ("sqlite", "postgres")


@pytest.fixture(scope="module")
def new_library(new_postgres_library: NewAddress, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """Makes an address of a library that is not there yet, of a kind."""
    return lambda kind: (
        new_postgres_library() if kind == "postgres" else str(tmp_path_factory.mktemp("store") / "library")
    )


def ignore(table: str, done: int, total: int) -> None:
    pass


def fill(address: str) -> str:
    """A library with something of everything in it, of which some was forgotten; the name of a copy in it."""
    name = token_hex(16)
    with open_store(address, create=True) as store:
        add_rich(store, "heron")
        store.videos.forget(add_rich(store, "gone"))
        add_rich(store, "moor", moments=5)
        add(store, "na\udcffme.mp4", moments=2, content="name", objects=[track("heron", 1)])
        video = store.videos.all()[0].id
        with store.transaction():
            store.accounts.add(User("ann", "admin", "hash", 1))
            store.accounts.add_session("session", "ann", 1, 10**15)
            number = store.accounts.add_token("token", Token(0, "ann", "", "mine", frozenset(["read"]), 1, 10**15))
            store.log.append(2, "ann", "make_token", f"token:{number}", {"days": 1})
        add_copy(store, name, video, copy__mp4=b"frames")
        for kind in ("add", "look"):
            store.jobs.put(kind, {"path": "/footage/a.mp4"}, video=video, caller="ann")
        job = store.jobs.take()
        assert job is not None
        store.jobs.end(job, "done", "", {"videos": [video]}, video)
    return name


def told(store: Store) -> object:
    """What a library says of itself, by all that asks it."""
    videos = store.videos.all()
    found = [
        [
            (moment, round(score, 9))
            for moment, score in store.search.by_words(words, every=every, limit=100, narrow=narrow).moments
        ]
        for words, every in ((["heron"], True), (["heron object", "moor"], False), (['"heron line"'], True))
        for narrow in (Narrow(), Narrow(videos=[videos[0].id]), Narrow(label="taught"))
    ]
    moments = store.search.moments_with()
    near = [
        [moment for moment, _ in store.search.nearest(planted_vector("heron", seed), 5, table=table)]
        for table, seed in ((LIKENESS, 1), (MEANING, 101))
    ]
    kinds = [table.kind for table in TABLES]
    return (
        videos,
        [repr(store.records.of(video.id, kind)) for video in videos for kind in kinds if kind in BY_KIND],
        [(store.records.finished(video.id), store.notes.of(video.id)) for video in videos],
        (found, near, store.search.reasons(moments, ["heron", "moor"]), store.search.near_word("heronn")),
        (store.accounts.users(), store.accounts.session("session", 2), store.accounts.token("token", 2)),
        [job for job in store.jobs.latest(9) if job.has_ended],
    )


@pytest.mark.parametrize("target", KINDS)
@pytest.mark.parametrize("source", KINDS)
def test_a_copy_says_what_its_original_says(new_library: Callable[[str], str], source: str, target: str) -> None:
    one, other = new_library(source), new_library(target)
    name = fill(one)
    made = copy_library(one, other, CONSOLE, ignore)
    assert (made.videos, made.added) == (3, made.rows)
    with open_store(one, create=False) as original, open_store(other, create=False) as copy:
        assert told(copy) == told(original)
        assert copy.health.check() == []
        assert copy.blobs.read(f"copies/{name}/copy.mp4") == b"frames"
        assert (copy.log.head(), copy.log.fault()) == (original.log.head(), "")
        highest = max(original.search.moments_with())
        add(original, "new.mp4")
        add(copy, "new.mp4")
        assert copy.search.moments_with() == original.search.moments_with()
        assert min(copy.search.moments_with(["new"])) > highest


@pytest.mark.parametrize("target", KINDS)
def test_a_copy_that_was_ended_is_taken_up_where_it_was(new_library: Callable[[str], str], target: str) -> None:
    one, other = new_library("sqlite"), new_library(target)
    fill(one)

    def end(table: str, done: int, total: int) -> None:
        if table == "tracks" and done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copy_library(one, other, CONSOLE, end)
    made = copy_library(one, other, CONSOLE, ignore)
    assert 0 < made.added < made.rows
    with open_store(one, create=False) as original, open_store(other, create=False) as copy:
        assert told(copy) == told(original)
        assert copy.log.fault() == ""


@pytest.mark.parametrize("target", KINDS)
def test_what_keeps_something_else_is_no_place_for_a_copy(new_library: Callable[[str], str], target: str) -> None:
    one, other = new_library("sqlite"), new_library(target)
    fill(one)
    with open_store(other, create=True) as store:
        add(store, "another.mp4")
        before = store.videos.all()
    with pytest.raises(StoreError, match=r"expected an empty library to copy to.* choose another"):
        copy_library(one, other, CONSOLE, ignore)
    with open_store(other, create=False) as store:
        assert store.videos.all() == before


def test_a_library_is_not_copied_to_itself(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="expected another place"):
        copy_library(str(tmp_path), str(tmp_path), CONSOLE, ignore)


def test_where_there_is_no_library_nothing_is_copied(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no library here"):
        copy_library(str(tmp_path / "one"), str(tmp_path / "other"), CONSOLE, ignore)
    assert not (tmp_path / "other").exists()
