"""Joining parts: what depends on all samples before is made from what was found in all parts, in order."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence

from passerby.pipeline.describer import MomentDescriber
from passerby.pipeline.detect import Detected
from passerby.pipeline.feed import Step
from passerby.pipeline.order import Settler
from passerby.pipeline.parts.borders import VideoPart, whole_runs
from passerby.pipeline.parts.part import NO_PICTURE, KnownDetections, PartFindings, PartWork
from passerby.pipeline.stage_sessions import Sessions
from passerby.records import Record, Sample


def joined(
    work: PartWork, parts: Sequence[VideoPart], found: Callable[[VideoPart], PartFindings]
) -> Mapping[str, Sequence[Record]]:
    """The records of the stages of ``work`` that are to do, by their names, but for those that need all of it at once.

    ``found`` gives what was found in a part. One is held at a time.
    """
    by_part: dict[VideoPart, Mapping[str, tuple[Record, ...]]] = {}

    def detected() -> Iterator[Detected]:
        for part in parts:
            here = found(part)
            if part.is_whole:
                by_part[part] = here.records
            yield from here.detected

    linked = _linked(work, KnownDetections(detected()))
    for run in whole_runs(parts):
        within = [part for part in parts if run.start <= part.start < run.end]
        by_part[run] = work.describe(run, (one for part in within for one in found(part).detected))
    described: dict[str, list[Record]] = {}
    for _, records in sorted(by_part.items(), key=lambda item: item[0].start):
        for name, of_part in records.items():
            described.setdefault(name, []).extend(of_part)
    return {**described, **linked}


def _linked(work: PartWork, known: KnownDetections) -> Mapping[str, Sequence[Record]]:
    """What the stages find that take samples: they have seen no picture, as what they find is geometry over time."""
    todo = [stage for stage in work.todo if stage.takes == "samples"]
    sessions = Sessions(work.stages, todo, work.kit, work.recorded)
    describer = MomentDescriber([], [])  # it lets go of the samples of moments that are over
    describer.add_moments(work.moments)
    settler = Settler(known, sessions.masking(), sessions.samples(), describer)
    for step in settler.watch(_steps(work)):
        work.on_pts(step.sample.pts)
    settler.finish(work.cuts, (), work.survey.end)
    return dict(sessions.records(work.survey.end))


def _steps(work: PartWork) -> Iterator[Step]:
    info, cuts = work.kit.info, tuple(work.cuts)
    for pts, is_new in zip(work.survey.times.tolist(), work.survey.are_new.tolist(), strict=True):
        sample = Sample(pts, NO_PICTURE, info.width, info.height, is_new=is_new)
        yield Step(sample, cuts, sys.maxsize, ())
