"""What every detector looks like from the outside, what all have in common, and how overlapping boxes are thinned out.

A model is one file: a class on ``SquareDetector`` (square.py: pictures of one size) or ``ScaledDetector`` (scaling.py:
of any size), with what is its own: the signature of its file, and how pictures go in and boxes come out.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from passerby.geometry import areas, clip
from passerby.models.entry import Entry
from passerby.models.runtime import RuntimeOptions
from passerby.records import Detections, Floats, Pixels


class Detector(Protocol):
    """Finds things in pictures. Made as ``Adapter(path, entry, options, *, threshold=...)`` by ``load.py``."""

    @property
    def labels(self) -> tuple[str, ...]:
        """Every name that it can say."""
        ...

    def detect(self, images: Sequence[Pixels]) -> list[Detections]:
        """For each RGB picture (h, w, 3), its boxes in that picture's pixels, clipped, by falling score."""
        ...


class BaseDetector(ABC):
    """What the adapters of all detectors share: their names, and the score from which a box counts."""

    THRESHOLD: ClassVar[float]  # where nobody asks for another one

    def __init__(self, path: Path, entry: Entry, options: RuntimeOptions, *, threshold: float | None = None) -> None:
        """Raises WeightsError if the file at ``path`` does not have the signature of this model."""
        self._entry = entry
        self._threshold = _own_score(self.THRESHOLD if threshold is None else threshold, entry)
        self._open(path, options)

    @abstractmethod
    def _open(self, path: Path, options: RuntimeOptions) -> None:
        """Open the model, and check what it takes and gives. Raises WeightsError."""

    @property
    def labels(self) -> tuple[str, ...]:
        return self._entry.labels

    @abstractmethod
    def detect(self, images: Sequence[Pixels]) -> list[Detections]:
        """For each RGB picture (h, w, 3), its boxes in that picture's pixels, clipped, by falling score."""

    def _told(self, scores: Floats) -> Floats:
        """The model's own scores (n,) as those of the model in the package that mean as much."""
        if not self._entry.calibration:
            return scores
        own, common = _lines(self._entry)
        told: Floats = np.interp(scores, own, common).astype(np.float32)
        return told

    def _best(self, boxes: Floats, scores: Floats, iou: float, width: int, height: int) -> Detections:
        """The boxes (n, 4) that count and are not alike, of a picture this wide and high; ``scores`` (n, classes)."""
        rows, columns = best_boxes(boxes, scores, groups(self._entry), self._threshold, iou)
        names = [self._entry.classes[column] for column in columns.tolist()]
        return detections(boxes[rows], self._told(scores[rows, columns]), names, width, height)


def _own_score(score: float, entry: Entry) -> float:
    """The score that a model has where that of the model in the package is ``score``."""
    own, common = _lines(entry)
    return float(np.interp(score, common, own)) if entry.calibration else score


def _lines(entry: Entry) -> tuple[Floats, Floats]:
    """Where the lines of a calibration end: its own scores, and those that mean as much. 0 and 1 stay."""
    own, common = np.array([(0.0, 0.0), *entry.calibration, (1.0, 1.0)], np.float32).T
    return own, common


def groups(entry: Entry) -> tuple[NDArray[np.intp], ...]:
    """Columns of a model's classes that compete for a box: people's, and things', dropped ones in neither.

    A person and what they hold, ride or sit in overlap and are both there, so they don't compete.
    """
    people = [column for column, name in enumerate(entry.classes) if name in entry.people]
    things = [column for column, name in enumerate(entry.classes) if name not in (*entry.people, *entry.dropped)]
    return tuple(np.array(columns, np.intp) for columns in (people, things) if columns)


def best_boxes(
    boxes: Floats, scores: Floats, competing: Sequence[NDArray[np.intp]], threshold: float, iou: float
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows and columns of ``scores`` (n, classes) that are left: a class a box and group, no two boxes alike."""
    rows, columns = [np.zeros(0, np.intp)], [np.zeros(0, np.intp)]
    for group in competing:
        best = scores[:, group].argmax(axis=1)
        sure = np.flatnonzero(scores[np.arange(len(scores)), group[best]] >= threshold)
        column = group[best[sure]]
        kept = keep_best(boxes[sure], scores[sure, column], iou)
        rows.append(sure[kept])
        columns.append(column[kept])
    return np.concatenate(rows), np.concatenate(columns)


def keep_best(boxes: Floats, scores: Floats, iou: float) -> NDArray[np.intp]:
    """Rows left by greedy non-maximum suppression, whatever their labels, by falling score, then row."""
    if not len(boxes):
        return np.zeros(0, np.intp)
    # In a fixed order, so that equal scores give the same rows on every machine.
    order = np.argsort(-scores, kind="stable")
    sides = boxes[order, 2:] - boxes[order, :2]
    rectangles = np.concatenate([boxes[order, :2], sides], axis=1)
    kept = cv2.dnn.NMSBoxes(rectangles.tolist(), scores[order].tolist(), 0.0, iou)
    return order[np.sort(np.asarray(kept, np.intp).reshape(-1))]


def detections(boxes: Floats, scores: Floats, labels: Sequence[str], width: int, height: int) -> Detections:
    """Boxes cut to the picture, without those that lie outside of it, by falling score."""
    boxes = clip(boxes, width, height)
    found = Detections(boxes, scores.astype(np.float32), tuple(labels))
    order = np.argsort(-scores, kind="stable")
    order = order[areas(boxes)[order] > 0]
    return Detections(found.boxes[order], found.scores[order], tuple(found.labels[row] for row in order.tolist()))
