"""Items of many threads are written together, each once, and a fault is told to whom it belongs."""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from passerby.batching import Batching
from passerby.callers import Caller
from passerby.evidence.custody import Custody
from passerby.store.library import open_store

THREADS = 16


def test_items_that_come_while_one_writes_go_together() -> None:
    batches: list[list[int]] = []
    first, begun = threading.Event(), threading.Event()

    def write(items: Sequence[int]) -> None:
        batches.append(list(items))
        begun.set()
        assert first.wait(10)

    batching = Batching(write)
    with ThreadPoolExecutor(THREADS) as pool:
        pool.submit(batching.put, 0)
        assert begun.wait(10)
        others = [pool.submit(batching.put, n) for n in range(1, THREADS)]
        until = time.monotonic() + 10
        while len(batching._queue) < THREADS - 1 and time.monotonic() < until:
            time.sleep(0.01)
        first.set()
        for other in others:
            other.result(10)
    assert batches[0] == [0]
    assert [sorted(batch) for batch in batches[1:]] == [list(range(1, THREADS))]


def test_what_cannot_be_written_is_told_to_whom_it_belongs() -> None:
    written: list[int] = []

    def write(items: Sequence[int]) -> None:
        time.sleep(0.01)
        if any(item % 5 == 0 for item in items):
            raise ValueError("not this one")
        written.extend(items)

    batching = Batching(write)
    with ThreadPoolExecutor(THREADS) as pool:
        futures = {item: pool.submit(batching.put, item) for item in range(60)}
    refused = {item for item, future in futures.items() if isinstance(future.exception(), ValueError)}
    assert refused == {item for item in range(60) if item % 5 == 0}
    assert sorted(written) == [item for item in range(60) if item % 5]


def test_an_interruption_is_raised_and_the_next_is_written() -> None:
    written: list[int] = []

    def write(items: Sequence[int]) -> None:
        if 1 in items:
            raise KeyboardInterrupt
        written.extend(items)

    batching = Batching(write)
    with pytest.raises(KeyboardInterrupt):
        batching.put(1)
    batching.put(2)
    assert written == [2]


def test_the_log_of_many_threads_is_whole(tmp_path: Path) -> None:
    open_store(tmp_path, create=True).close()
    custody, alice = Custody(str(tmp_path)), Caller("alice")
    with ThreadPoolExecutor(THREADS) as pool:
        for future in [pool.submit(custody.note, alice, "search", hits=n) for n in range(100)]:
            future.result()
        wrong = pool.submit(custody.note, alice, "search", words="what was asked")
        assert isinstance(wrong.exception(), ValueError)
    entries = custody.entries(limit=1000)
    assert {entry["details"]["hits"] for entry in entries} == set(range(100))
    assert len(entries) == 100
    assert custody.fault() == ""
