from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from onnx import helper

from passerby.errors import WeightsError
from passerby.models.catalog import find
from passerby.models.detectors.dfine_hub import HubDFine
from passerby.models.runtime import RuntimeOptions
from tiny_graphs import channel_means, from_means, save_graph

PERSON, CAR, TRUCK, TIE = 0, 2, 7, 27
# Red, green and blue at different strengths, so that a wrong order of channels gives wrong scores.
COLOUR = np.array([204, 153, 102], np.uint8)
SHARES = np.array([[[0.25, 0.25, 0.5, 0.5], [0.75, 0.5, 0.25, 0.5], [0.9, 0.9, 0.4, 0.2]]], np.float32)
Shape = tuple[int | str, ...]


def tiny(
    folder: Path,
    classes: tuple[int, int, int] = (PERSON, CAR, TRUCK),
    shares: NDArray[np.float32] = SHARES,
    width: int = 80,
    pictures: Shape = ("N", 3, "H", "W"),
) -> Path:
    """A graph with a query for each channel, whose logit is how bright the channel is, in [0, 1]."""
    base, slopes = np.full((1, 3, width), -50, np.float32), np.zeros((3, 3, width), np.float32)
    for query, number in enumerate(classes):
        base[0, query, number] = 0
        slopes[query, query, number] = 1
    nodes, stored = from_means("logits", base, slopes.reshape(3, -1))
    return save_graph(
        folder / "tiny.onnx",
        [*channel_means("pixel_values"), *nodes, helper.make_node("Identity", ["shares"], ["pred_boxes"])],
        {"pixel_values": (np.float32, pictures)},
        {"logits": (np.float32, ("N", 3, width)), "pred_boxes": (np.float32, ("N", 3, 4))},
        stored | {"shares": shares},
    )


def opened(path: Path, threshold: float = 0.15) -> HubDFine:
    return HubDFine(path, find("d-fine-s"), RuntimeOptions(threads=1), threshold=threshold)


def picture(width: int, height: int) -> NDArray[np.uint8]:
    return np.broadcast_to(COLOUR, (height, width, 3)).copy()


@pytest.mark.parametrize("size", [(200, 100), (100, 200), (16, 8)])
@pytest.mark.parametrize("pictures", [("N", 3, "H", "W"), (1, 3, 640, 640)])
def test_shares_and_logits_become_boxes_and_scores(tmp_path: Path, size: tuple[int, int], pictures: Shape) -> None:
    (found,) = opened(tiny(tmp_path, pictures=pictures)).detect([picture(*size)])

    assert found.labels == ("person", "car", "truck")
    assert found.scores == pytest.approx(1 / (1 + np.exp(-(COLOUR / 255))), abs=0.001)
    expected = np.array([[0, 0, 0.5, 0.5], [0.625, 0.25, 0.875, 0.75], [0.7, 0.8, 1, 1]]) * [*size, *size]
    assert found.boxes == pytest.approx(expected, abs=0.01)


def test_what_is_not_sure_enough_is_left_out_and_dropped_names_are_never_said(tmp_path: Path) -> None:
    path = tiny(tmp_path, (PERSON, TIE, TRUCK))

    assert opened(path).detect([picture(64, 64)])[0].labels == ("person", "truck")
    assert opened(path, threshold=0.62).detect([picture(64, 64)])[0].labels == ("person",)


def test_a_second_name_for_one_box_is_left_out_but_not_a_person_in_it(tmp_path: Path) -> None:
    same = np.repeat(SHARES[:, :1], 3, axis=1)

    (found,) = opened(tiny(tmp_path, (CAR, TRUCK, PERSON), same)).detect([picture(64, 64)])

    assert found.labels == ("car", "person")


def test_a_model_with_other_classes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"logits: expected a shape of \(None, None, 80\), found \(1, 3, 366\)"):
        opened(tiny(tmp_path, width=366))


def test_pictures_of_another_size_are_refused(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"pixel_values: expected a shape of \(None, 3, 640, 640\)"):
        opened(tiny(tmp_path, pictures=("N", 3, 320, 320)))


def test_the_projects_own_export_is_refused(tmp_path: Path) -> None:
    nodes, stored = from_means("scores", np.zeros((1, 3), np.float32), np.zeros((3, 3), np.float32))
    path = save_graph(
        tmp_path / "tiny.onnx",
        [*channel_means("images"), *nodes],
        {"images": (np.float32, ("N", 3, 640, 640))},
        {"scores": (np.float32, ("N", 3))},
        stored,
    )

    with pytest.raises(WeightsError, match=r"expected inputs \['pixel_values'\] and outputs \['logits', "):
        opened(path)
