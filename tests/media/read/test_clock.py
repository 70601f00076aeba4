from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from passerby.media.damage import Damage
from passerby.media.read.clock import FrameClock

_STAMPS = st.lists(st.one_of(st.none(), st.integers(-(10**6), 10**6)), max_size=60)


def _placed(stamps: list[int | None], zero: int = 0, duration: int = 10) -> tuple[list[int | None], int]:
    damage = Damage()
    clock = FrameClock(zero, step=10, longest_gap=1000, damage=damage)
    return [clock.place(stamp, duration) for stamp in stamps], damage.times


@given(_STAMPS, st.integers(-100, 100))
def test_times_only_go_forward_and_start_at_zero_or_later(stamps: list[int | None], zero: int) -> None:
    times = [time for time in _placed(stamps, zero)[0] if time is not None]
    assert all(time >= 0 for time in times)
    assert all(before < after for before, after in pairwise(times))


@given(st.lists(st.integers(1, 1000), max_size=60), st.integers(0, 500))
def test_stamps_that_go_forward_are_kept(steps: list[int], start: int) -> None:
    stamps: list[int | None] = [start + sum(steps[:count]) for count in range(len(steps) + 1)]
    assert _placed(stamps) == (stamps, 0)


def test_frames_before_time_zero_are_not_shown() -> None:
    assert _placed([5, 15, 25], zero=20) == ([None, None, 5], 0)


def test_a_frame_without_a_stamp_follows_the_last_one() -> None:
    assert _placed([None, None, 25, None]) == ([0, 10, 25, 35], 0)


def test_a_slip_is_moved_just_after_the_last_frame() -> None:
    assert _placed([0, 10, 10, 5, 20]) == ([0, 10, 11, 12, 20], 2)


def test_joined_recordings_go_on_where_the_first_ends() -> None:
    assert _placed([500, 510, 0, 10, 20], zero=500) == ([0, 10, 20, 30, 40], 1)


def test_a_leap_is_closed() -> None:
    assert _placed([0, 10, 5010, 5020]) == ([0, 10, 20, 30], 1)


def test_the_usual_step_stands_for_a_missing_duration() -> None:
    clock = FrameClock(0, step=10, longest_gap=1000, damage=Damage())
    clock.place(30, 0)
    assert clock.end == 40


def test_what_is_shorter_than_a_tick_may_stand_and_moves_nothing() -> None:
    """Sound of 40 samples a packet, in milliseconds."""
    damage = Damage()
    clock = FrameClock(0, step=1, longest_gap=1000, damage=damage, may_stand=True)
    stamps: list[int | None] = [round(k / 1.2) for k in range(1200)]
    assert [clock.place(stamp, 1) for stamp in stamps] == stamps
    assert (damage.times, clock.end) == (0, 1000)
    assert clock.place(999, 5) == 1000  # what lasts longer does not
    assert damage.times == 1
