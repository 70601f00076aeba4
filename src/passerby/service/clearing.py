"""Ending jobs early, and removing what they had begun."""

from pathlib import Path

from passerby.store.files import OwnedKind
from passerby.store.library import Store


def stop(store: Store, job: str) -> None:
    """Ask for the end of a job, and clear away after one that has never run."""
    store.jobs.stop(job)
    found = store.jobs.get(job)
    if found is not None and found.status == "cancelled":
        leave_nothing(store, "original", found.asked.get("upload", ""))


def leave_nothing(store: Store, kind: OwnedKind, name: str) -> None:
    """Remove a file that is not whole, or an original that was not taken in, and what was found in it until then."""
    owned = store.files.get(kind, name)
    if owned is None or owned.ready:
        return
    folder = (store.files.root() / owned.path).absolute()
    for video in store.videos() if kind == "original" else ():
        if Path(video.path).parent == folder:
            store.drop(video.id)
    store.files.drop(kind, name)
