"""Nearest vectors by an exact scan of a memory-mapped file that is made anew from the database when it is stale.

One file for each table and length of vector: a header, the ids of the moments (int64, ascending), then the vectors
(float16, row by row), little-endian. The header repeats the token that the database changes with every change of a
vector. A file is made under the database's write lock, so that none with a forgotten video's vectors can appear after
the video was erased, and replaced in one step, so that a reader sees the old or the new one whole.
"""

import os
import struct
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from passerby.batching import Batching
from passerby.errors import StoreError
from passerby.records import Floats
from passerby.store.blobs import pack
from passerby.store.database import Database

FOLDER = "cache"
_HEADER = struct.Struct("<8s16sQQ")  # magic, token, number of vectors, their length
_MAGIC = b"PSBYVEC1"
_UNFINISHED = ".new"
# Rows turned to float32 at once: 1024 of 256 numbers are 1 MB, which stays in the processor's cache.
_BLOCK = 1024
# A float16 moved into the place of a float32's sign, exponent and fraction is too small by this, as the exponents
# have different biases (127 and 15).
_BIAS = np.float32(2.0**112)
_FIELDS = np.int32(
    -0x70002000
)  # 0x8fffe000: a float32's sign, the low 5 bits of its exponent, the high 10 of its fraction

Table = Literal["vectors", "meanings", "looks"]
TABLES: tuple[Table, ...] = ("vectors", "meanings", "looks")
Ids = NDArray[np.int64]
Halves = NDArray[np.float16]


def folder_of(db: Database) -> Path:
    return db.path.parent / FOLDER


@dataclass(slots=True)
class _Asked:
    """A vector whose cosines with all of a file are wanted."""

    file: tuple[Path, bytes]  # with the token: of the same, the vectors are the same
    stored: Halves
    vector: Floats
    cosines: Floats


class Scans:
    """Passes over whole files of vectors. What several threads ask of one file while a pass is made is one more pass.

    To turn the numbers of a file to float32 takes far longer than to multiply them. Cosines do not depend on what else
    is asked.
    """

    def __init__(self) -> None:
        self._together = Batching(_scan)

    def cosines(self, file: tuple[Path, bytes], stored: Halves, vector: Floats) -> Floats:
        """The products of ``vector`` (d,) with all of ``stored`` (n, d); all are of length 1."""
        asked = _Asked(file, stored, vector, np.empty(len(stored), np.float32))
        self._together.put(asked)
        return asked.cosines


def _scan(together: Sequence[_Asked]) -> None:
    for file in {asked.file for asked in together}:
        same = [asked for asked in together if asked.file == file]
        _multiply(same[0].stored, None, [(asked.vector, asked.cosines) for asked in same])


def nearest(
    db: Database,
    scans: Scans,
    table: Table,
    vector: Floats,
    limit: int,
    allowed: Collection[int] | None,
    least: float,
) -> list[tuple[int, float]]:
    """See Store.nearest."""
    path = folder_of(db) / f"{table}-{len(vector)}.bin"
    token, ids, stored = _load(db, table, path, len(vector))
    rows = None if allowed is None else np.flatnonzero(np.isin(ids, np.fromiter(allowed, np.int64, len(allowed))))
    if rows is None:
        scores = scans.cosines((path, token), stored, vector)
    else:
        scores = np.empty(len(rows), np.float32)
        _multiply(stored, rows, [(vector, scores)])
    best = np.flatnonzero(scores >= least)
    if limit < len(best):
        best = best[np.argpartition(-scores[best], limit - 1)[:limit]]
    found = best if rows is None else rows[best]
    order = np.lexsort((ids[found], -scores[best]))
    return [(int(ids[row]), float(score)) for row, score in zip(found[order], scores[best][order], strict=True)]


def _multiply(stored: Halves, rows: NDArray[np.intp] | None, wanted: Sequence[tuple[Floats, Floats]]) -> None:
    """Fill in the products of each vector that is wanted with all rows, or with ``rows``; all are of length 1."""
    count = len(stored) if rows is None else len(rows)
    space = np.empty((_BLOCK, stored.shape[1]), np.int32)
    scaled = [(vector * _BIAS, scores) for vector, scores in wanted]
    for start in range(0, count, _BLOCK):
        end = min(start + _BLOCK, count)
        block = _unscaled(stored[start:end] if rows is None else stored[rows[start:end]], space[: end - start])
        for vector, scores in scaled:
            # One by one, and not as a product of matrices: that rounds otherwise for another number of vectors.
            np.dot(block, vector, out=scores[start:end])
    for _, scores in wanted:
        np.clip(scores, -1, 1, out=scores)  # rounding to float16 may have made a vector a little longer


