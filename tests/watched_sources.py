"""Sources as a process that watches them leaves them: described, with a state, a picture, and a segment that grows."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
from av.video.frame import VideoFrame
from PIL import Image

from passerby.media.write.fragments import open_fragments
from passerby.store.library import Store
from passerby.store.streams import HourCount, SourceState, StoredEvent, StoredSegment
from passerby.streams.live_folder import preview_path, segment_folder
from passerby.streams.segment_parts import SegmentPart
from passerby.streams.source_document import parse_source, source_document
from passerby.times import TimeBase

BASE, STEP = TimeBase(Fraction(1, 90_000)), 3600
Write = Callable[[int], None]  # so many pictures more
SIZE = (64, 64)


def describe(store: Store, name: str, **more: object) -> None:
    document = {"name": name, "address": f"rtsp://{name}.local/1", **more}
    store.streams.put_source(name, json.dumps(source_document(parse_source(document, name))))


def be_watched(store: Store, name: str, status: str = "watching", **more: object) -> None:
    """As if what watches it had just said so."""
    state = SourceState(name, time.time(), status, size=(1920, 1080), rate=24.9, lag=2.1, look_interval=0.16)
    store.streams.report(replace(state, **more))  # type: ignore[arg-type]


def show_preview(library: Path, name: str) -> None:
    path = preview_path(str(library), name)
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = np.full((90, 160, 3), (110, 130, 120), np.uint8)
    picture[40:, 60:80] = 0  # somebody, hidden
    Image.fromarray(picture).save(path, "JPEG")


def segment(name: str, start: float, seconds: float = 60.0, **more: object) -> StoredSegment:
    made = StoredSegment(
        f"{name}-{start:.0f}", name, "run-1", 0, int(seconds * 90_000), (1, 90_000), start, start + seconds,
        "synchronised", 0.0, "", (), True, 1_000_000,
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


def event(name: str, wall: float, label: str = "person", kind: str = "new", zones: tuple[str, ...] = ()) -> StoredEvent:
    document = {
        "id": f"e{wall:.3f}", "type": kind, "source": name, "rule": "all", "label": label, "score": 0.81,
        "zones": list(zones), "start": "2026-03-08T10:15:00.000000Z", "time": "2026-03-08T10:15:02.000000Z",
        "seconds": 2.0,
    }  # fmt: skip
    return StoredEvent(f"e{wall:.3f}", name, kind, label, wall, document)


def hour_count(name: str, hour: int, number: int, zone: str = "") -> HourCount:
    return HourCount(name, zone, hour, "people", number)


def a_picture() -> VideoFrame:
    return VideoFrame.from_ndarray(np.full((*SIZE, 3), 90, np.uint8), "rgb24").reformat(format="yuv420p")


@contextmanager
def recording(path: Path) -> Iterator[Write]:
    """A segment that grows: what is given writes so many pictures more, 25 to a second."""
    path.parent.mkdir(parents=True, exist_ok=True)
    written = 0
    with open_fragments(path, a_picture(), BASE) as track:

        def write(count: int) -> None:
            nonlocal written
            for number in range(written, written + count):
                track.write(a_picture(), number * STEP, STEP)
            written += count

        yield write
        track.finish()


@contextmanager
def recording_of(library: Path, name: str) -> Iterator[Write]:
    """The same, of a source."""
    with recording(segment_folder(str(library), name) / "1.mp4") as write:
        yield write


def left_by_recorder(library: Path, known: StoredSegment, *, pictures: int = 50, is_ended: bool = True) -> SegmentPart:
    """A segment of two seconds, before it is in the library."""
    part = SegmentPart(segment_folder(str(library), known.source), known, is_ended)
    with recording(part.video) as write:
        write(pictures)
    part.write()
    return part
