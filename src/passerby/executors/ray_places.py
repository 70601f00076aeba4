"""Where a cluster of Ray has room for jobs, and what is done there.

A place is an actor of Ray, which holds the cores and the memory of one job at a time. Ray says on which machine, and
notices what dies; tries are counted here. A place that gives no sign of life is ended, so that what was stopped there
cannot go on later; a job is begun elsewhere only then.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import ray
from ray.exceptions import RayError

from passerby.errors import UsageError, WorkerError
from passerby.executors.ray_cluster import Cluster, Unit
from passerby.executors.ray_watcher import Done, Lost, Watcher
from passerby.processes.cores import CORES_PER_WORKER
from passerby.processes.limits import MEGABYTE, WATCH_SECONDS
from passerby.progress import Progress

SIGN_SECONDS = 0.5  # from one question how far a job is to the next
IDLE_SECONDS = 2.0  # without a job, after which what a place holds is given back
LIFE_SECONDS = 300.0  # after which a place is given back: others may wait for it
REVIEW_SECONDS = 10.0  # from one look at what the cluster has to the next
FAILED_STARTS = 5  # of places, one after the other, before it is given up


@dataclass(slots=True, eq=False)
class _Place:
    """An actor, and what it was asked."""

    watcher: Any
    ready: Any  # what Ray gives when the actor is there; None from then on
    unit: Unit | None = None
    result: Any = None  # what Ray gives when the unit is through
    sign: Any = None  # what Ray gives when the actor has shown to be alive
    asked: float = 0.0  # when a sign was asked for
    began: float = field(default_factory=time.monotonic)
    idle_since: float = field(default_factory=time.monotonic)

    @property
    def asked_for(self) -> Iterator[Any]:
        return (what for what in (self.ready, self.result, self.sign) if what is not None)


class Places:
    """The places of a cluster, and the units that wait for one."""

    def __init__(self, cluster: Cluster, tell: Callable[[Progress | Done | Lost], None]) -> None:
        """Raises UsageError when no machine has room for a job."""
        self._cluster = cluster
        self._tell = tell
        self._waiting = deque[Unit]()
        self._places: list[_Place] = []
        self._failed_starts = 0
        self._reviewed = time.monotonic()
        self.room = _room(cluster)
        if not self.room:
            raise _no_room(cluster)

    def add(self, unit: Unit) -> None:
        """Let a unit wait for a place."""
        self._waiting.append(unit)

    @property
    def is_busy(self) -> bool:
        """Whether something can come of `advance`."""
        return bool(self._waiting) or any(True for place in self._places for _ in place.asked_for)

    def advance(self) -> None:
        """Give units to places, and wait for what comes of any, for a moment.

        Raises WorkerError when no place can be made, and what Ray raises when the cluster is gone.
        """
        self._review()
        self._hire()
        for place in self._places:
            if self._waiting and place.ready is None and place.unit is None:
                self._assign(place, self._waiting.popleft())
        owners = {what: place for place in self._places for what in place.asked_for}
        if owners:
            for what in ray.wait([*owners], num_returns=1, timeout=WATCH_SECONDS, fetch_local=False)[0]:
                self._hear(owners[what], what)
        self._look_after()

    def _review(self) -> None:
        """Machines come and go."""
        if time.monotonic() - self._reviewed > REVIEW_SECONDS:
            self._reviewed = time.monotonic()
            self.room = _room(self._cluster) or self.room

    def _hire(self) -> None:
        wanted = min(self.room, len(self._waiting) + sum(place.unit is not None for place in self._places))
        if wanted <= len(self._places):
            return
        make = ray.remote(Watcher).options(
            num_cpus=CORES_PER_WORKER,
            num_gpus=self._cluster.gpus,
            memory=self._cluster.limits.memory_mb * MEGABYTE,
            max_restarts=0,  # it is made anew here, where tries are counted
            max_concurrency=2,  # a job, and the question how far it is
        )
        for _ in range(wanted - len(self._places)):
            watcher = make.remote(self._cluster.limits)
            self._places.append(_Place(watcher, watcher.ready.remote()))

    def _assign(self, place: _Place, unit: Unit) -> None:
        place.unit = unit
        place.result = place.watcher.work.remote(unit.number, unit.job)
        place.asked = time.monotonic()

    def _hear(self, place: _Place, what: Any) -> None:
        """Take in what has come from a place."""
        try:
            told = ray.get(what)
        except RayError as error:
            self._lose(place, f"was lost by Ray ({type(error).__name__})", error)
            return
        if what == place.ready:
            place.ready, self._failed_starts = None, 0
            place.idle_since = time.monotonic()
        elif what == place.sign:
            place.sign = None
            if told is not None and place.unit is not None:
                self._tell(told)
        else:
            self._end(place, told)

    def _end(self, place: _Place, told: Done | Lost) -> None:
        unit, place.unit, place.result = place.unit, None, None
        place.idle_since = time.monotonic()
        if isinstance(told, Lost) and unit is not None:
            self._try_again(unit, told.reason)
        elif isinstance(told, Done):
            if told.progress is not None:
                self._tell(told.progress)
            self._tell(replace(told, progress=None))

    def _try_again(self, unit: Unit, reason: str) -> None:
        if unit.tries < self._cluster.limits.tries:
            self._waiting.appendleft(replace(unit, tries=unit.tries + 1))
        else:
            self._tell(Lost(unit.number, reason, unit.tries))

    def _lose(self, place: _Place, reason: str, error: Exception | None = None) -> None:
        """A place is gone, or is ended now: it may be stopped, and must not go on."""
        self._drop(place)
        if place.unit is not None:
            self._try_again(place.unit, reason)
        elif place.ready is not None:
            self._failed_starts += 1
            if self._failed_starts >= FAILED_STARTS:
                told = "" if error is None else f": {one_line(error)}"
                raise WorkerError(f"{self._cluster.name}: no worker of Ray can be started{told}")

    def _drop(self, place: _Place) -> None:
        self._places.remove(place)
        ray.kill(place.watcher)

    def _look_after(self) -> None:
        """Ask for signs of life, end what gives none, and give back what is not needed."""
        now = time.monotonic()
        stall_seconds = self._cluster.limits.stall_seconds
        for place in [*self._places]:
            if place.unit is not None:
                if place.sign is None and now - place.asked > SIGN_SECONDS:
                    place.sign, place.asked = place.watcher.sign.remote(), now
                elif place.sign is not None and now - place.asked > stall_seconds:
                    self._lose(place, f"gave no sign for {stall_seconds:g} s")
            elif place.ready is None:
                old = now - place.began > LIFE_SECONDS
                if old or (not self._waiting and now - place.idle_since > IDLE_SECONDS):
                    self._drop(place)


def _room(cluster: Cluster) -> int:
    """How many jobs can be done at once; 0 when no machine has room for one."""
    memory = cluster.limits.memory_mb * MEGABYTE
    found = 0
    for node in ray.nodes():
        has = node["Resources"] if node["Alive"] else {}
        places = min(has.get("CPU", 0) // CORES_PER_WORKER, has.get("memory", 0) // memory)
        found += int(min(places, has.get("GPU", 0) // cluster.gpus) if cluster.gpus else places)
    return min(found, cluster.workers or found)


def _no_room(cluster: Cluster) -> UsageError:
    cards = f", {cluster.gpus:g} of a graphics card (PASSERBY_PROVIDER)" if cluster.gpus else ""
    return UsageError(
        f"{cluster.name}: expected a machine that lends Ray {CORES_PER_WORKER} cores and "
        f"{cluster.limits.memory_mb} MB (PASSERBY_MEMORY_MB){cards} for a job, found none"
    )


def one_line(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error).strip().partition(chr(10))[0]}".removesuffix(": ")
