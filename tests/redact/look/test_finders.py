from collections.abc import Sequence

import numpy as np
import pytest

from passerby.models.fake import FakeDetector
from passerby.records import Detections, Pixels
from passerby.redact.look.enlarged import CloseFinder
from passerby.redact.look.finders import (
    CLOSER,
    FIRST,
    HIGH_CONTEXTS,
    LIKELY,
    MOST_DOUBTFUL,
    SURE_FACE,
    SURE_PLATE,
    FaceFinder,
    PlateFinder,
    ThingFinder,
)
from passerby.redact.look.view import BEYOND, Glance
from views import HEIGHT, WIDTH, Scripted, in_frame, row_of, thing, view_of

WHITE = (255, 255, 255)
NOWHERE = np.zeros((0, 4), np.float32)
LEAST = 0.18  # score of a face


def _faces(least_area: int = 4) -> FaceFinder:
    white = FakeDetector({"face": WHITE}, tolerance=100, least_area=least_area)
    return FaceFinder(dict.fromkeys((640, 960, 0), white), CloseFinder(white, LEAST), LEAST)


def _in_glance(*box: float) -> tuple[float, float, float, float]:
    """A box of the frame in shares of the picture of a glance, which goes on beyond the frame."""
    beyond = BEYOND * max(WIDTH, HEIGHT)
    x1, y1, x2, y2 = (side + beyond for side in box)
    width, height = WIDTH + 2 * beyond, HEIGHT + 2 * beyond
    return x1 / width, y1 / height, x2 / width, y2 / height


def test_a_face_is_found_in_pixels_of_the_frame() -> None:
    found = _faces().find(view_of((300, 300, 360, 390)), (Glance(640),), NOWHERE)
    assert np.abs(found.boxes - [300, 300, 360, 390]).max() <= 3


def test_a_face_that_is_found_at_several_sizes_is_one() -> None:
    glances = [Glance(side, mirrored=mirrored) for side in (0, 960) for mirrored in (False, True)]
    found = _faces().find(view_of((300, 300, 360, 390), (900, 30, 960, 120)), glances, NOWHERE)
    assert len(found) == 2


def test_a_face_that_only_a_mirrored_picture_shows_comes_back_right() -> None:
    class LookingLeft(Scripted):
        def detect(self, images: Sequence[Pixels]) -> list[Detections]:
            turned = [image for image in images if image[0, 0, 0] == 255]
            return super().detect(images) if turned else [Detections.none() for _ in images]

    view = view_of((WIDTH - 60, 0, WIDTH, 60))  # white at the upper right, so at the upper left when it is mirrored
    face = (0.1 * WIDTH, 0.2 * HEIGHT, 0.2 * WIDTH, 0.4 * HEIGHT)
    detector = LookingLeft(("face", 0.9, _in_glance(*face)))
    for mirrored, expected in ((False, 0), (True, 1)):
        glances = (Glance(640), *([Glance(640, mirrored=True)] if mirrored else []))
        closely = Scripted(("face", 0.9, (0.25, 0.25, 0.75, 0.75)))
        found = FaceFinder({640: detector}, CloseFinder(closely, LEAST), LEAST).find(view, glances, NOWHERE)
        assert len(found) == expected
    assert np.abs(found.boxes - [0.8 * WIDTH, 0.2 * HEIGHT, 0.9 * WIDTH, 0.4 * HEIGHT]).max() < 1


def test_a_small_face_is_found_closely_where_it_should_be() -> None:
    face = (700, 500, 718, 522)
    blind_to_small = _faces(least_area=200)  # at 640 it has 6 x 7 pixels
    assert len(blind_to_small.find(view_of(face), (Glance(640),), NOWHERE)) == 0
    found = blind_to_small.find(view_of(face), (Glance(640),), row_of(702, 498, 720, 520))
    assert np.abs(found.boxes - list(face)).max() <= 1


def test_a_large_face_is_not_looked_at_closely() -> None:
    close = Scripted(("face", 0.9, (0.0, 0.0, 0.1, 0.1)))
    finder = FaceFinder({640: Scripted()}, CloseFinder(close, LEAST), LEAST)
    assert len(finder.find(view_of(), (Glance(640),), row_of(300, 300, 400, 420))) == 0
    assert close.sizes == []


def _seen(score: float, closely: float, box: tuple[float, ...]) -> tuple[list[float], int]:
    """The scores of what is found of one face, seen so surely in the frame and when enlarged; and the cuts."""
    there = Scripted(("face", score, _in_glance(*box)))
    close = Scripted(*([("face", closely, (0.25, 0.25, 0.75, 0.75))] if closely else []))
    found = FaceFinder({640: there}, CloseFinder(close, LEAST), LEAST).find(view_of(), (Glance(640),), NOWHERE)
    return found.scores.tolist(), len(close.sizes)


SMALL, CUT, LARGE = (300, 300, 330, 330), (300, 0, 330, 30), (300, 300, 400, 400)


