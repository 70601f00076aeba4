"""What has happened lately, so that it is not told again and again."""

import threading
from collections.abc import Hashable


class RecentEvents:
    """What was added in the last ``span`` of time, in the unit of the clock; older things are dropped."""

    def __init__(self, span: int) -> None:
        self._span = span
        self._since: dict[Hashable, int] = {}  # in the order of their times
        self._lock = threading.Lock()

    def has(self, thing: Hashable, now: int) -> bool:
        since = self._since.get(thing)
        return since is not None and 0 <= now - since < self._span  # not "now < since + span": clocks are set back

    def add(self, thing: Hashable, now: int) -> None:
        with self._lock:
            self._since.pop(thing, None)
            self._since[thing] = now
            while now - next(iter(self._since.values())) >= self._span:
                del self._since[next(iter(self._since))]
