"""The luma of decoded pictures, small: enough to follow what moves, and cheaper than colours."""

import cv2
import numpy as np
from av.video.frame import VideoFrame

from passerby.media.read.frames import Frame
from passerby.pictures import averaged
from passerby.records import Pixels


def small_luma(frame: Frame, width: int, height: int) -> Pixels:
    """The luma (height, width) of the upright picture at this size, in 8 bit."""
    picture, orientation = frame.picture, frame.scaler.orientation
    if not _has_luma_plane(picture):
        return np.asarray(cv2.cvtColor(frame.rgb(width, height), cv2.COLOR_RGB2GRAY), np.uint8)
    return orientation.apply(averaged(_luma_plane(picture), *orientation.size(width, height)))


def _has_luma_plane(picture: VideoFrame) -> bool:
    """Whether the first plane is luma alone, its bits in the low end of little-endian words."""
    form = picture.format
    alone = len(form.components) == 1 or (form.is_planar and not form.name.startswith("p0"))
    return form.components[0].is_luma and alone and not form.has_palette and not form.is_big_endian


def _luma_plane(picture: VideoFrame) -> Pixels:
    plane, bits = picture.planes[0], picture.format.components[0].bits
    rows = np.frombuffer(memoryview(plane), np.uint8 if bits == 8 else "<u2").reshape(plane.height, -1)
    shown = rows[:, : plane.width]
    return shown if bits == 8 else (shown >> (bits - 8)).astype(np.uint8)
