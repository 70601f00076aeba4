"""What the describers of moments share: which frames speak for a moment, and one look at them for all."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from passerby.people import MaskedFrame, mask_people, require_masked
from passerby.records import FULL_COVERAGE, Floats, Moment, Pixels, Sample
from passerby.stages.people import PeopleAt

# The catalog's name of the model that tags and vectors come from: one look serves both.
DESCRIBER = "mobilenetv2"
# A moment is described by this many of its samples, spread evenly: its middle and what is before and after.
FRAMES_PER_MOMENT = 3


class Describer(Protocol):
    """A model that tells what pictures show: ``models/mobilenet.py``."""

    def describe(self, images: Sequence[Pixels]) -> tuple[Floats, Floats]:
        """For ``n`` RGB pictures, their class probabilities (n, 1000) and their vectors (n, d) of length 1."""
        ...


@dataclass(frozen=True, slots=True)
class MaskedMoment:
    """A moment with the masked frames that speak for it, none where people fill them all, and its best picture."""

    number: int
    moment: Moment
    frames: tuple[MaskedFrame, ...]
    picture: MaskedFrame

    def __post_init__(self) -> None:
        require_masked((*self.frames, self.picture))


@dataclass(frozen=True, slots=True)
class Look:
    """What the describing model says of a moment's frames."""

    probabilities: Floats  # (n, 1000)
    vectors: Floats  # (n, d)


def look_at(moment: MaskedMoment, describer: Describer) -> Look:
    """Run the describing model on the frames of ``moment``; TypeError for a frame that was not masked."""
    return Look(*describer.describe([frame.pixels for frame in require_masked(moment.frames)]))


def masked_moment(number: int, moment: Moment, samples: Sequence[tuple[Sample, PeopleAt]]) -> MaskedMoment | None:
    """The moment without its people, or None where none of its samples may be described.

    Which frames are taken depends on their times and on the geometry of people alone.
    """
    sure = [(sample, people) for sample, people in samples if not people.doubt]
    if not sure:
        return None
    clear = [row for row in sure if row[1].coverage < FULL_COVERAGE]
    chosen = [clear[place] for place in spread(len(clear), FRAMES_PER_MOMENT)]
    frames = tuple(mask_people(sample, people.boxes) for sample, people in chosen)
    candidates = chosen or sure
    middle = (len(candidates) - 1) / 2
    best = min(range(len(candidates)), key=lambda place: (candidates[place][1].coverage, abs(place - middle)))
    picture = frames[best] if frames else mask_people(candidates[best][0], candidates[best][1].boxes)
    return MaskedMoment(number, moment, frames, picture)


def spread(count: int, wanted: int) -> list[int]:
    """Up to ``wanted`` places out of ``count``, each in the middle of an equal part.

    >>> spread(10, 3)
    [1, 5, 8]
    >>> spread(0, 3)
    []
    """
    taken = min(count, wanted)
    return [(2 * part + 1) * count // (2 * taken) for part in range(taken)]
