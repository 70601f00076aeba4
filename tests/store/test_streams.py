"""Sources, their segments, events and counts, in both stores."""

from dataclasses import replace

import pytest

from libraries import add
from passerby.errors import ForgottenError, UnknownError
from passerby.store.library import Store
from passerby.store.streams import HourCount, SourceState, StoredEvent, StoredSegment

SEGMENT = StoredSegment(
    "s1", "gate", "r1", -3, 2**40, (1, 90_000), 1000.25, 1060.25, "synchronised", 2.5, "no answer", ((1.0, 2.5),),
    True, 12_345,
)  # fmt: skip


def event(number: int, wall: float) -> StoredEvent:
    return StoredEvent(f"e{number}", "gate", "new", "car", wall, {"id": f"e{number}", "zones": ["left"]})


def test_a_source_has_one_description_and_one_state(store: Store) -> None:
    store.streams.put_source("gate", '{"address": "rtsp://a/1"}')
    store.streams.put_source("gate", '{"address": "rtsp://a/2"}')
    assert [(each.name, each.description) for each in store.streams.sources()] == [
        ("gate", '{"address": "rtsp://a/2"}')
    ]
    assert store.streams.states() == []
    state = SourceState("gate", 5.0, "watching", size=(640, 360), rate=24.9, paused=("things",))
    for told in (SourceState("gate", 4.0, "connecting"), state, SourceState("yard", 6.0, "watching")):
        store.streams.report(told)
    assert store.streams.states() == [state]
    store.streams.drop_source("gate")
    assert store.streams.sources() == []
    with pytest.raises(UnknownError):
        store.streams.drop_source("gate")


def test_a_segment_is_kept_as_it_is_and_goes_with_its_video(store: Store) -> None:
    later = replace(SEGMENT, id="s2", start=1060.25, end=1120.25, gap=0.0, why="", unlooked=(), is_hidden=False)
    for segment in (later, SEGMENT):
        store.streams.add_segment(segment)
    assert store.streams.segments("gate") == [SEGMENT, later]
    assert store.streams.segments("gate", end=1030.0) == [SEGMENT]
    assert store.streams.segments(start=1100.0) == [later]
    assert store.streams.segments("yard") == []
    news = add(store, "news.mp4")
    store.streams.settle_segment("s1", news)
    assert store.streams.segments("gate") == [replace(SEGMENT, video=news), later]
    store.videos.forget(news)
    assert store.streams.segments("gate") == [later]
    with pytest.raises(ForgottenError):
        store.streams.settle_segment("s2", news)
    store.streams.drop_segment("s2")
    assert store.streams.segments() == []


def test_events_are_told_the_latest_first_and_go_with_their_source(store: Store) -> None:
    store.streams.put_source("gate", "{}")
    store.streams.add_events([event(number, number * 10.0) for number in range(5)])
    latest = store.streams.events("gate", limit=2)
    assert [told.id for _, told in latest] == ["e4", "e3"]
    rest = store.streams.events(limit=9, before=latest[-1][0])
    assert [told for _, told in rest] == [event(2, 20.0), event(1, 10.0), event(0, 0.0)]
    assert store.streams.events("yard", limit=9) == []
    assert store.streams.prune_events("gate", 25.0) == 3
    assert [told.id for _, told in store.streams.events(limit=9)] == ["e4", "e3"]
    store.streams.drop_source("gate")
    assert store.streams.events(limit=9) == []


def test_counts_of_an_hour_add_up(store: Store) -> None:
    store.streams.put_source("gate", "{}")
    people, cars = HourCount("gate", "", 3600, "people", 2), HourCount("gate", "left", 7200, "vehicles", 1)
    store.streams.count([people, cars])
    store.streams.count([people])
    assert store.streams.counts("gate", 0, 7200) == [replace(people, number=4)]
    assert store.streams.counts("gate", 3600, 10_800) == [replace(people, number=4), cars]
    store.streams.prune_events("gate", 7200.0)
    assert store.streams.counts("gate", 0, 10_800) == [cars]
