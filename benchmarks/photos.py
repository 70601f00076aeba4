"""How many faces photographs keep, and what a photograph costs, by ways to look at it.

    .venv/bin/python -m benchmarks.photos

Photographs of 12 megapixels are made of heads and backgrounds (``labels/heads.toml``): heads of 16 to 400 pixels, most
of them aslant. A way was chosen on some seeds, and is scored on others. Writes ``results/photos.md``.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from unittest.mock import patch

import cv2
import numpy as np

from benchmarks.hard_sources import Background, Head, read_sources
from benchmarks.labelled import CACHE, HERE
from benchmarks.truth import Points
from passerby.geometry import rasterize
from passerby.models.load import CatalogModels
from passerby.models.runtime import RuntimeOptions
from passerby.records import Pixels
from passerby.redact.look.schedule import TURN
from passerby.redact.look.view import Glance
from passerby.redact.make import one_picture
from passerby.redact.plan.plan import Original
from passerby.redact.plan.policy import Policy
from passerby.times import TimeBase

RESULT = HERE / "results" / "photos.md"
WIDTH, HEIGHT = 4000, 3000
COLUMNS, ROWS = 6, 4  # of heads in a photograph
SIZES = ((16, 24), (24, 48), (48, 120), (120, 400))  # heights of faces, in pixels
ASLANT = 40  # degrees, at most
HIDDEN = 0.9  # of a face's outline, from which it is hidden
CHOSEN_ON, SCORED_ON = (301,), (401, 402)
_WHOLE, _SMALL = Glance(4096), Glance(640)
WAYS: dict[str, tuple[Glance, ...]] = {
    "the default: 4096, turned twice too, and 640": (_WHOLE, _SMALL, Glance(4096, -TURN), Glance(4096, TURN)),
    "4096 and 640, turned twice at 2016": (_WHOLE, _SMALL, Glance(2016, -TURN), Glance(2016, TURN)),
    "4096 and 640, turned twice at 1280": (_WHOLE, _SMALL, Glance(1280, -TURN), Glance(1280, TURN)),
    "4096 and 640": (_WHOLE, _SMALL),
}


@dataclass(frozen=True, slots=True)
class Photo:
    pixels: Pixels
    faces: tuple[tuple[float, Points], ...]  # the height of each, and its outline


@dataclass(slots=True)
class PhotoCount:
    there: np.ndarray  # (sizes,) faces
    bare: np.ndarray
    elsewhere: float = 0.0  # hidden share of what is no face, added up over photographs
    seconds: float = 0.0
    photos: int = 0


def make_photo(seed: int, heads: Sequence[Head], backgrounds: Sequence[Background]) -> Photo:
    rng = np.random.default_rng(seed)
    ground = backgrounds[int(rng.integers(len(backgrounds)))].frames[0]
    pixels = np.asarray(cv2.resize(ground, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC), np.float32)
    faces = []
    for place in range(COLUMNS * ROWS):
        row, column = divmod(place, COLUMNS)
        high = float(np.exp(rng.uniform(*np.log(SIZES[place % len(SIZES)]))))
        centre = (column + rng.uniform(0.4, 0.6)) * WIDTH / COLUMNS, (row + rng.uniform(0.4, 0.6)) * HEIGHT / ROWS
        head = heads[int(rng.integers(len(heads)))]
        faces.append((high, _paste(pixels, head, high, centre, float(rng.uniform(-ASLANT, ASLANT)))))
    noisy = pixels + rng.normal(0, 2, pixels.shape).astype(np.float32)
    return Photo(np.clip(noisy, 0, 255).astype(np.uint8), tuple(faces))


def _paste(pixels: np.ndarray, head: Head, high: float, centre: tuple[float, float], angle: float) -> Points:
    """Put a head into ``pixels``, its face ``high`` pixels high; the outline of its face there."""
    level = 0
    while level + 1 < len(head.levels) and head.face_height / 2 ** (level + 1) > high:
        level += 1
    picture = head.levels[level]
    factor = head.picture.shape[0] / picture.shape[0]
    zoom = high / head.face_height * factor
    side = int(np.hypot(*picture.shape[:2]) * zoom) + 4
    corner = np.clip(np.rint(np.array(centre) - side / 2), 0, (WIDTH - side, HEIGHT - side)).astype(int)
    turn = cv2.getRotationMatrix2D((picture.shape[1] / 2, picture.shape[0] / 2), angle, zoom)
    turn[:, 2] += side / 2 - np.array(picture.shape[1::-1]) / 2
    drawn = cv2.warpAffine(picture, turn, (side, side), flags=cv2.INTER_AREA)
    there = pixels[corner[1] : corner[1] + side, corner[0] : corner[0] + side]
    there *= 1 - drawn[..., 3:]
    there += drawn[..., :3]
    return np.asarray((head.face / factor) @ turn[:, :2].T + turn[:, 2] + corner, np.float32)


def count(photos: Sequence[Photo], glances: tuple[Glance, ...], models: CatalogModels) -> PhotoCount:
    found = PhotoCount(np.zeros(len(SIZES), int), np.zeros(len(SIZES), int))
    original = Original("photo", "", WIDTH, HEIGHT, TimeBase(Fraction(1)), 1, 1, "")
    with patch.dict(one_picture.GLANCES, {"normal": glances}):
        for photo in photos:
            began = time.process_time()
            plan = one_picture.look_at_picture(original, photo.pixels, Policy(hide=("faces",)), models, "")
            found.seconds += time.process_time() - began
            hidden = rasterize(
                np.array([box for track in plan.hidden for box in track.boxes], np.float32).reshape(-1, 4),
                (HEIGHT, WIDTH),
            )
            everything = np.zeros((HEIGHT, WIDTH), np.uint8)
            for high, outline in photo.faces:
                size = next(row for row, (_, most) in enumerate(SIZES) if high <= most)
                face = cv2.fillPoly(np.zeros((HEIGHT, WIDTH), np.uint8), [np.rint(outline).astype(np.int32)], 1)
                everything |= face
                found.there[size] += 1
                found.bare[size] += hidden[face > 0].mean() < HIDDEN
            found.elsewhere += float(hidden[everything == 0].mean())
            found.photos += 1
    return found


def lines(tables: dict[str, dict[str, PhotoCount]]) -> Iterator[str]:
    yield from (
        "# Faces in photographs",
        "",
        f"`python -m benchmarks.photos`: made photographs of {WIDTH}x{HEIGHT} pixels with {COLUMNS * ROWS} heads each,",
        f"turned by up to {ASLANT} degrees; a face shows of which less than {HIDDEN:.0%} is hidden. One thread; CPU",
        "beside that of the first way, since the machine had other work. Nothing was chosen by the second seeds.",
    )
    for title, ways in tables.items():
        yield from ("", f"## {title}", "")
        sizes = " | ".join(f"{least} to {most}" for least, most in SIZES)
        yield f"| way to look | {sizes} | of the rest, hidden | seconds of CPU | beside the first |"
        yield "|---|" + "---|" * (len(SIZES) + 3)
        first = next(iter(ways.values())).seconds
        for name, each in ways.items():
            bare = " | ".join(f"{shown} of {there}" for shown, there in zip(each.bare, each.there, strict=True))
            cost = f"{each.seconds / each.photos:.1f} | {each.seconds / first:.2f}"
            yield f"| {name} | {bare} | {each.elsewhere / each.photos:.2%} | {cost} |"


def main() -> None:
    argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0]).parse_args()
    cv2.setNumThreads(1)
    heads, backgrounds = read_sources(HERE / "labels" / "heads.toml", CACHE)
    models = CatalogModels(CACHE / "models", RuntimeOptions(threads=1))
    tables = {}
    for title, seeds in (("Chosen on", CHOSEN_ON), ("Scored on", SCORED_ON)):
        photos = [make_photo(seed, heads, backgrounds) for seed in seeds]
        found = {}
        for name, glances in WAYS.items():
            found[name] = count(photos, glances, models)
            print(title, name, found[name], file=sys.stderr, flush=True)
        tables[f"{title}: seeds {', '.join(map(str, seeds))}"] = found
    RESULT.write_text("\n".join(lines(tables)) + "\n", "utf-8")
    print(RESULT.read_text("utf-8"))


if __name__ == "__main__":
    main()
