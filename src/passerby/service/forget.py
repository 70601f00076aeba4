"""Forgetting a video while a server works: what is being done with it ends first."""

import time
from pathlib import Path

from passerby.errors import UnknownVideoError
from passerby.library import Library
from passerby.object_storage.address import Location
from passerby.service.jobs.audit import report_page
from passerby.service.jobs.case_export import remove_left_bags
from passerby.service.jobs.cleanup import stop
from passerby.service.jobs.stored_kinds import job_of
from passerby.store.jobs import KEPT
from passerby.store.library import Address, open_store

STOP_SECONDS = 15.0  # in which the processes of a job surely end


def forget(library: Library, video: str, original: Location, scratch: Path) -> None:
    """Erase a video, with all that the library has of it, after the work on it has ended. Raises UnknownVideoError.

    A job that adds a whole folder goes on without it.
    """
    with open_store(library.settings.library, create=False) as store:
        store.videos.decline(video)
        jobs = [job for job in store.jobs.active() if job.video == video or job_of(job).takes_in(original)]
        for job in jobs:
            stop(store, job.id)
        pages = [job.id for job in store.jobs.latest(KEPT, video=video, trashed=True)]
    until = time.monotonic() + STOP_SECONDS
    while any(not _has_ended(library.settings.library, job.id) for job in jobs) and time.monotonic() < until:
        time.sleep(0.05)
    with open_store(library.settings.library, create=False) as store:
        store.jobs.erase([job.id for job in jobs])
    try:
        library.forget(video)
    except UnknownVideoError:  # it went with the job that was taking it in
        if not jobs:
            raise
        library.custody.note(library.caller, "forget", video)
    for job_id in pages:
        report_page(scratch, job_id).unlink(missing_ok=True)
    with open_store(library.settings.library, create=False) as store:
        remove_left_bags(store, scratch)


def _has_ended(address: Address, job: str) -> bool:
    with open_store(address, create=False) as store:
        found = store.jobs.get(job)
    return found is None or found.has_ended
