"""The folder of one copy: the copy, its plan and its manifest, and what is told of its audits."""

import json
import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from passerby.documents import Document
from passerby.redact.audit.result import Answer
from passerby.redact.audit.verdict import WORDS
from passerby.store.copies import StoredAnswer
from passerby.store.library import Address, blobs_of


@dataclass(frozen=True, slots=True)
class CopyFolder:
    """Where the parts of a copy are."""

    path: Path

    @classmethod
    def of(cls, library: Address, copy: str) -> "CopyFolder":
        """That of a copy, by its id, in the library at this address."""
        return cls(blobs_of(library).path("copy", copy))

    @property
    def manifest(self) -> Path:
        return self.path / "manifest.json"

    def media(self, name: str) -> Path:
        """The copy itself, a file of this name."""
        return self.path / name

    def plan(self, name: str) -> Path:
        """The plan of the copy of this name."""
        return self.path / f"{name}.plan.json"

    def read_manifest(self) -> dict[str, Any]:
        """Raises FileNotFoundError for a copy that is being forgotten, or was removed."""
        manifest: dict[str, Any] = json.loads(self.manifest.read_text("utf-8"))
        return manifest

    def write_manifest(self, manifest: Document) -> None:
        """Write what is known of the copy, in one step."""
        part = self.path / ".manifest.json"
        part.write_text(json.dumps(manifest, ensure_ascii=False, indent=1), "utf-8")
        os.replace(part, self.manifest)


def read_answer(stored: StoredAnswer) -> Answer:
    """An answer as ``redact.answers`` takes it."""
    times, boxes = zip(*stored.leaks, strict=True)
    return Answer(stored.reason, stored.user, stored.time, times, boxes)


def shows_more(before: Document, now: Document) -> bool:
    """Whether an audit tells of more than an earlier one: who let viewers see the copy did not know of that."""
    told, known = (Counter(face["plan_track"] for face in audit.get("shown_on_purpose", [])) for audit in (now, before))
    return now["state"] == "failed" or bool(told - known)


def verdict_line(audit: Document) -> str:
    """The state of a copy and why, in one line."""
    return f"{WORDS[audit['state']]}: {audit['verdict']}"
