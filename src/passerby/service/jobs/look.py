"""Looking through a video for what a copy should hide: the plan of a copy."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from passerby.errors import UsageError
from passerby.progress import OnProgress
from passerby.redact.plan import plan_file
from passerby.redact.plan.kinds import KINDS, Kind
from passerby.redact.plan.policy import PII, Effort
from passerby.redact.plan.presets import read_preset
from passerby.service.jobs.base import JobResult, JobTools, ServerJob
from passerby.wording import counted


@dataclass(frozen=True, slots=True)
class LookJob(ServerJob):
    """What is looked for, as fields of a policy; the result names the plan."""

    kind: ClassVar[str] = "look"
    hide: tuple[Kind, ...]
    text_pattern: str = ""
    effort: Effort = "normal"
    preset: str = ""  # a written policy: what is not asked for besides is as in it

    @classmethod
    def ask(cls, request: Mapping[str, Any]) -> "LookJob":
        """Raises UsageError for what cannot be hidden, for no pattern and no preset."""
        job = cls.from_json(request)
        if job.preset:
            read_preset(job.preset)
        unknown = set(job.hide) - set(KINDS)
        if unknown:
            raise UsageError(f"{min(unknown)!r} cannot be hidden; expected some of {', '.join(KINDS)}")
        try:
            re.compile(job.text_pattern)
        except (re.error, RecursionError, OverflowError) as error:
            raise UsageError(f"text_pattern: expected a regular expression or {PII!r} ({error})") from error
        return job

    @classmethod
    def from_json(cls, request: Mapping[str, Any]) -> "LookJob":
        return cls(
            tuple(request["hide"]),
            request.get("text_pattern", ""),
            request.get("effort", "normal"),
            request.get("preset", ""),
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "hide": list(self.hide),
            "text_pattern": self.text_pattern,
            "effort": self.effort,
            "preset": self.preset,
        }

    def run(self, tools: JobTools, on_progress: OnProgress) -> JobResult:
        with tools.original(on_progress) as original:
            plan = tools.redaction.look(
                original,
                hide=self.hide,
                text_pattern=self.text_pattern,
                effort=self.effort,
                preset=self.preset,
                on_progress=on_progress,
            )
        with tools.committing() as store:
            made = store.plans.put(tools.video, plan_file.dump(plan))
        return JobResult(False, counted(len(plan.tracks), "track"), {"plan": made, "tracks": len(plan.tracks)})
