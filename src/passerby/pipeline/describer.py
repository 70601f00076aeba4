"""From settled samples to described moments: each moment as soon as it is complete, its people masked."""

from collections import deque
from collections.abc import Sequence

from passerby.records import Moment
from passerby.stages.base import CloseUps, MaskedMoment, Session, SettledSample
from passerby.stages.describing import close_ups, masked_moment


class MomentDescriber:
    """Holds the samples of the moments that are not complete, and has each moment described as soon as it is."""

    def __init__(
        self, moments: Sequence[Session[MaskedMoment]], close_ups: Sequence[Session[CloseUps]], first: int = 0
    ) -> None:
        """``first`` is the number of the first moment that will be described."""
        self._for_moments, self._for_close_ups = moments, close_ups
        self._samples: deque[SettledSample] = deque()
        self._moments: deque[Moment] = deque()
        self._number = first

    def add_moments(self, moments: Sequence[Moment]) -> None:
        """Moments that are final, in order."""
        self._moments.extend(moments)

    def add_sample(self, settled: SettledSample) -> None:
        """The next sample; describes the moments that ended before it."""
        self.describe_until(settled.sample.pts)
        self._samples.append(settled)

    def describe_until(self, pts: int) -> None:
        """Describe the moments that end at or before ``pts``, when all samples before ``pts`` are in."""
        while self._moments and self._moments[0].span.end <= pts:
            moment = self._moments.popleft()
            samples = []
            while self._samples and self._samples[0].sample.pts < moment.span.end:
                samples.append(self._samples.popleft())
            self._describe(moment, samples)
            self._number += 1

    def _describe(self, moment: Moment, samples: Sequence[SettledSample]) -> None:
        masked = masked_moment(self._number, moment, samples) if self._for_moments else None
        if masked is not None:
            for session in self._for_moments:
                session.push(masked)
        large = close_ups(moment, samples)
        if large.frames:
            for reader in self._for_close_ups:
                reader.push(large)
