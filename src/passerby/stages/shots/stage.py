"""The stage: every frame and the sound in; shots, cues and moments out."""

import bisect
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from passerby.records import Cue, Moment, Record, Shot
from passerby.stages.base import FRAME_HEIGHT, FRAME_WIDTH, AudioChunk, Cutter, Kit, SmallFrame, models_of
from passerby.stages.shots.candidates import Candidate, CheapDetector, Cut
from passerby.stages.shots.cues import CueWatch
from passerby.stages.shots.dissolves import LAG_SECONDS, DissolveDetector
from passerby.stages.shots.judge import NEAR_FRAMES, Court, ShotJudge
from passerby.stages.shots.moments import MomentCutter
from passerby.stages.shots.scenes import SceneCounter
from passerby.stages.shots.silence import SilenceWatch
from passerby.stages.shots.wipes import LAG, WipeDetector
from passerby.times import Span, TimeBase
from passerby.tracking.ring import Ring

MEMORY = 4096  # times of frames remembered; at more than 800 frames a second slow dissolves are known too late


@dataclass(frozen=True, slots=True)
class ShotsStage(Cutter):
    """Where shots, cues and moments are."""

    name: ClassVar[str] = "shots"
    version: ClassVar[int] = 4
    needs: ClassVar[tuple[str, ...]] = ()
    takes: ClassVar[Literal["frames"]] = "frames"
    makes: ClassVar[tuple[type[Record], ...]] = (Shot, Cue, Moment)

    models: tuple[str, ...] = models_of("shots", in_key=False)
    threshold: float = 0.5  # how likely the judge must find a doubtful cut: upstream's own default
    gradual_threshold: float = 0.4  # and a dissolve, where the frames between are known to be mixes

    def open(self, kit: Kit) -> "ShotsSession":
        (judge,) = self.models
        return ShotsSession(self, kit.open(judge), kit.info.time_base)

    def recall_cuts(self, records: Sequence[Record]) -> "KnownShots":
        shots = [record for record in records if isinstance(record, Shot)]
        return KnownShots(shots, [record for record in records if isinstance(record, Moment)])


