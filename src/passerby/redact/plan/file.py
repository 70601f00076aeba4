"""A plan as a JSON file: what people read, edit and give back with ``--plan``.

Times are seconds, exact to the frame; boxes are those of ``plan.py``: what is hidden, margins included. Between two
times of a track its box moves in a straight line. To correct a plan, change or add boxes, set ``hidden`` of a track to
false, or add a track of your own (kind "drawn").
"""

import json
import math
from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from passerby.errors import OutputError, UsageError
from passerby.redact.plan.plan import HiddenTrack, Original, Plan
from passerby.redact.plan.policy import KINDS, Audio, AudioMode, Effort, Kind, Policy, Shape, StreamKind, Style
from passerby.times import TimeBase
from passerby.version import __version__

FORMAT: Literal[1] = 1
TRACK_KINDS = (*KINDS, "object", "zone", "drawn")
LONGEST_LABEL = 1000  # characters: what a text that is hidden says
MOST_BOXES = 5_000_000  # of all tracks: some thousand tracks for hours


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError("expected a finite number")
    return value


def _forward(span: tuple[float, float]) -> tuple[float, float]:
    if span[0] >= span[1]:
        raise ValueError("expected a span that ends after it starts")
    return span


def _known_kind(kind: str) -> str:
    if kind not in TRACK_KINDS:
        raise ValueError(f"expected one of {', '.join(TRACK_KINDS)}")
    return kind


