from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from passerby.errors import WeightsError
from passerby.models.catalog import find
from passerby.models.detectors.yolox import YoloX
from passerby.models.runtime import RuntimeOptions
from tiny_graphs import channel_means, from_means, save_graph

PERSON, CAR, TRUCK, TIE = 0, 2, 7, 27
COLOUR = np.array([255, 153, 51], np.uint8)
SIDE = 64
CELLS = 8 * 8 + 4 * 4 + 2 * 2
# A cell in each grid: row 3, column 5 with stride 8; row 1, column 2 with 16; row 1, column 0 with 32.
FINE, MIDDLE, COARSE = 3 * 8 + 5, 64 + 1 * 4 + 2, 64 + 16 + 1 * 2
OFFSETS = (0.5, 0.25, np.log(2), np.log(4))  # centre, then 2 strides wide and 4 high


def tiny(folder: Path, classes: tuple[int, int, int], cells: tuple[int, int, int], width: int = 85) -> Path:
    """A graph with a thing in three cells, as sure as the first, second and third channel are bright."""
    base, slopes = np.zeros((1, CELLS, width), np.float32), np.zeros((3, CELLS, width), np.float32)
    for channel, (number, cell) in enumerate(zip(classes, cells, strict=True)):
        base[0, cell, :4] = OFFSETS
        base[0, cell, 5 + number] = 0.8
        slopes[channel, cell, 4] = 1 / 255
    nodes, stored = from_means("output", base, slopes.reshape(3, -1))
    return save_graph(
        folder / "tiny.onnx",
        [*channel_means("images"), *nodes],
        {"images": (np.float32, (1, 3, SIDE, SIDE))},
        {"output": (np.float32, (1, CELLS, width))},
        stored,
    )


def opened(path: Path, threshold: float = 0.1) -> YoloX:
    return YoloX(path, find("yolox-s"), RuntimeOptions(threads=1), threshold=threshold)


def picture(width: int, height: int) -> NDArray[np.uint8]:
    return np.broadcast_to(COLOUR, (height, width, 3)).copy()


def test_each_grid_is_decoded_with_its_stride(tmp_path: Path) -> None:
    (found,) = opened(tiny(tmp_path, (CAR, PERSON, TRUCK), (FINE, MIDDLE, COARSE))).detect([picture(SIDE, SIDE)])

    # Channels are blue, green, red.
    assert found.labels == ("truck", "person", "car")
    assert found.scores == pytest.approx([0.8, 0.8 * 153 / 255, 0.8 * 51 / 255], abs=0.01)
    expected = [[0, 0, 48, 64], [24, 0, 56, 52], [36, 10, 52, 42]]
    assert found.boxes == pytest.approx(np.array(expected), abs=0.01)


def test_the_picture_lies_in_the_upper_left_corner_and_grey_around_it(tmp_path: Path) -> None:
    detector = opened(tiny(tmp_path, (CAR, PERSON, TRUCK), (FINE, MIDDLE, COARSE)))

    (found,) = detector.detect([picture(256, 128)])

    # Half of the square is the picture, half is grey.
    assert dict(zip(found.labels, found.scores.tolist(), strict=True)) == pytest.approx(
        {"car": 0.8 * (51 + 114) / 510, "person": 0.8 * (153 + 114) / 510, "truck": 0.8 * (255 + 114) / 510}, abs=0.01
    )
    car = found.labels.index("car")
    assert found.boxes[car] == pytest.approx([144, 40, 208, 128], abs=0.01)


def test_a_second_name_for_one_box_is_left_out_but_not_a_person_in_it(tmp_path: Path) -> None:
    detector = opened(tiny(tmp_path, (CAR, PERSON, TRUCK), (FINE, FINE + 1, FINE)))

    (found,) = detector.detect([picture(SIDE, SIDE)])

    assert len(found) == 2
    assert "person" in found.labels


def test_dropped_names_are_never_said(tmp_path: Path) -> None:
    (found,) = opened(tiny(tmp_path, (CAR, TIE, TIE), (FINE, MIDDLE, COARSE))).detect([picture(SIDE, SIDE)])

    assert found.labels == ("car",)


def test_other_classes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"output: expected a shape of \(None, 84, 85\), found \(1, 84, 15\)"):
        opened(tiny(tmp_path, (0, 1, 2), (FINE, MIDDLE, COARSE), width=15))


def test_other_names_are_refused(tmp_path: Path) -> None:
    nodes, stored = from_means("dets", np.zeros((1, 84, 85), np.float32), np.zeros((3, 84 * 85), np.float32))
    path = save_graph(
        tmp_path / "tiny.onnx",
        [*channel_means("images"), *nodes],
        {"images": (np.float32, (1, 3, SIDE, SIDE))},
        {"dets": (np.float32, (1, 84, 85))},
        stored,
    )

    with pytest.raises(WeightsError, match=r"expected inputs \['images'\] and outputs \['output'\]"):
        opened(path)
