"""Tracks that are one passer-by by place and time, and what is hidden once they are joined."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerby.errors import UsageError
from passerby.redact.plan.joining import join_all, joined, one_passer_by
from passerby.redact.plan.plan import HiddenTrack, box_at
from passerby.times import TimeBase

BASE = TimeBase(Fraction(1, 10))


def track(
    number: int, start: int, end: int, left: float, *, step: float = 0.0, kind: str = "faces", hidden: bool = True
) -> HiddenTrack:
    """A face of 20 by 20 pixels that moves to the right by ``step`` pixels a tick."""
    times = np.array(sorted({start, end}), np.int64)
    lefts = left + step * (times - start)
    boxes = np.stack([lefts, np.full(len(times), 10), lefts + 20, np.full(len(times), 30)], axis=1)
    return HiddenTrack(number, kind, "face", hidden, 0.5, times, boxes.astype(np.float32))  # type: ignore[arg-type]


def test_what_goes_on_soon_and_near_is_the_same_passer_by() -> None:
    first, second, third = track(1, 0, 10, 0, step=2), track(2, 14, 20, 26, step=2), track(3, 25, 30, 46)
    assert one_passer_by([third, first, second], BASE) == [(1, 2, 3)]


@pytest.mark.parametrize(
    "other",
    [
        track(2, 22, 30, 0),  # too late
        track(2, 12, 20, 60),  # too far
        track(2, 12, 20, 0, kind="people"),
        track(2, 12, 20, 0, hidden=False),
        track(2, 12, 20, 0, kind="drawn"),
        track(2, 5, 20, 15),  # beside it at the same time
    ],
)
def test_what_is_late_far_or_another_thing_stays_by_itself(other: HiddenTrack) -> None:
    assert one_passer_by([track(1, 0, 10, 0), other], BASE) == []


def test_nobody_is_told_apart_where_two_may_be_it() -> None:
    tracks = [track(1, 0, 10, 0), track(2, 12, 20, -6), track(3, 12, 20, 6)]
    assert one_passer_by(tracks, BASE) == []
    assert one_passer_by([track(1, 0, 10, -6), track(2, 0, 10, 6), track(3, 12, 20, 0)], BASE) == []


def test_nobody_is_followed_over_a_cut() -> None:
    tracks = [track(1, 0, 10, 0), track(2, 12, 20, 0)]
    assert one_passer_by(tracks, BASE) == [(1, 2)]
    assert one_passer_by(tracks, BASE, cuts=[0, 11]) == []
    assert one_passer_by(tracks, BASE, cuts=[0, 5, 20]) == [(1, 2)]


def test_two_tracks_in_one_place_are_one() -> None:
    assert one_passer_by([track(1, 0, 10, 0), track(2, 4, 20, 2)], BASE) == [(1, 2)]


def test_a_joined_track_is_hidden_in_between_and_if_one_of_its_parts_is() -> None:
    whole = joined([track(7, 14, 20, 28, hidden=False), track(4, 0, 10, 0, step=2)], BASE)
    assert (whole.number, whole.hidden, whole.times.tolist()) == (4, True, [0, 10, 14, 20])
    assert box_at(whole, 12).tolist() == [24, 10, 44, 30]


def test_what_cannot_be_joined_is_told() -> None:
    with pytest.raises(UsageError, match="two tracks of one kind"):
        joined([track(1, 0, 10, 0)], BASE)
    with pytest.raises(UsageError, match="found faces and people"):
        joined([track(1, 0, 10, 0), track(2, 0, 10, 0, kind="people")], BASE)
    with pytest.raises(UsageError, match=r"track 2 begins 28\.9 s after"):
        joined([track(1, 0, 10, 0), track(2, 300, 310, 0)], BASE)


lefts = st.floats(0, 100, width=16)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), lefts, st.floats(-3, 3)), min_size=2, max_size=4))
def test_a_joined_track_hides_all_that_its_parts_hide(rows: list[tuple[int, int, float, float]]) -> None:
    parts = [track(n, start, start + more, left, step=step) for n, (start, more, left, step) in enumerate(rows, 1)]
    whole = joined(parts, BASE)
    for part in parts:
        for pts in range(part.span.start, part.span.end):
            inner, outer = box_at(part, pts), box_at(whole, pts)
            assert (outer[:2] <= inner[:2] + 1e-3).all()
            assert (outer[2:] >= inner[2:] - 1e-3).all()


def test_all_are_joined_and_numbered_anew() -> None:
    found = join_all([track(1, 0, 10, 0), track(2, 3, 9, 200), track(3, 12, 20, 0)], BASE)
    assert [(each.number, each.span.start, each.span.end) for each in found] == [(1, 0, 21), (2, 3, 10)]
