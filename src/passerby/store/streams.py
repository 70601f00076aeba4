"""What is watched, how that is going, and what came of it: segments, events, and numbers by the hour."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from passerby.clock_state import ClockState


@dataclass(frozen=True, slots=True)
class StoredSource:
    """A source as it was described. The description holds no password."""

    name: str
    description: str  # JSON: streams/configuration.py
    created: float  # seconds since 1970


@dataclass(frozen=True, slots=True)
class SourceState:
    """How a source is, as the process that watches it has said last."""

    source: str
    wall: float  # seconds since 1970, UTC, when it was said
    status: str  # "connecting", "watching", "stalled", "lost", "refused", "stopped"
    message: str = ""  # in one line, for people
    size: tuple[int, int] = (0, 0)  # width, height
    rate: float = 0.0  # frames a second that come
    lag: float = 0.0  # seconds from a frame's coming to its being hidden
    look_interval: float = 0.0  # seconds from one look to the next
    paused: tuple[str, ...] = ()  # as Pace.paused
    dropped: int = 0  # frames that were never shown
    unlooked: float = 0.0  # seconds in which pictures were hidden whole
    reconnects: int = 0
    recorded_bytes: int = 0


@dataclass(frozen=True, slots=True)
class StoredSegment:
    """A recorded stretch of a source. Gaps are between segments, and told by the one that comes after."""

    id: str
    source: str
    run: str  # of one run, and no other of any time
    start_pts: int  # of the stream's own clock
    end_pts: int
    time_base: tuple[int, int]  # seconds for one tick: numerator, denominator
    start: float  # seconds since 1970, UTC
    end: float
    clock: ClockState  # what the machine's clock was kept by, when it began
    gap: float  # seconds without pictures before it; 0 for none
    why: str  # of the gap, "" for none
    unlooked: tuple[tuple[float, float], ...]  # spans of seconds from its start in which pictures are hidden whole
    is_hidden: bool  # False: what is kept shows people
    size_bytes: int
    video: str = ""  # the id of its video, once it is in the library


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event that was told of a source."""

    id: str
    source: str
    type: str
    label: str
    wall: float
    document: dict[str, Any]  # as JSON lines, webhooks and MQTT tell it


CountedKind = Literal["people", "vehicles"]


@dataclass(frozen=True, slots=True)
class HourCount:
    """How many there were of one kind in a zone within an hour."""

    source: str
    zone: str  # "" for the whole picture
    hour: int  # its start, in seconds since 1970, UTC
    kind: CountedKind
    number: int


class StreamStore(Protocol):
    """The sources of a library and what came of them. Names of sources are theirs for good."""

    def put_source(self, name: str, description: str) -> None:
        """Keep a new source, or another description of one."""

    def sources(self) -> list[StoredSource]:
        """All, by name."""

    def drop_source(self, name: str) -> None:
        """Remove a source, its state, events and counts. What was recorded stays in the library."""

    def report(self, state: SourceState) -> None:
        """Say how a source is. The one said before is replaced."""

    def states(self) -> list[SourceState]: ...

    def add_segment(self, segment: StoredSegment) -> None: ...

    def settle_segment(self, segment: str, video: str) -> None:
        """A segment is a video of the library from now on."""

    def drop_segment(self, segment: str) -> None:
        """Its row: what it was of goes by forgetting its video."""

    def segments(self, source: str = "", start: float = 0.0, end: float = float("inf")) -> list[StoredSegment]:
        """Those of a source, or of all, that touch a stretch of time, in its order."""

    def add_events(self, events: Sequence[StoredEvent]) -> None: ...

    def events(self, source: str = "", *, limit: int, before: int = 0) -> list[tuple[int, StoredEvent]]:
        """The latest first, each with its number; those with a smaller number than ``before``, if it is not nought."""

    def prune_events(self, source: str, before: float) -> int:
        """Remove events and counts of before a moment; how many events."""

    def count(self, counts: Sequence[HourCount]) -> None:
        """Add to what was counted of those hours."""

    def counts(self, source: str, start: float, end: float) -> list[HourCount]: ...
