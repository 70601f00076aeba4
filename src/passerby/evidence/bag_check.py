"""Whether a bag is as it was made, and whether what it says of its items hangs together."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from passerby.documents import Document
from passerby.errors import PasserbyError, StampError
from passerby.evidence import merkle, stamps
from passerby.evidence.bag import CHECKSUMS, COPIES, EXTRA, FORMAT, LISTED, PLAN, REPORT
from passerby.evidence.digests import digests
from passerby.evidence.group_proof import GROUPS, check_groups
from passerby.evidence.intake import Intake, record_hash
from passerby.evidence.item_check import ItemCheck
from passerby.evidence.library_key import is_signed, key_hash
from passerby.evidence.signed_head import SignedHead
from passerby.extras import needing
from passerby.store.audit_log import entry_hash

COLUMNS = ("number", "time", "user", "action", "subject", "details", "previous")


@dataclass(frozen=True, slots=True)
class BagCheck:
    """What was found of a bag."""

    faults: tuple[str, ...]  # of the bag as a whole, a line each
    items: tuple[ItemCheck, ...]
    key: str  # the hash of the key that signed it; "" where none can be read
    stamps: tuple[str, ...] = ()  # of authorities: the time, and who says so

    @property
    def is_sound(self) -> bool:
        return not self.faults and all(item.is_sound for item in self.items)

    def document(self) -> Document:
        """``verify BAG --json``."""
        return {
            "sound": self.is_sound,
            "faults": list(self.faults),
            "key": self.key,
            "stamps": list(self.stamps),
            "items": [item.document() for item in self.items],
        }


def is_bag(path: Path) -> bool:
    """Whether a folder says that it is one."""
    return (path / "bagit.txt").is_file()


def check_bag(bag: Path, key: str = "") -> BagCheck:
    """Read all of a bag. ``key`` is the hash of the key that must have signed it. Raises MissingExtraError."""
    faults = list(_list_faults(bag))
    signer = _signer(bag)
    faults += _signature_faults(bag, signer, key)
    stamped, wrong = _stamps(bag)
    faults += wrong
    try:
        log = json.loads((bag / "data" / "log.json").read_bytes())
        if log["format"] != FORMAT:
            raise ValueError(f"found {log['format']!r}")
        head = SignedHead(**log["head"])
        root, sealed = bytes.fromhex(log["root"]), bool(log["sealed"])
        expected = set(log["items"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        return BagCheck((*faults, f"data/log.json: expected what Passerby writes there ({error})"), (), signer, stamped)
    if not signer or not head.is_signed_by(_key(bag)):
        faults.append("data/log.json: the end of the log was not signed by the bag's key")
    folders = sorted((bag / "data" / "items").glob("*")) if (bag / "data" / "items").is_dir() else []
    items = tuple(_checked(folder, root, head.count, sealed=sealed) for folder in folders)
    for missing in sorted(expected - {item.video for item in items}):
        faults.append(f"item {missing[:16]} is missing")
    return BagCheck(tuple(faults), items, signer, stamped)


def _list_faults(bag: Path) -> Iterator[str]:
    """Files that are not as listed. Links are refused: they lead out of the bag."""
    with needing(EXTRA):
        import bagit
    if not bagit.LOGGER.handlers:
        bagit.LOGGER.addHandler(logging.NullHandler())  # or Python prints what it finds, which is told here
    for path in sorted(bag.rglob("*")):
        if path.is_symlink():
            yield f"{path.relative_to(bag)}: expected a file, found a link"
            return
    try:
        made = bagit.Bag(str(bag))
        if missing := [name for name in CHECKSUMS if name not in made.algorithms]:
            yield f"expected lists of {' and '.join(CHECKSUMS)}, found none of {', '.join(missing)}"
        made.validate()
        here = {path.relative_to(bag).as_posix() for path in bag.rglob("*") if path.is_file()}
        besides = {name for name in here if not name.startswith(("data/", "tagmanifest-"))}
        for kind in CHECKSUMS:
            if missing_names := besides - _listed(bag / f"tagmanifest-{kind}.txt"):
                yield f"tagmanifest-{kind}.txt: expected all files beside data, found none of {min(missing_names)}"
    except bagit.BagValidationError as error:
        yield from (str(each) for each in error.details or [error])
    except (bagit.BagError, OSError, ValueError) as error:
        yield f"cannot be read as a bag: {error}"


def _listed(tag_manifest: Path) -> set[str]:
    """The names in a list of the files beside ``data``; none where there is no such list."""
    if not tag_manifest.is_file():
        return set()
    return {line.split(maxsplit=1)[1] for line in tag_manifest.read_text("utf-8").splitlines() if " " in line}


def _signature_faults(bag: Path, signer: str, key: str) -> Iterator[str]:
    if not signer:
        yield "signature/key.pem: expected a public key (Ed25519), found none"
        return
    try:
        signature = (bag / "signature" / "manifest-sha512.sig").read_bytes()
        signed = is_signed(_key(bag), (bag / LISTED).read_bytes(), signature)
    except OSError as error:
        yield f"signature: cannot be read: {error.strerror}"
        return
    if not signed:
        yield f"signature: {LISTED} was not signed by the key in signature/key.pem"
    if key and key.lower() != signer:
        yield f"signature: expected that of the key {key.lower()}, found that of {signer}"


def _stamps(bag: Path) -> tuple[tuple[str, ...], list[str]]:
    """What sound stamps say, and what is wrong with others."""
    said, wrong = [], []
    for path in sorted((bag / stamps.FOLDER).glob("*.tsr")):
        try:
            chain = path.with_suffix(".pem").read_bytes()
            found = stamps.check(path.read_bytes(), chain, (bag / LISTED).read_bytes(), f"{stamps.FOLDER}/{path.name}")
            said.append(f"{found.time.isoformat()} {path.stem}")
        except StampError as error:
            wrong.append(str(error))
        except OSError as error:
            wrong.append(f"{stamps.FOLDER}/{path.name}: cannot be checked: {error.strerror}")
    return tuple(said), wrong


def _checked(folder: Path, root: bytes, count: int, *, sealed: bool) -> ItemCheck:
    try:
        record = (folder / "intake.json").read_text("utf-8")
        intake = Intake.read(record)
        entries = json.loads((folder / "custody.json").read_bytes())
        video = intake.digests.sha256
        faults = [
            *_custody_faults(entries, video, record_hash(record), root, count),
            *_original_faults(folder, intake, sealed=sealed),
        ]
        shown: list[str] = []
        for place in sorted((folder / COPIES).glob("*")):
            said, wrong = _copy_check(place, video)
            shown, faults = shown + said, faults + wrong
        if not video.startswith(folder.name):
            faults.append("it lies in the folder of another item")
    except (OSError, ValueError, KeyError, TypeError, PasserbyError) as error:
        return ItemCheck(folder.name, folder.name, (f"cannot be read: {error}",))
    return ItemCheck(video, intake.name, tuple(faults), tuple(shown))


def _custody_faults(entries: list[dict[str, Any]], video: str, record: str, root: bytes, count: int) -> Iterator[str]:
    records = set()
    for entry in entries:
        where = f"custody, entry {entry['number']}"
        if entry_hash([entry[name] for name in COLUMNS]) != entry["hash"]:
            yield f"{where}: is not what its hash is of"
        path = [bytes.fromhex(node) for node in entry["path"]]
        leaf = merkle.leaf_hash(bytes.fromhex(entry["hash"]))
        if merkle.root_by(leaf, entry["number"] - 1, count, path) != root:
            yield f"{where}: is not in the log that the bag was made from"
        if entry["subject"] != video:
            yield f"{where}: is about something else"
        if entry["action"] == "take":
            records.add(json.loads(entry["details"]).get("record"))
    if record not in records:
        yield "what was noted of it is not what the log has the hash of"


def _original_faults(folder: Path, intake: Intake, *, sealed: bool) -> Iterator[str]:
    original = folder / "original" / intake.name
    if sealed:
        if (folder / "original").exists():
            yield "the bag is sealed, and the original is in it"
        return
    found = digests(original)
    if found != intake.digests:
        yield "the original is not what was taken"
    for sidecar in intake.sidecars:
        if digests(folder / "sidecars" / sidecar.name).sha256 != sidecar.sha256:
            yield f"{sidecar.name}: is not what was taken"


def _copy_check(place: Path, video: str) -> tuple[list[str], list[str]]:
    """What is shown of a copy of ``video``, and what is wrong with it."""
    told = json.loads((place / REPORT).read_bytes())
    (copy,) = (path for path in place.iterdir() if path.name not in (REPORT, GROUPS, PLAN))
    wrong = []
    if digests(copy).sha256 != told["copy"]["sha256"]:
        wrong.append(f"{copy.name}: is not the copy that its report is of")
    if told["original"]["sha256"] != video:
        wrong.append(f"{copy.name}: is a copy of something else")
    if not (place / GROUPS).exists():
        return [], wrong
    unchanged, faults = check_groups(json.loads((place / GROUPS).read_bytes()), copy)
    shown = [] if unchanged is None else [f"{copy.name}: {unchanged}"]
    return shown, wrong + [f"{copy.name}: {fault}" for fault in faults]


def _key(bag: Path) -> bytes:
    return (bag / "signature" / "key.pem").read_bytes()


def _signer(bag: Path) -> str:
    try:
        return key_hash(_key(bag))
    except (OSError, ValueError):
        return ""
