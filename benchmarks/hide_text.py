"""What `--hide text` and `--hide plates` show of made signs and hide of the rest, and what the looking costs.

    .venv/bin/python -m benchmarks.hide_text [--seeds 1 2 3] [--models FOLDER]

Signs are drawn on real pictures and move with them and across them: lines of words on boards, and number plates on dark
fronts; 4 s of 1280x720 at 25 frames a second for each seed. Clips go through the first pass of a redaction, whose plan
is scored: a copy with solid boxes hides exactly what it says. A line shows in a frame if more than a quarter of its box
is not hidden. Nothing was chosen on these clips. Writes ``results/hide-text.md``.
"""

import argparse
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from av.video.stream import VideoStream
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from benchmarks.hard_sources import read_sources
from benchmarks.hide_people import plan_of
from benchmarks.index import HERE, machine
from benchmarks.stills import MODELS_DIR, fetch_models
from passerby.errors import MissingModelError
from passerby.geometry import rasterize
from passerby.models.load import CatalogModels
from passerby.models.runtime import RuntimeOptions
from passerby.records import Pixels
from passerby.redact.plan.kinds import Kind
from passerby.redact.plan.plan import RegionsInTime

CACHE, RESULT = HERE / "cache" / "signs", HERE / "results" / "hide-text.md"
WIDTH, HEIGHT, RATE, SECONDS = 1280, 720, 25, 4
SIGNS, PLATES = 5, 3  # in each clip
HEIGHTS = (10, 14, 20, 28, 40, 64)  # pixels of a line, about
BANDS = ((0, 16), (16, 24), (24, 48), (48, 1000))
SHOWS = 0.25  # of a line's box
WORDS = (
    "Harbour Road", "CENTRAL STATION", "Bakery", "Open until 18:00", "KEEP LEFT", "Library, first floor", "Exit",
    "Fresh fruit", "PARKING 2 h", "Museum of Clocks", "Platform 4", "Ferry tickets here", "No entry", "Sale",
)  # fmt: skip
GROUNDS = ((250, 250, 245), (30, 60, 140), (20, 90, 50), (245, 205, 40), (160, 30, 30), (40, 40, 40))

Boxes = list[NDArray[np.float64]]  # (4,) each


@dataclass(frozen=True, slots=True)
class Sign:
    """A picture of a board with a line on it, and how it moves."""

    kind: Kind
    picture: Pixels
    line: NDArray[np.float64]  # (4,) the box of the line within the picture
    at: NDArray[np.float64]  # (2,) where its corner is at first
    step: NDArray[np.float64]  # (2,) pixels a frame


@dataclass(slots=True)
class Tally:
    """What was found of a kind."""

    lines: dict[tuple[int, int], list[bool]] = field(
        default_factory=lambda: {band: [] for band in BANDS}
    )  # whether shown
    longest: int = 0  # frames that one line shows in a row
    hidden: list[float] = field(default_factory=list)  # of the rest, a frame
    others: list[float] = field(default_factory=list)  # the same of frames of the same pictures without signs
    seconds: float = 0.0  # of processors, looking
    video: float = 0.0  # seconds


def board(kind: Kind, rng: np.random.Generator) -> Sign:
    """A sign, or a number plate on the front of something dark."""
    size = int(rng.choice(HEIGHTS))
    letters = "".join(rng.choice(list("ABCDEFGHKLMNPRSTUVWXYZ"), 3))
    text = f"{letters[:2]} {letters[2]} {rng.integers(100, 9999)}" if kind == "plates" else str(rng.choice(WORDS))
    ground = (235, 235, 230) if kind == "plates" else GROUNDS[int(rng.integers(len(GROUNDS)))]
    ink = (20, 20, 20) if sum(ground) > 380 else (245, 245, 245)
    font = ImageFont.load_default(size * 1.25)
    left, top, right, bottom = (int(side) for side in font.getbbox(text))
    pad, front = max(size // 3, 2), size if kind == "plates" else 0
    width, height = right - left + 2 * (pad + front), bottom - top + 2 * (pad + front)
    picture = Image.new("RGB", (width, height), (35, 38, 45) if front else ground)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((front, front, width - front - 1, height - front - 1), fill=ground)
    draw.text((front + pad - left, front + pad - top), text, fill=ink, font=font)
    line = np.array([front + pad, front + pad, width - front - pad, height - front - pad], np.float64)
    at = rng.uniform((20, 20), (max(WIDTH - width - 20, 21), max(HEIGHT - height - 20, 21)))
    return Sign(kind, np.asarray(picture), line, at, rng.uniform(-2.5, 2.5, 2))


def frames_of(seed: int, ground: Pixels, signs: Sequence[Sign]) -> Iterator[tuple[Pixels, Boxes]]:
    """Each frame, and where the lines are in it; those that leave it are cut off."""
    rng = np.random.default_rng([seed, 1])
    for number in range(RATE * SECONDS):
        shift = int(24 + 20 * np.sin(number / 30))
        frame = ground[shift : shift + HEIGHT, shift : shift + WIDTH].copy()
        boxes = []
        for sign in signs:
            x, y = np.round(sign.at + sign.step * number).astype(int)
            height, width = sign.picture.shape[:2]
            left, top, right, bottom = max(x, 0), max(y, 0), min(x + width, WIDTH), min(y + height, HEIGHT)
            if left < right and top < bottom:
                frame[top:bottom, left:right] = sign.picture[top - y : bottom - y, left - x : right - x]
            box = sign.line + np.array([x, y, x, y])
            boxes.append(np.clip(box, 0, (WIDTH, HEIGHT, WIDTH, HEIGHT)))
        noise = rng.normal(0, 2, (HEIGHT, WIDTH, 1)).astype(np.float32)
        yield np.clip(cv2.GaussianBlur(frame, (0, 0), 0.6) + noise, 0, 255).astype(np.uint8), boxes


def make(path: Path, seed: int, ground: Pixels, signs: Sequence[Sign]) -> list[Boxes]:
    """Write a clip; where its lines are, frame by frame."""
    truth = []
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=RATE, options={"preset": "veryfast", "crf": "20"})
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt, stream.time_base = WIDTH, HEIGHT, "yuv420p", Fraction(1, RATE)
        for number, (picture, boxes) in enumerate(frames_of(seed, ground, signs)):
            frame = av.VideoFrame.from_ndarray(picture, "rgb24")
            frame.pts = number
            container.mux(stream.encode(frame))
            truth.append(boxes)
        container.mux(stream.encode(None))
    return truth


