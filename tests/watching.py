"""A server with made-up videos, for tests of the pages to watch and search."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from playwright.sync_api import Page

import libraries
from clips import make_clip
from libraries import MOMENT_TICKS
from passerby.records import Tag, Thumbnail
from passerby.store.library import open_store
from serving import server_process

MOMENTS = 3


def add_clip(library: Path, folder: Path) -> str:
    """Keep a real film of twelve seconds in a library, with a tag, a track, a text and speech of its own; its id."""
    folder.mkdir(parents=True, exist_ok=True)
    clip = make_clip(folder / "market.mp4", frames=MOMENTS * 40, rate=10)
    return _keep(
        library,
        clip,
        MOMENTS,
        objects=[libraries.track("bicycle", 1), libraries.track("dog", 2)],
        text=[libraries.text("OPEN DAILY", 1)],
        speech=[libraries.said("fresh bread here", 0), libraries.said("and warm soup", 2)],
        tags=[Tag(0, "beach", 0.5), Tag(2, "harbour", 0.75)],
        people=[libraries.people(1)],
        thumbnails=[Thumbnail(n, n * MOMENT_TICKS, _jpeg(60 * n)) for n in range(MOMENTS)],
    )


def add_long(library: Path, folder: Path, moments: int, words: int) -> str:
    """Keep a long video whose file is gone, with so many moments and words; its id."""
    spoken = [libraries.said("one two three four five six seven eight", n) for n in range(words // 8)]
    tags = [Tag(n, f"place {n % 40}", 0.5) for n in range(moments)]
    tracks = [libraries.track(f"thing {n % 12}", n) for n in range(moments)]
    return _keep(library, folder / "long.mp4", moments, speech=spoken, tags=tags, objects=tracks)


def _keep(library: Path, path: Path, moments: int, **stages: Sequence[object]) -> str:
    with open_store(library, create=True) as store:
        made = replace(libraries.video(path.name, str(path)), width=320, height=180)
        store.sink.begin_video(made)
        store.sink.finish_stage(made.id, "shots", "shots-key", libraries.timeline(moments))
        for stage, records in stages.items():
            store.sink.finish_stage(made.id, stage, f"{stage}-key", records)
        store.sink.end_video(made.id, moments * 40, moments * MOMENT_TICKS, "done", "")
    return made.id


def _jpeg(shade: int) -> bytes:
    picture = np.full((90, 160, 3), (shade, 120, 80), np.uint8)
    return bytes(cv2.imencode(".jpg", picture)[1])


@contextmanager
def serving(library: Path, *options: str) -> Iterator[str]:
    """The address of a server of a library, which ends with the block."""
    with server_process(library, *options) as served:
        yield served.address


def wait_for(page: Page, script: str, seconds: float = 8) -> None:
    """Wait until a script gives true; the browser's own waiting evaluates text, which the pages forbid."""
    end = time.monotonic() + seconds
    while not page.evaluate(script):
        assert time.monotonic() < end, script
        page.wait_for_timeout(50)
