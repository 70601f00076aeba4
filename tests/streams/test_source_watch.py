"""What is done with what comes from one source, and that what is seen is told before its picture leaves."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from av.video.frame import VideoFrame

from fake_models import PERSON, FakeModels
from passerby.streams.budget import Budget
from passerby.streams.incoming import LiveFrame, StreamNotice
from passerby.streams.live_hiding import LOOK_AHEAD, LiveHider
from passerby.streams.previews import PreviewWriter
from passerby.streams.segment_parts import ended_by_crash, parts_in
from passerby.streams.segment_recorder import SegmentRecorder
from passerby.streams.source_watch import SourceWatch, WatchReport
from passerby.streams.watch_source import WatchSource
from passerby.streams.zones import WHOLE, WatchZone
from passerby.times import TimeBase

BASE, RATE, WALL = TimeBase(Fraction(1, 1000)), 10, 1_800_000_000.0
LEFT = WatchZone("left", ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0)))
GATE = WatchSource("gate", "rtsp://camera.local/1", "rtsp", zones=(LEFT,))


def frames(first: int, count: int, *, empty: bool = False) -> Iterator[LiveFrame]:
    """Somebody stands on the left, or nobody."""
    pixels = np.full((180, 320, 3), 90, np.uint8)
    if not empty:
        pixels[60:140, 40:70] = PERSON
    picture = VideoFrame.from_ndarray(pixels, "rgb24").reformat(format="yuv420p")
    return (
        LiveFrame(picture, index * 1000 // RATE, BASE, WALL + index / RATE, 0) for index in range(first, first + count)
    )


@dataclass
class Watched:
    """A watch, and what it has told."""

    folder: Path
    reports: list[WatchReport] = field(default_factory=list)
    spent: float = 0.0

    def __post_init__(self) -> None:
        self.folder.mkdir()
        self.watch = SourceWatch(
            GATE,
            LiveHider(("people",), FakeModels(), Budget(1, lambda: 0.0)),
            SegmentRecorder(self.folder, "gate", 60.0),
            PreviewWriter(self.folder / "preview.jpg"),
            self.reports.append,
            lambda: self.spent,
        )

    def take(self, come: Iterator[LiveFrame]) -> None:
        for frame in come:
            self.spent += 1 / RATE
            self.watch.take(frame, 0.0)

    def events(self) -> list[tuple[str, str]]:
        return [(event.type, event.label) for report in self.reports for event in report.events]

    def present(self) -> list[tuple[str, int]]:
        return [(count.zone, count.number) for report in self.reports for count in report.present]


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    watched = Watched(tmp_path / "live")
    watched.watch.take(StreamNotice("connected", WALL), 0.0)
    return watched


def test_what_is_seen_is_told_while_its_picture_still_waits(watched: Watched) -> None:
    watched.take(frames(0, 10))  # a second
    assert watched.events() == [("new", "person")]
    assert watched.present() == [(WHOLE, 1), ("left", 1)]
    assert not list(watched.folder.glob("**/*.mp4")), "nothing has left yet"
    (told,) = [event for report in watched.reports for event in report.events]
    assert (told.start, told.zones) == (WALL, ("left",))


def test_what_has_gone_is_told_and_with_a_lost_source_all_ends(watched: Watched) -> None:
    watched.take(frames(0, 10))
    watched.take(frames(10, 40, empty=True))
    assert watched.events() == [("new", "person"), ("end", "person")]
    watched.take(frames(50, 10))
    watched.watch.take(StreamNotice("lost", WALL + 6, "it is gone", 1.0), 0.0)
    assert watched.events()[2:] == [("new", "person"), ("end", "person")]
    assert watched.present()[-2:] == [(WHOLE, 0), ("left", 0)]
    last = watched.reports[-1]
    assert (last.state.status, last.state.message, last.state.reconnects) == ("lost", "it is gone", 1)
    assert [part.segment.source for report in watched.reports for part in report.ended] == ["gate"]


def test_a_picture_that_stands_still_is_a_cue(watched: Watched) -> None:
    watched.watch.take(StreamNotice("stalled", WALL), 0.0)
    watched.watch.take(StreamNotice("stalled", WALL + 1), 0.0)
    assert watched.reports[-1].state.status == "stalled"
    watched.watch.take(StreamNotice("moving", WALL + 5), 0.0)
    assert watched.events() == [("new", "stalled"), ("end", "stalled")]
    assert watched.reports[-1].state.status == "watching"


def test_people_are_counted_by_zone_and_hour(watched: Watched) -> None:
    watched.take(frames(0, 20))
    watched.watch.end()
    counts = [count for report in watched.reports for count in report.counts]
    assert sorted((count.zone, count.kind, count.number) for count in counts) == [
        ("", "people", 1),
        ("left", "people", 1),
    ]
    assert watched.reports[-1].state.status == "stopped"


def test_whenever_all_ends_the_look_ahead_and_half_a_second_is_lost(watched: Watched, tmp_path: Path) -> None:
    lost = (LOOK_AHEAD + 0.5) * RATE + 2  # and a picture that is encoded, and one whose length is not known yet
    for index in range(0, 60, 3):
        watched.take(frames(index, 3))
        copy = Path(shutil.copytree(watched.folder, tmp_path / f"copy-{index}"))
        left = [ended_by_crash(part) for part in parts_in(copy)]
        kept = [part.segment for part in left if part is not None]
        assert sum(each.end_pts - each.start_pts for each in kept) >= (index + 3 - lost) * 1000 / RATE
