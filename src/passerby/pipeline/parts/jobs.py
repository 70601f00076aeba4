"""The jobs of a video that is divided: one a part, one for its sound, and one that joins what they have found.

What they do is in ``worker.py``, which only the processes of jobs import.
"""

from dataclasses import dataclass
from pathlib import Path

from passerby.errors import WorkerError
from passerby.files.content import Source
from passerby.models.source import ModelSource
from passerby.pipeline.outcome import Outcome, failed, guarded
from passerby.pipeline.parts.borders import VideoPart
from passerby.progress import OnProgress
from passerby.stages.base import Stage
from passerby.store.sink import OpenSink


@dataclass(frozen=True, slots=True)
class DividedVideo:
    """What all jobs of a divided video know."""

    source: Source
    open_sink: OpenSink
    stages: tuple[Stage, ...]
    todo: tuple[str, ...]  # names of those that were to do when it was divided
    models: ModelSource
    server_job: str
    parts: tuple[VideoPart, ...]

    @property
    def path(self) -> Path:
        return self.source.path

    def label(self, part: VideoPart) -> str:
        return f"{self.parts.index(part) + 1}/{len(self.parts)}"

    def lost(self, what: str, reason: str, tries: int) -> Outcome:
        """The outcome when a worker has died or was ended as often as it was begun."""
        message = f"{self.path}: the worker of {what} {reason}, {tries} times; what was finished is kept, others go on"
        return failed(self.path, message, WorkerError(reason))


@dataclass(frozen=True, slots=True)
class PartDone:
    """All is kept that a job has found."""

    path: Path


@dataclass(frozen=True, slots=True)
class PartJob:
    """Looks through one part."""

    video: DividedVideo
    part: VideoPart

    @property
    def name(self) -> str:
        return f"passerby {self.video.path.name} {self.video.label(self.part)}"

    def run(self, on_progress: OnProgress) -> PartDone | Outcome:
        from passerby.pipeline.parts.worker import look_through

        return guarded(self.video.path, lambda: look_through(self.video, self.part, on_progress))

    def lost_result(self, reason: str, tries: int) -> Outcome:
        return self.video.lost(f"part {self.video.label(self.part)}", reason, tries)


@dataclass(frozen=True, slots=True)
class SoundJob:
    """Listens to all sound: it is in one piece, so that no word is cut."""

    video: DividedVideo

    @property
    def name(self) -> str:
        return f"passerby {self.video.path.name} sound"

    def run(self, on_progress: OnProgress) -> PartDone | Outcome:
        from passerby.pipeline.parts.worker import listen

        return guarded(self.video.path, lambda: listen(self.video, on_progress))

    def lost_result(self, reason: str, tries: int) -> Outcome:
        return self.video.lost("its sound", reason, tries)


@dataclass(frozen=True, slots=True)
class JoinJob:
    """Joins what was found in the parts, does what is left, and removes what was kept for that."""

    video: DividedVideo

    @property
    def name(self) -> str:
        return f"passerby {self.video.path.name}"

    def run(self, on_progress: OnProgress) -> Outcome:
        from passerby.pipeline.parts.worker import finish

        return guarded(self.video.path, lambda: finish(self.video, on_progress))

    def lost_result(self, reason: str, tries: int) -> Outcome:
        return self.video.lost("what joins its parts", reason, tries)


@dataclass(frozen=True, slots=True)
class Divided:
    """A video was divided: jobs that can be done at once, and one for afterwards."""

    path: Path
    jobs: tuple[PartJob | SoundJob, ...]
    join: JoinJob
    wall_seconds: float  # that dividing it took

    @staticmethod
    def of(video: DividedVideo, wall_seconds: float) -> "Divided":
        hears = any(stage.takes == "sound" and stage.name in video.todo for stage in video.stages)
        parts = [PartJob(video, part) for part in video.parts]
        jobs = (SoundJob(video), *parts) if hears else tuple(parts)
        return Divided(video.path, jobs, JoinJob(video), wall_seconds)
