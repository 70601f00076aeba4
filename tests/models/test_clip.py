"""The adapter of pairs of encoders, with a tiny pair; no real weights are at hand."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from passerby.errors import ModelError, WeightsError
from passerby.models.catalog import entries, find
from passerby.models.clip import ImageTextPair
from passerby.models.entry import Entry, File, WeightsSource
from passerby.models.load import open_model
from passerby.models.runtime import RuntimeOptions
from passerby.models.weights import pull, verify
from passerby.records import Floats, Pixels
from tiny_pair import COLOURS, make_pair

OWN = find("clip-own")
OPTIONS = RuntimeOptions(threads=1)


def opened(folder: Path, **changes: object) -> ImageTextPair:
    """The pair in ``folder``; ``changes`` are of what the catalog says of it."""
    assert OWN.pair is not None
    pair = replace(OWN.pair, **changes)  # type: ignore[arg-type]
    return ImageTextPair(folder / "vision_model.onnx", replace(OWN, pair=pair), OPTIONS)


def plain(colour: str, width: int = 64, height: int = 36) -> Pixels:
    return np.full((height, width, 3), COLOURS[colour], np.uint8)


def cosines(pair: ImageTextPair, texts: list[str]) -> Floats:
    return pair.images().embed([plain(colour) for colour in COLOURS]) @ pair.texts().embed(texts).T


@pytest.mark.parametrize("masked", [False, True])
def test_a_picture_is_nearest_to_the_text_that_names_its_colour(tmp_path: Path, masked: bool) -> None:
    pair = opened(make_pair(tmp_path, masked=masked))
    found = cosines(pair, [f"a photo of {colour}" for colour in COLOURS])
    assert found.argmax(axis=1).tolist() == [0, 1, 2]
    assert found.dtype == np.float32


def test_vectors_are_of_length_one_and_do_not_depend_on_their_neighbours(tmp_path: Path) -> None:
    pair = opened(make_pair(tmp_path))
    pictures = [plain("red", 640, 360), plain("green", 30, 500)]
    images, texts = pair.images(), pair.texts()
    for vectors in (images.embed(pictures), texts.embed(["red", "of all things, blue"])):
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    assert (images.embed(pictures)[1] == images.embed(pictures[1:])[0]).all()
    assert (texts.embed(["green", "red red red"])[1] == texts.embed(["red red red"])[0]).all()


def test_pictures_are_prepared_as_the_catalog_says(tmp_path: Path) -> None:
    """With no mean, and a deviation of one, the vector is the colour's own."""
    pair = opened(make_pair(tmp_path), mean=(0.0, 0.0, 0.0), deviation=(1.0, 1.0, 1.0))
    (vector,) = pair.images().embed([np.full((10, 10, 3), (255, 0, 51), np.uint8)])
    np.testing.assert_allclose(vector / vector[3], [1, 0, 0.2, 1], atol=1e-5)


def test_capitals_do_not_count(tmp_path: Path) -> None:
    texts = opened(make_pair(tmp_path)).texts()
    assert (texts.embed(["Red"]) == texts.embed(["red"])).all()


def test_what_is_beyond_the_most_tokens_does_not_count(tmp_path: Path) -> None:
    texts = opened(make_pair(tmp_path), tokens=3).texts()
    assert (texts.embed(["red one blue green"]) == texts.embed(["red one"])).all()


def test_texts_are_filled_up_where_the_catalog_says_with_what(tmp_path: Path) -> None:
    """The token 1 counts in this graph, which has no mask."""
    pair = make_pair(tmp_path)
    (short,) = opened(pair).texts().embed(["red"])
    (filled,) = opened(pair, tokens=12, padding=1).texts().embed(["red"])
    np.testing.assert_allclose(short[3], 0)
    np.testing.assert_allclose(filled[3] / filled[0], 10 * 0.2 / 2, rtol=1e-5)


def test_a_graph_without_the_output_is_told(tmp_path: Path) -> None:
    pair = opened(make_pair(tmp_path), image_output="pooler_output", text_output="pooler_output")
    with pytest.raises(WeightsError, match=r"expected an output 'pooler_output', found \['image_embeds'\]"):
        pair.images()
    with pytest.raises(WeightsError, match="expected an output 'pooler_output'"):
        pair.texts()


def test_encoders_that_were_swapped_are_told(tmp_path: Path) -> None:
    make_pair(tmp_path)
    (tmp_path / "vision_model.onnx").rename(tmp_path / "kept")
    (tmp_path / "text_model.onnx").rename(tmp_path / "vision_model.onnx")
    (tmp_path / "kept").rename(tmp_path / "text_model.onnx")
    with pytest.raises(WeightsError, match="expected inputs"):
        opened(tmp_path).images()
    with pytest.raises(WeightsError, match="expected inputs"):
        opened(tmp_path).texts()


def test_a_broken_tokenizer_is_told(tmp_path: Path) -> None:
    make_pair(tmp_path)
    (tmp_path / "tokenizer.json").write_text("{", "utf-8")
    with pytest.raises(WeightsError, match=r"tokenizer\.json: expected a tokenizer"):
        opened(tmp_path).texts()


def test_a_text_without_any_vector_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"text_model\.onnx: expected a vector"):
        opened(make_pair(tmp_path)).texts().embed([""])


def test_a_catalog_without_a_pair_is_told(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="expected a pair"):
        ImageTextPair(tmp_path, replace(OWN, pair=None), OPTIONS)


@pytest.mark.parametrize("entry", [pytest.param(entry, id=entry.name) for entry in entries() if entry.pair])
def test_the_catalog_says_all_of_a_pair(entry: Entry) -> None:
    assert entry.pair is not None
    assert entry.task == "image-text"
    assert [Path(file.name).suffix for file in entry.files] == [".onnx", ".onnx", ".json"]
    assert len(entry.pair.mean) == len(entry.pair.deviation) == 3
    assert min(entry.pair.deviation) > 0
    assert "apple" not in entry.licence.lower()  # MobileCLIP's weights are for research only


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Tests print nothing."""


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Where a hub on this machine has a pair."""
    make_pair(tmp_path / "hub")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(tmp_path / "hub")))
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_pair_is_pulled_from_a_hub_checked_and_opened(tmp_path: Path, address: str) -> None:
    def published(file: File) -> File:
        name = Path(file.name).name
        content = (tmp_path / "hub" / name).read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        return File(f"published/{name}", digest, len(content), (WeightsSource(url=f"{address}/{name}"),))

    weights, *others = map(published, OWN.files)
    entry = replace(
        OWN,
        name="published",
        file=weights.name,
        sha256=weights.sha256,
        size=weights.size,
        sources=weights.sources,
        companions=tuple(others),
    )
    pull(entry, tmp_path / "models", None, lambda here, total: None)

    verify(entry, tmp_path / "models")
    pair = open_model(entry, tmp_path / "models", OPTIONS)
    assert cosines(pair, list(COLOURS)).argmax(axis=1).tolist() == [0, 1, 2]
