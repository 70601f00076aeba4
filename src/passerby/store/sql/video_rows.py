"""The rows of videos, and of the paths under which their contents were found."""

import os
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction

from passerby.errors import ForgottenError
from passerby.object_storage.address import SCHEME
from passerby.records import RecordingDate, StoredVideo, Trashed, VideoNotes, VideoStatus
from passerby.store.sql import words
from passerby.store.sql.base import Row, SqlDatabase, SqlTables
from passerby.store.sql.declined import require_wanted
from passerby.store.sql.file_names import unpack_file_name
from passerby.store.videos import Among
from passerby.store.words.rows import as_name
from passerby.times import TimeBase

_COLUMNS = (
    "id, name, path, size_bytes, width, height, tick_numerator, tick_denominator, frames, duration, status, note, "
    "recorded, recorded_source, recorded_told, recorded_zone, recorded_zone_source"
)
_READ = f"{_COLUMNS}, title, description, review, trashed, trashed_by"
KEPT = "videos.trashed IS NULL"  # the condition that a video is not in the trash


def begin(tables: SqlTables, video: StoredVideo, job: str, state: str, *, moved: bool) -> None:
    """Take the video in, or note a further path of one that is here. See Sink.begin_video."""
    db = tables.db
    with db.alone("paths", f"video {video.id}"):
        known = find(db, video.id, trashed=True)
        if known is None:
            require_wanted(db, video.id, job)
            db.rows(
                f"INSERT INTO videos ({_COLUMNS}, added) VALUES ({', '.join('?' * 18)})",
                [*_values(db, video), time.time()],
            )
        number = number_of(db, video.id)
        if known is not None and known.trashed is not None and _is_wanted_back(db, known.trashed, job):
            put_back(db, video.id)
        if known is not None:
            _renew(db, number, known, video, moved=moved)
        path = db.file_name(video.path)
        owner = db.value("SELECT video FROM paths WHERE path = ?", [path])
        db.rows(
            "INSERT INTO paths (path, name, video, state) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (path) DO UPDATE SET name = excluded.name, video = excluded.video, state = excluded.state",
            [path, db.file_name(video.name), number, state],
        )
        renamed = {number, number if owner is None else owner}  # the file may have had another content before
        with alone_with(db, renamed):
            for each in renamed:
                list_as_named(db, each)
                words.refresh(tables, each)


def _is_wanted_back(db: SqlDatabase, trashed: Trashed, job: str) -> bool:
    """Whether who adds a video that is in the trash asked for that after it went there."""
    asked = db.value("SELECT created FROM jobs WHERE id = ?", [job]) if job else None
    return asked is None or asked > trashed.since


def put_back(db: SqlDatabase, video_id: str) -> None:
    """Take the video out of the trash, if it is there."""
    db.rows("UPDATE videos SET trashed = NULL, trashed_by = '' WHERE id = ?", [video_id])


def list_as_named(db: SqlDatabase, number: int) -> None:
    """Have lists know the video with this number by what it is called now."""
    for name, title in db.rows("SELECT name, title FROM videos WHERE number = ?", [number]):
        listed = (title or as_name(unpack_file_name(name))).casefold()
        db.rows("UPDATE videos SET listed_name = ? WHERE number = ?", [listed, number])


def known_at(db: SqlDatabase, path: str, state: str) -> str | None:
    """See Sink.known_at."""
    found: str | None = db.value(
        "SELECT videos.id FROM paths JOIN videos ON videos.number = paths.video "
        f"WHERE paths.path = ? AND state = ? AND {KEPT}",
        [db.file_name(path), state],
    )
    return found


def _renew(db: SqlDatabase, number: int, known: StoredVideo, video: StoredVideo, *, moved: bool) -> None:
    is_there = not moved if known.path.startswith(SCHEME) else os.path.exists(known.path)
    if not is_there:  # moved or renamed: the first path is good for nothing any more
        db.rows(
            "UPDATE videos SET name = ?, path = ? WHERE number = ?",
            [db.file_name(video.name), db.file_name(video.path), number],
        )
    if _picture(known) != _picture(video):
        # The file is read in another way than before: what was measured on it is in the wrong units.
        db.rows("DELETE FROM results WHERE video = ?", [number])
        db.rows(
            "UPDATE videos SET width = ?, height = ?, tick_numerator = ?, tick_denominator = ?, frames = ?, "
            "duration = ?, status = ?, note = ? WHERE number = ?",
            [*_values(db, video)[4:12], number],
        )
    date = _surer(known.recorded, video.recorded)
    db.rows(
        "UPDATE videos SET recorded = ?, recorded_source = ?, recorded_told = ?, recorded_zone = ?, "
        "recorded_zone_source = ? WHERE number = ?",
        [*_dated(date), number],
    )


