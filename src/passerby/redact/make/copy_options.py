"""What may be asked of a copy, by name: checked by a type checker, and again when it is asked."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypedDict, cast, get_args

from passerby.errors import UsageError
from passerby.evidence.credentials import Signing
from passerby.media.write.encoders import Codec, CodingWish, Quality
from passerby.redact.look.thresholds import parse_thresholds
from passerby.redact.plan.kinds import KINDS, Kind
from passerby.redact.plan.policy import (
    Audio,
    Drawn,
    Effort,
    KeptStream,
    Shape,
    Style,
    Zone,
    parse_audio,
    parse_drawn,
    parse_seconds,
    parse_zone,
)
from passerby.times import SecondsSpan
from passerby.wording import meant_instead


class PolicyChanges(TypedDict, total=False):
    """What is asked for that differs from the defaults of a policy, or from the plan that is given.

    Places, times and sound may be given as the command line takes them: ``"0,0,300,200@0:10-0:20"``.
    """

    hide: Sequence[Kind]
    objects: Sequence[str]  # labels of the detector of objects
    text_pattern: str  # with "text" in ``hide``: a regular expression, or "pii"
    zones: Sequence[Zone | str]
    drawn: Sequence[Drawn | str]
    seconds: SecondsSpan | str | None  # hide within these only
    show_tracks: Sequence[int]
    only_tracks: Sequence[int]
    style: Style
    shape: Shape
    effort: Effort
    thresholds: Sequence[str]  # ``0.25``, or of one kind ``faces=0.25``: how certain finds must be to be hidden
    audio: Audio | str
    keep_streams: Sequence[KeptStream]


class CopyOptions(PolicyChanges, total=False):
    """What else is asked of a copy."""

    preset: str  # a written policy, from which what else is asked for differs; "": the usual one
    join_tracks: bool  # of one passer-by, by place and time
    plan: Path | None  # one that was made before, and perhaps edited: then nothing is looked for
    overwrite: bool
    allow_truncated: bool  # take a damaged original as far as it can be read
    allow_copy: bool  # of groups of pictures in which nothing is hidden
    audit: bool  # look at the copy again; there is none that shows a face
    keep_leaky: bool  # keep a copy that fails the audit
    leave_doubtful: bool  # make no copy at whose plan a person should look first
    signing: Signing | None  # Content Credentials
    codec: Codec | None  # of the pictures; None: that of the original, where the kind of file takes it
    quality: Quality
    margins: Sequence[str]  # ``1.5``, or of one kind ``faces=1.5``: so many times as wide and as high as usual


def changes_in(options: CopyOptions) -> PolicyChanges:
    """Those options that are changes to a policy. Raises UsageError for an option that there is not."""
    known = sorted(CopyOptions.__annotations__)
    for name in options:
        if name not in known:
            raise UsageError(f"{name}: there is no such option; {meant_instead(name, known)}")
    changes = {name: value for name, value in options.items() if name in PolicyChanges.__annotations__}
    return cast(PolicyChanges, changes)  # a type checker does not follow names into a dictionary


def coding_in(options: CopyOptions) -> CodingWish:
    """What is asked of how pictures are coded. Raises UsageError for a value that cannot be."""
    codec, quality = options.get("codec"), options.get("quality", "usual")
    for name, value, allowed in (("codec", codec, (None, *get_args(Codec))), ("quality", quality, get_args(Quality))):
        if value not in allowed:
            raise UsageError(f"{name}: expected one of {', '.join(filter(None, allowed))}, found {value!r}")
    return CodingWish(codec, quality)


def fields_of(changes: PolicyChanges) -> dict[str, Any]:
    """The fields of a policy that are changed, as it holds them. Raises UsageError for a value that cannot be."""
    return {name: _read(name, value) for name, value in changes.items()}


def _read(name: str, value: object) -> Any:
    """What a policy holds under a name, of what was given for it."""
    if name in _CHOICES and value not in _CHOICES[name]:
        raise UsageError(f"{name}: expected one of {', '.join(_CHOICES[name])}, found {value!r}")
    if name in _SEVERAL:
        return _several(name, _listed(name, value), _SEVERAL[name])
    if name in _PARSED_EACH:
        return tuple(_parsed(name, _PARSED_EACH[name], each) for each in _listed(name, value))
    if name in _PARSED:
        return _parsed(name, _PARSED[name], value)
    if name == "thresholds":
        return parse_thresholds(_listed(name, value))
    return _listed(name, value) if name in _LISTED else value


def _listed(name: str, value: object) -> tuple[Any, ...]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise UsageError(f"{name}: expected a list, found {value!r}")
    return tuple(value)


def _several(name: str, given: tuple[str, ...], allowed: tuple[str, ...]) -> tuple[str, ...]:
    """Those that are given, in the order of those that are allowed."""
    for one in given:
        if one not in allowed:
            raise UsageError(f"{name}: expected some of {', '.join(allowed)}, found {one!r}")
    return tuple(one for one in allowed if one in given)


def _parsed(name: str, parse: Callable[[str], object], value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return parse(value)
    except UsageError as error:
        raise UsageError(f"{name}: {str(error).removeprefix('--audio: ')}") from error


_CHOICES: Mapping[str, tuple[str, ...]] = {
    "style": get_args(Style),
    "shape": get_args(Shape),
    "effort": get_args(Effort),
}
_SEVERAL: Mapping[str, tuple[str, ...]] = {"hide": KINDS, "keep_streams": get_args(KeptStream)}
_PARSED_EACH: Mapping[str, Callable[[str], object]] = {"zones": parse_zone, "drawn": parse_drawn}
_PARSED: Mapping[str, Callable[[str], object]] = {"audio": parse_audio, "seconds": parse_seconds}
_LISTED = frozenset({"objects", "show_tracks", "only_tracks"})
