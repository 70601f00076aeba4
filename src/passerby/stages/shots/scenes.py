"""Scenes: neighbouring shots that look alike.

A shot that looks like one of the last few before it is in the same scene, and so are all between the two: in a
dialogue (A-B-A-B) the shots of either speaker hold the scene together. This is the overlapping-links rule of
Hanjalic, Lagendijk and Biemond (IEEE Trans. Circuits and Systems for Video Technology 9(4), 1999), with histograms
of colour as the measure.
"""

from collections import deque

import cv2
import numpy as np

from passerby.records import Floats, Pixels

EVERY_FRAMES = 6  # how often a frame's colours are taken
EDGE_LOOKS = 3  # of a shot, this many at its start and at its end stand for it
LINK_SHOTS = 4  # how far back a shot is compared
ALIKE = 0.7  # intersection of histograms (Swain and Ballard, IJCV 7(1), 1991)
BINS = (12, 4, 4)  # hue, saturation, value


def colours(picture: Pixels) -> Floats:
    """The share (192,) of the picture's pixels in each bin of colour."""
    hsv = cv2.cvtColor(picture, cv2.COLOR_RGB2HSV)
    counts = cv2.calcHist([hsv], [0, 1, 2], None, list(BINS), [0, 180, 0, 256, 0, 256])
    return np.asarray(counts, np.float32).ravel() / np.float32(picture.shape[0] * picture.shape[1])


class SceneCounter:
    """Takes frames, then the cuts among them as they settle; gives each shot its scene's number."""

    def __init__(self) -> None:
        self._looks: deque[tuple[int, Floats]] = deque()  # frames that no shot has taken yet
        self._head: list[Floats] = []  # of the shot that is open
        self._tail: deque[Floats] = deque(maxlen=EDGE_LOOKS)
        self._shots: deque[list[Floats]] = deque(maxlen=LINK_SHOTS)
        self._first_linked: list[int] = []  # for each shot, the earliest that it looks like; itself if none

    def push(self, frame: int, picture: Pixels) -> None:
        if frame % EVERY_FRAMES == 0:
            self._looks.append((frame, colours(picture)))

    def settle(self, frame: int) -> None:
        """No cut before ``frame`` will come any more: what was seen before it belongs to the open shot."""
        while self._looks and self._looks[0][0] < frame:
            _, look = self._looks.popleft()
            if len(self._head) < EDGE_LOOKS:
                self._head.append(look)
            else:
                self._tail.append(look)

    def end_shot(self, frame: int) -> None:
        """The open shot ends before ``frame``."""
        self.settle(frame)
        looks = [*self._head, *self._tail]
        number = len(self._first_linked)
        alike = [back for back, other in enumerate(self._shots) if _are_alike(looks, other)]
        self._first_linked.append(number - len(self._shots) + alike[0] if alike else number)
        self._shots.append(looks)
        self._head, self._tail = [], deque(maxlen=EDGE_LOOKS)

    def numbers(self) -> list[int]:
        """The scene of each shot that ended, from nought."""
        shots = len(self._first_linked)
        begins = [True] * shots
        for number, first in enumerate(self._first_linked):
            begins[first + 1 : number + 1] = [False] * (number - first)
        return [int(number) for number in np.cumsum(begins) - 1]


def _are_alike(one: list[Floats], other: list[Floats]) -> bool:
    """Whether any two looks of the shots are alike; a shot too short to be seen is like none."""
    if not one or not other:
        return False
    shared = np.minimum(np.stack(one)[:, None], np.stack(other)[None]).sum(axis=2)
    return bool(shared.max() >= ALIKE)
