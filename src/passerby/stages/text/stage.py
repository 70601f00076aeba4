"""Text on screen: lines read in masked frames and joined over time, each with its best reading.

What a person wears is behind the mask. What looks like a licence plate at a vehicle is dropped, not kept (law 2).
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import ClassVar, Literal, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from passerby.geometry import grow, ious, meeting
from passerby.people import MaskedFrame, require_masked
from passerby.records import Box, Detections, Floats, Pixels, Record, ScreenText, VideoInfo
from passerby.settings import Settings
from passerby.stages.base import CloseUps, Kit, models_of, models_set
from passerby.stages.describing import spread
from passerby.stages.text.glances import GLANCE_SCORE, GLANCE_SIDE, Eye
from passerby.times import Span

VEHICLES = ("car", "motorcycle", "bus", "truck", "train")
VEHICLE_SCORE = 0.2
VEHICLE_MARGIN = 0.15  # of its sides: a plate can lie at the rim of a box that is too small
# A frame whose picture of so many pixels differs from the last one read by less than so many levels in all of them
# shows the same text.
SMALL, SAME = (96, 54), 10
LEAST_SIGNS = 2  # letters and digits of a reading; fewer are no word and no number
# A line is in its place if the boxes of two readings overlap by this (IoU); elsewhere, so much of it must be the same.
# No benchmark scores these numbers alone.
SAME_PLACE, MOVED_ALIKE = 0.1, 0.9
SURE = 0.9  # a reading that is less sure may be of a line upside down


class TextReader(Protocol):
    """Reads what is in crops of a picture: ``models/ppocr_rec.py``."""

    def read(self, crops: Sequence[Pixels]) -> list[tuple[str, float]]: ...


@dataclass(frozen=True, slots=True)
class TextStage:
    """Lines of text, from some frames of each moment."""

    name: ClassVar[str] = "text"
    version: ClassVar[int] = 5
    needs: ClassVar[tuple[str, ...]] = ("shots", "people")
    takes: ClassVar[Literal["close-ups"]] = "close-ups"
    is_by_shot: ClassVar[bool] = True
    makes: ClassVar[tuple[type[Record], ...]] = (ScreenText,)

    # The second reads, in the letters that it knows; the last one finds the vehicles that text is at.
    models: tuple[str, ...] = models_of("text", "reading", "people")
    least_score: float = 0.7  # how sure a reading must be
    seconds: float = 2.0  # from one frame that is read to the next, about
    alike: float = 0.6  # share of two readings that is the same if they are of one line, at the same place
    patience: int = 1  # frames that are read for which a line may be missed
    glances: int = 2  # frames in a row that are looked at closely only where a glance sees text, if it is large

    @classmethod
    def from_settings(cls, settings: Settings) -> "TextStage":
        return cls(models_set("text", "reading", "people", settings=settings))

    @property
    def detector(self) -> str:
        """What finds vehicles."""
        return self.models[-1]

    def open(self, kit: Kit) -> "TextSession":
        finder, reader, _ = self.models
        glance = kit.open(finder, long_side=GLANCE_SIDE, threshold=GLANCE_SCORE)
        return TextSession(self, Eye(kit.open(finder), glance, self.glances), kit.open(reader), kit.info)


@dataclass(slots=True)
class _Line:
    """A line that may go on."""

    text: str
    score: float
    box: Floats  # of the best reading
    place: Floats  # of the last one
    first: int
    last: int  # when it was last read
    missed: int = 0
    gone: int | None = None  # when it was no longer there


class TextSession:
    """Takes the large frames of moments, in order, and reads some of them."""

    def __init__(self, stage: TextStage, eye: Eye, reader: TextReader, info: VideoInfo) -> None:
        self._stage, self._eye, self._reader = stage, eye, reader
        self._size = info.width, info.height
        self._period = info.time_base.ticks(stage.seconds)
        self._shot = -1  # of the last frame that was read
        self._lines: list[_Line] = []
        self._done: list[_Line] = []
        self._small: NDArray[np.int16] | None = None
        self._shown: Span | None = None

    def push(self, close_ups: CloseUps) -> None:
        """Read frames that are about so many seconds apart, and each in which something small is new.

        Those are chosen by their times, the geometry of people, and small pictures alone.
        """
        moment, frames = close_ups.moment, close_ups.frames
        wanted = max(1, round(moment.span.length / self._period))
        news = {place for place, frame in enumerate(frames) if frame.is_new}
        for place in sorted({*spread(len(frames), wanted)} | news):
            frame, cut = frames[place], moment.shot != self._shot
            vehicles = vehicles_in(frame.things)
            self.read(frame.masked(), cut=cut, vehicles=vehicles, shown=moment.span, is_new=frame.is_new)
            self._shot = moment.shot

    def read(
        self, frame: MaskedFrame, *, cut: bool, vehicles: Floats, shown: Span | None = None, is_new: bool = False
    ) -> None:
        """Read the next frame, with the boxes (n, 4) of ``vehicles`` in it, in upright frame pixels.

        ``cut`` says that a shot has begun since the last one, ``shown`` is the moment that it is of, and ``is_new``
        says that what is new in it came at this time: what was there before went then.
        """
        (frame,) = require_masked([frame])
        if cut:
            self._end_with_shot()
            self._small = None
        self._shown = shown
        if self._shows_the_same(frame.pixels) and not is_new:
            for line in self._lines:
                line.last = line.last if line.missed else frame.pts
            return
        begun = shown.start if cut and shown is not None else frame.pts
        self._join(frame.pts, begun, self._read(frame.pixels, vehicles, cut=cut), is_new=is_new)

    def finish(self, end: int) -> list[ScreenText]:
        self._end_with_shot()
        lines = sorted(self._done, key=lambda line: (line.first, *line.box[[1, 0]].tolist()))
        return [ScreenText(line.text, line.score, _span(line), _box(line.box)) for line in lines]

    def _end_with_shot(self) -> None:
        """What was read last is there as long as its shot."""
        for line in self._lines:
            if line.gone is None and not line.missed and self._shown is not None:
                line.gone = self._shown.end
        self._end(self._lines)

    def _shows_the_same(self, pixels: Pixels) -> bool:
        gray = cv2.cvtColor(cv2.resize(pixels, SMALL, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
        before, self._small = self._small, np.asarray(gray, np.int16)
        if before is None or np.abs(self._small - before).max() >= SAME:
            return False
        self._small = before  # or slow changes would never be seen
        return True

    def _read(self, pixels: Pixels, vehicles: Floats, *, cut: bool) -> list[tuple[str, float, Floats]]:
        height, width = pixels.shape[:2]
        scale = np.array([self._size[0] / width, self._size[1] / height] * 2, np.float32)
        known = np.reshape([line.place for line in self._lines], (-1, 4)) / scale
        found = self._eye.look(pixels, known.astype(np.float32), cut=cut)
        read = self._read_either_way([_crop(pixels, box) for box in found.boxes])
        boxes = found.boxes * scale
        at_vehicle = meeting(boxes, vehicles)
        lines = []
        for (raw, score), box, near in zip(read, boxes, at_vehicle.tolist(), strict=True):
            text = " ".join(unicodedata.normalize("NFC", raw).split())
            says = sum(sign.isalnum() for sign in text) >= LEAST_SIGNS and score >= self._stage.least_score
            if says and not _may_be_plate(text, near=near, any_vehicle=len(vehicles) > 0):
                lines.append((text, score, box))
        return lines

    def _read_either_way(self, crops: Sequence[Pixels]) -> list[tuple[str, float]]:
        """What is in crops; where that is not sure, what is in them turned by half, if that is surer."""
        read = self._reader.read(crops)
        doubted = [place for place, (_, score) in enumerate(read) if score < SURE]
        turned = self._reader.read([np.ascontiguousarray(crops[place][::-1, ::-1]) for place in doubted])
        for place, other in zip(doubted, turned, strict=True):
            # What is upside down can be read in part, as other signs.
            if other[1] > read[place][1]:
                read[place] = other
        return read

    def _join(self, pts: int, begun: int, read: list[tuple[str, float, Floats]], *, is_new: bool) -> None:
        left = list(self._lines)
        for text, score, box in read:
            line = max(left, key=lambda line: self._likeness(line, text, box), default=None)
            if line is None or self._likeness(line, text, box) < self._stage.alike:
                self._lines.append(_Line(text, score, box, box, begun, pts))
                continue
            left.remove(line)
            line.last, line.place, line.missed, line.gone = pts, box, 0, None
            if _told_by(text, score) > _told_by(line.text, line.score):
                line.text, line.score, line.box = text, score, box
        for line in left:
            if is_new and not line.missed:
                line.gone = pts
            line.missed += 1
        self._end([line for line in left if line.missed > self._stage.patience])

    def _likeness(self, line: _Line, text: str, box: Floats) -> float:
        """How much of two readings is the same; what has moved away must be the same in nearly all."""
        ratio = SequenceMatcher(None, line.text.casefold(), text.casefold(), autojunk=False).ratio()
        here = float(ious(line.place[None], box[None])[0, 0]) > SAME_PLACE
        return ratio if here or ratio >= MOVED_ALIKE else 0.0

    def _end(self, lines: list[_Line]) -> None:
        self._done.extend(lines)
        ended = set(map(id, lines))
        self._lines = [line for line in self._lines if id(line) not in ended]


def vehicles_in(things: Detections) -> Floats:
    """The boxes (n, 4) of vehicles among what a detector found, and a little around each."""
    found = things.boxes[
        [label in VEHICLES and score >= VEHICLE_SCORE for label, score, _ in things]  # also what is hardly one
    ]
    sides = VEHICLE_MARGIN * (found[:, 2:] - found[:, :2])
    return grow(found, sides[:, 0], sides[:, 1])


def _told_by(text: str, score: float) -> float:
    """The characters of a reading that are right, less those that are wrong, as far as its score tells.

    The mean of the characters' certainties alone would prefer what is left of a line that the frame's edge or somebody
    passing by cuts.

    >>> _told_by("Conference", 0.95) > _told_by("Confer", 1.0) > _told_by("Conterenoe", 0.75)
    True
    """
    return len(text) * (2 * score - 1)


def _may_be_plate(text: str, *, near: bool, any_vehicle: bool) -> bool:
    """Whether a line may be a licence plate: at a vehicle any code with a digit; elsewhere, where there is a vehicle in
    the picture, one of letters and digits mixed.

    >>> _may_be_plate("AB 123 CD", near=True, any_vehicle=True), _may_be_plate("Taxi", near=True, any_vehicle=True)
    (True, False)
    >>> _may_be_plate("AB 123 CD", near=False, any_vehicle=True), _may_be_plate("12:30", near=False, any_vehicle=True)
    (True, False)
    """
    code = re.sub(r"[^A-Z0-9]", "", unicodedata.normalize("NFKD", text.upper()))
    others = sum(sign.isalnum() for sign in text) - len(code)  # signs of scripts that have no capitals
    digits = sum(sign.isdigit() for sign in code)
    if near:
        return digits > 0 and len(code) + others <= 10
    mixed = 2 <= digits < len(code) and any(sign.isalpha() for sign in text)
    return any_vehicle and mixed and len(code) + others <= 9 and len(text.split()) <= 4


def _crop(pixels: Pixels, box: Floats) -> Pixels:
    x1, y1, x2, y2 = np.clip(np.rint(box), 0, None).astype(int).tolist()
    return pixels[y1 : max(y2, y1 + 1), x1 : max(x2, x1 + 1)]


def _span(line: _Line) -> Span:
    return Span(line.first, max(line.last + 1, line.gone or 0))


def _box(box: Floats) -> Box:
    x1, y1, x2, y2 = box.tolist()
    return x1, y1, x2, y2