def _surer(one: RecordingDate | None, other: RecordingDate | None) -> RecordingDate | None:
    """The container's word; of two files with the same content, the older: a copy is younger than what it is of."""
    dates = [date for date in (other, one) if date is not None]  # the later tells more than an older Passerby kept
    return min(dates, key=lambda date: (date.source == "file", date.unix_seconds), default=None)


def _dated(date: RecordingDate | None) -> tuple[object, ...]:
    if date is None:
        return (None, None, "", "", "")
    return (date.unix_seconds, date.source, date.as_written, date.zone, date.zone_source)


def _picture(video: StoredVideo) -> tuple[int, int, TimeBase]:
    return video.width, video.height, video.time_base


def _values(db: SqlDatabase, video: StoredVideo) -> list[object]:
    tick = video.time_base.tick
    names = [video.id, db.file_name(video.name), db.file_name(video.path)]
    numbers = [video.size_bytes, video.width, video.height, tick.numerator, tick.denominator]
    ending = [video.frames, video.duration, video.status, video.note]
    return [*names, *numbers, *ending, *_dated(video.recorded)]


def end(db: SqlDatabase, video_id: str, frames: int, duration: int, status: VideoStatus, note: str) -> None:
    """Keep how the work on the video ended. Raises ForgottenError if it is gone."""
    with db.alone(f"video {video_id}"):
        number = number_of(db, video_id)
        db.rows(
            "UPDATE videos SET frames = ?, duration = ?, status = ?, note = ? WHERE number = ?",
            [frames, duration, status, note, number],
        )


def read(db: SqlDatabase, which: str, values: Sequence[object] = ()) -> list[StoredVideo]:
    """The videos that the end of a query says, in its order."""
    return [_video(row) for row in db.rows(f"SELECT {_READ} FROM videos {which}", values)]


def all_videos(db: SqlDatabase) -> list[StoredVideo]:
    return read(db, f"WHERE {KEPT} ORDER BY number")


def in_trash(db: SqlDatabase) -> list[StoredVideo]:
    """The videos in the trash, the last to come there first."""
    return read(db, "WHERE trashed IS NOT NULL ORDER BY trashed DESC, number DESC")


def find(db: SqlDatabase, video_id: str, *, trashed: bool = False) -> StoredVideo | None:
    """The video with this id; one in the trash with ``trashed`` only."""
    found = read(db, f"WHERE id = ? AND {'1 = 1' if trashed else KEPT}", [video_id])
    return found[0] if found else None


def with_ids(db: SqlDatabase, video_ids: Iterable[str]) -> list[StoredVideo]:
    chosen, ids = db.among(video_ids)
    return read(db, f"WHERE id {chosen} AND {KEPT}", [ids])


def number_of(db: SqlDatabase, video_id: str) -> int:
    """The number that stands for the video in the tables. Raises ForgottenError if it is not there."""
    number = db.value("SELECT number FROM videos WHERE id = ?", [video_id])
    if number is None:
        raise ForgottenError(f"video {video_id[:12]} is not in the library (any more)")
    return int(number)


@contextmanager
def alone_with(db: SqlDatabase, numbers: Iterable[int]) -> Iterator[None]:
    """A transaction, alone with the videos that have these numbers."""
    chosen, values = db.among(numbers)
    ids = [video_id for (video_id,) in db.rows(f"SELECT id FROM videos WHERE number {chosen}", [values])]
    with db.alone(*(f"video {video_id}" for video_id in ids)):
        yield


def _video(row: Row) -> StoredVideo:
    video_id, name, path, size, width, height, numerator, denominator, *rest = row
    *rest, title, description, review, trashed, trashed_by = rest
    frames, duration, status, note, recorded, *date_told = rest
    time_base = TimeBase(Fraction(numerator, denominator))
    names = title or unpack_file_name(name), unpack_file_name(path)
    date = None if recorded is None else RecordingDate(recorded, *date_told)
    said = VideoNotes(title, description, review)
    gone = None if trashed is None else Trashed(trashed, trashed_by)
    return StoredVideo(
        video_id, *names, size, width, height, time_base, frames, duration, status, note, date, said, gone
    )


def numbered(db: SqlDatabase, numbers: Sequence[int], among: Among = "library") -> list[StoredVideo]:
    """Those of the videos with these numbers that are there, in this order."""
    condition = {"library": KEPT, "trash": f"NOT ({KEPT})", "both": "1 = 1"}[among]
    chosen, values = db.among(numbers)
    rows = db.rows(f"SELECT number, {_READ} FROM videos WHERE number {chosen} AND {condition}", [values])
    found = {number: tuple(row) for number, *row in rows}
    return [_video(found[number]) for number in numbers if number in found]
