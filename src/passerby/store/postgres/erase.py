"""Forgetting a video so that no byte of it is left in the files of the database (law 4).

Deleting its rows is not enough. Each of these was seen to leave bytes behind:

- VACUUM gives the place of dead rows away and clears nothing of it; a B-tree keeps keys of rows that are gone in its
  inner pages. VACUUM (FULL) writes a table and its indexes anew. For that not to be the whole library, tables with
  content are partitioned by video: one part of each is written anew, and the small tables.
- A table of vectors is in one part, for the sake of its index. pgvector itself clears dead vectors of the index when
  it is vacuumed. Rows of the table have one size, so that new ones lie exactly where dead ones did: rows of noughts are
  written until none fits into a page that was there before, and rolled back (``_overwrite``).
- Samples of columns for the planner: there are none (``schema.keep_no_samples``).
- The write-ahead log has all that was ever written, until a checkpoint lets go of its files; PostgreSQL renames such
  files to write to them later, with what is in them. They are written over then (``wal.py``).

The rows go in one transaction, which also notes which parts may have bytes left. The rest follows it, can be repeated,
and is taken up again by ``passerby doctor`` if it was cut short. It waits for transactions that are older than
the removal, since those still see the rows.
"""

import time

from passerby.errors import StoreError
from passerby.store.postgres import wal
from passerby.store.postgres.connecting import SCHEMA
from passerby.store.postgres.database import PostgresDatabase
from passerby.store.postgres.files import PostgresFiles
from passerby.store.sql import declined, video_rows
from passerby.store.sql.base import Eraser

RETRY_SECONDS = 0.05
# Tables without anything of a video, but for its id in the log (docs/laws.md).
_WITHOUT_CONTENT = ("state", "users", "sessions", "tokens", "tries", "log", "hooks")
_PAGE_BYTES, _POINTER_BYTES = 8168, 4  # of a page what rows and the pointers to them share
_ROW_BYTES = 24 + 3 * 8 + 8  # head of a row, its three numbers, head of its vector
_THIS = "pg_current_xact_id()::text::bigint"  # the transaction that this is
_FIRST_FILLER = 1 << 62  # above all ids of moments


