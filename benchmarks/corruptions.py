"""What spoils pictures on their way to a file: dim light, blur, noise, hard compression, a tilted camera.

After Hendrycks and Dietterich, ICLR 2019, arXiv 1903.12261, whose corruptions Dooley et al., "Robustness Disparities in
Face Detection", NeurIPS 2022, arXiv 2211.15937, put before detectors of faces. Two strengths of each: one that footage
often has, and one at which a person still sees where the larger faces are.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import av
import cv2
import numpy as np
from av.video.stream import VideoStream
from numpy.typing import NDArray

from benchmarks.truth import Points, TrueFace, TrueFrame, Truth
from passerby.records import Pixels

CRF = 18  # of the spoilt clips, beside "compression"; the made clips have the same
Generator = np.random.Generator
LINEAR = 2.2  # a level to this power is about the light that it stands for


@dataclass(frozen=True, slots=True)
class Corruption:
    """One way in which a clip is spoilt, at one strength."""

    kind: str
    strength: str  # in words
    spoil: Callable[[Pixels, Generator], Pixels]
    crf: int = CRF
    degrees: float = 0.0  # by which the picture is turned, clockwise

    @property
    def name(self) -> str:
        return f"{self.kind}, {self.strength}" if self.strength else self.kind


def _same(picture: Pixels, random: Generator) -> Pixels:
    return picture


def _dimmed(share: float) -> Callable[[Pixels, Generator], Pixels]:
    """With ``share`` of its levels."""
    return lambda picture, random: _levels(picture.astype(np.float32) * share)


def _blurred(share: float) -> Callable[[Pixels, Generator], Pixels]:
    """Out of focus, by a sigma of ``share`` of the picture's height: on each size of picture as much is lost."""

    def spoil(picture: Pixels, random: Generator) -> Pixels:
        sigma = share * picture.shape[0]
        return np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma), np.uint8)

    return spoil


def _noisy(deviation: float) -> Callable[[Pixels, Generator], Pixels]:
    """With noise of so many levels, another in each frame."""

    def spoil(picture: Pixels, random: Generator) -> Pixels:
        noise = random.standard_normal(picture.shape, np.float32)
        return _levels(picture + np.float32(deviation) * noise)

    return spoil


def _in_low_light(share: float, photons: float) -> Callable[[Pixels, Generator], Pixels]:
    """With ``share`` of the light, of which white has ``photons``: the noise of counting them, and then of reading."""

    def spoil(picture: Pixels, random: Generator) -> Pixels:
        light = (picture.astype(np.float32) / 255) ** LINEAR * share
        # Of so few that they count, the noise is about normal: that takes a tenth of the time of Poisson's.
        count = light * photons + np.sqrt(light * photons) * random.standard_normal(picture.shape, np.float32)
        seen = np.clip(count / photons + 0.002 * random.standard_normal(picture.shape, np.float32), 0, 1)
        return _levels(255 * seen ** (1 / LINEAR))

    return spoil


def _levels(picture: NDArray[np.floating]) -> Pixels:
    return np.asarray(np.clip(np.rint(picture), 0, 255), np.uint8)


AS_IT_IS = Corruption("as it is", "", _same)
CORRUPTIONS = (
    Corruption("dimmed", "to .4 of the levels", _dimmed(0.4)),
    Corruption("dimmed", "to .15", _dimmed(0.15)),
    Corruption("low light", "a tenth of it", _in_low_light(0.1, 4000)),
    Corruption("low light", "a fortieth", _in_low_light(0.025, 4000)),
    Corruption("blur", "1/600 of the height", _blurred(1 / 600)),
    Corruption("blur", "1/300", _blurred(1 / 300)),
    Corruption("noise", "12 levels", _noisy(12)),
    Corruption("noise", "30 levels", _noisy(30)),
    Corruption("compression", "crf 35", _same, crf=35),
    Corruption("compression", "crf 42", _same, crf=42),
    Corruption("rotation", "15 degrees", _same, degrees=15),
    Corruption("rotation", "40 degrees", _same, degrees=40),
)
STRONG = CORRUPTIONS[1::2]  # the stronger of each kind


def spoil_clip(source: Path, target: Path, corruption: Corruption, seconds: int, *, seed: int = 0) -> Path:
    """Write the first ``seconds`` of ``source``, its frames spoilt, as H.264 at the same times."""
    random = np.random.default_rng(seed)
    part = target.with_suffix(".part.mp4")
    with av.open(str(source)) as original, av.open(str(part), "w") as container:
        video = original.streams.video[0]
        video.thread_type = "AUTO"
        options = {"preset": "veryfast", "crf": str(corruption.crf), "g": "50"}
        stream = container.add_stream("libx264", rate=video.average_rate, options=options)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = video.width // 2 * 2, video.height // 2 * 2, "yuv420p"
        assert video.time_base is not None
        stream.time_base = stream.codec_context.time_base = video.time_base
        begin = (video.start_time or 0) * video.time_base
        for frame in original.decode(video):
            if frame.time is not None and frame.time - begin >= seconds:
                break
            picture = np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)[: stream.height, : stream.width]
            made = av.VideoFrame.from_ndarray(spoilt(picture, corruption, random), "rgb24")
            made.pts, made.time_base = frame.pts, frame.time_base
            container.mux(stream.encode(made))
        container.mux(stream.encode(None))
    return part.rename(target)


def spoilt(picture: Pixels, corruption: Corruption, random: Generator) -> Pixels:
    """A picture (h, w, 3) as the corruption leaves it; one that is turned keeps its size, and is black beside it."""
    if corruption.degrees:
        height, width = picture.shape[:2]
        picture = np.asarray(cv2.warpAffine(picture, _turning(corruption, width, height), (width, height)), np.uint8)
    return np.ascontiguousarray(corruption.spoil(picture, random))


def spoilt_truth(truth: Truth, corruption: Corruption, width: int, height: int) -> Truth:
    """Where the faces of a clip of this size are once it is spoilt."""
    if not corruption.degrees:
        return truth
    matrix = _turning(corruption, width, height)

    def turned(face: TrueFace) -> TrueFace:
        covers = tuple(_through(matrix, cover) for cover in face.covers)
        return replace(face, outline=_through(matrix, face.outline), covers=covers)

    return Truth(tuple(TrueFrame(frame.time, tuple(map(turned, frame.faces))) for frame in truth.frames))


def _turning(corruption: Corruption, width: int, height: int) -> NDArray[np.float64]:
    """From the picture to the turned one, around its middle: (2, 3)."""
    return np.asarray(cv2.getRotationMatrix2D((width / 2, height / 2), -corruption.degrees, 1.0), np.float64)


def _through(matrix: NDArray[np.float64], points: Points) -> Points:
    return np.asarray(points @ matrix[:, :2].T + matrix[:, 2], np.float32)
