"""The jobs of a video that is divided: one a part, one for its sound, and one that joins what they have found."""

import hashlib
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from passerby.errors import StoreError, WorkerError
from passerby.files.content import Source
from passerby.media.read.frames import open_video
from passerby.media.read.probe import probe
from passerby.models.source import ModelSource
from passerby.pipeline.keys import stage_keys
from passerby.pipeline.outcome import Outcome, failed, guarded
from passerby.pipeline.parts.join import joined
from passerby.pipeline.parts.kept import SURVEY, clear, keep, kept, part_key, part_name, recorded, survey_key
from passerby.pipeline.parts.part import Found, PartWork, goes_by_shot
from passerby.pipeline.parts.stretches import Stretch
from passerby.pipeline.parts.survey import Survey
from passerby.pipeline.run import VideoWork, index, samples_per_second
from passerby.progress import OnProgress, Progress
from passerby.stages.base import Cutter, Kit, Stage
from passerby.store.sink import OpenSink, Sink


@dataclass(frozen=True, slots=True)
class DividedVideo:
    """What all jobs of a divided video know."""

    source: Source
    open_sink: OpenSink
    stages: tuple[Stage, ...]
    todo: tuple[str, ...]  # names of those that were to do when it was divided
    models: ModelSource
    server_job: str
    parts: tuple[Stretch, ...]

    @property
    def video_id(self) -> str:
        return self.source.video_id

    @property
    def path(self) -> Path:
        return self.source.path

    def keys(self) -> Mapping[str, str]:
        return stage_keys(self.stages, self.video_id, self.models.weights_hash)

    def left(self, sink: Sink) -> list[Stage]:
        """The stages that are still to do, of those that were."""
        keys, done = self.keys(), sink.finished(self.video_id)
        return [stage for stage in self.stages if stage.name in self.todo and done.get(stage.name) != keys[stage.name]]

    def work(self, sink: Sink, on_progress: OnProgress, label: str) -> PartWork:
        """Raises StoreError where what all parts have to know is gone."""
        keys = self.keys()
        cutter = next(stage for stage in self.stages if isinstance(stage, Cutter))
        key = survey_key(keys[cutter.name], samples_per_second(self.stages))
        known = kept(sink, self.video_id, SURVEY, key)
        if not isinstance(known, Survey):
            raise StoreError(f"{self.path}: what its parts have in common was removed meanwhile; add it again")
        cutting = cutter.recall_cuts(recorded(sink, self.video_id, cutter))
        info = probe(self.path)
        seconds = info.time_base.seconds
        return PartWork(
            self.source,
            known,
            cutting.cuts,
            cutting.final_moments(),
            self.stages,
            [stage for stage in self.stages if stage.name in self.todo],
            Kit(info, self.models),
            lambda stage: recorded(sink, self.video_id, stage),
            lambda pts: on_progress(Progress(self.path, "indexing", seconds(pts), seconds(known.end), label)),
        )

    @contextmanager
    def claimed(self, sink: Sink, what: str, on_progress: OnProgress) -> Iterator[None]:
        """Hold this of the video, for as long as the block lasts."""
        place = hashlib.sha256(f"{self.video_id} {what}".encode()).hexdigest()
        with sink.claimed(place, lambda: on_progress(Progress(self.path, "waiting", 0, None, what))):
            yield

    def found(self, sink: Sink, work: PartWork, part: Stretch) -> Found:
        """What is found in a part: now, unless it was before."""
        by_shot = [stage.name for stage in work.todo if goes_by_shot(stage)]
        name, key = part_name(part), part_key(self.keys(), self.todo, part, by_shot)
        found = kept(sink, self.video_id, name, key)
        if not isinstance(found, Found):
            found = work.find(part)
            self.source.check_unchanged()
            keep(sink, self.video_id, name, key, found)
        return found


@dataclass(frozen=True, slots=True)
class PartDone:
    """All is kept that a job has found."""

    path: Path


@dataclass(frozen=True, slots=True)
class PartJob:
    """Looks through one part."""

    video: DividedVideo
    number: int  # from nought

    @property
    def name(self) -> str:
        return f"passerby {self.video.path.name} {self.label}"

    @property
    def label(self) -> str:
        return f"{self.number + 1}/{len(self.video.parts)}"

    def run(self, on_progress: OnProgress) -> PartDone | Outcome:
        return guarded(self.video.path, lambda: self._run(on_progress))

    def lost_result(self, reason: str, tries: int) -> Outcome:
        return _lost(self.video.path, f"part {self.label}", reason, tries)

    def _run(self, on_progress: OnProgress) -> PartDone:
        video, part = self.video, self.video.parts[self.number]
        with video.open_sink() as sink, video.claimed(sink, self.label, on_progress):
            if any(stage.takes not in ("sound", "words") for stage in video.left(sink)):
                video.found(sink, video.work(sink, on_progress, self.label), part)
        return PartDone(video.path)


