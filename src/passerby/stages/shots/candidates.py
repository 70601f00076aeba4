"""The cheap detector: clear cuts, and the doubtful places that a network has to judge.

It looks at every frame as 9x16 averages. Three things are looked for:

- hard cuts: no frame just before looks like any frame just after, by far more than neighbours differ. The idea of
  comparing with the neighbourhood is that of PySceneDetect's AdaptiveDetector; comparing across the place in all
  pairs also drops flashes, after which the picture comes back.
- gradual transitions: over a span, the picture ends far from where it began and took the straight way (the sum of
  its steps is hardly more than the distance). In a dissolve or a wipe each pixel changes once, in one direction;
  when a camera or things move, pixels change to and fro. What is not clear by that alone is doubtful if the frames
  between are mixes of both ends (as Alattar, ISCAS 1993, models a dissolve).
- fades: frames without any structure, between unlike pictures.

A change of light keeps the structure of the picture (its luma correlates), and so is none of these. The numbers
below were set on made edits of clips and seeds other than those of the benchmark (benchmarks/shots.py says which).
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from passerby.records import Floats, Pixels
from passerby.stages.base import FRAME_HEIGHT, FRAME_WIDTH
from passerby.stages.shots.places import DARK, SAME_PLACE, structure_likeness
from passerby.tracking.ring import Ring

GRID = (16, 9)  # width, height of what is compared: averages of 3x3 of the 48x27 pixels, so that motion counts less
MEMORY = 128  # frames remembered; more than any look back from the newest frame below

NEIGHBOURS = 6  # frames on either side of a hard cut that are compared in all pairs; longer than a flash
CLEAR_RATIO = 2.5  # across the cut against the largest step beside it: clear from here
DOUBT_RATIO = 1.2  # doubtful from here; in the tuning edits and clips every hard cut has at least 1.5
CLEAR_STEP, DOUBT_STEP = 8.0, 5.0  # levels of 255, means over the picture
CLEAR_LIKENESS, DOUBT_LIKENESS = 0.9, 0.97  # correlation of luma before and after: less than this
CHANGED_LEVELS = 6.0  # a part of the picture has changed by more than this
CLEAR_CHANGED, DOUBT_CHANGED = 0.65, 0.35  # share of it, less dark bars: captions, menus and damage change less
RECENT, OFTEN = 24, 50  # frames: a jump is usual after two like it in the first, or three in the second
RARE_RATIO = 1.5  # across the cut against such a jump: rare from here. Cameras of few frames a second jump all the time
NEW_COLOURED = 0.45  # share of other colours (see below) that makes up for a usual jump

REACHES = (12, 24)  # frames over which the way of the picture is measured; half a second and a second
STRAIGHT = 0.5  # distance over way: doubtful from here
FAR = 15.0  # levels of 255
FARTHEST = 30.0  # beyond this a longer distance says nothing more; levels of 255
UNLIKE = 0.88  # correlation of luma at both ends: less than this
EVEN = 5.0  # the largest step against the mean one: less than this; a hard cut or a flash is one large step
LASTING = 5  # frames in a row at which such a way ends, at least; where something passes there are few
STRUCTURED, CLEAR_STRUCTURED = (
    4.0,
    6.0,
)  # deviation of luma at both ends: at least; a moving haze tells nothing
MIXED = 0.22  # what the best mix of both ends leaves of the frames between, against the distance: less than this
RECOLOURED = 0.15  # share of the picture that has other colours at the end than at the start, wherever they are
LEVELS = 4  # of each channel, for that
CLEAR_STRAIGHT, CLEAR_FAR, CLEAR_UNLIKE = 0.8, 19.0, 0.6
CLEAR_LASTING = 9
CLEAR_STRUCTURE = 0.25  # likeness of structure at both ends: less than this
CLEAR_STILL = 2.5  # distance across a clear gradual transition against what moves right before and after it
STILL_FRAMES = 4  # how long before and after is looked at for that
LONGEST_GROUP = 40  # and at most: then the place is judged, and the next begins

NOISE = 0.5  # of a good coding, levels of 255: keeps still pictures from having endless ratios
LUMA = np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R BT.601
HARD_DOUBT = 3  # frames of a doubtful hard cut
LONGEST_DOUBT = 24  # frames around the middle of the best way that the judge is asked about

FLAT = 1.0  # standard deviation of luma of a blank frame, which has no structure; levels of 255
VIVID = 3.5  # structure by which what is before and after a fade can be told apart
BLANK_FRAMES = 25  # vivid frames are seen within this before and after a fade; a longer blank is a shot of its own


@dataclass(frozen=True, slots=True)
class Cut:
    """A new shot clearly begins at frame ``frame``."""

    frame: int


@dataclass(frozen=True, slots=True)
class Doubt:
    """There may be a new shot that begins in ``start``..``stop``, exclusive."""

    start: int
    stop: int

    @property
    def is_gradual(self) -> bool:
        return self.stop - self.start > HARD_DOUBT

    @property
    def middle(self) -> int:
        return (self.start + self.stop) // 2


Candidate = Cut | Doubt


@dataclass(frozen=True, slots=True)
class _Way:
    """From frame ``start`` to frame ``stop`` the picture went far, and straight."""

    start: int
    stop: int
    distance: float
    straightness: float

    @property
    def score(self) -> float:
        return self.straightness * min(self.distance, FARTHEST)


@dataclass(slots=True)
class _Group:
    """Frames in a row at which such ways end."""

    first: int  # where the earliest of them starts
    opened: int
    last: int
    best: _Way
    mixed: _Way | None = None  # the best of those that look like a dissolve


@dataclass(slots=True)
class _Blank:
    """Frames in a row without structure."""

    start: int
    stop: int
    before: int | None  # the last vivid frame before it, if one is near

    @property
    def is_long(self) -> bool:
        return self.stop - self.start > BLANK_FRAMES


class CheapDetector:
    """Finds the clear and the doubtful places in a stream of frames, numbered from nought."""

    def __init__(self) -> None:
        cells = GRID[0] * GRID[1]
        self._views: Ring[np.float32] = Ring(MEMORY, (cells * 3,), np.float32)
        self._lumas: Ring[np.float32] = Ring(MEMORY, (cells,), np.float32)  # less their mean
        self._spreads: Ring[np.float32] = Ring(MEMORY, (), np.float32)  # standard deviations of the luma
        self._is_blank: Ring[np.bool_] = Ring(MEMORY, (), np.bool_)
        self._pictures: Ring[np.uint8] = Ring(MEMORY, (FRAME_HEIGHT, FRAME_WIDTH, 3), np.uint8)
        self._steps: Ring[np.float32] = Ring(MEMORY, (), np.float32)
        self._ways: Ring[np.float64] = Ring(MEMORY, (), np.float64)  # the sum of all steps so far
        self._last_cut = 0
        self._group: _Group | None = None
        self._blank: _Blank | None = None

    def push(self, picture: Pixels) -> list[Candidate]:
        """What became known with the next frame (27, 48, 3)."""
        self._look(picture)
        newest = self._views.count - 1
        return [*self._blanks(newest), *self._after(newest - NEIGHBOURS + 1)]

    def finish(self) -> list[Candidate]:
        """What is found at the end, where nothing follows any more."""
        newest = self._views.count - 1
        candidates: list[Candidate] = []
        for frame in range(max(newest - NEIGHBOURS + 2, 0), newest + 1):
            candidates += self._after(frame)
        return candidates + self._close_group()

    @property
    def settled(self) -> int:
        """The first frame at which a new shot may still be found."""
        oldest = self._views.count - NEIGHBOURS - max(REACHES)
        if self._group is not None:
            oldest = min(oldest, self._group.first)
        if self._blank is not None:
            undecided = self._blank.before is not None and not self._blank.is_long
            oldest = min(oldest, self._blank.start if undecided else self._blank.stop)
        return max(oldest, 0)

    def _look(self, picture: Pixels) -> None:
        small = np.asarray(cv2.resize(picture, GRID, interpolation=cv2.INTER_AREA), np.float32)
        luma = (small @ LUMA).ravel()
        mean = float(luma.mean())
        luma -= mean
        spread = float(np.sqrt(luma @ luma / luma.size))
        view = small.ravel()
        newest = self._views.count
        step = self._distance(view, self._views[newest - 1]) if newest else 0.0
        self._ways.put(step + (float(self._ways[newest - 1]) if newest else 0.0))
        self._steps.put(step)
        self._views.put(view)
        self._pictures.put(picture)
        self._lumas.put(luma)
        self._spreads.put(spread)
        self._is_blank.put(spread < FLAT)

    def _after(self, frame: int) -> list[Candidate]:
        if frame < 1:
            return []
        return [*self._hard(frame), *self._gradual(frame)]

    def _hard(self, frame: int) -> list[Candidate]:
        step = float(self._steps[frame])
        # Into a blank picture and out of it is for ``_blanks``; from one to another of other colours is a cut.
        if step < DOUBT_STEP or self._is_blank[frame - 1] != self._is_blank[frame]:
            return []
        start, stop = max(frame - NEIGHBOURS, self._last_cut), min(frame + NEIGHBOURS, self._views.count)
        beside = [*self._steps.stretch(start + 1, frame), *self._steps.stretch(frame + 1, stop)]
        inside = max(map(float, beside), default=0.0) + NOISE
        if step < DOUBT_RATIO * inside:
            return []
        pairs = self._views.stretch(start, frame)[:, None] - self._views.stretch(frame, stop)[None]
        across = float(np.abs(pairs).mean(axis=2).min())
        likeness, changed = self._likeness(frame - 1, frame), self._changed(frame)
        if across <= max(DOUBT_STEP, DOUBT_RATIO * inside) or likeness >= DOUBT_LIKENESS or changed < DOUBT_CHANGED:
            return []
        if self._structure(frame - 1, frame) > SAME_PLACE:
            return []
        if not self._is_rare(frame, across) and self._recoloured(frame - 1, frame) < NEW_COLOURED:
            return []
        is_far = across > max(CLEAR_STEP, CLEAR_RATIO * inside) and likeness < CLEAR_LIKENESS
        if is_far and changed > CLEAR_CHANGED:
            self._last_cut = frame
            return [Cut(frame)]
        return [Doubt(max(frame - 1, 1), frame - 1 + HARD_DOUBT)]  # the first frame is no new shot

    def _changed(self, frame: int) -> float:
        """The share of the picture that is other than before, of what is not dark in both."""
        before, after = (self._views[number].reshape(-1, 3) for number in (frame - 1, frame))
        light = np.maximum(before, after).max(axis=1) > DARK
        return float((np.abs(after - before).mean(axis=1) > CHANGED_LEVELS)[light].mean()) if light.any() else 0.0

    def _is_rare(self, frame: int, across: float) -> bool:
        """Whether the picture has not jumped so lately, or once: then there was another cut."""
        usual = max(self._jump(frame, RECENT, 2), self._jump(frame, OFTEN, 3))
        return across > RARE_RATIO * (usual + NOISE)

    def _jump(self, frame: int, frames: int, rank: int) -> float:
        """The largest step in the ``frames`` before ``frame``, or the second largest, or so on by ``rank``."""
        steps = np.sort(self._steps.stretch(max(frame - frames, 1), frame))
        return float(steps[-rank]) if len(steps) >= rank else 0.0

    def _recoloured(self, one: int, other: int) -> float:
        return float(np.abs(_colours(self._views[one]) - _colours(self._views[other])).sum() / 2)

    def _gradual(self, frame: int) -> list[Candidate]:
        candidates: list[Candidate] = []
        group = self._group
        if group is not None and (frame - group.last > STILL_FRAMES or frame - group.opened >= LONGEST_GROUP):
            candidates = self._close_group()
        for way in filter(None, (self._way(frame - reach, frame) for reach in REACHES)):
            if self._group is None:
                self._group = _Group(way.start, frame, frame, way)
            self._group.first = min(self._group.first, way.start)
            self._group.last = frame
            self._group.best = max(self._group.best, way, key=lambda way: way.score)
            mixed = self._group.mixed
            if (mixed is None or way.score > mixed.score) and self._is_mixed(way):
                self._group.mixed = way
        return candidates

    def _way(self, start: int, stop: int) -> _Way | None:
        if start < self._last_cut:
            return None
        way = float(self._ways[stop] - self._ways[start])
        if way < FAR:
            return None
        distance = self._distance(self._views[start], self._views[stop])
        straightness = distance / (way + NOISE)
        if distance < FAR or straightness < STRAIGHT or self._likeness(start, stop) > UNLIKE:
            return None
        steps = self._steps.stretch(start + 1, stop + 1)
        if steps.max() > EVEN * steps.mean() or self._is_blank.stretch(start, stop + 1).any():
            return None
        if min(self._spreads[start], self._spreads[stop]) < STRUCTURED:
            return None
        return _Way(start, stop, distance, straightness)

    def _close_group(self) -> list[Candidate]:
        group, self._group = self._group, None
        if group is None or group.last - group.opened + 1 < LASTING:
            return []
        way = group.best
        if way.start < self._last_cut <= way.stop:
            return []
        if group.last - group.opened + 1 < CLEAR_LASTING or not self._is_clear(way):
            if group.mixed is None:
                return []
            middle = (group.mixed.start + group.mixed.stop) // 2
            reach = LONGEST_DOUBT // 2
            return [Doubt(max(group.first + 1, middle - reach), min(group.last + 1, middle + reach))]
        views = self._views.stretch(way.start, way.stop + 1)
        nearer = np.abs(views - views[-1]).mean(axis=1) < np.abs(views - views[0]).mean(axis=1)
        self._last_cut = way.stop
        return [Cut(way.start + int(np.argmax(nearer)))]

    def _is_clear(self, way: _Way) -> bool:
        before = max(way.start - STILL_FRAMES, 0)
        after = min(way.stop + STILL_FRAMES, self._views.count - 1)
        beside = self._distance(self._views[before], self._views[way.start])
        beside += self._distance(self._views[way.stop], self._views[after])
        return (
            way.straightness > CLEAR_STRAIGHT
            and way.distance > max(CLEAR_FAR, CLEAR_STILL * (beside + 2 * NOISE))
            and self._likeness(way.start, way.stop) < CLEAR_UNLIKE
            and float(min(self._spreads[way.start], self._spreads[way.stop])) > CLEAR_STRUCTURED
            and self._structure(way.start, way.stop) < CLEAR_STRUCTURE
        )

    def _is_mixed(self, way: _Way) -> bool:
        """Whether the frames between are mixes of both ends, and these not the same things moved."""
        views = self._views.stretch(way.start, way.stop + 1)
        change = views[-1] - views[0]
        shares = (views - views[0]) @ change / (change @ change)
        left = np.abs(views - views[0] - shares[:, None] * change)[1:-1].mean()
        return bool(left < MIXED * way.distance and self._recoloured(way.start, way.stop) > RECOLOURED)

    def _blanks(self, frame: int) -> list[Candidate]:
        blank = self._blank
        if self._is_blank[frame]:
            if blank is None:
                vivid = self._vivid(max(frame - BLANK_FRAMES, 0), frame)
                self._blank = _Blank(frame, frame + 1, vivid[-1] if vivid else None)
                return []
            if between := self._vivid(blank.stop, frame):  # a strobe: what is dark in turns is no long blank
                self._blank = _Blank(frame, frame + 1, between[-1])
                return self._after_blank(blank, between)
            was_long = blank.is_long
            blank.stop = frame + 1
            begins_shot = blank.is_long and not was_long and blank.before is not None
            return [Cut(blank.start)] if begins_shot else []
        # A flash dies away over some frames, before which it is not known what comes after it.
        if blank is None or frame - blank.stop < NEIGHBOURS:
            return []
        after = self._vivid(blank.stop, frame)
        if after or frame - blank.stop >= BLANK_FRAMES:
            self._blank = None
        return self._after_blank(blank, after) if after else []

    def _vivid(self, start: int, stop: int) -> list[int]:
        return [start + int(n) for n in np.flatnonzero(self._spreads.stretch(start, stop) >= VIVID)]

    def _after_blank(self, blank: _Blank, after: list[int]) -> list[Candidate]:
        if blank.is_long:
            return [Cut(blank.stop)]
        if blank.before is None or max(self._likeness(blank.before, frame) for frame in after) > UNLIKE:
            return []
        if max(self._structure(blank.before, frame) for frame in after) > SAME_PLACE:
            return []
        return [Cut((blank.start + blank.stop) // 2)]

    def _likeness(self, one: int, other: int) -> float:
        """The correlation of the luma of two frames, which a change of light leaves as it is."""
        a, b = self._lumas[one], self._lumas[other]
        return float(a @ b / (np.sqrt((a @ a) * (b @ b)) + NOISE))

    def _structure(self, one: int, other: int) -> float:
        return structure_likeness(self._pictures[one], self._pictures[other])

    @staticmethod
    def _distance(a: Floats, b: Floats) -> float:
        return float(np.abs(a - b).mean())


def _colours(view: Floats) -> NDArray[np.float64]:
    """The share of a view that has each of LEVELS ** 3 colours."""
    levels = view.reshape(-1, 3).astype(np.intp) * LEVELS // 256
    codes = levels @ np.array([LEVELS**2, LEVELS, 1])
    return np.bincount(codes, minlength=LEVELS**3) / len(codes)
