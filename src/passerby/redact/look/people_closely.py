"""Looking closely at people: cut out, and put side by side into one picture of the detector's own size.

One look gives a coat stand what it gives somebody who is far away: from .15 to .5. Cut out and made as large as the
detector likes people, the one has less and the other more; and four of them cost what one picture does.
"""

from collections.abc import Iterator, Sequence

import cv2
import numpy as np

from passerby.geometry import areas, clip, covered_share, intersections, ious, rasterize
from passerby.models.detectors.base import Detector
from passerby.people import COVERAGE_GRID, bodies, grid_scale, heads
from passerby.records import Detections, Floats, Pixels
from passerby.redact.look.view import View, brightened, with_labels

PERSON = ("person",)
CELL = 208  # pixels of each cut
ROW = 2  # cells in a row, and rows, of a sheet
MOST = 12  # boxes that are looked at in one frame, the surest ones; others keep their scores
CONTEXT = 1.5  # how many times as long as a box a cut is
LEAST_CUT = 48.0  # pixels of the picture that is cut
SIDE = 1920  # the long side of that picture, at most
SURE = 0.5  # a person that one look is as sure of is one
TOO_SMALL = 16  # pixels of the picture: what is less high says no more when it is enlarged, and keeps its score
SAME_IOU = 0.4  # of a box and a person who is seen there closely
FIRST = 0.3  # the weight of the first of the two scores
COVERED = 0.75  # the share of a box that surer ones cover, from which it is a part of them
SHARED = 0.4  # and from which what is left of it has to show somebody
CERTAIN = 0.7  # a person that one look is as sure of is left as it is
WITHIN = 0.5  # the share of who is seen that has to lie in the box