class ShotsSession:
    """One video on its way through the stage.

    ``cuts`` are the pts of the first frame of each new shot, as far as they are settled; no cut before ``settled``
    will be added. A gradual transition is one cut, at its middle.
    """

    def __init__(self, stage: ShotsStage, judge: ShotJudge, time_base: TimeBase) -> None:
        self._time_base = time_base
        self._detector = CheapDetector()
        self._dissolves = DissolveDetector(time_base)
        self._wipes = WipeDetector()
        self._lag = time_base.ticks(LAG_SECONDS)
        self._dissolving = range(0)  # the frames of the last slow dissolve or wipe, which is one cut
        self._lagging = 0  # the first frame at which the middle of a slow dissolve may still be found
        self._court = Court(judge, stage.threshold, stage.gradual_threshold)
        self._cues = CueWatch(time_base)
        self._silence = SilenceWatch()
        self._scenes = SceneCounter()
        self._found: list[Cue] = []
        self._pts: Ring[np.int64] = Ring(MEMORY, (), np.int64)
        self._waiting: list[int] = []  # frames of cuts that are not settled, in order
        self._open = 0  # the first frame that is not settled
        self._last_cut = -NEAR_FRAMES  # frame of the last settled cut
        self._cutter: MomentCutter | None = None
        self._moments: list[Moment] = []  # that are final
        self._given = 0  # how many of them were given
        self.start: int | None = None  # pts of the first frame
        self.cuts: list[int] = []
        self.settled = 0

    def push(self, item: SmallFrame) -> None:
        """Take the next frame. Raises ValueError for a picture of another shape, or a pts that does not rise."""
        pts, picture = item.pts, item.picture
        if picture.shape != (FRAME_HEIGHT, FRAME_WIDTH, 3) or picture.dtype != np.uint8:
            expected = f"uint8 ({FRAME_HEIGHT}, {FRAME_WIDTH}, 3)"
            raise ValueError(f"expected {expected}, found {picture.dtype} {picture.shape}")
        frame = self._pts.count
        if self.start is None:
            self.start = self.settled = pts
            self._cutter = MomentCutter(self._time_base, pts)
        elif pts <= self._pts[frame - 1]:
            raise ValueError(f"expected a pts after {self._pts[frame - 1]}, found {pts}")
        self._pts.put(pts)
        self._court.push(picture)
        self._scenes.push(frame, picture)
        self._found += self._cues.push(pts, picture)
        self._consider(self._detector.push(picture))
        self._judge(self._detector.settled)
        if dissolve := self._dissolves.push(pts, picture):
            self._add(*map(self._first_at, (dissolve.start, dissolve.middle, dissolve.end)))
        if wipe := self._wipes.push(picture):
            self._add(wipe.start, wipe.middle, wipe.stop)
        self._lagging = max(self._lagging, self._pts.count - MEMORY)
        while self._pts[self._lagging] < pts - self._lag:
            self._lagging += 1
        self._settle(min(self._detector.settled, self._court.settled, self._lagging, max(frame - LAG, 0)))

    def hear(self, chunk: AudioChunk) -> None:
        """Take the next sound."""
        self._silence.push(chunk.start, chunk.rate, chunk.channels)

    def final_moments(self) -> list[Moment]:
        """The moments that have become final since this was asked last."""
        if self._cutter is not None:
            self._moments += self._cutter.settle(self.cuts, self.settled)
        given, self._given = self._given, len(self._moments)
        return self._moments[given:]

    def finish(self, end: int) -> list[Shot | Cue | Moment]:
        """The records of the video, which ends at pts ``end``; ``cuts`` and ``settled`` then hold all of it."""
        silences = self._silence.finish(self._time_base, end)
        if self._cutter is None:
            return list(silences)
        newest = int(self._pts[self._pts.count - 1])
        if end <= newest:
            raise ValueError(f"expected an end after the last frame at {newest}, found {end}")
        self._consider(self._detector.finish())
        self._judge(self._pts.count)
        self._settle(self._pts.count)
        self._scenes.end_shot(self._pts.count)
        self.settled = end
        cues = sorted([*self._found, *self._cues.finish(end), *silences], key=lambda cue: (cue.span.start, cue.kind))
        self._moments += [*self._cutter.settle(self.cuts, end), *self._cutter.finish(end)]
        self._cutter = None
        return [*self._shots(end), *cues, *self._moments]

    def _consider(self, findings: list[Candidate]) -> None:
        for finding in findings:
            if isinstance(finding, Cut):
                if finding.frame not in self._dissolving:
                    bisect.insort(self._waiting, finding.frame)
            elif finding.middle not in self._dissolving:
                self._court.ask(finding)

    def _judge(self, settled: int) -> None:
        """Add the doubtful cuts that are due, where no clear one before ``settled`` will be found any more."""
        for doubt, frame in self._court.answers([self._last_cut, *self._waiting], settled):
            near = min(NEAR_FRAMES, doubt.stop - doubt.start)
            if all(abs(frame - other) >= near for other in (self._last_cut, *self._waiting)):
                bisect.insort(self._waiting, frame)

    def _add(self, first: int, middle: int, stop: int) -> None:
        """One cut at the middle of a slow dissolve or a wipe, unless one is known within it, or it is too late."""
        is_known = any(first <= cut < stop for cut in (self._last_cut, *self._waiting))
        if middle >= self._open and not is_known:
            bisect.insort(self._waiting, middle)
            self._dissolving = range(first, stop)

    def _first_at(self, pts: float) -> int:
        """The first frame that is not before ``pts``, among those whose times are remembered."""
        oldest = max(self._pts.count - MEMORY, 0)
        return oldest + int(np.searchsorted(self._pts.stretch(oldest, self._pts.count), pts))

    def _settle(self, frame: int) -> None:
        """No cut before ``frame`` will be found any more."""
        self._open = max(self._open, frame)
        while self._waiting and self._waiting[0] < frame:
            self._last_cut = self._waiting.pop(0)
            self.cuts.append(int(self._pts[self._last_cut]))
            self._scenes.end_shot(self._last_cut)
        self._scenes.settle(frame)
        self.settled = int(self._pts[min(frame, self._pts.count - 1)])

    def _shots(self, end: int) -> list[Shot]:
        borders = [self.start or 0, *self.cuts, end]
        spans = map(Span, borders, borders[1:])
        return [Shot(span, scene) for span, scene in zip(spans, self._scenes.numbers(), strict=True)]


class KnownShots:
    """Shots of a video whose shots stage is done already, in the place of a session."""

    def __init__(self, shots: Sequence[Shot], moments: Sequence[Moment]) -> None:
        self.cuts = [shot.span.start for shot in shots[1:]]
        self.settled = sys.maxsize
        self._new = list(moments)

    def push(self, item: SmallFrame) -> None:
        """Nothing is found in it that is not known."""

    def hear(self, chunk: AudioChunk) -> None:
        """Nor here."""

    def final_moments(self) -> list[Moment]:
        """All, the first time."""
        new, self._new = self._new, []
        return new

    def finish(self, end: int) -> list[Record]:
        """There is nothing new to keep."""
        return []
