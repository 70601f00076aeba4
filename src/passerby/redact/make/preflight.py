"""What of a request can be refused before the look, which takes hours for a long video: all that needs no look.

What only the frames can tell is refused as soon as it is seen (``first_pass.py``).
"""

import os
import shutil
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

from passerby.errors import OutputError, UsageError
from passerby.evidence.credentials import check_signing
from passerby.files.publish import LONGER_OF_A_RUN, UNFINISHED, called, check_target, nearest_folder
from passerby.media.read.extent import Extent, measure
from passerby.media.read.probe import Layout, look
from passerby.media.write.containers import kind_of_file
from passerby.media.write.encoders import AS_USUAL, CodingWish
from passerby.media.write.other_streams import StreamSelection, open_companions
from passerby.media.write.video import VideoTrack, open_output
from passerby.models.source import ModelSource
from passerby.redact.audit.face_search import FaceSearch
from passerby.redact.make.rendered import stream_selection
from passerby.redact.make.request import Request
from passerby.redact.make.shortfalls import EDITS
from passerby.redact.plan.bounds import check_places, check_span, check_start, check_times
from passerby.redact.plan.policy import Policy
from passerby.times import SecondsSpan, format_timecode

# Of a picture's pixels: about what the encoders make of usual footage, in bits. Of a thin original less is needed.
BITS_A_PIXEL = Fraction(1, 10)
USUAL_RATE = 25
LONGER = len(UNFINISHED) + 1  # bytes, than the name of the copy: what is written beside it


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What of an original does not come into a copy, in words."""

    streams: tuple[str, ...]
    tags: tuple[str, ...]  # names of metadata
    notes: tuple[str, ...]  # in what else the copy is not as the original


def check_paths(request: Request) -> None:
    """Raise UsageError for a copy, or a plan beside it, that may not be written, and for a signature it cannot have."""
    _check_name(request)
    check_target(request.source, request.target, overwrite=request.overwrite, makes_folders=request.makes_folders)
    kind_of_file(request.target)
    _check_plan_target(request)
    if request.signing is not None:
        check_signing(request.signing, request.target)


def _check_name(request: Request) -> None:
    """The longest names are those of the file that is written first, and of the plan."""
    folder = request.target.parent
    longer = LONGER + (LONGER_OF_A_RUN if request.run else 0)
    if folder.is_dir() and len(os.fsencode(request.target.name)) + longer > os.pathconf(folder, "PC_NAME_MAX"):
        raise UsageError(f"{request.target}: expected a shorter name, since the plan and others are called after it")


def _check_plan_target(request: Request) -> None:
    target = request.plan_target
    given = request.plan is not None and request.plan.exists() and target.exists() and request.plan.samefile(target)
    if target.is_dir():
        raise UsageError(f"{target}: expected to write the plan there, found a folder; move it away")
    if target.exists() and not request.overwrite and not given:
        raise UsageError(f"{target}: there is a plan already, perhaps edited; move it away, or use --overwrite")
    if target.exists() and not os.access(target, os.W_OK):
        raise UsageError(f"{target}: the plan may not be written; change its permissions")


def check_video(request: Request, models: ModelSource) -> LeftOut:
    """Raise for what cannot be asked of this video, or cannot be written; what the copy would not hold.

    UsageError for places and times that are not in it, OutputError for what the kind of file does not take and for a
    full disk, MissingModelError for an audit that cannot be made, MediaError for what is no video.
    """
    layout = check_asked(request)
    left_out = rehearse(request.source, request.target, layout, request.policy, request.coding)
    _check_room(request, layout)
    if request.audit:
        FaceSearch(models, layout.info.width, layout.info.height)
    return left_out


def check_asked(request: Request) -> Layout:
    """Raise UsageError for places and times that are not in the video, MediaError for what is no video."""
    layout = look(request.source)
    check_places(request.policy, layout.info.width, layout.info.height)
    if _has_times(request.policy):
        _check_times(request, layout, measure(request.source, layout))
    return layout


def _has_times(policy: Policy) -> bool:
    return bool(
        policy.audio.spans or policy.seconds or policy.drawn or any(zone.seconds is not None for zone in policy.zones)
    )


def _check_times(request: Request, layout: Layout, extent: Extent) -> None:
    """Where the packets tell how long the video is; exactly it is known when all frames were seen."""
    if extent.pictures is not None:
        check_times(request.policy, extent.pictures[1])
    if request.policy.audio.spans and request.policy.audio.mode in EDITS:
        _check_spans(request, layout, extent)


def _check_spans(request: Request, layout: Layout, extent: Extent) -> None:
    if not layout.info.has_audio:
        raise UsageError(f"{request.source}: expected sound to mute or bleep, found none; leave --audio out")
    ends = [stretch[1] for stretch in (extent.pictures, extent.sound) if stretch is not None]
    for span in request.policy.audio.spans:
        if ends and request.plan is None:
            check_span("--audio", "--audio", span, max(ends))
        elif ends:  # what was heard is muted with a margin, which may outlast the video
            check_start("--audio", span[0], max(ends))
        if extent.sound is not None and not _overlap(span, extent.sound):
            told = "-".join(format_timecode(float(edge)) for edge in span)
            raise UsageError(f"--audio {told}: expected sound there, found none; nothing would be muted")


def _overlap(one: SecondsSpan, other: SecondsSpan) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def rehearse(source: Path, target: Path, layout: Layout, policy: Policy, coding: CodingWish = AS_USUAL) -> LeftOut:
    """Begin a copy, as far as its header, somewhere else: it fails as the copy itself would, with the name of that.

    What the copy would not hold. Raises OutputError.
    """
    try:
        return _begin(source, target, layout, stream_selection(policy), coding)
    except OutputError as error:
        kind = _culprit(source, target, layout, stream_selection(policy))
        if kind is None and str(target) not in str(error):
            raise OutputError(f"{target}: {error}") from error
        if kind is None or "such a file" in str(error):
            raise
        raise OutputError(
            f"{target}: such a file does not take the {kind} of the original; leave out --keep {kind}, or name another "
            "kind of file"
        ) from error


def _begin(source: Path, target: Path, layout: Layout, what: StreamSelection, coding: CodingWish = AS_USUAL) -> LeftOut:
    with TemporaryDirectory() as folder:
        part = Path(folder, f"rehearsal{target.suffix}")
        with called(part, target), open_output(part, layout) as output:
            VideoTrack(output, layout, coding)
            with open_companions(source, layout, output, what) as companions:
                output.begin()
            return LeftOut(tuple(map(str, companions.dropped)), tuple(companions.tags), tuple(companions.notes))


def _culprit(source: Path, target: Path, layout: Layout, what: StreamSelection) -> str | None:
    """The kind of stream without which the copy could be begun, if it is one."""
    for kind in what.kinds:
        try:
            _begin(source, target, layout, replace(what, kinds=[other for other in what.kinds if other != kind]))
        except OutputError:
            continue
        return kind
    return None


def _check_room(request: Request, layout: Layout) -> None:
    info = layout.info
    size = request.source.stat().st_size
    if info.estimated_seconds:
        pictures = round(info.estimated_seconds * (info.frame_rate or USUAL_RATE))
        size = min(size, round(pictures * info.width * info.height * BITS_A_PIXEL / 8))
    needed = size * (1 if request.signing is None else 2)
    free = shutil.disk_usage(nearest_folder(request.target)).free
    if free < needed:
        raise OutputError(
            f"{request.target}: expected room for about {needed / 1e6:,.0f} MB, found {free / 1e6:,.0f} MB free; "
            "make room, or name another disk"
        )
