"""Tracks that are one passer-by, by where they are and when. Nothing here knows what a picture looks like.

A track breaks where somebody is not seen for a moment: behind a post, with the head turned. What goes on soon after it
and near to it is taken for the same one, if nothing else is near; what goes on beside it, in the same place, too. Where
tracks are joined, the place between them is hidden as well: a joined track never hides less than its parts.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from passerby.errors import UsageError
from passerby.records import Floats
from passerby.redact.plan.kinds import PLACED_KINDS
from passerby.redact.plan.plan import HiddenTrack, box_at
from passerby.times import TimeBase

GAP_SECONDS = 1.0  # for which somebody is not seen, at most, for tracks to be joined without being asked for by number
# And at most so many where they are: beyond, a box in a straight line hides what has nothing to do with them.
LONGEST_GAP_SECONDS = 10.0
REACH = 0.75  # of the size of a box: how far the next one may begin from where the one before ended
SPEED = 1.5  # sizes of a box a second, which add to that for the time of the gap
GROWTH = 1.6  # how much larger or smaller the next one may be
OVERLAP = 0.5  # share of two boxes' union that is in both, for tracks at the same time to be one


def one_passer_by(tracks: Iterable[HiddenTrack], base: TimeBase, cuts: Sequence[int] = ()) -> list[tuple[int, ...]]:
    """The numbers of tracks that are one passer-by each, by time; only such of two tracks and more.

    ``cuts`` are the times (pts, rising) at which shots begin: nobody is followed over one. Tracks that people have
    drawn stay by themselves, and so does what is shown beside what is hidden.
    """
    found = sorted(
        (track for track in tracks if track.kind not in PLACED_KINDS), key=lambda each: (each.span.start, each.number)
    )
    followers = {track.number: _followers(found, place, base, cuts) for place, track in enumerate(found)}
    claims = Counter(number for near in followers.values() for number in near)
    # Where two may be it, who it is cannot be told by the place; and it is not told by looks.
    after = {number: near[0] for number, near in followers.items() if len(near) == 1 and claims[near[0]] == 1}
    firsts = after.keys() - set(after.values())
    return [_chain(track.number, after) for track in found if track.number in firsts]


def _chain(number: int, after: Mapping[int, int]) -> tuple[int, ...]:
    numbers = [number]
    while numbers[-1] in after:
        numbers.append(after[numbers[-1]])
    return tuple(numbers)


def joined(tracks: Sequence[HiddenTrack], base: TimeBase) -> HiddenTrack:
    """One track in the place of several: it has the least of their numbers, and hides all that they hide, and between.

    It is hidden if one of them is. Raises UsageError for tracks of several kinds, and for such far apart in time.
    """
    kinds = sorted({track.kind for track in tracks})
    if len(tracks) < 2 or len(kinds) > 1:
        raise UsageError(f"expected two tracks of one kind or more to be joined, found {' and '.join(kinds) or 'none'}")
    ordered = sorted(tracks, key=lambda track: track.span.start)
    end = ordered[0].span.end
    for track in ordered[1:]:
        gap = base.seconds(track.span.start - end)
        if gap > LONGEST_GAP_SECONDS:
            raise UsageError(
                f"track {track.number} begins {gap:.1f} s after the others end; expected tracks that are at most "
                f"{LONGEST_GAP_SECONDS:g} s apart, since the place between them is hidden too"
            )
        end = max(end, track.span.end)
    times = np.unique(np.concatenate([track.times for track in tracks]))
    boxes = np.array([_union([box_at(track, pts) for track in tracks if _has(track, pts)]) for pts in times.tolist()])
    first = min(tracks, key=lambda track: track.number)
    return replace(
        first,
        hidden=any(track.hidden for track in tracks),
        score=max(track.score for track in tracks),
        times=times,
        boxes=boxes.astype(np.float32),
        reason=next((track.reason for track in ordered if track.reason), ""),
    )


def join_all(tracks: Sequence[HiddenTrack], base: TimeBase, cuts: Sequence[int] = ()) -> tuple[HiddenTrack, ...]:
    """The tracks with those joined that are one passer-by, numbered anew from 1 in the order of their starts."""
    known = {track.number: track for track in tracks}
    for numbers in one_passer_by(tracks, base, cuts):
        whole = joined([known.pop(number) for number in numbers], base)
        known[whole.number] = whole
    ordered = sorted(known.values(), key=lambda track: track.span.start)
    return tuple(replace(track, number=number) for number, track in enumerate(ordered, 1))


def _followers(found: Sequence[HiddenTrack], place: int, base: TimeBase, cuts: Sequence[int]) -> list[int]:
    """The numbers of tracks that may go on where one ends, or are in its place beside it; ``found`` is by start."""
    track = found[place]
    latest = track.span.end + base.pts_at(GAP_SECONDS)
    near = []
    for other in found[place + 1 :]:
        if other.span.start > latest or _is_cut(track.span.end, other.span.start, cuts):
            break
        if other.kind == track.kind and other.hidden == track.hidden and _is_near(track, other, base):
            near.append(other.number)
    return near


def _is_cut(end: int, start: int, cuts: Sequence[int]) -> bool:
    """Whether a shot begins between the end of a track and the start of another."""
    return bisect_left(cuts, end) < bisect_right(cuts, start)


def _is_near(track: HiddenTrack, other: HiddenTrack, base: TimeBase) -> bool:
    if other.span.start < track.span.end:
        return _share_in_both(track, other) >= OVERLAP
    gap = base.seconds(other.span.start - track.span.end)
    last, first = track.boxes[-1], other.boxes[0]
    sizes = [float(np.sqrt((box[2] - box[0]) * (box[3] - box[1]))) for box in (last, first)]
    way = float(np.hypot(*((first[:2] + first[2:]) / 2 - (last[:2] + last[2:]) / 2)))
    return max(sizes) <= GROWTH * min(sizes) and way <= (REACH + SPEED * gap) * sum(sizes) / 2


def _share_in_both(track: HiddenTrack, other: HiddenTrack) -> float:
    """Of the union of two tracks' boxes what is in both, at the least, while both are there."""
    start, end = max(track.times[0], other.times[0]), min(track.times[-1], other.times[-1])
    times = np.unique(np.concatenate([track.times, other.times]))
    shared = [_iou(box_at(track, pts), box_at(other, pts)) for pts in times.tolist() if start <= pts <= end]
    return min(shared, default=0.0)


def _iou(one: Floats, other: Floats) -> float:
    sides = np.minimum(one[2:], other[2:]) - np.maximum(one[:2], other[:2])
    both = float(np.prod(np.maximum(sides, 0)))
    areas = float(np.prod(one[2:] - one[:2])) + float(np.prod(other[2:] - other[:2]))
    return both / (areas - both)


def _has(track: HiddenTrack, pts: int) -> bool:
    return bool(track.times[0] <= pts <= track.times[-1])


def _union(boxes: Sequence[Floats]) -> Floats:
    rows = np.array(boxes)
    return np.concatenate([rows[:, :2].min(axis=0), rows[:, 2:].max(axis=0)])
