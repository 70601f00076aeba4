"""Looking closely at small faces that are known already: cut out, enlarged and put side by side into one picture.

A face of 20 pixels in a frame of 1920 has 7 in a picture of 640, in which no detector finds it; enlarged, it is found
at the cost of one small picture, wherever in the frame it is.
"""

from collections.abc import Iterator

import cv2
import numpy as np

from passerby.geometry import clip, ious
from passerby.models.detector import Detector
from passerby.records import Detections, Floats, Pixels
from passerby.redact.view import brightened, joined

CELL = 128  # pixels of each cut
COLUMNS, ROWS = 5, 3
MOST = 2 * COLUMNS * ROWS  # faces that are looked at in one frame; more are left to the larger pictures
CONTEXT = 3.5  # how many faces wide a cut is: it has to hold the head, and how far it may have moved
LEAST_CUT = 32.0  # pixels of the frame
LEAST_IOU = 0.2  # of a face with where it should be


class CloseFinder:
    """Finds faces near places where they should be."""

    def __init__(self, detector: Detector) -> None:
        self._detector = detector

    def find(self, luma: Pixels, places: Floats) -> Detections:
        """Faces in ``luma`` (h, w) near ``places`` (n, 4), all in its pixels; the largest places are left out."""
        few = places[np.argsort(places[:, 3] - places[:, 1], kind="stable")[:MOST]]
        sheets = [few[start : start + COLUMNS * ROWS] for start in range(0, len(few), COLUMNS * ROWS)]
        return joined([found for sheet in sheets for found in self._find_on_sheet(luma, sheet)])

    def find_one(self, luma: Pixels, box: Floats) -> tuple[Floats, float] | None:
        """The face in ``luma`` (h, w) where ``box`` (4,) is, and its score; None if none is there."""
        centre: Floats = ((box[:2] + box[2:]) / 2).astype(np.float32)
        side = max(CONTEXT * float((box[2:] - box[:2]).max()), LEAST_CUT)
        (found,) = self._detector.detect([cv2.cvtColor(_cut(luma, centre, side), cv2.COLOR_GRAY2RGB)])
        boxes = (found.boxes * (side / CELL) + np.concatenate([centre, centre]) - side / 2).astype(np.float32)
        height, width = luma.shape
        overlaps = ious(clip(box[None], width, height), clip(boxes, width, height))[0]
        there = np.flatnonzero(overlaps >= LEAST_IOU)
        return (boxes[there[0]], float(found.scores[there[0]])) if len(there) else None

    def _find_on_sheet(self, luma: Pixels, places: Floats) -> Iterator[Detections]:
        centres = (places[:, :2] + places[:, 2:]) / 2
        sides = np.maximum(CONTEXT * (places[:, 2:] - places[:, :2]).max(axis=1), LEAST_CUT)
        sheet = np.zeros((ROWS * CELL, COLUMNS * CELL), np.uint8)
        for cell, (centre, side) in enumerate(zip(centres, sides.tolist(), strict=True)):
            sheet[_place(cell)] = _cut(luma, centre, side)
        (found,) = self._detector.detect([cv2.cvtColor(sheet, cv2.COLOR_GRAY2RGB)])
        middles = (found.boxes[:, :2] + found.boxes[:, 2:]) / 2
        cells = np.clip(middles // CELL, 0, [COLUMNS - 1, ROWS - 1]).astype(int)
        owners = cells[:, 1] * COLUMNS + cells[:, 0]
        for cell, (centre, side) in enumerate(zip(centres, sides.tolist(), strict=True)):
            mine = found.where(owners == cell)
            corner = np.array([cell % COLUMNS, cell // COLUMNS] * 2, np.float32) * CELL
            shift = np.concatenate([centre, centre]) - side / 2
            yield Detections(
                ((mine.boxes - corner) * (side / CELL) + shift).astype(np.float32), mine.scores, mine.labels
            )


def _place(cell: int) -> tuple[slice, slice]:
    row, column = divmod(cell, COLUMNS)
    return slice(row * CELL, (row + 1) * CELL), slice(column * CELL, (column + 1) * CELL)


def _cut(luma: Pixels, centre: Floats, side: float) -> Pixels:
    """The square of ``side`` pixels around ``centre``, brightened, as a cell; the border goes on beyond the picture."""
    scale = CELL / side
    # What is enlarged, as here, has no need of averages; a cut is seldom made smaller.
    matrix = np.array([[scale, 0, CELL / 2 - scale * centre[0]], [0, scale, CELL / 2 - scale * centre[1]]], np.float64)
    matrix[:, 2] += scale / 2 - 0.5  # pixel 0 covers 0..1
    cut = cv2.warpAffine(luma, matrix, (CELL, CELL), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return brightened(np.asarray(cut, np.uint8))
