"""The protection report: what stays bare where the picture is bad. It is made anew for each release.

    .venv/bin/python -m benchmarks.protection [--seeds 140 141] [--seconds 4] [--strong] [--only KIND...]
        [--footage DIR] [--real N]

Each clip is spoilt in twelve ways (``corruptions.py``), and ``passerby.look`` says what a copy of it would hide. That
is held against two truths. *Found before*: the faces that are hidden in the clip as it is, as Dooley et al. do; it
needs no label, and nobody's attribute, and asks only what bad pictures change. *Known*: faces that were drawn in or
labelled, be they found in the clip as it is or not. Writes ``results/protection.md``. Plans are kept in
``cache/protection`` until what makes them changes, so that a run can be ended and go on.

Gaps between groups of people are measured on sets that others publish: ``protection_gap.py``.
"""

import argparse
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import passerby
from benchmarks.corruptions import AS_IT_IS, CORRUPTIONS, STRONG, Corruption, spoil_clip, spoilt_truth
from benchmarks.exposure import exposed, found_faces, frame_times
from benchmarks.hard_clips import make_clip
from benchmarks.known_faces import known_clips
from benchmarks.labelled import CACHE, FOOTAGE, HERE
from benchmarks.leaks import SMALL, Score, joined
from benchmarks.truth import Truth, load_truth

RESULT = HERE / "results" / "protection.md"
SEEDS = (140, 141)  # to be changed once what is bare in them leads to a choice
LONGEST = 4  # seconds of a real clip
# What a plan depends on, of the package: while it stays, so do the plans that are kept.
SOURCES = ("media", "models", "redact", "tracking", "people.py", "geometry.py", "pictures.py")


@dataclass(frozen=True, slots=True)
class SpoiltClip:
    """A clip up to a time, and its faces."""

    path: Path
    truth: Truth
    seconds: int


@dataclass(frozen=True, slots=True)
class Bare:
    """What stays bare of faces: of those found before, and of those that are known."""

    before: Score
    known: Score


Rows = dict[Corruption, Bare]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", nargs="+", type=int, default=list(SEEDS))
    parser.add_argument("--seconds", type=int, default=4, help="of each made clip: a scene is 4")
    parser.add_argument("--footage", type=Path, default=FOOTAGE, help="where the clips are that no package ships")
    parser.add_argument("--real", type=int, choices=range(1, 9), help="how many of the real clips, from the first on")
    parser.add_argument("--strong", action="store_true", help="the stronger of the two corruptions of each kind only")
    kinds = list(dict.fromkeys(corruption.kind for corruption in CORRUPTIONS))
    parser.add_argument("--only", nargs="+", choices=kinds, default=kinds, help="some kinds of corruptions")
    asked = parser.parse_args()
    keeper = Keeper(CACHE / "protection")
    corruptions = [each for each in (STRONG if asked.strong else CORRUPTIONS) if each.kind in asked.only]
    made = measured(list(made_clips(asked.seeds, asked.seconds)), corruptions, keeper)
    real = list(real_clips(asked.footage))[: asked.real]
    about_real = measured(real, corruptions, keeper)
    RESULT.write_text(report(asked.seeds, asked.seconds, made, [clip.path.name for clip in real], about_real), "utf-8")
    print(RESULT.read_text("utf-8"))


def made_clips(seeds: Sequence[int], seconds: int) -> Iterator[SpoiltClip]:
    for seed in seeds:
        path = make_clip(seed, 20, CACHE / "hard" / f"{seed}.mp4")
        yield SpoiltClip(path, _first(load_truth(path.with_suffix(".json")), seconds), seconds)


def real_clips(footage: Path) -> Iterator[SpoiltClip]:
    for clip in known_clips(footage):
        if (truth := _first(clip.truth, LONGEST)).frames:
            yield SpoiltClip(clip.path, truth, LONGEST)


def _first(truth: Truth, seconds: int) -> Truth:
    return Truth(tuple(frame for frame in truth.frames if frame.time < seconds))