def _unscaled(block: Halves, space: NDArray[np.int32]) -> Floats:
    """The finite numbers of ``block``, divided by _BIAS: 2.5 times as fast as ``astype``, and as exact."""
    space[:] = block.view(np.int16)  # takes the sign along, to the left
    space <<= 13
    space &= _FIELDS
    return space.view(np.float32)


def _load(db: Database, table: Table, path: Path, length: int) -> tuple[bytes, Ids, Halves]:
    token = _token(db)
    loaded = _map(path, token, length)
    if loaded is None:
        with db.transaction():
            token = _token(db)  # another process may have made the file while this one waited
            loaded = _map(path, token, length)
            if loaded is None:
                _build(db, table, path, token, length)
                loaded = _map(path, token, length)
    if loaded is None:
        raise StoreError(f"{path}: just written, and not the same when read again; check the disk")
    return token, *loaded


def _token(db: Database) -> bytes:
    return bytes(db.value("SELECT value FROM state WHERE name = 'vectors'"))


def _map(path: Path, token: bytes, length: int) -> tuple[Ids, Halves] | None:
    """The ids (n,) and vectors (n, length) of a cache, or None if there is none, or it is stale or not whole."""
    try:
        with path.open("rb") as file:
            header = file.read(_HEADER.size)
            size = os.fstat(file.fileno()).st_size
            if len(header) < _HEADER.size or header[:24] != _MAGIC + token:
                return None
            _, _, count, width = _HEADER.unpack(header)
            if width != length or size != _HEADER.size + count * (8 + 2 * length):
                return None
            if not count:
                return np.zeros(0, np.int64), np.zeros((0, length), np.float16)
            ids = np.memmap(file, "<i8", "r", _HEADER.size, (count,))
            vectors = np.memmap(file, "<f2", "r", _HEADER.size + 8 * count, (count, length))
            return np.asarray(ids), np.asarray(vectors)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreError(f"{path}: cannot be read ({error}); remove it, it will be made anew") from error


def _build(db: Database, table: Table, path: Path, token: bytes, length: int) -> None:
    chosen = f"FROM {table} WHERE length(vector) = ? ORDER BY moment"
    ids = [moment for (moment,) in db.rows(f"SELECT moment {chosen}", [2 * length])]
    new = path.with_suffix(_UNFINISHED)
    try:
        path.parent.mkdir(exist_ok=True)
        with new.open("wb") as file:
            file.write(_HEADER.pack(_MAGIC, token, len(ids), length))
            file.write(pack(np.array(ids, np.int64), "<i8"))
            for batch in db.batches(f"SELECT vector {chosen}", [2 * length], _BLOCK):
                file.write(b"".join(row[0] for row in batch))
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except OSError as error:
        raise StoreError(f"{path}: the cache of vectors cannot be written ({error}); check the disk") from error


def files(db: Database) -> list[Path]:
    folder = folder_of(db)
    return sorted(folder.iterdir()) if folder.is_dir() else []


def useless(db: Database) -> list[Path]:
    """The files in the cache folder that are not whole, or none of ours. One that is only stale is no fault:
    every change of a vector makes it so, and the next search makes it anew. Unfinished ones are swept anyway."""
    return [path for path in files(db) if not _is_unfinished(path) and not _is_whole(path)]


def _is_unfinished(path: Path) -> bool:
    return path.suffix == _UNFINISHED and _length(path).isdecimal()


def _length(path: Path) -> str:
    """The length of the vectors in one of our files; "" for another file."""
    table, _, length = path.stem.partition("-")
    return length if table in TABLES else ""


def _is_whole(path: Path) -> bool:
    name = _length(path)
    if path.suffix != ".bin" or not name.isdecimal():
        return False
    with path.open("rb") as file:
        token = file.read(_HEADER.size)[len(_MAGIC) : 24]
    return _map(path, token, int(name)) is not None


def sweep(db: Database) -> None:
    """Remove what builders have left that were killed."""
    if _unfinished(db):
        with db.transaction():  # outside of one, another process may be building
            _remove(_unfinished(db))


def _unfinished(db: Database) -> list[Path]:
    return [path for path in files(db) if _is_unfinished(path)]


def remove_caches(db: Database) -> None:
    """Remove every file of the cache folder. To be called within a transaction, which keeps builders away."""
    _remove(files(db))


def _remove(paths: Sequence[Path]) -> None:
    for path in paths:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise StoreError(f"{path}: cannot be removed ({error}); remove it by hand") from error
