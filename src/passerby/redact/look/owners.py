"""Which track a sighting is of: the one whose expected place it overlaps best, one to one.

By the Hungarian method (Kuhn 1955).
"""

from collections.abc import Sequence

from passerby.geometry import grow, ious
from passerby.records import Floats
from passerby.redact.look.live_track import LiveTrack
from passerby.redact.look.motion import rows_of
from passerby.redact.look.sightings import RULES, Sighting

BUFFER = 0.25  # boxes are grown by this share of their sides before they are compared


def owners_now(sightings: Sequence[Sighting], tracks: Sequence[LiveTrack], now: int) -> list[LiveTrack | None]:
    """The track of each sighting in frame ``now``; None for one that begins a new track.

    A face that turns away while it moves is taken for what is behind it, and followed there: what is left over is seen
    again where it would be had it gone on.
    """
    owners = _owners(sightings, tracks, [track.expected(now) for track in tracks])
    rest = [track for track in tracks if not any(track is owner for owner in owners)]
    left = [row for row, owner in enumerate(owners) if owner is None]
    again = _owners([sightings[row] for row in left], rest, [track.on_its_way(now) for track in rest])
    for row, track in zip(left, again, strict=True):
        owners[row] = track
    return owners


def _owners(
    sightings: Sequence[Sighting], tracks: Sequence[LiveTrack], expected: Sequence[Floats]
) -> list[LiveTrack | None]:
    """The track of each sighting, by where all are expected; None for one that is at none of these places."""
    from scipy.optimize import linear_sum_assignment  # what looks for nothing does not wait for it

    owners: list[LiveTrack | None] = [None] * len(sightings)
    if sightings and tracks:
        overlaps = ious(_buffered(rows_of([sighting.box for sighting in sightings])), _buffered(rows_of(expected)))
        for row, column in zip(*linear_sum_assignment(-overlaps), strict=True):
            if overlaps[row, column] >= RULES[sightings[row].kind].least_iou:
                owners[row] = tracks[column]
    return owners


def _buffered(boxes: Floats) -> Floats:
    sides = BUFFER * (boxes[:, 2:] - boxes[:, :2])
    return grow(boxes, sides[:, 0], sides[:, 1])
