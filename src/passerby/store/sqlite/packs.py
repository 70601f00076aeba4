"""Thumbnails: one file of JPEGs, end to end, for each video's finished thumbnails; the rows say where each begins.

They are no blobs of the database because erasing a video ends in a VACUUM, which writes the whole file anew
(erase.py): with the pictures in it that took 20 times as long. A pack has its own name every time, is whole
before the transaction that names it commits, and is written while that transaction holds the write lock,
so that none can appear for a video that is being forgotten.

The table ``loose`` names the packs that are to be removed: those whose rows went, by a trigger, and those that are
about to be written, which the transaction that writes them takes out again. So a writer that is killed at any point
leaves no pack that is not found again.
"""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from itertools import accumulate
from typing import Any

from passerby.errors import StoreError
from passerby.store.blobs.base import blob_name
from passerby.store.sql.base import BlobTable, Row
from passerby.store.sqlite.database import Database


class PackTable(BlobTable):
    """Packs as what pictures of moments are in. See BlobTable."""

    columns = ("packs.file", "{}.first_byte", "{}.size_bytes")
    joined = " JOIN packs ON packs.result = {}.result"
    size = "size_bytes"

    def __init__(self, db: Database) -> None:
        self._db = db

    def load(self, *cells: Any) -> bytes:
        return read(self._db, *cells)

    def writing(self, video_id: str) -> AbstractContextManager[str]:
        return writing(self._db, video_id)

    def write(self, place: str, result: int, blobs: Sequence[bytes]) -> tuple[Sequence[str], Sequence[Row]]:
        write(self._db, place, blobs)
        self._db.rows("INSERT INTO packs (result, file) VALUES (?, ?)", [result, place])
        starts = accumulate(map(len, blobs), initial=0)
        return ("first_byte", "size_bytes"), [(start, len(blob)) for start, blob in zip(starts, blobs, strict=False)]

    def sweep(self) -> None:
        sweep(self._db)


@contextmanager
def writing(db: Database, video_id: str) -> Iterator[str]:
    """A transaction in which a pack may be written, and its file name."""
    while True:
        name = f"{video_id}-{secrets.token_hex(4)}.jpegs"
        db.rows("INSERT INTO loose (file) VALUES (?)", [name])
        with db.transaction():
            if db.value("SELECT 1 FROM loose WHERE file = ?", [name]):  # or it was swept while this process waited
                yield name
                return


def write(db: Database, name: str, blobs: Sequence[bytes]) -> None:
    """Write a pack; within ``writing``."""
    db.rows("DELETE FROM loose WHERE file = ?", [name])
    db.blobs.write(blob_name("thumbnails", name), b"".join(blobs))


def read(db: Database, name: str, first_byte: int, size_bytes: int) -> bytes:
    """One blob of a pack. Raises StoreError if the pack is not whole."""
    pack = blob_name("thumbnails", name)
    try:
        blob = db.blobs.read(pack, first_byte, first_byte + size_bytes)
    except FileNotFoundError as error:
        raise StoreError(f"{db.blobs.location(pack)}: thumbnails are missing; run `passerby doctor`") from error
    if len(blob) != size_bytes:
        raise StoreError(
            f"{db.blobs.location(pack)}: expected {size_bytes} bytes at {first_byte}, found {len(blob)}; run "
            "`passerby doctor`"
        )
    return blob


def orphans(db: Database) -> list[str]:
    """The names of packs that no row names, not even as one to be removed."""
    named = {str(name) for (name,) in db.rows("SELECT file FROM packs UNION ALL SELECT file FROM loose")}
    return sorted(blob_name("thumbnails", name) for name in db.blobs.entries("thumbnails") if name not in named)


def is_pending(db: Database) -> bool:
    """Whether there are packs to remove."""
    return bool(db.value("SELECT 1 FROM loose"))


def sweep(db: Database) -> None:
    """Remove replaced and forgotten thumbnails, and those of writers that were killed."""
    if is_pending(db):
        with db.transaction():  # outside of one, a pack may be in the making
            for (name,) in db.rows("SELECT file FROM loose"):
                db.blobs.remove(blob_name("thumbnails", name))
            db.rows("DELETE FROM loose")


def remove_orphans(db: Database) -> None:
    """Remove what no row names, however it came there. To be called within a transaction."""
    for name in orphans(db):
        db.blobs.remove(name)
