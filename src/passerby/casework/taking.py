"""Copying originals into a library bit for bit, and noting how they came."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, replace
from pathlib import Path

from passerby.clock_state import clock_state
from passerby.dates import Clock, format_date, format_moment
from passerby.documents import Document
from passerby.errors import PasserbyError
from passerby.evidence import sidecars
from passerby.evidence.digests import Digests, digests
from passerby.evidence.intake import Acquisition, Intake, TakenSidecar, record_hash
from passerby.files.discover import UnreadPlace, video_files
from passerby.files.safe_name import safe_name
from passerby.library import Library
from passerby.media.read.device import device
from passerby.media.read.probe import probe
from passerby.pipeline.outcome import Outcome
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


@dataclass(frozen=True, slots=True)
class _Copied:
    """A file whose bytes are among the library's, and that is no item yet."""

    path: Path
    entry: str  # of the library's files
    intake: Intake
    place: str  # where the library finds it


class Intaker:
    """Takes files into a library: copies each, then has all that are new looked through at once."""

    def __init__(self, library: Library, acquisition: Acquisition, collection: str, clock: Clock) -> None:
        """``collection`` is the id of the case that they are put into, or ""."""
        self._library, self._acquisition, self._collection, self._clock = library, acquisition, collection, clock

    def take(
        self, paths: Sequence[Path], stages: Sequence[str] | None, on_taken: Callable[[Taking], None]
    ) -> list[Taking]:
        """Take files, and those in folders; what became of each, as ``on_taken`` hears of them. Raises StoreError."""
        found: list[Taking] = []

        def tell(taking: Taking) -> None:
            on_taken(taking)
            found.append(taking)

        copied: dict[str, _Copied] = {}  # by where the library finds them
        ids: set[str] = set()
        try:
            for place in video_files(paths):
                if isinstance(place, UnreadPlace):
                    tell(Taking(Path(str(place.location)), "failed", message=place.message))
                    continue
                made = self._copy(Path(str(place.location)), ids)
                if isinstance(made, Taking):
                    tell(made)
                else:
                    copied[made.place] = made
                    ids.add(made.intake.digests.sha256)
            if copied:
                keep = lambda outcome: tell(self._keep(copied.pop(str(outcome.path)), outcome))  # noqa: E731
                self._library.add(*copied, stages=stages, on_outcome=keep)
        finally:
            for left in copied.values():
                self._drop(left.entry)
        return found

    def _copy(self, path: Path, ids: Set[str]) -> _Copied | Taking:
        """Copy a file and what lies beside it, unless it is an item already; what came of it if that is the end."""
        entry = secrets.token_hex(16)
        name = safe_name(path.name)
        if name.startswith(SIDECAR):
            name = f"original-{name}"
        with self._store(create=True) as store:
            store.files.claim("original", entry, caller=TAKING)
        try:
            probe(path)  # what is no video is refused under its own name, before it is copied
            with self._store() as store, store.blobs.making("original", entry) as folder:
                hashed = digests(path, folder / name)
                beside = self._copy_sidecars(path, folder, hashed)
                intake = _noted(path, folder / name, hashed, self._acquisition, beside, self._clock())
                _keep_time(path, folder / name)
            with self._store() as store:
                known = store.evidence.get(hashed.sha256)
                place = store.blobs.location(blob_name("original", entry, name))
        except PasserbyError as error:
            self._drop(entry)
            return Taking(path, "failed", message=str(error))
        except BaseException:
            self._drop(entry)
            raise
        if known is None and hashed.sha256 not in ids:
            return _Copied(path, entry, replace(intake, original=f"{entry}/{name}"), place)
        self._drop(entry)
        if known is not None and self._collection:
            self._collect(hashed.sha256)
        return Taking(path, "taken before", hashed.sha256)

    def _copy_sidecars(self, path: Path, folder: Path, hashed: Digests) -> tuple[TakenSidecar, ...]:
        taken = []
        for sidecar in sidecars.beside(path, hashed):
            name = SIDECAR + safe_name(sidecar.path.name)
            copied = digests(sidecar.path, folder / name)
            found = sidecars.check(replace(sidecar, path=folder / name), hashed)
            taken.append(TakenSidecar(name, sidecar.kind, copied.sha256, found.verdict, found.reason))
        return tuple(taken)

    def _keep(self, copied: _Copied, outcome: Outcome) -> Taking:
        """Keep what was noted of a file that the library has: in the log first, then beside it."""
        if not outcome.video_id:
            self._drop(copied.entry)
            return Taking(copied.path, "failed", message=outcome.message or f"{copied.path}: cannot be added")
        video, record = copied.intake.digests.sha256, copied.intake.written()
        with self._store() as store:
            store.files.finish("original", copied.entry, video)
        if self._collection:
            self._collect(video)
        self._note("take", video, record=record_hash(record))
        with self._store() as store:
            store.evidence.put(StoredIntake(video, copied.intake.digests.sha512, record, time.time()))
        return Taking(copied.path, "taken", video)

    def _collect(self, video: str) -> None:
        with self._store() as store:
            store.collections.put(self._collection, [video])
        self._note("collect", f"collection:{self._collection}", number=1)

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
        self._library.custody.note(self._library.caller, action, subject, clock=clock_state(), **details)

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
