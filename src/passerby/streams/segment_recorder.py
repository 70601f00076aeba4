"""Hidden pictures become segments: a new file when one is long enough, and when what follows is no going on of it."""

import secrets
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from passerby.clock_state import ClockState, clock_state
from passerby.errors import OutputError
from passerby.media.write.fragments import FragmentTrack, open_fragments
from passerby.store.streams import StoredSegment
from passerby.streams.live_hiding import HiddenLiveFrame
from passerby.streams.segment_parts import SegmentPart

KEPT_EVERY = 2.0  # seconds from one time to the next that what is known of a segment is written down
USUAL_LENGTH = 0.04  # seconds of a picture, while only one is known


class SegmentRecorder:
    """Writes the segments of one source into a folder. Nothing but hidden pictures gets to it."""

    def __init__(
        self, folder: Path, source: str, seconds: float, *, clock: Callable[[], ClockState] = clock_state
    ) -> None:
        self._folder, self._source, self._seconds, self._clock = folder, source, seconds, clock
        self._process = secrets.token_hex(4)  # runs have numbers within a process
        self._why = ""
        self._open: _OpenSegment | None = None

    def interrupted(self, why: str) -> None:
        """What the next segment's gap comes from, if there is one."""
        self._why = why

    def push(self, hidden: HiddenLiveFrame) -> SegmentPart | None:
        """The next picture; the segment that ended before it, if one did.

        Raises OutputError when it cannot be written; the segment ends before it then, and the next picture begins one.
        """
        ended = None
        if self._open is not None and not self._open.goes_on(hidden, self._seconds):
            ended = self.finish()
        if self._open is None:
            run = f"{self._process}-{hidden.run}"
            self._open = _OpenSegment(self._folder, self._source, run, hidden, self._clock(), self._why)
            self._why = ""
        try:
            self._open.write(hidden)
        except OutputError:
            self._open.abandon()
            self._open = None
            raise
        return ended

    def finish(self) -> SegmentPart | None:
        """End the segment that is open, if one is. Raises OutputError."""
        segment, self._open = self._open, None
        return None if segment is None else segment.finish()


class _OpenSegment:
    """A segment that grows."""

    def __init__(
        self, folder: Path, source: str, run: str, first: HiddenLiveFrame, clock: ClockState, why: str
    ) -> None:
        told = datetime.fromtimestamp(first.wall, UTC)
        name = f"{source}_{told:%Y-%m-%dT%H-%M-%SZ}_{secrets.token_hex(3)}"
        tick = first.time_base.tick
        segment = StoredSegment(
            name, source, run, first.pts, first.pts, (tick.numerator, tick.denominator), first.wall, first.wall, clock,
            0.0, why, (), True, 0,
        )  # fmt: skip
        self._first, self._last = first, first
        self._length = first.time_base.pts_at(USUAL_LENGTH)  # of a picture, in ticks
        self._unlooked: list[tuple[float, float]] = []
        self._kept = 0.0  # seconds of it, when what is known was written last
        self._part = SegmentPart(folder, segment, is_ended=False)
        self._files = ExitStack()
        self._track: FragmentTrack | None = None

    def goes_on(self, hidden: HiddenLiveFrame, seconds: float) -> bool:
        """Whether a picture belongs to it."""
        same = (
            hidden.run == self._first.run
            and hidden.time_base == self._first.time_base
            and hidden.orientation == self._first.orientation
            and (hidden.picture.width, hidden.picture.height) == (self._first.picture.width, self._first.picture.height)
        )
        return same and self._seconds_at(hidden.pts) < seconds

    def write(self, hidden: HiddenLiveFrame) -> None:
        """Raises OutputError."""
        try:
            if self._track is None:
                self._part.write()
                self._track = self._files.enter_context(
                    open_fragments(
                        self._part.video, hidden.picture, hidden.time_base,
                        orientation=hidden.orientation, recorded=hidden.wall,
                    )
                )  # fmt: skip
            if hidden.pts > self._last.pts:
                self._length = hidden.pts - self._last.pts
            self._track.write(hidden.picture, hidden.pts, self._length)
            self._last = hidden
            self._note(hidden)
        except OSError as error:
            raise OutputError(f"{self._part.folder}: cannot be written ({error.strerror or error})") from error

    def finish(self) -> SegmentPart:
        """Raises OutputError."""
        if self._track is not None:
            self._track.finish()
        self._files.close()
        self._part = replace(self._part, is_ended=True)
        self._keep()
        return self._part

    def abandon(self) -> None:
        """End it as it is: what was written is taken in as after a crash."""
        try:
            self._files.close()
        except OutputError:  # it is why it is abandoned
            return

    def _seconds_at(self, pts: int) -> float:
        return self._first.time_base.seconds(pts - self._first.pts)

    def _note(self, hidden: HiddenLiveFrame) -> None:
        start, end = self._seconds_at(hidden.pts), self._seconds_at(hidden.pts + self._length)
        if not hidden.looked:
            if self._unlooked and start <= self._unlooked[-1][1] + 1e-6:
                start = self._unlooked.pop()[0]
            self._unlooked.append((start, end))
        if end - self._kept >= KEPT_EVERY:
            self._kept = end
            self._keep()

    def _keep(self) -> None:
        end_pts = self._last.pts + self._length
        try:
            size = self._part.video.stat().st_size
            segment = replace(
                self._part.segment, end_pts=end_pts, end=self._first.wall + self._seconds_at(end_pts),
                unlooked=tuple(self._unlooked), size_bytes=size,
            )  # fmt: skip
            self._part = replace(self._part, segment=segment)
            self._part.write()
        except OSError as error:
            raise OutputError(f"{self._part.folder}: cannot be written ({error.strerror or error})") from error
