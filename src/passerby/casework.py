"""The facade for evidence: items that are taken, holds, what verifies them, and bags that others can verify.

What is done is noted here.
"""

from __future__ import annotations

import json
import os
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from passerby.clock_state import clock_state
from passerby.curation import Curation
from passerby.dates import Clock, format_date, format_moment, utc_now
from passerby.documents import Document
from passerby.errors import PasserbyError, UnknownError, UnreadableError, UsageError
from passerby.evidence import merkle, sidecars
from passerby.evidence.bag import BaggedItem, close_bag, copies_in, new_bag, write_item
from passerby.evidence.digests import Digests, digests
from passerby.evidence.intake import Acquisition, Intake, TakenSidecar, record_hash
from passerby.evidence.item_check import ItemCheck, check_item
from passerby.evidence.library_key import LibraryKey, fingerprint
from passerby.evidence.signed_head import SignedHead
from passerby.export.insights import Insights
from passerby.files.safe_name import safe_name
from passerby.files.spool import Spool
from passerby.library import Library
from passerby.media.read.device import device
from passerby.media.read.probe import probe
from passerby.object_storage.address import location
from passerby.store.audit_log import NO_ENTRY, LogFilter, StoredEntry
from passerby.store.blobs.base import blob_name
from passerby.store.evidence import StoredHold, StoredIntake
from passerby.store.library import Store, open_store
from passerby.version import __version__
from passerby.wording import written_out

TAKING = "(taking)"  # whose an original is until it is an item
STALE_SECONDS = 86_400.0  # after which what a killed run has left is removed
LONGEST = 2000  # characters of what is told of how an item came
LOG_ROWS = 1000  # that are read at once
MOST_TAKES = 1000  # entries of the log that tell of the taking of one item
SIDECAR = "sidecar-"  # before the name of a file beside an original


@dataclass(frozen=True, slots=True)
class Item:
    """An item of evidence."""

    video: str  # its id, which is the SHA-256 of the original
    intake: Intake
    record: str  # the hash of what was noted, as the log has it

    @classmethod
    def of(cls, stored: StoredIntake) -> Item:
        return cls(stored.video, Intake.read(stored.record), record_hash(stored.record))

    def document(self) -> Document:
        """One row of ``evidence list --json``."""
        told = self.intake.document()
        del told["original"]
        return {"id": self.video, "record": self.record, **told}


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


