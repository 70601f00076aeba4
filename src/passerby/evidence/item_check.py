"""Whether an item of evidence is still what was taken: its bytes, what lies beside it, and what was noted of it."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from pathlib import Path

from passerby.documents import Document
from passerby.errors import PasserbyError
from passerby.evidence.digests import digests
from passerby.evidence.intake import Intake, record_hash
from passerby.files.spool import Spool
from passerby.store.blobs.base import Blobs, blob_name
from passerby.store.evidence import StoredIntake


@dataclass(frozen=True, slots=True)
class ItemCheck:
    """What was found of one item."""

    video: str
    name: str
    faults: tuple[str, ...]  # a line each; none: it is what was taken
    shown: tuple[str, ...] = ()  # of its copies, a line each
    unlike: tuple[str, ...] = ()  # copies that are not what their plans make, a line each

    @property
    def is_sound(self) -> bool:
        return not self.faults and not self.unlike

    def document(self) -> Document:
        """One of ``verify --json``."""
        return {
            "id": self.video,
            "name": self.name,
            "sound": self.is_sound,
            "faults": list(self.faults),
            "unlike": list(self.unlike),
            "shown": list(self.shown),
        }


def check_item(stored: StoredIntake, blobs: Blobs, spool: Spool, noted: Set[str | None]) -> ItemCheck:
    """Read all of its files again. ``noted`` are the hashes of records that the log has for it."""
    try:
        intake = Intake.read(stored.record)
    except ValueError as error:
        return ItemCheck(stored.video, stored.video[:12], (f"what was noted of it cannot be read: {error}",))
    faults = []
    if record_hash(stored.record) not in noted:
        faults.append("what was noted of it is not what the log has the hash of")
    if (stored.video, stored.sha512) != (intake.digests.sha256, intake.digests.sha512):
        faults.append("its hashes are not those that were noted")
    entry, _, name = intake.original.partition("/")
    expected = {name: intake.digests.sha256} | {each.name: each.sha256 for each in intake.sidecars}
    for file, sha256 in expected.items():
        faults += _faults_of(blobs, spool, (entry, file), sha256, intake.digests.sha512 if file == name else "")
    return ItemCheck(stored.video, intake.name, tuple(faults))


def _faults_of(blobs: Blobs, spool: Spool, file: tuple[str, str], sha256: str, sha512: str) -> list[str]:
    entry, name = file
    try:
        with blobs.local(blob_name("original", entry, name), spool) as path:
            found = digests(Path(path))
    except PasserbyError as error:
        return [f"{name}: {error}"]
    if found.sha256 != sha256 or (sha512 and found.sha512 != sha512):
        return [f"{name}: its bytes are not what was taken"]
    return []
