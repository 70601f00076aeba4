"""Precision and recall of the default detector, and of the tracks made from it, on things boxed by hand.

    .venv/bin/python -m benchmarks.objects [FOOTAGE] [--models NAME=FILE ...]

FOOTAGE is a folder with the clips that no package ships: those, and the previews, of the collection
``intel-iot-devkit/sample-videos`` (CC BY 4.0). Where it lacks one, that clip is left out. A box is right if it shares
half of its union with a labelled thing of its name that no surer box has taken.
Writes ``results/objects.md``. ``--models`` compares other detectors of the catalog instead, with these files
(``detectors.py``), and writes ``results/detectors.md``.
"""

import argparse
import platform
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from benchmarks.detectors import FLOOR, STANDARD, Count, comparison, open_named, try_all
from benchmarks.labelled import FOOTAGE, HERE, Labelled, boxes, labelled_files, labelled_samples
from benchmarks.remembering import RememberingModels
from passerby.files.content import Source
from passerby.geometry import areas, intersections, ious
from passerby.models.detectors.tiling import TiledDetector
from passerby.models.load import CatalogModels
from passerby.models.runtime import RuntimeOptions
from passerby.pipeline.detect import LEAST_SCORE
from passerby.pipeline.feed import LONG_SIDE
from passerby.pipeline.run import index
from passerby.records import Detections, Floats, Sample, Track
from passerby.stages.objects import ObjectsStage
from passerby.stages.people import PeopleStage
from passerby.stages.shots.stage import ShotsStage
from passerby.store.library import Store, open_store

RESULT = HERE / "results" / "objects.md"
COMPARISON = HERE / "results" / "detectors.md"
SAME = 0.5
REACH_SECONDS = Fraction(1, 4)  # half of the way to the next sample
THRESHOLDS = (0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7)
# What is tried for the stage: its fields.
VARIANTS: tuple[dict[str, float], ...] = (
    {},
    {"weak_score": 0.2},
    {"weak_score": 0.3},
    {"weak_score": 0.35},
    {"weak_score": 0.45},
    {"start_score": 0.35, "weak_score": 0.35},
    {"start_score": 0.4},
    {"start_score": 0.5},
    {"start_score": 0.55},
    {"once_score": 0.45},
    {"once_score": 0.65},
)


@dataclass(frozen=True, slots=True)
class Things:
    """Boxes (n, 4) with the names that are right for each; no name: any is."""

    names: tuple[frozenset[str], ...]
    boxes: Floats

    @staticmethod
    def read(rows: list[tuple[str, list[float]]]) -> "Things":
        """From JSON; of a thing that may be called several names, they stand with | between them."""
        return Things(
            tuple(frozenset(filter(None, names.split("|"))) for names, _ in rows), boxes([b for _, b in rows])
        )


