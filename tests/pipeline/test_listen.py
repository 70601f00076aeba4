"""Sound handed to another thread: all of it is heard, in order, and errors come back."""

import threading
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from passerby.errors import ModelError, UnreadableError
from passerby.media.read.frames import AudioChunk
from passerby.pipeline import listen
from passerby.pipeline.listen import listening
from passerby.records import Record


class Session:
    """Remembers what it took, and by which thread."""

    def __init__(self) -> None:
        self.starts: list[Fraction] = []
        self.threads: set[str] = set()
        self.finished = 0

    def push(self, chunk: AudioChunk) -> None:
        self.threads.add(threading.current_thread().name)
        self.starts.append(chunk.start)
        if chunk.start == 77:
            raise ModelError("the ear hurts")

    def finish(self, end: int) -> list[Record]:
        self.finished = len(self.starts)
        return []


def chunk(second: int) -> AudioChunk:
    return AudioChunk(Fraction(second), 100, np.zeros(100, np.float32), np.zeros((100, 1), np.float32))


def hear_all(session: Any, seconds: Iterable[int]) -> None:
    with listening(session) as listener:
        for second in seconds:
            listener.hear(chunk(second))
        listener.end(9)


@pytest.fixture
def session() -> Any:
    return Session()


@pytest.mark.parametrize("ahead", [0, 250, 1 << 21])
def test_all_is_heard_in_order_by_one_other_thread(session: Any, ahead: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listen, "AHEAD", ahead)
    hear_all(session, range(50))
    assert session.starts == list(range(50))
    assert session.finished == 50  # what is left is heard there, too
    assert len(session.threads) == 1
    assert threading.current_thread().name not in session.threads


def test_no_more_than_a_bounded_part_of_it_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listen, "AHEAD", 300)
    heard, may_hear = [], threading.Semaphore(0)

    class Slow:
        def push(self, chunk: AudioChunk) -> None:
            may_hear.acquire()
            heard.append(chunk.start)

    with listening(Slow()) as listener:  # type: ignore[arg-type]
        for second in range(3):
            listener.hear(chunk(second))
        threading.Timer(0.1, may_hear.release).start()
        listener.hear(chunk(3))  # waits for that
        assert heard == [0]
        may_hear.release(3)


def test_an_error_of_the_session_is_raised(session: Any) -> None:
    with pytest.raises(ModelError, match="ear"):
        hear_all(session, range(76, 80))


def test_after_an_error_elsewhere_nothing_more_is_heard() -> None:
    began = threading.Event()

    class Slow(Session):
        def push(self, chunk: AudioChunk) -> None:
            super().push(chunk)
            began.set()

    def broken(session: Any) -> None:
        with listening(session) as listener:
            listener.hear(chunk(0))
            began.wait()
            raise UnreadableError("the disk is gone")

    slow: Any = Slow()
    with pytest.raises(UnreadableError):
        broken(slow)
    assert slow.starts == [0]


def test_without_a_session_nobody_listens() -> None:
    with listening(None) as listener:
        listener.hear(chunk(0))
        listener.end(9)
