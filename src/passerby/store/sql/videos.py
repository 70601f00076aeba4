"""The videos of a library, and what a user means by a name."""

import difflib
import os
import re
from collections.abc import Iterable

from passerby.errors import UnknownVideoError
from passerby.records import StoredVideo, VideoNotes
from passerby.store.sql import declined, video_rows, words
from passerby.store.sql.base import Eraser, SqlDatabase, SqlTables
from passerby.store.videos import Among, VideoStore
from passerby.store.words.rows import as_name


class SqlVideos(VideoStore):
    """See VideoStore."""

    def __init__(self, tables: SqlTables, eraser: Eraser) -> None:
        self._db, self._tables, self._eraser = tables.db, tables, eraser

    def all(self) -> list[StoredVideo]:
        return video_rows.all_videos(self._db)

    def with_ids(self, video_ids: Iterable[str]) -> list[StoredVideo]:
        return video_rows.with_ids(self._db, video_ids)

    def get(self, video_id: str) -> StoredVideo | None:
        return video_rows.find(self._db, video_id)

    def resolve(self, text: str, among: Among = "library") -> StoredVideo:
        return _resolve(self._db, text, among)

    def say(self, video_id: str, said: VideoNotes) -> None:
        with self._db.alone(f"video {video_id}"):
            number = video_rows.number_of(self._db, video_id)
            self._db.rows(
                "UPDATE videos SET title = ?, description = ?, review = ? WHERE number = ?",
                [said.title, said.description, said.review, number],
            )
            video_rows.list_as_named(self._db, number)
            words.refresh(self._tables, number)

    def forget(self, video_id: str) -> None:
        self._eraser.forget(video_id)

    def kept_elsewhere(self) -> list[str]:
        return self._eraser.kept_elsewhere()

    def decline(self, video_id: str) -> None:
        with self._db.alone("jobs"):
            declined.decline(self._db, video_id)

    def drop(self, video_id: str) -> None:
        self._eraser.drop(video_id)


def _resolve(db: SqlDatabase, text: str, among: Among) -> StoredVideo:
    """The one video that a user means by ``text``."""
    for numbers in (_by_path(db, text), _by_name(db, text), _by_id(db, text)):
        found = video_rows.numbered(db, numbers, among)  # fewer, if one is forgotten at this moment
        if len(found) == 1:
            return found[0]
        if found:
            meant = ", ".join(_told(video) for video in found[:10])
            raise UnknownVideoError(f"{text}: {len(found)} videos are called so: {meant}; give the path or the id")
        if among == "library" and video_rows.numbered(db, numbers, "trash"):
            raise UnknownVideoError(f"{text}: it is in the trash; `passerby trash restore` takes it out")
    if among == "trash":
        raise UnknownVideoError(f"{text}: nothing in the trash is called so; `passerby trash list` shows what is there")
    raise UnknownVideoError(_nothing_found(db, text))


def _by_path(db: SqlDatabase, text: str) -> list[int]:
    paths = dict.fromkeys((os.path.abspath(text), os.path.realpath(text), text))
    for path in paths if text else ():
        number = db.value("SELECT video FROM paths WHERE path = ?", [db.file_name(path)])
        if number is not None:
            return [number]
    return []


def _by_name(db: SqlDatabase, text: str) -> list[int]:
    name = db.file_name(text)
    rows = db.rows(
        "SELECT video FROM paths WHERE name = ? UNION SELECT number FROM videos WHERE name = ? OR title = ?",
        [name, name, as_name(text)],
    )
    return [number for (number,) in rows]


def _by_id(db: SqlDatabase, text: str) -> list[int]:
    if not re.fullmatch(r"[0-9a-fA-F]{4,64}", text):
        return []
    start = text.lower()
    rows = db.rows("SELECT number FROM videos WHERE id >= ? AND id < ? ORDER BY number", [start, start + "g"])
    return [number for (number,) in rows]


def _nothing_found(db: SqlDatabase, text: str) -> str:
    known = video_rows.all_videos(db)
    if not known:
        return f"{text}: the library holds no videos yet; `passerby add` takes them in"
    names = [video.name for video in known]
    close = set(difflib.get_close_matches(os.path.basename(text), names, n=5, cutoff=0.5))
    meant = [video for video in known if video.name in close] or known
    listed = ", ".join(_told(video) for video in meant[:5])
    lead = "did you mean" if close else "the library holds"
    more = f" and {len(meant) - 5} more" if len(meant) > 5 else ""
    return f"{text}: no video is called so, has that path or an id that starts so; {lead} {listed}{more}"


def _told(video: StoredVideo) -> str:
    return f"{video.name} ({video.id[:12]})"
