"""Tracks: boxes of successive samples get one number as long as they are the same thing."""

import numpy as np

from passerby.records import Detections
from passerby.tracking.linker import Linker, TrackBuilder


def found(*rows: tuple[str, float, tuple[float, float, float, float]]) -> Detections:
    return Detections(
        np.array([row[2] for row in rows], np.float32).reshape(-1, 4),
        np.array([row[1] for row in rows], np.float32),
        tuple(row[0] for row in rows),
    )


def moving(step: int, score: float = 0.9) -> tuple[str, float, tuple[float, float, float, float]]:
    return ("car", score, (20.0 * step, 50, 20.0 * step + 60, 90))


STILL = ("bench", 0.8, (300.0, 40.0, 360.0, 80.0))


def test_two_things_keep_their_numbers_from_the_first_sample_on() -> None:
    linker = Linker(start_score=0.4, patience=4)
    numbers = [linker.push(found(moving(k), STILL)).tolist() for k in range(6)]
    assert numbers == [numbers[0]] * 6
    assert sorted(numbers[0]) == [0, 1]


def test_a_thing_out_of_sight_for_a_while_keeps_its_number() -> None:
    linker = Linker(start_score=0.4, patience=4)
    before = linker.push(found(STILL))
    for _ in range(3):
        assert len(linker.push(found())) == 0
    assert linker.push(found(STILL)).tolist() == before.tolist()


def test_patience_ends() -> None:
    linker = Linker(start_score=0.4, patience=2)
    linker.push(found(STILL))
    for _ in range(4):
        linker.push(found())
    assert linker.push(found(STILL)).tolist() == [1]


def test_a_weak_box_begins_no_track_but_continues_one() -> None:
    linker = Linker(start_score=0.4, patience=4)
    weak = ("bench", 0.2, STILL[2])
    assert linker.push(found(weak)).tolist() == [-1]
    assert linker.push(found(STILL)).tolist() == [0]
    assert linker.push(found(weak)).tolist() == [0]


def test_a_cut_ends_all_tracks() -> None:
    linker = Linker(start_score=0.4, patience=4)
    linker.push(found(STILL))
    linker.cut()
    assert linker.push(found(STILL)).tolist() == [1]


def test_numbers_do_not_depend_on_other_linkers() -> None:
    busy, fresh = Linker(start_score=0.4, patience=4), Linker(start_score=0.4, patience=4)
    for k in range(5):
        busy.push(found(moving(k), STILL))
    assert fresh.push(found(STILL)).tolist() == [0]


def test_a_track_is_called_what_it_was_called_most_surely() -> None:
    builder = TrackBuilder(start_score=0.4, patience=4)
    for pts, (label, score) in enumerate([("truck", 0.5), ("car", 0.9), ("car", 0.8), ("truck", 0.6)]):
        builder.push(pts, found((label, score, STILL[2])))
    (track,) = builder.tracks()
    assert track.label == "car"
    assert track.times.tolist() == [0, 1, 2, 3]
    assert np.allclose(track.scores, [0.5, 0.9, 0.8, 0.6])


def test_a_thing_seen_once_is_a_track_too() -> None:
    builder = TrackBuilder(start_score=0.4, patience=4)
    builder.push(7, found(STILL))
    builder.push(8, found())
    assert [(track.label, track.times.tolist()) for track in builder.tracks()] == [("bench", [7])]
