"""What would leave with a bag, before it is made: each file by its path, its size, and its hash where it is known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from passerby.documents import Document
from passerby.evidence.bag import COPIES, PLAN, REPORT, BaggedCopy
from passerby.evidence.digests import digests
from passerby.evidence.group_proof import GROUPS
from passerby.evidence.intake import Intake, record_hash
from passerby.files.spool import Spool
from passerby.store.blobs.base import blob_name
from passerby.store.evidence import StoredIntake
from passerby.store.library import Store

Content = Literal["original", "beside", "copy", "noted", "custody", "found", "report", "proof"]
# What each bag has besides its items.
_PROOFS = (
    "data/log.json", "bagit.txt", "bag-info.txt", "manifest-sha256.txt", "manifest-sha512.txt",
    "tagmanifest-sha256.txt", "tagmanifest-sha512.txt", "signature/key.pem", "signature/manifest-sha512.sig",
    "verify.sh", "verify.html", "README.txt",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LeavingFile:
    """One file of a bag that is not made yet."""

    path: str  # in the bag
    content: Content
    size: int | None = None  # bytes; None: it is written when the bag is made
    sha256: str = ""  # in hex; "" where the size is None

    def document(self) -> Document:
        return {"path": self.path, "content": self.content, "size": self.size, "sha256": self.sha256}


@dataclass(frozen=True, slots=True)
class BagPreview:
    """All files of a bag that is not made yet."""

    sealed: bool
    files: tuple[LeavingFile, ...]

    @property
    def size(self) -> int:
        """Bytes, of the files whose sizes are known: all large ones."""
        return sum(file.size or 0 for file in self.files)

    def document(self) -> Document:
        originals = sum(file.content == "original" for file in self.files)
        return {
            "sealed": self.sealed,
            "originals": originals,
            "size": self.size,
            "files": [file.document() for file in self.files],
        }


def preview(
    store: Store,
    spool: Spool,
    items: Sequence[StoredIntake],
    made: Mapping[str, Sequence[BaggedCopy]],
    *,
    sealed: bool,
) -> BagPreview:
    """What a bag with these items and copies would have in it."""
    files = [file for item in items for file in _of_item(store, spool, item, made.get(item.video, ()), sealed=sealed)]
    files.append(LeavingFile("data/report.html", "report"))
    return BagPreview(sealed, (*files, *(LeavingFile(path, "proof") for path in _PROOFS)))


def _of_item(
    store: Store, spool: Spool, item: StoredIntake, copies: Sequence[BaggedCopy], *, sealed: bool
) -> Iterator[LeavingFile]:
    folder, intake = f"data/items/{item.video[:16]}", Intake.read(item.record)
    if not sealed:
        size = intake.digests.size
        yield LeavingFile(f"{folder}/original/{intake.name}", "original", size, intake.digests.sha256)
        entry = intake.original.partition("/")[0]
        for sidecar in intake.sidecars:
            with store.blobs.local(blob_name("original", entry, sidecar.name), spool) as path:
                size = path.stat().st_size
            yield LeavingFile(f"{folder}/sidecars/{sidecar.name}", "beside", size, sidecar.sha256)
        yield LeavingFile(f"{folder}/insights.json", "found")
    for number, copy in enumerate(copies, 1):
        place, size = f"{folder}/{COPIES}/{number}", copy.path.stat().st_size
        yield LeavingFile(f"{place}/{copy.path.name}", "copy", size, copy.report["copy"]["sha256"])
        yield LeavingFile(f"{place}/{REPORT}", "copy")
        yield LeavingFile(f"{place}/{GROUPS}", "proof")  # where it can be shown, which only reading both films tells
        if copy.plan is not None and not sealed:
            yield LeavingFile(f"{place}/{PLAN}", "copy", copy.plan.stat().st_size, digests(copy.plan).sha256)
    yield LeavingFile(f"{folder}/intake.json", "noted", len(item.record.encode()), record_hash(item.record))
    yield LeavingFile(f"{folder}/custody.json", "custody")
