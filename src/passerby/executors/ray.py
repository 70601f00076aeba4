"""The Ray executor: jobs on a cluster of Ray, one of its own on this machine or one whose address is known.

Ray says where a job runs; what it may use, and how often it is begun, is as with the local executor. What talks to Ray
is a process of its own: Ray changes the environment, the signals and the output of the process that uses it, and ends
it when its cluster goes away.
"""

import math
import pickle
import time
from collections.abc import Generator, Iterable
from contextlib import suppress
from itertools import count
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from passerby.errors import PasserbyError, UsageError, WorkerError
from passerby.executors.base import Job, Result
from passerby.executors.ray_cluster import Cluster, Unit
from passerby.executors.ray_driver import Ready, drive
from passerby.executors.ray_watcher import Done, Lost
from passerby.executors.supply import Supply
from passerby.extras import Extra, require_extra
from passerby.processes.child import Child
from passerby.processes.limits import WATCH_SECONDS, Limits
from passerby.progress import OnProgress, Progress
from passerby.settings import Settings

EXTRA = Extra("ray", "ray")
GPU_PROVIDERS = ("cuda",)  # for which jobs ask for a graphics card
_AHEAD = 3  # jobs that the driver of Ray is given for each that can run: that one, and two that wait
START_SECONDS = 90.0  # for a cluster to start, or to answer
DRIVER_LIMITS = Limits(memory_mb=4096, stall_seconds=math.inf)  # it may have to wait for others for hours
SHORT_FOLDER = "/tmp"  # noqa: S108 - the paths of Ray's sockets have room for no longer one; what is made in it is private


class RayExecutor:
    """Runs jobs where Ray places them."""

    def __init__(self, cluster: Cluster, on_progress: OnProgress) -> None:
        self._cluster = cluster
        self._on_progress = on_progress

    @classmethod
    def of(cls, settings: Settings, on_progress: OnProgress) -> "RayExecutor":
        """Raises MissingExtraError, UsageError for an address that is none."""
        require_extra(EXTRA)
        gpus = settings.gpu_share if settings.provider in GPU_PROVIDERS else 0.0
        return cls(Cluster(_address(settings.engine), settings.workers, Limits.of(settings), gpus), on_progress)

    def run(self, jobs: Iterable[Job[Result] | None]) -> Generator[Result, None, None]:
        """The results of all jobs, as they come. Closed early, it ends its work, and a cluster that it has started.

        Raises UsageError where no cluster answers, or none with room for a job; WorkerError if it goes away.
        """
        supply = Supply(jobs)
        if not supply.has_first():  # no cluster is needed
            return
        with TemporaryDirectory(prefix="passerby-", dir=SHORT_FOLDER, ignore_cleanup_errors=True) as folder:
            driver = Child[object](drive, (self._cluster, folder), DRIVER_LIMITS, name="passerby ray", leads=True)
            try:
                driver.start()
                room = self._await_ready(driver)
                yield from self._results(driver, room, supply)
            finally:
                _stop(driver)

    def _results(self, driver: Child[object], room: int, supply: Supply[Result]) -> Generator[Result, None, None]:
        given = dict[int, Job[Result]]()
        numbers = count()
        while True:
            while len(given) < _AHEAD * room and (job := supply.take()):
                number = next(numbers)
                given[number] = job
                driver.send(Unit(number, pickle.dumps(job)))
            if not given:
                return
            Child.wait([driver], WATCH_SECONDS)
            for message in self._heard(driver):
                if isinstance(message, Done | Lost):
                    yield _result(given.pop(message.number), message)
                    supply.resume()
                elif isinstance(message, Ready):
                    room = message.room

    def _await_ready(self, driver: Child[object]) -> int:
        """How many jobs can be done at once."""
        until = time.monotonic() + START_SECONDS
        while True:
            for message in self._heard(driver):
                if isinstance(message, Ready):
                    return message.room
            if time.monotonic() > until:
                raise WorkerError(f"{self._cluster.name}: found no cluster of Ray that is ready in {START_SECONDS:g} s")
            Child.wait([driver], WATCH_SECONDS)

    def _heard(self, driver: Child[object]) -> Generator[object, None, None]:
        """What the driver has sent since, without progress. Raises the error that it has sent, or WorkerError."""
        try:
            for message in driver.messages():
                if isinstance(message, PasserbyError):
                    raise message
                if isinstance(message, Progress):
                    self._on_progress(message)
                else:
                    yield message
        except WorkerError as error:
            told = str(error)
            if told.startswith(self._cluster.name):
                raise
            raise WorkerError(
                f"{self._cluster.name}: the process that talks to Ray {told}; what was finished is kept"
            ) from error


def _address(engine: str) -> str:
    """HOST:PORT; "" for a cluster of its own."""
    if engine == "ray":
        return ""
    try:
        parts = urlsplit(engine)
        if parts.hostname and parts.port and not (parts.path or parts.query or parts.fragment or parts.username):
            return parts.netloc
    except ValueError:
        pass
    raise UsageError(f"PASSERBY_ENGINE: expected ray://HOST:PORT, as `ray start --head` prints it, found {engine!r}")


def _result(job: Job[Result], ended: Done | Lost) -> Result:
    if isinstance(ended, Lost):
        return job.lost_result(ended.reason, ended.tries)
    result: Result = ended.result
    return result


def _stop(driver: Child[object]) -> None:
    """Let it end its cluster, and end it if it does not."""
    with suppress(WorkerError):
        driver.send(None)
    driver.end()
