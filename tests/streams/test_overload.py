"""Where looking cannot keep up nobody is shown: pictures are hidden whole or left out, and the record says when."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from av.video.frame import VideoFrame

from fake_models import PERSON, FakeModels
from passerby.media.read.frames import Frame, open_video
from passerby.models.fake import FakeDetector
from passerby.records import Detections, Pixels
from passerby.streams.budget import ORDER, Budget
from passerby.streams.incoming import LiveFrame
from passerby.streams.live_hiding import LiveHider
from passerby.streams.previews import PreviewWriter
from passerby.streams.segment_recorder import SegmentRecorder
from passerby.streams.source_watch import SourceWatch, WatchReport
from passerby.streams.watch_source import WatchSource
from passerby.times import TimeBase

BASE, RATE, WALL = TimeBase(Fraction(1, 1000)), 5, 1_800_000_000.0
SIZE = (320, 180)
GATE = WatchSource("gate", "rtsp://camera.local/1", "rtsp")
BUSY_FROM, BUSY_UNTIL, END = 6.0, 26.0, 70.0  # seconds
QUICK, SLOW = 0.01, 4.0  # CPU seconds of a look


@dataclass
class Machine:
    """What looks cost, and what they have cost so far."""

    cost: float = QUICK
    spent: float = 0.0


@dataclass(frozen=True)
class SlowDetector:
    detector: FakeDetector
    machine: Machine

    @property
    def labels(self) -> tuple[str, ...]:
        return self.detector.labels

    def detect(self, images: Sequence[Pixels]) -> list[Detections]:
        self.machine.spent += self.machine.cost
        return self.detector.detect(images)


@dataclass(frozen=True)
class SlowModels(FakeModels):
    machine: Machine = field(default_factory=Machine)

    def open(self, name: str, **parameters: object) -> object:
        return SlowDetector(super().open(name, **parameters), self.machine)


def frames() -> Iterator[LiveFrame]:
    """Somebody in one colour walks to and fro before a wall that is not plain."""
    wall = np.repeat(np.repeat(np.random.default_rng(3).integers(70, 120, (18, 32), np.uint8), 10, 0), 10, 1)
    for index in range(int(END * RATE)):
        pixels = np.repeat(wall[..., None], 3, 2)
        x = 40 + abs(index // 2 % 200 - 100)
        pixels[60:140, x : x + 30] = PERSON
        picture = VideoFrame.from_ndarray(pixels, "rgb24").reformat(format="yuv420p")
        yield LiveFrame(picture, index * 1000 // RATE, BASE, WALL + index / RATE, 0)


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> list[WatchReport]:
    """What was told of a stream whose looks come to cost too much for a while."""
    folder, machine = tmp_path_factory.mktemp("gate"), Machine()
    told: list[WatchReport] = []
    now = [0.0]
    watch = SourceWatch(
        GATE,
        LiveHider(("people",), SlowModels(machine=machine), Budget(1, lambda: machine.spent)),
        SegmentRecorder(folder, "gate", 20.0),
        PreviewWriter(folder / "preview.jpg"),
        told.append,
        lambda: now[0],
    )
    for frame in frames():
        now[0] = frame.wall - WALL
        machine.cost = SLOW if BUSY_FROM <= now[0] < BUSY_UNTIL else QUICK
        watch.take(frame, 0.0)
    watch.end()
    return told


def pictures(video: Path) -> Iterator[tuple[float, Pixels]]:
    with open_video(video) as reader:
        for item in reader.read():
            if isinstance(item, Frame):
                yield reader.info.time_base.seconds(item.pts), item.rgb(*SIZE)


def shows_somebody(pixels: Pixels) -> bool:
    red, green, blue = (pixels[..., channel].astype(int) for channel in range(3))
    return bool(((green > red + 60) & (green > blue + 60)).any())


def test_nobody_is_shown_and_the_record_says_when_nobody_looked(reports: list[WatchReport]) -> None:
    parts = [part for report in reports for part in report.ended]
    assert len(parts) == 4
    hidden = []
    for part in parts:
        spans = part.segment.unlooked
        for seconds, pixels in pictures(part.video):
            assert not shows_somebody(pixels)
            is_whole = bool(pixels.max() < 40)
            assert is_whole is any(start - 0.001 <= seconds < end - 0.001 for start, end in spans)
            hidden.append((part.segment.start + seconds - WALL, is_whole))
    whole = [seconds for seconds, is_whole in hidden if is_whole]
    assert whole
    assert min(whole) > BUSY_FROM
    seconds, is_whole = hidden[-1]
    assert seconds == pytest.approx(END - 1 / RATE)
    assert not is_whole, "it looks again"
    unlooked = sum(end - start for part in parts for start, end in part.segment.unlooked)
    assert reports[-1].state.unlooked == pytest.approx(unlooked, abs=1.0)


def test_what_is_left_out_is_told_in_its_order(reports: list[WatchReport]) -> None:
    told = list(dict.fromkeys(report.state.paused for report in reports))
    assert told[: len(ORDER) + 1] == [ORDER[:count] for count in range(len(ORDER) + 1)]
    last = reports[-1].state
    assert last.paused == ()
    came = int(END * RATE)
    kept = sum(1 for report in reports for part in report.ended for _ in pictures(part.video))
    assert last.dropped == came - kept > 0
