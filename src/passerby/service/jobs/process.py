"""What happens in the process of a job, or where that has it done."""

import os
import traceback
from contextlib import closing
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Thread

from passerby.errors import PasserbyError
from passerby.executors.base import LOCAL, open_executor, unhurried
from passerby.progress import OnProgress
from passerby.service.jobs.base import JobResult, JobTools, ServerJob, without_folders
from passerby.service.jobs.lease_watch import end_with_lease
from passerby.service.jobs.stored_kinds import job_of
from passerby.settings import Settings
from passerby.store.jobs import StoredJob
from passerby.store.library import sink_from_here
from passerby.store.sink import OpenSink


def work(stored: StoredJob, settings: Settings, scratch: Path, connection: Connection) -> None:
    """The main function of the process of a job. Sends `Progress`, and a `JobResult` last."""
    Thread(target=end_with_lease, args=(stored, settings), name="lease watch", daemon=True).start()
    try:
        done = _done(stored, settings, scratch, connection.send)
    except PasserbyError as error:  # of an engine that is not there
        done = _failed(error)
    connection.send(done)


def _done(stored: StoredJob, settings: Settings, scratch: Path, on_progress: OnProgress) -> JobResult:
    tools = JobTools(stored, settings, scratch)
    if settings.engine == LOCAL or not job_of(stored).is_one_unit:
        return _do(stored, tools, on_progress)
    tools = replace(tools, settings=settings.placed(), scratch=scratch.absolute())
    placed = PlacedJob(stored, tools, sink_from_here(settings.library))
    with closing(open_executor(unhurried(settings), on_progress).run([placed])) as results:
        return next(results)


@dataclass(frozen=True, slots=True)
class PlacedJob:
    """A job of a server, as the engine of the settings has it done."""

    stored: StoredJob
    tools: JobTools
    open_sink: OpenSink

    @property
    def name(self) -> str:
        return f"passerby {self.stored.kind}"

    def run(self, on_progress: OnProgress) -> JobResult:
        try:
            with self.open_sink():  # it refuses where the library cannot be written to
                return _do(self.stored, self.tools, on_progress)
        except PasserbyError as error:
            return _failed(error)

    def lost_result(self, reason: str, tries: int) -> JobResult:
        often = ", more than once" if tries > 1 else ""
        return JobResult(True, f"its process {reason}{often}", {})


def _do(stored: StoredJob, tools: JobTools, on_progress: OnProgress) -> JobResult:
    os.umask(0o077)  # what it makes lies in the library, for its owner alone
    try:
        job = job_of(stored)
        try:
            done = job.run(tools, on_progress)
        except PasserbyError as error:
            done = _failed(error)
        return replace(done, message=_for_callers(done.message, job, tools))
    except Exception as error:  # the job's outer door
        message = f"a fault in Passerby itself: {type(error).__name__}: {error}"
        return JobResult(True, message, {"error": type(error).__name__}, details=traceback.format_exc())


def _failed(error: PasserbyError) -> JobResult:
    return JobResult(True, str(error), {"error": type(error).__name__})


def _for_callers(message: str, job: ServerJob, tools: JobTools) -> str:
    """A message without the folders of the server."""
    with tools.open_store() as store:
        video = store.sink.video(tools.video) if tools.video else None
    of_video = () if video is None else (video.path.rpartition("/")[0],)
    return without_folders(message, (*of_video, *job.folders(tools)))
