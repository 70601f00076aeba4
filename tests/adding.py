"""``add`` with fake models, as a process that tests kill: python -m adding [--asleep] [--engine=...] LIBRARY CLIP..."""

import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from fake_models import FakeModels
from passerby.executors.base import open_executor
from passerby.pipeline.job import IndexJob
from passerby.pipeline.keys import plan
from passerby.pipeline.outcome import Outcome
from passerby.processes.limits import Limits
from passerby.records import Detections, Pixels
from passerby.settings import Settings
from passerby.stages import STAGES
from passerby.store.library import open_sink

WORKERS = 2
LIMITS = Limits(memory_mb=4096, stall_seconds=60, tries=2)


@dataclass(frozen=True)
class Slow:
    """A detector that takes its time, so that moments to be killed at lie in the work and not only around it."""

    detector: Any

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(self.detector.labels)

    def detect(self, images: list[Pixels]) -> list[Detections]:
        time.sleep(0.05)
        found: list[Detections] = self.detector.detect(images)
        return found


@dataclass(frozen=True)
class SlowModels(FakeModels):
    """Fakes whose detectors take their time."""

    def open(self, name: str, **parameters: Any) -> Any:
        opened = super().open(name, **parameters)
        return Slow(opened) if hasattr(opened, "detect") else opened


@dataclass(frozen=True)
class SleepingModels(FakeModels):
    """Fakes that never open."""

    def open(self, name: str, **parameters: Any) -> Any:
        time.sleep(600)


def jobs(library: Path, clips: Iterable[Path], models: FakeModels = SlowModels()) -> list[IndexJob]:
    return [IndexJob(clip, partial(open_sink, library), plan(STAGES, Settings()), models) for clip in clips]


def add(
    library: Path, clips: Iterable[Path], models: FakeModels = SlowModels(), engine: str = "local"
) -> list[Outcome]:
    executor = open_executor(Settings(engine=engine, workers=WORKERS, tries=LIMITS.tries), lambda _: None)
    return outcomes(executor.run(jobs(library, clips, models)))


def outcomes(results: Iterable[object]) -> list[Outcome]:
    """Those of videos, none of which is divided."""
    found = list(results)
    assert all(isinstance(result, Outcome) for result in found)
    return [result for result in found if isinstance(result, Outcome)]


def main(arguments: list[str]) -> int:
    names = [Path(name) for name in arguments if not name.startswith("--")]
    engine = next((name.partition("=")[2] for name in arguments if name.startswith("--engine=")), "local")
    outcomes = add(names[0], names[1:], SleepingModels() if "--asleep" in arguments else SlowModels(), engine)
    return int(any(outcome.status not in ("done", "skipped") for outcome in outcomes))


if __name__ == "__main__":
    import adding  # by its name: what a main module defines is in no module that workers import

    sys.exit(adding.main(sys.argv[1:]))
