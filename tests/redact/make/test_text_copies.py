"""Copies in which text is hidden, looked at pixel by pixel: no letter of what is meant shows in any frame of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from clips import make_clip
from fake_models import FakeModels
from passerby.media.read.frames import Frame, open_video
from passerby.records import Detections, Pixels
from passerby.redact.make.redacted_video import redact_video
from passerby.redact.make.request import Request
from passerby.redact.plan.plan import Plan
from passerby.redact.plan.policy import Policy

SIZE = (1280, 720)
TOP, BOTTOM = 618, 686  # of the band that the letters are in
SCALE, THICK = 1.3, 3  # letters 40 pixels high, with what hangs below them
GAP = 60  # pixels between two lines of a ticker, more than between two words
SPEED = 24  # pixels a frame
LIT = 150  # levels: what is brighter is ink
NUMBER, MAIL = "CALL 020 7946 0018", "ann.lee@example.org"


@cache
def _width(words: str) -> int:
    return int(cv2.getTextSize(words, cv2.FONT_HERSHEY_SIMPLEX, SCALE, THICK)[0][0])


@dataclass(frozen=True)
class Strip:
    """Lines beside each other, in one band that can be drawn from any place on."""

    lines: tuple[str, ...]

    @property
    def starts(self) -> list[int]:
        return [*accumulate((_width(line) + GAP for line in self.lines), initial=0)]

    def ink(self, only: tuple[str, ...] | None = None) -> Pixels:
        """Levels (h, w) of the letters of all lines, or of some."""
        return _ink(self, only)

    def said(self, x1: int, x2: int) -> str:
        """The letters that lie between two columns, whole."""
        words = []
        for line, start in zip(self.lines, self.starts, strict=False):
            ends = [start + _width(line[: end + 1]) for end in range(len(line))]
            begins = [start, *ends[:-1]]
            words.append("".join(s for s, a, b in zip(line, begins, ends, strict=True) if a >= x1 - 3 and b <= x2 + 3))
        return " ".join(word for word in words if word)


@cache
def _ink(strip: Strip, only: tuple[str, ...] | None) -> Pixels:
    ink = np.zeros((BOTTOM - TOP, strip.starts[-1]), np.uint8)
    for line, x in zip(strip.lines, strip.starts, strict=False):
        if only is None or line in only:
            cv2.putText(ink, line, (x, 46), cv2.FONT_HERSHEY_SIMPLEX, SCALE, (255,), THICK, cv2.LINE_AA)
    return ink


def _window(ink: Pixels, left: int) -> Pixels:
    """What a window as wide as the picture shows of a strip that begins ``left`` pixels right of its border."""
    shown = np.zeros((BOTTOM - TOP, SIZE[0]), np.uint8)
    first, last = max(left, 0), min(left + ink.shape[1], SIZE[0])
    if first < last:
        shown[:, first:last] = ink[:, first - left : last - left]
    return shown


def _background() -> Pixels:
    noise = np.random.default_rng(3).integers(0, 256, (SIZE[1] // 8, SIZE[0] // 8, 3), np.uint8)
    return np.asarray(cv2.resize(noise // 4 + 50, SIZE, interpolation=cv2.INTER_CUBIC), np.uint8)


@dataclass(frozen=True)
class Scene:
    """A strip over a background, ``speed`` pixels further left in each frame."""

    strip: Strip
    start: int
    speed: int
    background: Pixels = field(default_factory=_background)

    def picture(self, index: int) -> Pixels:
        frame = self.background.copy()
        ink = _window(self.strip.ink(), self.start - self.speed * index)
        frame[TOP:BOTTOM] = np.maximum(np.array([20, 20, 120], np.uint8), ink[..., None])
        return frame

    def letters(self, index: int, lines: tuple[str, ...]) -> Pixels:
        """Where (h, w) letters of some lines are."""
        frame = np.zeros(SIZE[::-1], np.bool_)
        frame[TOP:BOTTOM] = _window(self.strip.ink(lines), self.start - self.speed * index) > LIT
        return frame


class LineFinder:
    """Finds ink in the band, as lines that wide gaps part, some pixels off as detectors are."""

    labels = ("text",)

    def __init__(self) -> None:
        self._random = np.random.default_rng(1)

    def detect(self, images: list[Pixels]) -> list[Detections]:
        return [self._lines(image) for image in images]

    def _lines(self, image: Pixels) -> Detections:
        ink = np.zeros(image.shape[:2], np.uint8)
        ink[TOP:BOTTOM] = image[TOP:BOTTOM].min(axis=2) > LIT
        joined = cv2.morphologyEx(np.pad(ink, 64), cv2.MORPH_CLOSE, np.ones((21, 45), np.uint8))[64:-64, 64:-64]
        _, _, stats, _ = cv2.connectedComponentsWithStats(joined)
        boxes = np.array([[x, y, x + w, y + h] for x, y, w, h, _ in stats[1:] if w >= 12], np.float32).reshape(-1, 4)
        boxes += np.array([-6, -6, 6, 6]) + self._random.uniform(-2, 2, boxes.shape)
        limit = np.array([image.shape[1], image.shape[0]] * 2)
        return Detections(
            np.clip(boxes, 0, limit).astype(np.float32), np.full(len(boxes), 0.9, np.float32), ("text",) * len(boxes)
        )


@dataclass
class StripReader:
    """Reads the letters of a strip that a crop shows whole; what is cut off it does not know."""

    strip: Strip
    crops: int = 0

    def read(self, crops: Sequence[Pixels]) -> list[tuple[str, float]]:
        self.crops += len(crops)
        return [self._said(crop) for crop in crops]

    def _said(self, crop: Pixels) -> tuple[str, float]:
        ink = np.pad(self.strip.ink(), ((20, 20), (40, 40)))
        levels = np.where(crop.min(axis=2) > LIT, 255, 0).astype(np.uint8)
        if min(levels.shape) < 10 or not levels.any():
            return "", 0.0
        _, likeness, _, (x, _) = cv2.minMaxLoc(cv2.matchTemplate(ink, levels, cv2.TM_CCOEFF_NORMED))
        said = self.strip.said(x - 40, x - 40 + levels.shape[1])
        return (said, 0.95) if likeness > 0.7 and said else ("", 0.0)


@dataclass(frozen=True)
class Models(FakeModels):
    detectors: Mapping[str, Any] = field(default_factory=dict)
    reader: StripReader | None = None

    def open(self, name: str, **parameters: Any) -> Any:
        return self.reader if name == "ppocr-rec" else super().open(name, **parameters)


def _copy(scene: Scene, folder: Path, frames: int, pattern: str) -> tuple[list[Pixels], Plan, StripReader]:
    """The frames (h, w) of a copy, the least of their three levels, and how it was made."""
    clip = make_clip(
        folder / "film.mp4", size=SIZE, frames=frames, rate=25, picture=scene.picture, numbered=False,
        options={"preset": "ultrafast", "crf": "16", "threads": "1"},
    )  # fmt: skip
    reader = StripReader(scene.strip)
    models = Models({"ppocr-det": LineFinder()}, reader=reader)
    request = Request(clip, folder / "copy.mp4", Policy(hide=("text",), text_pattern=pattern))
    made = redact_video(request, models, lambda progress: None)
    with open_video(folder / "copy.mp4") as film:
        shown = [item.rgb(*SIZE).min(axis=2) for item in film.read() if isinstance(item, Frame)]
    return shown, made.plan, reader


def _bare(shown: Sequence[Pixels], scene: Scene, lines: tuple[str, ...]) -> list[int]:
    """The frames in which a letter of these lines shows."""
    return [index for index, frame in enumerate(shown) if (frame[scene.letters(index, lines)] > LIT - 50).any()]


def _share_hidden(shown: Sequence[Pixels], scene: Scene, lines: tuple[str, ...]) -> float:
    """The share of the letters of these lines, in all frames, that does not show."""
    letters = [frame[scene.letters(index, lines)] for index, frame in enumerate(shown)]
    return float(np.mean(np.concatenate(letters) < LIT - 50))


def _highest(plan: Plan) -> float:
    return max(float((track.boxes[:, 3] - track.boxes[:, 1]).max()) for track in plan.tracks)


OTHERS = ("Floods in the north", "Roads are closed", "More at eight")
TICKER = Strip((OTHERS[0], NUMBER, OTHERS[1], MAIL, OTHERS[2]))


def test_a_ticker_shows_no_letter_of_what_is_meant_and_most_of_what_is_beside_it(tmp_path: Path) -> None:
    scene = Scene(TICKER, start=SIZE[0], speed=SPEED)
    frames = (SIZE[0] + TICKER.starts[-1]) // SPEED + 1
    shown, plan, _ = _copy(scene, tmp_path, frames, "pii")
    assert len(shown) == frames
    assert _bare(shown, scene, (NUMBER, MAIL)) == []
    assert _highest(plan) < BOTTOM - TOP + 24
    assert _share_hidden(shown, scene, OTHERS) < 0.15


@pytest.mark.parametrize("pattern", ["", "pii"])
def test_a_sign_that_stands_still_shows_no_letter_and_is_hidden_by_a_box_of_its_size(
    tmp_path: Path, pattern: str
) -> None:
    strip = Strip((MAIL,))
    scene = Scene(strip, start=200, speed=0)
    shown, plan, _ = _copy(scene, tmp_path, 30, pattern)
    assert len(plan.tracks) == 1
    assert _bare(shown, scene, (MAIL,)) == []
    assert _highest(plan) < BOTTOM - TOP + 24
    assert plan.tracks[0].boxes[:, 2].max() < 200 + strip.starts[-1] + 60
