"""Whether a copy is what was asked for, by what was done to its frames and samples."""

from pathlib import Path

from passerby.errors import OutputError
from passerby.redact.make.rendered import Rendered
from passerby.redact.plan.kinds import PLACED_KINDS
from passerby.redact.plan.plan import Plan

EDITS = ("mute", "bleep")  # ways to treat sound that act in spans


def check_done(source: Path, plan: Plan, rendered: Rendered) -> None:
    """Raise OutputError for a place of the user's that is hidden in no frame, and for no sound that is muted."""
    for track in plan.hidden:
        if track.kind in PLACED_KINDS and track.number not in rendered.frames_of:
            at = plan.original.time_base.seconds(track.span.start)
            raise OutputError(
                f"{source}: expected a frame in which track {track.number} ({track.kind}) is hidden, found none from "
                f"{at:.3f} s on; let it begin earlier or last longer"
            )
    audio = plan.policy.audio
    if audio.mode in EDITS and audio.spans and not any(rendered.edited):
        raise OutputError(f"{source}: expected sound in the spans that are to be muted, found none; leave --audio out")


def not_hidden(plan: Plan, rendered: Rendered) -> list[int]:
    """Numbers of tracks that were to be hidden and are in no frame of the copy."""
    return [track.number for track in plan.hidden if track.number not in rendered.frames_of]
