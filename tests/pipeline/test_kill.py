"""``kill -9`` of workers and of whole runs of ``add``: added again, the library is as if nothing had happened."""

import contextlib
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from adding import LIMITS, WORKERS, add, jobs, outcomes
from cli.conftest import command_line, environment, parted
from clips import make_clip
from passerby.executors.local import LocalExecutor
from passerby.export.insights import Insights
from passerby.object_storage.address import Location
from passerby.progress import Progress
from passerby.store.library import locks_of, open_store
from pictures import cuts
from processes import wait_for_the_end_of, workers_of

SIZE = (160, 90)
TESTS = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Three clips of two shots and 3 to 4 seconds."""
    folder = tmp_path_factory.mktemp("kill")
    return [
        make_clip(folder / f"{k}.mp4", size=SIZE, rate=8, frames=24 + 4 * k, picture=cuts(SIZE, [12 + k, 12 + 3 * k]))
        for k in range(3)
    ]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, clips: list[Path]) -> list[dict[str, Any]]:
    library = tmp_path_factory.mktemp("undisturbed")
    assert {outcome.status for outcome in add(library, clips)} == {"done"}
    return documents(library)


def documents(library: Path) -> list[dict[str, Any]]:
    """What ``show --json`` says of each video; fails if the library is not whole."""
    with open_store(library, create=False) as store:
        assert store.health.check() == []
        packs = {path.name for path in (library / "thumbnails").iterdir()}
        assert len(packs) == len(store.videos.all())
        for video in store.videos.all():
            with locks_of(library).video(video.id, lambda: pytest.fail("a lock is left behind")):
                pass
        return sorted(
            (Insights.of(store, video).document() for video in store.videos.all()), key=lambda each: each["name"]
        )


def start(command: Sequence[str]) -> "subprocess.Popen[str]":
    search = {"PYTHONPATH": os.pathsep.join([str(TESTS), *filter(None, [os.environ.get("PYTHONPATH")])])}
    return subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env=environment() | search,
        start_new_session=True,
    )


def kill_after(process: "subprocess.Popen[str]", seconds: float, *, group: bool) -> None:
    """Kill a run some time after its first worker started: it alone, or its workers too. None of them stays."""
    while not workers_of(process.pid) and process.poll() is None:
        time.sleep(0.01)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(seconds)
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL) if group else process.kill()
    process.wait()
    wait_for_the_end_of(process.pid)  # what is left would keep stderr open
    _, err = process.communicate()
    assert "Traceback" not in err


class Killer:
    """Kills all workers once for each clip: at a random message or soon after it, a random time later."""

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(seed)
        self._left: dict[Location, int] = {}
        self.killed: set[Location] = set()

    def hear(self, progress: Progress) -> None:
        left = self._left.setdefault(progress.path, self._rng.randrange(8))
        self._left[progress.path] = left - 1
        if left <= 0 and progress.path not in self.killed:
            time.sleep(self._rng.choice((0.0, 0.01, 0.1)))
            for worker in multiprocessing.active_children():
                worker.kill()
                self.killed.add(progress.path)


@pytest.mark.parametrize("seed", [1, 2])
def test_workers_killed_within_a_run_change_nothing(
    tmp_path: Path, clips: list[Path], undisturbed: list[dict[str, Any]], seed: int
) -> None:
    killer = Killer(seed)
    limits = replace(LIMITS, tries=4)  # the third kill may be of a clip that was under way at all others
    done = outcomes(LocalExecutor(WORKERS, limits, killer.hear).run(jobs(tmp_path, clips)))
    assert len(killer.killed) == len(clips)
    assert {outcome.status for outcome in done} <= {"done", "skipped"}
    assert documents(tmp_path) == undisturbed


@pytest.mark.parametrize("seed", [3, 4])
def test_runs_that_are_killed_and_repeated_end_as_one(
    tmp_path: Path, clips: list[Path], undisturbed: list[dict[str, Any]], seed: int
) -> None:
    rng = random.Random(seed)
    command = [sys.executable, "-m", "adding", str(tmp_path), *map(str, clips)]
    for kill in range(4):
        kill_after(start(command), rng.uniform(0.5, 3), group=kill % 2 == 0)
    assert {outcome.status for outcome in add(tmp_path, clips)} <= {"done", "skipped"}
    assert documents(tmp_path) == undisturbed


def test_the_real_command_that_is_killed_and_repeated_ends_as_one(tmp_path: Path, clips: list[Path]) -> None:
    for library, kills in (("killed", (1.0, 2.0, 3.0)), ("undisturbed", ())):
        command = command_line(tmp_path / library, "add", *clips)
        for number, seconds in enumerate(kills):
            kill_after(start(command), seconds, group=number == 1)
        last = start(command)
        _, err = last.communicate(timeout=120)
        assert (last.returncode, parted(err)[0]) == (0, "")
    killed, undisturbed = (documents(tmp_path / library) for library in ("killed", "undisturbed"))
    assert len(killed) == len(clips)
    assert killed == undisturbed


def test_a_worker_that_hangs_ends_with_its_supervisor(tmp_path: Path, clips: list[Path]) -> None:
    adding = start([sys.executable, "-m", "adding", "--asleep", str(tmp_path), str(clips[0])])
    while not (tmp_path / "claims").exists():  # it has claimed its video, and opens its models
        time.sleep(0.02)
    assert len(workers_of(adding.pid)) == 1
    kill_after(adding, 0, group=False)
