"""From sightings to tracks: who is where in every frame, the frames between two looks included.

A sighting belongs to the track whose followed box it overlaps best (one to one, by the Hungarian method, Kuhn 1955):
the picture itself tells how far a thing has moved, which a model of motion (as in ByteTrack, see decision 0014) can
only guess. Weak sightings begin tracks too, which count only once a sure one has joined them, or others as weak: so a
track reaches back to when it was still weak. Where a track begins or ends it is followed on, and held for some frames.
A weak sighting is looked at closely in the frames next to it, and so is a place where following loses its way.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from passerby.records import Floats, Pixels
from passerby.redact.look.live_track import LiveTrack
from passerby.redact.look.motion import FOLLOWED, LOOKS_WITHOUT, frames_followed, frames_held, held_places, rows_of
from passerby.redact.look.owners import owners_now
from passerby.redact.look.sightings import RULES, Sighting, with_margins
from passerby.redact.look.text_tracker import LineTracker
from passerby.redact.look.thresholds import USUAL, Thresholds
from passerby.redact.look.view import at_border
from passerby.redact.plan.kinds import FoundKind
from passerby.redact.plan.plan import HiddenTrack
from passerby.tracking.following import Find, FollowedPlace, correlation, follow, never
from passerby.tracking.paths import NEAR, STEADY, blurred, boxes_between, evened, simplified, steadied, tolerance_for
from passerby.tracking.pyramids import LumaPyramids
from passerby.tracking.ring import Ring

PATIENCE = 60  # frames that a track may go unseen for and still be the same one
CHECKS = 2  # frames next to a weak sighting of something small in which it is looked for closely
SMALL = 64  # pixels of its height, in the pictures in which things are followed
SAME = 0.8  # correlation with the frame before from which a place is the same on both sides of a cut
LINES: FoundKind = "text"  # the kind that has a tracker of its own
MEMORY = 128  # frames remembered: more than PATIENCE, FOLLOWED and HELD together


class Tracker:
    """Takes every frame of a video in order, as small luma, and the sightings of those that were looked at."""

    def __init__(
        self,
        small_width: int,
        small_height: int,
        frame_width: int,
        frame_height: int,
        finders: Mapping[FoundKind, Find],
        every: int = 1,
        steady: int = STEADY,
        thresholds: Thresholds = (),
        memory: int = MEMORY,
    ) -> None:
        """``finders`` look for one thing closely, by its kind; there need not be one for each. One frame in ``every``
        is looked at; paths are made steady over ``steady`` frames either way. Of the kinds in ``thresholds`` what has
        so high a score counts, too. So many frames of ``memory`` are held.
        """
        self._finders, self._enough = finders, dict(thresholds)
        self._lumas = LumaPyramids(memory, small_width, small_height)
        self._pts: Ring[np.int64] = Ring(MEMORY, (), np.int64)
        self._frame = frame_width, frame_height
        self._scale = np.array([small_width / frame_width, small_height / frame_height] * 2, np.float32)
        self.pace(every, steady)
        self._shot = 0  # the first frame of this shot
        self._live: list[LiveTrack] = []
        self._done: list[HiddenTrack] = []
        self._lines = LineTracker(self._lumas, self._pts, self._scale, self._enough.get(LINES, USUAL[LINES]))

    def pace(self, every: int, steady: int) -> None:
        """From now on one frame in ``every`` is looked at, and paths are made steady over ``steady`` frames."""
        self._every, self._steady = every, steady

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
        return rows_of([track.expected(now) for track in self._live if track.kind == kind])

    def see(self, sightings: Sequence[Sighting]) -> None:
        """What was found in the frame that was pushed last, in this look at it."""
        now = self._pts.count - 1
        self._lines.see([sighting for sighting in sightings if sighting.kind == LINES])
        for kind in sorted({sighting.kind for sighting in sightings} - {LINES}):
            seen = [sighting for sighting in sightings if sighting.kind == kind]
            known = [track for track in self._live if track.kind == kind]
            for sighting, track in zip(seen, owners_now(seen, known, now), strict=True):
                if track is None:
                    self._live.append(self._begun(sighting, now))
                else:
                    self._continue(track, sighting, now)
        gone = [track for track in self._live if now - track.last > PATIENCE]
        self._live = [track for track in self._live if now - track.last <= PATIENCE]
        for track in gone:
            self._end(track, self._pts.count)

    def so_far(self) -> tuple[HiddenTrack, ...]:
        """All tracks as they are up to the frame that was pushed last, without numbers, and without lines of text.

        What is found later may make them longer, at either end, or have one count that did not.
        """
        now = (self._told(track, self._pts.count) for track in self._live)
        return (*self._done, *(told for told in now if told is not None))

    def forget(self, pts: int) -> None:
        """Forget the frames before a time, and where things were in them: nothing more is asked about them."""
        first = max(self._pts.oldest, self._lumas.oldest)
        while first < self._pts.count - 1 and self._pts[first] < pts:
            first += 1
        self._lumas.forget(first)
        self._done = [track for track in self._done if track.times[-1] >= pts]
        for track in self._live:
            track.forget(pts, NEAR + 2 * STEADY)

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

    def _begun(self, sighting: Sighting, now: int) -> LiveTrack:
        reach = self._reach(sighting.kind, sighting.box)
        back = list(self._follow(sighting, now, max(now - reach, self._shot, self._lumas.oldest)))
        places = [place.box for place in back]
        most = max(now - len(back) - self._shot, 0)
        boxes = [*places, *held_places([sighting.box, *places], min(frames_held(back, reach), most))][::-1]
        track = LiveTrack(sighting.kind, times=self._pts.stretch(now - len(boxes), now).tolist(), boxes=boxes)
        self._note(track, sighting, now)
        for place in back:
            track.support(place)
        return track

    def _continue(self, track: LiveTrack, sighting: Sighting, now: int) -> None:
        if track.last == now:  # the frame was looked at before
            track.note(sighting.score, sighting.label)
            return
        frames, first = now - track.last - 1, min(max(track.last + 1, self._lumas.oldest), now)
        back = [place.box for place in self._follow(sighting, now, first)]
        boxes = boxes_between(track.box, sighting.box, rows_of(track.followed), rows_of(back), frames)
        track.times += self._pts.stretch(track.last + 1, now).tolist()
        track.boxes += list(boxes)
        self._note(track, sighting, now)

    def _note(self, track: LiveTrack, sighting: Sighting, now: int) -> None:
        """``sighting``, in frame ``now``, is the track's last."""
        track.note(sighting.score, sighting.label)
        track.last, track.box, track.followed = now, sighting.box, []
        track.sides.append(sighting.box[2:] - sighting.box[:2])
        track.trail = self._follow(sighting, now, now + FOLLOWED)
        track.times.append(int(self._pts[now]))
        track.boxes.append(sighting.box)

    def _follow(self, sighting: Sighting, now: int, stop: int) -> Iterator[FollowedPlace]:
        """Where what was seen in frame ``now`` is from there to ``stop``, in pixels of the frame."""
        find = self._finders.get(sighting.kind, never)
        box = sighting.box * self._scale
        weak = sighting.score < RULES[sighting.kind].start_score and box[3] - box[1] < SMALL
        for place in follow(self._lumas, box, now, stop, find, checks=CHECKS if weak else 0):
            yield FollowedPlace(place.box / self._scale, place.score)

    def _reach(self, kind: FoundKind, box: Floats) -> int:
        """Frames for which a box (4,) is followed beyond the sightings of it: what is plain to see is seen soon."""
        rule = RULES[kind]
        if box[3] - box[1] < rule.plain_height:
            return FOLLOWED
        cut = at_border(box[None], *self._frame)[0]
        return frames_followed(self._every, LOOKS_WITHOUT if cut else rule.looks_without)

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

    def _is_same(self, track: LiveTrack, frame: int) -> bool:
        if not track.followed or len(track.followed) != frame - track.last:
            return False
        before = track.followed[-2] if len(track.followed) > 1 else track.box
        return correlation(self._lumas, (before * self._scale, track.place * self._scale), frame) >= SAME

    def _counts(self, track: LiveTrack) -> bool:
        """Whether it was seen surely enough, or often enough, to be what it seems."""
        rule = RULES[track.kind]
        if track.best >= self._enough.get(track.kind, np.inf):
            return True
        if np.mean(track.sides, axis=0)[1] >= rule.plain_height:
            cut = at_border(rows_of(track.boxes), *self._frame).any()
            return track.best >= (rule.start_score if cut else rule.plain_score)
        return track.best >= rule.start_score or sum(track.labels.values()) >= rule.evidence

    def _end(self, track: LiveTrack, end: int) -> None:
        """The track is done: it is not in the frames from ``end`` on."""
        told = self._told(track, end)
        if told is not None:
            self._done.append(told)

    def _told(self, track: LiveTrack, end: int) -> HiddenTrack | None:
        """What a track hides, without a number, if it is gone from frame ``end`` on; None if it does not count."""
        if not self._counts(track):
            return None
        reach = self._reach(track.kind, track.box)
        followed = track.followed[:reach]
        held = held_places([track.box, *followed], frames_held(followed, reach))
        after = [*followed, *held][: end - 1 - track.last]
        times = np.array([*track.times, *self._pts.stretch(track.last + 1, track.last + 1 + len(after))], np.int64)
        rule = RULES[track.kind]
        path = blurred(evened(rows_of([*track.boxes, *after]), np.max(track.sides, axis=0)), rule.smear)
        boxes = with_margins(track.kind, steadied(path, self._steady, softly=rule.softly))
        told = simplified(times, boxes, tolerance_for(boxes, rule.rough))
        return HiddenTrack(0, track.kind, track.label, True, track.best, *told)
