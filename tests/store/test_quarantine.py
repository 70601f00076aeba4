"""What has cost its workers, as every store keeps it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from libraries import video
from passerby.store.library import Store
from passerby.store.quarantine import Quarantined

ENTRY = Quarantined("a" * 64, "b" * 64, Path("/footage/clip \udcff 1.mp4"), 12, "was killed by signal 11", 3, 1.5)


def test_entries_come_back_and_one_replaces_the_older_of_its_unit(store: Store) -> None:
    other = replace(ENTRY, unit="c" * 64, since=3.5)
    for entry in (ENTRY, other, replace(ENTRY, failures=6, since=2.5)):
        store.quarantine.put(entry)
    assert store.quarantine.all() == [replace(ENTRY, failures=6, since=2.5), other]
    store.quarantine.release(ENTRY.video)
    assert store.quarantine.all() == []


@pytest.mark.parametrize("leave", ["forget", "drop"])
def test_what_is_kept_of_a_video_goes_with_it(store: Store, leave: str) -> None:
    known = video("clip.mp4")
    store.sink.begin_video(known)
    store.quarantine.put(replace(ENTRY, video=known.id))
    store.quarantine.put(ENTRY)
    go: Callable[[str], None] = getattr(store.videos, leave)
    go(known.id)
    assert store.quarantine.all() == [ENTRY]
