"""Which copies in a folder were made, of what and by which wishes: so that a run that was cut short goes on.

A file beside the copies has one JSON object a line. A copy counts as made only if it, its original and all that is
asked are what they were; whatever else is at its place is an error, as without the record.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from passerby.errors import MediaError, OutputError
from passerby.files.content import content_id
from passerby.models.roles import ModelRole
from passerby.models.source import ModelSource
from passerby.redact.make.copy_job import FileResult
from passerby.redact.make.request import Request
from passerby.version import __version__

RECORD = ".passerby-copies.jsonl"
LOOKS: tuple[ModelRole, ...] = ("redacted-faces", "people", "faces")  # whoever does it now may find more than before


@dataclass(frozen=True, slots=True)
class MadeBefore:
    """One line of the record."""

    copy: str  # its path from the folder on
    original_sha256: str
    copy_sha256: str
    asked: str  # a hash of all that decides what is in the copy


class FolderRecord:
    """The record of a folder, as it is when this begins, and then of what is ``note``d."""

    def __init__(self, request: Request, models: ModelSource) -> None:
        """``request`` is that of the whole folder."""
        self._folder, self._path = request.target, request.target / RECORD
        wishes = (
            __version__, request.policy, request.audit, request.keep_leaky, request.allow_copy, request.join_tracks,
            request.allow_truncated,
            request.coding, request.margins, request.signing, request.speech_model, request.text_reader,
            [models.name_for(role) for role in LOOKS],
        )  # fmt: skip
        self._asked = hashlib.sha256(repr(wishes).encode()).hexdigest()
        self._lines = {line.copy: line for line in self._read()}

    def has(self, original: Path, copy: Path) -> bool:
        """Whether the copy is there as it was made, of what the original is now, and by the same wishes."""
        line = self._lines.get(str(copy.relative_to(self._folder)))
        if line is None or line.asked != self._asked or not copy.is_file():
            return False
        try:
            found = [content_id(path, lambda done: None) for path in (original, copy)]
        except MediaError:
            return False  # whoever is to copy it says why
        return found == [line.original_sha256, line.copy_sha256]

    def note(self, result: FileResult) -> None:
        """Keep that a copy was made. Raises OutputError."""
        made = result.redacted
        if made is None or result.copy is None or not made.is_kept:
            return
        where = str(result.copy.relative_to(self._folder))
        line = MadeBefore(where, made.plan.original.sha256, made.copy_sha256, self._asked)
        try:
            with self._path.open("a", encoding="utf-8", errors="surrogateescape") as file:
                file.write(json.dumps(asdict(line)) + "\n")
        except OSError as error:
            raise OutputError(f"{self._path}: cannot be written ({error.strerror}); check the folder") from error

    def _read(self) -> list[MadeBefore]:
        try:
            lines = self._path.read_text("utf-8", errors="surrogateescape").splitlines()
        except OSError:
            return []
        return [read for line in lines if (read := _parsed(line)) is not None]


def _parsed(line: str) -> MadeBefore | None:
    """None for a line that is not one, such as the last of a run that was killed."""
    try:
        return MadeBefore(**json.loads(line))
    except (ValueError, TypeError):
        return None
