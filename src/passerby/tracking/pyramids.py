"""The last frames of a video as luma, each in several sizes: a large place is cut from a small picture."""

import numpy as np

from passerby.pictures import averaged
from passerby.records import Pixels
from passerby.tracking.ring import Ring

LEVELS = 5  # each half as wide and high as the one before
LONG_SIDE = 1920  # of the pictures in which things are followed, at most


def size_to_follow_in(width: int, height: int, long_side: int = LONG_SIDE) -> tuple[int, int]:
    """The size of the luma in which things are followed, of frames of this size."""
    factor = min(1.0, long_side / max(width, height))
    return max(round(width * factor), 1), max(round(height * factor), 1)


class LumaPyramids:
    """Holds the last ``size`` frames that were put in, by their number; all have one width and height."""

    def __init__(self, size: int, width: int, height: int) -> None:
        shapes = [(max(height >> level, 1), max(width >> level, 1)) for level in range(LEVELS)]
        self._rings: list[Ring[np.uint8]] = [Ring(size, shape, np.uint8) for shape in shapes]
        self._shapes = shapes
        self.size, self.shape = size, shapes[0]

    @property
    def count(self) -> int:
        """Frames put in so far."""
        return self._rings[0].count

    @property
    def oldest(self) -> int:
        """The number of the first frame that is held."""
        return self._rings[0].oldest

    def forget(self, frame: int) -> None:
        """Wipe the frames before ``frame``: they are held no longer."""
        for ring in self._rings:
            ring.forget(frame)

    def put(self, luma: Pixels) -> None:
        """The next frame (height, width)."""
        picture = luma
        for ring, (height, width) in zip(self._rings, self._shapes, strict=True):
            if picture.shape != (height, width):
                picture = averaged(picture, width, height)
            ring.put(picture)

    def __getitem__(self, frame: int) -> Pixels:
        """The frame as it was put in. Raises IndexError for one that is not held."""
        return self._rings[0][frame]

    def at_most(self, frame: int, zoom: float) -> tuple[Pixels, float, float]:
        """The smallest picture of a frame that is still at least ``zoom`` times as large, and how large in x and y."""
        level = 0
        while level + 1 < LEVELS and zoom <= 0.5 ** (level + 1):
            level += 1
        (height, width), (small_height, small_width) = self._shapes[0], self._shapes[level]
        return self._rings[level][frame], small_width / width, small_height / height
