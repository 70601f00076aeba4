"""What a broker of MQTT is told: topics and payloads, after the conventions that users of Frigate know.

    passerby/available             online, offline
    passerby/events                JSON: type, before, after
    passerby/SOURCE/status         online, stalled, offline
    passerby/SOURCE/LABEL          how many there are now; LABEL may be "all"
    passerby/SOURCE/ZONE/LABEL     the same in a zone

Fields about who somebody is are not left empty: there are none. See docs/decisions/0074.
"""

import json
import re
import zlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from passerby.documents import Document
from passerby.store.streams import SourceState
from passerby.streams.events import StreamEvent
from passerby.streams.presence import PresentCount

ONLINE, STALLED, OFFLINE = "online", "stalled", "offline"
ALL = "all"  # things of whatever label
STATUSES: Mapping[str, str] = MappingProxyType({"watching": ONLINE, "stalled": STALLED})  # all others: OFFLINE
MOST_KNOWN = 10_000  # events that have not ended
_NO_WORD = re.compile(r"[^A-Za-z0-9_]")


@dataclass(frozen=True, slots=True)
class MqttMessage:
    """A message to a broker."""

    topic: str
    payload: str
    is_kept: bool = True  # by the broker, for whoever asks later: "retained"


@dataclass(frozen=True, slots=True)
class CountPlace:
    """Of what a number is told."""

    source: str
    zone: str  # WHOLE for the whole picture
    label: str  # as a part of a topic


def label_part(label: str) -> str:
    """A label as a part of a topic: letters of ASCII, digits and _.

    >>> label_part("traffic light"), label_part("person")
    ('traffic_light', 'person')
    """
    part = _NO_WORD.sub("_", label)
    return part if _NO_WORD.sub("", label) == label.replace(" ", "") else f"{part}_{zlib.crc32(label.encode()):08x}"


def available_topic(root: str) -> str:
    return f"{root}/available"


def status_topic(root: str, source: str) -> str:
    return f"{root}/{source}/status"


def count_topic(root: str, place: CountPlace) -> str:
    return "/".join(part for part in (root, place.source, place.zone, place.label) if part)


def status_message(root: str, state: SourceState) -> MqttMessage:
    return MqttMessage(status_topic(root, state.source), STATUSES.get(state.status, OFFLINE))


class PresenceNumbers:
    """The latest number of each label in each zone of each source, and their sums."""

    def __init__(self) -> None:
        self._numbers: Counter[CountPlace] = Counter()

    def put(self, count: PresentCount) -> dict[CountPlace, int]:
        """The numbers that come of one: of its label, and of all."""
        place = CountPlace(count.source, count.zone, label_part(count.label))
        self._numbers[place] = count.number
        alike = [number for other, number in self._numbers.items() if _are_together(other, place)]
        return {place: count.number, CountPlace(count.source, count.zone, ALL): sum(alike)}

    def end(self, source: str) -> dict[CountPlace, int]:
        """Of a source of which nothing is known any more there is nothing."""
        gone = [place for place in self._numbers if place.source == source]
        for place in gone:
            del self._numbers[place]
        return dict.fromkeys((other for place in gone for other in (place, CountPlace(source, place.zone, ALL))), 0)


def _are_together(one: CountPlace, other: CountPlace) -> bool:
    return (one.source, one.zone) == (other.source, other.zone)


class EventDialect:
    """Events as users of Frigate know them: what changed, before and after."""

    def __init__(self, root: str) -> None:
        self._topic = f"{root}/events"
        self._last: dict[str, Document] = {}  # by event

    def message(self, event: StreamEvent) -> MqttMessage:
        """Before a new event there was the same thing in no zone."""
        before = self._last.pop(event.id, None)
        after = _frigate_document(event, before["entered_zones"] if before else [])
        if event.type != "end":
            self._last[event.id] = after
            while len(self._last) > MOST_KNOWN:
                del self._last[next(iter(self._last))]
        if before is None:
            before = after | {"current_zones": [], "entered_zones": []}
        return MqttMessage(self._topic, json.dumps({"type": event.type, "before": before, "after": after}), False)


def _frigate_document(event: StreamEvent, entered: list[str]) -> Document:
    told: Document = {
        "id": event.id,
        "camera": event.source,
        "rule": event.rule,
        "label": event.label,
        "top_score": round(event.score, 3),
        "start_time": round(event.start, 6),
        "end_time": round(event.wall, 6) if event.type == "end" else None,
        "frame_time": round(event.wall, 6),
        "current_zones": list(event.zones),
        "entered_zones": [*entered, *(zone for zone in event.zones if zone not in entered)],
        "box": None if event.box is None else [round(side, 4) for side in event.box],
    }
    return told | ({"held_back": event.held_back} if event.held_back else {})
