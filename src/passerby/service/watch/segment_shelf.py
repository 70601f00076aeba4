"""Recorded segments come into the library: each becomes one of its files, and a job that looks through it is put.

All that is done can be done again: whoever is killed in between, or finds what a killed one has left, begins anew, and
a segment's file is removed from where it was recorded when nothing is left to do.
"""

import os
import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from passerby.callers import WATCH
from passerby.evidence.custody import Custody
from passerby.object_storage.address import location
from passerby.service.jobs.add import AddJob
from passerby.settings import Settings
from passerby.store.blobs.base import blob_name
from passerby.store.library import Store, open_store
from passerby.store.streams import StoredSegment
from passerby.streams.segment_parts import VIDEO, SegmentPart, ended_by_crash

SHORTEST_GAP = 0.5  # seconds: less is between two frames
NOT_WATCHED = "not watched"


class SegmentShelf:
    """Takes segments into one library."""

    def __init__(self, settings: Settings, custody: Custody) -> None:
        self._settings, self._custody = settings, custody

    def take_up(self, parts: Iterable[SegmentPart]) -> int:
        """Take in what was left by processes that are no more; how many segments."""
        taken = 0
        for part in parts:
            whole = part if part.is_ended else ended_by_crash(part)
            if whole is None:
                part.remove()
                continue
            self.take_in(whole)
            taken += 1
        return taken

    def take_in(self, part: SegmentPart) -> None:
        """Take in a segment that has ended. Raises StoreError, OSError: it is still there then, to be tried again."""
        entry = part.segment.id
        with open_store(self._settings.library, create=False) as store:
            if store.jobs.keyed(WATCH.name, entry) is None:
                self._put(store, part)
        part.remove()

    def _put(self, store: Store, part: SegmentPart) -> None:
        segment = self._with_gap(store, part.segment)
        file = f"{segment.id}{VIDEO}"
        if store.files.get("original", segment.id) is not None:  # whoever began this was killed
            store.files.drop("original", segment.id)
        store.files.claim("original", segment.id, caller=WATCH.name)
        with store.blobs.making("original", segment.id) as folder:
            _share(part.video, folder / file)
        if all(known.id != segment.id for known in store.streams.segments(segment.source, segment.start, segment.end)):
            store.streams.add_segment(segment)
        place = store.blobs.location(blob_name("original", segment.id, file))
        asked = AddJob(location(place), segment.id, segment.size_bytes, source=segment.source)
        job = store.jobs.put(asked.kind, asked.to_json(), caller=WATCH.name, key=segment.id)
        self._custody.note(WATCH, "add", f"job:{job}")

    def _with_gap(self, store: Store, segment: StoredSegment) -> StoredSegment:
        """Without pictures since the segment before it; the reason is another one's where there was nobody to tell."""
        before = [each for each in store.streams.segments(segment.source, end=segment.start) if each.id != segment.id]
        gap = segment.start - max((each.end for each in before), default=segment.start)
        if gap < SHORTEST_GAP:
            return replace(segment, gap=0.0, why="")
        return replace(segment, gap=round(gap, 3), why=segment.why or NOT_WATCHED)


def _share(source: Path, target: Path) -> None:
    """The same bytes at another place, which is another disk at worst."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
