"""What detectors of the DETR family answer: for each query a box in shares of the picture, and a logit a class."""

import numpy as np

from passerby.records import Floats

# These models need no suppression of overlaps; this takes one thing's second name, or box, away.
SAME_THING = 0.9

# COCO's own category numbers, of which it planned some and never used them; the others are its eighty classes, in the
# catalog's order.
COCO_CATEGORIES = 91
_UNUSED = {0, 12, 26, 29, 30, 45, 66, 68, 69, 71, 83}
COCO_COLUMNS = np.array([number for number in range(COCO_CATEGORIES) if number not in _UNUSED], np.intp)


def chances(logits: Floats) -> Floats:
    """The sigmoid of each, without overflow."""
    result: Floats = 0.5 * (1 + np.tanh(0.5 * logits.astype(np.float32)))
    return result


def corners(shares: Floats, width: int, height: int) -> Floats:
    """Boxes x1, y1, x2, y2 in a picture of this size, of those given as centre x, centre y, width, height (n, 4)."""
    centres, halves = shares[:, :2], shares[:, 2:] / 2
    boxes = np.concatenate([centres - halves, centres + halves], axis=1) * ([width, height] * 2)
    return boxes.astype(np.float32)
