"""A copy of which the groups of pictures are as they were in which nothing is hidden (docs/decisions/0012)."""

from contextlib import ExitStack
from pathlib import Path

from passerby.errors import GopCopyError, OutputError
from passerby.media.gop.gops import Gops, plan_gops
from passerby.media.gop.splice import Splice
from passerby.media.write.containers import FileKind, kind_of_file
from passerby.media.write.other_streams import Companions, CoverChange, open_companions
from passerby.media.write.video import Output, notes_on, open_output
from passerby.progress import OnSeconds
from passerby.redact.make.hide_frame import FrameHider
from passerby.redact.make.rendered import Rendered, stream_selection
from passerby.redact.plan.hiding import Hiding
from passerby.redact.plan.plan import Plan


def splice_groups(
    source: Path, target: Path, plan: Plan, on_progress: OnSeconds, cover: CoverChange | None
) -> Rendered:
    """Write a copy of which only groups are encoded again in which something is hidden.

    Raises as ``render`` does, and GopCopyError where groups of pictures cannot be copied, or none would be.
    """
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
            with open_companions(source, gops.layout, output, stream_selection(plan.policy, cover)) as companions:
                _write_splice(output, splice, companions, plan, on_progress)
                if not companions.is_whole:
                    raise OutputError(f"{source}: parts of its sound or other streams cannot be read; drop them")
        splice.check(target)
        undo.pop_all()  # it is good, and stays
    copied = int((~dirty).sum())
    return Rendered(
        frames=gops.shown_count,
        hidden_frames=looking.hidden_frames,
        frames_of=looking.frames,
        edited=companions.changed,
        codec="H.264",
        copied_groups=copied,
        dropped=tuple(map(str, companions.dropped)),
        tags=companions.tags,
        notes=(
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
    if gops.shown_count != plan.original.frames:
        raise GopCopyError("its packets do not hold the frames that are shown")
