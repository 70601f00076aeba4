"""Which pictures of a stream belong together: a run, in which time goes on and the form stays what it is."""

from dataclasses import dataclass, replace

from passerby.media.read.planes import Picture
from passerby.times import TimeBase

JUMP_SECONDS = 5.0
# Recorders stamp a picture hours away now and then: time has jumped once that many go on from where it did.
PICTURES_OF_A_JUMP = 3
_WRAPS = (1 << 33, 1 << 32)  # at how many ticks time starts again: MPEG-TS, RTP


@dataclass(frozen=True, slots=True)
class ArrivedPicture:
    """A picture, with what the stream says of its time, and when it came."""

    picture: Picture
    pts: int
    time_base: TimeBase
    arrival: float  # seconds of a clock that is never set


@dataclass(frozen=True, slots=True)
class RunPicture:
    """A picture in its run."""

    arrived: ArrivedPicture  # its pts rises within the run
    run: int
    why: str = ""  # of the first picture of a run that another one of the same connection precedes


class RunTimes:
    """Takes pictures in the order in which they are shown; one for each source."""

    def __init__(self) -> None:
        self.run = -1
        self.passed_over = 0  # pictures whose time belonged to nothing
        self._last: ArrivedPicture | None = None
        self._wrapped = 0  # ticks
        self._odd: list[ArrivedPicture] = []
        self._why = ""

    def interrupt(self, why: str = "") -> None:
        """What comes now belongs to nothing before it: another connection, or ``why``."""
        self.passed_over += len(self._odd)
        self._odd = []
        self._last, self._why = None, why

    def push(self, new: ArrivedPicture) -> list[RunPicture]:
        """The pictures whose run is known by now, the new one mostly."""
        if self._last is None:
            return self._begin([new], self._why)
        if (why := _changed(self._last, new)) != "":
            self.passed_over += len(self._odd)
            return self._begin([new], why)
        unwrapped = self._unwrapped(new, self._last)
        if _follows(self._last, unwrapped):
            self.passed_over += len(self._odd)
            self._odd = []
            self._last = unwrapped
            return [RunPicture(unwrapped, self.run)]
        if self._odd and not _follows(self._odd[-1], new):
            self.passed_over += len(self._odd)
            self._odd = []
        self._odd.append(new)
        if len(self._odd) < PICTURES_OF_A_JUMP:
            return []
        seconds = new.time_base.seconds(self._odd[0].pts + self._wrapped - self._last.pts)
        return self._begin(self._odd, f"the time of the stream jumped by {seconds:.1f} s")

    def _begin(self, pictures: list[ArrivedPicture], why: str) -> list[RunPicture]:
        self.run += 1
        self._last, self._odd, self._wrapped = pictures[-1], [], 0
        return [RunPicture(each, self.run, "" if place else why) for place, each in enumerate(pictures)]

    def _unwrapped(self, new: ArrivedPicture, last: ArrivedPicture) -> ArrivedPicture:
        pts = new.pts + self._wrapped
        near = new.time_base.ticks(int(JUMP_SECONDS))
        wrap = next((wrap for wrap in _WRAPS if abs(pts + wrap - last.pts) <= near), 0)
        self._wrapped += wrap
        return replace(new, pts=pts + wrap)


def _follows(last: ArrivedPicture, new: ArrivedPicture) -> bool:
    """Whether time goes on: a long way only if as much of it went by here."""
    seconds = new.time_base.seconds(new.pts - last.pts)
    return seconds > 0 and (seconds <= JUMP_SECONDS or abs(seconds - (new.arrival - last.arrival)) <= JUMP_SECONDS)


def _changed(last: ArrivedPicture, new: ArrivedPicture) -> str:
    old, now = last.picture, new.picture
    if (old.width, old.height) != (now.width, now.height):
        return f"pictures are {now.width}x{now.height} now, they were {old.width}x{old.height}"
    if old.format.name != now.format.name:
        return f"pictures are {now.format.name} now, they were {old.format.name}"
    return "" if last.time_base == new.time_base else "the stream counts its time another way now"
