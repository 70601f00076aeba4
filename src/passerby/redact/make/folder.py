"""A folder redacted: each file below it becomes a copy at the same place in another folder; or several, and files.

Each is a job of its own, for whatever executor. A file that fails costs no other one.
"""

import os
import secrets
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from passerby.errors import MissingExtraError, MissingModelError, PasserbyError, UsageError
from passerby.files.publish import check_target
from passerby.models.source import ModelSource
from passerby.redact.make.copy_job import CopyJob, FileResult, make_folder
from passerby.redact.make.folder_contents import FolderEntry, gather
from passerby.redact.make.folder_record import FolderRecord
from passerby.redact.make.preflight import check_paths
from passerby.redact.make.redacted_still import is_still
from passerby.redact.make.request import Request

RUN_BYTES = 3  # of the name of a run, which tells its files from those of others


def redact_folder(
    request: Request,
    models: ModelSource,
    run: Callable[[Iterable[CopyJob]], Generator[FileResult, None, None]],
    *,
    tries_again: bool,
    sources: Sequence[Path] = (),
    on_planned: Callable[[int], None] = lambda files: None,
) -> Generator[FileResult, None, None]:
    """Make copies of all videos and still images below ``request.source``, or of ``sources``, in ``request.target``.

    ``run`` is that of an executor, and ``tries_again`` whether that begins jobs again which were lost. What became of
    each file is given when it is through, first of what is left out, then of what was made before in the same way;
    ``on_planned`` hears how many are to be made. A copy has the ending of its original,
    or one that can be written. Copies that are below the source are not copied again. Raises
    UsageError for what cannot be asked of a folder, MissingModelError; no more files are begun then.
    """
    found = contents(request, sources or (request.source,))
    yield from (FileResult(request.source, None, None, error) for error in found if isinstance(error, Exception))
    files = [one for one in found if isinstance(one, FolderEntry)]
    yield from (FileResult(one.source, None, None, None, one.why) for one in files if one.copy is None)
    record = FolderRecord(request, models)
    jobs = []
    for one in files:
        if one.copy is not None and not request.overwrite and record.has(one.source, one.copy):
            yield FileResult(one.source, one.copy, None, None, made_before=True)
        elif one.copy is not None:
            jobs.append(CopyJob(replace(request, source=one.source, target=one.copy), models))
    on_planned(len(jobs))
    refused: list[FileResult] = []
    with closing(run(_repeatable(jobs, refused) if tries_again else jobs)) as results:
        for result in results:
            if isinstance(result.error, MissingModelError | MissingExtraError):
                raise result.error  # no other file would fare better
            record.note(result)
            yield result
    yield from refused


def contents(request: Request, places: Sequence[Path]) -> list[FolderEntry | PasserbyError]:
    """What of folders and files becomes which copies, what is left out, and what cannot be read.

    Raises UsageError for what cannot be asked of them, and where there is nothing to copy.
    """
    for place in places:
        _check(replace(request, source=place))
    found = [one for place in places for one in gather(place, _below(request.target, place, places), request.policy)]
    if not found:
        raise UsageError(f"{places[0]}: expected videos or still images in the folder, found none")
    _see_that_no_two_are_one(found)
    return found


def _repeatable(jobs: Iterable[CopyJob], refused: list[FileResult]) -> Iterator[CopyJob]:
    """The jobs, so that each can be done again after its copy was made and nobody has heard of it.

    Each writes over what is at its place, so that there must be nothing before; where there is, it is ``refused``.
    """
    run = secrets.token_hex(RUN_BYTES)
    for job in jobs:
        try:
            make_folder(job.request.target.parent)
            if not is_still(job.request.source):
                check_paths(job.request)
            check_target(job.request.source, job.request.target, overwrite=job.request.overwrite)
        except PasserbyError as error:
            refused.append(job.failed(error))
        else:
            yield replace(job, request=replace(job.request, overwrite=True, run=run))


def _below(target: Path, place: Path, places: Sequence[Path]) -> Path:
    """Where the copies of a folder go: to the target, or of several, each to a folder of its name there."""
    return target / place.name if len(places) > 1 and os.path.isdir(place) else target


def _see_that_no_two_are_one(found: Iterable[FolderEntry | PasserbyError]) -> None:
    """Raise UsageError where two files would have the same copy."""
    copies: dict[Path, Path] = {}
    for one in found:
        if isinstance(one, FolderEntry) and one.copy is not None:
            other = copies.setdefault(one.copy, one.source)
            if other != one.source:
                raise UsageError(f"{one.source}: its copy would have the name of that of {other}; copy them apart")


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
