import numpy as np
import pytest

from benchmarks.doubt import Doubts, area_under_curve
from benchmarks.truth import TrueFace, ellipse
from passerby.records import Detections
from passerby.redact.look.finders import CLOSER, FIRST, SURE_FACE


def test_the_area_tells_how_often_a_face_is_above_what_is_none() -> None:
    assert area_under_curve([0.4, 0.5], [0.1, 0.2]) == 1
    assert area_under_curve([0.1, 0.2], [0.4, 0.5]) == 0
    assert area_under_curve([0.1, 0.4], [0.1, 0.3]) == pytest.approx(0.625)  # as high counts half


def test_doubts_are_of_faces_or_of_others_and_what_is_near_a_face_is_of_neither() -> None:
    face = TrueFace(1, ellipse((100, 100, 140, 140)), 40, 1.0, ())
    boxes = [(100, 100, 139, 139), (500, 500, 530, 530), (118, 118, 157, 157), (102, 100, 141, 139)]
    seen = Detections(
        np.array(boxes, np.float32), np.array([0.2, 0.1, 0.15, SURE_FACE + 0.1], np.float32), ("face",) * 4
    )
    doubts = Doubts()
    doubts.note(seen, np.array([0.6, 0, 0.6, 0.6], np.float32), [face])
    assert [*doubts.alone[0], *doubts.alone[1]] == pytest.approx([0.2, 0.1])
    assert [*doubts.both[0], *doubts.both[1]] == pytest.approx([FIRST * 0.2 + CLOSER * 0.6, FIRST * 0.1])
