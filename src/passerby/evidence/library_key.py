"""The key by which a library signs what it says of evidence: Ed25519, made once, for its owner alone to read.

What it signs, anybody verifies with OpenSSL and the public key. It says which library has said something, and never
which person.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from passerby.errors import StoreError
from passerby.extras import needing
from passerby.files import private

EXTRA = "evidence"
NAME = "evidence-key.pem"


@dataclass(frozen=True, slots=True)
class LibraryKey:
    """A key that can sign."""

    _pem: bytes

    @classmethod
    def of(cls, folder: Path) -> LibraryKey:
        """The key that is in this folder, made if there is none. Raises StoreError, MissingExtraError."""
        path = folder / NAME
        try:
            with suppress(FileNotFoundError):
                return cls(path.read_bytes())
            own = folder / f".{NAME}.{secrets.token_hex(4)}"
            with open(own, "xb", opener=private.opener) as file:
                file.write(_made())
            with suppress(FileExistsError):  # of two that make one at once, the first one's counts
                os.link(own, path)
            own.unlink()
            return cls(path.read_bytes())
        except OSError as error:
            raise StoreError(f"{path}: expected the library's key, which can be read and made ({error})") from error

    def sign(self, content: bytes) -> bytes:
        """The signature, 64 bytes."""
        with needing(EXTRA):
            from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
            from cryptography.hazmat.primitives.serialization import load_pem_private_key
        try:
            key = load_pem_private_key(self._pem, None)
        except ValueError as error:
            raise StoreError(f"{NAME}: expected an Ed25519 key as PEM, found something else") from error
        if not isinstance(key, Ed25519PrivateKey):
            raise StoreError(f"{NAME}: expected an Ed25519 key, found another kind")
        return key.sign(content)

    def public(self) -> bytes:
        """The public key as PEM."""
        with needing(EXTRA):
            from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
        key = load_pem_private_key(self._pem, None)
        return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def is_signed(public: bytes, content: bytes, signature: bytes) -> bool:
    """Whether the key, as PEM, has signed that."""
    with needing(EXTRA):
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
        from cryptography.hazmat.primitives.serialization import load_pem_public_key
    try:
        key = load_pem_public_key(public)
        if not isinstance(key, Ed25519PublicKey):
            return False
        key.verify(signature, content)
    except (ValueError, InvalidSignature):
        return False
    return True


def key_hash(public: bytes) -> str:
    """What people compare a public key by: the SHA-256 of its DER form, in hex."""
    with needing(EXTRA):
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key
    der = load_pem_public_key(public).public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()


def _made() -> bytes:
    with needing(EXTRA):
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
