"""From which cosine on a moment counts as meant: with the real encoder, on what moments are known by."""

from pathlib import Path

import numpy as np
import pytest

from passerby.library import Library
from passerby.models.load import CatalogModels
from passerby.models.minilm import MiniLm
from passerby.models.runtime import RuntimeOptions
from passerby.records import Floats
from passerby.search.word_search import MEANT
from passerby.settings import Settings
from passerby.store.library import open_store

ANSWERS = {
    "bike": "bicycle, car",
    "vehicle": "car",
    "animal": "dog. beach",
    "puppy": "dog. beach",
    "computer": "laptop, cup",
    "food": "fruit, vegetable",
}
STRANGERS = {
    "car": "laptop, cup",
    "food": "car",
    "boat": "dog. beach",
    "zeppelin": "traffic light, car, bicycle",
    "weather": "dog. beach",
    "street scene": "book. chapter one of the novel",
}


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> MiniLm:
    made: MiniLm = CatalogModels(tmp_path_factory.mktemp("models"), RuntimeOptions(threads=1)).open("minilm")
    return made


def cosines(encoder: MiniLm, pairs: dict[str, str]) -> dict[str, float]:
    asked, known = encoder.embed(list(pairs)), encoder.embed(list(pairs.values()))
    return dict(zip(pairs, np.einsum("ij,ij->i", asked, known).tolist(), strict=True))


def test_what_answers_a_question_is_meant(encoder: MiniLm) -> None:
    assert {asked for asked, cosine in cosines(encoder, ANSWERS).items() if cosine < MEANT} == set()


def test_what_has_nothing_to_do_with_it_is_not(encoder: MiniLm) -> None:
    assert {asked for asked, cosine in cosines(encoder, STRANGERS).items() if cosine >= MEANT} == set()


def test_words_that_were_asked_lately_are_not_embedded_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[list[str]] = []
    embed = MiniLm.embed

    def hearing(encoder: MiniLm, texts: list[str]) -> Floats:
        heard.append(texts)
        return embed(encoder, texts)

    monkeypatch.setattr(MiniLm, "embed", hearing)
    open_store(tmp_path / "library", create=True).close()
    library = Library(Settings(library=str(tmp_path / "library"), models_dir=str(tmp_path)))
    first = library.search("bike")
    assert library.search("bike") == first
    library.search("puppy")
    library.search("bike", label="dog")
    assert heard == [["bike"], ["puppy"]]
