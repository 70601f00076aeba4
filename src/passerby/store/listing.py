"""The videos of a library as lists show them: narrowed, in an order, and counted by what they have."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

from passerby.records import Review, StoredVideo, VideoStatus

Order = Literal["added", "name", "duration", "recorded"]  # added and recorded: the latest first; the longest first
Length = Literal["to_1_min", "to_5_min", "to_20_min", "to_1_h", "over_1_h"]
FacetKind = Literal["label", "has", "length", "year", "collection", "review", "status"]
Has = Literal["text", "speech", "people"]
# From so many seconds on, and below so many.
LENGTHS: Mapping[Length, tuple[float, float]] = {
    "to_1_min": (0, 60),
    "to_5_min": (60, 300),
    "to_20_min": (300, 1200),
    "to_1_h": (1200, 3600),
    "over_1_h": (3600, 9e9),
}
MOST_LABELS = 60  # that are counted: those that most videos have


@dataclass(frozen=True, slots=True)
class VideoFilter:
    """What videos must have to be listed: all of what is not empty here."""

    named: str = ""  # a part of the title, the name of a file, or the description
    labels: Sequence[str] = ()  # all of them
    has: Sequence[Has] = ()  # all of them
    length: Length | None = None
    year: int | None = None  # in which it was recorded (UTC); 0: nothing says when
    collection: str = ""  # its id
    review: Review | None = None
    status: VideoStatus | None = None


ALL_VIDEOS = VideoFilter()


class VideoShape(NamedTuple):
    """What a page must know of a video to leave room for it."""

    width: int
    height: int
    day: int | None  # since 1970, in UTC, by which the order goes; None: by none, or it is not known


class FacetCount(NamedTuple):
    """How many of some videos have something."""

    kind: FacetKind
    value: str
    videos: int


class ListingStore(Protocol):
    """Lists of videos. What is in the trash is in none."""

    def page(self, wanted: VideoFilter, order: Order, limit: int, start: int) -> list[StoredVideo]:
        """``limit`` videos, or fewer at the end, from number ``start`` on, counted from 0."""

    def ids(self, wanted: VideoFilter, order: Order) -> list[str]:
        """Of all of them."""

    def count(self, wanted: VideoFilter) -> int: ...

    def shapes(self, wanted: VideoFilter, order: Order) -> list[VideoShape]:
        """Of all of them, in this order."""

    def traits(self, video_ids: Iterable[str]) -> dict[str, set[Has]]:
        """What each of these videos has, of those that have anything."""

    def facets(self, wanted: VideoFilter) -> list[FacetCount]:
        """How many of them have what a filter can ask for; of labels the most frequent. Kind by kind, most first."""
