"""The cheap detector by itself."""

import cv2
import numpy as np

from passerby.records import Floats
from passerby.stages.shots.candidates import Candidate, CheapDetector, Cut, Doubt


def coarse(seed: int) -> Floats:
    cells = np.random.default_rng(seed).integers(0, 255, (6, 8, 3)).astype(np.uint8)
    return np.asarray(cv2.resize(cells, (48, 27)), np.float32)


def test_the_first_frame_is_never_doubted() -> None:
    first, second = (100 + 0.14 * coarse(seed) for seed in (1, 2))  # in a haze
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


def candidates_in(pictures: list[Floats]) -> list[Candidate]:
    detector = CheapDetector()
    found = [finding for picture in pictures for finding in detector.push(picture.astype(np.uint8))]
    return found + detector.finish()


def test_a_caption_is_no_cut() -> None:
    scene = coarse(1)
    captioned = scene.copy()
    captioned[17:26, 4:46] = 255 - captioned[17:26, 4:46]
    assert candidates_in([scene] * 40 + [captioned] * 40 + [scene] * 40) == []


def test_infrared_at_dusk_is_no_cut() -> None:
    day = coarse(1)
    night = np.repeat((day @ np.array([0.6, 0.3, 0.1], np.float32))[..., None], 3, axis=2) * 0.6
    assert candidates_in([day] * 40 + [night] * 40) == []


def test_jumps_of_few_frames_a_second_are_no_clear_cuts() -> None:
    """A camera pans, and each of its frames is shown six times."""
    wide = cv2.resize(np.random.default_rng(3).integers(0, 255, (6, 120)).astype(np.float32), (720, 27))
    frames = [np.repeat(wide[:, left : left + 48, None], 3, axis=2) for left in range(0, 600, 12) for _ in range(6)]
    later = [finding for finding in candidates_in(frames) if isinstance(finding, Cut) and finding.frame > 24]
    assert later == []


def test_a_card_of_one_colour_after_another_is_a_cut() -> None:
    red, blue = np.zeros((2, 27, 48, 3), np.float32)
    red[:, :, 0] = blue[:, :, 2] = 200
    assert candidates_in([red] * 60 + [blue] * 60) == [Cut(60)]
