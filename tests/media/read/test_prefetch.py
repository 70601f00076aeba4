import threading
import time
from collections.abc import Iterator

import pytest

from passerby.media.read.prefetch import prefetch


@pytest.fixture(autouse=True)
def _ends_within_a_second() -> Iterator[None]:
    started = time.monotonic()
    yield
    assert time.monotonic() - started < 1
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("prefetch")]


def _forever(taken: list[int]) -> Iterator[int]:
    number = 0
    while True:
        taken.append(number)
        yield number
        number += 1


def test_all_items_come_in_order() -> None:
    with prefetch(range(1000), 4) as items:
        assert list(items) == list(range(1000))


def test_no_items_is_no_wait() -> None:
    nothing: list[int] = []
    with prefetch(nothing, 4) as items:
        assert list(items) == []


def test_what_the_reader_raises_comes_after_the_items_before_it() -> None:
    def breaks() -> Iterator[int]:
        yield from (1, 2, 3)
        raise OSError("the disk is gone")

    with prefetch(breaks(), 8) as items:
        assert [next(items), next(items), next(items)] == [1, 2, 3]
        with pytest.raises(OSError, match="the disk is gone"):
            next(items)


def test_what_the_reader_raises_ends_the_run() -> None:
    def run() -> None:
        with prefetch(map(int, ["1", "2", "x"]), 1) as items:
            for _ in items:
                pass

    with pytest.raises(ValueError, match="'x'"):
        run()


def test_a_consumer_that_raises_ends_a_reader_that_waits_on_a_full_buffer() -> None:
    taken: list[int] = []

    def run() -> None:
        with prefetch(_forever(taken), 2) as items:
            next(items)
            while len(taken) < 3:  # now the reader waits for room
                time.sleep(0.001)
            raise ValueError("stage")

    with pytest.raises(ValueError, match="stage"):
        run()


def test_a_consumer_may_stop_early() -> None:
    taken: list[int] = []
    with prefetch(_forever(taken), 2) as items:
        assert [next(items) for _ in range(5)] == [0, 1, 2, 3, 4]
    count = len(taken)
    time.sleep(0.02)
    assert len(taken) == count <= 7


def test_a_consumer_that_takes_nothing_ends_the_reader() -> None:
    taken: list[int] = []
    with prefetch(_forever(taken), 1):
        pass
    assert len(taken) <= 1


def test_the_reader_is_never_further_ahead_than_the_depth() -> None:
    taken: list[int] = []
    with prefetch(_forever(taken), 3) as items:
        for used in range(1, 6):
            next(items)
            time.sleep(0.02)
            assert len(taken) == used + 3
