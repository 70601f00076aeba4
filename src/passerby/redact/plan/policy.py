"""What a redacted copy is to hide, and how: the values that the command line's options become.

Times are seconds on the shown timeline, as exact fractions. Boxes are ``x1, y1, x2, y2`` in pixels of the upright
frame, x2 and y2 exclusive.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from itertools import pairwise
from typing import Any, Literal

from passerby.errors import UsageError
from passerby.records import PixelBox
from passerby.redact.plan.kinds import FoundKind, Kind
from passerby.times import SecondsSpan, merged_spans, parse_timecode

Style = Literal["solid", "pixelate", "blur"]
Shape = Literal["box", "round"]
Effort = Literal["fast", "normal", "careful"]
AudioMode = Literal["drop", "keep", "mute", "bleep"]
# Streams that are dropped unless they are asked for.
KeptStream = Literal["subtitles", "chapters", "data", "attachments", "covers"]

FOREVER = Fraction(9999 * 3600)  # longer than any video: up to its end, wherever that is
# Instead of a pattern or a span: what tells who somebody is or how to reach them, found in words by rules (pii.py).
PII = "pii"


@dataclass(frozen=True, slots=True)
class Zone:
    """A fixed place that is hidden, for all of the video or for a while."""

    box: PixelBox
    seconds: SecondsSpan | None = None


@dataclass(frozen=True, slots=True)
class Drawn:
    """A place that the user has drawn: where its box is at some times, between which it moves in a straight line."""

    points: tuple[tuple[Fraction, PixelBox], ...]  # seconds, rising, and boxes; at least one


@dataclass(frozen=True, slots=True)
class Audio:
    """What becomes of the sound."""

    mode: AudioMode = "drop"
    spans: tuple[SecondsSpan, ...] = ()  # what is muted or bleeped, sorted
    pii: bool = False  # and where it is said who somebody is or how to reach them
    unclear: tuple[SecondsSpan, ...] = ()  # of the spans, where somebody speaks and nobody understood what is said


@dataclass(frozen=True, kw_only=True)
class Subjects:
    """What is looked for, and how closely. To change it one has to look again."""

    hide: tuple[Kind, ...] = ("faces",)
    objects: tuple[str, ...] = ()  # labels of the detector of objects that are hidden too
    text_pattern: str = ""  # a regular expression: text that matches it anywhere is hidden; or PII; empty: all text
    effort: Effort = "normal"
    thresholds: tuple[tuple[FoundKind, float], ...] = ()  # least scores from which finds of a kind are hidden, too


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Which of all that was found is hidden, and what besides: places and times of one video."""

    zones: tuple[Zone, ...] = ()
    drawn: tuple[Drawn, ...] = ()
    seconds: SecondsSpan | None = None  # hide within these only; None: all the time
    show_tracks: tuple[int, ...] = ()  # numbers of tracks that stay visible
    only_tracks: tuple[int, ...] = ()  # if there are any, these alone are hidden


@dataclass(frozen=True, kw_only=True)
class Finish:
    """How places are hidden in a picture."""

    style: Style = "solid"
    shape: Shape = "box"


@dataclass(frozen=True, kw_only=True)
class Accompaniment:
    """What becomes of all that a video holds besides its pictures."""

    audio: Audio = Audio()
    keep_streams: tuple[KeptStream, ...] = ()


PolicyPart = Subjects | Selection | Finish | Accompaniment


@dataclass(frozen=True, kw_only=True)
class Policy(Subjects, Selection, Finish, Accompaniment):
    """What to look for and hide, and how the copy is made: whoever needs a part of it asks for that part."""

    def without(self, *parts: type[PolicyPart]) -> "Policy":
        """This policy with nothing asked for in these parts: for what is one picture, and no video."""
        usual: dict[str, Any] = {field.name: field.default for part in parts for field in fields(part)}
        return replace(self, **usual)

    def changed_in(self, *parts: type[PolicyPart]) -> set[str]:
        """The names of the fields of these parts that ask for something."""
        return {field.name for part in parts for field in fields(part) if getattr(self, field.name) != field.default}


def names_in(part: type[PolicyPart]) -> frozenset[str]:
    """What the fields of a part of a policy are called."""
    return frozenset(field.name for field in fields(part))


