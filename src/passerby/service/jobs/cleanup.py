"""Ending jobs early, and removing what they had begun."""

from passerby.service.jobs.base import Leftover
from passerby.service.jobs.stored_kinds import job_of
from passerby.store.blobs.base import blob_name
from passerby.store.jobs import StoredJob
from passerby.store.library import Store


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


def remove_unfinished(store: Store, leftover: Leftover) -> None:
    """Remove a file that is not whole, or an original that was not taken in, and what was found in it until then."""
    owned = store.files.get(leftover.kind, leftover.name)
    if owned is None or owned.ready:
        return
    within = store.blobs.location(blob_name(owned.kind, owned.name)) + "/"
    for video in store.videos.all() if leftover.kind == "original" else ():
        if video.path.startswith(within):
            store.videos.drop(video.id)
    store.files.drop(leftover.kind, leftover.name)
