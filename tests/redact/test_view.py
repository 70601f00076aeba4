import numpy as np

from passerby.records import Detections, Floats, Pixels
from passerby.redact.view import View, joined, mirrored, only


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


def test_boxes_of_a_mirrored_picture_come_back_right() -> None:
    picture = np.zeros((20, 100), np.uint8)
    picture[5:9, 10:30] = 1
    rows, columns = np.nonzero(picture[:, ::-1])
    turned = _found((columns.min(), rows.min(), columns.max() + 1, rows.max() + 1))
    assert mirrored(turned, 100).boxes.tolist() == [[10, 5, 30, 9]]


def test_only_some_labels_and_all_of_several_parts() -> None:
    both = joined([_found((0, 0, 1, 1)), Detections.none(), _found((2, 2, 3, 3), label="tv")])
    assert both.labels == ("face", "tv")
    assert only(both, ("tv", "laptop")).boxes.tolist() == [[2, 2, 3, 3]]
    assert len(joined([])) == 0
    assert len(only(Detections.none(), ("tv",))) == 0
