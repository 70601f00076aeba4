"""What an audit of a redacted copy tells: numbers, times in seconds of the original, boxes, and no pixel.

Its document is that of ``audit --json``, in docs/json.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from passerby.notebook import facts
from passerby.records import PixelBox
from passerby.redact.audit.verdict import WORDS, State, state_of
from passerby.times import format_timecode, merged_spans
from passerby.wording import counted

SPANS_TOLD = 4  # of the times at which faces show on purpose, in a line


@dataclass(frozen=True, slots=True)
class Leak:
    """A face of one frame that shows in the copy."""

    track: int
    time: float
    box: PixelBox  # in pixels of the upright frame
    follows: float  # the share of the original's fine structure there that the copy shows; 0: told by its colour
    begins_run: bool  # whether it did not show in the frame before

    def document(self) -> dict[str, Any]:
        return {"time": self.time, "box": list(self.box), "follows": round(self.follows, 4)}


@dataclass(frozen=True, slots=True)
class Answer:
    """Somebody's word that nobody is to be seen in some leaks; it is kept with the copy."""

    reason: str  # in their words
    by: str  # a user's name; "" for whoever ran the command
    at: float  # seconds since 1970, UTC; 0 where that is not kept
    times: tuple[float, ...]  # of the leaks that it is for, rising
    boxes: tuple[PixelBox, ...]  # and where they are

    def document(self) -> dict[str, Any]:
        """Who says why that it is nobody."""
        return {"reason": self.reason, "by": self.by, "at": self.at}


@dataclass(frozen=True, slots=True)
class AuditedTrack:
    """A face over time."""

    number: int  # from 1, in the order of their starts
    start: float
    end: float  # of the last frame in which it was seen
    score: float  # how sure the detector is of it
    faces: int  # frames in which it was compared
    leaks: tuple[Leak, ...]
    longest_run: int  # frames in a row in which it shows
    plan_track: int | None = None  # the number of the plan's track that it belongs to, if it shows and there is one
    answer: Answer | None = None  # to its leaks: that it is nobody

    @property
    def shows(self) -> bool:
        """Whether somebody shows in it who should not."""
        return bool(self.leaks) and self.answer is None

    def document(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "plan_track": self.plan_track,
            "start": self.start,
            "end": self.end,
            "score": round(self.score, 4),
            "faces": self.faces,
            "leaked": len(self.leaks),
            "longest_run_frames": self.longest_run,
            "leaks": [leak.document() for leak in self.leaks],
            "nobody": None if self.answer is None else self.answer.document(),
        }

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Self:
        """What ``document`` told of, without the answer."""
        number, leaks = document["number"], document["leaks"]
        return cls(
            number=number,
            start=document["start"],
            end=document["end"],
            score=document["score"],
            faces=document["faces"],
            leaks=tuple(
                Leak(number, leak["time"], (*leak["box"],), leak["follows"], begins_run=False) for leak in leaks
            ),
            longest_run=document["longest_run_frames"],
            plan_track=document.get("plan_track"),
        )


@dataclass(frozen=True, slots=True)
class ShownFace:
    """A face that shows for a while since the plan says so."""

    face: int  # as ``AuditedTrack.number``
    start: float
    end: float  # of its last frame
    frames: int
    plan_track: int | None  # the plan's track that is visible; None: nothing was to be hidden at that time, or no face

    def document(self) -> dict[str, Any]:
        return {
            "face": self.face,
            "start": self.start,
            "end": self.end,
            "frames": self.frames,
            "plan_track": self.plan_track,
        }


