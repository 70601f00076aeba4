"""What there is to tell of what is seen in one source: events, what is there now, and numbers by the hour."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from passerby.store.streams import HourCount
from passerby.streams.counts import HourCounter
from passerby.streams.events import EventMaker, Seen, StreamEvent
from passerby.streams.presence import PresenceCounter, PresentCount
from passerby.streams.watch_source import WatchSource


class SourceNews:
    """Takes what each look has seen, in the order of time."""

    def __init__(self, source: WatchSource) -> None:
        self._events = EventMaker(source.name, source.rules, source.zones, ZoneInfo(source.zone))
        self._presence = PresenceCounter(source.name, source.zones)
        self._counter = HourCounter(source.name, source.zones)
        self._told: list[StreamEvent] = []
        self._there: list[PresentCount] = []

    def __bool__(self) -> bool:
        """Whether there is something to tell at once."""
        return bool(self._told or self._there)

    def see(self, sightings: Sequence[Seen], wall: float, size: tuple[int, int]) -> None:
        """All that was seen by a look at a picture of ``size`` (width, height)."""
        self._told += self._events.push(sightings, wall, size)
        self._there += self._presence.push(sightings, wall, size)
        self._counter.push(sightings, wall, size)

    def cue(self, kind: str, wall: float, *, on: bool) -> None:
        """As EventMaker.cue."""
        self._told += self._events.cue(kind, wall, on=on)

    def end(self, wall: float) -> None:
        """The run is over: in the next one nothing is the same."""
        self._told += self._events.end(wall)
        self._there += self._presence.end(wall)
        self._counter.cut()

    def take(self) -> tuple[tuple[StreamEvent, ...], tuple[PresentCount, ...]]:
        """What was not taken yet."""
        told, there = tuple(self._told), tuple(self._there)
        self._told.clear()
        self._there.clear()
        return told, there

    def take_counts(self) -> tuple[HourCount, ...]:
        """As HourCounter.take."""
        return tuple(self._counter.take())
