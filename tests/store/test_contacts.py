"""Whom the ends of jobs and comments make mails for, in both stores."""

from collections.abc import Iterator

import pytest

from libraries import NewAddress, add
from passerby.errors import UsageError
from passerby.store.accounts import User
from passerby.store.contacts import Contact
from passerby.store.jobs import JobEnd
from passerby.store.library import Store, open_store


@pytest.fixture
def store(new_address: NewAddress) -> Iterator[Store]:
    with open_store(new_address(), create=True) as store:
        for name in ("ada", "bob"):
            store.accounts.add(User(name, "admin", "", 0))
        store.contacts.put("ada", "ada@example.org", ["mention", "leak", "mention"])
        yield store


def end_job(store: Store, status: JobEnd, caller: str, video: str = "") -> str:
    made = store.jobs.put("look", {}, video=video, caller=caller)
    job = store.jobs.take()
    assert job is not None
    assert store.jobs.end(job, status, "", {}, video)
    return made


def test_a_contact_is_kept_and_goes_with_its_user(store: Store) -> None:
    assert store.contacts.of("ada") == Contact("ada", "ada@example.org", ("leak", "mention"))
    assert store.contacts.of("bob") == Contact("bob", "", ())
    store.contacts.put("ada", "", [])
    assert store.contacts.of("ada") == Contact("ada", "", ())
    with pytest.raises(UsageError):
        store.contacts.put("(local)", "a@b", [])


def test_a_job_that_ends_makes_a_mail_for_who_asked(store: Store) -> None:
    end_job(store, "cancelled", "ada")
    end_job(store, "done", "bob")
    job = end_job(store, "failed", "ada")
    due = store.contacts.take()
    assert due is not None
    assert (due.job, due.contact.user, due.video, due.attempt) == (job, "ada", "", 1)
    assert store.contacts.take() is None  # until its pause is over
    store.contacts.drop(due.id)


def test_a_comment_makes_a_mail_for_whom_it_mentions_and_all_of_them_go_with_the_video(store: Store) -> None:
    video = add(store, "march.mp4")
    store.comments.put(video, "bob", "look, @ada", None, ["ada", "bob"])
    due = store.contacts.take()
    assert due is not None
    assert (due.by, due.video, due.job) == ("bob", video, "")
    store.contacts.drop(due.id)
    store.comments.put(video, "bob", "and here, @ada", None, ["ada"])
    end_job(store, "done", "ada", video)
    store.videos.forget(video)
    assert store.contacts.take() is None
