"""The job of copying one file of a folder, as an executor has it done."""

from dataclasses import dataclass, replace
from pathlib import Path

from passerby.errors import OutputError, WorkerError
from passerby.models.source import ModelSource
from passerby.progress import OnProgress
from passerby.redact.make.redacted_still import RedactedStill, is_still, redact_file
from passerby.redact.make.redacted_video import RedactedVideo
from passerby.redact.make.request import Request
from passerby.redact.plan.policy import Accompaniment


@dataclass(frozen=True, slots=True)
class FileResult:
    """What became of one file of the folder."""

    source: Path
    copy: Path | None  # where its copy is to be; None where it was left out, or could not even be listed
    redacted: RedactedVideo | RedactedStill | None  # None if it failed, or was left out
    error: Exception | None
    left_out: str = ""  # why; "" for a file that was to be copied
    made_before: bool = False  # its copy is there, and is what would be made


@dataclass(frozen=True, slots=True)
class CopyJob:
    """One file, and all that is needed to make its copy, anywhere."""

    request: Request
    models: ModelSource

    @property
    def name(self) -> str:
        return f"passerby {self.request.source.name}"

    def run(self, on_progress: OnProgress) -> FileResult:
        """Make it; whatever goes wrong is this file's, and there is no copy then."""
        request = self.request
        if is_still(request.source):
            request = replace(request, policy=request.policy.without(Accompaniment))
        try:
            make_folder(request.target.parent)
            return FileResult(request.source, request.target, redact_file(request, self.models, on_progress), None)
        except Exception as error:  # the job's outer door
            return self.failed(error)

    def lost_result(self, reason: str, tries: int) -> FileResult:
        told = f"{self.request.source}: its worker {reason}, {tries} times; there is no copy of it, other files go on"
        return self.failed(WorkerError(told))

    def failed(self, error: Exception) -> FileResult:
        return FileResult(self.request.source, self.request.target, None, error)


def make_folder(folder: Path) -> None:
    """Raises OutputError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder}: the folder cannot be made ({error.strerror})") from error
