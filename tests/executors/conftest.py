"""One cluster for all tests of executors: starting it takes longer than they do."""

from collections.abc import Iterator

import pytest

from ray_clusters import RayCluster, ray_cluster


@pytest.fixture(scope="session")
def cluster() -> Iterator[RayCluster]:
    """Room for two jobs at once, and a graphics card that is none."""
    with ray_cluster(jobs=2, gpus=1) as started:
        yield started
