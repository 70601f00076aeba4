"""What a reader of a stream gives: decoded pictures, with the time that the stream says and that of the clock."""

from dataclasses import dataclass
from typing import Literal

from passerby.media.read.planes import Picture
from passerby.times import TimeBase


@dataclass(frozen=True, slots=True)
class LiveFrame:
    """One decoded frame of a stream. It shows people: it is held in memory until it is hidden, and never written."""

    picture: Picture
    pts: int  # rising within a run
    time_base: TimeBase
    wall: float  # seconds since 1970, UTC
    run: int  # frames of one run belong together: nothing is followed from one run to the next


StreamNoticeKind = Literal[
    "connected", "several", "lost", "refused", "silent", "stalled", "moving", "damaged", "jumped", "ended"
]


@dataclass(frozen=True, slots=True)
class StreamNotice:
    """Something about a stream that is no frame. No text of it holds a password."""

    kind: StreamNoticeKind
    wall: float  # seconds since 1970, UTC
    message: str = ""  # in one line, for people
    retry_seconds: float = 0.0  # after which it is tried again, if it was lost or refused
