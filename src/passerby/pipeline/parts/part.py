"""Work on one part: what detectors find in its samples and, of whole shots, all that stages say that go by shots."""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from passerby.files.content import Source
from passerby.media.read.prefetch import prefetch
from passerby.pipeline.describer import MomentDescriber
from passerby.pipeline.detect import TILED_FROM, Detected, Finder, open_finder
from passerby.pipeline.feed import CLOSE_UPS_AHEAD, STEPS_AHEAD, Step
from passerby.pipeline.order import SampleFinder, Settler
from passerby.pipeline.parts.borders import VideoPart
from passerby.pipeline.parts.part_samples import read_samples
from passerby.pipeline.parts.survey import Survey
from passerby.pipeline.side_thread import side_thread
from passerby.pipeline.stage_sessions import Sessions
from passerby.records import Moment, Pixels, Record, Sample
from passerby.stages.base import ByShot, Kit, Masker, Stage

NO_PICTURE: Pixels = np.zeros((0, 0, 3), np.uint8)


@dataclass(frozen=True, slots=True)
class PartFindings:
    """What is found in a part."""

    detected: tuple[Detected, ...]  # in its samples, which have no pictures any more
    records: Mapping[str, tuple[Record, ...]]  # by the names of stages; of those that go by shots, if it is whole


class _Keeping:
    """A finder that keeps what it finds."""

    def __init__(self, finder: Finder, first: int) -> None:
        """``first`` is the number of the first sample."""
        self._finder, self._first = finder, first
        self.found: list[Detected] = []

    def find_all(self, steps: Iterable[Step]) -> Iterator[tuple[Step, Detected]]:
        for step, detected in self._finder.find_all(steps, self._first):
            self.found.append(replace(detected, sample=without_picture(detected.sample)))
            yield step, detected


class KnownDetections:
    """In the place of a finder, what was found."""

    def __init__(self, found: Iterable[Detected]) -> None:
        self._found = found

    def find_all(self, steps: Iterable[Step]) -> Iterator[tuple[Step, Detected]]:
        for step, detected in zip(steps, self._found, strict=True):
            yield step, replace(detected, sample=step.sample)


@dataclass(frozen=True, slots=True)
class PartWork:
    """What is known of a video whose parts are worked on, and how that is done."""

    source: Source
    survey: Survey
    cuts: Sequence[int]
    moments: Sequence[Moment]
    stages: Sequence[Stage]
    todo: Sequence[Stage]
    kit: Kit
    recorded: Callable[[Stage], Sequence[Record]]
    on_pts: Callable[[int], None] = field(repr=False)

    def find(self, part: VideoPart) -> PartFindings:
        """All that can be found in a part without knowing the others."""
        tiled = max(self.kit.info.width, self.kit.info.height) >= TILED_FROM
        finder = _Keeping(open_finder(self.todo, self.kit, tiled=tiled), self.numbers(part).start)
        if part.is_whole:
            records = self._describe(part, finder)
            return PartFindings(tuple(finder.found), records)
        with prefetch(self._steps(part, large=False), STEPS_AHEAD) as steps:
            for step, _ in finder.find_all(steps):
                self.on_pts(step.sample.pts)
        return PartFindings(tuple(finder.found), {})

    def describe(self, part: VideoPart, detected: Iterable[Detected]) -> Mapping[str, tuple[Record, ...]]:
        """What stages that go by shots say of a part that is whole, in whose samples these things were found."""
        return self._describe(part, KnownDetections(detected)) if any(map(goes_by_shot, self.todo)) else {}

    def numbers(self, part: VideoPart) -> range:
        """Of the samples in it."""
        return range(*np.searchsorted(self.survey.times, [part.start, part.end]).tolist())

    def _describe(self, part: VideoPart, finder: SampleFinder) -> Mapping[str, tuple[Record, ...]]:
        by_shot = [stage for stage in self.todo if goes_by_shot(stage)]
        todo = [stage for stage in self.todo if isinstance(stage, Masker) or stage in by_shot]
        sessions = Sessions(self.stages, todo, self.kit, self.recorded)
        first = sum(moment.span.end <= part.start for moment in self.moments)
        with side_thread("reader", CLOSE_UPS_AHEAD) as readings:
            close_ups = sessions.close_ups(readings)
            describer = MomentDescriber(sessions.moments(), close_ups, first)
            describer.add_moments([moment for moment in self.moments if part.start <= moment.span.start < part.end])
            settler = Settler(finder, sessions.masking(), [], describer)
            with prefetch(self._steps(part, large=bool(close_ups)), STEPS_AHEAD) as steps:
                for step in settler.watch(steps):
                    self.on_pts(step.sample.pts)
            settler.finish(self._cuts(part), (), part.end)
            for session in close_ups:
                session.end(part.end)
        names = {stage.name for stage in by_shot}
        return {name: tuple(records) for name, records in sessions.records(part.end) if name in names}

    def _steps(self, part: VideoPart, *, large: bool) -> Iterator[Step]:
        cuts = self._cuts(part)
        for sample in read_samples(self.source.path, self.survey, self.numbers(part), self.on_pts, large=large):
            yield Step(sample, cuts, sys.maxsize, ())

    def _cuts(self, part: VideoPart) -> tuple[int, ...]:
        return tuple(cut for cut in self.cuts if part.start <= cut < part.end)


def goes_by_shot(stage: Stage) -> bool:
    """Whether what a stage finds in parts that are whole shots is what it finds in the whole."""
    return stage.takes in ("moments", "close-ups") and isinstance(stage, ByShot) and stage.is_by_shot


def without_picture(sample: Sample) -> Sample:
    """When it was taken, and of a frame of which size."""
    return replace(sample, pixels=NO_PICTURE, large=None)
