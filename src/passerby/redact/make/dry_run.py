"""What copies would be made and how, with all that is checked before the first frame; nothing is written."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from passerby.documents import Document
from passerby.errors import OutputError, PasserbyError
from passerby.files.content import Source
from passerby.files.publish import nearest_folder
from passerby.models.source import ModelSource
from passerby.redact.look.looker import Looker
from passerby.redact.make.folder import contents
from passerby.redact.make.folder_contents import FolderEntry
from passerby.redact.make.folder_record import FolderRecord
from passerby.redact.make.preflight import LeftOut, check_paths, check_video
from passerby.redact.make.redacted_still import check_still, is_still
from passerby.redact.make.redacted_video import load_plan
from passerby.redact.make.request import Request
from passerby.redact.plan.choice import decided
from passerby.redact.plan.policy import Policy

NOTHING = LeftOut((), (), ())
DryStatus = Literal["would be made", "made before", "left out", "refused"]


@dataclass(frozen=True, slots=True)
class DryFile:
    """What would become of one file."""

    source: Path
    status: DryStatus
    copy: Path | None = None  # None where there would be none
    message: str = ""  # why there would be none
    left_out: LeftOut = NOTHING  # of the original

    def document(self) -> Document:
        """One of the ``files`` of ``redact --dry-run --json``."""
        return {
            "path": str(self.source),
            "status": self.status,
            "copy": "" if self.copy is None else str(self.copy),
            "message": self.message,
            "dropped": list(self.left_out.streams),
            "metadata_dropped": list(self.left_out.tags),
            "notes": list(self.left_out.notes),
        }


@dataclass(frozen=True, slots=True)
class DryRun:
    """What was asked for, and what would become of each file."""

    policy: Policy
    models: tuple[str, ...]  # names of those that would look and listen
    files: tuple[DryFile, ...]


def dry_run(request: Request, models: ModelSource) -> DryRun:
    """Of one file. Raises as ``redact_file`` does for what can be refused before the look."""
    file = DryFile(request.source, "would be made", request.target, "", _checked(request, models))
    return DryRun(request.policy, _looking(request, models), (file,))


def dry_run_of_folder(request: Request, models: ModelSource, sources: Sequence[Path]) -> DryRun:
    """Of several files and folders. Raises as ``redact_folder`` does for what cannot be asked of them."""
    looking = _looking(request, models)
    return DryRun(request.policy, looking, tuple(_files(request, models, sources)))


def _files(request: Request, models: ModelSource, sources: Sequence[Path]) -> Iterator[DryFile]:
    record = FolderRecord(request, models)
    for one in contents(request, sources):
        if isinstance(one, PasserbyError):
            yield DryFile(request.source, "refused", None, str(one))
        elif one.copy is None:
            yield DryFile(one.source, "left out", None, one.why)
        elif not request.overwrite and record.has(one.source, one.copy):
            yield DryFile(one.source, "made before", one.copy)
        else:
            yield _file(request, models, one, one.copy)


def _file(request: Request, models: ModelSource, one: FolderEntry, copy: Path) -> DryFile:
    try:
        left_out = _checked(replace(request, source=one.source, target=copy, makes_folders=True), models)
    except PasserbyError as error:
        return DryFile(one.source, "refused", None, str(error))
    return DryFile(one.source, "would be made", copy, "", left_out)


def _checked(request: Request, models: ModelSource) -> LeftOut:
    """What of an original would not be in its copy. Raises for what would be refused."""
    folder = nearest_folder(request.target)
    if not os.access(folder, os.W_OK):
        raise OutputError(f"{folder}: expected a folder that may be written; change its permissions, or name another")
    if is_still(request.source):
        return replace(NOTHING, tags=check_still(request).metadata)
    check_paths(request)
    left_out = check_video(request, models)
    if request.plan is not None:
        given = load_plan(request.plan, Source.read(request.source, lambda done: None))
        decided(given.original, request.policy, given.tracks)
    return left_out


def _looking(request: Request, models: ModelSource) -> tuple[str, ...]:
    """Raises MissingModelError, and UsageError for an object that no model knows."""
    if request.plan is not None:  # nothing is looked for then
        return ()
    looking = [name for name, _ in Looker(request.policy, models, text_reader=request.text_reader).models]
    listening = [request.speech_model or models.name_for("transcription")] if request.policy.audio.pii else []
    return (*looking, *listening)
