"""What happens to what comes from one source: it is hidden, recorded, shown small, and told of, in this order."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Protocol

from passerby.errors import OutputError
from passerby.media.read.orientation import orientation_of
from passerby.store.streams import HourCount, SourceState
from passerby.streams.events import StreamEvent
from passerby.streams.incoming import LiveFrame, StreamNotice
from passerby.streams.live_hiding import HiddenLiveFrame, HidingHealth
from passerby.streams.live_sightings import LiveSighting
from passerby.streams.presence import PresentCount
from passerby.streams.previews import PreviewWriter
from passerby.streams.segment_parts import SegmentPart
from passerby.streams.segment_recorder import SegmentRecorder
from passerby.streams.source_news import SourceNews
from passerby.streams.watch_source import WatchSource

STATE_EVERY, COUNTS_EVERY = 1.0, 10.0  # seconds
RETRY_SECONDS = 5.0  # after a segment that could not be written, before the next one is begun
STALLED = "stalled"


@dataclass(frozen=True, slots=True)
class WatchReport:
    """What there is to tell of a source: what has happened since the last one."""

    state: SourceState
    events: tuple[StreamEvent, ...] = ()
    counts: tuple[HourCount, ...] = ()
    ended: tuple[SegmentPart, ...] = ()
    present: tuple[PresentCount, ...] = ()


class LiveHiding(Protocol):
    """What hides: LiveHider."""

    @property
    def health(self) -> HidingHealth: ...
    @property
    def seen(self) -> tuple[LiveSighting, ...] | None: ...
    def push(self, live: LiveFrame, lag: float = 0.0) -> list[HiddenLiveFrame]: ...
    def finish(self) -> list[HiddenLiveFrame]: ...


class SourceWatch:
    """Takes the frames and notices of one source in their order. ``tell`` hears of it about once a second."""

    def __init__(
        self,
        source: WatchSource,
        hider: LiveHiding,
        recorder: SegmentRecorder | None,
        preview: PreviewWriter,
        tell: Callable[[WatchReport], None],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        # Without a recorder it is recorded elsewhere: see ``recorded``.
        self._hider, self._recorder, self._preview = hider, recorder, preview
        self._tell, self._monotonic = tell, monotonic
        self._news = SourceNews(source)
        self._state = SourceState(source.name, 0.0, "connecting")
        self._ended: list[SegmentPart] = []
        self._run: int | None = None
        self._wall = 0.0  # of the last frame that came
        self._left = 0.0  # when the last hidden one came
        self._came, self._told_at, self._counted_at = 0, monotonic(), monotonic()
        self._retry_at = 0.0
        self._said, self._problem = "", ""  # by the source, and why nothing of it can be recorded
        self._too_many = 0  # frames that came while there was no room for them

    def crowded_out(self, frames: int) -> None:
        """So many frames in all came and were dropped, since those before them were not done."""
        self._too_many = frames

    def recorded(self, ended: Iterable[SegmentPart], problem: str) -> None:
        """Segments of it have ended; ``problem`` says why nothing can be recorded now, and is empty where it can."""
        self._problem = problem
        for part in ended:
            self._ended.append(part)
            size = self._state.recorded_bytes + part.segment.size_bytes
            self._state = replace(self._state, recorded_bytes=size)

    def take(self, item: LiveFrame | StreamNotice, lag: float) -> None:
        """The next thing, which waits for ``lag`` seconds."""
        if isinstance(item, StreamNotice):
            self._notice(item)
        else:
            self._came += 1
            if self._run is not None and item.run != self._run:
                self._flush()
            self._run = item.run
            self._state = replace(self._state, size=(item.picture.width, item.picture.height))
            self._wall = item.wall
            self._keep(self._hider.push(item, lag))
            self._see(item)
        self.report()

    def idle(self) -> None:
        """Nothing came for a moment."""
        self.report()

    def end(self) -> None:
        """Nothing more comes."""
        self._flush()
        self._finish_segment()
        self._state = replace(self._state, status="stopped", message="", rate=0.0)
        self.report(now=True)

    def report(self, *, now: bool = False) -> None:
        """Tell what there is, if it is time, or there is an event."""
        at = self._monotonic()
        since = at - self._told_at
        if not (now or self._news or self._ended or since >= STATE_EVERY):
            return
        counts: tuple[HourCount, ...] = ()
        if now or at - self._counted_at >= COUNTS_EVERY:
            self._counted_at, counts = at, self._news.take_counts()
        if since >= STATE_EVERY or now:
            rate = self._came / since if since > 0 else self._state.rate
            self._came, self._told_at = 0, at
            self._state = replace(self._state, rate=round(rate, 2))
        health = self._hider.health
        self._state = replace(
            self._state,
            wall=time.time(),
            message=f"cannot be recorded: {self._problem}" if self._problem else self._said,
            look_interval=health.interval,
            paused=health.paused,
            dropped=health.dropped + self._too_many,
        )
        events, present = self._news.take()
        self._tell(WatchReport(self._state, events, counts, tuple(self._ended), present))
        self._ended = []

    def _notice(self, notice: StreamNotice) -> None:
        status, message = self._state.status, notice.message
        match notice.kind:
            case "connected":
                status, message = "watching", ""
            case "lost" | "silent" | "refused" | "ended":
                self._flush()
                self._finish_segment()
                self._interrupted(notice.message or notice.kind)
                again = int(notice.kind == "lost")
                self._state = replace(self._state, reconnects=self._state.reconnects + again)
                status = "refused" if notice.kind == "refused" else "lost"
            case "jumped":
                self._interrupted(notice.message or notice.kind)
            case "stalled":
                status = STALLED
                self._news.cue(STALLED, notice.wall, on=True)
            case "moving":
                status, message = "watching", ""
                self._news.cue(STALLED, notice.wall, on=False)
            case "damaged" | "several":
                pass
        self._said = message
        self._state = replace(self._state, status=status)
        self.report(now=True)

    def _flush(self) -> None:
        """The run is over: nothing goes on into another one."""
        self._keep(self._hider.finish())
        self._news.end(self._wall)
        self._run = None

    def _keep(self, hidden: list[HiddenLiveFrame]) -> None:
        for frame in hidden:
            self._record(frame)
            self._add_up(frame)

    def _see(self, live: LiveFrame) -> None:
        """Tell of what a frame shows while it still waits to be hidden."""
        seen = self._hider.seen
        if seen is not None:
            size = orientation_of(live.picture).size(live.picture.width, live.picture.height)
            self._news.see(seen, live.wall, size)

    def _record(self, frame: HiddenLiveFrame) -> None:
        if self._monotonic() < self._retry_at:
            return
        try:
            ended = None if self._recorder is None else self._recorder.push(frame)
            self._preview.push(frame)
        except (OutputError, OSError) as error:
            self._retry_at = self._monotonic() + RETRY_SECONDS
            self._interrupted(str(error))
            self._problem = str(error)
            return
        if self._recorder is not None:
            self.recorded([] if ended is None else [ended], "")

    def _add_up(self, frame: HiddenLiveFrame) -> None:
        """How late it is hidden, and for how long nobody has looked."""
        before, self._left = self._left, frame.wall
        self._state = replace(self._state, lag=round(max(time.time() - frame.wall, 0.0), 3))
        if not frame.looked:
            lasted = min(max(frame.wall - before, 0.0), STATE_EVERY)
            self._state = replace(self._state, unlooked=round(self._state.unlooked + lasted, 3))

    def _interrupted(self, why: str) -> None:
        if self._recorder is not None:
            self._recorder.interrupted(why)

    def _finish_segment(self) -> None:
        if self._recorder is None:
            return
        try:
            ended = self._recorder.finish()
        except OutputError as error:
            self._problem = str(error)
            return
        self.recorded([] if ended is None else [ended], self._problem)
