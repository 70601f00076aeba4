"""One frame as detectors look at it: upright, at the sizes that they ask for, each made once."""

from collections.abc import Callable

import numpy as np

from passerby.records import Detections, Floats, Pixels

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


def mirrored(found: Detections, width: int) -> Detections:
    """What was found in a picture that was mirrored left to right, in pixels of the picture as it is."""
    boxes = found.boxes[:, [2, 1, 0, 3]] * np.array([-1, 1, -1, 1], np.float32)
    return Detections(boxes + np.array([width, 0, width, 0], np.float32), found.scores, found.labels)


def only(found: Detections, labels: tuple[str, ...]) -> Detections:
    """Those of ``found`` that are called one of ``labels``."""
    return found.where(np.array([label in labels for label in found.labels], np.bool_))


def joined(parts: list[Detections]) -> Detections:
    """All rows of all ``parts``."""
    return Detections(
        np.concatenate([np.zeros((0, 4), np.float32), *(part.boxes for part in parts)]),
        np.concatenate([np.zeros(0, np.float32), *(part.scores for part in parts)]),
        tuple(label for part in parts for label in part.labels),
    )
