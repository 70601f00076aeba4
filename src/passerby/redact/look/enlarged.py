"""Looking closely at faces: cut out, made as large as a detector likes, and put side by side into one picture.

A face of 20 pixels in a frame of 1920 has 7 in a picture of 640, in which no detector finds it; enlarged, it is found
at the cost of one small picture, wherever in the frame it is. And what only seemed to be a face is none when enlarged.
"""

from collections.abc import Iterator, Sequence

import cv2
import numpy as np

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
LEAST_IOU = 0.2  # of a face with where it should be
NEAR, LEAST_SIZE = 0.35, 0.5  # how far off the middle of a face may be, and how small it, in lengths of what it may be


class CloseFinder:
    """Finds faces near places where they should be, in pictures (h, w, 3), or (h, w) where there are no colours."""

    def __init__(self, detector: Detector, least: float) -> None:
        """``detector`` finds faint faces too; what ``find_one`` finds has a score of ``least`` or more."""
        self._detector, self._least = detector, least

    def find(self, picture: Pixels, places: Floats) -> Detections:
        """Faces in ``picture`` near ``places`` (n, 4), all in its pixels; the largest places are left out."""
        few = places[np.argsort(places[:, 3] - places[:, 1], kind="stable")[:MOST]]
        centres, sides = _middles(few), _sides(few)
        halvings = _Halvings(picture)
        found = self._in_cells([halvings.cut(*place) for place in zip(centres, sides, strict=True)])
        height, width = picture.shape[:2]
        seen = concatenated([_in_picture(*each) for each in zip(found, centres, sides, strict=True)])
        return clipped_within(seen, width, height)

    def sureness(
        self, picture: Pixels, faces: Floats, angle: int = 0, contexts: Sequence[float] = (CONTEXT,)
    ) -> Floats:
        """How sure the detector is of ``faces`` (n, 4) in ``picture`` once they are enlarged: (n,), 0..1.

        They are seen level and, if ``angle`` is not 0, turned by it, in degrees against the clock; the better counts.
        Cut so wide, in their own widths, as each of ``contexts`` says, so that the network has them in as many sizes;
        the mean counts. 0 where it finds no such face.
        """
        centres, lengths, halvings = _middles(faces), _lengths(faces), _Halvings(picture)

        def seen(turn: int, context: float) -> Floats:
            sides = _sides(faces, context)
            found = self._in_cells([halvings.cut(*place, turn) for place in zip(centres, sides, strict=True)])
            sizes = lengths / sides * CELL
            return np.array([_score_of_middle(*each) for each in zip(found, sizes, strict=True)], np.float32)

        scores = [np.mean([seen(turn, context) for context in contexts], axis=0) for turn in dict.fromkeys((0, angle))]
        return np.asarray(np.max(scores, axis=0), np.float32)

    def find_one(self, picture: Pixels, box: Floats) -> tuple[Floats, float] | None:
        """The face in ``picture`` where ``box`` (4,) is, and its score; None if none is there."""
        (centre,), (side,) = _middles(box[None]), _sides(box[None])
        (found,) = self._in_cells([_Halvings(picture).cut(centre, side)])
        boxes = _in_picture(found, centre, side).boxes
        height, width = picture.shape[:2]
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
        sheet = np.zeros((rows * CELL, columns * CELL, 3), np.uint8)
        for cell, cut in enumerate(cuts):
            y, x = (CELL * place for place in divmod(cell, columns))
            sheet[y : y + CELL, x : x + CELL] = cut if cut.ndim == 3 else cut[..., None]
        (found,) = self._detector.detect([sheet])
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


def _sides(boxes: Floats, context: float = CONTEXT) -> Floats:
    """Of the squares that are cut out around ``boxes``."""
    sides: Floats = np.maximum(context * _lengths(boxes), LEAST_CUT).astype(np.float32)
    return sides


def _score_of_middle(found: Detections, length: np.float32) -> float:
    """How sure a face in the middle of a cell is that is about ``length`` long; 0 if there is none."""
    away = np.hypot(*(_middles(found.boxes) - CELL / 2).T)
    sizes = _lengths(found.boxes) / length
    there = (away < NEAR * length) & (sizes > LEAST_SIZE) & (sizes < 1 / LEAST_SIZE)
    return float(found.scores[there].max(initial=0))


def _in_picture(found: Detections, centre: Floats, side: float) -> Detections:
    """What was found in a cut, in the pixels of the picture that it was cut from."""
    shift = np.concatenate([centre, centre]) - side / 2
    return Detections((found.boxes * (side / CELL) + shift).astype(np.float32), found.scores, found.labels)


class _Halvings:
    """A picture at full size, at half of it, and so on: what is large is cut from a small one."""

    def __init__(self, picture: Pixels) -> None:
        self._levels = [picture]

    def cut(self, centre: Floats, side: float, angle: int = 0) -> Pixels:
        """The square of ``side`` pixels around ``centre``, turned and brightened, as a cell.

        Beyond its borders the picture goes on as in a mirror, if the square is small, or as they are.
        """
        picture = self._levels[0]
        beyond = cv2.BORDER_REFLECT if _is_mirrored(picture, side) else cv2.BORDER_REPLICATE
        level = self._at(side / CELL)
        less = np.array(level.shape[1::-1]) / picture.shape[1::-1]
        centre, side = (centre * less).astype(np.float32), float(side * less.mean())
        matrix = cv2.getRotationMatrix2D(centre.tolist(), angle, CELL / side)
        matrix[:, 2] += CELL / 2 - centre + matrix[:, :2].sum(axis=1) / 2 - 0.5  # pixel 0 covers 0..1
        cut = cv2.warpAffine(level, matrix, (CELL, CELL), flags=cv2.INTER_CUBIC, borderMode=beyond)
        return brightened(np.asarray(cut, np.uint8))

    def _at(self, times: float) -> Pixels:
        """The smallest that is at most so many times less."""
        wanted = int(np.log2(max(times, 1)))
        while len(self._levels) <= wanted and min(self._levels[-1].shape[:2]) > 1:
            height, width = self._levels[-1].shape[:2]
            self._levels.append(averaged(self._levels[-1], width // 2, height // 2))
        return self._levels[min(wanted, len(self._levels) - 1)]


def _is_mirrored(picture: Pixels, side: float) -> bool:
    """Whether a square of ``side`` pixels shows beyond the borders of ``picture`` what a mirror would."""
    return bool(side <= MIRRORED * min(picture.shape[:2]))
