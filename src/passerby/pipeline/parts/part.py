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
from passerby.pipeline.order import Finding, Settler
from passerby.pipeline.parts.reading import read_samples
from passerby.pipeline.parts.stretches import Stretch
from passerby.pipeline.parts.survey import Survey
from passerby.pipeline.side_thread import side_thread
from passerby.pipeline.stage_sessions import Sessions
from passerby.records import Moment, Pixels, Record, Sample
from passerby.stages.base import ByShot, Kit, Masker, Stage

NO_PICTURE: Pixels = np.zeros((0, 0, 3), np.uint8)


@dataclass(frozen=True, slots=True)
class Found:
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


class Known:
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

    def find(self, stretch: Stretch) -> Found:
        """All that can be found in a part without knowing the others."""
        tiled = max(self.kit.info.width, self.kit.info.height) >= TILED_FROM
        finder = _Keeping(open_finder(self.todo, self.kit, tiled=tiled), self.numbers(stretch).start)
        if stretch.is_whole:
            records = self._describe(stretch, finder)
            return Found(tuple(finder.found), records)
        with prefetch(self._steps(stretch, large=False), STEPS_AHEAD) as steps:
            for step, _ in finder.find_all(steps):
                self.on_pts(step.sample.pts)
        return Found(tuple(finder.found), {})

    def describe(self, stretch: Stretch, detected: Iterable[Detected]) -> Mapping[str, tuple[Record, ...]]:
        """What stages that go by shots say of a whole stretch, in whose samples these things were found."""
        return self._describe(stretch, Known(detected)) if any(map(goes_by_shot, self.todo)) else {}

    def numbers(self, stretch: Stretch) -> range:
        """Of the samples in it."""
        return range(*np.searchsorted(self.survey.times, [stretch.start, stretch.end]).tolist())

    def _describe(self, stretch: Stretch, finder: Finding) -> Mapping[str, tuple[Record, ...]]:
        by_shot = [stage for stage in self.todo if goes_by_shot(stage)]
        todo = [stage for stage in self.todo if isinstance(stage, Masker) or stage in by_shot]
        sessions = Sessions(self.stages, todo, self.kit, self.recorded)
        first = sum(moment.span.end <= stretch.start for moment in self.moments)
        with side_thread("reader", CLOSE_UPS_AHEAD) as readings:
            close_ups = sessions.close_ups(readings)
            describer = MomentDescriber(sessions.moments(), close_ups, first)
            settler = Settler(finder, sessions.masking(), [], describer)
            with prefetch(self._steps(stretch, large=bool(close_ups)), STEPS_AHEAD) as steps:
                for step in settler.watch(steps):
                    self.on_pts(step.sample.pts)
            settler.finish(self._cuts(stretch), self._moments(stretch), stretch.end)
            for session in close_ups:
                session.end(stretch.end)
        names = {stage.name for stage in by_shot}
        return {name: tuple(records) for name, records in sessions.records(stretch.end) if name in names}

    def _steps(self, stretch: Stretch, *, large: bool) -> Iterator[Step]:
        cuts, moments = self._cuts(stretch), self._moments(stretch)
        samples = read_samples(self.source.path, self.survey, self.numbers(stretch), self.on_pts, large=large)
        for sample in samples:
            yield Step(sample, cuts, sys.maxsize, moments)
            moments = ()

    def _cuts(self, stretch: Stretch) -> tuple[int, ...]:
        return tuple(cut for cut in self.cuts if stretch.start <= cut < stretch.end)

    def _moments(self, stretch: Stretch) -> tuple[Moment, ...]:
        return tuple(moment for moment in self.moments if stretch.start <= moment.span.start < stretch.end)


def goes_by_shot(stage: Stage) -> bool:
    """Whether what a stage finds in parts that are whole shots is what it finds in the whole."""
    return stage.takes in ("moments", "close-ups") and isinstance(stage, ByShot) and stage.is_by_shot


def without_picture(sample: Sample) -> Sample:
    """When it was taken, and of a frame of which size."""
    return replace(sample, pixels=NO_PICTURE, large=None)
