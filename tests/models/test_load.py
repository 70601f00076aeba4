import dataclasses
import pickle
from pathlib import Path

import pytest

from passerby.errors import UsageError, VocabularyError
from passerby.models.catalog import find
from passerby.models.detectors.nanodet import NanoDet
from passerby.models.load import CatalogModels, open_model
from passerby.models.runtime import RuntimeOptions
from passerby.settings import Settings


@pytest.fixture
def models(tmp_path: Path) -> CatalogModels:
    return CatalogModels(tmp_path, RuntimeOptions(threads=1))


def test_a_name_gives_the_model(models: CatalogModels) -> None:
    assert isinstance(models.open("nanodet", threshold=0.5), NanoDet)


def test_it_can_be_sent_to_another_process(models: CatalogModels) -> None:
    assert pickle.loads(pickle.dumps(models)) == models


def test_the_hash_of_a_models_weights_is_the_catalogs(models: CatalogModels) -> None:
    assert models.weights_hash("nanodet") == find("nanodet").sha256


def bring(models: CatalogModels, *names: str) -> None:
    """Put something where the weights of these models would be, as long as those are."""
    for name in names:
        entry = find(name)
        with (models.models_dir / entry.file).open("wb") as file:
            file.truncate(entry.size)


def test_the_best_that_is_here_is_used(models: CatalogModels) -> None:
    assert [models.name_for(role) for role in ("objects", "people", "faces")] == ["nanodet", "nanodet", "centerface"]

    bring(models, "nanodet-plus", "yolox-nano")
    assert [models.name_for(role) for role in ("objects", "people")] == ["nanodet-plus", "nanodet-plus"]

    # Of people only what was measured on people.
    bring(models, "d-fine-s")
    assert [models.name_for(role) for role in ("objects", "people")] == ["d-fine-s", "nanodet-plus"]


def test_what_the_user_names_is_used_whatever_is_here(models: CatalogModels) -> None:
    bring(models, "nanodet-plus")
    chosen = dataclasses.replace(models, settings=Settings(objects="nanodet"))

    assert [chosen.name_for(role) for role in ("objects", "people")] == ["nanodet", "nanodet-plus"]


def test_what_is_settled_stays_so_when_more_is_pulled(models: CatalogModels) -> None:
    settled = models.settled()
    bring(models, "nanodet-plus")

    assert settled.name_for("objects") == "nanodet"
    assert models.name_for("objects") == "nanodet-plus"
    assert settled.settings.speech == "speech-base"  # the first, where none is here


def test_an_unknown_name_is_refused(models: CatalogModels) -> None:
    with pytest.raises(UsageError, match="no model is called 'facenet'"):
        models.open("facenet")


@pytest.mark.parametrize("planted", ["gender", "smiling", "asian woman", "kimono"])
def test_a_model_that_could_describe_a_person_is_not_opened(models: CatalogModels, planted: str) -> None:
    entry = find("nanodet")
    tainted = dataclasses.replace(entry, classes=(*entry.classes[:-1], planted))

    with pytest.raises(VocabularyError, match=planted.split()[0]):
        open_model(tainted, models.models_dir, models.options)