@dataclass(frozen=True, slots=True)
class SoundJob:
    """Listens to all sound: it is in one piece, so that no word is cut."""

    video: DividedVideo

    @property
    def name(self) -> str:
        return f"passerby {self.video.path.name} sound"

    def run(self, on_progress: OnProgress) -> PartDone | Outcome:
        return guarded(self.video.path, lambda: self._run(on_progress))

    def lost_result(self, reason: str, tries: int) -> Outcome:
        return _lost(self.video.path, "sound", reason, tries)

    def _run(self, on_progress: OnProgress) -> PartDone:
        video, keys = self.video, self.video.keys()
        with video.open_sink() as sink, video.claimed(sink, "sound", on_progress):
            todo = [stage for stage in video.left(sink) if stage.takes == "sound"]
            with open_video(video.path) as reader:
                work = VideoWork(
                    video.source,
                    reader,
                    video.stages,
                    todo,
                    sink,
                    Kit(reader.info, video.models),
                    lambda done, total: on_progress(Progress(video.path, "indexing", done, total, "sound")),
                )
                for name, records in work.records("sound" if todo else "nothing"):
                    sink.finish_stage(video.video_id, name, keys[name], records)
        return PartDone(video.path)


@dataclass(frozen=True, slots=True)
class JoinJob:
    """Joins what was found in the parts, does what is left, and removes what was kept for that."""

    video: DividedVideo

    @property
    def name(self) -> str:
        return f"passerby {self.video.path.name}"

    def run(self, on_progress: OnProgress) -> Outcome:
        return guarded(self.video.path, lambda: self._run(on_progress))

    def lost_result(self, reason: str, tries: int) -> Outcome:
        return _lost(self.video.path, "joining of parts", reason, tries)

    def _run(self, on_progress: OnProgress) -> Outcome:
        video, began = self.video, time.monotonic()
        waits = Progress(video.path, "waiting", 0, None)
        with video.open_sink() as sink, sink.claimed(video.video_id, lambda: on_progress(waits)):
            outcome = None
            if any(stage.takes != "words" for stage in video.left(sink)):
                outcome = self._join(sink, on_progress, began)
            rest = index(
                video.source,
                video.stages,
                sink,
                video.models,
                lambda done, total: on_progress(Progress(video.path, "indexing", done, total)),
                video.server_job,
            )
            clear(sink, video.video_id)
        return rest if outcome is None or rest.status == "damaged" else outcome

    def _join(self, sink: Sink, on_progress: OnProgress, began: float) -> Outcome:
        video, keys = self.video, self.video.keys()
        work = video.work(sink, on_progress, "")
        records = joined(work, video.parts, lambda part: video.found(sink, work, part))
        video.source.check_unchanged()
        for stage in work.todo:
            if stage.name in records:
                sink.finish_stage(video.video_id, stage.name, keys[stage.name], records[stage.name])
        survey, seconds = work.survey, work.kit.info.time_base.seconds(work.survey.end)
        sink.end_video(video.video_id, survey.frames, survey.end, "done", survey.note)
        return Outcome(video.path, "done", survey.note, video.video_id, seconds, time.monotonic() - began)


@dataclass(frozen=True, slots=True)
class Divided:
    """A video was divided: jobs that can be done at once, and one for afterwards."""

    path: Path
    jobs: tuple[PartJob | SoundJob, ...]
    join: JoinJob
    wall_seconds: float

    @staticmethod
    def of(video: DividedVideo, wall_seconds: float) -> "Divided":
        by_name = {stage.name: stage for stage in video.stages}
        hears = any(by_name[name].takes == "sound" for name in video.todo)
        parts: Sequence[PartJob | SoundJob] = [PartJob(video, number) for number in range(len(video.parts))]
        return Divided(video.path, (*[SoundJob(video)] * hears, *parts), JoinJob(video), wall_seconds)


def _lost(path: Path, what: str, reason: str, tries: int) -> Outcome:
    message = f"{path}: the worker of its {what} {reason}, {tries} times; what was finished is kept, other videos go on"
    return failed(path, message, WorkerError(reason))