@dataclass(frozen=True, slots=True)
class Audit:
    """All that an audit found."""

    original: Path
    copy: Path
    frames: int  # that were compared
    tracks: tuple[AuditedTrack, ...]
    shown_faces: tuple[ShownFace, ...]  # faces that show since the plan says so; not among the faces of ``tracks``
    every: int  # faces were looked for in each frame with a number that this divides
    smallest_height: int  # pixels: smaller faces are hardly found
    looked_with: tuple[str, ...]
    has_sound: bool  # the copy
    tags: tuple[str, ...]  # names of the metadata that are left in the copy
    streams: tuple[str, ...]  # what is in the copy besides picture and sound
    problems: tuple[str, ...]  # what else is wrong: what could not be compared, and what should not be in the copy
    notes: tuple[str, ...]
    hides_faces: bool = True  # False for a copy whose plan hides no faces at all

    @property
    def faces(self) -> int:
        """Faces in the original, one for each frame in which there is one."""
        return sum(track.faces for track in self.tracks)

    @property
    def leaked(self) -> int:
        """How many of them show, without those that are answered as nobody."""
        return sum(len(track.leaks) for track in self.tracks if track.shows)

    @property
    def leaky_tracks(self) -> int:
        return sum(track.shows for track in self.tracks)

    @property
    def longest_run(self) -> int:
        return max((track.longest_run for track in self.tracks if track.shows), default=0)

    @property
    def shown_on_purpose(self) -> int:
        """How many faces show since the plan says so, one for each frame in which one does."""
        return sum(face.frames for face in self.shown_faces)

    @property
    def answered(self) -> tuple[AuditedTrack, ...]:
        """Those that somebody has answered for."""
        return tuple(track for track in self.tracks if track.answer is not None)

    @property
    def state(self) -> State:
        return state_of(failed=self.failed, shows=bool(self.shown_faces) or not self.hides_faces)

    @property
    def passed(self) -> bool:
        """Whether no face shows, not even on purpose, every frame was compared, and nothing else is wrong."""
        return self.state == "passed"

    @property
    def failed(self) -> bool:
        """Whether a face shows that should not, or anything else is wrong."""
        return bool(self.leaked or self.problems)

    @property
    def verdict(self) -> str:
        """One line."""
        tracks = counted(len(self.tracks), "track")
        told = []
        if self.leaked:
            told.append(f"{self.leaked} of {counted(self.faces, 'face')} show, in {self.leaky_tracks} of {tracks}")
        told += self.problems
        if not told:
            what = "none of {} in {} shows" if self.state == "passed" else "none of {} in {} shows that is to be hidden"
            told.append(what.format(counted(self.faces, "face"), tracks))
        return "; ".join([*told, *self._on_purpose(), *map(_nobody, self.answered)])

    def document(self) -> dict[str, Any]:
        """All of it, as ``audit --json``."""
        return {
            "original": self.original.name,
            "copy": self.copy.name,
            "state": self.state,
            "pass": self.passed,
            "verdict": self.verdict,
            "faces": {
                "original": self.faces,
                "leaked": self.leaked,
                "leaky_tracks": self.leaky_tracks,
                "longest_run_frames": self.longest_run,
                "tracks": len(self.tracks),
                "shown_on_purpose": self.shown_on_purpose,
                "answered": len(self.answered),
                "smallest_height": self.smallest_height,
            },
            "hides_faces": self.hides_faces,
            "shown_on_purpose": [face.document() for face in self.shown_faces],
            "tracks": [track.document() for track in self.tracks],
            "frames": self.frames,
            "every": self.every,
            "looked_with": list(self.looked_with),
            "sound": self.has_sound,
            "left_in_container": [*self.tags, *self.streams],
            "problems": list(self.problems),
            "notes": list(self.notes),
        }

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Self:
        """What ``document`` told of, without answers; of older documents what they say."""
        faces = document["faces"]
        shown = [ShownFace(**face) for face in document.get("shown_on_purpose", [])]
        if not shown and faces["shown_on_purpose"]:  # an older one, which does not say when
            end = max((track["end"] for track in document["tracks"]), default=0.0)
            shown = [ShownFace(0, 0.0, end, faces["shown_on_purpose"], None)]
        return cls(
            original=Path(document["original"]),
            copy=Path(document["copy"]),
            frames=document["frames"],
            tracks=tuple(map(AuditedTrack.read, document["tracks"])),
            shown_faces=tuple(shown),
            every=document["every"],
            smallest_height=faces["smallest_height"],
            looked_with=tuple(document["looked_with"]),
            has_sound=document["sound"],
            tags=tuple(document["left_in_container"]),
            streams=(),
            problems=tuple(document["problems"]),
            notes=tuple(document["notes"]),
            hides_faces=document.get("hides_faces", True),
        )

    def __repr__(self) -> str:
        return f"Audit({self.copy.name!r}, {self.state!r}, {self.verdict!r})"

    def _repr_html_(self) -> str:
        rows = [
            ("of", self.original.name),
            ("verdict", self.verdict),
            ("frames compared", str(self.frames)),
            ("looked with", "; ".join(self.looked_with)),
            *(("note", note) for note in self.notes),
        ]
        return facts(f"{self.copy.name}: {WORDS[self.state]}", rows)

    def _on_purpose(self) -> list[str]:
        if not self.hides_faces:
            return ["no face was to be hidden" + (f": {shown_in_words(self.shown_faces)}" if self.shown_faces else "")]
        return [shown_in_words(self.shown_faces)] if self.shown_faces else []


