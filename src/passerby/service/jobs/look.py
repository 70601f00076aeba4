"""Looking through a video for what a copy should hide: the plan of a copy, and in a batch the copy that follows."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from passerby.callers import Caller
from passerby.errors import UsageError
from passerby.evidence.custody import Custody
from passerby.progress import OnProgress
from passerby.redact.audit.unattended import doubts_of_plan
from passerby.redact.plan import plan_file
from passerby.redact.plan.kinds import KINDS, Kind
from passerby.redact.plan.plan import Plan
from passerby.redact.plan.policy import PII, Effort
from passerby.redact.plan.presets import read_preset
from passerby.service.jobs.base import JobResult, JobTools, ServerJob
from passerby.service.jobs.redact import RedactJob
from passerby.service.originals import original_of
from passerby.wording import counted


@dataclass(frozen=True, slots=True)
class LookJob(ServerJob):
    """What is looked for, as fields of a policy; the result names the plan."""

    kind: ClassVar[str] = "look"
    hide: tuple[Kind, ...]
    text_pattern: str = ""
    effort: Effort = "normal"
    preset: str = ""  # a written policy: what is not asked for besides is as in it
    batch: str = ""  # the id of the one that it is of: a copy follows if no person need look (``audit.unattended``)

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
            request.get("batch", ""),
        )

    def to_json(self) -> dict[str, Any]:
        asked: dict[str, Any] = {
            "hide": list(self.hide),
            "text_pattern": self.text_pattern,
            "effort": self.effort,
            "preset": self.preset,
        }
        return asked | ({"batch": self.batch} if self.batch else {})

    def run(self, tools: JobTools, on_progress: OnProgress) -> JobResult:
        if (begun := self._copy_begun(tools)) is not None:  # before an attempt was cut short
            return begun
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
        return self._batched(tools, plan, made) if self.batch else _result(made, len(plan.tracks))

    def _copy_begun(self, tools: JobTools) -> JobResult | None:
        """What came of the look whose copy was begun already; None for none."""
        with tools.open_store() as store:
            begun = store.jobs.keyed(tools.stored.caller, _key(tools)) if self.batch else None
        if begun is None:
            return None
        copy = RedactJob.from_json(begun.request)
        return _result(copy.plan_id, len(plan_file.read(copy.plan, "the plan").tracks), doubts={}, copying=begun.id)

    def _batched(self, tools: JobTools, plan: Plan, made: str) -> JobResult:
        """Begin the copy, unless a person is to look at the plan first."""
        doubts = doubts_of_plan(plan)
        if doubts:
            return _result(made, len(plan.tracks), doubts=doubts)
        name = original_of(tools.settings.library, tools.video).name
        Custody(tools.settings.library).note(Caller(tools.stored.caller), "redact", tools.video, plan=made)
        with tools.committing() as store:
            stored = store.plans.get(made)
            if stored is None:  # somebody has thrown it away meanwhile
                return _result(made, len(plan.tracks), doubts=doubts)
            copy = RedactJob.ask(stored, "", name, self.batch)
            begun = store.jobs.put(
                copy.kind, copy.to_json(), video=tools.video, caller=tools.stored.caller, key=_key(tools)
            )
        return _result(made, len(plan.tracks), doubts=doubts, copying=begun)


def _key(tools: JobTools) -> str:
    """By which the copy that follows a look is begun once, however often the look is."""
    return f"after {tools.job}"


def _result(plan: str, tracks: int, **more: object) -> JobResult:
    return JobResult(False, counted(tracks, "track"), {"plan": plan, "tracks": tracks, **more})
