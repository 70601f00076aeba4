import numpy as np
import pytest

from drawings import head_and_shoulders, stop_sign
from passerby.geometry import ious
from passerby.models.detectors.centerface import CenterFace
from passerby.models.load import CatalogModels
from passerby.models.runtime import RuntimeOptions


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> CatalogModels:
    return CatalogModels(tmp_path_factory.mktemp("models"), RuntimeOptions(threads=1))


@pytest.fixture(scope="module")
def detector(models: CatalogModels) -> CenterFace:
    made: CenterFace = models.open("centerface", threshold=0.3)
    return made


@pytest.mark.parametrize(
    ("width", "height", "x", "y", "radius"),
    [(640, 360, 420, 150, 80), (640, 360, 150, 150, 40), (360, 640, 180, 200, 90), (300, 200, 100, 80, 20)],
)
def test_a_face_is_found_where_it_is(
    detector: CenterFace, width: int, height: int, x: int, y: int, radius: int
) -> None:
    (found,) = detector.detect([head_and_shoulders(width, height, x, y, radius)])

    expected = np.array([[x - 0.72 * radius, y - radius, x + 0.72 * radius, y + radius]], np.float32)
    assert found.labels == ("face",)
    assert ious(found.boxes, expected).item() > 0.7


def test_pictures_of_different_sizes_go_together(detector: CenterFace) -> None:
    faces = [head_and_shoulders(640, 360, 420, 150, 80), head_and_shoulders(360, 640, 180, 200, 90)]

    found = detector.detect(faces)

    assert [each.labels for each in found] == [("face",), ("face",)]


def test_a_sign_is_no_face(detector: CenterFace) -> None:
    assert len(detector.detect([stop_sign(640, 360, 420, 150, 70)])[0]) == 0


def test_a_longer_side_finds_a_smaller_face(models: CatalogModels) -> None:
    small = head_and_shoulders(1280, 720, 640, 300, 7)

    coarse, fine = (models.open("centerface", threshold=0.3, long_side=side) for side in (320, 1280))

    assert [len(each.detect([small])[0]) for each in (coarse, fine)] == [0, 1]


@pytest.mark.parametrize("size", [(1, 1), (33, 31), (2000, 9)])
def test_pictures_of_odd_shapes_pass(detector: CenterFace, size: tuple[int, int]) -> None:
    (found,) = detector.detect([np.full((size[1], size[0], 3), 127, np.uint8)])

    assert (found.boxes <= np.array([*size, *size])).all()


def test_its_own_size_finds_a_small_face_in_a_large_picture_and_a_large_one(models: CatalogModels) -> None:
    detector = models.open("centerface", threshold=0.3, long_side=0)
    picture = head_and_shoulders(2560, 1440, 1800, 700, 400)
    picture[100:200, 100:200] = head_and_shoulders(100, 100, 50, 40, 10)

    (found,) = detector.detect([picture])

    expected = np.array([[1512, 300, 2088, 1100], [143, 130, 157, 150]], np.float32)
    assert (ious(found.boxes, expected) > 0.5).sum(axis=0).tolist() == [1, 1]
    assert len(models.open("centerface", threshold=0.3).detect([picture])[0]) == 1
