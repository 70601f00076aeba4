"""What faces tell of people, and people of heads: boxes where no detector has drawn one."""

import numpy as np

from passerby.people import are_of, bodies, heads
from passerby.records import Detections


def heads_of(faces: Detections) -> Detections:
    """The heads of faces, with hair and chin."""
    return Detections(heads(faces.boxes).astype(np.float32), faces.scores, faces.labels)


def bodies_alone(faces: Detections, people: Detections) -> Detections:
    """Standing bodies below the faces that lie in no person's box."""
    alone = faces.where(np.logical_not(are_of(faces.boxes, people.boxes).any(axis=1)))
    return Detections(bodies(alone.boxes).astype(np.float32), alone.scores, ("person",) * len(alone))


def heads_alone(people: Detections, faces: Detections) -> Detections:
    """The upper ends of people who show no face: a fifth of a standing body, more of one that is cut off."""
    backs = people.where(np.logical_not(are_of(faces.boxes, people.boxes).any(axis=0)))
    left, top, right, bottom = backs.boxes.T
    width, height = right - left, bottom - top
    high = np.maximum(height / 5, np.minimum(0.6 * width, height / 2))
    boxes = np.stack([left + 0.12 * width, top - 0.1 * high, right - 0.12 * width, top + high], axis=1)
    return Detections(boxes.astype(np.float32), backs.scores, ("head",) * len(backs))
