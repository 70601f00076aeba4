"""Ending jobs early, and removing what they had begun."""

import time

from passerby.callers import WATCH
from passerby.casework.taking import TAKING
from passerby.service.jobs.base import Leftover
from passerby.service.jobs.stored_kinds import job_of
from passerby.store.blobs.base import blob_name
from passerby.store.files import OwnedKind
from passerby.store.jobs import StoredJob
from passerby.store.library import Store

HANDING_OVER_SECONDS = 60.0  # from the claim of an original to its job, at another server and by its clock
_KINDS: tuple[OwnedKind, ...] = ("original", "copy")
# Who looks after their own originals until those are videos: a recording that cannot be looked through is kept.
TAKING_IN = (TAKING, WATCH.name)


def stop(store: Store, job: str) -> None:
    """Ask for the end of a job, and clear away after one that has never run."""
    store.jobs.stop(job)
    found = store.jobs.get(job)
    if found is not None and found.status == "cancelled":
        clear_away(store, found)


def clear_away(store: Store, job: StoredJob) -> None:
    """Remove what a job has begun and not finished."""
    for leftover in job_of(job).leftovers(job.id):
        remove_unfinished(store, leftover)


def remove_leftovers(store: Store) -> None:
    """Remove what killed servers had begun and nobody works on any more."""
    # Files first: a job of another server that is put after that has none of these.
    owned = [
        file for kind in _KINDS for file in store.files.all(kind) if not file.ready and file.caller not in TAKING_IN
    ]
    working = {leftover for job in store.jobs.active() for leftover in job_of(job).leftovers(job.id)}
    uploads = {file.name for file in store.files.all("upload")}
    for file in owned:
        leftover = Leftover(file.kind, file.name)
        is_handed_over = file.name in uploads and time.time() - file.created < HANDING_OVER_SECONDS
        if leftover not in working and not is_handed_over:
            remove_unfinished(store, leftover)


def remove_unfinished(store: Store, leftover: Leftover) -> None:
    """Remove a file that is not whole, or an original that was not taken in, and what was found in it until then."""
    owned = store.files.get(leftover.kind, leftover.name)
    if owned is None or owned.ready:
        return
    within = store.blobs.location(blob_name(owned.kind, owned.name)) + "/"
    for video in (*store.videos.all(), *store.trash.all()) if leftover.kind == "original" else ():
        if video.path.startswith(within):
            store.videos.drop(video.id)
    store.files.drop(leftover.kind, leftover.name)
