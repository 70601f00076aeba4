"""Adds, forgets, searches and checks in parallel processes that are killed at random, for as long as one likes.

    python tests/soaking.py LIBRARY SECONDS KILLS SEED CLIP...

prints counts as JSON, after so many seconds, or, if KILLS is not 0, once so many were killed and each has done its
work. Every operation is a process of its own, a fork of this one, so that it starts at once.
"""

import json
import multiprocessing
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess
from pathlib import Path
from typing import Any

import numpy as np

from indexing import job
from passerby.errors import ForgottenError, StoreError, UnknownVideoError
from passerby.pipeline.outcome import Outcome
from passerby.records import Shot, Tag
from passerby.store.health import Problem
from passerby.store.library import open_store

FORK = multiprocessing.get_context("fork")
AT_ONCE = 4
CHANCE_OF_A_KILL = 0.5
WORK = {"add: done", "forget: ok", "search: some hits", "doctor: ok", "repair: ok"}  # of each operation
LENGTH = 64  # of the vectors of the fake describer
LIMIT = 60.0  # seconds after which an operation is said to hang

# What an operation says of itself: its end, and "" or what should not have been.
Told = tuple[str, str]


def add(library: Path, clip: Path, connection: Connection) -> None:
    connection.send(job(clip, library).run(connection.send))


def forget(library: Path, clip: Path, connection: Connection) -> None:
    with open_store(library, create=True) as store:
        try:
            store.videos.forget(store.videos.resolve(clip.name).id)
        except (UnknownVideoError, ForgottenError):
            connection.send(("was not there", ""))
        except StoreError as error:
            connection.send(left_to_the_next(error))
        else:
            connection.send(("ok", ""))


def left_to_the_next(error: StoreError) -> Told:
    """What is said when an older state is still being read, so that bytes stay until the library is opened again."""
    return "left to the next", "" if "still reading" in str(error) else str(error)


def search(library: Path, clip: Path, connection: Connection) -> None:
    with open_store(library, create=True) as store:
        hits = store.search.by_words(["car", "person", clip.stem], every=False, limit=100).moments
        hits += store.search.nearest(np.full(LENGTH, LENGTH**-0.5, np.float32), 5)
        places = store.search.places(moment for moment, _ in hits)
        store.search.reasons(places, ["car"])
        for place in places.values():
            with suppress(ForgottenError):
                store.records.of(place.video, Tag)
                store.records.of(place.video, Shot)
    connection.send((f"{'some' if hits else 'no'} hits", ""))


def examined(problems: Sequence[Problem]) -> Told:
    """What is said of these problems; another process may be erasing at this moment."""
    wrong = [problem.text for problem in problems if problem.text != "bytes of a forgotten video may be left"]
    return "erasing" if problems else "ok", "; ".join(wrong)


def doctor(library: Path, clip: Path, connection: Connection) -> None:
    with open_store(library, create=True) as store:
        problems = store.health.check()
    connection.send(examined(problems))


def repair(library: Path, clip: Path, connection: Connection) -> None:
    with open_store(library, create=True) as store:
        try:
            problems = store.health.repair()
        except StoreError as error:
            connection.send(left_to_the_next(error))
        else:
            connection.send(examined(problems))


@dataclass(frozen=True)
class Operation:
    """What can be done, how often of eleven times it is, and how long it lives at most if it is to be killed."""

    run: Callable[[Path, Path, Connection], None]
    share: int
    seconds: float


OPERATIONS = {
    "add": Operation(add, 5, 0.4),
    "forget": Operation(forget, 2, 0.08),
    "search": Operation(search, 2, 0.04),
    "doctor": Operation(doctor, 1, 0.04),
    "repair": Operation(repair, 1, 0.04),
}


@dataclass
class Running:
    """One operation."""

    name: str
    process: ForkProcess
    messages: Connection
    began: float
    dies_at: float
    told: Told | None = None

    @staticmethod
    def start(rng: random.Random, library: Path, clips: Sequence[Path]) -> "Running":
        name = rng.choices(list(OPERATIONS), [operation.share for operation in OPERATIONS.values()])[0]
        ours, theirs = FORK.Pipe(duplex=False)
        process = FORK.Process(target=OPERATIONS[name].run, args=(library, rng.choice(clips), theirs))
        process.start()
        theirs.close()
        now = time.monotonic()
        killed = rng.random() < CHANCE_OF_A_KILL
        life = rng.uniform(0, OPERATIONS[name].seconds)
        return Running(name, process, ours, now, now + life if killed else float("inf"))

    def has_ended(self) -> bool:
        """Take in what it says, kill it if it is time."""
        self._hear()
        now = time.monotonic()
        if self.process.is_alive() and now > min(self.dies_at, self.began + LIMIT):
            self.process.kill()
            self.told = ("killed", "") if now < self.began + LIMIT else ("hung", f"more than {LIMIT} s")
        if self.process.is_alive():
            return False
        self.process.join()
        self._hear()
        self.messages.close()
        return True

    def _hear(self) -> None:
        try:
            while self.messages.poll():
                self._take_in(self.messages.recv())
        except (EOFError, OSError):
            return

    def _take_in(self, message: Any) -> None:
        if isinstance(message, tuple):
            self.told = message
        elif isinstance(message, Outcome):
            expected = message.status != "failed" or message.error == ForgottenError.__name__
            self.told = (message.status, "" if expected else f"{message.message} {message.details}")

    @property
    def end(self) -> Told:
        return self.told or ("died", f"exit code {self.process.exitcode}")


def soak(library: Path, seconds: float, kills: int, seed: int, clips: Sequence[Path]) -> dict[str, Any]:
    """Counts of how operations ended, and what was wrong."""
    rng = random.Random(seed)
    running: list[Running] = []
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    until = time.monotonic() + seconds
    while (goes_on := time.monotonic() < until and not is_enough(counts, kills)) or running:
        if len(running) < AT_ONCE and goes_on:
            running.append(Running.start(rng, library, clips))
        for operation in list(running):
            if operation.has_ended():
                running.remove(operation)
                status, fault = operation.end
                counts[f"{operation.name}: {status}"] += 1
                wrong += [f"{operation.name}: {fault}"] * bool(fault)
        time.sleep(0.002)
    return {"counts": dict(sorted(counts.items())), "wrong": wrong}


def is_enough(counts: Counter[str], kills: int) -> bool:
    """Whether so many were killed, and each operation has done its work; never if that is not asked for."""
    return 0 < kills <= sum(count for end, count in counts.items() if "killed" in end) and counts.keys() >= WORK


if __name__ == "__main__":
    library, seconds, kills, seed, *clips = sys.argv[1:]
    told = soak(Path(library), float(seconds), int(kills), int(seed), [Path(clip) for clip in clips])
    json.dump(told, sys.stdout)
