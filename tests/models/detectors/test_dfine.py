from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from onnx import helper

from passerby.errors import VocabularyError, WeightsError
from passerby.models.catalog import find
from passerby.models.detectors.dfine import DFine
from passerby.models.runtime import RuntimeOptions
from passerby.models.vocabulary import check_labels
from tiny_graphs import Value, channel_means, save_graph

PERSON, CAR, TRUCK, TIE = 0, 2, 7, 27
# Red, green and blue at different strengths, so that a wrong order of channels gives wrong scores.
COLOUR = np.array([230, 153, 51], np.uint8)
SIDE = 32
Shape = tuple[int | str, ...]


def tiny(
    folder: Path,
    labels: tuple[int, int, int],
    boxes: NDArray[np.float32],
    pictures: Shape = ("N", 3, SIDE, SIDE),
    outputs: tuple[str, str, str] = ("labels", "boxes", "scores"),
) -> Path:
    """A graph that finds a thing for each channel, as sure as the channel is bright, in shares of the target size."""
    nodes = [
        *channel_means("images"),
        helper.make_node("Identity", ["means"], ["scores"]),
        helper.make_node("Identity", ["numbers"], ["labels"]),
        helper.make_node("Concat", ["orig_target_sizes", "orig_target_sizes"], ["twice"], axis=1),
        helper.make_node("Cast", ["twice"], ["size"], to=1),
        helper.make_node("Mul", ["shares", "size"], ["boxes"]),
    ]
    shapes: dict[str, Value] = {
        "labels": (np.int64, ("N", 3)),
        "boxes": (np.float32, ("N", 3, 4)),
        "scores": (np.float32, ("N", 3)),
    }
    return save_graph(
        folder / "tiny.onnx",
        nodes,
        {"images": (np.float32, pictures), "orig_target_sizes": (np.int64, ("N", 2))},
        {name: shapes[name] for name in outputs},
        {"numbers": np.array([labels], np.int64), "shares": boxes[None]},
    )


def opened(path: Path, threshold: float = 0.15) -> DFine:
    return DFine(path, find("d-fine-own"), RuntimeOptions(threads=1), threshold=threshold)


APART = np.array([[0, 0, 0.25, 0.5], [0.5, 0.5, 0.75, 1.2], [0.8, 0, 1, 0.25]], np.float32)


def picture(width: int, height: int) -> NDArray[np.uint8]:
    return np.broadcast_to(COLOUR, (height, width, 3)).copy()


@pytest.mark.parametrize("size", [(200, 100), (100, 200), (16, 8)])
def test_boxes_are_in_pixels_of_the_picture_clipped_and_by_falling_score(tmp_path: Path, size: tuple[int, int]) -> None:
    (found,) = opened(tiny(tmp_path, (PERSON, CAR, TRUCK), APART)).detect([picture(*size)])

    assert found.labels == ("person", "car", "truck")
    assert found.scores == pytest.approx([230 / 255, 153 / 255, 51 / 255], abs=0.01)
    assert found.boxes == pytest.approx(np.minimum(APART, 1) * np.array([*size, *size]), abs=0.01)


def test_each_picture_has_its_own_size_and_answer(tmp_path: Path) -> None:
    detector = opened(tiny(tmp_path, (PERSON, CAR, TRUCK), APART))

    first, second = detector.detect([picture(200, 100), picture(40, 80)])

    assert first.boxes.max() == 200
    assert second.boxes.max() == 80
    assert detector.detect([]) == []


def test_what_is_not_sure_enough_is_left_out(tmp_path: Path) -> None:
    (found,) = opened(tiny(tmp_path, (PERSON, CAR, TRUCK), APART), threshold=0.5).detect([picture(64, 64)])

    assert found.labels == ("person", "car")


def test_a_second_name_for_one_box_is_left_out_but_not_a_person_in_it(tmp_path: Path) -> None:
    same = np.array([[0, 0, 0.5, 0.5]] * 3, np.float32)

    (found,) = opened(tiny(tmp_path, (CAR, TRUCK, PERSON), same)).detect([picture(64, 64)])

    assert found.labels == ("car", "person")


def test_dropped_names_are_never_said(tmp_path: Path) -> None:
    detector = opened(tiny(tmp_path, (TIE, CAR, TRUCK), APART))

    assert "tie" not in detector.labels
    assert detector.detect([picture(64, 64)])[0].labels == ("car", "truck")
    check_labels(detector.labels, "d-fine-own")
    with pytest.raises(VocabularyError):
        check_labels(find("d-fine-own").classes, "d-fine-own, nothing dropped")


def test_other_outputs_are_refused(tmp_path: Path) -> None:
    path = tiny(tmp_path, (0, 1, 2), APART, outputs=("boxes", "scores", "labels"))

    with pytest.raises(WeightsError, match=r"expected inputs .*'orig_target_sizes'.* outputs \['labels', 'boxes'"):
        opened(path)


@pytest.mark.parametrize("pictures", [("N", 3, "H", "W"), ("N", 3, 32, 64), ("N", 1, 32, 32), ("N", 32, 32, 3)])
def test_other_pictures_are_refused(tmp_path: Path, pictures: Shape) -> None:
    with pytest.raises(WeightsError, match="images: expected"):
        opened(tiny(tmp_path, (0, 1, 2), APART, pictures=pictures))


def test_a_model_with_other_classes_is_refused(tmp_path: Path) -> None:
    detector = opened(tiny(tmp_path, (0, 1, 365), APART))

    with pytest.raises(WeightsError, match="expected numbers below 80, the classes of d-fine-own, found 365"):
        detector.detect([picture(64, 64)])
