"""What an executor and a job are to each other."""

from collections.abc import Generator, Iterable
from dataclasses import replace
from importlib import import_module
from typing import Protocol, TypeVar

from passerby.errors import UsageError
from passerby.processes.limits import Limits
from passerby.progress import OnProgress
from passerby.settings import Settings

Result = TypeVar("Result")
Result_co = TypeVar("Result_co", covariant=True)

LOCAL = "local"
EXECUTORS = {LOCAL: "passerby.executors.local:LocalExecutor", "ray": "passerby.executors.ray:RayExecutor"}
_WITH_ADDRESS = ("ray",)  # which of them take one: NAME://HOST:PORT


class Job(Protocol[Result_co]):
    """One piece of work for a process of its own, on any machine. It pickles, and so does its result."""

    @property
    def name(self) -> str:
        """What its process is called."""
        ...

    def run(self, on_progress: OnProgress) -> Result_co:
        """Do it. It raises nothing: an error is a result, too."""
        ...

    def lost_result(self, reason: str, tries: int) -> Result_co:
        """The result when its process has died or was ended as often as it was begun; ``reason``: what it did last."""
        ...


class Executor(Protocol):
    """Runs jobs, any number at once."""

    @classmethod
    def of(cls, settings: Settings, on_progress: OnProgress) -> "Executor":
        """One that uses what the settings allow."""
        ...

    def run(self, jobs: Iterable[Job[Result] | None]) -> Generator[Result, None, None]:
        """The results of all jobs, as they come. Closed early, it ends the work that it has begun.

        Jobs are asked for when there is room for one. None stands for one that is not there before the next result has
        been taken in, since it follows from that; it is never given while no job is under way.
        """
        ...


def open_executor(settings: Settings, on_progress: OnProgress) -> Executor:
    """The executor that the settings name. Raises UsageError for one that there is not, MissingExtraError."""
    name, address, _ = settings.engine.partition("://")
    if name not in EXECUTORS or (address and name not in _WITH_ADDRESS):
        known = ", ".join([*EXECUTORS, *(f"{name}://HOST:PORT" for name in _WITH_ADDRESS)])
        raise UsageError(f"PASSERBY_ENGINE: expected one of {known}, found {settings.engine!r}")
    module, _, called = EXECUTORS[name].partition(":")
    kind: type[Executor] = getattr(import_module(module), called)
    return kind.of(settings, on_progress)


def unhurried(settings: Settings) -> Settings:
    """Those for work that may say nothing for longer than that on one video."""
    return replace(settings, stall_seconds=Limits.of(settings).prolonged().stall_seconds)
