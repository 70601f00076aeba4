"""What the Content Credentials of a copy say: what is hidden, how and when, and what became of the rest."""

from collections.abc import Iterator, Sequence

from passerby.evidence.credentials import EDITED, METADATA_EDITED, Seconds, StatedEdit, Statement
from passerby.redact.plan.plan import HiddenTrack, Plan

MOST_SPANS = 100  # of one edit: those of a crowd are told as one, from the first to the last
_SOUND = {"drop": "sound left out", "mute": "sound muted", "bleep": "sound bleeped"}


def statement_of(plan: Plan, *, is_film: bool) -> Statement:
    """Of which original a copy is, by its hash, and what was done to it; where in the picture is not told."""
    return Statement(plan.original.sha256, tuple(_edits(plan, is_film=is_film)))


def _edits(plan: Plan, *, is_film: bool) -> Iterator[StatedEdit]:
    style, sound = plan.policy.style, plan.policy.audio
    if not plan.hidden:
        yield StatedEdit(EDITED, f"nothing hidden ({style})")
    for kind in sorted({track.kind for track in plan.hidden}):
        tracks = [track for track in plan.hidden if track.kind == kind]
        spans = _spans(plan, tracks) if is_film else ()
        told = f", in {len(spans)} stretches" if len(spans) > MOST_SPANS else ""
        few = ((spans[0][0], spans[-1][1]),) if told else spans
        yield StatedEdit(EDITED, f"{kind} hidden ({style}){told}", few)
    if is_film and sound.mode in _SOUND:
        yield StatedEdit(
            EDITED, _SOUND[sound.mode], _merged([(float(start), float(end)) for start, end in sound.spans])
        )
    yield StatedEdit(METADATA_EDITED, "metadata of the original left out")


def _spans(plan: Plan, tracks: Sequence[HiddenTrack]) -> tuple[Seconds, ...]:
    """When one of these tracks is hidden, in seconds."""
    base = plan.original.time_base
    first, last = plan.policy.seconds or (0, base.seconds(plan.original.duration))
    times = [(base.seconds(track.span.start), base.seconds(track.span.end)) for track in tracks]
    within = [(max(start, float(first)), min(end, float(last))) for start, end in times]
    return _merged([(start, end) for start, end in within if start < end])


def _merged(spans: Sequence[Seconds]) -> tuple[Seconds, ...]:
    """``spans`` in order, those that touch as one."""
    merged: list[Seconds] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return tuple(merged)
