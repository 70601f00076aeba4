"""What the judge of leaks says of copies whose faces are hidden in known ways, or not at all."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from av.video.stream import VideoStream
from numpy.typing import NDArray

from benchmarks.leaks import FOLLOWS, Score, score
from benchmarks.truth import TrueFace, Truth, load_truth

Plane = NDArray[np.uint8]  # the luma of a face's box, hidden in place
MARGIN = 0.1  # of the box, on each side


@dataclass(frozen=True, slots=True)
class Way:
    """How faces are hidden in a copy, and how it is coded."""

    name: str
    hide: Callable[[Plane], None] | None
    crf: int
    shows: bool | None  # whether what is left is a leak; None: half of one


def _solid(box: Plane) -> None:
    box[:] = 16


def _blur(box: Plane) -> None:
    """As deface does it."""
    box[:] = cv2.blur(box, (max(1, box.shape[1] // 2), max(1, box.shape[0] // 2)))


def _soften(box: Plane) -> None:
    box[:] = cv2.GaussianBlur(box, (0, 0), max(0.5, box.shape[0] / 48))


def _pixelate(box: Plane) -> None:
    size = min(8, box.shape[1]), min(8, box.shape[0])
    small = cv2.resize(box, size, interpolation=cv2.INTER_AREA)
    box[:] = cv2.resize(small, box.shape[::-1], interpolation=cv2.INTER_NEAREST)


def _upper_half(box: Plane) -> None:
    box[: box.shape[0] // 2] = 16


WAYS = (
    Way("only encoded again, crf 20", None, 20, True),
    Way("only encoded again, crf 23", None, 23, True),
    Way("only encoded again, crf 28", None, 28, True),
    Way("softened, sigma 1/40 of the face", _soften, 20, True),
    Way("upper half solid", _upper_half, 20, None),
    Way("solid", _solid, 20, False),
    Way("box blur of half its size", _blur, 20, False),
    Way("8x8 cells", _pixelate, 20, False),
)


def calibrate(clip: Path, folder: Path, bands: Sequence[tuple[float, float]]) -> list[str]:
    """A table; the copies are made in ``folder`` and removed. Takes the first 20 frames of each scene of ``clip``."""
    truth = load_truth(clip.with_suffix(".json"))
    part = Truth(tuple(frame for number, frame in enumerate(truth.frames) if number % 100 < 20))
    lines = []
    for way in WAYS:
        copy = folder / "calibration.mp4"
        _write(clip, copy, truth, way)
        lines.append(_row(way, score(clip, copy, part), bands))
        copy.unlink()
    return [
        f"Faces of the clip of seed {clip.stem} that were hidden by their true boxes; a cell follows from an agreement",
        f"of {FOLLOWS} on. Given are the faces said to leak, by their height in pixels, and the share of the blocks",
        "inside and outside of faces that count as changed.",
        "",
        f"| faces | leak | {' | '.join(_named(band) for band in bands)} | changed inside | outside |",
        f"|---|---|{'---|' * (len(bands) + 2)}",
        *lines,
    ]


def _row(way: Way, found: Score, bands: Sequence[tuple[float, float]]) -> str:
    wanted = {True: "yes", False: "no", None: "half"}[way.shows]
    leaks = [found.leaked(*band) for band in bands]
    cells = [f"{leaked / max(judged, 1):.1%} of {judged}" for leaked, judged in leaks]
    return (
        f"| {way.name} | {wanted} | {' | '.join(cells)} | {found.hidden_of_faces:.1%} | {found.hidden_elsewhere:.2%} |"
    )


def _named(band: tuple[float, float]) -> str:
    low, high = band
    return f"under {high:g}" if not low else f"{low:g} and more" if np.isinf(high) else f"{low:g} to {high:g}"


def _write(clip: Path, target: Path, truth: Truth, way: Way) -> None:
    with av.open(str(clip)) as source, av.open(str(target), "w") as container:
        video = source.streams.video[0]
        options = {"preset": "veryfast", "crf": str(way.crf)}
        stream = container.add_stream("libx264", rate=video.average_rate, options=options)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = video.width, video.height, "yuv420p"
        for number, frame in enumerate(source.decode(video)):
            if number % 100 < 20:
                planes = np.array(frame.to_ndarray(), np.uint8)
                for box in boxes_of(truth.frames[number].faces, video.width, video.height) if way.hide else ():
                    assert way.hide is not None
                    way.hide(planes[: video.height][box])
                made = av.VideoFrame.from_ndarray(planes, "yuv420p")
                made.pts, made.time_base = number, Fraction(1, 25)
                container.mux(stream.encode(made))
        container.mux(stream.encode(None))


def boxes_of(faces: Sequence[TrueFace], width: int, height: int) -> Iterator[tuple[slice, slice]]:
    """The rows and columns of each face with a margin, within the picture."""
    for face in faces:
        x1, y1, x2, y2 = face.box
        x, y = MARGIN * (x2 - x1), MARGIN * (y2 - y1)
        left, top = max(0, int(x1 - x)), max(0, int(y1 - y))
        right, bottom = min(width, int(x2 + x) + 1), min(height, int(y2 + y) + 1)
        if right > left and bottom > top:
            yield slice(top, bottom), slice(left, right)
