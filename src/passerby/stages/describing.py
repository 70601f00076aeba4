"""What the describers of moments share: which frames speak for a moment, without its people, and one look at them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from passerby.people import MaskedFrame, PeopleAt, mask_people, require_masked
from passerby.records import FULL_COVERAGE, Detections, Floats, Moment, Pixels, Sample

# A moment is described by this many of its samples, spread evenly: its middle and what is before and after.
FRAMES_PER_MOMENT = 3


class Describer(Protocol):
    """A model that tells what pictures show: ``models/mobilenet.py``."""

    def describe(self, images: Sequence[Pixels]) -> tuple[Floats, Floats]:
        """For ``n`` RGB pictures, their class probabilities (n, 1000) and their vectors (n, d) of length 1."""
        ...


class ImageEncoder(Protocol):
    """Turns pictures to vectors that texts compare with: ``models/clip.py``."""

    def embed(self, images: Sequence[Pixels]) -> Floats:
        """For ``n`` RGB pictures, their vectors (n, d) of length 1."""
        ...


@dataclass(frozen=True, slots=True)
class Description:
    """What the describing model says of a moment's frames."""

    probabilities: Floats  # (n, 1000)
    vectors: Floats  # (n, d)


@dataclass(frozen=True, slots=True)
class SettledSample:
    """A sample of which all is known: who is in it, and what was found in it beside them."""

    sample: Sample
    cut: bool  # whether a new shot began since the sample before
    people: PeopleAt
    things: Detections  # in upright frame pixels


@dataclass(frozen=True, slots=True)
class MaskedMoment:
    """A moment with the masked frames that speak for it, none where people fill them all, and its best picture."""

    number: int
    moment: Moment
    frames: tuple[MaskedFrame, ...]
    picture: MaskedFrame
    _described: dict[Describer, Description] = field(default_factory=dict, repr=False, compare=False)
    _embedded: dict[ImageEncoder, Floats] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        require_masked((*self.frames, self.picture))

    def described_by(self, describer: Describer) -> Description:
        """What ``describer`` says of the frames, of which there must be some. It looks once, for all who ask."""
        if describer not in self._described:
            pixels = [frame.pixels for frame in require_masked(self.frames)]
            self._described[describer] = Description(*describer.describe(pixels))
        return self._described[describer]

    def embedded_by(self, encoder: ImageEncoder) -> Floats:
        """The vectors (n, d) of the frames, of which there must be some. It looks once, for all who ask."""
        if encoder not in self._embedded:
            self._embedded[encoder] = encoder.embed([frame.pixels for frame in require_masked(self.frames)])
        return self._embedded[encoder]


@dataclass(frozen=True, slots=True)
class CloseUp:
    """A large frame. It is masked when somebody looks at it: of many that there are few are looked at."""

    _sample: Sample
    _people: PeopleAt
    things: Detections  # in upright frame pixels

    @property
    def is_new(self) -> bool:
        """Whether something small has just come or gone in it."""
        return self._sample.is_new

    def masked(self) -> MaskedFrame:
        return mask_people(self._sample.enlarged(), self._people.boxes)


@dataclass(frozen=True, slots=True)
class CloseUps:
    """The large frames of a moment in which it is sure where people are."""

    moment: Moment
    frames: tuple[CloseUp, ...]


def masked_moment(number: int, moment: Moment, samples: Sequence[SettledSample]) -> MaskedMoment | None:
    """The moment without its people, or None where none of its samples may be described.

    Which frames are taken depends on their times and on the geometry of people alone.
    """
    sure = [row for row in samples if not row.people.doubt]
    if not sure:
        return None
    clear = [row for row in sure if row.people.coverage < FULL_COVERAGE]
    chosen = [clear[place] for place in spread(len(clear), FRAMES_PER_MOMENT)]
    frames = tuple(_masked(row) for row in chosen)
    candidates = chosen or sure
    middle = (len(candidates) - 1) / 2
    best = min(range(len(candidates)), key=lambda place: (candidates[place].people.coverage, abs(place - middle)))
    return MaskedMoment(number, moment, frames, frames[best] if frames else _masked(candidates[best]))


def close_ups(moment: Moment, samples: Sequence[SettledSample]) -> CloseUps:
    """Those of a moment's samples that have a large frame which may be looked at."""
    readable = [row for row in samples if row.sample.large is not None and not row.people.doubt]
    return CloseUps(moment, tuple(CloseUp(row.sample, row.people, row.things) for row in readable))


def spread(count: int, limit: int) -> list[int]:
    """Up to ``limit`` places out of ``count``, each in the middle of an equal part.

    >>> spread(10, 3)
    [1, 5, 8]
    >>> spread(0, 3)
    []
    """
    taken = min(count, limit)
    return [(2 * part + 1) * count // (2 * taken) for part in range(taken)]


def _masked(row: SettledSample) -> MaskedFrame:
    return mask_people(row.sample, row.people.boxes)
