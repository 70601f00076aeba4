"""The hidden stream of a source for players: low-latency HLS (RFC 8216bis) of the last half minute.

What is told of comes from the segment that is being written, read fragment by fragment as it grows and kept in memory:
where that file goes when it is whole does not matter. Nothing that is not hidden ever lies in its folder.
"""

import threading
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from math import ceil
from pathlib import Path

from passerby.errors import UnknownError
from passerby.streams.growing_file import GrowingFile
from passerby.streams.segment_parts import told_start

KEPT_SECONDS = 30.0
SEGMENT_SECONDS = 2.0  # of HLS: they are made of fragments
QUIET_SECONDS = 10.0  # without a fragment, after which nothing is live
LEAST_PART = 0.5  # seconds
PLAYLIST = "application/vnd.apple.mpegurl"


@dataclass(frozen=True, slots=True)
class Part:
    """A fragment in its place in the stream."""

    segment: int
    number: int  # within the segment
    head: int  # of which file it is
    wall: float  # seconds since 1970, when its first picture was there
    seconds: float
    has_key: bool
    content: bytes

    @property
    def name(self) -> str:
        return f"part-{self.segment}-{self.number}.m4s"


class Restream:
    """The stream of one source. For any number of threads."""

    def __init__(self, folder: Path) -> None:
        """``folder`` is that of the source: live_folder.segment_folder."""
        self._folder = folder
        self._lock = threading.Lock()
        self._file: GrowingFile | None = None
        self._heads: dict[int, bytes] = {}
        self._head = -1
        self._parts: deque[Part] = deque()
        self._next = (0, 0)  # segment and number of the next part
        self._filled = 0.0  # seconds of the segment that it belongs to
        self._longest = LEAST_PART  # part so far
        self._began: float | None = None  # when the first picture of the file was there; None: nobody has told
        self._lasted = 0.0  # seconds of the file so far
        self._written = 0.0  # when it was last written to
        self._cuts = 0  # how many changes of the file have left the playlist

    def close(self) -> None:
        with self._lock:
            if self._file is not None:
                self._file.close()
                self._file = None

    def playlist(self) -> str:
        """As it is now. Raises UnknownError where nothing is being written."""
        with self._lock:
            self._refresh()
            if not self._is_live():
                raise UnknownError("nothing of this source is being recorded now")
            return "\n".join([*self._start(), *self._body(), ""])

    def has(self, segment: int, number: int) -> bool:
        """Whether a part is there, or a later one; so that a player's question can wait for it."""
        with self._lock:
            self._refresh()
            return (segment, number) < self._next or not self._is_live()

    def piece(self, name: str) -> bytes:
        """What the playlist names. Raises UnknownError for what is not there, or no longer."""
        with self._lock:
            self._refresh()
            found = [part.content for part in self._parts if name in (part.name, f"segment-{part.segment}.m4s")]
            if not found and name.startswith("init-"):
                found = [head for number, head in self._heads.items() if name == f"init-{number}.mp4"]
            if not found:
                raise UnknownError(f"{name}: this piece of the stream is not here any more")
            return b"".join(found)

    def _is_live(self) -> bool:
        return bool(self._parts) and time.time() - self._written < QUIET_SECONDS

    def _refresh(self) -> None:
        """Take what has come since. What the file that was read until now still had comes before the next file's."""
        self._take()
        newest = self._newest()
        if newest is None:
            return
        if self._file is None or not _is_same(self._file, newest):
            try:
                following = GrowingFile(newest)
            except OSError:  # it has just been moved
                return
            if self._file is not None:
                self._take()
                self._file.close()
            self._file = following
            self._began, self._lasted = told_start(newest), 0.0
            self._head += 1
            self._close_segment()
            self._take()

    def _newest(self) -> Path | None:
        found: list[tuple[float, Path]] = []
        try:
            for path in self._folder.glob("*.mp4"):
                found.append((path.stat().st_mtime, path))
        except OSError:  # one of them has just been moved
            return None
        return max(found)[1] if found else None

    def _take(self) -> None:
        if self._file is None:
            return
        fragments = list(self._file.read())
        if self._file.head:
            self._heads[self._head] = self._file.head
        if not fragments:
            return
        self._written = self._file.written()
        coming = sum(fragment.seconds for fragment in fragments)
        # Where nobody has told it, what was just written was there just now.
        wall = self._written - coming if self._began is None else self._began + self._lasted
        self._lasted += coming
        for fragment in fragments:
            self._put(Part(*self._next, self._head, wall, fragment.seconds, fragment.has_key, fragment.content))
            wall += fragment.seconds
        self._forget()

    def _put(self, part: Part) -> None:
        # A segment begins with a part that a player can begin with, where there is one in time.
        if self._filled >= SEGMENT_SECONDS or (part.has_key and self._filled >= SEGMENT_SECONDS - part.seconds):
            self._close_segment()
            part = replace(part, segment=self._next[0], number=0)
        self._parts.append(part)
        self._longest = max(self._longest, part.seconds)
        self._filled += part.seconds
        self._next = part.segment, part.number + 1

    def _close_segment(self) -> None:
        if self._next[1]:
            self._next = self._next[0] + 1, 0
        self._filled = 0.0

    def _forget(self) -> None:
        """Whole segments, the oldest first."""
        while self._parts and sum(part.seconds for part in self._parts) > KEPT_SECONDS:
            gone = self._parts[0]
            if gone.segment == self._next[0]:
                break
            while self._parts and self._parts[0].segment == gone.segment:
                self._parts.popleft()
            if self._parts and self._parts[0].head != gone.head:
                self._cuts += 1
        kept = {part.head for part in self._parts} | {self._head}
        self._heads = {number: head for number, head in self._heads.items() if number in kept}

    def _start(self) -> Iterable[str]:
        longest = max(SEGMENT_SECONDS + self._longest, 1)
        yield "#EXTM3U"
        yield "#EXT-X-VERSION:9"
        yield f"#EXT-X-TARGETDURATION:{ceil(longest)}"
        yield f"#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK={self._longest * 3:.3f}"
        yield f"#EXT-X-PART-INF:PART-TARGET={self._longest:.3f}"
        yield f"#EXT-X-MEDIA-SEQUENCE:{self._parts[0].segment}"
        yield f"#EXT-X-DISCONTINUITY-SEQUENCE:{self._cuts}"

    def _body(self) -> Iterable[str]:
        before: Part | None = None
        lasted = 0.0
        for part in self._parts:
            if before is not None and part.segment != before.segment:
                yield from _segment(before.segment, lasted)
                lasted = 0.0
            if before is None or part.head != before.head:
                if before is not None:
                    yield "#EXT-X-DISCONTINUITY"
                yield f'#EXT-X-MAP:URI="init-{part.head}.mp4"'
            if not part.number:
                yield f"#EXT-X-PROGRAM-DATE-TIME:{_moment(part.wall)}"
            key = ",INDEPENDENT=YES" if part.has_key else ""
            yield f'#EXT-X-PART:DURATION={part.seconds:.5f},URI="{part.name}"{key}'
            before, lasted = part, lasted + part.seconds
        if before is not None and before.segment != self._next[0]:
            yield from _segment(before.segment, lasted)


def _segment(number: int, seconds: float) -> Iterable[str]:
    yield f"#EXTINF:{seconds:.5f},"
    yield f"segment-{number}.m4s"


def _moment(wall: float) -> str:
    return datetime.fromtimestamp(wall, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _is_same(file: GrowingFile, path: Path) -> bool:
    try:
        state = path.stat()
    except OSError:  # it has just been moved: what is held is still read
        return True
    return (state.st_dev, state.st_ino) == (file.state.st_dev, file.state.st_ino)
