"""The files of a library at an address that a user gives, and that the library keeps from then on."""

import re
from pathlib import Path

from passerby.errors import UsageError
from passerby.object_storage.address import SCHEME, object_address
from passerby.store.blobs.base import Blobs
from passerby.store.blobs.bucket_blobs import BucketBlobs
from passerby.store.blobs.folder_blobs import FolderBlobs


def blobs_at(address: str) -> Blobs:
    """The files at a folder, or at ``s3://BUCKET/PREFIX``. Raises UsageError for anything else.

    What speaks to a bucket is loaded when something is done with a file.
    """
    if address.startswith(SCHEME):
        return BucketBlobs(object_address(address))
    if scheme := re.match(r"[A-Za-z][A-Za-z0-9+.-]*:/", address):
        raise UsageError(f"{scheme[0]}...: expected a folder or {SCHEME}BUCKET/PREFIX for a library's files")
    return FolderBlobs(Path(address))


def require_kept(place: Blobs, kept: str) -> None:
    """Raise UsageError unless a library keeps its files at ``place``; ``kept`` is the address that it knows."""
    if kept != place.address:
        raise UsageError(
            f"{place.address}: expected {kept}, where this library keeps its files, found another place; leave "
            "--blobs (PASSERBY_BLOBS) out, or name another library"
        )
