"""The facade for evidence: items that are taken, holds, what verifies them, and bags that others can verify.

What is done is noted here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from passerby.casework.bagging import export_case
from passerby.casework.signing_key import key_of
from passerby.casework.taking import Intaker, Taking
from passerby.clock_state import clock_state
from passerby.curation import Curation
from passerby.dates import Clock, format_moment, utc_now
from passerby.documents import Document
from passerby.errors import StampError, UnknownError, UsageError
from passerby.evidence.bag import LISTED, stamp_bag
from passerby.evidence.bag_check import is_bag
from passerby.evidence.intake import Acquisition, Intake, record_hash
from passerby.evidence.item_check import ItemCheck, check_item
from passerby.evidence.library_key import key_hash
from passerby.evidence.signed_head import SignedHead
from passerby.evidence.stamps import Authority, Stamp, ask, require_usable
from passerby.files.spool import Spool
from passerby.library import Library
from passerby.store.audit_log import LogFilter
from passerby.store.evidence import StoredHold, StoredIntake
from passerby.store.library import Store, open_store
from passerby.wording import written_out

LONGEST = 2000  # characters of what is told of how an item came
MOST_TAKES = 1000  # entries of the log that tell of the taking of one item


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
        """Copy files, and those in folders, bit for bit into the library, with what lies beside and vouches for each.

        A file that cannot be taken costs that file only. ``case`` is the id or the name of one, made if there is none.
        ``stages`` is what each is looked through for, as ``Library.add`` has it.
        Raises UsageError for what is told of them, StoreError.
        """
        for name, told in (("from", acquisition.source), ("by", acquisition.by), ("notes", acquisition.notes)):
            _require_text(name, told)
        intaker = Intaker(self._library, acquisition, self._case(case) if case else "", self._clock)
        intaker.remove_stale()
        return tuple(intaker.take(paths, stages, on_taken))

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
        if not fault and head is not None and not head.is_signed_by(key_of(self._settings).public()):
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
        """Write a case, by its id, as a bag; how many items are in it. See ``export_case``."""
        return export_case(self._library, case, target, sealed=sealed, copies=copies, now=self._clock())

    def stamp(self, bag: Path, authorities: Sequence[Authority]) -> list[tuple[Authority, Stamp | StampError]]:
        """Have authorities say when the list of a bag's files was there; what each has answered.

        One that fails costs its own stamp only. Raises UsageError for what is no bag, and for whom one cannot ask.
        """
        if not is_bag(bag):
            raise UsageError(f"{bag}: expected a bag, as `passerby evidence export` makes it")
        for authority in authorities:
            require_usable(authority)
        content = (bag / LISTED).read_bytes()
        answers: list[tuple[Authority, Stamp | StampError]] = []
        for authority in authorities:
            try:
                stamp = ask(authority, content)
                stamp_bag(bag, authority.name, stamp)
                answers.append((authority, stamp))
            except StampError as error:
                answers.append((authority, error))
        return answers

    def head(self) -> SignedHead:
        """The end of the log, signed: to be kept elsewhere, and compared later."""
        count, hash_ = self._custody.head()
        key = key_of(self._settings)
        return SignedHead.made(count, hash_, format_moment(self._clock()), clock_state(), key)

    def key_hash(self) -> str:
        """Of the library's key: what others compare signatures by."""
        return key_hash(key_of(self._settings).public())

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
