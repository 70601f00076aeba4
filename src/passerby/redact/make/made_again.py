"""Whether a copy is what its plan makes of its original: it is made again, and both are compared.

Where nothing but the copy's signature differs they are the same to the last sample. Else another version of an encoder,
another number of threads, or another quality made it, and the same pictures came out in other bits: each block of each
frame must then be nearly as bright in both, and no place that is to be hidden may show the original's fine structure
in the copy and not in what was made again (docs/decisions/0084).
"""

from collections.abc import Iterator, Set
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np

from passerby.files.content import Source
from passerby.media.check.contents import contents_of
from passerby.media.check.sound_levels import sound_levels
from passerby.media.read.frames import open_video
from passerby.models.source import ModelSource
from passerby.progress import OnProgress, Progress
from passerby.records import Floats, Pixels
from passerby.redact.audit.lockstep import FramePair, Lockstep
from passerby.redact.audit.structure import judge
from passerby.redact.make.covers import CoverHider
from passerby.redact.make.redacted_video import load_plan
from passerby.redact.make.render import render
from passerby.redact.plan.plan import Plan, box_at
from passerby.times import format_timecode
from passerby.wording import counted

BLOCK = 16  # pixels: the side of what is compared at once
BRIGHTER = 9.0  # levels: by chance blocks of the same picture from two encoders differ by up to 6, see 0084
LOUDER, LOUDER_SHARE = 0.02, 0.3  # of full scale, and of the louder


@dataclass(frozen=True, slots=True)
class RemadeCopy:
    """What came of making a copy again."""

    frames: int  # that were compared
    is_same: bool  # in every sample of every frame
    faults: tuple[str, ...]  # in what the copy is not what its plan makes, a line each

    def __str__(self) -> str:
        how = "to the last sample" if self.is_same else "but for what encoders do to pictures"
        return f"made again by its plan, {counted(self.frames, 'frame')} are the same {how}"


def make_again(
    original: Path, copy: Path, plan: Path, models: ModelSource, on_progress: OnProgress = lambda progress: None
) -> RemadeCopy:
    """Make a copy of ``original`` by the plan in a file, beside nothing and for the time of the comparison alone.

    Raises UsageError for a plan that is none, or one of another original, and as ``render`` does.
    """
    given = load_plan(plan, Source.read(original, lambda done: None))
    with TemporaryDirectory() as folder:
        again = Path(folder, f"again{copy.suffix}")
        render(
            original, again, given, lambda done, total: on_progress(Progress(copy, "writing", done, total)),
            cover=CoverHider(given.policy, models, ""),
        )  # fmt: skip
        apart = _FrameComparison()
        with open_video(again) as expected, open_video(copy) as found:
            lockstep = Lockstep(expected, found)
            for pair in lockstep.read():
                apart.push(pair)
        faults = [*apart.faults(lockstep), *_besides(again, copy)]
        if not apart.is_same:
            shown = _places_shown(original, copy, given) - _places_shown(original, again, given)
            faults += _shown_in_words(shown)
    return RemadeCopy(lockstep.pairs, apart.is_same, tuple(faults))


class _FrameComparison:
    """What is unlike in frames of which the first was made again, and the other is the copy's."""

    def __init__(self) -> None:
        self.is_same = True
        self._unlike: list[float] = []  # seconds

    def push(self, pair: FramePair) -> None:
        expected, found = pair.original_rgb(), pair.copy_rgb()
        if np.array_equal(expected, found):
            return
        self.is_same = False
        if np.abs(_blocks(expected) - _blocks(found)).max() > BRIGHTER:
            self._unlike.append(pair.seconds)

    def faults(self, lockstep: Lockstep) -> Iterator[str]:
        for times, what in (
            (self._unlike, "do not show what the plan makes of them"),
            (lockstep.missing, "of its plan are not in the copy"),
            (lockstep.added, "in the copy are not of its plan"),
        ):
            if times:
                yield f"{counted(len(times), 'frame')} {what}, the first at {format_timecode(times[0])}"
        if not lockstep.pairs:
            yield "none of its frames was compared"


def _blocks(picture: Pixels) -> Floats:
    """How bright blocks of a picture (h, w, 3) are, in each channel."""
    height, width = picture.shape[:2]
    size = max(width // BLOCK, 1), max(height // BLOCK, 1)
    return np.asarray(cv2.resize(picture.astype(np.float32), size, interpolation=cv2.INTER_AREA), np.float32)


def _places_shown(original: Path, copy: Path, plan: Plan) -> set[tuple[int, float]]:
    """Tracks, by number, and seconds in which what is to be hidden shows as in the original."""
    base = plan.original.time_base
    shown = set()
    with open_video(original) as source, open_video(copy) as made:
        for pair in Lockstep(source, made).read():
            pts = pair.original.pts
            for track in plan.hidden:
                is_there = track.span.start <= pts < track.span.end
                if is_there and judge(pair.original_rgb(), pair.copy_rgb(), box_at(track, pts)).leaked:
                    shown.add((track.number, base.seconds(pts)))
    return shown


def _shown_in_words(shown: Set[tuple[int, float]]) -> Iterator[str]:
    for number in sorted({track for track, _ in shown}):
        times = sorted(seconds for track, seconds in shown if track == number)
        first = format_timecode(times[0])
        yield f"track {number} of its plan, which is hidden, shows in {counted(len(times), 'frame')}, first at {first}"


def _besides(again: Path, copy: Path) -> Iterator[str]:
    """What else than pictures is unlike: streams, and how loud the sound is."""
    expected, found = contents_of(again).kinds, contents_of(copy).kinds
    for kind in sorted({*expected, *found}):
        if expected.get(kind, 0) != found.get(kind, 0):
            yield f"{kind}: its plan makes {expected.get(kind, 0)} of them, found {found.get(kind, 0)}"
    for track, (one, other) in enumerate(zip(sound_levels(again), sound_levels(copy), strict=False), 1):
        at = one.differs_at(other, LOUDER, LOUDER_SHARE)
        if at is not None:
            yield f"track {track} of its sound is not what the plan makes of it, from {format_timecode(at)} on"
