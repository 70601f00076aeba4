"""Clusters of Ray for tests, started as a user starts them, on loopback; no process of them is left."""

import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from passerby.processes.cores import CORES_PER_WORKER
from processes import in_session, wait_for_the_end_of

SETTINGS = {
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "1",  # more than one node
    "RAY_AUTH_MODE": "token",
    "RAY_AUTH_TOKEN": secrets.token_hex(32),
    "RAY_USAGE_STATS_ENABLED": "0",
    "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),  # what workers can import: the jobs of tests, too
}
JOB_MB = 4096


@dataclass
class RayCluster:
    """A cluster, by its address."""

    port: int
    folder: Path
    nodes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def engine(self) -> str:
        return f"ray://127.0.0.1:{self.port}"

    def add_node(self, *, jobs: int = 1, gpus: int = 0) -> "subprocess.Popen[bytes]":
        """Start a node with room for so many jobs at once, and wait until it is there; the first is the head."""
        place = (
            ["--head", f"--port={self.port}", "--include-dashboard=false", f"--temp-dir={self.folder}"]
            if not self.nodes
            else [f"--address=127.0.0.1:{self.port}"]
        )
        command = [
            *(str(Path(sys.executable).with_name("ray")), "start", "--block", "--disable-usage-stats", *place),
            *(f"--num-cpus={jobs * CORES_PER_WORKER}", f"--memory={(jobs * JOB_MB) << 20}", f"--num-gpus={gpus}"),
            *(f"--object-store-memory={80 << 20}", "--node-ip-address=127.0.0.1"),
        ]
        path = self.folder / f"told-{len(self.nodes)}"
        with path.open("wb") as told:
            node = subprocess.Popen(
                command, stdout=told, stderr=subprocess.STDOUT, start_new_session=True, env=os.environ | SETTINGS
            )
        self.nodes.append(node)
        while "Ray runtime started" not in path.read_text():
            assert node.poll() is None, path.read_text()
            time.sleep(0.1)
        return node

    def kill_node(self, node: "subprocess.Popen[bytes]") -> None:
        """As if its machine were gone."""
        for process in in_session(node.pid):
            process.kill()
        node.wait()


@contextmanager
def ray_cluster(*, jobs: int, gpus: int = 0) -> Iterator[RayCluster]:
    """A cluster of one node, for processes whose environment says what ``SETTINGS`` do."""
    with socket.socket() as free, TemporaryDirectory(dir="/tmp") as folder:
        free.bind(("127.0.0.1", 0))
        cluster = RayCluster(free.getsockname()[1], Path(folder))
        free.close()
        try:
            cluster.add_node(jobs=jobs, gpus=gpus)
            yield cluster
        finally:
            for node in cluster.nodes:
                cluster.kill_node(node)
                wait_for_the_end_of(node.pid)
