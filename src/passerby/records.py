"""The values that pass between stages: frozen, with their shapes checked when they are made.

Times are pts of the video's time base (``times.py``). Boxes are ``x1, y1, x2, y2`` in pixels of the upright
frame (rotation and sample aspect applied), x2 and y2 exclusive. No record says who a person is or what they
are like: people are boxes and counts (laws 1 and 2).
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from passerby.times import Span, TimeBase

Floats = NDArray[np.float32]
Pixels = NDArray[np.uint8]
Ticks = NDArray[np.int64]
Box = tuple[float, float, float, float]
PixelBox = tuple[int, int, int, int]  # left, top, right, bottom of whole pixels, the last two exclusive

# Of a picture that the people mask covers to this share too little is left to say what it shows.
FULL_COVERAGE = 0.8

_LONGEST_NAME = 50  # signs of a video's name in that of a file: with four bytes each, still short enough

CueKind = Literal["black", "fade", "freeze", "bars", "silence"]
Review = Literal["to_check", "checked", "released"]  # how far people are with a video
VideoStatus = Literal["incomplete", "done", "damaged"]
# What tells when a video was recorded: its container, or only when its file was last written to.
DateSource = Literal["container", "file"]
# What tells in which zone that is: the same words, only that the container's format has a clock of UTC (which many
# cameras set to the time of the place), or nothing.
ZoneSource = Literal["container", "format", ""]


def _expect(name: str, array: NDArray[np.generic], dtype: type[np.generic], shape: tuple[int | None, ...]) -> None:
    """Raise ValueError unless ``array`` has this dtype and shape; None stands for any length."""
    fits = len(array.shape) == len(shape) and all(
        want in (None, found) for want, found in zip(shape, array.shape, strict=True)
    )
    if array.dtype != dtype or not fits:
        raise ValueError(f"{name}: expected {dtype.__name__} {shape}, found {array.dtype} {array.shape}")


class Record:
    """What a stage finds and a library keeps: the base of each kind, also of those of other packages."""

    __slots__ = ()


class WordedRecord(Record):
    """A record that says something in words of the moments that it lies in."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class VideoInfo:
    """What a file says of its video before a frame is decoded."""

    width: int  # of the upright frame, square pixels
    height: int
    time_base: TimeBase
    rotation: int  # degrees clockwise that the decoded picture must be turned by to be upright: 0, 90, 180, 270
    codec: str
    pixel_format: str
    has_audio: bool
    estimated_seconds: float | None  # from the header, for progress bars only; None where it says nothing
    frame_rate: float | None  # average, for progress bars and texts only
    recorded: "RecordingDate | None" = None  # None where the container says none


@dataclass(frozen=True, slots=True)
class RecordingDate:
    """When a video was recorded, as well as that is known."""

    unix_seconds: int  # where no zone is told, as if that were UTC
    source: DateSource
    as_written: str = ""  # what the container says, to the letter
    zone: str = ""  # the offset that is told: "Z", "+03:30"; "" for none
    zone_source: ZoneSource = ""


@dataclass(frozen=True, slots=True)
class VideoNotes:
    """What people say of a video as a whole."""

    title: str = ""  # what it is to be called; "" for the name of its file
    description: str = ""
    review: Review = "to_check"


@dataclass(frozen=True, slots=True)
class Trashed:
    """That a video is in the trash."""

    since: float  # seconds since 1970
    by: str  # who moved it there


@dataclass(frozen=True, slots=True)
class StoredVideo:
    """One video of a library: a content, whatever the files are called that hold it."""

    id: str  # SHA-256 of the file, in hex
    name: str  # file name; once people have given it a title, that
    path: str  # absolute, the latest known
    size_bytes: int
    width: int  # of the upright frame
    height: int
    time_base: TimeBase
    frames: int
    duration: int  # pts
    status: VideoStatus  # damaged: broken, but what could be read of it is kept
    note: str  # what there is to say about it, for the user; "" for nothing
    recorded: RecordingDate | None = None  # None where nothing says it, or an older Passerby kept it
    said: VideoNotes = VideoNotes()
    trashed: Trashed | None = None  # where it is in the trash

    def file_stem(self, start_seconds: float, end_seconds: float) -> str:
        """What a file that shows a stretch of it is called: name, id, from where to where. Such names sort by time."""
        return f"{Path(self.name).stem[:_LONGEST_NAME]}_{self.id[:8]}_{start_seconds:09.3f}-{end_seconds:09.3f}"


