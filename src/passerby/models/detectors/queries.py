"""What detectors of the DETR family answer: for each query a box in shares of the picture, and a logit a class."""

import numpy as np

from passerby.records import Floats

# These models need no suppression of overlaps; this takes one thing's second name, or box, away.
SAME_THING = 0.9


def chances(logits: Floats) -> Floats:
    """The sigmoid of each, without overflow."""
    result: Floats = 0.5 * (1 + np.tanh(0.5 * logits.astype(np.float32)))
    return result


def corners(shares: Floats, width: int, height: int) -> Floats:
    """Boxes x1, y1, x2, y2 in a picture of this size, of those given as centre x, centre y, width, height (n, 4)."""
    centres, halves = shares[:, :2], shares[:, 2:] / 2
    boxes = np.concatenate([centres - halves, centres + halves], axis=1) * ([width, height] * 2)
    return boxes.astype(np.float32)
