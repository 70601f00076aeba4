"""Tiles and mirrors of the closest look."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from fake_models import FACE, FakeModels, ScriptedDetector
from passerby.models.fake import FakeDetector
from passerby.models.roles import ModelRole
from passerby.records import Floats, Pixels
from passerby.redact.audit.face_search import CLOSE, WHOLE, FaceSearch

RED = (200, 20, 20)


@dataclass(frozen=True)
class Watched(FakeModels):
    """Fakes that keep the sizes of what they are shown; of each family one."""

    sizes: dict[str, list[tuple[int, ...]]] = field(default_factory=dict)

    def open(self, name: str, **parameters: Any) -> Any:
        return Watching(self.sizes.setdefault(name, []), super().open(name, **parameters))


@dataclass
class Watching:
    sizes: list[tuple[int, ...]]
    detector: Any

    def detect(self, images: list[Pixels]) -> Any:
        self.sizes += [image.shape[:2] for image in images]
        return self.detector.detect(images)


def picture(width: int, height: int, *boxes: tuple[int, int, int, int]) -> Pixels:
    pixels = np.full((height, width, 3), 160, np.uint8)  # no dark picture
    for x1, y1, x2, y2 in boxes:
        pixels[y1:y2, x1:x2] = FACE
    return pixels


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("size", [(320, 180), (1920, 1080), (3840, 2160), (1080, 1920)])
def test_faces_are_found_once_and_where_they_are(size: tuple[int, int], mirrored: bool) -> None:
    width, height = size
    boxes = [(10, 20, 50, 70), (width // 2 - 20, height // 2 - 25, width // 2 + 20, height // 2 + 25)]
    boxes.append((width - 45, height - 60, width - 5, height - 10))
    found = FaceSearch(FakeModels(), *size).closely(picture(*size, *boxes), mirrored=mirrored)
    assert len(found) == 3
    assert np.abs(found.boxes[np.argsort(found.boxes[:, 1])] - boxes).max() <= 3


def test_large_pictures_are_searched_in_tiles_of_one_size() -> None:
    models = Watched()
    FaceSearch(models, 3840, 2160).closely(picture(3840, 2160), mirrored=False)
    tiles = [size for size in models.sizes["centerface"] if max(size) > WHOLE]
    assert len(tiles) == 6
    assert {max(size) for size in tiles} == {CLOSE}


def test_a_dark_picture_is_made_brighter() -> None:
    dark = np.full((180, 320, 3), 50, np.uint8)
    dark[50:90, 60:90] = np.array(FACE) // 5
    for mirrored in (False, True):
        found = FaceSearch(FakeModels(), 320, 180).closely(dark, mirrored=mirrored)
        assert np.abs(found.boxes - [60, 50, 90, 90]).max() <= 2
    assert len(FaceSearch(FakeModels(), 320, 180).quickly(dark)) == 1


class SeesWholeFacesOnly(FakeModels):
    """Misses what the border of its picture cuts."""

    def open(self, name: str, **parameters: Any) -> Any:
        return ScriptedDetector(()) if name == "yunet" else self

    def detect(self, images: list[Pixels]) -> Any:
        found = zip(FakeDetector({"face": FACE}).detect(images), images, strict=True)
        return [part.where(self._inside(part.boxes, image.shape[1::-1])) for part, image in found]

    @staticmethod
    def _inside(boxes: Floats, size: tuple[int, ...]) -> NDArray[np.bool_]:
        return np.asarray(((boxes > 0) & (boxes < [*size, *size])).all(axis=1))


@pytest.mark.parametrize("size", [(320, 180), (1920, 1080)])
def test_a_face_that_the_border_cuts_is_made_whole(size: tuple[int, int]) -> None:
    width, height = size
    boxes = [(0, height // 4, width // 60, height // 2), (width - width // 60, height // 4, width, height // 2)]
    look = FaceSearch(SeesWholeFacesOnly(), *size)
    for found in (look.closely(picture(*size, *boxes), mirrored=False), look.quickly(picture(*size, *boxes))):
        assert np.abs(found.boxes[np.argsort(found.boxes[:, 0])] - boxes).max() <= 4


def test_how_small_a_face_is_looked_for_depends_on_the_picture() -> None:
    heights = [FaceSearch(FakeModels(), *size).smallest_height for size in ((640, 360), (1920, 1080), (3840, 2160))]
    assert heights == [10, 16, 16]


@dataclass(frozen=True)
class SmallAreRed(FakeModels):
    """The family that hides proposes what is red, and the other knows faces only where they are enlarged."""

    sees: bool = True

    def open(self, name: str, **parameters: Any) -> Any:
        if name == "yunet":
            return FakeDetector({"face": RED})
        return FakeDetector({"face": RED}, least_area=600) if self.sees else ScriptedDetector(())


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("sees", [False, True])
def test_what_the_hiding_family_proposes_counts_where_the_other_sees_a_face(sees: bool, mirrored: bool) -> None:
    small, large = (160, 150, 176, 168), (600, 140, 660, 220)
    seen = picture(960, 540)
    for x1, y1, x2, y2 in (small, large):
        seen[y1:y2, x1:x2] = RED
    look = FaceSearch(SmallAreRed(sees=sees), 960, 540)
    found = look.closely(seen, mirrored=mirrored).boxes
    near = np.abs(found - small).max(axis=1) < 2
    assert near.sum() == int(sees)
    assert not look.notes
    assert "yunet" in look.looked_with[1]


def test_one_family_for_both_is_told() -> None:
    class OneFamily(FakeModels):
        def name_for(self, role: ModelRole) -> str:
            return "centerface" if role == "redacted-faces" else super().name_for(role)

    assert "one family" in FaceSearch(OneFamily(), 320, 180).notes[0]
