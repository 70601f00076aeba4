"""From sightings to tracks: who is where in every frame, the frames between two looks included.

A sighting belongs to the track whose followed box it overlaps best (one to one, by the Hungarian method, Kuhn 1955):
the picture itself tells how far a thing has moved, which a model of motion (as in ByteTrack, see decision 0014) can
only guess. Weak sightings begin tracks too, which count only once a sure one has joined them, or others as weak: so a
track reaches back to when it was still weak. Where a track begins or ends it is followed on, and held for some frames.
A weak sighting is looked at closely in the frames next to it, and so is a place where following loses its way.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linear_sum_assignment

from passerby.geometry import grow, ious
from passerby.records import Floats, Pixels
from passerby.redact.look.sightings import RULES, Sighting, with_margins
from passerby.redact.look.text_tracker import LineTracker
from passerby.redact.look.view import at_border
from passerby.redact.plan.kinds import FoundKind
from passerby.redact.plan.plan import HiddenTrack
from passerby.tracking.following import Find, Place, alike, follow, never
from passerby.tracking.paths import UNSURE, between, blurred, evened, simplified
from passerby.tracking.pyramids import Lumas
from passerby.tracking.ring import Ring

BUFFER = 0.25  # boxes are grown by this share of their sides before they are compared
LEAST_IOU = 0.1
PATIENCE = 60  # frames that a track may go unseen for and still be the same one
FOLLOWED = 52  # frames for which a place is followed before the first and after the last sighting, at most
HELD = 10  # frames for which it is hidden there at least
LOST = 4  # frames for which it is hidden at least where following loses it
RECENT = 5  # frames by which its speed is told
STEADY = 25  # and by which it is told where following led astray
GOES_ON = 3  # frames for which a place that is lost is taken to move on as it did
CHECKS = 2  # frames next to a weak sighting of something small in which it is looked for closely
SMALL = 64  # pixels of its height, in the pictures in which things are followed
SAME = 0.8  # correlation with the frame before from which a place is the same on both sides of a cut
LINES: FoundKind = "text"  # the kind that has a tracker of its own
MEMORY = 128  # frames remembered: more than PATIENCE, FOLLOWED and HELD together


@dataclass(slots=True)
class _Live:
    """A track that may go on."""

    kind: FoundKind
    labels: dict[str, float] = field(default_factory=dict)  # sums of scores
    best: float = 0.0
    last: int = 0  # frame of the last sighting
    box: Floats = field(default_factory=lambda: np.zeros(4, np.float32))  # of it
    heights: list[float] = field(default_factory=list)  # of all sightings
    trail: Iterator[Place] = field(default_factory=lambda: iter(()))  # where it is in the frames after it
    followed: list[Floats] = field(default_factory=list)
    times: list[int] = field(default_factory=list)  # pts of all frames so far, up to the last sighting
    boxes: list[Floats] = field(default_factory=list)

    @property
    def place(self) -> Floats:
        """Where it was followed to."""
        return self.followed[-1] if self.followed else self.box

    def expected(self, now: int) -> Floats:
        """Where it should be in a frame: what is lost, as behind something, is taken to go on as it did."""
        known = [*self.boxes[-RECENT:], *self.followed]
        return self.place + (now - self.last - len(self.followed)) * _step(known)

    def on_its_way(self, now: int) -> Floats:
        """Where it would be in a frame had it gone on as it did when it was seen."""
        return self.box + (now - self.last) * _step(self.boxes, STEADY)

    @property
    def label(self) -> str:
        """What it was called most, and most surely."""
        return max(sorted(self.labels), key=self.labels.__getitem__)

    def note(self, score: float, label: str) -> None:
        """It was seen once more."""
        self.labels[label] = self.labels.get(label, 0.0) + score
        self.best = max(self.best, score)

    def support(self, place: Place) -> None:
        """Count a place that it was followed to, if a detector found it there."""
        if place.score:
            self.note(place.score, self.label)


class Tracker:
    """Takes every frame of a video in order, as small luma, and the sightings of those that were looked at."""

    def __init__(
        self,
        small_width: int,
        small_height: int,
        frame_width: int,
        frame_height: int,
        finders: Mapping[FoundKind, Find],
    ) -> None:
        """``finders`` look for one thing closely, by its kind; there need not be one for each."""
        self._finders = finders
        self._lumas = Lumas(MEMORY, small_width, small_height)
        self._pts: Ring[np.int64] = Ring(MEMORY, (), np.int64)
        self._frame = frame_width, frame_height
        self._scale = np.array([small_width / frame_width, small_height / frame_height] * 2, np.float32)
        self._shot = 0  # the first frame of this shot
        self._live: list[_Live] = []
        self._done: list[HiddenTrack] = []
        self._lines = LineTracker(self._lumas, self._pts, self._scale)

    def push(self, pts: int, luma: Pixels, *, cut: bool) -> None:
        """The next frame; ``cut`` if a new shot seems to begin with it, which ends all tracks.

        It does not where it shows most of them as they were: what is behind them has changed then, as in a flash, or on
        a screen.
        """
        self._lumas.put(luma)
        self._pts.put(pts)
        for track in self._live:
            place = next(track.trail, None)
            if place is not None:
                track.followed.append(place.box)
                track.support(place)
        self._lines.push(cut=cut)
        if cut and not self._goes_on():
            self._end_shot(self._pts.count - 1)

    @property
    def luma(self) -> Pixels:
        """The luma of the frame that was pushed last."""
        luma: Pixels = self._lumas[self._lumas.count - 1]
        return luma

    def places(self, kind: FoundKind) -> Floats:
        """Where in the frame that was pushed last things of this kind should be: (n, 4)."""
        now = self._pts.count - 1
        return _rows([track.expected(now) for track in self._live if track.kind == kind])

    def see(self, sightings: Sequence[Sighting]) -> None:
        """What was found in the frame that was pushed last, in this look at it."""
        now = self._pts.count - 1
        self._lines.see([sighting for sighting in sightings if sighting.kind == LINES])
        for kind in sorted({sighting.kind for sighting in sightings} - {LINES}):
            seen = [sighting for sighting in sightings if sighting.kind == kind]
            known = [track for track in self._live if track.kind == kind]
            for sighting, track in zip(seen, _owners_now(seen, known, now), strict=True):
                if track is None:
                    self._live.append(self._begun(sighting, now))
                else:
                    self._continue(track, sighting, now)
        gone = [track for track in self._live if now - track.last > PATIENCE]
        self._live = [track for track in self._live if now - track.last <= PATIENCE]
        for track in gone:
            self._end(track, self._pts.count)

    def finish(self) -> tuple[HiddenTrack, ...]:
        """All tracks of the video, numbered from 1 in the order of their starts."""
        self._end_shot(self._pts.count)
        ordered = sorted(
            [*self._done, *self._lines.finish()],
            key=lambda track: (int(track.times[0]), track.kind, *track.boxes[0].tolist()),
        )
        return tuple(
            HiddenTrack(number, track.kind, track.label, True, track.score, track.times, track.boxes)
            for number, track in enumerate(ordered, 1)
        )

    def _begun(self, sighting: Sighting, now: int) -> _Live:
        back = list(self._follow(sighting, now, max(now - FOLLOWED, self._shot)))
        places = [place.box for place in back]
        most = max(now - len(back) - self._shot, 0)
        boxes = [*places, *_held([sighting.box, *places], min(_frames_held(back), most))][::-1]
        track = _Live(sighting.kind, times=self._pts.stretch(now - len(boxes), now).tolist(), boxes=boxes)
        self._note(track, sighting, now)
        for place in back:
            track.support(place)
        return track

    def _continue(self, track: _Live, sighting: Sighting, now: int) -> None:
        if track.last == now:  # the frame was looked at before
            track.note(sighting.score, sighting.label)
            return
        frames = now - track.last - 1
        back = [place.box for place in self._follow(sighting, now, track.last + 1)]
        boxes = between(track.box, sighting.box, _rows(track.followed), _rows(back), frames)
        track.times += self._pts.stretch(track.last + 1, now).tolist()
        track.boxes += list(boxes)
        self._note(track, sighting, now)

    def _note(self, track: _Live, sighting: Sighting, now: int) -> None:
        """``sighting``, in frame ``now``, is the track's last."""
        track.note(sighting.score, sighting.label)
        track.last, track.box, track.followed = now, sighting.box, []
        track.heights.append(float(sighting.box[3] - sighting.box[1]))
        track.trail = self._follow(sighting, now, now + FOLLOWED)
        track.times.append(int(self._pts[now]))
        track.boxes.append(sighting.box)

    def _follow(self, sighting: Sighting, now: int, stop: int) -> Iterator[Place]:
        """Where what was seen in frame ``now`` is from there to ``stop``, in pixels of the frame."""
        find = self._finders.get(sighting.kind, never)
        box = sighting.box * self._scale
        weak = sighting.score < RULES[sighting.kind].start_score and box[3] - box[1] < SMALL
        for place in follow(self._lumas, box, now, stop, find, checks=CHECKS if weak else 0):
            yield Place(place.box / self._scale, place.score)

    def _end_shot(self, end: int) -> None:
        """A shot ends before frame ``end``."""
        for track in self._live:
            self._end(track, end)
        self._live, self._shot = [], end

    def _goes_on(self) -> bool:
        """Whether the frame that was pushed last shows at least half of the tracks as the one before."""
        frame = self._pts.count - 1
        there = [self._is_same(track, frame) for track in self._live]
        return any(there) and 2 * sum(there) >= len(there)

    def _is_same(self, track: _Live, frame: int) -> bool:
        if not track.followed or len(track.followed) != frame - track.last:
            return False
        before = track.followed[-2] if len(track.followed) > 1 else track.box
        return alike(self._lumas, (before * self._scale, track.place * self._scale), frame) >= SAME

    def _counts(self, track: _Live) -> bool:
        """Whether it was seen surely enough, or often enough, to be what it seems."""
        rule = RULES[track.kind]
        if np.mean(track.heights) >= rule.plain_height:
            cut = at_border(_rows(track.boxes), *self._frame).any()
            return track.best >= (rule.start_score if cut else rule.plain_score)
        return track.best >= rule.start_score or sum(track.labels.values()) >= rule.evidence

    def _end(self, track: _Live, end: int) -> None:
        """The track is done: it is not in the frames from ``end`` on."""
        if not self._counts(track):
            return
        held = _held([track.box, *track.followed], _frames_held(track.followed))
        after = [*track.followed, *held][: end - 1 - track.last]
        times = np.array([*track.times, *self._pts.stretch(track.last + 1, track.last + 1 + len(after))], np.int64)
        boxes = with_margins(track.kind, blurred(evened(_rows([*track.boxes, *after]))))
        self._done.append(HiddenTrack(0, track.kind, track.label, True, track.best, *simplified(times, boxes)))


