"""How the heads of hard clips move: where each is, how large, and how it is turned, frame by frame."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

KINDS = ("drift", "turn", "away", "zoom", "leave", "border", "behind", "fast", "return", "jitter")

Series = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Pose:
    """A face in a frame: its middle and height in pixels, 0 where there is none; degrees; pixels a frame."""

    x: float
    y: float
    height: float
    turn: float
    away: float
    speed_x: float
    speed_y: float


@dataclass(frozen=True, slots=True)
class Path2D:
    kind: str
    poses: tuple[Pose, ...]


def make_path(kind: str, band: tuple[int, int], size: tuple[int, int], frames: int, rng: np.random.Generator) -> Path2D:
    """A way of this kind through a frame of ``size``, for a face as high as ``band`` says."""
    time = np.linspace(0, 1, frames)
    height = np.exp(_line(np.log(rng.uniform(*band, 2)), time))
    turn = rng.uniform(-12, 12) + rng.uniform(0, 8) * _swing(time, rng)
    away = rng.uniform(0, 20) * _swing(time, rng)
    where = _line(rng.uniform(0.12, 0.88, (2, 2)) * size, time[:, None])
    if kind == "turn":
        turn = 40 * _swing(time, rng)
    elif kind == "away":
        away = rng.choice([-1, 1]) * 65 * np.sin(np.pi * time) ** 2
    elif kind == "zoom":
        height = np.exp(_line(rng.permutation(np.log([rng.uniform(12, 24), rng.uniform(60, 400)])), time))
    elif kind in ("leave", "border", "return"):
        where = _border(kind, height, size, time, rng)
    elif kind == "behind":
        reach = np.array([height.mean() * rng.uniform(3, 6) * rng.choice([-1, 1]), 0])
        middle = rng.uniform(0.25, 0.75, 2) * size
        where = _line(np.array([middle - reach, middle + reach]), time[:, None])
    elif kind == "fast":
        where = _dash(height, size, time, rng)
    elif kind == "jitter":
        steps = rng.normal(0, 0.15, (frames, 2)) * height[:, None]
        where = where[:1] + np.cumsum(steps, axis=0) * 0.6
        where = np.clip(where, 0.05 * np.array(size), 0.95 * np.array(size))
    where = where + 0.25 * height[:, None] * np.stack([_swing(time, rng), _swing(time, rng)], axis=1)
    speed = np.gradient(where, axis=0)
    rows = np.column_stack([where, height, turn, away, speed])
    return Path2D(kind, tuple(Pose(*(float(value) for value in row)) for row in rows))


def _swing(time: Series, rng: np.random.Generator) -> Series:
    """To and fro between -1 and 1, once or a few times."""
    return np.asarray(np.sin(2 * np.pi * (rng.uniform(0.5, 2.5) * time + rng.random())))


def _line(ends: Series, time: Series) -> Series:
    """From the first of ``ends`` to the second."""
    return np.asarray(ends[0] + (ends[1] - ends[0]) * time)


def _border(kind: str, height: Series, size: tuple[int, int], time: Series, rng: np.random.Generator) -> Series:
    """Along a border, cut off by it; or out over it and, for "return", back in."""
    side = int(rng.integers(4))
    axis, far = side % 2, side // 2
    edge = float(size[axis] * far)
    inward = 1 - 2 * far
    if kind == "border":
        depth = height * 0.3 * _swing(time, rng)
    elif kind == "leave":
        depth = height * _line(np.array([rng.uniform(2, 5), -1.2]), time)
    else:
        depth = height * (rng.uniform(1, 2) + 2.6 * np.cos(2 * np.pi * time))
    where = np.empty((len(time), 2))
    where[:, axis] = edge + inward * depth
    where[:, 1 - axis] = _line(rng.uniform(0.15, 0.85, 2), time) * size[1 - axis]
    return where


def _dash(height: Series, size: tuple[int, int], time: Series, rng: np.random.Generator) -> Series:
    """To and fro across the frame, at up to half of the face's height in a frame."""
    speed = min(float(height.mean() * rng.uniform(0.15, 0.5)), 45.0)
    room = size[0] * 0.8
    way = (np.arange(len(time)) * speed + rng.uniform(0, room)) % (2 * room)
    x = size[0] * 0.1 + np.minimum(way, 2 * room - way)
    y = _line(rng.uniform(0.15, 0.85, 2), time) * size[1]
    return np.stack([x, y], axis=1)
