"""A redacted copy of a still image: looked at once, closely, and written without any metadata. It fails closed."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

from passerby.errors import UsageError
from passerby.evidence.credentials import check_signing
from passerby.files.publish import check_target, unfinished
from passerby.media.read import heif
from passerby.media.still import ENDINGS, FORMATS, Still, read_still, write_still
from passerby.models.source import ModelSource
from passerby.progress import OnProgress, Progress
from passerby.redact.make.made_copy import MadeCopy, finish_copy, read_original
from passerby.redact.make.one_picture import hide_in_picture, look_at_picture
from passerby.redact.make.redacted_video import RedactedVideo, redact_video
from passerby.redact.make.request import Request
from passerby.redact.make.shortfalls import EDITS
from passerby.redact.plan.bounds import check_places
from passerby.redact.plan.margins import widened
from passerby.redact.plan.plan import Original, Plan
from passerby.redact.plan.policy import Accompaniment, Selection
from passerby.times import TimeBase
from passerby.wording import in_unicode

# What is asked of videos alone, by the fields of a policy and a request.
VIDEO_OPTIONS = {
    "audio": "--audio",
    "keep_streams": "--keep",
    "plan": "--plan",
    "audit": "--audit",
    "seconds": "--from and --to",
    "drawn": "--draw",
    "zones": "--zone with a time",
    "show_tracks": "--show-track and --only-track",
    "only_tracks": "--show-track and --only-track",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RedactedStill(MadeCopy):
    """A copy of a still image. Its plan is not kept in a file; a track is one place in it."""

    metadata: tuple[str, ...]  # kinds of what was dropped


def is_still(path: Path) -> bool:
    """Whether a path is that of a still image, by its ending; an animated AVIF is a film."""
    return path.suffix.lower() in ENDINGS and not (path.is_file() and heif.is_sequence(path))


def redact_file(request: Request, models: ModelSource, on_progress: OnProgress) -> RedactedVideo | RedactedStill:
    """Make a copy of a video or a still image. Raises as ``redact_video`` and ``redact_still``."""
    redact = redact_still if is_still(request.source) else redact_video
    return redact(request, models, on_progress)


def redact_still(request: Request, models: ModelSource, on_progress: OnProgress) -> RedactedStill:
    """Make a redacted copy of a still image.

    Raises UsageError for what cannot be asked, MediaError for an original that cannot be read, MissingModelError,
    OutputError; after an error there is no file at the target that was not there before.
    """
    began = datetime.now(UTC)
    _check(request)
    source = read_original(request, on_progress)
    still = _read(request)
    source.check_unchanged()
    on_progress(Progress(request.source, "looking", 0, None))
    plan = _plan(request, source.video_id, still, models)
    hide_in_picture(still.pixels, plan)
    with unfinished(request.target, request.run) as part:
        write_still(still.pixels, part)
        digest = finish_copy(part, request, plan, is_film=False)
    return RedactedStill(
        request=request,
        plan=plan,
        original_bytes=request.source.stat().st_size,
        copy_sha256=digest,
        began=began,
        ended=datetime.now(UTC),
        metadata=still.metadata,
    )


def check_still(request: Request) -> Still:
    """Raise as ``redact_still`` for what can be refused before the look; the image."""
    _check(request)
    return _read(request)


def _read(request: Request) -> Still:
    still = read_still(request.source)
    check_places(request.policy, still.pixels.shape[1], still.pixels.shape[0])
    return still


def _plan(request: Request, sha256: str, still: Still, models: ModelSource) -> Plan:
    height, width = still.pixels.shape[:2]
    original = Original(in_unicode(request.source.name), sha256, width, height, TimeBase(Fraction(1)), 1, 1, "")
    plan = look_at_picture(original, still.pixels, request.policy, models, request.text_reader)
    return replace(plan, tracks=widened(plan.tracks, request.margins))


def _check(request: Request) -> None:
    target, policy = request.target, request.policy
    check_target(request.source, target, overwrite=request.overwrite, makes_folders=request.makes_folders)
    if target.suffix.lower() not in FORMATS:
        raise UsageError(f"{target}: expected the name of a still image, ending in one of {', '.join(FORMATS)}")
    asked = policy.changed_in(Selection, Accompaniment)
    if policy.audio.mode not in EDITS:  # there is no sound to keep, nor to drop
        asked -= {"audio"}
    if all(zone.seconds is None for zone in policy.zones):
        asked -= {"zones"}
    asked |= {name for name in ("plan", "audit") if getattr(request, name)}
    for name, option in VIDEO_OPTIONS.items():
        if name in asked:
            raise UsageError(f"{request.source}: expected a video for {option}, found a still image; leave it out")
    if request.signing is not None:
        check_signing(request.signing, target)
