"""Whatever dies of a cluster while videos are added: the library ends as one that nobody disturbed."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import pytest

from adding import WORKERS, SlowModels, add, outcomes
from clips import make_clip
from passerby.executors.base import open_executor
from passerby.export.insights import Insights
from passerby.pipeline.job import IndexJob
from passerby.pipeline.keys import plan
from passerby.pipeline.outcome import Outcome
from passerby.progress import Progress
from passerby.settings import Settings
from passerby.stages import STAGES
from passerby.store.library import open_sink, open_store
from processes import wait_for_the_end_of
from ray_clusters import RayCluster

CLIPS = 3
TESTS = Path(__file__).parents[1]


@dataclass(frozen=True)
class Poison(SlowModels):
    """Kills the process that opens it."""

    def open(self, name: str, **parameters: Any) -> Any:
        os.kill(os.getpid(), signal.SIGKILL)


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("clips")
    return [make_clip(folder / f"{k}.mp4", size=(160, 90), frames=24 + k, rate=8) for k in range(CLIPS)]


@pytest.fixture(scope="module")
def undisturbed(clips: list[Path], tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    library = tmp_path_factory.mktemp("undisturbed") / "library"
    assert {outcome.status for outcome in add(library, clips)} == {"done"}
    return documents(library)


def documents(library: Path) -> list[Any]:
    """All that `show --json` tells of each video, after the library was found to be whole."""
    with open_store(library, create=False) as store:
        assert store.health.check() == []
        shown = [Insights.of(store, video).document() for video in store.videos.all()]
    return sorted(shown, key=lambda each: str(each["name"]))


def run(
    cluster: RayCluster,
    library: Path,
    clips: Iterable[Path],
    on_progress: Callable[[Progress], None] = lambda _: None,
    poison: str = "",
) -> dict[str, Outcome]:
    jobs = [
        IndexJob(
            clip,
            partial(open_sink, library),
            plan(STAGES, Settings()),
            Poison() if clip.name == poison else SlowModels(),
        )
        for clip in clips
    ]
    executor = open_executor(Settings(engine=cluster.engine, workers=WORKERS), on_progress)
    return {outcome.path.name: outcome for outcome in outcomes(executor.run(jobs))}


@dataclass
class Once:
    """Does something at the first sign that a video is indexed, which is when there is most to lose."""

    act: Callable[[], None]
    is_done: bool = False

    def __call__(self, progress: Progress) -> None:
        if progress.step == "indexing" and not self.is_done:
            self.is_done = True
            self.act()


def watchers(cluster: RayCluster) -> list[psutil.Process]:
    """The actors of a cluster, which watch over jobs."""
    found = []
    for process in psutil.process_iter():
        try:
            if os.getsid(process.pid) in [node.pid for node in cluster.nodes] and process.name().startswith("ray::Wat"):
                found.append(process)
        except (ProcessLookupError, psutil.NoSuchProcess):
            continue
    return found


def test_a_worker_of_ray_that_is_killed(
    cluster: RayCluster, clips: list[Path], undisturbed: list[Any], tmp_path: Path
) -> None:
    kill = Once(lambda: watchers(cluster)[0].kill())
    outcomes = run(cluster, tmp_path / "library", clips, kill)
    assert kill.is_done
    assert {outcome.status for outcome in outcomes.values()} <= {"done", "skipped"}
    assert documents(tmp_path / "library") == undisturbed


def test_a_poison_video_costs_itself_only(
    cluster: RayCluster, clips: list[Path], undisturbed: list[Any], tmp_path: Path
) -> None:
    outcomes = run(cluster, tmp_path / "library", clips, poison="1.mp4")
    assert {name: outcome.status for name, outcome in outcomes.items()} == {
        "0.mp4": "done",
        "1.mp4": "failed",
        "2.mp4": "done",
    }
    assert "was killed by signal 9, 3 times" in outcomes["1.mp4"].message
    assert documents(tmp_path / "library") == [undisturbed[0], undisturbed[2]]
    assert run(cluster, tmp_path / "library", clips[1:2])["1.mp4"].status == "done"
    assert documents(tmp_path / "library") == undisturbed


def start_adding(cluster: RayCluster, library: Path, clips: Iterable[Path]) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "adding", f"--engine={cluster.engine}", str(library), *map(str, clips)]
    return subprocess.Popen(command, cwd=TESTS, start_new_session=True)


def test_the_process_that_adds_is_killed_and_begun_again(
    cluster: RayCluster, clips: list[Path], undisturbed: list[Any], tmp_path: Path
) -> None:
    library = tmp_path / "library"
    adding = start_adding(cluster, library, clips)
    while not (library / "claims").exists():  # a video is worked on
        assert adding.poll() is None
    adding.kill()
    adding.wait()
    again = start_adding(cluster, library, clips)
    assert again.wait() == 0
    assert documents(library) == undisturbed


def test_two_that_add_the_same_videos_at_once(
    cluster: RayCluster, clips: list[Path], undisturbed: list[Any], tmp_path: Path
) -> None:
    adding = [start_adding(cluster, tmp_path / "library", clips) for _ in range(2)]
    assert [process.wait() for process in adding] == [0, 0]
    assert documents(tmp_path / "library") == undisturbed


def test_ctrl_c_ends_the_work_and_not_the_cluster(cluster: RayCluster, clips: list[Path], tmp_path: Path) -> None:
    while watchers(cluster):  # of those that added before
        assert cluster.nodes[0].poll() is None
    command = [sys.executable, "-m", "passerby", "--library", str(tmp_path / "library"), "add", *map(str, clips)]
    adding = subprocess.Popen(
        [*command, "--engine", cluster.engine, "--stages", "shots"], stderr=subprocess.PIPE, start_new_session=True
    )
    while not watchers(cluster):  # the first video is about to be worked on
        assert adding.poll() is None
    adding.send_signal(signal.SIGINT)
    _, told = adding.communicate()
    assert adding.returncode == 130
    assert told.splitlines()[-1].startswith(b"passerby: interrupted; 0 of ")
    wait_for_the_end_of(adding.pid)
    while watchers(cluster):  # Ray ends them
        assert cluster.nodes[0].poll() is None
