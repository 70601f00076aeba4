"""Forgetting a video so that no byte of it is left in the files of the database (law 4).

Deleting its rows is not enough. Each of these was seen to leave bytes behind:

- VACUUM gives the place of dead rows away and clears nothing of it; a B-tree keeps keys of rows that are gone in its
  inner pages. VACUUM (FULL) writes a table and its indexes anew. For that not to be the whole library, tables with
  content are partitioned by video: one part of each is written anew, and the small tables.
- Tables of vectors are in parts by the ids of moments. A part is written anew without its index of vectors: to mend
  that for a hundred vectors that went takes pgvector longer than to make it anew, which is left to
  ``vector_indexes.keep_up``. In which parts vectors of a video ever were, is noted (``segments``).
- Samples of columns for the planner: there are none (``schema.keep_no_samples``).
- The write-ahead log has all that was ever written, until a checkpoint lets go of its files; PostgreSQL renames such
  files to write to them later, with what is in them. They are written over then (``wal.py``).

The rows go in one transaction, which also notes which parts may have bytes left. The rest follows it, can be repeated,
and is taken up again by ``passerby doctor`` if it was cut short. It waits for transactions that are older than
the removal, since those still see the rows.
"""

import time
from collections.abc import Sequence

from passerby.errors import StoreError
from passerby.store.postgres import vector_indexes, wal
from passerby.store.postgres.blobs import kept_blobs
from passerby.store.postgres.connecting import SCHEMA
from passerby.store.postgres.database import PostgresDatabase
from passerby.store.sql import declined, files, holds, video_rows
from passerby.store.sql.base import Eraser

RETRY_SECONDS = 0.05
# Tables without anything of a video, but for its id in the log (docs/laws.md).
_WITHOUT_CONTENT = ("state", "segments", "users", "sessions", "tokens", "tries", "log", "hooks")
_THIS = "pg_current_xact_id()::text::bigint"  # the transaction that this is


class PostgresEraser(Eraser):
    """See Eraser."""

    def __init__(self, db: PostgresDatabase, wait_seconds: float) -> None:
        self._db, self._wait_seconds = db, wait_seconds

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
        holds.require_free(self._db, video_id)
        number = video_rows.number_of(self._db, video_id)
        self._db.rows(f"INSERT INTO unerased_vectors SELECT {_THIS}, segment FROM segments WHERE video = ?", [number])
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
        if self._db.state("blobs"):
            files.sweep(self._db, kept_blobs(self._db))
        latest = self._db.value(f"SELECT {_THIS}")
        self._wait_for_older(latest)
        parts = [part for (part,) in self._db.rows("SELECT DISTINCT part FROM unerased WHERE removal <= ?", [latest])]
        for table in self._partitioned_tables():
            for part in parts:
                self._db.run_outside(f"VACUUM (FULL) {table}_{part}")
        self._rewrite_vectors(latest)
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

    def _rewrite_vectors(self, latest: int) -> None:
        segments = self._db.rows("SELECT DISTINCT segment FROM unerased_vectors WHERE removal <= ?", [latest])
        for table in vector_indexes.VECTOR_TABLES:
            for (segment,) in segments:
                vector_indexes.drop(self._db, table, segment)
                self._db.run_outside(f"VACUUM (FULL) {table}_{segment}")

    def _partitioned_tables(self) -> list[str]:
        """Those that are partitioned by video."""
        return self._names("relkind = 'p' AND relname <> ALL(?)", [list(vector_indexes.VECTOR_TABLES)])

    def _small_tables(self) -> list[str]:
        names = self._names("relkind = 'r' AND NOT relispartition")
        return [name for name in names if name not in _WITHOUT_CONTENT]

    def _names(self, condition: str, values: Sequence[object] = ()) -> list[str]:
        rows = self._db.rows(
            f"SELECT relname::text FROM pg_class WHERE relnamespace = ?::regnamespace AND {condition} ORDER BY 1",
            [SCHEMA, *values],
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
