"""Files that lie beside an original and vouch for it: proofs, signatures, stamps, archives. They are never changed.

Which kind one is, its name says. What can be checked without anybody's key and without a network is checked.
"""

import csv
import hashlib
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from passerby.evidence.digests import Digests

Fit = Literal["fits", "does not fit", "not checked"]
_SHA256 = re.compile(r"\b[0-9a-fA-F]{64}\b")
LARGEST = 16 << 20  # bytes of a text that is read


@dataclass(frozen=True, slots=True)
class Sidecar:
    """A file beside an original."""

    path: Path
    kind: str  # "ProofMode", "OpenPGP signature", ...


@dataclass(frozen=True, slots=True)
class SidecarCheck:
    """What was found of one."""

    verdict: Fit
    reason: str  # a line


def beside(original: Path, digests: Digests) -> list[Sidecar]:
    """The sidecars in the folder of an original, in order of name."""
    found = []
    for path in sorted(original.parent.iterdir()):
        kind = _kind(path.name, original.name, digests.sha256)
        if kind and path != original and path.is_file():
            found.append(Sidecar(path, kind))
    return found


def _kind(name: str, original: str, sha256: str) -> str:
    """What a file of this name is beside the original; "" for one that is none of its sidecars."""
    lower, stem = name.lower(), Path(original).stem
    if lower.startswith(f"{sha256}.") and ".proof." in lower:
        return "OpenPGP signature" if lower.endswith(".asc") else "ProofMode"
    if not name.startswith((f"{original}.", f"{stem}.")) and not lower.startswith(f"{sha256}."):
        return ""
    for ending, kind in _KINDS.items():
        if lower.endswith(ending):
            return kind
    return ""


_KINDS = {
    ".proof.csv": "ProofMode", ".proof.json": "ProofMode", ".asc": "OpenPGP signature", ".sig": "OpenPGP signature",
    ".gpg": "OpenPGP signature", ".ots": "OpenTimestamps", ".tsr": "RFC 3161 time stamp",
    ".c2pa": "Content Credentials",
    ".wacz": "web archive", ".warc": "web archive", ".warc.gz": "web archive", ".sha256": "checksum",
    ".sha512": "checksum", ".metadata.csv": "Tella", ".info.json": "description", ".metadata.json": "description",
}  # fmt: skip


def check(sidecar: Sidecar, original: Digests) -> SidecarCheck:
    """Whether it fits the original, as far as that can be said here."""
    checks: dict[str, Callable[[Path, Digests], SidecarCheck]] = {
        "ProofMode": _names_the_hash,
        "Tella": _names_the_hash,
        "checksum": _is_the_hash,
        "web archive": _is_whole,
        "RFC 3161 time stamp": _holds_the_hash,
        "OpenTimestamps": _holds_the_hash,
    }
    if sidecar.kind not in checks:
        return SidecarCheck("not checked", "its maker's key is needed, or there is nothing in it to compare")
    try:
        return checks[sidecar.kind](sidecar.path, original)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        return SidecarCheck("does not fit", f"cannot be read as a {sidecar.kind}: {type(error).__name__}")


def _names_the_hash(path: Path, original: Digests) -> SidecarCheck:
    """A table or document with the original's SHA-256 in it, somewhere."""
    hashes = {found.lower() for found in _SHA256.findall(_text(path))}
    if path.suffix.lower() == ".csv":  # its cells may be cut by line breaks otherwise
        with path.open(newline="", encoding="utf-8", errors="replace") as file:
            hashes |= {cell.strip().lower() for row in csv.reader(file) for cell in row}
    if original.sha256 in hashes:
        return SidecarCheck("fits", "it names the SHA-256 of the original")
    return SidecarCheck("does not fit", "it does not name the SHA-256 of the original")


def _is_the_hash(path: Path, original: Digests) -> SidecarCheck:
    expected = original.sha512 if path.suffix.lower() == ".sha512" else original.sha256
    told = _text(path).split()
    if told and told[0].lower() == expected:
        return SidecarCheck("fits", "it is the hash of the original")
    return SidecarCheck("does not fit", "it is the hash of something else")


def _holds_the_hash(path: Path, original: Digests) -> SidecarCheck:
    """A stamp: the digest that it is of lies in it, as bytes. Whether its maker signed it, only a chain tells."""
    content = path.read_bytes()[:LARGEST]
    if any(bytes.fromhex(digest) in content for digest in (original.sha256, original.sha512)):
        return SidecarCheck("fits", "it is of the original's hash; its signature was not checked")
    return SidecarCheck("does not fit", "it is not of the original's hash")


def _is_whole(path: Path, original: Digests) -> SidecarCheck:
    """A WACZ whose files have the hashes that its own list tells."""
    if path.suffix.lower() != ".wacz":
        return SidecarCheck("not checked", "an archive without hashes of its own")
    with zipfile.ZipFile(path) as archive:
        listed = json.loads(archive.read("datapackage.json"))["resources"]
        for resource in listed:
            kind, _, digest = resource["hash"].partition(":")
            hashed = hashlib.new(kind, usedforsecurity=False)
            with archive.open(resource["path"]) as file:
                while block := file.read(1 << 20):
                    hashed.update(block)
            if hashed.hexdigest() != digest:
                return SidecarCheck("does not fit", f"{resource['path']} is not what its own list says")
    return SidecarCheck("fits", "its files are what its own list says; whether the original is in it was not checked")


def _text(path: Path) -> str:
    return path.read_bytes()[:LARGEST].decode("utf-8", errors="replace")
