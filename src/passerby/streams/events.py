"""What is told of a stream while it runs: that a thing is there, that it still is, and that it went.

An event has a label, a place and a time. The number by which boxes belong together is a stream's own, means nothing
outside of one run, and is not told: an event has a random id, which is of this coming and going alone.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

from passerby.dates import format_moment
from passerby.documents import Document
from passerby.records import Box
from passerby.streams.rules import EVERYTHING, WatchRule
from passerby.streams.zones import Corner, WatchZone

EventType = Literal["new", "update", "end"]
SIGHTINGS = 2  # of something, before it is told or counted: one alone is too often a mistake
GONE_SECONDS = 2.0  # without being seen, after which a thing is gone
UPDATE_SECONDS = 5.0  # from what is told of a thing to the next update
MOST_A_MINUTE = 60  # new events; of what comes beyond that only a number is told
_MICROSECONDS = 1_000_000


class Seen(Protocol):
    """One thing in one frame: what LiveSighting has."""

    @property
    def label(self) -> str: ...
    @property
    def score(self) -> float: ...
    @property
    def box(self) -> Box:
        """In pixels of the upright frame."""

    @property
    def track(self) -> int:
        """Which thing of the run it is."""


@dataclass(frozen=True, slots=True)
class StreamEvent:
    """One event. What it tells of a cue, such as a picture that stands still, has no box."""

    id: str  # the same from new to end
    type: EventType
    source: str
    rule: str
    label: str
    score: float  # the highest so far
    zones: tuple[str, ...]  # of the source, in which it is now
    start: float  # seconds since 1970, UTC, when it was seen first
    wall: float  # when this was so
    box: Box | None  # in shares of the picture
    held_back: int = 0  # new events that were not told before this one, because there were too many

    def document(self) -> Document:
        """As JSON lines, webhooks and MQTT tell it."""
        told: Document = {
            "id": self.id,
            "type": self.type,
            "source": self.source,
            "rule": self.rule,
            "label": self.label,
            "score": round(self.score, 3),
            "zones": list(self.zones),
            "start": format_moment(round(self.start * _MICROSECONDS)),
            "time": format_moment(round(self.wall * _MICROSECONDS)),
            "seconds": round(self.wall - self.start, 3),
        }
        if self.box is not None:
            told["box"] = [round(side, 4) for side in self.box]
        return told | ({"held_back": self.held_back} if self.held_back else {})


def standing_point(box: Box, size: tuple[int, int]) -> Corner:
    """Where a thing stands: the middle of its box's lower edge, in shares of a picture of ``size`` (width, height)."""
    return (box[0] + box[2]) / 2 / size[0], min(box[3] / size[1], 1.0 - 1e-9)


def zones_at(point: Corner, zones: Iterable[WatchZone]) -> tuple[str, ...]:
    """The names of the zones that hold a point."""
    return tuple(zone.name for zone in zones if zone.holds(point))


@dataclass(slots=True)
class _Presence:
    """One thing under one rule."""

    event: StreamEvent
    seen: float
    times: int = 0  # that it was seen
    told: float | None = None  # when it was last told; None: not yet
    is_silent: bool = False  # one too many


@dataclass(slots=True)
class _Limit:
    """So many new events in a minute, evenly."""

    most: float
    left: float = field(init=False)
    wall: float | None = None
    held_back: int = 0

    def __post_init__(self) -> None:
        self.left = self.most

    def lets(self, wall: float) -> bool:
        if self.wall is not None:
            self.left = min(self.left + max(wall - self.wall, 0) * self.most / 60, self.most)
        self.wall = wall
        if self.left < 1:
            self.held_back += 1
            return False
        self.left -= 1
        return True

    def take_held_back(self) -> int:
        held, self.held_back = self.held_back, 0
        return held


