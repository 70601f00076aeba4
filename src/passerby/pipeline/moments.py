"""From settled samples to described moments: each moment as soon as it is complete, its people masked."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from passerby.people import mask_people
from passerby.records import Floats, Moment, Sample
from passerby.stages.describing import Describer, Look, MaskedMoment, look_at, masked_moment, spread
from passerby.stages.looks import LooksSession
from passerby.stages.people import PeopleAt
from passerby.stages.tags import TagsSession
from passerby.stages.text.stage import TextSession
from passerby.stages.thumbnails import ThumbnailsSession
from passerby.stages.vectors import VectorsSession
from passerby.times import Span, TimeBase

Do = Callable[[Callable[[], object]], None]  # has something done


@dataclass(frozen=True, slots=True)
class Settled:
    """A sample whose people are known for good."""

    sample: Sample
    large: Sample | None  # the same frame, large enough to read text in; None if it is not to be read
    people: PeopleAt
    vehicles: Floats  # (n, 4) and a little around each, in upright frame pixels


class TextDescriber:
    """Has some frames of each moment read."""

    def __init__(self, session: TextSession, seconds: float, time_base: TimeBase, do: Do) -> None:
        """``do`` has the reading done, in order, at once or later."""
        self._session, self._period, self._do = session, time_base.ticks(seconds), do
        self._shot = -1

    def describe(self, moment: Moment, samples: Sequence[Settled]) -> None:
        """Read frames that are about so many seconds apart, and each in which something small is new.

        Those are chosen by their times, the geometry of people, and small pictures alone.
        """
        readable = [row for row in samples if row.large is not None and not row.people.doubt]
        wanted = max(1, round(moment.span.length / self._period))
        news = {place for place, row in enumerate(readable) if row.large is not None and row.large.is_new}
        for place in sorted({*spread(len(readable), wanted)} | news):
            self._do(partial(self._read, readable[place], cut=moment.shot != self._shot, shown=moment.span))
            self._shot = moment.shot

    def _read(self, row: Settled, *, cut: bool, shown: Span) -> None:
        if row.large is not None:
            masked, is_new = mask_people(row.large, row.people.boxes), row.large.is_new
            self._session.push(masked, cut=cut, vehicles=row.vehicles, shown=shown, is_new=is_new)


class MomentDescriber:
    """Holds the samples of the moments that are not complete, and describes each moment as soon as it is."""

    def __init__(
        self,
        describer: Describer | None,
        tags: TagsSession | None,
        vectors: VectorsSession | None,
        thumbnails: ThumbnailsSession | None,
        text: TextDescriber | None,
        looks: LooksSession | None,
    ) -> None:
        self._describer, self._looks = describer, looks
        self._tags, self._vectors, self._thumbnails, self._text = tags, vectors, thumbnails, text
        self._samples: deque[Settled] = deque()
        self._moments: deque[Moment] = deque()
        self._number = 0

    def add_moments(self, moments: Sequence[Moment]) -> None:
        """Moments that are final, in order."""
        self._moments.extend(moments)

    def add_sample(self, settled: Settled) -> None:
        """The next sample; describes the moments that ended before it."""
        self.describe_until(settled.sample.pts)
        self._samples.append(settled)

    def describe_until(self, pts: int) -> None:
        """Describe the moments that end at or before ``pts``, when all samples before ``pts`` are in."""
        while self._moments and self._moments[0].span.end <= pts:
            moment = self._moments.popleft()
            mine = []
            while self._samples and self._samples[0].sample.pts < moment.span.end:
                mine.append(self._samples.popleft())
            masked = masked_moment(self._number, moment, [(row.sample, row.people) for row in mine])
            self._number += 1
            if masked is not None:
                self._describe(masked)
            if self._text is not None:
                self._text.describe(moment, mine)

    def _describe(self, moment: MaskedMoment) -> None:
        if self._thumbnails is not None:
            self._thumbnails.push(moment)
        if self._looks is not None:
            self._looks.push(moment)
        if self._describer is not None and moment.frames:
            look: Look = look_at(moment, self._describer)
            if self._tags is not None:
                self._tags.push(moment, look)
            if self._vectors is not None:
                self._vectors.push(moment, look)
