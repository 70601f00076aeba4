"""Auditing a copy closely, with a page of what shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from passerby.errors import UnknownError
from passerby.progress import OnProgress
from passerby.redact.audit.result import Audit
from passerby.service.copy_folder import read_answer, shows_more, verdict_line
from passerby.service.jobs.base import JobResult, JobTools, ServerJob
from passerby.store.library import Store


@dataclass(frozen=True, slots=True)
class AuditJob(ServerJob):
    """The copy's newest audit comes of it. Its page is kept outside of the library, until the server ends."""

    kind: ClassVar[str] = "audit"
    copy: str  # its id
    name: str  # of its file

    @classmethod
    def from_json(cls, request: Mapping[str, Any]) -> "AuditJob":
        return cls(request["copy"], request["name"])

    def to_json(self) -> dict[str, Any]:
        return {"copy": self.copy, "name": self.name}

    def folders(self, tools: JobTools) -> tuple[str, ...]:
        return (tools.copy_folder(self.copy).location,)

    def run(self, tools: JobTools, on_progress: OnProgress) -> JobResult:
        audit = self._audit(tools, on_progress)
        found, folder = audit.document(), tools.copy_folder(self.copy)
        try:
            with tools.committing() as store:  # in which nobody removes it
                manifest = folder.read_manifest()
                if store.files.get("copy", self.copy) is None:
                    raise FileNotFoundError
                folder.write_manifest(manifest | {"state": audit.state, "audit": found})
                if shows_more(manifest["audit"], found):
                    store.copies.withdraw(self.copy)
        except FileNotFoundError as error:
            raise UnknownError(f"the copy {self.name} was removed meanwhile") from error
        return JobResult(False, verdict_line(found), {"copy": self.copy, "audit": found})

    def _audit(self, tools: JobTools, on_progress: OnProgress) -> Audit:
        folder = tools.copy_folder(self.copy)
        with tools.open_store() as store:
            answers = list(map(read_answer, store.copies.answers(self.copy)))
        with (
            tools.original(on_progress) as original,
            folder.blobs.local(folder.media(self.name), tools.spool) as media,
            folder.blobs.local(folder.plan(self.name), tools.spool) as plan,
        ):
            return tools.redaction.audit(
                original,
                media,
                every=1,
                plan=plan,
                report=report_page(tools.scratch, tools.job),
                answers=answers,
                on_progress=on_progress,
            )


def report_page(scratch: Path, job: str) -> Path:
    """Where the page of an audit is, if there is one."""
    return scratch / f"{job}.html"


def remove_pages_of_forgotten(store: Store, scratch: Path) -> None:
    """Another server may have been asked to forget their videos, with which their jobs have gone."""
    for page in scratch.glob("*.html"):
        if store.jobs.get(page.stem) is None:
            page.unlink(missing_ok=True)
