"""Where text is looked for: closely all over at first, then where a glance sees some, while lines are large."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerby.geometry import intersections
from passerby.records import Detections, Floats, Pixels
from passerby.stages.text.glances import Eye, apart

SIZE = (1280, 720)
NOTHING = np.zeros((0, 4), np.float32)
LARGE, SMALL = (200, 100, 600, 150), (900, 500, 980, 515)


def boxes(*rows: tuple[int, int, int, int]) -> Floats:
    return np.array(rows, np.float32).reshape(-1, 4)


@dataclass
class Lines:
    """Finds what is bright: all of it, or only what is higher than a number of pixels. Tells what it was shown."""

    least_height: int = 0
    labels: tuple[str, ...] = ("text",)
    shown: list[tuple[int, int]] = field(default_factory=list)  # sizes, (width, height)

    def detect(self, images: Sequence[Pixels]) -> list[Detections]:
        self.shown += [(image.shape[1], image.shape[0]) for image in images]
        return [self._found(image) for image in images]

    def _found(self, image: Pixels) -> Detections:
        rows = []
        for value in sorted({*np.unique(image[..., 0]).tolist()} - {0}):
            ys, xs = np.nonzero(image[..., 0] == value)
            box = (xs.min(), ys.min(), xs.max() + 1, ys.max() + 1)
            rows += [box] if box[3] - box[1] > self.least_height else []
        found = np.array(rows, np.float32).reshape(-1, 4)
        return Detections(found, np.ones(len(found), np.float32), ("text",) * len(found))


def picture(*rows: tuple[int, int, int, int]) -> Pixels:
    pixels = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
    for number, (x1, y1, x2, y2) in enumerate(rows, 1):
        pixels[y1:y2, x1:x2] = number
    return pixels


def opened(glances: int = 2) -> tuple[Eye, Lines]:
    close = Lines()
    return Eye(close, Lines(least_height=30), glances), close


def test_large_lines_are_looked_at_where_a_glance_sees_them_and_are_where_they_are() -> None:
    eye, close = opened()
    eye.look(picture(LARGE), NOTHING, cut=True)
    other = (700, 300, 1000, 360)
    found = eye.look(picture(LARGE, other), boxes(LARGE), cut=False)
    assert sorted(map(tuple, found.boxes.tolist())) == [LARGE, other]
    assert close.shown[0] == SIZE
    assert sorted(close.shown[1:]) == [(420, 180), (500, 150)]  # with their height of room around them


def test_a_glance_does_for_some_pictures_in_a_row_only() -> None:
    eye, close = opened(glances=2)
    for _ in range(6):
        eye.look(picture(), NOTHING, cut=False)
    assert close.shown == [SIZE, SIZE]


def test_a_glance_does_not_do_after_a_cut() -> None:
    eye, close = opened()
    for _ in range(3):
        assert len(eye.look(picture(SMALL), NOTHING, cut=True)) == 1
    assert close.shown == [SIZE] * 3


def test_a_glance_does_not_do_where_a_known_line_is_small() -> None:
    eye, close = opened()
    for _ in range(3):
        assert len(eye.look(picture(LARGE, SMALL), boxes(LARGE, SMALL), cut=False)) == 2
    assert close.shown == [SIZE] * 3


def test_a_known_line_that_a_glance_misses_is_looked_at() -> None:
    eye, _ = opened()
    eye.look(picture(), NOTHING, cut=True)
    faint = (300, 400, 500, 428)
    wide_of_it = boxes((290, 390, 520, 440))
    assert eye.look(picture(faint), wide_of_it, cut=False).boxes.tolist() == [[*map(float, faint)]]


@pytest.mark.parametrize(
    "rows",
    [
        [(0, y, 1280, y + 60) for y in range(0, 720, 80)],  # more than half of the picture
        [LARGE, (380, 152, 400, 400)],  # goes on beyond what the glance has seen
    ],
)
def test_where_a_glance_does_not_do_all_is_looked_at(rows: list[tuple[int, int, int, int]]) -> None:
    close, glance = Lines(), Lines(least_height=30)
    eye = Eye(close, glance, 2)
    eye.look(picture(), NOTHING, cut=True)
    if rows[0] == LARGE:
        glance.detect = lambda images: [Detections(boxes(LARGE), np.ones(1, np.float32), ("text",))]  # type: ignore[method-assign]
    assert len(eye.look(picture(*rows), NOTHING, cut=False)) == len(rows)
    assert close.shown[-1] == SIZE


ROWS = st.tuples(*[st.integers(0, 40)] * 2, *[st.integers(1, 12)] * 2)


@given(st.lists(ROWS, max_size=12))
def test_boxes_that_are_apart_hold_all_and_do_not_meet(rows: list[tuple[int, ...]]) -> None:
    given_boxes = boxes(*((x, y, x + w, y + h) for x, y, w, h in rows))
    found = apart(given_boxes)
    shared = intersections(found, found)
    assert np.count_nonzero(shared) == len(found)
    whole = (given_boxes[:, 2:] - given_boxes[:, :2]).prod(axis=1)
    assert len(given_boxes) == 0 or (intersections(given_boxes, found).max(axis=1) == whole).all()
