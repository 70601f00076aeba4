"""A folder redacted: each file below it becomes a copy at the same place in another folder.

Threads, not processes: models and codecs let others run while they work. A file that fails costs no other one.
"""

import os
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event

from passerby.errors import MissingExtraError, MissingModelError, OutputError, PasserbyError, UsageError, WorkerError
from passerby.media import heif
from passerby.media.still import ENDINGS as STILLS
from passerby.pipeline import discover
from passerby.pipeline.progress import Progress
from passerby.redact.looks import ModelSource
from passerby.redact.request import Request
from passerby.redact.run import OnProgress, Redacted
from passerby.redact.stills import RedactedStill, redact_file

ENDINGS = discover.ENDINGS | STILLS


@dataclass(frozen=True, slots=True)
class FileResult:
    """What became of one file of the folder."""

    source: Path
    copy: Path | None  # where its copy is to be; None where the file could not even be listed
    made: Redacted | RedactedStill | None  # None if it failed
    error: Exception | None


def redact_folder(
    request: Request, models: ModelSource, on_progress: OnProgress, *, jobs: int
) -> Generator[FileResult, None, None]:
    """Make copies of all videos and still images below ``request.source`` below ``request.target``, ``jobs`` at once.

    What became of each is given when it is through. Copies that are below the source are not copied again. Raises
    UsageError for what cannot be asked of a folder, MissingModelError; no more files are begun then.
    """
    _check(request)
    found = list(_files(request.source, request.target))
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
        files = [path for path in found if isinstance(path, Path)]
        for done in as_completed([pool.submit(_redact_file, request, path, models, watched) for path in files]):
            yield done.result()
    finally:
        stopped.set()
        pool.shutdown(cancel_futures=True)


def _redact_file(request: Request, source: Path, models: ModelSource, on_progress: OnProgress) -> FileResult:
    target = request.target / source.relative_to(request.source)
    if source.suffix.lower() in heif.ENDINGS:
        target = target.with_name(f"{target.name}.jpg")  # nothing here writes HEIC, and a .jpg may lie beside it
    try:
        _make_folder(target.parent)
        made = redact_file(replace(request, source=source, target=target), models, on_progress)
    except (MissingModelError, MissingExtraError):
        raise  # no other file would fare better
    except Exception as error:  # whatever it is, it is this file's; it has no copy
        return FileResult(source, target, None, error)
    return FileResult(source, target, made, None)


def _files(source: Path, target: Path) -> Iterator[Path | PasserbyError]:
    inside = target.resolve()
    for found in discover.video_files([source], ENDINGS):
        if isinstance(found, PasserbyError) or not found.resolve().is_relative_to(inside):
            yield found


def _check(request: Request) -> None:
    source, target = request.source.resolve(), request.target.resolve()
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
