"""What the API takes and gives of sources that are watched, as pydantic knows it: for its description.

Times are seconds since 1970 in UTC; corners of zones are shares of the picture's width and height.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from passerby.clock_state import ClockState
from passerby.redact.plan.kinds import Kind
from passerby.store.streams import CountedKind
from passerby.streams.watch_source import SEGMENT_SECONDS, SETTLE_SECONDS, SourceKind, Transport
from passerby.streams.zones import FEWEST_CORNERS, MOST_CORNERS, MOST_ZONES, NAME
from passerby.web.api.documents import Document
from passerby.web.api.library_documents import Sides

ShareOfSide = Annotated[float, Field(ge=0, le=1)]
Corners = Annotated[
    list[Annotated[list[ShareOfSide], Field(min_length=2, max_length=2)]],
    Field(min_length=FEWEST_CORNERS, max_length=MOST_CORNERS, examples=[[[0, 0.5], [1, 0.5], [1, 1]]]),
]
ZoneName = Annotated[str, Field(pattern=f"^{NAME.pattern}$", examples=["door"])]
SourceStatus = Literal["connecting", "watching", "stalled", "lost", "refused", "stopped", "unwatched"]


class ZoneDocument(Document):
    """A part of the picture."""

    name: ZoneName
    corners: Corners


class RuleDocument(Document):
    """Of which things, in which zone, at which hours events are told; what is left out asks for nothing."""

    name: ZoneName
    labels: list[Annotated[str, Field(min_length=1, max_length=100)]] = Field([], max_length=100, examples=[["car"]])
    zone: ZoneName | None = None
    hours: list[Annotated[str, Field(max_length=11)]] = Field([], max_length=20, examples=[["22:00-06:00"]])
    least_seconds: float = Field(0, ge=0, le=3600)
    least_score: float = Field(0, ge=0, le=1)


ZoneDocuments = Annotated[list[ZoneDocument], Field(max_length=MOST_ZONES)]
RuleDocuments = Annotated[list[RuleDocument], Field(max_length=50)]


class SourceChange(Document):
    """A source as it is to be."""

    address: str = Field(max_length=2000, examples=["rtsp://camera.local/stream1"])
    kind: SourceKind | Literal[""] = Field("", description="Empty: as the address says.")
    hide: list[Kind] = Field(["people"], min_length=1, max_length=6)
    keep_original: bool = Field(False, description="What is recorded shows people, for reviewers only.")
    original_seconds: float | None = Field(
        None, ge=1, le=100 * 366 * 24 * 3600, description="For which what shows people stays; null: as `keep_seconds`."
    )
    keep_seconds: float | None = Field(None, ge=1, le=100 * 366 * 24 * 3600, description="null: for good.")
    max_bytes: int | None = Field(None, ge=1_000_000, le=2**53 - 1, description="Of all that is recorded of it.")
    segment_seconds: float = Field(SEGMENT_SECONDS, ge=2, le=3600)
    settle_seconds: float = Field(SETTLE_SECONDS, ge=0.1, le=3600)
    cores: float = Field(1.0, ge=0.05, le=1024, description="CPU seconds for each second of the stream.")
    transport: Transport = "tcp"
    login: str = Field("", max_length=1010, description="env:NAME, where user:password is; never the password.")
    allows_private: bool = Field(False, description="Whether an http address may lie in a private network.")
    zone: str = Field("UTC", max_length=60, description="Where its clock hangs on the wall.", examples=["Europe/Rome"])
    zones: ZoneDocuments = Field([])
    rules: RuleDocuments = Field([])
    restream: bool = Field(False, description="Whether viewers may see its hidden stream live.")


class NewSource(SourceChange):
    """A source that is to be watched."""

    name: ZoneName = Field(examples=["gate"])


class DrawnZones(Document):
    """The zones of a source, and its rules where they change too."""

    zones: ZoneDocuments
    rules: RuleDocuments | None = Field(None, description="null: as they are.")


class StateDocument(BaseModel):
    """How a source is, as the process that watches it has said last."""

    status: SourceStatus = Field(description="`unwatched`: nothing was said of it for 10 s.")
    wall: float = Field(description="When that was said; 0: never.")
    now: float = Field(description="When this was answered, by the same clock.")
    message: str
    size: list[int] = Field(description="Width and height.", examples=[[1920, 1080]])
    rate: float = Field(description="Frames a second.")
    lag: float = Field(description="Seconds from a frame's coming to its being hidden.")
    look_interval: float = Field(description="Seconds from one look to the next.")
    paused: list[str] = Field(description="What is left out because there is not time for all, the first first.")
    dropped: int = Field(description="Frames that were never shown.")
    unlooked: float = Field(description="Seconds in which pictures were hidden whole.")
    reconnects: int
    recorded_bytes: int


class SourceDocument(NewSource):
    """A source, and how it is. ``address`` and ``login`` are empty for all but admins."""

    created: float
    pictured: float | None = Field(description="When its latest picture was made; null where there is none yet.")
    state: StateDocument


class SourceList(BaseModel):
    sources: list[SourceDocument]


class SourceTest(BaseModel):
    """What came of trying a source."""

    works: bool
    message: str = Field(description="Why no picture came; empty where one did.")
    size: list[int] = Field(description="Width and height; noughts of a folder.", examples=[[1920, 1080]])
    seconds: float = Field(description="Until the first picture was there.")


class SegmentDocument(BaseModel):
    """A recorded stretch."""

    id: str
    run: str = Field(description="Nothing is followed from one run to the next.")
    start: float
    end: float
    clock: ClockState = Field(description="What the machine's clock was kept by.")
    gap: float = Field(description="Seconds without pictures before it.")
    why: str = Field(description="Of the gap.")
    unlooked: list[list[float]] = Field(description="Spans of seconds from its start that are hidden whole.")
    hidden: bool = Field(description="false: what is kept shows people.")
    bytes: int
    video: str = Field(description="The id of its video; empty until it is in the library.")


class SourceDay(BaseModel):
    """A day by the source's own clock."""

    day: str = Field(examples=["2026-03-08"])
    zone: str = Field(examples=["Europe/Rome"])
    start: float
    end: float
    segments: list[SegmentDocument]


class EventDocument(BaseModel):
    """What was told of a thing: docs/events.md."""

    id: str = Field(description="The same from `new` to `end`; of this coming and going alone.")
    type: Literal["new", "update", "end"]
    source: str
    rule: str
    label: str = Field(examples=["car"])
    score: float
    zones: list[str]
    start: str = Field(examples=["2026-03-08T10:15:00.000000+00:00"])
    time: str
    seconds: float
    box: Sides | None = Field(None, description="In shares of the picture; missing for what is no thing.")
    held_back: int = Field(0, description="New events before this one that were not told.")


class EventPage(BaseModel):
    events: list[EventDocument]
    next: str | None = Field(description="The cursor of the next page; null on the last.")


class CountDocument(BaseModel):
    """How many there were within an hour."""

    zone: str = Field(description="Empty for the whole picture.")
    hour: int = Field(description="When it began.")
    kind: CountedKind
    number: int


class CountList(BaseModel):
    start: float
    end: float
    counts: list[CountDocument]
