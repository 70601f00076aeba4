import numpy as np
import pytest

from drawings import stop_sign
from passerby.models.load import CatalogModels
from passerby.models.mobilenet import MobileNet
from passerby.models.runtime import RuntimeOptions

STREET_SIGN = 919  # of ILSVRC 2012


@pytest.fixture(scope="module")
def describer(tmp_path_factory: pytest.TempPathFactory) -> MobileNet:
    models = CatalogModels(tmp_path_factory.mktemp("models"), RuntimeOptions(threads=1))
    made: MobileNet = models.open("mobilenetv2")
    return made


def test_a_sign_is_a_street_sign(describer: MobileNet) -> None:
    chances, _ = describer.describe([stop_sign(640, 360, 320, 150, 120)])

    assert chances[0].argmax() == STREET_SIGN
    assert chances.sum() == pytest.approx(1, abs=1e-4)


def test_alike_pictures_have_near_vectors_of_length_one(describer: MobileNet) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (360, 640, 3), np.uint8)
    pictures = [stop_sign(640, 360, 320, 150, 120), stop_sign(640, 360, 300, 170, 110), noise]

    _, vectors = describer.describe(pictures)

    assert vectors.shape == (3, 256)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    cosines = vectors @ vectors.T
    assert cosines[0, 1] > 0.7
    assert cosines[0, 2] < 0.4


def test_the_sides_of_a_wide_picture_count(describer: MobileNet) -> None:
    plain, marked = np.full((2, 200, 600, 3), 127, np.uint8)
    marked[60:140, :80] = stop_sign(80, 80, 40, 40, 36)

    _, vectors = describer.describe([plain, marked])

    assert vectors[0] @ vectors[1] < 0.99


def test_many_pictures_give_what_they_give_alone(describer: MobileNet) -> None:
    pictures = [stop_sign(320, 180, 10 * k, 90, 60) for k in range(18)]

    chances, vectors = describer.describe(pictures)
    alone = [describer.describe([picture]) for picture in pictures[-2:]]

    np.testing.assert_allclose(chances[-2:], np.concatenate([each for each, _ in alone]), atol=1e-4)
    np.testing.assert_allclose(vectors[-2:], np.concatenate([each for _, each in alone]), atol=1e-4)


def test_no_pictures_give_nothing(describer: MobileNet) -> None:
    chances, vectors = describer.describe([])

    assert (chances.shape, vectors.shape) == ((0, 1000), (0, 256))
