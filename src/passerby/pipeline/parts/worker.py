"""What the jobs of a divided video do, each in a process of its own."""

import hashlib
import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from passerby.errors import ForgottenError, StoreError
from passerby.media.read.frames import open_video
from passerby.media.read.probe import probe
from passerby.pipeline.keys import stage_keys
from passerby.pipeline.outcome import Outcome
from passerby.pipeline.parts.borders import VideoPart
from passerby.pipeline.parts.divided import DividedVideo, PartDone
from passerby.pipeline.parts.join import joined
from passerby.pipeline.parts.kept import SURVEY, clear, keep, kept, part_key, part_name, recorded, survey_key
from passerby.pipeline.parts.part import PartFindings, PartWork
from passerby.pipeline.parts.survey import Survey
from passerby.pipeline.run import VideoWork, index, samples_per_second
from passerby.progress import OnProgress, Progress
from passerby.stages.base import Cutter, Kit, Stage
from passerby.store.sink import Sink


def look_through(video: DividedVideo, part: VideoPart, on_progress: OnProgress) -> PartDone:
    """Keep what can be found in a part without knowing the others."""
    label = video.label(part)
    with video.open_sink() as sink:
        worker = _Worker(video, sink, on_progress, label, 1 / len(video.parts))
        with worker.claimed(f"part {part.start}-{part.end}"):
            if any(stage.takes not in ("sound", "words") for stage in worker.left()):
                worker.found(worker.work(part.start, part.end), part)
    return PartDone(video.path)


def listen(video: DividedVideo, on_progress: OnProgress) -> PartDone:
    """Keep what is heard."""
    with video.open_sink() as sink:
        worker = _Worker(video, sink, on_progress, "sound")
        with worker.claimed("sound"), open_video(video.path) as reader:
            todo = [stage for stage in worker.left() if stage.takes == "sound"]
            kit = Kit(reader.info, video.models)
            hearing = VideoWork(video.source, reader, video.stages, todo, sink, kit, worker.tell)
            for name, records in hearing.records("sound" if todo else "nothing"):
                worker.finish(name, records)
    return PartDone(video.path)


def finish(video: DividedVideo, on_progress: OnProgress) -> Outcome:
    """Join the parts, do what is left, and remove what was kept for that."""
    began = time.monotonic()
    with video.open_sink() as sink:
        worker = _Worker(video, sink, on_progress, "joint")
        with sink.claimed(video.source.video_id, worker.wait):
            is_left = any(stage.takes not in ("sound", "words") for stage in worker.left())
            outcome = worker.join(began) if is_left else None
            rest = index(video.source, video.stages, sink, video.models, worker.tell, video.server_job)
            clear(sink, video.source.video_id)
    return rest if outcome is None or rest.status == "damaged" else outcome


@dataclass(frozen=True, slots=True)
class _Worker:
    """A process that has a part of the work, and a library open."""

    video: DividedVideo
    sink: Sink
    on_progress: OnProgress
    label: str
    share: float = 0.0  # of the video's seconds

    def tell(self, done: float, total: float | None) -> None:
        self.on_progress(Progress(self.video.path, "indexing", done, total, self.label, self.share))

    def wait(self) -> None:
        self.on_progress(Progress(self.video.path, "waiting", 0, None, self.label))

    def claimed(self, what: str) -> AbstractContextManager[None]:
        """Hold this of the video, for as long as the block lasts."""
        place = hashlib.sha256(f"{self.video.source.video_id} {what}".encode()).hexdigest()
        return self.sink.claimed(place, self.wait)

    def left(self) -> list[Stage]:
        """The stages that are still to do, of those that were."""
        keys, done = self._keys(), self.sink.finished(self.video.source.video_id)
        todo = [stage for stage in self.video.stages if stage.name in self.video.todo]
        return [stage for stage in todo if done.get(stage.name) != keys[stage.name]]

    def finish(self, name: str, records: Sequence[object]) -> None:
        """Keep the records of the stage of this name."""
        self.sink.finish_stage(self.video.source.video_id, name, self._keys()[name], records)

    def work(self, start: int = 0, end: int | None = None) -> PartWork:
        """On what is shown from pts ``start`` to ``end``.

        Raises ForgottenError if the video is gone, StoreError where only what parts have to know is.
        """
        video, video_id = self.video, self.video.source.video_id
        if self.sink.video(video_id) is None:
            raise ForgottenError(f"{video.path}: was forgotten while its parts were worked on")
        cutter = next(stage for stage in video.stages if isinstance(stage, Cutter))
        key = survey_key(self._keys()[cutter.name], samples_per_second(video.stages))
        survey = kept(self.sink, video_id, SURVEY, key)
        if not isinstance(survey, Survey):
            raise StoreError(f"{video.path}: what its parts have in common was removed meanwhile; add it again")
        cutting, info = cutter.recall_cuts(recorded(self.sink, video_id, cutter)), probe(video.path)
        seconds, total = info.time_base.seconds, (survey.end if end is None else end) - start
        return PartWork(
            video.source,
            survey,
            cutting.cuts,
            cutting.final_moments(),
            video.stages,
            [stage for stage in video.stages if stage.name in video.todo],
            Kit(info, video.models),
            lambda stage: recorded(self.sink, video_id, stage),
            lambda pts: self.tell(seconds(max(pts - start, 0)), seconds(total)),
        )

    def found(self, work: PartWork, part: VideoPart) -> PartFindings:
        """What is found in a part: now, unless it was before."""
        video_id = self.video.source.video_id
        name, key = part_name(part), part_key(self._keys(), work.todo, part)
        found = kept(self.sink, video_id, name, key)
        if not isinstance(found, PartFindings):
            found = work.find(part)
            self.video.source.check_unchanged()
            keep(self.sink, video_id, name, key, found)
        return found

    def join(self, began: float) -> Outcome:
        """Keep the records of all stages that the parts have found something for. ``began``: in ``monotonic`` time."""
        video, work = self.video, self.work()
        records = joined(work, video.parts, lambda part: self.found(work, part))
        video.source.check_unchanged()
        for stage in work.todo:
            if stage.name in records:
                self.finish(stage.name, records[stage.name])
        survey, seconds = work.survey, work.kit.info.time_base.seconds(work.survey.end)
        self.sink.end_video(video.source.video_id, survey.frames, survey.end, "done", survey.note)
        wall = time.monotonic() - began
        return Outcome(video.path, "done", survey.note, video.source.video_id, seconds, wall)

    def _keys(self) -> Mapping[str, str]:
        return stage_keys(self.video.stages, self.video.source.video_id, self.video.models.weights_hash)
