"""A made-up camera in simulated time: somebody walks by, and every minute something goes wrong.

In a module of its own, so that processes can import it; what it has shown is written down in the library's folder, in
``soak``, before it may die.
"""

import json
import os
import random
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
import psutil
from av.video.frame import VideoFrame

from passerby.records import Pixels
from passerby.settings import Settings
from passerby.streams.budget import Budget, Pace
from passerby.streams.incoming import LiveFrame, StreamNotice
from passerby.streams.live_folder import preview_path, segment_folder
from passerby.streams.live_hiding import LiveHider
from passerby.streams.previews import PreviewWriter
from passerby.streams.segment_recorder import SegmentRecorder
from passerby.streams.source_watch import SourceWatch
from passerby.streams.watch_source import WatchSource
from passerby.times import TimeBase

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from fake_models import PERSON, FakeModels

START = 4_000_000_000.0  # seconds since 1970: in a future, so that nothing is late
RATE, MINUTE = 5, 60.0
SIZES = ((160, 90), (128, 72))
LOOKS_EVERY = 0.4  # seconds
BASE = TimeBase(Fraction(1, 90_000))
PEOPLE = np.array(PERSON, np.int16)  # the colour that all people have
NEAR = 60  # in each channel, by which a pixel may differ from that and still be one of a person
DOWN_SECONDS = 3.0  # from the death of a process to the next one's first picture
STEADY, DEADLY = ("none", "lost", "stalled", "jumped", "resized", "damaged"), ("killed", "lost", "jumped", "none")


@dataclass
class Camera:
    """Where a source is in its own time."""

    name: str
    seed: str
    notes: Path
    wall: float = START
    run: int = 0
    size: tuple[int, int] = SIZES[0]
    number: int = 0  # of pictures in this process

    @classmethod
    def going_on(cls, source: WatchSource, settings: Settings) -> "Camera":
        """As the process before has left it, some seconds later."""
        camera = cls(source.name, os.environ["SOAK_SEED"], Path(settings.library) / "soak" / f"{source.name}.jsonl")
        if camera.notes.exists():
            camera.wall = json.loads(camera.notes.read_text().splitlines()[-1])["wall"] + DOWN_SECONDS
        return camera

    def note(self, begin: float, frames: int, kind: str) -> None:
        """What was shown since ``begin``, and how it went on."""
        process = psutil.Process()
        told = {
            "begin": begin, "wall": self.wall, "frames": frames, "kind": kind, "pid": process.pid,
            "mb": process.memory_info().rss / 2**20, "handles": process.num_fds(),
        }  # fmt: skip
        with self.notes.open("a") as file:
            file.write(json.dumps(told) + "\n")

    def picture(self, position: float) -> VideoFrame:
        """Somebody stands in the middle of what is grey, and moves to and fro; ``position`` in seconds."""
        width, height = self.size
        pixels = np.full((height, width, 3), 90, np.uint8)
        pixels[::8] = 120
        left = int(width * (0.35 + 0.25 * np.sin(position / 3)))
        pixels[height // 3 : height - 8, left : left + width // 8] = PERSON
        return VideoFrame.from_ndarray(pixels, "rgb24").reformat(format="yuv420p")

    def shows(self, seconds: float, *, still: bool = False) -> Iterator[LiveFrame]:
        first, begin = self.wall, 0.0 if still else self.wall - START
        for index in range(round(seconds * RATE)):
            picture = self.picture(begin if still else begin + index / RATE)
            yield LiveFrame(picture, self.number * BASE.pts_at(Fraction(1, RATE)), BASE, self.wall, self.run)
            self.number += 1
            self.wall = first + (index + 1) / RATE

    def minute(self) -> Iterator[LiveFrame | StreamNotice]:
        """A minute with what goes wrong in it; between each two notices a stretch that was shown whole."""
        kinds = DEADLY if "deadly" in self.name else STEADY
        chance = random.Random(f"{self.seed} {self.name} {self.wall}")
        kind, before = chance.choice(kinds), chance.uniform(5, 50)
        yield from self._noted(before, kind)
        match kind:
            case "lost":
                yield StreamNotice("lost", self.wall, "camera.local does not answer", 1.0)
                self.wall, self.run = self.wall + chance.uniform(2, 20), self.run + 1
                yield StreamNotice("connected", self.wall)
            case "stalled":
                yield StreamNotice("stalled", self.wall)
                yield from self._noted(8.0, kind, still=True)
                yield StreamNotice("moving", self.wall)
            case "jumped":
                self.wall, self.run = self.wall + chance.choice((10.0, 3600.0)), self.run + 1
                yield StreamNotice("jumped", self.wall, "the clock jumped")
            case "resized":
                self.size, self.run = SIZES[self.size == SIZES[0]], self.run + 1
            case "damaged":
                yield StreamNotice("damaged", self.wall, "pictures are damaged")
                self.wall, self.number = self.wall + 1.0, self.number + RATE
            case "killed":
                os.kill(os.getpid(), signal.SIGKILL)
        yield from self._noted(MINUTE - before, "none")

    def _noted(self, seconds: float, kind: str, *, still: bool = False) -> Iterator[LiveFrame]:
        begin = self.wall
        yield from self.shows(seconds, still=still)
        self.note(begin, round(seconds * RATE), kind)


def shows_people(pixels: Pixels) -> bool:
    """Whether a picture (h, w, 3) has a pixel of a person."""
    return bool((np.abs(pixels.astype(np.int16) - PEOPLE) < NEAR).all(axis=2).any())


class Steady(Budget):
    """Looks as often, whatever that costs."""

    def __init__(self) -> None:
        super().__init__(1.0)
        self.pace = Pace(LOOKS_EVERY, ())

    def note(self, seconds: float, lag: float = 0.0) -> Pace:
        return self.pace


def watch_source(source: WatchSource, settings: Settings, models_dir: Path, connection: Connection) -> None:
    """In the place of streams.source_process.watch_source, as fast as it goes, until it is sent something."""
    folder = segment_folder(settings.library, source.name)
    folder.mkdir(parents=True, exist_ok=True)
    camera = Camera.going_on(source, settings)
    watch = SourceWatch(
        source,
        LiveHider(source.hide, FakeModels(), Steady()),
        SegmentRecorder(folder, source.name, source.segment_seconds),
        PreviewWriter(preview_path(settings.library, source.name)),
        connection.send,
        lambda: camera.wall,
    )
    watch.take(StreamNotice("connected", camera.wall), 0.0)
    while not connection.poll():
        for item in camera.minute():
            watch.take(item, 0.0)
    watch.end()
