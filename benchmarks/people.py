"""How much of people the mask leaves uncovered, on frames whose people were boxed by hand; and what tags see.

    .venv/bin/python -m benchmarks.people [FOOTAGE] [--sweep] [--also NAME=FILE...]

FOOTAGE is a folder with the clips that no package ships (``../shared/footage``); where it lacks one, that clip is left
out. Every clip goes through ``passerby add``'s own pipeline, which takes the labelled frames as samples too; the masks
that are scored are those of its records.
``--sweep`` tries other parameters of the people stage too. Writes ``results/people.md``.
``--also`` has the mask made with other detectors instead, FILE being the weights of one, whatever their hash is, and
writes ``results/people-detectors.md``.
"""

import argparse
import platform
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, fields
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import cv2
import numpy as np

from benchmarks.labelled import FOOTAGE, HERE, Labelled, LabelledSampler, boxes, labelled_files, labelled_samples
from benchmarks.remembering import RememberingModels
from benchmarks.tagging import compare_tags
from passerby import people as boundary
from passerby.files.content import Source
from passerby.geometry import Mask, rasterize
from passerby.people import people_mask
from passerby.pipeline import detect, run
from passerby.records import Floats, PeopleMasks, Sample
from passerby.stages.people import PeopleStage
from passerby.stages.shots.stage import ShotsStage
from passerby.store.library import open_store

RESULT = HERE / "results" / "people.md"
DETECTORS_RESULT = HERE / "results" / "people-detectors.md"
STANDARD = "nanodet"  # the detector in the package
MISSED = 0.5  # a person of whom less is masked counts as missed
# What is tried with --sweep: fields of PeopleStage, and constants, which no setting may move: they are changed
# where they lie.
CONSTANTS = {"MARGIN_X": boundary, "MARGIN_Y": boundary, "TILED_FROM": detect, "LEAST_SCORE": detect}
VARIANTS: tuple[dict[str, float], ...] = (
    {},
    {"person_score": 0.2, "doubt_score": 0.15},
    {"person_score": 0.3},
    {"person_score": 0.35, "doubt_score": 0.25},
    {"weak_score": 0.1, "LEAST_SCORE": 0.1},
    {"weak_score": 0.2},
    {"face_score": 0.25},
    {"face_score": 0.5},
    {"doubt_score": 0.15},
    {"doubt_area": 0.005},
    {"doubt_area": 0.03},
    {"reach": 2},
    {"reach": 6},
    {"MARGIN_X": 0.0, "MARGIN_Y": 0.0},
    {"MARGIN_X": 0.06, "MARGIN_Y": 0.03},
    {"MARGIN_X": 0.09, "MARGIN_Y": 0.05},
    {"MARGIN_X": 0.12, "MARGIN_Y": 0.03},
    {"MARGIN_X": 0.18, "MARGIN_Y": 0.09},
    {"TILED_FROM": 0},
)


@dataclass(frozen=True, slots=True)
class Truth:
    """What was drawn on a frame: each person as one or more boxes, and places that count for nothing."""

    people: tuple[Floats, ...]
    ignored: Floats


@dataclass(frozen=True, slots=True)
class View:
    """A labelled sample."""

    video_id: str
    sample: Sample
    truth: Truth


@dataclass(frozen=True, slots=True)
class Count:
    """Pixels (of the picture that models look at) and people; counts add up."""

    frames: int = 0
    refused: int = 0  # frames of which nothing is described, for doubt
    people: int = 0
    missed: int = 0
    person_pixels: int = 0
    outside: int = 0
    exposed: int = 0  # outside, in frames that are described
    outside_shares: float = 0.0  # the sum over people of the share of each that is outside
    other_pixels: int = 0
    overmasked: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(self)))


