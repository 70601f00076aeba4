"""Hiding in a stream: frames come in as they are, and leave with what is to be hidden painted over.

They are held in memory for a look-ahead, in which what is found late is followed back to where it began. What was not
looked at in time, and all that an error is about, leaves as a picture that is hidden whole.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from passerby.errors import UsageError
from passerby.geometry import grow
from passerby.media.read.frames import Frame
from passerby.media.read.orientation import Orientation, Placement, orientation_of
from passerby.media.read.planes import Picture
from passerby.media.read.scale import Scaler
from passerby.media.write.fragments import format_for
from passerby.models.source import ModelSource
from passerby.records import VideoInfo
from passerby.redact.look.looker import Looker
from passerby.redact.make.hide_frame import hide_in_frame
from passerby.redact.plan.kinds import Kind
from passerby.redact.plan.plan import HiddenTrack, Regions, box_at, whole_pixels
from passerby.redact.plan.policy import Finish, Policy
from passerby.streams.budget import Budget, Pace, Pausable
from passerby.streams.incoming import LiveFrame
from passerby.streams.live_pass import MEMORY, LivePass, schedule_for
from passerby.streams.live_sightings import LiveLinker, LiveSighting
from passerby.streams.watch_source import LIVE_KINDS
from passerby.times import TimeBase

LOOK_AHEAD = 2.0  # seconds
EXACT = 1e-6  # seconds: differences of times are floats
AT_ONCE = 0.2  # seconds of frames that leave together: where things are is made out once for all of them
MOST_BYTES = 768 << 20  # of frames that are held: large ones are held for less long
# Fewer looks see less of how far a body reaches: for each second by which looks are further apart than often, boxes are
# larger by this share of their sides, and of the picture's height, at each side.
OFTEN, GROWN, GROWN_HEIGHTS = 0.2, 0.25, 0.015
LONGEST_GAP = 2.0  # seconds without a frame after which nothing is followed on
AFTER_ERROR = 2.0  # seconds after an error for which all is hidden before it is looked again
NOT_LOOKED = "looking did not keep up"
_SOLID = Finish()


@dataclass(frozen=True, slots=True)
class HiddenLiveFrame:
    """One frame with all hidden that is to be: the only kind that is encoded or shown."""

    picture: Picture  # as an encoder of fragments takes it
    orientation: Orientation  # how it is turned to be upright
    pts: int
    time_base: TimeBase
    wall: float  # seconds since 1970, UTC
    run: int
    looked: bool  # False: the whole picture is hidden
    why: str  # "" if it was looked at


@dataclass(frozen=True, slots=True)
class HidingHealth:
    """How hiding keeps up."""

    interval: float  # seconds from one look to the next
    paused: tuple[Pausable, ...]
    held: int  # frames
    dropped: int  # frames so far that were never shown: out of order, paused, or not to be painted
    failures: int  # errors so far for which pictures were hidden whole
    last_failure: str


@dataclass(slots=True)
class _Held:
    """A frame that waits, as it is."""

    live: LiveFrame
    seconds: float


class LiveHider:
    """Takes the frames of a stream in their order; one for each source."""

    def __init__(
        self, hide: tuple[Kind, ...], models: ModelSource, budget: Budget, *, look_ahead: float = LOOK_AHEAD
    ) -> None:
        """Raises UsageError for what cannot be hidden in a stream, MissingModelError."""
        strange = sorted(set(hide) - set(LIVE_KINDS))
        if strange or not hide:
            found = ", ".join(strange) or "nothing"
            raise UsageError(f"hide: expected some of {', '.join(LIVE_KINDS)} in a stream, found {found}")
        self._hide, self._budget, self._look_ahead = hide, budget, look_ahead
        self._looker = Looker(Policy(hide=hide), models, schedule_for(hide), wants_things=True)
        self._stretch: _Stretch | None = None
        self._retry: tuple[int, float] | None = None  # run, and seconds of it, from which it is looked again
        self._skipped = False  # the last frame, where every second one is
        self._seen: tuple[LiveSighting, ...] | None = None
        self._dropped, self._failures, self._last_failure = 0, 0, ""

    def push(self, live: LiveFrame, lag: float = 0.0) -> list[HiddenLiveFrame]:
        """The next frame, which comes ``lag`` seconds late; those whose time is come, in order, up to it."""
        out: list[HiddenLiveFrame] = []
        seconds = live.time_base.seconds(live.pts)
        self._seen = None
        if self._stretch is not None and not self._stretch.goes_on(live):
            if self._stretch.is_late(live):
                self._dropped += 1
                return out
            out += self._ended()
        pace = self._budget.note(seconds, lag)
        self._skipped = "half of the pictures" in pace.paused and not self._skipped
        if self._skipped:
            self._dropped += 1
            return out
        if not self._is_trusted(live.run, seconds):
            return [*out, *self._painted([_Due(_Held(live, seconds), None, self._last_failure)])]
        try:
            if self._stretch is None:
                self._stretch = _Stretch(live, self._looker, self._hide, self._look_ahead)
            self._seen = self._stretch.push(live, pace)
            return out + self._painted(self._stretch.due())
        except Exception as error:  # whatever it is: nothing that it is about may show
            self._retry = live.run, seconds + AFTER_ERROR
            return out + self._failed(live, error)

    def finish(self) -> list[HiddenLiveFrame]:
        """Those that are still held."""
        return self._ended()

    @property
    def seen(self) -> tuple[LiveSighting, ...] | None:
        """What was seen in the frame that was pushed last, known while its picture still waits; None: nobody has looked
        for things in it.
        """
        return self._seen

    @property
    def health(self) -> HidingHealth:
        pace, held = self._budget.pace, 0 if self._stretch is None else len(self._stretch.held)
        return HidingHealth(pace.interval, pace.paused, held, self._dropped, self._failures, self._last_failure)

    def _is_trusted(self, run: int, seconds: float) -> bool:
        if self._retry is not None and (self._retry[0] != run or seconds >= self._retry[1]):
            self._retry = None
        return self._retry is None

    def _failed(self, live: LiveFrame, error: Exception) -> list[HiddenLiveFrame]:
        """All that is held, hidden whole; what comes next has nothing to do with it."""
        self._failures += 1
        self._last_failure = f"looking failed: {error}"
        held = [] if self._stretch is None else list(self._stretch.held)
        self._stretch = None
        if not held or held[-1].live is not live:
            held.append(_Held(live, live.time_base.seconds(live.pts)))
        return self._painted([_Due(each, None, self._last_failure) for each in held])

    def _ended(self) -> list[HiddenLiveFrame]:
        if self._stretch is None:
            return []
        stretch, self._stretch = self._stretch, None
        try:
            due = stretch.finish()
        except Exception as error:  # as in ``push``
            self._failures += 1
            self._last_failure = f"looking failed: {error}"
            due = [_Due(each, None, self._last_failure) for each in stretch.held]
        return self._painted(due)

    def _painted(self, due: "Sequence[_Due]") -> list[HiddenLiveFrame]:
        painted = [_hidden(each) for each in due]
        self._dropped += painted.count(None)
        return [each for each in painted if each is not None]


@dataclass(frozen=True, slots=True)
class _Due:
    """A frame whose time is come."""

    held: _Held
    regions: Regions | None  # (m, 4) of the upright frame; None: all of it is hidden
    why: str = ""


class _Stretch:
    """Frames that follow one another: of one run and one size, without a gap."""

    def __init__(self, first: LiveFrame, looker: Looker, hide: tuple[Kind, ...], look_ahead: float) -> None:
        self._last, self._look_ahead = first, look_ahead
        self._scaler = Scaler(orientation_of(first.picture))
        self._size = self._scaler.orientation.size(first.picture.width, first.picture.height)
        form = first.picture.format.name
        info = VideoInfo(*self._size, first.time_base, 0, "", form, False, None, None)
        self._pass = LivePass(info, looker, hide)
        self._linker = LiveLinker(*self._size)
        self._most = max(min(MEMORY, MOST_BYTES // max(sum(plane.buffer_size for plane in first.picture.planes), 1)), 2)
        self.held: deque[_Held] = deque()

    def goes_on(self, live: LiveFrame) -> bool:
        """Whether a frame belongs to those before it."""
        last = self.held[-1].live if self.held else self._last
        gap = live.time_base.seconds(live.pts - last.pts)
        return live.run == last.run and _form(live) == _form(last) and 0 < gap <= LONGEST_GAP

    def is_late(self, live: LiveFrame) -> bool:
        """Whether one was there already that comes after it."""
        last = self.held[-1].live if self.held else self._last
        return live.run == last.run and live.time_base == last.time_base and live.pts <= last.pts

    def push(self, live: LiveFrame, pace: Pace) -> tuple[LiveSighting, ...] | None:
        """The next frame; what was seen in it, if it was looked at."""
        self.held.append(_Held(live, live.time_base.seconds(live.pts)))
        self._last = live
        frame = Frame(live.pts, 0, live.picture, self._scaler)
        seen = self._pass.take(frame, pace, self._rate())
        if self._pass.is_cut:
            self._linker.cut()
        return None if seen is None else self._linker.push(seen, live.pts, live.wall)

    def due(self) -> list[_Due]:
        """The frames that were held for long enough, with what is hidden in them."""
        newest = self.held[-1].seconds
        if newest - self.held[0].seconds < self._look_ahead - EXACT and len(self.held) < self._most:
            return []
        count = sum(newest - each.seconds >= self._look_ahead - AT_ONCE - EXACT for each in self.held)
        due = self._told(list(self.held)[: max(count, 1)], self._pass.tracker.so_far())
        for _ in due:
            self.held.popleft()
        self._pass.forget(self.held[0].live.pts if self.held else self._last.pts)
        return due

    def finish(self) -> list[_Due]:
        """All that are left."""
        return self._told(list(self.held), self._pass.finish())

    def _told(self, held: list[_Held], tracks: tuple[HiddenTrack, ...]) -> list[_Due]:
        return [
            _Due(each, self._regions(tracks, each))
            if self._pass.coverage.holds(each.seconds)
            else _Due(each, None, NOT_LOOKED)
            for each in held
        ]

    def _regions(self, tracks: tuple[HiddenTrack, ...], each: _Held) -> Regions:
        pts = each.live.pts
        there = [box_at(track, pts) for track in tracks if track.times[0] <= pts <= track.times[-1]]
        rare = max(self._pass.coverage.around(each.seconds) - OFTEN, 0.0)
        rows = np.array(there, np.float32).reshape(-1, 4)
        more = rare * (GROWN * (rows[:, 2:] - rows[:, :2]) + GROWN_HEIGHTS * self._size[1])
        return whole_pixels(list(grow(rows, more[:, 0], more[:, 1])), *self._size)

    def _rate(self) -> float | None:
        span = self.held[-1].seconds - self.held[0].seconds
        return (len(self.held) - 1) / span if span > 0 else None


def _form(live: LiveFrame) -> tuple[int, int, str, TimeBase]:
    return live.picture.width, live.picture.height, live.picture.format.name, live.time_base


def _hidden(due: _Due) -> HiddenLiveFrame | None:
    """The frame as it may be seen; None if it cannot be painted, and so never is."""
    live = due.held.live
    picture = live.picture
    size = picture.width, picture.height
    try:
        orientation = orientation_of(picture)
        placement = Placement(orientation, orientation.size(*size), size)
        whole = np.array([[0, 0, *size]], np.int32)
        regions = whole if due.regions is None else placement.in_coded(due.regions)
        painted = hide_in_frame(picture, regions, _SOLID, format_for(*size))
    except Exception:  # whatever it is: what was not painted does not leave
        return None
    looked = due.regions is not None
    return HiddenLiveFrame(painted, orientation, live.pts, live.time_base, live.wall, live.run, looked, due.why)
