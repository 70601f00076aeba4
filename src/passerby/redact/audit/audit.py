"""An audit of a redacted copy: what is a face in the original must not show in the copy.

Two passes over both files side by side. In the first, faces are looked for: in every few frames of the original as
closely as can be, and between those in the copy, where a face counts that shows what the original shows there. They
are joined to tracks. In the second, each face of each frame is compared by its fine structure (``leaks.py``). A place
that seems to show in a frame that was not searched is searched there, so that a box that was filled in wrongly
accuses nobody, and so that a leak is followed to its first and last frame.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from passerby.errors import UsageError
from passerby.geometry import grow, ious
from passerby.media.read.frames import Reader, open_video
from passerby.media.read.leftovers import leftovers
from passerby.models.source import ModelSource
from passerby.progress import OnProgress, Progress
from passerby.records import Detections, Floats, Pixels, Track
from passerby.redact.audit.container import faults_besides, notes_besides
from passerby.redact.audit.expected_places import ExpectedPlace, ExpectedPlaces
from passerby.redact.audit.face_search import START, SURE, FaceSearch, each_face_once
from passerby.redact.audit.intended import ShownOnPurpose
from passerby.redact.audit.lockstep import FramePair, Lockstep, ShiftCheck, times_in_words
from passerby.redact.audit.plan_tracks import plan_track_of
from passerby.redact.audit.result import Audit, AuditedTrack, Leak, ShownFace, TrackRow
from passerby.redact.audit.structure import Verdict, judge
from passerby.redact.look.view import at_border
from passerby.redact.plan.plan import Plan
from passerby.tracking.linker import TrackBuilder

EVERY = 4  # frames from one look at the original to the next
PATIENCE = 3  # looks for which a track may be out of sight
PLAIN_HEIGHT = 24  # pixels of a face that is cut by the border, if its look does not tell it surely
SAME_PLACE = 0.2  # intersection over union of where a face should be and where it is found
UNHIDDEN_MARGIN = 0.5  # nothing is hidden anywhere near a face if it shows with so much around it, in its sides,
UNTOUCHED = 0.9  # to this share of its fine structure

# A leak as it is found, with the frame of the copy (h, w, 3) in which it shows.
OnLeak = Callable[[Leak, Pixels], None]


def audit(
    original: Path,
    copy: Path,
    models: ModelSource,
    on_progress: OnProgress = lambda progress: None,
    *,
    plan: Plan | None = None,
    every: int = EVERY,
    on_leak: OnLeak = lambda leak, picture: None,
) -> Audit:
    """Which faces of ``original`` show in ``copy``; faces are looked for in every so many frames.

    What ``plan``, that of the copy, leaves visible on purpose is told, and not held against the copy.

    Raises UsageError if both are one file, MissingModelError, and what ``open_video`` raises.
    """
    if original.exists() and copy.exists() and original.samefile(copy):
        raise UsageError(f"{copy}: expected a copy of {original.name}, found that file itself")
    with _both(original, copy) as (source, made):
        look = FaceSearch(models, source.info.width, source.info.height)
        lockstep, shifts = Lockstep(source, made), ShiftCheck()
        tracks = _search(_told(lockstep, copy, on_progress, 0), look, shifts, every)
        sizes = () if lockstep.is_padded else _sizes_in_words(source, made)
        problems = (*sizes, *times_in_words(lockstep, shifts, made.damage))
        notes = (*_damage_in_words(source, made), *look.notes)
    purpose = ShownOnPurpose(plan)
    judging = _Judging(look, tracks, purpose, every, on_leak)
    with _both(original, copy) as (source, made):
        for pair in _told(Lockstep(source, made), copy, on_progress, 1) if tracks else ():
            judging.push(pair)
    left = leftovers(copy)
    problems += tuple(faults_besides(original, copy, plan, left, look))
    return Audit(
        original=original,
        copy=copy,
        frames=lockstep.pairs,
        tracks=_with_plan_tracks(judging.done(), plan),
        shown_faces=judging.shown_faces(),
        every=every,
        smallest_height=look.smallest_height,
        looked_with=look.looked_with,
        has_sound=made.info.has_audio,
        tags=left.tags,
        streams=left.streams,
        problems=problems,
        notes=(*notes, *notes_besides(copy, plan)),
        hides_faces=purpose.hides_faces,
    )


def _with_plan_tracks(tracks: tuple[AuditedTrack, ...], plan: Plan | None) -> tuple[AuditedTrack, ...]:
    """``tracks`` with the numbers of those of the plan that they belong to, where they show."""
    if plan is None:
        return tracks
    return tuple(replace(track, plan_track=plan_track_of(plan, track.leaks)) for track in tracks)


@contextmanager
def _both(original: Path, copy: Path) -> Iterator[tuple[Reader, Reader]]:
    with open_video(original) as source, open_video(copy) as made:
        yield source, made


def _told(lockstep: Lockstep, copy: Path, on_progress: OnProgress, passes: int) -> Iterator[FramePair]:
    """The pairs, with the progress told; ``passes`` are done already."""
    length = lockstep.estimated_seconds
    for pair in lockstep.read():
        done = pair.seconds + (passes * length if length else 0)
        on_progress(Progress(copy, "auditing", done / 2, length))
        yield pair


def _search(pairs: Iterator[FramePair], look: FaceSearch, shifts: ShiftCheck, every: int) -> list[Track]:
    """The first pass: where faces are. The times of its tracks are indices of pairs."""
    size = 0, 0
    tracks = TrackBuilder(start_score=START, patience=PATIENCE)
    for pair in pairs:
        shifts.push(pair)
        turn, step = divmod(pair.index, every)
        found = [look.closely(pair.original_rgb(), mirrored=turn % 2 == 1)] if step == 0 else []
        if step == every // 2:
            found.append(_shown(pair, look))
        if step == 0 or any(map(len, found)):
            tracks.push(pair.index, each_face_once(found))
        size = pair.size
    return [track for track in tracks.tracks() if track.score >= SURE or _is_plain(track, size)]


def _is_plain(track: Track, size: tuple[int, int]) -> bool:
    """Whether a track of which nothing is sure is taken for a face: seen twice, and not just a little of it.

    What is small and stays at the border of the picture can look like one with itself in the mirror beyond.
    """
    heights = track.boxes[:, 3] - track.boxes[:, 1]
    away = not at_border(track.boxes, *size).all()
    return len(track.times) > 1 and bool(away or heights.max() >= PLAIN_HEIGHT)


def _shown(pair: FramePair, look: FaceSearch) -> Detections:
    """Faces found in the copy, where it shows what the original shows."""
    found = look.quickly(pair.copy_rgb())
    if not len(found):
        return found
    return found.where(np.array([judge(pair.original_rgb(), pair.copy_rgb(), box).leaked for box in found.boxes]))


class _Judging:
    """The second pass: which of them show."""

    def __init__(
        self, look: FaceSearch, tracks: list[Track], shown: ShownOnPurpose, every: int, on_leak: OnLeak
    ) -> None:
        self._look, self._shown, self._on_leak = look, shown, on_leak
        self._rows = [TrackRow(number, track.score, 2 * every) for number, track in enumerate(tracks, 1)]
        self._places = ExpectedPlaces(tracks, widest_gap=2 * every, reach=every - 1)

    def push(self, pair: FramePair) -> None:
        judged = _JudgedFrame(pair, self._look)
        for place in self._places.at(pair.index):
            seen = judged.see(place)
            if seen is None:
                continue
            row = self._rows[place.track]
            if not seen.verdict.leaked:
                row.hidden(pair.seconds)
            elif purpose := self._shown.why(pair.original.pts, seen.box):
                row.shows_on_purpose(pair.index, pair.seconds, purpose.track)
            else:
                leak = row.shows(pair.index, pair.seconds, _outward(seen.box, pair), seen.verdict.follows)
                self._on_leak(leak, pair.copy_rgb())

    def done(self) -> tuple[AuditedTrack, ...]:
        """The tracks of which something was to be hidden."""
        return tuple(row.done() for row in self._rows if row.faces)

    def shown_faces(self) -> tuple[ShownFace, ...]:
        """The faces that show on purpose, while by while."""
        return tuple(face for row in self._rows for face in row.shown)


@dataclass(frozen=True, slots=True)
class _Seen:
    box: Floats
    verdict: Verdict


class _JudgedFrame:
    """Compares places of one frame; searches it only where that matters, and once."""

    def __init__(self, pair: FramePair, look: FaceSearch) -> None:
        self._pair, self._look = pair, look
        self._faces: Detections | None = None

    def see(self, place: ExpectedPlace) -> _Seen | None:
        """How the face is that should be at a place; None if there is none."""
        verdict = self._compare(place.box)
        if place.how == "found":
            return _Seen(place.box, verdict)
        if not verdict.leaked or (place.how == "between" and self._nothing_is_hidden_near(place.box)):
            return _Seen(place.box, verdict) if place.how == "between" else None
        box = self._found_near(place.box)
        if box is None:
            return _Seen(place.box, verdict) if place.how == "between" else None
        return _Seen(box, self._compare(box))

    def _compare(self, box: Floats) -> Verdict:
        return judge(self._pair.original_rgb(), self._pair.copy_rgb(), box)

    def _nothing_is_hidden_near(self, box: Floats) -> bool:
        sides = box[2:] - box[:2]
        around = grow(box[None], UNHIDDEN_MARGIN * sides[0], UNHIDDEN_MARGIN * sides[1])[0]
        return self._compare(around).follows >= UNTOUCHED

    def _found_near(self, box: Floats) -> Floats | None:
        if self._faces is None:
            self._faces = self._look.closely(self._pair.original_rgb(), mirrored=False)
        if not len(self._faces):
            return None
        shared = ious(box[None], self._faces.boxes)[0]
        best: Floats = self._faces.boxes[shared.argmax()]
        return best if shared.max() >= SAME_PLACE else None


def _outward(box: Floats, pair: FramePair) -> tuple[int, int, int, int]:
    """Whole pixels, within the frame."""
    x1, y1 = np.maximum(np.floor(box[:2]), 0).astype(int).tolist()
    x2, y2 = np.minimum(np.ceil(box[2:]), pair.size).astype(int).tolist()
    return x1, y1, x2, y2


def _sizes_in_words(source: Reader, made: Reader) -> Iterator[str]:
    sizes = [f"{reader.info.width}x{reader.info.height}" for reader in (made, source)]
    if sizes[0] != sizes[1]:
        yield f"the copy has {sizes[0]} pixels, the original {sizes[1]}"


def _damage_in_words(source: Reader, made: Reader) -> Iterator[str]:
    for name, reader in (("original", source), ("copy", made)):
        if reader.damage:
            yield f"the {name} is damaged ({reader.damage}) and was compared as far as it can be read"