class PeopleCloseup:
    """Looks a second time at what may be people."""

    def __init__(self, detector: Detector, least: float) -> None:
        """``detector`` finds faint people too; those that are left have a score of ``least`` or more."""
        self._detector, self._least = detector, least

    def checked(self, view: View, people: Detections) -> Detections:
        """``people`` with the scores of both looks; those that one look is sure of, and the smallest, keep theirs."""
        picture = view.picture(SIDE)
        factor = view.factor(SIDE)
        high = factor * (people.boxes[:, 3] - people.boxes[:, 1])
        doubtful = np.flatnonzero((people.scores < SURE) & (high >= TOO_SMALL))[:MOST]
        scores = people.scores.copy()
        closely = [score for _, score in self._find(picture, factor * people.boxes[doubtful])]
        scores[doubtful] = FIRST * scores[doubtful] + (1 - FIRST) * np.array(closely, np.float32)
        both = Detections(people.boxes, scores, people.labels)
        alone = _without_parts(both.where(scores >= self._least), grid_scale(view.width, view.height))
        return self._without_doubles(picture, factor, alone)

    def bodies(self, view: View, faces: Detections) -> Detections:
        """The people whose ``faces`` these are: as they are seen closely, or else as they would stand.

        Of a face that is in doubt, and below which nobody is seen, it is the head alone.
        """
        picture, factor = view.picture(SIDE), view.factor(SIDE)
        standing = bodies(faces.boxes).astype(np.float32)
        seen = list(self._find(picture, factor * clip(standing, view.width, view.height)))
        boxes = heads(faces.boxes).astype(np.float32)
        for row, (body, score) in enumerate(seen):
            if score > 0:
                boxes[row] = _around(boxes[row], body / factor)
            elif faces.scores[row] >= SURE:
                boxes[row] = standing[row]
        return Detections(clip(boxes, view.width, view.height), faces.scores, PERSON * len(faces))

    def _without_doubles(self, picture: Pixels, factor: float, people: Detections) -> Detections:
        """Those of ``people`` that are no second boxes around others: each shows somebody with the surer ones blacked
        out that cover much of it.
        """
        order = np.argsort(-people.scores, kind="stable")
        boxes, scores = factor * people.boxes[order], people.scores[order]
        rows = np.flatnonzero((_shares(boxes, picture) >= SHARED) & (scores < CERTAIN))[:MOST]
        kept = np.ones(len(people), np.bool_)
        for start in range(0, len(rows), ROW * ROW):
            few = rows[start : start + ROW * ROW]
            windows = [_window(boxes[row]) for row in few]
            cells = [_cut(_blacked_out(picture, boxes[:row]), window) for row, window in zip(few, windows, strict=True)]
            for row, window, found in zip(few, windows, self._on_sheet(cells), strict=True):
                kept[order[row]] = _is_in(boxes[row], _taken_back(found, window))
        return people.where(kept)

    def _find(self, picture: Pixels, boxes: Floats) -> Iterator[tuple[Floats, float]]:
        """Who is seen at each of ``boxes`` (n, 4) of ``picture``, and how surely; the box itself and 0 if nobody is."""
        for start in range(0, len(boxes), ROW * ROW):
            few = boxes[start : start + ROW * ROW]
            windows = [_window(box) for box in few]
            cells = [_cut(picture, window) for window in windows]
            for box, window, found in zip(few, windows, self._on_sheet(cells), strict=True):
                yield _best(box, _taken_back(found, window))

    def _on_sheet(self, cells: Sequence[Pixels]) -> Iterator[Detections]:
        """What is seen in each of ``cells``, in its pixels."""
        sheet = np.zeros((ROW * CELL, ROW * CELL, 3), np.uint8)
        for number, cell in enumerate(cells):
            y, x = (CELL * place for place in divmod(number, ROW))
            sheet[y : y + CELL, x : x + CELL] = cell
        (found,) = self._detector.detect([sheet])
        found = with_labels(found, PERSON)
        owners = np.clip((found.boxes[:, :2] + found.boxes[:, 2:]) / 2 // CELL, 0, ROW - 1).astype(int)
        for number in range(len(cells)):
            y, x = divmod(number, ROW)
            mine = found.where(np.asarray((owners == (x, y)).all(axis=1)))
            corner = np.array([x, y] * 2, np.float32) * CELL
            yield Detections(np.clip(mine.boxes - corner, 0, CELL).astype(np.float32), mine.scores, mine.labels)


def _without_parts(people: Detections, scale: Floats) -> Detections:
    """Those of ``people`` that are no parts of surer ones, nor pairs of them; ``scale`` (4,) takes them to the grid."""
    order = np.argsort(-people.scores, kind="stable")
    boxes, kept = people.boxes * scale, np.zeros(len(people), np.bool_)
    for row in order:
        surer = kept & (people.scores[row] < SURE)
        kept[row] = covered_share(boxes[row : row + 1], boxes[surer], COVERAGE_GRID)[0] < COVERED
    return people.where(kept)


def _best(box: Floats, found: Detections) -> tuple[Floats, float]:
    there = np.flatnonzero(ious(box[None], found.boxes)[0] >= SAME_IOU)
    if not len(there):
        return box, 0.0
    best = there[found.scores[there].argmax()]
    return found.boxes[best], float(found.scores[best])


def _shares(boxes: Floats, picture: Pixels) -> Floats:
    """The shares (n,) of ``boxes`` (n, 4) that those before them cover."""
    placed = grid_scale(picture.shape[1], picture.shape[0]) * boxes
    shares = [covered_share(placed[row : row + 1], placed[:row], COVERAGE_GRID)[0] for row in range(len(placed))]
    return np.array(shares, np.float32)


def _is_in(box: Floats, found: Detections) -> bool:
    """Whether one of those who were ``found`` is in ``box`` (4,), for the most part."""
    shares = intersections(found.boxes, box[None])[:, 0] / np.maximum(areas(found.boxes), 1)
    return bool((shares >= WITHIN).any())


def _blacked_out(picture: Pixels, boxes: Floats) -> Pixels:
    """A copy of ``picture`` (h, w, 3) without what ``boxes`` (n, 4) hold."""
    copy = picture.copy()
    copy[rasterize(boxes, (picture.shape[0], picture.shape[1]))] = 0
    return copy


def _window(box: Floats) -> Floats:
    """The square (4,) that is cut out around a box."""
    centre = (box[:2] + box[2:]) / 2
    half = max(CONTEXT * float((box[2:] - box[:2]).max()), LEAST_CUT) / 2
    return np.concatenate([centre - half, centre + half]).astype(np.float32)


def _cut(picture: Pixels, window: Floats) -> Pixels:
    """What ``window`` shows of the picture, as a cell: black beyond its borders, and brightened."""
    height, width = picture.shape[:2]
    low = np.clip(window[:2], 0, (width - 1, height - 1)).astype(int)
    high = np.clip(np.ceil(window[2:]), low + 1, (width, height)).astype(int)
    factor = CELL / float(window[2] - window[0])
    start = np.clip((low - window[:2]) * factor, 0, CELL - 1).astype(int)
    size = np.clip(np.rint((high - low) * factor), 1, CELL - start).astype(int)
    part = np.ascontiguousarray(picture[low[1] : high[1], low[0] : high[0]])
    way = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    shown = np.asarray(cv2.resize(part, size.tolist(), interpolation=way), np.uint8)
    cell = np.zeros((CELL, CELL, 3), np.uint8)
    cell[start[1] : start[1] + size[1], start[0] : start[0] + size[0]] = brightened(shown)
    return cell


def _taken_back(found: Detections, window: Floats) -> Detections:
    side = (window[2] - window[0]) / CELL
    return Detections((found.boxes * side + np.tile(window[:2], 2)).astype(np.float32), found.scores, found.labels)


def _around(one: Floats, other: Floats) -> Floats:
    return np.concatenate([np.minimum(one[:2], other[:2]), np.maximum(one[2:], other[2:])])
