"""Numbers of people and vehicles, by zone and hour."""

from passerby.store.streams import HourCount
from passerby.streams.counts import HOUR, HourCounter
from passerby.streams.zones import WHOLE, WatchZone
from seen_things import SIZE, Something, standing_at

LEFT = WatchZone("left", ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0)))
START = 500_000 * HOUR


def counted(counter: HourCounter, *things: Something, at: float) -> list[HourCount]:
    for moment in (at, at + 0.2):
        counter.push(things, START + moment, SIZE)
    return counter.take()


def test_each_counts_once_in_its_zone_and_in_the_whole() -> None:
    counter = HourCounter("gate", [LEFT])
    people = [standing_at(0.2, 0.9, track=0), standing_at(0.7, 0.9, track=1)]
    told = counted(counter, *people, standing_at(0.7, 0.9, "truck", 2), standing_at(0.2, 0.9, "dog", 3), at=0)
    assert told == [
        HourCount("gate", WHOLE, START, "people", 2),
        HourCount("gate", WHOLE, START, "vehicles", 1),
        HourCount("gate", "left", START, "people", 1),
    ]
    assert counted(counter, *people, at=1) == []


def test_once_in_each_hour_in_which_it_is_seen() -> None:
    counter = HourCounter("gate")
    assert [each.hour for each in counted(counter, standing_at(0.2, 0.9), at=0)] == [START]
    assert [each.hour for each in counted(counter, standing_at(0.2, 0.9), at=HOUR)] == [START + HOUR]


def test_what_is_seen_but_once_is_not_counted_and_another_run_has_numbers_of_its_own() -> None:
    counter = HourCounter("gate")
    counter.push([standing_at(0.2, 0.9)], START, SIZE)
    counter.cut()
    counter.push([standing_at(0.2, 0.9)], START + 1, SIZE)
    assert counter.take() == []
