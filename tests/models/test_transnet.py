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


def with_a_cut(before: int, after: int) -> Pixels:
    return np.concatenate([drifting(1, before), drifting(2, after)])


def test_a_cut_is_seen_on_the_last_frame_before_it(judge: TransNet) -> None:
    chances = judge.predict(with_a_cut(60, 40))

    assert chances.shape == (100,)
    assert chances.dtype == np.float32
    assert chances.argmax() == 59
    assert chances[59] > 0.7
    assert np.delete(chances, range(57, 62)).max() < 0.3


def test_a_scene_that_goes_on_has_no_cut(judge: TransNet) -> None:
    assert judge.predict(drifting(1, 100)).max() < 0.3


@pytest.mark.parametrize("frames", [61, 82, 150])
def test_frames_that_are_fewer_or_more_are_judged_nearly_as_a_hundred(judge: TransNet, frames: int) -> None:
    hundred = judge.predict(with_a_cut(50, 50))[44:56]
    half = frames // 2

    others = judge.predict(with_a_cut(half, frames - half))

    assert others.shape == (frames,)
    np.testing.assert_allclose(others[half - 6 : half + 6], hundred, atol=0.15)


def test_one_frame_has_no_cut_and_none_give_nothing(judge: TransNet) -> None:
    assert judge.predict(drifting(1, 1)).shape == (1,)
    assert judge.predict(np.zeros((0, 27, 48, 3), np.uint8)).shape == (0,)


def test_frames_of_another_shape_are_refused(judge: TransNet) -> None:
    with pytest.raises(ModelError, match=r"expected frames \(n, 27, 48, 3\)"):
        judge.predict(np.zeros((1, 50, 27, 48, 3), np.uint8))
