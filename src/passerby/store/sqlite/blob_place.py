"""Where a library keeps its files: beside its database, or at an address that was given when it was made."""

import secrets

from passerby.errors import UsageError
from passerby.store.blobs.base import Blobs
from passerby.store.blobs.folder_blobs import FolderBlobs
from passerby.store.blobs.kept_place import blobs_at, require_kept
from passerby.store.sqlite.database import Database


def kept_blobs(db: Database) -> Blobs:
    """The files of the library."""
    address = _kept(db, "blobs")
    return blobs_at(address) if address else FolderBlobs(db.path.parent)


def kept_owner(db: Database) -> str:
    """By which its files are known from those of other libraries; "" where they lie beside the database."""
    return _kept(db, "blobs_id")


def settle(db: Database, wanted: str) -> None:
    """Have the library keep its files at the address ``wanted``, unless it is empty.

    Raises UsageError if it keeps them elsewhere, or the files there are another's; StoreError, MissingExtraError.
    """
    if not wanted:
        return
    place = blobs_at(wanted)
    if kept := _kept(db, "blobs"):
        require_kept(place, kept)
        return
    if db.value("SELECT 1 FROM packs UNION ALL SELECT 1 FROM files"):
        raise UsageError(
            f"{place.address}: expected a new library, found one that keeps its files beside its database; leave "
            "--blobs (PASSERBY_BLOBS) out, or name another library"
        )
    with db.transaction():  # it knows by which name it has adopted a place before it does
        db.rows("INSERT OR IGNORE INTO state VALUES ('blobs_id', ?)", [secrets.token_hex(16)])
    place.adopt(kept_owner(db))
    with db.transaction():
        db.rows("INSERT OR IGNORE INTO state VALUES ('blobs', ?)", [place.address])
    settle(db, wanted)  # of two that are first at once, one was


def _kept(db: Database, name: str) -> str:
    return str(db.value("SELECT value FROM state WHERE name = ?", [name]) or "")
