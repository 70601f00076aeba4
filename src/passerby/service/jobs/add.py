"""Adding a file or folder of the server's, or a file that was uploaded."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from passerby.callers import WATCH
from passerby.documents import Document
from passerby.errors import ForgottenError, GoneError, UsageError
from passerby.object_storage.address import Location, ObjectAddress, location
from passerby.pipeline.outcome import Outcome
from passerby.progress import OnProgress
from passerby.service.jobs.base import JobResult, JobTools, Leftover, ServerJob
from passerby.settings import Settings
from passerby.store.library import Address, open_store

_BETWEEN_ROOTS = re.compile(":(?!//)")


@dataclass(frozen=True, slots=True)
class AddJob(ServerJob):
    """What is at ``path`` is added; a file that was uploaded, or recorded, belongs to its video then."""

    kind: ClassVar[str] = "add"
    is_one_unit: ClassVar[bool] = False
    path: Location
    upload: str = ""  # the name of the original that was uploaded, or recorded
    size: int = 0  # bytes of that
    written: int = 0  # when that was written to, if it is still to become an original
    source: str = ""  # that it comes from; of what was recorded the segment has the name of the original

    @classmethod
    def ask(cls, path: str, settings: Settings) -> "AddJob":
        """Raises UsageError for what is not there, or lies under none of the server's roots."""
        roots = [location(root) for root in _BETWEEN_ROOTS.split(settings.roots) if root]
        asked = location(path)
        if isinstance(asked, ObjectAddress):
            if any(isinstance(root, ObjectAddress) and asked.is_under(root) for root in roots):
                return cls(asked)
        elif (real := _real_path(asked)) is not None and any(
            isinstance(root, Path) and real.is_relative_to(root.resolve()) for root in roots
        ):
            return cls(real)
        raise UsageError(f"{path}: expected a file or folder under one of the server's roots (PASSERBY_ROOTS)")

    @classmethod
    def from_json(cls, request: Mapping[str, Any]) -> "AddJob":
        told = request.get("upload", ""), request.get("bytes", 0), request.get("written", 0)
        return cls(location(request["path"]), *told, request.get("source", ""))

    def to_json(self) -> dict[str, Any]:
        uploaded = {"upload": self.upload, "bytes": self.size} if self.upload else {}
        written = {"written": self.written} if self.written else {}
        recorded = {"source": self.source} if self.source else {}
        return {"path": str(self.path), **uploaded, **written, **recorded}

    def document(self) -> Document:
        return {name: value for name, value in self.to_json().items() if name not in ("path", "written")} | {
            "name": self.path.name
        }

    @property
    def can_retry(self) -> bool:
        return not self.upload or bool(self.source)  # a file that was uploaded is gone then

    def leftovers(self, job: str) -> tuple[Leftover, ...]:
        if self.source:  # what was recorded is nowhere else
            return ()
        return (Leftover("original", self.upload), Leftover("upload", self.upload)) if self.upload else ()

    def folders(self, tools: JobTools) -> tuple[str, ...]:
        return (str(self.path).rpartition("/")[0],)

    def takes_in(self, file: Location) -> bool:
        return self.path == file

    def run(self, tools: JobTools, on_progress: OnProgress) -> JobResult:
        if self.upload:
            self._become_original(tools)
        added = tools.library.add(str(self.path), on_progress=on_progress, server_job=tools.job)
        if any(outcome.error == GoneError.__name__ for outcome in added):
            raise GoneError("the library's database went away meanwhile; what was not finished is added again")
        # Of what was forgotten meanwhile nothing is told.
        outcomes = [outcome for outcome in added if outcome.error != ForgottenError.__name__]
        videos = [outcome.video_id for outcome in outcomes if outcome.video_id]
        if self.upload:
            self._settle(tools, videos)
        if self.source and videos:
            _collect(tools.settings.library, self.source, videos)
        counts = {
            status: sum(outcome.status == status for outcome in outcomes)
            for status in ("done", "skipped", "damaged", "failed")
        }
        messages = [outcome.message for outcome in outcomes if outcome.message]
        return JobResult(
            not videos,
            "; ".join(messages[:3]),
            {"videos": videos, "counts": counts} | ({} if videos else _error_of(outcomes)),
            video=videos[0] if len(outcomes) == 1 and videos else "",
        )

    def _become_original(self, tools: JobTools) -> None:
        """Where that takes long: it is not done while somebody waits for an answer."""
        with tools.open_store() as store:
            if store.files.get("upload", self.upload) is not None:
                store.blobs.received(self.upload).become(self.path.name, self.size, self.written)
                store.files.drop("upload", self.upload)

    def _settle(self, tools: JobTools, videos: list[str]) -> None:
        """An uploaded file belongs to its video from now on; it is removed if it is none, or is there already.

        What was recorded, and cannot be looked through, stays.
        """
        if self.source and videos:
            with tools.open_store() as store, suppress(ForgottenError):  # whoever forgot it wanted no segment either
                store.streams.settle_segment(self.upload, videos[0])
        with tools.committing() as store:
            video = store.sink.video(videos[0]) if videos else None  # it may have gone to the trash meanwhile
            if video is not None and video.path == str(self.path):
                store.files.finish("original", self.upload, video.id)
            elif videos or not self.source:
                store.files.drop("original", self.upload)


def _collect(library: Address, source: str, videos: Sequence[str]) -> None:
    """What came of a source is in a collection of its name."""
    with open_store(library, create=False) as store:
        known = next((each.id for each in store.collections.all() if each.name == source), "")
        store.collections.put(known or store.collections.make(source, "", WATCH.name, is_case=False), videos)


def _error_of(outcomes: Sequence[Outcome]) -> dict[str, str]:
    """The name of the first error, as other jobs that fail have it in their results."""
    return next(({"error": outcome.error} for outcome in outcomes if outcome.error), {})


def _real_path(path: Path) -> Path | None:
    """Where a path leads; None for what is not there."""
    try:
        real = path.resolve()
        return real if real.exists() else None
    except (OSError, ValueError):  # too long, with a null, in a circle
        return None
