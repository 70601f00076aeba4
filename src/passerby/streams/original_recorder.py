"""What a source sends becomes segments as it was sent, people and all: only where a user has chosen to keep that.

A segment begins with a key frame and ends before one, so that it can be played alone.
"""

import secrets
import time
from collections import deque
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from passerby.clock_state import ClockState, clock_state
from passerby.errors import OutputError
from passerby.media.write.stream_copy import StreamCopy, open_stream_copy
from passerby.store.streams import StoredSegment
from passerby.streams.incoming import StreamNotice
from passerby.streams.segment_parts import SegmentPart
from passerby.streams.segment_recorder import KEPT_EVERY, USUAL_LENGTH
from passerby.streams.sent_packets import SentPacket

RETRY_SECONDS = 5.0  # after something that could not be written
_ENDS = ("lost", "silent", "refused", "ended")  # notices after which nothing goes on
_MOST_LENGTHS = 3.0  # times the length that is asked for, for which a key frame is waited for


class OriginalRecorder:
    """Writes the segments of one source into a folder; ``take`` is what ``read_stream`` calls for each packet.

    What cannot be written ends no reading: it is tried again soon, with the next key frame.
    """

    def __init__(
        self,
        folder: Path,
        source: str,
        seconds: float,
        *,
        clock: Callable[[], ClockState] = clock_state,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder, self._source, self._seconds = folder, source, seconds
        self._clock, self._steady = clock, steady
        self._retry_at = float("-inf")
        self.problem = ""  # why nothing can be written now, if that is so
        self._process = secrets.token_hex(4)  # runs have numbers within a process
        self._why = ""
        self._open: _OpenOriginal | None = None
        self._ended: deque[SegmentPart] = deque()  # filled by the thread that reads

    def hear(self, notice: StreamNotice) -> None:
        """What happens to the source: it may end a segment, and be why there is a gap before the next one."""
        if notice.kind in _ENDS:
            self.finish()
        if notice.kind in _ENDS or notice.kind == "jumped":
            self._why = notice.message or notice.kind

    def take(self, sent: SentPacket) -> None:
        """The next packet. What comes before the first key frame of a run is left out."""
        if self._steady() < self._retry_at:
            return
        if self._open is not None and not self._open.goes_on(sent, self._seconds):
            self.finish()
        if self._open is None:
            if not sent.packet.is_key:
                return
            run = f"{self._process}-{sent.run}"
            self._open = _OpenOriginal(self._folder, self._source, run, sent, self._clock(), self._why)
            self._why = ""
        try:
            self._open.write(sent)
        except OutputError as error:
            self._failed(self._open, error)
        else:
            self.problem = ""

    def finish(self) -> None:
        """End the segment that is open, if one is."""
        segment, self._open = self._open, None
        if segment is None:
            return
        try:
            self._ended.append(segment.finish())
        except OutputError as error:
            self._failed(segment, error)

    def ended(self) -> list[SegmentPart]:
        """The segments that have ended since this was asked last."""
        return [self._ended.popleft() for _ in range(len(self._ended))]

    def _failed(self, segment: "_OpenOriginal", error: OutputError) -> None:
        segment.abandon()
        self._open, self._why = None, str(error)
        self.problem = self._why
        self._retry_at = self._steady() + RETRY_SECONDS


class _OpenOriginal:
    """A segment that grows."""

    def __init__(self, folder: Path, source: str, run: str, first: SentPacket, clock: ClockState, why: str) -> None:
        told = datetime.fromtimestamp(first.wall, UTC)
        tick = first.time_base.tick
        segment = StoredSegment(
            id=f"{source}_{told:%Y-%m-%dT%H-%M-%SZ}_{secrets.token_hex(3)}",
            source=source,
            run=run,
            start_pts=first.pts,
            end_pts=first.pts,
            time_base=(tick.numerator, tick.denominator),
            start=first.wall,
            end=first.wall,
            clock=clock,
            gap=0.0,
            why=why,
            unlooked=(),
            is_hidden=False,
            size_bytes=0,
        )
        self._first, self._last_dts, self._end = first, first.dts, first.pts
        self._length = first.time_base.pts_at(USUAL_LENGTH)
        self._kept = 0.0  # seconds of it, when what is known was written last
        self._part = SegmentPart(folder, segment, is_ended=False)
        self._files = ExitStack()
        self._copy: StreamCopy | None = None

    def goes_on(self, sent: SentPacket, seconds: float) -> bool:
        """Whether a packet belongs to it."""
        first = self._first
        if (sent.run, sent.size, sent.time_base) != (first.run, first.size, first.time_base):
            return False
        if sent.live is not first.live:  # another part of the stream may be coded otherwise
            return False
        lasts = first.time_base.seconds(sent.dts - first.dts)
        return lasts < seconds or not (sent.packet.is_key or lasts >= seconds * _MOST_LENGTHS)

    def write(self, sent: SentPacket) -> None:
        """Raises OutputError."""
        try:
            if self._copy is None:
                self._part.write()
                self._copy = self._files.enter_context(
                    open_stream_copy(self._part.video, sent.live, sent.packet, sent.time_base, sent.wall)
                )
            if sent.dts > self._last_dts:
                self._length = sent.dts - self._last_dts
            start = min(self._first.dts, self._first.pts)
            self._copy.write(sent.packet, sent.pts - start, sent.dts - start)
            self._last_dts, self._end = sent.dts, max(self._end, sent.pts)
            seconds = self._seconds_at(self._end)
            if seconds - self._kept >= KEPT_EVERY:
                self._kept = seconds
                self._keep()
        except OSError as error:
            raise OutputError(f"{self._part.folder}: cannot be written ({error.strerror or error})") from error

    def finish(self) -> SegmentPart:
        """Raises OutputError."""
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

    def _keep(self) -> None:
        end_pts = self._end + self._length
        try:
            size = self._part.video.stat().st_size
            end = self._first.wall + self._seconds_at(end_pts)
            segment = replace(self._part.segment, end_pts=end_pts, end=end, size_bytes=size)
            self._part = replace(self._part, segment=segment)
            self._part.write()
        except OSError as error:
            raise OutputError(f"{self._part.folder}: cannot be written ({error.strerror or error})") from error
