"""What the formats of data sets share: the frames that were looked at, their boxes, and archives of several files.

These formats count frames. Here a frame is one at which things were looked for (a few a second, ``Known.sampled``),
numbered in order of time; ``times.csv`` in an archive, or a field of the format, says when each is. They are not the
numbers of all frames of the file. People are not in them: a frame without a box may show someone.
"""

import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from passerby.export.known import Known, decimal

_DATE = (1980, 1, 1, 0, 0, 0)  # of all files in an archive, so that the same library gives the same bytes


@dataclass(frozen=True, slots=True)
class SeenBox:
    """One box of one track in one sampled frame, clipped to the picture."""

    frame: int  # index into Known.sampled
    track: int  # index of the track
    label: str
    score: float
    x: float
    y: float
    width: float  # more than nought
    height: float


def labels(known: Known) -> list[str]:
    """The labels of all tracks, sorted."""
    return sorted({track.label for track in known.tracks})


def seen_boxes(known: Known) -> Iterator[SeenBox]:
    """All boxes that have an area, track by track."""
    times = known.sampled
    for number, track in enumerate(known.tracks):
        frames = np.searchsorted(times, track.times).tolist()
        rows = zip(frames, track.scores.tolist(), known.boxes(track).tolist(), strict=True)
        for frame, score, (x1, y1, x2, y2) in rows:
            if x2 > x1 and y2 > y1:
                yield SeenBox(frame, number, track.label, score, x1, y1, x2 - x1, y2 - y1)


def picture_name(frame: int) -> str:
    """What the picture of a sampled frame is called in a data set: numbered from 1."""
    return f"frame_{frame + 1:06d}.jpg"


def times_table(known: Known) -> str:
    """``times.csv``: when each sampled frame is, in ticks and in seconds."""
    rows = [
        f"{number + 1},{picture_name(number)},{pts},{decimal(known.video.time_base.seconds(pts))}\n"
        for number, pts in enumerate(known.sampled.tolist())
    ]
    return "frame,picture,pts,seconds\n" + "".join(rows)


def archive(files: Mapping[str, str]) -> bytes:
    """A ZIP of these texts by their paths."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as file:
        for path, text in files.items():
            file.writestr(zipfile.ZipInfo(path, _DATE), text.encode(), zipfile.ZIP_DEFLATED)
    return written.getvalue()
