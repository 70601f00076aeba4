"""One cluster for all tests of executors: starting it takes longer than they do."""

from collections.abc import Iterator

import pytest

from ray_clusters import SETTINGS, RayCluster, ray_cluster


@pytest.fixture(autouse=True)
def settings_of_the_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    """For each test alone: processes that other tests start are not to find what these are to import."""
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(scope="session")
def cluster() -> Iterator[RayCluster]:
    """Room for two jobs at once, and a graphics card that is none."""
    with ray_cluster(jobs=2, gpus=1) as started:
        yield started
