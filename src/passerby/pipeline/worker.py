"""What happens in a worker process: one video is indexed, and the supervisor is told how it goes."""

import traceback
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Literal

from passerby.errors import PasserbyError
from passerby.pipeline.claim import claim
from passerby.pipeline.content import content_id
from passerby.pipeline.outcome import Outcome
from passerby.pipeline.run import Source, index
from passerby.pipeline.sessions import ModelSource
from passerby.stages.base import Stage
from passerby.store.store import Store


@dataclass(frozen=True, slots=True)
class Job:
    """One input and all that a worker needs to index it."""

    path: Path
    library: Path
    stages: tuple[Stage, ...]
    models: ModelSource


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a worker is: bytes while it reads the file for its hash, seconds of video then."""

    path: Path
    step: Literal["reading", "waiting", "indexing"]
    done: float
    total: float | None


def work(job: Job, supervisor: Connection) -> None:
    """The main function of a worker process. Sends `Progress`, and an `Outcome` last."""
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
    supervisor.send(outcome)
    supervisor.close()


def _index(job: Job, supervisor: Connection) -> Outcome:
    size = job.path.stat().st_size if job.path.exists() else 0
    video_id = content_id(
        job.path, lambda read: supervisor.send(Progress(job.path, "reading", float(read), float(size)))
    )
    with (
        Store.open(job.library, create=True) as store,
        claim(job.library, video_id, lambda: supervisor.send(Progress(job.path, "waiting", 0, None))),
    ):
        return index(
            Source(job.path, video_id),
            job.stages,
            store,
            job.models,
            lambda done, total: supervisor.send(Progress(job.path, "indexing", done, total)),
        )
