from collections.abc import Sequence

import cv2
import numpy as np
import pytest

from passerby.models.fake import FakeDetector
from passerby.records import Detections, Floats, Pixels
from passerby.redact.look.enlarged import CELL, COLUMNS, CONTEXT, MOST, ROWS, CloseFinder

WIDTH, HEIGHT = 960, 540
LEAST = 0.2


class Noting:
    """A detector of white squares that notes what it is shown, and is as sure of all as it is told."""

    labels = ("face",)

    def __init__(self, score: float = 1.0) -> None:
        self.pictures: list[Pixels] = []
        self._score = score

    def detect(self, images: Sequence[Pixels]) -> list[Detections]:
        self.pictures += images
        found = FakeDetector({"face": (255, 255, 255)}, tolerance=100).detect(images)
        return [Detections(each.boxes, np.full(len(each), self._score, np.float32), each.labels) for each in found]


def _luma(*boxes: tuple[int, int, int, int]) -> Pixels:
    luma = np.full((HEIGHT, WIDTH), 140, np.uint8)
    for x1, y1, x2, y2 in boxes:
        luma[y1:y2, x1:x2] = 255
    return luma


def _rows(*boxes: tuple[float, ...]) -> Floats:
    return np.array(boxes, np.float32).reshape(-1, 4)


def _find(luma: Pixels, places: Floats) -> Floats:
    found = CloseFinder(Noting(), LEAST).find(luma, places).boxes
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
    found = CloseFinder(detector, LEAST).find(_luma(large), _rows(large, *small))
    assert len(found) == 0
    assert [picture.shape for picture in detector.pictures] == [(ROWS * CELL, COLUMNS * CELL, 3)] * 2


def test_no_places_cost_nothing() -> None:
    detector = Noting()
    assert len(CloseFinder(detector, LEAST).find(_luma(), _rows())) == 0
    assert detector.pictures == []


def test_a_place_where_there_is_nothing_gives_nothing() -> None:
    assert len(_find(_luma(), _rows((300, 200, 312, 216)))) == 0


@pytest.mark.parametrize("face", [(300, 200, 312, 216), (0, 0, 10, 12), (948, 528, 960, 540), (200, 100, 380, 330)])
def test_one_face_is_found_within_a_pixel_of_where_it_is(face: tuple[int, int, int, int]) -> None:
    detector = Noting()
    found = CloseFinder(detector, LEAST).find_one(_luma(face), np.array(face, np.float32))
    assert found is not None
    inside = found[0].clip(0, [WIDTH, HEIGHT, WIDTH, HEIGHT])
    assert np.abs(inside - face).max() <= max(1, (face[3] - face[1]) / CELL * 4)
    assert found[1] > 0
    assert [picture.shape for picture in detector.pictures] == [(CELL, CELL, 3)]


def test_one_face_is_found_where_it_should_be_and_not_beside_it() -> None:
    close, here = CloseFinder(Noting(), LEAST), np.array([300, 200, 312, 216], np.float32)
    assert close.find_one(_luma(), here) is None
    assert close.find_one(_luma((316, 200, 328, 216)), here) is None
    assert close.find_one(_luma((303, 203, 315, 219)), here) is not None


