"""How long what was recorded stays: by age and by size of each source, and as the disk has room.

The oldest goes first. What somebody needs stays: what is under a hold, has a note, a comment, a chapter, a corrected
line, a plan or a copy, or is in a collection besides that of its source. Of what goes nothing is left (law 4), and each
is in the log.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from passerby.callers import WATCH
from passerby.errors import HeldError, UnknownVideoError
from passerby.library import Library
from passerby.service.jobs.base import Leftover
from passerby.service.jobs.cleanup import remove_unfinished, stop
from passerby.store.library import Store, open_store
from passerby.store.streams import StoredSegment
from passerby.streams.watch_source import WatchSource

FREE_BYTES = 1 << 30  # on the disk of the library, below which the oldest goes, whatever is to be kept
EVENTS_SECONDS = 90 * 86_400.0  # for which events and counts stay where nothing else is said


@dataclass(frozen=True, slots=True)
class Retained:
    """What went."""

    segments: int
    size_bytes: int


class Retention:
    """Lets go of what was recorded in one library."""

    def __init__(self, library: Library, clock: Callable[[], float] = time.time) -> None:
        self._library, self._clock = library.by(WATCH), clock

    def apply(self, sources: Iterable[WatchSource]) -> Retained:
        """Let go of all that is too old, or too much. Raises StoreError."""
        gone = [segment for source in sources for segment in self._apply(source)]
        gone += self._make_room()
        return Retained(len(gone), sum(segment.size_bytes for segment in gone))

    def _apply(self, source: WatchSource) -> list[StoredSegment]:
        now = self._clock()
        with self._open() as store:
            segments = store.streams.segments(source.name)
            store.streams.prune_events(source.name, now - (source.keep_seconds or EVENTS_SECONDS))
        return [segment for segment in overdue(segments, source, now) if self._let_go(segment)]

    def _make_room(self) -> list[StoredSegment]:
        """Where the disk is full: of all sources the oldest, until there is room."""
        gone: list[StoredSegment] = []
        with self._open() as store:
            free = store.blobs.free_bytes()
            if free is None or free >= FREE_BYTES:
                return gone
            segments = store.streams.segments()
        missing = FREE_BYTES - free
        for segment in segments:
            if missing <= 0:
                break
            if self._let_go(segment):
                gone.append(segment)
                missing -= segment.size_bytes
        return gone

    def _let_go(self, segment: StoredSegment) -> bool:
        """Whether it went."""
        if not segment.video:
            return self._drop_unseen(segment)
        with self._open() as store:
            if is_needed(store, segment):
                return False
        try:
            self._library.forget(segment.video)
        except (HeldError, UnknownVideoError):  # somebody has just come to need it, or has forgotten it
            return False
        return True

    def _drop_unseen(self, segment: StoredSegment) -> bool:
        """Remove a segment that is no video yet, or cannot be one; none that is looked through at this moment.

        On a full disk no job is begun: what waits for one would never go by itself.
        """
        with self._open() as store:
            job = store.jobs.keyed(WATCH.name, segment.id)
            if job is not None and job.status == "waiting":
                stop(store, job.id)
                job = store.jobs.get(job.id)
            if job is not None and not job.has_ended:
                return False
            remove_unfinished(store, Leftover("original", segment.id))
            store.streams.drop_segment(segment.id)
        self._library.custody.note(WATCH, "forget", f"source:{segment.source}")
        return True

    def _open(self) -> Store:
        return open_store(self._library.settings.library, create=False)


def overdue(segments: Sequence[StoredSegment], source: WatchSource, now: float) -> list[StoredSegment]:
    """Which segments of a source, given in the order of time, its limits have no place for."""
    found, size = [], 0
    for segment in reversed(segments):
        size += segment.size_bytes
        seconds = _seconds_kept(segment, source)
        is_old = seconds is not None and segment.end < now - seconds
        is_much = source.max_bytes is not None and size > source.max_bytes
        if is_old or is_much:
            found.append(segment)
    return found[::-1]


def _seconds_kept(segment: StoredSegment, source: WatchSource) -> float | None:
    """None: for good. What shows people has a limit of its own, also after its source has come to be hidden."""
    if segment.is_hidden or source.original_seconds is None:
        return source.keep_seconds
    return source.original_seconds


def is_needed(store: Store, segment: StoredSegment) -> bool:
    """Whether somebody has done something with a segment's video by which it is to stay."""
    video = segment.video
    others = {each.id for each in store.collections.all() if each.name != segment.source}
    return bool(
        store.evidence.held([video])
        or store.evidence.get(video)
        or store.notes.of(video)
        or store.comments.of(video)
        or store.chapters.of(video)
        or store.corrections.of(video)
        or store.plans.of(video)
        or store.files.all("copy", video)
        or others.intersection(store.collections.of(video))
    )
