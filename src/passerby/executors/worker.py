"""What happens in a worker process: one video is indexed, and the supervisor is told how it goes."""

import threading
import traceback
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from passerby.errors import PasserbyError
from passerby.files.content import FileState, Source
from passerby.media.read.probe import probe
from passerby.models.source import ModelSource
from passerby.pipeline.claim import claim
from passerby.pipeline.outcome import Outcome
from passerby.processes.parent import end_with_the_supervisor
from passerby.progress import Progress
from passerby.stages.base import Stage
from passerby.store.library import open_store


@dataclass(frozen=True, slots=True)
class Job:
    """One input and all that a worker needs to index it."""

    path: Path
    library: Path
    stages: tuple[Stage, ...]
    models: ModelSource
    server_job: str = ""  # the id of the job of a server that this is a part of


def work(job: Job, supervisor: Connection) -> None:
    """The main function of a worker process. Sends `Progress`, and an `Outcome` last.

    The process ends with the one that started it, whatever it is doing then.
    """
    threading.Thread(target=end_with_the_supervisor, name="orphan watch", daemon=True).start()
    try:
        outcome = _index(job, supervisor)
    except PasserbyError as error:
        outcome = Outcome(job.path, "failed", str(error), error=type(error).__name__)
    except Exception as error:  # the job's outer door: a fault in one video must not cost the others
        outcome = Outcome(
            job.path,
            "failed",
            f"{job.path}: a fault in Passerby itself: {type(error).__name__}: {error}",
            error=type(error).__name__,
            details=traceback.format_exc(),
        )
    with suppress(BrokenPipeError):  # the supervisor has just died
        supervisor.send(outcome)
    supervisor.close()


def _index(job: Job, supervisor: Connection) -> Outcome:
    # Here, and not in the supervisor, which takes this module too and never decodes.
    from passerby.pipeline.run import index

    # What is no video is told at once, without reading all of what may be a large file.
    probe(job.path)
    size = float(FileState.of(job.path).size_bytes)
    source = Source.read(job.path, lambda read: supervisor.send(Progress(job.path, "reading", float(read), size)))
    with (
        open_store(job.library, create=True) as store,
        claim(job.library, source.video_id, lambda: supervisor.send(Progress(job.path, "waiting", 0, None))),
    ):
        return index(
            source,
            job.stages,
            store,
            job.models,
            lambda done, total: supervisor.send(Progress(job.path, "indexing", done, total)),
            job.server_job,
        )
