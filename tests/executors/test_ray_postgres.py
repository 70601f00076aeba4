"""Several machines that add to one library: it is in a database."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from adding import SlowModels, outcomes
from clips import make_clip
from passerby.executors.base import open_executor
from passerby.export.insights import Insights
from passerby.pipeline.job import IndexJob
from passerby.pipeline.keys import plan
from passerby.progress import Progress
from passerby.settings import Settings
from passerby.store.library import Address, open_store, sink_from_here
from processes import in_session
from ray_clusters import RayCluster

CLIPS, WORKERS = 3, 3
STAGES = plan(["objects", "thumbnails"], Settings())


def add(clips: list[Path], address: Address, engine: str, on_progress: Callable[[Progress], None]) -> set[str]:
    sink = sink_from_here(address)
    jobs = [IndexJob(clip, sink, STAGES, SlowModels()) for clip in clips]
    executor = open_executor(Settings(engine=engine, workers=WORKERS), on_progress)
    return {outcome.status for outcome in outcomes(executor.run(jobs))}


def documents(address: Address) -> list[dict[str, Any]]:
    with open_store(address, create=False) as store:
        shown = [Insights.of(store, video).document() for video in store.videos.all()]
    return sorted(shown, key=lambda each: str(each["name"]))


def test_two_machines_add_to_a_database_and_one_of_them_is_gone(
    cluster: RayCluster, new_postgres_library: Callable[[], str], tmp_path: Path
) -> None:
    clips = [make_clip(tmp_path / f"{k}.mp4", size=(160, 90), frames=24 + k, rate=8) for k in range(CLIPS)]
    assert add(clips, tmp_path / "here", "local", lambda _: None) == {"done"}

    address = new_postgres_library()
    other = cluster.add_node(jobs=1)
    heard: set[object] = set()
    there: list[psutil.Process] = []

    def kill_when_all_are_under_way(progress: Progress) -> None:
        heard.add(progress.path)
        if len(heard) == CLIPS and other.poll() is None:
            there.extend(process for process in in_session(other.pid) if "Watcher" in process.name())
            cluster.kill_node(other)

    assert add(clips, address, cluster.engine, kill_when_all_are_under_way) <= {"done", "skipped"}
    assert there, "a job was there"
    assert documents(address) == documents(tmp_path / "here")
