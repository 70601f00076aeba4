"""When videos were recorded: kept, joined where a content has several files, and narrowing what is found."""

from dataclasses import replace

import pytest

from libraries import timeline, video
from passerby.records import RecordingDate
from passerby.store.library import Store
from passerby.store.search import Narrow

OLD, NEW = RecordingDate(1_000, "file"), RecordingDate(2_000, "file")
TOLD = RecordingDate(3_000, "container")
ZONED = RecordingDate(3_000, "container", "1970-01-01T04:20:00+0330", "+03:30", "container")


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        (OLD, NEW, OLD),
        (NEW, OLD, OLD),
        (OLD, TOLD, TOLD),
        (TOLD, OLD, TOLD),
        (None, NEW, NEW),
        (NEW, None, NEW),
        (None, None, None),
        (RecordingDate(3_000, "container"), ZONED, ZONED),
    ],
)
def test_the_surest_and_oldest_date_of_a_content_is_kept(
    store: Store, first: RecordingDate | None, second: RecordingDate | None, kept: RecordingDate | None
) -> None:
    for name, date in (("a.mp4", first), ("b.mp4", second)):
        store.sink.begin_video(replace(video(name, content="same"), recorded=date))

    (known,) = store.videos.all()
    assert known.recorded == kept


def test_a_date_narrows_from_it_on_and_before_it(store: Store) -> None:
    for name, date in (("old", OLD), ("new", NEW), ("told", TOLD), ("unknown", None)):
        made = replace(video(f"{name}.mp4"), recorded=date)
        store.sink.begin_video(made)
        store.sink.finish_stage(made.id, "shots", "key", timeline(1))

    def found(start: int | None, end: int | None) -> list[str]:
        ranked = store.search.by_words(["mp4"], every=True, limit=9, narrow=Narrow(recorded=(start, end)))
        places = store.search.places(moment for moment, _ in ranked.moments)
        assert store.search.moments_with(narrow=Narrow(recorded=(start, end))) == set(places)
        return sorted(
            known.name for known in store.videos.all() if known.id in {place.video for place in places.values()}
        )

    assert found(None, None) == ["new.mp4", "old.mp4", "told.mp4", "unknown.mp4"]
    assert found(2_000, None) == ["new.mp4", "told.mp4"]
    assert found(None, 2_000) == ["old.mp4"]
    assert found(1_001, 3_000) == ["new.mp4"]
