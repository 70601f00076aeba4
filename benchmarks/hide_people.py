"""What `--hide people` and `--hide heads` show of people and hide of the rest, on frames with people boxed by hand.

    .venv/bin/python -m benchmarks.hide_people [FOOTAGE] [--only CLIP...] [--models MODELS]

Of each clip of ``labels/people.json`` the seconds around its labelled frames go through the first pass of a redaction,
whose plan is scored: a copy with solid boxes hides exactly what it says. Margins and scores were chosen on some of the
clips; the others, by which nothing was chosen, are a table of their own. FOOTAGE is as for ``benchmarks.people``;
MODELS is a folder of pulled models, whose detector of people $PASSERBY_PEOPLE may name. Writes
``results/hide-people.md``.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from benchmarks.index import machine
from benchmarks.labelled import CACHE, FOOTAGE, HERE, Labelled, boxes, labelled_files
from passerby.geometry import Mask, rasterize
from passerby.media.read.frames import Frame, open_video
from passerby.models.load import CatalogModels
from passerby.models.runtime import RuntimeOptions
from passerby.models.source import ModelSource
from passerby.records import Floats
from passerby.redact.look.looker import Looker
from passerby.redact.make.first_pass import FirstPass
from passerby.redact.plan.kinds import Kind
from passerby.redact.plan.plan import HiddenTrack, Original, Plan, RegionsInTime, box_at
from passerby.redact.plan.policy import Policy
from passerby.settings import Settings

RESULT = HERE / "results" / "hide-people.md"
# Seconds of each clip that are looked at, each on its own; and the clips by which scores and margins were chosen.
SPANS: dict[str, tuple[tuple[float, float], ...]] = {
    "bottle-detection.mp4": ((4.5, 8), (10.5, 18)),
    "one-by-one-person-detection.mp4": ((4, 10), (22, 32), (43, 53), (82, 95)),
    "vtest.avi": ((0, 3), (18, 22), (38, 42), (58, 62)),
}
CHOSEN_ON = (
    "people-detection.gif",
    "head-pose-face-detection-female-and-male.gif",
    "bottle-detection.mp4",
    "bikes.mp4",
    "walk.mkv",
)
MISSED = 0.5  # a person of whom less is hidden counts as missed
NEAR = 0.075  # of a person's sides: what is hidden so near to them is no scene (``benchmarks/leaks.py`` has the same)
HALF = 0.5
KINDS: tuple[Kind, ...] = ("people", "heads")


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
    change: list[float] = field(default_factory=list)  # of a box's area from one frame to the next, as a share of it
    shake: list[float] = field(default_factory=list)  # of that change itself
    seconds: float = 0.0  # of CPU
    frames: int = 0

    def add(self, other: "Tally") -> None:
        for name in self.__dataclass_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


def tally_clip(file: Labelled, kind: Kind, models: ModelSource) -> Tally:
    """What a plan hides in the spans of a clip, against its labels."""
    found = Tally()
    rows = {row["pts"]: row for row in file.samples}
    for span in SPANS.get(file.name, ((0.0, float("inf")),)):
        began = time.process_time()
        plan, times = plan_of(file.path, span, kind, models)
        found.seconds += time.process_time() - began
        found.frames += len(times)
        regions = RegionsInTime(plan)
        for pts in times:
            mask = rasterize(regions.at(pts).astype(np.float32), (plan.original.height, plan.original.width))
            found.hidden.append(float(mask.mean()))
            if pts in rows:
                tally_frame(found, rows[pts], mask)
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


def tally_frame(found: Tally, row: dict[str, Any], mask: Mask) -> None:
    people = [_drawn(boxes(person), mask) for person in row["people"]]
    person = np.logical_or.reduce([*people, np.zeros_like(mask)])
    rest = ~person & ~_drawn(boxes(row["ignore"]), mask)
    near = np.logical_or.reduce([*(_drawn(_grown(boxes(person)), mask) for person in row["people"]), person])
    found.people += len(people)
    found.missed += sum(float(mask[each].mean()) < MISSED for each in people)
    found.person_pixels += float(person.mean())
    found.showing += float((person & ~mask).mean())
    found.elsewhere += [float(mask[rest].mean())] if rest.any() else []
    found.further += [float(mask[rest & ~near].mean())] if (rest & ~near).any() else []


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
    "| clip | frames | people labelled | missed | of their pixels, showing | of the rest, hidden | but near them "
    "| frames more than half hidden | area's change a frame | change of that | CPU a frame |"
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
        f"{_mean([share > HALF for share in each.hidden]):.0%}",
        f"{_mean(each.change):.1%}",
        f"{_mean(each.shake):.2%}",
        f"{1000 * each.seconds / each.frames:.0f} ms",
    ]
    return f"| {' | '.join(cells)} |"


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if len(values) else 0.0


def table(found: dict[str, Tally]) -> Iterator[str]:
    """The clips by which something was chosen, and those that were not, each with their sum."""
    yield from (HEADER, RULE)
    for chosen, title in ((True, "**chosen on these**"), (False, "**not chosen on these**")):
        total = Tally()
        for name, each in found.items():
            if (name in CHOSEN_ON) is chosen:
                yield _row(name, each)
                total.add(each)
        if total.frames:
            yield _row(title, total)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("footage", nargs="?", type=Path, default=FOOTAGE)
    parser.add_argument("--only", nargs="+", default=[])
    parser.add_argument("--models", type=Path, default=CACHE / "models")
    asked = parser.parse_args()
    cv2.setNumThreads(1)
    models = CatalogModels(asked.models, RuntimeOptions(threads=1), Settings())
    files = list(labelled_files(HERE / "labels" / "people.json", asked.footage))
    lines = [*FIRST_LINES, f"On {machine()}, one thread, {models.name_for('people')}."]
    for kind in KINDS:
        found = {}
        for file in files:
            if not asked.only or file.name in asked.only:
                found[file.name] = tally_clip(file, kind, models)
                print(kind, _row(file.name, found[file.name]), file=sys.stderr, flush=True)
        lines += ["", f"## `--hide {kind}`", "", *table(found)]
    RESULT.write_text("\n".join(lines) + "\n", "utf-8")
    print(RESULT.read_text("utf-8"))


FIRST_LINES = (
    "# Hiding people",
    "",
    "`python -m benchmarks.hide_people`: the seconds of clips around their labelled frames",
    f"(`benchmarks/labels/people.json`). Missed: people of whose boxes less than {MISSED:.0%} is hidden. Of the rest,",
    "hidden: of what lies in no person's box, mean of the labelled frames; but near them: without what is within",
    f"{NEAR:.1%} of a box's sides of it. Boxes by hand are several a person, a hiding box is one: corners beside a",
    "head count as rest. Change: mean of how much of its area a box gains or loses from one frame to the next;",
    "change of that: how much it shakes. Labels are of whole people, so what shows of them means nothing for heads.",
    "Deterministic: no spread, but for CPU.",
)


if __name__ == "__main__":
    main()
