"""What waits to be told by one outlet: the latest state of each source, and so many events."""

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from passerby.store.streams import SourceState
from passerby.streams.events import StreamEvent
from passerby.streams.presence import PresentCount

MOST_WAITING = 1000  # events; of more than that the oldest are dropped, and counted
MOST_AT_ONCE = 50  # events that are told at once


@dataclass(frozen=True, slots=True)
class News:
    """What is told at once. It may be empty: see ``OutletQueue.nudge``."""

    events: tuple[StreamEvent, ...] = ()
    states: tuple[SourceState, ...] = ()
    counts: tuple[PresentCount, ...] = ()


class OutletQueue:
    """Takes from whoever watches without ever making them wait, and gives to one outlet's thread."""

    def __init__(self, most: int = MOST_WAITING) -> None:
        self._events: deque[StreamEvent] = deque()
        self._states: dict[str, SourceState] = {}
        self._counts: dict[tuple[str, str, str], PresentCount] = {}
        self._most = most
        self._dropped = 0
        self._is_nudged = self._is_ending = False
        self._changed = threading.Condition()

    def tell(self, events: Sequence[StreamEvent]) -> None:
        with self._changed:
            self._events.extend(events)
            while len(self._events) > self._most:
                self._events.popleft()
                self._dropped += 1
            self._changed.notify()

    def state(self, state: SourceState) -> None:
        with self._changed:
            self._states[state.source] = state
            self._changed.notify()

    def present(self, counts: Sequence[PresentCount]) -> None:
        with self._changed:
            self._counts |= {(count.source, count.zone, count.label): count for count in counts}
            self._changed.notify()

    def nudge(self) -> None:
        """Have something taken, though there may be nothing in it."""
        with self._changed:
            self._is_nudged = True
            self._changed.notify()

    def end(self) -> None:
        """Nothing comes any more; what waits may still be taken."""
        with self._changed:
            self._is_ending = True
            self._changed.notify()

    def take(self) -> News | None:
        """What waits, as soon as there is something; None: it has ended, and nothing waits."""
        with self._changed:
            self._changed.wait_for(self._has_something)
            if not (self._events or self._states or self._counts or self._is_nudged):
                return None
            events = tuple(self._events.popleft() for _ in range(min(len(self._events), MOST_AT_ONCE)))
            news = News(events, tuple(self._states.values()), tuple(self._counts.values()))
            self._states.clear()
            self._counts.clear()
            self._is_nudged = False
            return news

    def take_dropped(self) -> int:
        """How many events were dropped since this was asked last."""
        with self._changed:
            dropped, self._dropped = self._dropped, 0
            return dropped

    def _has_something(self) -> bool:
        return bool(self._events or self._states or self._counts or self._is_nudged or self._is_ending)
