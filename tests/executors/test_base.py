"""Executors by their names."""

import pytest

from passerby.errors import UsageError
from passerby.executors.base import EXECUTORS, Executor, open_executor
from passerby.settings import Settings
from ray_clusters import RayCluster
from small_jobs import Square


@pytest.mark.parametrize("name", EXECUTORS)
def test_each_runs_any_jobs(name: str, cluster: RayCluster) -> None:
    engine = cluster.engine if name == "ray" else name
    executor: Executor = open_executor(Settings(engine=engine, workers=2), lambda _: None)
    assert set(executor.run([Square(side) for side in (1, 2, 3)])) == {1, 4, 9}
    assert list(executor.run([])) == []  # again, and nothing


@pytest.mark.parametrize("engine", ["none", "", "local://127.0.0.1:1", "rays://127.0.0.1:1"])
def test_an_unknown_name_is_refused(engine: str) -> None:
    with pytest.raises(UsageError, match="expected one of local, ray, ray://HOST:PORT"):
        open_executor(Settings(engine=engine), lambda _: None)
