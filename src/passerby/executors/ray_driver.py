"""The process that talks to Ray, and what it has Ray's workers do. Only here Ray is imported.

Jobs and results go through Ray as bytes and small values; what is decoded stays in the process of its job.
"""

import os
import pickle
import secrets
import signal
import socket
import sys
import time
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from passerby.errors import PasserbyError, UsageError, WorkerError
from passerby.processes.child import Child
from passerby.processes.cores import CORES_PER_WORKER, available_cores
from passerby.processes.limits import MEGABYTE, WATCH_SECONDS, Limits
from passerby.progress import Progress

WAITING_PER_WORKER = 2  # jobs that Ray has been given and that wait for a place
PROGRESS_AHEAD = 8  # signs of progress of a worker that may wait to be heard; it waits then
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
class Cluster:
    """Where jobs run, how many of them at once, and what each may use."""

    address: str  # HOST:PORT; "" for one of its own
    workers: int  # 0: as many as fit
    limits: Limits

    @property
    def name(self) -> str:
        return f"ray://{self.address}" if self.address else "ray"


@dataclass(frozen=True, slots=True)
class Ready:
    """The cluster is there."""


@dataclass(frozen=True, slots=True)
class Done:
    """A job has its result."""

    number: int
    result: Any


@dataclass(frozen=True, slots=True)
class Lost:
    """The process of a job has died or was ended, as often as it may be begun."""

    number: int
    reason: str
    tries: int


def drive(cluster: Cluster, folder: str, jobs: Mapping[int, bytes], asker: Connection) -> None:
    """The main function of the process. Sends `Ready`, `Progress`, `Done`, `Lost`, or a PasserbyError and no more.

    It ends, with all that it has begun, when it is done or is sent anything. ``folder`` is for what a cluster of its
    own writes.
    """
    _settle(cluster)
    import ray  # now that the environment is set: it is read here, and only once

    try:
        _connect(cluster, folder)
        asker.send(Ready())
        _schedule(cluster, jobs, asker)
    except PasserbyError as error:
        asker.send(error)
    except BrokenPipeError:
        raise  # nobody asks any more
    except Exception as error:  # an outer door: what Ray raises when it cannot be reached has no common class
        told = f"{cluster.name}: Ray failed: {_one_line(error)}; what a cluster needs is in docs/many-machines.md"
        asker.send(WorkerError(told))
    finally:
        ray.shutdown()


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


def _schedule(cluster: Cluster, jobs: Mapping[int, bytes], asker: Connection) -> None:
    """Have all jobs done, each as often as it needs and may."""
    import ray

    begin = ray.remote(work).options(
        num_cpus=CORES_PER_WORKER,
        memory=cluster.limits.memory_mb * MEGABYTE,
        max_retries=0,  # it is tried again here, where tries are counted
        num_returns="streaming",
        _generator_backpressure_num_objects=PROGRESS_AHEAD,
    )
    at_once = _at_once(cluster, ray.nodes())
    waiting = deque((number, 1) for number in jobs)
    begun: dict[Iterator[Any], tuple[int, int]] = {}  # what a worker tells -> number of its job, which try
    while (waiting or begun) and not asker.poll():
        while waiting and len(begun) < at_once:
            number, tries = waiting.popleft()
            begun[begin.remote(number, jobs[number], cluster.limits)] = number, tries
        for told in ray.wait([*begun], timeout=WATCH_SECONDS, fetch_local=False)[0]:
            number, tries = begun.pop(told)
            message = _next_of(told, number)
            if isinstance(message, Progress):
                begun[told] = number, tries  # the last in the row now, so that each is heard
                asker.send(message)
            elif isinstance(message, Done):
                asker.send(message)
            elif tries < cluster.limits.tries:
                waiting.appendleft((number, tries + 1))
            else:
                asker.send(replace(message, tries=tries))


def _next_of(told: Iterator[Any], number: int) -> Progress | Done | Lost:
    """What a worker has told; that it is lost, if it or its machine is gone."""
    import ray
    from ray.exceptions import RayError, RayTaskError

    try:
        message: Progress | Done | Lost = ray.get(next(told))
    except RayTaskError as error:  # it could not even begin
        return Lost(number, f"was lost by Ray ({_one_line(error.cause)})", 1)
    except RayError as error:  # the texts of these name logs that are on another machine, or gone
        return Lost(number, f"was lost by Ray ({type(error).__name__})", 1)
    return message


def _at_once(cluster: Cluster, nodes: list[dict[str, Any]]) -> int:
    """How many jobs Ray is given at once. Raises UsageError when no machine has room for one."""
    memory = cluster.limits.memory_mb * MEGABYTE
    rooms = [node["Resources"] for node in nodes if node["Alive"]]
    places = sum(min(room.get("CPU", 0) // CORES_PER_WORKER, room.get("memory", 0) // memory) for room in rooms)
    if not places:
        raise UsageError(
            f"{cluster.name}: expected a machine that lends Ray {CORES_PER_WORKER} cores and "
            f"{cluster.limits.memory_mb} MB (PASSERBY_MEMORY_MB) for a job, found none"
        )
    return cluster.workers if cluster.address and cluster.workers else int(places) * (1 + WAITING_PER_WORKER)


def work(number: int, job: bytes, limits: Limits) -> Iterator[Progress | Done | Lost]:
    """What a worker of Ray does: it gives the job a process and tells what comes of it, the newest progress only."""
    child = Child[Any](_do, (job,), limits, name="passerby job", leads=True)
    newest: Progress | None = None
    told = 0.0
    try:
        child.start()
        while True:
            for message in child.messages():
                if not isinstance(message, Progress):
                    if newest is not None:
                        yield newest
                    child.end()
                    yield Done(number, message)
                    return
                newest = message
            if newest is not None and time.monotonic() - told >= WATCH_SECONDS:
                yield newest
                newest, told = None, time.monotonic()
            Child.wait([child], WATCH_SECONDS)
    except WorkerError as error:
        yield Lost(number, str(error), 1)
    finally:
        child.kill()


def _do(job: bytes, watcher: Connection) -> None:
    """The main function of the process of a job, the only one in which it is unpacked."""
    watcher.send(pickle.loads(job).run(watcher.send))  # noqa: S301 - of this user's own program


def _one_line(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error).strip().partition(chr(10))[0]}".removesuffix(": ")
