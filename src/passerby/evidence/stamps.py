"""Time stamps of authorities (RFC 3161): somebody else says that a list of hashes was there at a time.

This is the only part of evidence that sends anything anywhere, and only when asked: the hash of the list, and a random
number by which the answer is known to be of this request. Source: RFC 3161; packages: rfc3161-client.
"""

from __future__ import annotations

import hashlib
import http.client
import re
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from passerby.errors import StampError, UsageError
from passerby.extras import needing

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

EXTRA = "evidence"
FOLDER = "stamps"  # in a bag
LARGEST = 1 << 20  # bytes of an answer
SECONDS = 30.0  # for one


@dataclass(frozen=True, slots=True)
class Authority:
    """Who is asked for a stamp."""

    address: str  # http:// or https://; what it answers is signed either way
    roots: Path  # the certificates, as PEM, at one of which its chain must end

    @property
    def name(self) -> str:
        """What its stamps are called as files.

        >>> Authority("https://tsa.example.org:8443/tsr", Path("roots.pem")).name
        'tsa.example.org_8443'
        """
        return re.sub(r"[^A-Za-z0-9.-]", "_", urlsplit(self.address).netloc)


@dataclass(frozen=True, slots=True)
class Stamp:
    """An answer that was checked."""

    response: bytes  # as it came, DER
    chain: bytes  # the certificates that it is checked with, as PEM: roots first
    time: datetime  # UTC


def digest_to_send(content: bytes) -> str:
    """What an authority would get of a list, in hex; and nothing else of it."""
    return hashlib.sha512(content).hexdigest()


def require_usable(authority: Authority) -> None:
    """Raise UsageError for an address that cannot be asked, or certificates that cannot be read."""
    if urlsplit(authority.address).scheme not in ("http", "https") or not urlsplit(authority.address).netloc:
        raise UsageError(f"{authority.address}: expected an address that begins with https:// or http://")
    _certificates(authority.roots)


def ask(authority: Authority, content: bytes, seconds: float = SECONDS) -> Stamp:
    """A stamp of some bytes. Raises StampError for an answer that is late, missing or wrong, MissingExtraError."""
    with needing(EXTRA):
        from rfc3161_client import HashAlgorithm, TimestampRequestBuilder
    request = TimestampRequestBuilder().data(content).hash_algorithm(HashAlgorithm.SHA512).build()
    response = _post(authority.address, request.as_bytes(), seconds)
    return _checked(response, content, _certificates(authority.roots), authority.address, request.nonce)


def check(response: bytes, chain: bytes, content: bytes, where: str) -> Stamp:
    """Check a stamp that was kept, as of its own time. Raises StampError."""
    with needing(EXTRA):
        from cryptography.x509 import load_pem_x509_certificates
    try:
        roots = load_pem_x509_certificates(chain)
    except ValueError as error:
        raise StampError(f"{where}: expected certificates as PEM beside it, found something else") from error
    return _checked(response, content, roots, where, None)


def _post(address: str, request: bytes, seconds: float) -> bytes:
    asked = urllib.request.Request(  # noqa: S310 - the scheme was looked at
        address, request, {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    )
    try:
        with _OPENER.open(asked, timeout=seconds) as answer:
            response: bytes = answer.read(LARGEST + 1)
    except (urllib.error.URLError, http.client.HTTPException, OSError) as error:
        reason = getattr(error, "reason", None) or error
        raise StampError(f"{address}: expected a time stamp within {seconds:g} s, found: {reason}") from error
    if len(response) > LARGEST:
        raise StampError(f"{address}: expected a time stamp, found an answer of more than {LARGEST} bytes")
    return response


def _checked(response: bytes, content: bytes, roots: Sequence[Certificate], where: str, nonce: int | None) -> Stamp:
    with needing(EXTRA):
        from cryptography.hazmat.primitives.serialization import Encoding
        from cryptography.x509 import load_der_x509_certificate
        from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response
    try:
        stamp = decode_timestamp_response(response)
        brought = [load_der_x509_certificate(each) for each in stamp.signed_data.certificates]
        intermediates = [each for each in brought if each not in roots and each.issuer != each.subject]
        verifier = VerifierBuilder(roots=list(roots), intermediates=intermediates, nonce=nonce).build()
        verifier.verify_message(stamp, content)
    except (VerificationError, ValueError, IndexError) as error:
        raise StampError(f"{where}: expected a time stamp of what was asked for, found none: {error}") from error
    chain = b"".join(each.public_bytes(Encoding.PEM) for each in (*roots, *intermediates))
    return Stamp(response, chain, stamp.tst_info.gen_time)


def _certificates(path: Path) -> list[Certificate]:
    with needing(EXTRA):
        from cryptography.x509 import load_pem_x509_certificates
    try:
        return load_pem_x509_certificates(path.read_bytes())
    except OSError as error:
        raise UsageError(f"{path}: expected certificates that can be read, found: {error.strerror}") from error
    except ValueError as error:
        raise UsageError(f"{path}: expected certificates as PEM, found none") from error


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """What is sent goes where it was said that it would, and nowhere else."""

    def redirect_request(self, *asked: object) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirects)
