"""Lines of text over time: what says something to hide is hidden for as long as it looks the same.

A line is long and low, and stands still, or moves as a whole, or is what a window shows of words that run through it
(a ticker). So it is followed by patches that show its letters, and not by those of things (``tracker.py``); a look that
finds it where it was does not move its box, whatever the pixels say; and between two looks the box holds both places.
All lines that are found are followed, also those that say nothing to hide: one that is read right in one look is
hidden in all frames, and so is one that is read in none.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from passerby.geometry import ious
from passerby.records import Floats
from passerby.redact.look.sightings import MEANT, OTHER, RULES, UNREAD, UNREAD_SCORE, Sighting, with_margins
from passerby.redact.plan.kinds import FoundKind
from passerby.redact.plan.plan import HiddenTrack
from passerby.tracking.following import Trail, line_gauge_of
from passerby.tracking.paths import blurred, simplified
from passerby.tracking.pyramids import LumaPyramids
from passerby.tracking.ring import Ring

KIND: FoundKind = "text"
LEAST_IOU = 0.1
PATIENCE = 60  # frames that a line may go unseen for and still be the same one
FOLLOWED = 52  # frames for which it is followed before its first and after its last sighting, at most
HELD, LOST = 10, 4  # frames for which it is hidden there at least, and where following loses it
GOES_ON = 3  # frames for which a line that is lost is taken to move on as it did
STILL = 0.25  # sides that differ by less than this of a line's height are at the same place
SAME = 0.5  # and by less than this they may be of the same line, which moves
MOVED = 1.0  # pixels by which it was followed away from where it is: what stands still is not
TOLERANCE = 0.05  # share of its height by which its way may be told wrong, and is hidden more of


@dataclass(slots=True)
class _LiveLine:
    """A line that may go on."""

    trail: Trail | None  # None: it is lost
    last: int  # frame of the last sighting
    box: Floats  # of it
    first: int  # frame of the first of its boxes
    followed: list[Floats] = field(default_factory=list)  # where it is in the frames after it
    times: list[int] = field(default_factory=list)  # pts of all frames so far, up to the last sighting
    boxes: list[Floats] = field(default_factory=list)
    seen: dict[str, float] = field(default_factory=dict)  # the best score of the sightings that told each thing of it

    @property
    def is_meant(self) -> bool:
        return MEANT in self.seen

    @property
    def place(self) -> Floats:
        """Where it was followed to."""
        return self.followed[-1] if self.followed else self.box

    def note(self, sighting: Sighting) -> None:
        self.seen[sighting.label] = max(self.seen.get(sighting.label, 0.0), sighting.score)

    def label(self, enough: float) -> str:
        """What is known of it in the end, if what is meant has a score that is ``enough``; OTHER: it is not hidden."""
        if self.seen.get(MEANT, 0.0) >= enough:
            return MEANT
        unread = OTHER not in self.seen and self.seen.get(UNREAD, 0.0) >= UNREAD_SCORE
        return UNREAD if unread else OTHER


class LineTracker:
    """Takes each frame that ``lumas`` and ``pts`` were given, and the lines found in those that were looked at.

    Sightings are in pixels of the frame, of which ``scale`` (4,) makes those of ``lumas``.
    """

    def __init__(
        self, lumas: LumaPyramids, pts: Ring[np.int64], scale: Floats, enough: float = RULES[KIND].start_score
    ) -> None:
        """A line is hidden that was found to be meant with a score that is ``enough``."""
        self._enough = enough
        self._lumas, self._pts, self._scale = lumas, pts, scale
        self._limit = np.tile(np.array(lumas.shape[::-1], np.float32), 2) / scale  # the frame's sides
        self._shot = 0  # the first frame of this shot
        self._looked = 0  # the frame that was looked at last
        self._live: list[_LiveLine] = []
        self._done: list[HiddenTrack] = []

    def push(self, *, cut: bool) -> None:
        """The frame that was put in last; with a ``cut`` all lines end that do not look the same behind it."""
        now = self._lumas.count - 1
        for line in self._live:
            self._step(line, now)
        if cut:
            self._end([line for line in self._live if line.trail is None], now)
            self._shot = now

    def see(self, sightings: Sequence[Sighting]) -> None:
        """The lines that were found in the frame that was pushed last."""
        now = self._lumas.count - 1
        owners = self._owners(sightings)
        for sighting, line in zip(sightings, owners, strict=True):
            if line is None:
                self._live.append(self._begun(sighting, now))
            elif line.last == now:  # the frame was looked at before
                line.note(sighting)
            else:
                self._continue(line, sighting, now)
        self._end([line for line in self._live if now - line.last > PATIENCE], self._lumas.count)
        self._looked = now

    def finish(self) -> list[HiddenTrack]:
        """The lines that are to be hidden, without numbers."""
        self._end(self._live, self._lumas.count)
        return self._done

    def _step(self, line: _LiveLine, now: int) -> None:
        if line.trail is None:
            return
        if len(line.followed) >= FOLLOWED or not line.trail.step(now) or line.trail.is_out:
            line.trail = None
        else:
            line.followed.append(line.trail.box / self._scale)

    def _owners(self, seen: Sequence[Sighting]) -> list[_LiveLine | None]:
        """The line that each sighting is of; None for one that begins a new line."""
        from scipy.optimize import linear_sum_assignment  # what looks for nothing does not wait for it

        owners: list[_LiveLine | None] = [None] * len(seen)
        if not seen or not self._live:
            return owners
        likely = np.array([[self._likeliness(line, sighting) for line in self._live] for sighting in seen])
        for row, column in zip(*linear_sum_assignment(-likely), strict=True):
            if likely[row, column] >= LEAST_IOU:
                owners[row] = self._live[column]
        return owners

    def _likeliness(self, line: _LiveLine, sighting: Sighting) -> float:
        """How likely a sighting is of this line, 0 to 1: by where both are; unless both are meant, by the sides that
        the picture's border leaves of them."""
        place = np.clip(line.place, 0, self._limit)
        overlap = float(max(ious(box[None], sighting.box[None])[0, 0] for box in (place, line.box)))
        if line.is_meant and sighting.label == MEANT:
            return overlap
        same = line.trail is not None and _apart(place, np.clip(sighting.box, 0, self._limit)) <= SAME
        return overlap if same else 0.0

    def _begun(self, sighting: Sighting, now: int) -> _LiveLine:
        line = _LiveLine(self._trail(sighting.box, now), now, sighting.box, now)
        line.times, line.boxes = [int(self._pts[now])], [sighting.box]
        # What says nothing to hide is followed back to the last look, which did not find it; it may yet be meant.
        self._reach_back(line, FOLLOWED if sighting.label == MEANT else now - self._looked)
        line.note(sighting)
        return line

    def _reach_back(self, line: _LiveLine, most: int) -> None:
        """Follow a line back from its first frame, if that is remembered, through so many frames at most."""
        oldest = max(self._shot, self._lumas.oldest)
        far = min(most, FOLLOWED, line.first - oldest)
        if far <= 0:
            return
        back = list(self._followed_back(line.boxes[0], line.first, line.first - far))
        held = _held([line.boxes[0], *back], min(_frames_held(len(back), far), far - len(back)))
        line.boxes = [*[*back, *held][::-1], *line.boxes]
        first = line.first - len(back) - len(held)
        line.times = [*self._pts.stretch(first, line.first).tolist(), *line.times]
        line.first = first

    def _continue(self, line: _LiveLine, sighting: Sighting, now: int) -> None:
        if sighting.label == MEANT and not line.is_meant:
            self._reach_back(line, FOLLOWED)
        box = sighting.box
        if sighting.label != MEANT and not _stands_still(line, box):
            box = line.place  # what looks the same is where the pixels are; what is found there may be more of a ticker
        line.boxes += [*_between(line, box, now), box]
        line.times += self._pts.stretch(line.last + 1, now + 1).tolist()
        line.note(sighting)
        if box is sighting.box or line.trail is None:
            line.trail = self._trail(box, now)
        line.last, line.box, line.followed = now, box, []

    def _trail(self, box: Floats, frame: int) -> Trail | None:
        scaled = box * self._scale
        trail = Trail(self._lumas, scaled, frame, line_gauge_of(scaled))
        return None if trail.is_flat else trail

    def _followed_back(self, box: Floats, now: int, first: int) -> Iterator[Floats]:
        trail = self._trail(box, now)
        for frame in range(now - 1, first - 1, -1):
            if trail is None or not trail.step(frame) or trail.is_out:
                return
            yield trail.box / self._scale

    def _end(self, ended: Sequence[_LiveLine], end: int) -> None:
        """These lines are not in the frames from ``end`` on."""
        gone = set(map(id, ended))
        self._live = [line for line in self._live if id(line) not in gone]
        for line in ended:
            if (label := line.label(self._enough)) != OTHER:
                self._done.append(self._track(line, label, end))

    def _track(self, line: _LiveLine, label: str, end: int) -> HiddenTrack:
        held = _held([line.box, *line.followed], _frames_held(len(line.followed), FOLLOWED))
        after = [*line.followed, *held][: max(end - 1 - line.last, 0)]
        times = np.array([*line.times, *self._pts.stretch(line.last + 1, line.last + 1 + len(after))], np.int64)
        boxes = with_margins(KIND, blurred(_rows([*line.boxes, *after])))
        tolerance = max(1.0, TOLERANCE * float(np.median(_height(boxes))))
        return HiddenTrack(0, KIND, label, True, line.seen[label], *simplified(times, boxes, tolerance))


