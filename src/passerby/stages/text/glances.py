"""Where text is looked for: closely all over a picture, or closely only where a glance at it sees some.

A glance takes a quarter of the time, and misses small letters. So it does only while all lines that are known are
large, and never for more than a few pictures in a row.
"""

from collections.abc import Sequence

import numpy as np

from passerby.geometry import areas, clip, grow, intersections
from passerby.models.detectors.base import Detector
from passerby.models.detectors.tiling import join, placed
from passerby.records import Detections, Floats, Pixels

# A glance makes a picture this long; of what it finds, less sure places count too: they are looked at closely.
GLANCE_SIDE, GLANCE_SCORE = 640, 0.3
LARGE = 32.0  # pixels of a line's box, at 1280 to a picture: less is nothing for a glance
LINE_MARGIN = 1.0  # of its height: so much is looked at around what a glance sees
MOST = 0.5  # of a picture: where there is more to look at, all of it is looked at


class Eye:
    """Looks at the pictures of one video, in order."""

    def __init__(self, close: Detector, glance: Detector, glances: int) -> None:
        """``close`` finds lines as they are in a picture, ``glance`` where some may be.

        ``glances`` are the looks for which the second may do in a row.
        """
        self._close, self._glance, self._glances = close, glance, glances
        self._left = 0

    def look(self, pixels: Pixels, known: Floats, *, cut: bool) -> Detections:
        """The lines in a picture, where some are ``known`` (n, 4) to have been lately.

        With ``cut`` it has nothing to do with the last one.
        """
        small = _short_sides(known) < LARGE * max(pixels.shape[:2]) / 1280
        if self._left and not cut and not small.any():
            self._left -= 1
            found = self._look_where(pixels, known)
            if found is not None:
                return found
        self._left = self._glances
        return self._close.detect([pixels])[0]

    def _look_where(self, pixels: Pixels, known: Floats) -> Detections | None:
        """What is found there where a glance sees something; None if that is too much of the picture, or a part."""
        height, width = pixels.shape[:2]
        (seen,) = self._glance.detect([pixels])
        places = apart(_with_room(np.concatenate([seen.boxes, known]), width, height))
        if areas(places).sum() > MOST * width * height:
            return None
        corners = [tuple(row) for row in places.astype(int).tolist()]
        parts = [pixels[y1:y2, x1:x2] for x1, y1, x2, y2 in corners]
        whole = [Detections.none()]
        for found, part, (x, y, _, _) in zip(self._close.detect(parts), parts, corners, strict=True):
            whole.append(placed(found, x, y, part, pixels))
            if len(whole[-1]) < len(found):
                return None
        return join(whole)


def _with_room(boxes: Floats, width: int, height: int) -> Floats:
    room = LINE_MARGIN * _short_sides(boxes)
    roomy = clip(grow(boxes, room, room), width, height)
    return np.concatenate([np.floor(roomy[:, :2]), np.ceil(roomy[:, 2:])], axis=1).astype(np.float32)


def _short_sides(boxes: Floats) -> Floats:
    sides: Floats = np.minimum(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1])
    return sides


def apart(boxes: Floats) -> Floats:
    """Boxes (m, 4) no two of which meet, that hold ``boxes`` (n, 4).

    >>> apart(np.array([[0, 0, 4, 4], [9, 9, 12, 12], [3, 3, 10, 10], [50, 0, 60, 9]], np.float32)).tolist()
    [[50.0, 0.0, 60.0, 9.0], [0.0, 0.0, 12.0, 12.0]]
    """
    left, done = list(boxes[areas(boxes) > 0]), list[Floats]()
    while left:
        box = left.pop()
        meets = [bool(row.any()) for row in intersections(np.reshape([*done, *left], (-1, 4)), box[None]) > 0]
        if not any(meets):
            done.append(box)
            continue
        others = [other for other, met in zip([*done, *left], meets, strict=True) if met]
        done, left = _without(done, others), _without(left, others)
        left.append(np.concatenate([np.min([box, *others], axis=0)[:2], np.max([box, *others], axis=0)[2:]]))
    return np.reshape(done, (-1, 4)).astype(np.float32)


def _without(boxes: Sequence[Floats], others: Sequence[Floats]) -> list[Floats]:
    gone = set(map(id, others))
    return [box for box in boxes if id(box) not in gone]
