import numpy as np

from passerby.models.detectors.base import Detector
from passerby.models.fake import FakeDescriber, FakeDetector, FakeShotJudge

RED, BLUE = (255, 0, 0), (0, 0, 255)


def test_areas_of_a_colour_are_found_each_with_its_label() -> None:
    picture = np.zeros((40, 60, 3), np.uint8)
    picture[5:15, 10:20] = RED
    picture[5:15, 30:50] = RED
    picture[20:40, 40:60] = (10, 5, 245)  # as blue looks after compression
    detector: Detector = FakeDetector({"person": RED, "car": BLUE})

    (found,) = detector.detect([picture])

    assert detector.labels == ("person", "car")
    assert found.labels == ("person", "person", "car")
    assert found.boxes.tolist() == [[10, 5, 20, 15], [30, 5, 50, 15], [40, 20, 60, 40]]


def test_a_picture_without_the_colours_has_nothing() -> None:
    assert len(FakeDetector({"person": RED}).detect([np.zeros((8, 8, 3), np.uint8)])[0]) == 0


def test_a_description_depends_on_the_colours_alone() -> None:
    left, right = np.zeros((2, 10, 10, 3), np.uint8)
    left[:, :5] = RED
    right[:, 5:] = RED

    chances, vectors = FakeDescriber().describe([left, right, np.full((5, 5, 3), 255, np.uint8)])

    np.testing.assert_array_equal(chances[0], chances[1])
    np.testing.assert_allclose(chances.sum(axis=1), 1)
    assert vectors[0] @ vectors[1] > 0.999
    assert vectors[0] @ vectors[2] == 0


def test_a_change_of_picture_is_a_cut_on_the_frame_before_it() -> None:
    window = np.zeros((100, 27, 48, 3), np.uint8)
    window[60:] = 200

    assert np.flatnonzero(FakeShotJudge().predict(window)).tolist() == [59]