@dataclass(frozen=True, slots=True)
class View:
    """A labelled sample."""

    file: Labelled
    sample: Sample
    things: Things
    ignored: Things


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts by name: of things by their first name, of wrong boxes by the name that they were given."""

    right: Counter[str]
    wrong: Counter[str]
    missed: Counter[str]

    @staticmethod
    def add(tallies: Iterable["Tally"]) -> "Tally":
        total = Tally(Counter(), Counter(), Counter())
        for tally in tallies:
            total.right.update(tally.right)
            total.wrong.update(tally.wrong)
            total.missed.update(tally.missed)
        return total

    def of(self, name: str) -> "Tally":
        return Tally(*(Counter({name: counts[name]}) for counts in (self.right, self.wrong, self.missed)))

    @property
    def precision(self) -> tuple[int, int]:
        return self.right.total(), self.right.total() + self.wrong.total()

    @property
    def recall(self) -> tuple[int, int]:
        return self.right.total(), self.right.total() + self.missed.total()


def match(found: Detections, things: Things, ignored: Things) -> Tally:
    """Boxes by falling score each take the free thing of their name that they share most with.

    One that finds none is wrong, unless half of it lies in a place that is ignored for its name.
    """
    tally = Tally(Counter(), Counter(), Counter())
    shares = ious(found.boxes, things.boxes)
    inside = intersections(found.boxes, ignored.boxes) >= SAME * np.maximum(areas(found.boxes), 1)[:, None]
    free = set(range(len(things.names)))
    for row in np.argsort(-found.scores, kind="stable").tolist():
        label = found.labels[row]
        fitting = [thing for thing in free if label in things.names[thing] and shares[row, thing] >= SAME]
        if fitting:
            best = max(fitting, key=lambda thing: float(shares[row, thing]))
            free.remove(best)
            tally.right[_first(things.names[best])] += 1
        elif not any(inside[row, place] and label in (names or {label}) for place, names in enumerate(ignored.names)):
            tally.wrong[label] += 1
    tally.missed.update(_first(things.names[thing]) for thing in free)
    return tally


def _first(names: frozenset[str]) -> str:
    return min(names)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("footage", nargs="?", type=Path, default=FOOTAGE)
    parser.add_argument("--models", nargs="+", default=[], metavar="NAME=FILE", help="compare these instead")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    files = list(labelled_files(HERE / "labels" / "objects.json", options.footage))
    usual = read_views(files, LONG_SIDE)
    if options.models:
        result, lines = COMPARISON, compare(usual, options.models)
    else:
        models = RememberingModels()
        views = {LONG_SIDE: usual, 2 * LONG_SIDE: read_views(files, 2 * LONG_SIDE)}
        lines = [*class_table(usual, models), *sweep_table(views, models), *stage_table(usual, models)]
        result = RESULT
    result.parent.mkdir(exist_ok=True)
    result.write_text("\n".join(lines) + "\n", "utf-8")
    print(result.read_text("utf-8"))


def compare(views: Sequence[View], named: Sequence[str]) -> list[str]:
    """The table of detectors beside the one in the package."""

    def count(found: Sequence[Detections], score: float, *, still: bool) -> Count:
        some = [(view, boxes) for view, boxes in zip(views, found, strict=True) if view.file.is_clip != still]
        tally = tally_of([view for view, _ in some], [boxes for _, boxes in some], score)
        return *tally.precision, tally.recall[1]

    options = RuntimeOptions(threads=1)
    detectors = {STANDARD: CatalogModels(HERE, options).open(STANDARD, threshold=FLOOR), **open_named(named, options)}
    return comparison(try_all(detectors, lambda detector: [detect(view, detector) for view in views]), count)


def read_views(files: Sequence[Labelled], long_side: int) -> list[View]:
    return [
        View(file, sample, Things.read(row["things"]), Things.read(row["ignore"]))
        for file in files
        for row, sample in labelled_samples(file, long_side)
    ]


def detect(view: View, detector: Any) -> Detections:
    """Things, in upright frame pixels."""
    (found,) = detector.detect([view.sample.pixels])
    height, width = view.sample.pixels.shape[:2]
    found = found.where(np.array([label != "person" for label in found.labels], np.bool_))
    scaled: Detections = found.scaled(view.sample.frame_width / width, view.sample.frame_height / height)
    return scaled


def tally_of(views: Sequence[View], found: Sequence[Detections], threshold: float) -> Tally:
    return Tally.add(
        match(boxes.where(boxes.scores >= threshold), view.things, view.ignored)
        for view, boxes in zip(views, found, strict=True)
    )


def class_table(views: Sequence[View], models: RememberingModels) -> list[str]:
    threshold = ObjectsStage().start_score
    detector = models.open("nanodet", threshold=LEAST_SCORE)
    tally = tally_of(views, [detect(view, detector) for view in views], threshold)
    clips = {view.file.name for view in views if view.file.is_clip}
    stills = sum(not view.file.is_clip for view in views)
    names = sorted(tally.right.keys() | tally.missed.keys() | tally.wrong.keys())
    return [
        "# Things found, against labels drawn by hand",
        "",
        f"`python -m benchmarks.objects` on {platform.machine()}, Python {platform.python_version()}:",
        f"{stills} stills and {len(views) - stills} frames of {len(clips)} clips, with {tally.recall[1]} things of the",
        "eighty of COCO (`benchmarks/labels/objects.json`; people aside). It is deterministic: no spread. A thing that",
        "may rightly be called several names (a van: car, truck or bus) stands under the first in the alphabet.",
        "",
        f"## The default detector at {threshold}, by class",
        "",
        "| class | precision | recall |",
        "|---|---|---|",
        *(f"| {name} | {_rates(tally.of(name))} |" for name in names),
        f"| **all** | {_rates(tally)} |",
        "",
    ]


def sweep_table(views: dict[int, list[View]], models: RememberingModels) -> list[str]:
    plain = models.open("nanodet", threshold=LEAST_SCORE)
    ways = {
        f"{name}, {side} px": (some, [detect(view, detector) for view in some])
        for side, some in views.items()
        for name, detector in (("whole", plain), ("tiled", TiledDetector(plain)))
    }
    return [
        "## Thresholds, tiling and the size of samples",
        "",
        "Each frame as a whole, or also in two halves, with a long side of at most so many pixels: precision, recall.",
        "",
        f"| score from | {' | '.join(ways)} |",
        f"|---|{'---|' * len(ways)}",
        *(
            f"| {threshold} | "
            + " | ".join(_short(tally_of(some, found, threshold)) for some, found in ways.values())
            + " |"
            for threshold in THRESHOLDS
        ),
        "",
    ]


def stage_table(views: Sequence[View], models: RememberingModels) -> list[str]:
    clips = [view for view in views if view.file.is_clip]
    return [
        "## The objects stage",
        "",
        f"Its tracks, at the {len(clips)} labelled frames of clips; the first row is what is in use.",
        "",
        "| changed | precision | recall |",
        "|---|---|---|",
        *(f"| {_named(variant)} | {_rates(tally)} |" for variant, tally in _stage_tallies(clips, models)),
    ]


def _stage_tallies(views: Sequence[View], models: RememberingModels) -> Iterator[tuple[dict[str, float], Tally]]:
    """In one library, so that shots and people are looked for once."""
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder), create=True) as store:
        for variant in VARIANTS:
            yield variant, _stage_tally(views, models, store, variant)


def _stage_tally(views: Sequence[View], models: RememberingModels, store: Store, variant: dict[str, float]) -> Tally:
    changed: dict[str, Any] = dict(variant)
    stages = (ShotsStage(), PeopleStage(), ObjectsStage(**changed))
    for file in {view.file.sha256: view.file for view in views}.values():
        index(Source(file.path, file.sha256), stages, store.sink, models, lambda done, of: None)
    tallies = []
    for view in views:
        video = store.sink.video(view.file.sha256)
        reach = (
            0 if video is None else video.time_base.ticks(Fraction(1, 2) / Fraction(PeopleStage().samples_per_second))
        )
        here = track_boxes(view.sample.pts, store.records.of(view.file.sha256, Track), reach)
        tallies.append(match(here, view.things, view.ignored))
    return Tally.add(tallies)


def track_boxes(pts: int, tracks: Sequence[Track], reach: int) -> Detections:
    """Where tracks are at ``pts``: between its samples on the straight way, and up to ``reach`` ticks before and after.

    The score is that of the nearer sample.
    """
    here = [track for track in tracks if track.times[0] - reach <= pts <= track.times[-1] + reach]
    boxes = [[np.interp(pts, track.times, side) for side in track.boxes.T] for track in here]
    scores = [track.scores[int(np.abs(track.times - pts).argmin())] for track in here]
    return Detections(
        np.array(boxes, np.float32).reshape(-1, 4),
        np.array(scores, np.float32),
        tuple(track.label for track in here),
    )


def _named(variant: dict[str, float]) -> str:
    if not variant:
        used = asdict(ObjectsStage()).items()
        return "in use: " + ", ".join(f"{name} {value}" for name, value in used if name != "models")
    return ", ".join(f"{name} {value}" for name, value in variant.items())


def _rates(tally: Tally) -> str:
    return f"{_rate(*tally.precision)} | {_rate(*tally.recall)}"


def _rate(part: int, whole: int) -> str:
    return f"{part / whole:.2f} ({part}/{whole})" if whole else "none"


def _short(tally: Tally) -> str:
    (right, said), (_, there) = tally.precision, tally.recall
    return f"{right / max(said, 1):.2f}, {right / max(there, 1):.2f}"


if __name__ == "__main__":
    main()
