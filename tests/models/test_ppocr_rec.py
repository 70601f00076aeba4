from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from onnx import helper

from passerby.errors import WeightsError
from passerby.models.catalog import find
from passerby.models.ppocr_rec import PpocrReader
from passerby.models.runtime import RuntimeOptions
from tiny_graphs import Array, save_graph

STEP = 8  # pixels
COLOURS = {"a": (0, 0, 255), "b": (0, 255, 0), " ": (255, 0, 0), "-": (0, 0, 0)}


def tiny(folder: Path, metadata: dict[str, str]) -> Path:
    """A graph that reads blue as "a", green as "b", red as a space, and all else as nothing."""
    nodes = [
        helper.make_node("AveragePool", ["x"], ["pooled"], kernel_shape=[48, STEP], strides=[48, STEP]),
        helper.make_node("Squeeze", ["pooled", "axis"], ["columns"]),
        helper.make_node("Transpose", ["columns"], ["steps"], perm=[0, 2, 1]),
        helper.make_node("MatMul", ["steps", "weights"], ["sums"]),
        helper.make_node("Add", ["sums", "base"], ["fetch_name_0"]),
    ]
    weights = np.zeros((3, 4), np.float32)
    weights[[0, 1, 2], [1, 2, 3]] = 1
    base = np.array([0.5, 0, 0, 0], np.float32)
    stored: dict[str, Array] = {"axis": np.array([2], np.int64), "weights": weights, "base": base}
    shapes = {"x": (np.float32, ("n", 3, 48, "w"))}, {"fetch_name_0": (np.float32, ("n", "steps", 4))}
    return save_graph(folder / "tiny.onnx", nodes, *shapes, stored, metadata)


def opened(folder: Path) -> PpocrReader:
    return PpocrReader(tiny(folder, {"character": "a\nb"}), find("ppocr-rec"), RuntimeOptions(threads=1))


def crop(text: str, height: int = 48) -> NDArray[np.uint8]:
    """A crop whose steps are of these colours."""
    pixels = np.array([[COLOURS[letter] for letter in text]], np.uint8)
    return pixels.repeat(STEP * height // 48, axis=1).repeat(height, axis=0)


@pytest.mark.parametrize(
    ("shown", "read"),
    [("aabbbb", "ab"), ("a-aa-a", "aaa"), ("--ab--", "ab"), ("aa bbb", "a b"), ("babbab", "babab"), ("a", "a")],
)
def test_repeated_steps_are_one_letter_unless_nothing_lies_between(tmp_path: Path, shown: str, read: str) -> None:
    ((text, score),) = opened(tmp_path).read([crop(shown)])

    assert text == read
    assert score == pytest.approx(1)


@pytest.mark.parametrize(("red", "read"), [(150, "a b"), (120, "ab")])
def test_a_space_that_may_be_there_is_there(tmp_path: Path, red: int, read: str) -> None:
    """Nothing is likelier than a space at the third step, and something likelier than that at all others."""
    image = crop("aa-bb-")
    image[:, 2 * STEP : 3 * STEP] = image[:, 5 * STEP :] = (red, 0, 0)

    assert [text for text, _ in opened(tmp_path).read([image])] == [read]


def test_nothing_is_read_where_nothing_is_said(tmp_path: Path) -> None:
    assert opened(tmp_path).read([crop("----"), crop("-")]) == [("", 0.0), ("", 0.0)]
    assert opened(tmp_path).read([]) == []


def test_the_score_is_the_mean_of_the_letters(tmp_path: Path) -> None:
    image = crop("aa--bb")
    image[:, : 2 * STEP] = (0, 0, 216)

    ((text, score),) = opened(tmp_path).read([image])

    assert text == "ab"
    assert score == pytest.approx((1 + 216 / 127.5 - 1) / 2, abs=0.01)


def test_crops_of_all_sizes_keep_their_order(tmp_path: Path) -> None:
    texts = ["ab" * (5 + number * 7 % 45) for number in range(20)]

    read = opened(tmp_path).read([crop(text, 24 + 24 * (row % 3)) for row, text in enumerate(texts)])

    assert [text for text, _ in read] == texts


def test_a_line_that_runs_down_is_turned(tmp_path: Path) -> None:
    image = crop("aaaabbbb" * 2)

    assert opened(tmp_path).read([np.rot90(image, -1)])[0][0] == "abab"


def test_a_very_long_line_is_squeezed(tmp_path: Path) -> None:
    ((text, _),) = opened(tmp_path).read([crop("ab" * 2).repeat(200, axis=1)])

    assert text == "abab"


@pytest.mark.parametrize(
    ("metadata", "message"),
    [
        ({"letters": "a"}, r"expected metadata with the name 'character', found \['letters'\]"),
        ({"character": "a\nb\nc"}, r"expected a shape of \(None, None, 5\), found \('n', 'steps', 4\)"),
    ],
)
def test_a_file_without_its_characters_is_refused(tmp_path: Path, metadata: dict[str, str], message: str) -> None:
    with pytest.raises(WeightsError, match=message):
        PpocrReader(tiny(tmp_path, metadata), find("ppocr-rec"), RuntimeOptions(threads=1))


def test_a_reader_of_other_letters_reads_those_of_its_own_file(tmp_path: Path) -> None:
    reader = PpocrReader(tiny(tmp_path, {"character": "д\nж"}), find("ppocr-rec-cyrillic"), RuntimeOptions(threads=1))

    assert [text for text, _ in reader.read([crop("aa-ab bb")])] == ["ддж ж"]
