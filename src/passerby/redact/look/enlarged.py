"""Looking closely at faces: cut out, made as large as a detector likes, and put side by side into one picture.

A face of 20 pixels in a frame of 1920 has 7 in a picture of 640, in which no detector finds it; enlarged, it is found
at the cost of one small picture, wherever in the frame it is. And what only seemed to be a face is none when enlarged.
"""

from collections.abc import Iterator, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from passerby.geometry import clip, ious
from passerby.models.detectors.base import Detector
from passerby.pictures import averaged
from passerby.records import Detections, Floats, Pixels
from passerby.redact.look.view import brightened, clipped_within, concatenated

CELL = 128  # pixels of each cut
COLUMNS, ROWS = 5, 3  # of cuts in a picture, at most
MOST = 2 * COLUMNS * ROWS  # faces that are looked at in one frame; more are left to the larger pictures
CONTEXT = 3.5  # how many faces wide a cut is: it has to hold the head, and how far it may have moved
LEAST_CUT = 32.0  # pixels of the frame
MIRRORED = 0.5  # of the shorter side of a picture: larger squares show much in a mirror that looks like a face
TURNED = 0.75  # of the side of a square: no corner of it is further from its middle, however it is turned
LEAST_IOU = 0.2  # of a face with where it should be
NEAR, LEAST_SIZE = 0.35, 0.5  # how far off the middle of a face may be, and how small it, in lengths of what it may be