def count(truth: Truth, mask: Mask, scale: tuple[float, float], doubt: str) -> Count:
    """Compare a mask (h, w) with labels in upright frame pixels; ``scale`` (x, y) takes these to the mask's."""
    persons = [_drawn(person, scale, mask) for person in truth.people]
    person = np.logical_or.reduce([*persons, np.zeros_like(mask)])
    counted = ~_drawn(truth.ignored, scale, mask) | person
    outside = int((person & ~mask).sum())
    shares = [float((~mask)[each].mean()) for each in persons]
    return Count(
        frames=1,
        refused=bool(doubt),
        people=len(persons),
        missed=sum(share > 1 - MISSED for share in shares),
        person_pixels=int(person.sum()),
        outside=outside,
        exposed=0 if doubt else outside,
        outside_shares=sum(shares),
        other_pixels=int((counted & ~person).sum()),
        overmasked=int((counted & ~person & mask).sum()),
    )


def _drawn(rows: Floats, scale: tuple[float, float], mask: Mask) -> Mask:
    return rasterize(np.rint(rows * np.array([*scale, *scale], np.float32)), (mask.shape[0], mask.shape[1]))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("footage", nargs="?", type=Path, default=FOOTAGE)
    parser.add_argument("--sweep", action="store_true")
    parser.add_argument("--also", nargs="+", default=[], metavar="NAME=FILE")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    files = list(labelled_files(HERE / "labels" / "people.json", options.footage))
    views = {file.name: list(read_views(file)) for file in files}
    if options.also:
        also = {name: Path(file) for name, _, file in (each.partition("=") for each in options.also)}
        write(DETECTORS_RESULT, detector_lines(files, views, also))
        return
    trial = Trial(RememberingModels(), files, views)
    lines = [*clip_table(trial.counts({})), *tag_lines(trial)]
    if options.sweep:
        lines += sweep_table({_named(variant): trial.total(variant) for variant in VARIANTS})
    write(RESULT, lines)


def write(result: Path, lines: Iterable[str]) -> None:
    result.parent.mkdir(exist_ok=True)
    result.write_text("\n".join(lines) + "\n", "utf-8")
    print(result.read_text("utf-8"))


def detector_lines(files: Sequence[Labelled], views: dict[str, list[View]], also: dict[str, Path]) -> Iterator[str]:
    """The sum over all clips with each detector."""
    yield from (
        "# The mask with other detectors",
        "",
        f"`python -m benchmarks.people --also {' '.join(f'{name}=FILE' for name in also)}`, as [people.md](people.md):",
        "the sum over all its clips. Nothing is chosen with the others: scores and margins are the package's",
        "detector's.",
        "",
        f"| detector | {HEADER}",
        f"|---|{RULE}",
    )
    for name in (STANDARD, *also):
        yield _row(name, Trial(RememberingModels({"people": name}, also), files, views).total({}))


def read_views(file: Labelled) -> Iterator[View]:
    for row, sample in labelled_samples(file):
        truth = Truth(tuple(boxes(person) for person in row["people"]), boxes(row["ignore"]))
        yield View(file.sha256, sample, truth)


class Trial:
    """Runs the pipeline on all clips, with other parameters of the people stage."""

    def __init__(self, models: RememberingModels, files: Sequence[Labelled], views: dict[str, list[View]]) -> None:
        self.models, self.views = models, views
        self._files = files

    def masks(self, variant: dict[str, float]) -> dict[str, PeopleMasks]:
        """By video, what the people stage keeps when its fields are those of ``variant``."""
        changed: dict[str, Any] = {name: value for name, value in variant.items() if name not in CONSTANTS}
        with tempfile.TemporaryDirectory() as folder, open_store(Path(folder), create=True) as store:
            for file in self._files:
                stages = (ShotsStage(), PeopleStage(**changed))
                with patch.object(run, "Sampler", partial(LabelledSampler, file.times)):
                    run.index(Source(file.path, file.sha256), stages, store.sink, self.models, lambda done, of: None)
            found = {file.sha256: store.records.single(file.sha256, PeopleMasks) for file in self._files}
        return {video: masks for video, masks in found.items() if masks is not None}

    def counts(self, variant: dict[str, float]) -> dict[str, Count]:
        """By clip."""
        with ExitStack() as changed:
            for name in CONSTANTS.keys() & variant.keys():
                changed.enter_context(patch.object(CONSTANTS[name], name, variant[name]))
            masks = self.masks(variant)
            return {
                name: sum((_count_view(view, masks[view.video_id]) for view in views), Count())
                for name, views in self.views.items()
            }

    def total(self, variant: dict[str, float]) -> Count:
        return sum(self.counts(variant).values(), Count())


