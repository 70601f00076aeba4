"""Boxes of found things made larger than usual, before they are chosen from: never smaller, or something would show."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from passerby.errors import UsageError
from passerby.redact.plan.kinds import KINDS, FoundKind
from passerby.redact.plan.plan import HiddenTrack
from passerby.wording import meant_instead

MOST = 4.0
Margins = Sequence[tuple[FoundKind, float]]
FOUND_KINDS: tuple[FoundKind, ...] = (*KINDS, "object")


def parse_margin(text: str) -> tuple[tuple[FoundKind, float], ...]:
    """``1.5`` for every kind, or ``faces=1.5`` for one.

    >>> parse_margin("faces=1.5")
    (('faces', 1.5),)

    Raises UsageError.
    """
    kind, is_named, factor = text.rpartition("=")
    kinds = [each for each in FOUND_KINDS if each == kind.strip()] if is_named else list(FOUND_KINDS)
    if not kinds:
        raise UsageError(f"--margin: no kind is called {kind.strip()!r}; {meant_instead(kind, FOUND_KINDS)}")
    try:
        times = float(factor)
    except ValueError:
        times = 0.0
    if not 1 <= times <= MOST:
        raise UsageError(
            f"--margin: expected a number from 1 to {MOST:g}, such as 1.5 or faces=1.5, found {text!r}; "
            "boxes never get smaller"
        )
    return tuple((each, times) for each in kinds)


def widened(tracks: Sequence[HiddenTrack], margins: Margins) -> tuple[HiddenTrack, ...]:
    """Tracks with the boxes of these kinds so many times as wide and as high, around the same middle."""
    factors: dict[str, float] = dict(margins)
    return tuple(_widened(track, factors.get(track.kind, 1.0)) for track in tracks)


def _widened(track: HiddenTrack, factor: float) -> HiddenTrack:
    if factor == 1:
        return track
    middle = (track.boxes[:, :2] + track.boxes[:, 2:]) / 2
    half = (track.boxes[:, 2:] - track.boxes[:, :2]) / 2 * factor
    return replace(track, boxes=np.concatenate([middle - half, middle + half], axis=1).astype(np.float32))
