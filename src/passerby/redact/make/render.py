"""From a plan to the copy: what the plan hides is hidden in every frame, and nothing is looked for.

All frames are decoded and encoded again; or, where the original allows it, the groups of pictures alone in which
something is hidden (docs/decisions/0011 and 0012).
"""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from passerby.errors import GopCopyError, OutputError
from passerby.media.gop.gops import Gops, plan_gops
from passerby.media.gop.splice import Splice
from passerby.media.read.frames import Frame, Reader, open_video
from passerby.media.read.prefetch import prefetch
from passerby.media.write.containers import FileKind, kind_of_file
from passerby.media.write.other_streams import Companions, CoverChange, Wanted, open_companions
from passerby.media.write.video import Output, VideoTrack, notes_on, open_output
from passerby.progress import OnSeconds
from passerby.redact.make.hide_frame import FrameHider
from passerby.redact.plan.hiding import Hiding
from passerby.redact.plan.plan import Plan
from passerby.redact.plan.policy import Accompaniment

_AHEAD = 4  # frames that are decoded before the encoder asks for them


@dataclass(frozen=True, slots=True)
class Rendered:
    """A copy that was written."""

    frames: int
    hidden_frames: int  # in which something is hidden
    frames_of: Mapping[int, int]  # in how many each track is hidden, by its number; none for one that is in none
    edited: tuple[Fraction, ...]  # seconds of sound that were muted or bleeped, in each span that was to be
    codec: str
    copied_groups: int  # of pictures, in which nothing is hidden, that are as they were; 0: all was encoded again
    dropped: tuple[str, ...]  # what else the original holds and the copy does not: kinds of streams, in words
    tags: tuple[str, ...]  # names of the original's metadata; the copy has none of it
    notes: tuple[str, ...]  # in what else the copy is not as the original, for the user


def render(
    source: Path,
    target: Path,
    plan: Plan,
    on_progress: OnSeconds,
    *,
    allow_copy: bool = True,
    cover: CoverChange | None = None,
) -> Rendered:
    """Write the copy of ``source`` that ``plan`` asks for to ``target``; after an error there is no file there.

    ``allow_copy``: whether groups of pictures may be copied as they are. ``cover`` makes what is kept of cover
    pictures, of which a plan tells nothing; without it they are kept as they are. Raises UsageError for a target whose
    suffix stands for no kind of file, MediaError when the original cannot be read, OutputError when it is not what it
    was when the plan was made, or when the copy cannot be written.
    """
    why = ""
    if allow_copy and kind_of_file(target).encoders.get("h264"):
        try:
            return _spliced(source, target, plan, on_progress, cover)
        except GopCopyError as error:
            why = str(error)
    rendered = _encoded(source, target, plan, on_progress, cover)
    return replace(rendered, notes=(*rendered.notes, f"all of it is encoded again: {why}")) if why else rendered


def _encoded(source: Path, target: Path, plan: Plan, on_progress: OnSeconds, cover: CoverChange | None) -> Rendered:
    total = plan.original.time_base.seconds(plan.original.duration)
    with open_video(source) as reader, open_output(target, reader.layout) as output:
        track = VideoTrack(output, reader.layout)
        hider = FrameHider(plan, reader.layout.placement, track.format, track.takes)
        with open_companions(source, reader.layout, output, wanted(plan.policy, cover)) as companions:
            output.begin()
            frames = (item for item in reader.read() if isinstance(item, Frame))
            with prefetch(frames, _AHEAD) as ahead:
                for frame in ahead:
                    track.write(hider.picture(frame), frame.pts, frame.duration)
                    companions.write_until(frame.pts * reader.info.time_base.tick)
                    on_progress(reader.info.time_base.seconds(frame.pts + frame.duration), total)
            track.finish()
            companions.finish()
            _check(reader, companions, plan, source)
        return Rendered(
            reader.frames,
            hider.hidden_frames,
            hider.frames_of,
            companions.changed,
            track.codec,
            0,
            tuple(map(str, companions.dropped)),
            companions.tags,
            (*track.notes, *companions.notes),
        )


