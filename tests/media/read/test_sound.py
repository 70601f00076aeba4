import av
import numpy as np
import pytest

from passerby.media.read.sound import mono

_LEFT = np.array([0.5, 0.25, -1.0, 0.0])
_RIGHT = np.array([0.5, -0.25, -1.0, 0.5])
_MEAN = [0.5, 0.0, -1.0, 0.25]


@pytest.mark.parametrize(
    ("form", "dtype", "scale", "middle"),
    [
        ("u8", np.uint8, 127, 128),
        ("s16", np.int16, 2**15 - 1, 0),
        ("s32", np.int32, 2**31 - 1, 0),
        ("flt", np.float32, 1, 0),
        ("dbl", np.float64, 1, 0),
    ],
)
def test_channels_are_averaged_in_every_format(form: str, dtype: type[np.generic], scale: int, middle: int) -> None:
    planar = (np.stack([_LEFT, _RIGHT]) * scale + middle).astype(dtype)
    packed = np.ascontiguousarray(planar.T.reshape(1, -1))
    for array, name in ((packed, form), (planar, f"{form}p")):
        samples = mono(av.AudioFrame.from_ndarray(array, name, "stereo"))
        assert samples.dtype == np.float32
        np.testing.assert_allclose(samples, _MEAN, atol=0.01)


def test_broken_samples_are_finite() -> None:
    array = np.array([[np.nan, np.inf, -np.inf, 0.5]], np.float32)
    assert mono(av.AudioFrame.from_ndarray(array, "flt", "mono")).tolist() == [0.0, 1.0, -1.0, 0.5]
