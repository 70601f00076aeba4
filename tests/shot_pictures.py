"""Pictures of 27x48 that make up little edited videos."""

from collections.abc import Sequence

import cv2
import numpy as np

from passerby.records import Pixels
from passerby.stages.base import SmallFrame
from passerby.stages.shots import ShotsSession

Timeline = Sequence[Pixels]


def scene(seed: int) -> Pixels:
    """A picture with colours and structure of its own."""
    rng = np.random.default_rng(seed + 1000)
    coarse = rng.integers(30, 220, (4, 6, 3)).astype(np.uint8)
    return np.asarray(cv2.resize(coarse, (48, 27), interpolation=cv2.INTER_CUBIC), np.uint8)


def hold(picture: Pixels, length: int) -> list[Pixels]:
    return [picture] * length


def dissolve(old: Pixels, new: Pixels, length: int) -> list[Pixels]:
    shares = (np.arange(length) + 1) / (length + 1)
    return [(old * (1 - share) + new * share).astype(np.uint8) for share in shares]


def fade(picture: Pixels, level: int, length: int) -> list[Pixels]:
    """Out to ``level``; reversed, it is a fade in."""
    return dissolve(picture, np.full_like(picture, level), length)


def wipe(old: Pixels, new: Pixels, length: int) -> list[Pixels]:
    frames = []
    for number in range(length):
        mixed = old.copy()
        border = 48 * (number + 1) // (length + 1)
        mixed[:, :border] = new[:, :border]
        frames.append(mixed)
    return frames


def flash(picture: Pixels, length: int) -> list[Pixels]:
    return hold(np.clip(picture.astype(int) + 140, 0, 255).astype(np.uint8), length)


def pan(seed: int, length: int, step: int) -> list[Pixels]:
    """A camera that moves by ``step`` pixels a frame over something textured."""
    rng = np.random.default_rng(seed)
    wide = cv2.GaussianBlur(rng.integers(0, 256, (27, 48 + step * length, 3)).astype(np.float32), (0, 0), 2)
    wide = np.clip((wide - 128) * 4 + 128, 0, 255).astype(np.uint8)
    return [wide[:, step * number : step * number + 48] for number in range(length)]


def play(session: ShotsSession, frames: Timeline, ticks: int, start: int = 0) -> None:
    """Push all frames, one each ``ticks``."""
    for number, picture in enumerate(frames):
        session.push(SmallFrame(start + number * ticks, np.ascontiguousarray(picture)))
