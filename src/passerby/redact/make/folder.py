"""A folder redacted: each file below it becomes a copy at the same place in another folder.

Threads, not processes: models and codecs let others run while they work. A file that fails costs no other one.
"""

import os
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event

from passerby.errors import MissingExtraError, MissingModelError, OutputError, UsageError, WorkerError
from passerby.models.source import ModelSource
from passerby.progress import OnProgress, Progress
from passerby.redact.make.folder_contents import FolderEntry, gather
from passerby.redact.make.redacted_still import RedactedStill, is_still, redact_file
from passerby.redact.make.redacted_video import RedactedVideo
from passerby.redact.make.request import Request
from passerby.redact.plan.policy import Accompaniment


@dataclass(frozen=True, slots=True)
class FileResult:
    """What became of one file of the folder."""

    source: Path
    copy: Path | None  # where its copy is to be; None where it was left out, or could not even be listed
    redacted: RedactedVideo | RedactedStill | None  # None if it failed, or was left out
    error: Exception | None
    left_out: str = ""  # why; "" for a file that was to be copied


def redact_folder(
    request: Request, models: ModelSource, on_progress: OnProgress, *, jobs: int
) -> Generator[FileResult, None, None]:
    """Make copies of all videos and still images below ``request.source`` below ``request.target``, ``jobs`` at once.

    What became of each is given when it is through, first of what is left out. A copy has the ending of its original,
    or one that can be written. Copies that are below the source are not copied again. Raises
    UsageError for what cannot be asked of a folder, MissingModelError; no more files are begun then.
    """
    _check(request)
    found = gather(request.source, request.target, request.policy)
    if not found:
        raise UsageError(f"{request.source}: expected videos or still images in the folder, found none")
    stopped = Event()

    def watched(progress: Progress) -> None:
        if stopped.is_set():
            raise WorkerError(f"{progress.path}: the run was ended")
        on_progress(progress)

    pool = ThreadPoolExecutor(jobs)
    try:
        yield from (FileResult(request.source, None, None, error) for error in found if isinstance(error, Exception))
        files = [one for one in found if isinstance(one, FolderEntry)]
        yield from (FileResult(one.source, None, None, None, one.why) for one in files if one.copy is None)
        work = [(one.source, one.copy) for one in files if one.copy is not None]
        for done in as_completed([pool.submit(_redact_file, request, *paths, models, watched) for paths in work]):
            yield done.result()
    finally:
        stopped.set()
        pool.shutdown(cancel_futures=True)


def _redact_file(
    request: Request, source: Path, target: Path, models: ModelSource, on_progress: OnProgress
) -> FileResult:
    policy = request.policy.without(Accompaniment) if is_still(source) else request.policy
    try:
        _make_folder(target.parent)
        made = redact_file(replace(request, source=source, target=target, policy=policy), models, on_progress)
    except (MissingModelError, MissingExtraError):
        raise  # no other file would fare better
    except Exception as error:  # whatever it is, it is this file's; it has no copy
        return FileResult(source, target, None, error)
    return FileResult(source, target, made, None)


def _check(request: Request) -> None:
    source, target = (Path(os.path.realpath(path)) for path in (request.source, request.target))
    if request.target.exists() and not os.path.isdir(target):
        raise UsageError(f"{request.target}: expected a folder for the copies of a folder, found a file")
    if source.is_relative_to(target):
        raise UsageError(
            f"{request.target}: expected a folder that does not hold the originals; a copy never takes their place"
        )
    if request.plan is not None:
        raise UsageError("--plan: expected one video, found a folder; a plan is for one file")
    if request.policy.show_tracks or request.policy.only_tracks:
        raise UsageError("expected one video, found a folder; numbers of tracks are those of one file")


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder}: the folder cannot be made ({error.strerror})") from error
