"""Events: one coming and going is one thing told, and nothing of who it is."""

from passerby.models.vocabulary import check_names
from passerby.streams.events import EventMaker, StreamEvent
from passerby.streams.rules import DayHours, WatchRule
from passerby.streams.zones import WatchZone
from seen_things import SIZE, Something, standing_at

LEFT = WatchZone("left", ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0)))
START = 1_750_000_000.0


def types(events: list[StreamEvent]) -> list[str]:
    return [event.type for event in events]


def watched(maker: EventMaker, *things: Something, at: float) -> list[StreamEvent]:
    return maker.push(things, START + at, SIZE)


def comes(maker: EventMaker, *things: Something, at: float) -> list[StreamEvent]:
    """What is told of things that are seen for the second time."""
    assert [event for event in watched(maker, *things, at=at - 0.1) if event.type == "new"] == []
    return watched(maker, *things, at=at)


def test_what_was_seen_once_alone_is_not_told() -> None:
    maker = EventMaker("gate")
    assert watched(maker, standing_at(0.2, 0.9), at=0) == []
    assert watched(maker, at=10) == []


def test_a_thing_comes_is_there_and_goes() -> None:
    maker = EventMaker("gate")
    told = [event for tenth in range(80) for event in watched(maker, standing_at(0.2, 0.9), at=tenth / 10)]
    told += watched(maker, at=12)
    assert types(told) == ["new", "update", "end"]
    assert len({event.id for event in told}) == 1
    assert told[-1].wall == START + 7.9  # when it was seen last
    assert told[-1].document()["seconds"] == 7.9


def test_what_is_out_of_sight_for_a_moment_is_still_the_same() -> None:
    maker = EventMaker("gate")
    comes(maker, standing_at(0.2, 0.9), at=0)
    watched(maker, at=1)
    assert watched(maker, standing_at(0.2, 0.9), at=1.5) == []


def test_who_walks_from_one_zone_into_another_is_told_at_once() -> None:
    maker = EventMaker("gate", zones=[LEFT])
    told = [watched(maker, standing_at(x, 0.9), at=n / 10) for n, x in enumerate((0.4, 0.4, 0.45, 0.6))]
    assert [[event.zones for event in events] for events in told] == [[], [("left",)], [], [()]]


def test_a_rule_asks_for_label_zone_hours_and_length() -> None:
    rule = WatchRule("cars", frozenset({"car"}), LEFT, (DayHours(0, 24 * 60),), least_seconds=1.0, least_score=0.5)
    others = [standing_at(0.2, 0.9, track=1), standing_at(0.7, 0.9, "car", 2), standing_at(0.2, 0.9, "car", 3, 0.4)]
    maker = EventMaker("gate", [rule], [LEFT])
    for tenth in range(10):
        assert watched(maker, *others, standing_at(0.2, 0.9, "car"), at=tenth / 10) == []
    (event,) = watched(maker, *others, standing_at(0.2, 0.9, "car"), at=1.0)
    assert (event.rule, event.label, event.start) == ("cars", "car", START)
    closed = EventMaker("gate", [WatchRule("never", hours=(DayHours(0, 1),))])
    assert watched(closed, standing_at(0.2, 0.9), at=0) == []


def test_what_was_never_told_has_no_end() -> None:
    maker = EventMaker("gate", [WatchRule("long", least_seconds=60)])
    watched(maker, standing_at(0.2, 0.9), at=0)
    assert maker.end(START + 1) == []


def test_too_many_at_once_are_a_number() -> None:
    maker = EventMaker("gate", most_a_minute=3)
    crowd = [standing_at(0.5, 0.9, track=track) for track in range(10)]
    assert types(comes(maker, *crowd, at=0)) == ["new"] * 3
    assert len(watched(maker, at=10)) == 3  # ends of what was told alone
    (later,) = comes(maker, standing_at(0.5, 0.9, track=11), at=60)
    assert later.held_back == 7
    assert later.document()["held_back"] == 7


def test_a_run_ends_all_that_is_there() -> None:
    maker = EventMaker("gate")
    (first,) = comes(maker, standing_at(0.2, 0.9), at=0)
    maker.cue("stalled", START, on=True)
    assert types(maker.end(START + 1)) == ["end", "end"]
    (second,) = comes(maker, standing_at(0.2, 0.9), at=1.2)  # the same number, in another run
    assert (second.type, second.id == first.id) == ("new", False)


def test_a_cue_is_told_when_it_begins_and_when_it_ends() -> None:
    maker = EventMaker("gate")
    (begun,) = maker.cue("stalled", START, on=True)
    assert maker.cue("stalled", START + 1, on=True) == []
    (ended,) = maker.cue("stalled", START + 9, on=False)
    assert (begun.type, ended.type, ended.id == begun.id) == ("new", "end", True)
    assert "box" not in ended.document()
    assert maker.cue("stalled", START + 10, on=False) == []


def test_an_event_tells_nothing_by_which_one_could_be_told_from_another() -> None:
    maker = EventMaker("gate", zones=[LEFT])
    (event,) = comes(maker, standing_at(0.2, 0.9, track=4711), at=0)
    document = event.document()
    assert set(document) == {
        "id", "type", "source", "rule", "label", "score", "zones", "start", "time", "seconds", "box",
    }  # fmt: skip
    check_names(document, "an event")
    assert "4711" not in str({**document, "id": ""})