def _stands_still(line: _LiveLine, box: Floats) -> bool:
    """Whether a line that was followed to its place is, as far as pixels tell, in this box as it was in its last."""
    moved = float(np.abs(line.place - line.box).max())
    return _apart(line.box, box) <= STILL and moved <= max(MOVED, TOLERANCE * float(_height(box[None])[0]))


def _between(line: _LiveLine, box: Floats, now: int) -> list[Floats]:
    """What is hidden in the frames between its last sighting and ``box``, where it is ``now``."""
    frames = now - line.last - 1
    if _apart(line.box, box) <= STILL:
        return [_around(line.box, box)] * frames
    shares = np.arange(1, frames + 1) / (frames + 1)
    straight = [(line.box + share * (box - line.box)).astype(np.float32) for share in shares]
    known = min(len(line.followed), frames)
    both = [_around(one, other) for one, other in zip(straight[:known], line.followed[:known], strict=True)]
    return [*both, *straight[known:]]


def _apart(one: Floats, other: Floats) -> float:
    """How far the sides of two boxes are apart, as a share of the smaller height of both."""
    low = max(float(_height(np.stack([one, other])).min()), 1.0)
    return float(np.abs(one - other).max()) / low


def _height(boxes: Floats) -> Floats:
    """The shorter sides of ``boxes`` (n, 4): how high the letters are, whichever way the line runs."""
    sides: Floats = (boxes[:, 2:] - boxes[:, :2]).min(axis=1)
    return sides


def _around(one: Floats, other: Floats) -> Floats:
    return np.concatenate([np.minimum(one[:2], other[:2]), np.maximum(one[2:], other[2:])]).astype(np.float32)


def _frames_held(followed: int, far: int) -> int:
    """Frames for which a line is hidden after it was followed through some, of ``far`` at most."""
    return max(HELD - followed, LOST) if followed < far else 0


def _held(places: Sequence[Floats], frames: int) -> list[Floats]:
    """Boxes for so many frames after ``places``, one a frame, where the line may stay, or go on as it did."""
    last = places[-1]
    step = last - places[-2] if len(places) > 1 else np.zeros(4, np.float32)
    return [_around(last, last + step * min(frame, GOES_ON)) for frame in range(1, frames + 1)]


def _rows(boxes: Sequence[Floats]) -> Floats:
    return np.array(boxes, np.float32).reshape(-1, 4)
