import cv2
import numpy as np
import pytest

from passerby.geometry import ious
from passerby.models.detectors.yunet import YuNet
from passerby.models.load import CatalogModels
from passerby.models.runtime import RuntimeOptions
from passerby.records import Pixels
from pictures import texture
from real_faces import PORTRAIT, portrait

FACE = np.array([0.33, 0.2, 0.69, 0.55], np.float32)  # of the portrait's sides: forehead to chin, ear to ear


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> CatalogModels:
    return CatalogModels(tmp_path_factory.mktemp("models"), RuntimeOptions(threads=1))


@pytest.fixture(scope="module")
def detector(models: CatalogModels) -> YuNet:
    made: YuNet = models.open("yunet")
    return made


def scene(width: int, height: int, x: int, y: int, share: float) -> tuple[Pixels, np.ndarray]:
    """A real face in front of a texture, the portrait at ``share`` of its size, and the box (1, 4) of its face."""
    pixels = texture((width, height))(0) // 3
    sides = [round(share * side) for side in PORTRAIT]
    pixels[y : y + sides[1], x : x + sides[0]] = cv2.resize(portrait(), sides, interpolation=cv2.INTER_AREA)
    return pixels, (FACE * np.array(sides * 2) + [x, y, x, y])[None].astype(np.float32)


@pytest.mark.parametrize(
    ("size", "corner", "share"),
    [
        ((640, 360), (300, 40), 1.0),
        ((640, 360), (20, 200), 0.3),
        ((360, 640), (60, 300), 0.5),
        ((300, 200), (9, 9), 0.4),
    ],
)
def test_a_face_is_found_where_it_is(
    detector: YuNet, size: tuple[int, int], corner: tuple[int, int], share: float
) -> None:
    picture, face = scene(*size, *corner, share)
    (found,) = detector.detect([picture])
    assert found.labels == ("face",)
    assert ious(found.boxes, face).item() > 0.5


def test_a_small_face_is_found_in_a_large_picture_and_a_large_one_too(detector: YuNet) -> None:
    picture, large = scene(1920, 1080, 900, 10, 3.8)
    small, face = scene(160, 120, 60, 40, 0.25)
    picture[900:1020, 100:260] = small
    (found,) = detector.detect([picture])
    both = np.concatenate([large, face + np.array([100, 900] * 2, np.float32)])
    assert (ious(found.boxes, both) > 0.4).any(axis=0).all()


def test_a_longer_side_finds_a_smaller_face(models: CatalogModels) -> None:
    picture, _ = scene(640, 360, 300, 100, 0.12)
    coarse, fine = (models.open("yunet", threshold=0.5, long_side=side) for side in (320, 1280))
    assert [len(each.detect([picture])[0]) for each in (coarse, fine)] == [0, 1]


def test_a_texture_is_no_face(detector: YuNet) -> None:
    assert len(detector.detect([texture((640, 360))(0)])[0]) == 0


@pytest.mark.parametrize("size", [(1, 1), (33, 31), (2000, 9)])
def test_pictures_of_odd_shapes_pass(detector: YuNet, size: tuple[int, int]) -> None:
    (found,) = detector.detect([np.full((size[1], size[0], 3), 127, np.uint8)])
    assert (found.boxes <= np.array([*size, *size])).all()
