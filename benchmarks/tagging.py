"""What tags and things are left when people are masked: the same frames, masked and as they are."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np

from passerby.geometry import covered_share, ious
from passerby.models.hedging import THRESHOLD, Hedger
from passerby.people import mask_people, with_margins
from passerby.records import Detections, Floats, Sample
from passerby.stages.objects import ObjectsStage

SAME = 0.5  # intersection over union of a thing found twice
BEHIND = 0.5  # a thing of which more is masked is a person's, or behind them
GRID = (72, 128)
# Few tags pass the threshold in use: with a lower one there is more to compare.
THRESHOLDS = (THRESHOLD, 0.3)


@dataclass(frozen=True, slots=True)
class Pair:
    """One frame, masked and as it is."""

    tags: dict[float, tuple[frozenset[str], frozenset[str]]]  # by the threshold of tags; masked, plain
    unsaid: tuple[float, float]  # chance of the classes that are never said
    unsaid_first: tuple[bool, bool]  # whether the likeliest class is one of them
    things: int  # found in the plain frame, beside people
    found_again: int  # of these in the masked frame


def compare_tags(frames: Iterable[tuple[Sample, Floats]], models: Any) -> list[str]:
    """A chapter of the report, of samples with the people (n, 4) masked in them, in upright frame pixels."""
    describer = models.open("mobilenetv2")
    detector = models.open("nanodet", threshold=ObjectsStage().start_score)
    return _lines([_compare(sample, people, describer, detector) for sample, people in frames])


def _compare(sample: Sample, people: Floats, describer: Any, detector: Any) -> Pair:
    pictures = [mask_people(sample, people).pixels, sample.pixels]
    chances, _ = describer.describe(pictures)
    never_said = _never_said()
    height, width = sample.pixels.shape[:2]
    scale = np.array([width / sample.frame_width, height / sample.frame_height] * 2, np.float32)
    masked, plain = (_things(found) for found in detector.detect(pictures))
    grid = np.array([GRID[1] / width, GRID[0] / height] * 2, np.float32)
    hidden = with_margins(people, sample.frame_width, sample.frame_height) * scale
    beside = plain.where(covered_share(plain.boxes * grid, hidden * grid, GRID) < BEHIND)
    return Pair(
        tags={threshold: (_tags(threshold, chances[0]), _tags(threshold, chances[1])) for threshold in THRESHOLDS},
        unsaid=(float(chances[0][never_said].sum()), float(chances[1][never_said].sum())),
        unsaid_first=(bool(never_said[chances[0].argmax()]), bool(never_said[chances[1].argmax()])),
        things=len(beside),
        found_again=_found_again(beside, masked),
    )


def _tags(threshold: float, chances: Floats) -> frozenset[str]:
    return frozenset(label for label, _ in Hedger(threshold).tags(chances))


def _never_said() -> Any:
    document = json.loads(resources.files("passerby.models").joinpath("imagenet.json").read_text("utf-8"))
    return np.array([label is None for label in document["classes"]])


def _things(found: Detections) -> Detections:
    return found.where(np.array([label != "person" for label in found.labels], np.bool_))


def _found_again(wanted: Detections, found: Detections) -> int:
    same_place = ious(wanted.boxes, found.boxes) >= SAME
    same_name = np.array([[a == b for b in found.labels] for a in wanted.labels], np.bool_).reshape(same_place.shape)
    return int((same_place & same_name).any(axis=1).sum())


def _lines(pairs: list[Pair]) -> list[str]:
    things, again = sum(pair.things for pair in pairs), sum(pair.found_again for pair in pairs)
    chance = [float(np.mean([pair.unsaid[side] for pair in pairs])) for side in (0, 1)]
    first = [sum(pair.unsaid_first[side] for pair in pairs) for side in (0, 1)]
    return [
        "## Masked against unmasked",
        "",
        f"The {len(pairs)} labelled frames with people in them that are described, once masked as the pipeline does",
        "and once as they are. Some classes of the model are never said: persons, what is worn, what is too vague.",
        "",
        "| | masked | as they are |",
        "|---|---|---|",
        *(line for threshold in THRESHOLDS for line in _tag_rows(pairs, threshold)),
        f"| mean chance of classes that are never said | {chance[0]:.2f} | {chance[1]:.2f} |",
        f"| frames whose likeliest class is never said | {first[0]} | {first[1]} |",
        f"| things beside people (NanoDet at {ObjectsStage().start_score}) | {again} of them | {things} |",
        "",
        *(line for threshold in THRESHOLDS for line in _said(pairs, threshold)),
    ]


def _tag_rows(pairs: list[Pair], threshold: float) -> list[str]:
    tags = [pair.tags[threshold] for pair in pairs]
    stay = sum(len(masked & plain) for masked, plain in tags)
    return [
        f"| tags from {threshold} | {sum(len(row[0]) for row in tags)} | {sum(len(row[1]) for row in tags)} |",
        f"| of them said of both | {stay} | {stay} |",
    ]


def _said(pairs: list[Pair], threshold: float) -> list[str]:
    masked, plain = (Counter(tag for pair in pairs for tag in pair.tags[threshold][side]) for side in (0, 1))
    return [
        f"From {threshold}, said of masked frames: {_listed(masked)}. Of the frames as they are: {_listed(plain)}.",
        "",
    ]


def _listed(tags: Counter[str]) -> str:
    return ", ".join(f"{tag} ({times})" for tag, times in tags.most_common()) or "nothing"
