"""Reading items of evidence again and comparing them with what was noted of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from passerby.casework.casework import Casework
from passerby.evidence.item_check import ItemCheck
from passerby.progress import OnProgress, Progress
from passerby.service.jobs.base import JobResult, JobTools, ServerJob
from passerby.wording import counted


@dataclass(frozen=True, slots=True)
class CheckJob(ServerJob):
    """The item that the job is about, or with none all whose time it is. What is not sound fails the job."""

    kind: ClassVar[str] = "check"
    is_one_unit: ClassVar[bool] = False

    @classmethod
    def from_json(cls, request: Mapping[str, Any]) -> "CheckJob":
        return cls()

    def to_json(self) -> dict[str, Any]:
        return {}

    def run(self, tools: JobTools, on_progress: OnProgress) -> JobResult:
        checked: list[ItemCheck] = []

        def tell(check: ItemCheck) -> None:
            checked.append(check)
            on_progress(Progress(Path(check.name), "reading", len(checked), None))

        casework = Casework(tools.library_of_asker)
        video = tools.video
        found = casework.verify([video], on_checked=tell) if video else casework.check(due=True, on_checked=tell)
        unsound = sum(bool(item.faults) for item in found.items)
        told = f"{counted(len(found.items), 'item')} checked, {unsound} not sound"
        if found.log_fault:
            told = f"{told}; the log: {found.log_fault}"
        return JobResult(not found.is_sound, told, dict(found.document()))
