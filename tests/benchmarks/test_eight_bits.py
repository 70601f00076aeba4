import numpy as np

from benchmarks.eight_bits import NETWORKS, Tally, count, count_true, table
from benchmarks.truth import TrueFace, ellipse
from passerby.records import Detections


def _face(left: float, height: float, visible: float = 1.0) -> TrueFace:
    return TrueFace(1, ellipse((left, 10, left + height, 10 + height)), height, visible, ())


def _found(*boxes: tuple[float, float, float, float]) -> Detections:
    return Detections(
        np.array(boxes, np.float32).reshape(-1, 4), np.ones(len(boxes), np.float32), ("face",) * len(boxes)
    )


def test_faces_are_counted_in_the_pixels_of_the_picture_that_was_looked_at() -> None:
    tally = Tally()
    found = _found((50, 5, 60, 15), (200, 200, 220, 220))
    count(tally, found, [_face(100, 20), _face(300, 60), _face(98, 20, visible=0.1)], 0.5)
    assert (tally.found, tally.other) == ([1, 0, 0, 0, 0], 1)


def test_nothing_found_and_nothing_there_count_nothing() -> None:
    tally = Tally()
    count(tally, _found(), [_face(100, 20)], 1.0)
    count(tally, _found((0, 0, 9, 9)), [], 1.0)
    assert (tally.found, tally.other) == ([0] * 5, 1)


def test_the_table_tells_each_network_by_height() -> None:
    row = table(NETWORKS, [Tally([1, 2, 3, 4, 5], 6, 0.4), Tally()], [9] * 5, 2)[2]
    assert row == "| float32 | 1 of 9 | 2 of 9 | 3 of 9 | 4 of 9 | 5 of 9 | 6 | 200 ms |"


def test_faces_that_are_seen_are_to_be_found() -> None:
    there = [0] * 5
    count_true(there, [_face(100, 20), _face(300, 60), _face(98, 20, visible=0.1)], 0.5)
    assert there == [1, 0, 0, 1, 0]
