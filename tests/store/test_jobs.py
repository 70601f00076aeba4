"""The rows of jobs: their order, attempts, stops and keys, and what is forgotten with a video."""

import time

import pytest

from libraries import add
from passerby.errors import ForgottenError, UsageError
from passerby.store import jobs
from passerby.store.jobs import StoredJob
from passerby.store.library import Store

TRIES = 2


def status(store: Store, job: str) -> str:
    found = store.jobs.get(job)
    return "gone" if found is None else found.status


def kept(store: Store, job: str) -> StoredJob:
    """A job that nobody has taken."""
    found = store.jobs.get(job)
    assert found is not None
    return found


def take(store: Store) -> StoredJob:
    found = store.jobs.take()
    assert found is not None
    return found


def test_jobs_are_taken_in_the_order_of_their_asking(store: Store) -> None:
    asked = [store.jobs.put("add", {"path": f"/{n}"}) for n in range(3)]
    assert [take(store).id for _ in range(3)] == asked
    assert store.jobs.take() is None
    assert [job.id for job in store.jobs.latest(2)] == asked[:0:-1]
    assert [job.id for job in store.jobs.latest(5, before=asked[1])] == asked[:1]
    assert {job.id for job in store.jobs.active()} == set(asked)


def test_a_batch_is_told_by_its_jobs(store: Store) -> None:
    one, _, other, last = (
        store.jobs.put("look", {"hide": ["faces"], **named})
        for named in ({"batch": "ab"}, {}, {"batch": "cd"}, {"batch": "ab"})
    )
    assert [job.id for job in store.jobs.batched("ab")] == [one, last]
    assert [job.id for job in store.jobs.batched()] == [one, other, last]


def test_every_change_changes_the_number(store: Store) -> None:
    seen = [store.jobs.changes()]
    job = store.jobs.put("add", {"path": "/x"})
    seen.append(store.jobs.changes())
    taken = take(store)
    assert taken.id == job
    seen.append(store.jobs.changes())
    store.jobs.tell(taken, "indexing", 1, 2)
    seen.append(store.jobs.changes())
    store.jobs.end(taken, "done", "", {}, "")
    seen.append(store.jobs.changes())
    assert len(set(seen)) == len(seen)


def test_a_job_has_so_many_attempts(store: Store) -> None:
    job = store.jobs.put("add", {"path": "/x"})
    for attempt in range(1, TRIES + 1):
        taken = take(store)
        assert taken.attempts == attempt
        assert store.jobs.again(taken, TRIES) == (attempt < TRIES)
    assert status(store, job) == "running"


def test_what_a_server_ended_itself_was_no_attempt(store: Store) -> None:
    job = store.jobs.put("add", {"path": "/x"})
    for _ in range(5):
        taken = take(store)
        assert taken.attempts == 1
        store.jobs.put_back(taken)
    assert status(store, job) == "waiting"


def test_a_job_that_is_to_stop_is_not_done_again(store: Store) -> None:
    job = store.jobs.put("add", {"path": "/x"})
    taken = take(store)
    store.jobs.stop(job)
    assert store.jobs.stopping() == {job}
    assert not store.jobs.again(taken, TRIES)
    store.jobs.put_back(taken)
    assert status(store, job) == "stopping"
    store.jobs.take_up()
    assert status(store, job) == "cancelled"


def test_a_stop_of_what_waits_is_its_end_and_of_what_has_ended_nothing(store: Store) -> None:
    waiting, done = store.jobs.put("add", {"path": "/x"}), store.jobs.put("add", {"path": "/y"})
    store.jobs.end(kept(store, done), "done", "", {}, "")
    for job in (waiting, done):
        store.jobs.stop(job)
    assert (status(store, waiting), status(store, done)) == ("cancelled", "done")


def test_what_a_killed_server_did_waits_again_and_that_was_no_attempt(store: Store) -> None:
    job = store.jobs.put("add", {"path": "/x"})
    for _ in range(jobs.CHANCE):
        assert take(store).attempts == 1
        store.jobs.take_up()
    taken = take(store)
    assert (taken.id, taken.message) == (job, "")
    assert store.jobs.again(taken, TRIES)