def shown_in_words(faces: tuple[ShownFace, ...]) -> str:
    """How many faces show on purpose, and when.

    >>> shown_in_words((ShownFace(1, 5.0, 20.25, 300, 3),))
    'shows 1 face on purpose, 0:05.000-0:20.250'
    """
    spans = merged_spans((face.start, face.end) for face in faces)
    told = ", ".join(f"{format_timecode(start)}-{format_timecode(end)}" for start, end in spans[:SPANS_TOLD])
    if len(spans) > SPANS_TOLD:
        told = f"{told} and {len(spans) - SPANS_TOLD} times more"
    return f"shows {counted(len({face.face for face in faces}), 'face')} on purpose, {told}"


def _nobody(track: AuditedTrack) -> str:
    by, reason = (track.answer.by, track.answer.reason) if track.answer else ("", "")
    if by:
        return f"face {track.number} answered as nobody by {by}: {reason}"
    return f"face {track.number} answered as nobody: {reason}"


class TrackRow:
    """Collects what is seen of one track, frame by frame."""

    def __init__(self, number: int, score: float, longest_gap: int) -> None:
        """``longest_gap``: frames that may lie between two in which it shows on purpose, for one while."""
        self._number, self._score, self._longest_gap = number, score, longest_gap
        self._seconds: list[float] = []
        self._leaks: list[Leak] = []
        self._last_leak = self._last_shown = -2 - longest_gap  # the index of a frame
        self._run = self._longest = 0
        self.shown: list[ShownFace] = []

    @property
    def faces(self) -> int:
        """Frames in which it was compared."""
        return len(self._seconds)

    def hidden(self, seconds: float) -> None:
        """The face does not show in this frame."""
        self._seconds.append(seconds)

    def shows(self, index: int, seconds: float, box: PixelBox, follows: float) -> Leak:
        """The face shows in this frame, the ``index``-th."""
        begins = index != self._last_leak + 1
        self._run = 1 if begins else self._run + 1
        self._longest, self._last_leak = max(self._longest, self._run), index
        leak = Leak(self._number, seconds, box, follows, begins)
        self._seconds.append(seconds)
        self._leaks.append(leak)
        return leak

    def shows_on_purpose(self, index: int, seconds: float, plan_track: int | None) -> None:
        """The face shows in this frame since the plan says so."""
        last = self.shown[-1] if self.shown else None
        if last and last.plan_track == plan_track and index - self._last_shown <= self._longest_gap:
            self.shown[-1] = replace(last, end=seconds, frames=last.frames + 1)
        else:
            self.shown.append(ShownFace(self._number, seconds, seconds, 1, plan_track))
        self._last_shown = index

    def done(self) -> AuditedTrack:
        start, end = self._seconds[0], self._seconds[-1]
        return AuditedTrack(
            self._number, start, end, self._score, len(self._seconds), tuple(self._leaks), self._longest
        )
