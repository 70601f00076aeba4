"""A redacted copy of a still image: looked at once, closely, and written without any metadata. It fails closed."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np

from passerby.errors import UsageError
from passerby.media.planes import Plane, Planes
from passerby.media.still import FORMATS, Still, read_still, write_still
from passerby.pipeline.content import Source
from passerby.pipeline.progress import Progress
from passerby.records import Pixels
from passerby.redact.choice import decided
from passerby.redact.credentials import check_signing, signed
from passerby.redact.effects import hide
from passerby.redact.looks import TURN, Looker, ModelSource, Schedule
from passerby.redact.output import check_target, publish, unfinished
from passerby.redact.plan import HiddenTrack, Original, Plan, whole_pixels
from passerby.redact.policy import Effort, Policy
from passerby.redact.run import OnProgress, Redacted, Request, redact_video
from passerby.redact.sightings import OTHER, RULES, Sighting, with_margins
from passerby.redact.view import Glance, View
from passerby.times import TimeBase

ENDINGS = frozenset(FORMATS)
# How faces are looked for: no detector finds both small and large ones in one picture. 4096 bounds a look's memory.
_TURNED = tuple(Glance(4096, angle) for angle in (-TURN, TURN))
_MIRRORED = tuple(Glance(side, mirrored=True) for side in (4096, 1280, 640))
GLANCES: dict[Effort, tuple[Glance, ...]] = {
    "fast": (Glance(1280), Glance(640)),
    "normal": (Glance(4096), Glance(640), *_TURNED),
    "careful": (Glance(4096), Glance(1280), Glance(640), *_TURNED, *_MIRRORED),
}
NO_FACES = np.zeros((0, 4), np.float32)


@dataclass(frozen=True, slots=True)
class RedactedStill:
    """A copy that was made. Its plan is not kept in a file; a track is one place in it."""

    request: Request
    plan: Plan
    metadata: tuple[str, ...]  # kinds of what was dropped
    original_bytes: int
    copy_sha256: str
    began: datetime  # UTC
    ended: datetime


def is_still(path: Path) -> bool:
    """Whether a path is that of a still image, by its ending."""
    return path.suffix.lower() in ENDINGS


def redact_file(request: Request, models: ModelSource, on_progress: OnProgress) -> Redacted | RedactedStill:
    """Make a copy of a video or a still image. Raises as ``redact_video`` and ``redact_still``."""
    redact = redact_still if is_still(request.source) else redact_video
    return redact(request, models, on_progress)


def redact_still(request: Request, models: ModelSource, on_progress: OnProgress) -> RedactedStill:
    """Make a redacted copy of a still image.

    Raises UsageError for what cannot be asked, MediaError for an original that cannot be read, MissingModelError,
    OutputError; after an error there is no file at the target that was not there before.
    """
    began = datetime.now(UTC)
    check_target(request.source, request.target, overwrite=request.overwrite)
    _check(request)
    if request.signing is not None:
        check_signing(request.signing, request.target)
    source = Source.read(request.source, lambda done: on_progress(Progress(request.source, "reading", done, None)))
    still = read_still(request.source)
    source.check_unchanged()
    on_progress(Progress(request.source, "looking", 0, None))
    plan = _plan(request, source.video_id, still, models)
    _hide(still.pixels, plan)
    with unfinished(request.target) as part:
        write_still(still.pixels, part)
        with signed(part, request.target, plan, request.signing) as whole:
            digest = hashlib.sha256(whole.read_bytes()).hexdigest()
            publish(whole, request.target)
    size = request.source.stat().st_size
    return RedactedStill(request, plan, still.metadata, size, digest, began, datetime.now(UTC))


def _plan(request: Request, sha256: str, still: Still, models: ModelSource) -> Plan:
    policy = request.policy
    height, width = still.pixels.shape[:2]
    original = Original(request.source.name, sha256, width, height, TimeBase(Fraction(1)), 1, 1, "")
    looker = Looker(policy, models, Schedule(1, 0, GLANCES[policy.effort], ()), text_reader=request.text_reader)
    view = View(lambda wide, high: _sized(still.pixels, wide, high), _luma(still.pixels), width, height)
    sure = [sighting for sighting in looker.look(view, None, NO_FACES) if _counts(sighting, policy)]
    tracks = [_track(number, sighting) for number, sighting in enumerate(sure, 1)]
    return Plan(original, policy, decided(original, policy, tracks), looker.models)


def _counts(sighting: Sighting, policy: Policy) -> bool:
    """Whether a sighting is enough: there are no others of the same thing, as in a video, to support a weak one."""
    rule = RULES[sighting.kind]
    if sighting.label == OTHER:
        return False
    return sighting.score >= (rule.weak_score if policy.effort == "careful" else rule.start_score)


def _track(number: int, sighting: Sighting) -> HiddenTrack:
    box = with_margins(sighting.kind, sighting.box[None])
    return HiddenTrack(number, sighting.kind, sighting.label, True, sighting.score, np.zeros(1, np.int64), box)


def _hide(pixels: Pixels, plan: Plan) -> None:
    """Hide what ``plan`` says in (h, w, 3) RGB."""
    boxes = [box for track in plan.hidden for box in track.boxes]
    regions = whole_pixels(boxes, plan.original.width, plan.original.height)
    channels = tuple(Plane(pixels[..., channel], 0, 0, 0, True) for channel in range(3))
    hide(Planes(channels, 8, True), regions, plan.policy.style, plan.policy.shape)


def _sized(pixels: Pixels, width: int, height: int) -> Pixels:
    if (height, width) == pixels.shape[:2]:
        return pixels
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def _luma(pixels: Pixels) -> Pixels:
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)


def _check(request: Request) -> None:
    target, policy = request.target, request.policy
    if not is_still(target):
        raise UsageError(f"{target}: expected the name of a still image, ending in one of {', '.join(FORMATS)}")
    of_videos = {
        "--plan": request.plan is not None,
        "--audit": request.audit,
        "--from and --to": policy.seconds is not None,
        "--draw": bool(policy.drawn),
        "--zone with a time": any(zone.seconds is not None for zone in policy.zones),
        "--show-track and --only-track": bool(policy.show_tracks or policy.only_tracks),
    }
    asked = [option for option, is_asked in of_videos.items() if is_asked]
    if asked:
        raise UsageError(f"{request.source}: expected a video for {asked[0]}, found a still image; leave it out")
