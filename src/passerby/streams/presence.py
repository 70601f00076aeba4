"""How many things of each label are in a source, and in each of its zones, at this moment."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from passerby.streams.events import GONE_SECONDS, SIGHTINGS, Seen, standing_point, zones_at
from passerby.streams.zones import WHOLE, WatchZone


@dataclass(frozen=True, slots=True)
class PresentCount:
    """How many there are now of one label in one zone."""

    source: str
    zone: str  # WHOLE for the whole picture
    label: str
    number: int
    wall: float  # seconds since 1970, UTC, from when on it is so


@dataclass(slots=True)
class _Thing:
    """What was seen lately."""

    label: str
    zones: tuple[str, ...]
    seen: float
    times: int = 0


class PresenceCounter:
    """Counts what is there in one source, in the order of time: each thing, whatever rules ask for."""

    def __init__(self, source: str, zones: Sequence[WatchZone] = ()) -> None:
        self._source, self._zones = source, tuple(zones)
        self._things: dict[int, _Thing] = {}
        self._told: Counter[tuple[str, str]] = Counter()  # by zone and label

    def push(self, sightings: Iterable[Seen], wall: float, size: tuple[int, int]) -> list[PresentCount]:
        """What has changed by what was seen at a moment in a picture of ``size`` (width, height)."""
        for sighting in sightings:
            thing = self._things.setdefault(sighting.track, _Thing(sighting.label, (), wall))
            thing.label, thing.seen, thing.times = sighting.label, wall, thing.times + 1
            thing.zones = (WHOLE, *zones_at(standing_point(sighting.box, size), self._zones))
        self._things = {track: thing for track, thing in self._things.items() if wall - thing.seen <= GONE_SECONDS}
        return self._changes(wall)

    def end(self, wall: float) -> list[PresentCount]:
        """The run is over: of nothing is known that it is there."""
        self._things.clear()
        return self._changes(wall)

    def _changes(self, wall: float) -> list[PresentCount]:
        there = Counter(
            (zone, thing.label) for thing in self._things.values() if thing.times >= SIGHTINGS for zone in thing.zones
        )
        changed = sorted(place for place in there.keys() | self._told.keys() if there[place] != self._told[place])
        self._told = there
        return [PresentCount(self._source, *place, there[place], wall) for place in changed]