def score(
    found: Tally, path: Path, kind: Kind, truth: Sequence[Sequence[NDArray[np.float64]]], signs: Sequence[Sign]
) -> None:
    """Add what a plan hides of a clip."""
    begun = time.process_time()
    plan, times = plan_of(path, (0.0, float("inf")), kind, CatalogModels(MODELS_DIR, RuntimeOptions()))
    found.seconds += time.process_time() - begun
    found.video += SECONDS
    regions = RegionsInTime(plan)
    runs = [0] * len(signs)
    for pts, boxes in zip(times, truth, strict=True):
        mask = rasterize(regions.at(pts).astype(np.float32), (HEIGHT, WIDTH))
        rest = np.ones_like(mask)
        for index, (sign, box) in enumerate(zip(signs, boxes, strict=True)):
            left, top, right, bottom = np.round(box).astype(int)
            rest[top:bottom, left:right] = False
            if sign.kind != kind or (right - left) * (bottom - top) < 0.5 * float(
                np.prod(sign.line[2:] - sign.line[:2])
            ):
                continue
            shows = float(mask[top:bottom, left:right].mean()) < 1 - SHOWS
            found.lines[_band(sign)].append(shows)
            runs[index] = runs[index] + 1 if shows else 0
            found.longest = max(found.longest, runs[index])
        (found.hidden if signs else found.others).append(float(mask[rest].mean()))


def _band(sign: Sign) -> tuple[int, int]:
    height = sign.line[3] - sign.line[1]
    return next(band for band in BANDS if band[0] <= height < band[1])


def row(kind: Kind, found: Tally) -> str:
    cells = [f"{sum(each)} of {len(each)} ({_share(each)})" if each else "none" for each in found.lines.values()]
    hidden, others = (f"{float(np.mean(each)):.2%}" for each in (found.hidden, found.others))
    return (
        f"| {kind} | {' | '.join(cells)} | {found.longest} | {hidden} | {others} | {found.seconds / found.video:.2f} |"
    )


def _share(shown: Sequence[bool]) -> str:
    return f"{float(np.mean(shown)):.1%}"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    options = parser.parse_args()
    fetch_models(["ppocr-det"])
    CACHE.mkdir(parents=True, exist_ok=True)
    _, backgrounds = read_sources(HERE / "labels" / "heads.toml", HERE / "cache")
    tallies: dict[Kind, Tally] = {"text": Tally(), "plates": Tally()}
    missing: list[Kind] = []
    for seed in options.seeds:
        rng = np.random.default_rng(seed)
        picture = backgrounds[int(rng.integers(len(backgrounds)))].frames[0]
        ground = cv2.resize(picture, (WIDTH + 64, HEIGHT + 64), interpolation=cv2.INTER_AREA)
        signs = [board("text", rng) for _ in range(SIGNS)] + [board("plates", rng) for _ in range(PLATES)]
        for name, shown in (("signs", signs), ("empty", [])):
            path = CACHE / f"{name}-{seed}.mp4"
            truth = make(path, seed, ground, shown)
            for kind, found in tallies.items():
                if kind in missing:
                    continue
                try:
                    score(found, path, kind, truth, shown)
                except MissingModelError:
                    missing.append(kind)
    heights = " | ".join(f"{low} to {high}" if high < 1000 else f"{low} and more" for low, high in BANDS)
    lines = [
        "# Hiding text and number plates", "",
        f"`python -m benchmarks.hide_text` on {machine()}: seeds {', '.join(map(str, options.seeds))}.", "",
        "Lines that show, by their heights in pixels; longest: frames in a row that one line shows; hidden elsewhere:",
        "of what is no line (boards around lines, and what is alike by chance), with signs, and on the same pictures",
        "without; looking: processor seconds for a second of video, with decoding. `text` hides number plates, too.",
        "",
        f"| `--hide` | {heights} | longest | hidden elsewhere | without signs | looking |",
        "|---|" + "---|" * (len(BANDS) + 4),
        *(row(kind, found) for kind, found in tallies.items() if kind not in missing), "",
        *(f"`{kind}` was not measured: its model is not here (`passerby models pull {kind}`)." for kind in missing),
    ]  # fmt: skip
    RESULT.write_text("\n".join(lines).rstrip() + "\n")


if __name__ == "__main__":
    main()
