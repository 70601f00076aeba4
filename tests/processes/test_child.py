"""A process that works for another: heard, limited, deaf to Ctrl-C, and ended with all that it has started."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psutil
import pytest

from faults import answer, die, fill_the_memory, interrupt_itself, say, start_another, start_another_and_die
from passerby.errors import WorkerError
from passerby.processes.child import Child
from passerby.processes.limits import Limits

PLENTY = Limits(memory_mb=10**6, stall_seconds=10**6)


@contextmanager
def child(main: Callable[..., None], *arguments: object, limits: Limits = PLENTY) -> Iterator[Child[Any]]:
    started = Child[Any](main, arguments, limits, name="a test", leads=True)
    started.start()
    try:
        yield started
    finally:
        started.kill()


def hear(process: Child[Any]) -> Iterator[Any]:
    """All that comes, until it ends. Raises WorkerError."""
    while True:
        Child.wait([process], 0.1)
        yield from process.messages()


def test_what_it_says_comes_in_order() -> None:
    with child(say, ["one", "two", "three"]) as process:
        heard = hear(process)
        assert [next(heard) for _ in range(3)] == ["one", "two", "three"]
        process.kill()
        process.kill()  # once more harms nothing


def test_it_can_be_asked() -> None:
    with child(answer) as process:
        heard = hear(process)
        for number in (1, 2):
            process.send(number)
            assert next(heard) == 2 * number


@pytest.mark.parametrize(("code", "reason"), [(-9, "was killed by signal 9"), (7, "ended with exit code 7")])
def test_its_death_is_told_after_all_that_it_has_said(code: int, reason: str) -> None:
    with child(die, code) as process:
        heard = hear(process)
        assert next(heard) == "last words"
        with pytest.raises(WorkerError, match=reason):
            next(heard)
        assert process.broken == ""
        with pytest.raises(WorkerError):
            process.send("anybody there?")


@pytest.mark.parametrize("main", [start_another, start_another_and_die])
def test_what_it_has_started_ends_with_it(main: Callable[..., None]) -> None:
    with child(main) as process:
        heard = hear(process)
        other = psutil.Process(next(heard))
        if main is start_another_and_die:
            with pytest.raises(WorkerError):
                next(heard)
    psutil.wait_procs([other])


def test_it_hears_no_signal_that_is_meant_for_all() -> None:
    with child(interrupt_itself) as process:
        assert next(hear(process)) == "still here"


def test_what_fills_the_memory_is_ended_and_the_reason_told() -> None:
    with child(fill_the_memory, limits=Limits(memory_mb=200, stall_seconds=10**6)) as process:
        with pytest.raises(WorkerError, match="used more than 200 MB of memory"):
            list(hear(process))
        assert process.broken


def test_what_says_nothing_for_long_is_ended_and_the_reason_told() -> None:
    with (
        child(say, [], limits=Limits(memory_mb=10**6, stall_seconds=0)) as process,
        pytest.raises(WorkerError, match="made no progress for 0 s"),
    ):
        list(hear(process))


def test_one_that_never_started_can_be_ended() -> None:
    Child[Any](say, ([],), PLENTY, name="a test", leads=True).kill()
