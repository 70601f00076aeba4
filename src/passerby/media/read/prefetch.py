"""Reading ahead in a thread, by a bounded number of items."""

import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Generic, TypeVar

T = TypeVar("T")


@contextmanager
def prefetch(items: Iterable[T], depth: int) -> Iterator[Iterator[T]]:
    """Iterate over ``items`` in a thread of their own, at most ``depth`` ahead of the consumer.

    What ``items`` raises is raised to the consumer, after the items before it. At the end of the ``with`` block,
    however it is left, the thread takes no further item and is waited for.
    """
    buffer: _Buffer[T] = _Buffer(depth)
    with ThreadPoolExecutor(1, "prefetch") as pool:
        filling = pool.submit(buffer.fill, items)
        try:
            yield buffer.drain(filling)
        finally:
            buffer.stop()


class _Buffer(Generic[T]):
    def __init__(self, depth: int) -> None:
        self._depth = depth
        self._items: deque[T] = deque()
        self._changed = threading.Condition()
        self._filled = self._stopped = False

    def fill(self, items: Iterable[T]) -> None:
        """The thread's work: it takes an item when there is room for it, and ends when told to stop."""
        iterator = iter(items)
        try:
            while self._has_room():
                item = next(iterator)
                with self._changed:
                    self._items.append(item)
                    self._changed.notify_all()
        except StopIteration:
            return
        finally:
            with self._changed:
                self._filled = True
                self._changed.notify_all()

    def _has_room(self) -> bool:
        """Wait for room; False when told to stop."""
        with self._changed:
            self._changed.wait_for(lambda: self._stopped or len(self._items) < self._depth)
            return not self._stopped

    def drain(self, filling: Future[None]) -> Iterator[T]:
        """The consumer's side; ``filling`` holds what the thread raised."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._items or self._filled)
                if not self._items:
                    break
                item = self._items.popleft()
                self._changed.notify_all()
            yield item
        filling.result()

    def stop(self) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
