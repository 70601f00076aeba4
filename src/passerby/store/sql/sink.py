"""Where the results of stages go, into one database."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import TypeVar

from passerby.records import StoredVideo, VideoStatus
from passerby.store.locks import Locks
from passerby.store.sink import Sink
from passerby.store.sql import declined, results, video_rows
from passerby.store.sql.base import Eraser, SqlTables
from passerby.store.sql.record_store import SqlRecords

R = TypeVar("R")


class SqlSink(Sink):
    """See Sink."""

    def __init__(self, tables: SqlTables, locks: Locks, eraser: Eraser) -> None:
        self._tables, self._locks, self._eraser = tables, locks, eraser
        self._records = SqlRecords(tables)

    def video(self, video_id: str) -> StoredVideo | None:
        return video_rows.find(self._tables.db, video_id, trashed=True)

    def finished(self, video_id: str) -> dict[str, str]:
        return self._records.finished(video_id)

    def records(self, video_id: str, kind: type[R], stage: str = "") -> list[R]:
        return self._records.of(video_id, kind, stage)

    def words(self, video_id: str) -> dict[int, str]:
        return self._records.words(video_id)

    def claimed(self, video_id: str, on_wait: Callable[[], None]) -> AbstractContextManager[None]:
        return self._locks.video(video_id, on_wait)

    def require_wanted(self, video_id: str, job: str) -> None:
        declined.require_wanted(self._tables.db, video_id, job)

    def known_at(self, path: str, state: str) -> str | None:
        return video_rows.known_at(self._tables.db, path, state)

    def begin_video(self, video: StoredVideo, job: str = "", state: str = "", *, moved: bool = False) -> None:
        video_rows.begin(self._tables, video, job, state, moved=moved)

    def finish_stage(self, video_id: str, stage: str, key: str, records: Sequence[object]) -> None:
        results.finish_stage(self._tables, video_id, stage, key, records)

    def drop_stage(self, video_id: str, stage: str) -> None:
        results.drop_stage(self._tables, video_id, stage)

    def end_video(self, video_id: str, frames: int, duration: int, status: VideoStatus, note: str) -> None:
        video_rows.end(self._tables.db, video_id, frames, duration, status, note)

    def drop(self, video_id: str) -> None:
        self._eraser.drop(video_id)
