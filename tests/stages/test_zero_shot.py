"""Tags of a written vocabulary, from masked frames: one look at them serves the search by words too."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from passerby.models.catalog import find
from passerby.models.clip import ImageTextPair
from passerby.models.fake import FakeImageEncoder
from passerby.models.runtime import RuntimeOptions
from passerby.models.zero_shot_classifier import Facet, ZeroShotClassifier
from passerby.people import mask_people
from passerby.records import Floats, Moment, Pixels, Sample, Tag
from passerby.stages.base import MaskedMoment
from passerby.stages.looks import LooksSession
from passerby.stages.zero_shot import ZeroShotSession, ZeroShotStage
from passerby.times import Span
from tiny_pair import COLOURS, make_pair

SIZE = (160, 90)
NOBODY = np.zeros((0, 4), np.float32)
COLOUR = Facet("colour", ("a photo of {}.",), ("something",), {"blue": ("of no colour",), "-": ("red", "green")})


@dataclass(eq=False)
class Counting:
    """Counts how often it is asked."""

    times: int = 0
    encoder: FakeImageEncoder = field(default_factory=FakeImageEncoder)

    def embed(self, images: Sequence[Pixels]) -> Floats:
        self.times += 1
        return self.encoder.embed(images)


def moment(number: int, *colours: str, people: Floats = NOBODY) -> MaskedMoment:
    pictures = [np.full((SIZE[1], SIZE[0], 3), COLOURS[colour], np.uint8) for colour in colours]
    frames = tuple(mask_people(Sample(0, picture, *SIZE), people) for picture in pictures)
    blank = mask_people(Sample(0, np.zeros((SIZE[1], SIZE[0], 3), np.uint8), *SIZE), people)
    return MaskedMoment(number, Moment(Span(0, 1), 0), frames, (*frames, blank)[0])


def session(folder: Path) -> ZeroShotSession:
    pair = ImageTextPair(make_pair(folder) / "vision_model.onnx", find("clip-own"), RuntimeOptions(threads=1))
    return ZeroShotSession(pair.images(), ZeroShotClassifier(pair.vectors_of, pair.scale, facets=[COLOUR]))


def test_each_moment_gets_the_names_that_it_fits(tmp_path: Path) -> None:
    made = session(tmp_path)
    for number, colours in enumerate((("red", "red"), ("green",), ("red", "blue"), ())):
        made.push(moment(number, *colours))
    found = made.finish(1)
    assert all(isinstance(tag, Tag) for tag in found)
    assert [(tag.moment, tag.label) for tag in found] == [(0, "red"), (1, "green")]


def test_frames_are_looked_at_once_for_this_and_for_the_search() -> None:
    encoder, one = Counting(), moment(0, "red", "green")
    looks = LooksSession(encoder, "weights")
    looks.push(one)
    names = ZeroShotSession(
        encoder, ZeroShotClassifier(lambda texts: np.eye(6, 256, dtype=np.float32), 1, facets=[COLOUR])
    )
    names.push(one)
    assert encoder.times == 1
    assert len(looks.finish(1)) == 1


def test_other_names_give_another_key() -> None:
    assert ZeroShotStage() == ZeroShotStage()
    assert ZeroShotStage(vocabulary="other") != ZeroShotStage()
