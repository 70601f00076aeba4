"""The one decode: every frame goes small to what cuts, a few go larger to whoever looks for things."""

import sys
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import median

import cv2
import numpy as np

from passerby.media.read.frames import AudioChunk, Frame, Reader, sample_size
from passerby.pipeline.listen import Hear
from passerby.records import Moment, Pixels, Sample, VideoInfo
from passerby.stages.base import FRAME_HEIGHT, FRAME_WIDTH, CuttingSession, Session, SmallFrame
from passerby.times import TimeBase
from passerby.tracking.new_picture import NEW_PICTURE

# Pictures that models look at: the long side of what NanoDet (416), CenterFace (640) and MobileNet (224) need.
LONG_SIDE = 640
# Pictures that text is read in. Letters of less than about 10 pixels cannot be read.
TEXT_SIDE = 1280
# A frame is kept in that size this often; a moment chooses among those.
TEXT_SECONDS = Fraction(1)
# Steps decoded ahead of the models, so that memory does not depend on which of the two is faster. A step holds 0.7 MB,
# and so many keep decoding busy while the models are opened.
STEPS_AHEAD = 16
# Large frames that may wait to be read, of up to 2.8 MB: those of half a minute.
CLOSE_UPS_AHEAD = 32
# A frame whose small picture differs by ``NEW_PICTURE`` from the one before is sampled at once, unless another sample
# was taken just before.
LEAST_GAP_SECONDS = Fraction(1, 5)


# Where a caption comes or goes, as many cells of the small picture change by so many levels, and by so many times more
# than in the frames before: where things move they change all the time. The frame is looked at when it stands still
# again, or a fade has lasted so long.
CAPTION_CELLS, CAPTION_LEVELS, CAPTION_TIMES, CAPTION_FRAMES = 8, 6.0, 3.0, 8
LONGEST_FADE_SECONDS = Fraction(2, 5)


class Captions:
    """Sees in small pictures that something small has changed at once."""

    def __init__(self, time_base: TimeBase) -> None:
        self._longest = time_base.ticks(LONGEST_FADE_SECONDS)
        self._before: deque[float] = deque(maxlen=CAPTION_FRAMES)
        self._since: int | None = None  # when a change began that has not ended
        self.is_new = False  # whether a change is over that nobody has looked at

    def see(self, pts: int, change: Pixels | None) -> None:
        """The next frame, and by how much its small picture differs from the one before: (27, 48, 3), or None."""
        step = 0.0 if change is None else self._step(change)
        usual = median(self._before) if self._before else 0.0
        limit = max(CAPTION_LEVELS, CAPTION_TIMES * usual)
        if self._since is None and step >= limit:
            self._since = pts
        elif self._since is None or step < limit / 2 or pts - self._since >= self._longest:
            self.is_new = self.is_new or self._since is not None
            self._since = None
            self._before.append(step)

    @property
    def is_changing(self) -> bool:
        return self._since is not None

    def forget(self, *, all_of_it: bool) -> None:
        """A frame was looked at: what changed up to it is seen, also what is still changing if it is ``all_of_it``."""
        self.is_new = False
        self._since = None if all_of_it else self._since

    @staticmethod
    def _step(change: Pixels) -> float:
        red, green, blue = change.reshape(-1, 3).T
        sums = red.astype(np.uint16) + green + blue
        return float(np.partition(sums, -CAPTION_CELLS)[-CAPTION_CELLS]) / 3


class Sampler:
    """Chooses the frames that are searched for things: at a steady rate, and where a picture or a caption begins.

    The choice depends on the frames alone, so that a run that takes up where another was killed sees the same.
    """

    def __init__(self, time_base: TimeBase, samples_per_second: float) -> None:
        self._period = time_base.ticks(1 / Fraction(samples_per_second))
        self._least_gap = time_base.ticks(LEAST_GAP_SECONDS)
        self._last = -self._period
        self._previous: Pixels | None = None
        self._captions = Captions(time_base)
        self.is_new = False  # whether the last frame that was wanted shows what a small change has come to

    def wants(self, pts: int, picture: Pixels) -> bool:
        """Whether the frame at ``pts``, ``picture`` (27, 48, 3) when small, is to be sampled."""
        gap = pts - self._last
        change = None if self._previous is None else np.asarray(cv2.absdiff(picture, self._previous), np.uint8)
        self._captions.see(pts, change)
        wanted = change is None or gap >= self._period
        is_other = gap >= self._least_gap and (change is None or cv2.mean(change.reshape(-1))[0] >= NEW_PICTURE)
        wanted = wanted or is_other or (gap >= self._least_gap and self._captions.is_new)
        self._previous = picture
        if wanted:
            self._last, self.is_new = pts, self._captions.is_new or self._captions.is_changing
            self._captions.forget(all_of_it=is_other)
        return wanted


class LargePictures:
    """Chooses the samples that have a large picture too: steadily, and where what is new in them is small."""

    def __init__(self, time_base: TimeBase) -> None:
        self._period = time_base.ticks(TEXT_SECONDS)
        self._next = 0

    def wants(self, pts: int, *, is_new: bool) -> bool:
        """Whether the next sample, at ``pts``, is to have one."""
        wanted = is_new or pts >= self._next
        if wanted:
            self._next = pts + self._period
        return wanted


@dataclass(frozen=True, slots=True)
class Step:
    """A sample, and what is known of the cuts when it is taken."""

    sample: Sample
    cuts: tuple[int, ...]
    settled: int  # no cut before this will be added to ``cuts``
    moments: tuple[Moment, ...]  # those that have become final since the step before


def scan(
    reader: Reader,
    sampler: Sampler,
    cutting: CuttingSession | None,
    others: Sequence[Session[SmallFrame]],
    hear: Hear,
    *,
    large: bool,
) -> Iterator[Step]:
    """Decode once: every frame goes to ``cutting`` and to ``others``, and all sound to ``hear`` and ``cutting``.

    With ``large``, some samples have a large picture too.
    """
    info, large_pictures = reader.info, LargePictures(reader.info.time_base)
    for item in reader.read():
        if isinstance(item, AudioChunk):
            if cutting is not None:
                cutting.hear(item)
            hear(item)
            continue
        frame = SmallFrame(item.pts, item.rgb(FRAME_WIDTH, FRAME_HEIGHT))
        for session in others if cutting is None else (cutting, *others):
            session.push(frame)
        if sampler.wants(frame.pts, frame.picture):
            is_new = sampler.is_new
            is_large = large and large_pictures.wants(item.pts, is_new=is_new)
            yield _step(sample_of(item, info, is_new=is_new, is_large=is_large), cutting)


def sample_of(frame: Frame, info: VideoInfo, *, is_new: bool, is_large: bool) -> Sample:
    """A frame as models look at it; see ``Sampler`` and ``LargePictures`` for the rest."""
    large = frame.rgb(*sample_size(info, TEXT_SIDE)) if is_large else None
    small = frame.rgb(*sample_size(info, LONG_SIDE))
    return Sample(frame.pts, small, info.width, info.height, large, is_new)


def _step(sample: Sample, cutting: CuttingSession | None) -> Step:
    if cutting is None:
        return Step(sample, (), sys.maxsize, ())
    return Step(sample, tuple(cutting.cuts), cutting.settled, tuple(cutting.final_moments()))
