"""The job of indexing one video, as an executor has it done in a process."""

import traceback
from dataclasses import dataclass, replace
from pathlib import Path

from passerby.errors import PasserbyError, WorkerError
from passerby.files.content import FileState, Source
from passerby.media.read.probe import probe
from passerby.models.source import ModelSource
from passerby.pipeline.outcome import Outcome
from passerby.progress import OnProgress, Progress
from passerby.stages.base import Stage
from passerby.store.sink import OpenSink


@dataclass(frozen=True, slots=True)
class IndexJob:
    """One input and all that is needed to index it, anywhere."""

    path: Path
    open_sink: OpenSink
    stages: tuple[Stage, ...]
    models: ModelSource
    server_job: str = ""  # the id of the job of a server that this is a part of

    @property
    def name(self) -> str:
        return f"passerby {self.path.name}"

    def run(self, on_progress: OnProgress) -> Outcome:
        """Index it, and tell how that goes."""
        try:
            return self._index(on_progress)
        except PasserbyError as error:
            return self._failed(str(error), error)
        except Exception as error:  # the job's outer door: a fault in one video must not cost the others
            message = f"{self.path}: a fault in Passerby itself: {type(error).__name__}: {error}"
            return self._failed(message, error, traceback.format_exc())

    def lost_result(self, reason: str, tries: int) -> Outcome:
        message = f"{self.path}: its worker {reason}, {tries} times; nothing is kept of it, other videos go on"
        return replace(self._failed(message, WorkerError(reason)), lost=tries, reason=reason)

    def _failed(self, message: str, error: Exception, details: str = "") -> Outcome:
        return Outcome(self.path, "failed", message, error=type(error).__name__, details=details)

    def _index(self, on_progress: OnProgress) -> Outcome:
        # Here, and not in the process that makes the job and never decodes.
        from passerby.pipeline.run import index

        # What is no video is told at once, without reading all of what may be a large file.
        probe(self.path)
        size = float(FileState.of(self.path).size_bytes)
        source = Source.read(self.path, lambda read: on_progress(Progress(self.path, "reading", float(read), size)))
        with (
            self.open_sink() as sink,
            sink.claimed(source.video_id, lambda: on_progress(Progress(self.path, "waiting", 0, None))),
        ):
            return index(
                source,
                self.stages,
                sink,
                self.models,
                lambda done, total: on_progress(Progress(self.path, "indexing", done, total)),
                self.server_job,
            )
