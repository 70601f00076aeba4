"""Finders: each runs one model on a view of a frame, and gives its boxes in pixels of the frame."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from passerby.geometry import areas, ious, meeting
from passerby.models.detectors.base import Detector, keep_best
from passerby.models.detectors.tiling import TiledDetector
from passerby.records import Detections, Floats, Pixels
from passerby.redact.look.enlarged import CONTEXT, CloseFinder
from passerby.redact.look.sightings import RULES
from passerby.redact.look.view import Glance, View, concatenated, with_labels
from passerby.stages.text.stage import VEHICLES

THINGS_SIDE, PLATES_SIDE = 640, 1280
VEHICLE_SCORE = 0.3
# A sign looks like a plate to the model; one that is this sure is taken for a plate wherever it is.
SURE_PLATE = 0.9
# Two boxes of one face, found in two sizes of a frame.
SAME_IOU = 0.4
# A box that shares so much of the smaller one with that of a surer face, up to so many times as high, is no other face.
NESTED, MOST_TIMES = 0.75, 3
HIGH_PART = 32  # pixels of the frame
# A face that is less high than this in the picture that is looked at is looked for closely too.
CLOSE_BELOW = 28
# A face that a look is less sure of than that is looked at closely before it counts. What it gets then is a share of
# both scores, more of the closer look's, which tell faces from what is none better than one does.
SURE_FACE, FIRST, CLOSER = 0.6, 0.22, 0.44
# What is less high, in pixels of the luma, is seen better when it is enlarged. What is higher has been seen as well
# before: it has to be likely in both looks, and only what is as likely as this is looked at again.
LOW, LIKELY = 40, 0.4
# A high one is cut out in these sizes: a texture that passes for a face in one of them does not in the others.
HIGH_CONTEXTS = (1.6, 2.2)
BESIDE = 0.15  # overlap with a sure face from which what is less sure may be of that one, which would speak for it
MOST_DOUBTFUL = 60  # that are looked at closely in one picture, the surest ones; others keep their scores


class FaceFinder:
    """Faces, by one or more glances at the frame, and closely where small ones should be."""

    def __init__(self, detectors: Mapping[int, Detector], close: CloseFinder, least: float) -> None:
        """``detectors`` by the long side (0: that of the frame) of the pictures that each takes; ``least``: a score."""
        self._detectors, self._close, self._least = detectors, close, least

    def find(self, view: View, glances: Sequence[Glance], places: Floats) -> Detections:
        """Faces of the frame; ``places`` (n, 4) are where there should be some."""
        factor = max(view.factor(glance.side) for glance in glances)
        small = places[factor * (places[:, 3] - places[:, 1]) < CLOSE_BELOW]
        found = [self._where_expected(view, small)] if len(small) else []
        for glance in glances:
            picture = glance.draw(view)
            seen = glance.in_frame(detect_in(self._detectors[glance.side], picture), view)
            found.append(self._checked(view, seen, glance.angle))
        both = concatenated(found)
        both = both.where(both.scores >= self._least)
        kept = np.zeros(len(both), np.bool_)
        kept[keep_best(both.boxes, both.scores, SAME_IOU)] = True
        each = both.where(kept)
        return each.where(~_parts(each))

    def _where_expected(self, view: View, places: Floats) -> Detections:
        seen = view.of_luma(self._close.find(view.colours, view.to_luma(places)))
        return Detections(seen.boxes, seen.scores * np.float32(FIRST + CLOSER), seen.labels)

    def _checked(self, view: View, seen: Detections, angle: int) -> Detections:
        """Faces ``seen`` in a picture that was turned by ``angle``, with the scores that they have when enlarged."""
        low = _heights(view.to_luma(seen.boxes)) < LOW
        seen = seen.where(low | (seen.scores >= LIKELY))
        boxes = view.to_luma(seen.boxes)
        low = _heights(boxes) < LOW
        sure = seen.scores >= SURE_FACE
        beside = ious(seen.boxes, seen.boxes[sure]).max(axis=1, initial=0) >= BESIDE
        doubtful = np.flatnonzero(~low | (~sure & ~beside))[:MOST_DOUBTFUL]
        scores = seen.scores.copy()
        if len(doubtful):
            closely = self._sureness(view.colours, boxes[doubtful], low[doubtful], angle)
            scores[doubtful] = in_both(scores[doubtful], closely, low[doubtful])
        return Detections(seen.boxes, scores, seen.labels)

    def _sureness(self, picture: Pixels, boxes: Floats, low: NDArray[np.bool_], angle: int) -> Floats:
        """How sure the detector is of faces (n, 4) that are enlarged, (n,); the high ones in several sizes."""
        scores = np.zeros(len(boxes), np.float32)
        for chosen, contexts in ((low, (CONTEXT,)), (~low, HIGH_CONTEXTS)):
            if chosen.any():
                scores[chosen] = self._close.sureness(picture, boxes[chosen], angle, contexts)
        return scores

    def find_one(self, luma: Pixels, box: Floats) -> tuple[Floats, float] | None:
        """The face in ``luma`` (h, w) where ``box`` (4,) is, in its pixels, and its score; None if there is none."""
        found = self._close.find_one(luma, box)
        return found and (found[0], (FIRST + CLOSER) * found[1])


class ThingFinder:
    """People and things, in the frame as a whole and in its halves."""

    def __init__(self, detector: Detector) -> None:
        self._detector = TiledDetector(detector)

    def find(self, view: View) -> Detections:
        picture = view.picture(THINGS_SIDE)
        return view.in_frame(detect_in(self._detector, picture), picture)


class PlateFinder:
    """Licence plates: where they are. Those that lie in or at a vehicle, and those that are surely plates."""

    def __init__(self, detector: Detector) -> None:
        self._detector = detector

    def find(self, view: View, things: Detections) -> Detections:
        picture = view.picture(PLATES_SIDE)
        found = view.in_frame(detect_in(self._detector, picture), picture)
        vehicles = with_labels(things, VEHICLES)
        vehicles = vehicles.where(vehicles.scores >= VEHICLE_SCORE)
        return found.where(meeting(found.boxes, vehicles.boxes) | (found.scores >= SURE_PLATE))


def _parts(found: Detections) -> NDArray[np.bool_]:
    """Which of ``found`` lie in a surer face or around it, about as large: that is hidden, and this is part of it.

    A low one hides little for nothing, and may be a face in front of what is none: it stays.
    """
    boxes, sizes = found.boxes, areas(found.boxes)
    low = np.maximum(boxes[:, None, :2], boxes[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], boxes[None, :, 2:])
    shared = np.maximum(high - low, 0).prod(axis=2)
    nested = shared >= NESTED * np.minimum.outer(sizes, sizes)
    heights = _heights(boxes)
    alike = np.maximum.outer(heights, heights) <= MOST_TIMES * np.minimum.outer(heights, heights)
    surer = found.scores[None] > found.scores[:, None]
    sure = (found.scores >= RULES["faces"].start_score)[None]
    return np.asarray((nested & alike & surer & sure).any(axis=1) & (heights >= HIGH_PART))


def in_both(first: Floats, closely: Floats, low: NDArray[np.bool_]) -> Floats:
    """The scores (n,) of faces that have one in a look and one when they are enlarged; which of them are ``low``."""
    joined = np.where(low, FIRST * first + CLOSER * closely, (FIRST + CLOSER) * np.minimum(first, closely))
    return np.asarray(joined, np.float32)


def _heights(boxes: Floats) -> Floats:
    return boxes[:, 3] - boxes[:, 1]


def detect_in(detector: Any, picture: Pixels) -> Detections:
    found: Detections
    (found,) = detector.detect([picture])
    return found
