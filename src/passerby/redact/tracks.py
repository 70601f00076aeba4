"""From sightings to tracks: who is where in every frame, the frames between two looks included.

A sighting belongs to the track whose followed box it overlaps best (one to one, by the Hungarian method, Kuhn 1955):
the picture itself tells how far a thing has moved, which a model of motion (as in ByteTrack, see decision 0014) can
only guess. Weak sightings begin tracks too, which count only once a sure one has joined them, or others as weak: so a
track reaches back to when it was still weak. Where a track begins or ends it is followed on, and held for some frames.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linear_sum_assignment

from passerby.geometry import grow, ious
from passerby.records import Floats, Pixels
from passerby.redact.following import alike, follow
from passerby.redact.lumas import Lumas
from passerby.redact.paths import UNSURE, between, blurred, simplified
from passerby.redact.plan import HiddenTrack
from passerby.redact.sightings import RULES, Sighting, with_margins
from passerby.stages.shots.ring import Ring

BUFFER = 0.25  # boxes are grown by this share of their sides before they are compared
LEAST_IOU = 0.1
PATIENCE = 60  # frames that a track may go unseen for and still be the same one
FOLLOWED = 52  # frames for which a place is followed before the first and after the last sighting, at most
HELD = 10  # frames for which it is hidden there at least
SAME = 0.8  # correlation with the frame before from which a place is the same on both sides of a cut
MEMORY = 128  # frames remembered: more than PATIENCE, FOLLOWED and HELD together


@dataclass(slots=True)
class _Live:
    """A track that may go on."""

    kind: str
    labels: dict[str, float] = field(default_factory=dict)  # sums of scores
    best: float = 0.0
    last: int = 0  # frame of the last sighting
    box: Floats = field(default_factory=lambda: np.zeros(4, np.float32))  # of it
    trail: Iterator[Floats] = field(default_factory=lambda: iter(()))  # where it is in the frames after it
    followed: list[Floats] = field(default_factory=list)
    times: list[int] = field(default_factory=list)  # pts of all frames so far, up to the last sighting
    boxes: list[Floats] = field(default_factory=list)

    @property
    def place(self) -> Floats:
        """Where it should be now."""
        return self.followed[-1] if self.followed else self.box


class Tracker:
    """Takes every frame of a video in order, as small luma, and the sightings of those that were looked at."""

    def __init__(self, small_width: int, small_height: int, frame_width: int, frame_height: int) -> None:
        self._lumas = Lumas(MEMORY, small_width, small_height)
        self._pts: Ring[np.int64] = Ring(MEMORY, (), np.int64)
        self._scale = np.array([small_width / frame_width, small_height / frame_height] * 2, np.float32)
        self._shot = 0  # the first frame of this shot
        self._live: list[_Live] = []
        self._done: list[HiddenTrack] = []

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
                track.followed.append(place / self._scale)
        if cut and not self._goes_on():
            self._end_shot(self._pts.count - 1)

    @property
    def luma(self) -> Pixels:
        """The luma of the frame that was pushed last."""
        luma: Pixels = self._lumas[self._lumas.count - 1]
        return luma

    def places(self, kind: str) -> Floats:
        """Where in the frame that was pushed last things of this kind should be: (n, 4)."""
        return _rows([track.place for track in self._live if track.kind == kind])

    def see(self, sightings: Sequence[Sighting]) -> None:
        """What was found in the frame that was pushed last."""
        now = self._pts.count - 1
        for kind in sorted({sighting.kind for sighting in sightings}):
            seen = [sighting for sighting in sightings if sighting.kind == kind]
            known = [track for track in self._live if track.kind == kind]
            for sighting, track in zip(seen, _owners(seen, known), strict=True):
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
        ordered = sorted(self._done, key=lambda track: (int(track.times[0]), track.kind, *track.boxes[0].tolist()))
        return tuple(
            HiddenTrack(number, track.kind, track.label, True, track.score, track.times, track.boxes)
            for number, track in enumerate(ordered, 1)
        )

    def _begun(self, sighting: Sighting, now: int) -> _Live:
        earliest = max(now - FOLLOWED, self._shot)
        back = [place / self._scale for place in follow(self._lumas, sighting.box * self._scale, now, earliest)]
        held = max(min(HELD - len(back), now - len(back) - self._shot), 0)
        boxes = [*back, *[_unsure(back[-1] if back else sighting.box)] * held][::-1]
        track = _Live(sighting.kind, times=self._pts.stretch(now - len(boxes), now).tolist(), boxes=boxes)
        self._note(track, sighting, now)
        return track

    def _continue(self, track: _Live, sighting: Sighting, now: int) -> None:
        frames = now - track.last - 1
        back = [place / self._scale for place in follow(self._lumas, sighting.box * self._scale, now, track.last + 1)]
        boxes = between(track.box, sighting.box, _rows(track.followed), _rows(back), frames)
        track.times += self._pts.stretch(track.last + 1, now).tolist()
        track.boxes += list(boxes)
        self._note(track, sighting, now)

    def _note(self, track: _Live, sighting: Sighting, now: int) -> None:
        """``sighting``, in frame ``now``, is the track's last."""
        track.labels[sighting.label] = track.labels.get(sighting.label, 0.0) + sighting.score
        track.best = max(track.best, sighting.score)
        track.last, track.box, track.followed = now, sighting.box, []
        track.trail = follow(self._lumas, sighting.box * self._scale, now, now + FOLLOWED)
        track.times.append(int(self._pts[now]))
        track.boxes.append(sighting.box)

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

    def _end(self, track: _Live, end: int) -> None:
        """The track is done: it is not in the frames from ``end`` on."""
        rule = RULES[track.kind]
        if track.best < rule.start_score and sum(track.labels.values()) < rule.evidence:
            return
        held = [_unsure(track.place)] * max(HELD - len(track.followed), 0)
        after = [*track.followed, *held][: end - 1 - track.last]
        times = np.array([*track.times, *self._pts.stretch(track.last + 1, track.last + 1 + len(after))], np.int64)
        boxes = with_margins(track.kind, blurred(_rows([*track.boxes, *after])))
        label = max(sorted(track.labels), key=track.labels.__getitem__)
        self._done.append(HiddenTrack(0, track.kind, label, True, track.best, *simplified(times, boxes)))


def _owners(seen: Sequence[Sighting], known: Sequence[_Live]) -> list[_Live | None]:
    """The track of each sighting; None for one that begins a new track."""
    owners: list[_Live | None] = [None] * len(seen)
    if seen and known:
        overlaps = ious(
            _buffered(_rows([sighting.box for sighting in seen])), _buffered(_rows([track.place for track in known]))
        )
        for row, column in zip(*linear_sum_assignment(-overlaps), strict=True):
            if overlaps[row, column] >= LEAST_IOU:
                owners[row] = known[column]
    return owners


def _rows(boxes: Sequence[Floats]) -> Floats:
    return np.array(boxes, np.float32).reshape(-1, 4)


def _buffered(boxes: Floats) -> Floats:
    sides = BUFFER * (boxes[:, 2:] - boxes[:, :2])
    return grow(boxes, sides[:, 0], sides[:, 1])


def _unsure(box: Floats) -> Floats:
    """A box whose place is guessed."""
    sides = UNSURE * (box[2:] - box[:2])
    return np.concatenate([box[:2] - sides, box[2:] + sides]).astype(np.float32)