class Casework:
    """The evidence of a library."""

    def __init__(self, library: Library, clock: Clock = utc_now) -> None:
        self._library, self._clock = library, clock
        self._settings, self._caller, self._custody = library.settings, library.caller, library.custody

    # Taking

    def take(
        self,
        paths: Sequence[Path],
        acquisition: Acquisition,
        case: str = "",
        stages: Sequence[str] | None = None,
        on_taken: Callable[[Taking], None] = lambda taking: None,
    ) -> tuple[Taking, ...]:
        """Copy files bit for bit into the library, with all that lies beside them and vouches for them.

        A file that cannot be taken costs that file only. ``case`` is the id or the name of one, made if there is none.
        ``stages`` is what each is looked through for, as ``Library.add`` has it.
        Raises UsageError for what is told of them, StoreError.
        """
        for name, told in (("from", acquisition.source), ("by", acquisition.by), ("notes", acquisition.notes)):
            _require_text(name, told)
        collection = self._case(case) if case else ""
        self._remove_stale()
        found = []
        for path in paths:
            try:
                taking = self._taken(path, acquisition, collection, stages)
            except PasserbyError as error:
                taking = Taking(path, "failed", message=str(error))
            on_taken(taking)
            found.append(taking)
        return tuple(found)

    def _taken(self, path: Path, acquisition: Acquisition, collection: str, stages: Sequence[str] | None) -> Taking:
        entry = secrets.token_hex(16)
        name = safe_name(path.name)
        if name.startswith(SIDECAR):
            name = f"original-{name}"
        with self._store(create=True) as store:
            store.files.claim("original", entry, caller=TAKING)
        try:
            taken, intake = self._copied(path, entry, name, acquisition)
            if taken.status == "taken":
                self._keep(taken.video, entry, intake, collection, stages)
            else:
                self._drop(entry)
                if collection:
                    self._collect(collection, taken.video)
        except BaseException:
            self._drop(entry)
            raise
        return taken

    def _copied(self, path: Path, entry: str, name: str, acquisition: Acquisition) -> tuple[Taking, Intake]:
        with self._store() as store, store.blobs.making("original", entry) as folder:
            hashed = digests(path, folder / name)
            beside = self._copy_sidecars(path, folder, hashed)
            intake = _noted(path, folder / name, hashed, acquisition, beside, self._clock())
            _keep_time(path, folder / name)
        if (known := self._stored(hashed.sha256)) is not None:
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

    def _keep(self, video: str, entry: str, intake: Intake, collection: str, stages: Sequence[str] | None) -> None:
        """Add what was copied to the library, and keep what was noted of it: in the log first, then beside it."""
        with self._store() as store:
            place = store.blobs.location(blob_name("original", *intake.original.split("/")))
        (outcome,) = self._library.add(str(location(place)), stages=stages)
        if not outcome.video_id:
            raise UnreadableError(outcome.message or f"{intake.name}: cannot be added")
        record = intake.written()
        with self._store() as store:
            store.files.finish("original", entry, video)
        if collection:
            self._collect(collection, video)
        self._custody.note(self._caller, "take", video, record=record_hash(record))
        with self._store() as store:
            store.evidence.put(StoredIntake(video, intake.digests.sha512, record, time.time()))

    def _collect(self, collection: str, video: str) -> None:
        with self._store() as store:
            store.collections.put(collection, [video])
        self._custody.note(self._caller, "collect", f"collection:{collection}", number=1)

    def _drop(self, entry: str) -> None:
        with self._store() as store:
            owned = store.files.get("original", entry)
            if owned is not None and not owned.ready:
                store.files.drop("original", entry)

    def _remove_stale(self) -> None:
        """What killed runs have left: a file that became that of a video stays, and is the library's."""
        with self._store(create=True) as store:
            left = [owned for owned in store.files.all("original") if owned.caller == TAKING and not owned.ready]
            kept = {Path(video.path).parent.name: video.id for video in store.videos.all()} if left else {}
            for owned in left:
                if owned.name in kept:
                    store.files.finish("original", owned.name, kept[owned.name])
                elif time.time() - owned.created > STALE_SECONDS:
                    store.files.drop("original", owned.name)

    # Cases and holds

    def _case(self, name: str) -> str:
        """The id of a case, made if there is none of that name. Raises UsageError for a collection that is none."""
        curation = Curation(self._settings, self._caller, self._custody)
        with self._store(create=True) as store:
            found = [each for each in store.collections.all() if name in (each.id, each.name)]
        if not found:
            return curation.make_collection(name, is_case=True).id
        if not found[0].is_case:
            raise UsageError(f"{name}: expected a case, found a collection; `passerby collection change` makes it one")
        return found[0].id

    def case(self, name: str) -> str:
        """The id of the case of that id or name. Raises UsageError."""
        found = Curation(self._settings, self._caller, self._custody).collection(name)
        if not found.is_case:
            raise UsageError(f"{name}: expected a case, found a collection")
        return found.id

    def items(self, case: str = "") -> tuple[Item, ...]:
        """All items, in the order in which they were taken, or those of a case, by its id."""
        with self._store() as store:
            return tuple(map(Item.of, store.evidence.all(case)))

    def hold(self, reason: str, *, video: str = "", case: str = "") -> str:
        """Hold a video, or a case with all that is and comes to be in it: nothing of it can be forgotten. Its id.

        Raises UsageError for a reason that is none, UnknownVideoError.
        """
        _require_text("reason", reason)
        if not reason.strip():
            raise UsageError("reason: expected why it is held, in a line")
        collection = self.case(case) if case else ""
        with self._store() as store:
            found = store.videos.resolve(video).id if video else ""
            made = store.evidence.hold(reason.strip(), self._caller.name, video=found, case=collection)
        self._custody.note(self._caller, "hold", found or f"collection:{collection}", hold=made)
        return made

    def lift(self, hold: str) -> StoredHold:
        """End a hold. Raises UnknownError."""
        with self._store() as store:
            ended = store.evidence.lift(hold)
        self._custody.note(self._caller, "lift", ended.video or f"collection:{ended.case}", hold=hold)
        return ended

    def holds(self) -> list[StoredHold]:
        """All holds, the oldest first."""
        with self._store() as store:
            return store.evidence.holds()

    # Verifying

    def verify(self, videos: Sequence[str] = (), case: str = "", head: SignedHead | None = None) -> CaseCheck:
        """Check originals, sidecars and what was noted, of these videos, of a case, or of all; and the log.

        ``head`` is one that was kept elsewhere: it must be in the log still. Raises UnknownError for a video that is
        no item.
        """
        with self._store() as store:
            stored = [_item(store, video) for video in videos] or store.evidence.all(case)
        fault = self._custody.fault(head.hash if head else None) if self._custody.has_log() else "there is no log"
        if (
            not fault
            and head is not None
            and not head.is_signed_by(LibraryKey.of(self._settings.library_path).public())
        ):
            fault = "that end of the log was signed by another library's key"
        checks = tuple(map(self._checked, stored))
        for check in checks:
            self._custody.note(self._caller, "verify", check.video, faults=len(check.faults))
        return CaseCheck(checks, fault)

    def _checked(self, stored: StoredIntake) -> ItemCheck:
        with self._store() as store:
            noted = store.log.latest(MOST_TAKES, LogFilter(action="take", subject=stored.video))
            records = {json.loads(entry.details).get("record") for entry in noted}
            return check_item(stored, store.blobs, Spool.of(self._settings), records)

    # Handing on

    def export(self, case: str, target: Path, *, sealed: bool, copies: Path | None = None) -> int:
        """Write a case, by its id, as a bag; how many items are in it. See evidence/bag.py.

        ``copies`` is a folder with copies that were made elsewhere, and their reports as JSON. A ``sealed`` bag has no
        originals. Raises UsageError, OutputError, StoreError, MissingExtraError.
        """
        key = LibraryKey.of(self._settings.library_path)
        with self._store() as store:
            stored = store.evidence.all(case)
        if not stored:
            raise UsageError("expected a case with items of evidence in it, found none; see `passerby evidence take`")
        made = {} if copies is None else copies_in(copies)
        for each in stored:  # it is in the bag then
            self._custody.note(self._caller, "export", each.video, format="bag", sealed=int(sealed))
        with self._store() as store, new_bag(target) as bag:
            log = _CaseLog.read(store, {each.video for each in stored})
            for each in stored:
                with self._bagged(store, each, sealed=sealed) as item:
                    about = log.about[each.video]
                    write_item(bag, replace(item, entries=about, copies=made.get(each.video, ())), log.tree)
            head = SignedHead.made(log.count, log.last, format_moment(self._clock()), clock_state(), key)
            told = {"sealed": sealed, "tool": f"Passerby {__version__}", "items": [each.video for each in stored]}
            close_bag(bag, head, log.tree, key, told)
        return len(stored)

    @contextmanager
    def _bagged(self, store: Store, stored: StoredIntake, *, sealed: bool) -> Iterator[BaggedItem]:
        """An item with its files on this machine, for the block; nothing of the original if the bag is to be sealed."""
        if sealed:
            yield BaggedItem(stored.video, stored.record)
            return
        intake, spool = Intake.read(stored.record), Spool.of(self._settings)
        entry, _, name = intake.original.partition("/")
        with ExitStack() as held:
            original, *beside = [
                held.enter_context(store.blobs.local(blob_name("original", entry, file), spool))
                for file in (name, *(each.name for each in intake.sidecars))
            ]
            known = Insights.of(store, store.videos.resolve(stored.video), boxes=False).document()
            del known["path"]  # of this machine
            yield BaggedItem(stored.video, stored.record, original, tuple(beside), known)

    def head(self) -> SignedHead:
        """The end of the log, signed: to be kept elsewhere, and compared later."""
        count, hash_ = self._custody.head()
        key = LibraryKey.of(self._settings.library_path)
        return SignedHead.made(count, hash_, format_moment(self._clock()), clock_state(), key)

    def fingerprint(self) -> str:
        """Of the library's key: what others compare signatures by."""
        return fingerprint(LibraryKey.of(self._settings.library_path).public())

    def _stored(self, video: str) -> StoredIntake | None:
        with self._store() as store:
            return store.evidence.get(video)

    def _store(self, *, create: bool = False) -> Store:
        return open_store(self._settings.library, create=create)


