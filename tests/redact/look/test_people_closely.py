from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest

from passerby.models.load import CatalogModels
from passerby.models.runtime import RuntimeOptions
from passerby.people import bodies, heads
from passerby.records import Detections, Floats, Pixels
from passerby.redact.look.people_closely import CELL, FIRST, MOST, ROW, SURE, TOO_SMALL, PeopleCloseup
from passerby.redact.look.view import View
from pictures import texture
from real_faces import portrait

WIDTH, HEIGHT = 640, 360
LEAST = 0.2


class Sheets:
    """Sees a person in the middle of the first so many cells, and keeps the pictures that it got."""

    def __init__(self, cells: int = ROW * ROW, score: float = 0.8) -> None:
        self.seen: list[Pixels] = []
        self._cells, self._score = cells, score

    @property
    def labels(self) -> tuple[str, ...]:
        return ("person",)

    def detect(self, images: Sequence[Pixels]) -> list[Detections]:
        self.seen += images
        corners = [(CELL * (cell % ROW), CELL * (cell // ROW)) for cell in range(self._cells)]
        boxes = np.array([[x + 66, y + 35, x + 142, y + 173] for x, y in corners], np.float32).reshape(-1, 4)
        scores = np.full(len(boxes), self._score, np.float32)
        return [Detections(boxes, scores, ("person",) * len(boxes)) for _ in images]


def _view(picture: Pixels | None = None) -> View:
    drawn = np.full((HEIGHT, WIDTH, 3), 200, np.uint8) if picture is None else picture
    height, width = drawn.shape[:2]
    return View(lambda w, h: np.asarray(cv2.resize(drawn, (w, h)), np.uint8), drawn[..., 1], width, height)


def _people(*rows: tuple[float, float], height: float = 90) -> Detections:
    """Standing people at each ``x`` with each ``score``."""
    boxes = np.array([[x, 100, x + 0.55 * height, 100 + height] for x, _ in rows], np.float32).reshape(-1, 4)
    return Detections(boxes, np.array([score for _, score in rows], np.float32), ("person",) * len(rows))


def test_what_one_look_is_sure_of_is_not_looked_at_again() -> None:
    sheets = Sheets()
    found = PeopleCloseup(sheets, LEAST).checked(_view(), _people((10, SURE), (200, 0.9)))
    assert len(found) == 2
    assert not sheets.seen


def test_who_is_seen_closely_counts_for_more_and_who_is_not_is_left_out() -> None:
    found = PeopleCloseup(Sheets(cells=1), LEAST).checked(_view(), _people((10, 0.3), (200, 0.25)))
    assert found.boxes[:, 0].tolist() == [10]
    assert found.scores.tolist() == pytest.approx([FIRST * 0.3 + (1 - FIRST) * 0.8])


def test_the_smallest_and_those_beyond_the_most_keep_their_scores() -> None:
    nobody = Sheets(cells=0)
    assert len(PeopleCloseup(nobody, LEAST).checked(_view(), _people((10, 0.3), height=TOO_SMALL - 1))) == 1
    assert not nobody.seen
    many = _people(*((45.0 * place, 0.3) for place in range(MOST + 1)), height=40)
    assert len(PeopleCloseup(nobody, LEAST).checked(_view(), many)) == 1


def test_parts_of_somebody_surer_are_left_out_and_those_beside_are_not() -> None:
    whole, part, beside = _people((10, 0.9)), _people((15, 0.4), height=60), _people((200, 0.4))
    rows = [whole, part, beside]
    people = Detections(
        np.concatenate([each.boxes for each in rows]), np.concatenate([each.scores for each in rows]), ("person",) * 3
    )
    found = PeopleCloseup(Sheets(score=0.5), LEAST).checked(_view(), people)
    assert sorted(found.boxes[:, 0].tolist()) == [10, 200]


def test_a_surely_seen_face_has_a_standing_body_and_one_in_doubt_a_head_where_nobody_is_seen() -> None:
    boxes = np.array([[100, 60, 120, 84], [300, 60, 320, 84]], np.float32)
    faces = Detections(boxes, np.array([0.8, 0.4], np.float32), ("face",) * 2)
    sure, doubtful = PeopleCloseup(Sheets(cells=0), LEAST).bodies(_view(), faces).boxes
    assert sure == pytest.approx(bodies(boxes)[0])
    assert doubtful == pytest.approx(heads(boxes)[1])


@pytest.mark.parametrize(("second", "cells", "left"), [(0.6, 0, 1), (0.6, 1, 2), (0.75, 0, 2)])
def test_a_box_that_shares_much_with_a_surer_one_has_to_show_somebody_else(
    second: float, cells: int, left: int
) -> None:
    boxes = np.array([[200, 100, 280, 300], [240, 100, 320, 300]], np.float32)
    people = Detections(boxes, np.array([0.9, second], np.float32), ("person",) * 2)
    sheets = Sheets(cells)
    assert len(PeopleCloseup(sheets, LEAST).checked(_view(), people)) == left
    assert all(
        not sheet[CELL // 2, 3 * CELL // 10 : CELL // 2 - 4].any() for sheet in sheets.seen
    )  # where the surer one is


def test_a_box_that_shares_little_with_others_stays() -> None:
    boxes = np.array([[200, 100, 280, 300], [260, 100, 340, 300]], np.float32)
    people = Detections(boxes, np.array([0.9, 0.6], np.float32), ("person",) * 2)
    sheets = Sheets(0)
    assert len(PeopleCloseup(sheets, LEAST).checked(_view(), people)) == 2
    assert not sheets.seen


def test_a_body_that_is_seen_below_a_face_is_taken_with_the_head() -> None:
    face = np.array([[300, 60, 320, 84]], np.float32)
    (seen,) = PeopleCloseup(Sheets(), LEAST).bodies(_view(), Detections(face, np.array([0.4], np.float32), ("face",)))
    (head,) = heads(face)
    _, _, box = seen
    assert (box[:2] <= head[:2]).all()
    assert box[3] > head[3]


@pytest.mark.parametrize("box", [(-40, -40, 40, 100), (600, 300, 700, 400), (0, 0, 640, 360), (639, 359, 640, 360)])
def test_a_cut_may_reach_beyond_the_picture(box: tuple[float, ...]) -> None:
    boxes: Floats = np.array([box], np.float32)
    people = Detections(boxes, np.array([0.3], np.float32), ("person",))
    sheets = Sheets(cells=0)
    PeopleCloseup(sheets, LEAST).checked(_view(), people)
    assert all(sheet.shape == (ROW * CELL, ROW * CELL, 3) for sheet in sheets.seen)


def test_the_real_detector_knows_somebody_again_and_refutes_what_is_nobody() -> None:
    models = CatalogModels(Path("none"), RuntimeOptions(threads=1))
    closely = PeopleCloseup(models.open("nanodet", threshold=0.15), LEAST)
    scene = np.asarray(texture((WIDTH, HEIGHT))(0), np.uint8).copy()
    scene[100:300, 400:600] = cv2.resize(portrait(), (200, 200))
    boxes = np.array([[410, 110, 590, 300], [60, 60, 160, 300]], np.float32)
    found = closely.checked(_view(scene), Detections(boxes, np.full(2, 0.3, np.float32), ("person",) * 2))
    assert found.boxes[:, 0].tolist() == [410]
