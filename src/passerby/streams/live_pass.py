"""Looking at a stream: the first pass of a redaction, that never ends, and knows which frames it has looked at.

It looks as often as its budget allows; between two looks things are followed, as they are in a video. It forgets what
is older than what it is still asked about.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from passerby.media.read.frames import Frame
from passerby.records import Detections, VideoInfo
from passerby.redact.look.looker import Looker
from passerby.redact.look.schedule import WHOLE, Schedule
from passerby.redact.look.view import Glance
from passerby.redact.make.first_pass import FirstPass
from passerby.redact.plan.kinds import Kind
from passerby.streams.budget import LATEST, SOONEST, Pace
from passerby.tracking.paths import frames_steadied
from passerby.tracking.pyramids import LONG_SIDE

MEMORY = 64  # frames that are held at most, and looked ahead
SMALL = 960  # the long side of the pictures in which people are followed; faces need larger ones
CUT_LOOKS = 2  # looks in a second, besides twice those that are due, for pictures that change altogether
THINGS_EVERY = 0.5  # seconds from one look at things that are not hidden to the next, at least
# A frame counts as looked at between two looks this far apart, in seconds, and within half of that of one look.
APART = 1.5 * LATEST


def schedule_for(hide: tuple[Kind, ...]) -> Schedule:
    """How closely a stream is looked at: small faces need large pictures, those of people only help."""
    side = WHOLE if {"faces", "heads"} & set(hide) else SMALL
    glances = ((Glance(side),), (Glance(side, mirrored=True),))
    return Schedule(1, SOONEST, glances[0], glances)


@dataclass(frozen=True, slots=True)
class Coverage:
    """When was looked, and when another picture began: seconds, rising."""

    looks: tuple[float, ...]
    cuts: tuple[float, ...]

    def holds(self, seconds: float) -> bool:
        """Whether what a frame shows was looked at, in that frame or near enough to it in the same picture."""
        shot = bisect_right(self.cuts, seconds)
        start = self.cuts[shot - 1] if shot else float("-inf")
        end = self.cuts[shot] if shot < len(self.cuts) else float("inf")
        looks = [look for look in self.looks if start <= look < end]
        place = bisect_left(looks, seconds)
        after = looks[place] - seconds if place < len(looks) else float("inf")
        before = seconds - looks[place - 1] if place else float("inf")
        return before + after <= APART or min(before, after) <= APART / 2

    def since(self, seconds: float) -> "Coverage":
        """Without what no frame from ``seconds`` on asks for."""
        first = max(bisect_left(self.looks, seconds - APART), 0)
        shot = max(bisect_right(self.cuts, seconds) - 1, 0)
        return Coverage(self.looks[first:], self.cuts[shot:])


class LivePass(FirstPass):
    """Takes frames of one size and one run."""

    def __init__(self, info: VideoInfo, looker: Looker, hide: tuple[Kind, ...]) -> None:
        side = LONG_SIDE if {"faces", "heads"} & set(hide) else SMALL
        super().__init__(info, looker, memory=MEMORY, long_side=side)
        self.coverage = Coverage((), ())
        self._pace = Pace(SOONEST, ())
        self._things_at = float("-inf")  # seconds of the last look at things
        self._seen: tuple[int, Detections] | None = None  # the pts of the last look, and what it saw

    def take(self, frame: Frame, pace: Pace, rate: float | None) -> Detections | None:
        """The next frame, at so many a second as far as that is known; the things in it, if it was looked at."""
        self._pace, self._seen = pace, None
        every = max(round(pace.interval * rate), 1) if rate else 1
        self.tracker.pace(every, frames_steadied(rate))
        soon = self._seconds(frame) - self._things_at < THINGS_EVERY
        self._looker.pause_things(paused=soon or "things" in pace.paused)
        self.push(frame)
        if self.is_cut:
            self.coverage = Coverage(self.coverage.looks, (*self.coverage.cuts, self._seconds(frame)))
        return self._seen[1] if self._seen is not None and self._seen[0] == frame.pts else None

    def is_due(self, pts: int) -> bool:
        """Whether the time from look to look is over that the budget allows."""
        seconds = self._info.time_base.seconds(pts)
        return not self.coverage.looks or seconds - self.coverage.looks[-1] >= self._pace.interval

    def look(self, frame: Frame) -> None:
        """Look at the frame that was pushed last, unless too much was looked at in this second."""
        seconds = self._seconds(frame)
        lately = len(self.coverage.looks) - bisect_left(self.coverage.looks, seconds - 1)
        if "looking" in self._pace.paused or lately > CUT_LOOKS + 2 / self._pace.interval:
            return
        super().look(frame)
        if not self._looker.leaves_out_things:
            self._seen, self._things_at = (frame.pts, self._looker.things), seconds
        if not self.coverage.looks or self.coverage.looks[-1] < seconds:
            self.coverage = Coverage((*self.coverage.looks, seconds), self.coverage.cuts)

    def forget(self, pts: int) -> None:
        """Forget the frames before a time."""
        self.tracker.forget(pts)
        self.coverage = self.coverage.since(self._info.time_base.seconds(pts))

    def _seconds(self, frame: Frame) -> float:
        return self._info.time_base.seconds(frame.pts)
