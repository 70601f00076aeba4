from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerby.geometry import ious
from passerby.models.catalog import entries, find
from passerby.models.detectors.base import BaseDetector, best_boxes, detections, groups, keep_best
from passerby.models.entry import Entry
from passerby.models.runtime import RuntimeOptions
from passerby.records import Detections, Floats, Pixels

PERSON, BICYCLE, TIE = 0, 1, 27


@st.composite
def boxes_and_scores(draw: st.DrawFn) -> tuple[Floats, Floats]:
    count = draw(st.integers(0, 12))
    corners = draw(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=count, max_size=count))
    sizes = draw(st.lists(st.tuples(st.integers(1, 30), st.integers(1, 30)), min_size=count, max_size=count))
    scores = draw(st.lists(st.integers(1, 10), min_size=count, max_size=count))
    boxes = [(x, y, x + w, y + h) for (x, y), (w, h) in zip(corners, sizes, strict=True)]
    return np.array(boxes, np.float32).reshape(-1, 4), np.array(scores, np.float32) / np.float32(10)


@given(boxes_and_scores())
def test_no_two_boxes_left_are_alike_and_each_one_dropped_has_a_better_one(drawn: tuple[Floats, Floats]) -> None:
    boxes, scores = drawn

    kept = keep_best(boxes, scores, 0.5)

    overlaps = ious(boxes[kept], boxes[kept])
    np.fill_diagonal(overlaps, 0)
    assert (overlaps <= 0.5 + 1e-5).all()
    for row in set(range(len(boxes))) - set(kept.tolist()):
        near = ious(boxes[row : row + 1], boxes[kept])[0] > 0.5 - 1e-5
        assert (scores[kept][near] >= scores[row]).any()


@given(boxes_and_scores())
def test_what_is_left_falls_in_score(drawn: tuple[Floats, Floats]) -> None:
    boxes, scores = drawn

    assert (np.diff(scores[keep_best(boxes, scores, 0.5)]) <= 0).all()


def test_of_equal_boxes_the_first_stays() -> None:
    boxes = np.array([[0, 0, 10, 10]] * 3, np.float32)

    assert keep_best(boxes, np.full(3, 0.5, np.float32), 0.5).tolist() == [0]


def coco_scores(**columns: float) -> Floats:
    scores = np.zeros((1, 80), np.float32)
    for name, score in columns.items():
        scores[0, {"person": PERSON, "bicycle": BICYCLE, "tie": TIE}[name]] = score
    return scores


def test_a_person_and_their_bicycle_both_stay_but_one_thing_has_one_name() -> None:
    box = np.array([[0, 0, 10, 10]], np.float32)
    scores = coco_scores(person=0.6, bicycle=0.9)
    scores[0, BICYCLE + 2] = 0.8  # motorcycle

    rows, columns = best_boxes(box, scores, groups(find("nanodet")), 0.3, 0.5)

    assert rows.tolist() == [0, 0]
    assert columns.tolist() == [PERSON, BICYCLE]


def test_a_dropped_class_is_never_said_however_sure() -> None:
    box = np.array([[0, 0, 10, 10]], np.float32)

    rows, _ = best_boxes(box, coco_scores(tie=0.99), groups(find("nanodet")), 0.3, 0.5)

    assert not len(rows)


def test_boxes_outside_of_the_picture_are_gone_and_the_others_cut() -> None:
    boxes = np.array([[-5, -5, 5, 5], [20, 0, 30, 10], [2, 2, 30, 30]], np.float32)

    found = detections(boxes, np.array([0.5, 0.9, 0.7], np.float32), ("a", "b", "c"), 20, 10)

    assert found.labels == ("c", "a")
    assert found.boxes.tolist() == [[2, 2, 20, 10], [0, 0, 5, 5]]


class Sure(BaseDetector):
    """Is as sure as it is told of a bicycle everywhere."""

    THRESHOLD = 0.45

    def _open(self, path: Path, options: RuntimeOptions) -> None:
        """It has no file."""

    def detect(self, images: Sequence[Pixels]) -> list[Detections]:
        box = np.array([[0, 0, 10, 10]], np.float32)
        return [self._best(box, coco_scores(bicycle=float(image.max()) / 100), 0.5, 10, 10) for image in images]


def scores_of(threshold: float | None, *own: int, calibration: tuple[tuple[float, float], ...]) -> list[float]:
    """What a detector with this calibration tells of pictures for which it has these scores, in hundredths."""
    entry = replace(find("yolox-nano"), calibration=calibration)
    detector = Sure(Path(), entry, RuntimeOptions(), threshold=threshold)
    pictures = [np.full((10, 10, 3), score, np.uint8) for score in own]
    return [score for found in detector.detect(pictures) for score in found.scores.tolist()]


def test_a_calibrated_detector_tells_scores_that_mean_what_the_usual_ones_mean() -> None:
    half = ((0.3, 0.45),)

    assert scores_of(0.01, 10, 30, 65, 100, calibration=half) == pytest.approx([0.15, 0.45, 0.725, 1.0], abs=1e-5)
    assert scores_of(0.3, 10, 19, 21, 30, calibration=half) == pytest.approx([0.315, 0.45], abs=1e-5)
    assert scores_of(None, 29, 31, calibration=half) == pytest.approx([0.4579], abs=1e-3)


def test_without_a_calibration_scores_stay_as_they_are() -> None:
    assert scores_of(None, 44, 46, calibration=()) == pytest.approx([0.46])


@pytest.mark.parametrize("entry", [pytest.param(entry, id=entry.name) for entry in entries() if entry.calibration])
def test_calibrations_rise(entry: Entry) -> None:
    points = np.array([(0, 0), *entry.calibration, (1, 1)])

    assert (np.diff(points, axis=0) > 0).all()
