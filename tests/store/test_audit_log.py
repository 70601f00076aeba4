"""The log is append-only, every change to it is found, and it holds nothing of any video but its id."""

import json
import multiprocessing
import signal
from hashlib import sha256
from typing import Any

import pytest

from passerby.store.audit_log import NO_ENTRY, Head, LogFilter, LogWord
from passerby.store.library import Store
from store_processes import append_entries, be_killed_appending

SPAWN = multiprocessing.get_context("spawn")
VIDEO, OTHER = "ab" * 32, "cd" * 32
ENTRIES = 6
COLUMNS = ("number", "time", "user", "action", "subject", "details", "previous", "hash")


def fill(store: Store, entries: int = ENTRIES) -> None:
    for n in range(entries):
        with store.transaction():
            store.log.append(n, "ann", "view", VIDEO, {"moment": n})


def test_entries_form_a_chain_that_others_can_follow(store: Store) -> None:
    fill(store)
    previous = "0" * 64
    for entry in store.log.entries(0, 99):
        columns = [getattr(entry, name) for name in COLUMNS[:-1]]
        assert entry.previous == previous
        previous = sha256(json.dumps(columns, separators=(",", ":")).encode()).hexdigest()
        assert entry.hash == previous
    assert store.log.head() == Head(ENTRIES, previous)
    assert store.log.fault() == ""
    assert (store.log.find(previous), store.log.find(NO_ENTRY), store.log.find(VIDEO)) == (ENTRIES, 0, None)
    assert [entry.number for entry in store.log.entries(2, 3)] == [3, 4, 5]


def test_an_empty_log_is_whole(store: Store) -> None:
    assert store.log.fault() == ""
    assert store.log.head() == Head(0, NO_ENTRY)


# Processes


def test_processes_that_append_at_once_make_one_chain(store: Store, address: str) -> None:
    processes = [SPAWN.Process(target=append_entries, args=(address, f"u{n}", 25)) for n in range(3)]
    for process in processes:
        process.start()
    while any(process.is_alive() for process in processes):
        assert store.log.fault() == ""
    assert [process.exitcode for process in processes] == [0, 0, 0]
    users = [entry.user for entry in store.log.entries(0, 999)]
    assert [users.count(f"u{n}") for n in range(3)] == [25, 25, 25]
    assert store.health.check() == []


def test_a_kill_leaves_neither_the_change_nor_its_entry(store: Store, address: str) -> None:
    fill(store)
    process = SPAWN.Process(target=be_killed_appending, args=(address,))
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    assert store.accounts.find("killed") is None
    assert store.log.head().count == ENTRIES
    assert store.health.check() == []


# Law 4


@pytest.mark.parametrize(
    ("user", "action", "subject", "details"),
    [
        ("ann", "view", "street.mp4", {}),
        ("ann", "view", "/footage/street.mp4", {}),
        ("ann", "view", "user:My Street", {}),
        ("ann", "view", VIDEO[:-1], {}),
        ("ann", "look at the street", VIDEO, {}),
        ("red car at night", "view", VIDEO, {}),
        ("ann", "search", "", {"query": "red"}),
        ("ann", "search", "", {"format": "red car"}),
        ("ann", "search", "", {"format": "street.mp4"}),
        ("ann", "search", "", {"scopes": ["read", "red car"]}),
        ("ann", "search", "", {"hits": float("nan")}),
    ],
)
def test_an_entry_has_no_place_for_content(
    store: Store, user: str, action: Any, subject: str, details: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match=r"expected|Out of range"), store.transaction():
        store.log.append(0, user, action, subject, details)
    assert store.log.head().count == 0


def test_the_newest_entries_come_first_and_narrowed(store: Store) -> None:
    fill(store)
    with store.transaction():
        store.log.append(ENTRIES, "bob", "search", "", {})
    assert [entry.number for entry in store.log.latest(2, LogFilter())] == [7, 6]
    assert [entry.number for entry in store.log.latest(9, LogFilter(before=3))] == [2, 1]
    assert [entry.number for entry in store.log.latest(9, LogFilter(user="bob", action="search"))] == [7]
    assert store.log.latest(9, LogFilter(subject=VIDEO, user="bob")) == []


def test_entries_are_found_by_parts_of_what_is_in_them_and_by_what_their_subjects_are_called(store: Store) -> None:
    with store.transaction():
        store.log.append(1, "ann", "view", VIDEO, {})
        store.log.append(2, "ann", "set_role", "user:bob", {"role": "viewer"})
        store.log.append(3, "bob_by", "export", OTHER, {"format": "srt"})

    def found(*words: LogWord) -> list[int]:
        return [entry.number for entry in store.log.latest(9, LogFilter(words=words))]

    assert [found(LogWord(word)) for word in ("ann", "view", "bob", "srt", "b_b", VIDEO[:5], "%")] == [
        [2, 1], [2, 1], [3, 2], [3], [3], [1], []
    ]  # fmt: skip
    assert found(LogWord("bob"), LogWord("viewer")) == [2]
    assert found(LogWord("fair", [VIDEO])) == [1]
    assert found(LogWord("fair", [VIDEO, OTHER]), LogWord("bob")) == [3]
