"""Whether a place in a copy still follows the original, on drawn structure."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from passerby.records import Floats, Pixels
from passerby.redact.audit.structure import judge

HEIGHT, WIDTH = 240, 320


def structured(seed: int = 0) -> Pixels:
    """A picture of blotches of all sizes, as faces and most else have them."""
    noise = np.random.default_rng(seed)
    levels: NDArray[np.float64] = np.full((HEIGHT, WIDTH), 128.0)
    for cell in (2, 4, 8, 16, 32):
        coarse = noise.normal(0, 5 * np.sqrt(cell), (HEIGHT // cell + 1, WIDTH // cell + 1))
        levels += cv2.resize(coarse, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    grey = np.clip(levels, 0, 255).astype(np.uint8)
    return np.stack([grey, grey, grey], axis=2)


def box_of(side: int) -> Floats:
    return np.array([100, 60, 100 + side, 60 + side], np.float32)


def hidden(picture: Pixels, box: Floats, level: int = 16) -> Pixels:
    x1, y1, x2, y2 = box.astype(int).tolist()
    made = picture.copy()
    made[y1:y2, x1:x2] = level
    return made


def coded(picture: Pixels, quality: int) -> Pixels:
    _, code = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(code, cv2.IMREAD_COLOR), np.uint8)


SIDES = [16, 24, 48, 100, 160]


@pytest.mark.parametrize("side", SIDES)
def test_what_is_the_same_shows(side: int) -> None:
    picture = structured()
    verdict = judge(picture, picture, box_of(side))
    assert verdict.leaked
    assert verdict.follows == 1


@pytest.mark.parametrize("side", SIDES)
def test_what_is_only_coded_anew_shows(side: int) -> None:
    picture = structured()
    assert judge(picture, coded(picture, 60), box_of(side)).follows > 0.8


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("level", [0, 16, 128, 255])
def test_a_solid_fill_of_the_very_box_hides(side: int, level: int) -> None:
    picture = structured()
    verdict = judge(picture, coded(hidden(picture, box_of(side), level), 60), box_of(side))
    assert not verdict.leaked
    assert verdict.follows < 0.05


def test_other_structure_hides() -> None:
    assert not judge(structured(0), structured(1), box_of(80)).leaked


@pytest.mark.parametrize("side", [48, 100, 160])
def test_strong_blur_hides(side: int) -> None:
    picture = structured()
    blurred = np.asarray(cv2.GaussianBlur(picture, (0, 0), side / 8), np.uint8)
    assert not judge(picture, blurred, box_of(side)).leaked


def test_weak_blur_shows() -> None:
    picture = structured()
    assert judge(picture, np.asarray(cv2.GaussianBlur(picture, (0, 0), 2), np.uint8), box_of(100)).leaked


@pytest.mark.parametrize(("cells", "leaked"), [(6, False), (20, True)])
def test_cells_hide_if_there_are_few_in_a_face(cells: int, leaked: bool) -> None:
    picture, side = structured(), 120
    small = cv2.resize(picture, (WIDTH * cells // side, HEIGHT * cells // side), interpolation=cv2.INTER_AREA)
    pixelated = np.asarray(cv2.resize(small, (WIDTH, HEIGHT), interpolation=cv2.INTER_NEAREST), np.uint8)
    assert judge(picture, pixelated, box_of(side)).leaked is leaked


def test_darkening_does_not_hide() -> None:
    picture = structured()
    assert judge(picture, picture // 3, box_of(100)).leaked


@pytest.mark.parametrize(("shift", "leaked"), [(0.05, False), (0.5, True), (2.0, True)])
def test_a_fill_beside_the_face_shows_it(shift: float, leaked: bool) -> None:
    picture, box = structured(), box_of(80)
    beside = box + np.array([80 * shift, 0, 80 * shift, 0], np.float32)
    assert judge(picture, hidden(picture, beside), box).leaked is leaked


def test_a_flat_place_shows_only_if_its_colour_is_the_same() -> None:
    flat = np.full((HEIGHT, WIDTH, 3), 90, np.uint8)
    assert judge(flat, flat + 1, box_of(60)).leaked
    assert not judge(flat, hidden(flat, box_of(60)), box_of(60)).leaked


@pytest.mark.parametrize("box", [(-20, -20, 30, 30), (290, 210, 340, 260), (5, 5, 5.5, 5.5), (-60, 10, -10, 60)])
def test_places_at_and_beyond_the_border_can_be_judged(box: tuple[float, ...]) -> None:
    picture = structured()
    assert judge(picture, picture, np.array(box, np.float32)).leaked