@dataclass(frozen=True, slots=True)
class CaseCheck:
    """What verifying has found."""

    items: tuple[ItemCheck, ...]
    log_fault: str  # where the log is wrong, in words; "" if it is not

    @property
    def is_sound(self) -> bool:
        return not self.log_fault and all(not item.faults for item in self.items)

    def document(self) -> Document:
        """``verify --json``."""
        return {
            "sound": self.is_sound,
            "log": self.log_fault or "whole",
            "items": [item.document() for item in self.items],
        }


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


def _require_text(name: str, text: str) -> None:
    """Raise UsageError for what is too long, cannot be seen, or would say who somebody is (law 2)."""
    if len(text) > LONGEST:
        raise UsageError(f"{name}: expected at most {LONGEST} characters, found {len(text)}")
    if written_out(text) != text:
        raise UsageError(f"{name}: expected signs that can be seen, found {written_out(text)}")


def _item(store: Store, video: str) -> StoredIntake:
    """Raises UnknownVideoError, and UnknownError for a video that was not taken as evidence."""
    found = store.evidence.get(store.videos.resolve(video).id)
    if found is None:
        raise UnknownError(f"{video}: expected an item of evidence, found a video that was never taken as one")
    return found


@dataclass(frozen=True, slots=True)
class _CaseLog:
    """The log as a bag shows it: what is about the items, and a tree over all of it."""

    tree: merkle.Tree
    count: int
    last: str  # the hash of the last entry
    about: Mapping[str, Sequence[StoredEntry]]  # by the ids of the items

    @classmethod
    def read(cls, store: Store, items: Set[str]) -> _CaseLog:
        leaves: list[bytes] = []
        about: dict[str, list[StoredEntry]] = {item: [] for item in items}
        last = NO_ENTRY
        while found := store.log.entries(len(leaves), LOG_ROWS):
            for entry in found:
                leaves.append(merkle.leaf_hash(bytes.fromhex(entry.hash)))
                if entry.subject in about:
                    about[entry.subject].append(entry)
            last = found[-1].hash
        return cls(merkle.Tree(leaves), len(leaves), last, about)