TrackKind = Annotated[str, AfterValidator(_known_kind)]
Number = Annotated[float, AfterValidator(_finite)]
# Far beyond any picture and any video, and within what float32 holds, this one exactly, and int64 in ticks.
FARTHEST = 2.0**100
LATEST = 9e8
Side = Annotated[Number, Field(ge=-FARTHEST, le=FARTHEST)]
Time = Annotated[Number, Field(ge=0, le=LATEST)]
# These may end long after any video: they are compared, never counted in ticks of a fixed size.
SpanEnd = Annotated[Number, Field(ge=0)]
TimeSpan = Annotated[tuple[SpanEnd, SpanEnd], AfterValidator(_forward)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Point(_Part):
    time: Time
    box: tuple[Side, Side, Side, Side]


class _Track(_Part):
    number: int
    kind: TrackKind
    label: Annotated[str, Field(max_length=LONGEST_LABEL)]
    hidden: bool
    score: Number
    boxes: Annotated[list[_Point], Field(min_length=1)]
    reason: Annotated[str, Field(max_length=1000)] = ""


class _Original(_Part):
    name: str
    sha256: str
    width: Annotated[int, Field(gt=0)]
    height: Annotated[int, Field(gt=0)]
    time_base: Annotated[str, Field(pattern=r"^[1-9]\d{0,9}/[1-9]\d{0,9}$")]
    frames: int
    duration: Time
    damage: str


class _Sound(_Part):
    mode: AudioMode
    spans: list[TimeSpan]
    pii: bool = False
    unclear: list[TimeSpan] = Field(default_factory=list)


class _Policy(_Part):
    hide: list[Kind]
    objects: list[str]
    text_pattern: str
    within: TimeSpan | None
    style: Style
    shape: Shape
    effort: Effort
    audio: _Sound
    keep_streams: list[StreamKind]


class _Model(_Part):
    name: str
    sha256: str


class _Document(_Part):
    plan: Literal[1]
    passerby: str
    original: _Original
    policy: _Policy
    models: list[_Model]
    tracks: list[_Track]


def dump(plan: Plan) -> str:
    """``plan`` as the text of a file."""
    original, policy = plan.original, plan.policy
    base = original.time_base
    document = _Document(
        plan=FORMAT,
        passerby=__version__,
        original=_Original(
            name=original.name,
            sha256=original.sha256,
            width=original.width,
            height=original.height,
            time_base=f"{base.tick.numerator}/{base.tick.denominator}",
            frames=original.frames,
            duration=_seconds(original.duration, base),
            damage=original.damage,
        ),
        policy=_policy_document(policy),
        models=[_Model(name=name, sha256=digest) for name, digest in plan.models],
        tracks=[_track_document(track, base) for track in plan.tracks],
    )
    return json.dumps(document.model_dump(mode="json"), indent=1, ensure_ascii=False) + "\n"


def _policy_document(policy: Policy) -> _Policy:
    return _Policy(
        hide=list(policy.hide),
        objects=list(policy.objects),
        text_pattern=policy.text_pattern,
        within=None if policy.seconds is None else (float(policy.seconds[0]), float(policy.seconds[1])),
        style=policy.style,
        shape=policy.shape,
        effort=policy.effort,
        audio=_Sound(
            mode=policy.audio.mode,
            spans=[(float(start), float(end)) for start, end in policy.audio.spans],
            pii=policy.audio.pii,
            unclear=[(float(start), float(end)) for start, end in policy.audio.unclear],
        ),
        keep_streams=list(policy.keep_streams),
    )


def _track_document(track: HiddenTrack, base: TimeBase) -> _Track:
    # A box with two decimals is as good: what is hidden are whole pixels around it.
    points = zip(track.times.tolist(), track.boxes.tolist(), strict=True)
    return _Track(
        number=track.number,
        kind=track.kind,
        label=track.label,
        hidden=track.hidden,
        score=round(track.score, 3),
        boxes=[_Point(time=_seconds(pts, base), box=tuple(round(side, 2) for side in box)) for pts, box in points],
        reason=track.reason,
    )


def _seconds(pts: int, base: TimeBase) -> float:
    """When a tick is; the one nearest to the latest time that can be read again may lie behind that."""
    return min(base.seconds(pts), LATEST)


def load(path: Path) -> Plan:
    """The plan in a file. Raises UsageError, naming what is wrong and where."""
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise UsageError(f"{path}: expected a plan that can be read, found: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: expected a plan that can be read, found no text ({error.reason})") from error
    return parse(text, str(path))


def parse(text: str, where: str) -> Plan:
    """The plan in the text of a file that is called ``where``. Raises UsageError."""
    try:
        document = _Document.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the document"
        raise UsageError(f"{where}: expected a plan of Passerby, found in {place}: {first['msg']}") from error
    numbers = Counter(track.number for track in document.tracks)
    if doubled := [number for number, count in numbers.items() if count > 1]:
        raise UsageError(f"{where}: expected a number of its own for each track, found {doubled[0]} more than once")
    if sum(len(track.boxes) for track in document.tracks) > MOST_BOXES:
        raise UsageError(f"{where}: expected at most {MOST_BOXES} boxes in all")
    tick = Fraction(document.original.time_base)
    base = TimeBase(tick)
    fields = document.original.model_dump(exclude={"time_base", "duration"})
    original = Original(**fields, time_base=base, duration=_pts(document.original.duration, base))
    tracks = tuple(_track(track, base, where) for track in document.tracks)
    return Plan(original, _policy(document.policy), tracks, tuple((m.name, m.sha256) for m in document.models))


def _pts(seconds: float, base: TimeBase) -> int:
    """The tick nearest to ``seconds``: exact for what ``TimeBase.seconds`` has made."""
    return round(Fraction(seconds) / base.tick)


def _exact(seconds: float) -> Fraction:
    """The decimal number that was written."""
    return Fraction(repr(seconds))


def _policy(part: _Policy) -> Policy:
    return Policy(
        hide=tuple(part.hide),
        objects=tuple(part.objects),
        text_pattern=part.text_pattern,
        seconds=None if part.within is None else (_exact(part.within[0]), _exact(part.within[1])),
        style=part.style,
        shape=part.shape,
        effort=part.effort,
        audio=Audio(
            part.audio.mode,
            tuple(sorted((_exact(start), _exact(end)) for start, end in part.audio.spans)),
            part.audio.pii,
            tuple(sorted((_exact(start), _exact(end)) for start, end in part.audio.unclear)),
        ),
        keep_streams=tuple(part.keep_streams),
    )


def _track(part: _Track, base: TimeBase, where: str) -> HiddenTrack:
    times = np.array([_pts(point.time, base) for point in part.boxes], np.int64)
    boxes = np.array([point.box for point in part.boxes], np.float32)
    if (np.diff(times) <= 0).any():
        raise UsageError(f"{where}: track {part.number}: expected times that rise from box to box")
    if (boxes[:, :2] >= boxes[:, 2:]).any():
        raise UsageError(f"{where}: track {part.number}: expected boxes left, top, right, bottom, found one inside out")
    return HiddenTrack(part.number, part.kind, part.label, part.hidden, part.score, times, boxes, part.reason)


def save(plan: Plan, path: Path) -> None:
    """Write ``plan`` to a file. Raises OutputError."""
    try:
        path.write_text(dump(plan), "utf-8")
    except OSError as error:
        raise OutputError(
            f"{path}: the plan cannot be written ({error.strerror}); check the folder and the disk"
        ) from error
