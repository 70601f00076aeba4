"""The doubtful places before a network that looks at some dozens of frames at once.

Only doubtful places are judged, each frame at most once. As upstream does it (TransNetV2, Souček & Lokoč,
arXiv:2008.04838; inference/transnetv2.py), the first and the last frames of what the network sees only lend context,
and a video is taken to go on with its first and last frame at its ends.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from passerby.records import Floats, Pixels
from passerby.stages.base import FRAME_HEIGHT, FRAME_WIDTH
from passerby.stages.shots.candidates import Doubt
from passerby.tracking.ring import Ring

# Upstream's own; its windows then have 100 frames, and ours 61 or more, which moves the odds of the tuning edits by .02
# in the median and by .13 at most. With a margin of 12 it is .05 and .47.
MARGIN = 25
MEMORY = 256  # frames remembered: a doubt is told within 80 frames, and decided within 120 more
# A run of probable frames is looked at whole, also where it reaches out of the doubtful place by this much.
PAD = 4
# So near to a cut that is known, a gradual transition is not asked about.
NEAR_FRAMES = 25


class ShotJudge(Protocol):
    """Tells for each frame how likely a new shot begins right after it."""

    def predict(self, frames: Pixels) -> Floats:
        """``frames`` (n, 27, 48, 3) RGB, which follow each other, to probabilities (n,)."""
        ...


class Court:
    """Collects frames and doubts, and has the judge decide as soon as the frames for it are there."""

    def __init__(self, judge: ShotJudge, threshold: float, gradual_threshold: float) -> None:
        self._judge = judge
        self._threshold, self._gradual_threshold = threshold, gradual_threshold
        self._pictures: Ring[np.uint8] = Ring(MEMORY, (FRAME_HEIGHT, FRAME_WIDTH, 3), np.uint8)
        self._odds: Ring[np.float32] = Ring(MEMORY, (), np.float32)  # NaN where not judged
        self._doubts: list[Doubt] = []

    def push(self, picture: Pixels) -> None:
        self._pictures.put(picture)
        self._odds.put(np.nan)

    def ask(self, doubt: Doubt) -> None:
        self._doubts.append(doubt)
        self._doubts.sort(key=lambda doubt: doubt.start)

    @property
    def settled(self) -> int:
        """The first frame at which a new shot may still be found among the doubts that were asked."""
        return self._doubts[0].start if self._doubts else self._pictures.count

    def answers(self, cuts: Sequence[int], settled: int) -> list[tuple[Doubt, int]]:
        """The doubts that were right, each with the first frame of the new shot: of those that are due.

        ``cuts`` are the frames of the cuts that are known near the doubts; before ``settled`` there are no others.
        """
        due = self._due(settled)
        if not due:
            return []
        self._doubts = [doubt for doubt in self._doubts if doubt not in due]
        unknown = [doubt for doubt in due if not _is_known(doubt, cuts)]
        for first, stop in self._stretches(unknown):
            self._judge_frames(first, stop)
        return [(doubt, cut) for doubt in unknown if (cut := self._decide(doubt)) is not None]

    def _due(self, settled: int) -> list[Doubt]:
        """Those near which all other cuts are known, and those whose frames are in the same stretch, if all there."""
        count = self._pictures.count
        if settled == count:  # the end
            return self._doubts
        due: list[Doubt] = []
        for doubt in self._doubts:
            _, stop = self._needed(doubt)
            is_joined = bool(due) and doubt.start <= due[-1].stop
            if stop + MARGIN <= count and (doubt.middle + NEAR_FRAMES <= settled or is_joined):
                due.append(doubt)
        return due

    def _needed(self, doubt: Doubt) -> tuple[int, int]:
        """The frames whose odds decide a doubt: a new shot at frame n shows at frame n - 1."""
        return max(doubt.start - 1 - PAD, 0), min(doubt.stop - 1 + PAD, self._pictures.count)

    def _stretches(self, doubts: list[Doubt]) -> list[tuple[int, int]]:
        """The frames (first, stop) that are needed and not judged yet; what overlaps is one stretch."""
        stretches: list[tuple[int, int]] = []
        for doubt in doubts:
            first, stop = self._needed(doubt)
            open_frames = first + np.flatnonzero(np.isnan(self._odds.stretch(first, stop)))
            if not open_frames.size:
                continue
            first, stop = int(open_frames[0]), int(open_frames[-1]) + 1
            if stretches and first <= stretches[-1][1]:
                first, stop = stretches[-1][0], max(stop, stretches.pop()[1])
            stretches.append((first, stop))
        return stretches

    def _judge_frames(self, first: int, stop: int) -> None:
        newest = self._pictures.count - 1
        wanted = np.clip(np.arange(first - MARGIN, stop + MARGIN), 0, newest)
        pictures = self._pictures.stretch(int(wanted[0]), int(wanted[-1]) + 1)[wanted - wanted[0]]
        self._odds.replace(first, self._judge.predict(pictures)[MARGIN:-MARGIN])

    def _decide(self, doubt: Doubt) -> int | None:
        """The middle of the likeliest run of probable frames that touches the doubtful place."""
        first, stop = self._needed(doubt)
        odds = self._odds.stretch(first, stop)
        threshold = self._gradual_threshold if doubt.is_gradual else self._threshold
        core = odds[doubt.start - 1 - first : doubt.stop - 1 - first]
        if core.max() < threshold:
            return None
        peak = doubt.start - 1 - first + int(np.argmax(core))
        low = high = peak
        while low > 0 and odds[low - 1] >= threshold:
            low -= 1
        while high + 1 < len(odds) and odds[high + 1] >= threshold:
            high += 1
        return int(np.clip(first + (low + high) // 2 + 1, doubt.start, doubt.stop - 1))


def _is_known(doubt: Doubt, cuts: Sequence[int]) -> bool:
    """Whether a gradual transition is doubted where a cut is known: it would be the same, or half of the same fade.

    Hard cuts may follow each other within a few frames.
    """
    return doubt.is_gradual and any(abs(cut - doubt.middle) < NEAR_FRAMES for cut in cuts)
