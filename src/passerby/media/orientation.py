"""How a decoded picture is turned or mirrored to be upright: the display matrix of a file."""

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

import numpy as np
from av.sidedata.sidedata import SideData, Type
from av.video.frame import VideoFrame

from passerby.records import Pixels


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

    def size(self, width: int, height: int) -> tuple[int, int]:
        """The size of the upright picture, or back from it: the same swap."""
        return (height, width) if self.transposed else (width, height)

    def apply(self, pixels: Pixels) -> Pixels:
        """The upright picture (h, w, 3), in an array of its own."""
        upright = pixels.transpose(1, 0, 2) if self.transposed else pixels
        if self.mirrored:
            upright = upright[:, ::-1]
        if self.flipped:
            upright = upright[::-1]
        return np.array(upright, order="C")


def orientation_of(picture: VideoFrame) -> Orientation:
    """What the display matrix of a decoded picture says, to the nearest quarter turn.

    The matrix takes a decoded (x, y) to (a x + c y, b x + d y): libavutil/display.h.
    """
    side_data = cast(Iterable[SideData], picture.side_data)  # PyAV's own type for it is too narrow
    matrices = [bytes(data) for data in side_data if data.type is Type.DISPLAYMATRIX]
    if not matrices:
        return Orientation()
    a, b, _, c, d = struct.unpack("=9i", matrices[0])[:5]
    if abs(a) + abs(d) >= abs(b) + abs(c):
        return Orientation(mirrored=a < 0, flipped=d < 0)
    return Orientation(transposed=True, mirrored=c < 0, flipped=b < 0)