def test_a_dark_face_is_looked_at_brightened() -> None:
    face = (300, 200, 312, 216)
    dark = (_luma(face) // 8).astype(np.uint8)
    assert len(_find(dark, _rows(face))) == 1
    assert CloseFinder(Noting(), LEAST).find_one(dark, _rows(face)[0]) is not None


def test_one_face_that_the_detector_is_not_sure_enough_of_is_not_found() -> None:
    face = (300, 200, 312, 216)
    for share in (0.9, 1.1):
        found = CloseFinder(Noting(share * LEAST), LEAST).find_one(_luma(face), np.array(face, np.float32))
        assert (found is not None) == (share > 1)


def test_how_sure_the_detector_is_of_each_face_is_told_in_their_order() -> None:
    faces = [(20 + 90 * i, 30 + 60 * (i % 3), 30 + 90 * i, 42 + 60 * (i % 3)) for i in range(10)]
    there = [i % 3 != 1 for i in range(10)]
    luma = _luma(*(face for face, is_there in zip(faces, there, strict=True) if is_there))
    found = CloseFinder(Noting(0.6), LEAST).sureness(luma, _rows(*faces))
    assert found == pytest.approx([0.6 * is_there for is_there in there])


def test_a_face_beside_a_place_or_of_another_size_does_not_speak_for_it() -> None:
    face = _luma((300, 200, 312, 216))
    for box, expected in (
        ((301, 201, 311, 215), 1.0),
        ((308, 200, 320, 216), 0.0),
        ((297, 196, 315, 220), 1.0),
        ((286, 188, 326, 228), 0.0),
    ):
        assert CloseFinder(Noting(), LEAST).sureness(face, _rows(box)) == pytest.approx([expected]), box


@pytest.mark.parametrize("angle", [25, -25])
def test_a_face_that_was_seen_turned_is_looked_at_level_and_turned(angle: int) -> None:
    """A bar that lies aslant stands upright in the second picture, turned about the middle of the cut."""
    luma, detector = np.full((HEIGHT, WIDTH), 140, np.uint8), Noting()
    ends = np.array([[0, -9], [0, 9]]) @ cv2.getRotationMatrix2D((0, 0), angle, 1)[:, :2] + [300, 200]
    cv2.polylines(luma, [np.rint(ends).astype(np.int32)], isClosed=False, color=255, thickness=5)
    CloseFinder(detector, LEAST).sureness(luma, _rows((291, 191, 309, 209)), angle)
    level, turned = ((picture[..., 0] > 200).any(axis=0).sum() for picture in detector.pictures)
    assert turned < 0.6 * level


def _size_of_middle(picture: Pixels) -> float:
    """The root of the area of what is white in the middle, and not beside it."""
    _, parts = cv2.connectedComponents((picture[..., 0] > 200).astype(np.uint8))
    return float(np.sqrt((parts == parts[CELL // 2, CELL // 2]).sum()))


@pytest.mark.parametrize("face", [(300, 100, 600, 400), (60, 60, 320, 360), (840, 300, 920, 500), (200, 70, 700, 470)])
@pytest.mark.parametrize("angle", [0, 20])
def test_a_large_face_is_made_smaller(face: tuple[int, int, int, int], angle: int) -> None:
    detector = Noting()
    assert CloseFinder(detector, LEAST).sureness(_luma(face), _rows(face), angle) == pytest.approx([1.0])
    sizes = [_size_of_middle(picture) for picture in detector.pictures]
    box_side = np.sqrt((face[2] - face[0]) * (face[3] - face[1]))
    expected = box_side / max(face[2] - face[0], face[3] - face[1]) / CONTEXT * CELL
    assert sizes[0] == pytest.approx(expected, rel=0.1)


@pytest.mark.parametrize("half", [(0, 300, 10, 320), (WIDTH - 10, 300, WIDTH, 320), (400, 0, 420, 10), (0, 0, 10, 10)])
def test_half_a_face_at_the_border_is_made_a_whole_one(half: tuple[int, int, int, int]) -> None:
    detector = Noting()
    CloseFinder(detector, LEAST).sureness(_luma(half), _rows(half))
    rows, columns = np.nonzero(detector.pictures[0][..., 0] > 200)
    assert np.ptp(columns) == pytest.approx(np.ptp(rows), abs=4)


def test_so_large_a_piece_is_not_mirrored_that_it_would_show_other_faces() -> None:
    detector = Noting()
    CloseFinder(detector, LEAST).sureness(_luma((0, 100, 80, 180)), _rows((0, 100, 80, 180)))
    assert (detector.pictures[0][CELL // 2, : CELL // 2, 0] > 200).all()  # what is at the border goes on


def test_what_is_seen_of_a_face_beyond_the_border_is_left_out() -> None:
    face = (4, 300, 16, 316)  # near enough for its mirror image to be in the same cut
    assert len(_find(_luma(face), _rows(face))) == 1


def test_no_face_has_no_sureness() -> None:
    detector = Noting()
    assert CloseFinder(detector, LEAST).sureness(_luma(), _rows()).shape == (0,)
    assert detector.pictures == []