def _owners_now(seen: Sequence[Sighting], known: Sequence[_Live], now: int) -> list[_Live | None]:
    """The track of each sighting in frame ``now``; None for one that begins a new track.

    A face that turns away while it moves is taken for what is behind it, and followed there: what is left over is seen
    again where it would be had it gone on.
    """
    owners = _owners(seen, known, [track.expected(now) for track in known])
    rest = [track for track in known if not any(track is owner for owner in owners)]
    left = [row for row, owner in enumerate(owners) if owner is None]
    again = _owners([seen[row] for row in left], rest, [track.on_its_way(now) for track in rest])
    for row, track in zip(left, again, strict=True):
        owners[row] = track
    return owners


def _owners(seen: Sequence[Sighting], known: Sequence[_Live], expected: Sequence[Floats]) -> list[_Live | None]:
    """The track of each sighting, by where all are expected; None for one that is at none of these places."""
    owners: list[_Live | None] = [None] * len(seen)
    if seen and known:
        overlaps = ious(_buffered(_rows([sighting.box for sighting in seen])), _buffered(_rows(expected)))
        for row, column in zip(*linear_sum_assignment(-overlaps), strict=True):
            if overlaps[row, column] >= LEAST_IOU:
                owners[row] = known[column]
    return owners


def _rows(boxes: Sequence[Floats]) -> Floats:
    return np.array(boxes, np.float32).reshape(-1, 4)


