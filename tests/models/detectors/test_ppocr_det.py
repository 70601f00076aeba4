from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from onnx import helper

from passerby.errors import WeightsError
from passerby.models.catalog import find
from passerby.models.detectors.ppocr_det import TextDetector
from passerby.models.runtime import RuntimeOptions
from tiny_graphs import Array, save_graph

WEIGHTS = np.array([0.6, 0.3, 0.1], np.float32)  # of blue, green and red
FULL = (255, 255, 255)


def tiny(folder: Path, output: str = "fetch_name_0", stride: int = 1) -> Path:
    """A graph that is as sure of text at a pixel as the pixel is bright."""
    node = helper.make_node("Conv", ["x", "weights", "base"], [output], strides=[stride, stride])
    stored: dict[str, Array] = {"weights": WEIGHTS.reshape(1, 3, 1, 1) / 2, "base": np.array([0.5], np.float32)}
    shapes = {"x": (np.float32, ("n", 3, "h", "w"))}, {output: (np.float32, ("n", 1, "oh", "ow"))}
    return save_graph(folder / "tiny.onnx", [node], *shapes, stored)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tiny(tmp_path)


def opened(path: Path, threshold: float = 0.5, long_side: int = 0) -> TextDetector:
    return TextDetector(path, find("ppocr-det"), RuntimeOptions(threads=1), threshold=threshold, long_side=long_side)


def picture(
    width: int, height: int, *bars: tuple[int, int, int, int], colour: tuple[int, int, int] = FULL
) -> NDArray[np.uint8]:
    pixels = np.zeros((height, width, 3), np.uint8)
    for x1, y1, x2, y2 in bars:
        pixels[y1:y2, x1:x2] = colour
    return pixels


def test_the_core_of_a_line_is_grown_by_its_area_and_girth(path: Path) -> None:
    (found,) = opened(path).detect([picture(320, 160, (100, 50, 140, 60), (30, 100, 230, 120))])

    # 40 by 10: 1.6 * 400 / 100; 200 by 20: 1.6 * 4000 / 440.
    small, large = 6.4, 14.55
    expected = [
        [100 - small, 50 - small, 140 + small, 60 + small],
        [30 - large, 100 - large, 230 + large, 120 + large],
    ]
    assert found.labels == ("text", "text")
    assert sorted(found.boxes.tolist(), key=lambda box: box[1]) == [pytest.approx(box, abs=0.01) for box in expected]


def test_a_slanted_line_lies_within_its_box(path: Path) -> None:
    image = picture(320, 320)
    corners = cv2.boxPoints(((160, 160), (200, 20), 30))
    cv2.fillPoly(image, [corners.astype(np.int32)], FULL)

    (found,) = opened(path).detect([image])

    (box,) = found.boxes
    assert (box[:2] < corners.min(axis=0) - 10).all()
    assert (box[2:] > corners.max(axis=0) + 10).all()


@pytest.mark.parametrize(("colour", "score"), [((0, 0, 255), 0.6), ((255, 0, 255), 0.7), ((0, 255, 255), 0.9)])
def test_the_score_is_how_sure_its_core_is(path: Path, colour: tuple[int, int, int], score: float) -> None:
    (found,) = opened(path, threshold=0.3).detect([picture(320, 160, (100, 50, 140, 60), colour=colour)])

    # The row and column that join what is broken are a part of the core.
    assert found.scores == pytest.approx([score], rel=0.13)


def test_what_is_less_sure_than_the_threshold_or_tiny_is_left_out(path: Path) -> None:
    blue = picture(320, 160, (100, 50, 140, 60), colour=(0, 0, 255))

    assert [len(opened(path, threshold).detect([blue])[0]) for threshold in (0.5, 0.7)] == [1, 0]
    assert len(opened(path).detect([picture(320, 160, (100, 50, 140, 52))])[0]) == 0


def test_boxes_are_in_the_pixels_of_the_picture_and_within_it(path: Path) -> None:
    (found,) = opened(path, long_side=320).detect([picture(640, 320, (0, 100, 80, 120))])

    assert found.boxes == pytest.approx(np.array([[0, 100 - 12.8, 92.8, 120 + 12.8]]), abs=1.5)


def test_a_line_that_is_longer_than_a_tile_is_found_to_both_ends(path: Path) -> None:
    (found,) = opened(path).detect([picture(2560, 64, (20, 20, 2540, 40))])

    assert (found.boxes[:, 0].min(), found.boxes[:, 2].max()) == pytest.approx((20, 2540), abs=20)
    assert len(found) >= 2


def test_a_black_picture_has_no_text(path: Path) -> None:
    assert [len(found) for found in opened(path).detect([picture(64, 64), picture(1, 1)])] == [0, 0]


def test_other_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"outputs \['fetch_name_0'\], found .*\['other'\]"):
        opened(tiny(tmp_path, output="other"))
    with pytest.raises(WeightsError, match=r"expected a shape of \(1, 1, 64, 64\), found \(1, 1, 32, 32\)"):
        opened(tiny(tmp_path, stride=2)).detect([picture(64, 64)])
