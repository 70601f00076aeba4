"""Whether a thing stays one thing: IDF1 of the tracks of the objects stage on made scenes, where it is known.

    .venv/bin/python -m benchmarks.tracks [--seeds 100 101 ...]

Cut-out photographs of vehicles and animals walk over photographs of places, in front of and behind each other, out of
the picture and back, as they would be sampled: twice a second. What is tried is chosen on the seeds 0 to 7, and scored
on others. A true thing and a track are matched once for a whole scene, so that most boxes agree (IoU of a half or
more): Ristani et al., Performance Measures and a Data Set for Multi-Target, Multi-Camera Tracking, ECCV Workshops 2016.
Writes ``results/tracks.md``.
"""

import argparse
import platform
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from benchmarks.labelled import CACHE, HERE
from benchmarks.remembering import RememberingModels
from benchmarks.stills import download, unpack
from passerby.geometry import ious
from passerby.people import PeopleAt
from passerby.pipeline.detect import LEAST_SCORE
from passerby.records import Detections, Floats, Pixels, Sample, Track
from passerby.stages.base import SettledSample
from passerby.stages.objects import ObjectsSession, ObjectsStage
from passerby.tracking import linker

RESULT = HERE / "results" / "tracks.md"
TUNING, SCORED = tuple(range(8)), tuple(range(100, 108))
WIDTH, HEIGHT, SAMPLES = 640, 360, 24
SAME = 0.5  # IoU from which a box is of a thing
SEEN = 0.3  # share of a thing that has to show for it to be there
STAMPS = "usr/share/tuxpaint/stamps/"
CUT_OUTS = (
    "vehicles/auto/sedan.png",
    "vehicles/auto/sportscar2.png",
    "vehicles/masstransit/green_korean_bus.png",
    "animals/mammals/equines/horse.png",
    "animals/mammals/equines/zebra.png",
    "animals/mammals/giraffe.png",
    "animals/mammals/elephant.png",
    "animals/mammals/dogs/dog.png",
)
PLACES = ("usr/share/backgrounds/mate/nature/Garden.jpg", "usr/share/backgrounds/mate/nature/Dune.jpg")
NO_PEOPLE = np.zeros((0, 4), np.float32)
Shown = dict[int, Floats]  # the box (4,) of each thing that is seen, by its number
# What is tried: fields of the stage, and constants of the linker in capitals.
VARIANTS: tuple[dict[str, float], ...] = (
    {},
    {"BUFFER": 0.0},
    {"BUFFER": 0.2},
    {"BUFFER": 0.8},
    {"LEAST_OVERLAP": 0.02},
    {"LEAST_OVERLAP": 0.2},
    {"patience": 1},
    {"patience": 6},
    {"patience": 10},
    {"weak_score": 0.3},
    {"start_score": 0.4},
    {"once_score": 0.45},
)


@dataclass(frozen=True, slots=True)
class Actor:
    """A cut-out on its way: where its middle is at each sample, out of the picture too."""

    picture: NDArray[np.uint8]  # (h, w, 4) BGRA
    path: NDArray[np.int64]  # (SAMPLES, 2) x, y


@dataclass(frozen=True, slots=True)
class Scene:
    """Pictures, and what is in each."""

    pictures: tuple[Pixels, ...]
    truth: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """Boxes that agree when things and tracks are matched once, of all true ones and all told ones."""

    agreeing: int
    true: int
    told: int
    things: int
    tracks: int

    def __add__(self, other: "Score") -> "Score":
        return Score(
            self.agreeing + other.agreeing,
            self.true + other.true,
            self.told + other.told,
            self.things + other.things,
            self.tracks + other.tracks,
        )

    @property
    def idf1(self) -> float:
        return 2 * self.agreeing / max(self.true + self.told, 1)


def make_scene(seed: int, cut_outs: Sequence[NDArray[np.uint8]], places: Sequence[Pixels]) -> Scene:
    random = np.random.default_rng(seed)
    place = places[seed % len(places)]
    actors = sorted((_actor(random, cut_outs) for _ in range(int(random.integers(4, 7)))), key=_nearness)
    shown = [_draw(place, actors, number, random) for number in range(SAMPLES)]
    return Scene(tuple(picture for picture, _ in shown), tuple(truth for _, truth in shown))


