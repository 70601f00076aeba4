"""Copying originals into a library bit for bit, and noting how they came."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from passerby.clock_state import clock_state
from passerby.dates import Clock, format_date, format_moment
from passerby.documents import Document
from passerby.errors import UnreadableError
from passerby.evidence import sidecars
from passerby.evidence.digests import Digests, digests
from passerby.evidence.intake import Acquisition, Intake, TakenSidecar, record_hash
from passerby.files.safe_name import safe_name
from passerby.library import Library
from passerby.media.read.device import device
from passerby.media.read.probe import probe
from passerby.object_storage.address import location
from passerby.store.audit_log import Action, Detail
from passerby.store.blobs.base import blob_name
from passerby.store.evidence import StoredIntake
from passerby.store.library import Store, open_store
from passerby.version import __version__

TAKING = "(taking)"  # whose an original is until it is an item
STALE_SECONDS = 86_400.0  # after which what a killed run has left is removed
SIDECAR = "sidecar-"  # before the name of a file beside an original


@dataclass(frozen=True, slots=True)
class Taking:
    """What became of one file that was to be taken."""

    path: Path
    status: str  # "taken", "taken before", "failed"
    video: str = ""
    message: str = ""  # a line

    def document(self) -> Document:
        """One row of ``evidence take --json``."""
        return {"path": str(self.path), "status": self.status, "id": self.video, "message": self.message}


class Intaker:
    """Takes files into a library, one after the other."""

    def __init__(self, library: Library, acquisition: Acquisition, stages: Sequence[str] | None, clock: Clock) -> None:
        self._library, self._acquisition, self._stages, self._clock = library, acquisition, stages, clock

    def take(self, path: Path, collection: str) -> Taking:
        """Copy one, and put it into the case of that id, if any. Raises MediaError, OutputError, StoreError."""
        entry = secrets.token_hex(16)
        name = safe_name(path.name)
        if name.startswith(SIDECAR):
            name = f"original-{name}"
        with self._store(create=True) as store:
            store.files.claim("original", entry, caller=TAKING)
        try:
            taken, intake = self._copied(path, entry, name)
            if taken.status == "taken":
                self._keep(taken.video, entry, intake, collection)
            else:
                self._drop(entry)
                if collection:
                    self._collect(collection, taken.video)
        except BaseException:
            self._drop(entry)
            raise
        return taken

    def _copied(self, path: Path, entry: str, name: str) -> tuple[Taking, Intake]:
        with self._store() as store, store.blobs.making("original", entry) as folder:
            hashed = digests(path, folder / name)
            beside = self._copy_sidecars(path, folder, hashed)
            intake = _noted(path, folder / name, hashed, self._acquisition, beside, self._clock())
            _keep_time(path, folder / name)
        with self._store() as store:
            known = store.evidence.get(hashed.sha256)
        if known is not None:
            return Taking(path, "taken before", hashed.sha256, f"as {Intake.read(known.record).name}"), intake
        return Taking(path, "taken", hashed.sha256), replace(intake, original=f"{entry}/{name}")

    def _copy_sidecars(self, path: Path, folder: Path, hashed: Digests) -> tuple[TakenSidecar, ...]:
        taken = []
        for sidecar in sidecars.beside(path, hashed):
            name = SIDECAR + safe_name(sidecar.path.name)
            copied = digests(sidecar.path, folder / name)
            found = sidecars.check(replace(sidecar, path=folder / name), hashed)
            taken.append(TakenSidecar(name, sidecar.kind, copied.sha256, found.verdict, found.reason))
        return tuple(taken)

    def _keep(self, video: str, entry: str, intake: Intake, collection: str) -> None:
        """Add what was copied to the library, and keep what was noted of it: in the log first, then beside it."""
        with self._store() as store:
            place = store.blobs.location(blob_name("original", *intake.original.split("/")))
        (outcome,) = self._library.add(str(location(place)), stages=self._stages)
        if not outcome.video_id:
            raise UnreadableError(outcome.message or f"{intake.name}: cannot be added")
        record = intake.written()
        with self._store() as store:
            store.files.finish("original", entry, video)
        if collection:
            self._collect(collection, video)
        self._note("take", video, record=record_hash(record))
        with self._store() as store:
            store.evidence.put(StoredIntake(video, intake.digests.sha512, record, time.time()))

    def _collect(self, collection: str, video: str) -> None:
        with self._store() as store:
            store.collections.put(collection, [video])
        self._note("collect", f"collection:{collection}", number=1)

    def _drop(self, entry: str) -> None:
        with self._store() as store:
            owned = store.files.get("original", entry)
            if owned is not None and not owned.ready:
                store.files.drop("original", entry)

    def remove_stale(self) -> None:
        """What killed runs have left: a file that became that of a video stays, and is the library's."""
        with self._store(create=True) as store:
            left = [owned for owned in store.files.all("original") if owned.caller == TAKING and not owned.ready]
            kept = {Path(video.path).parent.name: video.id for video in store.videos.all()} if left else {}
            for owned in left:
                if owned.name in kept:
                    store.files.finish("original", owned.name, kept[owned.name])
                elif time.time() - owned.created > STALE_SECONDS:
                    store.files.drop("original", owned.name)

    def _note(self, action: Action, subject: str, **details: Detail) -> None:
        self._library.custody.note(self._library.caller, action, subject, **details)

    def _store(self, *, create: bool = False) -> Store:
        return open_store(self._library.settings.library, create=create)


def _noted(
    path: Path, copy: Path, hashed: Digests, acquisition: Acquisition, beside: tuple[TakenSidecar, ...], now: int
) -> Intake:
    """What is noted of a file, of which ``copy`` has the same bytes. Raises MediaError for one that is no video."""
    info = probe(copy)
    recorded = info.recorded
    return Intake(
        name=safe_name(path.name),
        digests=hashed,
        modified=format_date(int(path.stat().st_mtime)),
        taken=format_moment(now),
        clock=clock_state(),
        tool=f"Passerby {__version__}",
        acquisition=acquisition,
        recorded=recorded.as_written if recorded else "",
        zone=recorded.zone if recorded else "",
        zone_source=recorded.zone_source if recorded else "",
        device=device(copy),
        sidecars=beside,
    )


def _keep_time(path: Path, copy: Path) -> None:
    """The copy was last written to when the file was: its date may be all that tells when it was recorded."""
    written = path.stat().st_mtime_ns
    os.utime(copy, ns=(written, written))
