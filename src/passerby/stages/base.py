"""The contract of a stage: all that the pipeline, the store and the search know of one.

A stage is a frozen dataclass of parameters, which pickles and hashes; its session does the work on one video: ``push``
each item, then ``finish``. What a stage takes decides what it is fed with, and when:

    frames      every frame, small, as it is decoded                                   SmallFrame
    sound       all sound, in a thread of its own                                      AudioChunk
    samples     some frames a second, when it is settled who is in them                SettledSample
    moments     each moment, without its people                                        MaskedMoment
    close-ups   some frames of each moment, large enough to read text in, masked       CloseUps
    words       what the other stages say of each moment, when all of it is kept       MomentWords

Two kinds are special, for all others are fed by what they find: a ``Cutter``, which says where shots and moments are,
and a ``Masker``, which says where people are. A stage of another package takes moments or words (``outside.py``).
"""

from collections.abc import Sequence
from dataclasses import Field, dataclass, field, fields
from typing import Any, ClassVar, Literal, Protocol, TypeVar, runtime_checkable

from passerby.media.read.frames import AudioChunk
from passerby.models.roles import ModelRole, first_for, model_for
from passerby.models.source import ModelSource
from passerby.people import PeopleAt
from passerby.records import Detections, Moment, Pixels, Record, VideoInfo
from passerby.settings import Settings
from passerby.stages.describing import CloseUps, MaskedMoment, SettledSample

__all__ = [
    "AudioChunk",
    "ByShot",
    "CloseUpStage",
    "CloseUps",
    "Configured",
    "Cutter",
    "CuttingSession",
    "FrameStage",
    "Kit",
    "MaskedMoment",
    "Masker",
    "MaskingSession",
    "MomentStage",
    "MomentWords",
    "PeopleDetections",
    "SampleStage",
    "Session",
    "SettledSample",
    "SmallFrame",
    "SoundStage",
    "Stage",
    "Takes",
    "WordStage",
]

Takes = Literal["frames", "sound", "samples", "moments", "close-ups", "words"]
T_contra = TypeVar("T_contra", contravariant=True)

# The size of the pictures of frames: what TransNet sees.
FRAME_WIDTH, FRAME_HEIGHT = 48, 27


def models_of(*roles: ModelRole, in_key: bool = True) -> Any:
    """A parameter that names models: as long as nobody names others, those that have these roles.

    Unless ``in_key``, a stage's key knows them by their weights, and not by their names too.
    """
    return field(default_factory=lambda: tuple(map(first_for, roles)), metadata={"in_key": in_key, "roles": roles})


def roles_of(stage: "Stage") -> tuple[ModelRole, ...]:
    """The roles of a stage's ``models``, in their order; none where it says none, as of another package."""
    named = (entry.metadata.get("roles", ()) for entry in fields(stage) if entry.name == "models")
    return next(named, ())


def models_set(*roles: ModelRole, settings: Settings) -> tuple[str, ...]:
    """The names of the models that have these roles as the settings want it."""
    return tuple(model_for(role, settings) for role in roles)


class Kit:
    """What a session is opened with: what the file says of its video, and models, each opened once for all stages."""

    def __init__(self, info: VideoInfo, models: ModelSource) -> None:
        self.info = info
        self._models = models
        self._opened: dict[tuple[str, frozenset[tuple[str, object]]], Any] = {}

    def open(self, name: str, **parameters: object) -> Any:
        """The model called ``name`` in the catalog, ready to run; with the same ``parameters`` it is the same one.

        Raises UsageError or MissingModelError.
        """
        key = name, frozenset(parameters.items())
        if key not in self._opened:  # two threads that ask at once may each open it: that costs time, and nothing else
            self._opened[key] = self._models.open(name, **parameters)
        return self._opened[key]

    def weights_hash(self, name: str) -> str:
        """The SHA-256 of the weights of the model called ``name``."""
        return self._models.weights_hash(name)


class Session(Protocol[T_contra]):
    """One video on its way through a stage."""

    def push(self, item: T_contra, /) -> None:
        """Take the next item, in the order of time."""
        ...

    def finish(self, end: int) -> Sequence[Record]:
        """The records of the video, which ends at pts ``end``, when all items are in. It is asked for once."""
        ...


