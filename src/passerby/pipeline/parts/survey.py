"""The first pass over a video that is worked on in parts: its end, and which of its frames are samples.

Which frames those are depends on all frames before them, and so it is found in one pass, as cuts are.
"""

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from passerby.media.read.frames import Reader
from passerby.pipeline.feed import LargePictures, Sampler, scan
from passerby.records import Pixels, Ticks
from passerby.stages.base import CuttingSession, Session, SmallFrame
from passerby.times import TimeBase


@dataclass(frozen=True, slots=True)
class Survey:
    """What is known of a video after it was read once."""

    times: Ticks  # (n,) when its samples are shown
    are_new: NDArray[np.bool_]  # (n,) see Sample.is_new
    sums: NDArray[np.uint32]  # (n,) of their pictures: ``picture_sum``
    frames: int
    end: int  # pts
    note: str  # for the user

    def are_large(self, time_base: TimeBase) -> list[bool]:
        """Which samples have a large picture, where one is wanted at all."""
        chosen = LargePictures(time_base)
        rows = zip(self.times.tolist(), self.are_new.tolist(), strict=True)
        return [chosen.wants(pts, is_new=is_new) for pts, is_new in rows]


def picture_sum(picture: Pixels) -> int:
    """CRC-32: tells whether a picture is the one that the survey has seen."""
    return zlib.crc32(picture.tobytes())


def survey(
    reader: Reader,
    samples_per_second: float,
    cutting: CuttingSession,
    others: Sequence[Session[SmallFrame]],
    on_pts: Callable[[int], None],
) -> Survey:
    """Read a whole video, for ``cutting`` and ``others`` to see all its frames."""
    sampler = Sampler(reader.info.time_base, samples_per_second)
    times, are_new, sums = list[int](), list[bool](), list[int]()
    for step in scan(reader, sampler, cutting, others, lambda chunk: None, large=False):
        times.append(step.sample.pts)
        are_new.append(step.sample.is_new)
        sums.append(picture_sum(step.sample.pixels))
        on_pts(step.sample.pts)
    return Survey(
        np.array(times, np.int64),
        np.array(are_new, np.bool_),
        np.array(sums, np.uint32),
        reader.frames,
        reader.end,
        "; ".join(reader.passed_over),
    )
