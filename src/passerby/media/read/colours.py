"""The colours of decoded pictures in a sixth of the time, for detectors, which do not mind a level more or less."""

import cv2
import numpy as np
from av.video.frame import VideoFrame

from passerby.media.read.frames import Frame
from passerby.media.read.planes import is_full_range
from passerby.pictures import averaged
from passerby.records import Pixels

_QUICK = "yuv420p"  # 8 bit, two by two pixels to a colour: what nearly all videos are
_HDR = (16, 18)  # ITU-T H.273, transfer characteristics


def quick_rgb(frame: Frame, width: int, height: int) -> Pixels:
    """The upright picture (height, width, 3), no larger than it is, as ``frame.rgb`` gives it, but for the matrix.

    That is the one of BT.601 for all that is ``yuv420p`` in video range, by OpenCV's integers: 2 ms for 1080p, where
    libswscale's exact way takes 12. Other pictures are those of ``frame.rgb``.
    """
    picture, orientation = frame.picture, frame.scaler.orientation
    size = orientation.size(width, height)
    if not _is_quick(picture) or size[0] > picture.width or size[1] > picture.height:
        return frame.rgb(width, height)
    pixels = np.asarray(cv2.cvtColor(_planes(picture), cv2.COLOR_YUV2RGB_I420), np.uint8)
    if size != (picture.width, picture.height):
        pixels = averaged(pixels, *size)
    return orientation.apply(pixels)


def _is_quick(picture: VideoFrame) -> bool:
    is_even = picture.width % 2 == 0 and picture.height % 2 == 0
    in_video_range = picture.format.name == _QUICK and not is_full_range(picture)
    return is_even and in_video_range and picture.color_trc not in _HDR


def _planes(picture: VideoFrame) -> Pixels:
    """All planes one after the other, as rows of the picture's width: (3/2 h, w)."""
    parts = [
        np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, -1)[:, : plane.width].reshape(-1)
        for plane in picture.planes
    ]
    return np.concatenate(parts).reshape(-1, picture.width)
