"""What is hidden of all that was found, and what besides: tracks by their numbers, zones, what the user has drawn."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np

from passerby.errors import UsageError
from passerby.records import PixelBox
from passerby.redact.plan.bounds import check_places, check_times
from passerby.redact.plan.plan import HiddenTrack, Original
from passerby.redact.plan.policy import Selection
from passerby.times import SecondsSpan, format_timecode


def decided(original: Original, selection: Selection, found: Sequence[HiddenTrack]) -> tuple[HiddenTrack, ...]:
    """``found``, hidden or not as ``selection`` says, and behind them its zones and drawings.

    Raises UsageError for numbers of no track, and for times and places that are not in the video.
    """
    check_places(selection, original.width, original.height)
    check_times(selection, original.duration * original.time_base.tick)
    chosen = _chosen(selection, found)
    number = len(found)
    drawn = [_zone(original, zone.box, zone.seconds) for zone in selection.zones]
    drawn += [_drawing(original, drawing.points) for drawing in selection.drawn]
    return (*chosen, *(replace(track, number=number + place) for place, track in enumerate(drawn, 1)))


def _chosen(selection: Selection, found: Sequence[HiddenTrack]) -> list[HiddenTrack]:
    numbers = {track.number for track in found}
    unknown = sorted({*selection.show_tracks, *selection.only_tracks} - numbers)
    if unknown:
        listed = f"1 to {len(numbers)}" if numbers else "none at all"
        raise UsageError(f"track {unknown[0]}: expected the number of a track, found tracks {listed}; see --tracks")
    only = set(selection.only_tracks) or numbers
    return [
        replace(track, hidden=track.hidden and track.number in only - set(selection.show_tracks)) for track in found
    ]


def _zone(original: Original, box: PixelBox, seconds: SecondsSpan | None) -> HiddenTrack:
    base, first, last = original.time_base, 0, original.duration - 1
    if seconds is not None:
        first, last = base.ticks(seconds[0]), min(base.ticks(seconds[1]) - 1, last)
    times = np.array(sorted({first, max(first, last)}), np.int64)
    return HiddenTrack(0, "zone", "", True, 1.0, times, np.array([box] * len(times), np.float32))


def _drawing(original: Original, points: Sequence[tuple[Fraction, PixelBox]]) -> HiddenTrack:
    times = np.array([original.time_base.pts_at(seconds) for seconds, _ in points], np.int64)
    for place in np.flatnonzero(np.diff(times) == 0).tolist():
        told = format_timecode(float(points[place + 1][0]))
        raise UsageError(f"drawing {told}: expected times of different frames, found two boxes for one")
    return HiddenTrack(0, "drawn", "", True, 1.0, times, np.array([box for _, box in points], np.float32))
