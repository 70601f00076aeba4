"""Nearest vectors by an exact scan of a memory-mapped file that is made anew from the database when it is stale.

One file for each table and length of vector: a header, the ids of the moments (int64, ascending), then the vectors
(float16, row by row), little-endian. The header repeats the token that the database changes with every change of a
vector. A file is made under the database's write lock, so that none with a forgotten video's vectors can appear after
the video was erased, and replaced in one step, so that a reader sees the old or the new one whole.
"""

import os
import struct
from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np
import simsimd
from numpy.typing import NDArray

from passerby.errors import StoreError
from passerby.files import private
from passerby.records import Floats
from passerby.store.records import TABLES
from passerby.store.records.arrays import pack
from passerby.store.sqlite.database import Database

FOLDER = "cache"
_HEADER = struct.Struct("<8s16sQQ")  # magic, token, number of vectors, their length
_MAGIC = b"PSBYVEC1"
_UNFINISHED = ".new"
# Rows that are read, or gathered, at once: of 384 numbers, 6 MB.
_BLOCK = 8192

# On Intel's Sapphire Rapids it would add up in 16 bit, and a cosine be wrong by .0004; ARM's SVE in 16 bit is untried.
simsimd.disable_capability("sapphire")
simsimd.disable_capability("sve_f16")

_TABLES = [table.name for table in TABLES if "vector" in table.columns.values()]
Ids = NDArray[np.int64]
Halves = NDArray[np.float16]


def folder_of(db: Database) -> Path:
    return db.path.parent / FOLDER


def nearest(
    db: Database,
    table: str,
    vector: Floats,
    limit: int,
    allowed: Collection[int] | None,
    least_cosine: float,
    without: Collection[int] = (),
) -> list[tuple[int, float]]:
    """See SearchIndex.nearest. ``without`` are the numbers of videos whose moments are left out."""
    path = folder_of(db) / f"{table}-{len(vector)}.bin"
    ids, stored = _load(db, table, path, len(vector))
    rows = None if allowed is None else np.flatnonzero(np.isin(ids, np.fromiter(allowed, np.int64, len(allowed))))
    if without:
        chosen, numbers = db.among(without)
        gone = db.ids(f"SELECT id FROM moments WHERE video {chosen}", [numbers])
        rows = np.arange(len(ids)) if rows is None else rows
        rows = rows[~np.isin(ids[rows], np.array(gone, np.int64))]
    scores = _cosines(stored, vector) if rows is None else _cosines_of(rows, stored, vector)
    best = np.flatnonzero(scores >= least_cosine)
    if limit < len(best):
        best = best[np.argpartition(-scores[best], limit - 1)[:limit]]
    found = best if rows is None else rows[best]
    order = np.lexsort((ids[found], -scores[best]))
    return [(int(ids[row]), float(score)) for row, score in zip(found[order], scores[best][order], strict=True)]


def _cosines(stored: Halves, vector: Floats) -> Floats:
    """The products of ``vector`` (d,), rounded to float16, with all of ``stored`` (n, d); all are of length 1.

    In one call, which lets other threads run: NumPy has no fast product of float16, and between the calls that turn
    block after block to float32, each search of a busy server waited for all others.
    """
    if not len(stored):  # which SimSIMD refuses
        return np.zeros(0, np.float32)
    asked = vector.astype(np.float16)[None]
    products = np.asarray(simsimd.cdist(stored, asked, metric="dot", out_dtype="float32"))[:, 0]
    # Rounding to float16 may have made a vector a little longer.
    return np.asarray(np.clip(products, -1, 1), np.float32)


def _cosines_of(rows: NDArray[np.intp], stored: Halves, vector: Floats) -> Floats:
    """Those of some ``rows``, without a copy of all of them at once."""
    blocks = [rows[start : start + _BLOCK] for start in range(0, len(rows), _BLOCK)]
    return np.concatenate([np.zeros(0, np.float32), *(_cosines(stored[block], vector) for block in blocks)])


def _load(db: Database, table: str, path: Path, length: int) -> tuple[Ids, Halves]:
    token = _token(db)
    loaded = _map(path, token, length)
    if loaded is None and not db.is_writable:
        return _read(db, table, length)
    if loaded is None:
        with db.transaction():
            token = _token(db)  # another process may have made the file while this one waited
            loaded = _map(path, token, length)
            if loaded is None:
                _build(db, table, path, token, length)
                loaded = _map(path, token, length)
    if loaded is None:
        raise StoreError(f"{path}: just written, and not the same when read again; check the disk")
    return loaded


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


def _read(db: Database, table: str, length: int) -> tuple[Ids, Halves]:
    """The same from the table itself, where no file may be made: they are read anew each time."""
    rows = db.rows(f"SELECT moment, vector FROM {table} WHERE length(vector) = ? ORDER BY moment", [2 * length])
    vectors = np.frombuffer(b"".join(vector for _, vector in rows), "<f2").reshape(-1, length)
    return np.array([moment for moment, _ in rows], np.int64), np.asarray(vectors, np.float16)


def _build(db: Database, table: str, path: Path, token: bytes, length: int) -> None:
    chosen = f"FROM {table} WHERE length(vector) = ? ORDER BY moment"
    ids = [moment for (moment,) in db.rows(f"SELECT moment {chosen}", [2 * length])]
    new = path.with_suffix(_UNFINISHED)
    try:
        path.parent.mkdir(private.FOLDER_MODE, exist_ok=True)
        with open(new, "wb", opener=private.opener) as file:
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
    return length if table in _TABLES else ""


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
