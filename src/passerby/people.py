"""THE BOUNDARY: boxes of people become a mask, and a mask and a picture become a `MaskedFrame`.

Whatever describes pictures (tags, vectors, thumbnails, text on screen) takes `MaskedFrame` and nothing else, and only
`mask_people` makes one. In it the people are gone: each of their pixels is made from the pixels around the mask, so
that nothing that is described can depend on what a person looks like (law 1).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn, final

import cv2
import numpy as np
from numpy.typing import NDArray

from passerby.geometry import Mask, areas, clip, grow, intersections, rasterize
from passerby.records import Floats, Pixels, Sample

# Margins of a body's box, as shares of its height: detectors cut off stretched-out arms, feet and bags, and an arm
# is about 0.35 of a body's height long, of which a box that ends at the elbow lacks half.
MARGIN_X = 0.12
MARGIN_Y = 0.06
# Scaling mixes each pixel with its neighbours; so many pixels of the scaled picture are given up for that.
SCALING_MARGIN = 2
# A face's box (brow to chin, ear to ear) within its head, and within the body that it sits on, in face sizes:
# a standing body is about seven and a half heads high and two heads wide at the shoulders.
HEAD_SIDE, HEAD_UP, HEAD_DOWN = 0.5, 0.6, 0.4
BODY_SIDE, BODY_DOWN = 1.3, 7.5
# Grid on which coverage is measured: its error is under a hundredth for the boxes of one person.
COVERAGE_GRID = (72, 128)
OWN_FACE = 0.6  # the share of a face that lies in the box of the person whose it is


@dataclass(frozen=True, slots=True)
class PeopleAt:
    """One sample's people, settled: nothing that comes later changes it."""

    pts: int
    boxes: Floats  # (n, 4) bodies in upright frame pixels
    count: int
    coverage: float
    doubt: str  # why nothing may be described; "" where it may


def heads(faces: Floats) -> Floats:
    """The heads (n, 4), hair and chin included, of faces (n, 4)."""
    return _around(faces, HEAD_SIDE, HEAD_UP, HEAD_DOWN)


def bodies(faces: Floats) -> Floats:
    """Where the bodies (n, 4) of faces (n, 4) would be, standing; not clipped."""
    return _around(faces, BODY_SIDE, HEAD_UP, BODY_DOWN)


def are_of(faces: Floats, people: Floats) -> NDArray[np.bool_]:
    """Whether each of ``faces`` (n, 4) is of each of ``people`` (m, 4), by where they are: (n, m)."""
    shared = intersections(faces, people)
    return np.asarray(shared >= OWN_FACE * np.maximum(areas(faces), 1)[:, None])


def grid_scale(frame_width: int, frame_height: int) -> Floats:
    """By how much boxes (n, 4) of a frame are to be multiplied to lie on ``COVERAGE_GRID``: (4,)."""
    return np.array([COVERAGE_GRID[1] / frame_width, COVERAGE_GRID[0] / frame_height] * 2, np.float32)


def _around(boxes: Floats, side: float, up: float, down: float) -> Floats:
    widths, heights = (boxes[:, 2:] - boxes[:, :2]).T
    edges: Floats = np.stack([-side * widths, -up * heights, side * widths, down * heights], axis=-1)
    return boxes + edges


def with_margins(boxes: Floats, frame_width: int, frame_height: int) -> Floats:
    """Bodies grown by the margins within which they are masked, clipped to the frame."""
    heights = boxes[:, 3] - boxes[:, 1]
    return clip(grow(boxes, MARGIN_X * heights, MARGIN_Y * heights), frame_width, frame_height)


def coverage(boxes: Floats, frame_width: int, frame_height: int) -> float:
    """The share of the frame, in [0, 1], that the mask of these bodies covers."""
    scaled = with_margins(boxes, frame_width, frame_height) * grid_scale(frame_width, frame_height)
    return float(rasterize(scaled, COVERAGE_GRID).mean())


def people_mask(boxes: Floats, sample: Sample) -> Mask:
    """The mask (h, w) of these bodies, given in upright frame pixels, on the picture of ``sample``."""
    height, width = sample.pixels.shape[:2]
    scale = np.array([width / sample.frame_width, height / sample.frame_height] * 2, np.float32)
    masked = with_margins(boxes, sample.frame_width, sample.frame_height) * scale
    return rasterize(grow(masked, SCALING_MARGIN, SCALING_MARGIN), (height, width))


