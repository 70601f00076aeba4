"""What others find in made edits: TransNetV2 on every frame, and PySceneDetect where it is installed.

It takes long, so each edit is kept with what was found in it, in a file of the benchmarks' cache.
"""

import importlib
import importlib.util
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from benchmarks.edits import KINDS, RATE, Source, Transition, make_edit, shrink
from passerby.records import Floats, Pixels
from passerby.stages.shots import ShotJudge

WINDOW, MARGIN = 100, 25  # TransNetV2's inference looks at 100 frames at once; those at either end lend context only
JUDGED = WINDOW - 2 * MARGIN
DETECTORS = ("AdaptiveDetector", "ContentDetector", "HistogramDetector", "HashDetector")

T = TypeVar("T")
Span = tuple[int, int]  # the last frame before a transition, the first after it


@dataclass(frozen=True, slots=True)
class MadeEdit:
    """A made edit, small, and what PySceneDetect finds in it."""

    small: Pixels  # (n, 27, 48, 3)
    transitions: tuple[Transition, ...]
    traps: tuple[str, ...]  # for each shot
    others: dict[str, tuple[list[Span], float]]  # for each method what it found, and its seconds


def timed(work: Callable[..., T], *arguments: object) -> tuple[T, float]:
    """The result, and the seconds of CPU time that it took: what else the machine does counts less in them."""
    start = time.process_time()
    result = work(*arguments)
    return result, time.process_time() - start


def made_edit(cache: Path, sources: Callable[[], Sequence[Source]], seed: int, **options: Any) -> MadeEdit:
    """The edit of this seed, from the cache if it is there. ``options`` are those of ``make_edit``."""
    path = cache / f"edit-{seed}.npz"
    if not path.exists():
        edit = make_edit(sources(), seed, **options)
        known: dict[str, NDArray[Any]] = {
            "small": shrink(edit.frames),
            "transitions": np.array([(KINDS.index(t.kind), t.before, t.after) for t in edit.transitions]),
            "traps": np.array(edit.traps),
        }
        for name in DETECTORS if importlib.util.find_spec("scenedetect") else ():
            spans, spent = timed(by_scenedetect, name, edit.frames)
            known |= {f"spans {name}": np.array(spans).reshape(-1, 2), f"seconds {name}": np.array(spent)}
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(path, allow_pickle=False, **known)
    with np.load(path) as kept:
        transitions = tuple(Transition(KINDS[kind], int(a), int(b)) for kind, a, b in kept["transitions"])
        others = {
            name: ([(int(a), int(b)) for a, b in kept[f"spans {name}"]], float(kept[f"seconds {name}"]))
            for name in DETECTORS
            if f"spans {name}" in kept
        }
        return MadeEdit(kept["small"], transitions, tuple(map(str, kept["traps"])), others)


def known_odds(cache: Path, judge: ShotJudge, seed: int, small: Pixels) -> tuple[Floats, float]:
    """By TransNetV2 for every frame, and its seconds; from the cache if they are there."""
    path = cache / f"odds-{seed}.npz"
    if not path.exists():
        odds, seconds = timed(odds_by_transnet, judge, small)
        np.savez_compressed(path, odds=odds, seconds=np.array(seconds))
    with np.load(path) as kept:
        return kept["odds"], float(kept["seconds"])


def odds_by_transnet(judge: ShotJudge, small: Pixels) -> Floats:
    """For every frame, in steps of half a window, as upstream's inference does."""
    starts = range(0, len(small), JUDGED)
    windows = (np.clip(np.arange(start - MARGIN, start - MARGIN + WINDOW), 0, len(small) - 1) for start in starts)
    judged = [judge.predict(small[window])[MARGIN:-MARGIN] for window in windows]
    return np.concatenate(judged)[: len(small)]


def runs(odds: Floats, threshold: float) -> list[Span]:
    """Upstream's predictions_to_scenes: a transition from the first probable frame to the first after the run."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], odds > threshold, [False]]).astype(int)))
    spans = zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
    return [(start, stop) for start, stop in spans if stop < len(odds)]


def by_scenedetect(name: str, frames: Pixels) -> list[Span]:
    """With the detector's own defaults, on the frames at 320x180 (it scales larger ones down to about that)."""
    timecode = importlib.import_module("scenedetect").FrameTimecode
    detector = getattr(importlib.import_module("scenedetect.detectors"), name)()
    found: list[Any] = []
    for number, picture in enumerate(frames):
        found += detector.process_frame(timecode(number, float(RATE)), np.ascontiguousarray(picture[:, :, ::-1]))
    found += detector.post_process(timecode(len(frames) - 1, float(RATE)))
    return [(cut.frame_num - 1, cut.frame_num) for cut in sorted(found)]
