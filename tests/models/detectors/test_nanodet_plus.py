from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from passerby.errors import WeightsError
from passerby.models.catalog import find
from passerby.models.detectors.nanodet_plus import NanoDetPlus
from passerby.models.runtime import RuntimeOptions
from tiny_graphs import channel_means, from_means, save_graph

PERSON, CAR, TRUCK, TIE = 0, 2, 7, 27
COLOUR = np.array([230, 153, 51], np.uint8)
# What becomes of the colour, which is given as blue, green, red: each channel less its mean, by its deviation.
NORMAL = (COLOUR[::-1] - np.array([103.53, 116.28, 123.675])) / [57.375, 57.12, 58.395]
BLACK = -np.array([103.53, 116.28, 123.675]) / [57.375, 57.12, 58.395]
SIDE = 64
CELLS = 8 * 8 + 4 * 4 + 2 * 2 + 1
# A cell in each of three grids: row 3, column 5 with stride 8; row 1, column 2 with 16; the only one with 64.
FINE, MIDDLE, WHOLE = 3 * 8 + 5, 64 + 1 * 4 + 2, CELLS - 1
SURE = 40.0  # a logit that leaves nothing to the other bins


def tiny(folder: Path, classes: tuple[int, int, int], cells: tuple[int, int, int], width: int = 112) -> Path:
    """A graph that says half of each of three channels is how sure it is of a thing, one in each of three cells.

    Its left, upper, right and lower side are 1, 2, 1.5 (as likely 1 as 2) and 1 strides away from the cell.
    """
    base, slopes = np.zeros((1, CELLS, width), np.float32), np.zeros((3, CELLS, width), np.float32)
    for channel, (number, cell) in enumerate(zip(classes, cells, strict=True)):
        slopes[channel, cell, number] = 0.5
        for side, bins in enumerate(([1], [2], [1, 2], [1])):
            base[0, cell, [width - 32 + 8 * side + step for step in bins]] = SURE
    nodes, stored = from_means("output", base, slopes.reshape(3, -1))
    return save_graph(
        folder / "tiny.onnx",
        [*channel_means("data"), *nodes],
        {"data": (np.float32, (1, 3, SIDE, SIDE))},
        {"output": (np.float32, (1, CELLS, width))},
        stored,
    )


def opened(path: Path, threshold: float = 0.1) -> NanoDetPlus:
    return NanoDetPlus(path, find("nanodet-plus"), RuntimeOptions(threads=1), threshold=threshold)


def picture(width: int, height: int, colour: NDArray[np.uint8] = COLOUR) -> NDArray[np.uint8]:
    return np.broadcast_to(colour, (height, width, 3)).copy()


def test_each_grid_is_decoded_with_its_stride(tmp_path: Path) -> None:
    detector = opened(tiny(tmp_path, (CAR, PERSON, TRUCK), (FINE, MIDDLE, WHOLE)))

    (found,) = detector.detect([picture(SIDE, SIDE, np.array([250, 240, 230], np.uint8))])

    boxes = dict(zip(found.labels, found.boxes.tolist(), strict=True))
    assert boxes == {
        "car": pytest.approx([32, 8, 52, 32], abs=0.01),
        "person": pytest.approx([16, 0, 56, 32], abs=0.01),
        "truck": pytest.approx([0, 0, 64, 64], abs=0.01),
    }


def test_channels_are_blue_green_red_and_normal(tmp_path: Path) -> None:
    (found,) = opened(tiny(tmp_path, (CAR, PERSON, TRUCK), (FINE, MIDDLE, FINE + 2))).detect([picture(SIDE, SIDE)])

    scores = dict(zip(found.labels, found.scores.tolist(), strict=True))
    # Blue is darker than its mean.
    assert scores == {
        "person": pytest.approx(NORMAL[1] / 2, abs=0.01),
        "truck": pytest.approx(NORMAL[2] / 2, abs=0.01),
    }


def test_the_picture_lies_in_the_upper_left_corner_and_black_around_it(tmp_path: Path) -> None:
    detector = opened(tiny(tmp_path, (CAR, PERSON, TRUCK), (FINE, MIDDLE, FINE + 2)), threshold=0.01)
    red = np.array([255, 0, 0], np.uint8)
    full = (255 - 123.675) / 58.395

    (square,), (wide,) = (detector.detect([picture(128, height, red)]) for height in (128, 64))

    assert square.labels == wide.labels == ("truck",)
    assert square.scores == pytest.approx([full / 2], abs=0.01)
    assert wide.scores == pytest.approx([(full + BLACK[2]) / 4], abs=0.01)
    # The cell is at 56, 24 of a square that is half as large as the picture.
    assert square.boxes == pytest.approx(np.array([[96, 16, 128, 64]]), abs=0.01)
    assert wide.boxes == pytest.approx(np.array([[96, 16, 128, 64]]), abs=0.01)


def test_what_is_not_sure_enough_is_left_out_and_dropped_names_are_never_said(tmp_path: Path) -> None:
    path = tiny(tmp_path, (CAR, TIE, TRUCK), (FINE, MIDDLE, FINE + 2))

    assert opened(path).detect([picture(SIDE, SIDE)])[0].labels == ("truck",)
    assert opened(path, threshold=0.99).detect([picture(SIDE, SIDE)])[0].labels == ()


def test_pictures_of_odd_shapes_pass(tmp_path: Path) -> None:
    detector = opened(tiny(tmp_path, (CAR, PERSON, TRUCK), (FINE, MIDDLE, WHOLE)))

    assert detector.detect([]) == []
    for found in detector.detect([picture(1, 500), picture(500, 1), picture(1, 1)]):
        assert (found.boxes >= 0).all()


def test_other_classes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"output: expected a shape of \(1, 85, 112\), found \(1, 85, 64\)"):
        opened(tiny(tmp_path, (0, 1, 2), (FINE, MIDDLE, WHOLE), width=64))
