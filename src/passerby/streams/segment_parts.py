"""A segment before it is in the library: a file that grows, and beside it what is known of it.

Both are written by the process that watches, and found by whoever takes them into the library, also after a crash: the
file is whole up to its last fragment at any time.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from pathlib import Path

from passerby.errors import MediaError
from passerby.media.read.extent import measure
from passerby.media.read.probe import look
from passerby.store.streams import StoredSegment
from passerby.times import TimeBase

VIDEO, KNOWN = ".mp4", ".json"
_PART = ".part"


@dataclass(frozen=True, slots=True)
class SegmentPart:
    """Where a segment lies, and what is known of it."""

    folder: Path
    segment: StoredSegment
    is_ended: bool

    @property
    def video(self) -> Path:
        return self.folder / f"{self.segment.id}{VIDEO}"

    @property
    def known(self) -> Path:
        return self.folder / f"{self.segment.id}{KNOWN}"

    def write(self) -> None:
        """Keep what is known. Raises OSError."""
        text = json.dumps(asdict(self.segment) | {"is_ended": self.is_ended})
        part = self.known.with_name(self.known.name + _PART)
        part.write_text(text, "utf-8")
        os.replace(part, self.known)

    def remove(self) -> None:
        """Remove both files: what is known last, so that nothing is left of which nobody knows."""
        self.video.unlink(missing_ok=True)
        self.known.unlink(missing_ok=True)


def parts_in(folder: Path) -> Iterator[SegmentPart]:
    """All segments in a folder, the oldest first; none where there is no folder."""
    for path in sorted(folder.glob(f"*{KNOWN}")):
        part = _read(path)
        if part is not None:
            yield part


def told_start(video: Path) -> float | None:
    """When the first picture of a segment's file was there, in seconds since 1970; None where nobody knows."""
    part = _read(video.with_suffix(KNOWN))
    return None if part is None else part.segment.start


def ended_by_crash(part: SegmentPart) -> SegmentPart | None:
    """What there is of a segment whose process ended in the middle of it; None if no picture of it was written."""
    told = part.segment
    try:
        pictures = measure(part.video, look(part.video)).pictures
        size = part.video.stat().st_size
    except (MediaError, OSError):
        return None
    # Times of a camera may be none that can be measured: what was noted of it last is right up to seconds then.
    length = told.end - told.start if pictures is None else pictures[1] - pictures[0]
    if length <= 0:
        return None
    end_pts = told.start_pts + TimeBase(Fraction(*told.time_base)).pts_at(length)
    segment = replace(told, end_pts=end_pts, end=told.start + length, size_bytes=size)
    return SegmentPart(part.folder, segment, is_ended=True)


def _read(path: Path) -> SegmentPart | None:
    """What a file tells; None for one that is gone, or was never whole."""
    try:
        told = json.loads(path.read_text("utf-8"))
        over, under = told["time_base"]
        unlooked = tuple((float(first), float(last)) for first, last in told["unlooked"])
        is_ended = bool(told.pop("is_ended"))
        segment = StoredSegment(**told | {"time_base": (over, under), "unlooked": unlooked})
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return SegmentPart(path.parent, segment, is_ended)
