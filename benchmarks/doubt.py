"""What it brings to look again, closely, at faces that one look is not sure of.

    .venv/bin/python -m benchmarks.doubt [--seeds 105 106 107 108 109 110]

On frames of the made clips of ``hard_clips.py``, each on its own: which faces one look finds by its scores alone, and
which as redaction counts them (``redact/look/finders.py``); and how well scores tell faces from what is none where the
look is in doubt. Writes ``results/doubt.md``.
"""

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import cv2
import numpy as np

from benchmarks.eight_bits import BANDS, ELSEWHERE, SAME, Tally, count, count_true, frames, table
from benchmarks.index import HERE, machine
from benchmarks.truth import TrueFace
from passerby.geometry import ious
from passerby.models.detectors.base import Detector
from passerby.models.load import CatalogModels
from passerby.models.runtime import RuntimeOptions
from passerby.records import Detections, Floats, Pixels
from passerby.redact.look.enlarged import CloseFinder
from passerby.redact.look.finders import LIKELY, LOW, SURE_FACE, FaceFinder, in_both
from passerby.redact.look.looker import DOUBTFUL, FAINT
from passerby.redact.look.schedule import TURN, WHOLE
from passerby.redact.look.sightings import RULES
from passerby.redact.look.view import Glance, View

RESULT = HERE / "results" / "doubt.md"
GLANCES = {"1280 pixels": Glance(1280), f"{WHOLE} pixels": Glance(WHOLE), f"{WHOLE}, turned": Glance(WHOLE, TURN)}
OTHER = "the other family, 1280 pixels"
LEAST = RULES["faces"].weak_score
NOWHERE = np.zeros((0, 4), np.float32)


@dataclass
class Doubts:
    """Scores of what a look is not sure of: faces, and what is none."""

    alone: tuple[list[float], list[float]] = field(default_factory=lambda: ([], []))
    both: tuple[list[float], list[float]] = field(default_factory=lambda: ([], []))

    def note(self, seen: Detections, closely: Floats, faces: Sequence[TrueFace]) -> None:
        """``seen`` in one look, and the scores (n,) that they have closely."""
        boxes = np.reshape([face.box for face in faces], (-1, 4)).astype(np.float32)
        overlaps = ious(seen.boxes, boxes).max(axis=1, initial=0)
        heights = seen.boxes[:, 3] - seen.boxes[:, 1]
        both = in_both(seen.scores, closely, heights < LOW).tolist()
        doubtful = np.where(heights < LOW, seen.scores < SURE_FACE, seen.scores >= LIKELY)
        for row in np.flatnonzero(doubtful & ~((overlaps >= ELSEWHERE) & (overlaps < SAME))).tolist():
            is_none = bool(overlaps[row] < SAME)
            self.alone[is_none].append(float(seen.scores[row]))
            self.both[is_none].append(both[row])


def area_under_curve(faces: Sequence[float], others: Sequence[float]) -> float:
    """How often one of ``faces`` has the higher score than one of ``others`` (Hanley and McNeil 1982)."""
    ranked = np.sort(others)
    below = np.searchsorted(ranked, faces, "left") + np.searchsorted(ranked, faces, "right")
    return float(below.mean() / 2 / len(ranked))


class Looks:
    """One thread that looks at frames in each of the ways."""

    def __init__(self) -> None:
        models = CatalogModels(Path("none"), RuntimeOptions(threads=1))
        faces, other = models.name_for("redacted-faces"), models.name_for("faces")
        self._other = models.open(other, threshold=LEAST, long_side=1280)
        self._alone = {
            glance.side: models.open(faces, threshold=LEAST, long_side=glance.side) for glance in GLANCES.values()
        }
        self._doubting = {side: models.open(faces, threshold=DOUBTFUL * LEAST, long_side=side) for side in self._alone}
        self._close = CloseFinder(models.open(faces, threshold=FAINT * LEAST, long_side=0), LEAST)
        self._finder = FaceFinder(self._doubting, self._close, LEAST)

    def alone(self, view: View, glance: Glance) -> Detections:
        return _look(self._alone[glance.side], view, glance)

    def other(self, view: View) -> Detections:
        return _look(self._other, view, Glance(1280))

    def checked(self, view: View, glance: Glance) -> Detections:
        return self._finder.find(view, (glance,), NOWHERE)

    def doubts(self, view: View, glance: Glance) -> tuple[Detections, Floats]:
        seen = _look(self._doubting[glance.side], view, glance)
        return seen, self._close.sureness(view.colours, seen.boxes, glance.angle)


def _look(detector: Detector, view: View, glance: Glance) -> Detections:
    picture = glance.draw(view)
    (found,) = detector.detect([picture])
    return glance.in_frame(found, view)


def _timed(tally: Tally, find: Callable[[], Detections], faces: Sequence[TrueFace]) -> None:
    began = time.process_time()
    found = find()
    tally.seconds += time.process_time() - began
    count(tally, found, faces)


def _view(frame: Pixels) -> View:
    def draw(width: int, height: int) -> Pixels:
        return np.asarray(cv2.resize(frame, (width, height), interpolation=cv2.INTER_AREA), np.uint8)

    luma = np.asarray(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), np.uint8)
    return View(draw, luma, frame.shape[1], frame.shape[0])


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", nargs="+", type=int, default=[105, 106, 107, 108, 109, 110])
    asked = parser.parse_args()
    looks, there, pictures = Looks(), [0] * len(BANDS), 0
    doubts = {name: Doubts() for name in GLANCES}
    tallies = {f"{name}, {way}": Tally() for name in GLANCES for way in ("alone", "looked at again")}
    tallies = {OTHER: Tally(), **tallies}
    for frame, faces in frames(asked.seeds):
        view, pictures = _view(frame), pictures + 1
        count_true(there, faces)
        view.picture(1219)
        _timed(tallies[OTHER], partial(looks.other, view), faces)
        for name, glance in GLANCES.items():
            view.picture(glance.side)  # made here, so that it is in the time of neither way
            _timed(tallies[f"{name}, alone"], partial(looks.alone, view, glance), faces)
            _timed(tallies[f"{name}, looked at again"], partial(looks.checked, view, glance), faces)
            doubts[name].note(*looks.doubts(view, glance), faces)
    text = [
        "# Faces in doubt",
        "",
        f"`python -m benchmarks.doubt` on {machine()}, one thread: {pictures} frames of the hard clips of seeds",
        f"{', '.join(map(str, asked.seeds))}, 1080p. A look is at one frame; what it finds is",
        "counted alone, or as redaction counts it.",
        "",
        *table(list(tallies), list(tallies.values()), there, pictures),
        "",
        "What a look is not sure of: how often a face has a higher score than what is none (area under the curve).",
        "",
        "| look | faces | others | the look's score | both scores |",
        "|---|---|---|---|---|",
        *(
            f"| {name} | {len(each.alone[0])} | {len(each.alone[1])} | {area_under_curve(*each.alone):.2f} "
            f"| {area_under_curve(*each.both):.2f} |"
            for name, each in doubts.items()
        ),
    ]
    RESULT.write_text("\n".join(text) + "\n", "utf-8")
    print(RESULT.read_text("utf-8"))


if __name__ == "__main__":
    main()