class PostgresEraser(Eraser):
    """See Eraser."""

    def __init__(self, db: PostgresDatabase, files: PostgresFiles, wait_seconds: float) -> None:
        self._db, self._files, self._wait_seconds = db, files, wait_seconds

    def forget(self, video_id: str) -> None:
        with self._db.alone("jobs", f"video {video_id}"):
            declined.decline(self._db, video_id)
            self._remove(video_id)
        self.finish()

    def drop(self, video_id: str) -> None:
        with self._db.alone("jobs", f"video {video_id}"):
            self._remove(video_id)
        self.finish()

    def _remove(self, video_id: str) -> None:
        number = video_rows.number_of(self._db, video_id)
        for table in self._vector_tables():
            self._db.rows(
                f"INSERT INTO unerased_vectors SELECT DISTINCT {_THIS}, ?, vector_dims(vector) FROM {table} "
                "WHERE video = ?",
                [table, number],
            )
        parts = self._db.state("parts")
        self._db.rows(
            f"INSERT INTO unerased SELECT {_THIS}, part FROM generate_series(0, ? - 1) AS part "
            f"WHERE satisfies_hash_partition('{SCHEMA}.moments'::regclass, ?, part, ?::bigint)",
            [parts, parts, number],
        )
        self._db.rows("DELETE FROM videos WHERE number = ?", [number])
        self._db.set_state("erasing", 1)

    def kept_elsewhere(self) -> list[str]:
        return wal.kept_elsewhere(self._db)

    def is_pending(self) -> bool:
        """Whether bytes of a forgotten video may be left."""
        return bool(self._db.state("erasing"))

    def finish(self) -> None:
        """Remove what is left of forgotten videos. Raises StoreError if something is in the way of that."""
        self._files.sweep()
        latest = self._db.value(f"SELECT {_THIS}")
        self._wait_for_older(latest)
        parts = [part for (part,) in self._db.rows("SELECT DISTINCT part FROM unerased WHERE removal <= ?", [latest])]
        for table in self._partitioned_tables():
            for part in parts:
                self._db.run_outside(f"VACUUM (FULL) {table}_{part}")
        vectors = self._db.rows(
            "SELECT DISTINCT name, dimensions FROM unerased_vectors WHERE removal <= ? ORDER BY 1, 2", [latest]
        )
        for table in dict.fromkeys(name for name, _ in vectors):
            self._db.run_outside(f"VACUUM (FREEZE, INDEX_CLEANUP ON) {table}")
        for table, dimensions in vectors:
            self._overwrite(table, dimensions)
        for table in self._small_tables():
            self._db.run_outside(f"VACUUM (FULL) {table}")
        wal.clear(self._db)
        with self._db.alone("erasing"):
            self._db.rows("DELETE FROM unerased WHERE removal <= ?", [latest])
            self._db.rows("DELETE FROM unerased_vectors WHERE removal <= ?", [latest])
            if not self._db.value("SELECT 1 FROM unerased"):
                self._db.set_state("erasing", 0)

    def lacks(self) -> list[str]:
        """What keeps this user from forgetting so that no byte is left, in words."""
        return wal.lacks(self._db)

    def _wait_for_older(self, transaction: int) -> None:
        """Wait until nobody sees what was removed before a transaction any more."""
        until = time.monotonic() + self._wait_seconds
        while holder := self._db.value(_OLDER, [transaction]):
            if time.monotonic() > until:
                raise StoreError(
                    f"{self._db.name}: the video is forgotten, but {holder} still sees an older state, so bytes of it "
                    "stay in the files of the database; end that, then run `passerby doctor --repair`"
                )
            time.sleep(RETRY_SECONDS)

    def _overwrite(self, table: str, dimensions: int) -> None:
        """Write noughts where rows were in a table of vectors."""
        size = _ROW_BYTES + -(-2 * dimensions // 8) * 8
        room = _PAGE_BYTES % (size + _POINTER_BYTES)
        if room < 2 * 32 or size > _PAGE_BYTES:  # PostgreSQL knows how much room is in a page in steps of 32 bytes only
            self._db.run_outside(f"VACUUM (FULL) {table}")
            return
        pages = self._db.value("SELECT pg_relation_size(?::regclass) / 8192", [f"{SCHEMA}.{table}"])
        noughts = f"[{','.join('0' * dimensions)}]"
        first, count = _FIRST_FILLER, 2 * (_PAGE_BYTES // size)
        with self._db.undone():
            last = -1
            while last < pages:
                last = self._db.value(
                    f"WITH filled AS (INSERT INTO {table} (moment, video, result, vector) "
                    f"SELECT number, 0, 0, ?::halfvec FROM generate_series(?::bigint, ?::bigint) AS number "
                    "RETURNING (ctid::text::point)[0]::bigint AS page) SELECT max(page) FROM filled",
                    [noughts, first, first + count - 1],
                )
                first, count = first + count, count * 2

    def _vector_tables(self) -> list[str]:
        return self._names(
            "relkind = 'r' AND EXISTS (SELECT FROM pg_attribute JOIN pg_type ON pg_type.oid = atttypid "
            "WHERE attrelid = pg_class.oid AND typname = 'halfvec')"
        )

    def _partitioned_tables(self) -> list[str]:
        return self._names("relkind = 'p'")

    def _small_tables(self) -> list[str]:
        without = {*_WITHOUT_CONTENT, *self._vector_tables()}
        return [name for name in self._names("relkind = 'r' AND NOT relispartition") if name not in without]

    def _names(self, condition: str) -> list[str]:
        rows = self._db.rows(
            f"SELECT relname::text FROM pg_class WHERE relnamespace = ?::regnamespace AND {condition} ORDER BY 1",
            [SCHEMA],
        )
        return [name for (name,) in rows]


# Who may still see rows that were removed before a transaction; vacuuming looks at no rows of others.
_OLDER = """SELECT holder FROM (
    SELECT 'session ' || pid || coalesce(' of ' || usename, ''), oldest
        FROM pg_stat_activity CROSS JOIN LATERAL (VALUES (backend_xmin), (backend_xid)) AS seen (oldest)
        WHERE (datname = current_database() OR datname IS NULL) AND pid <> pg_backend_pid()
        AND query NOT LIKE 'autovacuum: VACUUM %'
    UNION ALL SELECT 'replication slot ' || slot_name, xmin FROM pg_replication_slots
    UNION ALL SELECT 'prepared transaction ' || gid, transaction FROM pg_prepared_xacts
        WHERE database = current_database()
    ) AS holders (holder, oldest) WHERE age(oldest) >= age((? % 4294967296)::text::xid) LIMIT 1"""
