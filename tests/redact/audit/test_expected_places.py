"""Where faces are expected in frames that were not searched."""

import numpy as np

from passerby.records import Track
from passerby.redact.audit.expected_places import ExpectedPlaces


def track(*rows: tuple[int, float]) -> Track:
    """Finds at these frames, with the left side of their boxes."""
    boxes = np.array([[left, 0, left + 10, 10] for _, left in rows], np.float32)
    return Track("face", np.array([at for at, _ in rows], np.int64), boxes, np.ones(len(rows), np.float32))


def seen(*tracks: Track, frames: int, gap: int = 8, reach: int = 3) -> list[list[tuple[int, float, str]]]:
    places = ExpectedPlaces(tracks, gap, reach)
    return [[(place.track, float(place.box[0]), place.how) for place in places.at(index)] for index in range(frames)]


def test_between_two_finds_a_place_moves_in_a_straight_line() -> None:
    rows = seen(track((0, 0), (4, 8)), frames=5)
    assert rows == [
        [(0, 0, "found")],
        [(0, 2, "between")],
        [(0, 4, "between")],
        [(0, 6, "between")],
        [(0, 8, "found")],
    ]


def test_a_place_is_held_before_the_first_find_and_after_the_last() -> None:
    rows = seen(track((5, 7)), frames=11, reach=2)
    assert [len(row) for row in rows] == [0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 0]
    assert {row[0][2] for row in (rows[3], rows[4], rows[6], rows[7])} == {"held"}


def test_in_a_wide_gap_a_place_is_held_on_either_side_only() -> None:
    rows = seen(track((0, 0), (20, 100)), frames=21)
    assert [row[0][:2] if row else None for row in rows[1:20]] == [(0, 0)] * 3 + [None] * 13 + [(0, 100)] * 3


def test_tracks_come_and_go() -> None:
    rows = seen(track((9, 3)), track((0, 1)), frames=10, reach=1)
    assert rows[0] == [(1, 1, "found")]
    assert rows[5] == []
    assert rows[9] == [(0, 3, "found")]
