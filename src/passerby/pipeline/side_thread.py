"""Work in a thread of its own, beside the rest: in order, and no more of it waiting than memory is meant for."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager


class Aside:
    """A thread and what waits for it."""

    def __init__(self, pool: ThreadPoolExecutor, most: int) -> None:
        self._pool, self._most = pool, most
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

    def _catch_up(self, most: int) -> None:
        while self._waiting and (self._held > most or self._waiting[0][1].done()):
            size, done = self._waiting.popleft()
            done.result()
            self._held -= size


@contextmanager
def aside(name: str, most: int) -> Iterator[Aside]:
    """Gives who has work done in a thread of this ``name``; no more than ``most`` of it waits, or else one thing.

    At the end of the ``with`` block all is done, or, after an error, nothing more is begun.
    """
    pool = ThreadPoolExecutor(1, name)
    try:
        beside = Aside(pool, most)
        yield beside
        beside.finish()
    finally:
        pool.shutdown(cancel_futures=True)
