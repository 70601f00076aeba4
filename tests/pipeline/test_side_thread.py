"""Work beside the rest: all of it done, in order, by one other thread; errors come back, and little waits."""

import threading
from functools import partial

import pytest

from passerby.errors import ModelError
from passerby.pipeline.side_thread import side_thread


@pytest.mark.parametrize("most", [0, 3, 100])
def test_all_is_done_in_order_by_one_other_thread(most: int) -> None:
    done: list[int] = []
    threads: set[str] = set()

    def work(number: int) -> None:
        done.append(number)
        threads.add(threading.current_thread().name)

    with side_thread("beside", most) as beside:
        for number in range(30):
            beside.do(partial(work, number))
    assert done == list(range(30))
    assert len(threads) == 1
    assert threading.current_thread().name not in threads


def test_who_has_too_much_waiting_waits() -> None:
    may_work, done = threading.Semaphore(0), []

    def work(number: int) -> None:
        may_work.acquire()
        done.append(number)

    with side_thread("beside", 3) as beside:
        for number in range(3):
            beside.do(partial(work, number))
        assert done == []
        threading.Timer(0.1, may_work.release).start()
        beside.do(partial(work, 3))  # the fourth waits for the first
        assert done == [0]
        may_work.release(3)


def test_large_work_counts_for_more() -> None:
    with side_thread("beside", 10) as beside:
        done: list[int] = []
        beside.do(partial(done.append, 1), size=11)
        assert done == [1]


def _fail() -> None:
    raise ModelError("the eye hurts")


def test_an_error_comes_back_with_later_work_and_nothing_more_is_begun() -> None:
    done: list[int] = []

    def go_on() -> None:
        with side_thread("beside", 0) as beside:
            beside.do(_fail)
            beside.do(partial(done.append, 1))

    with pytest.raises(ModelError, match="eye"):
        go_on()
    assert done == []


def test_an_error_of_the_last_work_comes_back_at_the_end() -> None:
    with pytest.raises(ModelError, match="eye"), side_thread("beside", 100) as beside:
        beside.do(_fail)


def test_after_an_error_elsewhere_what_waits_is_left() -> None:
    began, done = threading.Event(), []

    def first() -> None:
        began.set()
        done.append(1)

    def broken() -> None:
        with side_thread("beside", 100) as beside:
            beside.do(first)
            beside.do(partial(threading.Event().wait, 0.2))
            beside.do(partial(done.append, 2))
            began.wait()
            raise OSError("the disk is gone")

    with pytest.raises(OSError, match="disk"):
        broken()
    assert done == [1]