def _check(reader: Reader, companions: Companions, plan: Plan, source: Path) -> None:
    """See that what was read now is what was read for the plan."""
    original = plan.original
    if reader.damage != original.damage:
        raise OutputError(
            f"{source}: expected to read it as for the plan ({original.damage or 'undamaged'}), "
            f"found it otherwise ({reader.damage or 'undamaged'}); make a new plan"
        )
    if (reader.frames, reader.end) != (original.frames, original.duration):
        expected, found = (original.time_base.seconds(end) for end in (original.duration, reader.end))
        raise OutputError(
            f"{source}: expected {original.frames} frames up to {expected:.3f} s, as for the plan, "
            f"found {reader.frames} up to {found:.3f} s; make a new plan"
        )
    if not companions.is_whole and not original.damage:
        raise OutputError(f"{source}: parts of its sound or other streams cannot be read; drop them, or mend the file")


def _spliced(source: Path, target: Path, plan: Plan, on_progress: OnSeconds, cover: CoverChange | None) -> Rendered:
    """Raises GopCopyError where groups of pictures cannot be copied, or none would be."""
    gops, kind = plan_gops(source), kind_of_file(target)
    looking = Hiding(plan, gops.layout.placement)
    dirty = gops.dirty(lambda pts: len(looking.at(pts)) > 0)
    _check_copyable(gops, plan, kind)
    if dirty.all():
        raise GopCopyError("something is hidden in every group of its pictures")
    hider = FrameHider(plan, gops.layout.placement, gops.format)
    with ExitStack() as undo:
        undo.callback(target.unlink, missing_ok=True)
        with open_output(target, gops.layout) as output:
            splice = Splice(output, source, gops, dirty, hider.picture)
            with open_companions(source, gops.layout, output, wanted(plan.policy, cover)) as companions:
                _write_splice(output, splice, companions, plan, on_progress)
                if not companions.is_whole:
                    raise OutputError(f"{source}: parts of its sound or other streams cannot be read; drop them")
        splice.check(target)
        undo.pop_all()  # it is good, and stays
    copied = int((~dirty).sum())
    return Rendered(
        gops.shown,
        looking.hidden_frames,
        looking.frames,
        companions.changed,
        "H.264",
        copied,
        tuple(map(str, companions.dropped)),
        companions.tags,
        (
            f"{copied} of {gops.count} groups of pictures are copied as they are",
            *notes_on(kind, gops.layout),
            *companions.notes,
        ),
    )


def _write_splice(output: Output, splice: Splice, companions: Companions, plan: Plan, on_progress: OnSeconds) -> None:
    base, total = plan.original.time_base, plan.original.time_base.seconds(plan.original.duration)
    output.begin()
    for packet in splice.packets():
        output.mux([packet])
        at = packet.dts or 0
        companions.write_until(at * base.tick)
        on_progress(base.seconds(max(at, 0)), total)
    companions.finish()


def _check_copyable(gops: Gops, plan: Plan, kind: FileKind) -> None:
    if gops.layout.orientation.turned_then_mirrored and kind.is_matroska:
        raise GopCopyError("it is mirrored when it is played")
    if plan.original.damage:
        raise GopCopyError("parts of it are damaged")
    if gops.shown != plan.original.frames:
        raise GopCopyError("its packets do not hold the frames that are shown")


def wanted(accompaniment: Accompaniment, cover: CoverChange | None = None) -> Wanted:
    """What a copy is to hold besides its pictures."""
    audio = accompaniment.audio
    edit = audio.mode if audio.mode in ("mute", "bleep") else "none"
    return Wanted(audio.mode != "drop", edit, audio.spans, accompaniment.keep_streams, audio.pii, cover)
