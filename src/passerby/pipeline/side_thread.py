"""Work in a thread of its own, beside the rest: in order, and no more of it waiting than memory is meant for."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Generic, TypeVar

from passerby.records import Record
from passerby.stages.base import Session

T = TypeVar("T")


class SideThread:
    """A thread and what waits for it."""

    def __init__(self, pool: ThreadPoolExecutor, capacity: int) -> None:
        self._pool, self._most = pool, capacity
        self._waiting: deque[tuple[int, Future[object]]] = deque()
        self._held = 0

    def do(self, work: Callable[[], object], size: int = 1) -> None:
        """Have ``work``, which holds so much meanwhile, done after all before it; waits while too much waits.

        What earlier work raised is raised.
        """
        self._waiting.append((size, self._pool.submit(work)))
        self._held += size
        self._catch_up(self._most)

    def finish(self) -> None:
        """Wait until all is done; raises what it raised."""
        self._catch_up(-1)

    def _catch_up(self, capacity: int) -> None:
        while self._waiting and (self._held > capacity or self._waiting[0][1].done()):
            size, done = self._waiting.popleft()
            done.result()
            self._held -= size


@contextmanager
def side_thread(name: str, capacity: int) -> Iterator[SideThread]:
    """Gives a thread of this ``name``; no more than ``capacity`` of its work waits, or else one thing.

    At the end of the ``with`` block all is done, or, after an error, nothing more is begun.
    """
    pool = ThreadPoolExecutor(1, name)
    try:
        thread = SideThread(pool, capacity)
        yield thread
        thread.finish()
    finally:
        pool.shutdown(cancel_futures=True)


class SideSession(Generic[T]):
    """A session that works in a side thread."""

    def __init__(self, session: Session[T], thread: SideThread, size: Callable[[T], int]) -> None:
        """``size`` tells how much an item holds that waits."""
        self._session, self._thread, self._size = session, thread, size
        self._records: list[Record] = []

    def push(self, item: T) -> None:
        """Raises what the session raised meanwhile."""
        self._thread.do(partial(self._session.push, item), self._size(item))

    def end(self, end: int) -> None:
        """All items are in: what is left of the work is done while others are not done yet."""
        self._thread.do(lambda: self._records.extend(self._session.finish(end)))

    def finish(self, end: int) -> Sequence[Record]:
        """The records, when the thread has ended."""
        return self._records
