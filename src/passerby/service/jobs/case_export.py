"""Writing a case as a bag that can be downloaded."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar
from zipfile import ZIP_STORED, ZipFile

from passerby.casework.casework import Casework
from passerby.documents import Document
from passerby.errors import OutputError, UnknownError
from passerby.evidence.bag import BaggedCopy
from passerby.files.spool import Spool
from passerby.progress import OnProgress, Progress
from passerby.service.copy_folder import CopyFolder
from passerby.service.jobs.base import JobResult, JobTools, ServerJob
from passerby.settings import Settings
from passerby.store.library import Store
from passerby.wording import counted


@dataclass(frozen=True, slots=True)
class BagJob(ServerJob):
    """The bag of a case, by its id, as a ZIP. It is kept outside of the library, until the server ends."""

    kind: ClassVar[str] = "bag"
    is_one_unit: ClassVar[bool] = False
    case: str
    sealed: bool
    copies: tuple[str, ...] = ()  # that go along, by their ids

    @classmethod
    def from_json(cls, request: Mapping[str, Any]) -> "BagJob":
        return cls(request["case"], request["sealed"], tuple(request["copies"]))

    def to_json(self) -> dict[str, Any]:
        return {"case": self.case, "sealed": self.sealed, "copies": list(self.copies)}

    def document(self) -> Document:
        return {"sealed": self.sealed}  # others see jobs than those who see the case

    def folders(self, tools: JobTools) -> tuple[str, ...]:
        return (str(tools.scratch),)

    def run(self, tools: JobTools, on_progress: OnProgress) -> JobResult:
        casework = Casework(tools.library_of_asker)
        folder, target = tools.scratch / f"{tools.job}-bag", bag_file(tools.scratch, tools.job)
        try:
            shutil.rmtree(folder, ignore_errors=True)  # of an attempt that was cut short
            items = [item.video for item in casework.items(self.case)]
            with copies_to_bag(tools.settings, self.copies) as made:
                self._require_room(tools.scratch, casework.preview(self.case, made, sealed=self.sealed).size)
                casework.export(self.case, folder, sealed=self.sealed, made=made)
            _pack(folder, target, on_progress)
            self._require_items(tools, items)
        except BaseException:
            target.unlink(missing_ok=True)
            raise
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        told = {"items": items, "sealed": self.sealed, "size": target.stat().st_size, "key": casework.key_hash()}
        return JobResult(False, f"{counted(len(items), 'item')}{', sealed' if self.sealed else ''}", told)

    def _require_room(self, scratch: Path, size: int) -> None:
        free = shutil.disk_usage(scratch).free
        if free < size:
            raise OutputError(f"expected room for {size} bytes among temporary files (TMPDIR), found {free}")

    def _require_items(self, tools: JobTools, items: list[str]) -> None:
        with tools.committing() as store:
            if len(store.videos.with_ids(items)) < len(items):
                raise UnknownError("an item of the case was forgotten meanwhile")


def bag_file(scratch: Path, job: str) -> Path:
    """Where the bag of a job is, if there is one."""
    return scratch / f"{job}.zip"


def remove_left_bags(store: Store, scratch: Path) -> None:
    """Remove bags whose jobs went with an item that was forgotten, and what jobs that were stopped had begun."""
    for path in scratch.glob("*.zip"):
        if store.jobs.get(path.stem) is None:
            path.unlink(missing_ok=True)
    for folder in scratch.glob("*-bag"):
        job = store.jobs.get(folder.name.removesuffix("-bag"))
        if job is None or job.has_ended:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def copies_to_bag(settings: Settings, copies: Sequence[str]) -> Iterator[dict[str, list[BaggedCopy]]]:
    """Copies, by their ids, with their files on this machine for the block. Raises UnknownError if one is gone."""
    spool, made = Spool.of(settings), dict[str, list[BaggedCopy]]()
    with ExitStack() as held:
        for copy in copies:
            folder = CopyFolder.of(settings.library, copy)
            try:
                report = folder.read_manifest()
            except FileNotFoundError as error:
                raise UnknownError("a copy was removed meanwhile; export the case again") from error
            name = report["copy"]["name"]
            path, plan = (
                held.enter_context(folder.blobs.local(part, spool)) for part in (folder.media(name), folder.plan(name))
            )
            made.setdefault(report["original"]["sha256"], []).append(BaggedCopy(path, report, plan=plan))
        yield made


def _pack(folder: Path, target: Path, on_progress: OnProgress) -> None:
    """Move all files of a folder into a ZIP, one by one, so that little room is needed besides."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    with ZipFile(target, "w", ZIP_STORED) as archive:
        for number, path in enumerate(files, 1):
            archive.write(path, Path("bag") / path.relative_to(folder))
            path.unlink()
            on_progress(Progress(Path(path.name), "writing", number, len(files)))
