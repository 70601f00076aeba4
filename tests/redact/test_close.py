from collections.abc import Sequence

import numpy as np
import pytest

from passerby.models.fake import FakeDetector
from passerby.records import Detections, Floats, Pixels
from passerby.redact.close import CELL, COLUMNS, MOST, ROWS, CloseFinder

WIDTH, HEIGHT = 960, 540


class Noting:
    """A detector of white squares that notes what it is shown."""

    labels = ("face",)

    def __init__(self) -> None:
        self.pictures: list[Pixels] = []

    def detect(self, images: Sequence[Pixels]) -> list[Detections]:
        self.pictures += images
        return FakeDetector({"face": (255, 255, 255)}, tolerance=100).detect(images)


def _luma(*boxes: tuple[int, int, int, int]) -> Pixels:
    luma = np.full((HEIGHT, WIDTH), 140, np.uint8)
    for x1, y1, x2, y2 in boxes:
        luma[y1:y2, x1:x2] = 255
    return luma


def _rows(*boxes: tuple[float, ...]) -> Floats:
    return np.array(boxes, np.float32).reshape(-1, 4)


def _find(luma: Pixels, places: Floats) -> Floats:
    found = CloseFinder(Noting()).find(luma, places).boxes
    return found[np.lexsort(found.T[::-1])]


@pytest.mark.parametrize("face", [(300, 200, 312, 216), (0, 0, 10, 12), (948, 528, 960, 540), (501, 77, 509, 84)])
def test_a_face_is_found_within_a_pixel_of_where_it_is(face: tuple[int, int, int, int]) -> None:
    found = _find(_luma(face), _rows(face))
    assert len(found) == 1
    x1, y1, x2, y2 = face
    inside = found.clip(0, [WIDTH, HEIGHT, WIDTH, HEIGHT])  # what lies beyond is like the border
    assert np.abs(inside - [x1, y1, x2, y2]).max() <= 1


def test_a_face_that_has_moved_is_found_where_it_is_now() -> None:
    found = _find(_luma((306, 205, 318, 221)), _rows((300, 200, 312, 216)))
    assert np.abs(found - [306, 205, 318, 221]).max() <= 1


def test_faces_are_not_mixed_up_over_cells_and_sheets() -> None:
    faces = [(20 + 90 * (i % 10), 30 + 150 * (i // 10), 30 + 90 * (i % 10), 42 + 150 * (i // 10)) for i in range(22)]
    found = _find(_luma(*faces), _rows(*faces))
    expected = np.array(sorted(faces))
    assert found.shape == expected.shape
    assert np.abs(found - expected).max() <= 1


def test_so_many_faces_are_looked_at_the_smallest_ones() -> None:
    detector = Noting()
    small = [(10.0 + 20 * i, 10.0, 18.0 + 20 * i, 18.0) for i in range(MOST)]
    large = (500, 300, 540, 340)
    found = CloseFinder(detector).find(_luma(large), _rows(large, *small))
    assert len(found) == 0
    assert [picture.shape for picture in detector.pictures] == [(ROWS * CELL, COLUMNS * CELL, 3)] * 2


def test_no_places_cost_nothing() -> None:
    detector = Noting()
    assert len(CloseFinder(detector).find(_luma(), _rows())) == 0
    assert detector.pictures == []


def test_a_place_where_there_is_nothing_gives_nothing() -> None:
    assert len(_find(_luma(), _rows((300, 200, 312, 216)))) == 0


@pytest.mark.parametrize("face", [(300, 200, 312, 216), (0, 0, 10, 12), (948, 528, 960, 540), (200, 100, 380, 330)])
def test_one_face_is_found_within_a_pixel_of_where_it_is(face: tuple[int, int, int, int]) -> None:
    detector = Noting()
    found = CloseFinder(detector).find_one(_luma(face), np.array(face, np.float32))
    assert found is not None
    inside = found[0].clip(0, [WIDTH, HEIGHT, WIDTH, HEIGHT])
    assert np.abs(inside - face).max() <= max(1, (face[3] - face[1]) / CELL * 4)
    assert found[1] > 0
    assert [picture.shape for picture in detector.pictures] == [(CELL, CELL, 3)]


def test_one_face_is_found_where_it_should_be_and_not_beside_it() -> None:
    close, here = CloseFinder(Noting()), np.array([300, 200, 312, 216], np.float32)
    assert close.find_one(_luma(), here) is None
    assert close.find_one(_luma((316, 200, 328, 216)), here) is None
    assert close.find_one(_luma((303, 203, 315, 219)), here) is not None


def test_a_dark_face_is_looked_at_brightened() -> None:
    face = (300, 200, 312, 216)
    dark = (_luma(face) // 8).astype(np.uint8)
    assert len(_find(dark, _rows(face))) == 1
    assert CloseFinder(Noting()).find_one(dark, _rows(face)[0]) is not None