class CloseFinder:
    """Finds faces near places where they should be."""

    def __init__(self, detector: Detector, least: float) -> None:
        """``detector`` finds faint faces too; what ``find_one`` finds has a score of ``least`` or more."""
        self._detector, self._least = detector, least

    def find(self, luma: Pixels, places: Floats) -> Detections:
        """Faces in ``luma`` (h, w) near ``places`` (n, 4), all in its pixels; the largest places are left out."""
        few = places[np.argsort(places[:, 3] - places[:, 1], kind="stable")[:MOST]]
        centres, sides = _middles(few), _sides(few)
        found = self._in_cells([_cut(luma, *place) for place in zip(centres, sides, strict=True)])
        height, width = luma.shape
        seen = concatenated([_in_luma(*each) for each in zip(found, centres, sides, strict=True)])
        return clipped_within(seen, width, height)

    def sureness(self, luma: Pixels, faces: Floats, angle: int = 0) -> Floats:
        """How sure the detector is of ``faces`` (n, 4) in ``luma`` (h, w) once they are enlarged: (n,), 0..1.

        They are seen level and, if ``angle`` is not 0, turned by it, in degrees against the clock; the better counts.
        0 where it finds no such face.
        """
        centres, sides = _middles(faces), _sides(faces)
        lengths = _lengths(faces) / sides * CELL
        best = np.zeros(len(faces), np.float32)
        for turn in {0, angle}:
            found = self._in_cells([_cut(luma, *place, turn) for place in zip(centres, sides, strict=True)])
            scores = [_score_of_middle(*each) for each in zip(found, lengths, strict=True)]
            best = np.maximum(best, np.array(scores, np.float32))
        return best

    def makes_whole(self, luma: Pixels, faces: Floats) -> NDArray[np.bool_]:
        """Which of ``faces`` (n, 4) would look like whole ones in ``luma`` (h, w), if its border cuts them: (n,)."""
        return np.array([_is_mirrored(luma, side) for side in _sides(faces)], np.bool_)

    def find_one(self, luma: Pixels, box: Floats) -> tuple[Floats, float] | None:
        """The face in ``luma`` (h, w) where ``box`` (4,) is, and its score; None if none is there."""
        (centre,), (side,) = _middles(box[None]), _sides(box[None])
        (found,) = self._in_cells([_cut(luma, centre, side)])
        boxes = _in_luma(found, centre, side).boxes
        height, width = luma.shape
        overlaps = ious(clip(box[None], width, height), clip(boxes, width, height))[0]
        there = np.flatnonzero((overlaps >= LEAST_IOU) & (found.scores >= self._least))
        return (boxes[there[0]], float(found.scores[there[0]])) if len(there) else None

    def _in_cells(self, cuts: Sequence[Pixels]) -> Iterator[Detections]:
        """The faces in each of ``cuts``, in its pixels."""
        for start in range(0, len(cuts), COLUMNS * ROWS):
            yield from self._on_sheet(cuts[start : start + COLUMNS * ROWS])

    def _on_sheet(self, cuts: Sequence[Pixels]) -> Iterator[Detections]:
        columns = min(len(cuts), COLUMNS)
        rows = -(-len(cuts) // columns)
        sheet = np.zeros((rows * CELL, columns * CELL), np.uint8)
        for cell, cut in enumerate(cuts):
            y, x = (CELL * place for place in divmod(cell, columns))
            sheet[y : y + CELL, x : x + CELL] = cut
        (found,) = self._detector.detect([cv2.cvtColor(sheet, cv2.COLOR_GRAY2RGB)])
        places = np.clip(_middles(found.boxes) // CELL, 0, [columns - 1, rows - 1]).astype(int)
        owners = places[:, 1] * columns + places[:, 0]
        for cell in range(len(cuts)):
            mine = found.where(owners == cell)
            corner = np.array([cell % columns, cell // columns] * 2, np.float32) * CELL
            yield Detections(mine.boxes - corner, mine.scores, mine.labels)


def _middles(boxes: Floats) -> Floats:
    return ((boxes[:, :2] + boxes[:, 2:]) / 2).astype(np.float32)


def _lengths(boxes: Floats) -> Floats:
    return np.asarray((boxes[:, 2:] - boxes[:, :2]).max(axis=1, initial=0), np.float32)


def _sides(boxes: Floats) -> Floats:
    """Of the squares that are cut out around ``boxes``."""
    sides: Floats = np.maximum(CONTEXT * _lengths(boxes), LEAST_CUT).astype(np.float32)
    return sides


def _score_of_middle(found: Detections, length: np.float32) -> float:
    """How sure a face in the middle of a cell is that is about ``length`` long; 0 if there is none."""
    away = np.hypot(*(_middles(found.boxes) - CELL / 2).T)
    sizes = _lengths(found.boxes) / length
    there = (away < NEAR * length) & (sizes > LEAST_SIZE) & (sizes < 1 / LEAST_SIZE)
    return float(found.scores[there].max(initial=0))


def _in_luma(found: Detections, centre: Floats, side: float) -> Detections:
    """What was found in a cut, in the pixels of the picture that it was cut from."""
    shift = np.concatenate([centre, centre]) - side / 2
    return Detections((found.boxes * (side / CELL) + shift).astype(np.float32), found.scores, found.labels)


def _cut(luma: Pixels, centre: Floats, side: float, angle: int = 0) -> Pixels:
    """The square of ``side`` pixels around ``centre``, turned and brightened, as a cell.

    Beyond its borders ``luma`` goes on as in a mirror, if the square is small, or as they are.
    """
    beyond = cv2.BORDER_REFLECT if _is_mirrored(luma, side) else cv2.BORDER_REPLICATE
    times = int(side / CELL)
    if times > 1:
        luma, centre, side = _reduced(luma, centre, side, times)
    matrix = cv2.getRotationMatrix2D(centre.tolist(), angle, CELL / side)
    matrix[:, 2] += CELL / 2 - centre + matrix[:, :2].sum(axis=1) / 2 - 0.5  # pixel 0 covers 0..1
    cut = cv2.warpAffine(luma, matrix, (CELL, CELL), flags=cv2.INTER_CUBIC, borderMode=beyond)
    return brightened(np.asarray(cut, np.uint8))


def _is_mirrored(luma: Pixels, side: float) -> bool:
    """Whether a square of ``side`` pixels shows beyond the borders of ``luma`` (h, w) what a mirror would."""
    return bool(side <= MIRRORED * min(luma.shape))


def _reduced(luma: Pixels, centre: Floats, side: float, times: int) -> tuple[Pixels, Floats, float]:
    """What a square needs of ``luma``, averaged to so many times less, and the square in its pixels."""
    size = np.array(luma.shape[::-1])
    low = np.clip(centre - TURNED * side, 0, size - 1).astype(int)
    high = np.clip(centre + TURNED * side + 1, low + 1, size).astype(int)
    part = luma[low[1] : high[1], low[0] : high[0]]
    small = np.maximum(np.array(part.shape[::-1]) // times, 1)
    less = small / part.shape[::-1]
    reduced = averaged(part, *small.tolist())
    return reduced, ((centre - low) * less).astype(np.float32), float(side * less.mean())
