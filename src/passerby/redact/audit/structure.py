"""Whether a place in a copy still shows what the original shows there: by its fine structure, with no model.

What makes a face one's own is fine: eyes, brows, the lines of nose and mouth. Both pictures of the place are brought to
the same small size, all that is coarser than a sixth of a face is taken away, and what is left is compared around
each pixel. Structure that is in the original and in the copy too, wherever it is that strong, still shows. A solid
fill has none, strong blur and coarse pixels leave too little, and coding the picture anew keeps most of it.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from passerby.records import Floats, Pixels

PATCH = 48  # pixels of the longer side of a place, for the comparison;
LARGEST_ZOOM = 1.5  # a small place is enlarged no more than this: coding takes away what is finer
FINE, COARSE = 1.0, 2.0  # deviations of the difference of Gaussians: it peaks at a seventh of a large place
WINDOW = 0.1  # deviation of the window of a correlation, in longer sides,
LEAST_WINDOW = 2.5  # and in pixels
INNER = 0.85  # of the box's sides: the ellipse that is judged, so that boxes need not be exact
# Chosen by trial on copies of real clips: docs/decisions/0013-an-audit-by-structure.md.
STRUCTURE = 1.5  # levels: the least deviation of what counts as structure
NOISE = 0.3  # squared levels: what is fainter in both correlates with nothing
CORRELATION = 0.75  # a pixel around which the structures correlate so much still follows,
CONTRAST = 0.15  # if the copy has this share of the original's contrast there
LEAKED = 0.12  # the share of the structure that has to follow for a place to show
ENOUGH = 0.2  # the share of the ellipse that has to have structure for it to tell anything
SAME_COLOUR = 2.0  # levels: a place without structure shows if its colours are less than this off, on average


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was seen of one place in a copy."""

    leaked: bool
    follows: float  # the share of the original's fine structure that is in the copy too; 0 where there is none


def judge(original: Pixels, copy: Pixels, box: Floats) -> Verdict:
    """Whether ``box`` (4,) of one frame (h, w, 3) shows in the copy of it, a picture of the same size."""
    before, after = (_patch(picture, box) for picture in (original, copy))
    inside = _ellipse(before.shape[:2])
    deviation_before, deviation_after, covariance = _compare(_fine(before), _fine(after))
    structured = inside & (deviation_before >= STRUCTURE)
    if structured.sum() < ENOUGH * inside.sum():
        off = np.abs(before.astype(np.float32) - after)[inside].mean()
        return Verdict(bool(off < SAME_COLOUR), 0.0)
    correlation = covariance / (deviation_before * deviation_after + NOISE)
    following = (correlation >= CORRELATION) & (deviation_after >= CONTRAST * deviation_before)
    share = float(following[structured].mean())
    return Verdict(share >= LEAKED, share)


def _patch(picture: Pixels, box: Floats) -> Pixels:
    """The place, no longer than ``PATCH``; what lies beyond the picture is like its border."""
    width, height = (max(round(float(side)), 2) for side in box[2:] - box[:2])
    # Pixel 0 covers 0..1: its middle, from where OpenCV counts, lies at 0.5.
    x, y = ((box[:2] + box[2:]) / 2 - 0.5).tolist()
    place = cv2.getRectSubPix(picture, (width, height), (x, y))
    zoom = min(PATCH / max(width, height), LARGEST_ZOOM)
    size = max(round(width * zoom), 2), max(round(height * zoom), 2)
    return np.asarray(cv2.resize(place, size, interpolation=cv2.INTER_AREA if zoom < 1 else cv2.INTER_CUBIC))


def _ellipse(shape: tuple[int, ...]) -> NDArray[np.bool_]:
    height, width = shape
    y, x = np.mgrid[:height, :width] + 0.5
    inside: NDArray[np.bool_] = np.hypot(2 * x / width - 1, 2 * y / height - 1) <= INNER
    return inside


def _fine(place: Pixels) -> Floats:
    """The luma (h, w) without what is coarse."""
    luma = cv2.cvtColor(place, cv2.COLOR_RGB2GRAY).astype(np.float32)
    return np.asarray(_blurred(luma, FINE) - _blurred(luma, COARSE))


def _compare(one: Floats, other: Floats) -> tuple[Floats, Floats, Floats]:
    """Around each pixel: the deviations of both, and their covariance."""
    window = max(WINDOW * max(one.shape), LEAST_WINDOW)
    mean_one, mean_other = _blurred(one, window), _blurred(other, window)
    variances = [
        np.maximum(_blurred(structure * structure, window) - mean * mean, 0)
        for structure, mean in ((one, mean_one), (other, mean_other))
    ]
    covariance = _blurred(one * other, window) - mean_one * mean_other
    return np.sqrt(variances[0]), np.sqrt(variances[1]), covariance


def _blurred(values: Floats, deviation: float) -> Floats:
    return np.asarray(cv2.GaussianBlur(values, (0, 0), deviation, borderType=cv2.BORDER_REFLECT_101))
