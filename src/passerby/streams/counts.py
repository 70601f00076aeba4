"""How many people and vehicles were in each zone in each hour: numbers, and nothing else.

Something is counted in each hour in which it is seen, once in each zone. What is lost from sight and found again by
its place counts once; what comes back after that counts again: nobody is recognized, so nobody can be left out.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from passerby.store.streams import CountedKind, HourCount
from passerby.streams.events import SIGHTINGS, Seen, standing_point, zones_at
from passerby.streams.zones import WHOLE, WatchZone

HOUR = 3600  # seconds
KINDS: Mapping[str, CountedKind] = MappingProxyType(
    {
        "person": "people",
        **dict.fromkeys(("bicycle", "boat", "bus", "car", "motorcycle", "train", "truck"), "vehicles"),
    }
)


class HourCounter:
    """Counts in one source, in the order of time."""

    def __init__(self, source: str, zones: Sequence[WatchZone] = ()) -> None:
        self._source, self._zones = source, tuple(zones)
        self._hour = 0
        self._seen: defaultdict[tuple[str, int], int] = defaultdict(int)  # by zone and thing, within this hour
        self._new: Counter[tuple[str, int, CountedKind]] = Counter()

    def push(self, sightings: Iterable[Seen], wall: float, size: tuple[int, int]) -> None:
        """What was seen at a moment in a picture of ``size`` (width, height)."""
        hour = int(wall // HOUR) * HOUR
        if hour != self._hour:
            self._hour = hour
            self._seen.clear()
        for sighting in sightings:
            kind = KINDS.get(sighting.label)
            if kind is None:
                continue
            for zone in (WHOLE, *zones_at(standing_point(sighting.box, size), self._zones)):
                self._seen[zone, sighting.track] += 1
                if self._seen[zone, sighting.track] == SIGHTINGS:
                    self._new[zone, hour, kind] += 1

    def cut(self) -> None:
        """Another run begins, whose things have numbers of their own."""
        self._seen.clear()

    def take(self) -> list[HourCount]:
        """What has come to be counted since this was last asked: to be added to what was counted before."""
        taken = [HourCount(self._source, *key, number) for key, number in sorted(self._new.items())]
        self._new.clear()
        return taken
