"""Where the results of stages go, for as long as the session that holds the video is there."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from passerby.store.postgres.database import PostgresDatabase
from passerby.store.postgres.locks import PostgresLocks
from passerby.store.sql.base import Eraser, SqlTables
from passerby.store.sql.sink import SqlSink


class PostgresSink(SqlSink):
    """See Sink."""

    def __init__(self, db: PostgresDatabase, tables: SqlTables, locks: PostgresLocks, eraser: Eraser) -> None:
        super().__init__(tables, locks, eraser)
        self._db, self._claims = db, locks

    @contextmanager
    def claimed(self, video_id: str, on_wait: Callable[[], None]) -> Iterator[None]:
        with self._claims.claim(video_id, on_wait) as claim, self._db.fenced(claim):
            yield