class EventMaker:
    """Makes events of what is seen in one source, in the order of time."""

    def __init__(
        self,
        source: str,
        rules: Sequence[WatchRule] = (),
        zones: Sequence[WatchZone] = (),
        zone: ZoneInfo | None = None,
        most_a_minute: int = MOST_A_MINUTE,
    ) -> None:
        """``zone`` is where the source's clock hangs on the wall; None: UTC."""
        self._source = source
        self._rules = tuple(rules) or (EVERYTHING,)
        self._zones = tuple(zones)
        self._clock = zone or ZoneInfo("UTC")
        self._there: dict[tuple[str, int, str], _Presence] = {}  # by rule, track and label
        self._cues: dict[str, StreamEvent] = {}
        self._limit = _Limit(most_a_minute)

    def push(self, sightings: Iterable[Seen], wall: float, size: tuple[int, int]) -> list[StreamEvent]:
        """What there is to tell at a moment in which all these were seen in a picture of ``size`` (width, height)."""
        events: list[StreamEvent] = []
        for sighting in sightings:
            point = standing_point(sighting.box, size)
            inside = zones_at(point, self._zones)
            for rule in self._rules:
                if self._fits(rule, sighting, point, wall):
                    events += self._see(rule, sighting, inside, wall, size)
        return events + self._gone(wall - GONE_SECONDS)

    def cue(self, kind: str, wall: float, *, on: bool) -> list[StreamEvent]:
        """That a cue, such as a picture that stands still, begins or ends. Said again, nothing is told."""
        known = self._cues.pop(kind, None)
        if on:
            fresh = StreamEvent(secrets.token_hex(8), "new", self._source, "cues", kind, 1.0, (), wall, wall, None)
            self._cues[kind] = known or fresh
            return [] if known else [fresh]
        return [replace(known, type="end", wall=wall)] if known else []

    def end(self, wall: float) -> list[StreamEvent]:
        """End all that is there: the run is over, and in the next one nothing is the same."""
        cues = [event for kind in tuple(self._cues) for event in self.cue(kind, wall, on=False)]
        return self._gone(float("inf")) + cues

    def _fits(self, rule: WatchRule, sighting: Seen, point: Corner, wall: float) -> bool:
        return (
            (not rule.labels or sighting.label in rule.labels)
            and sighting.score >= rule.least_score
            and (rule.zone is None or rule.zone.holds(point))
            and (not rule.hours or any(hours.hold(wall, self._clock) for hours in rule.hours))
        )

    def _see(
        self, rule: WatchRule, sighting: Seen, inside: tuple[str, ...], wall: float, size: tuple[int, int]
    ) -> list[StreamEvent]:
        key = (rule.name, sighting.track, sighting.label)
        width, height = size
        x1, y1, x2, y2 = sighting.box
        box = (x1 / width, y1 / height, x2 / width, y2 / height)
        there = self._there.get(key)
        if there is None:
            event = StreamEvent(
                secrets.token_hex(8), "new", self._source, rule.name, sighting.label, 0.0, (), wall, wall, box
            )
            there = self._there[key] = _Presence(event, wall)
        moved = there.event.zones != inside
        there.seen, there.times = wall, there.times + 1
        score = max(there.event.score, sighting.score)
        there.event = replace(there.event, score=score, zones=inside, wall=wall, box=box)
        return self._told(there, rule, wall, moved=moved)

    def _told(self, there: _Presence, rule: WatchRule, wall: float, *, moved: bool) -> list[StreamEvent]:
        if there.is_silent or there.times < SIGHTINGS or wall - there.event.start < rule.least_seconds:
            return []
        if there.told is None:
            there.told = wall
            there.is_silent = not self._limit.lets(wall)
            return [] if there.is_silent else [replace(there.event, held_back=self._limit.take_held_back())]
        if moved or wall - there.told >= UPDATE_SECONDS:
            there.told = wall
            return [replace(there.event, type="update")]
        return []

    def _gone(self, before: float) -> list[StreamEvent]:
        gone = [key for key, there in self._there.items() if there.seen < before]
        ended = [self._there.pop(key) for key in gone]
        return [
            replace(there.event, type="end", wall=there.seen)
            for there in ended
            if there.told is not None and not there.is_silent
        ]
