"""A clip with two real faces: the portrait of Grace Hopper (public domain) that comes with matplotlib, twice."""

from importlib.resources import as_file, files
from pathlib import Path

import cv2
import numpy as np

from clips import make_clip
from passerby.records import Pixels
from pictures import texture

SIZE = (640, 360)
PORTRAIT = (240, 281)  # width, height
LEFT, RIGHT = (40, 40), (370, 40)  # where the portraits begin; the right one is mirrored


def two_faces(path: Path, *, frames: int = 24) -> Path:
    """Both faces, still, in front of a texture, at twelve frames a second."""
    pixels = texture(SIZE)(0).copy()
    face = portrait()
    for (x, y), picture in ((LEFT, face), (RIGHT, face[:, ::-1])):
        pixels[y : y + PORTRAIT[1], x : x + PORTRAIT[0]] = picture
    return make_clip(path, size=SIZE, frames=frames, rate=12, picture=lambda _: pixels, numbered=False)


def portrait() -> Pixels:
    with as_file(files("matplotlib") / "mpl-data" / "sample_data" / "grace_hopper.jpg") as file:
        read = cv2.imread(str(file), cv2.IMREAD_COLOR_RGB)
    assert read is not None, "expected grace_hopper.jpg in matplotlib's sample data"
    return np.asarray(cv2.resize(read, PORTRAIT, interpolation=cv2.INTER_AREA), np.uint8)