class Keeper:
    """Spoils clips and has them looked at; keeps the plans in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._package = folder, _package_hash()
        folder.mkdir(parents=True, exist_ok=True)

    def plan(self, clip: SpoiltClip, corruption: Corruption) -> tuple[passerby.Plan, list[int]]:
        """What is hidden in the spoilt clip, and the times of its frames."""
        text = f"{self._package} {clip.path.stem} {clip.seconds} {corruption.name} {corruption.crf}"
        kept = self._folder / f"{hashlib.sha256(text.encode()).hexdigest()[:24]}.json"
        if not kept.with_suffix(".times").exists():
            target = kept.with_suffix(".mp4")
            spoil_clip(clip.path, target, corruption, clip.seconds)
            passerby.save_plan(passerby.look(target), kept)
            kept.with_suffix(".times").write_text(json.dumps(frame_times(target)), "utf-8")
            target.unlink()
        return passerby.load_plan(kept), json.loads(kept.with_suffix(".times").read_text("utf-8"))


def _package_hash() -> str:
    home = Path(passerby.__file__).parent
    files = [path for name in SOURCES for path in (sorted((home / name).rglob("*")) or [home / name])]
    digest = hashlib.sha256()
    for path in files:
        if path.is_file() and path.suffix != ".pyc":
            digest.update(path.read_bytes())
    return digest.hexdigest()


def measured(clips: Sequence[SpoiltClip], corruptions: Sequence[Corruption], keeper: Keeper) -> Rows:
    """All clips together, as they are and under each corruption."""
    plain = [keeper.plan(clip, AS_IT_IS) for clip in clips]
    found = [found_faces(*each) for each in plain]
    rows: Rows = {}
    for corruption in (AS_IT_IS, *corruptions):
        print(corruption.name, flush=True)
        plans = [keeper.plan(clip, corruption) for clip in clips]
        before = [_exposed(plan, truth, corruption) for plan, truth in zip(plans, found, strict=True)]
        known = [_exposed(plan, clip.truth, corruption) for plan, clip in zip(plans, clips, strict=True)]
        rows[corruption] = Bare(joined(before), joined(known))
    return rows


def _exposed(made: tuple[passerby.Plan, list[int]], truth: Truth, corruption: Corruption) -> Score:
    plan, times = made
    return exposed(plan, times, spoilt_truth(truth, corruption, plan.original.width, plan.original.height))


def report(seeds: Sequence[int], seconds: int, made: Rows, clips: Sequence[str], real: Rows) -> str:
    lines = [
        "# Protection where the picture is bad",
        "",
        "`python -m benchmarks.protection`, with the rows that are here chosen by its options.",
        "`passerby.look`, with its defaults, at clips that were spoilt (`benchmarks/corruptions.py`, after Hendrycks",
        "and Dietterich 2019). A face is bare in a frame if a quarter of it or more is outside of all that a copy",
        "would hide. *Found before*: faces that are hidden in the clip as it is are the truth, after Dooley et al.",
        "2022, wrong finds among them: what bad pictures change, and no attribute of anybody is needed. *Known*: faces",
        f"of {SMALL} pixels and more, drawn in or labelled. *Longest*: frames on end in which one track is bare.",
        "*Hidden*: the share of the frame, faces included.",
        "",
        "## Worst",
        "",
        *(_worst(name, rows) for name, rows in (("Made clips", made), ("Real clips", real))),
        "",
        "## Made clips",
        "",
        f"Seeds {', '.join(map(str, seeds))} of `benchmarks/hard_clips.py`, the first {seconds} s of each, 1080p:",
        "nothing was chosen by these seeds.",
        "",
        *_table(made),
        "",
        "## Real clips",
        "",
        f"Of `benchmarks/labels/faces.json`, up to {LONGEST} s of each: {', '.join(clips)}.",
        "",
        *_table(real),
    ]
    return "\n".join(lines) + "\n"


def _table(rows: Rows) -> list[str]:
    groups = "bare, found before | leaky tracks | longest", "bare, known | leaky tracks | longest", "hidden"
    return [
        f"| clip | {' | '.join(groups)} |",
        f"|---|{'---|' * 7}",
        *(
            f"| {corruption.name} | {_cells(bare.before, 0)} | {_cells(bare.known, SMALL)} "
            f"| {bare.before.hidden_elsewhere:.1%} |"
            for corruption, bare in rows.items()
        ),
    ]


def _cells(score: Score, least: float) -> str:
    (bare, faces), (leaky, tracks) = score.leaked(least), score.leaky_tracks(least)
    return f"{bare} of {faces} ({_share(score, least):.1%}) | {leaky} of {tracks} | {score.longest_run(least)}"


def _share(score: Score, least: float) -> float:
    bare, faces = score.leaked(least)
    return bare / max(faces, 1)


def _worst(name: str, rows: Rows) -> str:
    """In words, by what most is lost."""
    before = {corruption.name: _share(bare.before, 0) for corruption, bare in rows.items()}
    known = {corruption.name: _share(bare.known, SMALL) for corruption, bare in rows.items()}
    as_it_is = known.pop(AS_IT_IS.name)
    (lost, bare), mean = (
        (max(each, key=lambda key: each[key]) for each in (before, known)),
        np.mean(list(known.values())),
    )
    return (
        f"- {name}: of what was found before, most is lost by {lost}: {before[lost]:.1%}. Of the known faces most are "
        f"bare by {bare}: {known[bare]:.1%} (as it is {as_it_is:.1%}, in the mean of all that was spoilt {mean:.1%})."
    )


if __name__ == "__main__":
    main()
