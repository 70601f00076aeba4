"""What an audit of a redacted copy tells: numbers, times and boxes, and no pixel."""

from dataclasses import dataclass
from pathlib import Path

from passerby.redact.policy import Box
from passerby.wording import counted

Seconds = float  # on the original's timeline


@dataclass(frozen=True, slots=True)
class Leak:
    """A face of one frame that shows in the copy."""

    track: int
    time: Seconds
    box: Box  # in pixels of the upright frame
    follows: float  # the share of the original's fine structure there that the copy shows; 0: told by its colour
    begins_run: bool  # whether it did not show in the frame before


@dataclass(frozen=True, slots=True)
class AuditedTrack:
    """A face over time."""

    number: int  # from 1, in the order of their starts
    start: Seconds
    end: Seconds  # of the last frame in which it was seen
    score: float  # how sure the detector is of it
    faces: int  # frames in which it was compared
    leaks: tuple[Leak, ...]
    longest_run: int  # frames in a row in which it shows


@dataclass(frozen=True, slots=True)
class AuditResult:
    """All that an audit found."""

    original: Path
    copy: Path
    frames: int  # that were compared
    tracks: tuple[AuditedTrack, ...]
    shown_on_purpose: int  # faces that show since the plan says so; in no track
    every: int  # faces were looked for in each frame with a number that this divides
    smallest_height: int  # pixels: smaller faces are hardly found
    looked_with: tuple[str, ...]
    has_sound: bool  # the copy
    tags: tuple[str, ...]  # names of the metadata that are left in the copy
    streams: tuple[str, ...]  # what is in the copy besides picture and sound
    problems: tuple[str, ...]  # why the two could not be compared in full
    notes: tuple[str, ...]

    @property
    def faces(self) -> int:
        """Faces in the original, one for each frame in which there is one."""
        return sum(track.faces for track in self.tracks)

    @property
    def leaked(self) -> int:
        """How many of them show."""
        return sum(len(track.leaks) for track in self.tracks)

    @property
    def leaky_tracks(self) -> int:
        return sum(bool(track.leaks) for track in self.tracks)

    @property
    def longest_run(self) -> int:
        return max((track.longest_run for track in self.tracks), default=0)

    @property
    def passed(self) -> bool:
        """Whether no face shows, and every frame was compared."""
        return not self.leaked and not self.problems

    @property
    def verdict(self) -> str:
        """One line."""
        if self.passed:
            return f"none of {counted(self.faces, 'face')} in {counted(len(self.tracks), 'track')} shows"
        told = list(self.problems)
        if self.leaked:
            tracks = f"{self.leaky_tracks} of {counted(len(self.tracks), 'track')}"
            told.insert(0, f"{self.leaked} of {counted(self.faces, 'face')} show, in {tracks}")
        return "; ".join(told)


class TrackRow:
    """Collects what is seen of one track, frame by frame."""

    def __init__(self, number: int, score: float) -> None:
        self._number, self._score = number, score
        self._seconds: list[Seconds] = []
        self._leaks: list[Leak] = []
        self._last_leak = -2  # the index of a frame
        self._run = self._longest = 0

    @property
    def faces(self) -> int:
        """Frames in which it was compared."""
        return len(self._seconds)

    def hidden(self, seconds: Seconds) -> None:
        """The face does not show in this frame."""
        self._seconds.append(seconds)

    def shows(self, index: int, seconds: Seconds, box: Box, follows: float) -> Leak:
        """The face shows in this frame, the ``index``-th."""
        begins = index != self._last_leak + 1
        self._run = 1 if begins else self._run + 1
        self._longest, self._last_leak = max(self._longest, self._run), index
        leak = Leak(self._number, seconds, box, follows, begins)
        self._seconds.append(seconds)
        self._leaks.append(leak)
        return leak

    def done(self) -> AuditedTrack:
        start, end = self._seconds[0], self._seconds[-1]
        return AuditedTrack(
            self._number, start, end, self._score, len(self._seconds), tuple(self._leaks), self._longest
        )
