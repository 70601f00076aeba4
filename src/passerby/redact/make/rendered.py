"""What a copy that was written holds, and what it was to hold besides its pictures."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from passerby.media.write.other_streams import CoverChange, StreamSelection
from passerby.redact.plan.policy import Accompaniment


@dataclass(frozen=True, slots=True, kw_only=True)
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


def stream_selection(accompaniment: Accompaniment, cover: CoverChange | None = None) -> StreamSelection:
    """What a copy is to hold besides its pictures."""
    audio = accompaniment.audio
    edit = audio.mode if audio.mode in ("mute", "bleep") else "none"
    return StreamSelection(audio.mode != "drop", edit, audio.spans, accompaniment.keep_streams, audio.pii, cover)
