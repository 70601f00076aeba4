import numpy as np
import pytest

from passerby.errors import ModelError
from passerby.models.load import CatalogModels
from passerby.models.runtime import RuntimeOptions
from passerby.models.transnet import TransNet
from passerby.records import Pixels


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> TransNet:
    models = CatalogModels(tmp_path_factory.mktemp("models"), RuntimeOptions(threads=1))
    made: TransNet = models.open("transnetv2")
    return made


def drifting(seed: int, frames: int) -> Pixels:
    """A blurred scene under a camera that moves slowly to the right."""
    coarse = np.random.default_rng(seed).integers(0, 256, (5, 24, 3), np.uint8)
    scene = np.repeat(np.repeat(coarse, 6, axis=0), 8, axis=1)[:27]
    return np.stack([scene[:, row // 2 : row // 2 + 48] for row in range(frames)])


def test_a_cut_is_seen_on_the_last_frame_before_it(judge: TransNet) -> None:
    window = np.concatenate([drifting(1, 60), drifting(2, 40)])

    (chances,) = judge.predict(window[None])

    assert chances.dtype == np.float32
    assert chances.argmax() == 59
    assert chances[59] > 0.7
    assert np.delete(chances, range(57, 62)).max() < 0.3


def test_a_scene_that_goes_on_has_no_cut(judge: TransNet) -> None:
    assert judge.predict(drifting(1, 100)[None]).max() < 0.3


def test_windows_are_judged_each_for_itself(judge: TransNet) -> None:
    windows = np.stack([drifting(1, 100), np.concatenate([drifting(1, 60), drifting(2, 40)])])

    together = judge.predict(windows)

    assert together.shape == (2, 100)
    np.testing.assert_array_equal(together[1], judge.predict(windows[1:])[0])


def test_no_windows_give_nothing(judge: TransNet) -> None:
    assert judge.predict(np.zeros((0, 100, 27, 48, 3), np.uint8)).shape == (0, 100)


def test_windows_of_another_shape_are_refused(judge: TransNet) -> None:
    with pytest.raises(ModelError, match=r"expected windows \(n, 100, 27, 48, 3\)"):
        judge.predict(np.zeros((1, 50, 27, 48, 3), np.uint8))
