"""The JSON document of a plan: its fields, what may stand in each, and the ways from a plan to it and back.

Times are seconds, exact to the frame; boxes are those of ``plan.py``. Its keys are a contract: plans are kept, edited
and given back for years.
"""

import math
from collections import Counter
from fractions import Fraction
from typing import Annotated, Literal

import numpy as np
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, GetPydanticSchema, PlainSerializer

from passerby.errors import UsageError
from passerby.redact.plan.kinds import TRACK_KINDS, FoundKind, Kind, TrackKind
from passerby.redact.plan.plan import HiddenTrack, Original, Plan
from passerby.redact.plan.policy import Audio, AudioMode, Effort, KeptStream, Policy, Shape, Style
from passerby.times import SecondsSpan, TimeBase
from passerby.version import __version__

FORMAT: Literal[1] = 1
MOST_BOXES = 5_000_000  # of all tracks: some thousand tracks for hours
LONGEST_LABEL = 1000  # characters: what a text that is hidden says
# Far beyond any picture and any video, and within what float32 holds, this one exactly, and int64 in ticks.
FARTHEST = 2.0**100
LATEST = 9e8


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError("expected a finite number")
    return value


def _exact(seconds: float) -> Fraction:
    """The decimal number that was written."""
    return Fraction(repr(seconds))


def _forward(span: SecondsSpan) -> SecondsSpan:
    if span[0] >= span[1]:
        raise ValueError("expected a span that ends after it starts")
    return span


def known_kind(kind: object) -> object:
    """A kind of track. Raises ValueError for what is none."""
    if kind not in TRACK_KINDS:
        raise ValueError(f"expected one of {', '.join(TRACK_KINDS)}")
    return kind


FiniteNumber = Annotated[float, AfterValidator(_finite)]
BoxSide = Annotated[FiniteNumber, Field(ge=-FARTHEST, le=FARTHEST)]
PlanTime = Annotated[FiniteNumber, Field(ge=0, le=LATEST)]
# These may end long after any video: they are compared, never counted in ticks of a fixed size.
_Decimal = Annotated[FiniteNumber, Field(ge=0), AfterValidator(_exact), PlainSerializer(float)]
SpanEnd = Annotated[Fraction, GetPydanticSchema(lambda source, handler: handler.generate_schema(_Decimal))]
TimeSpan = Annotated[tuple[SpanEnd, SpanEnd], AfterValidator(_forward)]
TimeSpans = Annotated[tuple[TimeSpan, ...], AfterValidator(lambda spans: tuple(sorted(spans)))]


