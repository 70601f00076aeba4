"""A video that is divided, as all its jobs know it."""

from dataclasses import dataclass
from pathlib import Path

from passerby.files.content import Source
from passerby.models.source import ModelSource
from passerby.pipeline.outcome import Outcome, lost
from passerby.pipeline.parts.borders import VideoPart
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
        return lost(self.path, message, reason, tries)


@dataclass(frozen=True, slots=True)
class PartDone:
    """All is kept that a job has found."""

    path: Path
