"""The cheap detector by itself."""

import cv2
import numpy as np

from passerby.records import Floats
from passerby.stages.shots.candidates import CheapDetector, Doubt


def coarse(seed: int) -> Floats:
    cells = np.random.default_rng(seed).integers(0, 255, (6, 8, 3)).astype(np.uint8)
    return np.asarray(cv2.resize(cells, (48, 27)), np.float32)


def test_the_first_frame_is_never_doubted() -> None:
    first, second = coarse(1), 0.7 * coarse(1) + 0.3 * coarse(2)
    detector = CheapDetector()
    found = [finding for picture in (first, second, second) for finding in detector.push(picture.astype(np.uint8))]
    assert found + detector.finish() == [Doubt(1, 3)]


def test_a_strobe_is_no_cut() -> None:
    """Every second pair of frames is black, for longer than a blank of its own."""
    detector, black = CheapDetector(), np.zeros((27, 48, 3), np.uint8)
    scene = coarse(1).astype(np.uint8)
    pictures = [black if 60 <= n < 140 and n // 2 % 2 else scene for n in range(200)]
    assert [finding for picture in pictures for finding in detector.push(picture)] + detector.finish() == []
    assert detector.settled > 150
