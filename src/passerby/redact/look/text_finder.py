"""Text on screen: where it is, and, if only some is to be hidden, which of it that is."""

import re
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from math import ceil, log2
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from passerby.errors import UsageError
from passerby.extras import require_extra
from passerby.geometry import areas, intersections
from passerby.models.detectors.base import Detector
from passerby.pictures import averaged
from passerby.records import Detections, Floats, Pixels
from passerby.redact.hear.pii import EXTRA, has_pii
from passerby.redact.look.finders import detect_in
from passerby.redact.look.sightings import MEANT, OTHER, UNREAD
from passerby.redact.look.view import View, with_labels
from passerby.redact.plan.policy import PII
from passerby.stages.text.stage import VEHICLE_SCORE as HARDLY_VEHICLE
from passerby.stages.text.stage import VEHICLES, TextReader

TEXT_SIDE = 1280
# A picture that differs by less than so many levels from the one that was looked at last shows the same text.
SMALL, SAME_PICTURE = (320, 180), 6
# What the reader is less sure of was not read: in letters that it does not know it finds some that it does, and more so
# in a line that was turned for it.
SURE_READING, SURE_TURNED = 0.75, 0.9
UPRIGHT = 1.5  # a line so many times as high as wide runs up or down
REMEMBERED, LEAST_ALIKE, ALIKE = 64, 6, 0.8  # readings that matched; of so many letters; how like them others must be
GAP = 2.0  # heights of a line: what is no further to its right goes on with it
PLATE_SHARE = np.array([0.5, 0.3])  # the width and the height of a plate at most, as shares of its vehicle's
LONGEST_PLATE = 8.0  # its width at most, in its heights
_ORDER = (MEANT, OTHER, UNREAD)
# A line whose shorter side takes up so much of the picture's is text only if it looks like it in a picture in which it
# is as high as text is, too: this surely, and this share of it. Cars from close by pass for it in the one, not in both.
LARGE, AS_HIGH, SURELY, COVERED = 1 / 3, 64, 0.7, 0.6


class TextFinder:
    """Text on screen; with a pattern it is read, for this only and not kept, to tell which of it matches.

    Text at a vehicle that may be a licence plate, which nothing here reads, is hidden unread, whatever the pattern.
    """

    def __init__(self, detector: Detector, reader: TextReader | None, pattern: str) -> None:
        """Raises UsageError for a pattern that is neither PII nor a regular expression, and MissingExtraError."""
        self._detector, self._reader = detector, reader
        if pattern == PII:
            require_extra(EXTRA)
        self._is_meant = has_pii if pattern == PII else _matcher(pattern)
        self._last: tuple[Any, Detections] | None = None  # a small picture of what was looked at, and what was found
        self._matched: deque[str] = deque(maxlen=REMEMBERED)  # what was read lately and matched, while this looks

    def find(self, view: View, things: Detections) -> Detections:
        """All lines; their labels tell what is known of each: MEANT, OTHER or UNREAD."""
        small = averaged(view.luma, *SMALL)
        if self._last is None or cv2.absdiff(small, self._last[0]).max() >= SAME_PICTURE:
            self._last = small, self._found(view, things)
        return self._last[1]

    def _found(self, view: View, things: Detections) -> Detections:
        picture = view.picture(TEXT_SIDE)
        found = detect_in(self._detector, picture)
        if self._reader is not None and len(found):
            plates = _may_be_plates(view.in_frame(found, picture).boxes, things)
            told = np.full(len(found), MEANT, dtype=object)
            told[~plates] = self._told(self._reader, found.where(~plates), picture)
            found = Detections(found.boxes, found.scores, tuple(told.tolist()))
        return view.in_frame(self._without_false(found, picture), picture)

    def _without_false(self, found: Detections, picture: Pixels) -> Detections:
        """``found`` without what is large, was not read, and looks like no text in a smaller picture."""
        heights = (found.boxes[:, 2:] - found.boxes[:, :2]).min(axis=1, initial=np.inf)
        kept = np.ones(len(found), np.bool_)
        for row in np.flatnonzero(heights >= LARGE * min(picture.shape[:2])):
            if self._reader is None or found.labels[row] == UNREAD:
                kept[row] = self._is_text(picture, found.boxes[row], heights[row])
        return found.where(kept)

    def _is_text(self, picture: Pixels, box: Floats, high: float) -> bool:
        factor = 2.0 ** -max(ceil(log2(high / AS_HIGH)), 0)
        small = cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        seen = detect_in(self._detector, np.asarray(small, np.uint8))
        shares = intersections(factor * box[None], seen.boxes)[0] / areas(factor * box[None])
        return bool(((shares >= COVERED) & (seen.scores >= SURELY)).any())

    def _told(self, reader: TextReader, found: Detections, picture: Pixels) -> list[str]:
        """What is known of each line."""
        whole = np.clip(np.rint(found.boxes), 0, None).astype(int).tolist()
        crops = [picture[y1 : max(y2, y1 + 1), x1 : max(x2, x1 + 1)] for x1, y1, x2, y2 in whole]
        read = [_LineReading(text, score) for text, score in reader.read(crops)]
        told = [self._judged(reading) for reading in read]
        # What runs up or down may be read from either end, and what cannot be read may stand on its head.
        again = [
            row
            for row, (crop, what) in enumerate(zip(crops, told, strict=True))
            if what == UNREAD or (what == OTHER and crop.shape[0] >= UPRIGHT * crop.shape[1])
        ]
        turned = reader.read([np.ascontiguousarray(crops[row][::-1, ::-1]) for row in again]) if again else []
        for row, (text, score) in zip(again, turned, strict=False):
            other = self._judged(_LineReading(text, score))
            if other == MEANT or score >= SURE_TURNED:
                told[row] = min(told[row], other, key=_ORDER.index)
        for row in self._in_rows(found.boxes, read):
            told[row] = MEANT
        return told

    def _judged(self, reading: "_LineReading") -> str:
        text = reading.text
        if self._is_meant(text):
            if text not in self._matched:
                self._matched.append(text)
            return MEANT
        if not reading.is_sure:
            return UNREAD
        return MEANT if any(_is_nearly(text, matched) for matched in self._matched) else OTHER

    def _in_rows(self, boxes: Floats, read: Sequence["_LineReading"]) -> set[int]:
        """The lines that match together with those beside them, and not alone: a wide gap parts what is one number."""
        alone = [self._is_meant(reading.text) for reading in read]
        rows = [_row_from(start, boxes) for start in range(len(boxes))]
        parts = (row[:length] for row in rows for length in (2, 3) if len(row) >= length)
        meant: set[int] = set()
        for part in parts:
            together = " ".join(read[line].text for line in part)
            if not meant.issuperset(part) and not any(alone[line] for line in part) and self._is_meant(together):
                meant.update(part)
        return meant


