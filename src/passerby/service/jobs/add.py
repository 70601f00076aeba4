"""Adding a file or folder of the server's, or a file that was uploaded."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from passerby.documents import Document
from passerby.errors import ForgottenError, GoneError, UsageError
from passerby.progress import OnProgress
from passerby.service.jobs.base import JobResult, JobTools, Leftover, ServerJob
from passerby.settings import Settings


@dataclass(frozen=True, slots=True)
class AddJob(ServerJob):
    """What is at ``path`` is added; an uploaded file belongs to its video then."""

    kind: ClassVar[str] = "add"
    is_one_unit: ClassVar[bool] = False
    path: Path
    upload: str = ""  # the name of the original that was uploaded
    size: int = 0  # bytes of that

    @classmethod
    def ask(cls, path: str, settings: Settings) -> "AddJob":
        """Raises UsageError for what is not there, or lies under none of the server's roots."""
        roots = [Path(root).resolve() for root in settings.roots.split(":") if root]
        try:
            real = Path(path).resolve()
            is_there = real.exists()
        except (OSError, ValueError):  # too long, with a null, in a circle
            is_there = False
        if not is_there or not any(real.is_relative_to(root) for root in roots):
            raise UsageError(f"{path}: expected a file or folder under one of the server's roots (PASSERBY_ROOTS)")
        return cls(real)

    @classmethod
    def from_json(cls, request: Mapping[str, Any]) -> "AddJob":
        return cls(Path(request["path"]), request.get("upload", ""), request.get("bytes", 0))

    def to_json(self) -> dict[str, Any]:
        uploaded = {"upload": self.upload, "bytes": self.size} if self.upload else {}
        return {"path": str(self.path), **uploaded}

    def document(self) -> Document:
        return {name: value for name, value in self.to_json().items() if name != "path"} | {"name": self.path.name}

    def leftovers(self, job: str) -> tuple[Leftover, ...]:
        return (Leftover("original", self.upload),) if self.upload else ()

    def folders(self, tools: JobTools) -> tuple[Path, ...]:
        return (self.path.parent,)

    def takes_in(self, file: Path) -> bool:
        return self.path == file

    def run(self, tools: JobTools, on_progress: OnProgress) -> JobResult:
        added = tools.library.add(self.path, on_progress=on_progress, server_job=tools.job)
        if any(outcome.error == GoneError.__name__ for outcome in added):
            raise GoneError("the library's database went away meanwhile; what was not finished is added again")
        # Of what was forgotten meanwhile nothing is told.
        outcomes = [outcome for outcome in added if outcome.error != ForgottenError.__name__]
        videos = [outcome.video_id for outcome in outcomes if outcome.video_id]
        if self.upload:
            self._settle(tools, videos)
        counts = {
            status: sum(outcome.status == status for outcome in outcomes)
            for status in ("done", "skipped", "damaged", "failed")
        }
        messages = [outcome.message for outcome in outcomes if outcome.message]
        return JobResult(
            not videos,
            "; ".join(messages[:3]),
            {"videos": videos, "counts": counts},
            video=videos[0] if len(outcomes) == 1 and videos else "",
        )

    def _settle(self, tools: JobTools, videos: list[str]) -> None:
        """An uploaded file belongs to its video from now on; it is removed if it is none, or is there already."""
        with tools.committing() as store:
            video = store.videos.get(videos[0]) if videos else None
            if video is not None and Path(video.path) == self.path.absolute():
                store.files.finish("original", self.upload, video.id)
            else:
                store.files.drop("original", self.upload)
