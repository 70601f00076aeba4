"""Technical cues in the picture: black, freeze, colour bars, fades.

Each watcher takes every frame with its pts and gives the cues that ended; a cue lasts from the pts of its first
frame to the pts of the first frame that it does not hold for.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from passerby.records import Cue, CueKind, Floats, Pixels
from passerby.times import Span, TimeBase

# Black as in Amazon Rekognition's BlackFrame filter: a share of the frame's pixels (MinCoveragePercentage, 99) is
# darker than a share of the luma range. Its MaxPixelThreshold of 0.2 calls footage of the night black; 0.1 is that of
# FFmpeg's blackdetect (pix_th).
BLACK_LUMA = 0.1 * 255
BLACK_COVERAGE = 0.99
BLACK_FRAMES = 2

# FFmpeg's freezedetect: -60 dB of full scale as the mean difference, two seconds. Single pixels may differ by more:
# measured on real clips frozen for 100 frames and coded as H.264 at crf 20 to 36, 0.2 in the mean and 12 in one pixel.
FREEZE_MEAN = 0.001 * 255
FREEZE_PIXEL = 12
FREEZE_SECONDS = 2

BARS_SECONDS = 0.5
# Left to right in SMPTE ECR 1-1978, EBU Tech 3325 and SMPTE RP 219: which of red, green and blue are lit.
BARS = np.array([(1, 1, 1), (1, 1, 0), (0, 1, 1), (0, 1, 0), (1, 0, 1), (1, 0, 0), (0, 0, 1), (0, 0, 0)], np.bool_)
# How many bars, and the part of the width that they take: SMPTE has seven, EBU eight (the last is black), and the
# wide form of SMPTE (RP 219) grey at both sides.
BAR_LAYOUTS = ((7, 0.0, 1.0), (8, 0.0, 1.0), (7, 1 / 8, 7 / 8))
BAR_ROWS = slice(2, 13)  # of 27: the upper half, which is bars in all of them
BAR_LIT, BAR_DARK = 100, 60  # levels: a lit channel of 75 % bars is at 191, in 16..235 too
BAR_UNEVEN = 8.0  # standard deviation down a column, levels

FLAT = 3.0  # standard deviation of luma below which a frame has no structure, levels
FADE_BLACK, FADE_WHITE = 32.0, 223.0  # mean luma of what a fade leads to or comes from
FADE_STEP = 0.3  # by how much the spread of luma changes over two frames, at least
FADE_FRAMES = 4  # fewer are a cut to black
FADE_SAME = 0.7  # correlation of luma with the first picture: it fades, and does not change
FADE_LONGEST = 100  # frames


@dataclass(frozen=True, slots=True)
class FrameSummary:
    """What the watchers need to know of a frame."""

    pts: int
    picture: Pixels  # (27, 48, 3)
    luma: Floats  # (27, 48)
    mean: float
    spread: float

    @staticmethod
    def at(pts: int, picture: Pixels) -> "FrameSummary":
        luma = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
        mean, spread = cv2.meanStdDev(luma)
        return FrameSummary(pts, picture, np.asarray(luma, np.float32), mean.item(), spread.item())

    @property
    def is_flat(self) -> bool:
        return self.spread < FLAT


def is_black(look: FrameSummary) -> bool:
    return look.mean < 2 * BLACK_LUMA and float((look.luma <= BLACK_LUMA).mean()) >= BLACK_COVERAGE


def is_bars(picture: Pixels) -> bool:
    """Whether the upper half of the picture is colour bars."""
    # One column tells most pictures from bars, and costs little.
    if picture[BAR_ROWS, 24].astype(np.float32).std(axis=0).max() > BAR_UNEVEN:
        return False
    rows = picture[BAR_ROWS].astype(np.float32)
    return any(_has_bars(rows, *layout) for layout in BAR_LAYOUTS)


def _has_bars(rows: Floats, count: int, left: float, right: float) -> bool:
    width = rows.shape[1]
    middles = (left + (right - left) * (np.arange(count) + 0.5) / count) * width
    bars = rows[:, middles.astype(int)]
    means = bars.mean(axis=0)
    lit = BARS[:count]
    is_lit = (means[lit] >= BAR_LIT).all() and (means[~lit] <= BAR_DARK).all()
    return bool(is_lit and (bars.std(axis=0) <= BAR_UNEVEN).all())


class Stretch:
    """Frames in a row for which something holds, as a cue if they are enough."""

    def __init__(self, kind: CueKind, *, frames: int = 1, ticks: int = 1) -> None:
        self._kind: CueKind = kind
        self._frames, self._ticks = frames, ticks
        self._start: int | None = None
        self._count = 0

    def push(self, pts: int, holds: bool) -> list[Cue]:
        if holds:
            self._start = pts if self._start is None else self._start
            self._count += 1
            return []
        return self.finish(pts)

    def finish(self, end: int) -> list[Cue]:
        start, count = self._start, self._count
        self._start, self._count = None, 0
        if start is None or count < self._frames or end - start < self._ticks:
            return []
        return [Cue(self._kind, Span(start, end))]


class FreezeWatch:
    """Finds pictures that stand still; black and other blank ones, and bars, always do and are left out."""

    def __init__(self, ticks: int) -> None:
        self._stretch = Stretch("freeze", ticks=ticks)
        self._anchor: Pixels | None = None  # the first picture of the stretch

    def push(self, look: FrameSummary, *, is_bars: bool) -> list[Cue]:
        if look.is_flat or is_bars:
            self._anchor = None
            return self._stretch.finish(look.pts)
        if self._anchor is not None and self._is_still(look.picture, self._anchor):
            return self._stretch.push(look.pts, True)
        self._anchor = look.picture
        return [*self._stretch.finish(look.pts), *self._stretch.push(look.pts, True)]

    def finish(self, end: int) -> list[Cue]:
        return self._stretch.finish(end)

    @staticmethod
    def _is_still(picture: Pixels, anchor: Pixels) -> bool:
        change = cv2.absdiff(picture, anchor)
        return cv2.mean(change.reshape(-1))[0] <= FREEZE_MEAN and int(change.max()) <= FREEZE_PIXEL


class FadeWatch:
    """Finds pictures that lose their structure to black or white bit by bit, or gain it from there."""

    def __init__(self) -> None:
        self._looks: list[FrameSummary] = []  # the last frames, of which the structure fell or rose steadily
        self._rising: list[FrameSummary] = []

    def push(self, look: FrameSummary) -> list[Cue]:
        return [*self._out(look), *self._in(look)]

    def finish(self, end: int) -> list[Cue]:
        return self._end_rise(end)

    def _out(self, look: FrameSummary) -> list[Cue]:
        looks = self._looks
        if looks and look.is_flat:
            self._looks = []
            fades = len(looks) >= FADE_FRAMES and _is_blank(look) and _is_same(looks)
            return [Cue("fade", Span(looks[0].pts, look.pts))] if fades else []
        falls = len(looks) < 2 or look.spread < looks[-2].spread - FADE_STEP
        self._looks = [*looks[-FADE_LONGEST:], look] if falls else [*looks[-1:], look]
        return []

    def _in(self, look: FrameSummary) -> list[Cue]:
        rising = self._rising
        if look.is_flat:
            self._rising = [look]
            return []
        if not rising:
            return []
        if (len(rising) < 2 or look.spread > rising[-2].spread + FADE_STEP) and len(rising) < FADE_LONGEST:
            rising.append(look)
            return []
        return self._end_rise(look.pts)

    def _end_rise(self, end: int) -> list[Cue]:
        rising, self._rising = self._rising, []
        if len(rising) <= FADE_FRAMES or not _is_blank(rising[0]) or not _is_same(rising[1:]):
            return []
        return [Cue("fade", Span(rising[1].pts, end))]


def _is_blank(look: FrameSummary) -> bool:
    return not FADE_BLACK <= look.mean <= FADE_WHITE


def _is_same(looks: list[FrameSummary]) -> bool:
    """Whether a row of looks begins and ends with the same picture, however faint."""
    one, other = (look.luma.ravel() - look.mean for look in (looks[0], looks[-1]))
    return float(one @ other) >= FADE_SAME * float(np.sqrt((one @ one) * (other @ other)))


class CueWatch:
    """All cues of the picture."""

    def __init__(self, time_base: TimeBase) -> None:
        self._black = Stretch("black", frames=BLACK_FRAMES)
        self._bars = Stretch("bars", ticks=time_base.ticks(BARS_SECONDS))
        self._freeze = FreezeWatch(time_base.ticks(FREEZE_SECONDS))
        self._fade = FadeWatch()

    def push(self, pts: int, picture: Pixels) -> list[Cue]:
        look = FrameSummary.at(pts, picture)
        shows_bars = is_bars(picture)
        return [
            *self._black.push(pts, is_black(look)),
            *self._bars.push(pts, shows_bars),
            *self._freeze.push(look, is_bars=shows_bars),
            *self._fade.push(look),
        ]

    def finish(self, end: int) -> list[Cue]:
        watches = (self._black, self._bars, self._freeze, self._fade)
        return [cue for watch in watches for cue in watch.finish(end)]
