from fractions import Fraction

import numpy as np
import pytest

from passerby.errors import UsageError
from passerby.redact.plan.choice import decided
from passerby.redact.plan.plan import HiddenTrack, Original, box_at
from passerby.redact.plan.policy import Drawn, Policy, Zone, parse_until
from passerby.times import TimeBase

# Ten seconds of 25 frames.
ORIGINAL = Original("clip.mp4", "00", 320, 180, TimeBase(Fraction(1, 25)), 250, 250, "")


def _found(*numbers: int) -> list[HiddenTrack]:
    boxes = np.array([[0, 0, 9, 9]] * 2, np.float32)
    return [HiddenTrack(number, "faces", "face", True, 0.9, np.array([0, 5]), boxes) for number in numbers]


def _hidden(policy: Policy, *numbers: int) -> list[int]:
    return [track.number for track in decided(ORIGINAL, policy, _found(*numbers)) if track.hidden]


def test_all_that_was_found_is_hidden_unless_told_otherwise() -> None:
    assert _hidden(Policy(), 1, 2, 3) == [1, 2, 3]


def test_tracks_that_are_to_show_are_kept_in_the_plan_but_not_hidden() -> None:
    policy = Policy(show_tracks=(2,))
    assert _hidden(policy, 1, 2, 3) == [1, 3]
    assert len(decided(ORIGINAL, policy, _found(1, 2, 3))) == 3


def test_only_some_tracks_are_hidden_and_showing_one_of_them_wins() -> None:
    assert _hidden(Policy(only_tracks=(1, 3)), 1, 2, 3) == [1, 3]
    assert _hidden(Policy(only_tracks=(1, 3), show_tracks=(3,)), 1, 2, 3) == [1]


def test_zones_and_drawings_are_hidden_whichever_tracks_are() -> None:
    policy = Policy(only_tracks=(1,), zones=(Zone((1, 2, 3, 4)),), drawn=(Drawn(((Fraction(1), (5, 6, 7, 8)),)),))
    tracks = decided(ORIGINAL, policy, _found(1, 2))
    assert [(track.number, track.kind, track.hidden) for track in tracks] == [
        (1, "faces", True),
        (2, "faces", False),
        (3, "zone", True),
        (4, "drawn", True),
    ]


@pytest.mark.parametrize("policy", [Policy(show_tracks=(1, 7)), Policy(only_tracks=(7,))])
def test_a_track_that_was_not_found_is_named(policy: Policy) -> None:
    with pytest.raises(UsageError, match=r"track 7: .* found tracks 1 to 2; see --tracks"):
        decided(ORIGINAL, policy, _found(1, 2))
    with pytest.raises(UsageError, match="none at all"):
        decided(ORIGINAL, policy, [])


def test_a_zone_lasts_for_all_of_the_video() -> None:
    (zone,) = decided(ORIGINAL, Policy(zones=(Zone((10, 20, 30, 40)),)), [])
    assert (zone.span.start, zone.span.end) == (0, 250)
    assert box_at(zone, 100).tolist() == [10, 20, 30, 40]


def test_a_zone_may_last_for_a_while_up_to_its_end_and_not_at_it() -> None:
    (zone,) = decided(ORIGINAL, Policy(zones=(Zone((0, 0, 9, 9), (Fraction(1), Fraction(2))),)), [])
    assert (zone.span.start, zone.span.end) == (25, 50)


def test_a_zone_may_last_to_the_end_as_it_is_told_to_the_millisecond() -> None:
    (zone,) = decided(ORIGINAL, Policy(zones=(Zone((0, 0, 9, 9), (Fraction(9), Fraction(10001, 1000))),)), [])
    assert (zone.span.start, zone.span.end) == (225, 250)


def test_up_to_the_end_is_written_as_no_end() -> None:
    assert _hidden(Policy(seconds=parse_until("9", None)), 1) == [1]


def test_a_zone_of_less_than_a_frame_hides_one() -> None:
    (zone,) = decided(ORIGINAL, Policy(zones=(Zone((0, 0, 9, 9), (Fraction(1), Fraction(101, 100))),)), [])
    assert zone.times.tolist() == [25]


def test_a_drawing_moves_from_box_to_box() -> None:
    points = ((Fraction(1), (0, 0, 10, 10)), (Fraction(2), (50, 0, 60, 20)))
    (drawn,) = decided(ORIGINAL, Policy(drawn=(Drawn(points),)), [])
    assert (drawn.span.start, drawn.span.end) == (25, 51)
    assert box_at(drawn, 30).tolist() == [10, 0, 20, 12]


def test_boxes_of_a_drawing_within_one_tick_are_refused_rather_than_one_of_them_lost() -> None:
    points = ((Fraction(1), (0, 0, 10, 10)), (Fraction(101, 100), (50, 0, 60, 20)))
    with pytest.raises(UsageError, match=r"drawing 0:01\.010: expected times of different frames"):
        decided(ORIGINAL, Policy(drawn=(Drawn(points),)), [])


BOX = (0, 0, 9, 9)
LATE = (Fraction(10), Fraction(11))
LONG = (Fraction(9), Fraction(11))


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        (Policy(zones=(Zone((320, 0, 330, 9)),)), r"zone 320,0,330,9: expected a box in the frame, which has 320x180"),
        (Policy(zones=(Zone((0, 180, 9, 190)),)), "zone 0,180,9,190: expected a box in the frame"),
        (Policy(zones=(Zone(BOX, LATE),)), r"zone 0:10\.000: expected a time in the video, which ends at 0:10\.000"),
        (Policy(drawn=(Drawn(((LATE[0], BOX),)),)), r"drawing 0:10\.000: expected a time in the video"),
        (
            Policy(drawn=(Drawn(((Fraction(1), (400, 0, 401, 9)),)),)),
            "drawing 400,0,401,9: expected a box in the frame",
        ),
        (Policy(zones=(Zone(BOX, LONG),)), r"zone 0:11\.000: expected a time in the video"),
        (Policy(seconds=LONG), r"--to 0:11\.000: expected a time in the video, which ends at 0:10\.000"),
        (Policy(seconds=LATE), r"--from 0:10\.000: expected a time in the video"),
    ],
)
def test_places_and_times_that_are_not_in_the_video_are_named(policy: Policy, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        decided(ORIGINAL, policy, [])


def test_a_zone_may_reach_beyond_the_frame() -> None:
    (zone,) = decided(ORIGINAL, Policy(zones=(Zone((300, 100, 999, 999)),)), [])
    assert box_at(zone, 0).tolist() == [300, 100, 999, 999]
