import dataclasses
import pickle
from pathlib import Path

import pytest

from passerby.errors import UsageError, VocabularyError
from passerby.models.catalog import find
from passerby.models.detectors.nanodet import NanoDet
from passerby.models.load import CatalogModels, open_model
from passerby.models.runtime import RuntimeOptions


@pytest.fixture
def models(tmp_path: Path) -> CatalogModels:
    return CatalogModels(tmp_path, RuntimeOptions(threads=1))


def test_a_name_gives_the_model(models: CatalogModels) -> None:
    assert isinstance(models.open("nanodet", threshold=0.5), NanoDet)


def test_it_can_be_sent_to_another_process(models: CatalogModels) -> None:
    assert pickle.loads(pickle.dumps(models)) == models


def test_the_hash_of_a_models_weights_is_the_catalogs(models: CatalogModels) -> None:
    assert models.weights_hash("nanodet") == find("nanodet").sha256


def test_an_unknown_name_is_refused(models: CatalogModels) -> None:
    with pytest.raises(UsageError, match="no model is called 'facenet'"):
        models.open("facenet")


@pytest.mark.parametrize("planted", ["gender", "smiling", "asian woman", "kimono"])
def test_a_model_that_could_describe_a_person_is_not_opened(models: CatalogModels, planted: str) -> None:
    entry = find("nanodet")
    tainted = dataclasses.replace(entry, classes=(*entry.classes[:-1], planted))

    with pytest.raises(VocabularyError, match=planted.split()[0]):
        open_model(tainted, models.models_dir, models.options)
