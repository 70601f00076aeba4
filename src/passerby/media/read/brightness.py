"""From the wide range of brightness of HDR to the usual one, for what looks at pictures; copies keep what they had.

Both kinds of HDR (ITU-R BT.2100) are in the colours of BT.2020. Untouched they look pale and dark, which models have
not learned, and which hides faces from them.
"""

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from passerby.records import Floats, Pixels

_PQ, _HLG = 16, 18  # ITU-T H.273, transfer characteristics
_WHITE = 203.0  # candela per square metre of a white page in HDR: ITU-R BT.2408
_PEAK_PQ, _PEAK_HLG = 10_000.0, 1_000.0
_PRESSED = 0.6  # of white, from where on what is brighter is pressed together below the brightest that there is
_STEPS = 4096  # of what is linear, to look up what it is in the usual range
# From BT.2020 to BT.709, linear: ITU-R BT.2087, 4.
_COLOURS = np.array([[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]], np.float32)

_Exact = NDArray[np.float64]


def as_usual(pixels: Pixels, transfer: int) -> Pixels:
    """Pictures (h, w, 3) as they are seen on a usual screen if they are in HDR, by the number of their transfer."""
    if transfer not in (_PQ, _HLG):
        return pixels
    linear = cv2.transform(cv2.LUT(np.ascontiguousarray(pixels), _to_linear(transfer)), _COLOURS * (_STEPS - 1))
    found: Pixels = _from_linear().take(np.clip(linear, 0, _STEPS - 1).astype(np.uint16))
    return found


@cache
def _to_linear(transfer: int) -> Floats:
    """(256,) from 0 to 1: 1 is as bright as a usual screen gets."""
    signal = np.arange(256, dtype=np.float64) / 255
    light = (_pq(signal) * _PEAK_PQ if transfer == _PQ else _hlg(signal) * _PEAK_HLG) / _WHITE
    room = 1 - _PRESSED
    pressed = _PRESSED + room * (1 - np.exp(-np.maximum(light - _PRESSED, 0) / room))
    return np.where(light < _PRESSED, light, pressed).astype(np.float32)


def _pq(signal: _Exact) -> _Exact:
    """BT.2100, table 4: the share of 10,000 candela."""
    root = signal ** (1 / 78.84375)
    share: _Exact = (np.maximum(root - 0.8359375, 0) / (18.8515625 - 18.6875 * root)) ** (1 / 0.1593017578125)
    return share


def _hlg(signal: _Exact) -> _Exact:
    """BT.2100, table 5: the share of the brightest on a screen of 1,000 candela, of gray."""
    scene = np.where(signal <= 0.5, signal**2 / 3, (np.exp((signal - 0.55991073) / 0.17883277) + 0.28466892) / 12)
    light: _Exact = scene**1.2
    return light


@cache
def _from_linear() -> Pixels:
    """(steps,) of sRGB."""
    linear = np.arange(_STEPS) / (_STEPS - 1)
    curve = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.round(255 * curve).astype(np.uint8)
