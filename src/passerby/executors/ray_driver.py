"""The process that talks to Ray: it finds or starts the cluster, and has units done there.

Jobs and results go through Ray as bytes and small values; what is decoded stays in the process of its job.
"""

import os
import queue
import secrets
import signal
import socket
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from passerby.errors import PasserbyError, UsageError, WorkerError
from passerby.executors.ray_cluster import Cluster, Unit
from passerby.processes.cores import CORES_PER_WORKER, available_cores
from passerby.processes.limits import MEGABYTE, WATCH_SECONDS

if TYPE_CHECKING:
    from passerby.executors.ray_places import Places

OBJECT_STORE_BYTES = 80 * MEGABYTE  # the least that Ray takes: next to nothing goes through it
ANSWER_SECONDS = 5.0
# How two ends of HTTP/2 begin, and with it of gRPC: this, and from the other end a frame of the fourth kind.
_HTTP2_BEGINS, _SETTINGS_FRAME = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\4\0\0\0\0\0", b"\4"
_NOTHING_TOLD = {"RAY_USAGE_STATS_ENABLED": "0"}  # to those who make Ray
_HERE_ONLY = {
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",  # what Ray does there, on all systems: it listens on loopback only
    "RAY_AUTH_MODE": "token",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",  # do not hide graphics cards from who asks Ray for none
}


@dataclass(frozen=True, slots=True)
class Ready:
    """The cluster is there, and has room for so many jobs at once."""

    room: int


def drive(cluster: Cluster, folder: str, asker: Connection) -> None:
    """The main function of the process. It is sent units, and None to end with all that it has begun.

    Sends `Ready`, `Progress`, `Done`, `Lost`, or a PasserbyError and no more. ``folder`` is for what a cluster of its
    own writes.
    """
    _settle(cluster)
    import ray  # now that the environment is set: it is read here, and only once

    from passerby.executors.ray_places import Places, one_line

    try:
        _connect(cluster, folder)
        _have_done(Places(cluster, asker.send), asker)
    except PasserbyError as error:
        asker.send(error)
    except BrokenPipeError:
        raise  # nobody asks any more
    except Exception as error:  # an outer door: what Ray raises when it cannot be reached has no common class
        told = f"{cluster.name}: Ray failed: {one_line(error)}; what a cluster needs is in docs/many-machines.md"
        asker.send(WorkerError(told))
    finally:
        ray.shutdown()


def _have_done(places: "Places", asker: Connection) -> None:
    """Have all units done that come from the asker, until it says that it is enough."""
    units = queue.SimpleQueue[Unit | None]()
    # In a thread: the asker, who sends, must never have to wait until this process has sent something itself.
    threading.Thread(target=_take_in, args=(asker, units), name="units", daemon=True).start()
    asker.send(Ready(places.room))
    while True:
        room = places.room
        with suppress(queue.Empty):
            while unit := units.get(block=not places.is_busy, timeout=WATCH_SECONDS):
                places.add(unit)
            return
        places.advance()
        if places.room != room:
            asker.send(Ready(places.room))


def _take_in(asker: Connection, units: "queue.SimpleQueue[Unit | None]") -> None:
    with suppress(EOFError, OSError):
        while unit := asker.recv():
            units.put(unit)
    units.put(None)


def _settle(cluster: Cluster) -> None:
    """Ray tells by standard output what no program could tell from the command's own."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.environ.update(_NOTHING_TOLD)
    if not cluster.address:
        # Its workers import what this process can, as those of the local executor do.
        found = os.pathsep.join(filter(None, sys.path))
        os.environ.update(_HERE_ONLY, RAY_AUTH_TOKEN=secrets.token_hex(32), PYTHONPATH=found)
    # The processes of Ray are asked to end by it, and would inherit that it is not heard.
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})


def _connect(cluster: Cluster, folder: str) -> None:
    """Raises UsageError where nothing answers, and what Ray raises."""
    import ray

    if cluster.address:
        _require_answer(cluster)
        ray.init(address=cluster.address, log_to_driver=False, configure_logging=False)
        return
    workers = cluster.workers or max(1, available_cores() // CORES_PER_WORKER)
    ray.init(
        address="local",
        num_cpus=workers * CORES_PER_WORKER,
        object_store_memory=OBJECT_STORE_BYTES,
        include_dashboard=False,
        log_to_driver=False,
        configure_logging=False,
        _memory=workers * cluster.limits.memory_mb * MEGABYTE,
        _temp_dir=str(Path(folder) / "r"),  # Ray opens it to all: the one around it is private
    )


def _require_answer(cluster: Cluster) -> None:
    """Ray itself tries a wrong address for minutes."""
    parts = urlsplit(cluster.name)
    try:
        with socket.create_connection((parts.hostname, parts.port), ANSWER_SECONDS) as connection:
            connection.sendall(_HTTP2_BEGINS)
            answer = connection.recv(9)
    except OSError as error:
        raise _nobody(cluster, error.strerror or str(error)) from error
    if answer[3:4] != _SETTINGS_FRAME and "RAY_USE_TLS" not in os.environ:
        raise _nobody(cluster, "another program")


def _nobody(cluster: Cluster, found: str) -> UsageError:
    return UsageError(
        f"{cluster.name}: expected a cluster of Ray, found: {found}; start one there (ray start --head) and give the "
        "address that it prints"
    )
