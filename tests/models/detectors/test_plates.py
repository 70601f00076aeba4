from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from onnx import helper

from passerby.errors import WeightsError
from passerby.models.catalog import find
from passerby.models.detectors.plates import PlateDetector
from passerby.models.runtime import RuntimeOptions
from tiny_graphs import Array, channel_means, from_means, save_graph

COLOUR = np.array([255, 153, 51], np.uint8)  # red, green, blue
SIDE = 64
MEAN = (104, 117, 123)  # blue, green, red
FINE, MIDDLE, COARSE = 8 * 8 * 2, 4 * 4 * 2, 2 * 2 * 2
# Row 3, column 5 of the fine grid, its smaller square; row 1, column 2 of the middle one, the larger square.
SMALL, LARGE = (3 * 8 + 5) * 2, FINE + (1 * 4 + 2) * 2 + 1
COUNT = FINE + MIDDLE + COARSE
# Four pixels right and down for a square of 24; twice as wide, half as high.
OFFSETS = (4 / (24 * 0.1), 4 / (24 * 0.1), np.log(2) / 0.2, np.log(0.5) / 0.2)


def tiny(folder: Path, cells: dict[int, int], count: int = COUNT) -> Path:
    """A graph with a plate at each of ``cells``, as sure as the channel that is its value is bright."""
    sure, slopes = np.zeros((1, count, 2), np.float32), np.zeros((3, count, 2), np.float32)
    offsets = np.zeros((1, count, 4), np.float32)
    for cell, channel in cells.items():
        sure[0, cell, 1] = MEAN[channel] / 255
        slopes[channel, cell, 1] = 1 / 255
        offsets[0, cell] = OFFSETS
    nodes, stored = from_means("conf", sure, slopes.reshape(3, -1))
    constants: dict[str, Array] = {"offsets": offsets, "corners": np.zeros((1, count, 8), np.float32)}
    nodes += [helper.make_node("Identity", [name], [out]) for name, out in (("offsets", "loc"), ("corners", "landms"))]
    return save_graph(
        folder / "tiny.onnx",
        [*channel_means("image"), *nodes],
        {"image": (np.float32, ("n", 3, "h", "w"))},
        {
            "loc": (np.float32, (1, count, 4)),
            "conf": (np.float32, (1, count, 2)),
            "landms": (np.float32, (1, count, 8)),
        },
        {**stored, **constants},
    )


def opened(path: Path, threshold: float = 0.1, long_side: int = 0) -> PlateDetector:
    return PlateDetector(path, find("plates"), RuntimeOptions(threads=1), threshold=threshold, long_side=long_side)


def picture(width: int, height: int) -> NDArray[np.uint8]:
    return np.broadcast_to(COLOUR, (height, width, 3)).copy()


def test_each_grid_is_decoded_with_its_squares(tmp_path: Path) -> None:
    (found,) = opened(tiny(tmp_path, {SMALL: 1, LARGE: 2})).detect([picture(SIDE, SIDE)])

    # The channels are blue, green, red.
    assert found.labels == ("licence plate",) * 2
    assert found.scores == pytest.approx([1, 153 / 255], abs=0.01)
    # The large one: 192 pixels, its centre 32 right and down of (40, 24); what lies outside is cut off.
    assert found.boxes == pytest.approx(np.array([[0, 8, 64, 64], [24, 26, 64, 38]]), abs=0.01)


def test_boxes_are_in_the_pixels_of_the_picture(tmp_path: Path) -> None:
    (found,) = opened(tiny(tmp_path, {SMALL: 2}), long_side=SIDE).detect([picture(320, 320)])

    assert found.boxes == pytest.approx(np.array([[24, 26, 64, 38]]) * 5, abs=0.1)


def test_what_is_less_sure_than_the_threshold_is_left_out(tmp_path: Path) -> None:
    path = tiny(tmp_path, {SMALL: 1, LARGE: 2})

    assert [len(opened(path, threshold).detect([picture(SIDE, SIDE)])[0]) for threshold in (0.5, 0.7, 1.1)] == [2, 1, 0]


def test_one_plate_is_found_once(tmp_path: Path) -> None:
    path = tiny(tmp_path, {SMALL: 1, SMALL + 2: 2})

    (found,) = opened(path).detect([picture(SIDE, SIDE)])

    assert found.scores == pytest.approx([1], abs=0.01)


def test_several_pictures_are_taken(tmp_path: Path) -> None:
    detector = opened(tiny(tmp_path, {SMALL: 2}), long_side=SIDE)

    assert [len(found) for found in detector.detect([picture(SIDE, SIDE), picture(100, 90)])] == [1, 1]
    assert detector.detect([]) == []


def test_another_number_of_anchors_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"loc: expected a shape of \(1, 168, 4\), found \(1, 160, 4\)"):
        opened(tiny(tmp_path, {}, count=160)).detect([picture(SIDE, SIDE)])