def _nearness(actor: Actor) -> int:
    return int(actor.path[0, 1] + actor.picture.shape[0] // 2)


def _actor(random: np.random.Generator, cut_outs: Sequence[NDArray[np.uint8]]) -> Actor:
    picture = cut_outs[int(random.integers(len(cut_outs)))]
    factor = random.uniform(60, 130) / np.sqrt(picture.shape[0] * picture.shape[1])
    size = (round(picture.shape[1] * factor), round(picture.shape[0] * factor))
    small = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
    direction = int(random.choice([-1, 1]))
    speed = direction * random.uniform(12, 45) * (random.random() > 0.2)  # one in five stands
    turns = random.random() < 0.25  # and comes back
    steps = np.full(SAMPLES, speed)
    steps[SAMPLES // 2 :] *= -1 if turns else 1
    begin = random.uniform(0.1, 0.9) * WIDTH if not speed else WIDTH / 2 - direction * random.uniform(0.2, 0.8) * WIDTH
    x = begin + np.cumsum(steps) + random.normal(0, 2, SAMPLES)
    y = random.uniform(0.5, 0.8) * HEIGHT + random.normal(0, 1.5, SAMPLES)
    facing = small[:, ::-1] if speed > 0 else small
    return Actor(np.ascontiguousarray(facing), np.stack([x, y], axis=1).round().astype(np.int64))


def _draw(place: Pixels, actors: Sequence[Actor], number: int, random: np.random.Generator) -> tuple[Pixels, Shown]:
    """The picture of one sample, and the boxes of those in it of which enough is seen."""
    picture, owner = place.astype(np.float32), np.full((HEIGHT, WIDTH), -1)
    boxes: Shown = {}
    wholes: dict[int, int] = {}
    for thing, actor in enumerate(actors):
        high, wide = actor.picture.shape[:2]
        left, top = actor.path[number] - (wide // 2, high // 2)
        x1, y1, x2, y2 = max(left, 0), max(top, 0), min(left + wide, WIDTH), min(top + high, HEIGHT)
        if x2 <= x1 or y2 <= y1:
            continue
        part = actor.picture[y1 - top : y2 - top, x1 - left : x2 - left].astype(np.float32)
        alpha = part[..., 3:] / 255
        picture[y1:y2, x1:x2] = picture[y1:y2, x1:x2] * (1 - alpha) + part[..., 2::-1] * alpha
        owner[y1:y2, x1:x2][alpha[..., 0] > 0.5] = thing
        boxes[thing] = np.array([x1, y1, x2, y2], np.float32)
        wholes[thing] = int((actor.picture[..., 3] > 127).sum())
    noisy = picture + random.normal(0, 3, picture.shape)
    seen = {thing: box for thing, box in boxes.items() if (owner == thing).sum() >= SEEN * wholes[thing]}
    return np.clip(noisy, 0, 255).astype(np.uint8), seen


def score(truth: Sequence[Shown], tracks: Sequence[Track]) -> Score:
    """Things and tracks matched once, so that most of their boxes agree; times of tracks are numbers of samples."""
    things = sorted({thing for shown in truth for thing in shown})
    agree = np.zeros((len(things), len(tracks)), np.int64)
    for column, track in enumerate(tracks):
        for time, box in zip(track.times.tolist(), track.boxes, strict=True):
            for row, thing in enumerate(things):
                other = truth[time].get(thing)
                agree[row, column] += other is not None and ious(box[None], other[None])[0, 0] >= SAME
    matched = agree[linear_sum_assignment(agree, maximize=True)].sum()
    told = sum(len(track.times) for track in tracks)
    return Score(int(matched), sum(map(len, truth)), told, len(things), len(tracks))


def tracks_of(found: Sequence[Detections], stage: ObjectsStage) -> Sequence[Track]:
    session = ObjectsSession(stage, WIDTH, HEIGHT)
    for number, things in enumerate(found):
        sample = Sample(number, np.zeros((HEIGHT, WIDTH, 3), np.uint8), WIDTH, HEIGHT)
        session.push(SettledSample(sample, False, PeopleAt(number, NO_PEOPLE, 0, 0.0, ""), things))
    return session.finish(len(found))


def total(scenes: Sequence[tuple[Scene, Sequence[Detections]]], variant: Mapping[str, float]) -> Score:
    """Of all scenes, each with what the detector finds in it."""
    fields: dict[str, Any] = {name: value for name, value in variant.items() if name.islower()}
    with ExitStack() as changed:
        for name in variant.keys() - fields.keys():
            changed.enter_context(patch.object(linker, name, variant[name]))
        stage = ObjectsStage(**fields)
        return sum((score(scene.truth, tracks_of(found, stage)) for scene, found in scenes), Score(0, 0, 0, 0, 0))


def things_of(detector: Any) -> Callable[[Pixels], Detections]:
    def look(picture: Pixels) -> Detections:
        (found,) = detector.detect([picture])
        things: Detections = found.where(np.array([label != "person" for label in found.labels], np.bool_))
        return things

    return look


def read_pictures() -> tuple[list[NDArray[np.uint8]], list[Pixels]]:
    """The cut-outs (h, w, 4) BGRA, and the places (HEIGHT, WIDTH, 3) RGB."""
    stamps = list(_files("tuxpaint-stamps-default", [STAMPS + name for name in CUT_OUTS]))
    cut_outs = [_without_margins(np.asarray(cv2.imread(path, cv2.IMREAD_UNCHANGED), np.uint8)) for path in stamps]
    places = [
        np.asarray(cv2.resize(cv2.imread(path, cv2.IMREAD_COLOR_RGB), (WIDTH, HEIGHT)), np.uint8)
        for path in _files("mate-backgrounds", PLACES)
    ]
    return cut_outs, places


def _without_margins(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    rows, columns = (np.flatnonzero((picture[..., 3] > 127).any(axis=axis)) for axis in (1, 0))
    cut: NDArray[np.uint8] = picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return cut


def _files(package: str, members: Sequence[str]) -> Iterator[str]:
    home = CACHE / package
    lacking = {member for member in members if not (home / member).exists()}
    if lacking:
        unpack(download({"client": "apt", "name": package}, home), lacking, home)
    return (str(home / member) for member in members)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", nargs="+", type=int, default=SCORED, help="of the scenes that are scored")
    asked = parser.parse_args()
    cv2.setNumThreads(1)
    look = things_of(RememberingModels().open("nanodet", threshold=LEAST_SCORE))
    pictures = read_pictures()
    sets = []
    for seeds in (TUNING, asked.seeds):
        scenes = [make_scene(seed, *pictures) for seed in seeds]
        sets.append([(scene, [look(picture) for picture in scene.pictures]) for scene in scenes])
    rows = [(variant, [total(scenes, variant) for scenes in sets]) for variant in VARIANTS]
    RESULT.write_text("\n".join(table(rows, asked.seeds)) + "\n", "utf-8")
    print(RESULT.read_text("utf-8"))


def table(rows: Sequence[tuple[Mapping[str, float], Sequence[Score]]], seeds: Sequence[int]) -> list[str]:
    return [
        "# Tracks of things",
        "",
        f"`python -m benchmarks.tracks` on {platform.machine()}, Python {platform.python_version()}: scenes of",
        f"{SAMPLES} samples, the detector of the package. Chosen on the seeds {TUNING[0]} to {TUNING[-1]}, scored on",
        f"{', '.join(map(str, seeds))}. It is deterministic: no spread. IDF1 counts what the detector misses, too.",
        "",
        "| changed | IDF1, chosen on | IDF1, scored | tracks of true things |",
        "|---|---|---|---|",
        *(
            f"| {', '.join(f'{name} {value}' for name, value in variant.items()) or 'as it is'} | {chosen.idf1:.3f} "
            f"| {scored.idf1:.3f} ({scored.agreeing} of {scored.true} true and {scored.told} told boxes) "
            f"| {scored.tracks} of {scored.things} |"
            for variant, (chosen, scored) in rows
        ),
    ]


if __name__ == "__main__":
    main()
