"""The jobs of a video that is divided: one a part, one for its sound, and one that joins what they have found.

What they do is in ``worker.py``, which only the processes of jobs import.
"""

from dataclasses import dataclass
from pathlib import Path

from passerby.pipeline.outcome import Outcome, guarded
from passerby.pipeline.parts.borders import VideoPart
from passerby.pipeline.parts.divided import DividedVideo, PartDone
from passerby.progress import OnProgress


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
        jobs: tuple[PartJob | SoundJob, ...] = (SoundJob(video), *parts) if hears else tuple(parts)
        return Divided(video.path, jobs, JoinJob(video), wall_seconds)
