"""One frame as detectors look at it: at the sizes that they ask for, each made once, perhaps mirrored or turned."""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from passerby.geometry import areas, clip
from passerby.records import Detections, Floats, Pixels

HIGH = 99  # per cent of a picture that are no brighter than what is taken for its brightest
DARK, BRIGHT = 130, 230  # levels: a picture whose brightest is below is made so bright
DARKEST = 20  # levels: darker ones are made brighter by no more than that
SAMPLED = 8  # one pixel of so many, each way, tells how bright a picture is
BEYOND = 1 / 40  # of its long side, by which a picture goes on beyond its borders, as in a mirror
SEEN = 0.2  # the share of a box that has to lie in the frame
BORDER = 4  # pixels from a border of the picture within which a box is taken to be cut by it

# Makes the upright RGB picture of a frame at a width and a height.
Draw = Callable[[int, int], Pixels]


class View:
    """The frame is ``width`` by ``height`` pixels when it is upright; ``luma`` (h, w) is all of it, perhaps smaller."""

    def __init__(self, draw: Draw, luma: Pixels, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.luma = luma
        self._draw = draw
        self._pictures: dict[tuple[int, int], Pixels] = {}

    def picture(self, long_side: int) -> Pixels:
        """RGB (h, w, 3) with a long side of so many pixels, at most as large as the frame; 0: as large as it is."""
        factor = self.factor(long_side)
        size = max(round(self.width * factor), 1), max(round(self.height * factor), 1)
        if size not in self._pictures:
            self._pictures[size] = self._draw(*size)
        return self._pictures[size]

    @property
    def colours(self) -> Pixels:
        """RGB (h, w, 3) as large as the luma."""
        height, width = self.luma.shape
        return self.picture(max(width, height))

    def factor(self, long_side: int) -> float:
        """How large a picture with this long side is, the frame being 1."""
        return min(1.0, long_side / max(self.width, self.height)) if long_side else 1.0

    def to_luma(self, boxes: Floats) -> Floats:
        """Boxes (n, 4) of the frame in pixels of its luma."""
        height, width = self.luma.shape
        scaled: Floats = boxes * np.array([width / self.width, height / self.height] * 2, np.float32)
        return scaled

    def of_luma(self, found: Detections) -> Detections:
        """What was found in the luma, with its boxes in pixels of the frame."""
        height, width = self.luma.shape
        return found.scaled(self.width / width, self.height / height)

    def in_frame(self, found: Detections, picture: Pixels) -> Detections:
        """What was found in ``picture``, with its boxes in pixels of the frame."""
        height, width = picture.shape[:2]
        return found.scaled(self.width / width, self.height / height)


@dataclass(frozen=True, slots=True)
class Glance:
    """One way to look at a picture: a detector that misses a face in one may find it in another.

    Beyond its borders the picture goes on as in a mirror, which makes a whole face of half a one.
    """

    side: int  # long side of the picture; 0: that of the frame
    angle: int = 0  # degrees by which it is turned against the clock; what lies in its corners is turned out of it
    mirrored: bool = False  # left to right, before it is turned

    def draw(self, view: View) -> Pixels:
        """The picture (h, w, 3) to look at, a dark one made brighter."""
        picture = self._level(view)
        if self.mirrored:
            picture = picture[:, ::-1]
        picture = mirrored_beyond(picture)
        if self.angle:
            height, width = picture.shape[:2]
            picture = np.asarray(cv2.warpAffine(picture, self._turn(width, height), (width, height)), np.uint8)
        return brightened(picture)

    def in_frame(self, found: Detections, view: View) -> Detections:
        """What was found in that picture, with its boxes in pixels of the frame; they stay level, and as large.

        They are clipped to it; what is mostly beyond it is left out.
        """
        picture = self._level(view)
        height, width = picture.shape[:2]
        beyond = pixels_beyond(picture)
        boxes = found.boxes
        if self.angle:
            turn = self._turn(width + 2 * beyond, height + 2 * beyond)
            back = cv2.invertAffineTransform(turn).astype(np.float32)
            half = (boxes[:, 2:] - boxes[:, :2]) / 2
            centres = (boxes[:, :2] + half) @ back[:, :2].T + back[:, 2]
            boxes = np.concatenate([centres - half, centres + half], axis=1)
        boxes = boxes - beyond
        if self.mirrored:
            boxes = np.stack([width - boxes[:, 2], boxes[:, 1], width - boxes[:, 0], boxes[:, 3]], axis=1)
        seen = clipped_within(Detections(boxes.astype(np.float32), found.scores, found.labels), width, height)
        return view.in_frame(seen, picture)

    def _level(self, view: View) -> Pixels:
        """The picture as it is, so large that it has its long side with what is beyond it."""
        return view.picture(round(self.side / (1 + 2 * BEYOND)))

    def _turn(self, width: int, height: int) -> NDArray[np.float64]:
        return np.asarray(cv2.getRotationMatrix2D((width / 2, height / 2), self.angle, 1), np.float64)


def pixels_beyond(picture: Pixels) -> int:
    """Pixels by which a picture goes on at each of its sides."""
    longest: int = max(picture.shape[:2])
    return round(BEYOND * longest)


def mirrored_beyond(picture: Pixels) -> Pixels:
    """A picture (h, w, 3) with what is beyond its borders: itself, as in a mirror."""
    beyond = pixels_beyond(picture)
    return np.asarray(cv2.copyMakeBorder(picture, beyond, beyond, beyond, beyond, cv2.BORDER_REFLECT), np.uint8)


def brightened(picture: Pixels) -> Pixels:
    """A picture (h, w) or (h, w, 3) that is dark all over, made as bright as others are, for detectors to see in."""
    high = float(np.percentile(picture[::SAMPLED, ::SAMPLED], HIGH))
    if high >= DARK:
        return picture
    return np.asarray(cv2.convertScaleAbs(picture, alpha=BRIGHT / max(high, DARKEST)), np.uint8)


def clipped_within(found: Detections, width: int, height: int) -> Detections:
    """What was ``found`` in a picture with what is beyond it, clipped to it; what is mostly beyond it is left out."""
    clipped = clip(found.boxes, width, height)
    there = areas(clipped) >= SEEN * areas(found.boxes)
    return Detections(clipped, found.scores, found.labels).where(there)


def at_border(boxes: Floats, width: int, height: int) -> NDArray[np.bool_]:
    """Which of ``boxes`` (n, 4) the borders of a picture cut: (n,)."""
    return np.asarray(((boxes[:, :2] <= BORDER) | (boxes[:, 2:] >= (width - BORDER, height - BORDER))).any(axis=1))


def with_labels(found: Detections, labels: tuple[str, ...]) -> Detections:
    """Those of ``found`` that are called one of ``labels``."""
    return found.where(np.array([label in labels for label in found.labels], np.bool_))


def concatenated(parts: list[Detections]) -> Detections:
    """All rows of all ``parts``."""
    return Detections(
        np.concatenate([np.zeros((0, 4), np.float32), *(part.boxes for part in parts)]),
        np.concatenate([np.zeros(0, np.float32), *(part.scores for part in parts)]),
        tuple(label for part in parts for label in part.labels),
    )
