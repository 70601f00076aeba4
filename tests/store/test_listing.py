"""Lists of videos are ordered, narrowed and counted."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from libraries import MOMENT_TICKS, add, people, said, text, timeline, track, video
from passerby.dates import parse_date
from passerby.records import RecordingDate, Tag
from passerby.store.library import Store, open_store
from passerby.store.listing import ALL_VIDEOS, VideoFilter

SPRING, YEAR_BEFORE = parse_date("2026-03-08T10:15:00Z"), parse_date("2025-12-31T23:00:00Z")


@pytest.fixture
def store(address: str) -> Iterator[Store]:
    with open_store(address, create=True) as opened:
        add(opened, "b-kite.mp4", moments=2, objects=[track("kite", 0)], text=[text("news", 1)])
        add(opened, "A-car.mp4", moments=20, objects=[track("car", 0)], speech=[said("hello", 1)], people=[people(2)])
        dated(opened, "c-spring.mp4", RecordingDate(SPRING, "container"))
        dated(opened, "d-winter.mp4", RecordingDate(YEAR_BEFORE, "container"))
        dated(opened, "e-copied.mp4", RecordingDate(SPRING, "file"))
        yield opened


def dated(store: Store, name: str, recorded: RecordingDate) -> None:
    made = replace(video(name), recorded=recorded)
    store.sink.begin_video(made)
    store.sink.finish_stage(made.id, "shots", "shots-key", timeline(1))
    store.sink.finish_stage(made.id, "tags", "tags-key", [Tag(0, "kite", 0.5)])
    store.sink.end_video(made.id, 100, MOMENT_TICKS, "done", "")


def names(store: Store, wanted: VideoFilter = ALL_VIDEOS, order: str = "name") -> list[str]:
    listed = store.listing.page(wanted, order, 9, 0)  # type: ignore[arg-type]
    assert [each.id for each in listed] == store.listing.ids(wanted, order)  # type: ignore[arg-type]
    assert len(listed) == store.listing.count(wanted) == len(store.listing.shapes(wanted, "name"))
    return [each.name[0] for each in listed]


def test_orders(store: Store) -> None:
    assert names(store) == ["A", "b", "c", "d", "e"]
    assert names(store, order="added") == ["e", "d", "c", "A", "b"]
    assert names(store, order="duration")[0] == "A"
    assert names(store, order="recorded")[:2] == ["c", "d"]  # a file's date is none of a recording
    assert [each.name[0] for each in store.listing.page(ALL_VIDEOS, "name", 2, 3)] == ["d", "e"]
    assert [each.day for each in store.listing.shapes(ALL_VIDEOS, "recorded")][:3] == [20520, 20453, None]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (VideoFilter(named="KITE"), ["b"]),
        (VideoFilter(named="_"), []),
        (VideoFilter(labels=["kite"]), ["b", "c", "d", "e"]),
        (VideoFilter(labels=["kite", "car"]), []),
        (VideoFilter(has=["text"]), ["b"]),
        (VideoFilter(has=["speech", "people"]), ["A"]),
        (VideoFilter(length="to_5_min"), ["A"]),
        (VideoFilter(year=2026), ["c"]),
        (VideoFilter(year=0), ["A", "b", "e"]),
        (VideoFilter(review="checked"), []),
        (VideoFilter(status="done", year=2025), ["d"]),
    ],
)
def test_filters(store: Store, wanted: VideoFilter, expected: list[str]) -> None:
    assert names(store, wanted) == expected


def test_facets_count_what_is_listed(store: Store) -> None:
    trip = store.collections.make("Trip", "", "ada", is_case=False)
    store.collections.put(trip, [video("b-kite.mp4").id])
    counted = {(each.kind, each.value): each.videos for each in store.listing.facets(ALL_VIDEOS)}
    assert counted["label", "kite"] == 4
    assert counted["has", "speech"] == counted["has", "people"] == counted["collection", trip] == 1
    assert (counted["length", "to_1_min"], counted["length", "to_5_min"]) == (4, 1)
    assert [counted["year", year] for year in ("2026", "2025", "0")] == [1, 1, 3]
    assert counted["review", "to_check"] == counted["status", "done"] == 5
    assert names(store, VideoFilter(collection=trip)) == ["b"]
    of_one = {(each.kind, each.value): each.videos for each in store.listing.facets(VideoFilter(collection=trip))}
    assert of_one["label", "kite"] == of_one["has", "text"] == 1
    assert ("label", "car") not in of_one
