"""Where events go, and states of sources: lines of JSON, addresses, a broker of MQTT; each by itself.

Whoever watches is never made to wait, and never hears of an outlet that fails: each has a thread, a bounded queue, and
one line in the log when it begins to fail and when it works again.
"""

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol, TextIO

from passerby.extras import needing
from passerby.store.streams import SourceState
from passerby.streams.event_lines import EventLines
from passerby.streams.events import StreamEvent
from passerby.streams.outlet_queue import News, OutletQueue
from passerby.streams.outlet_settings import OutletSettings
from passerby.streams.presence import PresentCount
from passerby.streams.watch_source import WatchSource
from passerby.wording import counted

ENDING_SECONDS, CLOSING_SECONDS = 2.0, 3.0  # for what waits when all ends; then for closing

logger = logging.getLogger(__name__)


class Outlet(Protocol):
    """One way out. All but ``give_up`` is called by one thread."""

    name: str  # in a line of the log

    def send(self, news: News) -> None:
        """Tell; it may take its time. Raises OSError if it could not be: its events are lost then."""

    def give_up(self) -> None:
        """Wait for nothing any more; whoever is within ``send`` is to come back soon."""

    def close(self) -> None: ...


class OutletThread(threading.Thread):
    """Tells by one outlet what waits in its queue."""

    def __init__(self, outlet: Outlet, queue: OutletQueue) -> None:
        super().__init__(name=outlet.name, daemon=True)
        self._outlet, self._queue = outlet, queue
        self._lost = 0  # events, since it was told how many
        self._is_failing = False

    def run(self) -> None:
        while (news := self._queue.take()) is not None:
            try:
                self._outlet.send(news)
            except OSError as error:
                self._failed(error, len(news.events))
            else:
                self._succeeded()
        self._succeeded()
        self._outlet.close()

    def give_up(self) -> None:
        """What waits and cannot be told now is lost."""
        self._outlet.give_up()

    def _failed(self, error: OSError, events: int) -> None:
        self._lost += events
        if not self._is_failing:
            self._is_failing = True
            logger.warning("%s: not told (%s)", self._outlet.name, error)

    def _succeeded(self) -> None:
        self._is_failing = False
        lost, self._lost = self._lost + self._queue.take_dropped(), 0
        if lost:
            logger.warning("%s: %s could not be told", self._outlet.name, counted(lost, "event"))


class Outlets:
    """All outlets of one run."""

    def __init__(self, outlets: Sequence[tuple[Outlet, OutletQueue]]) -> None:
        self._queues = [queue for _, queue in outlets]
        self._threads = [OutletThread(outlet, queue) for outlet, queue in outlets]
        self._said: dict[str, tuple[str, str]] = {}  # by source: status and message
        for thread in self._threads:
            thread.start()

    def tell(self, events: Sequence[StreamEvent]) -> None:
        for queue in self._queues:
            queue.tell(events)

    def state(self, state: SourceState) -> None:
        """How a source is. What was said already is not told again."""
        said = (state.status, state.message)
        if self._said.get(state.source) != said:
            self._said[state.source] = said
            for queue in self._queues:
                queue.state(state)

    def present(self, counts: Sequence[PresentCount]) -> None:
        """What is there now. A broker is told; to others it would be too much."""
        for queue in self._queues:
            queue.present(counts)

    def end(self) -> None:
        """Tell what waits, as far as that takes no longer than a moment, and end."""
        for queue in self._queues:
            queue.end()
        self._join(ENDING_SECONDS)
        for thread in self._threads:
            thread.give_up()
        self._join(CLOSING_SECONDS)

    def _join(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(until - time.monotonic(), 0))


@contextmanager
def open_outlets(
    settings: OutletSettings,
    sources: Sequence[WatchSource],
    *,
    lines: TextIO | None = None,
    allow_private: bool = False,
) -> Iterator[Outlets]:
    """The outlets of one run; ``lines`` is where events are written as JSON, ``allow_private`` whether addresses of
    private networks may be told. A broker that cannot be reached is no error: it is tried again and again.

    Raises UsageError for an address that may not be told and a secret that is not there; MissingExtraError.
    """
    made: list[tuple[Outlet, OutletQueue]] = []
    if lines is not None:
        made.append((EventLines(lines), OutletQueue()))
    if settings.hooks:
        with needing("watch"):
            from passerby.streams.event_hooks import HookOutlet
        made += [(HookOutlet(hook, allow_private=allow_private), OutletQueue()) for hook in settings.hooks]
    if settings.broker is not None:
        with needing("watch"):
            from passerby.streams.mqtt_outlet import MqttOutlet
        queue = OutletQueue()
        made.append((MqttOutlet(settings.broker, sources, queue.nudge), queue))
    outlets = Outlets(made)
    try:
        yield outlets
    finally:
        outlets.end()