class Strict(BaseModel):
    """A part of a plan: what is not known is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, from_attributes=True)


class PointDocument(Strict):
    """Where the box of a track is at a time."""

    time: PlanTime
    box: tuple[BoxSide, BoxSide, BoxSide, BoxSide]


class TrackDocument(Strict):
    """One thing over time."""

    number: int
    kind: Annotated[TrackKind, BeforeValidator(known_kind)]
    label: Annotated[str, Field(max_length=LONGEST_LABEL)]
    hidden: bool
    score: FiniteNumber
    boxes: Annotated[list[PointDocument], Field(min_length=1)]
    reason: Annotated[str, Field(max_length=1000)] = ""

    @classmethod
    def of(cls, track: HiddenTrack, base: TimeBase) -> "TrackDocument":
        # A box with two decimals is as good: what is hidden are whole pixels around it.
        points = zip(track.times.tolist(), track.boxes.tolist(), strict=True)
        return cls(
            number=track.number,
            kind=track.kind,
            label=track.label,
            hidden=track.hidden,
            score=round(track.score, 3),
            boxes=[
                PointDocument(time=_seconds(pts, base), box=tuple(round(side, 2) for side in box))
                for pts, box in points
            ],
            reason=track.reason,
        )

    def as_track(self, base: TimeBase) -> HiddenTrack:
        """Raises UsageError."""
        times = np.array([_pts(point.time, base) for point in self.boxes], np.int64)
        boxes = np.array([point.box for point in self.boxes], np.float32)
        if (np.diff(times) <= 0).any():
            raise UsageError(f"track {self.number}: expected times that rise from box to box")
        if (boxes[:, :2] >= boxes[:, 2:]).any():
            raise UsageError(f"track {self.number}: expected boxes left, top, right, bottom, found one inside out")
        return HiddenTrack(self.number, self.kind, self.label, self.hidden, self.score, times, boxes, self.reason)


class OriginalDocument(Strict):
    """The file that the plan is for."""

    name: str
    sha256: str
    width: Annotated[int, Field(gt=0)]
    height: Annotated[int, Field(gt=0)]
    time_base: Annotated[str, Field(pattern=r"^[1-9]\d{0,9}/[1-9]\d{0,9}$")]
    frames: int
    duration: PlanTime
    damage: str

    @classmethod
    def of(cls, original: Original) -> "OriginalDocument":
        base = original.time_base
        return cls(
            name=original.name,
            sha256=original.sha256,
            width=original.width,
            height=original.height,
            time_base=f"{base.tick.numerator}/{base.tick.denominator}",
            frames=original.frames,
            duration=_seconds(original.duration, base),
            damage=original.damage,
        )

    def as_original(self) -> Original:
        base = TimeBase(Fraction(self.time_base))
        same = self.model_dump(exclude={"time_base", "duration"})
        return Original(**same, time_base=base, duration=_pts(self.duration, base))


class AudioDocument(Strict):
    """What becomes of the sound."""

    mode: AudioMode
    spans: TimeSpans
    pii: bool = False
    unclear: TimeSpans = ()


class PolicyDocument(Strict):
    """A policy without what it says of tracks: that is in the tracks."""

    hide: tuple[Kind, ...]
    objects: tuple[str, ...]
    text_pattern: str
    within: TimeSpan | None  # ``Selection.seconds``
    style: Style
    shape: Shape
    effort: Effort
    thresholds: dict[FoundKind, Annotated[FiniteNumber, Field(gt=0, le=1)]] = {}  # ``Subjects.thresholds``
    audio: AudioDocument
    keep_streams: tuple[KeptStream, ...]

    @classmethod
    def of(cls, policy: Policy) -> "PolicyDocument":
        same = {name: getattr(policy, name) for name in cls.model_fields if name not in _TOLD_OTHERWISE}
        return cls(**same, within=policy.seconds, thresholds=dict(policy.thresholds))

    def as_policy(self) -> Policy:
        same = {name: value for name, value in self if name not in {*_TOLD_OTHERWISE, "audio"}}
        thresholds = tuple(self.thresholds.items())
        return Policy(**same, seconds=self.within, thresholds=thresholds, audio=Audio(**dict(self.audio)))


_TOLD_OTHERWISE = ("within", "thresholds")  # fields of a policy's document that its own are not like


class ModelDocument(Strict):
    """What looked."""

    name: str
    sha256: str


class PlanDocument(Strict):
    """The whole of it."""

    plan: Literal[1]
    passerby: str
    original: OriginalDocument
    policy: PolicyDocument
    models: list[ModelDocument]
    tracks: list[TrackDocument]

    @classmethod
    def of(cls, plan: Plan) -> "PlanDocument":
        return cls(
            plan=FORMAT,
            passerby=__version__,
            original=OriginalDocument.of(plan.original),
            policy=PolicyDocument.of(plan.policy),
            models=[ModelDocument(name=name, sha256=digest) for name, digest in plan.models],
            tracks=[TrackDocument.of(track, plan.original.time_base) for track in plan.tracks],
        )

    def as_plan(self) -> Plan:
        """Raises UsageError for tracks that are none, or have no number of their own."""
        numbers = Counter(track.number for track in self.tracks)
        if doubled := [number for number, count in numbers.items() if count > 1]:
            raise UsageError(f"expected a number of its own for each track, found {doubled[0]} more than once")
        if sum(len(track.boxes) for track in self.tracks) > MOST_BOXES:
            raise UsageError(f"expected at most {MOST_BOXES} boxes in all")
        original = self.original.as_original()
        tracks = tuple(track.as_track(original.time_base) for track in self.tracks)
        return Plan(
            original, self.policy.as_policy(), tracks, tuple((model.name, model.sha256) for model in self.models)
        )


def _seconds(pts: int, base: TimeBase) -> float:
    """When a tick is; the one nearest to the latest time that can be read again may lie behind that."""
    return min(base.seconds(pts), LATEST)


def _pts(seconds: float, base: TimeBase) -> int:
    """The tick nearest to ``seconds``: exact for what ``TimeBase.seconds`` has made."""
    return round(Fraction(seconds) / base.tick)
