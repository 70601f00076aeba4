"""Decoded sound of any format, mixed down."""

from typing import Any

import numpy as np
from av.audio.frame import AudioFrame
from numpy.typing import DTypeLike, NDArray

from passerby.records import Floats

# FFmpeg's sample formats (the planar ones end in p): the type, its middle and its full scale.
_FORMATS: dict[str, tuple[DTypeLike, float, float]] = {
    "u8": (np.uint8, 128, 2.0**7),
    "s16": (np.int16, 0, 2.0**15),
    "s32": (np.int32, 0, 2.0**31),
    "s64": (np.int64, 0, 2.0**63),
    "flt": (np.float32, 0, 1),
    "dbl": (np.float64, 0, 1),
}


def mono(frame: AudioFrame) -> Floats:
    """The mean of all channels (n,), full scale at 1."""
    samples, middle, scale = _read(frame)
    return _finite((samples.mean(axis=1, dtype=np.float64) - middle) / scale)


def channels(frame: AudioFrame) -> Floats:
    """The samples (n, channels), full scale at 1."""
    samples, middle, scale = _read(frame)
    return _finite((samples.astype(np.float64) - middle) / scale)


def _read(frame: AudioFrame) -> tuple[NDArray[Any], float, float]:
    """The samples (n, channels) as they are, with the middle and the full scale of their format."""
    dtype, middle, scale = _FORMATS[frame.format.name.removesuffix("p")]
    count = frame.layout.nb_channels
    if frame.format.is_planar:
        planes = [np.frombuffer(memoryview(plane), dtype, frame.samples) for plane in frame.planes[:count]]
        return np.stack(planes, axis=1), middle, scale
    packed = np.frombuffer(memoryview(frame.planes[0]), dtype, frame.samples * count)
    return packed.reshape(-1, count), middle, scale


def _finite(samples: NDArray[np.float64]) -> Floats:
    return np.nan_to_num(samples.astype(np.float32), nan=0.0, posinf=1.0, neginf=-1.0)