@dataclass(frozen=True, slots=True)
class _LineReading:
    """What a line says, if the reader is right."""

    text: str
    score: float

    @property
    def is_sure(self) -> bool:
        return self.score >= SURE_READING and any(sign.isalnum() for sign in self.text)


def _may_be_plates(boxes: Floats, things: Detections) -> NDArray[np.bool_]:
    """Which lines (n,) at a vehicle may be its plate: those that take up little of its width, and are not very long."""
    vehicles = with_labels(things, VEHICLES)
    vehicles = vehicles.where(vehicles.scores >= HARDLY_VEHICLE)
    if not len(vehicles) or not len(boxes):
        return np.zeros(len(boxes), np.bool_)
    sides = boxes[:, 2:] - boxes[:, :2]
    large = vehicles.boxes[:, 2:] - vehicles.boxes[:, :2]
    fits = (sides[:, None] <= PLATE_SHARE * large[None]).all(axis=2)
    short = sides[:, 0] <= LONGEST_PLATE * np.maximum(sides[:, 1], 1)
    touching = intersections(boxes, vehicles.boxes) > 0
    return np.asarray((touching & fits).any(axis=1) & short)


def _is_nearly(text: str, matched: str) -> bool:
    """Whether two readings are of one line, misread once: "CALL 020 7946 0018" and "CAL 020 7946 O018"."""
    if min(len(text), len(matched)) < LEAST_ALIKE:
        return False
    likeness = SequenceMatcher(None, text.casefold(), matched.casefold(), autojunk=False)
    return likeness.real_quick_ratio() >= ALIKE and likeness.ratio() >= ALIKE


def _row_from(start: int, boxes: Floats) -> list[int]:
    """The line ``start`` of ``boxes`` (n, 4) and those that go on right of it, at its height, from left to right."""
    row = [start]
    while True:
        x1, y1, x2, y2 = boxes[row[-1]]
        height = y2 - y1
        shared = np.minimum(boxes[:, 3], y2) - np.maximum(boxes[:, 1], y1)
        gaps = boxes[:, 0] - x2
        beside = (shared >= 0.5 * height) & (np.abs(gaps) <= GAP * height) & (boxes[:, 0] > x1)
        beside[row] = False
        if not beside.any():
            return row
        row.append(int(np.flatnonzero(beside)[gaps[beside].argmin()]))


def _matcher(pattern: str) -> Callable[[str], bool]:
    try:
        compiled = re.compile(pattern, re.IGNORECASE)
    except re.error as error:
        raise UsageError(f"text: expected pii or a regular expression, found {pattern!r}: {error}") from error
    return lambda text: bool(compiled.search(text))
