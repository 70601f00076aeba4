"""A copy all frames of which are decoded and encoded again (docs/decisions/0011)."""

from pathlib import Path

from passerby.errors import OutputError
from passerby.media.read.frames import Frame, Reader, open_video
from passerby.media.read.prefetch import prefetch
from passerby.media.write.encoders import AS_USUAL, CodingWish
from passerby.media.write.other_streams import Companions, CoverChange, open_companions
from passerby.media.write.video import VideoTrack, open_output
from passerby.progress import OnSeconds
from passerby.redact.make.hide_frame import FrameHider
from passerby.redact.make.rendered import Rendered, stream_selection
from passerby.redact.plan.plan import Plan

_AHEAD = 4  # frames that are decoded before the encoder asks for them


def encode_all(
    source: Path,
    target: Path,
    plan: Plan,
    on_progress: OnSeconds,
    cover: CoverChange | None,
    coding: CodingWish = AS_USUAL,
) -> Rendered:
    """Write a copy of which each frame is encoded again. Raises as ``render`` does."""
    total = plan.original.time_base.seconds(plan.original.duration)
    with open_video(source) as reader, open_output(target, reader.layout) as output:
        track = VideoTrack(output, reader.layout, coding)
        hider = FrameHider(plan, reader.layout.placement, track.format, track.takes)
        with open_companions(source, reader.layout, output, stream_selection(plan.policy, cover)) as companions:
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
            frames=reader.frames,
            hidden_frames=hider.hidden_frames,
            frames_of=hider.frames_of,
            edited=companions.changed,
            codec=track.codec,
            copied_groups=0,
            dropped=tuple(map(str, companions.dropped)),
            tags=companions.tags,
            notes=(*track.notes, *companions.notes),
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