def test_what_may_kill_servers_waits_for_others_and_ever_longer(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1e9
    monkeypatch.setattr(time, "time", lambda: now)
    deadly, other = store.jobs.put("add", {"path": "/x"}), store.jobs.put("add", {"path": "/y"})
    for _ in range(jobs.CHANCE + 1):
        assert take(store).id == deadly
        store.jobs.take_up()
    told = store.jobs.get(deadly)
    assert told is not None
    assert f"died {jobs.CHANCE + 1} times" in told.message
    now += jobs.PAUSE
    assert take(store).id == other
    assert store.jobs.take() is not None
    pauses = []
    for _ in range(8):
        store.jobs.take_up()
        started = now
        store.jobs.stop(other)
        while store.jobs.take() is None:
            now += 30
        pauses.append(now - started)
    assert pauses == [120, 240, 480, 960, 1920, 3600, 3600, 3600]
    assert status(store, deadly) == "running"


def test_a_key_is_of_one_caller_and_one_job(store: Store) -> None:
    job = store.jobs.put("add", {"path": "/x"}, caller="ada", key="k")
    assert store.jobs.put("add", {"path": "/x"}, caller="ada", key="k") == job
    assert store.jobs.put("add", {"path": "/x"}, caller="rita", key="k") != job
    store.jobs.end(kept(store, job), "done", "", {}, add(store, "x.mp4"))
    assert store.jobs.put("add", {"path": "/x"}, caller="ada", key="k") == job
    for kind, path in (("add", "/y"), ("pull", "/x")):
        with pytest.raises(UsageError, match="another job"):
            store.jobs.put(kind, {"path": path}, caller="ada", key="k")


def test_old_jobs_go_and_those_that_wait_do_not(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "KEPT", 2)
    waiting = store.jobs.put("add", {"path": "/w"})
    ended = [store.jobs.put("add", {"path": f"/{n}"}) for n in range(4)]
    for job in ended:
        store.jobs.end(kept(store, job), "done", "", {}, "")
    last = store.jobs.put("add", {"path": "/x"})
    assert [job.id for job in store.jobs.latest(9)] == [last, *ended[:1:-1], waiting]


def test_there_is_no_job_of_a_video_that_is_not_there(store: Store) -> None:
    with pytest.raises(ForgottenError):
        store.jobs.put("redact", {"plan": "x"}, video="0" * 64)


def test_with_a_video_go_all_jobs_that_tell_of_it(store: Store, address: str) -> None:
    other = add(store, "kept.mp4")
    video = add(store, "zebrafish.mp4")
    gone = {
        "of it": ("look", {}, "done", {}, video),
        "of its folder": ("add", {"path": "/footage"}, "done", {"videos": [other, video]}, ""),
        "of its file, stopped": ("add", {"path": "/footage/zebrafish.mp4"}, "cancelled", {}, ""),
        "of its folder, stopped": ("add", {"path": "/footage"}, "cancelled", {}, ""),
        "of an upload of that name": ("add", {"path": "/lib/originals/0/zebrafish.mp4"}, "failed", {}, ""),
    }
    stays = {
        "of another": ("look", {}, "done", {}, other),
        "of another folder": ("add", {"path": "/foot"}, "done", {"videos": [other]}, ""),
        "of another file": ("add", {"path": "/footage/not-zebrafish.mp4"}, "failed", {}, ""),
    }
    ids = {}
    for name, (kind, asked, end, result, of) in (gone | stays).items():
        ids[name] = store.jobs.put(kind, asked)
        store.jobs.end(kept(store, ids[name]), end, "", result, of)  # type: ignore[arg-type]
    store.videos.forget(video)
    assert {name for name, job in ids.items() if status(store, job) != "gone"} == set(stays)


def test_a_job_belongs_to_who_has_taken_it_until_the_lease_is_over(store: Store) -> None:
    job = store.jobs.put("add", {"path": "/x"})
    first = take(store)
    assert 0 < (store.jobs.lease_left(first) or 0) <= jobs.LEASE
    store.jobs.take_up(over=0)
    assert status(store, job) == "running"
    assert store.jobs.renew(first, -60)
    store.jobs.take_up(over=90)
    assert status(store, job) == "running"
    store.jobs.take_up(over=30)
    assert status(store, job) == "waiting"
    second = take(store)
    assert (second.id, second.attempts, second.claim == first.claim) == (job, 1, False)


def test_with_an_old_claim_nothing_is_changed(store: Store) -> None:
    job = store.jobs.put("add", {"path": "/x"})
    first = take(store)
    store.jobs.take_up()
    assert store.jobs.lease_left(first) is None
    for waits_or_runs in ("waiting", "running"):
        assert not store.jobs.renew(first)
        assert not store.jobs.end(first, "done", "", {}, "")
        assert not store.jobs.again(first, TRIES)
        store.jobs.put_back(first)
        store.jobs.tell(first, "indexing", 1, 2)
        assert (status(store, job), kept(store, job).step) == (waits_or_runs, "")
        if waits_or_runs == "waiting":
            second = take(store)
    assert store.jobs.renew(second)
    assert store.jobs.end(second, "done", "", {}, "")
    assert store.jobs.lease_left(second) is None


def test_to_prolong_a_lease_is_no_change_of_a_job(store: Store) -> None:
    store.jobs.put("add", {"path": "/x"})
    taken, seen = take(store), store.jobs.changes()
    assert store.jobs.renew(taken)
    assert store.jobs.changes() == seen


def test_a_claim_is_told_to_nobody_else(store: Store) -> None:
    store.jobs.put("add", {"path": "/x"})
    taken = take(store)
    assert taken.claim
    assert [found.claim for found in (kept(store, taken.id), *store.jobs.latest(9), *store.jobs.active())] == [""] * 3
