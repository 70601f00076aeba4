"""What happens in the process of a job."""

import os
import traceback
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path

from passerby.errors import PasserbyError
from passerby.service.jobs.base import JobResult, JobTools, ServerJob, without_folders
from passerby.service.jobs.stored_kinds import job_of
from passerby.settings import Settings
from passerby.store.jobs import StoredJob


def work(stored: StoredJob, settings: Settings, scratch: Path, connection: Connection) -> None:
    """The main function of the process of a job. Sends `Progress`, and a `JobResult` last."""
    os.umask(0o077)  # what it makes lies in the library, for its owner alone
    tools = JobTools(stored.id, stored.video, settings, scratch)
    try:
        job = job_of(stored)
        try:
            done = job.run(tools, connection.send)
        except PasserbyError as error:
            done = JobResult(True, str(error), {"error": type(error).__name__})
        done = replace(done, message=_for_callers(done.message, job, tools))
    except Exception as error:  # the job's outer door
        message = f"a fault in Passerby itself: {type(error).__name__}: {error}"
        done = JobResult(True, message, {"error": type(error).__name__}, details=traceback.format_exc())
    connection.send(done)


def _for_callers(message: str, job: ServerJob, tools: JobTools) -> str:
    """A message without the folders of the server."""
    with tools.open_store() as store:
        video = store.videos.get(tools.video) if tools.video else None
    of_video = () if video is None else (video.path.rpartition("/")[0],)
    return without_folders(message, (*of_video, *job.folders(tools)))