@dataclass(frozen=True, slots=True)
class Sample:
    """One frame at the size that models look at, with the size of the upright frame that its boxes refer to."""

    pts: int
    pixels: Pixels  # (h, w, 3) RGB
    frame_width: int
    frame_height: int
    large: Pixels | None = None  # (H, W, 3) RGB, the same frame, to read text in; None where nothing is to be read
    is_new: bool = False  # whether some small part of it has just become another, as where a caption changes

    def __post_init__(self) -> None:
        _expect("Sample.pixels", self.pixels, np.uint8, (None, None, 3))
        if self.large is not None:
            _expect("Sample.large", self.large, np.uint8, (None, None, 3))

    def enlarged(self) -> "Sample":
        """The same frame as its large picture. Raises ValueError where there is none."""
        if self.large is None:
            raise ValueError(f"Sample.large: expected a picture of the frame at {self.pts}, found none")
        return replace(self, pixels=self.large, large=None)


@dataclass(frozen=True, slots=True)
class Detections:
    """Boxes found in one picture, in that picture's pixels or the upright frame's, as the maker says."""

    boxes: Floats  # (n, 4)
    scores: Floats  # (n,) in [0, 1]
    labels: tuple[str, ...]  # n names

    def __post_init__(self) -> None:
        _expect("Detections.boxes", self.boxes, np.float32, (None, 4))
        _expect("Detections.scores", self.scores, np.float32, (len(self.boxes),))
        if len(self.labels) != len(self.boxes):
            raise ValueError(f"Detections.labels: expected {len(self.boxes)} names, found {len(self.labels)}")

    def __len__(self) -> int:
        return len(self.labels)

    def __iter__(self) -> Iterator[tuple[str, float, Floats]]:
        return zip(self.labels, self.scores.tolist(), self.boxes, strict=True)

    def where(self, keep: NDArray[np.bool_]) -> "Detections":
        """The rows for which ``keep`` (n,) is true."""
        names = tuple(label for label, kept in zip(self.labels, keep.tolist(), strict=True) if kept)
        return Detections(self.boxes[keep], self.scores[keep], names)

    def scaled(self, x: float, y: float) -> "Detections":
        """The same boxes in a picture that is ``x`` times as wide and ``y`` times as high."""
        return Detections(self.boxes * np.array([x, y, x, y], np.float32), self.scores, self.labels)

    @staticmethod
    def none() -> "Detections":
        return Detections(np.zeros((0, 4), np.float32), np.zeros(0, np.float32), ())


@dataclass(frozen=True, slots=True)
class Track(WordedRecord):
    """One thing over time: its boxes at the times when it was looked for and found."""

    label: str
    times: Ticks  # (n,) strictly increasing, n >= 1
    boxes: Floats  # (n, 4)
    scores: Floats  # (n,) in [0, 1]

    def __post_init__(self) -> None:
        _expect("Track.times", self.times, np.int64, (None,))
        _expect("Track.boxes", self.boxes, np.float32, (len(self.times), 4))
        _expect("Track.scores", self.scores, np.float32, (len(self.times),))
        if not len(self.times) or (np.diff(self.times) <= 0).any():
            raise ValueError("Track.times: expected at least one, strictly increasing")

    @property
    def score(self) -> float:
        """How sure the track is as a whole."""
        return sureness(self.scores.tolist())


