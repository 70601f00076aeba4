"""What `--hide people` and `--hide heads` show of people and hide of the rest, on frames with people boxed by hand.

    .venv/bin/python -m benchmarks.hide_people [FOOTAGE] [--only CLIP...] [--also NAME=FILE...] [--jobs N]

Of each clip of ``labels/people.json`` the seconds around its labelled frames go through the first pass of a redaction,
whose plan is scored: a copy with solid boxes hides exactly what it says. Margins and scores were chosen on some of the
clips; the others, by which nothing was chosen, are added up alone. Heads are labelled in some of the clips.
FOOTAGE is as for ``benchmarks.people``; ``--also`` has another detector of people tried, FILE being its weights,
whatever their hash is. Some four minutes of processor time; writes ``results/hide-people.md``.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import repeat
from pathlib import Path

import cv2
import numpy as np

from benchmarks.labelled import FOOTAGE, HERE, Labelled, boxes, labelled_files
from benchmarks.remembering import RememberingModels
from passerby.geometry import Mask, rasterize
from passerby.media.read.frames import Frame, open_video
from passerby.models.source import ModelSource
from passerby.records import Floats
from passerby.redact.look.looker import Looker
from passerby.redact.make.first_pass import FirstPass
from passerby.redact.plan.kinds import Kind
from passerby.redact.plan.plan import HiddenTrack, Original, Plan, RegionsInTime, box_at
from passerby.redact.plan.policy import Policy

RESULT = HERE / "results" / "hide-people.md"
LABELS = ("people.json", "people_held_out.json")
# Seconds of each clip that are looked at, each on its own.
SPANS: dict[str, tuple[tuple[float, float], ...]] = {
    "bottle-detection.mp4": ((4.5, 8), (10.5, 14), (15, 18)),
    "one-by-one-person-detection.mp4": (
        (5, 9.5),
        (17, 19),
        (23, 25),
        (29, 31),
        (44, 46),
        (50, 52),
        (83, 88),
        (92, 94),
        (134, 136),
    ),
    "car-detection.mp4": ((0.5, 5.5), (9, 10.5)),
    "vtest.avi": ((0, 2), (19, 21), (39, 41), (59, 61)),
    "bikes.mp4": ((0, 2.8), (3.4, 5.8), (6.8, 9.2)),
    "WolfgangLanger_Pexels.mp4": ((0, 1), (3.2, 4.8), (5.2, 6.8), (7.2, 8.8), (11.2, 12.8), (17.2, 18.8)),
}
# By the first scores and margins were chosen; at the second it was looked what hides too much or too little.
CHOSEN_ON = (
    "people-detection.gif",
    "head-pose-face-detection-female-and-male.gif",
    "bottle-detection.mp4",
    "bikes.mp4",
    "walk.mkv",
)
LOOKED_AT = (
    "one-by-one-person-detection.mp4",
    "WolfgangLanger_Pexels.mp4",
    "person-bicycle-car-detection.gif",
    "vtest.avi",
)
MISSED = 0.5  # a person of whom less is hidden counts as missed
NEAR = 0.075  # of a person's sides: what is hidden so near to them is no scene (``benchmarks/leaks.py`` has the same)
HALF = 0.5
KINDS: tuple[Kind, ...] = ("people", "heads")
GROUPS = ("chosen on these", "not chosen on, but looked at", "neither")
STANDARD = "nanodet"  # the detector in the package


@dataclass
class Tally:
    """What is added up over frames; shares of areas are means over frames."""

    people: int = 0
    missed: int = 0
    person_pixels: float = 0.0  # in pictures
    showing: float = 0.0
    elsewhere: list[float] = field(default_factory=list)  # hidden shares of what is no person's box
    further: list[float] = field(default_factory=list)  # of what is not near to one either
    hidden: list[float] = field(default_factory=list)  # of all frames, the labelled ones among them
    by_hand: list[float] = field(default_factory=list)  # as elsewhere, with one box by hand around each
    change: list[float] = field(default_factory=list)  # of a box's area from one frame to the next, as a share of it
    shake: list[float] = field(default_factory=list)  # of that change itself
    frames: int = 0

    def add(self, other: "Tally") -> None:
        for name in self.__dataclass_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


def tally_kinds(file: Labelled, detector: str, also: dict[str, Path]) -> dict[Kind, Tally]:
    """What is hidden of each kind that is labelled in a clip; what a look finds is remembered from one to the next."""
    cv2.setNumThreads(1)
    models = RememberingModels({"people": detector}, also)
    labelled = [kind for kind in KINDS if any(kind in row for row in file.samples)]
    found = {kind: tally_clip(file, kind, models) for kind in labelled}
    for kind, each in found.items():
        print(detector, kind, _row(file.name, each), file=sys.stderr, flush=True)
    return found


def tally_clip(file: Labelled, kind: Kind, models: ModelSource) -> Tally:
    """What a plan hides in the spans of a clip, against its labels."""
    found = Tally()
    rows = {row["pts"]: row for row in file.samples}
    for span in SPANS.get(file.name, ((0.0, float("inf")),)):
        plan, times = plan_of(file.path, span, kind, models)
        found.frames += len(times)
        regions = RegionsInTime(plan)
        for pts in times:
            mask = rasterize(regions.at(pts).astype(np.float32), (plan.original.height, plan.original.width))
            found.hidden.append(float(mask.mean()))
            if kind in rows.get(pts, {}):
                tally_frame(found, [boxes(each) for each in rows[pts][kind]], boxes(rows[pts]["ignore"]), mask)
        for track in plan.tracks:
            tally_steadiness(found, track, times)
    return found


def plan_of(path: Path, span: tuple[float, float], kind: Kind, models: ModelSource) -> tuple[Plan, list[int]]:
    """The plan of the frames of a span of seconds, and their times."""
    times = []
    policy = Policy(hide=(kind,))
    with open_video(path) as reader:
        info = reader.info
        first_pass = FirstPass(info, Looker(policy, models))
        for frame in reader.read():
            if not isinstance(frame, Frame) or info.time_base.seconds(frame.pts) < span[0]:
                continue
            if info.time_base.seconds(frame.pts) >= span[1]:
                break
            first_pass.push(frame)
            times.append(frame.pts)
    original = Original(path.name, "", info.width, info.height, info.time_base, len(times), times[-1] + 1, "")
    return Plan(original, policy, first_pass.finish(), ()), times


def tally_frame(found: Tally, there: Sequence[Floats], ignored: Floats, mask: Mask) -> None:
    """What ``mask`` hides of those who are ``there``, each in one box or more (n, 4), and of the rest."""
    each_one = [_drawn(rows, mask) for rows in there]
    all_of_them = np.logical_or.reduce([*each_one, np.zeros_like(mask)])
    rest = ~all_of_them & ~_drawn(ignored, mask)
    further = rest & ~np.logical_or.reduce([*(_drawn(_grown(rows), mask) for rows in there), all_of_them])
    least = np.logical_or.reduce([*(_drawn(_around(rows), mask) for rows in there), all_of_them])
    found.people += len(there)
    found.missed += sum(float(mask[one].mean()) < MISSED for one in each_one)
    found.person_pixels += float(all_of_them.mean())
    found.showing += float((all_of_them & ~mask).mean())
    found.elsewhere += _share_of(mask, rest)
    found.further += _share_of(mask, further)
    found.by_hand += _share_of(least, rest)


def _share_of(mask: Mask, part: Mask) -> list[float]:
    return [float(mask[part].mean())] if part.any() else []


def _around(rows: Floats) -> Floats:
    return np.concatenate([rows[:, :2].min(axis=0), rows[:, 2:].max(axis=0)])[None]


def tally_steadiness(found: Tally, track: HiddenTrack, times: Sequence[int]) -> None:
    sides = [box_at(track, pts) for pts in times if track.span.start <= pts < track.span.end]
    areas = np.log([max(float((box[2] - box[0]) * (box[3] - box[1])), 1.0) for box in sides])
    found.change += np.abs(np.diff(areas)).tolist()
    found.shake += np.abs(np.diff(areas, 2)).tolist()


def _drawn(rows: Floats, mask: Mask) -> Mask:
    return rasterize(rows, (mask.shape[0], mask.shape[1]))


def _grown(rows: Floats) -> Floats:
    sides = NEAR * (rows[:, 2:] - rows[:, :2])
    return np.concatenate([rows[:, :2] - sides, rows[:, 2:] + sides], axis=1)


HEADER = (
    "| clip | frames | labelled | missed | of their pixels, showing | of the rest, hidden | but near them "
    "| by boxes drawn by hand | frames more than half hidden | area's change a frame | change of that |"
)
RULE = "|---|" + "---|" * 10


def _row(name: str, each: Tally) -> str:
    cells = [
        name,
        str(each.frames),
        str(each.people),
        str(each.missed),
        f"{each.showing / each.person_pixels:.2%}" if each.person_pixels else "none",
        f"{_mean(each.elsewhere):.1%}",
        f"{_mean(each.further):.1%}",
        f"{_mean(each.by_hand):.1%}",
        f"{_mean([share > HALF for share in each.hidden]):.0%}",
        f"{_mean(each.change):.1%}",
        f"{_mean(each.shake):.2%}",
    ]
    return f"| {' | '.join(cells)} |"


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if len(values) else 0.0


def table(found: dict[str, Tally]) -> Iterator[str]:
    """The clips by which something was chosen, those that were looked at, and the others, each with their sum."""
    yield from (HEADER, RULE)
    for title in GROUPS:
        total = Tally()
        for name, each in found.items():
            if group(name) == title:
                yield _row(name, each)
                total.add(each)
        if total.frames:
            yield _row(f"**{title}**", total)


def group(name: str) -> str:
    return GROUPS[0] if name in CHOSEN_ON else GROUPS[1] if name in LOOKED_AT else GROUPS[2]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("footage", nargs="?", type=Path, default=FOOTAGE)
    parser.add_argument("--only", nargs="+", default=[], metavar="CLIP")
    parser.add_argument("--also", nargs="+", default=[], metavar="NAME=FILE")
    parser.add_argument("--jobs", type=int, default=2, help="clips at once")
    asked = parser.parse_args()
    files = [file for name in LABELS for file in labelled_files(HERE / "labels" / name, asked.footage)]
    files = [file for file in files if not asked.only or file.name in asked.only]
    also = {name: Path(file) for name, _, file in (each.partition("=") for each in asked.also)}
    lines = list(FIRST_LINES)
    for detector in (STANDARD, *also):
        with ProcessPoolExecutor(asked.jobs) as pool:
            tallies = list(pool.map(tally_kinds, files, repeat(detector), repeat(also)))
        for kind in KINDS:
            found = {file.name: each[kind] for file, each in zip(files, tallies, strict=True) if kind in each}
            lines += ["", f"## `--hide {kind}`, with {detector}", "", *table(found)]
    RESULT.write_text("\n".join(lines) + "\n", "utf-8")
    print(RESULT.read_text("utf-8"))


FIRST_LINES = (
    "# Hiding people",
    "",
    "`python -m benchmarks.hide_people`: the seconds of clips around their labelled frames",
    f"(`benchmarks/labels/people.json`). Missed: people, or heads, of whose boxes less than {MISSED:.0%} is hidden.",
    "Of the rest, hidden: of what lies in no box by hand, mean of the labelled frames; but near them: without what is",
    f"within {NEAR:.1%} of a box's sides of it. Boxes by hand are several a person, a hiding box is one: by boxes",
    "drawn by hand is what one box around each hides of the rest, which no detector betters. Change: mean of how much",
    "of its area a box gains or loses from one frame to the next; change of that: how much it shakes. Deterministic,",
    "so no spread is told.",
)


if __name__ == "__main__":
    main()
