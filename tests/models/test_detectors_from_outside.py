"""Detectors of other packages: a table like those of the catalog, and the wall of laws 1 and 2."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from packages import plant
from passerby.errors import PluginError, UsageError, VocabularyError
from passerby.models.catalog import entries, find
from passerby.models.load import CatalogModels
from passerby.models.roles import model_for
from passerby.models.runtime import RuntimeOptions
from passerby.models.weights import require_source
from passerby.settings import Settings

ENTRY = {
    "task": "objects",
    "adapter": "balls:Balls",
    "licence": "Apache-2.0",
    "upstream": "https://example.org",
    "classes": ["person", "ball", "hat"],
    "people": ["person"],
    "dropped": ["hat"],
    "training_data": "none",
    "limits": "finds nothing but the whole picture",
}
CODE = """
import numpy as np
from passerby.models.detectors.base import BaseDetector
from passerby.records import Detections

class Balls(BaseDetector):
    THRESHOLD = 0.5
    SAID = {said!r}

    def _open(self, path, options):
        self.path = path

    def detect(self, images):
        whole = [np.array([[0, 0, image.shape[1], image.shape[0]]], np.float32) for image in images]
        return [Detections(box, np.ones(1, np.float32), (self.SAID,)) for box in whole]

ENTRY = {entry!r}
"""

Bring = Callable[..., None]


@pytest.fixture
def bring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bring]:
    """Installs a package with a detector called "balls", with these changes to its entry."""

    def planted(said: str = "ball", without: str = "", **changes: Any) -> None:
        entry = {key: value for key, value in {**ENTRY, **changes}.items() if key != without}
        code = CODE.format(said=said, entry=entry)
        plant(tmp_path / "site", monkeypatch, "balls", code, {"passerby.detectors": {"balls": "balls:ENTRY"}})
        entries.cache_clear()

    yield planted
    entries.cache_clear()


@pytest.fixture
def models(tmp_path: Path) -> CatalogModels:
    return CatalogModels(tmp_path / "models", RuntimeOptions(threads=1))


def test_a_detector_of_another_package_is_one_of_the_catalog(bring: Bring, models: CatalogModels) -> None:
    bring()
    entry = find("balls")
    assert entry == entries()[-1]
    assert entry.labels == ("person", "ball")
    assert model_for("objects", Settings(objects="balls")) == "balls"
    assert model_for("people", Settings(people="balls")) == "balls"
    (found,) = models.open("balls").detect([np.zeros((20, 30, 3), np.uint8)])
    assert found.labels == ("ball",)
    assert models.commands_for("balls") == []
    assert len(models.weights_hash("balls")) == 64
    models.require("balls")


def test_weights_that_a_package_ships_are_found_beside_its_module(
    bring: Bring, tmp_path: Path, models: CatalogModels
) -> None:
    bring(core=True, file="balls.onnx", sha256="0" * 64, size=3)
    (tmp_path / "site" / "balls.onnx").write_bytes(b"abc")
    models.require("balls")
    assert models.weights_hash("balls") == "0" * 64


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"classes": ["ball", "ethnicity"]}, "'ethnicity' tells"),
        ({"classes": ["asian woman"]}, "'asian'"),
        ({"classes": ["John Smith"]}, "names somebody"),
        ({"classes": ["pedestrian", "ball"], "people": ["pedestrian"]}, "'pedestrian'"),
        ({"classes": ["person", "ball"], "people": []}, "'person'"),
        ({"classes": ["person on a bicycle"], "people": []}, "'person on a bicycle'"),
        ({"classes": ["human head"], "people": []}, "'human head'"),
        ({"task": "faces", "classes": ["face", "smirk"]}, "expected face alone, found 'smirk'"),
        ({"task": "plates", "classes": ["ABC 123"]}, "expected licence plate alone"),
    ],
)
def test_a_class_that_could_describe_somebody_is_refused(
    changes: dict[str, Any], reason: str, bring: Bring, models: CatalogModels
) -> None:
    bring(**{"dropped": [], **changes})
    with pytest.raises(VocabularyError, match=f"'balls' in passerby.detectors, of the package balls 1.0: .*{reason}"):
        models.open("balls")


@pytest.mark.parametrize("said", ["hat", "ethnicity"])
def test_what_it_says_beside_its_labels_is_refused_when_it_runs(said: str, bring: Bring, models: CatalogModels) -> None:
    bring(said=said)
    detector = models.open("balls")
    with pytest.raises(VocabularyError, match=f"of the package balls 1.0: expected one of its labels.*{said}"):
        detector.detect([np.zeros((20, 30, 3), np.uint8)])


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"task": "sentences"}, "expected a task among objects, faces, redacted-faces, plates, text, found 'sentences'"),
        ({"task": "identities"}, "expected a task among"),
        ({"colour": "red"}, "colour"),
        ({"without": "licence"}, "licence"),
        ({"core": True}, "expected the file that it ships with"),
    ],
)
def test_a_table_that_is_none_names_the_package(
    changes: dict[str, Any], reason: str, bring: Bring, models: CatalogModels
) -> None:
    bring(**changes)
    with pytest.raises(PluginError, match=f"of the package balls 1.0: .*{reason}"):
        models.open("balls")


def test_an_adapter_that_is_not_there_names_the_package(bring: Bring, models: CatalogModels) -> None:
    bring(adapter="balls:Cubes")
    with pytest.raises(PluginError, match=r"of the package balls 1.0: balls:Cubes cannot be loaded"):
        models.open("balls")


def test_there_is_nothing_to_pull_of_a_package(bring: Bring) -> None:
    bring()
    with pytest.raises(UsageError, match=r"balls is part of the package balls 1\.0"):
        require_source(find("balls"))
