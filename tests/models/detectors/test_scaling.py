"""Pictures at the size that is asked for; large ones in tiles, each thing at its place and once."""

from collections.abc import Callable

import numpy as np
import pytest

from passerby.models.detectors.scaling import look_closely, scaled
from passerby.models.fake import FakeDetector
from passerby.records import Detections, Pixels

CAR = (200, 20, 20)
FAKE = FakeDetector({"car": CAR})


def picture(width: int, height: int, *boxes: tuple[int, int, int, int]) -> Pixels:
    pixels = np.full((height, width, 3), 128, np.uint8)
    for x1, y1, x2, y2 in boxes:
        pixels[y1:y2, x1:x2] = CAR
    return pixels


class Looks:
    """Finds red blocks, and notes how large it was asked to look at what."""

    def __init__(self, sees: Callable[[Pixels, float], bool] = lambda image, factor: True) -> None:
        self.sizes: list[tuple[float, float]] = []
        self._sees = sees

    def __call__(self, image: Pixels, factor: float) -> Detections:
        self.sizes.append((image.shape[1] * factor, image.shape[0] * factor))
        return FAKE.detect([image])[0] if self._sees(image, factor) else Detections.none()


def only_tiles(image: Pixels, factor: float) -> bool:
    return factor == 1


def only_the_whole(image: Pixels, factor: float) -> bool:
    return factor < 1


@pytest.mark.parametrize(("long_side", "size"), [(0, (1280, 720)), (640, (640, 360)), (320, (320, 180))])
def test_a_picture_is_looked_at_once_with_the_long_side_that_is_asked_for(
    long_side: int, size: tuple[float, float]
) -> None:
    look = Looks()

    found = look_closely(look, picture(1280, 720, (100, 200, 160, 240)), long_side)

    assert look.sizes == [pytest.approx(size)]
    assert found.boxes.tolist() == [[100, 200, 160, 240]]


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1080, 1920), (3840, 2160), (1281, 40), (5000, 1300)])
def test_a_large_picture_is_looked_at_in_tiles_and_as_a_whole(width: int, height: int) -> None:
    look = Looks()

    look_closely(look, picture(width, height), 0)

    whole, *tiles = look.sizes
    assert max(whole) == pytest.approx(640)
    assert len(tiles) > 1
    assert max(max(size) for size in tiles) <= 1280


def test_a_small_picture_made_large_is_looked_at_in_tiles() -> None:
    look = Looks()

    found = look_closely(look, picture(640, 360, (300, 100, 330, 140)), 2560)

    assert len(look.sizes) == 1 + 3 * 2
    assert max(max(size) for size in look.sizes) <= 1281  # a row of pixels more, where a tile does not end on one
    assert found.boxes.tolist() == [[300, 100, 330, 140]]


def test_what_a_tile_shows_is_found_once_wherever_it_is() -> None:
    boxes = [(x, y, x + 100, y + 80) for x in range(10, 3700, 410) for y in (3, 700, 1020, 2000)]

    found = look_closely(Looks(only_tiles), picture(3840, 2160, *boxes), 0)

    assert sorted(map(tuple, found.boxes.tolist())) == sorted(boxes)


def test_what_fits_into_no_tile_is_found_in_the_whole_picture() -> None:
    found = look_closely(Looks(), picture(1920, 1080, (100, 100, 1800, 900)), 0)

    assert found.boxes.tolist() == [[100, 100, 1800, 900]]
    assert len(look_closely(Looks(only_tiles), picture(1920, 1080, (100, 100, 1800, 900)), 0)) == 0


def test_what_tiles_cut_is_kept_if_asked_for() -> None:
    image = picture(1920, 1080, (100, 100, 1800, 150))

    found = look_closely(Looks(only_tiles), image, 0, keep_cut=True)

    left, top, right, bottom = found.boxes.T
    assert (left.min(), right.max()) == (100, 1800)
    assert (set(top), set(bottom)) == ({100}, {150})
    assert len(found) == 2


def test_the_whole_picture_is_not_left_out() -> None:
    found = look_closely(Looks(only_the_whole), picture(1920, 1080, (100, 100, 140, 140)), 0)

    assert found.boxes.tolist() == [[100, 100, 140, 140]]


@pytest.mark.parametrize(
    ("width", "height", "factor", "shape"),
    [(640, 360, 1, (384, 640)), (1280, 720, 0.5, (384, 640)), (1, 1, 1, (32, 32)), (100, 50, 2, (128, 224))],
)
def test_sides_are_multiples_of_32(width: int, height: int, factor: float, shape: tuple[int, int]) -> None:
    assert scaled(picture(width, height), factor).shape == (*shape, 3)
