from pathlib import Path

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray

from drawings import head_and_shoulders, stop_sign
from passerby.errors import WeightsError
from passerby.geometry import ious
from passerby.models.catalog import find
from passerby.models.detectors.nanodet import NanoDet
from passerby.models.load import CatalogModels
from passerby.models.runtime import RuntimeOptions
from passerby.records import Detections

WIDE = (640, 360)
TALL = (360, 640)


@pytest.fixture(scope="module")
def detector(tmp_path_factory: pytest.TempPathFactory) -> NanoDet:
    models = CatalogModels(tmp_path_factory.mktemp("models"), RuntimeOptions(threads=1))
    made: NanoDet = models.open("nanodet", threshold=0.3)
    return made


def seeing(folder: Path, boxes: list[list[float]]) -> NanoDet:
    """A detector that sees a person in these places of its square, whatever is there."""
    helper, numpy_helper = onnx.helper, onnx.numpy_helper
    weights: dict[str, NDArray[np.generic]] = {
        "box": np.array([boxes], np.float32),
        "score": np.array([[[0.9, *[0] * 79]] * len(boxes)], np.float32),
        "ones": np.array([1, 1], np.int64),
    }
    nodes = [
        helper.make_node("Shape", ["images"], ["n"], start=0, end=1),
        helper.make_node("Concat", ["n", "ones"], ["size"], axis=0),
        helper.make_node("Expand", ["box", "size"], ["boxes"]),
        helper.make_node("Expand", ["score", "size"], ["scores"]),
    ]
    images = helper.make_tensor_value_info("images", onnx.TensorProto.UINT8, ["N", 416, 416, 3])
    outputs = [helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None) for name in ("boxes", "scores")]
    stored = [numpy_helper.from_array(array, name) for name, array in weights.items()]
    graph = helper.make_graph(nodes, "tiny", [images], outputs, stored)
    path = folder / "tiny.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)
    return NanoDet(path, find("nanodet"), RuntimeOptions(threads=1))


def assert_found(found: Detections, label: str, x: int, y: int, radius: int) -> None:
    expected = np.array([[x - radius, y - radius, x + radius, y + radius]], np.float32)
    rows = [row for row, name in enumerate(found.labels) if name == label]
    assert rows, found
    assert ious(found.boxes[rows], expected).max() > 0.75


@pytest.mark.parametrize(
    ("size", "x", "y", "radius"),
    [(WIDE, 420, 150, 70), (WIDE, 420, 120, 30), (TALL, 180, 200, 90), ((1280, 720), 900, 300, 120)],
)
def test_a_stop_sign_is_found_where_it_is(
    detector: NanoDet, size: tuple[int, int], x: int, y: int, radius: int
) -> None:
    (found,) = detector.detect([stop_sign(*size, x, y, radius)])

    assert found.labels == ("stop sign",)
    assert_found(found, "stop sign", x, y, radius)


def test_what_is_seen_in_the_smaller_copy_is_taken_back_to_the_picture(tmp_path: Path) -> None:
    # 640 x 360 lies at 0.65 in the square's upper 234 rows; its copy at 174/360 starts 8 rows below.
    copy_factor = 174 / 360
    in_copy = [0, 242, 320 * copy_factor, 242 + 180 * copy_factor]
    in_gap = [0.0, 230.0, 50.0, 246.0]
    detector = seeing(tmp_path, [in_copy, in_gap])

    wide, square = detector.detect([np.zeros((360, 640, 3), np.uint8), np.zeros((416, 416, 3), np.uint8)])

    np.testing.assert_allclose(wide.boxes, [[0, 0, 320, 180]], atol=0.1)
    np.testing.assert_allclose(np.sort(square.boxes, axis=0), np.sort([in_copy, in_gap], axis=0), atol=0.1)


def test_a_network_of_another_signature_is_refused(tmp_path: Path) -> None:
    helper = onnx.helper
    ends = [helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, ["N"]) for name in ("images", "boxes")]
    graph = helper.make_graph([helper.make_node("Identity", ["images"], ["boxes"])], "tiny", ends[:1], ends[1:])
    opset = helper.make_opsetid("", 17)
    onnx.save(helper.make_model(graph, opset_imports=[opset], ir_version=8), tmp_path / "tiny.onnx")

    with pytest.raises(WeightsError, match=r"expected inputs \['images'\]"):
        NanoDet(tmp_path / "tiny.onnx", find("nanodet"), RuntimeOptions(threads=1))


def test_a_batch_gives_what_its_pictures_give_alone(detector: NanoDet) -> None:
    pictures = [stop_sign(*WIDE, 60 * k, 150, 40) for k in range(1, 10)] + [stop_sign(*TALL, 180, 200, 90)]

    together = detector.detect(pictures)
    alone = [detector.detect([picture])[0] for picture in pictures]

    assert [found.labels for found in together] == [found.labels for found in alone]
    for one, other in zip(together, alone, strict=True):
        np.testing.assert_allclose(one.boxes, other.boxes, atol=0.01)
        np.testing.assert_allclose(one.scores, other.scores, atol=1e-4)


def test_boxes_are_inside_the_picture_and_fall_in_score(detector: NanoDet) -> None:
    (found,) = detector.detect([stop_sign(*WIDE, 30, 30, 80)])

    assert len(found)
    assert (found.boxes >= 0).all()
    assert (found.boxes <= np.array([*WIDE, *WIDE])).all()
    assert (np.diff(found.scores) <= 0).all()


def test_a_person_is_found_though_a_thing_lies_over_them(detector: NanoDet) -> None:
    (found,) = detector.detect([head_and_shoulders(*TALL, 180, 200, 90)])

    # A drawn coat passes for a frisbee, more surely so than for a person, and covers nearly the same area.
    assert "person" in found.labels
    assert len(set(found.labels)) > 1


def test_the_same_picture_gives_the_same_bytes(detector: NanoDet) -> None:
    picture = stop_sign(*WIDE, 420, 150, 70)

    first, second = detector.detect([picture])[0], detector.detect([picture])[0]

    assert first.boxes.tobytes() == second.boxes.tobytes()
    assert first.scores.tobytes() == second.scores.tobytes()


def test_a_picture_is_not_changed(detector: NanoDet) -> None:
    picture = stop_sign(*WIDE, 420, 150, 70)
    picture.flags.writeable = False

    assert len(detector.detect([picture])[0])


@pytest.mark.parametrize("size", [(1, 1), (1, 500), (500, 1), (416, 416), (17, 3000)])
def test_pictures_of_odd_shapes_pass(detector: NanoDet, size: tuple[int, int]) -> None:
    (found,) = detector.detect([np.full((size[1], size[0], 3), 127, np.uint8)])

    assert (found.boxes <= np.array([*size, *size])).all()


def test_no_pictures_give_nothing(detector: NanoDet) -> None:
    assert detector.detect([]) == []


def test_what_people_wear_is_not_among_the_labels(detector: NanoDet) -> None:
    assert len(detector.labels) == 79
    assert "tie" not in detector.labels