def _count_view(view: View, masks: PeopleMasks) -> Count:
    row = masks.times.tolist().index(view.sample.pts)
    height, width = view.sample.pixels.shape[:2]
    scale = (width / view.sample.frame_width, height / view.sample.frame_height)
    return count(view.truth, people_mask(masks.boxes_at(row), view.sample), scale, masks.doubts[row])


HEADER = (
    "frames | refused | people | missed | people's pixels outside | of each person, mean | outside and described "
    "| of the rest, masked |"
)
RULE = "---|" * 8


def clip_table(counts: dict[str, Count]) -> list[str]:
    total = sum(counts.values(), Count())
    return [
        "# People's pixels outside the mask",
        "",
        f"`python -m benchmarks.people --sweep` on {platform.machine()}, Python {platform.python_version()}:",
        f"{total.frames} frames of {len(counts)} clips, with {total.people} people boxed by hand",
        "(`benchmarks/labels/people.json`), scored against the records of the people stage, which takes these frames",
        "as samples. It is deterministic: no spread.",
        "",
        f"Missed: people of whose boxes less than {MISSED:.0%} is masked. Refused: frames of which nothing is",
        "described, for doubt. Boxes hold some background, and the mask is made of boxes with margins: what is masked",
        "of the rest is mostly the corners around people, so it is high where they fill the frame.",
        "",
        f"| clip | {HEADER}",
        f"|---|{RULE}",
        *(_row(name, each) for name, each in counts.items()),
        _row("**all**", total),
        "",
    ]


def _row(name: str, c: Count) -> str:
    cells = [
        name,
        str(c.frames),
        str(c.refused),
        str(c.people),
        str(c.missed),
        _share(c.outside, c.person_pixels),
        _share(c.outside_shares, c.people),
        _share(c.exposed, c.person_pixels),
        _share(c.overmasked, c.other_pixels),
    ]
    return f"| {' | '.join(cells)} |"


def _share(part: float, whole: float) -> str:
    return f"{part / whole:.1%}" if whole else "none"


def sweep_table(counts: dict[str, Count]) -> list[str]:
    return [
        "## Other parameters",
        "",
        "Each row changes what it names; the first row is what is in use.",
        "",
        f"| changed | {HEADER}",
        f"|---|{RULE}",
        *(_row(name, each) for name, each in counts.items()),
    ]


def _named(variant: dict[str, float]) -> str:
    if not variant:
        used = asdict(PeopleStage()) | {name: getattr(module, name) for name, module in CONSTANTS.items()}
        return "in use: " + ", ".join(f"{name} {value:g}" for name, value in used.items())
    return ", ".join(f"{name} {value:g}" for name, value in variant.items())


def tag_lines(trial: Trial) -> list[str]:
    """The chapter on tags: of all labelled frames that may be described."""
    masks = trial.masks({})
    return compare_tags(_described(trial.views.values(), masks), trial.models)


def _described(views: Iterable[Iterable[View]], masks: dict[str, PeopleMasks]) -> Iterator[tuple[Sample, Floats]]:
    for view in (each for some in views for each in some):
        here = masks[view.video_id]
        row = here.times.tolist().index(view.sample.pts)
        if view.truth.people and not here.doubts[row]:
            yield view.sample, here.boxes_at(row)


if __name__ == "__main__":
    main()
