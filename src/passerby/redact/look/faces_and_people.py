"""What faces tell of people, and people of heads: boxes where no detector has drawn one."""

import numpy as np

from passerby.people import are_of, heads
from passerby.records import Detections

# A standing body is taken for five heads high. One that is cut off is as wide as ever, so that its head is at least so
# many of its widths high, but a half of it at most. No benchmark scores these numbers alone.
HEADS_HIGH, HEAD_IN_WIDTHS, LEAST_HEADS_HIGH = 5, 0.6, 2
HEAD_INSET = 0.12  # what is no head at either side, as a share of the width: shoulders are wider
HAIR = 0.1  # what may be above the box, as a share of the head's height


def heads_of(faces: Detections) -> Detections:
    """The heads of faces, with hair and chin."""
    return Detections(heads(faces.boxes).astype(np.float32), faces.scores, faces.labels)


def faces_alone(faces: Detections, people: Detections) -> Detections:
    """The faces that lie in no person's box."""
    return faces.where(np.logical_not(are_of(faces.boxes, people.boxes).any(axis=1)))


def heads_alone(people: Detections, faces: Detections) -> Detections:
    """The upper ends of people who show no face: a fifth of a standing body, more of one that is cut off."""
    backs = people.where(np.logical_not(are_of(faces.boxes, people.boxes).any(axis=0)))
    left, top, right, bottom = backs.boxes.T
    width, height = right - left, bottom - top
    high = np.maximum(height / HEADS_HIGH, np.minimum(HEAD_IN_WIDTHS * width, height / LEAST_HEADS_HIGH))
    inset = HEAD_INSET * width
    boxes = np.stack([left + inset, top - HAIR * high, right - inset, top + high], axis=1)
    return Detections(boxes.astype(np.float32), backs.scores, ("head",) * len(backs))
