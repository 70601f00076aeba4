"""How a decoded picture is turned or mirrored to be upright: the display matrix of a file."""

import struct
from dataclasses import dataclass

import numpy as np
from av.sidedata.sidedata import Type
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from passerby.media.read.side_data import side_data
from passerby.records import Pixels, Ticks


@dataclass(frozen=True, slots=True)
class Orientation:
    """Transpose first, then mirror left to right, then flip top to bottom."""

    transposed: bool = False
    mirrored: bool = False
    flipped: bool = False

    @property
    def rotation(self) -> int:
        """Degrees clockwise, before a mirroring left to right if the matrix asks for one."""
        if self.transposed:
            return 270 if self.flipped else 90
        return 180 if self.flipped else 0

    @property
    def turned_then_mirrored(self) -> bool:
        """Whether a mirroring left to right comes after ``rotation``."""
        return self.mirrored != (self.rotation in (90, 180))

    def size(self, width: int, height: int) -> tuple[int, int]:
        """The size of the upright picture, or back from it: the same swap."""
        return (height, width) if self.transposed else (width, height)

    def apply(self, pixels: Pixels) -> Pixels:
        """The upright picture (h, w, 3) or (h, w), in an array of its own."""
        upright = pixels.swapaxes(0, 1) if self.transposed else pixels
        if self.mirrored:
            upright = upright[:, ::-1]
        if self.flipped:
            upright = upright[::-1]
        return np.array(upright, order="C")


@dataclass(frozen=True, slots=True)
class Placement:
    """Where the upright frame, with square pixels, lies in the picture that is coded."""

    orientation: Orientation
    upright: tuple[int, int]  # (width, height)
    coded: tuple[int, int]

    def in_coded(self, boxes: NDArray[np.int32]) -> NDArray[np.int32]:
        """The coded pixels that ``boxes`` (m, 4) of the upright frame touch, as boxes clipped to the picture.

        >>> Placement(Orientation(transposed=True), (40, 20), (20, 20)).in_coded(np.array([[1, 2, 4, 5]])).tolist()
        [[2, 0, 5, 2]]
        """
        width, height = self.orientation.size(*self.coded)
        rows = np.asarray(boxes, np.int64).reshape(-1, 4)
        x1, x2 = _scaled(rows[:, 0], rows[:, 2], self.upright[0], width)
        y1, y2 = _scaled(rows[:, 1], rows[:, 3], self.upright[1], height)
        if self.orientation.mirrored:
            x1, x2 = width - x2, width - x1
        if self.orientation.flipped:
            y1, y2 = height - y2, height - y1
        sides = (y1, x1, y2, x2) if self.orientation.transposed else (x1, y1, x2, y2)
        return np.stack(sides, axis=1).astype(np.int32)


def _scaled(low: Ticks, high: Ticks, before: int, after: int) -> tuple[Ticks, Ticks]:
    """A stretch of a side that is ``before`` long, rounded outward on one that is ``after`` long."""
    return np.clip(low * after // before, 0, after), np.clip(-(-high * after // before), 0, after)


def orientation_of(picture: VideoFrame) -> Orientation:
    """What the display matrix of a decoded picture says, to the nearest quarter turn.

    The matrix takes a decoded (x, y) to (a x + c y, b x + d y): libavutil/display.h.
    """
    matrices = [bytes(data) for data in side_data(picture) if data.type is Type.DISPLAYMATRIX]
    if not matrices:
        return Orientation()
    a, b, _, c, d = struct.unpack("=9i", matrices[0])[:5]
    if abs(a) + abs(d) >= abs(b) + abs(c):
        return Orientation(mirrored=a < 0, flipped=d < 0)
    return Orientation(transposed=True, mirrored=c < 0, flipped=b < 0)
