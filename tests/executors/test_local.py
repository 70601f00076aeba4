"""The local executor: a worker that dies, hangs or grows costs its own video and nothing else."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any

import psutil
import pytest

from adding import outcomes
from clips import make_clip
from fake_models import FakeModels
from passerby.executors.local import LocalExecutor
from passerby.pipeline.job import IndexJob
from passerby.pipeline.keys import plan
from passerby.pipeline.outcome import Outcome
from passerby.processes.limits import Limits
from passerby.progress import Progress
from passerby.settings import Settings
from passerby.stages import STAGES
from passerby.store.library import open_sink, open_store

WORKERS = 2
LIMITS = Limits(memory_mb=4096, stall_seconds=60, tries=2)


@dataclass(frozen=True)
class Deadly(FakeModels):
    """Kills the process that opens it, the first ``times`` times; ``marks`` remembers how often it has."""

    marks: Path = Path()
    times: int = 99

    def open(self, name: str, **parameters: Any) -> Any:
        died = len(list(self.marks.iterdir()))
        if died < self.times:
            (self.marks / f"{died}-{os.getpid()}").touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return super().open(name, **parameters)


@dataclass(frozen=True)
class Sleepy(FakeModels):
    """Never comes back."""

    def open(self, name: str, **parameters: Any) -> Any:
        time.sleep(600)


@dataclass(frozen=True)
class Greedy(FakeModels):
    """Takes ever more memory."""

    def open(self, name: str, **parameters: Any) -> Any:
        hoard = []
        while True:
            hoard.append(bytearray(20 << 20))
            time.sleep(0.01)


@dataclass(frozen=True)
class Faulty(FakeModels):
    """Has a fault."""

    def open(self, name: str, **parameters: Any) -> Any:
        raise ZeroDivisionError("a fault made by the test")


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("supervisor")
    return [make_clip(folder / f"{k}.mp4", size=(160, 90), frames=12 + k, rate=12) for k in range(3)]


def job(clip: Path, library: Path, models: FakeModels) -> IndexJob:
    return IndexJob(clip, partial(open_sink, library), plan(STAGES, Settings()), models)


def run(jobs: list[IndexJob], limits: Limits = LIMITS) -> dict[str, Outcome]:
    return {
        outcome.path.name: outcome for outcome in outcomes(LocalExecutor(WORKERS, limits, lambda _: None).run(jobs))
    }


@contextmanager
def no_process_is_left() -> Iterator[None]:
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    yield
    left = [child for child in psutil.Process().children(recursive=True) if child.pid not in before]
    assert [child for child in left if "resource_tracker" not in " ".join(child.cmdline())] == []


def test_what_only_workers_need_is_not_loaded_before_one_starts() -> None:
    code = (
        "import sys, passerby.executors.local, passerby.pipeline.add as add; from passerby.settings import Settings; "
        "add.plan(['people', 'objects', 'tags'], Settings()); "
        "print({'scipy', 'supervision', 'passerby.pipeline.run'} & sys.modules.keys())"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert loaded == "set()\n"


def test_videos_are_worked_on_side_by_side(clips: list[Path], tmp_path: Path) -> None:
    heard: list[Progress] = []
    executor = LocalExecutor(WORKERS, LIMITS, heard.append)
    done = outcomes(executor.run([job(clip, tmp_path, FakeModels()) for clip in clips]))
    assert sorted(outcome.status for outcome in done) == ["done"] * 3
    assert {progress.step for progress in heard} >= {"reading", "indexing"}
    with open_store(tmp_path, create=False) as store:
        assert len(store.videos.all()) == 3
        assert store.health.check() == []


def test_a_worker_that_dies_is_started_once_more(clips: list[Path], tmp_path: Path) -> None:
    marks = tmp_path / "marks"
    marks.mkdir()
    outcomes = run([job(clips[0], tmp_path / "library", Deadly(marks=marks, times=1))])
    assert outcomes["0.mp4"].status == "done"


def test_a_worker_that_dies_again_costs_its_video_only(clips: list[Path], tmp_path: Path) -> None:
    marks = tmp_path / "marks"
    marks.mkdir()
    library = tmp_path / "library"
    with no_process_is_left():
        outcomes = run(
            [job(clips[0], library, Deadly(marks=marks)), *(job(clip, library, FakeModels()) for clip in clips[1:])]
        )
    assert len(list(marks.iterdir())) == 2
    assert outcomes["0.mp4"].status == "failed"
    assert "killed by signal 9" in outcomes["0.mp4"].message
    assert outcomes["1.mp4"].status == outcomes["2.mp4"].status == "done"


def test_a_worker_that_hangs_is_stopped(clips: list[Path], tmp_path: Path) -> None:
    with no_process_is_left():
        outcomes = run([job(clips[0], tmp_path, Sleepy())], Limits(memory_mb=4096, stall_seconds=2))
    assert "no progress" in outcomes["0.mp4"].message


def test_a_worker_that_outgrows_its_memory_is_stopped(clips: list[Path], tmp_path: Path) -> None:
    with no_process_is_left():
        outcomes = run([job(clips[0], tmp_path, Greedy())], Limits(memory_mb=600, stall_seconds=60))
    assert "600 MB" in outcomes["0.mp4"].message


def test_a_fault_is_told_with_its_trace(clips: list[Path], tmp_path: Path) -> None:
    outcomes = run([job(clips[0], tmp_path, Faulty())])
    assert "made by the test" in outcomes["0.mp4"].message
    assert "Traceback" in outcomes["0.mp4"].details


def test_leaving_early_ends_the_workers(clips: list[Path], tmp_path: Path) -> None:
    with no_process_is_left():
        running = LocalExecutor(WORKERS, LIMITS, lambda _: None).run(
            [job(clips[1], tmp_path, FakeModels()), job(clips[0], tmp_path, Sleepy())]
        )
        assert next(running).path == clips[1]
        running.close()


def test_an_interrupt_waits_until_a_worker_has_started(
    clips: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done, finished = threading.Event(), []
    other = threading.Thread(target=done.wait)  # it takes the signal while the main thread blocks it
    other.start()
    start = SpawnProcess.start

    def interrupted(process: SpawnProcess) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.1)  # until the other thread has taken it
        start(process)
        finished.append(process)

    monkeypatch.setattr(SpawnProcess, "start", interrupted)
    executor = LocalExecutor(WORKERS, LIMITS, lambda _: None)
    try:
        with pytest.raises(KeyboardInterrupt):
            list(executor.run([job(clips[0], tmp_path / "library", FakeModels())]))
    finally:
        done.set()
        other.join()
    assert len(finished) == 1
    assert not finished[0].is_alive()