@pytest.mark.parametrize(
    ("score", "closely", "box", "expected"),
    [
        (0.1, 0.6, SMALL, FIRST * 0.1 + CLOSER * 0.6),  # too weak to count, and a face when it is seen enlarged
        (0.1, 0.0, SMALL, None),
        (0.5, 0.0, SMALL, None),  # enough to count, and no face when it is seen enlarged
        (0.2, 0.6, CUT, FIRST * 0.2 + CLOSER * 0.6),
        (0.2, 0.0, CUT, None),
        (0.5, 0.6, LARGE, (FIRST + CLOSER) * 0.5),  # as unsure as the one that is less sure
        (0.9, 0.6, LARGE, (FIRST + CLOSER) * 0.6),
        (0.5, 0.0, LARGE, None),
    ],
)
def test_a_face_that_is_in_doubt_is_looked_at_enlarged(
    score: float, closely: float, box: tuple[float, ...], expected: float | None
) -> None:
    scores, cuts = _seen(score, closely, box)
    assert scores == pytest.approx([] if expected is None else [expected])
    assert cuts == (len(HIGH_CONTEXTS) if box == LARGE else 1)


def test_a_large_face_that_is_not_likely_is_none_and_not_looked_at_again() -> None:
    assert _seen(LIKELY - 0.01, 0.9, LARGE) == ([], 0)


@pytest.mark.parametrize(("score", "box"), [(SURE_FACE + 0.01, SMALL), (0.9, CUT)])
def test_a_face_that_is_sure_is_not_looked_at_again(score: float, box: tuple[float, ...]) -> None:
    scores, cuts = _seen(score, 0.0, box)
    assert scores == pytest.approx([score])
    assert cuts == 0


@pytest.mark.parametrize(("faint", "expected"), [(0.1, [0.9]), (0.3, [0.9, 0.3])])
def test_a_face_is_not_made_surer_by_a_sure_one_that_it_overlaps(faint: float, expected: list[float]) -> None:
    face, beside = _in_glance(300, 300, 320, 320), _in_glance(310, 300, 330, 320)
    seen = Scripted(("face", 0.9, face), ("face", faint, beside))
    close = Scripted(("face", 0.9, (0.25, 0.25, 0.75, 0.75)))
    found = FaceFinder({640: seen}, CloseFinder(close, LEAST), LEAST).find(view_of(), (Glance(640),), NOWHERE)
    assert sorted(found.scores.tolist(), reverse=True) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("side", "other", "count"),
    [
        (38, (302, 302, 335, 335), 1),  # a part of it
        (20, (296, 296, 332, 332), 1),  # more than it
        (20, (305, 305, 316, 316), 2),  # too small to hide much for nothing
        (38, (300, 300, 312, 312), 2),  # far smaller: one that is seen before it
        (38, (320, 300, 358, 338), 2),  # half of it beside it
    ],
)
def test_what_is_nested_with_a_surer_face_about_as_large_is_no_other_face(
    side: int, other: tuple[float, ...], count: int
) -> None:
    seen = Scripted(("face", 0.9, _in_glance(300, 300, 300 + side, 300 + side)), ("face", 0.7, _in_glance(*other)))
    finder = FaceFinder({640: seen}, CloseFinder(Scripted(), LEAST), LEAST)
    assert len(finder.find(view_of(), (Glance(640),), NOWHERE)) == count


def test_of_very_many_faces_in_doubt_the_surest_are_looked_at_enlarged() -> None:
    many = [("face", 0.4 - i / 1000, _in_glance(20 + 18 * i, 300, 32 + 18 * i, 314)) for i in range(MOST_DOUBTFUL + 9)]
    finder = FaceFinder({640: Scripted(*many)}, CloseFinder(Scripted(), LEAST), LEAST)
    found = finder.find(view_of(), (Glance(640),), NOWHERE)
    expected = [score * (1 if i >= MOST_DOUBTFUL else FIRST) for i, (_, score, _) in enumerate(many)]
    assert sorted(found.scores.tolist()) == pytest.approx(sorted(score for score in expected if score >= LEAST))


def test_things_are_looked_for_in_the_whole_and_in_its_halves() -> None:
    detector = Scripted(("tv", 0.8, (0.4, 0.4, 0.6, 0.6)))
    found = ThingFinder(detector).find(view_of())
    assert detector.sizes == [(360, 640), (360, 360), (360, 360)]
    whole = found.boxes[np.abs(found.boxes - [768, 432, 1152, 648]).max(axis=1) < 1e-2]
    assert len(whole) == 1


def _plates(score: float, things: Detections, box: tuple[float, ...] = (100, 100, 160, 120)) -> int:
    detector = Scripted(("plate", score, in_frame(*box)))
    return len(PlateFinder(detector).find(view_of(), things))


@pytest.mark.parametrize("vehicle", ["car", "truck", "bus", "motorcycle"])
def test_a_plate_at_a_vehicle_is_found(vehicle: str) -> None:
    assert _plates(0.4, thing(vehicle)) == 1
    assert _plates(0.4, thing(vehicle, box=(150, 50, 300, 200))) == 1  # it reaches out of the box


def test_what_looks_like_a_plate_elsewhere_is_not_one_unless_it_is_sure() -> None:
    for things in (Detections.none(), thing("tv"), thing("car", 0.1), thing("car", box=(500, 500, 900, 900))):
        assert _plates(0.4, things) == 0
        assert _plates(SURE_PLATE + 0.01, things) == 1
