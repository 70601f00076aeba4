"""Making a copy as a plan says, and auditing it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from passerby.documents import Document
from passerby.errors import UsageError
from passerby.files.safe_name import safe_name
from passerby.media.write.containers import kind_of_file
from passerby.progress import OnProgress
from passerby.service.copy_folder import plan_name, verdict_line
from passerby.service.jobs.base import JobResult, JobTools, Leftover, ServerJob, without_folders
from passerby.store.plans import StoredPlan

AUDITED_EVERY = 4  # frames of the original, in the audit that follows each copy
LONGEST_STEM = 40  # characters of the name of an original in that of its copy: at most 160 bytes


@dataclass(frozen=True, slots=True)
class RedactJob(ServerJob):
    """The copy has the id of its job, and lies in the folder of that name."""

    kind: ClassVar[str] = "redact"
    plan: str  # its text
    name: str  # of the copy
    plan_id: str = ""
    plan_version: int = 0
    batch: str = ""  # the id of the one that it is of, if it follows a look of one

    @classmethod
    def ask(cls, plan: StoredPlan, name: str, original: str, batch: str = "") -> "RedactJob":
        """Without a ``name`` the copy is named after its original. Raises UsageError for a name that is none."""
        name = name or f"{Path(safe_name(original)).stem[:LONGEST_STEM]}-safe.mp4"
        if safe_name(name) != name:
            raise UsageError(
                f"{name!r}: expected a name for a video file, such as {safe_name(Path(original).stem)}-safe.mp4"
            )
        kind_of_file(Path(name))
        return cls(plan.text, name, plan.id, plan.version, batch)

    @classmethod
    def from_json(cls, request: Mapping[str, Any]) -> "RedactJob":
        return cls(
            request.get("plan", ""),
            request.get("name", ""),
            request.get("from", ""),
            request.get("version", 0),
            request.get("batch", ""),
        )

    def to_json(self) -> dict[str, Any]:
        asked = {"plan": self.plan, "name": self.name, "from": self.plan_id, "version": self.plan_version}
        return asked | ({"batch": self.batch} if self.batch else {})

    def document(self) -> Document:
        return {name: value for name, value in self.to_json().items() if name != "plan"}

    def leftovers(self, job: str) -> tuple[Leftover, ...]:
        return (Leftover("copy", job),)

    def folders(self, tools: JobTools) -> tuple[str, ...]:
        return (tools.copy_folder(tools.job).location,)

    def run(self, tools: JobTools, on_progress: OnProgress) -> JobResult:
        with tools.committing() as store:
            if store.files.get("copy", tools.job):  # of an attempt that was cut short
                store.files.drop("copy", tools.job)
            store.files.claim("copy", tools.job, tools.video)
            blobs = store.blobs
        with tools.original(on_progress) as source, blobs.making("copy", tools.job) as folder:
            manifest = self._make(tools, source, folder, on_progress)
            with tools.committing():  # nothing is put in the place of what another server has made meanwhile
                pass
        summary, found = manifest["summary"], manifest["audit"]
        with tools.committing() as store:
            tools.copy_folder(tools.job).write_manifest(manifest)
            store.files.finish("copy", tools.job, tools.video)
        return JobResult(
            False,
            verdict_line(found),
            {"copy": tools.job, "name": self.name, "summary": summary, "audit": found},
        )

    def _make(self, tools: JobTools, source: Path, folder: Path, on_progress: OnProgress) -> Document:
        """Write all files of a copy but its manifest, which is what this gives."""
        target, plan, redaction = folder / self.name, folder / plan_name(self.name), tools.redaction
        plan.write_text(self.plan, "utf-8")
        made = redaction.redact(source, target, plan=plan, on_progress=on_progress)
        # For people who do not see the folder, and without what is only true before the audit that follows.
        summary = [without_folders(line, (str(folder),)) for line in made.summary if not line.startswith("audit: ")]
        audit = redaction.audit(source, target, every=AUDITED_EVERY, plan=plan, on_progress=on_progress)
        return made.document() | {"summary": summary, "state": audit.state, "audit": audit.document()}
