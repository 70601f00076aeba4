"""The facade for evidence: items that are taken, holds, what verifies them, and bags that others can verify.

What is done is noted here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from passerby.case_access import CaseAccess
from passerby.casework import case as case_file
from passerby.casework.bag_preview import BagPreview, preview
from passerby.casework.bagging import Made, export_case
from passerby.casework.case import Case
from passerby.casework.chain import Link, chain
from passerby.casework.custody_report import ReportedItem, ReportHead, written
from passerby.casework.signing_key import key_of
from passerby.casework.taking import Intaker, Taking
from passerby.clock_state import clock_state
from passerby.curation import Curation
from passerby.dates import Clock, format_moment, utc_now
from passerby.documents import Document
from passerby.errors import StampError, UnknownError, UsageError
from passerby.evidence.bag import LISTED, copies_in, stamp_bag
from passerby.evidence.bag_check import is_bag
from passerby.evidence.intake import Acquisition, Intake, record_hash
from passerby.evidence.item_check import ItemCheck, check_item
from passerby.evidence.library_key import key_hash
from passerby.evidence.signed_head import SignedHead
from passerby.evidence.stamps import Authority, Stamp, ask, require_usable
from passerby.files.spool import Spool
from passerby.library import Library
from passerby.store.audit_log import Action, Detail, LogFilter
from passerby.store.evidence import StoredCheck, StoredHold, StoredIntake
from passerby.store.library import Store, may_be_written, open_store
from passerby.version import __version__
from passerby.wording import written_out

LONGEST = 2000  # characters of what is told of how an item came
DAY_SECONDS = 86_400.0
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
        self._caller.require("custody")
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
            opened = CaseAccess(store, self._caller).opened()
            found = [each for each in opened if name in (each.id, each.name)]
        if not found:
            return curation.make_collection(name, is_case=True).id
        if not found[0].is_case:
            raise UsageError(f"{name}: expected a case, found a collection; `passerby collection change` makes it one")
        return found[0].id

    def case(self, name: str) -> str:
        """The id of the case of that id or name. Raises UsageError for none that the caller sees."""
        with self._store() as store:
            return case_file.known_case(store, self._caller, name).id

    def cases(self) -> tuple[Case, ...]:
        """The cases that the caller sees, by name. Raises NotAllowedError."""
        with self._store() as store:
            return case_file.cases(store, self._caller)

    def one_case(self, case: str) -> Case:
        """A case that the caller sees, by its id or name. Raises UsageError, NotAllowedError."""
        with self._store() as store:
            return Case.of(store, case_file.known_case(store, self._caller, case))

    def admit(self, case: str, user: str) -> None:
        """Let a user see a case, by its id. Raises UsageError, NotAllowedError."""
        with self._store() as store:
            name = case_file.admit(store, self._caller, case, user)
        self._note("admit", f"user:{name}", case=case)

    def dismiss(self, case: str, user: str) -> None:
        """Let a user see a case no more; admins see all. Raises UnknownError, NotAllowedError."""
        with self._store() as store:
            case_file.dismiss(store, self._caller, case, user)
        self._note("dismiss", f"user:{user}", case=case)

    def items(self, case: str = "") -> tuple[Item, ...]:
        """All items that the caller sees, in the order in which they were taken, or those of a case, by its id."""
        with self._store() as store:
            return tuple(map(Item.of, self._seen(store, case)))

    def item(self, video: str) -> Item:
        """An item that the caller sees. Raises UnknownVideoError, UnknownError."""
        with self._store() as store:
            return Item.of(self._item(store, video))

    def cases_of(self, video: str) -> tuple[Case, ...]:
        """The cases that an item is in, as far as the caller sees them. Raises UnknownError."""
        with self._store() as store:
            opened = CaseAccess(store, self._caller).of(self._item(store, video).video)
            return tuple(Case.of(store, kept) for kept in opened if kept.is_case)

    def chain(self, *, video: str = "", case: str = "") -> tuple[Link, ...]:
        """The chain of custody of an item, or of a case by its id. Raises UnknownError, UsageError."""
        with self._store() as store:
            if case:
                return chain(store, f"collection:{case_file.known_case(store, self._caller, case).id}")
            return chain(store, self._item(store, video).video)

    def _seen(self, store: Store, case: str = "") -> list[StoredIntake]:
        """The items that the caller sees. Raises NotAllowedError."""
        if case:
            return store.evidence.all(case_file.known_case(store, self._caller, case).id)
        self._caller.require("redact")
        access = CaseAccess(store, self._caller)
        return [stored for stored in store.evidence.all() if access.sees_item(stored.video)]

    def _item(self, store: Store, video: str) -> StoredIntake:
        """Raises UnknownVideoError, and UnknownError for no item, or one that the caller does not see."""
        found = store.evidence.get(store.videos.resolve(video).id)
        if found is None or not CaseAccess(store, self._caller).sees_item(found.video):
            raise UnknownError(f"{video}: expected an item of evidence, found a video that was never taken as one")
        return found

    def hold(self, reason: str, *, video: str = "", case: str = "") -> str:
        """Hold a video, or a case with all that is and comes to be in it: nothing of it can be forgotten. Its id.

        Raises UsageError for a reason that is none, UnknownVideoError.
        """
        self._caller.require("custody")
        _require_text("reason", reason)
        if not reason.strip():
            raise UsageError("reason: expected why it is held, in a line")
        collection = self.case(case) if case else ""
        with self._store() as store:
            found = store.videos.resolve(video).id if video else ""
            if found and not CaseAccess(store, self._caller).sees_item(found):
                raise UnknownError(
                    f"{video}: expected a video of a case that {self._caller.name!r} sees, found another"
                )
            made = store.evidence.hold(reason.strip(), self._caller.name, video=found, case=collection)
        self._note("hold", found or f"collection:{collection}", hold=made)
        return made

    def lift(self, hold: str) -> StoredHold:
        """End a hold that the caller sees. Raises UnknownError, NotAllowedError."""
        self._caller.require("custody")
        if hold not in {each.id for each in self.holds()}:
            raise UnknownError(f"there is no hold with the id {hold} (any more)")
        with self._store() as store:
            ended = store.evidence.lift(hold)
        self._note("lift", ended.video or f"collection:{ended.case}", hold=hold)
        return ended

    def holds(self, video: str = "") -> list[StoredHold]:
        """All holds that the caller sees, the oldest first; those that a video is under, also by its cases."""
        with self._store() as store:
            access = CaseAccess(store, self._caller)
            opened = {kept.id for kept in access.opened()}
            found = store.evidence.holds(video)
            return [hold for hold in found if (hold.case in opened if hold.case else access.sees_item(hold.video))]

    # Verifying

    def verify(
        self,
        videos: Sequence[str] = (),
        case: str = "",
        head: SignedHead | None = None,
        on_checked: Callable[[ItemCheck], None] = lambda check: None,
    ) -> CaseCheck:
        """Check originals, sidecars and what was noted, of these videos, of a case, or of all; and the log.

        ``head`` is one that was kept elsewhere: it must be in the log still. Raises UnknownError for a video that is
        no item.
        """
        self._caller.require("custody")
        with self._store() as store:
            stored = [self._item(store, video) for video in videos] or self._seen(store, case)
        fault = self._custody.fault(head.hash if head else None) if self._custody.has_log() else "there is no log"
        if not fault and head is not None and not head.is_signed_by(key_of(self._settings).public()):
            fault = "that end of the log was signed by another library's key"
        return self._check(stored, fault, on_checked)

    def check(self, *, due: bool, on_checked: Callable[[ItemCheck], None] = lambda check: None) -> CaseCheck:
        """Check all items that the caller sees, or those that were not checked for long; and the log."""
        self._caller.require("custody")
        fault = self._custody.fault() if self._custody.has_log() else ""
        with self._store(create=True) as store:
            stored = self._seen(store)
            wanted = {*self.due()} if due else {one.video for one in stored}
        return self._check([one for one in stored if one.video in wanted], fault, on_checked)

    def _check(self, stored: Sequence[StoredIntake], fault: str, on_checked: Callable[[ItemCheck], None]) -> CaseCheck:
        checks = []
        for one in stored:
            check = self._checked(one)
            self._note("verify", check.video, faults=len(check.faults))
            self._keep(check)
            on_checked(check)
            checks.append(check)
        return CaseCheck(tuple(checks), fault)

    def due(self) -> list[str]:
        """The items that the caller sees and that were not checked for as long as the settings say."""
        if not self._settings.evidence_check_days:
            return []
        before = self._clock() / 1e6 - self._settings.evidence_check_days * DAY_SECONDS
        with self._store() as store:
            access = CaseAccess(store, self._caller)
            return [video for video in store.evidence.due(before) if access.sees_item(video)]

    def checks(self, video: str) -> list[StoredCheck]:
        """The checks of an item, the newest first. Raises UnknownError."""
        with self._store() as store:
            return store.evidence.checks(self._item(store, video).video)

    def last_checks(self) -> dict[str, StoredCheck]:
        """The newest check of each item that the caller sees, by the item's id."""
        with self._store() as store:
            access = CaseAccess(store, self._caller)
            return {video: check for video, check in store.evidence.last_checks().items() if access.sees_item(video)}

    def _keep(self, check: ItemCheck) -> None:
        """Keep what came of a check, unless it is of a library that may only be read."""
        if may_be_written(self._settings.library):
            with self._store() as store:
                found = StoredCheck(check.video, self._clock() / 1e6, clock_state(), self._caller.name, check.faults)
                store.evidence.keep_check(found)

    def _checked(self, stored: StoredIntake) -> ItemCheck:
        with self._store() as store:
            noted = store.log.latest(MOST_TAKES, LogFilter(action="take", subject=stored.video))
            records = {json.loads(entry.details).get("record") for entry in noted}
            return check_item(stored, store.blobs, Spool.of(self._settings), records)

    # Handing on

    def preview(self, case: str, made: Made, *, sealed: bool) -> BagPreview:
        """What would leave with the bag of a case, and nothing leaves. Raises UsageError, NotAllowedError."""
        self._caller.require("custody")
        with self._store() as store:
            return preview(store, Spool.of(self._settings), self._seen(store, case), made, sealed=sealed)

    def report(self, *, case: str = "", video: str = "") -> str:
        """A case or an item as a document to print: HTML. Raises UsageError, NotAllowedError."""
        with self._store() as store:
            stored = self._seen(store, case) if case else [self._item(store, video)]
            known = case_file.known_case(store, self._caller, case) if case else None
            subject = f"collection:{known.id}" if known else stored[0].video
            self._note("export", subject, format="report")
            reported = [ReportedItem.of(store, each, chain(store, each.video)) for each in stored]
        name, made = known.name if known else reported[0].intake.name, format_moment(self._clock())
        return written(ReportHead(name, made, clock_state(), f"Passerby {__version__}", self.key_hash()), reported)

    def export(
        self, case: str, target: Path, *, sealed: bool, copies: Path | None = None, made: Made = MappingProxyType({})
    ) -> int:
        """Write a case, by its id, as a bag; how many items are in it. See ``export_case``.

        ``made`` are copies that go along; ``copies`` is a folder with such, and with their reports as JSON. Raises
        NotAllowedError.
        """
        self._caller.require("custody")
        case = self.case(case)
        made = made if copies is None else copies_in(copies)
        return export_case(self._library, case, target, sealed=sealed, made=made, now=self._clock())

    def stamp(self, bag: Path, authorities: Sequence[Authority]) -> list[tuple[Authority, Stamp | StampError]]:
        """Have authorities say when the list of a bag's files was there; what each has answered.

        One that fails costs its own stamp only. Raises UsageError for what is no bag, and for whom one cannot ask.
        """
        self._caller.require("custody")
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
        """The end of the log, signed: to be kept elsewhere, and compared later. Raises NotAllowedError."""
        self._caller.require("custody")
        count, hash_ = self._custody.head()
        key = key_of(self._settings)
        return SignedHead.made(count, hash_, format_moment(self._clock()), clock_state(), key)

    def key_hash(self) -> str:
        """Of the library's key: what others compare signatures by."""
        return key_hash(key_of(self._settings).public())

    def _note(self, action: Action, subject: str, **details: Detail) -> None:
        """With how the clock is: who reads the chain of an item later can ask whether its times were right."""
        self._custody.note(self._caller, action, subject, clock=clock_state(), **details)

    def _store(self, *, create: bool = False) -> Store:
        return open_store(self._settings.library, create=create)


@dataclass(frozen=True, slots=True)
class CaseCheck:
    """What verifying has found."""

    items: tuple[ItemCheck, ...]
    log_fault: str  # where the log is wrong, in words; "" if it is not

    @property
    def is_sound(self) -> bool:
        return not self.log_fault and all(item.is_sound for item in self.items)

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