@final
class MaskedFrame:
    """A picture without its people. Only `mask_people` makes one; it cannot be changed, copied or unpickled."""

    __slots__ = ("_pixels", "_pts")
    _pixels: Pixels
    _pts: int

    def __init__(self) -> None:
        raise TypeError("expected a masked frame from people.mask_people, found an attempt to make one directly")

    def __init_subclass__(cls) -> NoReturn:
        raise TypeError("MaskedFrame has no subclasses: the people boundary has one door")

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a masked frame does not change: {name}")

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a masked frame is not copied or pickled: mask the sample where it is needed")

    @property
    def pixels(self) -> Pixels:
        """(h, w, 3) RGB, read-only."""
        return self._pixels

    @property
    def pts(self) -> int:
        return self._pts


def mask_people(sample: Sample, boxes: Floats) -> MaskedFrame:
    """``sample`` without what lies within the mask of these bodies (n, 4), given in upright frame pixels."""
    pixels = fill(sample.pixels, people_mask(boxes, sample))
    pixels.flags.writeable = False
    frame = object.__new__(MaskedFrame)
    object.__setattr__(frame, "_pixels", pixels)
    object.__setattr__(frame, "_pts", sample.pts)
    return frame


def require_masked(frames: Sequence[Any]) -> tuple[MaskedFrame, ...]:
    """``frames`` as they are; TypeError if one of them did not come through `mask_people`."""
    for frame in frames:
        if type(frame) is not MaskedFrame:
            raise TypeError(f"expected a MaskedFrame, found {type(frame).__name__}: describers never see people")
    return tuple(frames)


def fill(pixels: Pixels, mask: Mask) -> Pixels:
    """A copy of ``pixels`` (h, w, 3) in which those under ``mask`` (h, w) come from the others only.

    Pull-push (Gortler et al., "The Lumigraph", SIGGRAPH 1996, section 3.4): colours flow in from the border, finer
    near it and coarser further in, and invent no edges that a describer could take for a thing. A picture
    that is masked all over becomes grey.
    """
    result = pixels.copy()
    if mask.any():
        known = (~mask).astype(np.uint8)
        weighted = cv2.copyTo(cv2.merge([*cv2.split(pixels), known]), known).astype(np.float32)
        pushed = cv2.convertScaleAbs(_pull_push(weighted))
        cv2.copyTo(cv2.cvtColor(pushed, cv2.COLOR_RGBA2RGB), mask.astype(np.uint8), result)
    return result


def _pull_push(weighted: Floats) -> Floats:
    """Colours (h, w, 4) that flow in from what is known, from premultiplied colours and weights (h, w, 4).

    The fourth channel says nothing. In OpenCV's own arithmetic it takes a fifth of the time that NumPy's took.
    """
    height, width = weighted.shape[:2]
    if min(height, width) == 1:
        return _mean(weighted)
    coarse = cv2.pyrDown(weighted)
    # A cell that knows any colour knows it for good: what it lacks would be the same colour spread further.
    known = np.ascontiguousarray(coarse[..., 3])
    gain = np.divide(np.minimum(2 * known, 1), known, out=np.zeros_like(known), where=known > 1e-6)
    coarse = cv2.multiply(coarse, _four_times(gain))
    pushed = _pull_push(np.asarray(coarse, np.float32))
    if min(coarse.shape[:2]) > 1:
        pushed = np.asarray(cv2.add(coarse, cv2.multiply(pushed, _four_times(1 - coarse[..., 3]))), np.float32)
    return np.asarray(cv2.pyrUp(pushed, dstsize=(width, height)), np.float32)


def _mean(weighted: Floats) -> Floats:
    colours = weighted.reshape(-1, 4).sum(axis=0)
    mean = colours / colours[3] if colours[3] > 0 else np.full(4, 128, np.float32)
    return np.ascontiguousarray(np.broadcast_to(mean.astype(np.float32), weighted.shape))


def _four_times(plane: Floats) -> Floats:
    return np.asarray(cv2.merge([plane] * 4), np.float32)
