import cv2
import numpy as np
import pytest

from passerby.records import Detections, Floats, Pixels
from passerby.redact.look.view import (
    BRIGHT,
    DARK,
    DARKEST,
    Glance,
    View,
    at_border,
    brightened,
    concatenated,
    with_labels,
)


class Drawer:
    """Draws grey pictures, and notes their sizes."""

    def __init__(self) -> None:
        self.drawn: list[tuple[int, int]] = []

    def __call__(self, width: int, height: int) -> Pixels:
        self.drawn.append((width, height))
        return np.full((height, width, 3), 128, np.uint8)


def _view(width: int = 1920, height: int = 1080, luma: tuple[int, int] = (540, 960)) -> tuple[View, Drawer]:
    drawer = Drawer()
    return View(drawer, np.zeros(luma, np.uint8), width, height), drawer


def _found(*boxes: tuple[float, ...], label: str = "face") -> Detections:
    rows: Floats = np.array(boxes, np.float32).reshape(-1, 4)
    return Detections(rows, np.full(len(rows), 0.5, np.float32), (label,) * len(rows))


def test_each_picture_is_drawn_once() -> None:
    view, drawer = _view()
    assert view.picture(640) is view.picture(640)
    view.picture(0)
    assert drawer.drawn == [(640, 360), (1920, 1080)]


def test_a_picture_is_never_larger_than_the_frame() -> None:
    view, drawer = _view(200, 300)
    assert view.picture(0) is view.picture(1280)
    view.picture(150)
    assert drawer.drawn == [(200, 300), (100, 150)]
    assert [view.factor(side) for side in (0, 1280, 150)] == [1, 1, 0.5]


def test_a_sliver_of_a_frame_still_has_a_picture() -> None:
    assert _view(4000, 2)[0].picture(640).shape == (1, 640, 3)


def test_boxes_found_in_a_picture_are_those_of_the_frame() -> None:
    view, _ = _view()
    assert view.in_frame(_found((10, 20, 30, 40)), view.picture(640)).boxes.tolist() == [[30, 60, 90, 120]]


def test_boxes_go_to_the_luma_and_back() -> None:
    view, _ = _view()
    boxes = np.array([[30, 60, 90, 120]], np.float32)
    assert view.to_luma(boxes).tolist() == [[15, 30, 45, 60]]
    assert view.of_luma(_found(*view.to_luma(boxes).tolist())).boxes.tolist() == boxes.tolist()


def _frame_with_disc(x: int, y: int, radius: int = 10) -> View:
    """A frame of 200 by 120 with a disc, which is level however it is turned."""
    frame = np.full((120, 200, 3), 140, np.uint8)  # no dark picture, which would be brightened
    cv2.circle(frame, (x, y), radius, (255, 255, 255), -1)
    return View(lambda width, height: cv2.resize(frame, (width, height)), frame[..., 0], 200, 120)


def _box_of_white(picture: Pixels) -> Detections:
    rows, columns = np.nonzero(picture[..., 0] > 197)
    return _found((columns.min(), rows.min(), columns.max() + 1, rows.max() + 1))


@pytest.mark.parametrize("angle", [0, -25, 25, 40])
@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("side", [0, 100])
def test_what_is_found_in_another_way_comes_back_to_where_it_is(side: int, mirrored: bool, angle: int) -> None:
    view = _frame_with_disc(80, 70)
    glance = Glance(side, angle, mirrored)
    picture = glance.draw(view)
    assert picture.shape == ((130, 210, 3) if side == 0 else (61, 99, 3))
    (box,) = glance.in_frame(_box_of_white(picture), view).boxes
    assert np.abs(box - [70, 60, 91, 81]).max() <= 2.5


@pytest.mark.parametrize("angle", [0, 25])
@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize(
    ("centre", "expected"),
    [
        ((0, 60), (0, 56, 5, 65)),
        ((199, 60), (195, 56, 200, 65)),
        ((100, 0), (96, 0, 105, 5)),
        ((100, 119), (96, 115, 105, 120)),
    ],
)
def test_half_a_face_at_the_border_is_seen_as_a_whole_one(
    centre: tuple[int, int], expected: tuple[int, int, int, int], mirrored: bool, angle: int
) -> None:
    view = _frame_with_disc(*centre, radius=4)
    glance = Glance(0, angle, mirrored)
    seen = _box_of_white(glance.draw(view))
    assert np.abs(seen.boxes[0, 2:] - seen.boxes[0, :2] - [9, 9]).max() <= 1.5
    (box,) = glance.in_frame(seen, view).boxes
    assert np.abs(box - expected).max() <= 2


@pytest.mark.parametrize(("right", "count"), [(-1, 0), (1.9, 0), (2.1, 1), (10, 1)])
def test_what_is_seen_beyond_the_border_is_left_out(right: float, count: int) -> None:
    view = _frame_with_disc(100, 60)
    found = Glance(0).in_frame(_found((right - 10 + 5, 40, right + 5, 50)), view)
    assert found.boxes == pytest.approx(np.array([[0, 35, right, 45]] * count).reshape(-1, 4))


def test_only_some_labels_and_all_of_several_parts() -> None:
    both = concatenated([_found((0, 0, 1, 1)), Detections.none(), _found((2, 2, 3, 3), label="tv")])
    assert both.labels == ("face", "tv")
    assert with_labels(both, ("tv", "laptop")).boxes.tolist() == [[2, 2, 3, 3]]
    assert len(concatenated([])) == 0
    assert len(with_labels(Detections.none(), ("tv",))) == 0


@pytest.mark.parametrize("shape", [(90, 160, 3), (90, 160)])
@pytest.mark.parametrize(("level", "seen"), [(129, BRIGHT), (60, BRIGHT), (10, BRIGHT // 2), (0, 0)])
def test_a_dark_picture_is_brightened(shape: tuple[int, ...], level: int, seen: int) -> None:
    """What is nearly black by so much at most: there is nothing in it but noise."""
    picture = np.full(shape, level, np.uint8)
    picture[:45] //= 2
    bright = brightened(picture)
    assert abs(int(bright.max()) - seen) <= 1
    assert abs(int(bright[0].max()) - seen // 2) <= BRIGHT / DARKEST  # its shades stay apart


def test_a_light_picture_is_left_as_it_is() -> None:
    """However small what is light in it."""
    picture = np.full((90, 160, 3), 20, np.uint8)
    picture[:, :16] = DARK
    assert brightened(picture) is picture


def test_a_glance_sees_a_dark_frame_brightened() -> None:
    view = View(lambda width, height: np.full((height, width, 3), 30, np.uint8), np.zeros((9, 16), np.uint8), 160, 90)
    assert all((Glance(0, mirrored=mirrored).draw(view) == BRIGHT).all() for mirrored in (False, True))
    assert Glance(0, 25).draw(view)[45, 80].tolist() == [BRIGHT] * 3


@pytest.mark.parametrize(
    ("box", "cut"),
    [
        ((5, 5, 195, 115), False),
        ((4, 5, 195, 115), True),
        ((5, 4, 195, 115), True),
        ((5, 5, 196, 115), True),
        ((5, 5, 195, 116), True),
        ((-9, 5, 195, 115), True),
    ],
)
def test_what_the_border_of_a_picture_cuts(box: tuple[float, ...], cut: bool) -> None:
    assert at_border(np.array([box], np.float32), 200, 120).tolist() == [cut]
