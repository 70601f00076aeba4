"""Videos that are worked on in parts, and all that a library keeps of them, to be compared."""

import pickle
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Literal

from fake_models import CAR, PERSON, SIGN, FakeModels
from passerby.export.insights import Insights
from passerby.pipeline.job import IndexJob
from passerby.pipeline.keys import plan
from passerby.pipeline.outcome import Outcome
from passerby.pipeline.parts.borders import PartLimits
from passerby.pipeline.video_queue import VideoQueue
from passerby.records import Record, Tag
from passerby.settings import Settings
from passerby.stages import STAGES
from passerby.stages.base import Kit, MaskedMoment
from passerby.store.library import open_sink, open_store
from passerby.store.records import TABLES
from pictures import Picture, Pixels, Size, moving_rectangle, texture

SIZE = (320, 180)
FAKES = FakeModels()


def parts(most: int) -> PartLimits:
    """Also of a video that is short."""
    return PartLimits(most, from_seconds=0, shortest_seconds=1)


def street(lengths: Sequence[int], size: Size = SIZE) -> Picture:
    """Shots of so many frames: in each a car and somebody go to and fro, before a wall with signs that come and go."""
    shots, ends = list[Picture](), list[int]()
    for number, length in enumerate(lengths):
        shots.append(_shot(texture(size, 3 * number), number))
        ends.append(sum(lengths[:number]) + length)

    def picture(index: int) -> Pixels:
        number = next(number for number, end in enumerate(ends) if index < end or number == len(ends) - 1)
        return shots[number](index - (ends[number - 1] if number else 0))

    return picture


def _shot(wall: Picture, number: int) -> Picture:
    def picture(index: int) -> Pixels:
        there = abs(index % 120 - 60)
        pixels = moving_rectangle(SIZE, CAR, (20, 120, 80, 160), (2, 0), wall)(there)
        if index // 7 % 5:  # missed now and then
            pixels[60:150, 250 - 2 * there : 280 - 2 * there] = PERSON
        if index // 50 % 2:
            pixels[20:40, 20 + 5 * number : 120] = SIGN
        return pixels

    return picture


@dataclass(frozen=True)
class Counting:
    """A stage that says of a moment how many there were before."""

    name: ClassVar[str] = "counting"
    version: ClassVar[int] = 1
    needs: ClassVar[tuple[str, ...]] = ("shots", "people")
    models: ClassVar[tuple[str, ...]] = ()
    takes: ClassVar[Literal["moments"]] = "moments"
    makes: ClassVar[tuple[type[Record], ...]] = (Tag,)

    def open(self, kit: Kit) -> "CountingSession":
        return CountingSession()


class CountingSession:
    def __init__(self) -> None:
        self._tags: list[Record] = []

    def push(self, item: MaskedMoment) -> None:
        self._tags.append(Tag(item.number, f"{len(self._tags)} before", 1.0))

    def finish(self, end: int) -> list[Record]:
        return self._tags


def job(library: Path | str, clip: Path, most: int, models: Any = FAKES, stages: Iterable[str] = STAGES) -> IndexJob:
    return IndexJob(clip, partial(open_sink, library), plan(stages, Settings()), models, parts=parts(most))


def done_here(jobs: Sequence[IndexJob]) -> tuple[list[str], list[Outcome]]:
    """The names of all jobs that come of these, and the outcomes, as one worker after the other does them."""
    queue, outcomes, names = VideoQueue(jobs), list[Outcome](), list[str]()
    for one in queue:
        assert one is not None
        names.append(one.name)
        result = pickle.loads(pickle.dumps(pickle.loads(pickle.dumps(one)).run(lambda _: None)))
        outcome = queue.take(result)
        outcomes += [outcome] if outcome else []
    return names, outcomes


def kept(library: Path | str) -> dict[str, Any]:
    """All that a library knows of each video, to the last bit."""
    with open_store(library, create=False) as store:
        assert store.health.check() == []
        return {
            video.name: {
                "shown": Insights.of(store, video).document(),
                "video": (video.frames, video.duration, video.status, video.note),
                "stages": store.records.finished(video.id),
                **{table.name: [_row(record) for record in store.records.of(video.id, table.kind)] for table in TABLES},
            }
            for video in store.videos.all()
        }


def _row(record: Record) -> tuple[Any, ...]:
    values = (getattr(record, name) for name in record.__dataclass_fields__)  # type: ignore[attr-defined]
    return tuple(value.tobytes() if hasattr(value, "tobytes") else value for value in values)
