"""The folder of one copy: the copy, its plan and its manifest, and what is told of its audits."""

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

from passerby.documents import Document
from passerby.redact.audit.result import Answer
from passerby.redact.audit.verdict import WORDS
from passerby.store.blobs.base import Blobs, blob_name
from passerby.store.copies import StoredAnswer
from passerby.store.library import Address, blobs_of

MANIFEST = "manifest.json"


def plan_name(name: str) -> str:
    """What the plan is called of the copy of this name."""
    return f"{name}.plan.json"


def manifest_bytes(manifest: Document) -> bytes:
    """What is known of a copy, as its file."""
    return json.dumps(manifest, ensure_ascii=False, indent=1).encode()


@dataclass(frozen=True, slots=True)
class CopyFolder:
    """Where the parts of a copy are among the files of a library, by their names there."""

    blobs: Blobs
    copy: str  # its id

    @classmethod
    def of(cls, library: Address, copy: str) -> "CopyFolder":
        """That of a copy in the library at this address."""
        return cls(blobs_of(library), copy)

    @property
    def location(self) -> str:
        return self.blobs.location(blob_name("copy", self.copy))

    @property
    def manifest(self) -> str:
        return blob_name("copy", self.copy, MANIFEST)

    def media(self, name: str) -> str:
        """The copy itself, a file of this name."""
        return blob_name("copy", self.copy, name)

    def plan(self, name: str) -> str:
        """The plan of the copy of this name."""
        return blob_name("copy", self.copy, plan_name(name))

    def read_manifest(self) -> dict[str, Any]:
        """Raises FileNotFoundError for a copy that is being forgotten, or was removed."""
        manifest: dict[str, Any] = json.loads(self.blobs.read(self.manifest))
        return manifest

    def write_manifest(self, manifest: Document) -> None:
        """Write what is known of the copy, in one step."""
        self.blobs.write(self.manifest, manifest_bytes(manifest))


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
