"""Content Credentials: a signed statement in a file of what was done, and to which original.

The statement is a C2PA manifest (Coalition for Content Provenance and Authenticity, technical specification 2): the
original is its parent, by its SHA-256; no name, thumbnail or other part of the original goes along. Nothing is sent
anywhere, so there is no time stamp of an authority.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from passerby.errors import OutputError, UsageError
from passerby.extras import Extra, import_extra
from passerby.version import __version__

EXTRA = Extra("c2pa", "c2pa")
TYPES = {
    ".mp4": "video/mp4",
    ".m4v": "video/mp4",
    ".mov": "video/quicktime",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
}
ORIGINAL = "original"
# Actions of the specification: what the picture or the sound is, and what is told of the file.
EDITED, METADATA_EDITED = "c2pa.edited", "c2pa.edited.metadata"
_CURVES = {"secp256r1": "es256", "secp384r1": "es384", "secp521r1": "es512"}


Seconds = tuple[float, float]  # from, to


@dataclass(frozen=True, slots=True)
class StatedEdit:
    """One thing that was done to a file."""

    action: str  # EDITED or METADATA_EDITED
    description: str
    spans: tuple[Seconds, ...] = ()  # when; none: all of it, or of a picture

    def assertion(self) -> dict[str, Any]:
        """It as an action of C2PA (2.1, 18.15), its times as regions of interest by normal play time."""
        told: dict[str, Any] = {"action": self.action, "parameters": {"description": self.description}}
        if self.spans:
            told["changes"] = [
                {
                    "description": self.description,
                    "region": [{"type": "temporal", "time": {"type": "npt", "start": _npt(start), "end": _npt(end)}}],
                }
                for start, end in self.spans
            ]
        return told


def _npt(seconds: float) -> str:
    return f"{seconds:.3f}"


@dataclass(frozen=True, slots=True)
class Statement:
    """What a signed file says of itself."""

    original_sha256: str  # of the file that it was made from, in hex
    edits: tuple[StatedEdit, ...]  # what was done to that, in this order


@dataclass(frozen=True, slots=True)
class Signing:
    """Whose signature a file gets."""

    certificate: Path  # the chain as PEM, the signer's own first
    key: Path  # as PEM, without a password


def check_signing(signing: Signing, target: Path) -> None:
    """Raise before any work is done.

    MissingExtraError if the package is not installed, UsageError for a kind of file that cannot hold a statement, and
    for a certificate and a key that cannot be used.
    """
    ending = target.suffix.lower()
    if ending not in TYPES:
        raise UsageError(f"{target}: expected one of {', '.join(TYPES)} with --c2pa, found {ending or 'no ending'}")
    _signer(signing).close()


@contextmanager
def signed(part: Path, target: Path, statement: Statement, signing: Signing | None) -> Iterator[Path]:
    """``part``, or for the block a copy of it with the statement, signed and checked. Raises OutputError."""
    if signing is None:
        yield part
        return
    made = target.with_name(f".{target.stem}.signed{target.suffix}")
    try:
        _sign(part, made, target, statement, signing)
        yield made
    finally:
        made.unlink(missing_ok=True)


def _sign(part: Path, made: Path, target: Path, statement: Statement, signing: Signing) -> None:
    c2pa = import_extra(EXTRA)
    kind = TYPES[target.suffix.lower()]
    try:
        settings = c2pa.Settings.from_dict({"builder": {"thumbnail": {"enabled": False}}})
        builder = c2pa.Builder(_manifest(target, statement), c2pa.Context(settings))
        with _signer(signing) as signer, part.open("rb") as source, made.open("w+b") as output:
            builder.sign(signer, kind, source, output)
        with made.open("rb") as output:
            state = json.loads(c2pa.Reader(kind, output).json())["validation_state"]
    except (c2pa.C2paError, OSError) as error:
        raise OutputError(f"{target}: cannot be signed: {error}") from error
    # "Valid": the signature fits; whether the certificate is trusted is for who looks at the copy to say.
    if state not in ("Valid", "Trusted"):
        raise OutputError(f"{target}: expected a valid signature, found it {state.lower()}; check the certificate")


def _manifest(target: Path, statement: Statement) -> dict[str, Any]:
    digest = statement.original_sha256
    ingredient = {
        "title": ORIGINAL,
        "relationship": "parentOf",
        "instance_id": f"urn:sha256:{digest}",
        "label": ORIGINAL,
    }
    actions = [
        {"action": "c2pa.opened", "parameters": {"ingredientIds": [ORIGINAL]}},
        *(edit.assertion() for edit in statement.edits),
    ]
    return {
        "claim_generator_info": [{"name": "Passerby", "version": __version__}],
        "title": target.name,
        "ingredients": [ingredient],
        "assertions": [
            {"label": "c2pa.actions.v2", "data": {"actions": actions}},
            {"label": "org.passerby.original", "data": {"sha256": digest}},
        ],
    }


def _signer(signing: Signing) -> Any:
    c2pa = import_extra(EXTRA)
    key, chain = _read(signing.key), _read(signing.certificate)
    # c2pa-python brings this package along.
    serialization, x509 = map(import_module, ("cryptography.hazmat.primitives.serialization", "cryptography.x509"))
    try:
        loaded = serialization.load_pem_private_key(key, None)
    except (ValueError, TypeError) as error:
        raise UsageError(f"{signing.key}: expected a private key as PEM, without a password: {error}") from error
    try:
        first, *_ = x509.load_pem_x509_certificates(chain)
    except ValueError as error:
        raise UsageError(f"{signing.certificate}: expected a chain of certificates as PEM: {error}") from error
    if first.public_key() != loaded.public_key():
        raise UsageError(f"{signing.certificate}: expected the certificate of {signing.key} first, found another one's")
    try:
        algorithm = _algorithm(loaded, signing.key)
        return c2pa.Signer.from_info(c2pa.C2paSignerInfo(algorithm.encode(), chain, key, None))
    except c2pa.C2paError as error:
        raise UsageError(f"{signing.certificate}: cannot be signed with: {error}") from error


def _algorithm(key: Any, path: Path) -> str:
    """What COSE calls the way in which a key signs (RFC 9053)."""
    curve = getattr(getattr(key, "curve", None), "name", "")
    name = type(key).__name__
    algorithm = _CURVES.get(curve) or ("ps256" if "RSA" in name else "ed25519" if "Ed25519" in name else "")
    if not algorithm:
        raise UsageError(f"{path}: expected a key of P-256, P-384, P-521, RSA or Ed25519, found {name} {curve}")
    return algorithm


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: expected a PEM file that can be read, found: {error.strerror}") from error
