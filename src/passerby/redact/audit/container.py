"""What is in a copy besides its film, and should not be: an audit fails by it.

What its plan keeps was asked for, and is no fault; without a plan nothing was. Over a span that is muted nothing may be
written that says what was said there, whether or not captions are kept.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from passerby.media.check.contents import CaptionSpan, Contents, contents_of, covers_of
from passerby.media.check.muted import heard_in_words
from passerby.media.check.unused import is_walked, unused_in
from passerby.media.read.leftovers import Leftovers
from passerby.records import Pixels
from passerby.redact.audit.face_search import FaceSearch
from passerby.redact.audit.structure import judge
from passerby.redact.plan.plan import Plan
from passerby.times import format_timecode
from passerby.wording import counted

_WORDS = {
    "covers": "a cover picture that nobody asked to keep",
    "subtitles": "subtitles that nobody asked to keep",
    "chapters": "chapters that nobody asked to keep",
    "data": "data that nobody asked to keep",
    "attachments": "attachments that nobody asked to keep",
}


def faults_besides(
    original: Path, copy: Path, plan: Plan | None, leftovers: Leftovers, look: FaceSearch
) -> Iterator[str]:
    """What is wrong with the sound, the streams and the container of a copy. Raises as ``probe`` does."""
    there, before = contents_of(copy), contents_of(original)
    yield from _streams(there, plan)
    yield from _sound(original, copy, there, before, plan)
    yield from _captions(there.captions, plan)
    if leftovers.tags:
        yield f"metadata is left in it: {', '.join(leftovers.tags)}"
    yield from there.private
    yield from unused_in(copy)
    if there.kinds.get("covers") and "covers" in _kept(plan):
        yield from _covers(original, copy, look)


def notes_besides(copy: Path, plan: Plan | None) -> Iterator[str]:
    """What was not looked at."""
    kept = [kind for kind in _kept(plan) if kind != "covers" and contents_of(copy).kinds.get(kind)]
    if kept:
        yield f"kept as asked, and not looked at but over muted sound: {', '.join(kept)}"
    if not is_walked(copy):
        yield f"nobody looked at whether anything lies in unused parts of the copy ({copy.suffix})"


def _kept(plan: Plan | None) -> tuple[str, ...]:
    return () if plan is None else plan.policy.keep_streams


def _streams(there: Contents, plan: Plan | None) -> Iterator[str]:
    films = there.kinds.get("video", 0)
    if films:
        yield f"{counted(films, 'further film')} in it, which nobody compared"
    for kind, words in _WORDS.items():
        if there.kinds.get(kind) and kind not in _kept(plan):
            yield f"it holds {words}"


def _sound(original: Path, copy: Path, there: Contents, before: Contents, plan: Plan | None) -> Iterator[str]:
    tracks = there.kinds.get("sound", 0)
    audio = None if plan is None else plan.policy.audio
    if audio is not None and audio.mode == "drop" and tracks:
        yield "it has sound, which was to be dropped"
        return
    if tracks > before.kinds.get("sound", 0):
        yield "it has sound that the original has not, and nobody compared"
    if audio is not None and audio.mode in ("mute", "bleep") and tracks:
        yield from heard_in_words(original, copy, audio.spans, "mute" if audio.mode == "mute" else "bleep")


def _captions(captions: tuple[CaptionSpan, ...], plan: Plan | None) -> Iterator[str]:
    if plan is None or plan.policy.audio.mode not in ("mute", "bleep"):
        return
    for what in ("subtitles", "chapters"):
        over = [
            max(caption.start, start)
            for caption in captions
            for start, end in plan.policy.audio.spans
            if caption.kind == what and caption.start < end and start < caption.end
        ]
        if over:
            first = format_timecode(float(min(over)))
            yield f"its {what} have words over {counted(len(over), 'span')} of muted sound, the first at {first}"


def _covers(original: Path, copy: Path, look: FaceSearch) -> Iterator[str]:
    before, after = covers_of(original), covers_of(copy)
    if len(before) != len(after) or any(map(_differs, before, after)):
        yield "its cover pictures are not those of the original, and nobody compared them"
        return
    shown = sum(_faces_shown(one, other, look) for one, other in zip(before, after, strict=True))
    if shown:
        yield f"{counted(shown, 'face')} in its cover pictures"


def _differs(one: Pixels, other: Pixels) -> bool:
    return one.shape != other.shape


def _faces_shown(before: Pixels, after: Pixels, look: FaceSearch) -> int:
    found = look.closely(before, mirrored=False)
    shown = np.array([judge(before, after, box).leaked for box in found.boxes], np.bool_)
    return int(shown.sum())
