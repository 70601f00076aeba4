"""The encoder with its real weights, which are in the package."""

import shutil
from dataclasses import replace
from importlib import resources
from pathlib import Path

import numpy as np
import pytest

from passerby.errors import WeightsError
from passerby.models.catalog import find
from passerby.models.load import CatalogModels
from passerby.models.minilm import LENGTH, MiniLm
from passerby.models.runtime import RuntimeOptions

DOCUMENTS = [
    "van, people, pavement",
    "dog. beach",
    "text on screen: quarterly revenue 2024",
    "car. the driver says that we are nearly there",
    "fireworks over the city at night",
    "a cup of coffee on a wooden table",
]
QUESTIONS = [
    "pedestrians",
    "puppy by the sea",
    "financial report",
    "someone talking while driving",
    "celebration",
    "espresso",
]


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> MiniLm:
    made: MiniLm = CatalogModels(tmp_path_factory.mktemp("models"), RuntimeOptions(threads=1)).open("minilm")
    return made


def test_questions_are_nearest_to_what_answers_them(encoder: MiniLm) -> None:
    cosines = encoder.embed(QUESTIONS) @ encoder.embed(DOCUMENTS).T
    assert cosines.argmax(axis=1).tolist() == list(range(len(DOCUMENTS)))


def test_vectors_are_of_length_one_and_do_not_depend_on_their_neighbours(encoder: MiniLm) -> None:
    texts = [*DOCUMENTS, "word " * 600, "", "日本語 и кириллица 🎈", "control \x00\x07 signs"] * 5
    vectors = encoder.embed(texts)
    assert vectors.shape == (len(texts), LENGTH)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    # The weights are of eight bits, and what is rounded depends on the batch a little.
    assert (vectors[0] @ encoder.embed(texts[:1])[0]) > 0.98
    assert encoder.embed([]).shape == (0, LENGTH)


def test_a_broken_tokenizer_is_told(tmp_path: Path) -> None:
    entry = find("minilm")
    with resources.as_file(resources.files("passerby.models").joinpath("data", entry.file)) as weights:
        shutil.copy(weights, tmp_path)
    broken = replace(entry.companions[0], name="broken.json")
    (tmp_path / broken.name).write_text("{", "utf-8")
    with pytest.raises(WeightsError, match=r"broken\.json: expected a tokenizer"):
        MiniLm(tmp_path / entry.file, replace(entry, companions=(broken,)), RuntimeOptions(threads=1))
