"""Halves of pictures: boxes in the whole picture's pixels, each thing once, nothing cut in two."""

from collections.abc import Sequence

import numpy as np

from passerby.models.detectors.tiling import TiledDetector
from passerby.models.fake import FakeDetector
from passerby.records import Detections, Pixels

CAR, PERSON = (200, 20, 20), (20, 200, 20)


class NearSighted(FakeDetector):
    """Sees nothing in wide pictures, as a network does that squeezes them to a small square."""

    def detect(self, images: Sequence[Pixels]) -> list[Detections]:
        return super().detect([image if image.shape[0] == image.shape[1] else image * 0 for image in images])


def picture(
    *boxes: tuple[tuple[int, int, int], tuple[int, int, int, int]], size: tuple[int, int] = (160, 90)
) -> Pixels:
    pixels = np.full((size[1], size[0], 3), 128, np.uint8)
    for colour, (x1, y1, x2, y2) in boxes:
        pixels[y1:y2, x1:x2] = colour
    return pixels


def test_what_only_halves_show_is_found_at_its_place() -> None:
    detector = NearSighted({"person": PERSON, "car": CAR})
    image = picture((PERSON, (10, 20, 30, 60)), (CAR, (120, 40, 150, 70)))
    assert len(detector.detect([image])[0]) == 0
    (found,) = TiledDetector(detector).detect([image])
    assert dict(zip(found.labels, found.boxes.tolist(), strict=True)) == {
        "person": [10, 20, 30, 60],
        "car": [120, 40, 150, 70],
    }


def test_what_all_see_is_found_once() -> None:
    (found,) = TiledDetector(FakeDetector({"car": CAR})).detect([picture((CAR, (72, 30, 86, 50)))])
    assert found.boxes.tolist() == [[72, 30, 86, 50]]


def test_what_an_edge_of_a_half_cuts_is_not_found_twice() -> None:
    (found,) = TiledDetector(FakeDetector({"car": CAR})).detect([picture((CAR, (60, 30, 100, 50)))])
    assert found.boxes.tolist() == [[60, 30, 100, 50]]


def test_upright_pictures_have_an_upper_and_a_lower_half() -> None:
    image = picture((PERSON, (20, 120, 40, 150)), size=(90, 160))
    (found,) = TiledDetector(NearSighted({"person": PERSON})).detect([image])
    assert found.boxes.tolist() == [[20, 120, 40, 150]]


def test_a_person_and_a_thing_at_the_same_place_do_not_hide_each_other() -> None:
    class Both(FakeDetector):
        def detect(self, images: Sequence[Pixels]) -> list[Detections]:
            found = super().detect(images)
            return [
                Detections(np.repeat(one.boxes, 2, 0), np.repeat(one.scores, 2), ("person", "car") * len(one))
                for one in found
            ]

    (found,) = TiledDetector(Both({"car": CAR})).detect([picture((CAR, (72, 30, 86, 50)))])
    assert sorted(found.labels) == ["car", "person"]
