"""Pictures drawn by code that real models take for the real thing."""

import cv2
import numpy as np

from passerby.records import Pixels

_WALL, _SKIN, _HAIR, _LIPS, _COAT = (90, 110, 120), (222, 178, 150), (50, 35, 25), (175, 80, 80), (40, 60, 110)


def stop_sign(width: int, height: int, x: int, y: int, radius: int) -> Pixels:
    """A stop sign on a post, its middle at (x, y), on a road under a pale sky."""
    picture = np.full((height, width, 3), (135, 180, 220), np.uint8)
    picture[int(height * 0.7) :] = (110, 120, 100)
    cv2.rectangle(picture, (x - radius // 15, y), (x + radius // 15, height), (120, 120, 120), -1)
    corners = np.pi / 8 + np.arange(8) * np.pi / 4
    for size, colour in ((radius, (255, 255, 255)), (0.92 * radius, (190, 25, 35))):
        octagon = np.stack([x + np.cos(corners) * size, y + np.sin(corners) * size], axis=1).round().astype(np.int32)
        cv2.fillPoly(picture, [octagon], colour, cv2.LINE_AA)
    scale, thickness = radius / 46, max(1, radius // 9)
    (wide, high), _ = cv2.getTextSize("STOP", cv2.FONT_HERSHEY_SIMPLEX, scale, thickness)
    start = (x - wide // 2, y + high // 2)
    cv2.putText(picture, "STOP", start, cv2.FONT_HERSHEY_SIMPLEX, scale, (255, 255, 255), thickness, cv2.LINE_AA)
    return picture


def head_and_shoulders(width: int, height: int, x: int, y: int, radius: int) -> Pixels:
    """Somebody drawn, the middle of their face at (x, y), before a plain wall."""
    picture = np.full((height, width, 3), _WALL, np.uint8)

    def disc(dx: float, dy: float, wide: float, high: float, colour: tuple[int, int, int]) -> None:
        centre = (round(x + dx * radius), round(y + dy * radius))
        axes = (round(wide * radius), round(high * radius))
        cv2.ellipse(picture, centre, axes, 0, 0, 360, colour, -1, cv2.LINE_AA)

    disc(0, 2.3, 1.6, 1.2, _COAT)
    disc(0, 0.9, 0.33, 0.5, _SKIN)
    disc(0, -0.2, 0.86, 1.1, _HAIR)
    disc(0, 0, 0.72, 1, _SKIN)
    for side in (-0.3, 0.3):
        disc(side, -0.32, 0.2, 0.05, _HAIR)
        disc(side, -0.15, 0.15, 0.08, (250, 250, 250))
        disc(side, -0.15, 0.07, 0.07, _HAIR)
    disc(0, 0.18, 0.1, 0.05, (180, 130, 110))
    disc(0, 0.5, 0.26, 0.1, _LIPS)
    blurred: Pixels = cv2.GaussianBlur(picture, (0, 0), max(radius / 40, 0.6)).astype(np.uint8)
    return blurred
