"""One redacted copy, from the file to the file: look, write, audit, publish. It fails closed: an error, and no copy."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from passerby.errors import LeakError, UsageError
from passerby.pipeline.content import Source
from passerby.pipeline.progress import Progress
from passerby.redact import plan_file
from passerby.redact.audit import audit
from passerby.redact.audited import AuditResult
from passerby.redact.choice import decided
from passerby.redact.covers import CoverHider
from passerby.redact.credentials import Signing, check_signing, signed
from passerby.redact.looks import ModelSource
from passerby.redact.output import check_target, publish, unfinished
from passerby.redact.plan import Plan
from passerby.redact.planner import make_plan
from passerby.redact.policy import Policy
from passerby.redact.render import Rendered, render

OnProgress = Callable[[Progress], None]

# Fields of a policy that only a new look can change.
LOOKING = frozenset({"hide", "objects", "text_pattern", "effort"})


def needs_look(changes: Mapping[str, Any]) -> list[str]:
    """Which of these changes to a policy only a new look can make."""
    named = sorted(LOOKING & changes.keys())
    return [*named, *(["audio"] if "audio" in changes and changes["audio"].pii else [])]


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for."""

    source: Path
    target: Path
    policy: Policy
    plan: Path | None = None  # a plan that was made before, and perhaps edited: then nothing is looked for
    overwrite: bool = False
    allow_truncated: bool = False
    allow_copy: bool = True  # of groups of pictures in which nothing is hidden
    audit: bool = False
    keep_leaky: bool = False  # keep a copy that fails the audit
    signing: Signing | None = None  # Content Credentials, if any
    speech_model: str = "speech-base"  # transcribes, where the policy needs to know what is said
    text_reader: str = "ppocr-rec"  # reads, where it needs to know what is on screen

    @property
    def plan_target(self) -> Path:
        """Where the plan is written."""
        return self.target.with_name(f"{self.target.name}.plan.json")


@dataclass(frozen=True, slots=True)
class Redacted:
    """A copy that was made."""

    request: Request
    plan: Plan
    rendered: Rendered
    audit: AuditResult | None
    original_bytes: int
    copy_sha256: str
    began: datetime  # UTC
    ended: datetime


def redact_video(request: Request, models: ModelSource, on_progress: OnProgress) -> Redacted:
    """Make a redacted copy of a video, and its plan beside it.

    Raises UsageError for what cannot be asked, MediaError for an original that cannot be read or is damaged,
    MissingModelError, OutputError when the copy cannot be written, LeakError when its audit finds something and it is
    not to be kept; after an error there is no file at the target that was not there before.
    """
    began = datetime.now(UTC)
    check_target(request.source, request.target, overwrite=request.overwrite)
    _check_plan_target(request)
    if request.signing is not None:
        check_signing(request.signing, request.target)
    source = Source.read(request.source, lambda done: on_progress(Progress(request.source, "reading", done, None)))
    plan = plan_file.parse(plan_file.dump(_plan(request, source, models, on_progress)), "the plan")
    with unfinished(request.target) as part:
        rendered = render(
            request.source,
            part,
            plan,
            _telling(request, "writing", on_progress),
            allow_copy=request.allow_copy,
            cover=CoverHider(plan.policy, models, request.text_reader),
        )
        source.check_unchanged()
        found = audit(request.source, part, models, on_progress, plan=plan) if request.audit else None
        if found is not None and found.failed and not request.keep_leaky:
            raise LeakError(f"{request.target}: not written, since its audit failed: {found.verdict}")
        with signed(part, request.target, plan, request.signing) as whole:
            with whole.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            plan_file.save(plan, request.plan_target)
            publish(whole, request.target)
    size = request.source.stat().st_size
    return Redacted(request, plan, rendered, found, size, digest, began, datetime.now(UTC))


def look_at_video(request: Request, models: ModelSource, on_progress: OnProgress) -> Plan:
    """The plan of a copy that is not made. Raises as ``redact_video`` does."""
    source = Source.read(request.source, lambda done: on_progress(Progress(request.source, "reading", done, None)))
    return _plan(request, source, models, on_progress)


def load_plan(path: Path, source: Source) -> Plan:
    """The plan in a file, which must be one of this original. Raises UsageError."""
    given = plan_file.load(path)
    if given.original.sha256 != source.video_id:
        raise UsageError(
            f"{path}: expected the plan of {source.path.name}, found that of another file, {given.original.name}; "
            "make a new plan, without --plan"
        )
    return given


def _plan(request: Request, source: Source, models: ModelSource, on_progress: OnProgress) -> Plan:
    """A new plan, or the one that was given, with what the policy chooses."""
    if request.plan is None:
        telling = _telling(request, "looking", on_progress)
        return make_plan(
            request.source,
            source.video_id,
            request.policy,
            models,
            telling,
            allow_truncated=request.allow_truncated,
            speech_model=request.speech_model,
            text_reader=request.text_reader,
        )
    given = load_plan(request.plan, source)
    return replace(given, policy=request.policy, tracks=decided(given.original, request.policy, given.tracks))


def _telling(
    request: Request, step: Literal["looking", "writing"], on_progress: OnProgress
) -> Callable[[float, float | None], None]:
    def tell(done: float, total: float | None) -> None:
        on_progress(Progress(request.source, step, done, total))

    return tell


def _check_plan_target(request: Request) -> None:
    target = request.plan_target
    given = request.plan is not None and request.plan.exists() and target.exists() and request.plan.samefile(target)
    if target.exists() and not request.overwrite and not given:
        raise UsageError(f"{target}: there is a plan already, perhaps edited; move it away, or use --overwrite")
