"""Parts whose workers die, that are begun by one run and finished by another, and that are forgotten."""

import multiprocessing
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from adding import LIMITS, SlowModels
from clips import make_clip
from divided import SIZE, done_here, job, kept, street
from passerby.executors.local import LocalExecutor
from passerby.pipeline.outcome import Outcome
from passerby.pipeline.video_queue import VideoQueue
from passerby.progress import Progress
from passerby.store.library import open_store
from passerby.store.records.part_result import PartResult

FRAMES = (20, 25, 35, 15, 25)
PARTS = 4


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_clip(
        tmp_path_factory.mktemp("parts") / "street.mkv",
        size=SIZE,
        frames=sum(FRAMES),
        rate=10,
        picture=street(FRAMES),
        numbered=False,
        audio="gap",
        options={"g": "10"},
    )


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, clip: Path) -> dict[str, Any]:
    library = tmp_path_factory.mktemp("whole")
    done_here([job(library, clip, 1)])
    return kept(library)


@dataclass
class Begun:
    """Tells which jobs were begun, by the signs that they give, and kills the process of one of them, once."""

    victim: str = ""
    seen: list[str] = field(default_factory=list)
    killed: bool = False

    def hear(self, progress: Progress) -> None:
        if progress.step == "indexing":
            self.seen.append(progress.part)
        if progress.part == self.victim and progress.step == "indexing" and not self.killed:
            for process in multiprocessing.active_children():
                process.kill()  # the only one: one job is done at a time
            self.killed = True


def run(queue: VideoQueue, begun: Begun) -> list[Outcome]:
    results = LocalExecutor(1, LIMITS, begun.hear).run(queue)
    return [outcome for outcome in map(queue.take, results) if outcome]


def test_of_a_worker_that_is_killed_only_that_part_is_done_again(
    tmp_path: Path, clip: Path, whole: dict[str, Any]
) -> None:
    begun = Begun("2/4")
    (outcome,) = run(VideoQueue([job(tmp_path, clip, PARTS, SlowModels())]), begun)
    assert begun.killed
    assert outcome.status == "done"
    assert [part for part, _ in groupby(begun.seen) if part != "sound"] == ["cuts", "1/4", "2/4", "3/4", "4/4", "joint"]
    assert kept(tmp_path) == whole


def begin(library: Path | str, clip: Path, jobs: int) -> str:
    """Have so many jobs of a divided video done, and no more; the id of the video."""
    queue = VideoQueue([job(library, clip, PARTS)])
    for _, one in zip(range(jobs), queue, strict=False):
        assert one is not None
        queue.take(one.run(lambda _: None))
    with open_store(library, create=False) as store:
        return store.videos.resolve(clip.name).id


def test_a_part_that_is_done_is_not_done_again(tmp_path: Path, clip: Path, whole: dict[str, Any]) -> None:
    begin(tmp_path, clip, 4)  # what divides it, its sound, and two parts
    looked_at: list[str] = []
    queue = VideoQueue([job(tmp_path, clip, PARTS)])
    for one in queue:
        assert one is not None
        heard: list[Progress] = []
        queue.take(one.run(heard.append))
        looked_at += [one.name for progress in heard[:1] if progress.step == "indexing"]
    assert looked_at == [f"passerby street.mkv{part}" for part in (" 3/4", " 4/4", "")]
    assert kept(tmp_path) == whole


@pytest.mark.parametrize("count", [1, 3])
def test_what_was_begun_in_other_parts_is_finished_and_nothing_stays_of_it(
    tmp_path: Path, clip: Path, whole: dict[str, Any], count: int
) -> None:
    begin(tmp_path, clip, 4)
    _, (outcome,) = done_here([job(tmp_path, clip, count)])
    assert outcome.status == "done"
    assert kept(tmp_path) == whole


def test_what_parts_have_found_is_forgotten_with_their_video(tmp_path: Path, clip: Path) -> None:
    video = begin(tmp_path, clip, 4)
    with open_store(tmp_path, create=False) as store:
        assert len(store.records.of(video, PartResult)) == 3  # of two parts, and of what they have in common
        store.videos.forget(video)
        assert store.health.check() == []
    _, (outcome,) = done_here([job(tmp_path, clip, PARTS)])
    assert outcome.status == "done"


def test_parts_are_kept_in_a_database_for_many_machines_too(
    new_postgres_library: Callable[[], str], clip: Path, whole: dict[str, Any]
) -> None:
    library = new_postgres_library()
    begin(library, clip, 3)
    _, (outcome,) = done_here([job(library, clip, PARTS)])
    assert outcome.status == "done"
    assert kept(library) == whole


@pytest.mark.parametrize("jobs", [1, 2, 3, 6])
def test_a_video_that_is_forgotten_meanwhile_does_not_come_back(tmp_path: Path, clip: Path, jobs: int) -> None:
    queue, outcomes = VideoQueue([job(tmp_path, clip, PARTS)]), []
    for number, one in enumerate(queue):
        assert one is not None
        if number == jobs:
            with open_store(tmp_path, create=False) as store:
                store.videos.forget(store.videos.resolve(clip.name).id)
        outcomes.append(queue.take(one.run(lambda _: None)))
    (outcome,) = filter(None, outcomes)
    assert (outcome.status, outcome.error) == ("failed", "ForgottenError")
    with open_store(tmp_path, create=False) as store:
        assert store.videos.all() == []


def test_a_part_that_fails_fails_its_video_and_the_others_are_kept(tmp_path: Path, clip: Path) -> None:
    queue = VideoQueue([job(tmp_path, clip, PARTS)])
    outcomes = []
    for one in queue:
        assert one is not None
        lost = one.name.endswith("3/4")
        outcomes.append(queue.take(one.lost_result("died", 2) if lost else one.run(lambda _: None)))
    (outcome,) = filter(None, outcomes)
    assert (outcome.status, outcome.error) == ("failed", "WorkerError")
    assert "part 3/4 died, 2 times" in outcome.message
    with open_store(tmp_path, create=False) as store:
        (video,) = store.videos.all()
        assert video.status == "incomplete"
        assert len([name for name in store.records.finished(video.id) if name.startswith("(part")]) == 3
