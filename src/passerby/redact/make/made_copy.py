"""What every copy goes through first and last, be it of a video or of a still image, and what is known of it then."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from passerby.evidence.credentials import signed
from passerby.files.content import Source
from passerby.files.publish import publish
from passerby.progress import OnProgress, Progress
from passerby.redact.make.request import Request
from passerby.redact.make.statement import statement_of
from passerby.redact.plan import plan_file
from passerby.redact.plan.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeCopy:
    """A copy that was made."""

    request: Request
    plan: Plan
    original_bytes: int
    copy_sha256: str  # "" for a copy that was not kept, since its audit failed
    began: datetime  # UTC
    ended: datetime

    @property
    def is_kept(self) -> bool:
        """Whether the copy is there."""
        return bool(self.copy_sha256)


def read_original(request: Request, on_progress: OnProgress) -> Source:
    """What the file holds that a copy is to be made of. Raises UnreadableError."""
    return Source.read(request.source, lambda done: on_progress(Progress(request.source, "reading", done, None)))


def finish_copy(part: Path, request: Request, plan: Plan, *, is_film: bool) -> str:
    """Sign what was written, if that is asked for, and give it its name, the plan of a film beside it; its SHA-256.

    Raises OutputError.
    """
    with signed(part, request.target, statement_of(plan, is_film=is_film), request.signing) as whole:
        with whole.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if is_film:
            plan_file.save(plan, request.plan_target)
        publish(whole, request.target)
    return digest
