"""What is there now: each thing once, until it has not been seen for a while."""

from passerby.streams.presence import PresenceCounter, PresentCount
from passerby.streams.zones import WHOLE, WatchZone
from seen_things import SIZE, Something, standing_at

LEFT = WatchZone("left", ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0)))
START = 1_750_000_000.0


def watched(counter: PresenceCounter, *things: Something, at: float) -> list[tuple[str, str, int]]:
    return [_place(count) for count in counter.push(things, START + at, SIZE)]


def _place(count: PresentCount) -> tuple[str, str, int]:
    assert count.source == "gate"
    return count.zone, count.label, count.number


def test_a_thing_is_there_from_its_second_sighting_until_it_was_not_seen_for_a_while() -> None:
    counter = PresenceCounter("gate", [LEFT])
    thing = standing_at(0.2, 0.9)
    assert watched(counter, thing, at=0) == []
    assert watched(counter, thing, at=0.1) == [(WHOLE, "person", 1), ("left", "person", 1)]
    assert watched(counter, thing, at=0.2) == []
    assert watched(counter, at=2) == []
    assert watched(counter, at=2.3) == [(WHOLE, "person", 0), ("left", "person", 0)]


def test_what_walks_on_is_counted_where_it_is() -> None:
    counter = PresenceCounter("gate", [LEFT])
    for at in (0, 0.1):
        watched(counter, standing_at(0.2, 0.9), standing_at(0.3, 0.9, track=2), at=at)
    assert watched(counter, standing_at(0.7, 0.9), standing_at(0.3, 0.9, track=2), at=0.2) == [("left", "person", 1)]


def test_with_a_run_all_ends() -> None:
    counter = PresenceCounter("gate")
    for at in (0, 0.1):
        watched(counter, standing_at(0.2, 0.9), standing_at(0.3, 0.9, "car", 2), at=at)
    assert [_place(count) for count in counter.end(START + 1)] == [(WHOLE, "car", 0), (WHOLE, "person", 0)]
    assert counter.end(START + 2) == []
