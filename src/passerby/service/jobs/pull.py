"""Fetching a model of the catalog."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from passerby.models.catalog import find
from passerby.models.weights import require_source
from passerby.progress import OnProgress, Progress
from passerby.service.jobs.base import JobResult, JobTools, ServerJob


@dataclass(frozen=True, slots=True)
class PullJob(ServerJob):
    """``model`` is its name in the catalog."""

    kind: ClassVar[str] = "pull"
    is_one_unit: ClassVar[bool] = False
    model: str

    @classmethod
    def ask(cls, model: str) -> "PullJob":
        """Raises UsageError for one that there is nowhere to fetch from."""
        require_source(find(model))
        return cls(model)

    @classmethod
    def from_json(cls, request: Mapping[str, Any]) -> "PullJob":
        return cls(request["model"])

    def to_json(self) -> dict[str, Any]:
        return {"model": self.model}

    def run(self, tools: JobTools, on_progress: OnProgress) -> JobResult:
        def hear(done: int, total: int | None) -> None:
            on_progress(Progress(Path(self.model), "reading", done, total))

        licence = tools.library.models.pull(self.model, on_progress=hear).licence
        return JobResult(False, f"{self.model} is here ({licence})", {"model": self.model, "licence": licence})
