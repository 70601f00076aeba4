"""Bags: cases as folders that others can verify without Passerby, in the form of BagIt 1.0 (RFC 8493).

A sealed bag tells all about the originals and has none of them: only copies in which something is hidden.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from passerby.errors import OutputError, UsageError
from passerby.evidence import merkle, stamps
from passerby.evidence.digests import digests
from passerby.evidence.group_proof import GROUPS
from passerby.evidence.intake import Intake
from passerby.evidence.library_key import LibraryKey, key_hash
from passerby.evidence.signed_head import SignedHead
from passerby.evidence.stamps import Stamp
from passerby.extras import needing
from passerby.files.publish import UNFINISHED
from passerby.store.audit_log import StoredEntry

FORMAT = "passerby-bag-1"
EXTRA = "evidence"
COPIES = "copies"  # in the folder of an item
REPORT = "report.json"  # beside each of them
PLAN = "plan.json"  # beside those whose originals are in the bag: by both they can be made again
LISTED = "manifest-sha512.txt"  # what is signed and stamped
CHECKSUMS = ("sha256", "sha512")


@dataclass(frozen=True, slots=True)
class BaggedCopy:
    """A copy in which something is hidden."""

    path: Path
    report: Mapping[str, Any]  # what was hidden, and how that was audited
    groups: Mapping[str, Any] | None = None  # that pictures of it are the original's, where that can be shown
    plan: Path | None = None  # by which it was made


@dataclass(frozen=True, slots=True)
class BaggedItem:
    """An item with what goes along with it."""

    video: str
    record: str  # what was noted of it, to the letter
    original: Path | None = None  # None in a sealed bag
    sidecars: Sequence[Path] = ()
    insights: Mapping[str, Any] | None = None  # None in a sealed bag
    entries: Sequence[StoredEntry] = ()  # of the log, about it
    copies: Sequence[BaggedCopy] = ()


def copies_in(folder: Path) -> dict[str, list[BaggedCopy]]:
    """The copies in a folder that have their reports beside them, by the SHA-256 of their originals.

    A report is JSON as `passerby redact --report` writes it; which file it is of, the hash in it says. Raises
    UsageError where there are none, OutputError for one whose audit found what shows.
    """
    reports = [told for path in sorted(folder.rglob("*.json")) if (told := _report(path)) is not None]
    if not reports:
        raise UsageError(f"{folder}: expected copies with their reports (`passerby redact --report`), found none")
    files_here = {digests(path).sha256: path for path in sorted(folder.rglob("*")) if _may_be_copy(path)}
    found: dict[str, list[BaggedCopy]] = {}
    for report in reports:
        path = files_here.get(report["copy"]["sha256"])
        if path is None:
            name = report["copy"]["name"]
            raise UsageError(f"{folder}: expected the copy {name!r} beside its report, found it changed or gone")
        plan = path.with_name(f"{path.name}.plan.json")
        bagged = BaggedCopy(path, report, plan=plan if plan.is_file() else None)
        found.setdefault(report["original"]["sha256"], []).append(bagged)
    return found


def _may_be_copy(path: Path) -> bool:
    return path.is_file() and not path.is_symlink() and path.suffix.lower() not in (".json", ".html", ".csv")


def _report(path: Path) -> dict[str, Any] | None:
    """What a file says of a copy; None for one that is no report."""
    try:
        told = json.loads(path.read_bytes())
        is_report = bool(told["copy"]["sha256"] and told["copy"]["name"] and told["original"]["sha256"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return told if is_report else None


@contextmanager
def new_bag(target: Path) -> Iterator[Path]:
    """A folder beside ``target`` that gets its name after a block that raises nothing, and is gone after any other.

    Raises UsageError where something is there already, OutputError.
    """
    if target.exists():
        raise UsageError(f"{target}: expected nothing there yet, found a file or folder; name another")
    if not target.parent.is_dir():
        raise UsageError(f"{target}: expected a folder that exists, found none at {target.parent}; make it first")
    part = target.with_name(f".{target.name}{UNFINISHED}")
    shutil.rmtree(part, ignore_errors=True)  # of a killed run
    try:
        part.mkdir()
        yield part
        part.rename(target)
    except OSError as error:
        raise OutputError(f"{target}: the bag cannot be written: {error.strerror or error}") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def write_item(bag: Path, item: BaggedItem, tree: merkle.Tree) -> None:
    """Write an item into the folder of a bag. Raises OutputError where a file is not what was taken any more."""
    folder = bag / "items" / item.video[:16]
    folder.mkdir(parents=True)
    intake = Intake.read(item.record)
    (folder / "intake.json").write_text(item.record, encoding="utf-8")
    _write(folder / "custody.json", [_proved(entry, tree) for entry in item.entries])
    if item.insights is not None:
        _write(folder / "insights.json", item.insights)
    if item.original is not None:
        (folder / "original").mkdir()
        _copy(item.original, folder / "original" / intake.name, intake.digests.sha256)
    expected = {each.name: each.sha256 for each in intake.sidecars}
    for path in item.sidecars:
        (folder / "sidecars").mkdir(exist_ok=True)
        _copy(path, folder / "sidecars" / path.name, expected[path.name])
    for number, copy in enumerate(item.copies, 1):
        place = folder / COPIES / str(number)
        place.mkdir(parents=True)
        _copy(copy.path, place / copy.path.name, copy.report["copy"]["sha256"])
        _write(place / REPORT, copy.report)
        if copy.groups is not None:
            _write(place / GROUPS, copy.groups)
        if copy.plan is not None and item.original is not None:
            shutil.copyfile(copy.plan, place / PLAN)


def close_bag(bag: Path, head: SignedHead, tree: merkle.Tree, key: LibraryKey, told: Mapping[str, Any]) -> None:
    """Make a bag of a folder with items: lists of hashes, the signature, and what people need to verify it."""
    with needing(EXTRA):
        import bagit
    _write(bag / "log.json", {"format": FORMAT, "head": asdict(head), "root": tree.root().hex()} | dict(told))
    made = bagit.make_bag(str(bag), {"Bag-Software-Agent": str(told["tool"])}, checksums=list(CHECKSUMS))
    public = key.public()
    (bag / "signature").mkdir()
    (bag / "signature" / "key.pem").write_bytes(public)
    (bag / "signature" / "manifest-sha512.sig").write_bytes(key.sign((bag / LISTED).read_bytes()))
    shipped = files("passerby.evidence") / "bag_files"
    for name in ("verify.sh", "verify.html"):
        (bag / name).write_bytes((shipped / name).read_bytes())
    sealed = bool(told["sealed"])
    (bag / "README.txt").write_text(
        (shipped / "README.txt")
        .read_text("utf-8")
        .format(
            what="A sealed case: all about its originals, not themselves." if sealed else "A case with its originals.",
            made=head.time,
            tool=told["tool"],
            key_hash=key_hash(public),
            sealed=" (not in this bag, which is sealed)" if sealed else "",
        ),
        encoding="utf-8",
    )
    made.save()


def stamp_bag(bag: Path, name: str, stamp: Stamp) -> None:
    """Lay a stamp of the list of all files into a bag. Raises OutputError where there is one of that name already."""
    with needing(EXTRA):
        import bagit
    folder = bag / stamps.FOLDER
    if (folder / f"{name}.tsr").exists():
        raise OutputError(f"{folder / name}.tsr: there is a stamp of that authority already")
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.tsr").write_bytes(stamp.response)
    (folder / f"{name}.pem").write_bytes(stamp.chain)
    bagit.Bag(str(bag)).save()


def _proved(entry: StoredEntry, tree: merkle.Tree) -> dict[str, Any]:
    """An entry with the hashes that lead from it to the root of the tree over all of the log."""
    path = tree.path(entry.number - 1)
    return {**asdict(entry), "path": [node.hex() for node in path]}


def _copy(source: Path, target: Path, sha256: str) -> None:
    found = digests(source, target)
    if found.sha256 != sha256:
        raise OutputError(
            f"{source.name}: expected the bytes that were noted, found others; `passerby verify` tells more"
        )


def _write(path: Path, document: Any) -> None:
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
