"""The job of indexing one video, as an executor has it done in a process."""

import traceback
from dataclasses import dataclass, field, replace

from passerby.errors import PasserbyError, WorkerError
from passerby.files.content import FileState, Source
from passerby.files.spool import Spool
from passerby.media.read.probe import probe
from passerby.models.source import ModelSource
from passerby.object_storage.address import Location, ObjectAddress
from passerby.pipeline.outcome import Outcome
from passerby.progress import OnProgress, Progress
from passerby.settings import Settings
from passerby.stages.base import Stage
from passerby.store.sink import OpenSink


@dataclass(frozen=True, slots=True)
class IndexJob:
    """One input and all that is needed to index it, anywhere."""

    path: Location
    open_sink: OpenSink
    stages: tuple[Stage, ...]
    models: ModelSource
    server_job: str = ""  # the id of the job of a server that this is a part of
    spool: Spool = field(default_factory=lambda: Spool.of(Settings()))  # where an object is fetched to

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
        if isinstance(self.path, ObjectAddress):
            return self._index_object(self.path, on_progress)
        # What is no video is told at once, without reading all of what may be a large file.
        probe(self.path)
        size = float(FileState.of(self.path).size_bytes)
        source = Source.read(self.path, lambda read: on_progress(Progress(self.path, "reading", float(read), size)))
        return self._index_source(source, on_progress)

    def _index_object(self, address: ObjectAddress, on_progress: OnProgress) -> Outcome:
        """Fetch it once: hashed while it comes, and gone when this is done."""
        fetching = self.spool.fetched(
            address,
            lambda done, size: on_progress(Progress(address, "reading", float(done), float(size))),
            lambda: on_progress(Progress(address, "waiting", 0, None)),
        )
        with fetching as source:
            probe(source.path)
            return self._index_source(source, on_progress)

    def _index_source(self, source: Source, on_progress: OnProgress) -> Outcome:
        # Here, and not in the process that makes the job and never decodes.
        from passerby.pipeline.run import index

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