def sureness(scores: Sequence[float]) -> float:
    """The mean of the best half of a track's scores, so that a far-off start costs nothing.

    >>> sureness([0.25, 0.5, 1.0])
    0.75
    """
    best = sorted(scores)[len(scores) // 2 :]
    return math.fsum(best) / len(best)


@dataclass(frozen=True, slots=True)
class TrackSpan:
    """One thing over time, as a Track is, without where it is."""

    label: str
    span: Span  # from when it is first seen to when it is last seen
    score: float


@dataclass(frozen=True, slots=True)
class Shot(Record):
    """What lies between two cuts. Neighbouring shots that look alike share a scene number."""

    span: Span
    scene: int


@dataclass(frozen=True, slots=True)
class Cue(Record):
    """A stretch of black, fade, freeze, colour bars or silence."""

    kind: CueKind
    span: Span


@dataclass(frozen=True, slots=True)
class Moment(Record):
    """A shot, or a slice of at most ten seconds of a long one: the unit of search."""

    span: Span
    shot: int  # index of its shot


@dataclass(frozen=True, slots=True)
class PeopleMasks(WordedRecord):
    """Where people are at each sampled time, as geometry only.

    Row i of the per-time arrays belongs to ``times[i]``; its bodies are ``boxes[offsets[i]:offsets[i + 1]]``,
    clipped to the frame. The mask is these boxes grown by the margins of ``people.py``.
    """

    times: Ticks  # (n,) strictly increasing
    offsets: NDArray[np.int32]  # (n + 1,), offsets[0] == 0
    boxes: Floats  # (offsets[-1], 4)
    counts: NDArray[np.int32]  # (n,) how many people
    coverage: Floats  # (n,) share of the frame that the mask covers, in [0, 1]
    doubts: tuple[str, ...]  # n reasons why nothing may be described at that time; "" where it may

    def __post_init__(self) -> None:
        n = len(self.times)
        _expect("PeopleMasks.times", self.times, np.int64, (None,))
        _expect("PeopleMasks.offsets", self.offsets, np.int32, (n + 1,))
        _expect("PeopleMasks.boxes", self.boxes, np.float32, (int(self.offsets[-1]), 4))
        _expect("PeopleMasks.counts", self.counts, np.int32, (n,))
        _expect("PeopleMasks.coverage", self.coverage, np.float32, (n,))
        if len(self.doubts) != n:
            raise ValueError(f"PeopleMasks.doubts: expected {n}, found {len(self.doubts)}")

    def boxes_at(self, row: int) -> Floats:
        """The bodies (m, 4) of row ``row``."""
        return self.boxes[self.offsets[row] : self.offsets[row + 1]]


@dataclass(frozen=True, slots=True)
class Tag(WordedRecord):
    """A label of a moment."""

    moment: int  # index of its moment
    label: str
    score: float


@dataclass(frozen=True, slots=True)
class ScreenText(WordedRecord):
    """A line of text on screen, outside of people, for as long as it is seen."""

    text: str
    score: float  # of its best reading
    span: Span  # from when it is first seen to when it is last seen
    box: Box  # where it is when it is read best

    def __post_init__(self) -> None:
        if not self.text.strip() or "\n" in self.text:
            raise ValueError(f"ScreenText.text: expected one line that says something, found {self.text!r}")


@dataclass(frozen=True, slots=True)
class SpokenWord:
    """A word that is said."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Utterance(WordedRecord):
    """What is said in one go. Nothing in it tells who says it, or how (law 2)."""

    text: str
    span: Span
    language: str  # ISO 639-1
    words: tuple[SpokenWord, ...]  # in order; none where their times are not known

    def __post_init__(self) -> None:
        if not self.text.strip() or "\n" in self.text:
            raise ValueError(f"Utterance.text: expected one line that says something, found {self.text!r}")


@dataclass(frozen=True, slots=True)
class MomentVector(Record):
    """What a moment looks like outside its people, for "more like this"."""

    moment: int
    vector: Floats  # (d,), length 1

    def __post_init__(self) -> None:
        _expect("MomentVector.vector", self.vector, np.float32, (None,))


@dataclass(frozen=True, slots=True)
class MomentMeaning(Record):
    """What is known of a moment in words, for a search by meaning."""

    moment: int
    vector: Floats  # (d,), length 1

    def __post_init__(self) -> None:
        _expect("MomentMeaning.vector", self.vector, np.float32, (None,))


@dataclass(frozen=True, slots=True)
class MomentLook(Record):
    """What a moment looks like outside its people, to be compared with texts."""

    moment: int
    vector: Floats  # (d,), length 1
    encoder: str  # SHA-256 of the weights that it is from: vectors of others do not compare

    def __post_init__(self) -> None:
        _expect("MomentLook.vector", self.vector, np.float32, (None,))


@dataclass(frozen=True, slots=True)
class Note:
    """What people say of a stretch of a video: that a label fits, or that it does not."""

    span: Span
    label: str
    rejected: bool


@dataclass(frozen=True, slots=True)
class Thumbnail(Record):
    """A small JPEG of a moment's masked frame."""

    moment: int
    pts: int
    jpeg: bytes = field(repr=False)

    def _repr_jpeg_(self) -> bytes:
        return self.jpeg