def _buffered(boxes: Floats) -> Floats:
    sides = BUFFER * (boxes[:, 2:] - boxes[:, :2])
    return grow(boxes, sides[:, 0], sides[:, 1])


def _frames_held(followed: Sequence[object]) -> int:
    """Frames for which a place is hidden after it was ``followed`` through some."""
    return max(HELD - len(followed), LOST) if len(followed) < FOLLOWED else 0


def _held(places: Sequence[Floats], frames: int) -> list[Floats]:
    """Boxes for so many frames after ``places``, one a frame, where the thing may stay, or go on as it did."""
    last, step = places[-1], _step(places)
    return [_unsure(last, last + step * min(frame, GOES_ON)) for frame in range(1, frames + 1)]


def _step(places: Sequence[Floats], frames: int = RECENT) -> Floats:
    """How far a thing moves in a frame, by its last ``places``, as a shift (4,) of its box."""
    recent = _rows(places[-1 - frames :])
    shift = (recent[-1] - recent[0]) / max(len(recent) - 1, 1)
    return np.tile((shift[:2] + shift[2:]) / 2, 2).astype(np.float32)


def _unsure(one: Floats, other: Floats) -> Floats:
    """A box around both, with a margin: the thing is in either, or between them."""
    sides = UNSURE * (one[2:] - one[:2])
    return np.concatenate([np.minimum(one[:2], other[:2]) - sides, np.maximum(one[2:], other[2:]) + sides]).astype(
        np.float32
    )
