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
