"""The job of indexing one video, as an executor has it done in a process."""

import time
from dataclasses import dataclass, field

from passerby.files.content import FileState, Source
from passerby.files.spool import Spool
from passerby.media.read.probe import probe
from passerby.models.source import ModelSource
from passerby.object_storage.address import Location, ObjectAddress
from passerby.pipeline.models_of_before import OpenRoles, with_models_of_before
from passerby.pipeline.outcome import Outcome, guarded, lost
from passerby.pipeline.parts.borders import UNDIVIDED, PartLimits
from passerby.pipeline.parts.divided import DividedVideo
from passerby.pipeline.parts.part_jobs import Divided
from passerby.progress import OnProgress, Progress
from passerby.settings import Settings
from passerby.stages.base import Stage
from passerby.store.sink import OpenSink, Sink


@dataclass(frozen=True, slots=True)
class IndexJob:
    """One input and all that is needed to index it, anywhere."""

    path: Location
    open_sink: OpenSink
    stages: tuple[Stage, ...]
    models: ModelSource
    server_job: str = ""  # the id of the job of a server that this is a part of
    parts: PartLimits = UNDIVIDED  # what is longer is divided, instead of indexed
    spool: Spool = field(default_factory=lambda: Spool.of(Settings()))  # where an object is fetched to
    open_roles: OpenRoles = field(default_factory=dict)  # whose models may be others, if something was found with them

    @property
    def name(self) -> str:
        return f"passerby {self.path.name}"

    def run(self, on_progress: OnProgress) -> Outcome | Divided:
        """Index it, and tell how that goes; or say into which jobs that is divided."""
        return guarded(self.path, lambda: self._index(on_progress))

    def lost_result(self, reason: str, tries: int) -> Outcome:
        message = f"{self.path}: its worker {reason}, {tries} times; nothing is kept of it, other videos go on"
        return lost(self.path, message, reason, tries)

    def _index(self, on_progress: OnProgress) -> Outcome | Divided:
        if isinstance(self.path, ObjectAddress):
            return self._index_object(self.path, on_progress)
        # What is no video is told at once, without reading all of what may be a large file.
        count = self.parts.count(probe(self.path).estimated_seconds)
        size = float(FileState.of(self.path).size_bytes)
        source = Source.read(self.path, lambda read: on_progress(Progress(self.path, "reading", float(read), size)))
        return self._index_source(source, on_progress, count)

    def _index_object(self, address: ObjectAddress, on_progress: OnProgress) -> Outcome | Divided:
        """Fetch it once: hashed while it comes, and gone when this is done. So it is not divided among workers."""
        fetching = self.spool.fetched(
            address,
            lambda done, size: on_progress(Progress(address, "reading", float(done), float(size))),
            lambda: on_progress(Progress(address, "waiting", 0, None)),
        )
        with fetching as source:
            probe(source.path)
            return self._index_source(source, on_progress, 1)

    def _index_source(self, source: Source, on_progress: OnProgress, count: int) -> Outcome | Divided:
        # Here, and not in the process that makes the job and never decodes.
        from passerby.pipeline.parts.kept import clear
        from passerby.pipeline.run import index

        with (
            self.open_sink() as sink,
            sink.claimed(source.video_id, lambda: on_progress(Progress(self.path, "waiting", 0, None))),
        ):
            done = sink.finished(source.video_id)
            stages = with_models_of_before(
                self.stages, source.video_id, done, self.models.weights_hash, self.open_roles
            )
            divided = self._divided(source, stages, sink, on_progress, count) if count > 1 else None
            if divided is not None:
                return divided
            outcome = index(
                source,
                stages,
                sink,
                self.models,
                lambda done, total: on_progress(Progress(self.path, "indexing", done, total)),
                self.server_job,
            )
            clear(sink, source.video_id)  # where parts were begun, and never joined
            return outcome

    def _divided(
        self, source: Source, stages: tuple[Stage, ...], sink: Sink, on_progress: OnProgress, count: int
    ) -> Divided | None:
        from passerby.pipeline.parts.divide import Divider

        began = time.monotonic()
        divider = Divider(
            source,
            stages,
            sink,
            self.models,
            lambda done, total: on_progress(Progress(self.path, "indexing", done, total, "cuts", 0.0)),
            self.server_job,
        )
        division = divider.divide(count)
        if division is None:
            return None
        todo, parts = division.todo, division.parts
        video = DividedVideo(source, self.open_sink, stages, todo, self.models, self.server_job, parts)
        return Divided.of(video, time.monotonic() - began)