class _Named(Protocol):
    """One thing that a user can switch on or off. Its dataclass fields are its parameters."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> int:
        """Raised when the same parameters and weights would give other records."""
        ...

    @property
    def needs(self) -> tuple[str, ...]:
        """Names of the stages whose records decide what it takes."""
        ...

    @property
    def models(self) -> tuple[str, ...]:
        """Names in the catalog of the models that it runs."""
        ...

    @property
    def makes(self) -> tuple[type[Record], ...]:
        """The kinds of its records."""
        ...


class FrameStage(_Named, Protocol):
    """Takes every frame."""

    @property
    def takes(self) -> Literal["frames"]: ...

    def open(self, kit: Kit) -> Session["SmallFrame"]: ...


class SoundStage(_Named, Protocol):
    """Takes all sound. Where only such stages are to do, no picture is decoded."""

    @property
    def takes(self) -> Literal["sound"]: ...

    def open(self, kit: Kit) -> Session[AudioChunk]: ...


class SampleStage(_Named, Protocol):
    """Takes samples, with what a detector finds in them beside people."""

    @property
    def takes(self) -> Literal["samples"]: ...

    @property
    def detector(self) -> str:
        """The name of that detector, one of ``models``."""
        ...

    def open(self, kit: Kit) -> Session[SettledSample]: ...


class MomentStage(_Named, Protocol):
    """Takes moments without their people."""

    @property
    def takes(self) -> Literal["moments"]: ...

    def open(self, kit: Kit) -> Session[MaskedMoment]: ...


class CloseUpStage(_Named, Protocol):
    """Takes large frames, with what the run's detectors find in them beside people."""

    @property
    def takes(self) -> Literal["close-ups"]: ...

    @property
    def detector(self) -> str:
        """The name, one of ``models``, of the detector that is run where no other stage of the run has one."""
        ...

    def open(self, kit: Kit) -> Session[CloseUps]: ...


class WordStage(_Named, Protocol):
    """Takes what is known of moments in words, and gives none. ``needs`` is a parameter: the stages that give words."""

    @property
    def takes(self) -> Literal["words"]: ...

    def open(self, kit: Kit) -> Session["MomentWords"]: ...


@runtime_checkable
class Cutter(FrameStage, Protocol):
    """THE stage that cuts: where a new shot begins, and which stretches are moments."""

    def open(self, kit: Kit) -> "CuttingSession": ...

    def recall_cuts(self, records: Sequence[Record]) -> "CuttingSession":
        """In the place of a session, what one found before, from the records that were kept of it."""
        ...


@runtime_checkable
class Masker(_Named, Protocol):
    """THE stage that masks: where people are in each sample, so that nobody is described."""

    @property
    def takes(self) -> Literal["samples"]: ...

    @property
    def samples_per_second(self) -> float:
        """How often a frame is sampled, at least."""
        ...

    @property
    def detectors(self) -> tuple[str, str]:
        """The names of what finds people, and tells them from things, and of what finds faces."""
        ...

    def open(self, kit: Kit) -> "MaskingSession": ...

    def recall_people(self, records: Sequence[Record]) -> "MaskingSession":
        """In the place of a session, what one found before, from the records that were kept of it."""
        ...


@runtime_checkable
class ByShot(Protocol):
    """A stage that takes moments or close-ups, of which it says whether it forgets each shot when that ends.

    If so, what it finds in shots that are given to several sessions is what one finds in all of them.
    """

    @property
    def is_by_shot(self) -> bool: ...


Stage = Cutter | Masker | FrameStage | SoundStage | SampleStage | MomentStage | CloseUpStage | WordStage


@runtime_checkable
class Configured(Protocol):
    """A class of stages that have a parameter which is a setting."""

    def from_settings(self, settings: Settings) -> Stage:
        """The stage as the settings want it."""
        ...


@dataclass(frozen=True, slots=True)
class SmallFrame:
    """A frame of the video, small."""

    pts: int
    picture: Pixels  # (27, 48, 3) RGB


@dataclass(frozen=True, slots=True)
class MomentWords:
    """What is known of a moment in words: labels, text, what is said."""

    moment: int  # its index
    text: str


@dataclass(frozen=True, slots=True)
class PeopleDetections:
    """What detectors find in a sample, in upright frame pixels."""

    pts: int
    cut: bool  # whether a new shot began since the sample before
    people: Detections
    faces: Detections
    things: Detections  # what the detector of people finds that is none


class CuttingSession(Session[SmallFrame], Protocol):
    """Finds cuts while frames and sound come in."""

    @property
    def cuts(self) -> Sequence[int]:
        """The pts of the first frame of each new shot, as far as they are settled; all, after ``finish``."""
        ...

    @property
    def settled(self) -> int:
        """No cut before this pts will be added."""
        ...

    def hear(self, chunk: AudioChunk) -> None:
        """Take the next sound."""
        ...

    def final_moments(self) -> Sequence[Moment]:
        """The moments that have become final since this was asked last."""
        ...


class MaskingSession(Protocol):
    """Finds where people are, some samples later than they come in."""

    def push(self, found: PeopleDetections, /) -> Sequence[PeopleAt]:
        """Take the next sample; the samples, in order, that have become settled."""
        ...

    def settle_all(self) -> Sequence[PeopleAt]:
        """The samples that were not settled yet: there are no more."""
        ...

    def finish(self, end: int) -> Sequence[Record]: ...
