"""Writing a case as a bag: see evidence/bag.py."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from passerby.casework.chain import Link
from passerby.casework.custody_report import ReportedItem, ReportHead, written
from passerby.casework.signing_key import key_of
from passerby.clock_state import clock_state
from passerby.dates import format_moment
from passerby.errors import UsageError
from passerby.evidence import merkle
from passerby.evidence.bag import BaggedCopy, BaggedItem, close_bag, new_bag, write_item
from passerby.evidence.group_proof import prove_groups
from passerby.evidence.intake import Intake
from passerby.evidence.library_key import key_hash
from passerby.evidence.signed_head import SignedHead
from passerby.export.insights import Insights
from passerby.files.spool import Spool
from passerby.library import Library
from passerby.store.audit_log import NO_ENTRY, StoredEntry
from passerby.store.blobs.base import blob_name
from passerby.store.evidence import StoredIntake
from passerby.store.library import Store, open_store
from passerby.version import __version__

LOG_ROWS = 1000  # that are read at once


Made = Mapping[str, Sequence[BaggedCopy]]  # copies that go along, by the ids of their videos


def export_case(library: Library, case: str, target: Path, *, sealed: bool, made: Made, now: int) -> int:
    """Write a case, by its id, as a bag; how many items are in it. See evidence/bag.py.

    A ``sealed`` bag has no originals. Raises UsageError, OutputError, StoreError, MissingExtraError.
    """
    key = key_of(library.settings)
    with open_store(library.settings.library, create=False) as store:
        stored = store.evidence.all(case)
    if not stored:
        raise UsageError("expected a case with items of evidence in it, found none; see `passerby evidence take`")
    for each in stored:  # it is in the bag then
        library.custody.note(
            library.caller, "export", each.video, format="bag", sealed=int(sealed), clock=clock_state()
        )
    with open_store(library.settings.library, create=False) as store, new_bag(target) as bag:
        log = _CaseLog.read(store, {each.video for each in stored})
        for each in stored:
            spool, about = Spool.of(library.settings), log.about[each.video]
            with _bagged(store, each, spool, sealed=sealed) as item:
                proved = _proved(store, each, spool, made.get(each.video, ()))
                write_item(bag, replace(item, entries=about, copies=proved), log.tree)
        reported = [
            ReportedItem.of(store, each, list(map(Link.of, log.about[each.video])), made.get(each.video, ()))
            for each in stored
        ]
        name = store.collections.get(case).name
        about_it = ReportHead(
            name, format_moment(now), clock_state(), f"Passerby {__version__}", key_hash(key.public()), sealed=sealed
        )
        (bag / "report.html").write_text(written(about_it, reported), encoding="utf-8")
        head = SignedHead.made(log.count, log.last, format_moment(now), clock_state(), key)
        told = {"sealed": sealed, "tool": f"Passerby {__version__}", "items": [each.video for each in stored]}
        close_bag(bag, head, log.tree, key, told)
    return len(stored)


@contextmanager
def _bagged(store: Store, stored: StoredIntake, spool: Spool, *, sealed: bool) -> Iterator[BaggedItem]:
    """An item with its files on this machine, for the block; nothing of the original if the bag is to be sealed."""
    if sealed:
        yield BaggedItem(stored.video, stored.record)
        return
    intake = Intake.read(stored.record)
    entry, _, name = intake.original.partition("/")
    with ExitStack() as held:
        original, *beside = [
            held.enter_context(store.blobs.local(blob_name("original", entry, file), spool))
            for file in (name, *(each.name for each in intake.sidecars))
        ]
        known = Insights.of(store, store.videos.resolve(stored.video), boxes=False).document()
        del known["path"]  # of this machine
        yield BaggedItem(stored.video, stored.record, original, tuple(beside), known)


def _proved(store: Store, stored: StoredIntake, spool: Spool, copies: Sequence[BaggedCopy]) -> tuple[BaggedCopy, ...]:
    """Copies with what shows which of their pictures are the original's, where that can be shown."""
    if not copies:
        return ()
    with store.blobs.local(
        blob_name("original", *Intake.read(stored.record).original.split("/", 1)), spool
    ) as original:
        return tuple(replace(copy, groups=prove_groups(original, copy.path)) for copy in copies)


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
