"""300 damaged files, from a seeded fuzzer, through the whole of indexing: none hangs, none leaves anything behind."""

import multiprocessing
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path

import pytest

from clips import make_clip
from indexing import Verdict, index_all
from passerby.records import Thumbnail
from passerby.stages import STAGES
from passerby.store.library import open_store

SPAWN = multiprocessing.get_context("spawn")
FILES = 300
SECONDS_EACH = 20.0
SUFFIXES = (".mp4", ".mkv", ".ts", ".avi", ".gif", ".webm")

Mutation = Callable[[random.Random, bytearray], None]


def flip_bytes(rng: random.Random, data: bytearray) -> None:
    for _ in range(rng.choice((1, 4, 32, 256))):
        data[rng.randrange(len(data))] = rng.randrange(256)


def damage_the_head(rng: random.Random, data: bytearray) -> None:
    for _ in range(rng.choice((1, 3, 10))):
        data[rng.randrange(min(600, len(data)))] ^= 1 << rng.randrange(8)


def cut_short(rng: random.Random, data: bytearray) -> None:
    del data[rng.randrange(1, len(data)) :]


def move_a_block(rng: random.Random, data: bytearray) -> None:
    start, length = rng.randrange(len(data)), rng.randrange(1, 1500)
    block = data[start : start + length]
    del data[start : start + length]
    place = rng.randrange(len(data) + 1)
    data[place:place] = block


def lie_about_sizes(rng: random.Random, data: bytearray) -> None:
    for _ in range(rng.choice((1, 2, 5))):
        place = rng.randrange(max(1, len(data) - 4))
        size = rng.choice((0, 1, 0x7F, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, rng.randrange(1 << 32)))
        data[place : place + 4] = size.to_bytes(4, rng.choice(("big", "little")))


def blank_a_block(rng: random.Random, data: bytearray) -> None:
    start, length = rng.randrange(len(data)), rng.randrange(1, 2000)
    data[start : start + length] = bytes(len(data[start : start + length]))


MUTATIONS: tuple[Mutation, ...] = (
    flip_bytes,
    damage_the_head,
    cut_short,
    move_a_block,
    lie_about_sizes,
    blank_a_block,
)


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("seeds")
    clips = [make_clip(folder / f"plain{suffix}", size=(64, 48), frames=10, rate=10) for suffix in SUFFIXES]
    sound = [s for s in SUFFIXES if s != ".gif"]
    return clips + [make_clip(folder / f"b{s}", size=(64, 48), frames=10, rate=10, audio="tone") for s in sound]


def mutated(folder: Path, seeds: list[Path]) -> Iterator[Path]:
    rng = random.Random(20)
    for number in range(FILES):
        seed = seeds[number % len(seeds)]
        data = bytearray(seed.read_bytes())
        for mutation in rng.sample(MUTATIONS, rng.choice((1, 1, 2))):
            mutation(rng, data)
        path = folder / f"{number}{seed.suffix}"
        path.write_bytes(data)
        yield path


@dataclass
class Indexer:
    """A worker process that indexes file after file; started anew when it died or hung."""

    library: Path
    process: SpawnProcess
    connection: Connection

    @staticmethod
    def start(library: Path) -> "Indexer":
        ours, theirs = SPAWN.Pipe()
        process = SPAWN.Process(target=index_all, args=(library, theirs))
        process.start()
        theirs.close()
        return Indexer(library, process, ours)

    def ask(self, path: Path) -> Verdict:
        self.connection.send(path)
        try:
            if self.connection.poll(SECONDS_EACH):
                verdict: Verdict = self.connection.recv()
                return verdict
        except EOFError:
            return self._anew("died")
        return self._anew("hung")

    def _anew(self, status: str) -> Verdict:
        self.stop()
        code = self.process.exitcode
        fresh = Indexer.start(self.library)
        self.process, self.connection = fresh.process, fresh.connection
        return Verdict(status, f"exit code {code}")

    def stop(self) -> None:
        self.connection.close()
        self.process.join(1)
        self.process.kill()
        self.process.join()


@contextmanager
def indexer(library: Path) -> Iterator[Indexer]:
    started = Indexer.start(library)
    try:
        yield started
    finally:
        started.stop()


def test_mutated_files_cost_nothing_but_themselves(tmp_path: Path, seeds: list[Path]) -> None:
    library, folder = tmp_path / "library", tmp_path / "mutated"
    folder.mkdir()
    verdicts: dict[str, Verdict] = {}
    with indexer(library) as worker:
        for path in mutated(folder, seeds):
            verdicts[path.name] = worker.ask(path)
    wrong = {name: verdict for name, verdict in verdicts.items() if verdict.status in ("hung", "died", "a fault")}
    assert not wrong
    counts = Counter(verdict.status for verdict in verdicts.values())
    assert min(counts["refused"], counts["damaged"], counts["done"]) > 10, counts  # it reaches all of them
    assert all(verdict.reason.count("\n") == 0 for verdict in verdicts.values())
    with open_store(library, create=False) as store:
        assert store.health.check() == []
        kept = {video.name for video in store.videos.all()}
        assert kept == {name for name, verdict in verdicts.items() if verdict.status in ("damaged", "done")}
        assert all(store.records.finished(video.id).keys() == STAGES.keys() for video in store.videos.all())
        packs = len(list((library / "thumbnails").iterdir()))
        assert packs == sum(bool(store.records.of(video.id, Thumbnail)) for video in store.videos.all())
