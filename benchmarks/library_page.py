"""The page of the library, with few and with many videos: from opening it until it can be used, and its parts.

    .venv/bin/python -m benchmarks.library_page [--videos 26 1000 20000] [--folder DIR]

A real ``passerby serve`` in a process of its own on a made-up library for each number, and Chromium, over loopback.
``--folder`` keeps the libraries for the next run. Writes ``results/library-page.md``.
"""

import argparse
import os
import platform
import shutil
import tempfile
import time
from collections.abc import Iterator
from fractions import Fraction
from hashlib import sha256
from pathlib import Path

import cv2
import httpx
import numpy as np
import psutil
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.made_records import shots_and_moments, standing
from benchmarks.search import row
from benchmarks.serve import API, processor_millis, serving, until_ready
from passerby.pictures import jpeg
from passerby.records import (
    PeopleMasks,
    RecordingDate,
    ScreenText,
    StoredVideo,
    Tag,
    Thumbnail,
)
from passerby.store.library import Store, open_store
from passerby.times import Span, TimeBase

RESULT = Path(__file__).parent / "results" / "library-page.md"
LABELS, MOMENTS, TICKS = 300, 3, 4000
REPEATS, OPENED = 20, 7
# The last video has the focus and is known. The page lets no text be run, which waiting for a function does.
AT_THE_END = """() => {
  const tile = document.activeElement?.closest("li.video");
  return tile?.dataset.id && tile.ariaPosInSet === tile.ariaSetSize;
}"""
SIZES = ((640, 360), (640, 360), (640, 480), (360, 640))  # of frames
ASKED = {
    "the shapes of all": "/library/shapes",
    "the first 60": "/videos?limit=60",
    "60 from the middle, by name": "/videos?limit=60&sort=name&cursor={middle}",
    "the counts of all facets": "/library/facets",
    "the counts within a label": "/library/facets?label=label3",
    "the shapes of those with a label and text": "/library/shapes?label=label3&has=text",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--videos", type=int, nargs="+", default=[26, 1000, 20_000])
    parser.add_argument("--folder", type=Path, help="where the libraries are kept; default: a temporary folder")
    options = parser.parse_args()
    lines = head()
    with tempfile.TemporaryDirectory() as name:
        for count in options.videos:
            library = (options.folder or Path(name)) / str(count)
            make(library, count)
            with serving(library) as (address, process):
                lines += measured(address, process, count)
    RESULT.write_text("\n".join(lines) + "\n", "utf-8")
    print(RESULT.read_text("utf-8"))


def head() -> list[str]:
    return [
        "# The page of the library",
        "",
        f"`python -m benchmarks.library_page` on {platform.system()} {platform.machine()}, {os.cpu_count()} cores that",
        f"the browser shares with the server and with what else runs (load before: {os.getloadavg()[0]:.1f}).",
        f"Made-up videos of {MOMENTS} moments. Milliseconds; ready: the first rows are there, and answer to keys.",
    ]


# The library


def make(library: Path, count: int) -> None:
    """Make a library of so many videos, unless it is there."""
    if library.exists():
        return
    library.parent.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(7)
    pictures = [picture(size, random) for size in SIZES for _ in range(5)]
    with open_store(library, create=True) as store:
        if (db := getattr(store, "_db", None)) is not None:
            db.rows("PRAGMA synchronous = OFF")  # a power cut costs a library that nobody needs
        for number in range(count):
            add(store, number, random, pictures)


def picture(size: tuple[int, int], random: np.random.Generator) -> bytes:
    """A picture with something in it, as large as a thumbnail is."""
    rough = random.integers(0, 255, (9, 16, 3), np.uint8)
    width, height = size[0] // 2, size[1] // 2
    return jpeg(np.asarray(cv2.resize(rough, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8), 82)


def add(store: Store, number: int, random: np.random.Generator, pictures: list[bytes]) -> None:
    shape = int(random.integers(len(SIZES)))
    width, height = SIZES[shape]
    day = 1_500_000_000 + 86_400 * int(random.integers(3000))
    recorded = RecordingDate(day, "container") if random.random() < 0.6 else None
    video = StoredVideo(
        sha256(f"made {number}".encode()).hexdigest(), f"clip-{number:05}.mp4", f"/footage/clip-{number:05}.mp4", 1000,
        width, height, TimeBase(Fraction(1, 1000)), 0, 0, "incomplete", "", recorded,
    )  # fmt: skip
    store.sink.begin_video(video)
    store.sink.finish_stage(video.id, "made", "key", list(records(random, pictures[5 * shape : 5 * shape + 5])))
    length = int(random.choice([0.5, 2, 8, 40, 90]) * 60_000)
    store.sink.end_video(video.id, 100, length, "done", "")


def records(random: np.random.Generator, pictures: list[bytes]) -> Iterator[object]:
    spans = [Span(number * TICKS, (number + 1) * TICKS) for number in range(MOMENTS)]
    yield from shots_and_moments(spans)
    for number, span in enumerate(spans):
        yield standing(f"label{int(LABELS * random.random() ** 3)}", span, 1000)
        yield Tag(number, f"label{int(LABELS * random.random() ** 3)}", 0.5)
        yield Thumbnail(number, span.start + 1000, pictures[int(random.integers(len(pictures)))])
    if random.random() < 0.3:
        yield ScreenText("news", 0.9, spans[0], (10.0, 10.0, 90.0, 30.0))
    if random.random() < 0.5:
        times = np.array([span.start + 1000 for span in spans[:2]], np.int64)
        boxes = np.tile(np.array([5, 5, 50, 100], np.float32), (2, 1))
        covered = np.full(2, 0.1, np.float32)
        yield PeopleMasks(times, np.arange(3, dtype=np.int32), boxes, np.ones(2, np.int32), covered, ("", ""))


# What is measured


def measured(address: str, process: psutil.Process, count: int) -> list[str]:
    lines = ["", f"## {count:,} videos", "", "| what | median | 95 % below | repeats |", "|---|---|---|---|"]
    with httpx.Client(base_url=address + API, timeout=60) as client:
        for name, path in ASKED.items():
            lines.append(asked(client, process, name, path.format(middle=count // 2)))
        first = client.get("/videos?limit=60").json()["videos"]
        for name, part in (("a poster", "thumbnail"), ("the strip that is looked through", "strip")):
            lines.append(asked(client, process, name, *(f"/videos/{video['id']}/{part}" for video in first[:20])))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        opened, ends = zip(*(at_the_page(browser, address) for _ in range(OPENED)), strict=True)
        browser.close()
    lines.append(row("the page, until it is ready", list(opened)))
    lines.append(row("from the key End until the last row is there", list(ends)))
    return lines


def asked(client: httpx.Client, process: psutil.Process, name: str, *paths: str) -> str:
    millis = []
    before = processor_millis(process)
    for number in range(REPEATS):
        start = time.perf_counter()
        client.get(paths[number % len(paths)]).raise_for_status()
        millis.append((time.perf_counter() - start) * 1000)
    computed = (processor_millis(process) - before) / REPEATS
    return row(f"{name}, for which the server computes {computed:.1f}", millis)


def at_the_page(browser: Browser, address: str) -> tuple[float, float]:
    """Milliseconds until the page is ready, and from there until its end is shown."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(address)
    ready = until_ready(page)
    end = until_the_end(page)
    page.close()
    return ready, end


def until_the_end(page: Page) -> float:
    page.locator(".video .name[tabindex='0']").focus()
    start = time.perf_counter()
    page.keyboard.press("End")
    while not page.evaluate(AT_THE_END):
        page.wait_for_timeout(5)
    return (time.perf_counter() - start) * 1000


if __name__ == "__main__":
    main()
