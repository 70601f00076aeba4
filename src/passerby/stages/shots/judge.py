"""The doubtful places before a network that looks at a hundred frames at once.

Only windows with a doubtful place in them are judged, each frame at most once. As upstream does it
(TransNetV2, Souček & Lokoč, arXiv:2008.04838; inference/transnetv2.py), a window has 100 frames, of which the first
and the last 25 only lend context, and a video is taken to go on with its first and last frame at its ends.
"""

from typing import Protocol

import numpy as np

from passerby.records import Floats, Pixels
from passerby.stages.shots.candidates import Doubt
from passerby.stages.shots.ring import Ring

WINDOW = 100
MARGIN = 25
JUDGED = WINDOW - 2 * MARGIN
HEIGHT, WIDTH = 27, 48
MEMORY = 256  # frames remembered: a doubt is told within 80 frames, and its window ends within 80 more
# A run of probable frames is looked at whole, also where it reaches out of the doubtful place by this much.
PAD = 4


class ShotJudge(Protocol):
    """Tells for each frame of a window how likely a new shot begins right after it."""

    def predict(self, windows: Pixels) -> Floats:
        """``windows`` (n, 100, 27, 48, 3) RGB to probabilities (n, 100)."""
        ...


class Court:
    """Collects frames and doubts, and has the judge decide as soon as the frames for it are there."""

    def __init__(self, judge: ShotJudge, threshold: float) -> None:
        self._judge = judge
        self._threshold = threshold
        self._pictures: Ring[np.uint8] = Ring(MEMORY, (HEIGHT, WIDTH, 3), np.uint8)
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

    def answers(self, *, at_end: bool = False) -> list[tuple[Doubt, int]]:
        """The doubts that were right, each with the first frame of the new shot: of those doubts whose frames are
        all there, or at the end of all."""
        count = self._pictures.count
        due = [doubt for doubt in self._doubts if at_end or self._needed(doubt)[0] + JUDGED + MARGIN <= count]
        if not due:
            return []
        self._judge_windows(self._plan(due))
        answered = [doubt for doubt in self._doubts if not np.isnan(self._odds.stretch(*self._needed(doubt))).any()]
        self._doubts = [doubt for doubt in self._doubts if doubt not in answered]
        return [(doubt, cut) for doubt in answered if (cut := self._decide(doubt)) is not None]

    def _needed(self, doubt: Doubt) -> tuple[int, int]:
        """The frames whose odds decide a doubt: a new shot at frame n shows at frame n - 1."""
        return max(doubt.start - 1 - PAD, 0), min(doubt.stop - 1 + PAD, self._pictures.count)

    def _plan(self, due: list[Doubt]) -> list[int]:
        """Where the judged stretches start, so that they take in all that is needed and not yet known."""
        starts: list[int] = []
        for doubt in due:
            first, stop = self._needed(doubt)
            for frame in (first + np.flatnonzero(np.isnan(self._odds.stretch(first, stop)))).tolist():
                if not starts or frame >= starts[-1] + JUDGED:
                    starts.append(frame)
        return starts

    def _judge_windows(self, starts: list[int]) -> None:
        if not starts:
            return
        newest = self._pictures.count - 1
        wanted = [np.clip(np.arange(start - MARGIN, start - MARGIN + WINDOW), 0, newest) for start in starts]
        pictures = [self._pictures.stretch(int(w[0]), int(w[-1]) + 1)[w - w[0]] for w in wanted]
        for start, odds in zip(starts, self._judge.predict(np.stack(pictures)), strict=True):
            self._odds.replace(start, odds[MARGIN : MARGIN + min(JUDGED, newest + 1 - start)])

    def _decide(self, doubt: Doubt) -> int | None:
        """The middle of the likeliest run of probable frames that touches the doubtful place."""
        first, stop = self._needed(doubt)
        odds = self._odds.stretch(first, stop)
        core = odds[doubt.start - 1 - first : doubt.stop - 1 - first]
        if core.max() < self._threshold:
            return None
        peak = doubt.start - 1 - first + int(np.argmax(core))
        low = high = peak
        while low > 0 and odds[low - 1] >= self._threshold:
            low -= 1
        while high + 1 < len(odds) and odds[high + 1] >= self._threshold:
            high += 1
        return int(np.clip(first + (low + high) // 2 + 1, doubt.start, doubt.stop - 1))
