from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from passerby.errors import WeightsError
from passerby.models.catalog import find
from passerby.models.detectors.rfdetr import RfDetr
from passerby.models.runtime import RuntimeOptions
from tiny_graphs import channel_means, from_means, save_graph

# COCO's own numbers, which have gaps.
PERSON, CAR, STOP_SIGN, TIE, TOOTHBRUSH, UNUSED = 1, 3, 13, 32, 90, 12
COLOUR = np.array([230, 153, 51], np.uint8)
# What becomes of the colour: each channel in [0, 1], less its mean, by its deviation.
NORMAL = ((COLOUR / 255) - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]
SIDE = 64
DETS = np.array([[[0.25, 0.25, 0.5, 0.5], [0.75, 0.5, 0.25, 0.5], [0.9, 0.9, 0.4, 0.2]]], np.float32)


def tiny(folder: Path, categories: tuple[int, int, int], dets: NDArray[np.float32] = DETS, width: int = 91) -> Path:
    """A graph with a query for each channel, whose logit is what it gets of the channel."""
    base, slopes = np.full((1, 3, width), -50, np.float32), np.zeros((3, 3, width), np.float32)
    for query, category in enumerate(categories):
        base[0, query, category] = 0
        slopes[query, query, category] = 1
    nodes, stored = from_means("labels", base, slopes.reshape(3, -1))
    fixed_nodes, fixed = from_means("dets", dets, np.zeros((3, dets.size), np.float32))
    return save_graph(
        folder / "tiny.onnx",
        [*channel_means("input"), *nodes, *fixed_nodes],
        {"input": (np.float32, (1, 3, SIDE, SIDE))},
        {"dets": (np.float32, dets.shape), "labels": (np.float32, (1, 3, width))},
        stored | fixed,
    )


def opened(path: Path, threshold: float = 0.01) -> RfDetr:
    return RfDetr(path, find("rf-detr-nano"), RuntimeOptions(threads=1), threshold=threshold)


def picture(width: int, height: int) -> NDArray[np.uint8]:
    return np.broadcast_to(COLOUR, (height, width, 3)).copy()


def test_categories_with_gaps_get_their_names_and_scores_go_through_a_sigmoid(tmp_path: Path) -> None:
    (found,) = opened(tiny(tmp_path, (PERSON, STOP_SIGN, TOOTHBRUSH))).detect([picture(200, 100)])

    assert found.labels == ("person", "stop sign", "toothbrush")
    assert found.scores == pytest.approx(1 / (1 + np.exp(-NORMAL)), abs=0.01)


def test_boxes_are_in_pixels_of_the_picture_and_clipped(tmp_path: Path) -> None:
    first, second = opened(tiny(tmp_path, (PERSON, CAR, CAR))).detect([picture(200, 100), picture(20, 40)])

    assert first.boxes == pytest.approx(np.array([[0, 0, 100, 50], [125, 25, 175, 75], [140, 80, 200, 100]]), abs=0.01)
    assert second.boxes[0] == pytest.approx([0, 0, 10, 20], abs=0.01)


def test_unused_numbers_and_dropped_names_say_nothing(tmp_path: Path) -> None:
    (found,) = opened(tiny(tmp_path, (UNUSED, TIE, CAR))).detect([picture(64, 64)])

    assert found.labels == ("car",)


def test_large_logits_are_no_trouble(tmp_path: Path) -> None:
    (found,) = opened(tiny(tmp_path, (PERSON, CAR, CAR)), threshold=0.9).detect([picture(64, 64) * 0 + 255])

    assert np.isfinite(found.scores).all()
    assert len(found) == 3


def test_a_head_with_other_classes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"labels: expected a shape of \(None, None, 91\), found \(1, 3, 9\)"):
        opened(tiny(tmp_path, (0, 1, 2), width=9))


def test_other_boxes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"dets: expected a shape of \(None, None, 4\), found \(1, 3, 5\)"):
        opened(tiny(tmp_path, (PERSON, CAR, CAR), dets=np.zeros((1, 3, 5), np.float32)))
