"""Originals with faces that the fakes find, and copies of them, for the tests of the audit."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from clips import make_clip
from fake_models import FACE
from passerby.records import Pixels
from pictures import Picture, texture

SIZE, FRAMES, SIDE = (320, 240), 30, 64
Box = tuple[int, int, int, int]
Effect = Callable[[Pixels], Pixels]


def face_at(index: int) -> Box:
    """It moves by two pixels a frame."""
    x, y = 40 + 2 * index, 90
    return x, y, x + SIDE, y + SIDE


def drawn_face() -> Pixels:
    """The fakes' colour of a face, with as much structure as they stand."""
    noise = np.random.default_rng(1)
    levels = np.zeros((SIDE, SIDE))
    for cell in (4, 8):
        levels += cv2.resize(
            noise.normal(0, 8, (SIDE // cell, SIDE // cell)), (SIDE, SIDE), interpolation=cv2.INTER_CUBIC
        )
    return np.clip(np.clip(levels, -18, 18)[..., None] + FACE, 0, 255).astype(np.uint8)


def original_picture(index: int) -> Pixels:
    pixels = texture(SIZE)(0).copy()
    x1, y1, x2, y2 = face_at(index)
    pixels[y1:y2, x1:x2] = drawn_face()
    return pixels


def solid(place: Pixels) -> Pixels:
    return np.full_like(place, 16)


def pixelated(place: Pixels) -> Pixels:
    small = cv2.resize(place, (6, 6), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, place.shape[1::-1], interpolation=cv2.INTER_NEAREST), np.uint8)


def blurred(place: Pixels) -> Pixels:
    return np.asarray(cv2.GaussianBlur(place, (0, 0), SIDE / 6), np.uint8)


def hiding(effect: Effect = solid, shift: int = 0, margin: int = 6, open_in: Sequence[int] = ()) -> Picture:
    """The original's pictures with the face hidden, but in these frames; the place may be shifted to the right."""

    def picture(index: int) -> Pixels:
        pixels = original_picture(index).copy()
        if index not in open_in:
            x1, y1, x2, y2 = face_at(index)
            rows, columns = slice(y1 - margin, y2 + margin), slice(x1 - margin + shift, x2 + margin + shift)
            pixels[rows, columns] = effect(pixels[rows, columns])
        return pixels

    return picture


def clip(path: Path, picture: Picture, **parameters: Any) -> Path:
    settings: dict[str, Any] = {"size": SIZE, "frames": FRAMES, "rate": 25, "numbered": False, **parameters}
    return make_clip(path, picture=picture, **settings)
