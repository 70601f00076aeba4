"""Where the files of a library in PostgreSQL lie: a folder that all its servers see, or a bucket, if one is named."""

import json
import secrets

from passerby.errors import StoreError
from passerby.store.blobs.base import Blobs
from passerby.store.blobs.kept_place import blobs_at, require_kept
from passerby.store.postgres.database import PostgresDatabase


def kept_blobs(db: PostgresDatabase) -> Blobs:
    """The files of the library. Raises StoreError if it has no place for any."""
    place = db.state("blobs")
    if not place:
        raise StoreError(
            f"{db.name}: this library has no place for uploads and copies yet; name one once with --blobs PLACE, a "
            "folder that all its servers see or s3://BUCKET/PREFIX"
        )
    return blobs_at(place)


def require_writable(db: PostgresDatabase) -> None:
    """See that files can be written, if the library has a place for them. Raises UsageError, StoreError."""
    if db.state("blobs"):
        kept_blobs(db).require_writable(str(db.state("blobs_id") or ""))


def settle(db: PostgresDatabase, wanted: str) -> None:
    """Have the library keep its files at the address ``wanted``, unless it is empty.

    Raises UsageError if it keeps them elsewhere, or the files there are another's; StoreError, MissingExtraError.
    """
    if not wanted:
        return
    place = blobs_at(wanted)
    if kept := db.state("blobs"):
        require_kept(place, kept)
        return
    db.rows(  # it knows by which name it has adopted a place before it does
        "INSERT INTO state (name, value) VALUES ('blobs_id', ?) ON CONFLICT (name) DO NOTHING",
        [json.dumps(secrets.token_hex(16))],
    )
    place.adopt(str(db.state("blobs_id")))
    db.set_state("blobs", place.address)
