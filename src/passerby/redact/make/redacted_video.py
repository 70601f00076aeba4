"""One redacted copy, from the file to the file: look, write, audit, publish. It fails closed: an error, and no copy."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from passerby.errors import DoubtError, LeakError, UsageError
from passerby.files.content import Source
from passerby.files.publish import unfinished
from passerby.models.source import ModelSource
from passerby.progress import OnProgress, OnSeconds, Progress
from passerby.redact.audit.audit import audit
from passerby.redact.audit.result import Audit
from passerby.redact.audit.unattended import doubts_in_words, doubts_of_plan
from passerby.redact.make.covers import CoverHider
from passerby.redact.make.first_pass import make_plan
from passerby.redact.make.made_copy import MadeCopy, finish_copy, read_original
from passerby.redact.make.preflight import check_asked, check_paths, check_video
from passerby.redact.make.render import render
from passerby.redact.make.rendered import Rendered
from passerby.redact.make.request import Request
from passerby.redact.make.shortfalls import check_done
from passerby.redact.plan import plan_file
from passerby.redact.plan.choice import decided
from passerby.redact.plan.joining import join_all
from passerby.redact.plan.plan import Plan
from passerby.times import format_timecode

LEAKS_TOLD = 5  # times, in a line


@dataclass(frozen=True, slots=True, kw_only=True)
class RedactedVideo(MadeCopy):
    """A copy of a video."""

    rendered: Rendered
    audit: Audit | None

    @property
    def is_leaky(self) -> bool:
        """Whether its audit failed."""
        return self.audit is not None and self.audit.failed


def redact_video(request: Request, models: ModelSource, on_progress: OnProgress) -> RedactedVideo:
    """Make a redacted copy of a video, and its plan beside it.

    Raises UsageError for what cannot be asked, MediaError for an original that cannot be read or is damaged,
    MissingModelError, OutputError when the copy cannot be written; after an error there is no file at the target that
    was not there before. Raises LeakError when its audit finds something and it is not to be kept: the plan is there
    then, and what was found is the error's ``found``, a ``RedactedVideo``. Raises DoubtError, and keeps the plan, where
    a person should look first, if that was asked for.
    """
    began = datetime.now(UTC)
    check_paths(request)
    with unfinished(request.target, request.run) as part:
        check_video(request, models)
        source = read_original(request, on_progress)
        # Through its file and back: the copy is then what the file alone gives again.
        plan = plan_file.parse(plan_file.dump(_plan(request, source, models, on_progress)), "the plan")
        if request.leave_doubtful:
            _require_no_doubt(request, plan)
        rendered = render(
            request.source,
            part,
            plan,
            _telling(request, "writing", on_progress),
            allow_copy=request.allow_copy,
            cover=CoverHider(plan.policy, models, request.text_reader),
            coding=request.coding,
        )
        source.check_unchanged()
        check_done(request.source, plan, rendered)
        found = audit(request.source, part, models, on_progress, plan=plan) if request.audit else None
        made = RedactedVideo(
            request=request,
            plan=plan,
            original_bytes=request.source.stat().st_size,
            copy_sha256="",
            began=began,
            ended=datetime.now(UTC),
            rendered=rendered,
            audit=found,
        )
        if made.is_leaky and not request.keep_leaky:
            plan_file.save(plan, request.plan_target)
            raise LeakError(f"{request.target}: not written, since its audit failed: {_leaks_in_words(made)}", made)
        digest = finish_copy(part, request, plan, keeps_plan=True)
    return replace(made, copy_sha256=digest, ended=datetime.now(UTC))


def _require_no_doubt(request: Request, plan: Plan) -> None:
    """Raises DoubtError if a person should look at a new plan before its copy is made; it is kept then."""
    if doubts := doubts_of_plan(plan):
        plan_file.save(plan, request.plan_target)
        raise DoubtError(
            f"{request.source}: no copy is made, since a person should look first ({doubts_in_words(doubts)}); "
            f"look at its plan, {request.plan_target}, and give it back with --plan"
        )


def _leaks_in_words(made: RedactedVideo) -> str:
    if made.audit is None:
        return ""
    times = sorted({leak.time for track in made.audit.tracks for leak in track.leaks if leak.begins_run})
    told = ", ".join(map(format_timecode, times[:LEAKS_TOLD]))
    more = f" and {len(times) - LEAKS_TOLD} times more" if len(times) > LEAKS_TOLD else ""
    first = f"; from {told}{more} on" if times else ""
    return f"{made.audit.verdict}{first}; the plan is kept: {made.request.plan_target}"


def look_at_video(request: Request, models: ModelSource, on_progress: OnProgress) -> Plan:
    """The plan of a copy that is not made. Raises as ``redact_video`` does."""
    check_asked(request)
    source = read_original(request, on_progress)
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
            join_tracks=request.join_tracks,
            margins=request.margins,
        )
    given = load_plan(request.plan, source)
    tracks = join_all(given.tracks, given.original.time_base) if request.join_tracks else given.tracks
    return replace(given, policy=request.policy, tracks=decided(given.original, request.policy, tracks))


def _telling(request: Request, step: Literal["looking", "writing"], on_progress: OnProgress) -> OnSeconds:
    def tell(done: float, total: float | None) -> None:
        on_progress(Progress(request.source, step, done, total))

    return tell