def parse_seconds(text: str) -> SecondsSpan:
    """``START-END``, each as ``parse_timecode`` reads it.

    >>> parse_seconds("0:10-0:12.5")
    (Fraction(10, 1), Fraction(25, 2))

    Raises UsageError.
    """
    start, dash, end = text.partition("-")
    if not dash:
        raise UsageError(f"expected a span such as 0:10-0:12.5, found {text!r}")
    try:
        seconds = parse_timecode(start), parse_timecode(end)
    except ValueError as error:
        raise UsageError(f"{text}: {error}") from error
    if seconds[0] >= seconds[1]:
        raise UsageError(f"{text}: expected a span that ends after it starts")
    return seconds


def parse_until(start: str | None, end: str | None) -> SecondsSpan:
    """From one time up to another; from the start, or up to ``FOREVER``, where there is none. Raises UsageError."""
    since = _time("--from", "0" if start is None else start)
    until = FOREVER if end is None else _time("--to", end)
    if since >= until:
        raise UsageError(f"--to: expected a time after --from ({start or '0'}): a span that ends after it starts")
    return since, until


def _time(option: str, text: str) -> Fraction:
    try:
        return parse_timecode(text)
    except ValueError as error:
        raise UsageError(f"{option}: {error}") from error


def parse_audio(text: str) -> Audio:
    """``drop``, ``keep``, ``mute=SPANS`` or ``bleep=SPANS``, spans with commas between; ``pii`` may be one of them.

    >>> parse_audio("mute=5-6,1-2").spans[0]
    (Fraction(1, 1), Fraction(2, 1))
    >>> parse_audio("bleep=pii").pii
    True

    Raises UsageError.
    """
    mode, _, spans = text.partition("=")
    match mode:
        case "drop" | "keep" if not spans:
            return Audio(mode)
        case "mute" | "bleep" if spans:
            names = [name.strip() for name in spans.split(",")]
            return Audio(mode, merged_spans(parse_seconds(name) for name in names if name != PII), PII in names)
    raise UsageError(
        "--audio: expected drop, keep, or mute= or bleep= and spans such as mute=0:10-0:12,1:00-1:01.5 or mute=pii, "
        f"found {text!r}"
    )


def parse_audios(texts: Sequence[str]) -> Audio:
    """All that was asked of the sound: spans add up, and ways that differ are refused.

    >>> len(parse_audios(["mute=1-2", "mute=5-6"]).spans)
    2

    Raises UsageError.
    """
    asked = list(map(parse_audio, texts))
    modes = sorted({audio.mode for audio in asked})
    if len(modes) > 1:
        raise UsageError(f"--audio: expected one way to treat the sound, found {' and '.join(modes)}; choose one")
    spans = merged_spans(span for audio in asked for span in audio.spans)
    return Audio(modes[0], spans, any(audio.pii for audio in asked))


def parse_zone(text: str) -> Zone:
    """``X1,Y1,X2,Y2``, in pixels, with ``@START-END`` behind it for a while only.

    >>> parse_zone("0,0,300,200@0:10-0:20").box
    (0, 0, 300, 200)

    Raises UsageError.
    """
    place, at, while_ = text.partition("@")
    return Zone(parse_box(place), parse_seconds(while_) if at else None)


def parse_drawn(text: str) -> Drawn:
    """``TIME=BOX`` for one time or more, with semicolons between.

    >>> parse_drawn("0:10=0,0,50,50; 0:12=90,0,140,50").points[1]
    (Fraction(12, 1), (90, 0, 140, 50))

    Raises UsageError.
    """
    points = []
    for part in text.split(";"):
        time, _, box = part.partition("=")
        try:
            points.append((parse_timecode(time), parse_box(box)))
        except ValueError as error:
            raise UsageError(
                f"{part.strip() or text!r}: expected a time and a box, as in 0:10=0,0,5,5: {error}"
            ) from error
    if any(one[0] >= other[0] for one, other in pairwise(points)):
        raise UsageError(f"{text}: expected times that rise")
    return Drawn(tuple(points))


def parse_box(text: str) -> PixelBox:
    """``X1,Y1,X2,Y2`` in pixels, the last two exclusive. Raises UsageError."""
    if not re.fullmatch(r"\s*[0-9]{1,9}(\s*,\s*[0-9]{1,9}){3}\s*", text):
        raise UsageError(f"expected a box such as 0,0,300,200 (left, top, right, bottom in pixels), found {text!r}")
    x1, y1, x2, y2 = map(int, text.split(","))
    if x1 >= x2 or y1 >= y2:
        raise UsageError(f"{text}: expected a box whose right is beyond its left and whose bottom is below its top")
    return x1, y1, x2, y2
